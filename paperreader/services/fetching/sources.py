"""Asking for what a request stands for: what to ask of which server, page by page, until all of it has come."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from paperreader.domain.text import clean_line
from paperreader.errors import AnswerRefused, NetworkError
from paperreader.feeds.base import Source
from paperreader.feeds.huggingface.api import BASE, daily_papers_url, is_last_page
from paperreader.services.fetching.limits import Limits
from paperreader.services.fetching.requests import ARXIV, ArxivSearch, DailyFeed, DailyPapers, Request, Span, WebFeed
from paperreader.web.fetcher import Answer, Fetcher, Question, host_of
from paperreader.web.validators import Validators

MAX_PAGES = 40
"""Pages of one day that are asked for; the longest list known has one."""
DAYS_BACK = 4
"""Days before today among which the newest list is looked for: weekends and holidays have none."""
NEWEST = 200
"""Papers of a search that are fetched where no days are named."""
SLICE = 500
"""Papers of one answer to a search: some 2 MB."""
MAX_RESULTS = 30_000
"""Papers that arXiv gives for one query (https://info.arxiv.org/help/api/user-manual.html)."""
AGAIN = 3
"""How often an answer is asked for again that is empty where there should be papers; arXiv gives such at times."""
FUTURE = 400
"""The status of a day that has not begun where the server is."""

_ENTRY = re.compile(rb"<(?:\w{1,20}:)?entry[\s>]")
_TOTAL = re.compile(rb"<(?:\w{1,20}:)?totalResults[^<>]{0,200}>\s*(\d{1,9})\s*<")


@dataclass(frozen=True, slots=True)
class Servers:
    """Where the sources are; another place than the usual one is the user's own affair: no rule holds for it."""

    hugging_face: str = BASE
    arxiv_feeds: str = "https://rss.arxiv.org"
    arxiv_search: str = "https://export.arxiv.org"

    def configured(self) -> frozenset[str]:
        """The origins that are not the usual ones."""
        usual = Servers()
        return frozenset(
            "/".join(getattr(self, name).split("/")[:3])
            for name in self.__slots__
            if getattr(self, name) != getattr(usual, name)
        )


@dataclass(frozen=True, slots=True)
class Arrived:
    """One part of what a request stands for, which can be imported by itself."""

    part: str
    """Its name among the parts of the request."""
    name: str
    """Its name in the receipt."""
    source: Source | None
    """None: nothing changed since it was taken in last."""
    format: str | None = None
    """The format that it must be in; None: it is recognised."""
    url: str | None = None
    """Its address, where one answer was all of it: by this and the validators it is recognised the next time."""
    validators: Validators = Validators()
    note: str = ""
    """What the user is to be told about it."""


@dataclass(frozen=True, slots=True)
class Asking:
    """What asking needs: who asks, where the sources are, how often, and which answers are known."""

    fetcher: Fetcher
    servers: Servers
    limits: Limits
    known: Callable[[str], Validators]
    today: date
    """The day whose list is open at Hugging Face."""

    def arrivals(self, request: Request, done: frozenset[str]) -> Iterator[Arrived]:
        """The parts of a request that are not done, one after the other as they come; raises NetworkError."""
        match request:
            case DailyPapers(span):
                return self._newest_list() if span is None else self._lists(span, done)
            case DailyFeed(classes):
                return self._daily_feed(classes)
            case ArxivSearch():
                return self._search(request, done)
            case WebFeed(url):
                return self._web_feed(url)

    def _ask(self, url: str, site: str | None, *, is_page: bool = False, is_known: bool = True) -> Answer:
        host = host_of(url) or ""
        limit = self.limits.of(site or host)
        validators = self.known(url) if is_known else Validators()
        return self.fetcher.ask(Question(url, site, limit, validators, is_page))

    def _newest_list(self) -> Iterator[Arrived]:
        """The list of today, or of the last day before that has one."""
        for back in range(DAYS_BACK + 1):
            try:
                arrived, is_empty = self._list(self.today - timedelta(back))
            except AnswerRefused as error:
                if error.status != FUTURE or back == DAYS_BACK:
                    raise
                continue  # it is not yet that day where the server is
            yield arrived
            if not is_empty:
                return

    def _lists(self, span: Span, done: frozenset[str]) -> Iterator[Arrived]:
        for day in span.newest_first():
            if str(day) in done:
                continue
            try:
                yield self._list(day)[0]
            except AnswerRefused as error:
                if error.status != FUTURE or day != self.today or span.first == span.last:
                    raise

    def _list(self, day: date) -> tuple[Arrived, bool]:
        """The list of a day with all its pages, and whether it is empty."""
        name, pages, promised = f"hf {day}", list[Answer](), False
        first = daily_papers_url(self.servers.hugging_face, day, 0)
        while len(pages) < MAX_PAGES:
            url = daily_papers_url(self.servers.hugging_face, day, len(pages))
            answer = self._ask(url, "huggingface.co", is_known=not pages)
            if not answer.is_changed:
                return Arrived(str(day), name, None, note=f"{name}: nothing changed"), False
            items = _items(answer.data)
            for _ in range(AGAIN * (promised and items == 0)):
                answer = self._ask(url, "huggingface.co", is_known=False)
                if items := _items(answer.data):
                    break
            if pages and (items == 0 or answer.data == pages[-1].data):
                break  # all of it had come, or a server that knows no pages says the same again
            pages.append(answer)
            if items is None or is_last_page(items, answer.link):
                break
            promised = not is_last_page(0, answer.link)
        source = Source(name, b"\n".join(page.data for page in pages), listed_on=day)
        single = pages[0] if len(pages) == 1 else None
        is_empty = single is not None and _items(single.data) == 0
        known = (first, single.validators) if single else (None, Validators())
        return Arrived(str(day), name, source, "hf", *known), is_empty

    def _daily_feed(self, classes: str) -> Iterator[Arrived]:
        name, url = f"arxiv:{classes}", f"{self.servers.arxiv_feeds.rstrip('/')}/atom/{quote(classes, safe='+.-')}"
        yield self._whole(url, "arxiv.org", name, "arxiv-feed")

    def _web_feed(self, url: str) -> Iterator[Arrived]:
        yield self._whole(url, None, clean_line(url), None)

    def _whole(self, url: str, site: str | None, name: str, format_name: str | None) -> Arrived:
        """What one answer is all of; where any format will do, a web page is named by the import."""
        answer = self._ask(url, site, is_page=format_name is None)
        if not answer.is_changed:
            return Arrived("", name, None, note=f"{name}: nothing changed")
        return Arrived("", name, Source(name, answer.data), format_name, url, answer.validators)

    def _search(self, request: ArxivSearch, done: frozenset[str]) -> Iterator[Arrived]:
        name, start = clean_line(f"{ARXIV}{request.named}"), 0
        limit = MAX_RESULTS if request.span else NEWEST
        while start < limit:
            count = min(SLICE, limit - start)
            if end := next((int(part.partition("-")[2]) for part in done if part.startswith(f"{start}-")), 0):
                start = end
                continue
            answer, entries, total = self._slice(request, start, count)
            note = ""
            if start == 0 and total > limit:
                note = f"{name}: the newest {limit:,} of {total:,} papers; --since and --date fetch those of some days"
            yield Arrived(f"{start}-{start + entries}", name, Source(name, answer.data), "arxiv-api", note=note)
            start += entries
            if not entries or start >= total:
                return

    def _slice(self, request: ArxivSearch, start: int, count: int) -> tuple[Answer, int, int]:
        """An answer to a search, how many papers it lists, and how many there are; raises NetworkError."""
        asked = {"search_query": _query(request), "id_list": request.ids, "start": start, "max_results": count}
        asked |= {"sortBy": "submittedDate", "sortOrder": "descending"}
        terms = urlencode({name: value for name, value in asked.items() if value != ""})
        url = f"{self.servers.arxiv_search.rstrip('/')}/api/query?{terms}"
        for _ in range(AGAIN + 1):
            answer = self._ask(url, "arxiv.org", is_known=False)
            entries = len(_ENTRY.findall(answer.data))
            found = _TOTAL.search(answer.data)
            total = int(found[1]) if found else entries
            if entries or (start == 0 and total == 0):
                return answer, entries, total
        raise NetworkError(f"arXiv lists nothing from the {start + 1:,}th paper on, though there are more; try again")


def _query(request: ArxivSearch) -> str:
    if request.span is None:
        return request.query
    submitted = f"submittedDate:[{request.span.first:%Y%m%d}0000 TO {request.span.last:%Y%m%d}2359]"
    return f"({request.query}) AND {submitted}"


def _items(data: bytes) -> int | None:
    """How many items a page has; None where it is no list."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return len(value) if isinstance(value, list) else None
