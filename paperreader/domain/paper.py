"""A paper as the world published it, and the links found in its text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, PaperKey, scheme_of
from paperreader.domain.text import Safe, clean_line

MAX_URL = 2_048
"""Characters of a link that is kept; browsers and servers refuse much longer ones."""

# What is found fastest stands first; what must stand before it is asked then.
_URL = re.compile(r"://(?:(?<=(?i:http)://)|(?<=(?i:https)://))[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]+")
_HOST = re.compile(r"\w[\w.-]*|[0-9a-f:]*:[0-9a-f:.]*", re.ASCII)
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:[/?#][^@\[\]\\]*)?", re.ASCII)
"""Addresses that nearly all are: a host without anything around it."""
CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht")
"""The hosts whose addresses are links to code."""


_SHOWN_SCHEMES = {"arxiv": "arXiv", "doi": "doi"}


class Standing(StrEnum):
    """What an item is that is no paper, or no paper any more."""

    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"
    CORRECTION = "correction"
    EDITORIAL = "editorial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the catalogue; what its sources did not say is None, never invented."""

    key: PaperKey
    title: Safe
    """Empty: it is not known, as of a paper that came in a list of ids."""
    abstract: Safe
    authors: tuple[Safe, ...] | None = None
    published: KnownDate | None = None
    identifiers: tuple[Identifier, ...] = ()
    categories: tuple[Safe, ...] | None = None
    """Subject classes such as `cs.CL`, the primary one first."""
    addresses: tuple[tuple[str, str], ...] = ()
    """The safe addresses that its sources give, by kind."""
    version: int | None = None
    """Of an arXiv paper: which version the texts are of, where that is known."""
    standing: Standing | None = None
    """None: a paper like others."""
    names: tuple[str, ...] = ()
    """All names that it owns, its key first."""

    @property
    def shown_title(self) -> Safe:
        """The title, or what stands for one that is not known."""
        return shown_title(self.title, self.key)

    def identifier(self, scheme: str) -> str | None:
        """The paper's id under a scheme (`arxiv`, `doi`), without the scheme's name."""
        for identifier in self.identifiers:
            if scheme_of(identifier) == scheme:
                return identifier.partition(":")[2]
        return None

    @property
    def arxiv_version(self) -> str | None:
        """The paper's arXiv id with the version that its texts are of, as far as that is known: `2503.01234v2`."""
        arxiv = self.identifier("arxiv")
        return f"{arxiv}v{self.version}" if arxiv and self.version else arxiv

    @property
    def page(self) -> str | None:
        """The address of the paper's own page, as an identifier gives it, else a source."""
        if arxiv := self.identifier("arxiv"):
            return f"https://arxiv.org/abs/{arxiv}"
        if doi := self.identifier("doi"):
            from urllib.parse import quote  # 4 ms that only papers without an arXiv id need

            return f"https://doi.org/{quote(doi, safe='/:;()')}"
        return dict(self.addresses).get("page")

    @property
    def pdf(self) -> str | None:
        """The address of the paper's PDF, as an identifier gives it, else a source."""
        arxiv = self.identifier("arxiv")
        return f"https://arxiv.org/pdf/{arxiv}" if arxiv else dict(self.addresses).get("pdf")

    def links(self) -> dict[str, str]:
        """Every known address by kind: `page`, `pdf`, those of the sources, then those in the abstract.

        These are `code`, `link`, `link-2`…; a page that a source has beside the paper's own is its `source`.
        """
        named = {kind: url for kind, url in (("page", self.page), ("pdf", self.pdf)) if url}
        for kind, url in self.addresses:
            if url not in named.values():
                named["source" if kind == "page" else kind] = url
        for url in find_urls(self.abstract):
            if url in named.values():
                continue
            kind = "code" if _is_code(url) else "link"
            taken = sum(name.partition("-")[0] == kind for name in named)
            named[f"{kind}-{taken + 1}" if taken else kind] = url
        return named


def shown_title(title: Safe, key: PaperKey) -> Safe:
    """A title as it is shown; of a paper of which only an id is known `arXiv 2503.01234 (title not fetched)`."""
    scheme, _, name = key.partition(":")
    shown = _SHOWN_SCHEMES.get(scheme)
    return clean_line(f"{shown} {name} (title not fetched)") if shown and not title else title


def has_code(abstract: str) -> bool:
    """Whether an abstract links to code."""
    # The cheapest question comes first: a million abstracts are read so for the search index.
    return "/" in abstract and any(map(_is_code, find_urls(abstract)))


def links_to_code(addresses: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the addresses (by kind) that sources give is a link to code."""
    return any(kind.partition("-")[0] == "code" or _is_code(url) for kind, url in addresses)


def find_urls(text: str) -> list[str]:
    """The safe web addresses in a text, in order, once each, without the punctuation that ends a sentence."""
    found: dict[str, None] = {}
    for start, end in url_spans(text):
        found[text[start:end]] = None
    return list(found)


def url_spans(text: str) -> list[tuple[int, int]]:
    """Where the safe web addresses of a text stand: (start, end) offsets in characters."""
    if "://" not in text:
        return []
    spans = []
    for match in _URL.finditer(text):
        start = match.start() - len("http" if text[match.start() - 1] in "pP" else "https")
        url = _trim(text[start : match.end()])
        if safe_url(url):
            spans.append((start, start + len(url)))
    return spans


def safe_url(url: str) -> str | None:
    """The address if it is one that may be opened: http or https, a host, no user name, nothing that hides.

    A host is ASCII (names in other scripts in their `xn--` form), so that no letter passes for another.
    """
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        return None
    if _PLAIN.fullmatch(url):
        return url
    from urllib.parse import urlsplit  # 4 ms that only texts with addresses need

    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        return None
    # Of the netloc, not of the host: that is in lower case, where the Kelvin sign has become a k.
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not parts.netloc.isascii():
        return None
    return url if _HOST.fullmatch(host) else None


def _trim(url: str) -> str:
    """The address without trailing punctuation, and without a bracket that it does not open."""
    unopened = {")": url.count(")") - url.count("("), "]": url.count("]") - url.count("[")}
    end = len(url)
    while end:
        last = url[end - 1]
        if unopened.get(last, 0) > 0:
            unopened[last] -= 1
        elif last not in ".,;:!?*_~…":
            break
        end -= 1
    return url[:end]


def _is_code(url: str) -> bool:
    host = url.partition("://")[2].partition("/")[0].lower().removeprefix("www.")
    return host in CODE_HOSTS


class Field(StrEnum):
    """The texts of a paper in which alone a word can be sought."""

    TITLE = "title"
    AUTHOR = "author"
    ABSTRACT = "abstract"
