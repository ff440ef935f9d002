"""Fetching sources: the requests for each source, and fetches that end early and continue later."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from invented_lists import daily_feed, daily_page, search_answer
from still_clock import Clock
from web_server import Handler, WebServer, status

from paperreader.domain.decision import SetStar
from paperreader.domain.receipt import ImportReceipt, Outcome
from paperreader.services.fetching.downloads import MAX_PAGES, NEWEST, SLICE
from paperreader.services.fetching.library_fetch import fetch, plan_fetch
from paperreader.services.fetching.network import Network, RateLimits, Servers
from paperreader.services.job_progress import JobProgress
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.fetch_memory import NAME
from paperreader.web.limits import CancelToken

FRIDAY = date(2025, 3, 14)
NOW = datetime(2025, 3, 14, 16, tzinfo=UTC)
PAPERS, SEARCH = "/api/daily_papers", "/api/query"


class Fetched(NamedTuple):
    """What a fetch returns."""

    imported: ImportReceipt
    notes: tuple[str, ...]


def run(library: Library, network: Network, *sources: str, **options: Any) -> Fetched:
    """Fetch, as the command does."""
    plan = plan_fetch(sources, network, on=options.pop("on", None), since=options.pop("since", None))
    return Fetched(*fetch(library, plan, network, **options))


def asked(web: WebServer, path: str) -> list[dict[str, str]]:
    """The requests for a path, in order."""
    return [
        {name: values[0] for name, values in parse_qs(urlsplit(one.target).query).items()}
        for one in web.asked
        if one.path == path
    ]


def serve_days(web: WebServer, lists: dict[date, list[bytes]], **headers: str) -> None:
    """Serve lists of days in pages; a missing day is empty, and days after all lists are in the future."""

    def reply(handler: Handler) -> None:
        terms = parse_qs(urlsplit(handler.path).query)
        day, page = date.fromisoformat(terms["date"][0]), int(terms.get("p", ["0"])[0])
        if lists and day > max(lists):
            handler.send(json.dumps({"error": "date is in the future"}).encode(), 400)
            return
        pages = lists.get(day, [])
        handler.send(pages[page] if page < len(pages) else b"[]", 200, **headers)

    web.on(PAPERS, reply)


def listed(library: Library) -> dict[str, int]:
    """The number of papers by date."""
    return {str(count.date): count.papers for count in library.counts().dates}


def named(receipt: Fetched) -> list[tuple[str, int]]:
    """The names in a receipt, with the papers listed."""
    return [(file.path, file.figures.listed) for file in receipt.imported.files]


# The Daily Papers


def test_the_default_source_is_todays_list(library: Library, web: WebServer, network: Network) -> None:
    """Rule: `fetch` alone is one request for the list of today at Hugging Face."""
    serve_days(web, {FRIDAY: [daily_page(FRIDAY, 1, 3)]})
    receipt = run(library, network)
    assert named(receipt) == [("hf 2025-03-14", 3)]
    assert receipt.imported.outcome is Outcome.DONE
    assert asked(web, PAPERS) == [{"date": "2025-03-14", "p": "0", "limit": "100"}]
    assert listed(library) == {"2025-03-14": 3}


def test_a_long_list_is_fetched_to_its_end(library: Library, web: WebServer, network: Network) -> None:
    """Rule: pages of 100 are fetched until one is short; they are one list with continued ranks."""
    pages = [daily_page(FRIDAY, first, count) for first, count in ((1, 100), (101, 100), (201, 7))]
    serve_days(web, {FRIDAY: pages})
    assert named(run(library, network)) == [("hf 2025-03-14", 207)]
    assert [page["p"] for page in asked(web, PAPERS)] == ["0", "1", "2"]
    ids = library.catalogue.all_ids()
    assert sorted(place.rank for entry in library.entries(ids) for place in entry.listed) == list(range(1, 208))


@pytest.mark.parametrize("count", [50, 100])
def test_a_full_page_may_not_be_the_last(library: Library, web: WebServer, network: Network, count: int) -> None:
    """Rule: after a page of 50 or 100 papers the next page is fetched; an empty page ends the list."""
    serve_days(web, {FRIDAY: [daily_page(FRIDAY, 1, count)]})
    assert named(run(library, network)) == [("hf 2025-03-14", count)]
    assert len(asked(web, PAPERS)) == 2


def test_a_server_without_pages_is_not_asked_for_ever(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a repeated page ends the list, and so does the limit of pages."""
    web.on(PAPERS, daily_page(FRIDAY, 1, 100))
    assert named(run(library, network)) == [("hf 2025-03-14", 100)]
    assert len(web.asked) == 2
    web.asked.clear()
    link = f'<{web.base}{PAPERS}?p=1>; rel="next"'
    pages = iter(range(10_000))
    web.on(PAPERS, lambda handler: handler.send(daily_page(FRIDAY, next(pages), 1), Link=link))
    run(library, network)
    assert len(web.asked) == MAX_PAGES


def test_a_day_that_has_not_begun_is_skipped(library: Library, web: WebServer, network: Network) -> None:
    """Rule: status 400 for today means that the newest list is that of yesterday."""
    thursday = date(2025, 3, 13)
    serve_days(web, {thursday: [daily_page(thursday, 1, 2)]})
    receipt = run(library, network)
    assert (named(receipt), receipt.imported.outcome) == ([("hf 2025-03-13", 2)], Outcome.DONE)
    assert named(run(library, network, since="1d")) == [("hf 2025-03-13", 2)]


def test_a_weekend_leads_to_the_list_of_friday(library: Library, web: WebServer, network: Network) -> None:
    """Rule: empty days are in the receipt, and the newest list is found before them."""
    serve_days(web, {FRIDAY: [daily_page(FRIDAY, 1, 2)], date(2025, 3, 16): []})
    sunday = replace(network, now=lambda: datetime(2025, 3, 16, 16, tzinfo=UTC))
    receipt = run(library, sunday)
    assert named(receipt) == [("hf 2025-03-16", 0), ("hf 2025-03-15", 0), ("hf 2025-03-14", 2)]
    assert receipt.imported.outcome is Outcome.DONE


def test_another_status_400_is_an_error(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a day that the user named and the server refuses is an error with the server's reason."""
    web.on(PAPERS, status(400, b'{"error": "Too big: expected number to be <=100"}'))
    receipt = run(library, network, on="2025-03-12")
    assert receipt.imported.outcome is Outcome.FAILED
    assert "Too big" in receipt.imported.files[0].problems[0].reason


def test_a_later_fetch_refreshes_the_figures_and_keeps_decisions(
    library: Library, web: WebServer, network: Network
) -> None:
    """Rule: fetching a day again updates figures; a star stays on its paper."""
    serve_days(web, {FRIDAY: [daily_page(FRIDAY, 1, 2)]})
    run(library, network)
    (first, _) = [row.key for row in library.rows(library.catalogue.all_ids())]
    Triage(library).decide("star", [first], SetStar(True)).result()
    page = json.loads(daily_page(FRIDAY, 1, 3))
    for item in page:
        item["paper"]["upvotes"] += 5
    serve_days(web, {FRIDAY: [json.dumps(page).encode()]})
    figures = run(library, network).imported.totals
    assert (figures.listed, figures.new, figures.known, figures.updated) == (3, 1, 2, 2)
    assert library.state(first).starred


# What did not change, and what was cut short


def _conditional(body: bytes, etag: str = '"1"') -> Callable[[Handler], None]:
    def reply(handler: Handler) -> None:
        if handler.headers["If-None-Match"] == etag:
            handler.send(b"", 304)
        else:
            handler.send(body, ETag=etag)

    return reply


@pytest.mark.parametrize("word", ["hf", "arxiv:cs.CL"])
def test_an_unchanged_list_is_not_downloaded_again(
    library: Library, web: WebServer, network: Network, word: str
) -> None:
    """Rule: the second fetch is one request with status 304, and the receipt says that nothing changed."""
    web.on(PAPERS, _conditional(daily_page(FRIDAY, 1, 2)))
    web.on("/atom/cs.CL", _conditional(daily_feed(2)))
    assert run(library, network, word).imported.totals.new == 2
    again = run(library, network, word)
    assert [(file.format, file.figures.listed) for file in again.imported.files] == [("unchanged", 0)]
    assert again.imported.outcome is Outcome.DONE
    assert len(web.asked) == 2


def test_validators_belong_to_one_catalogue(library: Library, web: WebServer, network: Network, tmp_path: Path) -> None:
    """Rule: a new catalogue sends no validators of another, so a lost catalogue is filled again."""
    web.on(PAPERS, _conditional(daily_page(FRIDAY, 1, 2)))
    run(library, network)
    (tmp_path / "other").mkdir()
    shutil.copy(library.folder / NAME, tmp_path / "other" / NAME)
    other = Library(tmp_path / "other")
    try:
        assert run(other, network).imported.totals.new == 2
    finally:
        other.close()


def test_a_list_that_was_not_imported_is_fetched_again(library: Library, web: WebServer, network: Network) -> None:
    """Rule: only the validators of imported lists are remembered."""
    web.on(PAPERS, _conditional(b'[{"paper": '))
    assert run(library, network).imported.outcome is Outcome.FAILED
    web.on(PAPERS, _conditional(daily_page(FRIDAY, 1, 2)))
    assert run(library, network).imported.totals.new == 2


@pytest.mark.parametrize(
    "content", [b"", b"nonsense", b"[]", b'{"answers": {"x": 1}, "unfinished": []}', b"[" * 100_000]
)
def test_a_damaged_memory_costs_a_download(library: Library, web: WebServer, network: Network, content: bytes) -> None:
    """Rule: the file of validators may be lost or damaged at any time."""
    serve_days(web, {FRIDAY: [daily_page(FRIDAY, 1, 2)]}, ETag='"1"')
    run(library, network)
    (library.folder / NAME).write_bytes(content)
    assert run(library, network).imported.totals.known == 2


def _week(web: WebServer) -> None:
    days = [date(2025, 3, day) for day in range(10, 15)]
    serve_days(web, {day: [daily_page(day, 10 * n, 2)] for n, day in enumerate(days, 1)})


class _Killed(BaseException):
    """Ends a process at once."""


def test_a_killed_fetch_of_many_days_continues(library: Library, web: WebServer, network: Network) -> None:
    """Rule: stored parts are not fetched again; after the last part everything is new again."""
    _week(web)
    arrivals: list[object] = []

    def die_at_third(receipt: object) -> None:
        arrivals.append(receipt)
        if len(arrivals) == 3:
            raise _Killed

    with pytest.raises(_Killed):
        run(library, network, on="2025-W11", imported=die_at_third)
    assert [day["date"] for day in asked(web, PAPERS)] == ["2025-03-14", "2025-03-13", "2025-03-12"]
    web.asked.clear()
    receipt = run(library, network, on="2025-W11")
    # The third was in the library, but the process died before it could note that.
    assert [day["date"] for day in asked(web, PAPERS)] == ["2025-03-12", "2025-03-11", "2025-03-10"]
    assert receipt.imported.totals.new == 4
    assert listed(library) == {f"2025-03-{day}": 2 for day in range(14, 9, -1)}
    web.asked.clear()
    run(library, network, on="2025-W11")
    assert len(web.asked) == 5


def test_a_failed_fetch_of_many_days_continues(library: Library, web: WebServer, network: Network) -> None:
    """Rule: an error ends the source with one problem; the days before are kept and not fetched again."""
    _week(web)
    normal = web.replies[PAPERS][0]
    trouble = status(404)
    web.on(PAPERS, normal, normal, trouble)
    receipt = run(library, network, since="4d")
    assert receipt.imported.outcome is Outcome.INCOMPLETE
    assert [file.path for file in receipt.imported.files] == ["hf 2025-03-14", "hf 2025-03-13", "hf"]
    web.on(PAPERS, normal)
    again = run(library, network, since="4d")
    assert [file.path for file in again.imported.files] == ["hf 2025-03-12", "hf 2025-03-11", "hf 2025-03-10"]
    assert any("interrupted" in note for note in again.notes)


def test_a_fetch_suggests_no_format(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a response without a list does not name options of another command."""
    web.on(PAPERS, b"@misc{k1, title = {Of lanterns}}")
    (file,) = run(library, network).imported.files
    assert file.format is None
    assert not [problem for problem in file.problems if "--format" in problem.reason]


def test_a_fetch_is_interrupted_between_its_parts(library: Library, web: WebServer, network: Network) -> None:
    """Rule: Ctrl-C keeps the parts that arrived and says so; the same fetch continues later."""
    _week(web)

    def interrupt(_receipt: ImportReceipt) -> None:
        raise KeyboardInterrupt

    receipt = run(library, network, since="4d", imported=interrupt)
    assert receipt.imported.is_interrupted
    assert receipt.notes == ("hf was cancelled; the parts that had arrived are kept",)
    assert [file.path for file in receipt.imported.files] == ["hf 2025-03-14"]
    assert run(library, network, since="4d").imported.totals.listed > 0


def test_a_fetch_is_cancelled_between_its_parts(library: Library, web: WebServer, network: Network) -> None:
    """Rule: cancelling keeps the parts that arrived; the same fetch continues later."""
    _week(web)
    token = CancelToken()
    receipt = run(library, network, since="4d", token=token, imported=lambda _: token.cancel())
    assert receipt.imported.is_interrupted
    assert named(receipt) == [("hf 2025-03-14", 2)]
    assert len(web.asked) == 1
    assert len(named(run(library, network, since="4d"))) == 4


# arXiv


def _serve_search(web: WebServer, total: int, faulty: Callable[[int], int | None] = lambda _start: None) -> None:
    def reply(handler: Handler) -> None:
        terms = parse_qs(urlsplit(handler.path).query)
        start, most = int(terms["start"][0]), int(terms["max_results"][0])
        count = faulty(start)
        handler.send(search_answer(start, min(most, total - start) if count is None else count, total))

    web.on(SEARCH, reply)


def test_a_daily_feed_is_one_request(library: Library, web: WebServer, network: Network) -> None:
    """Rule: several classes are one request and one list of their day."""
    web.on("/atom/cs.CL+cs.LG", daily_feed(3))
    receipt = run(library, network, "arxiv:cs.CL+cs.LG")
    assert named(receipt) == [("arxiv:cs.CL+cs.LG", 3)]
    assert listed(library) == {"2025-03-14": 3}


def test_days_are_ignored_for_a_daily_feed(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the user is told that days are ignored; other sources keep them."""
    web.on("/atom/cs.CL", daily_feed(1))
    _week(web)
    receipt = run(library, network, "arxiv:cs.CL", "hf", on="2025-03-11")
    assert [name for name, _ in named(receipt)] == ["arxiv:cs.CL", "hf 2025-03-11"]
    assert any("arxiv:cs.CL" in note and "--date" in note for note in receipt.notes)


def test_a_search_fetches_the_newest_and_says_how_many_there_are(
    library: Library, web: WebServer, network: Network
) -> None:
    """Rule: a search is one request for the newest papers, and a note has the total."""
    _serve_search(web, 214_881)
    receipt = run(library, network, "arxiv:lantern")
    assert receipt.imported.totals.new == NEWEST
    (query,) = asked(web, SEARCH)
    assert query == {
        "search_query": "all:lantern", "start": "0", "max_results": str(NEWEST),
        "sortBy": "submittedDate", "sortOrder": "descending",
    }  # fmt: skip
    assert any("214,881" in note for note in receipt.notes)


def test_a_search_of_days_is_fetched_to_its_end(
    library: Library, web: WebServer, network: Network, clock: Clock
) -> None:
    """Rule: slices are fetched three seconds apart; an empty slice in the middle is tried again."""
    empty = [SLICE]
    _serve_search(web, 2 * SLICE + 3, lambda start: (empty and start == empty[0] and empty.pop() * 0) or None)
    begun = clock.now
    answers = iter([0])

    def faulty(start: int) -> int | None:
        return next(answers, None) if start == SLICE else None

    _serve_search(web, 2 * SLICE + 3, faulty)
    receipt = run(library, network, "arxiv:lantern", since="7d")
    assert receipt.imported.totals.new == 2 * SLICE + 3
    assert [query["start"] for query in asked(web, SEARCH)] == ["0", str(SLICE), str(SLICE), str(2 * SLICE)]
    assert asked(web, SEARCH)[0]["search_query"] == ("(all:lantern) AND submittedDate:[202503070000 TO 202503142359]")
    assert clock.now - begun >= 3 * 3


def test_ranks_continue_over_all_slices_of_a_search(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the list has the order of the search, also after an interruption and when fetched again."""
    _serve_search(web, 2 * SLICE + 3, lambda start: 0 if start else None)
    assert run(library, network, "arxiv:lantern", since="7d").imported.outcome is Outcome.INCOMPLETE
    _serve_search(web, 2 * SLICE + 3)
    for _ in range(3):
        run(library, network, "arxiv:lantern", since="7d")
        shown = library.catalogue.ids_on(FRIDAY)
        assert [row.title for row in library.rows(shown)] == [f"On lantern number {n}" for n in range(2 * SLICE + 3)]
        places = library.catalogue.places(shown)
        assert [place.rank for paper in shown for place in places[paper]] == list(range(1, 2 * SLICE + 4))


def test_a_missing_slice_is_an_error(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the missing papers are named, the others kept, and the next fetch continues there."""
    _serve_search(web, SLICE + 10, lambda start: 0 if start else None)
    receipt = run(library, network, "arxiv:lantern", since="7d")
    assert receipt.imported.outcome is Outcome.INCOMPLETE
    assert "500" in receipt.imported.files[-1].problems[0].reason
    web.asked.clear()
    _serve_search(web, SLICE + 10)
    assert run(library, network, "arxiv:lantern", since="7d").imported.totals.new == 10
    assert [query["start"] for query in asked(web, SEARCH)] == [str(SLICE)]


def test_a_search_that_finds_nothing_is_done(library: Library, web: WebServer, network: Network) -> None:
    """Rule: no result is no error, after one request."""
    _serve_search(web, 0)
    receipt = run(library, network, "arxiv:lantern")
    assert receipt.imported.outcome is Outcome.DONE
    assert len(web.asked) == 1


def test_a_refused_search_has_arxivs_reason(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the error entry of arXiv is not a paper; its text reaches the user."""
    body = b"<feed><entry><title>Error</title><summary>incorrect id format</summary></entry></feed>"
    web.on(SEARCH, status(400, body))
    receipt = run(library, network, "arxiv:lantern")
    assert "incorrect id format" in receipt.imported.files[0].problems[0].reason
    assert library.is_empty()


def test_all_requests_to_arxiv_share_one_rate_limit(
    library: Library, web: WebServer, network: Network, clock: Clock, tmp_path: Path
) -> None:
    """Rule: feeds and searches of all processes are three seconds apart."""
    times: list[float] = []

    def timed(body: bytes) -> Callable[[Handler], None]:
        def reply(handler: Handler) -> None:
            times.append(clock.now)
            handler.send(body)

        return reply

    web.on("/atom/cs.CL", timed(daily_feed(1)))
    web.on(SEARCH, timed(search_answer(0, 1, 1)))
    for _ in range(2):
        again = replace(network, limits=RateLimits(tmp_path / "limits", clock))
        run(library, again, "arxiv:cs.CL", "arxiv:lantern")
    assert len(times) == 4
    assert all(later - earlier >= 3 for earlier, later in pairwise(times))


# Journals

FEED = (
    "<rss version='2.0'><channel><title>Lanterns</title>"
    "<item><title>On lanterns</title><pubDate>Thu, 13 Mar 2025 08:00:00 GMT</pubDate></item>"
    "<item><title>On lamps</title></item></channel></rss>"
)


def test_a_journals_feed_is_imported_by_day(library: Library, web: WebServer, network: Network) -> None:
    """Rule: items without a date are on no date; an unchanged feed is not sent again."""
    url = web.on("/feed", _conditional(FEED.encode()))
    assert named(run(library, network, url)) == [(url, 2)]
    assert listed(library) == {"2025-03-13": 1}
    assert run(library, network, url).imported.files[0].format == "unchanged"


def test_a_web_page_is_not_a_feed(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the error says that it is a web page, and nothing is stored."""
    receipt = run(library, network, web.on("/feed", b"<!DOCTYPE html><title>Validate User</title>"))
    assert receipt.imported.outcome is Outcome.FAILED
    assert "web page" in receipt.imported.files[0].problems[0].reason
    assert library.is_empty()


# Several sources, and progress


def test_a_failed_source_does_not_stop_the_others(library: Library, web: WebServer, network: Network) -> None:
    """Rule: a failed source is one problem, and the other sources are fetched."""
    web.on("/atom/cs.CL", daily_feed(2))
    web.on(PAPERS, status(403))
    receipt = run(library, network, "hf", "arxiv:cs.CL")
    assert receipt.imported.outcome is Outcome.INCOMPLETE
    assert named(receipt) == [("hf", 0), ("arxiv:cs.CL", 2)]


def test_offline_is_one_problem(library: Library, network: Network, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: without a network one host is tried, and one problem names all sources."""
    import socket

    tried: list[str] = []

    def resolve(host: str, *_: Any, **__: Any) -> Any:
        tried.append(host)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    usual = replace(network, servers=Servers())
    receipt = run(library, usual, "hf", "arxiv:cs.CL", "https://example.org/feed", since="7d")
    (file,) = receipt.imported.files
    (problem,) = file.problems
    assert "offline" in problem.reason
    assert "arxiv:cs.CL, https://example.org/feed" in problem.reason
    assert tried == ["huggingface.co"]


@pytest.mark.parametrize(
    ("word", "in_short", "is_doubted"),
    [
        ("hf", "hf was not fetched: offline (no host huggingface.co)", False),
        (
            "https://nohost.invalid/x",
            "nohost.invalid was not fetched: no host nohost.invalid: misspelt, or offline",
            True,
        ),
    ],
)
def test_only_a_host_that_the_user_named_may_be_misspelt(
    library: Library, network: Network, monkeypatch: pytest.MonkeyPatch, word: str, in_short: str, is_doubted: bool
) -> None:
    """Rule: a short message names the host; built-in hosts are never called misspelt."""
    import socket

    def resolve(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    (file,) = run(library, replace(network, servers=Servers()), word).imported.files
    assert file.in_short == in_short
    assert ("spelling" in file.problems[0].reason) is is_doubted


def test_a_full_disk_ends_the_fetch(library: Library, web: WebServer, network: Network) -> None:
    """Rule: stored parts are kept, the others are named, and a later fetch continues there."""
    days = [date(2025, 3, day) for day in range(10, 15)]
    serve_days(web, {day: [daily_page(day, 100 * n, 99)] for n, day in enumerate(days, 1)})
    web.on("/atom/cs.CL", daily_feed(2))

    def fill_the_disk(_receipt: ImportReceipt) -> None:
        (pages,) = library.catalogue.connection.execute("PRAGMA page_count").fetchone()
        library.catalogue.connection.execute(f"PRAGMA max_page_count = {pages}")

    receipt = run(library, network, "hf", "arxiv:cs.CL", f"{web.base}/feed", since="4d", imported=fill_the_disk)
    assert [one.path for one in web.asked] == [PAPERS, PAPERS]
    assert [(file.path, file.figures.new) for file in receipt.imported.files] == [
        ("hf 2025-03-14", 99), ("hf 2025-03-13", 0), ("arxiv:cs.CL", 0), (f"{web.base}/feed", 0),
    ]  # fmt: skip
    refused, *others = [file.problems[0].reason for file in receipt.imported.files[1:]]
    assert "was not imported" in refused
    assert "disk is full" in refused
    assert others == ["was not fetched either"] * 2
    assert "the fetch of hf stopped; the parts that had arrived are kept" in receipt.notes
    assert receipt.imported.outcome is Outcome.FAILED
    assert listed(library) == {"2025-03-14": 99}

    library.catalogue.connection.execute(f"PRAGMA max_page_count = {1 << 30}")
    web.asked.clear()
    assert run(library, network, "hf", since="4d").imported.outcome is Outcome.DONE
    assert [day["date"] for day in asked(web, PAPERS)] == [f"2025-03-{day}" for day in (13, 12, 11, 10)]
    assert set(listed(library).values()) == {99}


def test_progress_names_the_source_and_counts_parts(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the progress names the source, and counts the lists of the days."""
    _week(web)
    told: list[JobProgress] = []
    run(library, network, since="4d", progress=told.append)
    assert {progress.title for progress in told} == {"fetch hf"}
    assert [progress.done for progress in told if progress.note != "0 kB"] == [0, 1, 2, 3, 4]
    assert {progress.figures for progress in told} == {f"{done} of 5 lists" for done in range(5)}
    assert str(told[0]) == "fetch hf · 0 of 5 lists · 0 kB"


def test_planning_contacts_no_server(library: Library, web: WebServer, network: Network) -> None:
    """Rule: neither planning a fetch nor opening a library sends a request."""
    plan_fetch(["hf", "arxiv:cs.CL", f"{web.base}/feed"], network, since="7d")
    assert web.asked == []
