"""A paper as the world published it, and the links found in its text."""

import re
from dataclasses import dataclass
from datetime import date

from paperreader.domain.identifiers import Identifier, PaperKey, scheme_of
from paperreader.domain.text import Safe

MAX_URL = 2_048
"""Characters of a link that is kept; browsers and servers refuse much longer ones."""

_URL = re.compile(r"https?://[^\s<>\"'`{}|\\^\x00-\x20\x7f-\x9f]+", re.IGNORECASE)
_HOST = re.compile(r"\w[\w.-]*|[0-9a-f:]*:[0-9a-f:.]*", re.ASCII)
_CODE_HOSTS = ("github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "sr.ht")


@dataclass(frozen=True, slots=True)
class Paper:
    """One paper of the catalogue; what its sources did not say is None, never invented."""

    key: PaperKey
    title: Safe
    abstract: Safe
    authors: tuple[Safe, ...] | None = None
    published: date | None = None
    identifiers: tuple[Identifier, ...] = ()

    def identifier(self, scheme: str) -> str | None:
        """The paper's id under a scheme (`arxiv`, `doi`), without the scheme's name."""
        for identifier in self.identifiers:
            if scheme_of(identifier) == scheme:
                return identifier.partition(":")[2]
        return None

    @property
    def page(self) -> str | None:
        """The address of the paper's own page, where an identifier gives one."""
        if arxiv := self.identifier("arxiv"):
            return f"https://arxiv.org/abs/{arxiv}"
        if doi := self.identifier("doi"):
            from urllib.parse import quote  # 4 ms that only papers without an arXiv id need

            return f"https://doi.org/{quote(doi, safe='/:;()')}"
        return None

    @property
    def pdf(self) -> str | None:
        """The address of the paper's PDF, where an identifier gives one."""
        arxiv = self.identifier("arxiv")
        return f"https://arxiv.org/pdf/{arxiv}" if arxiv else None

    def links(self) -> dict[str, str]:
        """Every known address by kind: `page`, `pdf`, then those in the abstract as `code`, `link`, `link-2`…"""
        named = {kind: url for kind, url in (("page", self.page), ("pdf", self.pdf)) if url}
        for url in find_urls(self.abstract):
            if url in named.values():
                continue
            kind = "code" if _is_code(url) else "link"
            taken = sum(name.partition("-")[0] == kind for name in named)
            named[f"{kind}-{taken + 1}" if taken else kind] = url
        return named


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
        url = _trim(match[0])
        if safe_url(url):
            spans.append((match.start(), match.start() + len(url)))
    return spans


def safe_url(url: str) -> str | None:
    """The address if it is one that may be opened: http or https, a host, no user name, nothing that hides.

    A host is ASCII (names in other scripts in their `xn--` form), so that no letter passes for another.
    """
    if len(url) > MAX_URL or not url.isprintable() or " " in url:
        return None
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
    return host in _CODE_HOSTS
