"""The reading state of a paper: status, star, tags and note."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from paperreader.domain.text import Safe, clean_block, clean_line

MAX_TAG = 50
"""Characters in a tag."""
MAX_NOTE = 50_000
"""Characters in a note that the user writes. A note joined from several may be longer."""


class ReadingStatus(StrEnum):
    """The reading status of a paper."""

    UNREAD = "unread"
    LATER = "later"
    READ = "read"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class ReadingState:
    """The decisions about one paper. The time (UTC) and the date of the list belong to the last decision."""

    status: ReadingStatus = ReadingStatus.UNREAD
    starred: bool = False
    tags: tuple[Safe, ...] = ()
    note: Safe = Safe("")
    decided_at: datetime | None = None
    decided_in: date | None = None
    rules: tuple[Safe, ...] = ()
    """The names of the rules that acted on the paper when it arrived."""

    @property
    def is_followed(self) -> bool:
        """Whether a rule follows the paper. Its name says so, so that no list of followed papers is stored."""
        return any(name.startswith(FOLLOW) for name in self.rules)

    @property
    def is_by_rule(self) -> bool:
        """Whether only rules acted on the paper, and the user decided nothing about it."""
        return bool(self.rules) and self.decided_at is None

    @property
    def is_unread(self) -> bool:
        """Whether the paper waits for a decision."""
        return self.status is ReadingStatus.UNREAD

    @property
    def turn(self) -> int:
        """When the paper has its turn in a list with unread papers first: followed 0, unread 1, decided 2."""
        return 2 if not self.is_unread else 0 if self.is_followed else 1

    @property
    def is_kept(self) -> bool:
        """Whether the state must survive the loss of the catalogue: it has a star, tags or a note."""
        return self.starred or bool(self.tags) or bool(self.note)


FOLLOW = "follow "
"""The start of the names of rules that follow papers."""
UNDECIDED = ReadingState()
"""The state of a paper without decisions."""


def make_tag(text: str) -> Safe:
    """A text as a tag: cleaned, lower case, blanks as hyphens, so that `tag:` can name it. It may be empty."""
    folded = clean_line(text).casefold().replace(",", " ").replace('"', " ")
    # Case folding can lengthen a word and undo its normal form. So the text is cleaned again, and only then cut.
    return clean_line("-".join(folded.lstrip("#+ \ufe0e\ufe0f").split()), MAX_TAG)


def make_tags(texts: Iterable[str]) -> frozenset[Safe]:
    """Texts as tags, without empty tags."""
    return frozenset(tag for tag in map(make_tag, texts) if tag)


def make_note(text: str) -> Safe:
    """A text as a note: cleaned, but with all of its length, blanks and indents."""
    return clean_block(text, 1 << 40, keep_blanks=True)


def length_problem(text: str, limit: int) -> str | None:
    """Why a text is too long for a limit, or None. Text of the user is never cut without a question."""
    return f"is longer than {limit:,} characters" if len(text.strip()) > limit else None
