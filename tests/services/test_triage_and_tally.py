"""Decisions and undo, and counts that follow them."""

from __future__ import annotations

from concurrent.futures import Future
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import UNDECIDED, ReadingStatus, make_note, make_tags
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.services.lists.tally import Tally
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

DAY = date(2025, 3, 14)


def _fill(library: Library) -> list[PaperKey]:
    """Add ten papers on three dates, some on two; their keys."""
    papers = [ParsedPaper(f"The invented paper number {n}", f"About the number {n}. " * 9) for n in range(10)]
    with library.catalogue.transaction():
        for offset, chosen in enumerate((papers[:5], papers[3:8], papers[7:])):
            listing = Listing(f"page:{offset}", DAY + timedelta(days=offset))
            add_listing(library.catalogue, listing, chosen)
    return [row.key for row in library.rows(sorted(library.catalogue.all_ids()))]


@pytest.fixture
def keys(library: Library) -> list[PaperKey]:
    """The keys of the library's papers."""
    return _fill(library)


def _done(library: Library, future: Future[Action] | None) -> Action:
    assert future is not None
    return library.reading.finish(future)


def _nothing_left(library: Library, triage: Triage) -> bool:
    action = _done(library, triage.undo())
    return (action.seq, action.undoes, action.conflicts) == (0, None, ())


# Toggling


def test_star_unstars_if_all_are_starred(library: Library, keys: list[PaperKey]) -> None:
    """Rule: if one star is missing, all papers get one and are read; if none is missing, all lose theirs."""
    triage = Triage(library)
    _done(library, triage.decide("star", keys[2:3], SetStar(True)))
    assert triage.star_or_unstar(keys[:5]) == SetStar(True, ReadingStatus.READ)
    assert triage.star_or_unstar(keys[2:3]) == SetStar(False)


def test_read_makes_unread_if_all_are_read(library: Library, keys: list[PaperKey]) -> None:
    """Rule: if one paper is not read, all become read; if all are read, all become unread."""
    triage = Triage(library)
    _done(library, triage.decide("skip", keys[:1], SetStatus(ReadingStatus.SKIPPED)))
    assert triage.read_or_unread(keys[:3]) == SetStatus(ReadingStatus.READ)
    _done(library, triage.decide("read", keys[:3], SetStatus(ReadingStatus.READ)))
    assert triage.read_or_unread(keys[:3]) == SetStatus(ReadingStatus.UNREAD)


def test_nothing_has_changed_before_the_action_is_done(library: Library, keys: list[PaperKey]) -> None:
    """Rule: the state changes when the future has its result."""
    storage = library.reading.db.storage
    waiting: Future[Action] = Future()

    def look() -> None:
        future = Triage(library).decide("star", keys[:1], SetStar(True))
        assert not library.state(keys[0]).starred
        future.add_done_callback(lambda done: waiting.set_result(done.result()))

    storage.exclusively(look)  # type: ignore[attr-defined]
    assert waiting.result(60).changes[0].after == library.state(keys[0])
    assert library.state(keys[0]).starred


def test_a_decision_copies_what_must_outlive_the_catalogue(library: Library, keys: list[PaperKey]) -> None:
    """Rule: a decision that keeps a paper copies its title."""
    triage = Triage(library)
    decisions: tuple[Decision, ...] = (SetStar(True), EditTags(make_tags(["x"])), SetNote(make_note("n")))
    for key, decision in zip(keys, decisions, strict=False):
        _done(library, triage.decide("keep", [key], decision))
        kept = library.reading.keepsake(key)
        assert kept is not None
        assert kept.title == library.entry(key).paper.title


# Undo


def test_undo_takes_back_one_action_after_the_other(library: Library, keys: list[PaperKey]) -> None:
    """Rule: a group is one step, and steps are undone newest first."""
    triage = Triage(library)
    _done(library, triage.decide("star", keys[:1], SetStar(True)))
    _done(library, triage.decide("later", keys[:6], SetStatus(ReadingStatus.LATER)))
    _done(library, triage.decide("tags", keys[:2], EditTags(make_tags(["a"]))))
    names = []
    while (undone := _done(library, triage.undo())).seq:
        names.append(undone)
    assert [action.name for action in names] == ["undo"] * 3
    assert [len(action.changes) for action in names] == [2, 6, 1]
    assert {library.state(key) for key in keys} == {UNDECIDED}
    assert _nothing_left(library, triage)


def test_an_action_without_changes_is_not_undone(library: Library, keys: list[PaperKey]) -> None:
    """Rule: undo always has a visible effect."""
    triage = Triage(library)
    _done(library, triage.decide("star", keys[:1], SetStar(True)))
    assert _done(library, triage.decide("star", keys[:1], SetStar(True))).seq == 0
    _done(library, triage.undo())
    assert not library.state(keys[0]).starred


def test_two_undos_in_quick_succession_take_back_two_actions(library: Library, keys: list[PaperKey]) -> None:
    """Rule: a second undo before the first is stored undoes the action before."""
    triage = Triage(library)
    _done(library, triage.decide("star", keys[:1], SetStar(True)))
    _done(library, triage.decide("later", keys[:1], SetStatus(ReadingStatus.LATER)))
    futures: list[Future[Action]] = []
    # While this holds the lock neither undo can be done.
    library.reading.db.storage.exclusively(lambda: futures.extend((triage.undo(), triage.undo())))  # type: ignore[attr-defined]
    assert [_done(library, future).conflicts for future in futures] == [(), ()]
    assert library.state(keys[0]) == UNDECIDED
    assert _nothing_left(library, triage)


def test_undo_is_the_windows_own(library: Library, keys: list[PaperKey]) -> None:
    """Rule: undo skips actions of another window."""
    other = Library(library.folder, window="other")
    mine = Triage(library)
    _done(library, mine.decide("star", keys[:1], SetStar(True)))
    _done(other, Triage(other).decide("star", keys[1:2], SetStar(True)))
    _done(library, mine.undo())
    assert library.reading.starred() == [(keys[1],)]
    assert _nothing_left(library, mine)
    other.close()


def test_undo_names_what_another_window_changed_since(library: Library, keys: list[PaperKey]) -> None:
    """Rule: a later state of another window stays, and the action names the papers."""
    other = Library(library.folder, window="other")
    triage = Triage(library)
    _done(library, triage.decide("read", keys[:3], SetStatus(ReadingStatus.READ)))
    _done(other, Triage(other).decide("skip", keys[1:2], SetStatus(ReadingStatus.SKIPPED)))
    refused = _done(library, triage.undo())
    assert (refused.seq, refused.changes, refused.conflicts) == (0, (), (keys[1],))
    undone = _done(library, triage.undo(refused.undoes, OnConflict.LEAVE))
    assert undone.conflicts == (keys[1],)
    assert library.state(keys[1]).status is ReadingStatus.SKIPPED
    assert library.state(keys[0]) == library.state(keys[2]) == UNDECIDED
    other.close()


def test_an_undo_that_was_refused_can_be_tried_again(
    library: Library, keys: list[PaperKey], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a full disk loses neither the decision nor its undo."""
    triage = Triage(library)
    _done(library, triage.decide("star", keys[:1], SetStar(True)))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("paperreader.files.system_calls.System.sync_data", refuse)
        with pytest.raises(StoreError):
            _done(library, triage.undo())
    assert library.state(keys[0]).starred
    _done(library, triage.undo())
    assert not library.state(keys[0]).starred


def test_a_refused_decision_is_no_step(library: Library, keys: list[PaperKey], monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a decision that was not stored is neither shown nor undone."""
    triage = Triage(library)

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("paperreader.files.system_calls.System.write", refuse)
        with pytest.raises(StoreError):
            _done(library, triage.decide("star", keys[:1], SetStar(True)))
    assert _nothing_left(library, triage)
    assert library.state(keys[0]) == UNDECIDED


# Figures


_KINDS = st.sampled_from(
    [
        SetStar(True), SetStar(False), *map(SetStatus, ReadingStatus), SetNote(make_note("n")),
        EditTags(make_tags(["x"])), "undo",
    ]
)  # fmt: skip
_STEPS = st.lists(st.tuples(_KINDS, st.sets(st.integers(0, 10), min_size=1)), max_size=12)


@examples(50)
@given(steps=_STEPS)
def test_counts_that_follow_equal_a_new_count(
    steps: list[tuple[Decision | str, set[int]]],
) -> None:
    """Rule: this holds after any decisions and undos, also about unknown papers."""
    with TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library")
        keys = [*_fill(library), PaperKey("title:ffffffffffff")]
        triage, tally = Triage(library), Tally(library)
        for decision, chosen in steps:
            if isinstance(decision, str):
                future = triage.undo(on_conflict=OnConflict.LEAVE)
            else:
                future = triage.decide("act", [keys[n] for n in sorted(chosen)], decision)
            tally.follow(library.reading.finish(future))
            assert tally.counts == library.counts()
        library.close()


def test_an_action_is_counted_once(library: Library, keys: list[PaperKey]) -> None:
    """Rule: an action that a recount has seen does not change the counts again."""
    tally = Tally(library)
    action = _done(library, Triage(library).decide("star", keys[:3], SetStar(True)))
    tally.recount()
    tally.follow(action)
    assert tally.counts == library.counts()


def test_a_recount_sees_changes_of_others(library: Library, keys: list[PaperKey]) -> None:
    """Rule: imports and other windows are counted by a recount."""
    tally = Tally(library)
    _done(library, Triage(library).decide("star", keys[:3], SetStar(True)))
    assert tally.counts != library.counts()
    tally.recount()
    assert tally.counts == library.counts()
