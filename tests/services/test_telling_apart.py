"""Papers that the user says are two: no import makes them one, until that is taken back."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar
from paperreader.domain.identifiers import Identifier, PaperKey, title_key
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, make_note, make_tags
from paperreader.errors import NothingToSettle, UnknownPaper
from paperreader.services.identities import merge, split, tell_apart
from paperreader.services.importing_streams import decided_by
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue_import import add_listing

ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
OTHER_DOI = Identifier("doi:10.1000/dial")
PREPRINT_KEY, ARTICLE_KEY, THIRD_KEY = PaperKey(ARXIV), PaperKey(DOI), PaperKey(OTHER_DOI)
TITLE = "A Sparse Mixture of Sundials for Longer Days"
PAGE_KEY = title_key(TITLE)
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
UNLIKE = "Nothing here resembles the other text: it counts the migrating storks above a village pond in spring."

PREPRINT = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,))
PAGE = ParsedPaper(TITLE, ABSTRACT)
ARTICLE = ParsedPaper("Sundials, in Print", UNLIKE, identifiers=(DOI,))
NAMESAKE = ParsedPaper(TITLE, UNLIKE)
BOTH = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV, DOI))
BRIDGE = ParsedPaper(TITLE, UNLIKE, identifiers=(ARXIV,))
THIRD = ParsedPaper("Several Clocks in One Garden", "A third text, about tin cans.", identifiers=(OTHER_DOI,))


def _import(library: Library, *papers: ParsedPaper, day: int = 14) -> None:
    """Import papers, each as a listing of its own, as the product does."""
    with library.catalogue.transaction():
        for paper in papers:
            listing = Listing(f"feed:{paper.content_hash}{''.join(paper.identifiers)}", date(2025, 3, day))
            add_listing(library.catalogue, listing, [paper], decided_by(library))
    library.keep_in_step()


def _decide(library: Library, key: PaperKey, decision: Decision) -> None:
    library.finish(Triage(library).decide("act", [key], decision))


def _ids(library: Library) -> dict[PaperKey, tuple[Identifier, ...]]:
    papers = [entry.paper for entry in library.entries(library.ids(Shelf.ALL))]
    return {paper.key: paper.identifiers for paper in papers}


def _states(library: Library) -> dict[PaperKey, ReadingState]:
    return {key: replace(library.state(key), decided_at=None) for key in _ids(library)}


def _lose_catalogue(library: Library) -> Library:
    """The library opened again when its catalogue was lost."""
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    return Library(library.folder, window="again")


# Two papers that are two


@pytest.mark.parametrize(("other", "bridge"), [(ARTICLE, BOTH), (NAMESAKE, BRIDGE)])
@pytest.mark.parametrize("turned", [False, True])
def test_no_import_makes_one_of_what_was_told_apart(
    library: Library, other: ParsedPaper, bridge: ParsedPaper, turned: bool
) -> None:
    """Neither by an id of both nor by a text, now, in a later list, or into a new catalogue in any order."""
    _import(library, PREPRINT, other)
    one, two = ids = list(_ids(library))
    _decide(library, two, SetStar(True))
    settled = tell_apart(library, *(reversed(ids) if turned else ids))
    assert {settled.key, *settled.others} == {one, two}
    assert not settled.were_one
    for day in (14, 20):
        _import(library, bridge, other, PREPRINT, day=day)
        assert list(_ids(library)) == ids
    for order in permutations([PREPRINT, other, bridge]):
        library = _lose_catalogue(library)
        _import(library, *order)
        assert len(_ids(library)) == 2
        assert library.state(two).starred
    library.close()


def test_it_is_one_action_that_is_undone_and_done_again(library: Library) -> None:
    """The history names both papers; nothing else changes; undone, an import makes them one again."""
    _import(library, PREPRINT, ARTICLE)
    _decide(library, ARTICLE_KEY, SetStar(True))
    before = _ids(library), _states(library), len(library.reading.history())
    tell_apart(library, ARXIV, DOI)
    for _ in range(2):
        past = library.reading.history()
        assert (past[0].decision, set(past[0].papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        assert (_ids(library), _states(library)) == before[:2]
        undone = library.finish(library.reading.undo())
        assert (undone.decision, set(undone.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        assert library.reading.distinct() == {}
        library.finish(library.reading.redo())
    assert len(library.reading.history()) == before[2] + 5
    library.finish(library.reading.undo())
    _import(library, BOTH)
    assert list(_ids(library)) == [PREPRINT_KEY]


def test_what_was_told_apart_already_is_said(library: Library) -> None:
    """Under whichever of their ids, by either form of the verb; nothing is written."""
    _import(library, PREPRINT, ARTICLE, NAMESAKE)
    merge(library, PREPRINT_KEY, PAGE_KEY)
    split(library, PREPRINT_KEY)
    tell_apart(library, ARXIV, DOI)
    seq = library.reading.seq
    for one, other in ((ARXIV, DOI), (DOI, "2503.01234"), (PAGE_KEY, ARXIV)):
        with pytest.raises(NothingToSettle, match="told apart already"):
            tell_apart(library, one, other)
    with pytest.raises(UnknownPaper):
        tell_apart(library, ARXIV, "doi:10.1000/none")
    assert library.reading.seq == seq


def test_each_of_several_pairs_is_taken_back_by_itself(library: Library) -> None:
    """A paper told from two others: to take back the one does not touch the other, whichever was first."""
    _import(library, PREPRINT, ARTICLE, THIRD)
    for first, second in ((DOI, OTHER_DOI), (OTHER_DOI, DOI)):
        tell_apart(library, ARXIV, first)
        tell_apart(library, ARXIV, second)
        undone = library.finish(library.reading.undo(library.reading.history()[1].id))
        assert undone.conflicts == ()
        assert library.reading.distinct() == {ARXIV: {second}, second: {ARXIV}}
        library.finish(library.reading.undo(library.reading.history()[1].id))
        assert library.reading.distinct() == {}


def test_the_last_word_counts_also_when_an_id_came_since(library: Library) -> None:
    """What was told apart and is made one by hand stays one, though a paper was known by its text then."""
    _import(library, PREPRINT, NAMESAKE)
    tell_apart(library, ARXIV, PAGE_KEY)
    _import(library, replace(NAMESAKE, identifiers=(DOI,)))
    assert _ids(library) == {PREPRINT_KEY: (ARXIV,), PAGE_KEY: (DOI,)}
    merge(library, PREPRINT_KEY, PAGE_KEY)
    _import(library, NAMESAKE, PREPRINT, BOTH, day=20)
    assert list(_ids(library)) == [PREPRINT_KEY]


def test_what_a_paper_holds_is_told_apart_along_with_it(library: Library) -> None:
    """What is known to be one with either of the two is none of the other, also in a new catalogue."""
    _import(library, PREPRINT, ARTICLE, THIRD)
    merge(library, ARTICLE_KEY, THIRD_KEY)
    tell_apart(library, ARXIV, OTHER_DOI)
    assert set(library.reading.history()[0].papers) == {PREPRINT_KEY, library.resolve(DOI)}
    bridge = replace(THIRD, identifiers=(ARXIV, OTHER_DOI))
    for order in permutations([PREPRINT, bridge, THIRD]):
        library = _lose_catalogue(library)
        _import(library, *order)
        assert len(_ids(library)) == 2
    library.close()


# Two that are one


def _merge_three(library: Library, *, in_pairs: bool) -> dict[PaperKey, ReadingState]:
    """One paper of three, each with decisions of its own; what these were."""
    _import(library, PREPRINT, ARTICLE, THIRD)
    for number, key in enumerate((PREPRINT_KEY, ARTICLE_KEY, THIRD_KEY)):
        _decide(library, key, EditTags(make_tags([f"tag{number}"])))
        _decide(library, key, SetNote(make_note(f"note {number}")))
    states = _states(library)
    merge(library, ARTICLE_KEY, THIRD_KEY if in_pairs else PREPRINT_KEY)
    merge(library, PREPRINT_KEY, THIRD_KEY if not in_pairs else library.resolve(ARTICLE_KEY))
    return states


@pytest.mark.parametrize("ids", [(ARXIV, DOI), (DOI, ARXIV), (OTHER_DOI, DOI)])
def test_only_the_one_that_a_paper_holds_is_split_off(library: Library, ids: tuple[str, str]) -> None:
    """With what was decided about it before; what else the paper holds stays; undone, it is as before."""
    before = _merge_three(library, in_pairs=False)
    joined = _ids(library), _states(library)
    settled = tell_apart(library, *ids)
    assert (settled.key, settled.others, settled.were_one) == (PREPRINT_KEY, (ARTICLE_KEY,), True)
    for _ in range(2):
        assert _ids(library) == {PREPRINT_KEY: (ARXIV, OTHER_DOI), ARTICLE_KEY: (DOI,)}
        assert _states(library)[ARTICLE_KEY] == before[ARTICLE_KEY]
        assert _states(library)[PREPRINT_KEY].tags == ("tag0", "tag2")
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        library.finish(library.reading.undo())
        assert (_ids(library), _states(library)) == joined
        library.finish(library.reading.redo())
    for order in permutations([BOTH, THIRD, ARTICLE]):
        _import(library, *order, day=20)
        assert len(_ids(library)) == 2
        library = _lose_catalogue(library)
        _import(library, *order, PREPRINT)
        assert len(_ids(library)) == 2
    library.close()


def test_what_was_one_with_it_before_goes_along(library: Library) -> None:
    """A paper that held another when it was merged takes it along; split from that one, it leaves the paper whole."""
    before = _merge_three(library, in_pairs=True)
    holder = min(ARTICLE_KEY, THIRD_KEY)
    held = max(ARTICLE_KEY, THIRD_KEY)
    tell_apart(library, ARXIV, holder)
    assert set(_ids(library)) == {PREPRINT_KEY, holder}
    assert _ids(library)[holder] == tuple(sorted((DOI, OTHER_DOI)))
    assert _states(library)[PREPRINT_KEY] == before[PREPRINT_KEY]
    assert _states(library)[holder].tags == ("tag1", "tag2")
    library.finish(library.reading.undo())
    for ids in ((holder, held), (held, holder)):
        assert tell_apart(library, *ids).others == (held,)
        assert set(_ids(library)) == {PREPRINT_KEY, held}
        assert _states(library)[held] == before[held]
        library.finish(library.reading.undo())
    assert list(_ids(library)) == [PREPRINT_KEY]


def test_what_imports_made_one_without_a_decision_is_split_off(library: Library) -> None:
    """Also where the paper that goes held another by then."""
    page = replace(THIRD, identifiers=())
    _import(library, PREPRINT, ARTICLE, page, replace(page, identifiers=(DOI,)))
    before = _ids(library)
    _import(library, BOTH)
    assert (len(before), list(_ids(library))) == (2, [PREPRINT_KEY])
    for _ in range(2):
        tell_apart(library, ARXIV, DOI)
        assert _ids(library) == before
        assert library.resolve(title_key(page.title)) == ARTICLE_KEY
        library.finish(library.reading.undo())
        assert list(_ids(library)) == [PREPRINT_KEY]
    tell_apart(library, ARXIV, title_key(page.title))
    assert _ids(library) == {PREPRINT_KEY: (ARXIV, DOI), title_key(page.title): ()}


@pytest.mark.parametrize("ids", [(ARXIV, DOI), (DOI, ARXIV)])
def test_an_id_that_is_not_its_own_is_taken_off_a_paper_that_was_never_two(
    library: Library, ids: tuple[str, str]
) -> None:
    """What bears it is another paper as soon as it is imported again, whatever agrees; undone, it is one with it."""
    same = replace(PREPRINT, identifiers=(DOI,))
    _import(library, PREPRINT, same)
    assert _ids(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    settled = tell_apart(library, *ids)
    assert (settled.key, settled.others, settled.ids) == (PREPRINT_KEY, (), (ARTICLE_KEY,))
    for papers in ([PREPRINT], [BOTH], [same, BOTH, PREPRINT]):
        assert _ids(library) == {PREPRINT_KEY: (ARXIV,)}
        _import(library, *papers, day=20)
    assert _ids(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
    past = library.reading.history()[0]
    assert (past.decision, past.papers) == ("split", [PREPRINT_KEY])
    library.finish(library.reading.undo())
    assert _ids(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    library.finish(library.reading.redo())
    for order in permutations([PREPRINT, same, BOTH]):
        library = _lose_catalogue(library)
        _import(library, *order)
        assert _ids(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
    library.close()


WRONG = replace(PAGE, authors=("Ann Smith",), identifiers=(DOI,))
"""A page's paper with the id of another one."""


def _dump(library: Library) -> list[tuple[object, ...]]:
    """All rows that say something of papers."""
    tables = ("papers", "titles", "texts", "identifiers", "listed")
    found = [library.catalogue.connection.execute(f"SELECT * FROM {table}") for table in tables]
    return [(table, *row) for table, rows in zip(tables, found, strict=True) for row in sorted(rows, key=str)]


@pytest.mark.parametrize("votes", [None, 3])
@pytest.mark.parametrize("real_votes", [None, 2, 3, 5])
def test_what_came_with_an_id_that_is_taken_off_goes_with_it(
    library: Library, votes: int | None, real_votes: int | None
) -> None:
    """Text, title and address are the other paper's at once; facts that could be of either, until either comes again.

    Undone, every row is as it was; done again, as it was made.
    """
    link = ("page", f"https://doi.org/{DOI.removeprefix('doi:')}"), ("code", "https://example.org/code")
    real = replace(ARTICLE, authors=("Bob Jones",), upvotes=real_votes, links=link)
    _import(library, replace(PAGE, authors=("Ann Smith",), upvotes=votes), WRONG, real)
    before = _dump(library)
    settled = tell_apart(library, PAGE_KEY, DOI)
    assert (settled.key, settled.others, settled.ids) == (PAGE_KEY, (ARTICLE_KEY,), ())
    parted = _dump(library)
    page, article = library.catalogue.papers([*library.catalogue.ids_of([PAGE_KEY, ARTICLE_KEY]).values()])
    assert (page.key, page.title, page.abstract, page.identifiers) == (PAGE_KEY, TITLE, ABSTRACT, ())
    assert (article.title, article.abstract, article.identifiers) == (ARTICLE.title, UNLIKE, (DOI,))
    assert (dict(page.addresses), dict(article.addresses)) == (dict(link[1:]), dict(link[:1]))
    for _ in range(2):
        library.finish(library.reading.undo())
        assert _dump(library) == before
        library.finish(library.reading.redo())
        assert [row[:1] + row[2:] for row in _dump(library) if row[0] == "papers"] == [
            row[:1] + row[2:] for row in parted if row[0] == "papers"
        ]
    _import(library, replace(PAGE, authors=("Ann Smith",), upvotes=votes), real)
    page, article = library.catalogue.papers([*library.catalogue.ids_of([PAGE_KEY, ARTICLE_KEY]).values()])
    assert (page.authors, article.authors) == (("Ann Smith",), ("Bob Jones",))
    library.finish(library.reading.undo())
    assert _ids(library) == {PAGE_KEY: (DOI,)}


@pytest.mark.parametrize("again", [(), (PAGE,), (ARTICLE,), (PAGE, ARTICLE), (ARTICLE, PAGE)])
def test_a_capture_without_ids_finds_the_paper_whose_text_it_has(
    library: Library, again: tuple[ParsedPaper, ...]
) -> None:
    """The text of what bears an id that was taken off is that paper's, also for a page that gives no id."""
    _import(library, PAGE, WRONG, ARTICLE)
    tell_apart(library, PAGE_KEY, DOI)
    _import(library, *again, day=20)
    _import(library, replace(ARTICLE, identifiers=()), day=21)
    numbers = library.catalogue.ids_of([PAGE_KEY, ARTICLE_KEY])
    days = {key: {place.listing.date.day for place in library.entries([n])[0].listed} for key, n in numbers.items()}
    assert {key: 21 in found for key, found in days.items()} == {PAGE_KEY: False, ARTICLE_KEY: True}
    library = _lose_catalogue(library)
    _import(library, PAGE, ARTICLE, replace(ARTICLE, identifiers=()), PAGE)
    assert _ids(library) == {PAGE_KEY: (), ARTICLE_KEY: (DOI,)}
    library.close()


def test_what_a_paper_holds_or_bears_beside_the_id_is_left_with_it(library: Library) -> None:
    """Of several ids it is not known with which a title came, and what was merged has its own way back."""
    _import(library, PAGE, replace(WRONG, identifiers=(ARXIV, DOI)), ARTICLE)
    before = _dump(library)
    assert tell_apart(library, ARXIV, DOI).ids == (ARTICLE_KEY,)
    assert [row for row in before if row not in _dump(library)] == [("identifiers", DOI, 1)]
    library.finish(library.reading.undo())
    assert _dump(library) == before


def test_the_only_id_of_a_page_can_be_taken_off_it(library: Library) -> None:
    """The page is known by its text then; taken back before anything is imported, it bears the id again."""
    _import(library, PAGE, replace(PAGE, identifiers=(DOI,)))
    assert _ids(library) == {PAGE_KEY: (DOI,)}
    tell_apart(library, PAGE_KEY, DOI)
    assert _ids(library) == {PAGE_KEY: ()}
    library.finish(library.reading.undo())
    assert _ids(library) == {PAGE_KEY: (DOI,)}
    library.finish(library.reading.redo())
    _import(library, replace(PAGE, identifiers=(DOI,)), PAGE, day=20)
    assert _ids(library) == {PAGE_KEY: (), ARTICLE_KEY: (DOI,)}


def test_one_name_is_not_two(library: Library) -> None:
    """That is said, and nothing is written."""
    _import(library, BOTH)
    seq = library.reading.seq
    for ids in ((ARXIV, ARXIV), (DOI, f"https://doi.org/{DOI.removeprefix('doi:')}")):
        with pytest.raises(NothingToSettle, match="are one name of"):
            tell_apart(library, *ids)
    assert library.reading.seq == seq


def test_an_old_key_works_in_a_catalogue_that_never_met_it(library: Library) -> None:
    """Rule: keys of papers that are others by now work for ever, whatever became of the catalogue."""
    _import(library, PREPRINT, NAMESAKE)
    one, two = _ids(library)
    _import(library, BRIDGE, day=15)
    tell_apart(library, one, two)
    library.finish(library.reading.undo(_told(library)))
    again = _lose_catalogue(library)
    _import(again, PREPRINT, NAMESAKE)
    assert [again.resolve(key) for key in (one, two)] == [one, one]
    again.close()


# Any order of all


@examples(40)
@given(
    other=st.sampled_from([(ARTICLE, BOTH), (NAMESAKE, BRIDGE)]),
    steps=st.lists(st.sampled_from(["one", "other", "both", "star", "split", "undo", "redo", "lose"]), max_size=9),
)
def test_what_stands_decides_whatever_is_imported_in_between(
    other: tuple[ParsedPaper, ParsedPaper], steps: list[str]
) -> None:
    """Rule: two while the user's word stands, one when it does not; no star is lost."""
    sources = {"one": PREPRINT, "other": other[0], "both": other[1]}
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), window="one")
        _import(library, PREPRINT, other[0])
        one, two = _ids(library)
        is_starred = False
        for day, step in enumerate(steps, 15):
            if step in sources:
                _import(library, sources[step], day=day)
            elif step == "lose":
                library = _lose_catalogue(library)
                _import(library, PREPRINT, other[0])
            elif step == "star":
                _decide(library, library.resolve(two), SetStar(True))
                is_starred = True
            elif step == "split" and not _told(library):
                tell_apart(library, one, two)
            elif step == "undo" and (number := _told(library)):
                library.finish(library.reading.undo(number))
            elif step == "redo" and any(past.undone_by for past in library.reading.history()):
                library.finish(library.reading.redo())
        _import(library, *sources.values(), day=30)
        _import(library, *sources.values(), day=31)
        assert len(_ids(library)) == (2 if _told(library) else 1)
        assert any(library.state(key).starred for key in _ids(library)) == is_starred
        library.close()


def _told(library: Library) -> int | None:
    """The action that told the papers apart, where one stands."""
    splits = (past for past in library.reading.history() if past.name == "split" and past.undone_by is None)
    return next((past.id for past in splits), None)
