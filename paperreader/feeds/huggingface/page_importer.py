"""Imports Hugging Face pages from their text: lists, trending papers, searches and single papers.

All layouts since 2023 are read, as copied from a browser or converted to Markdown.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from itertools import pairwise

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.feeds.huggingface.cards import read_cards
from paperreader.feeds.huggingface.paper_page import read_paper_page
from paperreader.feeds.huggingface.tokens import Address, Day, Kind, Target, Token, tokens_of
from paperreader.feeds.syntax.page_lines import Line, text_lines, without_markdown

TOP = 20_000
"""Bytes from the start that identify a page."""
HEADER_LINES = 12
"""Lines in which two words of the site, or one and a date, identify a page."""

LISTED_WITHIN = 14
"""Days after which a paper cannot join the daily list (https://huggingface.co/docs/hub/paper-pages)."""

_HEADINGS = ("new", "daily papers", "trending papers", "subscribe")
_FACTS = (Kind.SUBMITTER, Kind.AUTHORS, Kind.PUBLISHED, Kind.UPVOTES)


class PageImporter:
    """The importer of the text of papers pages."""

    format = "page"
    max_bytes = 8_000_000
    """The largest known page has 205,000."""
    max_lines = 20_000
    """The longest known page has 2,000."""

    def recognises(self, head: bytes) -> bool:
        """Whether the site's heading, two kinds of facts, or a date at the top are present."""
        if head.lstrip().startswith(b"<"):
            return False
        lines = without_markdown(text_lines(head[:TOP]))
        tokens = list(tokens_of(lines))
        site = [token.text.lower() for token in tokens if token.kind is Kind.SITE]
        top = [token for token in tokens if token.line.number <= lines[:HEADER_LINES][-1].number]
        headings = any(map(_is_title_with_address, tokens, tokens[1:])) + sum(
            token.kind is Kind.SITE and token.text.lower().startswith(_HEADINGS) for token in top
        )
        return (
            any(text.startswith("get trending") or text.endswith("research community") for text in site)
            or len({token.kind for token in tokens if token.kind in _FACTS}) > 1
            or headings > 1
            or any(token.kind is Kind.DAY for token in (top if headings else tokens[:1]))
            or read_paper_page(lines) is not None
        )

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listings of the pages in a file, usually one. Unknown lines become problems."""
        lines = text_lines(data)
        numbered = tuple((line.number, line.text) for line in lines)
        return tuple(replace(listing, lines=numbered) for listing in read_pages(without_markdown(lines)))


def _is_title_with_address(text: Token, address: Token) -> bool:
    is_paper = isinstance(address.value, Address) and address.value.target is Target.PAPER
    return is_paper and text.kind is Kind.TEXT and parse_arxiv(text.text) is None


def read_pages(lines: Sequence[Line]) -> tuple[ParsedListing, ...]:
    """The listings of the pages in these lines."""
    if paper := read_paper_page(lines):
        return (paper,)
    tokens = list(tokens_of(lines))
    ends = [0, *_headings(tokens), len(tokens)]
    pages = [_listing(tokens[begin:end]) for begin, end in pairwise(ends)]
    return (pages[0], *(page for page in pages[1:] if page.papers or page.problems))


def _headings(tokens: Sequence[Token]) -> Iterator[int]:
    """The positions where pages start: at the site's heading with a date, after a date and a text."""
    is_dated = has_text = False
    for place, token in enumerate(tokens):
        is_dated |= token.kind is Kind.DAY
        has_text |= is_dated and token.kind is Kind.TEXT
        if has_text and token.kind is Kind.SITE and token.text.lower().endswith("research community"):
            before = any(other.text.lower() in _HEADINGS for other in tokens[max(0, place - 4) : place])
            behind = (other.kind for other in tokens[place : place + 12] if other.kind not in (Kind.SITE, Kind.ADDRESS))
            if before and next(behind, None) is Kind.DAY:
                yield place
                is_dated = has_text = False


def _listing(tokens: Sequence[Token]) -> ParsedListing:
    """The listing of a page."""
    reading = read_cards(tokens)
    day = reading.day and _with_year(reading.day, reading.papers)
    month_day = (day.month, day.day) if day and not day.year else None
    listing = ParsedListing(tuple(reading.papers), (), date=day.date() if day else None, month_day=month_day)
    return reading.on_first([listing])[0]


def _with_year(day: Day, papers: Sequence[ParsedPaper]) -> Day:
    """The date, with the year of the newest paper if that is shortly before."""
    newest = max((paper.published for paper in papers if isinstance(paper.published, date)), default=None)
    years = (newest.year, newest.year + 1) if newest and day.year is None else ()
    dates = (found for year in years if (found := day.date(year)))
    near = next((found for found in dates if newest and 0 <= (found - newest).days <= LISTED_WITHIN), None)
    return replace(day, year=near.year) if near else day
