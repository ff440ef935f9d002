"""Exports of the papers that a query finds."""

from pathlib import Path

from paperreader.domain.suggestions import correction
from paperreader.errors import UsageError
from paperreader.exporting.base import Exporter, write_export
from paperreader.exporting.markdown import MarkdownExporter
from paperreader.services.library import Library
from paperreader.services.searching import find_papers

EXPORTERS: tuple[Exporter, ...] = (MarkdownExporter(),)
"""Every format that papers can leave in."""
STARRED = "is:starred"
"""The query that stands where none is given."""


def export_text(library: Library, query: str = STARRED, format_name: str = "markdown") -> str:
    """The export of the papers that a query finds; raises QueryError or UsageError."""
    for exporter in EXPORTERS:
        if exporter.format == format_name:
            return exporter.export(library.entries(find_papers(library, query)))
    known = [exporter.format for exporter in EXPORTERS]
    raise UsageError(f"no such format: {format_name}; {correction(format_name, known)}")


def export_file(
    library: Library, path: Path, query: str = STARRED, format_name: str = "markdown", *, force: bool = False
) -> int:
    """Write such an export to a file; how many papers it holds. Raises ExportRefused besides."""
    write_export(path, export_text(library, query, format_name), force=force)
    return len(find_papers(library, query))
