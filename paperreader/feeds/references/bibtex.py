"""The importer of BibTeX and biblatex files, as reference managers, publishers and arXiv write them.

Titles, names and abstracts are read as TeX.
"""

import re
from collections import ChainMap
from collections.abc import Mapping, MutableMapping

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.latex.text import read_tex, read_tex_address, read_tex_line
from paperreader.feeds.references.bibtex_syntax import Block, read_blocks
from paperreader.feeds.references.fields import (
    NO_TITLE,
    Reading,
    addresses_in,
    arxiv_in,
    identifiers_of,
    page_links,
    parse_date,
    read_abstract,
    unwrap,
    with_subtitle,
)
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.non_papers import standing_of

NO_FIELD = "text that is not a field, in or after an entry; the paper was read without this text"

_SIGN = re.compile(
    rb"^[ \t]*@[ \t]*(?:(?:comment|preamble)\s*[{(]|[a-z][\w-]*\s*(?:\{[^,={}\"\n]*|[{(]\s*[^\s,={}\"]*)"
    rb"(?:\s*[,=]|\n\s*[a-z]\w*\s*=))",
    re.MULTILINE | re.IGNORECASE,
)
_NOT_PAPERS = {
    "set": "a set of other entries, not a paper",
    "control": "settings, not a paper",
    "ieeetranbstctl": "settings, not a paper",
}
_MAX_DEPTH = 5
"""Entries that inherit fields from each other in a chain."""
_MOST_XDATA = 20
_LONGEST_TITLE = 10_000
_LONGEST_ID = 200
_ADDRESS_FIELDS = ("url", "howpublished", "bdsk-url-1", "bdsk-url-2", "ee", "link")
_ID_FIELDS = (
    "doi", "eprint", "eprinttype", "archiveprefix", "arxivid", "arxiv", "journal", "journaltitle", "number", "volume",
    "eid", "pages", "note", "howpublished", "url", "publisher", "institution", "series", "booktitle",
)  # fmt: skip
_ARXIV_NAME_FIELDS = ("journal", "journaltitle", "publisher", "institution", "howpublished", "series", "archiveprefix")
"""Fields that name arXiv while another field has the id alone."""
_ARXIV_NUMBER = re.compile(r"\d{7}")


class BibtexImporter:
    """The importer of BibTeX files."""

    format = "bibtex"
    max_bytes = 200_000_000
    """The bibliography of a whole field, with abstracts, has about 150 MB."""
    max_lines = 5_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether a line begins like an entry."""
        return _SIGN.search(head) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The one listing of a file; entries that cannot be read or have no title are problems."""
        reading = Reading()
        text = data.decode(errors="replace")
        blocks = list(read_blocks(text))
        named = {
            name.strip().casefold(): block
            for block in reversed(blocks)
            for name in (*block.fields.get("ids", "").split(","), block.key)
        }
        named.pop("", None)
        for block in blocks:
            if block.type == "xdata" and not block.damage:
                continue  # fields that other entries inherit
            fields = _inherited(block, named)
            title = _title(fields)
            if reason := block.damage or _NOT_PAPERS.get(block.type) or ("" if title else NO_TITLE):
                reading.refuse(block.line, reason, text[block.start : block.end])
                continue
            reading.papers.append(_paper(block, fields, title))
            if block.odd:
                reading.refuse(block.line, NO_FIELD, block.odd)
        return (reading.listing("no BibTeX entry found"),)


def _inherited(block: Block, named: Mapping[str, Block], depth: int = 0) -> MutableMapping[str, str]:
    """The fields of an entry with the fields that it inherits, as in biber.

    From `xdata` an entry inherits every field that it lacks. From `crossref` it inherits only the authors and the date:
    the title, ids, addresses and abstract of a volume are not those of a chapter.
    """
    fields = block.fields
    if depth == _MAX_DEPTH or not ("xdata" in fields or "crossref" in fields):
        return fields
    names = fields.get("xdata", "").split(",", maxsplit=_MOST_XDATA)[:_MOST_XDATA]
    others = [named[name] for part in names if (name := part.strip().casefold()) in named]
    known = ChainMap({}, fields, *(_inherited(other, named, depth + 1) for other in others if other is not block))
    parent = named.get(known.get("crossref", "").strip().casefold())
    if parent and parent is not block:
        inherited = _inherited(parent, named, depth + 1)
        has_date = "date" in known or "year" in known
        for name in ("author", "collaboration", *(() if has_date else ("date", "year", "month", "day"))):
            if name in inherited and name not in known:
                known[name] = inherited[name]
    return known


def _paper(block: Block, fields: Mapping[str, str], title: str) -> ParsedPaper:
    addresses = addresses_in(read_tex_address(fields[name]) for name in _ADDRESS_FIELDS if name in fields)
    kinds = [read_tex_line(fields.get(name, "")) for name in ("type", "entrysubtype", "pubstate")]
    category = read_tex_address(fields.get("primaryclass") or fields.get("eprintclass") or "")
    identifiers = _identifiers(fields, addresses, category)
    is_arxiv = any(name.startswith("arxiv:") for name in identifiers)
    return ParsedPaper(
        title=title,
        abstract=read_abstract(read_tex(unwrap(fields.get("abstract", "")))),
        authors=_authors(fields),
        published=_published(fields),
        identifiers=identifiers,
        line=block.line,
        links=page_links(addresses),
        categories=(category,) if category and is_arxiv else None,
        standing=standing_of(title, kinds),
    )


def _title(fields: Mapping[str, str]) -> str:
    """The title and subtitle; a volume may have only the title of its book or series."""
    titles = (
        with_subtitle(_line(fields.get(name, "")), _line(fields.get(subtitle, "")))
        for name, subtitle in (("title", "subtitle"), ("booktitle", "booksubtitle"), ("maintitle", "mainsubtitle"))
    )
    return next(filter(None, titles), "")


def _line(value: str) -> str:
    return " ".join(without_markup(read_tex_line(value[:_LONGEST_TITLE])).split())


def _authors(fields: Mapping[str, str]) -> tuple[str, ...] | None:
    """The authors, or the collaboration; editors are not authors."""
    names = read_names(fields.get("author", ""), style=NameStyle.BIBTEX)
    return names or tuple(filter(None, [_line(fields.get("collaboration", ""))])) or None


def _published(fields: Mapping[str, str]) -> KnownDate | None:
    """The date of `date`, or of `year`, `month` and `day`."""
    if day := parse_date(read_tex_address(fields.get("date", ""))):
        return day
    known = parse_date(_line(fields.get("year", "")))
    month = _line(fields.get("month", ""))
    if known is None or not month:
        return known
    between = "-" if month.isdigit() else " "
    return parse_date(between.join((str(known.year), month, _line(fields.get("day", "")))))


def _identifiers(fields: Mapping[str, str], addresses: list[str], category: str) -> tuple[Identifier, ...]:
    """The DOI and the arXiv id, from any field."""
    values = {name: read_tex_address(fields[name])[:_LONGEST_ID] for name in _ID_FIELDS if name in fields}
    eprint = values.get("eprint", "")
    archive = (values.get("eprinttype") or values.get("archiveprefix") or "arxiv").lower()
    found: list[Identifier | None] = []
    if eprint and archive.startswith("arxiv"):
        found.append(arxiv_in(f"{category}/{eprint}" if _ARXIV_NUMBER.fullmatch(eprint) else eprint, is_arxiv=True))
    is_arxiv = any(name in values.get(place, "").lower() for place in _ARXIV_NAME_FIELDS for name in ("arxiv", "corr"))
    places = ("arxivid", "arxiv", *(("number", "volume", "eid", "pages") if is_arxiv else ()))
    found += [arxiv_in(values[name], is_arxiv=True) for name in places if name in values]
    dois = [values["doi"]] if "doi" in values else []
    others = [text for name, text in values.items() if name not in ("doi", "eprint")]
    found += identifiers_of(dois, [*addresses, *others])
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))
