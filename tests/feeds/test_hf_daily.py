"""Answers of the Daily Papers API are read in every shape they were saved in, whole or damaged."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.import_result import ParsedListing, ParsedPaper, Problem
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import importer_for
from paperreader.feeds.huggingface.api_answers import DailyPapersImporter

PROPERTY = examples(300)
DAY = date(2025, 7, 8)


def flat(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A paper as `/api/papers` gives it; a change to None takes the key away."""
    paper = {
        "id": f"2507.0{number:04}",
        "authors": [
            {"_id": "a" * 24, "name": f"Ada Invented {number}", "hidden": False},
            {"_id": "b" * 24, "name": "Ben Invented", "hidden": False},
        ],
        "publishedAt": "2025-07-07T16:07:54.000Z",
        "submittedOnDailyAt": "2025-07-08T01:22:05.551Z",
        "title": f"Lanterns Measured {number} Times",
        "summary": f"We measure lantern {number}.\nIt is bright.",
        "upvotes": 40 - number,
        "discussionId": "c" * 24,
    }
    return {name: value for name, value in (paper | changes).items() if value is not None}


def wrapped(number: int = 1, paper: Mapping[str, Any] | None = None, **changes: Any) -> dict[str, Any]:
    """An item as `/api/daily_papers` gives it."""
    inner = flat(number, **(paper or {}))
    item = {
        "paper": inner,
        "publishedAt": "2025-07-07T12:07:54.000Z",
        "title": inner.get("title"),
        "summary": inner.get("summary"),
        "thumbnail": "https://cdn-thumbnails.example/x.png",
        "numComments": number,
        "submittedBy": {"_id": "d" * 24, "fullname": "Cleo", "name": "cleo"},
        "isAuthorParticipating": False,
    } | changes
    return {name: value for name, value in item.items() if value is not None}


ITEMS = [wrapped(number) for number in range(1, 5)]


def read(data: bytes | object) -> tuple[ParsedListing, ...]:
    """What the importer makes of bytes, or of a value as JSON."""
    return DailyPapersImporter().parse(data if isinstance(data, bytes) else json.dumps(data).encode())


def only(data: bytes | object) -> ParsedListing:
    """The only listing."""
    (listing,) = read(data)
    return listing


def paper_of(item: object) -> ParsedPaper:
    """The only paper of a list of one item, without a problem."""
    listing = only([item])
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


def problem_of(data: bytes | object) -> Problem:
    """The only problem of an input without papers."""
    listing = only(data)
    assert listing.papers == ()
    (problem,) = listing.problems
    return problem


# Shapes


SHAPES: dict[str, bytes] = {
    "array": json.dumps(ITEMS).encode(),
    "indented": json.dumps(ITEMS, indent=4).encode(),
    "BOM and CRLF": b"\xef\xbb\xbf" + json.dumps(ITEMS, indent=1).replace("\n", "\r\n").encode(),
    "lines": "\n".join(map(json.dumps, ITEMS)).encode() + b"\n",
    "pages behind each other": f"{json.dumps(ITEMS[:3])}\n{json.dumps(ITEMS[3:])}".encode(),
    "list of pages": json.dumps([ITEMS[:3], ITEMS[3:]]).encode(),
    "wrapped by a tool": json.dumps({"status": "success", "date": "2025-07-08", "count": 4, "data": ITEMS}).encode(),
    "texts of Python": json.dumps([repr(item) for item in ITEMS], indent=4).encode(),
    "texts of Python, wrapped": json.dumps({"date": "2025-07-08", "data": [repr(item) for item in ITEMS]}).encode(),
    "texts of JSON": json.dumps([json.dumps(item) for item in ITEMS]).encode(),
    "props of the page": json.dumps({"dailyPapers": ITEMS}).encode(),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_gives_the_same_papers(shape: str) -> None:
    """Rule: arrays, objects around them, JSON Lines, Python's texts: one listing, in order."""
    listing = only(SHAPES[shape])
    assert (listing.feed, listing.date, listing.problems, listing.set_aside) == ("hf", DAY, (), ())
    expected = [paper_of(item) for item in ITEMS]
    assert [(p.title, p.abstract, p.identifiers, p.upvotes, p.comments, p.links) for p in listing.papers] == [
        (p.title, p.abstract, p.identifiers, p.upvotes, p.comments, p.links) for p in expected
    ]


@pytest.mark.parametrize("shape", SHAPES)
def test_every_shape_is_recognised(shape: str) -> None:
    """Rule: nobody has to say `--format hf`, and no other importer takes it before."""
    assert importer_for(SHAPES[shape][:HEAD]).format == "hf"


@pytest.mark.parametrize("value", [flat(), [flat(1), flat(2)], wrapped()])
def test_flat_and_single_papers_are_read(value: Any) -> None:
    """Rule (formats 2.2): what `/api/papers` and `/api/papers/ID` give, as what `/api/daily_papers` does."""
    assert importer_for(json.dumps(value).encode()).format == "hf"
    assert only(value).papers[0].identifiers == ("arxiv:2507.00001",)
    assert only(value).date == DAY


def test_an_item_is_read_whole() -> None:
    """Rule: id, authors, figures, day of publication and links are kept."""
    item = wrapped(
        7,
        {
            "githubRepo": "https://github.com/invented/lanterns",
            "projectPage": "https://lanterns.example/",
            "linkedModels": [{"id": "x/y"}],
        },
    )
    assert paper_of(item) == ParsedPaper(
        title="Lanterns Measured 7 Times",
        abstract="We measure lantern 7. It is bright.",
        authors=("Ada Invented 7", "Ben Invented"),
        published=date(2025, 7, 7),
        identifiers=paper_of(item).identifiers,
        upvotes=33,
        comments=7,
        line=1,
        links=(
            ("page", "https://huggingface.co/papers/2507.00007"),
            ("code", "https://github.com/invented/lanterns"),
            ("project", "https://lanterns.example/"),
            ("models", "https://huggingface.co/models?other=arxiv:2507.00007"),
        ),
    )
    assert paper_of(item).identifiers == ("arxiv:2507.00007",)


def test_an_item_says_on_which_line_it_begins() -> None:
    """Rule: of JSON on one line, the first; else its own."""
    assert [paper.line for paper in only(SHAPES["array"]).papers] == [1] * 4
    assert [paper.line for paper in only(SHAPES["lines"]).papers] == [1, 2, 3, 4]
    assert [paper.line for paper in only(SHAPES["texts of Python"]).papers] == [2, 3, 4, 5]


@pytest.mark.parametrize("empty", [[], {"status": "success", "date": "2025-02-08", "count": 0, "data": []}, [[], []]])
def test_an_empty_list_is_a_day_without_papers(empty: object) -> None:
    """Rule (formats 2.1): on weekends the API answers `[]`, which is no problem."""
    assert read(empty) == ()
    assert DailyPapersImporter().recognises(b" [ ] \n")


# Days


def test_items_of_several_days_are_several_lists() -> None:
    """Rule: the day is that of `submittedOnDailyAt`, in UTC; ranks are the order of appearance."""
    days = ["2025-07-08T23:59:59.000Z", "2025-07-09T00:00:00.000Z", "2025-07-08T00:00:00Z", "2025-07-09T01:30:00+02:00"]
    first, second = read([wrapped(n, {"submittedOnDailyAt": day}) for n, day in enumerate(days, 1)])
    assert (first.date, [p.comments for p in first.papers]) == (DAY, [1, 3, 4])
    assert (second.date, [p.comments for p in second.papers]) == (date(2025, 7, 9), [2])


def test_items_that_say_no_day_go_with_the_others() -> None:
    """Rule: with the day that most of the others have."""
    days = [None, "2025-07-08", "2025-07-09T00:00:00Z", "2025-07-09T00:00:00Z", None]
    one, other = read([wrapped(n, {"submittedOnDailyAt": day}) for n, day in enumerate(days, 1)])
    assert (one.date, [p.comments for p in one.papers]) == (date(2025, 7, 9), [1, 3, 4, 5])
    assert (other.date, [p.comments for p in other.papers]) == (DAY, [2])


def test_a_date_said_around_the_list_is_that_of_items_that_say_none() -> None:
    """Rule: `{status, date, count, data}` says the day, before or behind its list."""
    items = [wrapped(1, {"submittedOnDailyAt": None}), wrapped(2), wrapped(3)]
    for value in ({"date": "2025-01-10", "data": items}, {"data": items, "date": "2025-01-10"}):
        one, other = read(value)
        assert (one.date, len(one.papers), other.date, len(other.papers)) == (date(2025, 1, 10), 1, DAY, 2)


def old(number: int, came: str, published: str = "2024-05-24T10:00:00.000Z") -> dict[str, Any]:
    """An item of before March 2025."""
    return wrapped(number, {"publishedAt": published, "submittedOnDailyAt": None}, publishedAt=came)


def test_of_old_captures_the_outer_date_is_likely_that_of_the_list() -> None:
    """Rule (formats 2.4): before 2025-03-07 it is when a paper came to the list, at times on the evening before."""
    listing = only([old(1, "2024-05-27T23:01:00.000Z"), old(2, "2024-05-28T03:14:41.021Z")])
    assert (listing.date, listing.likely_date) == (None, date(2024, 5, 28))


@pytest.mark.parametrize(
    ("came", "published"),
    [
        ("2025-03-05T10:33:52.000Z", "2025-03-05T15:33:52.000Z"),  # five hours too early: winter in New York
        ("2024-07-05T11:33:52.000Z", "2024-07-05T15:33:52.000Z"),  # an old paper in a new capture
        ("2026-04-08T20:00:00.000Z", "2026-04-09T00:00:00.000Z"),  # the time cut off
        ("2025-03-07T10:00:00.000Z", "2025-03-05T15:33:52.000Z"),
        ("0001-01-01T00:00:00.000Z", "2025-03-05T15:33:52.000Z"),
        ("yesterday", "2025-03-05T15:33:52.000Z"),
    ],
)
def test_the_outer_date_that_lies_is_never_used(came: str, published: str) -> None:
    """Rule (formats 2.4): since March 2025 it is the paper's own time, labelled with the wrong zone."""
    listing = only([old(1, came, published)])
    assert (listing.date, listing.likely_date) == (None, None)
    assert listing.papers[0].published == date.fromisoformat(published[:10])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31T00:00:00Z", "2019-05-01", "yesterday", 20250708, [], ""])
def test_days_that_cannot_be_are_none(day: object) -> None:
    """Rule: a list of the year 9999 would stand above all others."""
    listing = only([wrapped(1, {"submittedOnDailyAt": day, "publishedAt": day})])
    assert listing.date is None
    assert listing.papers[0].published in (None, date(2019, 5, 1))


# Texts


def test_line_breaks_are_undone_and_paragraphs_kept() -> None:
    """Rule (formats 2.3): breaks of lines are blanks; an empty line or two blanks begin a paragraph, as in arXiv."""
    title, summary = "Lanterns\n  and Their   Keepers", "One\nline. \nTwo.\n  A paragraph\nof two.\n \nA third.\n"
    paper = paper_of(wrapped(1, {"title": title, "summary": summary}))
    assert paper.title == "Lanterns and Their Keepers"
    assert paper.abstract == "One line. Two.\n\nA paragraph of two.\n\nA third."


@pytest.mark.parametrize(
    ("outer", "inner", "shown"),
    [
        ("A clean title", "A clean\n  title", "A clean title"),
        ("$\\textit{Lantern}$: a study", "Lantern: a study", "Lantern: a study"),
        ("Lantern: a study", "$\\textit{Lantern}$: a study", "Lantern: a study"),
        (None, "Only inside", "Only inside"),
        ("Only outside", None, "Only outside"),
        ("Outside", "\u200b\x1b[31m", "Outside"),
        (7, ["no"], None),
        ("", "  ", None),
        ("\u200b", None, None),
    ],
)
def test_the_cleaner_title_is_taken(outer: object, inner: object, shown: str | None) -> None:
    """Rule: of two titles the one with less TeX; without one that can be seen there is no paper."""
    item = wrapped(1, {"title": inner}, title=outer)
    if shown is None:
        assert problem_of([item]).reason == "an item without a title"
    else:
        assert paper_of(item).title == shown


def test_authors_may_stand_in_one_text() -> None:
    """Rule: tables and other programs join the names."""
    assert paper_of(wrapped(1, {"authors": "Ada Invented, Ben Made"})).authors == ("Ada Invented", "Ben Made")


def test_rows_of_a_table_and_what_python_writes_are_read_as_items() -> None:
    """Rule: the dataset viewer puts each item into a row; `repr` writes apostrophes."""
    shown = [{**wrapped(number, {}), "title": f'Ada\'s "Lanterns" {number}'} for number in (1, 2)]
    rows = {"features": [{"name": "paper"}], "rows": [{"row_idx": 0, "row": one} for one in shown]}
    wanted = read(shown)[0].papers
    assert len(wanted) == 2
    for data in (json.dumps(rows), repr(shown), repr(rows)):
        assert [replace(paper, line=1) for paper in only(data.encode()).papers] == list(wanted)


def test_hidden_authors_are_not_shown() -> None:
    """Rule (formats 2.2): nor are those without a name; where none is left, they are unknown."""
    hidden = {"name": "Hidden", "hidden": True}
    authors = [hidden, {"name": "Ada\n Invented", "hidden": False}, {"hidden": False}, "Ben", None, 3, {"name": None}]
    assert paper_of(wrapped(1, {"authors": authors})).authors == ("Ada Invented", "Ben")
    for none in ([], [hidden], None, "", {"name": "Ada"}):
        assert paper_of(wrapped(1, {"authors": none})).authors is None


@pytest.mark.parametrize(
    ("name", "identifiers", "version"),
    [
        ("2507.01853", ("arxiv:2507.01853",), None),
        ("2507.01853v3", ("arxiv:2507.01853",), 3),
        ("hep-ex/0307015v1", ("arxiv:hep-ex/0307015",), 1),
        ("https://arxiv.org/abs/2507.01853", ("arxiv:2507.01853",), None),
        ("something-else", (), None),
        (250701853, (), None),
        (None, (), None),
    ],
)
def test_ids_are_those_of_arxiv(name: object, identifiers: tuple[str, ...], version: int | None) -> None:
    """Rule: versions are kept apart, and what is no arXiv id costs the paper nothing else."""
    paper = paper_of(wrapped(1, {"id": name}))
    assert (paper.identifiers, paper.version, paper.title) == (identifiers, version, "Lanterns Measured 1 Times")


def test_an_id_that_was_saved_as_a_number_keeps_its_digits() -> None:
    """Rule: 2507.01850 is not 2507.0185."""
    data = json.dumps([wrapped()]).replace('"2507.00001"', "2507.01850").encode()
    assert only(data).papers[0].identifiers == ("arxiv:2507.01850",)


@pytest.mark.parametrize(
    ("value", "count"),
    [(3, 3), (0, 0), ("12", 12), (3.0, 3), ("3.5", None), (-1, None), (True, None), (10**12, None), ([], None)],
)
def test_figures_are_counts(value: object, count: int | None) -> None:
    """Rule: what is no count is unknown, never invented."""
    paper = paper_of(wrapped(1, {"upvotes": value}, numComments=value))
    assert (paper.upvotes, paper.comments) == (count, count)


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "github.com/a/b", "https://", 3, "", None]
)
def test_only_addresses_that_may_be_opened_are_kept(url: object) -> None:
    """Rule: http and https with a host."""
    kinds = [kind for kind, _ in paper_of(wrapped(1, {"githubRepo": url, "projectPage": url})).links]
    assert kinds == ["page"]


def test_one_address_is_one_link() -> None:
    """Rule: a project page that is the repository is not told twice."""
    url = "https://github.com/invented/lanterns"
    assert dict(paper_of(wrapped(1, {"githubRepo": url, "projectPage": url})).links).get("project") is None


# Damage


@pytest.mark.parametrize(
    ("data", "reason", "excerpt"),
    [
        (b"1", "a number where a paper should be", "1"),
        (b"null", "nothing where a paper should be", "null"),
        (b"true", "true or false where a paper should be", "true"),
        (b"[null]", "nothing where a paper should be", "null"),
        (b'["a text"]', "a text where a paper should be", '"a text"'),
        (b'{"error": "Invalid\\u001b[31m date"}', "an error message: Invalid date", None),
        (b'{"statusCode": 404, "error": "Not found"}', "an error message: Not found", None),
        (b"{}", "an item without a title", "{}"),
        (
            b"<!doctype html><title>502</title>",
            "a web page (HTML) instead of JSON",
            "<!doctype html><title>502</title>",
        ),
        (b"\n\n  <html>", "a web page (HTML) instead of JSON", "<html>"),
        (b"", "empty", ""),
        (b"[", "cut off: the input ends inside this item", ""),
        (b"[" * 1_000_000, "nested too deeply", "[" * 119 + "…"),
        (b"Too many requests, please wait", "not valid JSON", "Too many requests, please wait"),
    ],
)
def test_what_holds_no_paper_says_why(data: bytes, reason: str, excerpt: str | None) -> None:
    """Rule: errors, numbers, web pages and a million brackets are one named problem."""
    problem = problem_of(data)
    assert problem.reason == reason
    assert excerpt is None or problem.excerpt == excerpt


def test_a_cut_input_gives_its_whole_items() -> None:
    """Rule: those before the cut are kept, the rest is a problem that names the line where it begins."""
    data = SHAPES["indented"]
    listing = only(data[: len(data) * 5 // 8])
    assert [paper.comments for paper in listing.papers] == [1, 2]
    (problem,) = listing.problems
    assert problem.reason.startswith("cut off")
    assert listing.set_aside[0][1].startswith(b'{\n        "paper"')
    assert problem.line == data[: data.index(listing.set_aside[0][1][:200])].count(b"\n") + 1


def test_a_bad_item_costs_itself_only() -> None:
    """Rule: a list of good items with one of each kind of bad ones between them."""
    bad: list[bytes] = [
        b"null", b"17", b'"text"', b"{}", b'{"paper": null}', b'{"paper": {"id": "2507.00001"}}',
        b'{"paper": {"id": 1,}}', b'{"title": "caf\xe9"}', b'{"title": ""}', b"\"{'paper': {'title': 'x'\"",
        b"[" * 5_000 + b"]" * 5_000,
    ]  # fmt: skip
    for piece in bad:
        rows = [json.dumps(item).encode() for item in ITEMS]
        listing = only(b"[" + b",\n".join([*rows[:2], piece, *rows[2:]]) + b"]")
        assert [paper.comments for paper in listing.papers] == [1, 2, 3, 4], piece
        (problem,) = listing.problems
        assert problem.line == 3, piece
        ((line, raw),) = listing.set_aside
        assert line == 3
        assert piece[:1_000] in raw


texts = st.text(max_size=6) | st.sampled_from(["2025-07-08", "x"])
names = st.sampled_from(["name", "id", "title", "x"])
junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
KEYS = sorted({*flat(), *wrapped(), "githubRepo", "projectPage", "linkedModels", "data", "error", "date"})


@PROPERTY
@given(
    changes=st.lists(
        st.tuples(st.booleans(), st.sampled_from(KEYS), st.sampled_from(["lose", "put", "rename"]), junk), max_size=6
    ),
)
def test_no_key_is_taken_for_granted(changes: list[tuple[bool, str, str, object]]) -> None:
    """Rule: with keys missing, renamed, added, null or of another type an item is a paper or a problem."""
    item = wrapped()
    for is_inner, key, what, value in changes:
        place = item.get("paper") if is_inner else item
        if not isinstance(place, dict):
            continue
        if what == "lose":
            place.pop(key, None)
        elif what == "put":
            place[key] = value
        elif key in place:
            place[f"{key}_"] = place.pop(key)
    listings = read([wrapped(2), item, wrapped(3)])
    read_ones = sum(len(listing.papers) for listing in listings)
    problems = sum(len(listing.problems) for listing in listings)
    holds_list = any(isinstance(item.get(key), list | dict) for key in ("data",))
    assert read_ones + problems == 3 or holds_list
    assert {2, 3} <= {paper.comments for listing in listings for paper in listing.papers}


@PROPERTY
@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode(errors="surrogatepass")))
def test_no_bytes_break_it(data: bytes) -> None:
    """Rule: never an exception, and nothing at all only of what is empty."""
    DailyPapersImporter().recognises(data)
    listings = read(data)
    assert all(listing.papers or listing.problems for listing in listings)


@pytest.mark.parametrize(
    "data",
    [
        b'[{"id": "x2021", "type": "article-journal", "title": "A", "author": [{"family": "B"}]}]',
        b'{"id": "0704.0001", "submitter": "A", "authors": "B", "title": "C", "abstract": "d", "versions": []}',
        b'{"id": "2503.1", "title": "A", "abstract": "b", "authors": ["C"], "published": "2025-01-01", "upvotes": 3}',
        b"new\n\nSubscribe\n\nMar 14\n\nA title\n\nAn abstract.",
        b"",
        b"@article{x, title={paper}}",
        b"[1, 2]",
    ],
)
def test_other_formats_are_not_taken_for_it(data: bytes) -> None:
    """Rule: CSL-JSON, the Kaggle snapshot, our own lines, pages and BibTeX are read by their own importers."""
    assert not DailyPapersImporter().recognises(data)


# Real captures


@pytest.mark.parametrize(
    ("name", "papers", "day", "likely"),
    [
        ("2024-05-28", 15, None, date(2024, 5, 28)),
        ("2024-06-12", 16, None, date(2024, 6, 12)),
        ("2024-12-11", 26, None, date(2024, 12, 11)),
        ("2025-01-10", 9, date(2025, 1, 10), None),
        ("2025-03-11", 26, None, None),
        ("2025-03-11.nextday", 50, None, None),
        ("2025-03-18", 17, date(2025, 3, 18), None),
        ("2025-07-07", 1, date(2025, 7, 7), None),
        ("2025-10-03", 39, date(2025, 10, 3), None),
        ("2026-04-10", 35, date(2026, 4, 10), None),
        ("2026-06-03", 23, date(2026, 6, 3), None),
    ],
)
def test_real_captures_are_read_whole(
    captures: Path, name: str, papers: int, day: date | None, likely: date | None
) -> None:
    """Rule: every paper with its id, authors, abstract and figures, and no problem."""
    data = (captures / "hf_daily" / f"{name}.json").read_bytes()
    assert DailyPapersImporter().recognises(data[:HEAD])
    listing = only(data)
    assert (len(listing.papers), listing.date, listing.likely_date, listing.problems) == (papers, day, likely, ())
    for paper in listing.papers:
        assert paper.identifiers
        assert paper.authors
        assert len(paper.abstract) > 150
        assert "\n" not in paper.abstract.replace("\n\n", "")
        assert paper.published
        assert paper.upvotes is not None
        assert paper.comments is not None
        assert dict(paper.links)["page"].endswith(paper.identifiers[0].removeprefix("arxiv:"))
    # The API orders by upvotes: nothing was left out or put elsewhere.
    upvotes = [paper.upvotes or 0 for paper in listing.papers]
    assert upvotes == sorted(upvotes, reverse=True)


def test_the_capture_of_a_weekend_is_a_named_problem(captures: Path) -> None:
    """Rule (formats 2.5): a file that holds the number 1 says so."""
    data = (captures / "hf_daily" / "weekend-2025-02-08.not-an-array.json").read_bytes()
    assert DailyPapersImporter().recognises(data)
    assert problem_of(data).reason == "a number where a paper should be"


def test_real_captures_are_read_wherever_they_are_cut(captures: Path) -> None:
    """Rule: the whole items before the cut, in order, and one problem."""
    data = (captures / "hf_daily" / "2025-07-07.json").read_bytes() + (
        captures / "hf_daily" / "2025-03-18.json"
    ).read_bytes()
    whole = [paper for listing in read(data) for paper in listing.papers]
    assert len(whole) == 18
    before = 0
    for cut in range(1, len(data), 997):
        listings = read(data[:cut])
        found = [paper for listing in listings for paper in listing.papers]
        assert [paper.title for paper in found] == [paper.title for paper in whole[: len(found)]]
        assert before <= len(found)
        assert sum(len(listing.problems) for listing in listings) <= 1
        before = len(found)
    assert before == 17
