"""Parsing of command lines: options anywhere, one dash is data, mistakes get the nearest valid word."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest
from command_line import Command, commands, data_in, parse, values_of

from paperreader.domain.dates import guess_date

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]

COMMANDS = list(commands())
EVERY = pytest.mark.parametrize("command", COMMANDS, ids=map(str, COMMANDS))


def _usage_error(words: list[str]) -> click.UsageError:
    with pytest.raises(click.UsageError) as error:
        parse(words)
    return error.value


@EVERY
def test_an_option_stands_before_or_after_the_arguments(command: Command) -> None:
    """Rule: an option means the same at any place after the verb, as two words or with `=`."""
    name, words = list(command.path), command.words
    for option in command.options:
        values = values_of(option)
        for opt in option.opts:
            first = parse([*name, opt, *values, *words])
            for place in range(len(words) + 1):
                assert parse([*name, *words[:place], opt, *values, *words[place:]]) == first
                if len(values) == 1 and opt.startswith("--"):
                    assert parse([*name, *words[:place], f"{opt}={values[0]}", *words[place:]]) == first


@EVERY
def test_the_library_is_named_anywhere(command: Command) -> None:
    """Rule: `--library DIR` may stand before the verb, after it, between the arguments and after them."""
    words = [*command.path, *command.words]
    path, params, _ = parse(words)
    for place in range(len(words) + 1):
        assert parse([*words[:place], "--library", "other", *words[place:]]) == (path, params, Path("other"))


@EVERY
def test_behind_two_dashes_everything_is_data(command: Command) -> None:
    """Rule: after `--`, a word that looks like an option is an argument."""
    if not command.takes_text:
        return
    for option in command.options:
        _, params, library = parse([*command.path, *command.words, "--", *option.opts, "--", "-h"])
        assert {*option.opts, "--", "-h"} <= set(data_in(params))
        assert library is None


@EVERY
def test_a_word_with_one_dash_is_data(command: Command) -> None:
    """Rule: a query, a tag or a note needs no `--` for it, wherever the word stands; `-h` is help in front only."""
    if not command.takes_text:
        return
    words = command.words
    for word in ("-draft", "-x", "-", "-ofile", "-1", "-h"):
        for place in range(word == "-h", len(words) + 1):
            params = parse([*command.path, *words[:place], word, *words[place:], "--library", "other"])[1]
            assert word in data_in(params)


def test_the_short_option_of_export_is_one_anywhere() -> None:
    """Rule: `-o` is an option of `export`; for other verbs, and after `--`, it is data."""
    for place in range(3):
        query = ["is:unread", "-a"]
        params = parse(["export", *query[:place], "-o", "x.md", *query[place:]])[1]
        assert (params["output"], params["query"]) == ("x.md", ("is:unread", "-a"))
    assert parse(["export", "a", "--", "-o", "b"])[1]["query"] == ("a", "-o", "b")
    assert parse(["list", "a", "-o", "b"])[1]["query"] == ("a", "-o", "b")


@EVERY
def test_a_misspelt_option_is_told_the_right_one(cli: Cli, command: Command) -> None:
    """Rule: an unknown `--option` at any place is a usage error, and nothing changes."""
    for option in command.options:
        opt = option.opts[-1]
        wrong = opt[:-2] + opt[-1]
        for words in ([*command.words, wrong], [wrong, *command.words]):
            said = cli(*command.path, *words, status=2).stderr
            assert said == f"paperreader: no such option: {wrong}; did you mean {opt}?\n"
    said = cli(*command.path, *command.words, "--zzzz", status=2).stderr
    assert said == f"paperreader: no such option: --zzzz; see paperreader {command} --help\n"


@EVERY
def test_an_option_without_its_value_is_told_which(cli: Cli, command: Command) -> None:
    """Rule: the option and what it needs are named; a flag takes no value."""
    for option in command.options:
        for opt in option.opts:
            help_of = f"see paperreader {command} --help"
            if option.is_flag:
                said = cli(*command.path, *command.words, f"{opt}=1", status=2).stderr
                assert said == f"paperreader: {opt} takes no value; {help_of}\n"
            else:
                said = cli(*command.path, *command.words, opt, status=2).stderr
                assert said == f"paperreader: {opt} needs {option.metavar}; {help_of}\n"


@EVERY
def test_too_few_or_too_many_arguments_are_told(cli: Cli, command: Command) -> None:
    """Rule: the message names a missing argument as the help does, and quotes a surplus one."""
    needed = [param for param in command.command.params if isinstance(param, click.Argument) and param.required]
    if needed:
        metavars = " ".join(p.metavar or "" for p in command.command.params if isinstance(p, click.Argument))
        said = cli(*command.path, status=2).stderr
        assert said == f"paperreader: {command.path[-1]} needs {metavars}; see paperreader {command} --help\n"
    if not any(param.nargs == -1 for param in command.command.params):
        said = cli(*command.path, *command.words, "more", status=2).stderr
        assert said.startswith(f"paperreader: {command.path[-1]}: unexpected argument 'more'; ")
        said = cli(*command.path, *command.words, "-x", status=2).stderr
        assert said.startswith("paperreader: no such option: -x; ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["fetsch"], "no such command: fetsch; did you mean fetch?"),
        (["lst", "--json"], "no such command: lst; did you mean list?"),
        (["exp"], "no such command: exp; did you mean export?"),
        (["backup", "lst"], "no such command: lst; did you mean list?"),
        (["nonsense"], "no such command: nonsense; see paperreader --help"),
        (["-x"], "no such option before a command: -x; the options of a command stand after its name"),
        (["backup"], "backup needs a command: list or restore"),
        (["config"], "config needs a command: check, edit, init, path or show"),
        (["--json", "list"], "no such option before a command: --json; the options of a command stand after its name"),
        (["--libary", "x", "list"], "no such option: --libary; did you mean --library?"),
        (["--library"], "--library needs DIR; see paperreader --help"),
        (["list", "--library", ""], "--library '' is not a folder; name a folder"),
        (["list", "--sort", "dat"], "--sort 'dat' is unknown; did you mean date?"),
        (
            ["list", "--sort", "colour"],
            "--sort 'colour' is unknown; choose relevance, date, upvotes, title or interest",
        ),
        (["list", "--limit", "0"], "--limit '0' is not a valid number; write 1 or more"),
        (["list", "--limit", "many"], "--limit 'many' is not a valid number; write 1 or more"),
        (["export", "--format", "markdwn"], "--format 'markdwn' is unknown; did you mean markdown?"),
        (["keys", "--format", "html"], "--format 'html' is unknown; choose table, json or markdown"),
        (["import", "--format", "bibtx", "x"], "no such format: bibtx; did you mean bibtex?"),
        (["import", "--date", "14.3.2025", "x"], "--date '14.3.2025' is not a date; did you mean 2025-03-14?"),
        (["import", "--year", "85", "x"], "--year '85' is not a valid number; write 1991 to 9999"),
        (["dates", "--set", "2025-02-30", "2025-03-01"], "--set '2025-02-30' is not a date; did you mean 2025-02-28?"),
        (["dates", "--set", "2025-03-14", "soon"], "--set 'soon' is not a date; write it like 2025-03-14"),
        (["fetch", "--date", "14.3.2025"], "--date '14.3.2025' is not a date; did you mean 2025-03-14?"),
        (["fetch", "--since", "soon"], "--since 'soon' is not a date; write 7d, 2w, 2025-03-14 or 2025-W11"),
        (["undo", "-1"], "undo: '-1' is not a valid number; write 1 or more"),
        (["undo", "1", "--id", "2"], "undo takes N or --id, not both; see paperreader undo --help"),
        (["backup", "restore", "x"], "restore: 'x' is not a valid number; write 0 or more"),
        (["star"], "star needs either IDs or --query; see paperreader star --help"),
        (["read", "a", "--query", "b"], "read needs either IDs or --query; see paperreader read --help"),
        (["skip", "a", "--dry-run"], "--dry-run needs --query; see paperreader skip --help"),
        (["tag", "a", "x"], "'x' is not a tag; +NAME adds a tag, -NAME removes it"),
    ],
)  # fmt: skip
def test_a_mistake_is_answered_with_the_cure(cli: Cli, words: list[str], said: str) -> None:
    """Rule: exit status 2 and one line: what is wrong, and the nearest valid word or the help to read."""
    assert cli(*words, status=2).stderr == f"paperreader: {said}\n"


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2025-3-4", date(2025, 3, 4)), ("2025/03/14", date(2025, 3, 14)), ("20250314", date(2025, 3, 14)),
        ("14.03.2025", date(2025, 3, 14)), ("4.3.2025", date(2025, 3, 4)), ("03/14/2025", date(2025, 3, 14)),
        ("14/03/2025", date(2025, 3, 14)), ("14 Mar 2025", date(2025, 3, 14)), ("march 4, 2025", date(2025, 3, 4)),
        ("2025-13-01", date(2025, 1, 13)), ("2025-02-30", date(2025, 2, 28)), ("2024-02-30", date(2024, 2, 29)),
        ("2025-00-10", date(2025, 1, 10)), ("2025-99-99", date(2025, 12, 31)), ("2025-03-14T10:00", None),
        ("2025-03", None), ("tomorrow", None), ("", None), ("0000-01-01", None), ("14 Mar", None), ("1" * 9_000, None),
    ],
)  # fmt: skip
def test_the_nearest_date_is_found(text: str, day: date | None) -> None:
    """Rule: for another form of a date, or an impossible day, the most likely date is suggested."""
    assert guess_date(text) == day


def test_options_behind_a_query_count(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: `list is:unread --limit 5` gives five papers, and `show ID --json` is JSON."""
    assert len(cli("list", "is:unread", "--limit", "5").stdout.splitlines()) == 5
    assert [paper["key"] for paper in cli_json("list", "is:unread", "-zebra", "--limit=2", "--json")] == papers[:2]
    assert cli_json("show", papers[0], "--json")["key"] == papers[0]
    assert cli_json("tag", papers[0], "+a", "--json", "-b") == {"changed": 1}
    assert cli_json("note", papers[0], "compare", "--json", "-x")["changed"] == 1
    assert cli_json("show", "--json", papers[0])["note"] == "compare -x"
