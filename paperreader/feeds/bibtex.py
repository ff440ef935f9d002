"""BibTeX and biblatex files, as reference managers, publishers and arXiv write them.

Titles, names and abstracts are read as TeX.
"""

import re
from collections.abc import Mapping

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, parse_arxiv
from paperreader.domain.latex.text import read_tex, read_tex_address, read_tex_line
from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.bibtex_syntax import Block, read_blocks
from paperreader.feeds.decoding import decode
from paperreader.feeds.names import NameStyle, read_names
from paperreader.feeds.reference import (
    NO_TITLE,
    Reading,
    block_without_markup,
    identifiers_of,
    known_date,
    month_number,
    page_links,
    parse_date,
    standing_of,
    unwrap,
    without_markup,
)

NOTHING = "has no BibTeX entry in it"

_RECOGNISED = re.compile(
    rb"^[ \t]*@[ \t]*(?:(?:comment|preamble)\s*[{(]|[a-z][\w-]*\s*[{(]\s*[^\s,={}\"]*\s*[,=])",
    re.MULTILINE | re.IGNORECASE,
)
_NO_PAPERS = {"set": "a set of other entries", "xdata": "data for other entries", "control": "settings"}
_LONGEST_TITLE = 10_000
_DAY_IN_MONTH = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MONTH_WORD = re.compile(r"[A-Za-z]{3,}")
_ARXIV_NUMBER = re.compile(r"\d{7}")


class BibtexImporter:
    """The importer of BibTeX files."""

    format = "bibtex"
    max_bytes = 200_000_000
    """A bibliography of a whole field, with abstracts, has some 150 MB."""
    max_lines = 5_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether a line begins like an entry."""
        return _RECOGNISED.search(head.removeprefix(b"\xef\xbb\xbf").replace(b"\r", b"\n")) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; entries that cannot be read, or have no title, are problems and set aside."""
        reading = Reading()
        for block in read_blocks(decode(data)):
            title = _title(block.fields)
            if block.damage:
                reading.refuse(block.line, block.damage, block.text)
            elif block.type in _NO_PAPERS:
                reading.refuse(block.line, f"{_NO_PAPERS[block.type]}, no paper of its own", block.text)
            elif not title:
                reading.refuse(block.line, NO_TITLE, block.text)
            else:
                reading.papers.append(_paper(block, title))
        return (reading.listing(NOTHING),)


def _paper(block: Block, title: str) -> ParsedPaper:
    fields = block.fields
    addresses = [
        read_tex_address(fields[name]) for name in ("url", "howpublished", "bdsk-url-1", "ee") if name in fields
    ]
    classes = read_tex_address(fields.get("primaryclass") or fields.get("eprintclass") or "")
    identifiers = _identifiers(fields, addresses)
    return ParsedPaper(
        title=title,
        abstract=block_without_markup(read_tex(unwrap(fields.get("abstract", "")))),
        authors=_authors(fields),
        published=_published(fields),
        identifiers=identifiers,
        line=block.line,
        links=page_links(addresses),
        categories=(classes,) if classes and any(name.startswith("arxiv:") for name in identifiers) else None,
        standing=standing_of(
            title, [read_tex_line(fields.get(name, "")) for name in ("type", "entrysubtype", "pubstate")]
        ),
    )


def _title(fields: Mapping[str, str]) -> str:
    """The title with its subtitle; of a volume without one, that of the whole."""
    for name, addition in (("title", "subtitle"), ("booktitle", "booksubtitle"), ("maintitle", "mainsubtitle")):
        title = _line(fields.get(name, ""))
        if title:
            subtitle = _line(fields.get(addition, ""))
            return f"{title}{' ' if title[-1] in '.:?!' else ': '}{subtitle}" if subtitle else title
    return ""


def _line(value: str) -> str:
    return " ".join(without_markup(read_tex_line(value[:_LONGEST_TITLE])).split())


def _authors(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    """The authors; else the collaboration. Editors are none."""
    names = read_names(fields.get("author", ""), style=NameStyle.BIBTEX)
    return names or tuple(filter(None, [_line(fields.get("collaboration", ""))])) or None


def _published(fields: Mapping[str, str]) -> KnownDate | None:
    """What `date`, or `year`, `month` and `day`, say."""
    if day := parse_date(read_tex_address(fields.get("date", ""))):
        return day
    year, month = _line(fields.get("year", "")), _line(fields.get("month", ""))
    known = parse_date(year)
    if known is None or not month or len(month) > 40:
        return known
    word = _MONTH_WORD.search(month)
    day_in_month = _DAY_IN_MONTH.search(month) if word else None
    number = month_number(word[0]) if word else month
    return known_date(known.year, number, day_in_month[0] if day_in_month else _line(fields.get("day", "")))


def _identifiers(fields: Mapping[str, str], addresses: list[str]) -> tuple[Identifier, ...]:
    """The DOI and the arXiv id, wherever an entry keeps them."""
    eprint = read_tex_address(fields.get("eprint", ""))
    kind = (fields.get("eprinttype") or fields.get("archiveprefix") or "arxiv").strip("{} ").lower()
    found: list[Identifier | None] = []
    if eprint and kind == "arxiv":
        archive = read_tex_address(fields.get("primaryclass") or fields.get("eprintclass") or "")
        found.append(parse_arxiv(f"{archive}/{eprint}" if _ARXIV_NUMBER.fullmatch(eprint) else eprint))
    dois = [read_tex_address(fields["doi"])] if "doi" in fields else []
    places = ("journal", "journaltitle", "number", "volume", "note", "howpublished", "pages", "arxivid", "arxiv")
    others = [read_tex_address(fields[name])[:200] for name in places if name in fields]
    if arxiv := fields.get("arxivid") or fields.get("arxiv"):
        found.append(parse_arxiv(read_tex_address(arxiv)))
    found += identifiers_of(dois, [*addresses, *others])
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))
