"""Papers that an import merges while the reader is open."""

from __future__ import annotations

from datetime import date

from piloting import reading

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

DAY = date(2025, 3, 14)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")


def _add(library: Library, feed: str, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing(feed, DAY), papers)
    library.apply_decisions()


async def test_papers_that_an_import_joins_are_shown_as_one(library: Library) -> None:
    """Rule: two papers that an import merges become one row with the decisions of both."""
    _add(library, "a", ParsedPaper("Sundials", "One.", identifiers=(DOI,)))
    _add(library, "b", ParsedPaper("Dials", "", identifiers=(ARXIV,)))
    library.finish(Triage(library).decide("star", [PaperKey(DOI)], SetStar(True)))
    async with reading(library) as reader:
        assert len(reader.keys) == 2
        other = Library(library.folder, window="shell 4711")
        _add(other, "c", ParsedPaper("Sundials", "One.", identifiers=(ARXIV, DOI)))
        other.close()
        await reader.until(lambda: reader.keys == [PaperKey(ARXIV)])
        await reader.until(lambda: reader.view.entry() and reader.state.starred)
        assert "★ 1 " in reader.header
