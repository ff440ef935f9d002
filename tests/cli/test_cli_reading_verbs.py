"""The verbs `list`, `show` and `dates`: JSON, tables, queries and ids."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced, Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Standing
from paperreader.domain.text import Safe
from paperreader.feeds.references.json_papers import JsonlImporter
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]

FIELDS = {
    "key", "ids", "title", "abstract", "authors", "published", "status", "starred", "tags", "note", "decided_at",
    "listings", "links", "categories", "version", "standing",
}  # fmt: skip
LISTING_FIELDS = {"feed", "date", "date_guessed", "rank", "upvotes", "comments", "announced"}


@pytest.fixture
def two(folder: Path) -> None:
    """A library with a paper of all facts and a paper of none."""
    library = Library(folder)
    full = ParsedPaper(
        "A draft of everything", "Known text. Code: https://github.com/example/draft.", ("Ada Lovelace", "Émile Ç"),
        date(2025, 3, 1), (Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/x")), 7, 2,
    )  # fmt: skip
    with library.catalogue.transaction():
        add_listing(
            library.catalogue, Listing("page:1", date(2025, 3, 14)), [full, ParsedPaper("Nothing is known", "")]
        )
        add_listing(library.catalogue, Listing("page:2", date(2025, 3, 15), guessed=True), [full])
    library.close()


@pytest.mark.usefixtures("two")
def test_list_has_the_documented_fields_and_null_for_what_is_absent(cli_json: CliJson) -> None:
    """Rule: every paper has every field; a missing fact is null."""
    full, bare = cli_json("list", "--json")
    assert set(full) >= FIELDS
    assert set(bare) >= FIELDS
    assert all(set(place) >= LISTING_FIELDS for paper in (full, bare) for place in paper["listings"])
    assert full.items() >= {
        "key": "arxiv:2503.01234", "ids": ["arxiv:2503.01234", "doi:10.1000/x"], "title": "A draft of everything",
        "abstract": "Known text. Code: https://github.com/example/draft.", "authors": ["Ada Lovelace", "Émile Ç"],
        "published": "2025-03-01", "status": "unread", "starred": False, "tags": [], "note": None, "decided_at": None,
    }.items()  # fmt: skip
    listed = {"rank": 1, "upvotes": 7, "comments": 2, "announced": None}
    assert full["listings"] == [
        {"feed": "page:2", "date": "2025-03-15", "date_guessed": True, **listed},
        {"feed": "page:1", "date": "2025-03-14", "date_guessed": False, **listed},
    ]
    assert full["links"].items() >= {
        "page": "https://arxiv.org/abs/2503.01234", "pdf": "https://arxiv.org/pdf/2503.01234",
        "code": "https://github.com/example/draft",
    }.items()  # fmt: skip
    assert bare.items() >= {"ids": [], "abstract": None, "authors": None, "published": None, "links": {}}.items()
    assert bare.items() >= {"categories": None, "version": None, "standing": None}.items()
    assert bare["listings"][0].items() >= {"rank": 2, "upvotes": None, "comments": None}.items()


def test_what_arxiv_and_files_say_of_a_paper_is_told(cli: Cli, cli_json: CliJson, folder: Path) -> None:
    """Rule: version, classes, standing, announcement and file of a paper are in the JSON."""
    library = Library(folder)
    paper = ParsedPaper(
        "A paper taken back", "Its text.", identifiers=(Identifier("arxiv:2503.05678"),), version=2,
        categories=("cs.CL", "cs.LG"), announced=Announced.REPLACEMENT, standing=Standing.WITHDRAWN,
    )  # fmt: skip
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("arxiv:cs.CL", date(2025, 3, 17)), [paper])
        add_listing(library.catalogue, ImportedFile(Safe("refs.bib")), [replace(paper, announced=None, upvotes=4)])
    library.close()
    shown = cli_json("show", "--json", "2503.05678")
    assert shown.items() >= {"categories": ["cs.CL", "cs.LG"], "version": 2, "standing": "withdrawn"}.items()
    unknown = {"rank": 1, "comments": None, "date_guessed": False}
    assert shown["listings"] == [
        {"feed": "arxiv:cs.CL", "date": "2025-03-17", "announced": "replacement", "upvotes": None, **unknown},
        {"feed": "imported:refs.bib", "date": None, "announced": None, "upvotes": 4, **unknown},
    ]
    lines = cli("show", "2503.05678").stdout.splitlines()
    assert {"withdrawn", "arXiv 2503.05678v2", "cs.CL, cs.LG", "in refs.bib"} <= set(lines)


REFERENCES = {
    "a.bib": "@article{a, title = {On lanterns}, year = 2019}",
    "b.ris": "TY  - JOUR\nTI  - On kites\nPY  - 2019/05//\nER  - \n",
    "c.json": '[{"type": "article", "title": "On frogs", "issued": {"date-parts": [[2019, 5]]}}]',
    "d.jsonl": '{"title": "On storks", "abstract": "", "published": "2019"}',
    "e.jsonl": '{"title": "On glaciers", "abstract": "", "published": "2019-01-01"}',
    "f.jsonl": '{"title": "On sundials", "abstract": "", "published": null}',
}


def test_a_date_is_given_as_far_as_it_is_known(cli: Cli, cli_json: CliJson, tmp_path: Path) -> None:
    """Rule: a year stays a year, also when the output of `list` is imported."""
    for name, text in REFERENCES.items():
        (tmp_path / name).write_text(text)
    assert cli_json("import", "--json", *(tmp_path / name for name in REFERENCES))["totals"]["problems"] == 0
    listed = cli_json("list", "--json", "--sort", "title")
    published = {
        "On frogs": "2019-05", "On glaciers": "2019-01-01", "On kites": "2019-05", "On lanterns": "2019",
        "On storks": "2019", "On sundials": None,
    }  # fmt: skip
    assert {paper["title"]: paper["published"] for paper in listed} == published
    assert "published 2019 " in cli("export", "lanterns").stdout
    for paper in listed:
        lines = [line for line in cli("show", paper["key"]).stdout.splitlines() if line.startswith("published")]
        assert lines == ([f"published {paper['published']}"] if paper["published"] else [])
    again = [JsonlImporter().read([json.dumps(paper).encode()]) for paper in listed]
    papers = [item.found for items in again for item in items]
    assert {paper.title: paper.published and str(paper.published) for paper in papers} == published  # type: ignore[union-attr]


@pytest.mark.usefixtures("two")
def test_show_gives_one_paper_with_the_same_fields(cli: Cli, cli_json: CliJson) -> None:
    """Rule: `show` prints the object of `list` for every form of the ID."""
    cli("star", "2503.01234")
    cli("later", "2503.01234")
    cli("tag", "2503.01234", "+to-cite")
    cli("note", "2503.01234", "zwei", "Wörter")
    (listed,) = cli_json("list", "--json", "is:starred")
    for name in ("arxiv:2503.01234", "2503.01234v3", "https://arxiv.org/pdf/2503.01234", "10.1000/X", "arxiv:2503"):
        assert cli_json("show", "--json", name, here=name != "2503.01234v3") == listed
    assert listed.items() >= {"status": "later", "starred": True, "tags": ["to-cite"], "note": "zwei Wörter"}.items()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", listed["decided_at"])


@pytest.mark.usefixtures("two")
def test_show_is_a_page_for_people(cli: Cli) -> None:
    """Rule: title, key, state, authors, dates, links, note and abstract stand on lines of their own."""
    cli("note", "2503.01234", "my own words")
    page = cli("show", "2503.01234").stdout
    for part in ("A draft of everything", "arxiv:2503.01234", "unread", "Ada Lovelace", "2025-03-15?", "2025-03-14",
                 "https://github.com/example/draft", "my own words", "Known text."):  # fmt: skip
        assert part in page


def test_list_is_a_row_a_paper(cli: Cli, papers: list[str]) -> None:
    """Rule: one row for each paper, the key first for `cut` and `awk`; states are signs."""
    rows = cli("list").stdout.splitlines()
    assert [row.split()[0] for row in rows] == papers
    assert len({row.index("2025-03-") for row in rows}) == 1
    cli("star", papers[0])
    assert "★" in cli("list", "is:starred").stdout


def test_dates_has_the_documented_fields(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: dates are listed newest first, with the counts of `list`."""
    cli("star", *papers[:4])
    cli("read", *papers[2:6])
    dates = cli_json("dates", "--json")
    assert [day["date"] for day in dates] == sorted((day["date"] for day in dates), reverse=True)
    listed = cli_json("list", "--json")
    for day in dates:
        assert set(day) >= {"date", "date_guessed", "papers", "unread", "starred", "feeds"}
        assert day["date_guessed"] is False
        on_day = [paper for paper in listed if day["date"] in {place["date"] for place in paper["listings"]}]
        assert (day["papers"], day["unread"], day["starred"]) == (
            len(on_day),
            sum(paper["status"] == "unread" for paper in on_day),
            sum(paper["starred"] for paper in on_day),
        )
    assert [len(day["feeds"]) for day in dates if day["date"] == "2025-03-12"] == [3]
    rows = cli("dates").stdout.splitlines()
    assert [row.split()[0] for row in rows] == [day["date"] for day in dates]


def test_an_empty_library_is_empty_and_says_so(cli: Cli, cli_json: CliJson, folder: Path) -> None:
    """Rule: stdout is empty or an empty document, stderr has a remark, and the status is 0."""
    Library(folder).close()
    for verb in ("list", "dates"):
        assert cli_json(verb, "--json") == []
        result = cli(verb)
        assert result.stdout == ""
        assert result.stderr
    assert "papers" in cli("export").stdout


# Queries


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["-draft"], ["Nothing is known"]),
        (["is:unread", "-draft"], ["Nothing is known"]),
        (["-draft", "is:unread"], ["Nothing is known"]),
        (["--json", "-draft"], ["Nothing is known"]),
        (["--", "-draft"], ["Nothing is known"]),
        (["-title:known", "-is:starred"], ["A draft of everything"]),
        (["draft everything"], ["A draft of everything"]),
        (["--sort", "title", "--limit=1"], ["A draft of everything"]),
        (["--limit", "1", "--sort=title", "is:unread"], ["A draft of everything"]),
        (["is:unread", "-draft", "--limit", "5"], ["Nothing is known"]),
        (["-is:unread"], []),
    ],
)
def test_words_with_a_minus_are_part_of_a_query(cli_json: CliJson, arguments: list[str], found: list[str]) -> None:
    """Rule: a query may contain and begin with words with a minus, beside options and after `--`."""
    papers = cli_json("list", *([] if "--json" in arguments else ["--json"]), *arguments)
    assert [paper["title"] for paper in papers] == found


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["list", "is:unred"], "is:unread"),
        (["list", "x", "date:soon"], "character 3"),
        (["export", "is:"], "is:starred"),
    ],
)
def test_a_query_that_cannot_be_read_is_a_usage_error(
    cli: Cli, papers: list[str], arguments: list[str], said: str
) -> None:
    """Rule: exit status 2, nothing on stdout, and one line with the position or the valid word."""
    assert said in cli(*arguments, status=2).stderr


@pytest.mark.parametrize("name", ["zzzz", "ab", "title:ffffffffffff", "2503.99999", "title:", "", "--", "\x1b[31m"])
def test_an_id_of_no_paper_fails_in_one_line(cli: Cli, papers: list[str], name: str) -> None:
    """Rule: an unknown, short or ambiguous ID gives exit status 1, with ID and cure on stderr."""
    result = cli("show", "--", name, status=1)
    assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)


def test_an_id_of_undecodable_bytes_fails_like_any_other(cli: Cli, papers: list[str]) -> None:
    """Rule: an ID of undecodable bytes is unknown."""
    assert "no such paper" in cli("show", b"\xff\xfe\xfd\xfc", status=1).stderr


# Dates


def test_a_date_is_set(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: all listings of the old date move, their number is printed, and decisions stay."""
    cli("star", papers[-1])
    assert cli_json("dates", "--json", "--set", "2025-03-12", "2025-04-01") == {"changed": 3}
    assert cli_json("dates", "--json")[0]["date"] == "2025-04-01"
    assert "2" in cli("dates", "--set", "2025-03-10", "2025-04-01").stdout.split()
    assert not {"2025-03-12", "2025-03-10"} & {day["date"] for day in cli_json("dates", "--json")}
    assert len(cli_json("list", "--json")) == len(papers)
    assert [paper["key"] for paper in cli_json("list", "--json", "is:starred")] == [papers[-1]]


def test_a_date_without_listings_cannot_be_set(cli: Cli, papers: list[str]) -> None:
    """Rule: a date without listings gives exit status 1 and the nearest date."""
    said = cli("dates", "--set", "2025-03-20", "2025-03-12", status=1).stderr
    assert said == "paperreader: no papers are listed on 2025-03-20; the nearest date is 2025-03-14\n"


# Without the catalogue


def test_a_starred_paper_is_shown_without_the_catalogue(
    cli: Cli, cli_json: CliJson, papers: list[str], folder: Path
) -> None:
    """Rule: without a catalogue, starred papers are shown, and the user is told what to do."""
    title = cli_json("show", "--json", papers[3])["title"]
    cli("star", papers[3])
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
    shown = cli("show", "--json", papers[3])
    assert json.loads(shown.stdout).items() >= {"title": title, "starred": True, "abstract": None}.items()
    assert "your decisions about 1 paper are safe" in shown.stderr
    (folder / "catalogue.sqlite").write_bytes(b"rubbish " * 100)
    result = cli("show", papers[3])
    assert title in " ".join(result.stdout.split())
    assert "damaged" in result.stderr
    assert "damaged" not in cli("show", papers[3]).stderr


def test_show_never_cuts_a_title_within_a_sign(cli: Cli, cli_json: CliJson, write_page: Callable[..., Path]) -> None:
    """Rule: a long word is not broken, because a break could split a character."""
    flags = "Flags" + "\U0001f3f3\ufe0f\u200d\U0001f308" * 60
    cli("import", "--year", "2025", write_page((flags, "We study these. " + "It goes on. " * 20)))
    (paper,) = cli_json("list", "--json")
    assert cli("show", paper["key"]).stdout.splitlines()[0] == flags


def test_what_looks_like_a_clause_and_is_none_is_searched_as_text_and_told(cli: Cli, papers: list[str]) -> None:
    """Rule: a remark on stderr names the unknown field; the exit status is that of a search; ids are no fields."""
    result = cli("list", "quux:bar", "--json")
    assert result.stderr == "quux: is not a field; put text with a colon in quotation marks\n"
    assert json.loads(result.stdout) == []
    assert cli("list", "arxiv:1706.03762", "--json").stderr == ""
