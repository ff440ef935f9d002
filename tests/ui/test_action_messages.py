"""What a message and the timeline say about an action."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from paperreader.domain.history import Action, PastAction, StateChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.domain.text import Safe
from paperreader.ui.keys.command_table import remapped
from paperreader.ui.presenting.actions import done_message, timeline_row

KEY = PaperKey("title:0123456789ab")
DAY = date(2025, 3, 14)


def _action(name: str, count: int, conflicts: int = 0) -> Action:
    keys = [PaperKey(f"title:{number:012}") for number in range(count)]
    changes = tuple(StateChange(key, UNDECIDED, ReadingState(starred=True)) for key in keys)
    return Action(1, datetime(2025, 3, 14, tzinfo=UTC), "t", name, name, changes, None, (KEY,) * conflicts)


def _undo(name: str, count: int, conflicts: int = 0) -> Action:
    return replace(_action("undo", count, conflicts), undoes=1, decision=name)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (_action("star", 1), "starred · u undoes it · A title"),
        (_action("later", 1), "kept for later · u undoes it · A title"),
        (_action("mark all read", 17), "17 papers marked as read · u undoes it"),
        (_undo("star", 0, 1), "nothing to change; kept 1 paper changed elsewhere since"),
        (
            _undo("skip", 2, 2),
            "2 papers undone: skipped · ^r redoes it; kept 2 papers changed elsewhere since",
        ),
        (replace(_undo("star", 0), seq=0, undoes=None), "nothing to undo"),
    ],
)
def test_the_message_says_what_was_done_to_how_many(action: Action, said: str) -> None:
    """Rule: one paper is named, several are counted, and papers that an undo kept are counted."""
    titles = {change.key: Safe("A title") for change in action.changes}
    assert done_message(action, action.papers, titles) == said


def test_the_message_names_the_users_own_keys() -> None:
    """Rule: the message shows the user's undo key, or the command's name if it has no key."""
    commands = remapped({"undo": "", "redo": "f9"})
    for action, said in (
        (_action("star", 0), "nothing to change"),
        (_action("star", 2), "2 papers starred · Undo undoes it"),
        (_undo("star", 2), "2 papers undone: starred · F9 redoes it"),
    ):
        assert done_message(action, action.papers, {}, commands) == said


def test_a_key_that_the_journal_holds_is_cleaned_in_the_timeline() -> None:
    """Rule: without a title the cleaned key is shown."""
    past = PastAction(1, datetime(2025, 3, 14, tzinfo=UTC), "w", "redo", "star", (PaperKey("title:\x1b[2Jx"),))
    row = timeline_row(past, past.papers, {}, DAY)
    assert (row.what, row.about) == ("redone: starred", "title:x")


@pytest.mark.parametrize(
    ("at", "name", "short"),
    [
        (datetime(2025, 3, 14, 12, 34), "star", ("12:34", "starred")),
        (datetime(2025, 3, 9, 12, 34), "undo", (" 9 Mar", "↶ starred")),
        (datetime(2024, 3, 14, 12, 34), "redo", ("14 Mar", "↷ starred")),
    ],
    ids=["today", "this month", "last year"],
)
def test_the_timeline_in_short_keeps_what_tells_actions_apart(at: datetime, name: str, short: tuple[str, str]) -> None:
    """Rule: a narrow row has the time of today's action or the day of an older one, and a sign for undo or redo."""
    past = PastAction(1, at.astimezone(), "w", name, "star", (KEY,))
    row = timeline_row(past, [KEY], {KEY: Safe("A \U0001f1e9")}, DAY)
    assert (row.when_in_short, row.what_in_short) == short
    assert row.about == "A D"
