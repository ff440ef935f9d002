r"""What arXiv's formats have in common: names in TeX, authors in one string, wrapped texts, dates, withdrawals.

arXiv keeps its metadata in ASCII: `Hern\'andez`, the authors as `A. Baker (1), C. Dyer (1 and 2) and E. Fox ((1) X)`,
and it says in words that a paper was withdrawn.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from paperreader.domain.dates import MONTHS, parse_iso
from paperreader.domain.identifiers import Identifier, parse_arxiv, parse_doi
from paperreader.domain.paper import Standing
from paperreader.feeds.tex import plain

MAX_AUTHORS = 200_000
"""Characters of the longest list of authors that is taken apart; one of 3,303 authors has 66,000."""
SHORT = 200
"""Characters up to which an abstract that only says `Withdrawn` is nothing else."""

_SEPARATOR = re.compile(r"\\.|[(){},;]|:\s|\s(?:and|&)(?=[\s,])", re.DOTALL)
_AND = re.compile(r"(?:and|&)\s+")
_SUFFIX = re.compile(r"(?:[JS]r|Ph\.?D|M\.?D|I{2,3}|IV|2nd|3rd)\.?", re.IGNORECASE)

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


def authors_in(text: str) -> tuple[str, ...]:
    """The names in a list of authors, without their affiliations; as one name where it is too long to be a list."""
    text = " ".join(text.split())
    if len(text) > MAX_AUTHORS:
        return (text,)
    names: list[str] = []
    for part in _parts(text):
        name = name_from_tex(_AND.sub("", _without_affiliation(part).strip(), count=1))
        if names and _SUFFIX.fullmatch(name):
            names[-1] = f"{names[-1]} {name}"
        elif name and name != "and":
            names.append(name)
    return tuple(names)


def name_from_tex(name: str) -> str:
    r"""The name in Unicode: `Hern\'andez` is Hernández; TeX that stands for no sign stays as it is."""
    if "\\" not in name and "{" not in name and "~" not in name:
        return name
    return " ".join(plain(name).split())


def unwrapped(text: str) -> str:
    """A text set in lines as paragraphs: a line that begins with two blanks, or follows an empty one, begins one."""
    text = text.strip()
    flat = text.replace("\n", " ")
    if "  " not in flat and "\n\u00a0" not in text and "\r" not in text:
        return flat  # nearly always: the rest costs as much as all else that is done with a paper
    paragraphs: list[list[str]] = [[]]
    for line in text.split("\n"):
        words = line.split()
        if not words or line[:2].isspace():
            paragraphs.append([])
        paragraphs[-1] += words
    return "\n\n".join(" ".join(words) for words in paragraphs if words)


def standing_of(comments: str, abstract: str) -> Standing | None:
    """Whether a paper was withdrawn, which arXiv's formats say in words only; not from a journal or conference."""
    for text, is_said in ((comments, True), (abstract, len(abstract) < SHORT)):
        if "ithdr" in text or "ITHDR" in text:
            words = " ".join(text.split())
            if _SAYS_WITHDRAWN.search(words) or (is_said and _BEGINS_WITHDRAWN.match(words)):
                return Standing.WITHDRAWN
    return None


def identifiers_of(arxiv: Identifier, dois: str) -> tuple[Identifier, ...]:
    """A paper's identifiers: its arXiv id and the DOIs in a field, blanks between them, that are not arXiv's own."""
    if not dois:
        return (arxiv,)
    found = (parse_doi(part.strip(",;")) for part in dois.split()[:20] if not parse_arxiv(part.strip(",;")))
    return tuple(dict.fromkeys((arxiv, *filter(None, found))))


def version_in(text: str) -> int | None:
    """The version at the end of an arXiv id or address, if it has one."""
    match = _VERSION.search(text.strip())
    return int(match[1]) or None if match else None


def categories_in(terms: Iterable[str]) -> tuple[str, ...] | None:
    """The subject classes among some terms, in their order; the classes of other schemes have digits in them."""
    return tuple(dict.fromkeys(term for term in terms if _CATEGORY.fullmatch(term))) or None


def day_in(text: str) -> date | None:
    """The first day that a text names, as `2 Mar 2023`, `2 Mar 23` or `2023-03-02`: as written, in no other zone."""
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


def _parts(text: str) -> Iterator[str]:
    """The text between separators that do not stand in parentheses or braces."""
    signs = list(_SEPARATOR.finditer(text))
    is_balanced = all(
        sum(sign[0] == one for sign in signs) == sum(sign[0] == other for sign in signs) for one, other in ("()", "{}")
    )
    depth = done = 0
    for sign in signs:
        if sign[0] in ("(", "{"):
            depth += is_balanced
        elif sign[0] in (")", "}"):
            depth = max(0, depth - is_balanced)
        elif depth == 0 and not sign[0].startswith("\\"):
            yield text[done : sign.start()]
            done = sign.end()
    yield text[done:]


def _without_affiliation(part: str) -> str:
    """A name without the parentheses at its end."""
    part = part.rstrip()
    while part.endswith(")"):
        depth = 0
        for place in range(len(part) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(part[place], 0)
            if depth == 0:
                break
        if depth or place == 0:
            break
        part = part[:place].rstrip()
    return part
