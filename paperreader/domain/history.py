"""One action of the user: the papers it touched, before and after, so that it can be taken back."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingState


class OnConflict(Enum):
    """What an undo or redo does about papers that were changed since."""

    REFUSE = "refuse"
    """Nothing at all, so that the user can be asked."""
    LEAVE = "leave"
    """It leaves them alone, and names them."""
    OVERWRITE = "overwrite"
    """It takes them back as well."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """What an action did to one paper."""

    key: PaperKey
    before: ReadingState
    after: ReadingState


@dataclass(frozen=True, slots=True)
class Action:
    """One journalled action: its number in the history, when (UTC), from which window, and what it did.

    `seq` is 0 for an action that changed nothing, which is not journalled; one that also takes nothing back found
    nothing to take back.
    """

    seq: int
    at: datetime
    window: str
    name: str
    changes: tuple[StateChange, ...]
    undoes: int | None = None
    """The action that this one takes back."""
    conflicts: tuple[PaperKey, ...] = ()
    """The papers that an undo left alone, or was refused for, because they were changed since."""
    was_refused: bool = False
    """Whether nothing was done because of them."""
    undone_name: str = ""
    """What the decision is called that is taken back or done again."""


@dataclass(frozen=True, slots=True)
class PastAction:
    """An action of the history: its number, when (UTC), from which window, what, about which papers."""

    id: int
    at: datetime
    window: str
    name: str
    keys: tuple[PaperKey, ...]
    undone_by: int | None = None
    """The action that took it back, where it does not stand."""
    undoes: int | None = None
    """The action that this one takes back."""
