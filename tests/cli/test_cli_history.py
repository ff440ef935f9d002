"""The verbs `undo`, `redo` and `history`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import SavedShelf
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

Cli = Callable[..., Any]


def _starred(cli_json: Cli) -> list[str]:
    return [paper["key"] for paper in cli_json("list", "--json", "is:starred")]


def test_undo_and_redo_go_back_and_forth(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: undo and redo work across processes and over several steps."""
    for key in papers[:3]:
        cli("star", key)
    titles = [paper["title"] for paper in cli_json("list", "--json")]
    assert cli("undo").stdout == f"undone: star: {titles[2]}\n"
    assert cli("undo", "2").stdout.count("undone: star: ") == 2
    assert _starred(cli_json) == []
    assert cli("redo").stdout == f"redone: star: {titles[0]}\n"
    assert _starred(cli_json) == papers[:1]
    assert cli_json("redo", "--json", "9")["changed"] == 2
    assert sorted(_starred(cli_json)) == sorted(papers[:3])


@pytest.mark.parametrize("verb", ["undo", "redo"])
def test_nothing_to_go_back_to_is_one_line(cli: Cli, papers: list[str], verb: str) -> None:
    """Rule: exit status 1, and stdout stays empty."""
    result = cli(verb, status=1)
    assert result.stdout == ""
    assert "nothing" in result.stderr


def test_a_bulk_verb_is_one_step(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: a decision by `--query` about many papers is undone as one action."""
    assert cli_json("skip", "--json", "--query", "is:unread")["changed"] == 80
    assert "80 papers" in cli("undo").stdout
    assert len(cli_json("list", "--json", "is:unread")) == 80


def test_history_has_the_documented_fields(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: newest first; an undone action is marked, an undo names its action."""
    cli("star", papers[0])
    cli("read", *papers[:2])
    cli("undo", "--id", "1")
    history = cli_json("history", "--json")
    assert [set(action) >= {"id", "at", "window", "action", "papers", "undone"} for action in history] == [True] * 3
    assert [(action["id"], action["action"], action["papers"], action["undone"]) for action in history] == [
        (3, "undo", 1, False), (2, "read", 2, False), (1, "star", 1, True),
    ]  # fmt: skip
    assert all(action["window"].startswith("shell ") and action["at"].endswith("Z") for action in history)
    assert [action["undoes"] for action in history] == [1, None, None]
    titles = [cli_json("show", "--json", key)["title"] for key in papers[:2]]
    newest, older = cli("history", "--limit", "2").stdout.splitlines()
    assert "undo of 1" in newest
    assert (newest.endswith(f"  {titles[0]}"), older.endswith(f"  2 papers: {titles[0]}")) == (True, True)


def test_one_action_is_taken_back_by_its_number(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: an unknown number, or one that is undone already, gets one line that names the history."""
    for key in papers[:2]:
        cli("star", key)
    cli("undo", "--id", "1")
    assert _starred(cli_json) == [papers[1]]
    for number in ("1", "77"):
        assert "history" in cli("undo", "--id", number, status=1).stderr
    cli("undo", "--id", "1", "2", status=2)
    cli("undo", "0", status=2)


def test_taking_back_an_undo_is_told_as_doing_it_again(cli: Cli, papers: list[str]) -> None:
    """Rule: undoing an undo is printed and listed as a redo."""
    cli("star", papers[0])
    assert cli("undo").stdout.startswith("undone: star: ")
    assert cli("undo", "--id", "2").stdout.startswith("redone: star: ")
    assert [line.split()[3] for line in cli("history").stdout.splitlines()] == ["redo", "undo", "star"]


def test_a_date_is_taken_back_like_every_decision(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: `dates --set` is in the history; undo and redo move the listing, also after a newer decision."""
    before = cli_json("dates", "--json")
    day = before[0]["date"]
    assert cli_json("dates", "--json", "--set", day, "2021-02-03") == {"changed": 1}
    cli("star", papers[0])
    past = cli_json("history", "--json")[1]
    (move,) = past["dates"]
    assert (past["action"], past["papers"], move["from"], move["to"]) == ("date", 0, day, "2021-02-03")
    assert "1 listing → 2021-02-03" in cli("history").stdout
    assert cli_json("dates", "--json")[-1]["date"] == "2021-02-03"
    assert cli("undo", "--id", "1").stdout == f"undone: date: 1 listing → {day}\n"
    after = cli_json("dates", "--json")
    assert [(day["date"], day["date_guessed"], day["papers"]) for day in after] == [
        (day["date"], day["date_guessed"], day["papers"]) for day in before
    ]
    assert cli("redo").stdout == "redone: date: 1 listing → 2021-02-03\n"
    assert cli_json("dates", "--json")[-1]["date"] == "2021-02-03"


def test_what_an_import_joined_is_no_decision(cli: Cli, cli_json: Cli, folder: Path) -> None:
    """Rule: the history lists only decisions of the user; undo removes the star of a merged paper."""
    arxiv, doi = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
    library = Library(folder)
    for number, names in enumerate([(doi,), (arxiv,), (arxiv, doi)]):
        with library.catalogue.transaction():
            paper = ParsedPaper(f"Sundials {number}", "", identifiers=names)
            add_listing(library.catalogue, Listing(f"feed {number}", date(2025, 3, 14)), [paper])
        if number == 1:
            cli("star", doi)
    library.close()
    (one,) = cli_json("list", "--json")
    assert (one["key"], one["starred"], one["ids"]) == (arxiv, True, [arxiv, doi])
    assert cli_json("show", "--json", doi)["key"] == arxiv
    assert [(past["action"], past["papers"]) for past in cli_json("history", "--json")] == [("star", 1)]
    assert cli("undo").stdout.startswith("undone: star: Sundials ")
    assert [paper["starred"] for paper in cli_json("list", "--json")] == [False]
    assert cli("redo").stdout.startswith("redone: star: Sundials ")
    assert cli_json("show", "--json", arxiv)["starred"]


def test_a_date_that_was_set_again_is_left_alone_unless_forced(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: the message names the listing with later changes."""
    day = cli_json("dates", "--json")[0]["date"]
    cli("dates", "--set", day, "2021-02-03")
    cli("dates", "--set", "2021-02-03", "2020-02-03")
    said = "nothing done: 1 listing changed again later; --force overwrites later changes"
    assert said in cli("undo", "--id", "1", status=1).stderr
    assert cli_json("undo", "--json", "--force", "--id", "1")["changed"] == 1
    assert cli_json("dates", "--json")[0]["date"] == day


def test_what_was_decided_since_is_left_alone_unless_forced(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: the message counts papers with later changes; `--force` overwrites them."""
    cli("read", *papers[:2])
    cli("later", papers[0])
    result = cli("undo", "--id", "1")
    assert result.stderr == "kept: 1 paper changed again later; --force overwrites later changes\n"
    assert [paper["key"] for paper in cli_json("list", "--json", "is:later")] == papers[:1]
    cli("read", papers[1])
    cli("later", papers[1])
    cli("undo", "--force", "--id", "4")
    assert [paper["key"] for paper in cli_json("list", "--json", "is:later")] == papers[:1]


def test_undo_of_what_is_contradicted_alone_fails(cli: Cli, papers: list[str]) -> None:
    """Rule: if nothing could be undone, the exit status is 1."""
    cli("read", papers[0])
    cli("later", papers[0])
    said = "nothing done: 1 paper changed again later; --force overwrites later changes"
    assert said in cli("undo", "--id", "1", status=1).stderr


def test_a_saved_shelf_is_taken_back_like_every_decision(cli: Cli, cli_json: Cli, folder: Path) -> None:
    """Rule: a shelf saved in the reader is in the history with name and query; the shell can undo it."""
    library, shelf = Library(folder), SavedShelf(Safe("Kites"))
    library.reading.finish(Triage(library).save_shelf(shelf, "kites"))
    library.close()
    assert "1 shelf: Kites" in cli("history").stdout
    assert cli("undo").stdout == "undone: save shelf: 1 shelf: Kites\n"
    saved = {"name": "Kites", "from": None, "to": "kites"}
    undone = saved | {"from": "kites", "to": None}
    history = cli_json("history", "--json")
    assert [(action["shelves"], action["papers"], action["undone"]) for action in history] == [
        ([undone], 0, False), ([saved], 0, True),
    ]  # fmt: skip
    assert cli_json("redo", "--json")["changed"] == 1
