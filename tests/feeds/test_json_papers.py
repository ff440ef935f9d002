"""Our own JSON Lines, and what `paperreader list --json` prints, are read line by line."""

from __future__ import annotations

import gzip
import json
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from examples import how_many
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import PartialDate
from paperreader.domain.import_result import ParsedItem, ParsedPaper, Problem
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.errors import UnreadableInput
from paperreader.feeds.detection import importer_for
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.references.json_papers import FEED, NO_OBJECT, JsonlImporter
from paperreader.feeds.syntax.encoding import decode_head
from paperreader.feeds.syntax.json_items import NOT_JSON, NOT_UTF8, TOO_DEEP

CORPUS = Path(__file__).parent.parent.parent.parent / "shared" / "data" / "corpus" / "arxiv_82k.jsonl.gz"
RECORD: dict[str, Any] = {
    "id": "2503.01234",
    "title": "Patient Lanterns",
    "abstract": "Glaciers mend.",
    "authors": ["Ada Amber", "Bo Looms"],
    "published": "2025-03-13",
    "url": "https://arxiv.org/abs/2503.01234",
    "categories": ["cs.CL", "cs.LG"],
    "comment": "12 pages",
    "upvotes": 7,
    "comments": 2,
    "listed": ["2025-03-14", "2025-03-17"],
    "code": "https://github.com/amber/lanterns",
}
LISTED: dict[str, Any] = {
    "key": "arxiv:2503.01234",
    "ids": ["arxiv:2503.01234", "doi:10.1000/ab"],
    "title": "Patient Lanterns",
    "abstract": None,
    "authors": None,
    "published": None,
    "status": "skipped",
    "starred": True,
    "tags": ["a"],
    "note": None,
    "decided_at": "2025-03-14T08:00:00.000Z",
    "listings": [
        {"feed": "hf", "date": "2025-03-14", "date_guessed": False, "rank": 3, "upvotes": 9, "comments": None},
        {"feed": "hf", "date": "2025-03-17", "date_guessed": False, "rank": 3, "upvotes": 12, "comments": None},
        {"feed": "hf", "date": "2025-03-18", "date_guessed": False, "rank": 3, "upvotes": 12, "comments": None},
        {"feed": 'arxiv:"all:a lamp"', "date": "2025-03-13", "rank": 8, "upvotes": None, "announced": "cross"},
    ],
    "links": {"page": "https://arxiv.org/abs/2503.01234"},
}


def read(*lines: str | bytes | object) -> list[ParsedItem]:
    """The items of some lines: bytes, text, or what stands in them."""
    raw = [
        line if isinstance(line, bytes) else (line if isinstance(line, str) else json.dumps(line)).encode() + b"\n"
        for line in lines
    ]
    return list(JsonlImporter().read(raw))


def record(**fields: Any) -> ParsedPaper:
    """The one paper of a line with these fields and a title."""
    *_, item = read({"title": "A Title", **fields})
    assert isinstance(item.found, ParsedPaper)
    return item.found


def test_a_line_is_a_paper_with_its_dates() -> None:
    """Rule: every field, and where the next item begins."""
    (item,) = read(RECORD)
    assert item == ParsedItem(
        found=ParsedPaper(
            title="Patient Lanterns",
            abstract="Glaciers mend.",
            authors=("Ada Amber", "Bo Looms"),
            published=date(2025, 3, 13),
            identifiers=(parsed := record(id="2503.01234").identifiers),
            upvotes=7,
            comments=2,
            line=1,
            links=(("page", "https://arxiv.org/abs/2503.01234"), ("code", "https://github.com/amber/lanterns")),
            categories=("cs.CL", "cs.LG"),
        ),
        end=len(json.dumps(RECORD)),
        feed=FEED,
        dates=(date(2025, 3, 14), date(2025, 3, 17)),
    )
    assert parsed == ("arxiv:2503.01234",)


def test_what_list_prints_is_read() -> None:
    """Rule: the program reads its own output, each list of each feed with what it says of the paper."""
    items = read("[", json.dumps(LISTED) + ",", LISTED, "]")
    assert [(item.feed, item.dates) for item in items] == [
        ("hf", (date(2025, 3, 14),)),
        ("hf", (date(2025, 3, 17), date(2025, 3, 18))),
        ('arxiv:"all:a lamp"', (date(2025, 3, 13),)),
    ] * 2
    papers = [item.found for item in items if isinstance(item.found, ParsedPaper)]
    assert [paper.upvotes for paper in papers] == [9, 12, None] * 2
    assert [item.rank for item in items] == [3, 3, 8] * 2
    assert [paper.announced for paper in papers] == [None, None, Announced.CROSS] * 2
    first = papers[0]
    assert (first.title, first.abstract, first.authors, first.published) == ("Patient Lanterns", "", None, None)
    assert first.identifiers == ("arxiv:2503.01234", "doi:10.1000/ab")
    assert first.links == (("page", "https://arxiv.org/abs/2503.01234"),)


@pytest.mark.parametrize(
    "line",
    [
        [RECORD],
        f"[{json.dumps(RECORD)},]",
        f"{json.dumps(RECORD)}]",
        json.dumps([RECORD], indent=2),
        {"count": 1, "papers": [RECORD]},
        f"{json.dumps(RECORD)},",
        f"  {json.dumps(RECORD)}\r",
    ],
)
def test_brackets_and_commas_around_a_paper_are_none_of_it(line: object) -> None:
    """Rule: an array may stand in one line, in many, or in an object."""
    (item,) = read(line)
    assert isinstance(item.found, ParsedPaper)


def test_an_import_that_was_cut_between_two_lists_of_a_paper_goes_on_with_that_paper() -> None:
    """Rule: an import that ends behind one of the lists of a paper reads that paper once more."""
    text = json.dumps(LISTED).encode()
    items = list(JsonlImporter().read([b"[", text, b",", text, b"]\n"], line=5, offset=100))
    begin, end, again = 101, 101 + len(text), 102 + len(text)
    assert [item.end for item in items] == [begin, begin, end, again, again, again + len(text)]
    assert {item.found.line for item in items} == {5}


def test_a_mark_and_blank_lines_are_no_papers_and_no_problems() -> None:
    """Rule: what editors leave is nothing."""
    items = list(
        JsonlImporter().read([b"\xef\xbb\xbf[\n", b"\n", b"  \r\n", json.dumps(RECORD).encode() + b"\n", b"]"])
    )
    assert [item.found.line for item in items] == [4]
    (bare,) = JsonlImporter().read([b"\xef\xbb\xbf" + json.dumps(RECORD).encode()])
    assert isinstance(bare.found, ParsedPaper)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not JSON", NOT_JSON),
        ('{"title": "A"', NOT_JSON),
        ('{"title": "A\\x"}', NOT_JSON),
        (b'{"title": "\xff"}\n', NOT_UTF8),
        ("[" * 100_000, TOO_DEEP),
        ('{"a":' * 100_000, TOO_DEEP),
        ("7", NO_OBJECT),
        ("null", NO_OBJECT),
        ('"text"', NO_OBJECT),
        ("{}", NO_TITLE),
        ('{"title": "  "}', NO_TITLE),
        ('{"title": NaN}', NO_TITLE),
        ('{"title": [7]}', NO_TITLE),
        ("9" * 1_000_000, NO_OBJECT),
    ],
)
def test_a_line_without_a_paper_is_named_and_kept(line: str | bytes, reason: str) -> None:
    """Rule: the lines around it are read."""
    before, item, after = read(RECORD, line, RECORD)
    assert isinstance(before.found, ParsedPaper)
    assert isinstance(after.found, ParsedPaper)
    assert isinstance(item.found, Problem)
    assert (item.found.line, item.found.reason) == (2, reason)
    assert (line if isinstance(line, bytes) else line.encode()).startswith(item.set_aside[:65_536])
    assert len(item.found.excerpt) <= 120


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"published": "2025-03-13T08:00:00Z"}, {"published": date(2025, 3, 13)}),
        ({"published": "2025-03"}, {"published": PartialDate(2025, 3)}),
        ({"published": "2025"}, {"published": PartialDate(2025)}),
        ({"published": 2025}, {"published": PartialDate(2025)}),
        ({"published": "2025-13"}, {"published": PartialDate(2025)}),
        ({"published": "2025-W05"}, {"published": PartialDate(2025)}),
        ({"published": "0000"}, {"published": None}),
        ({"published": True}, {"published": None}),
        ({"published": "yesterday"}, {"published": None}),
        ({"published": "0000-00-00"}, {"published": None}),
        ({"published": 20250313}, {"published": date(2025, 3, 13)}),
        ({"published": 7}, {"published": None}),
        ({"upvotes": float("nan"), "comments": 10**400}, {"upvotes": None, "comments": None}),
        ({"upvotes": True, "comments": -1}, {"upvotes": None, "comments": None}),
        ({"authors": "Ada Amber"}, {"authors": ("Ada Amber",)}),
        ({"authors": [None, 7, "", "Ada Amber"]}, {"authors": ("Ada Amber",)}),
        ({"id": "10.1000/AB"}, {"identifiers": ("doi:10.1000/ab",)}),
        ({"url": "https://arxiv.org/abs/2503.01234v2"}, {"identifiers": ("arxiv:2503.01234",)}),
        ({"abstract": "  One\nline.\n"}, {"abstract": "One line."}),
        ({"abstract": "One\n\n- a list\n- of two"}, {"abstract": "One\n\n- a list\n- of two"}),
        ({"abstract": [7], "links": ["x"], "categories": 7}, {"abstract": "", "links": (), "categories": None}),
        ({"standing": "retracted", "version": 2}, {"standing": Standing.RETRACTED, "version": 2}),
        ({"standing": ["retracted"], "version": "2"}, {"standing": None, "version": None}),
    ],
)
def test_a_field_that_is_not_what_it_should_be_is_not_known(fields: dict[str, Any], expected: dict[str, Any]) -> None:
    """Rule: it costs itself, not the paper."""
    paper = record(**fields)
    assert {name: getattr(paper, name) for name in expected} == {**expected}


@pytest.mark.parametrize(
    ("fields", "feed", "days"),
    [
        ({"listed": ["2025-03-14"], "feed": "hf"}, "hf", 1),
        ({"listed": "2025-03-14"}, FEED, 1),
        ({"listed": ["2025-03-14", "2025-03-14", "never", 7]}, FEED, 1),
        ({"listed": ["2025-03-14"], "feed": "\x1b[31m"}, FEED, 1),
        ({"listed": ["2025-03-14"], "feed": "imported:refs.bib"}, FEED, 1),
        ({"listed": ["2025-03-14"], "feed": "h" * 1_000}, FEED, 1),
        ({"listed": [], "feed": "hf"}, None, 0),
        ({"listings": [{"feed": None, "date": None}, 7]}, None, 0),
        ({"listings": "none"}, None, 0),
    ],
)
def test_a_paper_is_listed_where_it_says(fields: dict[str, Any], feed: str | None, days: int) -> None:
    """Rule: without a date it goes to the shelf of imported files."""
    (item,) = read({"title": "A Title", **fields})
    assert (item.feed, len(item.dates)) == (feed, days)


@pytest.mark.parametrize(
    "head", [json.dumps(RECORD), "[\n" + json.dumps(LISTED), "\ufeff" + json.dumps(RECORD) + "\n{"]
)
def test_our_lines_are_recognised(head: str) -> None:
    """Rule: JSON Lines are recognised without `--format`; the first line may exceed the examined head."""
    assert JsonlImporter().recognises(decode_head(head.encode()))
    assert JsonlImporter().recognises(decode_head(head.encode()[:200]))


@pytest.mark.parametrize(
    "value",
    [
        [{"paper": {"id": "2503.01234", "authors": [], "title": "A", "upvotes": 1}, "publishedAt": "2025-03-14"}],
        {"id": "0704.0001", "submitter": "A", "authors": "A", "title": "B", "categories": "hep-ph", "abstract": "C"},
        {"id": "a", "type": "article", "title": "A", "abstract": "B", "issued": {}},
        {"title": "A"},
        [],
        "title",
    ],
)
def test_other_json_is_not_taken_for_ours(value: object) -> None:
    """Rule: other feeds have titles as well."""
    with suppress(UnreadableInput):
        assert importer_for(json.dumps(value).encode()).format != "jsonl"


@given(st.binary(max_size=80), st.text(max_size=30))
def test_no_bytes_break_it(data: bytes, title: str) -> None:
    """Rule: each line is a paper with a title or an id, a problem, or blank."""
    for line in (data, json.dumps({"title": title}).encode() + data):
        for item in JsonlImporter().read([line, json.dumps(RECORD).encode()]):
            assert isinstance(item.found, Problem) or item.found.title.strip() or item.found.identifiers


EVERY = how_many(400, 40)
"""Of so many lines of the corpus one is read."""


@pytest.mark.skipif(not CORPUS.exists(), reason="the real corpus is not here (../shared/data)")
def test_the_corpus_is_read_whole() -> None:
    """Rule: every line of it is a paper with an id; those with list dates have them."""
    with gzip.open(CORPUS) as stream:
        lines = list(islice(stream, 0, None, EVERY))
    items = list(JsonlImporter().read(lines))
    papers = [item.found for item in items if isinstance(item.found, ParsedPaper)]
    assert len(papers) == len(lines) > 80_000 // EVERY
    assert all(paper.identifiers and paper.authors and paper.published for paper in papers)
    assert sum(bool(item.dates) for item in items) == sum(b'"listed": ["' in line for line in lines) > 4_000 // EVERY
    assert JsonlImporter().recognises(lines[0])
