"""What stands in the pane of the papers while it has none: why, what would fill it, and which key does that."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

from paperreader.domain.dates import long_date
from paperreader.domain.history import describe_counts
from paperreader.domain.lists import ImportedFile, Place, SavedShelf, Shelf, SimilarList, TagList
from paperreader.domain.text import Safe, clean_line
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.widgets.row_pane import EmptyLine

if TYPE_CHECKING:
    from paperreader.services.searching.nearest_query import NearestQuery


def nothing_here(place: Place, commands: Sequence[Command], *, has_papers: bool) -> list[EmptyLine]:
    """The lines of an empty list; `has_papers`: whether the library has any."""
    bring = [
        _key_line("fetch", "fetches the newest list", commands),
        _key_line("import_papers", "imports files", commands),
    ]
    if not has_papers:
        return [_line("No papers yet", "title-current"), [], *bring]
    match place:
        case Shelf.UNREAD | Shelf.FOR_YOU:
            return [_line("Every paper is decided", "title-current"), [], *bring]
        case Shelf.STARRED:
            filled_by = _key_line("star", "stars the paper under the cursor", commands)
            return [_line("No paper is starred yet", "title-current"), [], filled_by]
        case Shelf.LATER:
            filled_by = _key_line("later", "keeps the paper under the cursor for later", commands)
            return [_line("No paper is kept for later", "title-current"), [], filled_by]
        case SavedShelf():
            return [
                _line(f"No paper matches {clean_line(place.name)}", "title-current"),
                [],
                _line("Papers that match come here by themselves."),
                _key_line("remove_shelf", "removes the shelf; its papers stay", commands),
            ]
        case TagList():
            filled_by = _key_line("tags", "edits the tags of the paper under the cursor", commands)
            return [_line(f"No paper has the tag #{place.name} any more", "title-current"), [], filled_by]
        case SimilarList():
            return [
                _line("No paper of the library is like it", "title-current"),
                [],
                _key_line("clear", "goes back to the list", commands),
            ]
        case date():
            return [_line(f"{long_date(place)} has no papers any more", "title-current"), [], *bring]
        case ImportedFile() | Shelf():
            return [_line("This list has no papers any more", "title-current"), [], *bring]


def nothing_found(
    query: str,
    where: str,
    problem: str,
    nearest: NearestQuery | None,
    papers: int | None,
    commands: Sequence[Command],
    *,
    is_everywhere: bool,
    is_open: bool,
) -> list[EmptyLine]:
    """The lines of a filter that finds nothing. `where` is the list, as in "on Fri 14 Mar 2025".

    `problem` is what is wrong with the query, `papers` the number of papers of the library (None: this list has all),
    `is_open` whether the query is still being typed.
    """
    place = "of the library" if is_everywhere else where
    lines = [
        _line(f"No paper {place} matches"),
        _line(query, "title-current"),
    ]
    if problem:
        lines.append(_line(problem, "warning"))
    if nearest:
        found = f"{describe_counts(nearest.here)} here"
        if not is_everywhere and nearest.everywhere:
            found += f", {nearest.everywhere:,} in the library"
        key = key_of("complete", commands) if is_open else "Nearest:"
        lines.append([(Safe(f"{key}  "), "unread"), (clean_line(nearest.text), "title"), (Safe(f"   {found}"), "fact")])
    lines.append([])
    if papers is not None and not is_everywhere and is_open:
        lines.append(_key_line("filter_widen", f"searches all {papers:,} papers", commands))
    lines.append(_key_line("clear", "clears the filter and goes back", commands))
    return lines


def in_place(place: Place, name: str) -> str:
    """A list as a sentence names it."""
    return f"on {name}" if isinstance(place, date) else f"in {name}"


def _line(text: str, role: str = "fact") -> EmptyLine:
    return [(clean_line(text), role)]


def _key_line(name: str, effect: str, commands: Sequence[Command]) -> EmptyLine:
    return [(Safe(f"{key_of(name, commands)}  "), "unread"), (Safe(effect), "fact")]
