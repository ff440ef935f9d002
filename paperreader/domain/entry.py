"""An entry: a paper with its places in listings and files, and its reading state."""

from dataclasses import dataclass
from datetime import date

from paperreader.domain.listing import ListedPaper
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import ReadingState


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """The place of a paper in an imported file. Ranks count from 1; unknown figures are None."""

    file: ImportedFile
    rank: int
    upvotes: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper, its places in listings (newest date first), and its reading state."""

    paper: Paper
    listed: tuple[ListedPaper, ...]
    state: ReadingState
    files: tuple[FiledPaper, ...] = ()
    """The places of the paper in imported files."""

    @property
    def newest(self) -> ListedPaper | None:
        """The place in the newest listing, if there is one."""
        return self.listed[0] if self.listed else None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates of the listings, newest first, each once."""
        return tuple(dict.fromkeys(listed.listing.date for listed in self.listed))

    @property
    def upvotes(self) -> int | None:
        """The largest count of upvotes from a listing or file."""
        counts = (*(place.upvotes for place in self.listed), *(place.upvotes for place in self.files))
        return max((upvotes for upvotes in counts if upvotes is not None), default=None)

    @property
    def comments(self) -> int | None:
        """The largest count of comments from a listing or file."""
        counts = (*(place.comments for place in self.listed), *(place.comments for place in self.files))
        return max((comments for comments in counts if comments is not None), default=None)
