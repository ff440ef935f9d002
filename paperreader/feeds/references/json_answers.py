"""The importers of saved API responses: Semantic Scholar, OpenReview, bioRxiv and medRxiv.

    Semantic Scholar  one paper · a batch `[paper, null, …]` · `{"total", "data": […]}` of a search
                      · `recommendedPapers` · `citingPaper` or `citedPaper` around one · the `papers` of an author
    OpenReview        `{"notes": […]}`, with `content` of plain values (API 1) or of `{"value": …}` (API 2)
    bioRxiv, medRxiv  `{"messages", "collection": […]}`, one row per version of a preprint

Each record is rewritten with the field names that `json_records` reads.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.arxiv.text import version_in
from paperreader.feeds.references.fields import NO_TITLE, fullest_date
from paperreader.feeds.references.json_files import NOT_A_RECORD, Json, JsonImporter
from paperreader.feeds.references.json_records import Unread, read_record

UNKNOWN_ID = "null: the site knows no paper with this id"
REPLY = "not a paper: a reply to a paper, such as a review or a decision"

_OPENREVIEW = "https://openreview.net"


def _rewritten(rewrite: Callable[[Json], Json | str]) -> Callable[[Json, int], tuple[ParsedPaper, Unread] | str]:
    """A reader of records that are rewritten first."""

    def read(record: Json, line: int) -> tuple[ParsedPaper, Unread] | str:
        fields = rewrite(record)
        return fields if isinstance(fields, str) else read_record(fields, line) or NO_TITLE

    return read


def _semantic_scholar(record: Json) -> Json | str:
    """The record, or the paper inside a record of a list of citations."""
    inner = next((record[name] for name in ("citingPaper", "citedPaper") if name in record), record)
    return inner if isinstance(inner, dict) else NOT_A_RECORD


def _openreview(note: Json) -> Json | str:
    """The fields of a submission; a deleted submission counts as withdrawn."""
    content = note.get("content")
    if not isinstance(content, dict):
        return NOT_A_RECORD
    forum = note.get("forum") or note.get("id")
    if note.get("replyto") or (note.get("id") or forum) != forum:
        return REPLY
    values = {name: value.get("value") if isinstance(value, dict) else value for name, value in content.items()}
    places = (values.get("venueid"), values.get("venue"), note.get("invitation"), note.get("invitations"))
    is_withdrawn = bool(note.get("ddate")) or any("withdrawn" in str(place).lower() for place in places)
    pdf = values.get("pdf")
    return {
        **{name: values.get(name) for name in ("title", "abstract", "code")},
        "authors": None if values.get("authors") == ["Anonymous"] else values.get("authors"),
        "date": next((note[name] for name in ("pdate", "odate", "cdate", "tcdate") if note.get(name)), None),
        "ids": [address for name in ("html", "pdf") if isinstance(address := values.get(name), str)],
        "url": f"{_OPENREVIEW}/forum?id={forum}" if isinstance(forum, str) else None,
        "pdf": f"{_OPENREVIEW}{pdf}" if isinstance(pdf, str) and pdf.startswith("/") else pdf,
        "type": "withdrawn" if is_withdrawn else None,
    }


def _biorxiv(row: Json) -> Json:
    """The fields of a row in a list of preprints, of published preprints, or of a collection."""
    values = {name.removeprefix("preprint_").removeprefix("rel_"): value for name, value in row.items()}
    doi = values.get("doi") or values.get("biorxiv_doi")
    server = str(values.get("server") or values.get("platform") or values.get("site") or "bioRxiv").lower()
    version = values.get("version") or ""
    return {
        **{name: values.get(name) for name in ("title", "authors", "date", "type")},
        "abstract": values.get("abstract") or values.get("abs"),
        "ids": [doi, values.get("published_doi") or values.get("published")],
        "url": f"https://www.{server}.org/content/{doi}{version and f'v{version}'}" if doi else None,
    }


def _newest_versions(papers: Iterable[ParsedPaper]) -> Iterable[ParsedPaper]:
    """The newest version of each preprint, at the place and with the date of the first version."""
    newest: dict[tuple[Identifier, ...] | str, ParsedPaper] = {}
    for found in papers:
        paper = replace(found, version=version_in(dict(found.links).get("page", "")))
        name = paper.identifiers[:1] or paper.title
        known = newest.get(name, paper)
        dates = sorted((known.published, paper.published), key=str)
        later = max(known, paper, key=lambda each: each.version or 0)
        newest[name] = replace(later, published=fullest_date(dates))
    return newest.values()


_OF_SEMANTIC_SCHOLAR = re.compile(rb"\"(?:paperId|corpusId|corpusid|recommendedPapers|citingPaper|citedPaper)\"\s*:")
_NOTES = re.compile(rb"\"content\"\s*:\s*\{|\"notes\"\s*:\s*\[\s*\]")
_OF_NOTES = re.compile(rb"\"(?:forum|invitations?|tcdate|cdate|count)\"\s*:")
_OF_BIORXIV = re.compile(
    rb"\"(?:jatsxml|author_corresponding|biorxiv_doi|preprint_doi|rel_doi)\"\s*:|\"collection\"\s*:\s*\[\s*\]"
)

SEMANTIC_SCHOLAR = JsonImporter(
    "semantic-scholar",
    _OF_SEMANTIC_SCHOLAR.search,
    frozenset(("data", "papers", "recommendedPapers")),
    frozenset(("paperId", "corpusId", "corpusid", "citingPaper", "citedPaper")),
    _rewritten(_semantic_scholar),
    null=UNKNOWN_ID,
)
OPENREVIEW = JsonImporter(
    "openreview",
    lambda head: _NOTES.search(head) and _OF_NOTES.search(head),
    frozenset(("notes",)),
    frozenset(("content",)),
    _rewritten(_openreview),
)
BIORXIV = JsonImporter(
    "biorxiv",
    _OF_BIORXIV.search,
    frozenset(("collection", "rels")),
    frozenset(("jatsxml", "author_corresponding", "biorxiv_doi", "preprint_doi", "rel_doi", "server")),
    _rewritten(_biorxiv),
    choose=_newest_versions,
)
