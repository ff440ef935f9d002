"""Rules and their marks in the reading state: decisions like all others, except that no undo moves a mark."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

import pytest

from paperreader.domain.decision import SetStar
from paperreader.domain.history import Action, RuleChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.rules import Rule, RuleEffect
from paperreader.domain.text import Safe
from paperreader.storage.reading.rules import KEPT_MARKS, CaptureMark, Marks, stored_marks, stored_rules
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]

BEGIN = datetime(2025, 3, 14, tzinfo=UTC)
MUTE = Rule(RuleEffect.MUTE, Safe("amber"), since=BEGIN)
FOLLOW = Rule(RuleEffect.FOLLOW, Safe("kites"), since=BEGIN + timedelta(1))
TAG = Rule(RuleEffect.TAG, Safe("looms"), Safe("wood"), BEGIN + timedelta(2))
KEY, OTHER = PaperKey("text:0123456789abcdef"), PaperKey("text:fedcba9876543210")
START, LATER = Marks((CaptureMark(5, 55),)), Marks((CaptureMark(9, 99), CaptureMark(5, 55)))


def _add(store: ReadingStore, *rules: Rule) -> Action:
    return store.finish(store.change_rules("add rule", {rule.name: rule for rule in rules}, START))


def _apply(
    store: ReadingStore, found: Mapping[PaperKey, Sequence[Rule]], before: Marks = START, after: Marks = LATER
) -> Action | None:
    return store.finish(store.apply_rules("rules", found, {}, (before, after)))


def test_rules_and_marks_survive_restarts_and_folds(open_store: OpenStore) -> None:
    """Rule: rules are in the order of their addition; a fold of the journal keeps marks and rules."""
    store = open_store()
    action = _add(store, TAG, MUTE, FOLLOW)
    assert RuleChange(MUTE.name, before=False, after=True) in action.rules
    _apply(store, {KEY: [MUTE, TAG], OTHER: [FOLLOW]})
    store.db.storage.exclusively(store.db.storage.compact)  # type: ignore[attr-defined]
    again = open_store()
    assert again.rules() == (MUTE, FOLLOW, TAG)
    assert [rule.since for rule in again.rules()] == [MUTE.since, FOLLOW.since, TAG.since]
    assert again.rule_marks() == LATER
    state = again.state(KEY)
    assert (state.status, state.tags, state.rules) == (ReadingStatus.SKIPPED, ("wood",), (MUTE.name, TAG.name))
    assert again.followed() == [(OTHER,)]


def test_undo_moves_no_mark(open_store: OpenStore) -> None:
    """Rule: undo and redo of what rules did leave the marks; an action that only moves marks is in no history."""
    store = open_store()
    _add(store, MUTE)
    assert _apply(store, {}) is not None
    assert [past.name for past in store.history()] == ["add rule"]
    assert store.finish(store.undo()).decision == "add rule"
    assert store.finish(store.redo()).decision == "add rule"
    newest = Marks((CaptureMark(12, 3), *LATER.captures))
    _apply(store, {KEY: [MUTE]}, LATER, newest)
    for is_muted in (False, True, False):
        store.finish(store.redo() if is_muted else store.undo())
        assert (store.state(KEY).rules, store.rule_marks()) == ((MUTE.name,) if is_muted else (), newest)
    assert open_store().rule_marks() == newest


def test_rules_act_only_if_the_marks_did_not_move(open_store: OpenStore) -> None:
    """Rule: what was computed with other marks is refused whole."""
    one, other = open_store(), open_store(window="other")
    _add(one, MUTE)
    assert _apply(other, {KEY: [MUTE]}) is not None
    seq = other.seq
    assert _apply(one, {KEY: [MUTE], OTHER: [MUTE]}) is None
    assert (one.seq, one.knows(OTHER)) == (seq, False)


def test_a_paper_with_any_decision_is_left_alone(open_store: OpenStore) -> None:
    """Rule: the decision is read once the lock is held; without a paper to change there is no action."""
    store = open_store()
    _add(store, MUTE)
    store.finish(store.decide("star", {KEY: SetStar(True)}, {}))
    before = store.state(KEY)
    action = _apply(store, {KEY: [MUTE]})
    assert action is not None
    assert (action.seq, action.changes, store.state(KEY), store.rule_marks()) == (0, (), before, LATER)


def test_only_the_newest_marks_are_kept(open_store: OpenStore) -> None:
    """Rule: the document does not grow with the imports; spared papers stay."""
    store = open_store()
    _add(store, MUTE)
    marks = START
    for number in range(10, 60):
        after = Marks((CaptureMark(number, number), *marks.captures), ("text:1",))
        assert _apply(store, {}, marks, after) is not None
        marks = store.rule_marks()
    assert len(marks.captures) == KEPT_MARKS
    assert (marks.captures[0], marks.spared) == (CaptureMark(59, 59), ("text:1",))


@pytest.mark.parametrize(
    "document",
    [
        {"key": "mute amber"}, {"key": "mute amber", "does": "mute", "query": ""}, {"key": 3, "does": "mute"},
        {"key": "mute amber", "does": "burn", "query": "amber"}, {"key": "x", "does": "mute", "query": "amber"},
        {"key": "tag amber", "does": "tag", "query": "amber"},
        {"key": "mute amber", "does": ["mute"], "query": "amber"},
    ],
    ids=str,
)  # fmt: skip
def test_a_document_that_is_no_rule_is_ignored(document: dict[str, object]) -> None:
    """Rule: a person may have written it."""
    assert stored_rules([document]) == ()


@pytest.mark.parametrize("captures", [None, 3, [[1]], [["1", "2"]], [[True, 1]], ["12"]], ids=str)
def test_marks_that_cannot_be_read_are_none(captures: object) -> None:
    """Rule: then an import begins where the catalogue ends."""
    assert stored_marks([{"key": "seen", "captures": captures, "spared": 3}]) == Marks()
