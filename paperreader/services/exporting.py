"""Exports of the papers that a query finds."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from paperreader.domain.entry import Entry
from paperreader.domain.suggestions import correction
from paperreader.errors import UsageError
from paperreader.exporting.base import Exporter, write_export
from paperreader.exporting.bibtex import BibtexExporter
from paperreader.exporting.csl_json import CslJsonExporter
from paperreader.exporting.csv_table import CsvExporter
from paperreader.exporting.html_page import HtmlExporter
from paperreader.exporting.jsonl import JsonlExporter
from paperreader.exporting.markdown import MarkdownExporter
from paperreader.exporting.ris import RisExporter
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers

EXPORTERS: tuple[Exporter, ...] = (
    MarkdownExporter(), BibtexExporter(), RisExporter(), CslJsonExporter(), CsvExporter(), JsonlExporter(),
    HtmlExporter(),
)  # fmt: skip
"""All export formats, in the order of menus."""
_TOGETHER = 1_000
"""Papers that are read at once."""
STARRED = "is:starred"
"""The default query."""


def format_of(path: Path) -> str:
    """The format that the extension of a file stands for; Markdown if it stands for none."""
    extension = path.suffix.casefold()
    return next((each.format for each in EXPORTERS if each.extension == extension), EXPORTERS[0].format)


def export_text(library: Library, query: str = STARRED, format_name: str = "markdown") -> str:
    """The export of the papers that a query finds; raises QueryError, UsageError."""
    return _export(library, find_papers(library, query), format_name).decode()


def export_file(
    library: Library,
    path: Path,
    query: str = STARRED,
    format_name: str = "markdown",
    *,
    papers: Sequence[int] | None = None,
    force: bool = False,
) -> int:
    """Export papers (None: those that the query finds) to a file; their number. Raises ExportRefused, QueryError."""
    ids = find_papers(library, query) if papers is None else papers
    write_export(path, _export(library, ids, format_name), library.folder, force=force)
    return len(ids)


def _export(library: Library, ids: Sequence[int], format_name: str) -> bytes:
    for exporter in EXPORTERS:
        if exporter.format == format_name:
            return b"".join(piece.encode() for piece in exporter.pieces(_entries(library, ids)))
    known = [exporter.format for exporter in EXPORTERS]
    raise UsageError(f"no such format: {format_name}; {correction(format_name, known)}")


def _entries(library: Library, ids: Sequence[int]) -> Iterator[Entry]:
    """The entries of papers, read in parts, so that a format of lines never holds all of them."""
    for start in range(0, len(ids), _TOGETHER):
        yield from library.entries(ids[start : start + _TOGETHER])
