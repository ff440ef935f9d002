"""Describes the differences between two reading states in words."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum

from paperreader.domain.reading_state import ReadingState


class Kind(Enum):
    """What differs: the word for one, and the plural."""

    PAPER = ("paper", "papers")
    LISTING = ("listing", "listings")
    PAIR = ("identity", "identities")
    SHELF = ("shelf", "shelves")
    RULE = ("rule", "rules")
    OTHER = ("other document", "other documents")

    def __init__(self, one: str, several: str) -> None:
        self.one, self.several = one, several


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs about one paper, listing or the like. `title` is the title of a known paper."""

    kind: Kind
    key: str
    title: str | None
    changes: tuple[str, ...]


def describe_kinds(kinds: Iterable[Kind]) -> str:
    """The number of each kind: `0 papers`, `2 papers, 1 listing`."""
    numbers = Counter(kinds) or Counter({Kind.PAPER: 0})
    counts = [(numbers[kind], kind) for kind in Kind if kind in numbers]
    return ", ".join(f"{number:,} {kind.one if number == 1 else kind.several}" for number, kind in counts)


def differences(before: ReadingState, after: ReadingState) -> tuple[str, ...]:
    """The changes from one state to another: `star`, `unread → later`, `+tag`, `note changed`, `rule mute gan`."""
    parts: list[str] = []
    if before.starred != after.starred:
        parts.append("star" if after.starred else "no star")
    if before.status != after.status:
        parts.append(f"{before.status} → {after.status}")
    parts += [f"+{tag}" for tag in after.tags if tag not in before.tags]
    parts += [f"-{tag}" for tag in before.tags if tag not in after.tags]
    if before.note != after.note:
        parts.append("note added" if not before.note else "note changed" if after.note else "note removed")
    parts += [f"rule {name}" for name in after.rules if name not in before.rules]
    parts += [f"no rule {name}" for name in before.rules if name not in after.rules]
    return tuple(parts) or ("only the time of the decision",)
