"""What all arXiv formats share: wrapped text, dates, ids and notices of withdrawal.

arXiv marks a withdrawal in words only.
"""

import re
from collections.abc import Iterable
from datetime import date

from paperreader.domain.dates import MONTHS, parse_iso
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi
from paperreader.domain.paper import Standing

SHORT = 200
"""Up to this length, an abstract that says `Withdrawn` says nothing else."""

_CATEGORY = re.compile(r"[A-Za-z-]{2,20}(?:\.[A-Za-z-]{2,20})?")
_VERSION = re.compile(r"v(\d{1,4})(?:\.pdf)?$")
_DAY = re.compile(rf"\b(\d{{1,2}})\s{{1,3}}({'|'.join(MONTHS)})[a-z]{{0,6}}\s{{1,3}}(\d{{4}}|\d{{2}})\b")

_PAPER = r"(?:paper|article|manuscript|submission|pre-?print|e-?print|work|report|note|letter)"
_NOT_ELSEWHERE = r"withdrawn\b(?!\s+from\b(?!\s+(?:the\s+)?arxiv))"
_SAYS_WITHDRAWN = re.compile(
    rf"\bthis\s(?:\w+\s)?{_PAPER}\s(?:has\sbeen|is|was|is\sbeing|had\sto\sbe)\s(?:\w+\s)?{_NOT_ELSEWHERE}"
    rf"|\b(?:authors?|we|i)\s(?:(?:have|has|am|are|had\sto)\s)?withdr[ae]w(?:n|s|ing)?\s(?:this|the|our)\s{_PAPER}\b",
    re.IGNORECASE,
)
_BEGINS_WITHDRAWN = re.compile(
    rf"\W*(?:(?:this|the|our)\s)?(?:(?:present|current|arxiv)\s)?(?:{_PAPER}\W+)?"
    rf"(?:(?:has|is|was|been|being|now|temporarily|hereby)\s){{0,3}}{_NOT_ELSEWHERE}",
    re.IGNORECASE,
)


def unwrapped(text: str) -> str:
    """The paragraphs of a wrapped text. A line with two leading spaces, or after an empty line, starts one."""
    text = text.strip()
    flat = text.replace("\n", " ")
    if "  " not in flat and "\n\u00a0" not in text and "\r" not in text:
        return flat  # the usual case; the rest costs as much as all other work on a paper
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        words = line.split()
        if not words or line[:2].isspace():
            paragraphs.append([])
        paragraphs[-1] += words
    return "\n\n".join(" ".join(words) for words in paragraphs if words)


def standing_of(comments: str, abstract: str) -> Standing | None:
    """Whether the text says that the paper was withdrawn from arXiv, not from a journal or conference."""
    for text, is_said in ((comments, True), (abstract, len(abstract) < SHORT)):
        if "ithdr" in text or "ITHDR" in text:
            words = " ".join(text.split())
            if _SAYS_WITHDRAWN.search(words) or (is_said and _BEGINS_WITHDRAWN.match(words)):
                return Standing.WITHDRAWN
    return None


def identifiers_of(arxiv: Identifier, dois: str) -> tuple[Identifier, ...]:
    """The arXiv id of a paper, and the DOIs in a field that are not arXiv's own."""
    if not dois:
        return (arxiv,)
    found = (parse_doi(part.strip(",;")) for part in dois.split()[:20] if not parse_arxiv(part.strip(",;")))
    return tuple(dict.fromkeys((arxiv, *filter(None, found))))


def version_in(text: str) -> int | None:
    """The version at the end of an arXiv id or address, or None."""
    match = _VERSION.search(text.strip())
    return int(match[1]) or None if match else None


def categories_in(terms: Iterable[str]) -> tuple[str, ...] | None:
    """The subject classes among terms, in order. Classes of other schemes contain digits."""
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term))) or None


def day_in(text: str) -> date | None:
    """The first date in a text, as `2 Mar 2023`, `2 Mar 23` or `2023-03-02`; not converted to another time zone."""
    if iso := parse_iso(text.strip()[:10]):
        return iso
    match = _DAY.search(text)
    if match is None:
        return None
    year = int(match[3])
    if len(match[3]) == 2:
        year += 1900 if year > 90 else 2000  # arXiv began in 1991
    try:
        return date(year, MONTHS.index(match[2]) + 1, int(match[1]))
    except ValueError:
        return None
