"""Queries over the whole library find what a check of every paper finds."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from datetime import date

import pytest
from imported import lose_papers

from paperreader.domain.decision import EditTags, SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import Listing
from paperreader.domain.reading_state import ReadingStatus, make_tags
from paperreader.errors import QueryError
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_keys, find_papers
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

Holds = Callable[[Entry], bool]


@pytest.fixture(scope="module")
def decided(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """The sample papers with states, stars and tags."""
    library = Library(tmp_path_factory.mktemp("searching") / "library")
    import_sample(library)
    chance, triage = random.Random(7), Triage(library)
    keys = sorted(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    for status in (ReadingStatus.LATER, ReadingStatus.READ, ReadingStatus.SKIPPED):
        library.reading.finish(triage.decide(status, chance.sample(keys, 12), SetStatus(status)))
    library.reading.finish(triage.decide("star", chance.sample(keys, 20), SetStar(True)))
    for tag in ("ml", "mlops", "to-cite"):
        library.reading.finish(triage.decide("tag", chance.sample(keys, 9), EditTags(make_tags([tag]))))
    yield library
    library.close()


def _entries(library: Library) -> list[Entry]:
    return library.entries(library.catalogue.all_ids())


def _expected(library: Library, holds: Holds) -> list[PaperKey]:
    return [entry.paper.key for entry in _entries(library) if holds(entry)]


def _on(first: date, last: date) -> Holds:
    return lambda entry: any(first <= day <= last for day in entry.dates)


def _has(word: str) -> Holds:
    pattern = re.compile(rf"\b{word}\b", re.IGNORECASE)
    return lambda entry: bool(pattern.search(f"{entry.paper.title}\n{entry.paper.abstract}"))


def _title_has(word: str) -> Holds:
    return lambda entry: bool(re.search(rf"\b{word}", entry.paper.title, re.IGNORECASE))


def _is(name: str) -> Holds:
    return lambda entry: entry.state.starred if name == "starred" else entry.state.status == name


def _tagged(tag: str) -> Holds:
    return lambda entry: tag in entry.state.tags


def _not(holds: Holds) -> Holds:
    return lambda entry: not holds(entry)


def _all(*parts: Holds) -> Holds:
    return lambda entry: all(holds(entry) for holds in parts)


_D12, _D13, _D14 = date(2025, 3, 12), date(2025, 3, 13), date(2025, 3, 14)


@pytest.mark.parametrize(
    ("query", "holds"),
    [
        *((f"is:{name}", _is(name)) for name in ("starred", "unread", "later", "read", "skipped")),
        *((f"-is:{name}", _not(_is(name))) for name in ("starred", "unread")),
        ("tag:to-cite is:unread", _all(_tagged("to-cite"), _is("unread"))),
        ("tag:ml -is:starred", _all(_tagged("ml"), _not(_is("starred")))),
        ("-tag:to-cite", _not(_tagged("to-cite"))),
        ("date:2025-03-12", _on(_D12, _D12)),
        ("date:2025-03", _on(date(2025, 3, 1), date(2025, 3, 31))),
        ("date:2025", _on(date(2025, 1, 1), date(2025, 12, 31))),
        ("date:2025-03-12..2025-03-13", _on(_D12, _D13)),
        ("date:2025-03-13..", _on(_D13, date.max)),
        ("date:..2025-03-12", _on(date.min, _D12)),
        ("-date:2025-03-12", _not(_on(_D12, _D12))),
        ("date:2024-03-12", lambda _: False),
        ("date:2025-03-12 date:2025-03-14", _all(_on(_D12, _D12), _on(_D14, _D14))),
        ("date:2025-03-12 is:read -is:starred", _all(_on(_D12, _D12), _is("read"), _not(_is("starred")))),
        ("is:read is:skipped", lambda _: False),
        ("", lambda _: True),
        ("   ", lambda _: True),
    ],
)
def test_states_tags_and_dates_are_a_reading_of_every_paper(decided: Library, query: str, holds: Holds) -> None:
    """Rule: clauses on states and dates find exactly the papers that match, newest first."""
    assert find_keys(decided, query) == _expected(decided, holds)


def test_the_negation_of_a_clause_is_the_rest(decided: Library) -> None:
    """Rule: a clause and its negation together find all papers."""
    for clause in ("is:starred", "is:later", "tag:to-cite", "date:2025-03-12"):
        both = [*find_keys(decided, clause), *find_keys(decided, f"-{clause}")]
        assert sorted(both) == sorted(find_keys(decided, ""))


@pytest.mark.parametrize("query", ["tag:ml", "is:unread tag:ml", "-tag:ml"])
def test_a_tag_of_a_finished_query_is_the_whole_tag(decided: Library, query: str) -> None:
    """Rule: `skip --query tag:ml` leaves papers tagged mlops alone, wherever the clause is."""
    holds = {"tag:ml": _tagged("ml"), "-tag:ml": _not(_tagged("ml"))}.get(query, _all(_is("unread"), _tagged("ml")))
    assert find_keys(decided, query) == _expected(decided, holds)


@pytest.mark.parametrize("word", ["attention", "language", "networks", "image"])
def test_a_word_is_found_in_titles_and_abstracts(decided: Library, word: str) -> None:
    """Rule: every paper with the word is found, and none with its negation."""
    having = set(_expected(decided, _has(word)))
    assert having <= set(find_keys(decided, word))
    assert not having & set(find_keys(decided, f"-{word}"))
    assert set(find_keys(decided, f"title:{word}")) == set(_expected(decided, _title_has(word)))


def test_words_and_clauses_hold_together(decided: Library) -> None:
    """Rule: words and clauses must all match."""
    found = set(find_keys(decided, "learning date:2025-03-12 -is:read -image"))
    assert found == set(find_keys(decided, "learning")) & set(
        _expected(decided, _all(_on(_D12, _D12), _not(_is("read")), _not(_has("image"))))
    )


def test_the_paper_of_a_whole_title_comes_first(decided: Library) -> None:
    """Rule: words are sorted by relevance, and a misspelt title finds its paper."""
    assert decided.rows(find_papers(decided, "atention is al you ned"))[0].title == "Attention Is All You Need"
    for row in decided.rows(decided.catalogue.all_ids()):
        words = re.sub(r"[^\w\s]", " ", row.title)
        if words.isascii():
            assert decided.rows(find_papers(decided, words))[0].title == row.title


# Orders and limits


@pytest.fixture
def voted(library: Library) -> Library:
    """Papers with titles, figures and dates whose orders all differ."""
    listed: dict[date, list[tuple[str, int | None, int | None]]] = {
        date(2025, 3, 14): [("beta sundial", 5, None), ("Alpha sundial", None, 3)],
        date(2025, 3, 15): [("délta sundial", 2, 40), ("Gamma sundial", 9, None), ("beta sundial", 1, None)],
    }
    for day, papers in listed.items():
        with library.catalogue.transaction():
            add_listing(
                library.catalogue,
                Listing("page:1", day),
                [ParsedPaper(f"{t} of the invented kind", f"{t} " * 30, None, None, (), u, c) for t, u, c in papers],
            )
    return library


def _titles(library: Library, ids: list[int]) -> list[str]:
    return [row.title.split()[0] for row in library.rows(ids)]


@pytest.mark.parametrize("query", ["", "sundial", "date:2025"])
def test_papers_come_in_the_order_asked_for(voted: Library, query: str) -> None:
    """Rule: by date and rank, by upvotes, by title without case; with words and without."""
    by_date = ["délta", "Gamma", "beta", "Alpha"]
    assert _titles(voted, find_papers(voted, query, ListOrder.NEWEST)) == by_date
    assert _titles(voted, find_papers(voted, query, ListOrder.UPVOTES)) == ["Gamma", "beta", "délta", "Alpha"]
    assert _titles(voted, find_papers(voted, query, ListOrder.TITLE)) == ["Alpha", "beta", "délta", "Gamma"]
    assert sorted(_titles(voted, find_papers(voted, query, ListOrder.BEST))) == sorted(by_date)


def test_without_words_the_newest_come_first(voted: Library) -> None:
    """Rule: a query without words has no relevance."""
    assert _titles(voted, find_papers(voted, "is:unread")) == ["délta", "Gamma", "beta", "Alpha"]


@pytest.mark.parametrize("order", [ListOrder.NEWEST, ListOrder.UPVOTES, ListOrder.TITLE])
def test_the_index_gives_the_same_order(voted: Library, order: ListOrder) -> None:
    """Rule: equal and kept papers are in the same place with the index and without."""
    day = date(2025, 3, 16)
    more = [ParsedPaper(f"{name} sundial of mine", f"{name} " * 30, upvotes=5) for name in ("Zeta", "eta", "“Álpha”")]
    with voted.catalogue.transaction():
        add_listing(voted.catalogue, Listing("page:1", day), more)
        add_listing(voted.catalogue, Listing("page:2", day), more[::-1])
    voted.reading.finish(
        Triage(voted).decide("star", list(voted.keys_of(voted.catalogue.all_ids()).values()), SetStar(True))
    )
    rows = voted.rows(voted.catalogue.all_ids())
    lose_papers(voted, (row.id for row in rows if row.title.startswith(("Gamma", "eta"))))
    assert len(voted.kept_ids()) == 2
    without = find_papers(voted, "sundial", order)
    assert find_papers(voted, "sundial", order, index_from=1) == without
    assert len(without) == 7
    assert find_papers(voted, "sundial", order, 3, index_from=1) == without[:3]
    if order is ListOrder.TITLE:
        assert _titles(voted, without) == ["Alpha", "beta", "délta", "eta", "Gamma", "Zeta", "“Álpha”"]


@pytest.mark.parametrize("order", [ListOrder.BEST, ListOrder.NEWEST, ListOrder.UPVOTES, ListOrder.TITLE])
@pytest.mark.parametrize("query", ["", "sundial", "is:unread"])
def test_a_limit_cuts_the_sorted_list(voted: Library, query: str, order: ListOrder) -> None:
    """Rule: a limit takes the first papers of the order."""
    everything = find_papers(voted, query, order)
    for limit in range(1, 6):
        assert find_papers(voted, query, order, limit) == everything[:limit]


# What cannot be read


@pytest.mark.parametrize(
    ("query", "position", "said"),
    [
        ("is:", 0, "is:starred"),
        ("attention is:unred", 10, "is:unread"),
        ("is:sta", 0, "is:starred"),
        ("date:yesterday", 0, "2025-03-14"),
        ("x date:2025-02-30", 2, "date"),
        ("date:2025-13", 0, "date"),
        ("x date:2025-03-13..2025-03-12", 2, "date:2025-03-12..2025-03-13"),
        ("tag:", 0, "tag"),
        ("titel:attention", 0, "title:"),
        ("-dat:2025", 0, "date:"),
    ],
)
def test_an_error_names_its_position_and_the_nearest_valid_word(
    library: Library, query: str, position: int, said: str
) -> None:
    """Rule: the command line refuses what the filter bar ignores, with position and suggestion."""
    with pytest.raises(QueryError) as refusal:
        find_papers(library, query)
    assert refusal.value.position == position
    assert f"character {position + 1}" in str(refusal.value)
    assert said in str(refusal.value)
    assert refusal.value.exit_code == 2


@pytest.mark.parametrize("query", ["...", "-", "???", '""', "title:"])
def test_an_empty_query_does_not_mean_everything(decided: Library, query: str) -> None:
    """Rule: `skip --query '...'` is refused or finds nothing."""
    try:
        found = find_papers(decided, query)
    except QueryError:
        return
    assert found == []


@pytest.mark.parametrize(
    "query",
    [
        '"',
        "'",
        "*",
        "a AND b",
        "NEAR(",
        "%",
        "\\",
        "a" * 5_000,
        "\x00",
        "\ud800",
        "[/]",
        "(",
        "OR",
        "🎉",
        "title:(",
        'tag:"a b',
    ],
)
def test_no_query_is_an_exception_of_another_kind(decided: Library, query: str) -> None:
    """Rule: any text is a query or a QueryError of one printable line."""
    try:
        found, refusal = find_papers(decided, query), ""
    except QueryError as error:
        found, refusal = [], str(error)
    assert refusal.isprintable()
    assert set(found) <= set(decided.catalogue.all_ids())
