"""Searches of the filter: only the newest query is answered, and long lists are searched in a thread."""

from __future__ import annotations

import asyncio
import threading
from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import pytest
from piloting import PATIENCE

from paperreader.domain.lists import Shelf
from paperreader.domain.paper import Field
from paperreader.domain.query.tree import Query
from paperreader.errors import StoreError
from paperreader.search.list_index import SearchResult
from paperreader.services.library import Library
from paperreader.services.searching.list_filter import ListFilter
from paperreader.ui.background.filter_search import Filtered, FilterSearch
from paperreader.ui.limits import USUAL, Limits

AT_ONCE = Limits(count_elsewhere=0)
"""Nothing is waited for before it is counted what a query finds elsewhere."""
IN_THREAD = replace(AT_ONCE, filter_at_once=0)


class Shown:
    """The answers that were shown, in order."""

    def __init__(self, library: Library) -> None:
        self.answers: list[Filtered] = []
        self.threads: list[int] = []
        self._library = library

    def __call__(self, found: Filtered) -> None:
        self.answers.append(found)
        self.threads.append(threading.get_ident())

    @property
    def texts(self) -> list[str]:
        """The queries that were answered."""
        return [answer.text for answer in self.answers]

    def titles(self) -> list[str]:
        """The titles of the last answer."""
        return [str(row.title) for row in self._library.rows(list(self.answers[-1].ids))]


@pytest.fixture
def shown(sample: Library) -> Shown:
    """The answers that were shown."""
    return Shown(sample)


class Gate:
    """Makes filters that count their searches and hold them until it is opened; it is, to begin with."""

    def __init__(self) -> None:
        self.entered = threading.Event()
        self.opened = threading.Event()
        self.opened.set()
        self.searches = 0
        self.threads: set[int] = set()
        self.failure: Exception | None = None
        """What a search raises."""
        self.on_make: Callable[[], object] = lambda: None
        """What happens while the next filter is made."""

    def make(self, ids: Sequence[int]) -> ListFilter:
        """A filter that goes through the gate."""
        self.on_make()
        return _Gated(ids, self)


class _Gated(ListFilter):
    def __init__(self, ids: Sequence[int], gate: Gate) -> None:
        super().__init__(ids)
        self._gate = gate

    def apply(self, library: Library, query: Query) -> tuple[array[int], SearchResult]:
        self._gate.searches += 1
        self._gate.threads.add(threading.get_ident())
        self._gate.entered.set()
        assert self._gate.opened.wait(PATIENCE)
        if self._gate.failure:
            raise self._gate.failure
        return super().apply(library, query)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """The gate that searches go through."""
    gate = Gate()
    yield gate
    gate.opened.set()


@contextmanager
def _filtering(library: Library, shown: Shown, gate: Gate, limits: Limits = AT_ONCE) -> Iterator[FilterSearch]:
    """A filter of all papers."""
    opened = FilterSearch(library, shown, limits=limits, make_filter=gate.make)
    opened.use(library.catalogue.all_ids(), Shelf.ALL)
    try:
        yield opened
    finally:
        opened.close()


@pytest.fixture
def filtering_all(sample: Library, shown: Shown, gate: Gate) -> Iterator[FilterSearch]:
    """A filter of all papers."""
    with _filtering(sample, shown, gate) as opened:
        yield opened


@pytest.fixture
def threaded(sample: Library, shown: Shown, gate: Gate) -> Iterator[FilterSearch]:
    """A filter that searches in its thread, behind a gate that is shut."""
    gate.opened.clear()
    with _filtering(sample, shown, gate, IN_THREAD) as opened:
        yield opened
        gate.opened.set()


async def _entered(gate: Gate) -> None:
    assert await asyncio.to_thread(gate.entered.wait, PATIENCE)


async def test_an_answer_is_best_first_and_says_what_was_asked(filtering_all: FilterSearch, shown: Shown) -> None:
    """Rule: words may be misspelt and in any order. The best match comes first."""
    await filtering_all.ask("transformr atention need")
    assert shown.texts == ["transformr atention need"]
    assert shown.titles()[0] == "Attention Is All You Need"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attention " * 120, "at most 100 words"),
        ("(" * 40 + "attention", "at most 30 deep"),
        ("attention" * 40, "at most 200 letters"),
    ],
)
async def test_what_is_left_out_of_a_query_is_told(
    filtering_all: FilterSearch, shown: Shown, text: str, message: str
) -> None:
    """Rule: the filter bar reports a limit, even while brackets are open."""
    await filtering_all.ask(text)
    assert message in shown.answers[-1].remark


async def test_a_hit_is_marked_where_it_stands(filtering_all: FilterSearch, shown: Shown) -> None:
    """Rule: the marker finds the misspelt word's place in a text."""
    await filtering_all.ask("atention")
    title = "Attention Is All You Need"
    marks = shown.answers[-1].marker(title, where=Field.TITLE)
    assert [title[start:end] for start, end in marks] == ["Attention"]


async def test_a_problem_of_the_query_is_named_and_the_rest_filters(filtering_all: FilterSearch, shown: Shown) -> None:
    """Rule: an incomplete part is named, and the rest of the query filters."""
    await filtering_all.ask("attention is:sta")
    assert "is:starred" in shown.answers[-1].remark
    assert "Attention Is All You Need" in shown.titles()


async def test_only_the_newest_of_several_questions_is_shown(threaded: FilterSearch, shown: Shown, gate: Gate) -> None:
    """Rule: a result of an older query is dropped, and queries that wait behind it are skipped."""
    asked = [asyncio.create_task(threaded.ask("attention"))]
    await _entered(gate)
    asked += [asyncio.create_task(threaded.ask(text)) for text in ("attention i", "attention is", "bert")]
    await asyncio.sleep(0)
    gate.opened.set()
    await asyncio.gather(*asked)
    assert shown.texts == ["bert"]
    assert gate.searches == 2


async def test_a_long_list_is_searched_in_a_thread_and_shown_on_the_event_loop(
    sample: Library, shown: Shown, gate: Gate
) -> None:
    """Rule: above the limit the event loop stays free, and widgets are only touched on it."""
    gate.opened.clear()
    with _filtering(sample, shown, gate, replace(AT_ONCE, filter_at_once=79)) as long:  # there are 80 papers
        asked = asyncio.create_task(long.ask("bert"))
        await _entered(gate)
        await asyncio.sleep(0)  # the loop runs while the search waits
        assert shown.texts == []
        gate.opened.set()
        await asked
    assert gate.threads.isdisjoint({threading.get_ident()})
    assert shown.threads == [threading.get_ident()]


def test_lists_of_up_to_two_thousand_are_searched_at_once() -> None:
    """Rule: lists of more than 2,000 papers are searched in a thread."""
    assert USUAL.filter_at_once == 2_000


async def test_an_indexed_short_list_is_answered_without_the_thread(
    filtering_all: FilterSearch, shown: Shown, gate: Gate
) -> None:
    """Rule: a short indexed list is searched without the thread."""
    await filtering_all.ask("bert")
    gate.threads.clear()
    await filtering_all.ask("gpt")
    assert gate.threads == {threading.get_ident()}
    assert shown.texts == ["bert", "gpt"]


@pytest.mark.parametrize("how", ["forget", "use", "close"])
async def test_what_is_under_way_is_dropped(
    how: str, threaded: FilterSearch, shown: Shown, sample: Library, gate: Gate
) -> None:
    """Rule: an empty filter, another list and the end of the reader all drop a running search."""
    asked = asyncio.create_task(threaded.ask("attention"))
    await _entered(gate)
    if how == "use":
        threaded.use(sample.catalogue.all_ids()[:5], Shelf.ALL)
    else:
        getattr(threaded, how)()
    gate.opened.set()
    await asyncio.gather(asked, return_exceptions=True)
    assert shown.texts == []


async def test_a_question_after_another_list_was_opened_is_about_that_list(
    filtering_all: FilterSearch, shown: Shown, sample: Library
) -> None:
    """Rule: a query searches the open list."""
    wanted = sample.catalogue.all_ids()[:3]
    filtering_all.use(wanted, Shelf.ALL)
    await filtering_all.ask("is:unread")
    assert sorted(shown.answers[-1].ids) == sorted(wanted)


async def test_what_is_made_of_a_list_while_another_one_is_opened_is_not_asked_for_that_one(
    threaded: FilterSearch, shown: Shown, sample: Library, gate: Gate
) -> None:
    """Rule: a list opened during a search of the last list is searched itself."""
    wanted = sample.catalogue.all_ids()[:3]
    gate.opened.set()

    def overtake() -> None:
        gate.on_make = lambda: None
        threaded.use(wanted, Shelf.ALL)

    gate.on_make = overtake
    await threaded.ask("attention")
    await threaded.ask("is:unread")
    assert shown.texts == ["is:unread"]
    assert sorted(shown.answers[-1].ids) == sorted(wanted)


async def test_papers_that_join_the_list_leave_the_library_asked(
    filtering_all: FilterSearch, shown: Shown, sample: Library
) -> None:
    """Rule: a filter over all papers stays one while the list grows. A new list is searched alone."""
    wanted = sample.catalogue.all_ids()[:3]
    filtering_all.is_everywhere = True
    filtering_all.go_on_with(wanted, Shelf.STARRED)
    await filtering_all.ask("is:unread")
    assert shown.answers[-1].total == 80
    filtering_all.use(wanted, Shelf.STARRED)
    await filtering_all.ask("is:unread")
    assert shown.answers[-1].total == 3


async def test_nobody_waits_for_an_answer_that_cannot_be_given(filtering_all: FilterSearch, gate: Gate) -> None:
    """Rule: a failed search ends its query, so that `Enter` does not wait."""
    gate.failure = StoreError("the catalogue cannot be read")
    with pytest.raises(StoreError, match="cannot be read"):
        await filtering_all.ask("attention")
    await asyncio.wait_for(filtering_all.settle(), PATIENCE)


async def test_an_empty_list_has_an_empty_answer(filtering_all: FilterSearch, shown: Shown) -> None:
    """Rule: a filter of an empty list finds nothing."""
    filtering_all.use(array("q"), Shelf.ALL)
    await filtering_all.ask("attention")
    assert list(shown.answers[-1].ids) == []


async def test_a_list_beyond_the_bound_says_that_only_its_first_papers_are_searched(
    sample: Library, shown: Shown, gate: Gate
) -> None:
    """Rule: a search of only the first papers says so."""
    with _filtering(sample, shown, gate, replace(AT_ONCE, in_memory=10)) as bounded:
        await bounded.ask("attention")
    assert "only the first 10 papers are searched" in shown.answers[-1].remark


async def test_preparing_indexes_the_list_and_closing_ends_it(sample: Library, shown: Shown, gate: Gate) -> None:
    """Rule: the list is indexed in the background, and closing stops that after the current piece."""
    # A pause before each of four pieces of work, so that the first is not done when it is closed.
    with _filtering(sample, shown, gate, Limits(index_pause=0.2)) as opened:
        opened.prepare()
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("filter")]
    for thread in threads:
        await asyncio.to_thread(thread.join, PATIENCE)
    assert not any(thread.is_alive() for thread in threads)
    assert shown.texts == []
