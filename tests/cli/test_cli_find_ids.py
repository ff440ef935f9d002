"""The verb `find-ids`: which papers it looks up, which servers it contacts, what it prints."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import web_server
from web_server import WebServer, status

from paperreader.services.finding_ids import NO_TITLES_OF_DOIS

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]

SEARCH = "/api/query"
TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."


@pytest.fixture
def web(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[WebServer]:
    """A local server in place of arXiv, named in the settings."""
    with web_server.serving() as server:
        folder = tmp_path / "config" / "paperreader"
        folder.mkdir(parents=True)
        (folder / "config.toml").write_text(f'[fetch]\narxiv_search = "{server.base}"\n', encoding="utf-8")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        yield server


@pytest.fixture
def key(cli: Cli, cli_json: CliJson, write_page: Callable[..., Path]) -> str:
    """The key of a starred paper without an id; the library has another paper without a star."""
    cli("import", "--date", "2025-03-14", write_page((TITLE, ABSTRACT), ("Another Title", ABSTRACT)))
    (found,) = cli_json("list", "--json", "sundials", "longer", "days")
    cli("star", found["key"])
    return str(found["key"])


def _answer(abstract: str) -> bytes:
    return (
        '<feed xmlns="http://www.w3.org/2005/Atom"><title>arXiv Query: search_query=ti</title>'
        f"<entry><id>http://arxiv.org/abs/2503.01234v1</id><title>{TITLE}</title><summary>{abstract}</summary></entry>"
        "</feed>"
    ).encode()


def test_the_starred_papers_get_their_ids(cli: Cli, cli_json: CliJson, web: WebServer, key: str) -> None:
    """Rule: one request for each paper without an id; undo removes the id."""
    web.on(SEARCH, _answer(ABSTRACT))
    result = cli("find-ids")
    assert result.stdout.split() == ["found", key, "arxiv:2503.01234", *TITLE.split()]
    assert (result.stderr, len(web.asked)) == ("", 1)
    assert cli_json("show", "--json", "2503.01234")["ids"] == ["arxiv:2503.01234"]
    result = cli("find-ids")
    assert result.stderr == "all these papers have an id and a title\n"
    assert (result.stdout, len(web.asked)) == ("", 1)
    assert cli("undo").stdout.startswith("undone: find ids: ")
    assert cli_json("show", "--json", key)["ids"] == []


def test_what_is_doubtful_is_told_with_the_cure(cli: Cli, web: WebServer, key: str) -> None:
    """Rule: a doubtful id is not accepted, and the exit status is 0."""
    web.on(SEARCH, _answer("Nothing that resembles the other text, but storks above a village pond in spring."))
    result = cli("find-ids", "is:starred")
    assert result.stdout.startswith("doubtful")
    assert f"paperreader fetch arxiv:2503.01234, then paperreader merge {key} arxiv:2503.01234" in result.stderr
    assert cli("history").stdout.count("find ids") == 0


def test_offline_asks_nobody(cli_json: CliJson, web: WebServer, key: str) -> None:
    """Rule: no server is contacted; the receipt has the documented fields."""
    receipt = cli_json("find-ids", "--offline", "--json")
    paper: dict[str, Any] = {"key": key, "title": TITLE, "outcome": "not found", "ids": [], "reason": None}
    totals = {"found": 0, "doubtful": 0, "not_found": 1, "not_asked": 0}
    assert receipt == {"changed": 0, "papers": [paper], "totals": totals}
    assert web.asked == []


def test_what_could_not_be_asked_is_one_line_and_exit_status_1(cli: Cli, web: WebServer, key: str) -> None:
    """Rule: exit status 1 and one line with the reason."""
    web.on(SEARCH, status(403))
    result = cli("find-ids", status=1)
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)
    assert "no search at arXiv for 1 title: " in result.stderr


@pytest.mark.full
def test_what_could_be_asked_in_part_is_exit_status_3(cli: Cli, web: WebServer, key: str) -> None:
    """Rule: exit status 3 if one of two requests fails; requests are three seconds apart."""
    web.on(SEARCH, _answer(ABSTRACT), status(403))
    assert cli("find-ids", "is:unread", status=3).stdout.count("found") == 1


@pytest.mark.parametrize("query", [["since:soon"], ["is:nonsense"]])
def test_a_query_that_cannot_be_read_asks_nobody(cli: Cli, web: WebServer, key: str, query: list[str]) -> None:
    """Exit status 2."""
    cli("find-ids", *query, status=2)
    assert web.asked == []


def test_papers_of_a_list_of_ids_get_their_titles(cli: Cli, cli_json: CliJson, web: WebServer, tmp_path: Path) -> None:
    """Rule: one request fetches all titles from arXiv; one line says that titles of DOIs are not fetched."""
    ids = tmp_path / "ids.txt"
    ids.write_text("2503.01234\n10.1000/sundials\n10.1000/clocks\n", encoding="utf-8")
    cli("import", ids)
    web.on(SEARCH, _answer(ABSTRACT))
    result = cli("find-ids", "feed:imported:ids.txt")
    first, *others = result.stdout.splitlines()
    assert first.split() == ["found", "arxiv:2503.01234", "arxiv:2503.01234", *TITLE.split()]
    assert ["(title not fetched)" in line for line in others] == [True, True]
    assert result.stderr == f"paperreader: 2 papers: {NO_TITLES_OF_DOIS}\n"
    assert (len(web.asked), cli_json("show", "--json", "2503.01234")["title"]) == (1, TITLE)
