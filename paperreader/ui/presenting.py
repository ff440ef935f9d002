"""From the domain's values to what the panes show: rows, blocks and bars."""

from collections.abc import Iterable, Iterator
from datetime import date

from paperreader.domain.dates import MONTHS, date_beside, day_label, long_date, month_label
from paperreader.domain.entry import Entry
from paperreader.domain.history import Action, PastAction
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.latex import readable
from paperreader.domain.listing import DateCount
from paperreader.domain.paper import url_spans
from paperreader.domain.places import Place, Shelf
from paperreader.domain.reading import ReadingState
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.library import Counts
from paperreader.ui.commands import Command, key_label
from paperreader.ui.marking import Marker
from paperreader.ui.signs import RETURNED_SIGN, SHELVES, STAR_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.date_list import DateRow
from paperreader.ui.widgets.paper_list import PaperRow
from paperreader.ui.widgets.paper_page import Block
from paperreader.ui.widgets.timeline_list import TimelineRow

WIDE = 70
"""Columns from which on the header has room for everything."""
_DONE = {
    "star": "starred", "unstar": "star taken off", "read": "read", "unread": "unread again", "later": "kept for later",
    "skip": "skipped", "tag": "tags changed", "note": "note changed", "mark all read": "marked as read",
    "restore": "restored", "write": "changed by a program",
}  # fmt: skip
_AGAIN = {"undo": "taken back", "redo": "done again"}
_NOTHING = {"undo": "nothing to take back", "redo": "nothing was taken back that could be done again"}
_CURES = {"undo": " · ^r does it again", "redo": " · u takes it back"}


def done_name(name: str) -> str:
    """What a decision did, in words, by the name it has in the history."""
    return _DONE.get(name, name)


def date_rows(counts: Counts) -> list[DateRow]:
    """The shelves, then the dates under their months."""
    rows = [
        DateRow(Safe(f"{sign} {name}"), Safe(f"{counts.shelves[shelf]:,}"), shelf, is_done=counts.shelves[shelf] == 0)
        for shelf, (sign, name) in SHELVES.items()
    ]
    month = None
    for count in counts.dates:
        if (count.date.year, count.date.month) != month:
            month = (count.date.year, count.date.month)
            rows.append(DateRow(Safe(month_label(count.date))))
        rows.append(
            DateRow(
                label=Safe(f"{day_label(count.date)}{'?' if count.guessed else ''}"),
                figures=Safe(f"{count.papers:>6,} {count.unread:>6,}"),
                place=count.date,
                is_done=count.unread == 0,
            )
        )
    return rows


def place_name(place: Place, counts: Counts) -> Safe:
    """The heading of a place."""
    if isinstance(place, Shelf):
        return Safe(SHELVES[place][1])
    count = count_of(place, counts)
    return Safe(f"{long_date(place)}{'?' if count and count.guessed else ''}")


def count_of(day: date, counts: Counts) -> DateCount | None:
    """The figures of a date."""
    return next((count for count in counts.dates if count.date == day), None)


def header(place: Place, counts: Counts, width: int) -> tuple[list[Span], list[Span]]:
    """The header: where one is, and how much is left there; in few columns without the program's name."""
    name = place_name(place, counts)
    left = (
        [Span(Safe(" paperreader"), "strong"), Span(Safe(f" · {name}"))] if width >= WIDE else [Span(Safe(f" {name}"))]
    )
    if isinstance(place, Shelf):
        figures = [_papers(counts.shelves[place]), f"{counts.shelves[Shelf.UNREAD]:,} unread in all"]
    else:
        count = count_of(place, counts) or DateCount(place, False, 0, 0, 0, ())
        figures = [_papers(count.papers), f"{count.unread:,} unread", f"{count.starred:,} ★"]
    return left, [Span(Safe(" · ".join(figures[0 if width >= WIDE else 1 :]) + " "))]


def paper_row(
    title: Safe, state: ReadingState, day: date | None, marker: Marker, returned: date | None = None
) -> PaperRow:
    """A row of the list of a date (or of a shelf); `returned`: the earlier date on which it was decided."""
    shown = reduce_cells(title)
    details = [f"#{tag}" for tag in state.tags]
    if state.note:
        details.append(f"✎ {clean_line(state.note)}")
    return PaperRow(
        title=shown,
        sign=Safe(RETURNED_SIGN if returned else STATUS_SIGNS[state.status]),
        starred=state.starred,
        is_done=not state.is_unread,
        remark=Safe(f"{state.status.value} {date_beside(returned, day)}") if returned else Safe(""),
        second_line=reduce_cells(Safe("  ".join(details))),
        hits=tuple(marker(shown, is_title=True)),
    )


def page_blocks(entry: Entry, day: date | None, marker: Marker, *, as_source: bool) -> list[Block]:
    """One paper as the abstract pane shows it."""
    paper, state = entry.paper, entry.state
    title = reduce_cells(paper.title)
    blocks = [Block(title, "title", tuple(marker(title, is_title=True)))]
    blocks += [Block(text, "facts") for text in _facts(entry, day)]
    if paper.authors is not None:
        names = reduce_cells(Safe(", ".join(paper.authors)))
        blocks.append(Block(names, "facts", tuple(marker(names))))
    if decided := _decided(state, day):
        blocks.append(Block(decided, "decided"))
    if state.note:
        lines = reduce_cells(state.note).split("\n")
        blocks += [Block(Safe(f"{'  ' if index else '✎ '}{line}"), "note") for index, line in enumerate(lines)]
    for paragraph in paper.abstract.split("\n\n") if paper.abstract else ():
        text = reduce_cells(Safe(paragraph) if as_source else readable(Safe(paragraph)))
        blocks += [Block(Safe("")), Block(text, "text", tuple(marker(text)), tuple(url_spans(text)))]
    if not paper.abstract:
        blocks += [Block(Safe("")), Block(Safe("The source gives no abstract."), "facts")]
    links = [(kind, url) for kind, url in paper.links().items() if kind not in ("page", "pdf")]
    if links:
        blocks.append(Block(Safe("")))
    for kind, url in links:
        text = reduce_cells(Safe(f"{kind}: {url}"))
        blocks.append(Block(text, "facts", links=((len(kind) + 2, len(text)),)))
    return blocks


def footer(
    commands: Iterable[Command], position: int, papers: int, width: int, remark: str = "", *, filtering: bool = False
) -> tuple[list[Span], list[Span]]:
    """The keys worth knowing, as many as there is room for, or a remark, and where the cursor stands.

    While the filter bar is open letters are its text, so its own keys are shown.
    """
    place = f"{position:,}/{papers:,} " if papers else "no papers "
    if remark:
        return [Span(Safe(f" {clean_line(remark)}"), "warning")], [Span(Safe(place))]
    heard = (c for c in commands if c.keys and (c.is_in_filter_bar if filtering else c.in_footer))
    shown = [(f" {key_label(command.keys[0])}", f" {command.name.lower()} ") for command in heard]
    room = width - len(place) - 1
    while len(shown) > 1 and sum(len(key) + len(name) for key, name in shown) > room:
        del shown[-2]  # the last one is the help, which shows all the others
    left = [span for key, name in shown for span in (Span(Safe(key), "strong"), Span(Safe(name)))]
    return left, [Span(Safe(place))]


def done_message(action: Action, titles: dict[PaperKey, Safe]) -> Safe:
    """What the status line says after an action."""
    if not action.seq and action.name in _NOTHING and action.undoes is None:
        return Safe(_NOTHING[action.name])
    verb = done_name(action.undone_name or action.name)
    if action.name in _AGAIN:
        verb = f"{_AGAIN[action.name]}: {verb}"
    conflicts = len(action.conflicts)
    left_alone = f"; {_papers(conflicts)} changed elsewhere since and left alone" if conflicts else ""
    if not action.changes:
        return Safe(f"nothing to change{left_alone}")
    cure = _CURES.get(action.name, " · u takes it back")
    if len(action.changes) == 1:
        title = titles.get(action.changes[0].key, Safe(""))
        return Safe(f"{verb}{cure}{left_alone} · {title}")
    return Safe(f"{_papers(len(action.changes))} {verb}{cure}{left_alone}")


def conflict_question(action: Action) -> Safe:
    """What is asked before decisions that were made since are taken back as well."""
    count = len(action.conflicts)
    changed = f"{_papers(count)} {'was' if count == 1 else 'were'} changed since"
    return Safe(f"{changed}:   o take that back too · l leave {'it' if count == 1 else 'them'} alone · Esc do nothing")


def timeline_row(action: PastAction, of: PastAction | None, titles: dict[PaperKey, Safe]) -> TimelineRow:
    """A line of the timeline; `of`: the decision that it took back or made again."""
    at = action.at.astimezone()
    verb = done_name(of.name if of else action.name)
    one = titles.get(action.keys[0], action.keys[0]) if len(action.keys) == 1 else None
    return TimelineRow(
        when=Safe(f"{at.day:>2} {MONTHS[at.month - 1]} {at:%H:%M}"),
        what=Safe(f"{_AGAIN[action.name]}: {verb}" if action.name in _AGAIN else verb),
        about=Safe(one if one is not None else _papers(len(action.keys))),
        window=Safe(action.window),
        is_undone=action.undone_by is not None,
    )


def _papers(count: int) -> str:
    return f"{count:,} paper{'' if count == 1 else 's'}"


def _facts(entry: Entry, day: date | None) -> Iterator[Safe]:
    """Ids, date and figures; then the other dates that list the paper."""
    paper = entry.paper
    facts = [f"arXiv {arxiv}"] if (arxiv := paper.identifier("arxiv")) else []
    facts += [f"DOI {doi}"] if (doi := paper.identifier("doi")) else []
    facts += [] if facts else ["no id known"]
    here = next((place for place in entry.listed if place.listing.date == day), entry.newest)
    if here:
        facts.append(f"{long_date(here.listing.date)}{'?' if here.listing.guessed else ''}")
    if entry.upvotes is not None:
        facts.append(f"▲ {entry.upvotes:,}")
    if paper.published:
        facts.append(f"published {paper.published.isoformat()}")
    if paper.authors is None:
        facts.append("authors unknown")
    yield Safe(" · ".join(facts))
    others = [date_beside(other, here.listing.date) for other in entry.dates if here and other != here.listing.date]
    if others:
        yield Safe(f"also on {', '.join(others)}")


def _decided(state: ReadingState, day: date | None) -> Safe:
    parts = [f"{STAR_SIGN} starred"] if state.starred else []
    if not state.is_unread:
        where = f" ({date_beside(state.decided_in, day)})" if state.decided_in else ""
        parts.append(f"{STATUS_SIGNS[state.status]} {state.status.value}{where}")
    parts += [f"#{tag}" for tag in state.tags]
    return reduce_cells(Safe(" · ".join(parts)))
