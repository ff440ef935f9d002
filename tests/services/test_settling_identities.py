"""Which papers are one, as the user says: for ever, whatever imports find, and until it is taken back."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import permutations

import pytest

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import Identifier, PaperKey, title_key
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.places import Shelf
from paperreader.domain.reading import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.errors import NothingToSettle
from paperreader.services.backups import restore
from paperreader.services.identities import merge, split, tell_apart
from paperreader.services.importing_streams import decided_by
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue_import import add_listing
from paperreader.storage.reading_identities import Named

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
PAGE_KEY = title_key(TITLE)


def _import(library: Library, *papers: ParsedPaper) -> None:
    """Import papers, each as a listing of its own, as the product does."""
    with library.catalogue.transaction():
        for paper in papers:
            feed = f"feed:{paper.content_hash}{''.join(paper.identifiers)}"
            add_listing(library.catalogue, Listing(feed, DAY), [paper], decided_by(library))
    library.keep_in_step()


def _import_elsewhere(library: Library, *papers: ParsedPaper) -> None:
    """The same papers in lists of another day."""
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("another", date(2025, 4, 1)), papers, decided_by(library))
    library.keep_in_step()


def _decide(library: Library, key: PaperKey, *decisions: Decision) -> None:
    for decision in decisions:
        library.finish(Triage(library).decide("act", [key], decision))


def _entries(library: Library) -> dict[PaperKey, Entry]:
    return {entry.paper.key: entry for entry in library.entries(library.ids(Shelf.ALL))}


def _ids(library: Library) -> dict[PaperKey, tuple[Identifier, ...]]:
    return {key: entry.paper.identifiers for key, entry in _entries(library).items()}


def _lose_catalogue(library: Library) -> Library:
    """The library opened again when its catalogue was lost."""
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    return Library(library.folder, window="again")


# Making two papers one


def test_two_papers_are_one_although_their_ids_contradict(library: Library) -> None:
    """Under the better key, with what was decided about both, on the timeline; undone, each has its own again."""
    _import(library, PREPRINT, DOUBLE)
    _decide(library, PREPRINT_KEY, SetStar(True), EditTags(make_tags(["ml"])))
    _decide(library, DOUBLE_KEY, SetStatus(ReadingStatus.READ), SetNote(make_note("a note")))
    before = _entries(library)
    settled = merge(library, DOUBLE_KEY, PREPRINT_KEY)
    assert (settled.key, settled.others) == (PREPRINT_KEY, (DOUBLE_KEY,))
    for _ in range(2):
        assert _ids(library) == {PREPRINT_KEY: (ARXIV, OTHER_ARXIV)}
        state = library.state(PREPRINT_KEY)
        assert (state.starred, state.status, state.tags, state.note) == (True, ReadingStatus.READ, ("ml",), "a note")
        assert library.resolve("2503.09999") == PREPRINT_KEY
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("merge", {PREPRINT_KEY, DOUBLE_KEY})
        undone = library.finish(library.reading.undo())
        assert set(undone.papers) == {PREPRINT_KEY, DOUBLE_KEY}
        assert _entries(library) == before
        library.finish(library.reading.redo())


def test_papers_nothing_was_decided_about_are_one_by_an_action_of_its_own(library: Library) -> None:
    """That the user said so is a decision, which can be taken back."""
    _import(library, PREPRINT, ARTICLE)
    merge(library, ARTICLE_KEY, PREPRINT_KEY)
    assert _ids(library) == {PREPRINT_KEY: (ARXIV, DOI)}
    assert library.reading.history()[0].papers == [PREPRINT_KEY, ARTICLE_KEY]
    library.finish(library.reading.undo())
    assert _ids(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}


@pytest.mark.parametrize(
    ("one", "other"), [(PREPRINT, DOUBLE), (PREPRINT, ARTICLE), (PREPRINT, NAMESAKE), (PAGE, NAMESAKE), (PAGE, RENAMED)]
)
@pytest.mark.parametrize("turned", [False, True])
def test_what_was_made_one_stays_one_whatever_is_imported(
    library: Library, one: ParsedPaper, other: ParsedPaper, turned: bool
) -> None:
    """Again, elsewhere, and into a new catalogue, in any order: by ids, or else by the texts that they had."""
    papers = (other, one) if turned else (one, other)
    _import(library, *papers)
    first, second = _entries(library)
    _decide(library, first, SetStar(True))
    _decide(library, second, EditTags(make_tags(["kept"])))
    key = merge(library, first, second).key
    for _ in range(2):
        _import(library, *papers)
        _import_elsewhere(library, *reversed(papers))
        assert list(_entries(library)) == [key]
    for order in permutations(papers):
        library = _lose_catalogue(library)
        for paper in order:
            _import(library, paper)
            assert list(_entries(library)) == [key]
        _import_elsewhere(library, *papers)
        assert list(_entries(library)) == [key]
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
    _import(library, *papers[not is_seen_before :])
    first, second = _entries(library)
    _decide(library, first, SetStar(True))
    key = merge(library, first, second).key
    for order in permutations(papers):
        library = _lose_catalogue(library)
        _import(library, *order)
        assert list(_entries(library)) == [key]
        assert set(_ids(library)[key]) == {ARXIV, DOI}
        assert library.state(key).starred
        _import_elsewhere(library, *reversed(papers))
        assert list(_entries(library)) == [key]
    library.close()


def test_a_third_paper_of_the_title_is_no_part_of_what_was_made_one(library: Library) -> None:
    """Neither in the catalogue as it is nor in a new one, whichever comes first."""
    third = replace(NAMESAKE, abstract=THIRD)
    _import(library, PREPRINT, NAMESAKE, third)
    first, second, _ = _entries(library)
    key = merge(library, first, second).key
    for order in permutations([PREPRINT, NAMESAKE, third]):
        _import(library, *order)
        assert len(_entries(library)) == 2
        library = _lose_catalogue(library)
        _import(library, *order)
        found = _entries(library)
        assert len(found) == 2
        assert [entry.paper.abstract for name, entry in found.items() if name != key] == [THIRD]
    library.close()


def test_one_paper_cannot_be_made_one(library: Library) -> None:
    """Under whichever of its keys: it is said, and nothing is written."""
    _import(library, PREPRINT, ARTICLE)
    merge(library, ARTICLE_KEY, PREPRINT_KEY)
    seq = library.reading.seq
    with pytest.raises(NothingToSettle, match="one paper already"):
        merge(library, library.resolve(DOI), library.resolve(ARXIV))
    assert library.reading.seq == seq


# Making one paper several again


@pytest.mark.parametrize("one", [PAGE, PREPRINT])
@pytest.mark.parametrize("turned", [False, True])
def test_papers_that_an_import_merged_are_made_two_for_ever(library: Library, one: ParsedPaper, turned: bool) -> None:
    """Each has its own decisions, and what was decided since stays; no import makes them one, nor a new catalogue."""
    papers = [ARTICLE, one] if turned else [one, ARTICLE]
    _import(library, *papers)
    keys = list(_entries(library))
    for number, key in enumerate(keys):
        _decide(library, key, SetStar(number == 0), EditTags(make_tags([f"tag{number}"])))
    before = {key: _without_time(library.state(key)) for key in keys}
    _import(library, BOTH)
    (key,) = _entries(library)
    _decide(library, key, EditTags(make_tags(["since"])))
    settled = split(library, key)
    assert {settled.key, *settled.others} == set(_entries(library)) == set(keys)
    since = {name: EditTags(remove=make_tags(["since"])) for name in keys}
    assert (library.state(key).tags, library.state(settled.others[0]).tags) == (
        tuple(sorted((*before[key].tags, "since"))), before[settled.others[0]].tags,
    )  # fmt: skip
    _decide(library, key, since[key])
    assert {name: _without_time(library.state(name)) for name in keys} == before
    for _ in range(2):
        _import(library, BOTH, *papers)
        _import_elsewhere(library, *papers, BOTH)
        assert set(_entries(library)) == set(keys)
    for order in permutations([BOTH, *papers]):
        library = _lose_catalogue(library)
        for paper in order:
            _import(library, paper)
        assert len(_entries(library)) == 2
        assert {name: _without_time(library.state(name)) for name in keys} == before
    library.close()


@pytest.mark.parametrize("is_decided", [False, True])
def test_a_split_is_undone_and_done_again(library: Library, is_decided: bool) -> None:
    """Undone the papers are one as before, also where nothing was decided about them, and done again two."""
    _import(library, PREPRINT, ARTICLE)
    if is_decided:
        _decide(library, ARTICLE_KEY, SetStar(True))
    _import(library, BOTH)
    before = _entries(library)
    for number in range(2):
        if number:
            library.finish(library.reading.redo())
        else:
            split(library, PREPRINT_KEY)
        assert _ids(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}
        past = library.reading.history()[0]
        assert (past.decision, set(past.papers)) == ("split", {PREPRINT_KEY, ARTICLE_KEY})
        library.finish(library.reading.undo())
        assert _entries(library) == before
        _import(library, BOTH, PREPRINT, ARTICLE)
        assert len(_entries(library)) == 1
    again = Library(library.folder, window="again")
    assert len(_entries(again)) == 1
    again.close()


def test_what_was_decided_since_a_split_is_kept_when_it_is_undone(library: Library) -> None:
    """The paper that is none of its own any more gives what was decided about it to the one that they are."""
    _import(library, PREPRINT, ARTICLE, BOTH)
    split(library, PREPRINT_KEY)
    _decide(library, ARTICLE_KEY, SetStar(True))
    undone = library.finish(library.reading.undo(library.reading.history()[1].id, on_conflict=OnConflict.LEAVE))
    assert undone.decision == "split"
    library.keep_in_step()
    assert list(_entries(library)) == [PREPRINT_KEY]
    assert library.state(PREPRINT_KEY).starred


def test_a_merge_that_is_done_again_joins_what_was_decided_since_and_is_undone_exactly(library: Library) -> None:
    """Rule: that is one action; taken back, each paper has again what was decided about it, and so on to the first."""
    _import(library, PREPRINT, DOUBLE)
    _decide(library, PREPRINT_KEY, SetStar(True))
    merge(library, PREPRINT_KEY, DOUBLE_KEY)
    undone = library.finish(library.reading.undo())
    _decide(library, DOUBLE_KEY, SetStatus(ReadingStatus.READ))
    before = _entries(library)
    library.finish(library.reading.undo(undone.seq))
    state = library.state(PREPRINT_KEY)
    assert (list(_entries(library)), state.starred, state.status) == ([PREPRINT_KEY], True, ReadingStatus.READ)
    assert library.finish(library.reading.undo()).decision == "merge"
    assert _entries(library) == before
    assert [library.finish(library.reading.undo()).decision for _ in range(2)] == ["act", "act"]
    assert library.finish(library.reading.undo()).undoes is None
    assert not any(entry.state.decided_at for entry in _entries(library).values())


def test_what_a_window_decides_that_has_not_seen_a_merge_goes_to_the_paper_that_they_are(library: Library) -> None:
    """Rule: nothing is joined afterwards, which an undo would take back in vain, again and again."""
    _import(library, PREPRINT, DOUBLE)
    other = Library(library.folder, window="other")
    merge(other, PREPRINT_KEY, DOUBLE_KEY)
    other.close()
    _decide(library, DOUBLE_KEY, SetStar(True))
    library.reading.poll()
    library.keep_in_step()
    assert library.state(PREPRINT_KEY).starred
    assert [past.name for past in library.reading.history()] == ["act", "merge"]
    assert library.finish(library.reading.undo()).decision == "act"
    assert not library.state(PREPRINT_KEY).starred


def test_a_split_of_what_an_import_merged_is_one_step(library: Library) -> None:
    """Rule: that they were one is written down before, but nobody decided it: no undo is about that."""
    _import(library, PREPRINT, ARTICLE, BOTH)
    _decide(library, PREPRINT_KEY, SetStar(True))
    split(library, PREPRINT_KEY)
    assert len(_entries(library)) == 2
    assert [library.finish(library.reading.undo()).decision for _ in range(2)] == ["split", "act"]
    assert list(_entries(library)) == [PREPRINT_KEY]
    assert library.finish(library.reading.undo()).undoes is None


def test_papers_cannot_be_made_each_a_part_of_the_other(library: Library) -> None:
    """Rule: to do again what made a paper part of another conflicts with that other's being made part of one since."""
    _import(library, PREPRINT, DOUBLE)
    _decide(library, PREPRINT_KEY, SetStar(True))
    library.finish(library.reading.join("import", {DOUBLE_KEY: PREPRINT_KEY}, [Named(DOUBLE_KEY, (OTHER_ARXIV,))]))
    undone = library.finish(library.reading.undo())
    library.finish(library.reading.join("merge", {PREPRINT_KEY: DOUBLE_KEY}, [Named(PREPRINT_KEY, (ARXIV,))]))
    refused = library.finish(library.reading.undo(undone.seq))
    assert (refused.seq, set(refused.conflicts)) == (0, {DOUBLE_KEY})
    library.finish(library.reading.undo(undone.seq, on_conflict=OnConflict.OVERWRITE))
    library = _lose_catalogue(library)
    _import(library, PREPRINT, DOUBLE)
    (entry,) = _entries(library).values()
    assert entry.state.starred
    library.close()


def test_a_paper_made_of_three_is_three_again(library: Library) -> None:
    """However they were joined: each has its ids, texts, places and decisions, and all are told from each other."""
    third = ParsedPaper("Several Clocks", UNLIKE, ("Grace Hopper",), identifiers=(Identifier("doi:10.1000/clocks"),))
    for chain in permutations([PREPRINT, ARTICLE, third]):
        (a, b, c) = [PaperKey(min(paper.identifiers)) for paper in chain]
        _import(library, PREPRINT, ARTICLE, third)
        for number, key in enumerate((a, b, c)):
            _decide(library, key, EditTags(make_tags([f"tag{number}"])), SetNote(make_note(f"note {number}")))
        before = _entries(library)
        joined = merge(library, a, b).key
        key = merge(library, joined, c).key
        assert list(_entries(library)) == [key]
        assert library.state(key).tags == ("tag0", "tag1", "tag2")
        settled = split(library, library.resolve(a))
        assert (settled.key, set(settled.others)) == (key, {a, b, c} - {key})
        assert {name: (e.paper, e.listed, _without_time(e.state)) for name, e in _entries(library).items()} == {
            name: (e.paper, e.listed, _without_time(e.state)) for name, e in before.items()
        }
        identifiers = tuple(identifier for paper in chain for identifier in paper.identifiers)
        _import(library, replace(third, identifiers=identifiers))
        assert len(_entries(library)) == 3
        for _ in range(9):  # notes, tags, the two merges and the split
            library.finish(library.reading.undo())
        assert len(_entries(library)) == 3


def test_what_was_split_can_be_made_one_again_by_hand(library: Library) -> None:
    """The last word counts, also of imports: one, two, one."""
    _import(library, PREPRINT, NAMESAKE)
    first, second = _entries(library)
    for _ in range(2):
        key = merge(library, first, second).key
        _import(library, PREPRINT, NAMESAKE)
        assert list(_entries(library)) == [key]
        split(library, key)
        _import(library, PREPRINT, NAMESAKE)
        assert set(_entries(library)) == {first, second}


def test_papers_that_agree_in_all_but_their_ids_stay_two(library: Library) -> None:
    """A page's entry that was told from a preprint of the same words is known by them; the preprint by its id."""
    _import(library, PAGE)
    renamed = replace(PREPRINT, title="Sundials, at First")
    _import(library, renamed, PREPRINT)
    (key,) = _entries(library)
    assert key == PAGE_KEY
    split(library, key)
    for _ in range(2):
        assert _ids(library) == {PAGE_KEY: (), PREPRINT_KEY: (ARXIV,)}
        _import(library, renamed, PREPRINT, PAGE)
        _import_elsewhere(library, PAGE, PREPRINT)
    for order in permutations([PAGE, PREPRINT, renamed]):
        library = _lose_catalogue(library)
        for paper in order:
            _import(library, paper)
        assert _ids(library) == {PAGE_KEY: (), PREPRINT_KEY: (ARXIV,)}
    library.close()


def _texts(library: Library) -> dict[PaperKey, list[str]]:
    """All texts of each paper, the one that is shown first."""
    numbers = library.catalogue.keys_of(library.ids(Shelf.ALL))
    shown = {number: entry.paper.abstract for number, entry in zip(numbers, _entries(library).values(), strict=True)}
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
    _import(library, holder, revised, page, namesake)
    before, key, namesake_key = _texts(library), PaperKey(*holder.identifiers), PaperKey(f"{PAGE_KEY}-2")
    assert before[key][1:]
    if is_told_apart:
        tell_apart(library, PAGE_KEY, key)
    _decide(library, namesake_key, SetStar(True))
    merge(library, PAGE_KEY, namesake_key)
    merge(library, PAGE_KEY, key)
    assert list(_entries(library)) == [key]
    numbers = [past.id for past in library.reading.history() if past.decision == "merge"]
    for number in numbers if is_last_first else reversed(numbers):
        library.finish(library.reading.undo(number, on_conflict=OnConflict.LEAVE))
    assert _texts(library) == before


def test_a_paper_that_was_never_several_cannot_be_split(library: Library) -> None:
    """That is said, and nothing is written."""
    _import(library, PREPRINT, PAGE)
    seq = library.reading.seq
    with pytest.raises(NothingToSettle, match="never merged"):
        split(library, PREPRINT_KEY)
    assert library.reading.seq == seq


# In a catalogue that was lost


@pytest.mark.parametrize("captures", [(PAGE, PREPRINT), (PREPRINT, PAGE), (PREPRINT, BOTH), (BOTH, PREPRINT)])
@pytest.mark.parametrize("both", [False, True])
def test_what_was_decided_is_found_again_whichever_capture_comes_first(
    library: Library, captures: tuple[ParsedPaper, ParsedPaper], both: bool
) -> None:
    """The paper has the key that it was decided under, however its papers come, and what is decided meanwhile."""
    _import(library, *captures)
    (key,) = _entries(library)
    _decide(library, key, SetStar(True))
    for order in permutations(captures):
        library = _lose_catalogue(library)
        _import(library, order[0])
        if both:
            _decide(library, next(iter(_entries(library))), EditTags(make_tags(["since"])))
        _import(library, order[1])
        assert list(_entries(library)) == [key]
        assert library.state(key).starred
        assert library.state(key).tags == (("since",) if both else ())
        _import_elsewhere(library, *captures)
        assert list(_entries(library)) == [key]
    library.close()


def test_a_key_of_a_title_that_says_nothing_is_not_taken_for_what_looks_alike(library: Library) -> None:
    """An `Editorial` whose list has not come again yet is not the one that is there."""
    _import(library, ParsedPaper("Editorial", ABSTRACT))
    (key,) = _entries(library)
    _decide(library, key, SetStar(True))
    library = _lose_catalogue(library)
    other = ParsedPaper("Editorial", UNLIKE, identifiers=(DOI,))
    _import(library, other)
    _import_elsewhere(library, replace(other, identifiers=()))
    assert list(_entries(library)) == [ARTICLE_KEY]
    assert not library.state(ARTICLE_KEY).starred
    _import(library, ParsedPaper("Editorial", ABSTRACT))
    assert library.state(key).starred
    assert _ids(library) == {ARTICLE_KEY: (DOI,), key: ()}
    library.close()


# Elsewhere


def test_a_backup_brings_back_what_was_settled_then(library: Library) -> None:
    """Merged and split since: each is told in words, and is as it was; undone, as it is."""
    _import(library, PREPRINT, ARTICLE, DOUBLE)
    merge(library, PREPRINT_KEY, ARTICLE_KEY)
    storage = library.reading._storage
    storage.exclusively(storage.compact)
    number, then = storage.seq, _ids(library)
    split(library, PREPRINT_KEY)
    merge(library, DOUBLE_KEY, ARTICLE_KEY)
    storage.exclusively(storage.compact)
    now = _ids(library)
    found = {each.key: each.changes for each in restore(library, number)}
    assert _ids(library) == then
    assert found == {DOI: ("one paper with arxiv:2503.01234",)}
    library.finish(library.reading.undo())
    assert _ids(library) == now


def test_a_window_that_was_importing_meanwhile_gives_way(library: Library) -> None:
    """Papers that it finds to be one by what it knew at its beginning are told apart at its end."""
    _import(library, PREPRINT, ARTICLE, BOTH)
    decided = decided_by(library)
    split(library, PREPRINT_KEY)
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("late", DAY), [BOTH], decided)
    assert library.catalogue.count() == 1
    library.keep_in_step()
    assert _ids(library) == {PREPRINT_KEY: (ARXIV,), ARTICLE_KEY: (DOI,)}


def _without_time(state: ReadingState) -> ReadingState:
    return replace(state, decided_at=None)
