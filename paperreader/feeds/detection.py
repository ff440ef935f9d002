"""Detection of the format of an input."""

from collections.abc import Sequence

from paperreader.errors import UnreadableInput
from paperreader.feeds.arxiv.api_answers import QueryImporter
from paperreader.feeds.arxiv.daily_feed import DailyFeedImporter
from paperreader.feeds.arxiv.kaggle import SnapshotImporter
from paperreader.feeds.arxiv.mail import MailImporter
from paperreader.feeds.arxiv.pages import ArxivListImporter
from paperreader.feeds.base import Importer, StreamImporter
from paperreader.feeds.huggingface.api_answers import DailyPapersImporter
from paperreader.feeds.huggingface.page_importer import PageImporter
from paperreader.feeds.id_list import IdListImporter
from paperreader.feeds.journal_feed import WebFeedImporter
from paperreader.feeds.references.bibtex import BibtexImporter
from paperreader.feeds.references.csl_json import CSL_JSON
from paperreader.feeds.references.json_answers import BIORXIV, OPENREVIEW, SEMANTIC_SCHOLAR
from paperreader.feeds.references.json_papers import JsonlImporter
from paperreader.feeds.references.ris import RIS
from paperreader.feeds.references.tagged import ENDNOTE, PUBMED
from paperreader.feeds.saved_page import SavedPageImporter
from paperreader.feeds.syntax.encoding import decode_head, is_binary
from paperreader.feeds.unsupported_formats import REFERENCES, holds_no_papers, unknown_format, unread_format

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
    CSL_JSON,
    QueryImporter(),
    DailyFeedImporter(),
    MailImporter(),
    WebFeedImporter(),
    PUBMED,
    ENDNOTE,
    BibtexImporter(),
    RIS,
    IdListImporter(),
)
"""All importers. A specific format comes before a general one that accepts the same input."""


class UnknownFormat(UnreadableInput):
    """An input that no importer recognises. `cure` helps if no importer finds papers in it either."""

    def __init__(self, reason: str, cure: str) -> None:
        super().__init__(f"{reason}; {cure}")
        self.reason = reason


def importer_for(
    head: bytes, format_name: str | None = None, importers: Importers = IMPORTERS
) -> Importer | StreamImporter:
    """The importer with this name, or the one that recognises the first `HEAD` bytes. Raises UnreadableInput."""
    text = decode_head(head)
    if format_name is None and (reason := unread_format(head, text)):
        raise UnreadableInput(reason)
    if is_binary(head):
        raise UnreadableInput(f"is binary, not text; {REFERENCES}")
    if not text.strip():
        raise UnreadableInput("is empty")
    for importer in importers:
        if importer.format == format_name or (format_name is None and importer.recognises(text)):
            return importer
    if reason := holds_no_papers(text):
        raise UnreadableInput(reason)
    raise UnknownFormat(*unknown_format(text))
