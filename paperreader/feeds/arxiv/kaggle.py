"""arXiv's metadata as Kaggle publishes it: one JSON object per line, millions of them.

    {"id": "0704.0001", "submitter": …, "authors": "C. Bal\\'azs, …", "title": …, "comments": …, "journal-ref": …,
    "doi": …, "report-no": …, "categories": "hep-ph", "license": …, "abstract": …, "versions": [{"version": "v1",
    "created": "Mon, 2 Apr 2007 19:18:42 GMT"}, …], "update_date": "2008-11-26", "authors_parsed": [["Balázs", …], …]}

People print parts of it as an array, drop keys, or use a spreadsheet, in which ids are numbers and lose zeros.
`update_date` is the last change of the metadata, not a date of a list or of the paper.
"""

import re
from collections.abc import Iterable, Iterator

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, parse_arxiv
from paperreader.domain.import_result import EXCERPT, ParsedItem, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.arxiv.text import categories_in, day_in, identifiers_of, standing_of, unwrapped, version_in
from paperreader.feeds.syntax.json_items import NumberText, read_items
from paperreader.feeds.texts.names import NameStyle, read_name, read_names

_BEGIN = re.compile(rb'[\s\[\xef\xbb\xbf]*\{\s*"')
_FIRST_KEY = re.compile(rb'\{\s*"id"\s*:')
_OWN_KEY = re.compile(rb'(?<!\\)"(?:submitter|authors_parsed|update_date)"\s*:')
_NUMBER = re.compile(r"(\d{3,4})\.(\d{1,5})", re.ASCII)
NO_PAPER = "not a paper: not a JSON object"
FIVE_DIGITS = "1501"
"""From this month on, an id has five digits after the point, before it four."""


class SnapshotImporter:
    """The importer of Kaggle's snapshot."""

    format = "kaggle"

    def recognises(self, head: bytes) -> bool:
        """Whether the first object has keys that only arXiv's snapshot has."""
        if _BEGIN.match(head) is None:
            return False
        begins = [begin.start() for begin, _ in zip(_FIRST_KEY.finditer(head), range(2), strict=False)]
        return _OWN_KEY.search(head, 0, begins[1] if len(begins) > 1 else len(head)) is not None

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """The papers, without list dates. Other objects become problems. Never raises."""
        for item in read_items(lines, (), _is_record, line=line, offset=offset):
            found = item.damage or _paper(item.value, item.line)
            if isinstance(found, ParsedPaper):
                yield ParsedItem(found, item.end)
            else:
                excerpt = clean_line(item.raw[: 4 * EXCERPT].decode(errors="replace"), EXCERPT)
                yield ParsedItem(Problem(item.line, found, excerpt), item.end, set_aside=item.raw.rstrip(b"\r\n"))


def _is_record(value: object) -> bool:
    return isinstance(value, dict) and "id" in value


def _paper(record: object, line: int) -> ParsedPaper | str:
    """The paper of a record, or the reason why there is none."""
    if not isinstance(record, dict):
        return NO_PAPER
    title = _text(record.get("title"))
    if not title.strip():
        return "a paper without a title"
    versions = record.get("versions")
    first, last = (versions[0], versions[-1]) if isinstance(versions, list) and versions else (None, None)
    published = day_in(_text(first.get("created"))) if isinstance(first, dict) else None
    name = record.get("id")
    identifier = repaired_arxiv(name, published) if isinstance(name, str) else None
    if identifier is None:
        return f"the id is damaged or not an arXiv id: {clean_line(str(name)[:EXCERPT], EXCERPT)}"
    abstract = _text(record.get("abstract"))
    return ParsedPaper(
        title=" ".join(title.split()),
        abstract=unwrapped(abstract),
        authors=_authors(record.get("authors_parsed"))
        or read_names(_text(record.get("authors")), style=NameStyle.LIST)
        or None,
        published=published,
        identifiers=identifiers_of(identifier, _text(record.get("doi"))),
        line=line,
        categories=categories_in(_text(record.get("categories")).split()),
        version=version_in(_text(last.get("version"))) if isinstance(last, dict) else None,
        standing=standing_of(_text(record.get("comments")), abstract),
    )


def _authors(parsed: object) -> tuple[str, ...]:
    """The names in lists of last name, first name, suffix and affiliations."""
    if not isinstance(parsed, list):
        return ()
    names = []
    for author in parsed:
        if isinstance(author, list) and author and all(type(part) is str for part in author[:3]):
            last, first, suffix = (*author[:3], "", "")[:3]
            name = " ".join(f"{first} {last} {suffix}".split()).replace(". -", ".-")  # C. -P. for C.-P.
            if name:
                names.append(read_name(name) if "\\" in name else name)
    return tuple(names)


def repaired_arxiv(text: str, published: KnownDate | None) -> Identifier | None:
    """The arXiv id in a text. An id that was a number gets its lost zeros back.

    None if several ids are possible.
    """
    match = _NUMBER.fullmatch(text.strip())
    if match is None:
        return parse_arxiv(text)
    month, number = match[1].zfill(4), match[2]
    digits = 5 if month >= FIVE_DIGITS else 4
    if len(match[1]) == 4 and len(number) == digits:
        return parse_arxiv(text)
    # Four digits before the point prove nothing: the id may be cut.
    is_number = isinstance(text, NumberText) or len(match[1]) == 3
    if not is_number or len(number) > digits or not 1 <= int(month[2:]) <= 12:
        return None
    if published and (2000 + int(month[:2]), int(month[2:])) < (published.year, published.month or 1):
        return None  # it would be announced before it was submitted
    return parse_arxiv(f"{month}.{number.ljust(digits, '0')}")


def _text(value: object) -> str:
    return value if type(value) is str else ""
