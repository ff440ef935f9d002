"""Reads values from the catalogue's columns. Damaged values are cleaned, or read as unknown.

Values that this program wrote are returned as they are.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

from paperreader.domain.dates import KnownDate, parse_iso, parse_known
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.paper import Standing, safe_url, shown_title
from paperreader.domain.text import Safe, clean_block, clean_line

_STANDINGS = frozenset(Standing)


def decode(data: bytes) -> str:
    """Bytes of the file as text. A byte that is not UTF-8 is replaced and does not hide the row."""
    return data.decode(errors="replace")


def text_of(value: object) -> str:
    """A text; bytes are decoded, other values are empty."""
    if isinstance(value, str):
        return value
    return decode(value) if isinstance(value, bytes) else ""


def line_of(value: object) -> Safe:
    """A title or a name, cleaned."""
    text = text_of(value)
    return cast("Safe", text) if text.isprintable() else clean_line(text)


def title_of(value: object, key: object) -> Safe:
    """The title that is shown of the paper with this key."""
    return line_of(value) or shown_title(Safe(""), PaperKey(text_of(key)))


def block_of(value: object) -> Safe:
    """An abstract, cleaned."""
    text = text_of(value)
    return cast("Safe", text) if text.replace("\n", "").isprintable() else clean_block(text)


def names_of(value: object) -> list[Safe] | None:
    """A list of names such as authors; None: unknown."""
    names = _list_of(value)
    return None if names is None else [line_of(name) for name in names]


def first_names_of(value: object, most: int) -> tuple[tuple[Safe, ...] | None, int]:
    """The first of a list of names, and how many there are; None: unknown."""
    names = _list_of(value)
    return (None, 0) if names is None else (tuple(map(line_of, names[:most])), len(names))


def _list_of(value: object) -> list[Any] | None:
    text = text_of(value)
    try:
        found = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def names_in(key: object, also: object) -> tuple[str, ...]:
    """The names that a paper owns, its key first."""
    return text_of(key), *text_of(also).split()


def ids_among(names: Iterable[str]) -> tuple[Identifier, ...]:
    """The names among these that sources gave: arXiv ids and DOIs."""
    return tuple(Identifier(name) for name in names if not name.startswith("text:"))


def object_of(value: object) -> dict[str, Any]:
    """A JSON object; empty if it cannot be read."""
    try:
        found = json.loads(text_of(value) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def addresses_of(links: object) -> Iterator[tuple[str, str]]:
    """The links of a paper that are safe to open: pairs of kind and URL."""
    for kind, url in object_of(links).items() if links else ():
        if isinstance(url, str) and safe_url(url):
            yield clean_line(kind), url


def day_of(value: object) -> date | None:
    """A day; None if it cannot be read."""
    return parse_iso(text_of(value))


def known_date_of(value: object) -> KnownDate | None:
    """A day, a month or a year; None if it cannot be read."""
    return parse_known(text_of(value))


def count_of(value: object) -> int | None:
    """A count or a rank; None if it cannot be read."""
    return value if isinstance(value, int) and value >= 0 else None


def standing_of(value: object) -> Standing | None:
    """A standing, such as `retracted`; None if it is unknown."""
    return Standing(value) if isinstance(value, str) and value in _STANDINGS else None


def numbers_in(text: str, piece: int = 1 << 16) -> array[int]:
    """The numbers in a text like `1,2,3`. It is parsed in pieces of so many characters: other threads run between."""
    numbers, start = array("q"), 0
    while start < len(text):
        end = text.find(",", start + piece)
        end = len(text) if end < 0 else end
        numbers.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return numbers
