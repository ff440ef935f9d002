"""The actions of the user: what each changed, before and after, so that undo can reverse it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum, StrEnum

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.listing import ListingName
from paperreader.domain.lists import SavedShelf
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import Safe


class OnConflict(Enum):
    """What an undo or redo does with papers that changed later."""

    REFUSE = "refuse"
    """It changes nothing, so that the user can be asked."""
    LEAVE = "leave"
    """It leaves these papers unchanged, and names them."""
    OVERWRITE = "overwrite"
    """It reverses the later changes too."""


@dataclass(frozen=True, slots=True)
class StateChange:
    """The change of the state of one paper."""

    key: PaperKey
    before: ReadingState
    after: ReadingState


@dataclass(frozen=True, slots=True)
class DateChange:
    """The change of the date of one listing. None: the date is unknown."""

    name: ListingName
    before: date | None
    after: date | None


@dataclass(frozen=True, slots=True)
class ShelfChange:
    """The change of the query of a saved shelf. None: the shelf does not exist."""

    shelf: SavedShelf
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class RuleChange:
    """The change of a rule, by its name: whether it existed before and after."""

    name: Safe
    before: bool
    after: bool


class PairKind(StrEnum):
    """The decision of the user about two names."""

    SAME = "same"
    """They belong to one paper."""
    DISTINCT = "distinct"
    """They belong to two papers."""


@dataclass(frozen=True, slots=True)
class PairChange:
    """The change of a pair of names: whether the pair existed before and after."""

    kind: PairKind
    one: str
    other: str
    before: bool
    after: bool


@dataclass(frozen=True, slots=True)
class Action:
    """An action that was just done: its number in the history, its time (UTC), its window, and its changes.

    `seq` is 0 if the action changed nothing; then the journal does not have it. If `undoes` is None too, there was
    nothing to undo.
    """

    seq: int
    at: datetime
    window: str
    name: str
    decision: str
    """The name of the decision that was made, undone or redone."""
    changes: tuple[StateChange, ...]
    undoes: int | None = None
    """The number of the action that this one reverses."""
    conflicts: tuple[PaperKey, ...] = ()
    """The papers that changed later. The undo left them unchanged, or was refused because of them."""
    moves: tuple[DateChange, ...] = ()
    """The changes of dates of listings."""
    pair_changes: tuple[PairChange, ...] = ()
    """The changes of the pairs of names."""
    date_conflicts: tuple[ListingName, ...] = ()
    """The listings that changed later."""
    shelves: tuple[ShelfChange, ...] = ()
    """The changes of saved shelves."""
    shelf_conflicts: tuple[SavedShelf, ...] = ()
    """The saved shelves that changed later."""
    rules: tuple[RuleChange, ...] = ()
    """The changes of rules."""
    rule_conflicts: tuple[Safe, ...] = ()
    """The names of the rules that changed later."""
    was_refused: bool = False
    """Whether an undo was refused because of later changes."""
    joined_notes: tuple[PaperKey, ...] = ()
    """The papers where another window wrote a note meanwhile. Both notes are kept, the new one last."""

    @property
    def papers(self) -> list[PaperKey]:
        """The keys of the changed papers, and the names in the changed pairs."""
        return _papers((change.key for change in self.changes), self.pair_changes)

    @property
    def concerns_catalogue(self) -> bool:
        """Whether the catalogue must be updated after the action."""
        return bool(self.moves or self.pair_changes)


@dataclass(frozen=True, slots=True)
class PastAction:
    """An action in the history: its number, its time (UTC), its window, and what it changed."""

    id: int
    at: datetime
    window: str
    name: str
    decision: str
    """The name of the decision that was made, undone or redone."""
    keys: tuple[PaperKey, ...]
    undone_by: int | None = None
    """The number of the action that reversed this one."""
    undoes: int | None = None
    """The number of the action that this one reverses."""
    moves: tuple[DateChange, ...] = ()
    """The changes of dates of listings."""
    shelves: tuple[ShelfChange, ...] = ()
    """The changes of saved shelves."""
    rules: tuple[RuleChange, ...] = ()
    """The changes of rules."""
    pair_changes: tuple[PairChange, ...] = ()
    """The changes of the pairs of names."""

    @property
    def papers(self) -> list[PaperKey]:
        """The keys of the changed papers, and the names in the changed pairs."""
        return _papers(self.keys, self.pair_changes)


def _papers(keys: Iterable[PaperKey], pairs: Iterable[PairChange]) -> list[PaperKey]:
    return list(dict.fromkeys((*keys, *(PaperKey(name) for pair in pairs for name in (pair.one, pair.other)))))


def describe_counts(papers: int, listings: int = 0, shelves: int = 0, rules: int = 0) -> str:
    """Counts in words: `1 paper`, `2 listings`, `1 shelf`, `3 papers and 1 listing`."""
    numbers = (
        (papers, "paper", "papers"), (listings, "listing", "listings"),
        (shelves, "shelf", "shelves"), (rules, "rule", "rules"),
    )  # fmt: skip
    parts = [_count(number, one, many) for number, one, many in numbers if number]
    return " and ".join(parts) or _count(0, "paper", "papers")


def _count(number: int, one: str, many: str) -> str:
    return f"{number:,} {one if number == 1 else many}"
