"""The summary of a date whose papers are all decided: the decisions, the time, and what comes next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from paperreader.domain.dates import long_date
from paperreader.domain.history import describe_counts
from paperreader.domain.listing import DateCount
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe, reduce_cells
from paperreader.services.pace import describe_rest, describe_time
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.presenting.bars import Decided
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.blocks import Block, PageContent

_BLANK = Block(Safe(""))
_STATUSES = (ReadingStatus.LATER, ReadingStatus.READ, ReadingStatus.SKIPPED)


@dataclass(frozen=True, slots=True)
class DateSummary:
    """What the summary of a date says."""

    name: Safe
    """The name of the date."""
    decided: Decided
    titles: Mapping[str, Sequence[Safe]]
    """The first titles, by sign."""
    seconds: float
    """The time that the decisions took; 0 if it is unknown."""
    pace: float | None
    """The user's usual seconds for a paper."""
    following: DateCount | None
    """The next date with unread papers; None if there is none."""
    later: int
    """The papers kept for later in the whole library."""
    starred: int
    """The starred papers of the whole library."""


def next_date(day: date, dates: Iterable[DateCount]) -> DateCount | None:
    """The next older date with unread papers, else the newest date with unread papers; None if there is none."""
    unread = [count for count in dates if count.unread and count.date != day]
    older = [count for count in unread if count.date < day]
    return max(older or unread, key=lambda count: count.date, default=None)


def summary_page(summary: DateSummary, commands: Sequence[Command]) -> PageContent:
    """The summary as a page."""
    decided = summary.decided
    lines = [Block(Safe(f"{summary.name} is done"), "title"), Block(_time(summary), "facts"), _BLANK]
    counts = [(STAR_SIGN, decided.starred, "starred")]
    counts += [(STATUS_SIGNS[status], decided.statuses.get(status, 0), status.value) for status in _STATUSES]
    for sign, count, name in counts:
        titles = " · ".join(summary.titles.get(sign, ()))
        lines.append(Block(reduce_cells(Safe(titles or " ")), "facts", label=Safe(f"{sign} {count:>5,}  {name:<9} ")))
    lines += [_BLANK, Block(Safe("Next"), "title")]
    lines += [Block(Safe(text), "text", label=Safe(f"{keys:<10} ")) for keys, text in _next(summary, commands)]
    return PageContent(text=tuple(lines))


def _time(summary: DateSummary) -> Safe:
    papers = summary.decided.papers
    parts = [describe_counts(papers)]
    if summary.seconds and papers:
        parts[0] += f" in {describe_time(summary.seconds)}"
        parts.append(f"{describe_time(summary.seconds / papers)} a paper")
    if summary.pace:
        parts.append(f"your usual pace is {describe_time(summary.pace)}")
    return Safe(" · ".join(parts))


def _next(summary: DateSummary, commands: Sequence[Command]) -> Iterator[tuple[str, str]]:
    """The keys that lead on, and what they do."""

    def keys(*names: str) -> str:
        return "  ".join(key_of(name, commands) for name in names)

    if count := summary.following:
        left = f"{count.unread:,} of {count.papers:,} left {describe_rest(count.unread, summary.pace)}".rstrip()
        yield (
            keys("advance", "next_unread"),
            f"{long_date(count.date)}{'?' if count.guessed else ''}   {left}",
        )
    else:
        yield keys("fetch"), "fetch new papers; no date has unread papers"
    if summary.later:
        yield keys("pane_left"), f"the shelf Later has {describe_counts(summary.later)}"
    if summary.starred:
        yield keys("export"), f"export the {describe_counts(summary.starred)} that you starred"
    yield keys("undo"), "undo the last decision"
