"""What the user decided about a paper."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from paperreader.domain.text import Safe, clean_block, clean_line

MAX_TAG = 50
"""Characters of a tag."""
MAX_NOTE = 50_000
"""Characters of a note that is written; one that is already longer, being joined of several, stays whole."""


class ReadingStatus(StrEnum):
    """How far a paper has come with its reader."""

    UNREAD = "unread"
    LATER = "later"
    READ = "read"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ReadingState:
    """What is decided about one paper; `decided_at` (UTC) and `decided_in` (the list's date) are of the last change."""

    status: ReadingStatus = ReadingStatus.UNREAD
    starred: bool = False
    tags: tuple[Safe, ...] = ()
    note: Safe = Safe("")
    decided_at: datetime | None = None
    decided_in: date | None = None

    @property
    def is_unread(self) -> bool:
        """Whether the paper still waits for a decision."""
        return self.status is ReadingStatus.UNREAD

    @property
    def is_kept(self) -> bool:
        """Whether the user put something into it that must outlive the catalogue: a star, tags or a note."""
        return self.starred or bool(self.tags) or bool(self.note)


UNDECIDED = ReadingState()
"""The state of a paper nothing was decided about."""


def make_tag(text: str) -> Safe:
    """A tag as it is stored: cleaned, in lower case, blanks as hyphens, so that `tag:` can name it; may be empty."""
    folded = clean_line(text).casefold().replace(",", " ").replace('"', " ")
    # Folding the case can lengthen a word and undo its normal form, so it is cleaned again, and cut only then.
    return clean_line("-".join(folded.lstrip("#+ \ufe0e\ufe0f").split()), MAX_TAG)


def make_tags(texts: Iterable[str]) -> frozenset[Safe]:
    """The tags that texts stand for, without the empty ones."""
    return frozenset(tag for tag in map(make_tag, texts) if tag)


def make_note(text: str) -> Safe:
    """A note as it is stored: cleaned, its blanks and indents kept, and whole, however long it is."""
    return clean_block(text, 1 << 40, keep_blanks=True)


def too_long(text: str, limit: int) -> str | None:
    """Why a tag or note cannot be stored as it is, if it is longer than its limit: nothing is cut unasked."""
    return f"is longer than {limit:,} characters" if len(text.strip()) > limit else None
