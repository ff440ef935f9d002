"""`undo`, `redo` and `history`: what the shell takes back, and what it says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Cli = Callable[..., Any]


def _starred(cli_json: Cli) -> list[str]:
    return [paper["key"] for paper in cli_json("list", "--json", "is:starred")]


def test_undo_and_redo_go_back_and_forth(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Each verb is a process of its own, and several steps are taken at once."""
    for key in papers[:3]:
        cli("star", key)
    assert "taken back: star, 1 paper" in cli("undo").stdout
    assert cli("undo", "2").stdout.count("taken back") == 2
    assert _starred(cli_json) == []
    assert cli("redo").stdout == "done again: star, 1 paper\n"
    assert _starred(cli_json) == papers[:1]
    assert cli_json("redo", "--json", "9")["changed"] == 2
    assert sorted(_starred(cli_json)) == sorted(papers[:3])


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_nothing_to_go_back_to_is_one_line(cli: Cli, papers: list[str], verb: str) -> None:
    """Exit status 1, and stdout stays empty."""
    result = cli(verb, status=1)
    assert result.stdout == ""
    assert "nothing" in result.stderr


def test_a_bulk_verb_is_one_step(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """What `--query` decided about many is taken back as one."""
    assert cli_json("skip", "--json", "--query", "is:unread")["changed"] == 80
    assert "80 papers" in cli("undo").stdout
    assert len(cli_json("list", "--json", "is:unread")) == 80


def test_history_has_the_documented_fields(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Newest first; what was taken back is marked."""
    cli("star", papers[0])
    cli("read", *papers[:2])
    cli("undo", "--id", "1")
    history = cli_json("history", "--json")
    assert [set(action) >= {"id", "at", "window", "action", "papers", "undone"} for action in history] == [True] * 3
    assert [(action["id"], action["action"], action["papers"], action["undone"]) for action in history] == [
        (3, "undo", 1, False), (2, "read", 2, False), (1, "star", 1, True),
    ]  # fmt: skip
    assert all(action["window"].startswith("shell ") and action["at"].endswith("Z") for action in history)
    assert len(cli("history", "--limit", "2").stdout.splitlines()) == 2


def test_one_action_is_taken_back_by_its_number(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """A number that is none, or was taken back, is told in one line that names the history."""
    for key in papers[:2]:
        cli("star", key)
    cli("undo", "--id", "1")
    assert _starred(cli_json) == [papers[1]]
    for number in ("1", "77"):
        assert "history" in cli("undo", "--id", number, status=1).stderr
    cli("undo", "--id", "1", "2", status=2)
    cli("undo", "0", status=2)


def test_what_was_decided_since_is_left_alone_unless_forced(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """It says how many; `--force` takes them back as well."""
    cli("read", *papers[:2])
    cli("later", papers[0])
    result = cli("undo", "--id", "1")
    assert "1 paper changed since and left alone" in result.stderr
    assert [paper["key"] for paper in cli_json("list", "--json", "is:later")] == papers[:1]
    cli("read", papers[1])
    cli("later", papers[1])
    cli("undo", "--force", "--id", "4")
    assert [paper["key"] for paper in cli_json("list", "--json", "is:later")] == papers[:1]


def test_undo_of_what_is_contradicted_alone_fails(cli: Cli, papers: list[str]) -> None:
    """Where nothing at all could be taken back, the exit status says so."""
    cli("read", papers[0])
    cli("later", papers[0])
    assert "left alone" in cli("undo", "--id", "1", status=1).stderr
