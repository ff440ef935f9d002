"""Kaggle's snapshot of arXiv is read paper by paper, and what a spreadsheet did to it is found."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.import_result import ParsedItem, ParsedPaper, Problem
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.kaggle import SnapshotImporter

RECORD: dict[str, Any] = {
    "id": "0704.0001",
    "submitter": "Ada Baker",
    "authors": "A. Bal\\'azs (Here, There), C.-P. Dyer and E. Fox Jr",
    "title": "Lanterns in\n  Fog",
    "comments": None,
    "journal-ref": None,
    "doi": "10.1000/AB 10.1000/cd",
    "report-no": None,
    "categories": "hep-ph cs.CG",
    "license": None,
    "abstract": "  Of lanterns,\nwe say little.\n  Of fog more.\n",
    "versions": [
        {"version": "v1", "created": "Mon, 2 Apr 2007 19:18:42 GMT"},
        {"version": "v2", "created": "Tue, 24 Jul 2007 20:10:27 GMT"},
    ],
    "update_date": "2008-11-26",
    "authors_parsed": [["Balázs", "A.", "", "Here, There"], ["Dyer", "C. -P.", ""], ["Fox", "E.", "Jr"]],
}
OURS = {
    "id": "0704.0001",
    "title": "Lanterns",
    "abstract": "Fog.",
    "authors": ["A"],
    "published": "2007-04-02",
    "url": "",
}


def line(**changes: object) -> bytes:
    """A line of the snapshot; what is changed to `...` is left out."""
    return json.dumps({key: value for key, value in {**RECORD, **changes}.items() if value is not ...}).encode() + b"\n"


def read(data: bytes) -> list[ParsedItem]:
    """The items of an input."""
    return list(SnapshotImporter().read(io.BytesIO(data)))


def paper(**changes: object) -> ParsedPaper:
    """The paper that a line is read as."""
    (item,) = read(line(**changes))
    assert isinstance(item.found, ParsedPaper), item.found
    return item.found


def test_a_line_is_read_with_all_that_it_says() -> None:
    """Rule: wraps are undone; the last version counts, and the first one dates the paper."""
    (item,) = read(line())
    assert (item.end, item.feed, item.dates) == (len(line().rstrip()), None, ())
    assert item.found == ParsedPaper(
        title="Lanterns in Fog",
        abstract="Of lanterns, we say little.\n\nOf fog more.",
        authors=("A. Balázs", "C.-P. Dyer", "E. Fox Jr"),
        published=date(2007, 4, 2),
        identifiers=paper().identifiers,
        line=1,
        categories=("hep-ph", "cs.CG"),
        version=2,
    )
    assert paper().identifiers == ("arxiv:0704.0001", "doi:10.1000/ab", "doi:10.1000/cd")


def test_authors_are_read_from_the_string_where_there_is_no_list() -> None:
    """Rule: a part of the snapshot often lacks `authors_parsed`; then TeX and affiliations are undone."""
    expected = ("A. Balázs", "C.-P. Dyer", "E. Fox Jr")
    assert paper(authors_parsed=...).authors == expected
    assert paper(authors_parsed="[['Balázs', 'A.', '']]").authors == expected
    assert paper(authors_parsed=[], authors="").authors is None


@pytest.mark.parametrize("versions", [..., None, [], "v2", [None], [{}], [{"version": 2, "created": 1}]])
def test_without_versions_there_is_no_date(versions: object) -> None:
    """Rule: `update_date` says when somebody touched the metadata, so it is never taken."""
    found = paper(versions=versions)
    assert (found.published, found.version) == (None, None)


def test_a_withdrawn_paper_is_marked() -> None:
    """Rule: the comments, or the abstract, say it."""
    assert paper(comments="This paper has been withdrawn by the author").standing is Standing.WITHDRAWN
    assert paper(abstract="  This paper has been withdrawn.\n").standing is Standing.WITHDRAWN


@pytest.mark.parametrize(
    ("damaged", "created", "identifier"),
    [
        (704.001, "Mon, 2 Apr 2007 19:18:42 GMT", "arxiv:0704.0010"),
        ("704.001", "Mon, 2 Apr 2007 19:18:42 GMT", "arxiv:0704.0010"),
        ("704.0012", "Mon, 2 Apr 2007 19:18:42 GMT", "arxiv:0704.0012"),
        (1412.1, "Mon, 1 Dec 2014 19:18:42 GMT", "arxiv:1412.1000"),
        (2301.1234, "Mon, 2 Jan 2023 19:18:42 GMT", "arxiv:2301.12340"),
        (2301.12345, "Sat, 31 Dec 2022 19:18:42 GMT", "arxiv:2301.12345"),
        ("hep-th/9901001", "Mon, 4 Jan 1999 19:18:42 GMT", "arxiv:hep-th/9901001"),
        ("1204.001", "Mon, 2 Apr 2012 19:18:42 GMT", None),
        ("2301.1234", "Mon, 2 Jan 2023 19:18:42 GMT", None),
        ("0704.001", "Mon, 2 Apr 2007 19:18:42 GMT", None),
        (713.001, "Mon, 2 Apr 2007 19:18:42 GMT", None),
        (704.001, "Mon, 7 May 2007 19:18:42 GMT", None),
        (704.00123, "Mon, 2 Apr 2007 19:18:42 GMT", None),
        (7040001, "Mon, 2 Apr 2007 19:18:42 GMT", None),
        (1e300, "Mon, 2 Apr 2007 19:18:42 GMT", None),
        ("x", "Mon, 2 Apr 2007 19:18:42 GMT", None),
        (None, "Mon, 2 Apr 2007 19:18:42 GMT", None),
        ([], "Mon, 2 Apr 2007 19:18:42 GMT", None),
    ],
)
def test_an_id_that_was_a_number_is_repaired_only_where_that_is_certain(
    damaged: object, created: str, identifier: str | None
) -> None:
    """Rule: zeros that a number has lost are put back; an id that may have been cut is a problem that names it."""
    (item,) = read(line(id=damaged, versions=[{"version": "v1", "created": created}]))
    if identifier:
        assert isinstance(item.found, ParsedPaper)
        assert item.found.identifiers[0] == identifier
    else:
        assert isinstance(item.found, Problem)
        assert "the id is damaged" in item.found.reason
        assert item.set_aside == line(id=damaged, versions=[{"version": "v1", "created": created}]).rstrip()


def test_bad_lines_cost_themselves_only() -> None:
    """Rule: each is named with its line and kept verbatim; the others are read."""
    data = line() + b"{nonsense}\n" + line(title=" ") + line(id="0704.0002")
    items = read(data)
    assert [(type(item.found), item.found.line) for item in items] == [
        (ParsedPaper, 1), (Problem, 2), (Problem, 3), (ParsedPaper, 4),
    ]  # fmt: skip
    assert items[1].set_aside == b"{nonsense}"
    assert items[-1].end == len(data.rstrip())


@pytest.mark.parametrize("indent", [None, 0, 2])
def test_an_array_is_read_like_lines(indent: int | None) -> None:
    """Rule: whoever prints a part of the snapshot anew may do so as they like."""
    data = json.dumps([RECORD, {**RECORD, "id": "0704.0002"}], indent=indent).encode()
    assert SnapshotImporter().recognises(data)
    found = [item.found for item in read(data)]
    assert [one.identifiers[0] for one in found if isinstance(one, ParsedPaper)] == [
        "arxiv:0704.0001",
        "arxiv:0704.0002",
    ]


@pytest.mark.parametrize(
    ("data", "is_snapshot"),
    [
        (line(), True),
        (line()[:60], True),
        (line(submitter=..., update_date=...), True),
        (b"\xef\xbb\xbf[\n  " + line(), True),
        (json.dumps(OURS).encode() + b"\n" + line(), False),
        (json.dumps({**OURS, "abstract": '"submitter": "x"'}).encode(), False),
        (b"", False),
        (b"[]", False),
        (b'"submitter":', False),
        (b"{}", False),
    ],
)
def test_the_snapshot_is_told_from_other_json(data: bytes, is_snapshot: bool) -> None:
    """Rule: our own JSON Lines share most of its keys; only those that nobody else has are its signs."""
    assert SnapshotImporter().recognises(data) is is_snapshot


@pytest.mark.parametrize(
    ("name", "papers", "withdrawn"),
    [("arxiv-metadata-oai-snapshot.first200.jsonl", 200, 1), ("arxiv-metadata-sample.pretty.json", 4, 0)],
)
def test_real_snapshots_are_read_whole(captures: Path, name: str, papers: int, withdrawn: int) -> None:
    """Rule: every record of a capture is a paper."""
    data = (captures / "kaggle" / name).read_bytes()
    assert SnapshotImporter().recognises(data[:65_536])
    found = [item.found for item in read(data)]
    assert len(found) == papers
    read_papers = [one for one in found if isinstance(one, ParsedPaper)]
    assert len(read_papers) == papers
    assert all(one.authors and one.abstract and one.categories for one in read_papers)
    assert sum(one.standing is not None for one in read_papers) == withdrawn
