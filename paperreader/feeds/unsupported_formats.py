"""Formats that we recognise but cannot import; for each, which format to export instead."""

import json
import re
from collections.abc import Sequence

from paperreader.domain.text import clean_line

REFERENCES = "export RIS or BibTeX from your reference manager"
"""The cure if no better one is known."""
_IDS = "list the arXiv ids or DOIs of its papers in a text file, one a line, and import that"
_LINES = "export RIS or BibTeX instead, or convert it to JSON Lines with title, authors and abstract"
_ZOTERO = "export RIS or BibTeX from Zotero: File > Export Library…"
_ENDNOTE = "export RIS from EndNote: File > Export…, output style RefMan (RIS) Export"
_REFWORKS = "export RIS from RefWorks: Share > Export references"
_PUBMED = "export from PubMed: Send to > Citation manager"
_SCHOLAR = "export BibTeX from Google Scholar: My library > Export > BibTeX"
_OPENALEX = "export RIS from OpenAlex: the download button above the list of works"
_INSPIRE = "get BibTeX from INSPIRE: add format=bibtex to the address"
_CROSSREF = "get JSON from Crossref: https://api.crossref.org/works/DOI"
_ARXIV = "fetch the papers from arXiv: paperreader fetch arxiv:cs.CL, or arxiv:ID,ID"
_EXPORT = "export RIS or BibTeX from {}"
_BY_DOI = "get BibTeX for a DOI: curl -LH 'Accept: application/x-bibtex' https://doi.org/DOI"
_ADS = "export BibTeX from ADS: Export > in BibTeX"
_SCOPUS = "export RIS from Scopus: Export > RIS"
_OWN = "open its library: paperreader --library FOLDER"
_BIB = "import the BibTeX file it was made from (.bib)"
_PAGE = "save the page as HTML, or copy its text to a file"
_XPLORE = "export RIS from IEEE Xplore: Export > Citations"
_PARQUET = 'convert it to JSON Lines: pandas.read_parquet(FILE).to_json(OUT, orient="records", lines=True)'

_PROLOG = rb"\s*(?:<\?[^>]{0,300}>\s*|<!--[^>]{0,2000}-->\s*|<!DOCTYPE[^>]{0,500}>\s*){0,9}"
_Format = tuple[str, str, re.Pattern[bytes]]
"""The name of a format, the cure, and the pattern of its beginning."""


def _begins(name: str, cure: str, pattern: bytes) -> _Format:
    """A format with these first bytes."""
    return name, cure, re.compile(rb"\A(?:" + pattern + rb")", re.DOTALL)


def _xml(name: str, cure: str, root: bytes) -> _Format:
    """A format of XML with this root element."""
    return _begins(name, cure, _PROLOG + rb"<(?:\w{1,20}:)?(?i:" + root + rb")")


def _json(name: str, cure: str, keys: bytes, also: bytes = b"") -> _Format:
    """A format of JSON with one of these keys, and a further pattern."""
    return _begins(name, cure, rb'\s*[\[{](?=.*?"(?:' + keys + rb')"\s*:).*?' + also)


def _table(name: str, cure: str, header: bytes) -> _Format:
    """A table with these column names."""
    return _begins(name, cure, rb'\s*"?(?i:' + header + rb")")


_BY_BYTES = (
    _begins("a PDF", _IDS, rb".{0,1000}%PDF-\d"),
    _begins("PostScript", _IDS, rb"\x04?%!PS"),
    _begins("a Word document", REFERENCES, rb"PK\x03\x04.*?word/"),
    _begins("an Excel workbook", _LINES, rb"PK\x03\x04.*?xl/"),
    _begins("an e-book", _IDS, rb"PK\x03\x04.{26}mimetypeapplication/epub"),
    _begins("an OpenDocument table", _LINES, rb"PK\x03\x04.{26}mimetypeapplication/vnd\.oasis\.opendocument\.sp"),
    _begins("an EndNote library", _ENDNOTE, rb"PK\x03\x04.*?(?:\.enl|sdb\.eni)"),
    _begins("compressed (zip)", "unpack it: unzip FILE", rb"PK(?:\x03\x04|\x05\x06)"),
    _begins("compressed (gzip)", "unpack it: gunzip FILE", rb"\x1f\x8b"),
    _begins("compressed (xz)", "unpack it: xz -d FILE", rb"\xfd7zXZ"),
    _begins("compressed (bzip2)", "unpack it: bunzip2 FILE", rb"BZh[1-9]"),
    _begins("a Zotero database", _ZOTERO, rb"SQLite format 3\0.*?\bitemData\b"),
    _begins("an EndNote library", _ENDNOTE, rb"SQLite format 3\0.*?\b(?:enl_refs|refs_ord)\b"),
    _begins("a catalogue of paperreader", _OWN, rb"SQLite format 3\0.*?CREATE TABLE listings\b"),
    _begins("a database (SQLite)", REFERENCES, rb"SQLite format 3\0"),
    _begins("an image", _IDS, rb"\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF.{4}WEBP|II\*\0|MM\0\*|.{4}ftyp(?:heic|avif|mif1)"),
    _begins("Parquet", _PARQUET, rb"PAR1"),
)  # fmt: skip
"""Patterns of raw bytes; a specific one comes before a general one."""

_BY_TEXT = (
    _xml("EndNote XML", _ENDNOTE, rb"xml\b[^>]*>\s*<records\b"),
    _xml("RefWorks XML", _REFWORKS, rb"refworks\b"),
    _xml("OAI-PMH", _ARXIV, rb"OAI-PMH\b.*?arxiv\.org"),
    _xml("OAI-PMH", _EXPORT.format("the site that it comes from"), rb"OAI-PMH\b"),
    _xml("PubMed XML", _PUBMED, rb"(?:Pubmed(?:Book)?Article|MedlineCitation|eSearchResult|eSummaryResult)"),
    _xml("Crossref XML", _CROSSREF, rb"(?:crossref_result|doi_records?|doi_batch|crossref)\b"),
    _xml("Zotero RDF", _ZOTERO, rb"RDF\b[^>]*(?:zotero\.org/namespaces|purl\.org/ontology/bibo)"),
    _xml("OPML, a list of feeds", "fetch each feed by its address: paperreader fetch https://…", rb"opml\b"),
    _json(
        "a response of OpenAlex", _OPENALEX, rb"abstract_inverted_index|authorships|display_name", rb"openalex\.org/"
    ),
    _json("a response of INSPIRE", _INSPIRE, rb"arxiv_eprints|inspire_categories|inspire_roles|texkeys"),
    _json("JSON of Zotero", _ZOTERO, rb"itemType"),
    _json("a response of DataCite", _BY_DOI, rb"schemaOrg|nameIdentifiers|descriptionType"),
    _json("a response of DataCite", _BY_DOI, rb"publicationYear", rb'"titles"\s*:\s*\['),
    _json("a response of Europe PMC", _EXPORT.format("Europe PMC: Export citations"), rb"resultList"),
    _json("an export of The Lens", _EXPORT.format("The Lens: Export"), rb"lens_id"),
    _json("a response of NASA ADS", _ADS, rb"bibcode"),
    _json("a response of PubMed", _PUBMED, rb"esearchresult|esummaryresult"),
    _json("a response of PubMed", _PUBMED, rb"type", rb'"esummary"'),
    _json("the reading state of paperreader", _OWN, rb"_meta", rb'"schema"'),
    _begins("RefWorks tagged text", _REFWORKS, rb"(?:.{0,2000}\n)?RT [A-Z][^\n]{2,40}\n(?:[A-Z]\w [^\n]*\n)*?[AT]1 "),
    _begins("LaTeX", _BIB, rb"(?:\s|%[^\n]*\n){0,200}\\(?:documentclass|begin\{thebib|relax|input|usepackage)\b"),
    _table("a table from Zotero", _ZOTERO, rb"Key\W+Item Type\W"),
    _table("a table from Scopus", _SCOPUS, rb"Authors\W+(?:Author full names|Author\(s\) ID)"),
    _table("a table from IEEE Xplore", _XPLORE, rb"Document Title\W+Authors"),
    _table("a table from PubMed", _PUBMED, rb"PMID\W+Title\W"),
    _table("a table from the Web of Science", "export RIS or plain text from the Web of Science: Export", rb"PT\tAU\t"),
    _table("a table from OpenAlex", _OPENALEX, rb"(?:id|doi),(?:doi,)?(?:title,)?display_name,"),
)  # fmt: skip
"""Patterns of text in UTF-8."""

_NUMBER = rb"(?:(?:PMID|PMC)[: ]*)?\d{5,8}"
_UNLESS_READ = (
    _begins("a web archive (MHTML)", _PAGE, rb".{0,3000}?(?:Snapshot-Content-Location:|From: <?Saved by )"),
    _begins("a list of PubMed ids", _PUBMED, rb"\s*" + _NUMBER + rb"(?:[\s,;]+" + _NUMBER + rb")*+\s*\Z"),
    _begins("text of PubMed", _PUBMED, rb"\s*1[.:] .*?\bPMID: \d"),
    _begins("text of Ovid", _EXPORT.format("Ovid: Export"), rb"(?:[^\n]*\n){0,40}?\s*<\d{1,6}(?:\. ?)?>\s*\n\s*[A-Z]"),
)
"""Formats that are recognised only if no importer takes the input: some web archives can be read."""

_SITES = (
    (b"scholar.google.", "Google Scholar", _SCHOLAR),
    (b"pubmed.ncbi.nlm.nih.gov", "PubMed", _PUBMED),
    (b"semanticscholar.org", "Semantic Scholar", "copy the BibTeX from Semantic Scholar: Cite > BibTeX"),
    (b"aclanthology.org", "the ACL Anthology", "import the BibTeX behind the button Bib or BibTeX"),
    (b"dblp.", "dblp", _EXPORT.format("dblp: the export button")),
    (b"inspirehep.net", "INSPIRE", "export BibTeX from INSPIRE: cite"),
    (b"adsabs.harvard.edu", "ADS", _ADS),
    (b"ieeexplore.ieee.org", "IEEE Xplore", _XPLORE),
    (b"dl.acm.org", "the ACM Digital Library", "export BibTeX from there: Export Citation"),
    (b"sciencedirect.com", "ScienceDirect", _EXPORT.format("ScienceDirect: Export or Cite")),
    (b"link.springer.com", "SpringerLink", "export RIS from SpringerLink: Cite this article"),
)
"""Web pages by the host in their address: name and cure."""

_ROOT = re.compile(_PROLOG + rb"<([A-Za-z_][\w:.-]{0,60})[\s/>]")
_ADDRESS = re.compile(rb"<(?:link|meta)\b[^<>]{0,300}?(?:canonical|og:url)[^<>]{0,300}?https?://([\w.-]{3,100})")
_JSON = re.compile(rb"\s*(?:\{\s*[\"'}]|\[\s*[\[{\"'\]])")
_SEPARATOR = re.compile(rb"[,;\t|]")
_ERRORS = ("error", "message", "detail")


def unread_format(head: bytes, text: bytes) -> str | None:
    """The name and cure of a known format that cannot be imported, from the start of an input and its text."""
    if reason := _known(_BY_BYTES, head) or _known(_BY_TEXT, text):
        return reason
    address = _ADDRESS.search(text) if text.lstrip()[:1] == b"<" else None
    host = address[1].removeprefix(b"www.") if address else b""
    return next((_refusal(f"a web page of {name}", cure) for site, name, cure in _SITES if host.startswith(site)), None)


def holds_no_papers(text: bytes) -> str | None:
    """The name and cure of an input that no importer takes: an error message, a web archive, or a table."""
    if error := _error_in(text):
        return f"is the error message of a server: {error}; no papers are in it"
    if reason := _known(_UNLESS_READ, text):
        return reason
    return _refusal("a table", _LINES) if _is_table(text) and not _JSON.match(text) else None


def unknown_format(text: bytes) -> tuple[str, str]:
    """The problem and cure of any other input."""
    if root := _ROOT.match(text):
        return f"is XML of an unknown kind (<{root[1].decode()}>)", REFERENCES
    if _JSON.match(text):
        return "is JSON of an unknown kind, or is cut off", _LINES
    return "is in an unknown format", REFERENCES


def _known(formats: Sequence[_Format], data: bytes) -> str | None:
    return next((_refusal(name, cure) for name, cure, pattern in formats if pattern.match(data)), None)


def _refusal(name: str, cure: str) -> str:
    return f"is {name}{'' if name.startswith('compressed') else ', which cannot be imported'}; {cure}"


def _is_table(text: bytes) -> bool:
    """Whether the first line names columns, one of them a title, and the second has as many."""
    first, second = (*text.lstrip().split(b"\n", 2), b"")[:2]
    separators = _SEPARATOR.findall(first)
    likely = max(dict.fromkeys(separators), key=separators.count, default=b",")
    return b"title" in first.lower() and 2 <= first.count(likely) <= second.count(likely)


def _error_in(text: bytes) -> str:
    """The message of a small JSON document with only an error."""
    try:
        value = json.loads(text) if len(text) < 4_000 and text.lstrip()[:1] == b"{" else None
    except (ValueError, RecursionError):
        return ""
    if not isinstance(value, dict) or any(isinstance(part, list) for part in value.values()):
        return ""
    return next((clean_line(value[key], 120) for key in _ERRORS if isinstance(value.get(key), str) and value[key]), "")
