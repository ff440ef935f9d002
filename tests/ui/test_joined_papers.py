"""Papers that an import found to be one, while the reader is open."""

from __future__ import annotations

from datetime import date

from piloting import reading

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue_import import add_listing

DAY = date(2025, 3, 14)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")


def _add(library: Library, feed: str, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing(feed, DAY), papers)
    library.keep_in_step()


async def test_papers_that_became_one_are_made_two_with_one_key(library: Library) -> None:
    """Rule: what another process's import joins is shown as one, and u in the next reader gives both back."""
    _add(library, "a", ParsedPaper("Sundials", "One.", identifiers=(DOI,)))
    _add(library, "b", ParsedPaper("Dials", "", identifiers=(ARXIV,)))
    library.finish(Triage(library).decide("star", [PaperKey(ARXIV)], SetStar(True)))
    async with reading(library) as reader:
        assert len(reader.keys) == 2
        other = Library(library.folder, window="shell 4711")
        _add(other, "c", ParsedPaper("Sundials", "One.", identifiers=(ARXIV, DOI)))
        other.close()
        await reader.until(lambda: reader.keys == [PaperKey(DOI)])
        await reader.until(lambda: reader.state.starred)
    following = Library(library.folder, window="next")
    async with reading(following) as reader:
        await reader.press("u")
        await reader.until(lambda: sorted(reader.keys) == [PaperKey(ARXIV), PaperKey(DOI)])
        assert "taken back: found to be one" in reader.status
        assert reader.library.reading.starred() == [PaperKey(ARXIV)]
    following.close()  # only now: the reader looks into it as long as it is open
