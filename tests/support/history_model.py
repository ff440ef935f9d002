"""What is decided, and what may be taken back, in plain dicts: the rules of the reading state told once more.

A decision sets fields and tags of papers. Two are about the same thing only where they are about the same field or the
same tag. Whatever was done can be taken back by its number while it stands, also what took something back, which does
that again. Timeline later about the same thing, and was not taken back itself, stands in the way: then nothing
is done (REFUSE), the same thing is left alone (LEAVE), or it is overwritten (OVERWRITE). What was left alone is in
force again when the later decision is taken back, and can be taken back then by the same number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.domain.text import Safe

Contents = dict[PaperKey, ReadingState]
"""Timeline, without the moments at which it was."""

Slot = tuple[PaperKey, str]
"""A paper and what is decided about it: a field, or a single tag."""


@dataclass(frozen=True, slots=True)
class Made:
    """An action: what it set, before and after; what it took back; who did it."""

    number: int
    changes: Mapping[Slot, tuple[object, object]]
    undoes: int | None = None
    window: str = ""


class ReadingModel:
    """What is decided, by the numbers of the actions that decided it."""

    def __init__(self) -> None:
        self._values: dict[PaperKey, dict[str, object]] = {}
        self._made: dict[int, Made] = {}

    def contents(self) -> Contents:
        """What every window must show."""
        states = {key: self._state(key) for key in self._values}
        return {key: state for key, state in states.items() if state != UNDECIDED}

    def numbers(self) -> list[int]:
        """The actions that were made, oldest first."""
        return list(self._made)

    def stands(self, number: int) -> bool:
        """Whether an action was made and not taken back."""
        return number in self._made and not self._undone_by(number)

    def is_to_take_back(self, number: int) -> bool:
        """Whether an action stands, or something of it that was left alone is in force again."""
        return self.stands(number) or bool(self._left(number) - self._in_the_way(number))

    def decide(self, number: int, decisions: Mapping[PaperKey, Decision], window: str = "") -> None:
        """Take over an action of that number."""
        after: dict[Slot, object] = {}
        for key, decision in decisions.items():
            before, changed = (_aspects(state) for state in (self._state(key), _decided(self._state(key), decision)))
            for aspect in before.keys() | changed.keys():
                if before.get(aspect) != changed.get(aspect):
                    after[key, aspect] = changed.get(aspect)
        self._make(number, after, None, window)

    def conflicts(self, undone: int) -> set[PaperKey]:
        """The papers about which something that would be taken back was decided again."""
        return {key for key, _ in self._in_the_way(undone)}

    def undo(
        self, number: int, undone: int, on_conflict: OnConflict = OnConflict.LEAVE, window: str = ""
    ) -> set[PaperKey]:
        """Take an action back by one of that number, which is not made where all is left alone; the papers in the way.

        One that changes no more than when a paper was decided about last is made like any other.
        """
        in_the_way, left = self._in_the_way(undone), self._left(undone)
        changes = {slot: change for slot, change in self._made[undone].changes.items() if slot in left}
        if in_the_way and on_conflict is OnConflict.REFUSE:
            changes = {}
        elif on_conflict is OnConflict.LEAVE:
            changes = {slot: change for slot, change in changes.items() if slot not in in_the_way}
        after = {slot: before for slot, (before, _) in changes.items() if self._value(slot) != before}
        is_left_alone = bool(in_the_way) and on_conflict is not OnConflict.OVERWRITE and not after
        assert number or is_left_alone, "it is journalled where anything is taken back"
        if not is_left_alone:
            self._make(number, after, undone, window)
        return set() if on_conflict is OnConflict.OVERWRITE else {key for key, _ in in_the_way}

    def to_undo(self, counts: Callable[[Made], bool], *, asks: bool = False) -> int | None:
        """The newest decision of which something is in force, among what counts; `asks`: or that stands at all."""
        for made in self._newest(counts):
            if made.undoes is None:
                number = self.last_making(made.number)
                if (asks and self.stands(number)) or self._left(number) - self._in_the_way(number):
                    return number
        return None

    def last_making(self, number: int) -> int:
        """An action, or the one that made it again last, if that stands."""
        undone = [made.number for made in self._made.values() if made.undoes == number]
        again = [made.number for undo in undone for made in self._undone_by(undo)]
        return self.last_making(max(again)) if again else number

    def to_redo(self, counts: Callable[[Made], bool]) -> int | None:
        """The newest undo that stands, if nothing was decided since, among what counts."""
        for made in self._newest(counts):
            if made.undoes is None:
                return None
            if len(self._chain(made.number)) % 2 == 0 and self.stands(made.number):
                return made.number
        return None

    def _newest(self, counts: Callable[[Made], bool]) -> Iterator[Made]:
        return filter(counts, reversed(self._made.values()))

    def _make(self, number: int, after: Mapping[Slot, object], undoes: int | None, window: str) -> None:
        changes = {slot: (self._value(slot), value) for slot, value in after.items()}
        self._made[number] = Made(number, changes, undoes, window)
        for (key, aspect), value in after.items():
            self._values.setdefault(key, {})[aspect] = value

    def _value(self, slot: Slot) -> object:
        key, aspect = slot
        return self._values.get(key, {}).get(aspect)

    def _undone_by(self, number: int) -> list[Made]:
        """What took an action back and was not taken back itself."""
        return [made for made in self._made.values() if made.undoes == number and not self._undone_by(made.number)]

    def _left(self, number: int) -> set[Slot]:
        """What of an action was not given back; nothing where there was nothing to change."""
        undone_by = self._undone_by(number)
        if any(not made.changes for made in undone_by):
            return set()
        return set(self._made[number].changes) - {slot for made in undone_by for slot in made.changes}

    def _chain(self, number: int) -> list[int]:
        """An action, what it took back, what that took back, and so on."""
        undone = self._made[number].undoes
        return [number, *(self._chain(undone) if undone else ())]

    def _in_the_way(self, number: int) -> set[Slot]:
        """What of an action, as far as it is left, was decided again later.

        Each later action being done, taken back, or done again.
        """
        done: dict[Slot, set[int]] = {slot: set() for slot in self._left(number)}
        since = list(takewhile(lambda made: made.number > number, reversed(self._made.values())))
        for later in reversed(since):
            chain = [each for each in self._chain(later.number) if each > number]
            for slot in later.changes.keys() & done.keys():
                if len(chain) % 2:
                    done[slot].add(chain[-1])
                else:
                    done[slot].discard(chain[-1])
        return {slot for slot, decided in done.items() if decided}

    def _state(self, key: PaperKey) -> ReadingState:
        fields = {aspect: value for aspect, value in self._values.get(key, {}).items() if value}
        tags = tuple(sorted(Safe(aspect[1:]) for aspect in fields if aspect.startswith("#")))
        plain: dict[str, Any] = {name: value for name, value in fields.items() if not name.startswith("#")}
        return replace(UNDECIDED, tags=tags, **plain)


def _aspects(state: ReadingState) -> dict[str, object]:
    """What is decided in a state, field by field and tag by tag."""
    fields = {"status": state.status, "starred": state.starred, "note": state.note}
    decided = {name: value for name, value in fields.items() if value != getattr(UNDECIDED, name)}
    return decided | {f"#{tag}": True for tag in state.tags}


def _decided(state: ReadingState, decision: Decision) -> ReadingState:
    """A state after a decision: the rules once more, so that a mistake in one place is seen in the other."""
    match decision:
        case SetStar():
            return replace(state, starred=decision.on)
        case SetStatus():
            return replace(state, status=decision.status)
        case EditTags():
            return replace(state, tags=tuple(sorted({*state.tags, *decision.add}.difference(decision.remove))))
        case SetNote():
            if decision.seen is None or state.note in ("", decision.seen, decision.text) or not decision.text:
                is_other = decision.seen is not None and state.note not in ("", decision.seen)
                return state if is_other else replace(state, note=decision.text)
            return replace(state, note=Safe(f"{state.note}\n\n{decision.text}"))
