"""Queries of words, fields, facts, NOT, OR and brackets find what a check of every paper finds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from query_reading import facts, fill, holds, queries
from query_writing import unparse

from paperreader.domain.decision import SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import AllOf, Fact, Query
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.services.library import Library
from paperreader.services.searching.facts import Papers, is_decided, papers_allowed, papers_bearing, papers_in_state
from paperreader.services.searching.find_papers import find_keys
from paperreader.services.searching.list_filter import ListFilter

PROPERTY = examples(300)


class Entries(dict[int, Entry]):
    """Papers by their numbers, which a failing test does not print."""

    def __repr__(self) -> str:
        return f"{len(self)} entries"


@pytest.fixture(scope="module", params=[1, 2])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of random papers and decisions."""
    library = Library(tmp_path_factory.mktemp("clauses") / "library")
    fill(library, request.param)
    yield library
    library.close()


@pytest.fixture(scope="module")
def entries(filled: Library) -> Entries:
    """All of its papers."""
    ids = filled.catalogue.all_ids()
    return Entries(zip(ids, filled.entries(ids), strict=True))


@PROPERTY
@given(query=queries.filter(lambda query: not query.is_empty))
def test_a_query_is_a_reading_of_every_paper(filled: Library, entries: Entries, query: Query) -> None:
    """Rule: a query of the whole library finds exactly the papers that match."""
    today = filled.reading.now().astimezone().date()
    expected = {entry.paper.key for entry in entries.values() if holds(query, entry, today)}
    assert set(find_keys(filled, unparse(query))) == expected


@PROPERTY
@given(query=queries)
def test_a_filter_is_a_reading_of_its_list(filled: Library, entries: Entries, query: Query) -> None:
    """Rule: a filter finds exactly the papers that match, whatever it was asked before."""
    listed = list(entries)[::2]
    asked = ListFilter(listed)
    asked.build(filled)
    today = filled.reading.now().astimezone().date()
    for question in (query, parse_query("is:unread"), query):
        found, _ = asked.apply(filled, question)
        assert set(found) == {paper for paper in listed if holds(question, entries[paper], today)}
        assert len(found) == len(set(found))


@PROPERTY
@given(fact=facts)
def test_a_fact_has_one_answer_for_a_list_and_the_library(filled: Library, entries: Entries, fact: Fact) -> None:
    """Rule: a fact is the same for a short list and for the whole library."""
    today = filled.reading.now().astimezone().date()
    expected = {paper for paper, entry in entries.items() if holds(Query(AllOf((fact,))), entry, today)}
    for among in (None, list(entries), list(entries)[:7]):
        papers = papers_bearing(filled, fact, today, among)
        assert {paper for paper in among or entries if paper in papers} == expected & set(among or entries)
    if is_decided(fact):
        decided = {paper: entry.state for paper, entry in entries.items() if entry.state is not UNDECIDED}
        papers = papers_in_state(fact, decided)
        assert {paper for paper in entries if paper in papers} == expected


@PROPERTY
@given(query=queries.filter(lambda query: not query.is_empty))
def test_facts_never_leave_out_what_words_may_find(filled: Library, entries: Entries, query: Query) -> None:
    """Rule: the papers that facts allow include all results; without words they are the results."""
    today = filled.reading.now().astimezone().date()
    assert query.root
    allowed = papers_allowed(filled, query.root, today)
    found = {paper for paper, entry in entries.items() if holds(query, entry, today)}
    may = {paper for paper in entries if paper in allowed}
    assert found <= may
    assert query.has_texts or found == may


numbers = st.builds(Papers, st.frozensets(st.integers(0, 5)), st.booleans())


@PROPERTY
@given(one=numbers, other=numbers, paper=st.integers(0, 6))
def test_sets_of_papers_combine_like_conditions(one: Papers, other: Papers, paper: int) -> None:
    """Rule: AND, OR and NOT work for `all but` sets too."""
    assert (paper in one & other) is (paper in one and paper in other)
    assert (paper in one | other) is (paper in one or paper in other)
    assert (paper in ~one) is (paper not in one)


def test_a_decision_counts_at_once(filled: Library) -> None:
    """Rule: a remembered fact is forgotten after a decision."""
    listed = filled.catalogue.all_ids()
    asked = ListFilter(listed)
    asked.build(filled)
    starred, _ = asked.apply(filled, parse_query("is:starred"))
    (key,) = filled.keys_of([next(paper for paper in listed if paper not in starred)]).values()
    from paperreader.services.triage import Triage

    filled.reading.finish(Triage(filled).decide("star", [key], SetStar(True)))
    assert len(asked.apply(filled, parse_query("is:starred"))[0]) == len(starred) + 1
    filled.reading.finish(Triage(filled).decide("unstar", [key], SetStar(False)))
    assert filled.state(key) != ReadingState(starred=True)


@pytest.mark.parametrize(
    "text", ["id:2503.00001", "id:arXiv:2503.00001v3", "id:https://arxiv.org/abs/2503.00001", "id:ARXIV:2503.00001"]
)
def test_every_way_to_write_an_id_finds_its_paper(filled: Library, text: str) -> None:
    """Rule: `id:` accepts the same texts as `show`."""
    assert find_keys(filled, text) == ["arxiv:2503.00001"]


@pytest.mark.parametrize("text", ["id:\ud800", "feed:\ud800", "id:\0", "tag:\ud800"])
def test_a_lone_surrogate_finds_nothing(filled: Library, text: str) -> None:
    """Rule: a text that no store can hold finds no paper, without an error."""
    assert find_keys(filled, text) == []
