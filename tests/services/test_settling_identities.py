"""`merge` and `split`: they hold for all later imports, until undo."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from imported import decide, entries_of, ids_of, import_papers, lose_catalogue, own_key

from paperreader.domain.decision import EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.errors import NothingToSettle
from paperreader.services.backups import restore
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing

DAY = date(2025, 3, 14)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
OTHER_ARXIV = Identifier("arxiv:2503.09999")
PREPRINT_KEY, ARTICLE_KEY, DOUBLE_KEY = PaperKey(ARXIV), PaperKey(DOI), PaperKey(OTHER_ARXIV)
TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
UNLIKE = "Nothing here resembles the other text: it counts the migrating storks above a village pond in spring."
THIRD = "A third text, of its own, about tin cans, the people who collect them, and what becomes of the labels."

PAGE = ParsedPaper(TITLE, ABSTRACT)
PREPRINT = ParsedPaper(TITLE, ABSTRACT, ("Ada Lovelace",), identifiers=(ARXIV,))
ARTICLE = ParsedPaper("Sundials, in Print", THIRD, ("Ada Lovelace",), identifiers=(DOI,))
BOTH = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV, DOI))
DOUBLE = ParsedPaper(TITLE, UNLIKE, identifiers=(OTHER_ARXIV,))
NAMESAKE = ParsedPaper(TITLE, UNLIKE)
RENAMED = ParsedPaper("Several Clocks in One Garden", THIRD)
PAGE_KEY, NAMESAKE_KEY = own_key(PAGE), own_key(NAMESAKE)


# Making two papers one


def test_papers_with_contradicting_ids_can_be_merged(library: Library) -> None:
    """Rule: the merged paper has the better key and all decisions; undo gives each paper its own again."""
    import_papers(library, PREPRINT, DOUBLE)
    decide(library, PREPRINT_KEY, SetStar(True), EditTags(make_tags(["ml"])))
    decide(library, DOUBLE_KEY, SetStatus(ReadingStatus.READ), SetNote(make_note("a note")))
    before = entries_of(library)
    settled = merge(library, DOUBLE_KEY, PREPRINT_KEY)
    assert (settled.key, settled.others) == (PREPRINT_KEY, (DOUBLE_KEY,))
    for _ in range(2):
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV, OTHER_ARXIV)}
        state = library.state(PREPRINT_KEY)
        assert (state.starred, state.status, state.tags, state.note) == (True, ReadingStatus.READ, ("ml",), "a note")
        assert library.resolve("2503.09999") == PREPRINT_KEY
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("merge", {PREPRINT_KEY, DOUBLE_KEY})
        undone = library.finish(library.reading.undo())
        assert set(undone.papers) == {PREPRINT_KEY, DOUBLE_KEY}
        assert entries_of(library) == before
        library.finish(library.reading.redo())


def test_merging_undecided_papers_is_an_action(library: Library) -> None:
    """Rule: a merge is an action of its own, and undo takes it back."""
    import_papers(library, PREPRINT, ARTICLE)
    merge(library, ARTICLE_KEY, PREPRINT_KEY)
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    assert library.reading.history()[0].papers == [PREPRINT_KEY, ARTICLE_KEY]
    library.finish(library.reading.undo())
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}


@pytest.mark.parametrize(
    ("one", "other"), [(PREPRINT, DOUBLE), (PREPRINT, ARTICLE), (PREPRINT, NAMESAKE), (PAGE, NAMESAKE), (PAGE, RENAMED)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_merged_papers_stay_merged_after_any_import(
    library: Library, one: ParsedPaper, other: ParsedPaper, turned: bool
) -> None:
    """Rule: no import, in any order or into a new catalogue, splits merged papers."""
    papers = (other, one) if turned else (one, other)
    import_papers(library, *papers)
    first, second = entries_of(library)
    decide(library, first, SetStar(True))
    decide(library, second, EditTags(make_tags(["kept"])))
    key = merge(library, first, second).key
    for _ in range(2):
        import_papers(library, *papers)
        import_papers(library, *reversed(papers), day=20)
        assert list(entries_of(library)) == [key]
    for order in permutations(papers):
        library = lose_catalogue(library)
        for paper in order:
            import_papers(library, paper)
            assert len(entries_of(library)) == 1
        assert list(entries_of(library)) == [key]
        import_papers(library, *papers, day=20)
        assert list(entries_of(library)) == [key]
        state = library.state(key)
        assert (state.starred, state.tags) == (True, ("kept",))
    library.close()


REVISED = ABSTRACT.replace("learn", "find out")


@pytest.mark.parametrize("seen", [PAGE, replace(PAGE, abstract=REVISED), replace(PAGE, abstract="")])
@pytest.mark.parametrize("is_seen_before", [True, False])
def test_a_merge_holds_in_a_new_catalogue_in_any_order(
    library: Library, seen: ParsedPaper, is_seen_before: bool
) -> None:
    """Rule: key and decisions of a merged paper are the same in a new catalogue, in any order."""
    papers = [seen, PREPRINT, ARTICLE]
    import_papers(library, *papers[not is_seen_before :])
    first, second = entries_of(library)
    decide(library, first, SetStar(True))
    key = merge(library, first, second).key
    for order in permutations(papers):
        library = lose_catalogue(library)
        import_papers(library, *order)
        assert list(entries_of(library)) == [key]
        assert set(ids_of(library)[key]) == {ARXIV, DOI}
        assert library.state(key).starred
        import_papers(library, *reversed(papers), day=20)
        assert list(entries_of(library)) == [key]
    library.close()


def test_a_merge_leaves_out_a_third_paper_with_the_title(library: Library) -> None:
    """Rule: a merge leaves out a third paper with the same title, also in a new catalogue."""
    third = replace(NAMESAKE, abstract=THIRD)
    import_papers(library, PREPRINT, NAMESAKE, third)
    first, second, _ = entries_of(library)
    key = merge(library, first, second).key
    for order in permutations([PREPRINT, NAMESAKE, third]):
        import_papers(library, *order)
        assert len(entries_of(library)) == 2
        library = lose_catalogue(library)
        import_papers(library, *order)
        found = entries_of(library)
        assert len(found) == 2
        assert [entry.paper.abstract for name, entry in found.items() if name != key] == [THIRD]
    library.close()


def test_a_paper_cannot_be_merged_with_itself(library: Library) -> None:
    """Rule: merging a paper with itself is refused, by any of its keys, and nothing is written."""
    import_papers(library, PREPRINT, ARTICLE)
    merge(library, ARTICLE_KEY, PREPRINT_KEY)
    seq = library.reading.seq
    with pytest.raises(NothingToSettle, match="both IDs name"):
        merge(library, library.resolve(DOI), library.resolve(ARXIV))
    assert library.reading.seq == seq


# Making one paper several again


@pytest.mark.parametrize(
    ("one", "parts"),
    [(PAGE, {PAGE_KEY: (), PREPRINT_KEY: (ARXIV, DOI)}), (PREPRINT, {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)})],
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_split_holds_for_all_later_imports(
    library: Library, one: ParsedPaper, parts: dict[PaperKey, tuple[Identifier, ...]], turned: bool
) -> None:
    """Rule: title matches are split first, then ids; each part keeps all decisions, and no import merges them."""
    papers = [ARTICLE, one] if turned else [one, ARTICLE]
    import_papers(library, *papers)
    for number, key in enumerate(entries_of(library)):
        decide(library, key, SetStar(number == 0), EditTags(make_tags([f"tag{number}"])))
    import_papers(library, BOTH)
    (key,) = entries_of(library)
    decide(library, key, EditTags(make_tags(["since"])))
    state = _without_time(library.state(key))
    assert (state.starred, state.tags) == (True, ("since", "tag0", "tag1"))
    settled = split(library, key)
    assert (settled.key, *settled.others) == (key, *(part for part in parts if part != key))
    for _ in range(2):
        assert ids_of(library) == parts
        assert [_without_time(library.state(part)) for part in parts] == [state, state]
        import_papers(library, BOTH, *papers)
        import_papers(library, *papers, BOTH, day=20)
    for order in permutations([BOTH, *papers]):
        library = lose_catalogue(library)
        for paper in order:
            import_papers(library, paper)
        assert ids_of(library) == parts
        assert [_without_time(library.state(part)) for part in parts] == [state, state]
    first, second = parts
    decide(library, first, SetStar(False))
    assert (library.state(first).starred, library.state(second).starred) == (False, True)
    library.close()


@pytest.mark.parametrize("is_decided", [False, True])
def test_a_split_is_undone_and_done_again(library: Library, is_decided: bool) -> None:
    """Rule: undo and redo of a split work with and without decisions."""
    import_papers(library, PREPRINT, ARTICLE)
    if is_decided:
        decide(library, ARTICLE_KEY, SetStar(True))
    import_papers(library, BOTH)
    before = entries_of(library)
    for number in range(2):
        if number:
            library.finish(library.reading.redo())
        else:
            split(library, PREPRINT_KEY)
        assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        library.finish(library.reading.undo())
        assert entries_of(library) == before
        import_papers(library, BOTH, PREPRINT, ARTICLE)
        assert len(entries_of(library)) == 1
    again = Library(library.folder, window="again")
    assert len(entries_of(again)) == 1
    again.close()


def test_decisions_after_a_split_are_kept_when_it_is_undone(library: Library) -> None:
    """Rule: if a split is undone, later decisions about its parts go to the paper."""
    import_papers(library, PREPRINT, ARTICLE, BOTH)
    split(library, PREPRINT_KEY)
    decide(library, ARTICLE_KEY, SetStar(True))
    undone = library.finish(library.reading.undo(library.reading.history()[1].id, on_conflict=OnConflict.LEAVE))
    assert undone.decision == "split"
    library.apply_decisions()
    assert list(entries_of(library)) == [PREPRINT_KEY]
    assert library.state(PREPRINT_KEY).starred


def test_a_redone_merge_joins_later_decisions(library: Library) -> None:
    """Rule: a redone merge joins later decisions, and undo restores each paper's own."""
    import_papers(library, PREPRINT, DOUBLE)
    decide(library, PREPRINT_KEY, SetStar(True))
    merge(library, PREPRINT_KEY, DOUBLE_KEY)
    undone = library.finish(library.reading.undo())
    decide(library, DOUBLE_KEY, SetStatus(ReadingStatus.READ))
    before = entries_of(library)
    library.finish(library.reading.undo(undone.seq))
    state = library.state(PREPRINT_KEY)
    assert (list(entries_of(library)), state.starred, state.status) == ([PREPRINT_KEY], True, ReadingStatus.READ)
    library.finish(library.reading.undo(library.reading.history()[0].id))
    assert entries_of(library) == before
    library.finish(library.reading.undo(library.reading.history()[0].id))
    assert [library.finish(library.reading.undo()).decision for _ in range(3)] == ["act", "merge", "act"]
    assert library.finish(library.reading.undo()).undoes is None
    assert not any(entry.state.decided_at for entry in entries_of(library).values())


def test_a_decision_under_an_old_key_goes_to_the_merged_paper(library: Library) -> None:
    """Rule: a decision under an old key goes to the merged paper at once, in one action."""
    import_papers(library, PREPRINT, DOUBLE)
    other = Library(library.folder, window="other")
    merge(other, PREPRINT_KEY, DOUBLE_KEY)
    other.close()
    decide(library, DOUBLE_KEY, SetStar(True))
    library.reading.poll()
    library.apply_decisions()
    assert library.state(PREPRINT_KEY).starred
    assert [past.name for past in library.reading.history()] == ["act", "merge"]
    assert library.finish(library.reading.undo()).decision == "act"
    assert not library.state(PREPRINT_KEY).starred


def test_splitting_what_an_import_merged_is_one_action(library: Library) -> None:
    """Rule: splitting what an import merged is one action, and one undo takes it back."""
    import_papers(library, PREPRINT, ARTICLE, BOTH)
    decide(library, PREPRINT_KEY, SetStar(True))
    split(library, PREPRINT_KEY)
    assert len(entries_of(library)) == 2
    assert [library.finish(library.reading.undo()).decision for _ in range(2)] == ["split", "act"]
    assert list(entries_of(library)) == [PREPRINT_KEY]
    assert library.finish(library.reading.undo()).undoes is None


CLOCKS = ParsedPaper("Several Clocks", UNLIKE, ("Grace Hopper",), identifiers=(Identifier("doi:10.1000/clocks"),))


@pytest.mark.parametrize("chain", list(permutations([PREPRINT, ARTICLE, CLOCKS])))
def test_a_paper_of_three_is_split_into_three(library: Library, chain: tuple[ParsedPaper, ...]) -> None:
    """Rule: each part has its own ids, texts and places, and keeps all decisions."""
    (a, b, c) = [PaperKey(*paper.identifiers) for paper in chain]
    import_papers(library, *chain)
    for number, key in enumerate((a, b, c)):
        decide(library, key, EditTags(make_tags([f"tag{number}"])), SetNote(make_note(f"note {number}")))
    before = entries_of(library)
    joined = merge(library, a, b).key
    key = merge(library, joined, c).key
    assert list(entries_of(library)) == [key]
    assert library.state(key).tags == ("tag0", "tag1", "tag2")
    settled = split(library, library.resolve(a))
    assert (settled.key, set(settled.others)) == (key, {a, b, c} - {key})
    parts = entries_of(library)
    assert {name: (each.paper, each.listed) for name, each in parts.items()} == {
        name: (each.paper, each.listed) for name, each in before.items()
    }
    assert {each.state.tags for each in parts.values()} == {("tag0", "tag1", "tag2")}
    identifiers = tuple(identifier for paper in chain for identifier in paper.identifiers)
    import_papers(library, replace(CLOCKS, identifiers=identifiers), day=20)
    assert len(entries_of(library)) == 3
    library.finish(library.reading.undo())
    assert list(entries_of(library)) == [key]
    for _ in range(8):  # two merges, three notes, three tags
        library.finish(library.reading.undo())
    assert len(entries_of(library)) == 1  # which the last import says
    assert library.state(key).decided_at is None


def test_split_papers_can_be_merged_again(library: Library) -> None:
    """Rule: a merge overrides an earlier split."""
    import_papers(library, PREPRINT, NAMESAKE)
    first, second = entries_of(library)
    for _ in range(2):
        key = merge(library, first, second).key
        import_papers(library, PREPRINT, NAMESAKE)
        assert list(entries_of(library)) == [key]
        split(library, key)
        import_papers(library, PREPRINT, NAMESAKE)
        assert set(entries_of(library)) == {first, second}


def test_papers_that_agree_in_all_but_their_ids_stay_two(library: Library) -> None:
    """Rule: a page's entry split from a preprint is found by its text, the preprint by its id."""
    import_papers(library, PAGE)
    renamed = replace(PREPRINT, title="Sundials, at First")
    import_papers(library, renamed, PREPRINT)
    (key,) = entries_of(library)
    assert key == PREPRINT_KEY
    split(library, key)
    for _ in range(2):
        assert ids_of(library) == {PAGE_KEY: (), PREPRINT_KEY: (ARXIV,)}
        import_papers(library, renamed, PREPRINT, PAGE)
        import_papers(library, PAGE, PREPRINT, day=20)
    for order in permutations([PAGE, PREPRINT, renamed]):
        library = lose_catalogue(library)
        for paper in order:
            import_papers(library, paper)
        assert ids_of(library) == {PAGE_KEY: (), PREPRINT_KEY: (ARXIV,)}
    library.close()


def _texts(library: Library) -> dict[PaperKey, list[str]]:
    """All texts of each paper, first the one that is shown."""
    numbers = library.catalogue.keys_of(library.ids(Shelf.ALL))
    shown = {number: entry.paper.abstract for number, entry in zip(numbers, entries_of(library).values(), strict=True)}
    return {
        key: [shown[number], *(text.abstract for text in library.catalogue.earlier_texts(number))]
        for number, key in numbers.items()
    }


@pytest.mark.parametrize("is_last_first", [True, False])
@pytest.mark.parametrize("is_told_apart", [True, False])
@pytest.mark.parametrize("holder", [ARTICLE, DOUBLE, replace(ARTICLE, upvotes=9)])
def test_merges_within_merges_are_undone_in_any_order(
    library: Library, is_last_first: bool, is_told_apart: bool, holder: ParsedPaper
) -> None:
    """Rule: undoing nested merges in any order gives each paper exactly its own texts."""
    page, namesake = replace(PAGE, upvotes=1), replace(NAMESAKE, abstract=REVISED + THIRD, upvotes=3)
    revised = replace(holder, abstract=f"{holder.abstract} Revised.", upvotes=2)
    import_papers(library, holder, revised, page, namesake)
    before, key, namesake_key = _texts(library), PaperKey(*holder.identifiers), own_key(namesake)
    assert before[key][1:]
    if is_told_apart:
        keep_apart(library, PAGE_KEY, key)
    decide(library, namesake_key, SetStar(True))
    merge(library, PAGE_KEY, namesake_key)
    merge(library, PAGE_KEY, key)
    assert list(entries_of(library)) == [key]
    numbers = [past.id for past in library.reading.history() if past.decision == "merge"]
    for number in numbers if is_last_first else reversed(numbers):
        library.finish(library.reading.undo(number, on_conflict=OnConflict.LEAVE))
    assert _texts(library) == before


def test_a_paper_of_one_part_cannot_be_split(library: Library) -> None:
    """Rule: a paper with one source, or with equal texts, cannot be split, and nothing is written."""
    import_papers(library, PREPRINT, replace(PREPRINT, categories=("cs.LG",)))
    seq = library.reading.seq
    with pytest.raises(NothingToSettle, match="cannot be split"):
        split(library, PREPRINT_KEY)
    assert library.reading.seq == seq


def test_a_paper_is_split_from_one_that_the_catalogue_lost(library: Library) -> None:
    """Rule: a merged paper can be split if the catalogue has only one of the two."""
    import_papers(library, PAGE, NAMESAKE)
    merge(library, PAGE_KEY, NAMESAKE_KEY)
    library = lose_catalogue(library)
    import_papers(library, PAGE)
    settled = split(library, PAGE_KEY)
    assert (settled.key, settled.others, settled.ids) == (PAGE_KEY, (), ())
    import_papers(library, NAMESAKE)
    assert set(entries_of(library)) == {PAGE_KEY, NAMESAKE_KEY}
    library.finish(library.reading.undo())
    assert len(entries_of(library)) == 1
    library.close()


@pytest.mark.parametrize("turned", [False, True])
def test_papers_merged_through_a_lost_paper_can_be_split(library: Library, turned: bool) -> None:
    """Rule: two papers merged through a lost third one are one paper, and can be split."""
    import_papers(library, PAGE, NAMESAKE, RENAMED)
    for other in (NAMESAKE_KEY, own_key(RENAMED)):
        merge(library, library.resolve(PAGE_KEY), other)
    library = lose_catalogue(library)
    import_papers(library, *((RENAMED, NAMESAKE) if turned else (NAMESAKE, RENAMED)))
    (key,) = entries_of(library)
    split(library, key)
    assert set(entries_of(library)) == {NAMESAKE_KEY, own_key(RENAMED)}
    import_papers(library, PAGE)
    assert library.resolve(NAMESAKE_KEY) != library.resolve(own_key(RENAMED))
    library.finish(library.reading.undo())
    assert len(entries_of(library)) == 1
    library.close()


def test_a_paper_with_an_id_from_a_merge_can_be_merged_and_split(library: Library) -> None:
    """Rule: an id that only a merge gave works like any other."""
    import_papers(library, PREPRINT, PAGE, ARTICLE)
    split(library, PREPRINT_KEY)
    library = lose_catalogue(library)
    import_papers(library, NAMESAKE, PREPRINT, ARTICLE)
    merge(library, PREPRINT_KEY, NAMESAKE_KEY)
    library = lose_catalogue(library)
    import_papers(library, NAMESAKE, ARTICLE)
    assert set(ids_of(library).values()) == {(ARXIV,), (DOI,)}
    assert merge(library, ARTICLE_KEY, PREPRINT_KEY).key == PREPRINT_KEY
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    settled = keep_apart(library, DOI, ARXIV)
    assert (settled.key, settled.ids) == (ARTICLE_KEY, (PREPRINT_KEY,))
    library.finish(library.reading.undo())
    split(library, PREPRINT_KEY)
    assert len(entries_of(library)) == 2
    library.close()


# In a catalogue that was lost


@pytest.mark.parametrize("captures", [(PAGE, PREPRINT), (PREPRINT, PAGE), (PREPRINT, BOTH), (BOTH, PREPRINT)])
@pytest.mark.parametrize("both", [False, True])
def test_decisions_are_found_in_any_order_of_imports(
    library: Library, captures: tuple[ParsedPaper, ParsedPaper], both: bool
) -> None:
    """Rule: a decision under an early key is found in any order of later imports."""
    import_papers(library, *captures)
    (key,) = entries_of(library)
    decide(library, key, SetStar(True))
    for order in permutations(captures):
        library = lose_catalogue(library)
        import_papers(library, order[0])
        if both:
            decide(library, next(iter(entries_of(library))), EditTags(make_tags(["since"])))
        import_papers(library, order[1])
        assert list(entries_of(library)) == [key]
        assert library.state(key).starred
        assert library.state(key).tags == (("since",) if both else ())
        import_papers(library, *captures, day=20)
        assert list(entries_of(library)) == [key]
    library.close()


def test_a_key_from_a_common_title_finds_no_other_paper(library: Library) -> None:
    """Rule: decisions about one `Editorial` never go to another one."""
    import_papers(library, ParsedPaper("Editorial", ABSTRACT))
    (key,) = entries_of(library)
    decide(library, key, SetStar(True))
    library = lose_catalogue(library)
    other = ParsedPaper("Editorial", UNLIKE, identifiers=(DOI,))
    import_papers(library, other)
    import_papers(library, replace(other, identifiers=()), day=20)
    assert list(entries_of(library)) == [ARTICLE_KEY]
    assert not library.state(ARTICLE_KEY).starred
    import_papers(library, ParsedPaper("Editorial", ABSTRACT))
    assert library.state(key).starred
    assert ids_of(library) == {ARTICLE_KEY: (DOI,), key: ()}
    library.close()


# Elsewhere


def test_a_restored_backup_restores_merges_and_splits(library: Library) -> None:
    """Rule: a restored backup restores its merges and splits, and lists them; undo reverses it."""
    import_papers(library, PREPRINT, ARTICLE, DOUBLE)
    merge(library, PREPRINT_KEY, ARTICLE_KEY)
    storage = library.reading._storage
    storage.exclusively(storage.compact)
    number, then = storage.seq, ids_of(library)
    split(library, PREPRINT_KEY)
    merge(library, DOUBLE_KEY, ARTICLE_KEY)
    storage.exclusively(storage.compact)
    now = ids_of(library)
    found = {words for each in restore(library, number) for words in each.changes}
    assert ids_of(library) == then
    assert found == {
        f"{ARXIV} and {DOI} are one paper", f"no longer: {ARXIV} and {DOI} are two papers",
        f"no longer: {OTHER_ARXIV} and {DOI} are one paper",
    }  # fmt: skip
    library.finish(library.reading.undo())
    assert ids_of(library) == now


def test_an_import_that_began_before_a_split_follows_it(library: Library) -> None:
    """Rule: an import that began before a split follows the split when it ends."""
    import_papers(library, PREPRINT, ARTICLE, BOTH)
    decided = user_decisions(library)
    split(library, PREPRINT_KEY)
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("late", DAY), [BOTH], decided)
    assert library.catalogue.count() == 1
    library.apply_decisions()
    assert ids_of(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}


def _without_time(state: ReadingState) -> ReadingState:
    return replace(state, decided_at=None)
