"""Finds the abstract in the text of a feed item, and the facts that the publisher writes beside it.

Publishers add lines to abstracts: `Nature Catalysis, Published online: 12 May 2026; doi:10.1038/…`, `by Ada Baker, Carl
Dürer`, `Author(s): …`, `[Phys. Rev. Lett. 130, 1] Published Tue Jan 03, 2023`, `Volume 3, Issue 1, Page 1-9`. Such a
line gives authors, a date or a DOI, and is not part of the abstract.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from paperreader.domain.identifiers import normalise_title
from paperreader.feeds.texts.author_line import are_names, is_name
from paperreader.feeds.texts.html_text import HEADINGS, paragraphs
from paperreader.feeds.texts.names import EASTERN

LONGEST_LINE = 400
"""Characters of the longest line that only names the place of publication."""

_HEADING = re.compile(
    rf"(?i:{HEADINGS})\s*[:\uff1a]\s*|{HEADINGS}(?:\s*$|\.\s+|\s*[–—]\s*|\s+-\s+"
    # `ABSTRACT We …`, `Abstract We …` and `AbstractWe …`, where markup was lost
    r"|(?<=[A-Z]{7})\s+(?=(?:[A-Z]\s+)?[A-Z]?[a-z])"
    r"|\s?(?=(?:The|This|These|We|In|Our|To|For|With|Here|Background|Objectives?|Purpose|Introduction|Motivation|Aims?|"
    r"Context)\b|An? [a-z]))"
)
_LABEL = re.compile(
    r"(?P<label>authors?|author\(s\)|by|(?:author )?affiliations?|doi|publication date|published(?: online)?|source|"
    r"upvotes|keywords?|journal|pages?|issn|volume|citation|links?|code|project|categories|subjects?|作者|关键词)"
    r"\s*[:\uff1a]\s*(?P<value>.*)",
    re.IGNORECASE | re.DOTALL,
)
_OF_AUTHORS = ("by", "author", "authors", "author(s)", "作者")
_OF_DATES = ("published", "published online", "publication date")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.?"
_DATE = (
    rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{{0,6}}\.?,?\s+)?(?:\d{{1,2}}(?:st|nd|rd|th)?\s+)?{_MONTH}"
    rf"(?:\s?[-–/]\s?{_MONTH})?(?:\s+\d{{1,2}})?,?(?:\s+\d{{4}})?|\d{{4}}-\d\d(?:-\d\d)?|"
    rf"\d{{4}}\s+{_MONTH}(?:\s+\d{{1,2}})?"
)
_NUMBER = r"[\w.()/:–-]{1,30}"
_PLACE = re.compile(
    rf"vol(?:ume|\.)?\s*{_NUMBER}|issue\s+{_NUMBER}|pages?\s*{_NUMBER}(?:\s?[-–]\s?{_NUMBER})?|pp?\.\s*{_NUMBER}|"
    rf"(?:first |e-?)?(?:published|available|posted|accepted)(?: online| ahead of print)?\s*:?\s*(?:{_DATE})?|"
    r"(?:online |e-?pub )?ahead of print|early\s?view|early access|online\s?first|online now|(?:article )?in press|"
    r"just accepted|advance (?:article|access)|accepted (?:manuscript|article|paper)|journal pre-proofs?|"
    r"doi\s*:?\s*10\.\d{4,9}/\S+",
    re.IGNORECASE,
)
"""Parts between commas that only a line about the place of publication has."""
_DETAIL = re.compile(
    rf"{_DATE}|(?:no|number|art(?:icle)?|suppl(?:ement)?)\.?\s*(?:id|no\.?)?\s*{_NUMBER}|e?collection\s+\d{{4}}|"
    r"(?:spring|summer|autumn|fall|winter)\s+\d{4}|[\d\s():/.e–-]+|https?://\S+|pm(?:c?id)?:?\s*\w+|"
    r"(?:open|free) access|(?:edge |review |research |full )?(?:article|paper)|communication|letter",
    re.IGNORECASE,
)
"""Other parts of a line about the place of publication."""
_HINT = re.compile(
    r"\b(?:vol|issue|page|pp?\.|publish|available|posted|accepted|print|early|online|press|advance|proof|doi)",
    re.IGNORECASE,
)
"""A line about the place of publication has at least one of these words."""
_WITH_YEAR = re.compile(rf"(?<!\w)(?:{_DATE})(?<=\d{{4}})", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[,;|·•]|\.(?=\s|$)|\s[-–—](?=\s)|\s(?=doi\b))\s*", re.IGNORECASE)
_REFERENCE = re.compile(r"[^:]{2,100}\s\d+(?:\s?\(\d+\))?: ?(?:e?\d+(?:[-–]e?\d+)?)\.?|urn:\S+.*", re.DOTALL)
"""`Lanterns 10(2): 15-18`, or a URN."""
_PUBLISHED = re.compile(rf"\s*\[[^\[\]]{{3,100}}\]\s*Published\s+(?P<date>{_DATE})\.?$", re.IGNORECASE)
"""The line that the American Physical Society puts after an abstract."""
_FURNITURE = re.compile(
    r"(?:read|view|continue|get|click|see|full|download)\b(?:\s[\w-]+){0,5}?\s?(?:more|article|text|pdf|html|here|reading)"
    r"[\s»›→>…]*|"
    r"(?:open access\W*)?this (?:article|work) is (?:licen[sc]ed|distributed) under\b.*|"
    r"to cite this article before page numbers are assigned\b.*|the content of this rss feed \(c\).*|"
    r"(?:copyright )?©.*|(?:there is )?no abstract(?: is)?(?: available)?\W*|"
    r"(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}|PMID: ?\d{1,10}(?: \| (?:PMC|DOI): ?\S{1,200}){0,3}|"
    r"(?:research|review|original|special issue)\s+(?:article|paper|research)s?\.?|"
    r"(?:html|xml|pdf|e-?pub|full[- ]?text|abstract|doi|supplementary (?:materials?|data))(?: \(?(?:html|pdf|xml)\)?)?",
    re.IGNORECASE | re.DOTALL,
)
"""Links, licences, kinds of articles, PubMed's line of numbers, and the host that Google Scholar and Wanfang add."""
_DIGITAL = re.compile(r"\b10\.\d{4,9}/[^\s;,]{1,200}")
_SECTION = re.compile(
    r"(?:[a-z-]{1,20} ){0,3}(?:background|introduction|objectives?|aims?|purpose|motivation|context|methods?|design|"
    r"methodology|approach|settings?|participants|patients|interventions?|sources|measure(?:ment)?s|outcomes?|results?|"
    r"findings|discussion|conclusions?|interpretation|significance|importance|relevance|implications|limitations|"
    r"funding|availability|implementation|information|registration|contact|highlights)\W*",
    re.IGNORECASE,
)
_SECTIONED = re.compile(
    r"(?:background|introduction|objectives?|aims?|purpose|motivation|methods?|results?|conclusions?)\s*[:.]",
    re.IGNORECASE,
)
"""The beginning of a paragraph of a structured abstract."""
_TITLE_WORDS = frozenset(("a", "an", "and", "at", "by", "de", "der", "des", "die", "du", "et", "for", "from", "in",
                          "la", "le", "of", "on", "the", "to", "und", "with", "y"))  # fmt: skip
"""Words in lower case that names of journals also have."""
_EASTERN_CLAUSE = re.compile(f"{EASTERN.pattern}{{8}}")
"""More Chinese, Japanese or Korean characters in a row than a name or a number has."""
_FEWEST_EASTERN = 40
"""A text of so many of these characters may be an abstract without a full stop."""


@dataclass(slots=True)
class ItemText:
    """The abstract and the facts in the texts of an item."""

    abstract: str = ""
    authors: list[str] = field(default_factory=list)
    """Lines of names."""
    dates: list[str] = field(default_factory=list)
    dois: list[str] = field(default_factory=list)


def read_texts(texts: Iterable[str], names: Iterable[str]) -> ItemText:
    """The longest abstract in some HTML texts, and the facts in all; `names` (title, journal) are not an abstract."""
    read = ItemText()
    own = {normalise_title(name) for name in names}
    for html in texts:
        abstract = _read(paragraphs(html), own, read)
        if len(abstract) > len(read.abstract):
            read.abstract = abstract
    return read


def _read(parts: list[str], names: set[str], read: ItemText) -> str:
    """The abstract among the paragraphs of one text; `read` gets the facts."""
    prose: list[str] = []
    rank = 0
    for place, part in enumerate(parts):
        if (heading := _HEADING.match(part)) and (found := _rank(heading[0].lower(), prose)):
            part = part[heading.end() :]
            if found > rank:
                prose, rank = [], found
        if label := _LABEL.fullmatch(part):
            _take(label["label"].lower(), label["value"], read)
            continue
        part = _without_place(part, read)
        if not part or _FURNITURE.fullmatch(part) or normalise_title(part) in names:
            continue
        if not prose and place + 1 < len(parts) and _is_line_of_names(part):
            read.authors.append(part)
        elif prose or rank or _SECTION.fullmatch(part) or _is_prose(part):
            prose.append(part)
    while prose and _SECTION.fullmatch(prose[-1]):
        prose.pop()
    return "\n\n".join(prose)


def _rank(heading: str, before: list[str]) -> int:
    """How likely a heading begins an abstract; 0: it begins the last section of an abstract."""
    if heading.startswith(("graphical", "visual")):
        return 1
    if heading.startswith("summary"):
        return 0 if any(map(_SECTIONED.match, before)) else 2
    return 3


def _take(label: str, value: str, read: ItemText) -> None:
    """Keep the value of a label."""
    if label in _OF_AUTHORS:
        read.authors.append(value)
    elif label in _OF_DATES:
        read.dates.append(value)
    elif label == "doi":
        read.dois += _DIGITAL.findall(value)[:1]


def _without_place(part: str, read: ItemText) -> str:
    """A paragraph without the line about the place of publication that it is, begins with or ends with."""
    if behind := _PUBLISHED.search(part[-150:]):
        read.dates.append(behind["date"])
        part = part[: len(part) - len(behind[0])]
    begin = part[:LONGEST_LINE]
    if not _HINT.search(begin):
        return "" if _REFERENCE.fullmatch(begin) and begin == part else part
    ends = [match.end() for match in re.finditer(r"[.;]\s|/\S+\s", begin)][:12]
    if begin == part:
        ends.append(len(part))
    for end in reversed(ends):
        line = part[:end].strip()
        if _is_place(line, is_alone=end == len(part)):
            read.dois += _DIGITAL.findall(line)[:1]
            read.dates += _WITH_YEAR.findall(line)[:1]
            return part[end:].strip()
    return part


def _is_place(line: str, *, is_alone: bool) -> bool:
    """Whether a line only names the place of publication: a journal with volume, issue or pages."""
    if is_alone and _REFERENCE.fullmatch(line):
        return True
    pieces = [piece for piece in _BETWEEN.split(line) if piece]
    places = [bool(_PLACE.fullmatch(piece)) for piece in pieces]
    if sum(places) < (1 if is_alone else 2):
        return False
    is_known = [place or bool(_DETAIL.fullmatch(piece)) for place, piece in zip(places, pieces, strict=True)]
    first = is_known.index(True)
    return all(is_known[first:]) and len(" ".join(pieces[:first]).split()) <= 14


def _is_line_of_names(part: str) -> bool:
    """Whether a paragraph is the names of the authors: `by Ada Baker`, `Ada Baker, Carl Dürer`."""
    if part[:3].lower() == "by ":
        return are_names(part) or is_name(part[3:].strip())
    return not part.endswith((".", "?", "!")) and are_names(part)


def _is_prose(text: str) -> bool:
    """Whether a paragraph is prose, not a name, a list of names, or the number of a volume."""
    if eastern := len(EASTERN.findall(text)):
        ends = sum(map(text.count, "\u3002\uff01\uff1f."))
        is_clause = _EASTERN_CLAUSE.search(text) is not None
        return (ends > 0 or eastern >= _FEWEST_EASTERN) and (is_clause or (ends > 0 and text.count(" ") > 3))
    words = [word for word in text.split() if any(map(str.isalpha, word))]
    plain = sum(word == word.lower() and word not in _TITLE_WORDS for word in words)
    is_sentence = text.endswith((".", "!", "?", "…", ")", '"', "”")) or words[:1] == ["We"]
    return plain > 1 or (is_sentence and len(words) > 1 and (plain == 1 or (len(words) > 7 and text.isupper())))
