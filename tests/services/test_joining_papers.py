"""Papers that an import merges: decisions are joined, and a split parts the papers again."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from imported import decide, entries_of, import_papers, lose_catalogue

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.identities import split
from paperreader.services.library import Library
from paperreader.services.lists.tally import Tally
from paperreader.storage.catalogue.imports import add_listing

ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
KEY, OTHER = PaperKey(ARXIV), PaperKey(DOI)
ARTICLE, PREPRINT = ParsedPaper("Sundials", "One.", identifiers=(DOI,)), ParsedPaper("Dials", "", identifiers=(ARXIV,))
BOTH = ParsedPaper("Sundials", "One.", identifiers=(ARXIV, DOI))


def _decide_both(library: Library) -> None:
    decide(library, KEY, SetStar(True))
    decide(library, OTHER, SetStatus(ReadingStatus.LATER))


def test_an_import_joins_decisions_and_a_split_parts_the_papers(library: Library) -> None:
    """Rule: the paper has all decisions, on shelves and in counts; a split makes two, undo one.

    The import itself is no action in the history.
    """
    import_papers(library, ARTICLE, PREPRINT)
    _decide_both(library)
    tally = Tally(library)
    (added,) = import_papers(library, BOTH)
    assert added.joined == ((KEY, (KEY, OTHER)),)
    tally.recount()
    for _ in range(2):
        (entry,) = entries_of(library).values()
        assert (entry.paper.key, entry.state.starred, entry.state.status) == (KEY, True, ReadingStatus.LATER)
        assert list(library.ids(Shelf.STARRED)) == list(library.ids(Shelf.LATER)) == list(library.ids(Shelf.ALL))
        assert library.resolve(OTHER) == library.resolve("2503.01234") == library.resolve("arxiv:2503") == KEY
        assert tally.counts == library.counts()
        split(library, KEY)
        tally.recount()
        assert {(key, each.state.starred, each.state.status) for key, each in entries_of(library).items()} == {
            (KEY, True, ReadingStatus.LATER), (OTHER, True, ReadingStatus.LATER),
        }  # fmt: skip
        assert tally.counts == library.counts()
        tally.follow(library.finish(library.reading.undo()))
        tally.recount()
    assert [past.decision for past in library.reading.history()] == ["split"] * 4 + ["act"] * 2


def test_undoing_a_decision_about_one_of_them_leaves_that_about_the_other(library: Library) -> None:
    """Rule: until the next decision about the paper, undo affects each document on its own."""
    import_papers(library, ARTICLE, PREPRINT)
    _decide_both(library)
    import_papers(library, BOTH)
    library.finish(library.reading.undo())
    state = library.state(KEY)
    assert (state.starred, state.status) == (True, ReadingStatus.UNREAD)


@pytest.mark.parametrize("order", list(permutations((PREPRINT, ARTICLE, BOTH))))
def test_decisions_that_were_joined_outlive_the_catalogue(library: Library, order: tuple[ParsedPaper, ...]) -> None:
    """Rule: after a lost catalogue the paper has all decisions, in any order of imports."""
    import_papers(library, ARTICLE, PREPRINT, BOTH)
    _decide_both(library)
    state = library.state(KEY)
    assert (state.starred, state.status) == (True, ReadingStatus.LATER)
    library = lose_catalogue(library)
    for paper in order:
        import_papers(library, paper)
    assert [(key, entry.state) for key, entry in entries_of(library).items()] == [(KEY, state)]
    library.close()


def test_what_an_import_joined_is_joined_for_every_window(library: Library) -> None:
    """Rule: another window shows the merged paper with both decisions; only the import is stored."""
    import_papers(library, ARTICLE, PREPRINT)
    _decide_both(library)
    seq = library.reading.seq
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("both", date(2025, 3, 14)), [BOTH])
    other = Library(library.folder, window="next")
    for window in (other, library):
        assert (window.state(KEY).starred, window.state(KEY).status) == (True, ReadingStatus.LATER)
        assert window.reading.seq == seq
    decide(other, OTHER, SetStar(False))
    other.close()
    library.reading.poll()
    assert not library.state(KEY).starred
    assert [set(names) >= {KEY, OTHER} for names in library.reading.names()] == [True]
