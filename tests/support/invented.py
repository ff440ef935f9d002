"""Invented papers and page dumps: titles and abstracts of any number and length, the same for the same seed."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_NOUNS = (
    "lanterns", "harbours", "clocks", "orchards", "bridges", "kites", "glaciers", "looms", "beacons", "ferries",
    "quarries", "mirrors", "canals", "pendulums", "granaries", "compasses", "windmills", "aqueducts", "telescopes",
)  # fmt: skip
_VERBS = ("measures", "predicts", "sorts", "repairs", "compares", "counts", "mends", "routes", "schedules", "weighs")
_ADJECTIVES = (
    "brass", "tidal", "sparse", "hollow", "woven", "silent", "northern", "gilded", "folding", "restless", "amber",
    "drifting", "nested", "patient", "crooked", "lunar",
)  # fmt: skip

HEADER = ("new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community")
"""The lines before the date of a page dump."""
DATE = "Mar 14"


class Item(NamedTuple):
    """An entry of a page."""

    title: str
    abstract: str


def prose(seed: int, length: int) -> str:
    """Sentences of exactly so many characters, the last of which is a full stop."""
    chance = random.Random(f"prose {seed}")
    parts: list[str] = []
    size = 0
    while size < length:
        words = [chance.choice(choice) for choice in (_ADJECTIVES, _NOUNS, _VERBS, _ADJECTIVES, _NOUNS)]
        sentence = f"This {' '.join(words)} in {chance.randint(2, 99)} trials."
        parts.append(sentence)
        size += len(sentence) + 1
    return f"{' '.join(parts)[: length - 2].rstrip()}".ljust(length - 1, "x") + "."


def headline(seed: int) -> str:
    """A title, another one for each of the first few thousand seeds."""
    chance = random.Random(f"headline {seed}")
    one, other = chance.sample(_NOUNS, 2)
    return f"{chance.choice(_ADJECTIVES).capitalize()} {one.capitalize()} {seed}: How {other.capitalize()} Mend"


def items(count: int, length: int = 1_400) -> list[Item]:
    """Entries with abstracts of about this length (as many characters, up to a tenth more)."""
    return [Item(headline(seed), prose(seed, length + seed * 37 % max(1, length // 10))) for seed in range(count)]


def page_lines(entries: Iterable[Item], date: str = DATE) -> list[str]:
    """The lines of a page dump that hold text."""
    return [*HEADER, date, *(line for entry in entries for line in entry if line)]


def dump(lines: Sequence[str], newline: str = "\n\n") -> bytes:
    """The bytes of a page dump: no newline at its end."""
    return newline.join(lines).encode()
