"""Many captures that share a title or an id, and how many papers they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from paperreader.domain.dates import PartialDate
from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper

SHORT, LONG = "Editorial", "The Proceedings of the Yearly Meeting on Sundials"
SURNAMES = 800
"""Editors; each writes one editorial a year."""
_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def _words(number: int, count: int) -> str:
    """Words that no other number has."""
    digits = hashlib.sha256(str(number).encode()).hexdigest().translate(_LETTERS)
    return " ".join(digits[start : start + 6] for start in range(0, 6 * count, 6))


def titles(count: int) -> Iterator[ParsedPaper]:
    """Papers of a title each: what floods are held against."""
    for number in range(count):
        yield ParsedPaper(f"On the Sundials of {_words(number, 3)}", f"We look at {_words(number, 5)}.")


def signed_editorials(count: int) -> Iterator[ParsedPaper]:
    """Editorials of which authors and years are known."""
    for number in range(count):
        author = f"Ann {_words(number % SURNAMES, 1).capitalize()}"
        yield ParsedPaper(SHORT, "", authors=(author,), published=PartialDate(1900 + number // SURNAMES))


def unsigned_editorials(count: int) -> Iterator[ParsedPaper]:
    """Editorials without authors, each with a short text of its own."""
    for number in range(count):
        yield ParsedPaper(SHORT, f"{_words(number, 4).capitalize()}.")


def _editorials_that_begin_alike(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(SHORT, f"In this issue of our journal {_words(number, 9)}.")


def _long_title_and_texts(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(LONG, f"{_words(number, 9).capitalize()}.")


def _long_title_and_ids(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(LONG, "", identifiers=(Identifier(f"arxiv:2503.{number:05}"),))


def _long_title_and_authors(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(LONG, "", authors=(f"Ann {_words(number, 3).replace(' ', '').capitalize()}",))


def _one_doi(count: int) -> Iterator[ParsedPaper]:
    for number, paper in enumerate(titles(count)):
        ids = (Identifier(f"arxiv:2503.{number:05}"), Identifier("doi:10.1000/proceedings"))
        yield ParsedPaper(paper.title, paper.abstract, identifiers=ids)


def _texts_alike(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(LONG, f"{_words(1, 9)} {_words(2, 9)} {_words(3, 9)} https://example.org/{number}")


def _one_id(count: int) -> Iterator[ParsedPaper]:
    for number in range(count):
        yield ParsedPaper(f"Sundials {_words(number, 2)}", "", identifiers=(Identifier("arxiv:2503.00001"),))


@dataclass(frozen=True, slots=True)
class Flood:
    """How to make so many captures, and whether they are one paper."""

    make: Callable[[int], Iterable[ParsedPaper]]
    is_one: bool = False


FLOODS = {
    "editorials with authors and years": Flood(signed_editorials),
    "editorials with short texts": Flood(unsigned_editorials),
    "editorials that begin alike": Flood(_editorials_that_begin_alike),
    "one long title, texts of their own": Flood(_long_title_and_texts),
    "one long title, ids of their own": Flood(_long_title_and_ids),
    "one long title, authors of their own": Flood(_long_title_and_authors),
    "one DOI of many arXiv ids": Flood(_one_doi),
    "one long title, texts alike": Flood(_texts_alike, is_one=True),
    "one id, titles of their own": Flood(_one_id, is_one=True),
}
