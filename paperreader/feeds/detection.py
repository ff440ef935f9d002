"""Finding the importer for an input, and saying in one line why there is none."""

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import Importer, Source
from paperreader.feeds.hf_page import PageImporter

IMPORTERS: tuple[Importer, ...] = (PageImporter(),)
"""Every format that can be imported."""


def importer_for(source: Source, format_name: str | None = None) -> Importer:
    """The importer that recognises a source, or the one asked for; raises UnreadableInput."""
    if not source.data.strip():
        raise UnreadableInput("is empty")
    if source.data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise UnreadableInput("is UTF-16: convert it, as with iconv -f utf-16 -t utf-8")
    if b"\0" in source.data[:100_000]:
        raise UnreadableInput("is binary, not text")
    for importer in IMPORTERS:
        if importer.format == format_name or (format_name is None and importer.recognises(source.data)):
            return importer
    raise UnreadableInput("is in no format that is known: it does not begin like a dump of a papers page")
