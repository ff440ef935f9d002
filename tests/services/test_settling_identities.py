"""Which papers are one, as the user says: for ever, whatever imports find, and until it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest
from imported import decide, entries_of, ids_of, import_papers, lose_catalogue, own_key

from paperreader.domain.decision import EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.errors import NothingToSettle
from paperreader.services.backups import restore
from paperreader.services.identities import merge, split, tell_apart
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


def test_two_papers_are_one_although_their_ids_contradict(library: Library) -> None:
    """Under the better key, with what was decided about both, on the timeline; undone, each has its own again."""
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


def test_papers_nothing_was_decided_about_are_one_by_an_action_of_its_own(library: Library) -> None:
    """That the user said so is a decision, which can be taken back."""
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
def test_what_was_made_one_stays_one_whatever_is_imported(
    library: Library, one: ParsedPaper, other: ParsedPaper, turned: bool
) -> None:
    """Again, elsewhere, and into a new catalogue, in any order: by ids, or else by the texts that they had."""
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
def test_what_was_made_one_is_so_in_a_new_catalogue_whatever_capture_comes_first(
    library: Library, seen: ParsedPaper, is_seen_before: bool
) -> None:
    """Under the key that the user saw, with what was decided, also where a text without ids comes before the ids."""
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


def test_a_third_paper_of_the_title_is_no_part_of_what_was_made_one(library: Library) -> None:
    """Neither in the catalogue as it is nor in a new one, whichever comes first."""
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


def test_one_paper_cannot_be_made_one(library: Library) -> None:
    """Under whichever of its keys: it is said, and nothing is written."""
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
def test_papers_that_an_import_merged_are_made_two_for_ever(
    library: Library, one: ParsedPaper, parts: dict[PaperKey, tuple[Identifier, ...]], turned: bool
) -> None:
    """What a title joined goes first, then what ids did. Each part keeps what was decided; no import joins them."""
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
    """Undone the papers are one as before, also where nothing was decided about them, and done again two."""
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


def test_what_was_decided_since_a_split_is_kept_when_it_is_undone(library: Library) -> None:
    """The paper that is none of its own any more gives what was decided about it to the one that they are."""
    import_papers(library, PREPRINT, ARTICLE, BOTH)
    split(library, PREPRINT_KEY)
    decide(library, ARTICLE_KEY, SetStar(True))
    undone = library.finish(library.reading.undo(library.reading.history()[1].id, on_conflict=OnConflict.LEAVE))
    assert undone.decision == "split"
    library.apply_decisions()
    assert list(entries_of(library)) == [PREPRINT_KEY]
    assert library.state(PREPRINT_KEY).starred


def test_a_merge_that_is_done_again_joins_what_was_decided_since_and_is_undone_exactly(library: Library) -> None:
    """Rule: that is one action; taken back, each paper has again what was decided about it, and so on to the first."""
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


def test_what_a_window_decides_that_has_not_seen_a_merge_goes_to_the_paper_that_they_are(library: Library) -> None:
    """Rule: nothing is joined afterwards, which an undo would take back in vain, again and again."""
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


def test_a_split_of_what_an_import_merged_is_one_step(library: Library) -> None:
    """Rule: that they were one is written down before, but nobody decided it: no undo is about that."""
    import_papers(library, PREPRINT, ARTICLE, BOTH)
    decide(library, PREPRINT_KEY, SetStar(True))
    split(library, PREPRINT_KEY)
    assert len(entries_of(library)) == 2
    assert [library.finish(library.reading.undo()).decision for _ in range(2)] == ["split", "act"]
    assert list(entries_of(library)) == [PREPRINT_KEY]
    assert library.finish(library.reading.undo()).undoes is None


CLOCKS = ParsedPaper("Several Clocks", UNLIKE, ("Grace Hopper",), identifiers=(Identifier("doi:10.1000/clocks"),))


@pytest.mark.parametrize("chain", list(permutations([PREPRINT, ARTICLE, CLOCKS])))
def test_a_paper_made_of_three_is_three_again(library: Library, chain: tuple[ParsedPaper, ...]) -> None:
    """However they were joined: each has its ids, texts and places, and what was decided; all are told apart."""
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


def test_what_was_split_can_be_made_one_again_by_hand(library: Library) -> None:
    """The last word counts, also of imports: one, two, one."""
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
    """A page's entry that was told from a preprint of the same words is known by them; the preprint by its id."""
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
    """All texts of each paper, the one that is shown first."""
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
    """No paper keeps a text of another, whichever merge is taken back first, and none is missing."""
    page, namesake = replace(PAGE, upvotes=1), replace(NAMESAKE, abstract=REVISED + THIRD, upvotes=3)
    revised = replace(holder, abstract=f"{holder.abstract} Revised.", upvotes=2)
    import_papers(library, holder, revised, page, namesake)
    before, key, namesake_key = _texts(library), PaperKey(*holder.identifiers), own_key(namesake)
    assert before[key][1:]
    if is_told_apart:
        tell_apart(library, PAGE_KEY, key)
    decide(library, namesake_key, SetStar(True))
    merge(library, PAGE_KEY, namesake_key)
    merge(library, PAGE_KEY, key)
    assert list(entries_of(library)) == [key]
    numbers = [past.id for past in library.reading.history() if past.decision == "merge"]
    for number in numbers if is_last_first else reversed(numbers):
        library.finish(library.reading.undo(number, on_conflict=OnConflict.LEAVE))
    assert _texts(library) == before


def test_a_paper_of_one_part_cannot_be_split(library: Library) -> None:
    """That is said, and nothing is written: one source, or two that give the very same text."""
    import_papers(library, PREPRINT, replace(PREPRINT, categories=("cs.LG",)))
    seq = library.reading.seq
    with pytest.raises(NothingToSettle, match="cannot be split"):
        split(library, PREPRINT_KEY)
    assert library.reading.seq == seq


def test_a_paper_is_split_from_one_that_the_catalogue_lost(library: Library) -> None:
    """Rule: what the user merged can be split as long as one of the two is there; the other is two with it for good."""
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
def test_papers_that_only_a_lost_one_binds_are_split(library: Library, turned: bool) -> None:
    """Rule: two that were merged with a third are one paper without it, too, and can be made two."""
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


def test_a_paper_that_goes_by_an_id_which_no_source_gives_can_be_merged_and_split(library: Library) -> None:
    """Rule: an id that only the user gave is a name like all others."""
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
    settled = tell_apart(library, DOI, ARXIV)
    assert (settled.key, settled.ids) == (ARTICLE_KEY, (PREPRINT_KEY,))
    library.finish(library.reading.undo())
    split(library, PREPRINT_KEY)
    assert len(entries_of(library)) == 2
    library.close()


# In a catalogue that was lost


@pytest.mark.parametrize("captures", [(PAGE, PREPRINT), (PREPRINT, PAGE), (PREPRINT, BOTH), (BOTH, PREPRINT)])
@pytest.mark.parametrize("both", [False, True])
def test_what_was_decided_is_found_again_whichever_capture_comes_first(
    library: Library, captures: tuple[ParsedPaper, ParsedPaper], both: bool
) -> None:
    """The paper has the key that it was decided under, however its papers come, and what is decided meanwhile."""
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


def test_a_key_of_a_title_that_says_nothing_is_not_taken_for_what_looks_alike(library: Library) -> None:
    """An `Editorial` whose list has not come again yet is not the one that is there."""
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


def test_a_backup_brings_back_what_was_settled_then(library: Library) -> None:
    """Merged and split since: each pair of names is told in words, and is as it was; undone, as it is."""
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


def test_a_window_that_was_importing_meanwhile_gives_way(library: Library) -> None:
    """Papers that it finds to be one by what it knew at its beginning are told apart at its end."""
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
