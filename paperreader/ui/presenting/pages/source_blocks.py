"""The list of sources on the page of a paper that has several."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from paperreader.domain.dates import near_date
from paperreader.domain.entry import Entry
from paperreader.domain.grouping import JoinReason
from paperreader.domain.identifiers import scheme_of
from paperreader.domain.import_result import is_page
from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.services.sources import SCHEMES, Source, can_split
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.widgets.blocks import Block

MOST = 8
"""Sources that are listed; further ones are counted."""


def source_blocks(sources: Sequence[Source], count: int, entry: Entry, commands: Iterable[Command]) -> Iterator[Block]:
    """The sources of a paper; `sources` is empty if reading them all would take too long."""
    yield Block(Safe(""))
    yield Block(Safe(f"{count:,} sources{_how_to_split(tuple(commands)) if can_split(sources) else ''}"), "facts")
    for number, source in enumerate(sources[:MOST], 1):
        label = f"{number}  "
        yield Block(_description(source, entry, is_first=number == 1), "facts", label=Safe(label))
        if source.why:
            beside = f"same paper as source {source.beside}: " if source.beside != 1 else ""
            yield Block(reduce_cells(clean_line(f"{beside}{source.why}")), "facts", label=Safe(" " * len(label)))
    if more := count - len(sources[:MOST]):
        which = f"{more:,} more" if sources else "all of them"
        yield Block(reduce_cells(clean_line(f"paperreader show {entry.paper.key} --sources lists {which}")), "facts")


def _how_to_split(commands: tuple[Command, ...]) -> str:
    """How to split the paper: by a key, or with the palette."""
    split = next(command for command in commands if command.id == "split_paper")
    way = (
        f"{key_of(split.id, commands)} splits it"
        if split.keys
        else f"{split.name} ({key_of('command_palette', commands)})"
    )
    return f" · not one paper? {way}"


def _description(source: Source, entry: Entry, *, is_first: bool) -> Safe:
    """Where and when a source listed the paper, and how its text differs from the shown text."""
    capture, shown = source.capture, entry.paper
    parts = [
        *_places(source, entry.newest.listing.date if entry.newest else None),
        *(_id(name, capture.version) for name in capture.ids),
    ]
    if not capture.ids:
        parts.append("no id")
    if capture.title and capture.title != shown.title:
        parts.append(f"“{capture.title}”")
    if not capture.abstract:
        parts.append("no abstract")
    elif capture.abstract == shown.abstract:
        parts += ["shown above"] if is_first else []
    elif source.reason is not JoinReason.TEXT:
        parts.append("another abstract")
    return reduce_cells(clean_line(" · ".join(parts), 500))


def _places(source: Source, beside: date | None) -> Iterator[str]:
    """The feeds that listed the paper, each with its newest date, and the files that contain it."""
    dates: dict[str, list[str]] = {}
    for place in source.listed:
        listing = place.listing
        day = f"{near_date(listing.date, beside)}{'?' if listing.guessed else ''}"
        dates.setdefault("papers page" if is_page(listing.feed) else listing.feed, []).append(day)
    for feed, days in dates.items():
        more = len(set(days)) - 1
        yield f"{feed}, {days[0]}{f' and {more:,} more' if more else ''}"
    yield from dict.fromkeys(filed.file.name for filed in source.files)


def _id(name: str, version: int | None) -> str:
    """An id in its usual form: `arXiv 2503.01234v2`, `DOI 10.1000/x`."""
    scheme, _, value = name.partition(":")
    return f"{SCHEMES.get(scheme_of(name), scheme)} {value}{f'v{version}' if version and scheme == 'arxiv' else ''}"
