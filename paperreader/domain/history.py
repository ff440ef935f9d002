"""One action of the user: the papers it touched, before and after, so that it can be taken back."""

from dataclasses import dataclass
from datetime import datetime

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingState


@dataclass(frozen=True, slots=True)
class StateChange:
    """What an action did to one paper."""

    key: PaperKey
    before: ReadingState
    after: ReadingState


@dataclass(frozen=True, slots=True)
class Action:
    """One journalled action: its number in the history, when (UTC), from which window, and what it did.

    `seq` is 0 for an action that changed nothing, which is not journalled.
    """

    seq: int
    at: datetime
    window: str
    name: str
    changes: tuple[StateChange, ...]
    undoes: int | None = None
    conflicts: tuple[PaperKey, ...] = ()
    """The papers that an undo left alone, because they were changed since."""
