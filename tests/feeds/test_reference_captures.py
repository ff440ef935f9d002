"""The real reference files, against what another program (Zotero) makes of them, each difference explained."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from paperreader.domain.dates import KnownDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.feeds.base import HEAD, Importer
from paperreader.feeds.references.bibtex import BibtexImporter
from paperreader.feeds.references.csl_json import CSL_JSON
from paperreader.feeds.references.fields import NO_TITLE, parse_date
from paperreader.feeds.references.ris import RIS
from paperreader.feeds.syntax.encoding import decode_head, decode_input

DATA = Path(__file__).parent.parent.parent.parent / "shared" / "data"
IMPORTERS: Mapping[str, Importer] = {".bib": BibtexImporter(), ".ris": RIS, ".json": CSL_JSON}
FILES = [
    path
    for folder in ("bibtex", "ris", "csl_json")
    for path in sorted((DATA / folder).glob("*"))
    if path.suffix in IMPORTERS and not path.name.endswith(".expected.json")
]
COMPARED = [path for path in FILES if path.with_suffix(".expected.json").exists()]
COUNT_AND_AUTHORS_ONLY = ("ris/02.ris", "ris/04.ris")
OTHER_PEOPLE = frozenset(
    ("editor", "seriesEditor", "sponsor", "translator", "contributor", "producer", "castMember", "scriptwriter",
     "reviewedAuthor", "recipient", "counsel", "cosponsor", "performer", "bookAuthor", "attorneyAgent", "wordsBy",
     "interviewer")
)  # fmt: skip
"""Whom a paper names beside its authors."""

EXPLAINED: Mapping[tuple[str, str, str], str] = MappingProxyType(
    {
        ("bibtex/02.bib", "date", "2006-10"): "Zotero takes no date from the entry that `crossref` names",
        ("bibtex/18.bib", "title", "The impossible TEL—book"): "Zotero makes the telephone sign of the letters TEL",
        (
            "bibtex/18.bib",
            "author",
            "Stefan Swe ig",
        ): "`\\\\i` is a line break and an i in TeX; Zotero keeps a backslash",
        (
            "bibtex/18.bib",
            "author",
            "Xavier D 'ecoret",
        ): "the same of `\\\\'e`, where Zotero keeps a backslash and an é",
    }
)
"""File, field and our value, and why it is another than Zotero's."""

READ: Mapping[str, tuple[int, dict[str, int]]] = MappingProxyType(
    {
        "bibtex/02.bib": (2, {}),
        "bibtex/08.bib": (7, {}),
        "bibtex/biblatex-examples.bib": (90, {"a set of other entries, not a paper": 2}),
        "ris/02.ris": (48, {}),
        "ris/04.ris": (38, {NO_TITLE: 1}),
        "ris/example_bom.ris": (0, {NO_TITLE: 1}),
        "ris/example_full_without_whitespace.ris": (2, {}),
        "ris/example_multiline.ris": (0, {NO_TITLE: 3}),
        "ris/example_wos.ris": (2, {}),
    }
)
"""How many papers each capture has, and how many problems for each reason; of those that are not named, one paper."""

pytestmark = pytest.mark.skipif(not FILES, reason="the real captures are not here (../shared/data)")


class Difference(NamedTuple):
    """A value of a field in the two readings of a file."""

    file: str
    field: str
    ours: str
    theirs: str


def name_of(path: Path) -> str:
    """`ris/02.ris`."""
    return f"{path.parent.name}/{path.name}"


def read(path: Path) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = IMPORTERS[path.suffix].parse(decode_input(path.read_bytes()).data)
    return listing


def fields_of(paper: ParsedPaper) -> dict[str, list[str]]:
    """What is compared of a paper."""
    dois = [name.removeprefix("doi:") for name in paper.identifiers if name.startswith("doi:")]
    return {
        "title": [one_line(paper.title)],
        "author": [one_line(name) for name in paper.authors or ()],
        "doi": dois,
        "date": [paper.published.isoformat()] if paper.published else [],
    }


def expected_fields(item: Mapping[str, Any]) -> dict[str, list[str]]:
    """The same of what is expected; a DOI may stand among the remarks, a date is compared where its year is known."""
    creators = [creator for creator in item.get("creators", ()) if creator["creatorType"] not in OTHER_PEOPLE]
    names = [f"{creator.get('firstName', '')} {creator['lastName']}" for creator in creators]
    remark = re.search(r"^DOI: (\S+)", item.get("extra", ""), re.MULTILINE)
    doi = item.get("DOI") or (remark[1] if remark else "")
    day = known_date(item.get("date") or item.get("issueDate", ""))  # a patent is issued
    return {
        "title": [one_line(item.get("title", ""))],
        "author": [one_line(name) for name in names],
        "doi": [doi.lower()] if doi else [],
        "date": [day.isoformat()] if day else [],
    }


def known_date(text: str) -> KnownDate | None:
    """What a date says that has a year."""
    return parse_date(text) if re.search(r"(?<!\d)[1-9]\d{3}(?!\d)", text) else None


def one_line(text: str) -> str:
    """A text without markup, its blanks folded."""
    return " ".join(re.sub(r"</?(?:i|b|sup|sub|span)\b[^>]*>", "", text).split())


def compared(path: Path) -> Iterator[Difference]:
    """Each value that either reading of a file has, of each field, whether or not they agree."""
    expected = json.loads(path.with_suffix(".expected.json").read_bytes())
    listing = read(path)
    papers = {paper.line: paper for paper in listing.papers}
    lines = sorted([paper.line or 0 for paper in listing.papers] + [found.line or 0 for found in listing.problems])
    assert len(lines) == len(expected), name_of(path)
    for line, item in zip(lines, expected, strict=True):
        if line in papers:
            ours, theirs = fields_of(papers[line]), expected_fields(item)
            for field in ("author",) if name_of(path) in COUNT_AND_AUTHORS_ONLY else tuple(theirs):
                for one, other in zip_longest(ours[field], theirs[field], fillvalue="-"):
                    yield Difference(name_of(path), field, one, other)


def differences() -> tuple[Counter[str], list[Difference]]:
    """How many values of each field were compared, and those that differ."""
    count = Counter[str]()
    found = []
    for path in COMPARED:
        for value in compared(path):
            count[value.field] += 1
            if value.ours != value.theirs:
                found.append(value)
    return count, found


def test_titles_authors_and_dois_agree_with_what_is_expected() -> None:
    """Rule: at least 98 of 100 values agree, and all dates."""
    count, found = differences()
    asked = count["title"] + count["author"] + count["doi"]
    assert asked > 150
    assert len([value for value in found if value.field != "date"]) <= 0.02 * asked
    assert count["date"] > 10
    assert [value for value in found if value.field == "date" and value[:3] not in EXPLAINED] == []


def test_each_difference_is_explained() -> None:
    """Rule: every difference has an explanation, and every explanation a difference."""
    _, found = differences()
    assert {(value.file, value.field, value.ours) for value in found} == set(EXPLAINED)


def test_the_date_of_a_patent_is_compared_too() -> None:
    """Rule: the day of issue of a patent is its date."""
    assert expected_fields({"issueDate": "1980-05-12"})["date"] == ["1980-05-12"]
    assert expected_fields({"issueDate": "1980-05-12", "date": "1979"})["date"] == ["1979"]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_capture_is_recognised_by_its_importer_alone(path: Path) -> None:
    """Rule: each format is recognised without `--format`."""
    head = decode_head(path.read_bytes()[:HEAD])
    assert [importer.format for importer in IMPORTERS.values() if importer.recognises(head)] == [
        IMPORTERS[path.suffix].format
    ]


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_each_capture_is_read_whole_or_gives_named_problems(path: Path) -> None:
    """Rule: the table names the papers and problems of each file."""
    listing = read(path)
    reasons = Counter(problem.reason for problem in listing.problems)
    assert (len(listing.papers), dict(reasons)) == READ.get(name_of(path), (1, {}))
    assert listing.is_undated
    assert [line for line, _ in listing.set_aside] == [problem.line for problem in listing.problems]
