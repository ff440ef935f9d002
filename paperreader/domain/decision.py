"""The decisions that change a reading state."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from paperreader.domain.reading import ReadingState, ReadingStatus
from paperreader.domain.text import Safe


@dataclass(frozen=True, slots=True)
class SetStar:
    """Put a star on a paper, or take it off."""

    on: bool


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Set a paper's reading status."""

    status: ReadingStatus


@dataclass(frozen=True, slots=True)
class EditTags:
    """Add tags to a paper and remove others: set operations, so that two windows' edits merge."""

    add: frozenset[Safe] = frozenset()
    remove: frozenset[Safe] = frozenset()


@dataclass(frozen=True, slots=True)
class SetNote:
    """Replace a paper's note; an empty text removes it.

    `seen` is the note that the text was written in place of: another one, which somebody else wrote meanwhile, is kept
    in front of the text.
    """

    text: Safe
    seen: Safe | None = None


Decision = SetStar | SetStatus | EditTags | SetNote


def apply(state: ReadingState, decision: Decision, at: datetime, listed_on: date | None = None) -> ReadingState:
    """The state after a decision made `at` a time in the list of a date; the same object where nothing changes."""
    match decision:
        case SetStar(on):
            changed = replace(state, starred=on)
        case SetStatus(status):
            changed = replace(state, status=status)
        case EditTags(add, remove):
            changed = replace(state, tags=tuple(sorted((set(state.tags) | add) - remove)))
        case SetNote(text, seen):
            is_known = not state.note or seen is None or seen == state.note
            changed = replace(state, note=text if is_known else _joined(state.note, text))
    return state if changed == state else replace(changed, decided_at=at, decided_in=listed_on)


def keeps_other_note(decision: Decision, after: ReadingState) -> bool:
    """Whether a decision that changed a state left in it a note that its maker had not seen, beside the new one."""
    return isinstance(decision, SetNote) and after.note != decision.text


def join(one: ReadingState, other: ReadingState) -> ReadingState:
    """The state of a paper that was found to be two: nothing that was decided about either is lost.

    A star of either, the tags and notes of both; of the statuses the one decided last, if it is not unread.
    """
    ends = [state for state in (one, other) if not state.is_unread] or [one, other]
    last = max(ends, key=lambda state: state.decided_at or datetime.min.replace(tzinfo=UTC))
    return replace(
        last,
        starred=one.starred or other.starred,
        tags=tuple(sorted({*one.tags, *other.tags})),
        note=_joined(one.note, other.note),
    )


def _joined(note: Safe, other: Safe) -> Safe:
    """Two windows' notes as one; both are clean, and so is what they make together."""
    return Safe("\n\n".join(dict.fromkeys(text for text in (note, other) if text)))
