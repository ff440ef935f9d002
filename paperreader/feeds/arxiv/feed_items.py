"""Reads the papers in arXiv's XML feeds, and reports damaged items as problems."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from paperreader.domain.import_result import EXCERPT, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.syntax.xml import Element, read_feed

TITLES = ("title", "atom:title")
IDS = ("guid", "atom:id")
_OF_ITEMS_ALONE = ("guid", "atom:summary", "dc:creator", "atom:author")
_OF_AN_ITEM = {*TITLES, *IDS, "description", *_OF_ITEMS_ALONE}


@dataclass(slots=True)
class FeedItems(ProblemLog):
    """The result of reading a feed."""

    root: Element | None = None
    """The root element without items, or None."""
    papers: list[tuple[Element, ParsedPaper]] = field(default_factory=list)
    """The papers, each with its item."""


def read_items(data: bytes, paper_of: Callable[[Element], ParsedPaper | Problem]) -> FeedItems:
    """The papers of a feed. Never raises."""
    feed = read_feed(data)
    read = FeedItems(list(feed.problems), list(feed.set_aside), feed.root)
    for item in feed.items:
        found = _two_in_one(item) or paper_of(item)
        if isinstance(found, ParsedPaper):
            read.papers.append((item, found))
        else:
            _refuse(read, found, item, data)
    starts = [item.start for item in feed.items]
    strays = {stray.start: stray for stray in feed.strays if stray.name in _OF_AN_ITEM}
    for head in [feed.root, *feed.root.children("channel")] if feed.root else []:
        found_in_head = (*head.children(*_OF_ITEMS_ALONE), *head.children(*TITLES)[1:])
        strays |= {stray.start: stray for stray in found_in_head}
    for stray in strays.values():
        if all(line != stray.line for line, _ in read.set_aside):
            problem = Problem(stray.line, "is outside any item", clean_line(stray.text, EXCERPT))
            _refuse(read, problem, stray, data, starts)
    return read


def _refuse(read: FeedItems, problem: Problem, element: Element, data: bytes, following: Iterable[int] = ()) -> None:
    """Make an element a problem. An unclosed element ends where the next item starts."""
    end = element.end or min((start for start in following if start > element.start), default=len(data))
    read.problems.append(problem)
    read.set_aside.append((element.line, data[element.start : end]))


def _two_in_one(item: Element) -> Problem | None:
    """The problem of two items that damage joined into one."""
    for names in (TITLES, IDS):
        texts = {text for child in item.children(*names) if (text := child.text)}
        if len(texts) > 1:
            return Problem(
                item.line,
                "two items in one: the end of the first one is missing",
                clean_line(" · ".join(sorted(texts)), EXCERPT),
            )
    return None
