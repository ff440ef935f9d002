"""What verbs print: JSON as one UTF-8 document, tables in the terminal's width."""

import json
import re
import shutil
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import click

from paperreader.domain.dates import KnownDate
from paperreader.domain.differences import Difference, Kind
from paperreader.domain.entry import Entry, FiledPaper
from paperreader.domain.listing import DateCount, ListedPaper


def print_json(value: Any) -> None:
    """Print a value as one JSON document, in UTF-8 whatever the terminal speaks; each item of a list on a line."""
    # The encoder in C does not indent, and one in Python would be what a script waits for.
    if isinstance(value, list):
        text = f"[{','.join(f'{chr(10)}{_dump(item)}' for item in value)}\n]\n"
    else:
        text = _dump(value) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="replace"))
    sys.stdout.buffer.flush()


def _dump(value: Any) -> str:
    """A value as a line of JSON, in which what could act on a terminal is escaped beyond what JSON asks for."""
    text = json.dumps(value, ensure_ascii=False)
    return _ACTING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


_ACTING = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""DEL, the C1 controls, and what ends lines or reorders text; JSON itself escapes the C0 controls."""


def print_table(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
    """Print rows in columns, those of `right` aligned to the right; on a terminal the last is cut to the width."""
    for line in table(rows, right):
        click.echo(line)


def table(rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """The lines that `print_table` prints."""
    from rich.cells import cell_len  # 15 ms that only tables need

    lines = [list(row) for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    texts = []
    for line in lines:
        cells = [
            cell.rjust(width) if index in right else cell + " " * (width - cell_len(cell))
            for index, (cell, width) in enumerate(zip(line, widths, strict=True))
        ]
        text = "  ".join(cells).rstrip()
        texts.append(cut_to(text, limit) if limit else text)
    return texts


def cut_to(text: str, columns: int) -> str:
    """A line that is no wider than so many columns of a terminal; where it was, it ends in an ellipsis."""
    from rich.cells import cell_len, set_cell_size

    return text if cell_len(text) <= columns else set_cell_size(text, columns - 1).rstrip() + "…"


def remark(text: str) -> None:
    """Print a line for people, beside the result."""
    from paperreader.domain.text import clean_line

    with suppress(OSError):  # the result counts, whether or not stderr takes a remark
        click.echo(clean_line(text), err=True)


def print_differences(changes: Iterable[Difference]) -> None:
    """Print papers, listings and the like, and what changes of each, one a line."""
    from paperreader.domain.text import clean_line

    rows = [
        (clean_line(change.key, 60), clean_line(", ".join(change.changes), 200), clean_line(change.title or ""))
        for change in changes
    ]
    if rows:
        print_table(rows)


def differences_json(changes: Sequence[Difference]) -> dict[str, Any]:
    """What changes, by what it is about: `papers`, `listings`, `identities`, `shelves`, `other_documents`."""
    return {
        kind.several.replace(" ", "_"): [
            {"key": change.key, "title": change.title, "changes": list(change.changes)}
            for change in changes
            if change.kind is kind
        ]
        for kind in Kind
    }


def entry_json(entry: Entry) -> dict[str, Any]:
    """A paper as `list` and `show` give it; what is not known is null."""
    paper, state = entry.paper, entry.state
    return {
        "key": paper.key,
        "ids": list(paper.identifiers),
        "title": paper.title or None,
        "abstract": paper.abstract or None,
        "authors": list(paper.authors) if paper.authors is not None else None,
        "published": iso(paper.published),
        "categories": list(paper.categories) if paper.categories is not None else None,
        "version": paper.version,
        "standing": paper.standing,
        "status": state.status.value,
        "starred": state.starred,
        "tags": list(state.tags),
        "note": state.note or None,
        "decided_at": iso(state.decided_at),
        "listings": places_json(entry.listed, entry.files),
        "links": paper.links(),
    }


def places_json(listed: Iterable[ListedPaper], files: Iterable[FiledPaper]) -> list[dict[str, Any]]:
    """The places of a paper in dated lists and in imported files."""
    return [*map(_listed_json, listed), *map(_in_file_json, files)]


def _listed_json(listed: ListedPaper) -> dict[str, Any]:
    """A place in a dated list."""
    return {
        "feed": listed.listing.feed,
        "date": iso(listed.listing.date),
        "date_guessed": listed.listing.guessed,
        "rank": listed.rank,
        "upvotes": listed.upvotes,
        "comments": listed.comments,
        "announced": listed.announced,
    }


def _in_file_json(filed: FiledPaper) -> dict[str, Any]:
    """A place in an imported file, which is on no date, in the same form."""
    return {
        "feed": filed.file.feed,
        "date": None,
        "date_guessed": False,
        "rank": filed.rank,
        "upvotes": filed.upvotes,
        "comments": filed.comments,
        "announced": None,
    }


def date_json(count: DateCount) -> dict[str, Any]:
    """A date as `dates` gives it."""
    return {
        "date": iso(count.date),
        "date_guessed": count.guessed,
        "papers": count.papers,
        "unread": count.unread,
        "starred": count.starred,
        "feeds": list(count.feeds),
    }


def guessed_date(day: date | None, guessed: bool) -> str:
    """An ISO date, with a question mark while its year is a guess."""
    return f"{day.isoformat()}{'?' if guessed else ''}" if day else "-"


def iso(value: KnownDate | None) -> str | None:
    """A date as far as it is known, or a time in UTC, as JSON has it."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value.isoformat() if value else None
