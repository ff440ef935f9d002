"""BibTeX and biblatex files, as reference managers, publishers and arXiv write them.

Titles, names and abstracts are read as TeX.
"""

import re
from collections import ChainMap
from collections.abc import Mapping, MutableMapping

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier
from paperreader.domain.latex.text import read_tex, read_tex_address, read_tex_line
from paperreader.domain.parsed import ParsedListing, ParsedPaper
from paperreader.feeds.references.bibtex_syntax import Block, read_blocks
from paperreader.feeds.references.fields import (
    NO_TITLE,
    Reading,
    addresses_in,
    arxiv_in,
    identifiers_of,
    known_date,
    month_number,
    page_links,
    parse_date,
    read_abstract,
    unwrap,
)
from paperreader.feeds.syntax.encoding import decode
from paperreader.feeds.texts.html_text import without_markup
from paperreader.feeds.texts.names import NameStyle, read_names
from paperreader.feeds.texts.standing import standing_of

NOTHING = "has no BibTeX entry in it"
NO_FIELD = "text in or behind an entry that is no field; the paper was read without it"

_RECOGNISED = re.compile(
    rb"^[ \t]*@[ \t]*(?:(?:comment|preamble)\s*[{(]|[a-z][\w-]*\s*(?:\{[^,={}\"\n]*|[{(]\s*[^\s,={}\"]*)"
    rb"(?:\s*[,=]|\n\s*[a-z]\w*\s*=))",
    re.MULTILINE | re.IGNORECASE,
)
OF_OTHERS = "data for other entries, which have taken it"
_NO_PAPERS = {
    "xdata": OF_OTHERS,
    "set": "a set of other entries, no paper of its own",
    "control": "settings, no paper of its own",
    "ieeetranbstctl": "settings, no paper of its own",
}
_DEEPEST = 5
"""Entries that take from each other, one behind the other."""
_MOST_XDATA = 20
_LONGEST_TITLE = 10_000
_DAY_IN_MONTH = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_MONTH_WORD = re.compile(r"[A-Za-z]{3,}")
_PLACES_OF_IDS = (
    "doi", "eprint", "eprinttype", "archiveprefix", "arxivid", "arxiv", "journal", "journaltitle", "number", "volume",
    "eid", "pages", "note", "howpublished", "url", "publisher", "institution", "series", "booktitle",
)  # fmt: skip
_NAMES_OF_ARXIV = ("journal", "journaltitle", "publisher", "institution", "howpublished", "series", "archiveprefix")
"""The fields that name arXiv where another one has the bare id."""
_LONGEST_ID = 200
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
        text = decode(data)
        blocks = list(read_blocks(text))
        named = {
            name.strip().casefold(): block
            for block in reversed(blocks)
            for name in (*block.fields.get("ids", "").split(","), block.key)
        }
        named.pop("", None)
        for block in blocks:
            fields = _inherited(block, named)
            title = _title(fields)
            if reason := block.damage or _NO_PAPERS.get(block.type) or ("" if title else NO_TITLE):
                if reason != OF_OTHERS:
                    reading.refuse(block.line, reason, text[block.start : block.end])
                continue
            reading.papers.append(_paper(block, fields, title))
            if block.odd:
                reading.refuse(block.line, NO_FIELD, block.odd)
        return (reading.listing(NOTHING),)


def _inherited(block: Block, named: Mapping[str, Block], depth: int = 0) -> MutableMapping[str, str]:
    """The fields of an entry with those that it takes from others, as biber does it.

    From `xdata` it takes all that it lacks. From its `crossref` it takes the authors and the date: the title of a
    volume is none of a chapter's, and ids, addresses and abstracts belong to one paper.
    """
    fields = block.fields
    if depth == _DEEPEST or not ("xdata" in fields or "crossref" in fields):
        return fields
    names = fields.get("xdata", "").split(",", maxsplit=_MOST_XDATA)[:_MOST_XDATA]
    others = [named[name] for part in names if (name := part.strip().casefold()) in named]
    known = ChainMap({}, fields, *(_inherited(other, named, depth + 1) for other in others if other is not block))
    whole = named.get(known.get("crossref", "").strip().casefold())
    if whole and whole is not block:
        taken = _inherited(whole, named, depth + 1)
        has_date = "date" in known or "year" in known
        for name in ("author", "collaboration", *(() if has_date else ("date", "year", "month", "day"))):
            if name in taken and name not in known:
                known[name] = taken[name]
    return known


def _paper(block: Block, fields: Mapping[str, str], title: str) -> ParsedPaper:
    places = ("url", "howpublished", "bdsk-url-1", "bdsk-url-2", "ee", "link")
    addresses = addresses_in(read_tex_address(fields[name]) for name in places if name in fields)
    kinds = [read_tex_line(fields.get(name, "")) for name in ("type", "entrysubtype", "pubstate")]
    classes = read_tex_address(fields.get("primaryclass") or fields.get("eprintclass") or "")
    identifiers = _identifiers(fields, addresses)
    return ParsedPaper(
        title=title,
        abstract=read_abstract(read_tex(unwrap(fields.get("abstract", "")))),
        authors=_authors(fields),
        published=_published(fields),
        identifiers=identifiers,
        line=block.line,
        links=page_links(addresses),
        categories=(classes,) if classes and any(name.startswith("arxiv:") for name in identifiers) else None,
        standing=standing_of(title, kinds),
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
    said = {name: read_tex_address(fields[name])[:_LONGEST_ID] for name in _PLACES_OF_IDS if name in fields}
    eprint = said.get("eprint", "")
    kind = (said.get("eprinttype") or said.get("archiveprefix") or "arxiv").lower()
    found: list[Identifier | None] = []
    if eprint and kind.startswith("arxiv"):
        archive = read_tex_address(fields.get("primaryclass") or fields.get("eprintclass") or "")
        found.append(arxiv_in(f"{archive}/{eprint}" if _ARXIV_NUMBER.fullmatch(eprint) else eprint, is_arxiv=True))
    is_arxiv = any(name in said.get(place, "").lower() for place in _NAMES_OF_ARXIV for name in ("arxiv", "corr"))
    places = ("arxivid", "arxiv", *(("number", "volume", "eid", "pages") if is_arxiv else ()))
    found += [arxiv_in(said[name], is_arxiv=True) for name in places if name in said]
    dois = [said["doi"]] if "doi" in said else []
    found += identifiers_of(dois, [*addresses, *(text for name, text in said.items() if name not in ("doi", "eprint"))])
    return tuple(dict.fromkeys(identifier for identifier in found if identifier))
