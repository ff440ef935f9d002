"""The exporter to CSV: a row for each paper, every cell quoted.

A cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

import csv
import io
from collections.abc import Iterable, Iterator

from paperreader.domain.entry import Entry
from paperreader.exporting.base import Exporter

COLUMNS = (
    "key", "title", "authors", "published", "arxiv", "doi", "page", "pdf", "categories", "status", "starred", "tags",
    "note", "upvotes", "listed", "abstract",
)  # fmt: skip
"""The header row."""

_FORMULA_STARTS = tuple("=+-@＝＋－＠|%\t\r\n")


class CsvExporter(Exporter):
    """The exporter to CSV."""

    format = "csv"
    label = "CSV"
    extension = ".csv"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export a header and one row per paper, in the given order."""
        yield _row(COLUMNS)
        yield from (_row(map(as_text, _cells(entry))) for entry in entries)


def _row(cells: Iterable[str]) -> str:
    text = io.StringIO(newline="")
    csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\n").writerow(cells)
    return text.getvalue()


def as_text(cell: str) -> str:
    """A cell that no spreadsheet runs as a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0").startswith(_FORMULA_STARTS) else cell


def _cells(entry: Entry) -> Iterator[str]:
    paper, state = entry.paper, entry.state
    yield paper.key
    yield paper.title
    yield "; ".join(paper.authors or ())
    yield paper.published.isoformat() if paper.published else ""
    yield paper.identifier("arxiv") or ""
    yield paper.identifier("doi") or ""
    yield paper.page or ""
    yield paper.pdf or ""
    yield ", ".join(paper.categories or ())
    yield state.status.value
    yield "yes" if state.starred else "no"
    yield ", ".join(state.tags)
    yield state.note
    yield "" if entry.upvotes is None else str(entry.upvotes)
    yield ", ".join(day.isoformat() for day in entry.dates)
    yield paper.abstract
