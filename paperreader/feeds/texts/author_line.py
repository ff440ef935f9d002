"""Recognises lines of author names in the texts of feeds, and reads the names."""

import re
from collections.abc import Sequence

from paperreader.feeds.texts.names import EASTERN, is_group, read_names

_AND = re.compile(r"\s+(?:and|&|und|et|y)\s+|[,;\u3001\uff0c\uff1b]")
_LABEL = re.compile(r"^\s*(?:(?:authors?|author\(s\)|by|作者)\s*[:\uff1a]\s*|by\s+)", re.IGNORECASE)
_AFFILIATIONS = re.compile(r"\bauthor affiliations?\b.*", re.IGNORECASE | re.DOTALL)
_PARTICLES = frozenset(("al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
                        "la", "le", "ten", "ter", "van", "von", "zu"))  # fmt: skip
_PAREN = re.compile(r"\s?\([^()]*\)")


def names_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The names in author fields, each once."""
    return tuple(dict.fromkeys(read_names(*map(_name_line, lines))))


def are_names(line: str) -> bool:
    """Whether a line consists of at least two names of persons and groups."""
    parts = [part for side in _AND.split(_PAREN.sub("", _name_line(line))) if (part := side.strip())]
    whole = sum(" " in part or EASTERN.search(part) is not None for part in parts)
    return len(parts) > 1 and 2 * whole >= len(parts) and all(map(is_name, parts))


def is_name(text: str) -> bool:
    """Whether a text may be a name or a part of a name: its words begin like the words of a name."""
    if EASTERN.search(text):
        return len(text) < 7
    words = text.split()
    if is_group(text) or len(words) > 6 or any(map(str.isdigit, text)):
        return len(words) < 12 and is_group(text)
    return all(word[0].isupper() or word in _PARTICLES or word[0] in "'’" for word in words)


def _name_line(text: str) -> str:
    """A line of names without its label and the affiliations after it."""
    return _AFFILIATIONS.sub("", _LABEL.sub("", text.replace("\ufeff", ""), count=1), count=1)
