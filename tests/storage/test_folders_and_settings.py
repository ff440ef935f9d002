"""Folders, shipped files, settings and keys."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperreader import resources
from paperreader.config import After, Config, FetchSettings, load_config
from paperreader.errors import ConfigError, MissingResource, StoreError
from paperreader.paths import VARIABLE, config_file, library_folder, sample_folder
from paperreader.ui.keys.command_table import COMMANDS, Command, Scope, remapped

# The library folder


def test_the_named_folder_comes_before_the_environments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: `--library`, then $PAPERREADER_LIBRARY, then the platform's data folder."""
    monkeypatch.setenv(VARIABLE, str(tmp_path / "environment"))
    assert library_folder(tmp_path / "named") == tmp_path / "named"
    assert library_folder() == tmp_path / "environment"
    for empty in ("", None):
        if empty is None:
            monkeypatch.delenv(VARIABLE)
        else:
            monkeypatch.setenv(VARIABLE, empty)
        assert library_folder().name == "paperreader"
        assert Path.home() in library_folder().parents


def test_a_relative_folder_and_a_tilde_are_resolved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a folder stays the same when the current folder changes."""
    monkeypatch.chdir(tmp_path)
    assert library_folder(Path("papers")) == tmp_path / "papers"
    assert library_folder(Path("~/papers")) == Path.home() / "papers"


def test_a_file_is_not_a_library(tmp_path: Path) -> None:
    """Rule: the message names the file and the cure."""
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="--library"):
        library_folder(tmp_path / "file")


@pytest.mark.parametrize("name", ["~nobody-of-that-name/papers", "x" * 300])
def test_a_folder_that_cannot_exist_is_refused_in_one_line(name: str) -> None:
    """Rule: an unknown user's home and a too long name are StoreErrors."""
    with pytest.raises(StoreError):
        library_folder(Path(name))


def test_asking_for_a_folder_makes_none(tmp_path: Path) -> None:
    """Rule: only opening a library creates its folder."""
    library_folder(tmp_path / "papers")
    config_file()
    assert not (tmp_path / "papers").exists()
    assert not config_file().parent.exists()


def test_the_sample_library_is_beside_the_users_own(tmp_path: Path) -> None:
    """Rule: the sample library never touches the user's library."""
    sample = sample_folder(tmp_path / "papers")
    assert sample.parent == tmp_path
    assert sample != tmp_path / "papers"


# What is shipped


@pytest.mark.parametrize("name", ["styles", "sample_data"])
def test_resources_are_found_in_a_source_tree(name: str) -> None:
    """Rule: a source tree has the resources beside the package."""
    assert any(resources.resource_folder(name).iterdir())


@pytest.mark.parametrize("name", ["styles", "sample_data"])
def test_resources_inside_the_package_come_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Rule: an installed package uses its own resources."""
    package = tmp_path / "site-packages" / "paperreader"
    for folder in (package / name, package.parent / name):
        folder.mkdir(parents=True)
    (package.parent / "pyproject.toml").touch()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    assert resources.resource_folder(name) == package / name


def test_a_folder_beside_an_installed_package_is_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: without pyproject.toml a folder beside the package is ignored; the error names the cure."""
    package = tmp_path / "site-packages" / "paperreader"
    package.mkdir(parents=True)
    (package.parent / "styles").mkdir()
    monkeypatch.setattr(resources, "__file__", str(package / "resources.py"))
    with pytest.raises(MissingResource, match="install paperreader again"):
        resources.resource_folder("styles")


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "",
        "[]",
        "{}",
        '{"files": [{"file": "x", "form": "page"}]}',
        '{"files": [{"file": "x", "date": "Mar 14", "form": "page"}]}',
    ],
)
def test_a_damaged_manifest_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, manifest: str | None) -> None:
    """Rule: samples without dates are never imported under invented dates."""
    if manifest is not None:
        (tmp_path / "manifest.json").write_text(manifest)
    monkeypatch.setattr(resources, "resource_folder", lambda _name: tmp_path)
    with pytest.raises(MissingResource):
        resources.sample_files()


def test_the_samples_are_what_was_promised() -> None:
    """Rule: an answer of the API on each of five dates, and pages on each, two of them on one date."""
    files = resources.sample_files()
    pages = [file.date for file in files if file.form == "page"]
    answers = [file.date for file in files if file.form == "hf"]
    assert len(answers) >= 5
    assert set(answers) == set(pages)
    assert len(set(pages)) < len(pages)
    assert all(file.path.is_file() for file in files)
    assert list(resources.resource_folder("sample_data").rglob("*.py")) == []
    assert list(resources.resource_folder("styles").rglob("*.py")) == []


# Settings


def _load(tmp_path: Path, text: str) -> Config:
    path = tmp_path / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path)


def test_settings_are_read(tmp_path: Path) -> None:
    """Rule: theme and keys are read; without a file the defaults apply."""
    assert _load(tmp_path, 'theme = "light"\n[keys]\nskip = "x"\nselect = "m,M"\n') == Config(
        theme="light", keys={"skip": "x", "select": "m,M"}
    )
    assert _load(tmp_path, "") == load_config(tmp_path / "missing.toml") == Config()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = ", "config.toml"),
        ('theme = "sepia"', "sepia"),
        ("theme = 3", "theme"),
        ('colour = "red"', "colour"),
        ('keys = "x"', r"\[keys\]"),
        ("[keys]\nskip = 3", r"\[keys\]"),
        ('[keys]\nskip = ["x"]', r"\[keys\]"),
        ('[commands]\nopen = "rm -rf /"', "commands"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named_with_its_file(tmp_path: Path, text: str, said: str) -> None:
    """Rule: nothing misspelt is silently ignored."""
    with pytest.raises(ConfigError, match=said) as refusal:
        _load(tmp_path, text)
    assert str(tmp_path / "config.toml") in str(refusal.value)


def test_a_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    """Rule: bytes that are not UTF-8, and a folder in place of the file, are ConfigErrors."""
    (tmp_path / "config.toml").write_bytes(b'theme = "\xff"')
    with pytest.raises(ConfigError):
        load_config(tmp_path / "config.toml")
    with pytest.raises(ConfigError):
        load_config(tmp_path)


# Keys


def _by_id(commands: tuple[Command, ...]) -> dict[str, Command]:
    return {command.id: command for command in commands}


def test_a_command_gets_the_keys_it_is_given() -> None:
    """Rule: only that command changes; commas separate keys; an empty text removes all keys."""
    commands = _by_id(remapped({"skip": "X", "select": "m, ctrl+x", "export": ""}))
    assert commands["skip"].keys == ("X",)
    assert commands["select"].keys == ("m", "ctrl+x")
    assert commands["export"].keys == ()
    unchanged = {command for command in COMMANDS if command.id not in ("skip", "select", "export")}
    assert unchanged <= set(commands.values())


def test_two_commands_may_change_places() -> None:
    """Rule: a key is free if its command was given another."""
    commands = _by_id(remapped({"skip": "s", "star": "d"}))
    assert (commands["skip"].keys, commands["star"].keys) == (("s",), ("d",))


@pytest.mark.parametrize(
    "keys", [{"skip": "s"}, {"skip": "x"}, {"skip": "j"}, {"skip": "q"}, {"star": "m", "skip": "m"}]
)
def test_a_key_of_two_commands_is_refused(keys: dict[str, str]) -> None:
    """Textual would let one steal the other's key: it is said instead, with both names."""
    with pytest.raises(ConfigError, match="would run both") as refusal:
        remapped(keys)
    assert "skip" in str(refusal.value)


def test_an_unknown_command_is_refused() -> None:
    """Rule: the error names the nearest command, else the one that lists the names; Textual would ignore it."""
    with pytest.raises(ConfigError, match=r"did you mean skip\?"):
        remapped({"skipp": "x"})
    with pytest.raises(ConfigError, match="paperreader keys lists all commands"):
        remapped({"qqqqq": "x"})


def test_the_shipped_keys_do_not_collide() -> None:
    """Rule: in one scope no key has two commands, and every id is unique."""
    remapped({})
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    for scope in Scope:
        keys = [key for command in COMMANDS if command.scope is scope for key in command.keys]
        assert len(set(keys)) == len(keys)


def test_the_ways_on_after_a_decision_are_read(tmp_path: Path) -> None:
    """Rule: `[triage.after]` says for each decision where the cursor goes."""
    assert _load(tmp_path, '[triage.after]\nstar = "stay"\nskip = "next-unread"').after == {
        "star": After.STAY,
        "read": After.NEXT,
        "skip": After.NEXT_UNREAD,
        "later": After.NEXT,
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[triage.after]\nstar = "up"', '"next", "next-unread" or "stay"'),
        ('[triage.after]\nundo = "stay"', "star, read, skip or later"),
        ("[triage]\nafter = 1", "triage.after"),
        ("triage = 1", "triage"),
        ("[triage]\nbefore = 1", "choose after"),
    ],
)
def test_an_invalid_way_on_is_named(tmp_path: Path, text: str, said: str) -> None:
    """Rule: an unknown decision or way is refused with those that exist."""
    with pytest.raises(ConfigError, match=said):
        _load(tmp_path, text)


def test_fetch_settings_are_read(tmp_path: Path) -> None:
    """Rule: contact and servers are read; without them the defaults apply."""
    file = tmp_path / "config.toml"
    file.write_text('[fetch]\ncontact = "me@example.org"\narxiv_feeds = "https://feeds.example.org/"\n')
    assert load_config(file).fetch == FetchSettings("me@example.org", arxiv_feeds="https://feeds.example.org")
    assert load_config(tmp_path / "none").fetch == FetchSettings()


@pytest.mark.parametrize(
    "line",
    [
        "contact = 5",
        'contact = "a\\nb"',
        'contact = "müller@example.org"',
        'contact = "me) evil (x"',
        'hugging_face = "example.org"',
        'hugging_face = "file:///etc/passwd"',
        'nonsense = "x"',
    ],
)
def test_an_invalid_fetch_setting_is_named(tmp_path: Path, line: str) -> None:
    """Rule: one line names the file and the setting."""
    file = tmp_path / "config.toml"
    file.write_text(f"[fetch]\n{line}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=line.split()[0]) as caught:
        load_config(file)
    assert str(file) in str(caught.value)
