"""Downloads of the lists that a request names, page by page."""

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import quote, urlencode

from paperreader.domain.text import clean_line
from paperreader.errors import NetworkError, ResponseRefused
from paperreader.feeds.base import Source
from paperreader.feeds.huggingface.api_addresses import daily_papers_url, is_last_page
from paperreader.services.fetching.fetch_request import (
    ARXIV,
    ArxivSearch,
    DailyFeed,
    DailyPapers,
    Request,
    Span,
    WebFeed,
)
from paperreader.services.fetching.network import RateLimits, Servers
from paperreader.web.addresses import host_of
from paperreader.web.fetcher import Fetcher
from paperreader.web.messages import Validators, WebRequest, WebResponse

MAX_PAGES = 40
"""Pages of one day that are fetched; the longest known list has one."""
_DAYS_BACK = 4
"""Days before today that may have the newest list: weekends and holidays have none."""
NEWEST = 200
"""Papers of a search without days."""
SLICE = 500
"""Papers in one response to a search: some 2 MB."""
_MAX_RESULTS = 30_000
"""Papers that arXiv gives for one query (https://info.arxiv.org/help/api/user-manual.html)."""
_TRIES = 4
"""How often an empty response in the middle of a search is requested; arXiv sends them at times."""
_FUTURE = 400
"""The status for a day that has not begun where the server is."""

_ENTRY = re.compile(rb"<(?:\w{1,20}:)?entry[\s>]")
_TOTAL = re.compile(rb"<(?:\w{1,20}:)?totalResults[^<>]{0,200}>\s*(\d{1,9})\s*<")


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a download, which is imported by itself."""

    id: str
    """Its name among the parts of the request."""
    name: str
    """Its name in the receipt."""
    source: Source | None
    """None if nothing changed since the last fetch."""
    format: str | None = None
    """The format that it must have; None if it is recognised."""
    url: str | None = None
    """Its address, if one response is the whole part: the next fetch of the address sends the validators."""
    validators: Validators = Validators()
    note: str = ""
    """A remark for the user."""


@dataclass(frozen=True, slots=True)
class Downloads:
    """Downloads the parts of requests; `known` gives the validators of an address that was fetched before."""

    fetcher: Fetcher
    servers: Servers
    limits: RateLimits
    known: Callable[[str], Validators]
    today: date
    """The day whose list is open at Hugging Face."""

    def parts(self, request: Request, done: frozenset[str]) -> Iterator[Part]:
        """The parts of a request that are not done, each as soon as it arrived; raises NetworkError."""
        match request:
            case DailyPapers(span):
                return self._daily_lists(span, done) if span else self._newest_list()
            case DailyFeed(classes):
                url = f"{self.servers.arxiv_feeds.rstrip('/')}/atom/{quote(classes, safe='+.-')}"
                return iter((self._feed(url, "arxiv.org", f"{ARXIV}{classes}", "arxiv-feed"),))
            case ArxivSearch():
                return self._search(request, done)
            case WebFeed(url):
                return iter((self._feed(url, None, clean_line(url), None),))

    def _fetch(
        self, url: str, site: str | None, *, accepts_pages: bool = False, is_conditional: bool = True
    ) -> WebResponse:
        limit = self.limits.of(site or host_of(url) or "")
        validators = self.known(url) if is_conditional else Validators()
        return self.fetcher.fetch(WebRequest(url, site, limit, validators, accepts_pages))

    def _newest_list(self) -> Iterator[Part]:
        """The list of today, or of the last day before that has a list."""
        for back in range(_DAYS_BACK + 1):
            try:
                part, is_empty = self._daily_list(self.today - timedelta(back))
            except ResponseRefused as error:
                if error.status != _FUTURE or back == _DAYS_BACK:
                    raise
                continue  # the day has not begun where the server is
            yield part
            if not is_empty:
                return

    def _daily_lists(self, span: Span, done: frozenset[str]) -> Iterator[Part]:
        for day in span.newest_first():
            if str(day) in done:
                continue
            try:
                yield self._daily_list(day)[0]
            except ResponseRefused as error:
                if error.status != _FUTURE or day != self.today or span.first == span.last:
                    raise

    def _daily_list(self, day: date) -> tuple[Part, bool]:
        """The list of a day with all its pages, and whether the list is empty."""
        name, pages = f"hf {day}", list[WebResponse]()
        items: int | None = None
        while len(pages) < MAX_PAGES:
            url = daily_papers_url(self.servers.hugging_face, day, len(pages))
            page = self._fetch(url, "huggingface.co", is_conditional=not pages)
            if not page.is_changed:
                return Part(str(day), name, None, note=f"{name}: nothing changed"), False
            count = _item_count(page.body)
            if pages and (count == 0 or page.body == pages[-1].body):
                break  # the list has ended, or the server ignores page numbers
            pages.append(page)
            items = count
            if count is None or is_last_page(count, page.link):
                break
        source = Source(name, b"\n".join(page.body for page in pages), listed_on=day)
        if len(pages) > 1:
            return Part(str(day), name, source, "hf"), False
        first = daily_papers_url(self.servers.hugging_face, day, 0)
        return Part(str(day), name, source, "hf", first, pages[0].validators), items == 0

    def _feed(self, url: str, site: str | None, name: str, format_name: str | None) -> Part:
        """A list in one response; if any format is accepted, the importer judges web pages."""
        response = self._fetch(url, site, accepts_pages=format_name is None)
        if not response.is_changed:
            return Part("", name, None, note=f"{name}: nothing changed")
        return Part("", name, Source(name, response.body), format_name, url, response.validators)

    def _search(self, request: ArxivSearch, done: frozenset[str]) -> Iterator[Part]:
        name, start = clean_line(f"{ARXIV}{request.named}"), 0
        limit = _MAX_RESULTS if request.span else NEWEST
        while start < limit:
            if end := next((int(part.partition("-")[2]) for part in done if part.startswith(f"{start}-")), 0):
                start = end
                continue
            response, entries, total = self._search_slice(request, start, min(SLICE, limit - start))
            note = ""
            if start == 0 and total > limit:
                note = f"{name}: the newest {limit:,} of {total:,} papers; use --since or --date for certain days"
            yield Part(f"{start}-{start + entries}", name, Source(name, response.body), "arxiv-api", note=note)
            start += entries
            if not entries or start >= total:
                return

    def _search_slice(self, request: ArxivSearch, start: int, count: int) -> tuple[WebResponse, int, int]:
        """A response to a search, the papers that it lists, and the papers in total; raises NetworkError."""
        query = request.query
        if request.span:
            days = f"submittedDate:[{request.span.first:%Y%m%d}0000 TO {request.span.last:%Y%m%d}2359]"
            query = f"({query}) AND {days}"
        terms = {"search_query": query, "id_list": request.ids, "start": start, "max_results": count}
        terms |= {"sortBy": "submittedDate", "sortOrder": "descending"}
        encoded = urlencode({name: value for name, value in terms.items() if value != ""})
        url = f"{self.servers.arxiv_search.rstrip('/')}/api/query?{encoded}"
        for _ in range(_TRIES):
            response = self._fetch(url, "arxiv.org", is_conditional=False)
            entries = len(_ENTRY.findall(response.body))
            found = _TOTAL.search(response.body)
            total = int(found[1]) if found else entries
            if entries or (start == 0 and total == 0):
                return response, entries, total
        raise NetworkError(f"arXiv sent no papers after number {start:,}, though there are more; try again")


def _item_count(body: bytes) -> int | None:
    """The number of items on a page; None if the page is not a list."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return len(value) if isinstance(value, list) else None
