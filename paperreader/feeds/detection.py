"""Finding the importer for an input, and saying in one line why there is none."""

from collections.abc import Sequence

from paperreader.errors import UnreadableInput
from paperreader.feeds.arxiv_api import QueryImporter
from paperreader.feeds.arxiv_feed import DailyFeedImporter
from paperreader.feeds.arxiv_mail import MailImporter
from paperreader.feeds.arxiv_page import ArxivListImporter
from paperreader.feeds.base import Importer, StreamImporter
from paperreader.feeds.bibtex import BibtexImporter
from paperreader.feeds.csl_json import CslJsonImporter
from paperreader.feeds.decoding import decode_head, is_binary
from paperreader.feeds.hf_daily import DailyPapersImporter
from paperreader.feeds.hf_page import PageImporter
from paperreader.feeds.id_list import IdListImporter
from paperreader.feeds.json_answers import BIORXIV, OPENREVIEW, SEMANTIC_SCHOLAR
from paperreader.feeds.jsonl import JsonlImporter
from paperreader.feeds.kaggle import SnapshotImporter
from paperreader.feeds.ris import RisImporter
from paperreader.feeds.saved_page import SavedPageImporter
from paperreader.feeds.tagged import ENDNOTE, PUBMED
from paperreader.feeds.unread_formats import holds_no_papers, unknown_format, unread_format
from paperreader.feeds.web_feed import WebFeedImporter

Importers = Sequence[Importer | StreamImporter]

IMPORTERS: Importers = (
    PageImporter(),
    SavedPageImporter(),
    ArxivListImporter(),
    SnapshotImporter(),
    SEMANTIC_SCHOLAR,
    OPENREVIEW,
    BIORXIV,
    JsonlImporter(),
    DailyPapersImporter(),
    CslJsonImporter(),
    QueryImporter(),
    DailyFeedImporter(),
    MailImporter(),
    WebFeedImporter(),
    PUBMED,
    ENDNOTE,
    BibtexImporter(),
    RisImporter(),
    IdListImporter(),
)
"""Every format that can be imported; of those that would take the same input the first is the particular one."""


class UnknownFormat(UnreadableInput):
    """An input that no importer recognises; `cure` is what to do if none finds papers in it either."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason}; {cure}")
        self.reason = reason


def importer_for(
    head: bytes, format_name: str | None = None, importers: Importers = IMPORTERS
) -> Importer | StreamImporter:
    """The importer that recognises an input by its first `HEAD` bytes, or the one asked for; raises UnreadableInput."""
    text = decode_head(head)
    if format_name is None and (reason := unread_format(head, text)):
        raise UnreadableInput(reason)
    if is_binary(head):
        raise UnreadableInput("is binary, not text")
    if not text.strip():
        raise UnreadableInput("is empty")
    for importer in importers:
        if importer.format == format_name or (format_name is None and importer.recognises(text)):
            return importer
    if reason := holds_no_papers(text):
        raise UnreadableInput(reason)
    raise UnknownFormat(*unknown_format(text))
