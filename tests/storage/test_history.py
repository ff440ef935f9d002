"""Undo, redo and the history: across restarts and windows, one action or many, never over what was decided since."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingStatus, make_note, make_tags
from paperreader.errors import UnknownAction
from paperreader.storage.journal.format import DocumentChange, JournalEntry
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.action_log import History, Past
from paperreader.storage.reading.document_format import KEPT, Keepsake, name_of
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

KEYS = [PaperKey(f"title:{number:012x}") for number in range(6)]
KEY = KEYS[0]


def _keys(found: Iterable[tuple[str, ...]]) -> list[str]:
    """The keys of papers that are given by their names."""
    return [key for key, *_ in found]


def _decide(store: ReadingStore, decision: Decision, *keys: PaperKey, name: str = "act") -> Action:
    return store.finish(store.decide(name, dict.fromkeys(keys or (KEY,), decision), {}))


def _undo(store: ReadingStore, seq: int | None = None, on_conflict: OnConflict = OnConflict.LEAVE) -> Action:
    return store.finish(store.undo(seq, on_conflict=on_conflict))


def _redo(store: ReadingStore, on_conflict: OnConflict = OnConflict.LEAVE) -> Action:
    return store.finish(store.redo(on_conflict=on_conflict))


def _fold(store: ReadingStore) -> None:
    storage = cast(JournalStorage, store.db.storage)
    storage.exclusively(storage.compact)


def test_undo_and_redo_go_back_and_forth_across_restarts(open_store: OpenStore) -> None:
    """Each step is made by a store opened anew, as the shell does."""
    states = [UNDECIDED]
    for decision in (SetStar(True), SetStatus(ReadingStatus.READ), SetNote(make_note("why"))):
        store = open_store()
        _decide(store, decision)
        states.append(store.state(KEY))
    for state in reversed(states[:-1]):
        _undo(open_store())
        assert open_store().state(KEY) == state
    assert _undo(open_store()).undoes is None
    for state in states[1:]:
        _redo(open_store())
        assert open_store().state(KEY) == state
    assert _redo(open_store()).undoes is None


def test_what_was_overwritten_is_no_obstacle_to_what_came_before(open_store: OpenStore) -> None:
    """Rule: an undo takes back the newest decision of which anything is in force, and is never stuck at another."""
    store = open_store()
    _decide(store, SetStar(True), KEYS[1])
    for status in (ReadingStatus.READ, ReadingStatus.UNREAD, ReadingStatus.READ):
        _decide(store, SetStatus(status))
    assert _undo(store, 2, OnConflict.OVERWRITE).seq == 5
    assert store.state(KEY) == UNDECIDED
    assert _undo(store).undoes == 1
    assert _keys(store.starred()) == []
    assert _undo(store).undoes is None


def test_an_undo_that_overwrites_is_made_although_nothing_changes(open_store: OpenStore) -> None:
    """Rule: who says to take it back whatever was decided since is not asked about it again."""
    store = open_store()
    for status in (ReadingStatus.READ, ReadingStatus.UNREAD, ReadingStatus.READ):
        _decide(store, SetStatus(status))
    left = _undo(store, 1)
    assert (left.seq, left.undoes, left.conflicts) == (0, 1, (KEY,))
    assert _undo(store, 1, OnConflict.OVERWRITE).seq == 4
    nothing = _undo(store, 3, OnConflict.OVERWRITE)
    assert (nothing.seq, nothing.undoes, nothing.changes) == (5, 3, ())
    assert [past.undone_by for past in open_store().history()] == [None, None, 5, None, 4]
    with pytest.raises(UnknownAction):
        _undo(open_store(), 3)


def test_a_redo_by_force_overwrites_what_was_decided_in_another_document(open_store: OpenStore) -> None:
    """Rule: a document that comes back by force does not stand beside one of its paper that says something else."""
    store = open_store()
    _decide(store, SetStatus(ReadingStatus.READ))
    undone = _undo(store)
    _decide(store, SetStatus(ReadingStatus.LATER))
    assert _undo(store, undone.seq, OnConflict.OVERWRITE).seq
    assert store.state(KEY).status is ReadingStatus.READ
    _undo(store)
    assert store.state(KEY).status is ReadingStatus.LATER


def test_what_an_undo_left_alone_can_be_taken_back_when_it_is_in_force_again(open_store: OpenStore) -> None:
    """Rule: an action is undone when nothing of it is in force, not before."""
    store = open_store()
    _decide(store, SetStatus(ReadingStatus.READ), *KEYS[:2])
    _decide(store, SetStatus(ReadingStatus.LATER), KEYS[1])
    assert _undo(store, 1).conflicts == (KEYS[1],)
    assert [past.undone_by for past in store.history()] == [None, None, 3]
    assert _undo(store).undoes == 2
    assert store.state(KEYS[1]).status is ReadingStatus.READ
    again = open_store()
    assert [past.undone_by for past in again.history()] == [None, None, 4, None]
    assert _undo(again).undoes == 1
    assert {again.state(key) for key in KEYS} == {UNDECIDED}
    assert [past.undone_by for past in again.history()][-1] == 5
    assert _undo(again).undoes is None


def test_a_fold_of_the_journal_ends_no_history(open_store: OpenStore) -> None:
    """The journals of older snapshots are read as well."""
    store = open_store()
    for key in KEYS:
        _decide(store, SetStar(True), key)
        store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    again = open_store()
    assert [action.keys for action in again.history()] == [(key,) for key in reversed(KEYS)]
    for _ in KEYS:
        assert _undo(again).seq
    assert _keys(again.starred()) == []


def test_a_new_decision_ends_what_could_be_done_again(open_store: OpenStore) -> None:
    """As in every editor."""
    store = open_store()
    _decide(store, SetStar(True))
    _undo(store)
    _decide(store, SetStatus(ReadingStatus.LATER), KEYS[1])
    assert (_redo(store).seq, _keys(store.starred())) == (0, [])


def test_an_undo_is_undone_by_its_number_and_the_decision_stands_again(open_store: OpenStore) -> None:
    """The timeline takes back anything by itself, its own steps too."""
    store = open_store()
    action = _decide(store, SetStar(True), name="star")
    undone = _undo(store, action.seq)
    assert undone.decision == "star"
    with pytest.raises(UnknownAction):
        _undo(store, action.seq)
    again = _undo(store, undone.seq)
    assert (_keys(store.starred()), again.name, again.decision) == ([KEY], "redo", "star")
    assert [(past.id, past.undone_by) for past in store.history()] == [(3, None), (2, 3), (1, None)]
    assert _undo(store).undoes == 3  # what made the decision last


def test_what_a_step_is_called_follows_from_what_it_takes_back(open_store: OpenStore) -> None:
    """An undo of an undo is a redo, an undo of that an undo again, which ^r takes back; each names the decision."""
    store = open_store()
    last = _decide(store, SetStar(True), name="star")
    for name in ("undo", "redo", "undo"):
        last = _undo(store, last.seq)
        assert (last.name, last.decision) == (name, "star")
    assert _redo(store).undoes == last.seq
    assert _keys(store.starred()) == [KEY]
    names = [(past.name, past.decision) for past in open_store().history()]
    assert names == [("redo", "star"), ("undo", "star"), ("redo", "star"), ("undo", "star"), ("star", "star")]


def test_what_was_copied_beside_a_star_goes_with_it(open_store: OpenStore) -> None:
    """Undo of a star leaves title, link and authors only where tags or a note still need them."""
    store = open_store()
    star = store.finish(store.decide("star", {KEY: SetStar(True)}, {KEY: Keepsake("A title", "link", ("A. Name",))}))
    tag = _decide(store, EditTags(make_tags(["ml"])))
    _decide(store, SetStatus(ReadingStatus.READ))
    _undo(store, star.seq)
    assert _keys(store.kept()) == [KEY]
    undone = _undo(store, tag.seq)
    assert (_keys(store.kept()), store.documents()["1"].keys() & set(KEPT)) == ([], set())
    _undo(store, undone.seq)
    assert (store.state(KEY).tags, _keys(store.kept())) == (("ml",), [KEY])


def test_one_action_of_the_middle_is_taken_back_alone(open_store: OpenStore) -> None:
    """What came before and after it, about other papers, stays."""
    store = open_store()
    actions = [_decide(store, SetStar(True), key) for key in KEYS[:3]]
    _undo(store, actions[1].seq)
    assert _keys(store.starred()) == [KEYS[0], KEYS[2]]


@pytest.mark.parametrize("on_conflict", list(OnConflict))
def test_what_was_decided_since_is_never_overwritten_silently(open_store: OpenStore, on_conflict: OnConflict) -> None:
    """Refused, left alone or overwritten, as asked, and the papers are named in the first two cases."""
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _decide(mine, SetStatus(ReadingStatus.READ), *KEYS[:3])
    _decide(others, SetStatus(ReadingStatus.LATER), KEYS[1])
    undone = _undo(mine, action.seq, on_conflict)
    statuses = [mine.state(key).status.value for key in KEYS[:3]]
    match on_conflict:
        case OnConflict.REFUSE:
            assert (undone.seq, undone.conflicts, undone.undoes) == (0, (KEYS[1],), action.seq)
            assert undone.was_refused
            assert statuses == ["read", "later", "read"]
        case OnConflict.LEAVE:
            assert (len(undone.changes), undone.conflicts) == (2, (KEYS[1],))
            assert statuses == ["unread", "later", "unread"]
        case OnConflict.OVERWRITE:
            assert (len(undone.changes), undone.conflicts) == (3, ())
            assert statuses == ["unread"] * 3
    assert [open_store().state(key).status.value for key in KEYS[:3]] == statuses


def test_a_change_that_was_changed_back_is_a_conflict_all_the_same(open_store: OpenStore) -> None:
    """The other window decided: its decision is not taken for ours because it ended where ours was."""
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _decide(mine, SetStar(True))
    _decide(others, SetStar(False))
    _decide(others, SetStar(True))
    assert _undo(mine, action.seq, OnConflict.REFUSE).conflicts == (KEY,)


def test_a_change_that_was_taken_back_is_no_conflict(open_store: OpenStore) -> None:
    """An undo of the later action makes the earlier one the last word again."""
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _decide(mine, SetStar(True))
    _decide(others, SetStatus(ReadingStatus.SKIPPED))
    _undo(others)
    assert _undo(mine, action.seq, OnConflict.REFUSE).conflicts == ()
    assert mine.state(KEY) == UNDECIDED


def test_own_undo_leaves_alone_what_another_window_did_meanwhile(open_store: OpenStore) -> None:
    """A reader's `u` reaches its own actions and those from before it was opened; the shell's all."""
    _decide(open_store(window="yesterday"), SetStar(True), KEYS[0])
    mine, others = open_store(window="mine"), open_store(window="others")
    _decide(mine, SetStar(True), KEYS[1])
    _decide(others, SetStar(True), KEYS[2])
    for gone in (KEYS[1], KEYS[0]):
        undone = mine.finish(mine.undo(own=True))
        assert [change.key for change in undone.changes] == [gone]
    assert mine.finish(mine.undo(own=True)).undoes is None
    assert _keys(mine.starred()) == [KEYS[2]]


@pytest.mark.parametrize("seq", [7, 10**9])
def test_a_number_of_no_action_is_told(open_store: OpenStore, seq: int) -> None:
    """One line that says where the numbers are."""
    store = open_store()
    _decide(store, SetStar(True))
    with pytest.raises(UnknownAction, match="history"):
        _undo(store, seq)


def test_a_damaged_line_costs_the_history_that_line_only(open_store: OpenStore, tmp_path: Path) -> None:
    """The rest can be taken back as ever."""
    store = open_store()
    for key in KEYS[:3]:
        _decide(store, SetStar(True), key)
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    journal = tmp_path / "library" / "reading-0.journal"
    lines = journal.read_bytes().split(b"\n")
    journal.write_bytes(b"\n".join([lines[0], b"x" + lines[1], *lines[2:]]))
    again = open_store()
    assert [action.id for action in again.history()] == [3, 1]
    assert [_undo(again).undoes for _ in range(3)] == [3, 1, None]
    assert _keys(again.starred()) == [KEYS[1]]


def test_decisions_about_other_things_are_no_conflict(open_store: OpenStore) -> None:
    """A star is taken back alone however the paper was read, noted and tagged since; a tag alone from its fellows."""
    store = open_store()
    star = _decide(store, SetStar(True))
    ml = _decide(store, EditTags(make_tags(["ml"])))
    _decide(store, EditTags(make_tags(["nlp"])))
    _decide(store, SetStatus(ReadingStatus.READ))
    for action in (star, ml):
        assert _undo(store, action.seq, OnConflict.REFUSE).conflicts == ()
    state = open_store().state(KEY)
    assert (state.starred, state.tags, state.status) == (False, ("nlp",), ReadingStatus.READ)
    for _ in range(2):
        _undo(store)
    assert not store.knows(KEY), "where nothing is decided any more, no document stays"


# Against a plain model


def _past(entries: Sequence[JournalEntry]) -> Past:
    """The journals that hold these actions."""

    def read(before: int | None = None, about: Collection[str] | None = None) -> Iterator[JournalEntry]:
        for entry in reversed(entries):
            names = {name_of(change) for change in entry.changes}
            is_left_out = about is not None and entry.undoes is None and names.isdisjoint(about)
            if (before is None or entry.seq < before) and not is_left_out:
                yield entry

    return read


@examples(60)
@given(st.lists(st.sampled_from(["a", "b", "c", "undo", "redo"]), max_size=30), st.integers(0, 40), st.integers(0, 30))
def test_undo_and_redo_are_those_of_a_plain_editor(steps: list[str], kept: int, opened_at: int) -> None:
    """Two stacks of states, as every editor has them, agree with the history at every step.

    However much of the history stays in memory, and whether it was followed or is read from its end.
    """
    entries: list[JournalEntry] = []
    history, clock = History(_past(entries)), 0
    state: dict[str, int] = {}
    past: list[dict[str, int]] = []
    future: list[dict[str, int]] = []

    def apply(name: str, before: dict[str, int], after: dict[str, int], undoes: int | None) -> None:
        nonlocal history
        keys = {key for key in {**before, **after} if before.get(key) != after.get(key)}
        changes = tuple(
            DocumentChange("papers", "1", _document(key, before.get(key)), _document(key, after.get(key)))
            for key in keys
        )
        entry = JournalEntry(len(entries) + 1, "", "w", name, changes, undoes)
        entries.append(entry)
        if len(entries) == opened_at:
            history = History(_past(list(entries)), kept)
        history.add(entry)

    for step in steps:
        if step in ("undo", "redo"):
            fresh = History(_past(list(entries)), kept)
            entry, other = (
                (read.last_done if step == "undo" else read.last_undone)(lambda _: True) for read in (history, fresh)
            )
            source, target = (past, future) if step == "undo" else (future, past)
            assert entry == other
            assert (entry is None) == (not source)
            if entry is None:
                continue
            assert not history.changed_since(entry.seq, {"a", "b", "c"})
            wanted = source.pop()
            target.append(dict(state))
            apply(step, state, wanted, entry.seq)
            state = wanted
        else:
            clock += 1
            past.append(dict(state))
            future.clear()
            changed = state | {step: clock}
            apply("act", state, changed, None)
            state = changed
    fresh = History(_past(entries), kept)
    assert list(history.entries()) == list(fresh.entries()) == entries[::-1]
    assert [history.stands(entry.seq) for entry in entries] == [fresh.stands(entry.seq) for entry in entries]


def _document(key: str, value: int | None) -> dict[str, object] | None:
    return None if value is None else {"key": key, "value": value}


def test_what_comes_back_takes_no_others_place(open_store: OpenStore) -> None:
    """Rule: where a paper's document was gone, and its number is another's now, both are there when it comes back."""
    gone, other, late = KEYS[:3]
    store = open_store()
    _decide(store, SetStar(True), gone, late)
    undo = _undo(store)
    _fold(store)
    _decide(open_store(), SetNote(make_note("of another")), other)
    fresh = open_store()
    assert _undo(fresh, undo.seq).conflicts == ()
    for shown in (fresh, open_store()):
        assert shown.state(other).note == "of another"
        assert shown.state(gone).starred
        assert shown.state(late).starred
        assert len(shown) == 3


def test_what_a_redo_left_alone_stands_in_nobodys_way(open_store: OpenStore) -> None:
    """Rule: a decision of which a part was not made again is in the way only with the part that was."""
    store = open_store()
    star = _decide(store, SetStar(True))
    unstar = _undo(store)
    both = store.finish(store.decide("both", {KEY: SetStar(True), KEYS[1]: SetNote(make_note("n"))}, {}))
    without = _undo(store, both.seq)
    _undo(store, unstar.seq)
    again = _undo(store, without.seq)
    assert again.conflicts == (KEY,)
    assert store.state(KEYS[1]).note == "n"
    assert _undo(store, star.seq, OnConflict.REFUSE).conflicts == ()
    assert not store.state(KEY).starred


def test_a_paper_has_one_document_after_a_redo_behind_another_decision(open_store: OpenStore) -> None:
    """Rule: what comes back goes to the paper's document, so that no later decision is about more than was decided."""
    store = open_store()
    _decide(store, SetStar(True))
    unstar = _undo(store)
    later = _decide(store, SetStatus(ReadingStatus.LATER))
    assert _undo(store, unstar.seq).conflicts == ()
    assert store.state(KEY).starred
    assert len(store.documents()) == 1
    _decide(store, SetNote(make_note("n")))
    assert _undo(store, later.seq, OnConflict.REFUSE).conflicts == ()
    for shown in (store, open_store()):
        state = shown.state(KEY)
        assert (state.status, state.starred, state.note) == (ReadingStatus.UNREAD, True, "n")


def test_what_an_undo_found_taken_back_already_is_not_taken_back_again(open_store: OpenStore) -> None:
    """Rule: an undo by force that had nothing to restore ends its action, also where it removed an empty document."""
    store = open_store()
    star = _decide(store, SetStar(True))
    unstar = _decide(store, SetStar(False))
    _undo(store, star.seq, OnConflict.OVERWRITE)
    _undo(store, unstar.seq)
    assert store.state(KEY).starred
    with pytest.raises(UnknownAction):
        _undo(store, star.seq)
