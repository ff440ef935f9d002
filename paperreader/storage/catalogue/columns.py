"""What the catalogue's columns hold, read whatever it is: bytes may have changed on the disk, or come from elsewhere.

What this program wrote passes as it is. What is no text becomes one as far as it can, and is cleaned once more.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, cast

from paperreader.domain.dates import KnownDate, parse_iso, parse_known
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.paper import safe_url, shown_title
from paperreader.domain.text import Safe, clean_block, clean_line

_PRINTED = "".join(character for character in map(chr, range(128)) if character.isprintable()).encode() + b"\n"


def decode(data: bytes) -> str:
    """A text of the file; what is not UTF-8 is replaced, so that a byte costs a character and not the row."""
    return data.decode(errors="replace")


def text_of(value: object) -> str:
    """A column's text; what was stored as bytes is read as one."""
    if isinstance(value, str):
        return value
    return decode(value) if isinstance(value, bytes) else ""


def line_of(value: object) -> Safe:
    """A title or a name; what was stored is clean already."""
    text = text_of(value)
    return cast("Safe", text) if text.isprintable() else clean_line(text)


def title_of(value: object, key: object) -> Safe:
    """The title of the paper with a key, as it is shown."""
    return line_of(value) or shown_title(Safe(""), PaperKey(text_of(key)))


def block_of(value: object) -> Safe:
    """An abstract; what was stored is clean already."""
    text = text_of(value)
    # Of ASCII the same question takes half as long when it is asked of all bytes together.
    is_clean = not text.encode().translate(None, _PRINTED) if text.isascii() else text.replace("\n", "").isprintable()
    return cast("Safe", text) if is_clean else clean_block(text)  # not made one: that would copy it


def names_of(value: object) -> list[Safe] | None:
    """The names of authors, if they are known."""
    text = text_of(value)
    if not text:
        return None
    # As this program wrote it, clean and nothing escaped: then JSON need not be read.
    if text.startswith('["') and text.endswith('"]') and "\\" not in text and text.isprintable():
        plain = text[2:-2].split('", "')
        if text.count('"') == 2 * len(plain):
            return cast("list[Safe]", plain)
    try:
        names = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return [line_of(name) for name in names] if isinstance(names, list) else None


def names_in(key: object, also: object) -> tuple[str, ...]:
    """The names that a paper owns, its key first."""
    return text_of(key), *text_of(also).split()


def ids_among(names: Iterable[str]) -> tuple[Identifier, ...]:
    """Those names of a paper that the world gave it."""
    return tuple(Identifier(name) for name in names if not name.startswith("text:"))


def object_of(value: object) -> dict[str, Any]:
    """What a column holds by names; nothing where that cannot be read."""
    try:
        found = json.loads(text_of(value) or "{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def addresses_of(links: object) -> Iterator[tuple[str, str]]:
    """The safe addresses that sources give, by kind; what has changed on the disk may be anything."""
    for kind, url in object_of(links).items() if links else ():
        if isinstance(url, str) and safe_url(url):
            yield clean_line(kind), url


def day_of(value: object) -> date | None:
    """A day, if it is one."""
    return parse_iso(text_of(value))


def known_date_of(value: object) -> KnownDate | None:
    """A day, a month or a year, if it is one."""
    return parse_known(text_of(value))


def count_of(value: object) -> int | None:
    """A count or a rank, if it is one."""
    return value if isinstance(value, int) and value >= 0 else None
