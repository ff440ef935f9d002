"""Pages that an earlier version misread keep the name and date of their listing when they are imported again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.lists import Shelf
from paperreader.domain.receipt import FileReceipt
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library

DAY = date(2023, 3, 14)
LATER = date(2031, 6, 1)
TITLES = [f"On the {name} of Invented Instruments" for name in ("Tuning", "Casing", "Oiling", "Loss")]
CARDS = "".join(
    f"Submitted by\n\nann-one\n\n{title}\n\nKite Works\n\n·\n\n{votes + 2} authors\n\n{votes}\n\n"
    for votes, title in enumerate(TITLES, 3)
)
LINKS = "".join(f"### [{title}](https://huggingface.co/papers/2606.0000{n})\n\n" for n, title in enumerate(TITLES))
HEAD = "new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nMar 14\n\n"
Reading = list[tuple[str, str]]


@dataclass
class Earlier:
    """The page importer of an earlier version."""

    papers: Reading
    format: str = "page"
    max_bytes: int = 1_000_000
    max_lines: int = 20_000

    def recognises(self, _: bytes) -> bool:
        """Always true."""
        return True

    def parse(self, _: bytes) -> tuple[ParsedListing, ...]:
        """A listing under the date of the page."""
        papers = tuple(ParsedPaper(title, abstract, line=line) for line, (title, abstract) in enumerate(self.papers, 1))
        return (ParsedListing(papers, (), month_day=(3, 14)),)


@pytest.fixture
def page(tmp_path: Path) -> Callable[[str], Path]:
    """Write a page with some text below its date."""

    def write(cards: str) -> Path:
        path = tmp_path / f"page{len(list(tmp_path.glob('*.txt')))}.txt"
        path.write_text(f"{HEAD}{cards}", encoding="utf-8")
        return path

    return write


def misread(library: Library, path: Path, papers: Reading) -> None:
    """Import a page like the earlier version, under a date that the user gave."""
    import_paths(library, [str(path)], ImportOptions(date=DAY), importers=(Earlier(papers),))


def read(library: Library, path: Path) -> FileReceipt:
    """Import a page with the current importer, years later."""
    (receipt,) = import_paths(library, [str(path)], today=lambda: LATER).files
    return receipt


def names(library: Library) -> list[str]:
    """The names of all listings."""
    return sorted(row[0] for row in library.catalogue.connection.execute("SELECT name FROM listings"))


@pytest.mark.parametrize(
    ("cards", "papers"),
    [
        (CARDS, [(text, "") for title in TITLES for text in (title, "Kite Works")]),
        (CARDS, [(TITLES[0], ""), ("5 authors", ""), (TITLES[1], "·"), (TITLES[2], ""), (TITLES[3], "")]),
        (CARDS, [(title, "ann-one 3 authors") for title in TITLES[:3]] + [("Submitted by", "ann-one")]),
        ("\n\n".join(TITLES), [(TITLES[0], TITLES[1]), (TITLES[2], TITLES[3])]),
        (LINKS, [(line, "") for line in LINKS.split("\n\n") if line]),
    ],
    ids=["organisations", "facts", "joined facts", "joined titles", "links"],
)
def test_a_misread_page_keeps_its_name_and_its_date(
    library: Library, page: Callable[[str], Path], cards: str, papers: Reading
) -> None:
    """Rule: if all listed titles are lines of the page, it is the same page with the same user date."""
    misread(library, page(cards), papers)
    before = names(library)
    receipt = read(library, page(cards))
    assert (receipt.date, receipt.date_guessed, receipt.problems) == (DAY, False, ())
    assert names(library) == before
    listed = {entry.paper.title for entry in library.entries(library.ids(Shelf.ALL))}
    assert listed >= set(TITLES)
    assert read(library, page(cards)).figures.known == len(TITLES), "and is known from then on"
    assert names(library) == before


@pytest.mark.parametrize(
    "papers",
    [
        [(title, "") for title in TITLES[:3]],
        [(title, f"We study it. {'It turned out to be longer. ' * 9}") for title in TITLES[:3]],
        [(TITLES[0], ""), ("5 authors", ""), ("·", "")],
        [(TITLES[0], ""), (TITLES[1], ""), ("5 authors", ""), ("A Title that is Nowhere", "")],
        [("5 authors", ""), ("ann-one", "")],
    ],
    ids=["shorter", "shorter, with abstracts", "less than half", "another paper", "no title"],
)
def test_a_page_of_other_papers_is_another_listing(
    library: Library, page: Callable[[str], Path], papers: Reading
) -> None:
    """Rule: a page that shares only some lines is another page of the same day."""
    misread(library, page(CARDS), papers)
    receipt = read(library, page(CARDS))
    assert receipt.date_guessed
    assert len(names(library)) == 2
