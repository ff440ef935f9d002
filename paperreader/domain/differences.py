"""What lies between two reading states of a paper, in words."""

from dataclasses import dataclass

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import ReadingState


@dataclass(frozen=True, slots=True)
class Difference:
    """A paper, its title as far as it is known, and what changes of it."""

    key: PaperKey
    title: str | None
    changes: tuple[str, ...]


def differences(before: ReadingState, after: ReadingState) -> tuple[str, ...]:
    """The changes from one state to another: `star`, `no star`, `unread → later`, `+tag`, `-tag`, `note changed`."""
    parts = []
    if before.starred != after.starred:
        parts.append("star" if after.starred else "no star")
    if before.status != after.status:
        parts.append(f"{before.status} → {after.status}")
    parts += [f"+{tag}" for tag in after.tags if tag not in before.tags]
    parts += [f"-{tag}" for tag in before.tags if tag not in after.tags]
    if before.note != after.note:
        parts.append("note added" if not before.note else "note changed" if after.note else "note removed")
    return tuple(parts) or ("only when it was decided",)
