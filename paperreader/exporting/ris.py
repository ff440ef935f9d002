"""The exporter to RIS, as Zotero, EndNote and Mendeley read it: a preprint is `UNPB`, any other paper `GEN`."""

from collections.abc import Iterable, Iterator
from datetime import date

from paperreader.domain.entry import Entry
from paperreader.exporting.base import Exporter
from paperreader.exporting.names import family_first


class RisExporter(Exporter):
    """The exporter to RIS."""

    format = "ris"
    label = "RIS"
    extension = ".ris"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export one record per paper, in the given order."""
        return map(_record, entries)


def _record(entry: Entry) -> str:
    """A record; every value is one line, because RIS has no escapes."""
    kind = "UNPB" if entry.paper.identifier("arxiv") else "GEN"
    fields = (f"{tag}  - {' '.join(value.split())}\n" for tag, value in _fields(entry) if value.strip())
    return f"TY  - {kind}\n{''.join(fields)}ER  - \n\n"


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    paper, state = entry.paper, entry.state
    yield "TI", paper.title
    yield from (("AU", family_first(name)) for name in paper.authors or ())
    if published := paper.published:
        yield "PY", str(published.year)
        month = f"{published.month:02}" if published.month else ""
        day = f"{published.day:02}" if isinstance(published, date) else ""
        yield "DA", f"{published.year}/{month}/{day}/"
    yield "AB", paper.abstract
    if arxiv := paper.identifier("arxiv"):
        yield "DB", "arXiv"
        yield "AN", f"arXiv:{arxiv}"
    yield "DO", paper.identifier("doi") or ""
    yield "UR", paper.page or ""
    yield "L1", paper.pdf or ""
    yield from (("KW", tag) for tag in state.tags)
    yield "N1", state.note
