"""The reading state of papers: decisions, keepsakes, undo, and other windows."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, timedelta

import pytest
from tinydb import where

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE, UNDECIDED, ReadingState, ReadingStatus, make_note, make_tags
from paperreader.storage.reading.document_format import Keepsake
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

KEY = PaperKey("title:5f2d0c9b1a77")
OTHER = PaperKey("arxiv:2503.01234")
KEPT = Keepsake("A Title To Keep", "https://arxiv.org/abs/2503.01234", ("Ada Lovelace",), date(2025, 3, 14))


def _keys(found: Iterable[tuple[str, ...]]) -> list[str]:
    """The keys of papers that are given by their names."""
    return [key for key, *_ in found]


def _decide(store: ReadingStore, decision: Decision, *keys: PaperKey, keepsake: Keepsake | None = None) -> Action:
    chosen = keys or (KEY,)
    keepsakes = dict.fromkeys(chosen, keepsake) if keepsake else {}
    return store.finish(store.decide("act", dict.fromkeys(chosen, decision), keepsakes))


def _undo(store: ReadingStore, action: Action) -> Action:
    return store.finish(store.undo(action.seq))


def _tags(add: str = "", remove: str = "") -> EditTags:
    return EditTags(make_tags(add.split()), make_tags(remove.split()))


def test_a_paper_nobody_decided_is_unread(open_store: OpenStore) -> None:
    """Everything begins undecided, and asking stores nothing."""
    store = open_store()
    assert store.state(KEY) is UNDECIDED
    assert not store.knows(KEY)
    assert (len(store), list(store.keys()), store.poll()) == (0, [], set())


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (SetStar(True), ReadingState(starred=True)),
        (SetStatus(ReadingStatus.LATER), ReadingState(status=ReadingStatus.LATER)),
        (SetStatus(ReadingStatus.READ), ReadingState(status=ReadingStatus.READ)),
        (SetStatus(ReadingStatus.SKIPPED), ReadingState(status=ReadingStatus.SKIPPED)),
        (_tags("to-cite ml"), ReadingState(tags=tuple(sorted(make_tags(["ml", "to-cite"]))))),
        (SetNote(make_note("zwei\n\nAbsätze")), ReadingState(note=make_note("zwei\n\nAbsätze"))),
    ],
)
def test_a_decision_is_there_at_once_and_after_reopening(
    open_store: OpenStore, decision: Decision, expected: ReadingState
) -> None:
    """Every kind of decision, with the moment and the list in which it was made, survives."""
    now = datetime(2025, 3, 15, 9, 30, 0, 123_000, UTC)
    store = open_store(clock=lambda: now)
    action = _decide(store, decision, keepsake=KEPT)
    state = store.state(KEY)
    assert (state.status, state.starred, state.tags, state.note) == (
        expected.status, expected.starred, expected.tags, expected.note,
    )  # fmt: skip
    assert (state.decided_at, state.decided_in) == (now, date(2025, 3, 14))
    assert action.changes[0].before == UNDECIDED
    assert action.changes[0].after == state
    assert open_store().state(KEY) == state


def test_a_document_holds_only_what_differs_from_undecided(open_store: OpenStore) -> None:
    """The file stays small and readable: no defaults are written."""
    store = open_store()
    _decide(store, SetStatus(ReadingStatus.READ))
    (document,) = store.db.table("papers")
    assert set(document) == {"key", "status", "decided_at"}
    assert document["key"] == KEY


def test_a_decision_about_many_papers_is_one_action(open_store: OpenStore) -> None:
    """A bulk decision has one number, and papers that are so already are not touched."""
    store = open_store()
    keys = [PaperKey(f"title:{n:012x}") for n in range(50)]
    _decide(store, SetStar(True), *keys[:10])
    action = _decide(store, SetStar(True), *keys)
    assert action.seq == 2
    assert [change.key for change in action.changes] == keys[10:]
    assert sorted(_keys(store.starred())) == keys
    assert _decide(store, SetStar(True), *keys).seq == 0, "nothing changed, nothing was journalled"
    assert _decide(store, SetStar(False), keys[0]).seq == 3


def test_the_shelves_are_those_of_the_states(open_store: OpenStore) -> None:
    """`done`, `starred`, `with_status` and `tags` say the same as the states one by one."""
    store = open_store()
    for n, status in enumerate(ReadingStatus):
        key = PaperKey(f"title:{n:012x}")
        _decide(store, SetStar(n % 2 == 0), key)
        _decide(store, SetStatus(status), key)
        _decide(store, _tags("all" if n % 2 else "all even"), key)
    _decide(store, SetStatus(ReadingStatus.UNREAD), PaperKey(f"title:{3:012x}"))
    for reader in (store, open_store()):
        states = {key: reader.state(key) for key in reader.keys()}  # noqa: SIM118 - a store is no mapping
        assert set(_keys(reader.done())) == {key for key, state in states.items() if not state.is_unread}
        assert set(_keys(reader.starred())) == {key for key, state in states.items() if state.starred}
        for status in (ReadingStatus.LATER, ReadingStatus.READ, ReadingStatus.SKIPPED):
            assert set(_keys(reader.with_status(status))) == {
                key for key, state in states.items() if state.status is status
            }
        assert reader.tags() == {"all": 4, "even": 2}
        assert list(reader.tags()) == ["all", "even"]


# Keepsakes


@pytest.mark.parametrize("decision", [SetStar(True), _tags("x"), SetNote(make_note("n"))])
def test_what_is_kept_brings_its_title_link_and_authors(open_store: OpenStore, decision: Decision) -> None:
    """A star, a tag or a note outlives the catalogue."""
    _decide(open_store(), decision, keepsake=KEPT)
    kept = open_store().keepsake(KEY)
    assert kept is not None
    assert (kept.title, kept.link, kept.authors) == (KEPT.title, KEPT.link, KEPT.authors)


def test_a_keepsake_lasts_as_long_as_anything_is_kept(open_store: OpenStore) -> None:
    """Later decisions, with the catalogue gone, leave it; it goes with the last star, tag and note."""
    store = open_store()
    _decide(store, SetStar(True), keepsake=KEPT)
    for decision in (
        _tags("x"),
        SetStar(False),
        SetNote(make_note("n")),
        SetStatus(ReadingStatus.READ),
        _tags("", "x"),
    ):
        _decide(store, decision)
        kept = store.keepsake(KEY)
        assert kept is not None, decision
        assert (kept.title, kept.link) == (KEPT.title, KEPT.link)
    _decide(store, SetNote(make_note("")))
    assert store.keepsake(KEY) is None


def test_a_status_alone_copies_nothing(open_store: OpenStore) -> None:
    """Hundreds of skipped papers a day do not carry their titles along."""
    store = open_store()
    _decide(store, SetStatus(ReadingStatus.SKIPPED), keepsake=KEPT)
    assert store.keepsake(KEY) is None


def test_unknown_authors_are_told_from_no_authors(open_store: OpenStore) -> None:
    """What a source did not say is not turned into an empty list."""
    store = open_store()
    _decide(store, SetStar(True), KEY, keepsake=Keepsake("Without Authors"))
    _decide(store, SetStar(True), OTHER, keepsake=Keepsake("With None", None, ()))
    first, second = store.keepsake(KEY), store.keepsake(OTHER)
    assert first is not None
    assert second is not None
    assert (first.authors, first.link, second.authors) == (None, None, ())


# Undo


@pytest.mark.parametrize(
    "decision", [SetStar(True), SetStatus(ReadingStatus.SKIPPED), _tags("x y"), SetNote(make_note("n"))]
)
def test_undo_gives_the_state_before(open_store: OpenStore, decision: Decision) -> None:
    """Taking a first decision back leaves no trace; taking back a later one gives the earlier state exactly."""
    store = open_store()
    action = _decide(store, decision, keepsake=KEPT)
    _undo(store, action)
    assert store.state(KEY) == UNDECIDED
    assert not store.knows(KEY)
    assert store.keepsake(KEY) is None
    earlier = _decide(store, SetStatus(ReadingStatus.LATER), keepsake=KEPT)
    later = _decide(store, decision, keepsake=KEPT)
    undone = _undo(store, later)
    assert undone.undoes == later.seq
    assert store.state(KEY) == earlier.changes[0].after
    assert open_store().state(KEY) == earlier.changes[0].after


def test_undoing_a_bulk_decision_is_one_step(open_store: OpenStore) -> None:
    """All papers of an action come back together, in one journal line."""
    store = open_store()
    keys = [PaperKey(f"title:{n:012x}") for n in range(20)]
    _decide(store, SetStar(True), keys[3])
    action = _decide(store, SetStatus(ReadingStatus.READ), *keys)
    undone = _undo(store, action)
    assert (undone.seq, len(undone.changes), undone.conflicts) == (3, 20, ())
    assert [key for key in keys if not store.state(key).is_unread] == []
    assert _keys(store.starred()) == [keys[3]]


def test_undo_leaves_alone_what_another_window_changed_since(open_store: OpenStore) -> None:
    """What nobody contradicted comes back, whatever else was decided since; the rest is named and stays."""
    third = PaperKey("title:cccccccccccc")
    mine, others = open_store(window="mine"), open_store(window="others")
    action = _decide(mine, SetStatus(ReadingStatus.READ), KEY, OTHER, third)
    _decide(others, SetNote(make_note("from the other window")), OTHER)
    _decide(others, SetStatus(ReadingStatus.LATER), third)
    undone = _undo(mine, action)
    assert undone.conflicts == (third,)
    assert [change.key for change in undone.changes] == [KEY, OTHER]
    for store in (mine, open_store()):
        assert store.state(KEY) == UNDECIDED
        assert store.state(OTHER).status is ReadingStatus.UNREAD
        assert store.state(OTHER).note == "from the other window"
        assert store.state(third).status is ReadingStatus.LATER


def test_an_undo_that_finds_everything_changed_does_nothing(open_store: OpenStore) -> None:
    """With nothing left to take back no action is made, and the papers are named."""
    mine, others = open_store(), open_store(clock=lambda: datetime(2030, 1, 1, tzinfo=UTC))
    action = _decide(mine, SetStar(True))
    _decide(others, SetStar(False))
    _decide(others, SetStar(True))
    undone = _undo(mine, action)
    assert (undone.seq, undone.changes, undone.conflicts) == (0, (), (KEY,))
    assert open_store().state(KEY).starred


def test_an_undo_can_be_undone(open_store: OpenStore) -> None:
    """Taking back a taking back gives the decision again."""
    store = open_store()
    action = _decide(store, SetStar(True), keepsake=KEPT)
    after = store.state(KEY)
    _undo(store, _undo(store, action))
    assert store.state(KEY) == after
    assert store.keepsake(KEY) is not None


# Other windows


def test_tags_of_two_windows_on_one_paper_merge(open_store: OpenStore) -> None:
    """Adding and removing are set operations, applied to what the other window left."""
    mine, others = open_store(), open_store()
    _decide(mine, _tags("a b"))
    _decide(others, _tags("c", "a"))
    _decide(mine, _tags("d"))
    assert open_store().state(KEY).tags == ("b", "c", "d")


def test_joined_notes_are_whole_however_long(open_store: OpenStore) -> None:
    """Notes of the greatest length that two windows wrote are both shown to their last word, also after a restart."""
    mine, others = open_store(), open_store()
    longest = ["x" * (MAX_NOTE - 4) + f" {name}" for name in ("one", "two")]
    for store, note in zip((others, mine), longest, strict=True):
        _decide(store, SetNote(make_note(note), seen=make_note("")))
    assert mine.state(KEY).note == open_store().state(KEY).note == "\n\n".join(longest)


def test_a_decision_keeps_what_another_window_decided_about_the_same_paper(open_store: OpenStore) -> None:
    """A star put here and a note written there are both kept, without a poll in between."""
    mine, others = open_store(), open_store()
    _decide(mine, SetStar(True), keepsake=KEPT)
    _decide(others, SetNote(make_note("n")))
    _decide(mine, SetStatus(ReadingStatus.READ))
    state = open_store().state(KEY)
    assert (state.starred, state.note, state.status) == (True, "n", ReadingStatus.READ)


def test_poll_names_the_papers_that_others_changed(open_store: OpenStore) -> None:
    """Own changes are no news; others' are told once, whether they were read by a poll or before a write."""
    mine, others = open_store(), open_store()
    _decide(mine, SetStar(True), OTHER)
    _decide(others, SetStar(True), KEY)
    assert mine.poll() == {KEY}
    assert mine.poll() == set()
    _decide(others, SetStar(False), KEY)
    _decide(mine, SetStar(False), OTHER)
    assert mine.poll() == {KEY}


def test_the_clock_does_not_order_actions(open_store: OpenStore) -> None:
    """A clock that jumps back loses nothing: actions are ordered by their numbers."""
    moments = iter(datetime(2025, 3, 15, tzinfo=UTC) - timedelta(days=n) for n in range(100))
    store = open_store(clock=lambda: next(moments))
    for n in range(5):
        _decide(store, SetNote(make_note(f"note {n}")))
    assert open_store().state(KEY).note == "note 4"


# Documents that somebody else wrote


def test_a_document_without_a_key_is_no_paper_and_no_obstacle(open_store: OpenStore) -> None:
    """Foreign documents in the table are left where they are."""
    store = open_store()
    store.db.table("papers").insert_multiple([{"note": "mine"}, {"key": 3}, {"key": None, "status": "read"}])
    _decide(store, SetStar(True))
    again = open_store()
    assert (list(again.keys()), _keys(again.starred()), _keys(again.done())) == ([KEY], [KEY], [])
    assert len(again.db.table("papers")) == 4


@pytest.mark.parametrize(
    "rubbish",
    [
        {"starred": "yes"},
        {"note": 3},
        {"decided_at": "soon"},
        {"decided_in": [1]},
        {"authors": "x", "link": 3},
        {"rules": "mute a"},
        {"rules": [3, "", None]},
    ],
    ids=str,
)
def test_a_field_of_a_wrong_kind_counts_as_undecided(open_store: OpenStore, rubbish: dict[str, object]) -> None:
    """One odd field disturbs neither its document nor the others."""
    store = open_store()
    store.db.table("papers").insert({"key": KEY, "tags": ["x"]} | rubbish)
    _decide(store, SetStar(True), OTHER)
    state = open_store().state(KEY)
    assert (state.tags, state.starred, state.note, state.decided_at, state.decided_in, state.rules) == (
        ("x",),
        False,
        "",
        None,
        None,
        (),
    )
    assert open_store().tags() == {"x": 1}


@pytest.mark.parametrize(
    "rubbish", [{"status": "finished"}, {"status": None}, {"tags": None}, {"tags": 5}, {"tags": [["x"]]}], ids=str
)
def test_the_shelves_agree_with_the_states_on_odd_fields(open_store: OpenStore, rubbish: dict[str, object]) -> None:
    """An odd status is unread for the shelves too, and odd tags do not stop the program."""
    store = open_store()
    store.db.table("papers").insert({"key": KEY} | rubbish)
    assert _keys(store.done()) == [key for key in store.keys() if not store.state(key).is_unread]  # noqa: SIM118
    assert sum(store.tags().values()) == len(store.state(KEY).tags)


def test_documents_changed_through_tinydb_are_states_at_once(open_store: OpenStore) -> None:
    """The documented database behind the store stays in step with it."""
    store = open_store()
    _decide(store, SetStar(True))
    store.db.table("papers").update({"note": "by hand"}, where("key") == KEY)
    assert store.state(KEY).note == "by hand"
    store.db.table("papers").remove(where("key") == KEY)
    assert store.state(KEY) == UNDECIDED
    assert not store.knows(KEY)
