"""The verbs `keys` and `config path`, and the documents that must agree with the program."""

from __future__ import annotations

import json
import re
import runpy
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader import __version__
from paperreader.cli.commands import SHELL_COMMANDS
from paperreader.ui.keys.command_table import COMMANDS, key_label

Cli = Callable[..., "subprocess.CompletedProcess[str]"]

ROOT = Path(__file__).parents[2]
VERBS_THERE_ARE = {
    "sample", "import", "dates", "list", "show", "star", "unstar", "read", "unread", "later", "skip", "tag", "note",
    "export", "keys", "config", "undo", "redo", "history", "doctor", "backup", "fetch", "merge", "split", "find-ids",
    "similar", "interests", "rules",
}  # fmt: skip
READER_KEYS = {
    "n", "N", "/", "s", "r", "d", "b", "t", "a", "A", "Space", "u", "x", "V", "v", "y", "o", "p", "E", "?", "^p", "q",
    "j", "k", "g", "gg", "gv", "J", "K", "F1", "^l", ":", "G", "h", "l", "Tab", "Enter", "Esc", "[", "]", "H", "L",
}  # fmt: skip


def _configure(text: str) -> Path:
    path = Path.home() / ".config" / "paperreader" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    return path


def test_every_verb_of_this_issue_is_there_and_no_other(cli: Cli) -> None:
    """Rule: the list has exactly the verbs that work."""
    assert set(SHELL_COMMANDS) == VERBS_THERE_ARE
    help_text = cli("--help").stdout
    listed = {line.split()[0] for line in help_text.partition("Commands:")[2].splitlines() if line.strip()}
    assert listed & VERBS_THERE_ARE == VERBS_THERE_ARE


@pytest.mark.parametrize("verb", sorted(VERBS_THERE_ARE))
def test_every_verb_explains_itself(cli: Cli, verb: str) -> None:
    """Rule: `--help` and `-h` print on stdout, with exit status 0."""
    for option in ("--help", "-h"):
        result = cli(verb, option)
        assert result.stdout.startswith("Usage:")
        assert result.stderr == ""


def test_the_version_is_told(cli: Cli) -> None:
    """Rule: `--version` prints one line with name and number."""
    assert cli("--version").stdout == f"paperreader {__version__}\n"


# Keys


def test_keys_as_json_have_the_documented_fields(cli: Cli) -> None:
    """Rule: each command has id, keys, name, help, scope, argument and choices."""
    commands = json.loads(cli("keys", "--format", "json").stdout)
    assert [command["id"] for command in commands] == [command.id for command in COMMANDS]
    assert all(set(command) >= {"id", "keys", "name", "help", "scope", "argument", "choices"} for command in commands)
    shown = {key for command in commands for key in command["keys"]}
    assert shown >= READER_KEYS, "the keys of the reader"
    assert not {"P"} & shown, "keys without a command"


def test_keys_as_a_table_name_every_command(cli: Cli) -> None:
    """Rule: one row for each command, first its id, which [keys] of the settings uses."""
    rows = cli("keys").stdout.splitlines()
    assert [row.split()[0] for row in rows] == [command.id for command in COMMANDS]
    assert cli("keys", "--format", "table").stdout.splitlines() == rows


def test_own_keys_are_shown(cli: Cli) -> None:
    """Rule: the table shows the keys of the settings."""
    _configure('[keys]\nskip = "X"\n')
    commands = json.loads(cli("keys", "--format", "json").stdout)
    assert [command["keys"] for command in commands if command["id"] == "skip"] == [["X"]]


@pytest.mark.parametrize(
    "text",
    [
        '[keys]\nskip = "s"',
        '[keys]\nskipp = "x"',
        "theme = 3",
        "theme =",
        '[keys]\nskip = "\\u001b[31m"\nstar = "\\u001b[31m"',
    ],
)
def test_a_setting_that_cannot_be_is_told_and_ignored(cli: Cli, papers: list[str], text: str) -> None:
    """Rule: the keys are listed without the wrong setting, which a line names with its file; exit status 3."""
    path = _configure(text)
    result = cli("keys", status=3)
    assert all(line.startswith(f"paperreader: {path}: line ") for line in result.stderr.splitlines())
    assert result.stderr
    assert "skip" in result.stdout
    assert cli("--version").stdout
    cli("list", "--json")


def test_a_format_that_is_not_there_is_a_usage_error(cli: Cli) -> None:
    """Rule: the formats are table, json and markdown."""
    cli("keys", "--format", "html", status=2)


def test_the_settings_file_is_named_whether_it_exists_or_not(cli: Cli) -> None:
    """Rule: `config path` prints the path and nothing else."""
    expected = f"{Path.home() / '.config' / 'paperreader' / 'config.toml'}\n"
    assert cli("config", "path", env={"XDG_CONFIG_HOME": ""}).stdout == expected
    _configure("rubbish")
    assert cli("config", "path").stdout == expected


def test_config_alone_is_a_short_usage_error(cli: Cli) -> None:
    """Rule: the message names the missing command in one line."""
    assert len(cli("config", status=2).stderr) < 160


# Documents


def test_the_docs_have_the_key_table(cli: Cli) -> None:
    """The page of keys holds what `keys --format markdown` prints."""
    page = (ROOT / "docs/keys.md").read_text("utf-8")
    assert cli("keys", "--format", "markdown").stdout in page


def test_the_keys_of_the_readme_are_in_the_command_table() -> None:
    """The README names ten keys or pairs of keys; each is the key of a command."""
    table = (ROOT / "README.md").read_text("utf-8").partition("## Keys")[2].partition("##")[0]
    named = re.findall(r"`([^`]+)`", " ".join(line.split("|")[1] for line in table.splitlines() if "|" in line))
    labels = {key_label(key) for command in COMMANDS for key in command.keys}
    assert len(named) >= 10
    assert set(named) <= labels


def test_the_readme_is_short() -> None:
    """Rule: the README has at most 150 lines and 900 words."""
    readme = (ROOT / "README.md").read_text("utf-8")
    assert len(readme.splitlines()) <= 150
    assert len(readme.split()) <= 900


def test_the_shell_page_names_every_command() -> None:
    """Rule: the page on the shell names every command."""
    page = (ROOT / "docs/shell.md").read_text("utf-8")
    code = " ".join(re.findall(r"`[^`]+`|```.*?```", page, re.DOTALL))
    assert {verb for verb in VERBS_THERE_ARE if not re.search(rf"(?<![\w-]){verb}(?![\w-])", code)} == set()


def test_the_readme_says_what_a_stranger_needs() -> None:
    """The two commands, how to install, the screenshot, where data lives and how to back it up."""
    readme = (ROOT / "README.md").read_text("utf-8")
    for part in ("make run", "make test", "uv tool install", "pipx install", "reading.json", "catalogue.sqlite",
                 "quarantine", "PAPERREADER_LIBRARY", "--library", "Backup", "is:unread"):  # fmt: skip
        assert part in readme, part
    (screenshot,) = re.findall(r"!\[[^\]]+\]\(([^)]+\.svg)\)", readme)
    assert "<svg" in (ROOT / screenshot).read_text("utf-8")


@pytest.mark.parametrize("page", ["README.md", *sorted(f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md"))])
def test_every_link_between_documents_leads_somewhere(page: str) -> None:
    """A link of the README or of a page names a file that exists, and a heading in it if it names one."""
    text = re.sub(r"```.*?```", "", (ROOT / page).read_text("utf-8"), flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if not target.startswith("https://"):
            name, _, heading = target.partition("#")
            path = (ROOT / page).parent / name
            assert path.is_file(), target
            headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.MULTILINE)
            slugs = {re.sub(r"[^\w -]", "", line.lower()).replace(" ", "-") for line in headings}
            assert not heading or heading in slugs, target


def test_the_picture_of_the_layers_shows_what_is_checked() -> None:
    """The picture in the docs is made from the layers that import-linter checks."""
    made = runpy.run_path(str(ROOT / "docs/generate.py"))["layers_picture"]()
    assert (ROOT / "docs/layers.svg").read_text("utf-8") == made


def test_the_changelog_and_the_licence_are_there() -> None:
    """Rule: there are a changelog and the MIT licence."""
    changelog = (ROOT / "CHANGELOG.md").read_text("utf-8")
    assert "## Unreleased" in changelog or f"## {__version__}" in changelog
    assert "MIT License" in (ROOT / "LICENSE").read_text("utf-8")
