"""One action of the user: the papers it touched, before and after, so that it can be taken back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.places import SavedShelf
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
class DateChange:
    """What an action did to the date of one listing; None where that is not known."""

    name: ListingName
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """What an action did to one saved shelf: the texts of its query; None where there is no such shelf."""

    shelf: SavedShelf
    before: str | None
    after: str | None


class PairKind(StrEnum):
    """What the user decided about two names."""

    SAME = "same"
    """They are of one paper."""
    DISTINCT = "distinct"
    """They are of two papers."""


@dataclass(frozen=True, slots=True)
class PairChange:
    """What an action did to a pair of names: whether the user had this pair before and after."""

    kind: PairKind
    one: str
    other: str
    before: bool
    after: bool


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
    decision: str
    """What the decision is called that it made, took back or made again."""
    changes: tuple[StateChange, ...]
    undoes: int | None = None
    """The action that this one takes back."""
    conflicts: tuple[PaperKey, ...] = ()
    """The papers that an undo left alone, or was refused for, because they were changed since."""
    moves: tuple[DateChange, ...] = ()
    """What it did to the dates of listings."""
    pair_changes: tuple[PairChange, ...] = ()
    """What it did to the user's pairs of names."""
    date_conflicts: tuple[ListingName, ...] = ()
    """The listings that an undo left alone, or was refused for, because their dates were changed since."""
    shelves: tuple[ShelfChange, ...] = ()
    """What it did to saved shelves."""
    shelf_conflicts: tuple[SavedShelf, ...] = ()
    """The saved shelves that an undo left alone, or was refused for, because they were changed since."""
    was_refused: bool = False
    """Whether nothing was done because of what was changed since."""
    joined_notes: tuple[PaperKey, ...] = ()
    """The papers whose note was put behind one that somebody wrote meanwhile, so that both are kept."""

    @property
    def papers(self) -> list[PaperKey]:
        """The keys of the papers that it changed, and the names in the pairs that it changed."""
        return _papers((change.key for change in self.changes), self.pair_changes)

    @property
    def concerns_catalogue(self) -> bool:
        """Whether the catalogue has to follow it."""
        return bool(self.moves or self.pair_changes)


@dataclass(frozen=True, slots=True)
class PastAction:
    """An action of the history: its number, when (UTC), from which window, what, and about what."""

    id: int
    at: datetime
    window: str
    name: str
    decision: str
    """What the decision is called that it made, took back or made again."""
    keys: tuple[PaperKey, ...]
    undone_by: int | None = None
    """The action that took it back, where it does not stand."""
    undoes: int | None = None
    """The action that this one takes back."""
    moves: tuple[DateChange, ...] = ()
    """What it did to the dates of listings."""
    shelves: tuple[ShelfChange, ...] = ()
    """What it did to saved shelves."""
    pair_changes: tuple[PairChange, ...] = ()
    """What it did to the user's pairs of names."""

    @property
    def papers(self) -> list[PaperKey]:
        """The keys of the papers that it changed, and the names in the pairs that it changed."""
        return _papers(self.keys, self.pair_changes)


def _papers(keys: Iterable[PaperKey], pairs: Iterable[PairChange]) -> list[PaperKey]:
    return list(dict.fromkeys((*keys, *(PaperKey(name) for pair in pairs for name in (pair.one, pair.other)))))


def counted(papers: int, listings: int = 0, shelves: int = 0) -> str:
    """How much an action is about: `1 paper`, `2 listings`, `1 shelf`, `3 papers and 1 listing`."""
    numbers = ((papers, "paper", "papers"), (listings, "listing", "listings"), (shelves, "shelf", "shelves"))
    parts = [_count(number, one, many) for number, one, many in numbers if number]
    return " and ".join(parts) or _count(0, "paper", "papers")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
