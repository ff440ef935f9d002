"""Lists of arXiv ids, DOIs or addresses of papers, one per line. Nothing else is known of the papers.

    # to read
    2503.01234
    1. arXiv:1706.03762v5  Attention …        numbers, bullets, and text after an id
    https://arxiv.org/pdf/hep-th/9711200
    - [Kites](https://doi.org/10.1000/xyz)

Links in Markdown, and lines that a browser shares, may have a title:

    * [Kites of the Northern Coast](https://arxiv.org/abs/2503.01234)
    Paper page - Kites of the Northern Coast https://huggingface.co/papers/2503.01234
    [2503.01234] Kites of the Northern Coast https://arxiv.org/abs/2503.01234
"""

import re
from collections.abc import Iterator

from paperreader.domain.identifiers import Identifier, parse_identifier
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.feeds.journal_items import doi_in
from paperreader.feeds.references.fields import Reading
from paperreader.feeds.syntax.encoding import decode

NO_ID = "no arXiv id or DOI in this line"
NOTHING = "has no arXiv id or DOI in it"
LONGEST = 100_000
"""Characters of a line that are read."""

_COMMENT = re.compile(r"\s*(?:#|//|%)")
_BULLETS = re.compile(r"\s*(?:(?:[-*+>•–—·]{1,3}|\(?\d{1,5}[.):]|\[\d{1,5}\]|\d{1,4}\t)\s{1,20}){0,4}")
_NAME = re.compile(r"(?:arxiv|doi)(?:\s+id)?(?:\s*[:=]\s*|\s+)", re.IGNORECASE)
_COLUMN = re.compile(r"\W*(?:arxiv|doi|paper)?[ _-]?(?:arxiv|doi|id|ids|links?|urls?)\W*", re.IGNORECASE)
"""The header of a column of ids."""
_LONGEST_COLUMN = 40
_WORD = re.compile(r"(?:doi:)?10\.\d{4,9}/\(SICI\)\S+|[^\s,;|\"'<>\[\]{}]+", re.IGNORECASE)
_TITLED = re.compile(
    r"\[(?P<title>[^\[\]]{3,300})\]\(https?://[^\s()]+\)"
    r"|(?:Paper page - |\[\d{4}\.\d{4,5}\] )(?P<shared>\S.{2,300}?)(?: [-|])?\s{1,3}https?://\S+"
)
_LOOK = 200
"""Lines that are read to recognise a list."""
_SHARE = 0.8
"""The share of lines that must start with an id, unless the user names the format."""


class IdListImporter:
    """The importer of lists of ids."""

    format = "ids"
    max_bytes = 32_000_000
    max_lines = 2_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether nearly all lines with text start with an id."""
        text = head.removeprefix(b"\xef\xbb\xbf").decode(errors="replace")
        lines = [line for line in text.splitlines() if _is_said(line)][:_LOOK]
        return bool(lines) and sum(map(_begins_with_id, lines)) >= _SHARE * len(lines)

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The listing of a file. A line without an id is a problem."""
        reading = Reading()
        for number, line in enumerate(decode(data).split("\n"), 1):
            if _is_said(line):
                found = dict.fromkeys(_identifiers(line[:LONGEST]))
                title = _title(line[:LONGEST]) if len(found) == 1 else ""
                reading.papers += (ParsedPaper(title, "", identifiers=(name,), line=number) for name in found)
                if not found:
                    reading.refuse(number, NO_ID, line)
        return (reading.listing(NOTHING),)


def _is_said(line: str) -> bool:
    is_column = len(line) < _LONGEST_COLUMN and _COLUMN.fullmatch(line)
    return bool(line.strip(" \t\r\ufeff-=_*~")) and not (is_column or _COMMENT.match(line))


def _begins_with_id(line: str) -> bool:
    """Whether a line starts with an id, or has it in an address."""
    line = line[:LONGEST]
    if "://" in line:
        return any(_identifiers(line))
    for before in (_BULLETS, _NAME):
        if match := before.match(line):
            line = line[match.end() :]
    first = _WORD.search(line)
    return first is not None and any(_identifiers(first[0]))


def _title(line: str) -> str:
    """The title beside the single id of a line, or an empty text."""
    match = _TITLED.search(line)
    title = (match["title"] or match["shared"]) if match else ""
    # Links of one or two words name their target, not a title.
    return title if len(title.split()) > 2 and not any(_identifiers(title)) else ""


def _identifiers(line: str) -> Iterator[Identifier]:
    """The ids in a line, as words or in addresses."""
    for word in _WORD.finditer(line):
        text = word[0].lstrip("(").rstrip(".:!,;")
        while text.endswith(")") and text.count(")") > text.count("("):
            text = text[:-1].rstrip(".:!")
        if "://" in text:
            text = text[max(0, text.find("http")) :]
        if identifier := parse_identifier(text) or (doi_in(text) if "://" in text else None):
            yield identifier
