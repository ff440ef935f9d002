"""A published paper, and the links in its text."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import Identifier, PaperKey, scheme_of
from paperreader.domain.text import Safe, clean_line

MAX_URL = 2_048
"""Characters in a link; browsers and servers refuse much longer ones."""

# The search for `://` is fast; the scheme before it is checked afterwards.
_URL = re.compile(r"://(?:(?<=(?i:http)://)|(?<=(?i:https)://))[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]+")
_HOST = re.compile(r"\w[\w.-]*|[0-9a-f:]*:[0-9a-f:.]*", re.ASCII)
_PLAIN = re.compile(r"https?://[a-z0-9][a-z0-9.-]*(?:[/?#][^@\[\]\\]*)?", re.ASCII)
"""The form of nearly all links."""
CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht")
"""The hosts of links to code."""

_SHOWN_SCHEMES = {"arxiv": "arXiv", "doi": "doi"}


class Standing(StrEnum):
    """Why an item of a list is not a paper, or no longer one."""

    WITHDRAWN = "withdrawn"
    RETRACTED = "retracted"
    CORRECTION = "correction"
    EDITORIAL = "editorial"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper in the catalogue. Facts that no source gave are None, never invented."""

    key: PaperKey
    title: Safe
    """Empty if it is unknown, for example after an import of a list of ids."""
    abstract: Safe
    authors: tuple[Safe, ...] | None = None
    published: KnownDate | None = None
    identifiers: tuple[Identifier, ...] = ()
    categories: tuple[Safe, ...] | None = None
    """Subject classes such as `cs.CL`, the primary one first."""
    addresses: tuple[tuple[str, str], ...] = ()
    """The safe links from its sources, by kind."""
    version: int | None = None
    """The arXiv version of the texts, if it is known."""
    standing: Standing | None = None
    """None: a paper."""
    names: tuple[str, ...] = ()
    """All names that the paper owns, the key first."""

    @property
    def shown_title(self) -> Safe:
        """The title, or the text shown for an unknown title."""
        return shown_title(self.title, self.key)

    def identifier(self, scheme: str) -> str | None:
        """The id of a scheme (`arxiv`, `doi`), without the scheme."""
        for identifier in self.identifiers:
            if scheme_of(identifier) == scheme:
                return identifier.partition(":")[2]
        return None

    @property
    def arxiv_version(self) -> str | None:
        """The arXiv id, with the version of the texts if it is known: `2503.01234v2`."""
        arxiv = self.identifier("arxiv")
        return f"{arxiv}v{self.version}" if arxiv and self.version else arxiv

    @property
    def page(self) -> str | None:
        """The link to the page of the paper, from an id, else from a source."""
        if arxiv := self.identifier("arxiv"):
            return f"https://arxiv.org/abs/{arxiv}"
        if doi := self.identifier("doi"):
            from urllib.parse import quote  # 4 ms that only papers without an arXiv id need

            return f"https://doi.org/{quote(doi, safe='/:;()')}"
        return dict(self.addresses).get("page")

    @property
    def pdf(self) -> str | None:
        """The link to the PDF, from the arXiv id, else from a source."""
        arxiv = self.identifier("arxiv")
        return f"https://arxiv.org/pdf/{arxiv}" if arxiv else dict(self.addresses).get("pdf")

    def links(self) -> dict[str, str]:
        """All links by kind: `page`, `pdf`, the links from the sources, then the links in the abstract.

        Links in the abstract are `code`, `link`, `link-2`, …. A second page from a source is `source`.
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
    """The text shown as title. For an unknown title: `arXiv 2503.01234 (title not fetched)`."""
    scheme, _, name = key.partition(":")
    shown = _SHOWN_SCHEMES.get(scheme)
    return clean_line(f"{shown} {name} (title not fetched)") if shown and not title else title


def has_code(abstract: str) -> bool:
    """Whether an abstract links to code."""
    # The cheapest check is first: the search index calls this a million times.
    return "/" in abstract and any(map(_is_code, find_urls(abstract)))


def links_to_code(addresses: Iterable[tuple[str, str]]) -> bool:
    """Whether one of the links (by kind) from sources is a link to code."""
    return any(kind.partition("-")[0] == "code" or _is_code(url) for kind, url in addresses)


def find_urls(text: str) -> list[str]:
    """The safe links in a text, in order, each once, without the punctuation of the sentence."""
    return list(dict.fromkeys(text[start:end] for start, end in url_spans(text)))


def url_spans(text: str) -> list[tuple[int, int]]:
    """The (start, end) offsets of the safe links in a text, in characters."""
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
    """The link if it is safe to open, else None: http or https, with a host, no user name, no hidden characters.

    A host must be ASCII (other scripts in their `xn--` form), so that no letter imitates another.
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
    # The host is in lower case, where the Kelvin sign is a `k`. So the netloc is checked.
    if parts.scheme not in ("http", "https") or "@" in parts.netloc or not parts.netloc.isascii():
        return None
    return url if _HOST.fullmatch(host) else None


def _trim(url: str) -> str:
    """The link without trailing punctuation, and without closing brackets that it does not open."""
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
    """The texts of a paper. A word of a query may name one of them."""

    TITLE = "title"
    AUTHOR = "author"
    ABSTRACT = "abstract"
