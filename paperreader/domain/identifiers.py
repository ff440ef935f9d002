"""Parses arXiv ids and DOIs, and hashes titles.

An `Identifier` is `arxiv:2503.01234` (never with a version) or `doi:10.1000/xyz`. The forms of arXiv ids are defined at
https://info.arxiv.org/help/arxiv_identifier.html.
"""

import re
import unicodedata
from typing import NewType

PaperKey = NewType("PaperKey", str)
"""The name under which the reading state of a paper is stored."""

Identifier = NewType("Identifier", str)
"""A public id of a paper, `scheme:value`: `arxiv:2503.01234`, `doi:10.1000/xyz`."""

_ARXIV_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7})(?P<version>v\d+)?"
_SITE = (
    r"(?:https?://)?(?:[a-z0-9-]+\.){0,2}"
    r"(?:arxiv\.org|ar5iv\.org|alphaxiv\.org|arxiv-vanity\.com|scirate\.com|papers\.cool|huggingface\.co|hf\.co|"
    r"emergentmind\.com|semanticscholar\.org|lanl\.gov)"
    r"/(?:abs|pdf|html|papers?|overview|arxiv|format|src|e-print|ps)/"
)
"""The pages of arXiv, and of sites that show its papers by id."""
_DOI_SITE = r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/"
_DOI_NAME = rf"{_DOI_SITE}|doi:\s*"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|oai:arxiv\.org:|(?P<site>{_SITE})|(?:{_DOI_NAME})?10\.48550/arxiv\.)?"
    rf"{_ARXIV_ID}(?:\.pdf)?/?(?(site)(?:[?#]\S*)?)",  # browsers copy queries and fragments along
    re.IGNORECASE | re.ASCII,
)
_DOI_URL = re.compile(_DOI_SITE, re.IGNORECASE | re.ASCII)
_DOI = re.compile(rf"(?:{_DOI_NAME})?(?P<doi>10\.[0-9]{{4,9}}/\S+)", re.IGNORECASE)
_QUERY_OR_FRAGMENT = re.compile(r"[?#]")


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def parse_arxiv(text: str) -> Identifier | None:
    """The id in a bare id, an `arXiv:` id, a URL, an OAI name or an arXiv DOI."""
    match = _ARXIV.fullmatch(text.strip())
    if match is None:
        return None
    archive, slash, number = match["id"].rpartition("/")
    # Old ids may have a subject class: math.GT/0309136 and math/0309136 are one paper.
    return Identifier(f"arxiv:{archive.lower().split('.')[0]}{slash}{number}")


def parse_doi(text: str) -> Identifier | None:
    """The DOI in a bare DOI, a `doi:` name or a resolver URL, in lower case: DOIs ignore case.

    The DOI of an arXiv paper becomes its arXiv id.
    """
    match = _DOI.fullmatch(_without_escapes(text.strip()))
    if match and (arxiv := parse_arxiv(match["doi"])):
        return arxiv
    # A DOI may have any printable character. Other characters could control a terminal, or hide.
    return Identifier(f"doi:{match['doi'].lower()}") if match and match["doi"].isprintable() else None


def _without_escapes(text: str) -> str:
    """The DOI in the URL of a resolver, without escapes, query and fragment. Any other text is unchanged.

    A bare DOI may have a `%`, `#` or `?`.
    """
    if not (site := _DOI_URL.match(text)):
        return text
    name = _QUERY_OR_FRAGMENT.split(text[site.end() :], maxsplit=1)[0]
    if "%" not in name:
        return name
    from urllib.parse import unquote  # 4 ms that few addresses need

    return unquote(name, errors="surrogateescape").strip()  # invalid UTF-8 then makes no DOI


def parse_identifier(text: str) -> Identifier | None:
    """The arXiv id or the DOI in a text; None if it has neither."""
    return parse_arxiv(text) or parse_doi(text)


def normalise_title(title: str) -> str:
    """A title for comparison: NFKC, case folded, letters and digits only."""
    if title.isascii():  # bytes take a tenth of the time
        return title.lower().encode().translate(None, _NO_LETTERS).decode()
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", folded)))


def title_hash(title: str) -> str:
    """Twelve hexadecimal digits (SHA-256) of the normalised title, or of the title if it has no letter or digit.

    Empty for an empty title, so that papers without a title share no hash.
    """
    if not title:
        return ""
    import hashlib  # 3 ms that only imports need

    return hashlib.sha256((normalise_title(title) or title.strip()).encode(errors="surrogatepass")).hexdigest()[:12]


def title_address(title: str) -> PaperKey:
    """The address of a title: `title:` and its hash."""
    return PaperKey(f"title:{title_hash(title)}")


def scheme_of(identifier: str) -> str:
    """The part before the colon: `arxiv`, `doi`, `title`."""
    return identifier.partition(":")[0]
