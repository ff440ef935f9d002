"""What names a paper: arXiv ids, DOIs, and its title where there is neither.

A `PaperKey` is `arxiv:2503.01234` (never with a version), else `doi:10.1000/xyz`, else `title:` and twelve hexadecimal
digits of the normalised title. The forms of arXiv ids are those of https://info.arxiv.org/help/arxiv_identifier.html.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NewType

PaperKey = NewType("PaperKey", str)
"""The name under which a paper's reading state is kept."""

Identifier = NewType("Identifier", str)
"""A name that the world gave a paper, `scheme:value`: `arxiv:2503.01234`, `doi:10.1000/xyz`."""

_ARXIV_ID = r"(?P<id>\d{4}\.\d{4,5}|[a-z][a-z-]*(?:\.[A-Z]{2})?/\d{7})(?P<version>v\d+)?"
_SITE = (
    r"(?:https?://)?(?:[a-z0-9-]+\.){0,2}"
    r"(?:arxiv\.org|ar5iv\.org|alphaxiv\.org|arxiv-vanity\.com|scirate\.com|papers\.cool|huggingface\.co|hf\.co|"
    r"emergentmind\.com|semanticscholar\.org|lanl\.gov)"
    r"/(?:abs|pdf|html|papers?|overview|arxiv|format|src|e-print|ps)/"
)
"""arXiv's own pages, and sites that show its papers under its ids."""
_DOI_SITE = r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/"
_DOI_NAME = rf"{_DOI_SITE}|doi:\s*"
_ARXIV = re.compile(
    rf"(?:arxiv:\s*|oai:arxiv\.org:|(?P<site>{_SITE})|(?:{_DOI_NAME})?10\.48550/arxiv\.)?"
    rf"{_ARXIV_ID}(?:\.pdf)?/?(?(site)(?:[?#]\S*)?)",  # browsers copy queries and fragments along
    re.IGNORECASE | re.ASCII,
)
_DOI_URL = re.compile(_DOI_SITE, re.IGNORECASE | re.ASCII)
_DOI = re.compile(rf"(?:{_DOI_NAME})?(?P<doi>10\.[0-9]{{4,9}}/\S+)", re.IGNORECASE)
_BEHIND_PATH = re.compile(r"[?#]")


_NO_LETTERS = bytes(code for code in range(128) if not chr(code).isalnum())


def parse_arxiv(text: str) -> Identifier | None:
    """The arXiv identifier that a bare id, an `arXiv:` id, a URL, an OAI name or an arXiv DOI stands for."""
    match = _ARXIV.fullmatch(text.strip())
    if match is None:
        return None
    archive, slash, number = match["id"].rpartition("/")
    # Old ids name the archive alone: math.GT/0309136 and math/0309136 are one paper.
    return Identifier(f"arxiv:{archive.lower().split('.')[0]}{slash}{number}")


def parse_doi(text: str) -> Identifier | None:
    """The DOI that a bare DOI, a `doi:` name or a resolver URL stands for, in lower case (DOIs ignore case).

    A DOI that arXiv gives is the arXiv identifier in other words, and stands for that.
    """
    match = _DOI.fullmatch(_asked_for(text.strip()))
    if match and (arxiv := parse_arxiv(match["doi"])):
        return arxiv
    # A DOI may hold any printable sign; what is not printable would act on a terminal or hide.
    return Identifier(f"doi:{match['doi'].lower()}") if match and match["doi"].isprintable() else None


def _asked_for(text: str) -> str:
    """The name that the URL of a resolver asks for; any other text is as it is, for a DOI may hold a `%`, `#` or `?`.

    In a URL those stand as escapes, and what a browser copies along behind them is no part of the name.
    """
    if not (site := _DOI_URL.match(text)):
        return text
    name = _BEHIND_PATH.split(text[site.end() :], maxsplit=1)[0]
    if "%" not in name:
        return name
    from urllib.parse import unquote  # 4 ms that few addresses need

    return unquote(name, errors="surrogateescape").strip()  # so that what is no text is no DOI


def parse_identifier(text: str) -> Identifier | None:
    """The arXiv id or DOI that `text` stands for, if it is one."""
    return parse_arxiv(text) or parse_doi(text)


def normalise_title(title: str) -> str:
    """The title as two copies of it must agree: NFKC, case folded, letters and digits only."""
    if title.isascii():  # then there is nothing to compose, and bytes are a tenth of the work
        return title.lower().encode().translate(None, _NO_LETTERS).decode()
    folded = unicodedata.normalize("NFKC", title).casefold()
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", folded)))


def title_hash(title: str) -> str:
    """Twelve hexadecimal digits (SHA-256) of the normalised title, of the bare one where nothing else is left.

    Nothing of a title that is not known: no two papers share it.
    """
    if not title:
        return ""
    import hashlib  # 3 ms that only imports need

    return hashlib.sha256((normalise_title(title) or title.strip()).encode(errors="surrogatepass")).hexdigest()[:12]


def title_key(title: str, ordinal: int = 1) -> PaperKey:
    """The key of a paper known by its title only; `ordinal` tells apart different papers of one title."""
    suffix = f"-{ordinal}" if ordinal > 1 else ""
    return PaperKey(f"title:{title_hash(title)}{suffix}")


def hash_of_key(key: str) -> str | None:
    """The hash of the title that a key was made of, if it was made of one."""
    scheme, _, value = key.partition(":")
    return value.partition("-")[0] if scheme == "title" else None


def paper_key(identifiers: Iterable[Identifier], title: str) -> PaperKey:
    """The key of a new paper: its arXiv id, else its DOI, else its title."""
    known = sorted(identifiers)
    for scheme in ("arxiv:", "doi:"):
        for identifier in known:
            if identifier.startswith(scheme):
                return PaperKey(identifier)
    return title_key(title)


def scheme_of(identifier: str) -> str:
    """The part before the colon: `arxiv`, `doi`, `title`."""
    return identifier.partition(":")[0]
