"""Printing of results: JSON as one UTF-8 document, tables cut to the terminal's width, remarks on stderr."""

import json
import re
import shutil
import sys
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any

import click

from paperreader.domain.text import clean_line

_UNSAFE = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that JSON permits and a terminal obeys: DEL, C1 controls, line separators, bidi controls."""


def print_json(value: Any) -> None:
    """Print a value as one JSON document in UTF-8, whatever the terminal's encoding; one line for each list item."""
    # json's C encoder cannot indent, and its Python encoder is slow.
    if isinstance(value, list):
        text = f"[{','.join(f'{chr(10)}{_dump(item)}' for item in value)}\n]\n"
    else:
        text = _dump(value) + "\n"
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode(errors="replace"))
    sys.stdout.buffer.flush()


def _dump(value: Any) -> str:
    """A value as one line of JSON, safe to print on a terminal."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def print_table(rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> None:
    """Print rows in aligned columns; `right` has the numbers of right-aligned columns."""
    for line in table(rows, right):
        click.echo(line)


def table(rows: Iterable[Sequence[str]], right: Collection[int] = ()) -> list[str]:
    """The lines of a table; on a terminal they are cut to its width."""
    from rich.cells import cell_len  # 15 ms that JSON output need not spend

    lines = list(rows)
    widths = [max(map(cell_len, column)) for column in zip(*lines, strict=True)]
    limit = shutil.get_terminal_size().columns if sys.stdout.isatty() else sys.maxsize
    texts = []
    for line in lines:
        cells = []
        for column, (cell, width) in enumerate(zip(line, widths, strict=True)):
            padding = " " * (width - cell_len(cell))
            cells.append(padding + cell if column in right else cell + padding)
        texts.append(cut_to("  ".join(cells).rstrip(), limit))
    return texts


def cut_to(text: str, columns: int) -> str:
    """A line cut to a number of terminal columns; an ellipsis marks the cut."""
    from rich.cells import cell_len, set_cell_size  # 15 ms that JSON output need not spend

    return text if cell_len(text) <= columns else set_cell_size(text, columns - 1).rstrip() + "…"


def remark(text: str) -> None:
    """Print a line on stderr, beside the result."""
    with suppress(OSError):  # the result matters, even if stderr fails
        click.echo(clean_line(text), err=True)


def guessed_date(day: date | None, guessed: bool) -> str:
    """An ISO date; a question mark says that the year is a guess, a dash that the date is unknown."""
    return f"{day.isoformat()}{'?' if guessed else ''}" if day else "-"


def count_of(number: int, noun: str) -> str:
    """A number with its noun: `1 paper`, `2,000 papers`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
