"""Saved answers of sites that describe papers in JSON: Semantic Scholar, OpenReview, bioRxiv and medRxiv.

    Semantic Scholar  one paper · a batch `[paper, null, …]` · `{"total", "data": […]}` of a search
                      · `recommendedPapers` · `citingPaper` or `citedPaper` around one · the `papers` of an author
    OpenReview        `{"notes": […]}`, with `content` of bare values (API 1) or of `{"value": …}` (API 2)
    bioRxiv, medRxiv  `{"messages", "collection": […]}`, a row for each version of a preprint

Each record is rewritten in names that `json_records` knows, which reads it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from paperreader.domain.identifiers import Identifier
from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.arxiv.text import version_in
from paperreader.feeds.references.fields import NO_TITLE, Reading, fullest_date
from paperreader.feeds.references.json_records import UNREAD, read_record
from paperreader.feeds.syntax.json_items import read_items

NOTHING = "has no paper in it"
NO_RECORD = "no paper: not a record of this site"
UNKNOWN_ID = "null: the site knows no paper under this id"
REPLY = "no paper: a reply to one, such as a review or a decision"

_OPENREVIEW = "https://openreview.net"
_Record = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class AnswerImporter:
    """The importer of one site's answers."""

    format: str
    signs: tuple[re.Pattern[bytes], ...]
    """Names that are in an answer, all of them, and together in no other format."""
    lists: frozenset[str]
    """Names under which an object holds a list of records."""
    names: frozenset[str]
    """Names of which every record has one."""
    rewritten: Callable[[_Record], _Record | str]
    """A record in the names that are read, or why it is no paper."""
    kept: Callable[[Iterable[ParsedPaper]], Iterable[ParsedPaper]] = iter
    """Those of the papers that are imported."""
    max_bytes: int = 200_000_000
    max_lines: int = 20_000_000
    """Indented, a record has some hundred."""

    def recognises(self, head: bytes) -> bool:
        """Whether it is JSON with the names of the site's answers."""
        begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in (b"[", b"{")
        return begins and all(sign.search(head) for sign in self.signs)

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The papers of an answer; no listing of one that lists nothing."""
        reading = Reading()
        for item in read_items(data, self.lists, self._is_record):
            source = data[item.start : item.end].decode(errors="replace")
            record = item.damage or self._record(item.value)
            if isinstance(record, str):
                reading.refuse(item.line, record, source)
            elif (found := read_record(record, item.line)) is None:
                reading.refuse(item.line, NO_TITLE, source)
            else:
                paper, unread = found
                reading.papers.append(paper)
                for what, text in unread:
                    reading.refuse(item.line, UNREAD.format(what), text.encode(errors="replace").decode())
        reading.papers[:] = self.kept(reading.papers)
        return (reading.listing(NOTHING),) if reading.papers or reading.problems else ()

    def _record(self, value: object) -> _Record | str:
        """The record in the names that are read, or why there is none."""
        if value is None:
            return UNKNOWN_ID
        if isinstance(value, dict) and self._is_record(value):
            return self.rewritten(value)
        error = value.get("error", value.get("message")) if isinstance(value, dict) else None
        return f"an error message: {error}" if isinstance(error, str) else NO_RECORD

    def _is_record(self, value: object) -> bool:
        return isinstance(value, dict) and not self.names.isdisjoint(value)


def _semantic_scholar(record: _Record) -> _Record | str:
    """The record, or the paper inside one of a list of citations."""
    inner = next((record[name] for name in ("citingPaper", "citedPaper") if name in record), record)
    return inner if isinstance(inner, dict) else NO_RECORD


def _openreview(note: _Record) -> _Record | str:
    """What a submission says; it is withdrawn where it was deleted as well."""
    content = note.get("content")
    if not isinstance(content, dict):
        return NO_RECORD
    forum = note.get("forum") or note.get("id")
    if note.get("replyto") or (note.get("id") or forum) != forum:
        return REPLY
    said = {name: value.get("value") if isinstance(value, dict) else value for name, value in content.items()}
    places = (said.get("venueid"), said.get("venue"), note.get("invitation"), note.get("invitations"))
    is_gone = bool(note.get("ddate")) or any("withdrawn" in str(place).lower() for place in places)
    pdf = said.get("pdf")
    return {
        **{name: said.get(name) for name in ("title", "abstract", "code")},
        "authors": None if said.get("authors") == ["Anonymous"] else said.get("authors"),
        "date": next((note[name] for name in ("pdate", "odate", "cdate", "tcdate") if note.get(name)), None),
        "ids": [address for name in ("html", "pdf") if isinstance(address := said.get(name), str)],
        "url": f"{_OPENREVIEW}/forum?id={forum}" if isinstance(forum, str) else None,
        "pdf": f"{_OPENREVIEW}{pdf}" if isinstance(pdf, str) and pdf.startswith("/") else pdf,
        "type": "withdrawn" if is_gone else None,
    }


def _biorxiv(row: _Record) -> _Record:
    """What a row says, whichever list it is of: of preprints, of those that journals published, or of a collection."""
    said = {name.removeprefix("preprint_").removeprefix("rel_"): value for name, value in row.items()}
    doi = said.get("doi") or said.get("biorxiv_doi")
    server = str(said.get("server") or said.get("platform") or said.get("site") or "bioRxiv").lower()
    version = said.get("version") or ""
    return {
        **{name: said.get(name) for name in ("title", "authors", "date", "type")},
        "abstract": said.get("abstract") or said.get("abs"),
        "ids": [doi, said.get("published_doi") or said.get("published")],
        "url": f"https://www.{server}.org/content/{doi}{version and f'v{version}'}" if doi else None,
    }


def _newest_versions(papers: Iterable[ParsedPaper]) -> Iterable[ParsedPaper]:
    """Of each preprint its newest version, in the place and with the date of the first one."""
    newest: dict[tuple[Identifier, ...] | str, ParsedPaper] = {}
    for found in papers:
        paper = replace(found, version=version_in(dict(found.links).get("page", "")))
        name = paper.identifiers[:1] or paper.title
        known = newest.get(name, paper)
        dates = sorted((known.published, paper.published), key=str)
        later = max(known, paper, key=lambda each: each.version or 0)
        newest[name] = replace(later, published=fullest_date(dates))
    return newest.values()


SEMANTIC_SCHOLAR = AnswerImporter(
    "semantic-scholar",
    (re.compile(rb"\"(?:paperId|corpusId|corpusid|recommendedPapers|citingPaper|citedPaper)\"\s*:"),),
    frozenset(("data", "papers", "recommendedPapers")),
    frozenset(("paperId", "corpusId", "corpusid", "citingPaper", "citedPaper")),
    _semantic_scholar,
)
OPENREVIEW = AnswerImporter(
    "openreview",
    (
        re.compile(rb"\"content\"\s*:\s*\{|\"notes\"\s*:\s*\[\s*\]"),
        re.compile(rb"\"(?:forum|invitations?|tcdate|cdate|count)\"\s*:"),
    ),
    frozenset(("notes",)),
    frozenset(("content",)),
    _openreview,
)
BIORXIV = AnswerImporter(
    "biorxiv",
    (
        re.compile(
            rb"\"(?:jatsxml|author_corresponding|biorxiv_doi|preprint_doi|rel_doi)\"\s*:|\"collection\"\s*:\s*\[\s*\]"
        ),
    ),
    frozenset(("collection", "rels")),
    frozenset(("jatsxml", "author_corresponding", "biorxiv_doi", "preprint_doi", "rel_doi", "server")),
    _biorxiv,
    _newest_versions,
)
