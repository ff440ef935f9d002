"""If an import finds no paper, tells the user in which other formats the input does contain papers."""

import re
from collections.abc import Iterator
from itertools import islice

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.errors import UnreadableInput
from paperreader.feeds.base import Importer, StreamImporter
from paperreader.feeds.detection import Importers, UnknownFormat, importer_for
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.services.importing.inputs import Input

_TRIED_BYTES = 1_000_000
_TRIED_ITEMS = 200
_SHORTEST_ABSTRACT = 100
"""Characters of an abstract that makes a title a paper."""

_MARKUP = re.compile(r"^(?:[{\[<\"]|Abstract:)|</\w")
"""JSON, XML, or labelled text: not the prose of an abstract."""


def format_advice(found: Input, importers: Importers, *, tried: str | None, has_date: bool) -> str:
    """The end of a message about an input without papers as the format `tried`; empty if no format fits."""
    try:
        recognised = importer_for(found.head, importers=importers).format
    except UnknownFormat:
        recognised = ""
    except UnreadableInput as error:
        return f"; it {error}"
    for name, needs_date in _formats_with_papers(found, importers, recognised, tried):
        option = " --date YYYY-MM-DD" if needs_date and not has_date else ""
        if name == recognised and not option:
            return f"; its format is {name}: leave out --format"
        return f"; the format {name} finds papers in it: import it with --format {name}{option}"
    return ""


def _formats_with_papers(
    found: Input, importers: Importers, recognised: str, tried: str | None
) -> Iterator[tuple[str, bool]]:
    """The formats that find papers, the recognised one first, each with whether the user must give a date.

    A format that does not recognise the input must find at least as many papers as problems.
    """
    try:
        data = decode_input(found.first_bytes(_TRIED_BYTES)).data
    except UnreadableInput:
        return
    for importer in sorted(importers, key=lambda importer: importer.format != recognised):
        if importer.format == tried:
            continue
        listings = _parse(importer, data)
        papers = [paper for listing in listings for paper in listing.papers]
        problems = sum(len(listing.problems) for listing in listings)
        if papers and (importer.format == recognised or (any(map(_is_paper, papers)) and len(papers) >= problems)):
            yield importer.format, any(listing.papers and not _has_date(listing) for listing in listings)


def _parse(importer: Importer | StreamImporter, data: bytes) -> tuple[ParsedListing, ...]:
    if not isinstance(importer, StreamImporter):
        return importer.parse(data)
    found = [item.found for item in islice(importer.read(data.splitlines(keepends=True)), _TRIED_ITEMS)]
    papers = tuple(item for item in found if isinstance(item, ParsedPaper))
    problems = tuple(item for item in found if not isinstance(item, ParsedPaper))
    return (ParsedListing(papers, problems, is_undated=True),)


def _is_paper(paper: ParsedPaper) -> bool:
    """Whether a paper is more than a line of text that looks like a title."""
    is_prose = len(paper.abstract) >= _SHORTEST_ABSTRACT and not _MARKUP.search(paper.abstract)
    return bool(paper.identifiers or paper.authors or is_prose)


def _has_date(listing: ParsedListing) -> bool:
    return bool(listing.date or listing.month_day or listing.likely_date or listing.is_undated)
