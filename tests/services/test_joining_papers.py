"""Papers that an import finds to be one: what was decided about them is joined, and can be taken apart again."""

from __future__ import annotations

from datetime import date

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.tally import Tally
from paperreader.services.triage import Triage
from paperreader.storage.catalogue_import import Decided, add_listing

DAY = date(2025, 3, 14)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
KEY, OTHER = PaperKey(DOI), PaperKey(ARXIV)
ARTICLE, PREPRINT = ParsedPaper("Sundials", "One.", identifiers=(DOI,)), ParsedPaper("Dials", "", identifiers=(ARXIV,))
BOTH = ParsedPaper("Sundials", "One.", identifiers=(ARXIV, DOI))


def _import(library: Library, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        decided = Decided(same=library.reading.identities())
        for number, paper in enumerate(papers):
            add_listing(library.catalogue, Listing(f"feed {number} {paper.identifiers}", DAY), [paper], decided)
    library.keep_in_step()


def _decide_both(library: Library) -> None:
    triage = Triage(library)
    library.finish(triage.decide("star", [OTHER], SetStar(True)))
    library.finish(triage.decide("later", [KEY], SetStatus(ReadingStatus.LATER)))


def test_an_import_joins_decisions_and_an_undo_parts_the_papers(library: Library) -> None:
    """One paper with all that was decided, then two, each with its own, on the shelves and in the counts; and back."""
    _import(library, ARTICLE, PREPRINT)
    _decide_both(library)
    tally = Tally(library)
    _import(library, BOTH)
    for _ in range(2):
        (entry,) = library.entries(library.ids(Shelf.ALL))
        assert (entry.paper.key, entry.state.starred, entry.state.status) == (KEY, True, ReadingStatus.LATER)
        assert list(library.ids(Shelf.STARRED)) == list(library.ids(Shelf.LATER)) == list(library.ids(Shelf.ALL))
        assert library.resolve(OTHER) == library.resolve("2503.01234") == library.resolve("arxiv:2503") == KEY
        assert library.reading.history()[0].decision == "import"
        tally.follow(library.finish(library.reading.undo()))
        tally.recount()
        entries = library.entries(library.ids(Shelf.ALL))
        assert {(entry.paper.key, entry.state.starred, entry.state.status) for entry in entries} == {
            (KEY, False, ReadingStatus.LATER), (OTHER, True, ReadingStatus.UNREAD),
        }  # fmt: skip
        assert [row.key for row in library.rows(library.ids(Shelf.STARRED))] == [OTHER]
        assert tally.counts == library.counts()
        assert library.resolve("2503.01234") == OTHER
        library.finish(library.reading.redo())


def test_decisions_that_were_joined_outlive_the_catalogue(library: Library) -> None:
    """Whichever paper comes first, it is found under the key that its decisions are kept under."""
    _import(library, ARTICLE, PREPRINT, BOTH)
    _decide_both(library)
    library.keep_in_step()
    state = library.state(KEY)
    assert state.starred
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    again = Library(library.folder, window="again")
    for papers in ([PREPRINT], [PREPRINT, ARTICLE], [BOTH]):
        _import(again, *papers)
    assert [(entry.paper.key, entry.state) for entry in again.entries(again.ids(Shelf.ALL))] == [(KEY, state)]
    again.close()


def test_a_joining_that_was_cut_short_is_made_when_the_library_is_opened(library: Library) -> None:
    """The catalogue has one paper, and what was decided under its old key is never left behind."""
    _import(library, ARTICLE, PREPRINT)
    _decide_both(library)
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("both", DAY), [BOTH])
    Library(library.folder, window="next").close()
    library.reading.poll()
    assert (library.state(KEY).starred, library.reading.knows(OTHER)) == (True, False)
