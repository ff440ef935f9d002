"""`split ID ID`: no import merges the two papers, until undo."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from imported import decide, entries_of, ids_of, import_papers, lose_catalogue, own_key

from paperreader.domain.captures import UserPairs
from paperreader.domain.decision import EditTags, SetNote, SetStar
from paperreader.domain.identifiers import Identifier, PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.reading_state import ReadingState, make_note, make_tags
from paperreader.errors import NothingToSettle, UnknownPaper
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.library import Library

ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
OTHER_DOI = Identifier("doi:10.1000/dial")
PREPRINT_KEY, ARTICLE_KEY, THIRD_KEY = PaperKey(ARXIV), PaperKey(DOI), PaperKey(OTHER_DOI)
TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
UNLIKE = "Nothing here resembles the other text: it counts the migrating storks above a village pond in spring."

PREPRINT = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,))
PAGE = ParsedPaper(TITLE, ABSTRACT)
ARTICLE = ParsedPaper("Sundials, in Print", UNLIKE, identifiers=(DOI,))
NAMESAKE = ParsedPaper(TITLE, UNLIKE)
BOTH = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV, DOI))
BRIDGE = ParsedPaper(TITLE, UNLIKE, identifiers=(ARXIV,))
THIRD = ParsedPaper("Several Clocks in One Garden", "A third text, about tin cans.", identifiers=(OTHER_DOI,))
PAGE_KEY, NAMESAKE_KEY = own_key(PAGE), own_key(NAMESAKE)


def _states(library: Library) -> dict[PaperKey, ReadingState]:
    return {key: replace(entry.state, decided_at=None) for key, entry in entries_of(library).items()}


# Two papers that are two


@pytest.mark.parametrize(("other", "bridge"), [(ARTICLE, BOTH), (NAMESAKE, BRIDGE)])
@pytest.mark.parametrize("turned", [False, True])
def test_no_import_merges_papers_that_are_kept_apart(
    library: Library, other: ParsedPaper, bridge: ParsedPaper, turned: bool
) -> None:
    """Rule: neither shared ids nor texts merge papers that are kept apart, also in a new catalogue."""
    import_papers(library, PREPRINT, other)
    one, two = ids = list(ids_of(library))
    decide(library, two, SetStar(True))
    settled = keep_apart(library, *(reversed(ids) if turned else ids))
    assert {settled.key, *settled.others} == {one, two}
    assert not settled.were_one
    for day in (14, 20):
        import_papers(library, bridge, other, PREPRINT, day=day)
        assert list(ids_of(library)) == ids
    for order in permutations([PREPRINT, other, bridge]):
        library = lose_catalogue(library)
        import_papers(library, *order)
        assert len(ids_of(library)) == 2
        assert library.state(two).starred
    library.close()


def test_keeping_apart_is_one_action(library: Library) -> None:
    """Rule: it is one action on both papers; after undo, an import merges them again."""
    import_papers(library, PREPRINT, ARTICLE)
    decide(library, ARTICLE_KEY, SetStar(True))
    before = ids_of(library), _states(library), len(library.reading.history())
    keep_apart(library, ARXIV, DOI)
    for _ in range(2):
        past = library.reading.history()
        assert (past[0].decision, set(past[0].papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        assert (ids_of(library), _states(library)) == before[:2]
        undone = library.finish(library.reading.undo())
        assert (undone.decision, set(undone.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        assert library.reading.pairs() == UserPairs()
        library.finish(library.reading.redo())
    assert len(library.reading.history()) == before[2] + 5
    library.finish(library.reading.undo())
    import_papers(library, BOTH)
    assert list(ids_of(library)) == [PREPRINT_KEY]


def test_keeping_papers_apart_twice_is_refused(library: Library) -> None:
    """Rule: keeping papers apart twice is refused, by any of their ids, and nothing is written."""
    import_papers(library, PREPRINT, ARTICLE, NAMESAKE)
    merge(library, PREPRINT_KEY, NAMESAKE_KEY)
    split(library, PREPRINT_KEY)
    keep_apart(library, ARXIV, DOI)
    seq = library.reading.seq
    for one, other in ((ARXIV, DOI), (DOI, "2503.01234"), (NAMESAKE_KEY, ARXIV)):
        with pytest.raises(NothingToSettle, match="kept as 2 papers already"):
            keep_apart(library, one, other)
    with pytest.raises(UnknownPaper):
        keep_apart(library, ARXIV, "doi:10.1000/none")
    assert library.reading.seq == seq


def test_each_of_several_pairs_is_undone_on_its_own(library: Library) -> None:
    """Rule: of two pairs of one paper, undoing one keeps the other."""
    import_papers(library, PREPRINT, ARTICLE, THIRD)
    for first, second in ((DOI, OTHER_DOI), (OTHER_DOI, DOI)):
        keep_apart(library, ARXIV, first)
        keep_apart(library, ARXIV, second)
        undone = library.finish(library.reading.undo(library.reading.history()[1].id))
        assert undone.conflicts == ()
        assert library.reading.pairs().distinct == {(ARXIV, second)}
        library.finish(library.reading.undo(library.reading.history()[1].id))
        assert library.reading.pairs() == UserPairs()


def test_a_merge_overrides_an_earlier_split(library: Library) -> None:
    """Rule: a merge overrides an earlier split, also if an id came in between."""
    import_papers(library, PREPRINT, NAMESAKE)
    keep_apart(library, ARXIV, NAMESAKE_KEY)
    import_papers(library, replace(NAMESAKE, identifiers=(DOI,)))
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
    merge(library, PREPRINT_KEY, NAMESAKE_KEY)
    import_papers(library, NAMESAKE, PREPRINT, BOTH, day=20)
    assert list(ids_of(library)) == [PREPRINT_KEY]


def test_papers_merged_with_either_stay_apart_from_the_other(library: Library) -> None:
    """Rule: papers merged with either of the two stay apart from the other one."""
    import_papers(library, PREPRINT, ARTICLE, THIRD)
    merge(library, ARTICLE_KEY, THIRD_KEY)
    keep_apart(library, ARXIV, OTHER_DOI)
    assert set(library.reading.history()[0].papers) == {PREPRINT_KEY, library.resolve(DOI)}
    bridge = replace(THIRD, identifiers=(ARXIV, OTHER_DOI))
    for order in permutations([PREPRINT, bridge, THIRD]):
        library = lose_catalogue(library)
        import_papers(library, *order)
        assert len(ids_of(library)) == 2
    library.close()


# Two that are one


def _merge_three(library: Library, *, in_pairs: bool) -> None:
    """Merge three papers, each with its own decisions."""
    import_papers(library, PREPRINT, ARTICLE, THIRD)
    for number, key in enumerate((PREPRINT_KEY, ARTICLE_KEY, THIRD_KEY)):
        decide(library, key, EditTags(make_tags([f"tag{number}"])))
        decide(library, key, SetNote(make_note(f"note {number}")))
    merge(library, ARTICLE_KEY, THIRD_KEY if in_pairs else PREPRINT_KEY)
    merge(library, PREPRINT_KEY, THIRD_KEY if not in_pairs else library.resolve(ARTICLE_KEY))


@pytest.mark.parametrize("ids", [(ARXIV, DOI), (DOI, ARXIV), (OTHER_DOI, DOI)])
def test_only_the_named_part_is_split_off(library: Library, ids: tuple[str, str]) -> None:
    """Rule: only the named part is split off, with all decisions; undo restores the paper."""
    _merge_three(library, in_pairs=False)
    joined = ids_of(library), _states(library)
    settled = keep_apart(library, *ids)
    assert (settled.key, settled.others, settled.were_one) == (PREPRINT_KEY, (ARTICLE_KEY,), True)
    for _ in range(2):
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV, OTHER_DOI), ARTICLE_KEY: (DOI,)}
        assert {state.tags for state in _states(library).values()} == {("tag0", "tag1", "tag2")}
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY, *ids})
        library.finish(library.reading.undo())
        assert (ids_of(library), _states(library)) == joined
        library.finish(library.reading.redo())
    for order in permutations([BOTH, THIRD, ARTICLE]):
        import_papers(library, *order, day=20)
        assert len(ids_of(library)) == 2
        library = lose_catalogue(library)
        import_papers(library, *order, PREPRINT)
        assert len(ids_of(library)) == 2
    library.close()


def test_a_part_keeps_what_was_merged_with_it_before(library: Library) -> None:
    """Rule: a part keeps the papers that were merged with it before."""
    _merge_three(library, in_pairs=True)
    holder = min(ARTICLE_KEY, THIRD_KEY)
    held = max(ARTICLE_KEY, THIRD_KEY)
    keep_apart(library, ARXIV, holder)
    assert set(ids_of(library)) == {PREPRINT_KEY, holder}
    assert ids_of(library)[holder] == tuple(sorted((DOI, OTHER_DOI)))
    assert {state.tags for state in _states(library).values()} == {("tag0", "tag1", "tag2")}
    library.finish(library.reading.undo())
    for ids in ((holder, held), (held, holder)):
        assert keep_apart(library, *ids).others == (held,)
        assert set(ids_of(library)) == {PREPRINT_KEY, held}
        library.finish(library.reading.undo())
    assert list(ids_of(library)) == [PREPRINT_KEY]


def test_what_imports_merged_is_split_off(library: Library) -> None:
    """Rule: what imports merged can be split off, also if that part was merged with another one."""
    page = replace(THIRD, identifiers=())
    import_papers(library, PREPRINT, ARTICLE, page, replace(page, identifiers=(DOI,)))
    before = ids_of(library)
    import_papers(library, BOTH)
    assert (len(before), list(ids_of(library))) == (2, [PREPRINT_KEY])
    for _ in range(2):
        keep_apart(library, ARXIV, DOI)
        assert ids_of(library) == before
        assert library.resolve(title_address(page.title)) == ARTICLE_KEY
        library.finish(library.reading.undo())
        assert list(ids_of(library)) == [PREPRINT_KEY]
    keep_apart(library, ARXIV, title_address(page.title))
    assert ids_of(library) == before


@pytest.mark.parametrize("ids", [(ARXIV, DOI), (DOI, ARXIV)])
def test_a_wrong_id_is_removed_from_a_paper(library: Library, ids: tuple[str, str]) -> None:
    """Rule: after an id is removed, an import with only this id is another paper, until undo."""
    same = replace(PREPRINT, identifiers=(DOI,))
    import_papers(library, BOTH)
    settled = keep_apart(library, *ids)
    assert (settled.key, settled.others, settled.ids) == (PREPRINT_KEY, (), (ARTICLE_KEY,))
    for papers in ([], [PREPRINT], [BOTH]):
        import_papers(library, *papers, day=20)
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV,)}
    with pytest.raises(UnknownPaper):
        library.resolve(DOI)
    import_papers(library, same)
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
    past = library.reading.history()[0]
    assert (past.decision, past.papers) == ("split", [PREPRINT_KEY, ARTICLE_KEY])
    library.finish(library.reading.undo())
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    library.finish(library.reading.redo())
    for order in permutations([PREPRINT, same, BOTH]):
        library = lose_catalogue(library)
        import_papers(library, *order)
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
    library.close()


WRONG = replace(PAGE, authors=("Ann Smith",), identifiers=(DOI,))
"""A page's paper with an id of another paper."""


@pytest.mark.parametrize("votes", [None, 3])
@pytest.mark.parametrize("real_votes", [None, 2, 3, 5])
def test_each_source_goes_whole_to_one_paper_when_an_id_is_removed(
    library: Library, votes: int | None, real_votes: int | None
) -> None:
    """Rule: each source goes whole to one of the two papers; undo restores all."""
    links = ("page", f"https://doi.org/{DOI.removeprefix('doi:')}"), ("code", "https://example.org/code")
    real = replace(ARTICLE, authors=("Bob Jones",), upvotes=real_votes, links=links)
    import_papers(library, replace(PAGE, authors=("Ann Smith",), upvotes=votes), WRONG, real)
    before = entries_of(library)
    settled = keep_apart(library, title_address(TITLE), DOI)
    page_key = min(PAGE_KEY, own_key(WRONG))
    assert {settled.key, *settled.others} == {page_key, ARTICLE_KEY}
    for _ in range(2):
        page, article = (entries_of(library)[key].paper for key in (page_key, ARTICLE_KEY))
        assert (page.title, page.abstract, page.identifiers) == (TITLE, ABSTRACT, ())
        assert (page.authors, page.addresses) == (("Ann Smith",), ())
        assert (article.title, article.abstract, article.identifiers) == (ARTICLE.title, UNLIKE, (DOI,))
        assert (article.authors, set(article.addresses)) == (("Bob Jones",), set(links))
        library.finish(library.reading.undo())
        assert entries_of(library) == before
        library.finish(library.reading.redo())


@pytest.mark.parametrize("again", [(), (PAGE,), (ARTICLE,), (PAGE, ARTICLE), (ARTICLE, PAGE)])
def test_a_capture_without_ids_joins_the_paper_with_its_text(library: Library, again: tuple[ParsedPaper, ...]) -> None:
    """Rule: a capture without ids joins the paper that has its text."""
    import_papers(library, PAGE, WRONG, ARTICLE)
    keep_apart(library, title_address(TITLE), DOI)
    import_papers(library, *again, day=20)
    import_papers(library, replace(ARTICLE, identifiers=()), day=21)
    days = {key: {place.listing.date.day for place in entry.listed} for key, entry in entries_of(library).items()}
    page_key = min(PAGE_KEY, own_key(WRONG))
    assert {key: 21 in found for key, found in days.items()} == {page_key: False, ARTICLE_KEY: True}
    library = lose_catalogue(library)
    import_papers(library, PAGE, ARTICLE, replace(ARTICLE, identifiers=()), PAGE)
    assert ids_of(library) == {PAGE_KEY: (), ARTICLE_KEY: (DOI,)}
    library.close()


def test_of_several_ids_of_a_source_the_better_one_stays(library: Library) -> None:
    """Rule: a source with both ids keeps the better one; a source with only the other id is another paper."""
    import_papers(library, PAGE, replace(WRONG, identifiers=(ARXIV, DOI)), ARTICLE)
    before = entries_of(library)
    settled = keep_apart(library, ARXIV, DOI)
    assert (settled.key, settled.others, settled.ids) == (PREPRINT_KEY, (ARTICLE_KEY,), ())
    found = {key: (entry.paper.title, entry.paper.identifiers) for key, entry in entries_of(library).items()}
    assert found == {PREPRINT_KEY: (TITLE, (ARXIV,)), ARTICLE_KEY: (ARTICLE.title, (DOI,))}
    library.finish(library.reading.undo())
    assert entries_of(library) == before


def test_the_only_id_of_a_page_can_be_removed(library: Library) -> None:
    """Rule: a page's only id can be removed; undo brings it back."""
    titled = replace(PAGE, identifiers=(DOI,))
    import_papers(library, PAGE, titled)
    assert ids_of(library) == {ARTICLE_KEY: (DOI,)}
    settled = keep_apart(library, title_address(TITLE), DOI)
    key = min(PAGE_KEY, own_key(titled))
    assert (settled.key, settled.others, settled.ids) == (key, (), (ARTICLE_KEY,))
    assert ids_of(library) == {key: ()}
    library.finish(library.reading.undo())
    assert ids_of(library) == {ARTICLE_KEY: (DOI,)}
    library.finish(library.reading.redo())
    import_papers(library, titled, PAGE, ARTICLE, day=20)
    assert ids_of(library) == {key: (), ARTICLE_KEY: (DOI,)}


def test_one_name_given_twice_is_refused(library: Library) -> None:
    """Rule: one name given twice is refused, and nothing is written."""
    import_papers(library, BOTH)
    seq = library.reading.seq
    for ids in ((ARXIV, ARXIV), (DOI, f"https://doi.org/{DOI.removeprefix('doi:')}")):
        with pytest.raises(NothingToSettle, match="name the same part of"):
            keep_apart(library, *ids)
    assert library.reading.seq == seq


def test_an_old_key_works_in_a_new_catalogue_as_soon_as_its_source_is_there(library: Library) -> None:
    """Rule: each name of a paper works as soon as its source is imported into a new catalogue."""
    import_papers(library, PREPRINT, NAMESAKE, BRIDGE)
    one, two = PREPRINT_KEY, NAMESAKE_KEY
    assert [library.resolve(key) for key in (one, two)] == [one, one]
    keep_apart(library, one, two)
    library.finish(library.reading.undo(_told(library)))
    library = lose_catalogue(library)
    import_papers(library, PREPRINT, NAMESAKE)
    assert [library.resolve(key) for key in (one, two)] == [one, two]
    import_papers(library, BRIDGE)
    assert [library.resolve(key) for key in (one, two)] == [one, one]
    library.close()


# Any order of all


@examples(40)
@given(
    other=st.sampled_from([(ARTICLE, BOTH), (NAMESAKE, BRIDGE)]),
    steps=st.lists(st.sampled_from(["one", "other", "both", "star", "split", "undo", "redo", "lose"]), max_size=9),
)
def test_imports_in_between_do_not_change_what_is_kept_apart(
    other: tuple[ParsedPaper, ParsedPaper], steps: list[str]
) -> None:
    """Rule: imports never change whether the user keeps papers apart, and no star is lost."""
    sources = {"one": PREPRINT, "other": other[0], "both": other[1]}
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), window="one")
        import_papers(library, PREPRINT, other[0])
        one, two = ids_of(library)
        is_starred = False
        for day, step in enumerate(steps, 15):
            if step in sources:
                import_papers(library, sources[step], day=day)
            elif step == "lose":
                library = lose_catalogue(library)
                import_papers(library, PREPRINT, other[0])
            elif step == "star":
                decide(library, library.resolve(two), SetStar(True))
                is_starred = True
            elif step == "split" and not _told(library):
                keep_apart(library, one, two)
            elif step == "undo" and (number := _told(library)):
                library.finish(library.reading.undo(number))
            elif step == "redo" and any(past.undone_by for past in library.reading.history()):
                library.finish(library.reading.redo())
        import_papers(library, *sources.values(), day=30)
        import_papers(library, *sources.values(), day=31)
        assert len(ids_of(library)) == (2 if _told(library) else 1)
        assert any(library.state(key).starred for key in ids_of(library)) == is_starred
        library.close()


def _told(library: Library) -> int | None:
    """The action that keeps the papers apart, if it is not undone."""
    splits = (past for past in library.reading.history() if past.name == "split" and past.undone_by is None)
    return next((past.id for past in splits), None)
