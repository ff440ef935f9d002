"""An entry: a paper together with its places in listings and what the user decided about it."""

from dataclasses import dataclass
from datetime import date

from paperreader.domain.listing import ListedPaper
from paperreader.domain.paper import Paper
from paperreader.domain.places import ImportedFile
from paperreader.domain.reading import ReadingState


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A paper's place in an imported file; ranks count from 1, figures that the file lacks are None."""

    file: ImportedFile
    rank: int
    upvotes: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A paper, where it was listed (newest date first), and its reading state."""

    paper: Paper
    listed: tuple[ListedPaper, ...]
    state: ReadingState
    files: tuple[FiledPaper, ...] = ()
    """Its places in the imported files that hold it."""

    @property
    def newest(self) -> ListedPaper | None:
        """The paper's place in its newest listing, if it is in any."""
        return self.listed[0] if self.listed else None

    @property
    def dates(self) -> tuple[date, ...]:
        """The dates that listed the paper, newest first, once each."""
        return tuple(dict.fromkeys(listed.listing.date for listed in self.listed))

    @property
    def upvotes(self) -> int | None:
        """The largest count of upvotes that any listing or file gave."""
        counts = (*(place.upvotes for place in self.listed), *(place.upvotes for place in self.files))
        return max((upvotes for upvotes in counts if upvotes is not None), default=None)
