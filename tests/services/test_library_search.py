"""Searches through the index find what a check of every paper finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from imported import lose_papers
from query_reading import facts, fill, holds, texts, typed

from paperreader.domain.decision import SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile, Place, Shelf
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import AllOf, Fact, Not, Phrase, Query, Text, Upvotes, Word
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.indexing.update import catch_up
from paperreader.services.library import Library
from paperreader.services.searching.known_values import KnownValues
from paperreader.services.searching.library_search import LibrarySearch
from paperreader.services.searching.list_filter import ListFilter
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.reading.document_format import Keepsake

PROPERTY = examples(100)

FILE = ImportedFile(Safe("refs.bib"))


class Filled:
    """A library of random papers and decisions, its papers, and its search."""

    def __init__(self, library: Library) -> None:
        self.library = library
        self.search = LibrarySearch(library)
        assert self.search.catch_up()
        ids = library.catalogue.all_ids() + library.kept_ids()
        self.entries: dict[int, Entry] = dict(zip(ids, library.entries(ids), strict=True))
        self.today = library.reading.now().astimezone().date()

    def __repr__(self) -> str:
        return f"{len(self.entries)} papers"

    def read(self, query: Query) -> set[int]:
        """The papers that a check of every paper finds."""
        return {number for number, entry in self.entries.items() if holds(query, entry, self.today)}

    def found(self, query: Query, place: Place = Shelf.ALL, order: ListOrder = ListOrder.BEST) -> list[int]:
        """The papers that the index finds, each once, as many as it counts."""
        answer = self.search.search(query, place, order)
        assert len(answer.ids) == len(set(answer.ids)) == answer.total == self.search.count(query, place)
        return list(answer.ids)


@pytest.fixture(scope="module", params=[1, 2, 3])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """A library; the catalogue of the last one lost a third of the papers."""
    library = Library(tmp_path_factory.mktemp("search") / "library")
    fill(library, request.param)
    if request.param == 3:
        lose_papers(library, (number for number in library.catalogue.all_ids() if number % 3 == 0))
        assert library.kept_ids()
    yield Filled(library)
    library.close()


@PROPERTY
@given(query=typed)
def test_the_index_finds_what_a_reading_of_every_paper_finds(filled: Filled, query: Query) -> None:
    """Rule: this holds for fields, dates, states, phrases, NOT, OR and words, also for kept papers."""
    assert set(filled.found(query)) == filled.read(query)


@PROPERTY
@given(fact=facts, text=texts)
def test_a_fact_beside_words_is_exact(filled: Filled, fact: Fact, text: Text) -> None:
    """Rule: a fact narrows the words of a query exactly, also negated."""
    for query in (Query(AllOf((fact,))), Query(AllOf((text, fact))), Query(AllOf((text, Not(fact))), is_open=True)):
        assert set(filled.found(query)) == filled.read(query)


@PROPERTY
@given(query=typed)
def test_a_list_and_the_index_find_the_same(filled: Filled, query: Query) -> None:
    """Rule: the filter of a list and the index find the same papers."""
    listed = ListFilter(list(filled.entries))
    listed.build(filled.library)
    in_memory, _ = listed.apply(filled.library, query)
    assert set(in_memory) == set(filled.found(query))


@PROPERTY
@given(query=typed, place=st.sampled_from([*Shelf, date(2025, 3, 2), date(2025, 3, 14), date(2025, 4, 1), FILE]))
def test_a_place_narrows_what_is_found(filled: Filled, query: Query, place: Place) -> None:
    """Rule: a search of a shelf or date finds only its papers."""

    def stands(entry: Entry) -> bool:
        match place:
            case Shelf.ALL:
                return True
            case Shelf.UNREAD | Shelf.FOR_YOU:
                return entry.state.is_unread and bool(entry.listed)
            case Shelf.STARRED:
                return entry.state.starred
            case Shelf.LATER:
                return entry.state.status is ReadingStatus.LATER
            case ImportedFile():
                return any(filed.file == place for filed in entry.files)
            case _:
                return any(listed.listing.date == place for listed in entry.listed)

    assert set(filled.found(query, place)) == {n for n in filled.read(query) if stands(filled.entries[n])}


@PROPERTY
@given(
    query=typed, order=st.sampled_from([ListOrder.BEST, ListOrder.NEWEST, ListOrder.UPVOTES]), limit=st.integers(1, 9)
)
def test_an_order_loses_nothing_and_a_limit_cuts_it(filled: Filled, query: Query, order: ListOrder, limit: int) -> None:
    """Rule: every order has the same papers, and a short answer begins like a long one."""
    found = filled.found(query, order=order)
    assert set(found) == filled.read(query)
    assert list(filled.search.search(query, order=order, limit=limit).ids) == found[:limit]
    if order is ListOrder.NEWEST:
        listed_order = [*filled.library.catalogue.all_ids(), *filled.library.kept_ids()]
        newest = {n: place for place, n in enumerate(listed_order)}
        days = [(listed.listing.date if (listed := filled.entries[n].newest) else date.min) for n in found]
        assert days == sorted(days, reverse=True), newest


# Where an index has its limits


@pytest.fixture(scope="module")
def odd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Filled]:
    """Papers at the limits of the index."""
    library = Library(tmp_path_factory.mktemp("odd") / "library")
    many = [ParsedPaper(f"Deep {letter}{number:03} nets", "") for letter in "lm" for number in range(300)]
    more = [ParsedPaper(f"Item {n} of s{n:04}", " ".join(f"of s{n:04}x{i}" for i in range(40))) for n in range(40)]
    strange = [
        ParsedPaper("A" + "b" * 900, f"begin {'z' * 70_000} end", upvotes=2**62),
        ParsedPaper("\U00010400\U00010428 and \U0001d518nicode \U00020000\U00020001", "\U0001f600 face", upvotes=0),
        ParsedPaper("C++ | NUL\0 \ud800 half | one", 'quotes " and * and \\ (brackets'),
        ParsedPaper("| || |||", "- -- ---"),
        ParsedPaper("Apart", "s0001x1 stands before of"),
        ParsedPaper("state-of-the-art in-context-learning", "non\u2011linear e\u0301tude"),
    ]
    with library.catalogue.transaction():
        for feed, papers in (("page:1", many), ("Gro\u00dfe \U00010400 feed", more), ("strange", strange)):
            add_listing(library.catalogue, Listing(feed, date(2025, 3, 14)), papers)
    yield Filled(library)
    library.close()


@pytest.mark.parametrize("text", [
    '"deep l', '"deep l0', '"deep l00', '"deep l001', '"deep l001"', '"deep l001 n', '"of s001', '"of',
    '"of s0001x', "a" + "b" * 899, "a" + "b" * 900, "a" + "b" * 300, f'"{"a" + "b" * 900}', "z" * 900, "\U00010428",
    '"\U00010400\U00010428 a', "\U0001d532nico", "unico", "\U00020000", '"\U00020000 \U00020001"', "\U0001f600", "c",
    '"c nul half"', "nul\0half", "\ud800", "feed:\ud800", "id:\ud800", "c feed:\ud800", "c -id:\ud800", "tag:\ud800 c",
    "note:\ud800 c", "|", '"|"', "-|", "-\U0001f600", "feed:GROSSE", "feed:gro\u00dfe", "feed:\U00010428",
    'feed:"Gro\u00dfe \U00010400 f', "upvotes:>99999999999999999999", "upvotes:<99999999999999999999", "upvotes:0",
    "upvotes:>=4611686018427387904", "upvotes:18446744073709551616..36893488147419103232", "upvotes:>-1",
    "since:999999d", "since:0d", "date:0001-01", "date:9999-12", "date:0001-01-01..9999-12-31", "-(-(deep))",
    "-(deep OR of)",
    "(deep OR of) -nets", "stateoftheart", "state-of-the-art", '"state of the art"', '"state of the art in context',
    '"art in', '"stateoftheart"', "in-contextlearning", "nonlinear", "non-linear", "etude", '"', "()", "-", "OR", "",
    'deep OR "', "title:", "title:deep", "author:", 'abstract:"', "-title:deep nets", "has:pdf OR deep",
])  # fmt: skip
def test_no_limit_of_the_index_shows(odd: Filled, text: str) -> None:
    """Rule: many words with one prefix, long words, rare scripts and lone surrogates give the same answer."""
    for query in (parse_query(text), parse_query(text, complete=True)):
        read, found = odd.read(query), set(odd.found(query))
        assert read <= found
        # Words may be found with typing errors as well, and as initials.
        if not any(isinstance(clause, Word) for clause in query.texts()):
            assert found == read


def test_an_open_phrase_with_a_thousand_ends_finds_too_much_at_most(odd: Filled) -> None:
    """Rule: an open phrase with too many last words may find too much; one letter more is exact."""
    assert [len(odd.found(parse_query(text))) for text in ('"of s', '"of s0', '"of s00', '"of s003')] == [
        41,
        41,
        41,
        10,
    ]
    assert [len(odd.read(parse_query(text))) for text in ('"of s', '"of s00', '"of s003')] == [40, 40, 10]


def test_numbers_beyond_those_of_the_index_are_answered(odd: Filled) -> None:
    """Rule: huge bounds of upvotes exclude nothing."""
    for low, high in ((None, 2**80), (-(2**80), None), (2**80, None), (0, 2**64), (None, -1), (-5, -1), (2**62, 2**62)):
        query = Query(AllOf((Upvotes(low, high),)))
        assert set(odd.found(query)) == odd.read(query)


@pytest.mark.parametrize(
    ("text", "is_open", "count"),
    [("", False, 0), ("|", True, 0), ("deep", False, 600), ("dee", False, 0), ("dee", True, 600)],
)
def test_phrases_of_one_word_and_of_none(odd: Filled, text: str, is_open: bool, count: int) -> None:
    """Rule: an empty phrase finds nothing; a phrase of one word finds the whole word, or a prefix while typing."""
    assert len(odd.found(Query(AllOf((Phrase(text),)), is_open=is_open))) == count
    assert len(odd.found(Query(AllOf((Not(Phrase(text)),))))) == len(odd.entries) - (0 if is_open else count)


def test_a_paper_of_a_restored_backup_is_found(tmp_path: Path) -> None:
    """Rule: a star of a restored backup is found, even if the catalogue never had the paper."""
    library = Library(tmp_path / "library")
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("hf", date(2025, 3, 14)), [ParsedPaper("Kites over glaciers", "Wind.")])
    catch_up(library.catalogue)
    search = LibrarySearch(library)
    search.refresh()
    assert search.search(parse_query("comets")).total == 0
    key = PaperKey("arxiv:2503.01234")
    library.reading.decide("star", {key: SetStar(True)}, {key: Keepsake("Comets and their tails")}).result(60)
    assert search.search(parse_query("comets")).total == 1
    library.close()


def test_classes_and_links_that_come_later_are_found(library: Library) -> None:
    """Rule: classes and code links of a later capture are found by the index."""
    paper = ParsedPaper("Kites", "On kites.", identifiers=(Identifier("doi:10.1000/kites"),))
    more = replace(
        paper, categories=("cs.CL",), links=(("code", "https://a.example/b"), ("pdf", "https://a.example/c"))
    )
    questions = [parse_query(text) for text in ("cat:CS.cl", "cat:cs", "has:code", "has:pdf")]
    search = LibrarySearch(library)
    for given_paper, found in ((paper, 0), (more, 1)):
        with library.catalogue.transaction():
            add_listing(library.catalogue, Listing("arxiv:cs.CL", date(2025, 3, 14)), [given_paper])
        assert catch_up(library.catalogue)
        assert search.catch_up()
        assert [len(search.search(query).ids) for query in questions] == [found] * 4


def test_the_classes_of_the_list_are_offered_before_all_others(library: Library) -> None:
    """Rule: the classes of most papers first; a list without classes offers those of the library."""
    papers = [
        ParsedPaper(f"Kites {number}", f"On kites, {number} of them.", categories=classes)
        for number, classes in enumerate((("cs.LG", "cs.CL"), ("cs.CL",), ("hep-th",), None))
    ]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("arxiv:cs.CL", date(2025, 3, 14)), papers)
    ids = library.catalogue.all_ids()
    assert KnownValues(library, ids[:2]).categories == ["cs.CL", "cs.LG", "hep-th"]
    assert KnownValues(library, ids[2:3]).categories == ["hep-th", "cs.CL", "cs.LG"]
    assert KnownValues(library, ids[3:]).categories == ["cs.CL", "cs.LG", "hep-th"]
