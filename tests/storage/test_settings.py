"""The settings file: each wrong setting is named with its line, and affects only itself."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.config import (
    After,
    AfterSettings,
    Config,
    Density,
    FetchSettings,
    Icons,
    KeymapName,
    Layout,
    LoadedConfig,
    TriageSettings,
    read_config,
    reload,
)
from paperreader.config.lines import line_of, setting_lines
from paperreader.config.reference import all_settings, commented_file, markdown
from paperreader.services.fetching.network import Network, Servers
from paperreader.ui.keys.keymaps import rejected_keys


def _read(tmp_path: Path, text: str) -> LoadedConfig:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return read_config(path, rejected_keys)


def test_every_setting_is_read(tmp_path: Path) -> None:
    """Rule: each setting of each table has its field."""
    text = """
theme = "light"
icons = "words"
density = "compact"
layout = "rows"
keymap = "vim"
[triage.after]
star = "stay"
later = "next-unread"
[keys]
skip = "X"
[fetch]
contact = "me@example.org"
at_start = "hf"
hugging_face = "https://hub.example.org/"
"""
    loaded = _read(tmp_path, text)
    assert loaded.config == Config(
        theme="light",
        icons=Icons.WORDS,
        density=Density.COMPACT,
        layout=Layout.ROWS,
        keymap=KeymapName.VIM,
        triage=TriageSettings(AfterSettings(star=After.STAY, later=After.NEXT_UNREAD)),
        keys={"skip": "X"},
        fetch=FetchSettings("me@example.org", "hf", "https://hub.example.org"),
    )
    assert loaded.config.after == {
        "star": After.STAY,
        "read": After.NEXT,
        "skip": After.NEXT,
        "later": After.NEXT_UNREAD,
    }
    assert loaded.problems == ()
    assert loaded.lines["theme"] == 2
    assert loaded.lines["triage.after.later"] == 9
    assert len(loaded.lines) == 11


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('\ndensty = "auto"', "line 2: unknown setting densty; did you mean density?"),
        ('contact = "me@example.org"', "line 1: unknown setting contact; it belongs to [fetch]"),
        (
            '[fetch]\ntheme = "dark"',
            "line 2: unknown setting [fetch] theme; it belongs above the first line with brackets",
        ),
        ('[fetch]\ncontct = "x"', "line 2: unknown setting [fetch] contct; did you mean contact?"),
        ('[triage]\nstar = "next"', "line 2: unknown setting [triage] star; it belongs to [triage.after]"),
        ("icons = 3", 'line 1: icons = 3: expected "auto", "unicode", "ascii" or "words"'),
        ('icons = "asci"', 'line 1: icons = "asci": did you mean "ascii"?'),
        ("icons = [1]", 'line 1: icons = a list: expected "auto", "unicode", "ascii" or "words"'),
        ("theme = true", "line 1: theme = true: expected text in quotes"),
        ('triage.after.star = "nxt"', 'line 1: [triage.after] star = "nxt": did you mean "next"?'),
        ("triage = {after = {star = 1}}", 'line 1: [triage.after] star = 1: expected "next", "next-unread" or "stay"'),
        ("fetch = 3", "line 1: fetch = 3: expected a table, which starts with the line [fetch]"),
        ("[keys]\nskip = 3", "line 2: [keys] skip = 3: expected text in quotes"),
        (
            '[keys]\n\nskipp = "x"',
            "line 3: [keys] skipp: no such command; did you mean skip?",
        ),
        ('[keys]\nskip = "x"', "line 2: [keys] x would run both skip and select; change one"),
        ("\n\ntheme = ", "line 3: not TOML: Invalid value"),
        ("a = " + "[" * 10_000, "too many brackets in one another"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line_and_the_cure(tmp_path: Path, text: str, told: str) -> None:
    """Rule: the message has the line, the setting, and what is expected or meant."""
    loaded = _read(tmp_path, text)
    assert [str(problem) for problem in loaded.problems] == [told]
    assert loaded.messages == [f"{tmp_path / 'config.toml'}: {told}"]
    assert loaded.config == Config()


def test_a_wrong_setting_affects_only_itself(tmp_path: Path) -> None:
    """Rule: all other settings are in effect, also those of the same table."""
    loaded = _read(
        tmp_path,
        'theme = 3\nicons = "ascii"\nnonsense = 1\n[keys]\nskip = 5\nstar = "s"\nlater = "j"\ntags = "T"\n'
        '[fetch]\ncontact = "ü"\narxiv_feeds = "https://feeds.example.org"\n',
    )
    assert len(loaded.problems) == 5
    assert loaded.config == Config(
        icons=Icons.ASCII,
        keys={"star": "s", "tags": "T"},
        fetch=FetchSettings(arxiv_feeds="https://feeds.example.org"),
    )


def test_nothing_is_fetched_at_start_while_a_server_is_wrong(tmp_path: Path) -> None:
    """Rule: a mistyped server never makes the reader contact the usual one by itself."""
    loaded = _read(tmp_path, '[fetch]\nat_start = "hf"\nhugging_face = "hub.example.org"\n')
    assert loaded.config.fetch.at_start == ""
    assert [problem.setting for problem in loaded.problems] == ["fetch.hugging_face", "fetch.at_start"]
    assert _read(tmp_path, 'icons = 3\n[fetch]\nat_start = "hf"\n').config.fetch.at_start == "hf"


def test_a_file_that_cannot_be_read_gives_the_defaults(tmp_path: Path) -> None:
    """Rule: a folder, and bytes that are not UTF-8, are problems."""
    path = tmp_path / "config.toml"
    path.write_bytes(b'theme = "\xff"')
    for each in (path, tmp_path):
        loaded = read_config(each)
        assert loaded.config == Config()
        assert len(loaded.problems) == 1
    assert read_config(tmp_path / "none").problems == ()


def test_a_reload_keeps_the_current_value_of_a_wrong_setting(tmp_path: Path) -> None:
    """Rule: a mistake in the open reader changes nothing; a removed setting gets its default."""
    path = tmp_path / "config.toml"
    current = _read(tmp_path, 'icons = "ascii"\ndensity = "compact"\n[keys]\nskip = "X"\nstar = "Y"\n').config
    path.write_text('icons = "asci"\n[keys]\nskip = 3\n', encoding="utf-8")
    assert reload(path, current, rejected_keys).config == Config(icons=Icons.ASCII, keys={"skip": "X"})
    path.write_text("icons = ", encoding="utf-8")
    assert reload(path, current, rejected_keys).config == current


def test_the_commented_file_has_every_setting_with_its_default(tmp_path: Path) -> None:
    """Rule: the file changes nothing as it is, nor with every setting uncommented; it is readable."""
    text = commented_file()
    loaded = _read(tmp_path, text)
    assert (loaded.config, loaded.problems, loaded.lines) == (Config(), (), {})
    assert max(map(len, text.splitlines())) <= 100
    loaded = _read(tmp_path, re.sub(r"(?m)^#(?! )", "", text))
    assert loaded.problems == ()
    assert loaded.config == Config(keys={"skip": "d"})
    assert set(loaded.lines) == {setting.name for setting in all_settings() if setting.name != "keys"} | {"keys.skip"}


def test_every_setting_is_described() -> None:
    """Rule: each field has a docstring, and each docstring stands in the reference."""
    page = markdown()
    for setting in all_settings():
        assert setting.description.endswith("."), setting.name
        assert setting.description in page


def test_the_usual_servers_are_those_of_a_fetch() -> None:
    """Rule: without settings a fetch goes to the servers that the reference names."""
    assert Network.of(FetchSettings()).servers == Servers()
    assert Network.of(FetchSettings(arxiv_feeds="http://127.0.0.1:1")).servers.configured() == {"http://127.0.0.1:1"}


# Lines


def test_the_line_of_a_setting_is_found_in_any_form_of_toml() -> None:
    """Rule: quoted and dotted names, texts of several lines, comments and lists of tables."""
    text = r"""a = 1  # ´´´
"b c" = 'x'
d . e = '''
f = 1
''' # '''
[ g . "h" ]
i = ´´´
[j]
k = 1 ´´´
l = '´´´' # no text of several lines is open
m = 1
[[n]]
o = 1
""".replace("´´´", '"""')
    lines = setting_lines(text)
    assert lines == {"a": 1, "b c": 2, "d.e": 3, "g.h": 6, "g.h.i": 7, "g.h.l": 10, "g.h.m": 11, "n": 12, "n.o": 13}
    assert line_of("d.e.f", lines) == 3
    assert line_of("z.y", lines) is None


@given(st.text(alphabet="ab=[].\"'#\n \\{}", max_size=60))
def test_no_text_of_the_file_is_an_error(text: str) -> None:
    """Rule: any text has its lines."""
    assert all(1 <= line <= text.count("\n") + 1 for line in setting_lines(text).values())


def test_nothing_is_imported_without_a_file(tmp_path: Path) -> None:
    """Rule: msgspec costs time at the start, which only a user with settings pays."""
    code = "import sys; from pathlib import Path; from paperreader.config import read_config\n"
    code += "read_config(Path(sys.argv[1])); print({'msgspec', 'tomllib'} & set(sys.modules))"
    (tmp_path / "config.toml").touch()
    for name, imported in (("none", "set()"), ("config.toml", "msgspec")):
        result = subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / name)], capture_output=True, text=True, check=True
        )
        assert imported in result.stdout
