"""arXiv's web pages: lists (`arxiv.org/list/cs.CL/new`, `recent`, of a month, `catchup`) and papers (`arxiv.org/abs`).

They are read as copied or saved by a browser; of HTML, the visible lines:

    Showing new listings for Tuesday, 26 May 2026                          or: New submissions for Tue, 1 Aug 23
    New submissions (showing 80 of 80 entries)
    [1] arXiv:2605.06651 (cross-list from cs.LG) [pdf, html, other]        or: 1. arXiv:2605.06651 [pdf] cs.AI
    Title: A Title                                                         or: A Title
    Ann One, Bo Two                                                        or: Authors: Ann One, Bo Two
    Comments: 22 pages
    Subjects: Artificial Intelligence (cs.AI); Machine Learning (cs.LG)
    The abstract, in lists of new papers.                                  or: Abstract: … ▽ More

A paper's own page has its date before its title, a labelled abstract, and its id after its subjects. Lines between
papers are arXiv's own; a field name among them means a paper without its id.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from html import unescape

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import ParsedListing, ParsedPaper, Problem
from paperreader.domain.listing import Announced
from paperreader.feeds.arxiv.text import categories_in, day_in, identifiers_of, standing_of, version_in
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.syntax.page_lines import Line, html_lines, text_lines, without_markdown
from paperreader.feeds.texts.names import NameStyle, read_names

_ENTRY = re.compile(
    r"(?:\[(?P<rank>\d{1,6})\]\s*|\d{1,6}\.\s+)?arXiv:\s*(?P<id>\S{5,40})\s*(?P<kind>\([^()]{0,80}\))?\s*(?P<rest>[\[(].*|)",
    re.IGNORECASE,
)
_RANK = re.compile(r"\[(\d{1,6})\]")
_SUBMITTED = re.compile(r"\[Submitted on (?P<dates>.{6,200})\]?", re.IGNORECASE)
_FIELD = re.compile(
    r"(?P<name>Title|Authors?|Abstract|Comments?|Subjects?|Journal-ref|Journal reference|Report-no|Report number"
    r"|(?:Related )?DOI|(?:ACM|MSC)(?:-class| classes)|Cite as):\s*(?P<value>.*)",
    re.IGNORECASE,
)
_SECTION = re.compile(
    r"(?P<name>New submissions|Cross(?:-lists| submissions)|Replacements?(?: submissions)?)"
    r"(?: for (?P<day>[^()]{6,40}))?(?: ?\(.{0,80}\))?",
    re.IGNORECASE,
)
_DAY = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}, (?P<day>\d{1,2} [A-Z][a-z]{2,8} \d{2,4})(?: ?\(.{0,80}\))?"
)
_LISTED = re.compile(
    r"(?:Showing new listings for|Catchup results for (?P<name>.{1,100}) on|Total of \d+ entries for) (?P<day>.{6,60})",
    re.IGNORECASE,
)
_END = re.compile(
    r"\[? ?(?:Total of|Showing(?: up to)?) \d+ entries\b.*|Submission history|Continue to the next day", re.I
)
_NOT_DATED = re.compile(r"Authors and titles for (?!recent)(?:.{3,40})", re.IGNORECASE)
_LIST_NAME = re.compile(
    r"/(?:list|catchup)/([a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?)/(?:new|recent|pastweek|current|\d{2,4})"
)
_CLASS = re.compile(r"\(([a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?)\)")
_NAMED_CLASS = re.compile(rf"(?:^|;)\s*([^;()]{{3,80}}?)\s*{_CLASS.pattern}")
_ANNOUNCED_IN = re.compile(r"Submitted (?P<day>\d{1,2} [A-Z][a-z]{2,8}), (?P<year>\d{4});.{0,200}")
_FOLDS = re.compile(r"^[^▽]*▽ More(?=\s*\S)|[▽△] (?:More|Less)$")
"""The start of a shortened abstract on a search page, and the marks at its end."""
_VERSION = re.compile(r"\(this version, v(\d{1,4})\)")
_META = re.compile(r"<meta\s+name=\"citation_(\w{1,40})\"\s+content=\"([^\"]*)\"", re.IGNORECASE)
_SECTIONS = {"new": Announced.NEW, "cro": Announced.CROSS, "rep": Announced.REPLACEMENT}
_ARCHIVES = {
    "astrophysics": "astro-ph", "computer science": "cs", "condensed matter": "cond-mat", "economics": "econ",
    "electrical engineering and systems science": "eess", "mathematics": "math", "nonlinear sciences": "nlin",
    "physics": "physics", "quantitative biology": "q-bio", "quantitative finance": "q-fin", "statistics": "stat",
}  # fmt: skip
_IS_LIST = re.compile(rb"arXiv:\s*+[\w./-]{5,40}+[^\n]{0,300}(?:\n[^\n]{0,100})?\b(?:pdf|other)\b", re.IGNORECASE)
_IS_PAPER = re.compile(rb"\[Submitted on \d{1,2} [A-Z][a-z]{2} \d{4}")
_HAS_TITLE = re.compile(rb"^\W{0,30}(?:Title|Authors):", re.MULTILINE)


class ArxivListImporter:
    """The importer of the text of arXiv's pages."""

    format = "arxiv-list"
    max_bytes = 16_000_000
    """A list of 2,000 papers with abstracts has 4 MB."""
    max_lines = 400_000

    def recognises(self, head: bytes) -> bool:
        """Whether it has an entry of a list, or the date and title of a paper's page."""
        is_page = _IS_LIST.search(head) is not None or _IS_PAPER.search(head) is not None
        return is_page and _HAS_TITLE.search(head) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """A listing for each day of the page."""
        listings = read_list(without_markdown(text_lines(data)))
        if any(listing.papers or listing.problems for listing in listings):
            return listings
        return (
            ParsedListing(
                (), (Problem(None, "shows no papers; copy the text of a page of arxiv.org/list or arxiv.org/abs"),)
            ),
        )


def read_arxiv_page(html: str) -> tuple[ParsedListing, ...]:
    """The listings of an HTML page; none if it is no page of arXiv with a paper."""
    meta: dict[str, list[str]] = {}
    for name, value in _META.findall(html):
        meta.setdefault(name.lower(), []).append(" ".join(unescape(value).split()))
    names = _LIST_NAME.search(html)
    listings = read_list(html_lines(html, with_addresses=False), names[1] if names else "")
    if not meta.get("arxiv_id") or not meta.get("title"):
        return listings if any(listing.papers for listing in listings) else ()
    shown = [paper for listing in listings for paper in listing.papers] or [ParsedPaper("", "", line=1)]
    return (ParsedListing((_with_meta(shown[0], meta),), (), is_undated=True),)


def _with_meta(shown: ParsedPaper, meta: dict[str, list[str]]) -> ParsedPaper:
    """A paper with the metadata of its page, where formulas are as the authors wrote them."""
    identifier = parse_arxiv(meta["arxiv_id"][0])
    return replace(
        shown,
        title=meta["title"][0],
        abstract=meta.get("abstract", [shown.abstract])[0],
        authors=read_names(*meta.get("author", ()), style=NameStyle.ONE) or shown.authors,
        published=day_in(meta.get("date", [""])[0].replace("/", "-")) or shown.published,
        identifiers=identifiers_of(identifier, " ".join(meta.get("doi", ()))) if identifier else shown.identifiers,
    )


@dataclass(slots=True)
class _Entry:
    """The state of reading a paper: its id, and its fields in order."""

    line: int
    announced: Announced | None
    day: date | None
    name: str = ""
    published: date | None = None
    version: int | None = None
    is_own_page: bool = False
    fields: dict[str, list[str]] = field(default_factory=dict)
    current: str = ""
    head: list[str] = field(default_factory=list)
    """The lines before the first field, including the title in search results."""
    lines: list[Line] = field(default_factory=list)

    def take(self, line: Line) -> None:
        """Add a line to its field. A line without a field name belongs to the field before it."""
        self.lines.append(line)
        if match := _FIELD.fullmatch(line.text):
            self.current = match["name"][:4].lower()
            if self.current == "auth" and not self.fields and "pdf" in " ".join([self.lines[0].text, *self.head]):
                self.fields["titl"] = [text for text in self.head if " " in text and text[0] not in "[("]
            self.fields.setdefault(self.current, []).extend([match["value"]] if match["value"] else [])
        elif found := _ANNOUNCED_IN.fullmatch(line.text):
            self.published, self.current = day_in(f"{found['day']} {found['year']}"), "subm"
        elif not self.current:
            self.announced = _announced(line.text, self.announced)
            self.head.append(line.text)
        elif self.current in ("doi", "rela") or "://" not in line.text or " " in line.text:
            self._take_unnamed(line.text)

    def _take_unnamed(self, text: str) -> None:
        """Add a line to the field before it. Authors follow a title, an abstract follows subjects."""
        is_empty = not self.fields[self.current]
        if self.is_own_page and text.startswith("View "):
            self.current = ""
        elif not is_empty and not self.is_own_page:
            self.current = {"titl": "auth", "subj": "abst"}.get(self.current, self.current)
        if self.current and (is_empty or not self.is_own_page or self.current in ("auth", "abst")):
            self.fields.setdefault(self.current, []).append(text)

    def paper(self) -> ParsedPaper | str:
        """The paper, or the reason why there is none."""
        cited = [parse_arxiv(word) for word in " ".join(self.fields.get("cite", ())).split()]
        identifier = parse_arxiv(self.name) or next(filter(None, cited), None)
        title = self._text("titl")
        if identifier is None:
            return "a paper without its arXiv id"
        if not title:
            return "a paper without its title"
        abstract = "\n\n".join(_paragraphs([_FOLDS.sub("", text).strip() for text in self.fields.get("abst", ())]))
        return ParsedPaper(
            title=title,
            abstract=abstract,
            authors=read_names(self._text("auth"), style=NameStyle.LIST) or None,
            published=self.published,
            identifiers=identifiers_of(identifier, self._text("doi") or self._text("rela")),
            line=self.line,
            categories=categories_in(_CLASS.findall(self._text("subj"))),
            version=self.version or version_in(self.name),
            announced=self.announced,
            standing=standing_of(self._text("comm"), abstract),
        )

    def _text(self, name: str) -> str:
        return " ".join(self.fields.get(name, ()))


def _announced(text: str, otherwise: Announced | None) -> Announced | None:
    """The kind of announcement, from the marks after the id; in the section of replacements, always that."""
    if otherwise is Announced.REPLACEMENT or "(replaced" in text:
        return Announced.REPLACEMENT
    return Announced.CROSS if "(cross-list" in text else otherwise


def _paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """The paragraphs of an abstract: a short line that ends a sentence ends a paragraph."""
    begun: list[str] = []
    for line in lines:
        begun.append(line)
        if line.endswith((".", "!", "?")):
            yield " ".join(begun)
            begun = []
    if begun:
        yield " ".join(begun)


def read_list(lines: Sequence[Line], name: str = "") -> tuple[ParsedListing, ...]:
    """The listings of a page, one per day. `name` is the listed class or archive."""
    read = _Reading()
    for line in lines:
        read.take(line)
    read.end_entry()
    return read.listings(name)


@dataclass(slots=True)
class _Reading(ProblemLog):
    """The state of reading a page."""

    days: dict[date | None, list[ParsedPaper]] = field(default_factory=dict)
    names: dict[str, Counter[str]] = field(default_factory=dict)
    """Classes by their names on the page, and the number of papers of each. Two are called Machine Learning."""
    headings: list[str] = field(default_factory=list)
    entry: _Entry | None = None
    section: Announced | None = None
    day: date | None = None
    is_undated: bool = False
    first: int = 0
    rank: int = 0

    def take(self, line: Line) -> None:
        """Read all lines."""
        text = line.text
        if rank := _RANK.fullmatch(text):
            self.rank = int(rank[1])
        elif not self._is_on_own_page and (found := _ENTRY.fullmatch(text)) and parse_arxiv(found["id"]):
            self._begin(line, found)
        elif submitted := _SUBMITTED.fullmatch(text):
            self._begin_own_page(line, submitted["dates"])
        elif self._is_around(text):
            self.end_entry()
        elif self.entry:
            self.entry.take(line)
        elif _FIELD.fullmatch(text):
            self.entry = _Entry(line.number, self.section, self.day)
            self.entry.take(line)
        else:
            self.headings.append(text)

    @property
    def _is_on_own_page(self) -> bool:
        return self.entry is not None and self.entry.is_own_page

    def _is_around(self, text: str) -> bool:
        """Whether a line is between papers: a heading, or the end of the list."""
        if match := _SECTION.fullmatch(text):
            self.section = _SECTIONS[match["name"][:3].lower()]
            self.day = day_in(match["day"] or "") or self.day
        elif match := _DAY.fullmatch(text):
            self.day = day_in(match["day"]) or self.day
        elif match := _LISTED.match(text):
            self.day = day_in(match["day"]) or self.day
            self.headings.extend([match["name"]] if match["name"] else [])
        elif _NOT_DATED.fullmatch(text):
            self.is_undated = True
        elif not _END.fullmatch(text):
            return False
        return True

    def _begin(self, line: Line, found: re.Match[str]) -> None:
        self.end_entry()
        section = self.section or (Announced.NEW if self.day else None)
        self.entry = _Entry(line.number, _announced(line.text, section), self.day, found["id"], lines=[line])
        self.rank = int(found["rank"]) if found["rank"] else self.rank
        self.first = self.first or self.rank

    def _begin_own_page(self, line: Line, dates: str) -> None:
        if self.entry and self.entry.fields:
            self.end_entry()
        version = _VERSION.search(dates)
        self.entry = _Entry(
            line.number,
            None,
            None,
            self.entry.name if self.entry else "",
            published=day_in(dates),
            version=int(version[1]) if version else None,
            is_own_page=True,
            lines=[line],
        )
        self.is_undated = True

    def end_entry(self) -> None:
        """Keep the paper that was read, or report why there is none."""
        entry, self.entry = self.entry, None
        if entry is None:
            return
        found = entry.paper()
        if isinstance(found, str):
            self.refuse(entry.lines, found)
            return
        for name, short in _NAMED_CLASS.findall(" ".join(entry.fields.get("subj", ()))):
            self.names.setdefault(name.lower(), Counter())[short] += 1
        self.days.setdefault(entry.day, []).append(found)

    def listings(self, name: str) -> tuple[ParsedListing, ...]:
        """The listings; the first one has the problems."""
        days = self.days or {None: []}
        self.is_undated |= self.section is None and list(days) == [None]
        if self.is_undated:
            days = {None: [paper for papers in days.values() for paper in papers]}
        known = _ARCHIVES | {shown: found.most_common(1)[0][0] for shown, found in self.names.items()}
        name = name or next((known[text.lower()] for text in self.headings if text.lower() in known), "")
        feed = f"arxiv:{name}" if name else "arxiv"
        is_slice = len(days) == 1 and not self.is_undated
        return self.on_first(
            [
                ParsedListing(
                    tuple(papers),
                    (),
                    date=day,
                    feed=None if self.is_undated else feed,
                    is_undated=self.is_undated,
                    before=max(0, self.first - 1) if is_slice else 0,
                )
                for day, papers in days.items()
            ]
        )
