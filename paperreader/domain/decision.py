"""The decisions of a user, and how each changes the reading state of a paper."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.domain.text import Safe


@dataclass(frozen=True, slots=True)
class SetStar:
    """Star or unstar a paper. With a status, the reading status changes too, in the same decision."""

    on: bool
    status: ReadingStatus | None = None


@dataclass(frozen=True, slots=True)
class SetStatus:
    """Set the reading status of a paper."""

    status: ReadingStatus


@dataclass(frozen=True, slots=True)
class EditTags:
    """Add and remove tags. These are set operations, so the edits of two windows merge."""

    add: frozenset[Safe] = frozenset()
    remove: frozenset[Safe] = frozenset()


@dataclass(frozen=True, slots=True)
class SetNote:
    """Replace the note of a paper; an empty text removes it.

    `seen` is the note that the user replaced. If another window wrote another note meanwhile, both notes are kept.
    """

    text: Safe
    seen: Safe | None = None


Decision = SetStar | SetStatus | EditTags | SetNote


def apply(state: ReadingState, decision: Decision, at: datetime, listed_on: date | None = None) -> ReadingState:
    """The state after a decision at a time, in the list of a date. The same object if nothing changes."""
    match decision:
        case SetStar(on, status):
            changed = replace(state, starred=on, status=status or state.status)
        case SetStatus(status):
            changed = replace(state, status=status)
        case EditTags(add, remove):
            changed = replace(state, tags=tuple(sorted((set(state.tags) | add) - remove)))
        case SetNote(text, seen):
            is_known = not state.note or seen is None or seen == state.note
            changed = replace(state, note=text if is_known else _joined(state.note, text))
    return state if changed == state else replace(changed, decided_at=at, decided_in=listed_on)


def keeps_other_note(decision: Decision, after: ReadingState) -> bool:
    """Whether the state after a decision also has a note that the user had not seen."""
    return isinstance(decision, SetNote) and after.note != decision.text


def join_states(one: ReadingState, other: ReadingState) -> ReadingState:
    """The state of a paper merged from two: the star of either, the tags and notes of both.

    The status is the one that was decided last, unless it is unread.
    """
    ends = [state for state in (one, other) if not state.is_unread] or [one, other]
    last = max(ends, key=lambda state: state.decided_at or datetime.min.replace(tzinfo=UTC))
    return replace(
        last,
        starred=one.starred or other.starred,
        tags=tuple(sorted({*one.tags, *other.tags})),
        note=_joined(one.note, other.note),
        rules=tuple(sorted({*one.rules, *other.rules})),
    )


def _joined(note: Safe, other: Safe) -> Safe:
    """Two notes as one. Both are clean, so the result is clean."""
    return Safe("\n\n".join(dict.fromkeys(text for text in (note, other) if text)))
