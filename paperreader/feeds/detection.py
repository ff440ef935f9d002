"""Finding the importer for an input, and saying in one line why there is none."""

from paperreader.errors import UnreadableInput
from paperreader.feeds.arxiv_api import QueryImporter
from paperreader.feeds.arxiv_feed import DailyFeedImporter
from paperreader.feeds.arxiv_mail import MailImporter
from paperreader.feeds.base import Importer, StreamImporter
from paperreader.feeds.bibtex import BibtexImporter
from paperreader.feeds.csl_json import CslJsonImporter
from paperreader.feeds.decoding import decode, is_wide
from paperreader.feeds.hf_daily import DailyPapersImporter
from paperreader.feeds.hf_page import PageImporter
from paperreader.feeds.jsonl import JsonlImporter
from paperreader.feeds.kaggle import SnapshotImporter
from paperreader.feeds.ris import RisImporter
from paperreader.feeds.web_feed import WebFeedImporter

IMPORTERS: tuple[Importer | StreamImporter, ...] = (
    PageImporter(),
    SnapshotImporter(),
    JsonlImporter(),
    DailyPapersImporter(),
    CslJsonImporter(),
    QueryImporter(),
    DailyFeedImporter(),
    MailImporter(),
    WebFeedImporter(),
    BibtexImporter(),
    RisImporter(),
)
"""Every format that can be imported; of those that would take the same input the first is the particular one."""


COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"\xfd7zXZ", b"BZh", b"\x28\xb5\x2f\xfd")
"""What gzip, zip, xz, bzip2 and zstd files begin with."""


_IN_ANY_ENCODING = (BibtexImporter.format, RisImporter.format, CslJsonImporter.format)
"""The formats whose importers read UTF-16, as some programs for references write it."""


def importer_for(head: bytes, format_name: str | None = None) -> Importer | StreamImporter:
    """The importer that recognises an input by its first `HEAD` bytes, or the one asked for; raises UnreadableInput."""
    wide = is_wide(head)
    if wide:
        head = decode(head).encode(errors="replace")
    if not head.strip():
        raise UnreadableInput("is empty")
    if head.startswith(COMPRESSED):
        raise UnreadableInput("is compressed: unpack it, as with gunzip, unzip or xz -d")
    if b"\0" in head:
        raise UnreadableInput("is binary, not text")
    for importer in IMPORTERS:
        if importer.format == format_name or (format_name is None and importer.recognises(head)):
            if wide and importer.format not in _IN_ANY_ENCODING:
                break
            return importer
    if wide:
        raise UnreadableInput("is UTF-16: convert it, as with iconv -f utf-16 -t utf-8")
    formats = ", ".join(importer.format for importer in IMPORTERS)
    raise UnreadableInput(f"is in no known format; if it is one of {formats}, name it: paperreader import --format")
