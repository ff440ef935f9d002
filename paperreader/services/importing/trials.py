"""Which formats find papers in an input that was not recognised, or that is of another format than the user said."""

import re
from collections.abc import Iterator
from itertools import islice

from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.errors import UnreadableInput
from paperreader.feeds.base import Importer, StreamImporter
from paperreader.feeds.detection import Importers
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.services.importing.inputs import Input

_BEGINNING = 1_000_000
"""Bytes of an input that are tried."""
_ITEMS = 200
"""Items of a stream that are tried."""
_ABSTRACT = 100
"""Characters of the shortest abstract that makes a title a paper."""

_MARKED = re.compile(r"^(?:[{\[<\"]|Abstract:)|</\w")
"""JSON, XML, or a text of which a format has more to say."""


def formats_that_read(
    found: Input, importers: Importers, *, recognised: str, but: str | None
) -> Iterator[tuple[str, bool]]:
    """The formats, other than one, that find papers in the beginning of an input; the one that recognises it first.

    The others find no more problems than papers. With each comes whether the user has to say the date of its list.
    """
    try:
        data = decode_input(found.beginning(_BEGINNING)).data
    except UnreadableInput:
        return
    for importer in sorted(importers, key=lambda importer: importer.format != recognised):
        if importer.format == but:
            continue
        listings = _tried(importer, data)
        papers = [paper for listing in listings for paper in listing.papers]
        problems = sum(len(listing.problems) for listing in listings)
        if papers and (importer.format == recognised or (any(map(_is_paper, papers)) and len(papers) >= problems)):
            yield importer.format, any(listing.papers and not _has_date(listing) for listing in listings)


def _tried(importer: Importer | StreamImporter, data: bytes) -> tuple[ParsedListing, ...]:
    if not isinstance(importer, StreamImporter):
        return importer.parse(data)
    found = [item.found for item in islice(importer.read(data.splitlines(keepends=True)), _ITEMS)]
    papers = tuple(item for item in found if isinstance(item, ParsedPaper))
    problems = tuple(item for item in found if not isinstance(item, ParsedPaper))
    return (ParsedListing(papers, problems, is_undated=True),)


def _is_paper(paper: ParsedPaper) -> bool:
    """Whether it is more than a line of text that was taken for a title."""
    is_prose = len(paper.abstract) >= _ABSTRACT and not _MARKED.search(paper.abstract)
    return bool(paper.identifiers or paper.authors or is_prose)


def _has_date(listing: ParsedListing) -> bool:
    return bool(listing.date or listing.month_day or listing.likely_date or listing.is_undated)
