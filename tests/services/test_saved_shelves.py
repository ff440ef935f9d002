"""Saved shelves find what the command line finds, and their counts follow changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from paperreader.domain.decision import SetStatus
from paperreader.domain.history import Action
from paperreader.domain.lists import SavedShelf
from paperreader.domain.query.parser import parse_query
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.errors import QueryError
from paperreader.services.importing.importer import import_sample
from paperreader.services.indexing.update import INDEX_FROM, catch_up
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.searching.library_search import LibrarySearch
from paperreader.services.searching.shelves import SavedShelves
from paperreader.services.triage import Triage

QUERIES = ("model", "is:unread model", "is:starred", "-is:unread", "learning OR model -title:a", "date:2020..", "zzzz")
PATIENCE = 60


@pytest.fixture
def saved(sample: Library) -> Iterator[SavedShelves]:
    """The shelves of the sample library."""
    opened = SavedShelves(sample)
    yield opened
    opened.close()


@pytest.fixture(params=["memory", "index"])
def anyhow(request: pytest.FixtureRequest, sample: Library) -> Iterator[SavedShelves]:
    """The shelves, searched in memory and through the index."""
    if request.param == "index":
        catch_up(sample.catalogue)
    opened = SavedShelves(sample, index_from=1 if request.param == "index" else INDEX_FROM)
    yield opened
    opened.close()


def _count(saved: SavedShelves, text: str) -> int | None:
    saved.look()
    return saved.count(text).result(PATIENCE)


def _decide(library: Library, status: ReadingStatus, papers: int) -> None:
    keys = list(library.catalogue.keys_of(library.catalogue.first_ids(papers)).values())
    library.reading.finish(Triage(library).decide("decide", keys, SetStatus(status)))


@pytest.mark.parametrize("query", QUERIES)
def test_a_shelf_finds_what_the_command_line_finds(sample: Library, anyhow: SavedShelves, query: str) -> None:
    """Rule: `list QUERY` and a shelf of that query have the same papers and count."""
    _decide(sample, ReadingStatus.READ, 9)
    found = anyhow.find(query).result(PATIENCE).ids
    assert set(found) == set(find_papers(sample, query))
    assert _count(anyhow, query) == len(found)


def test_the_hits_of_words_are_marked(anyhow: SavedShelves) -> None:
    """Rule: the hits of words can be marked; facts have no hits."""
    hits = anyhow.find("model is:unread").result(PATIENCE).highlighter
    assert hits
    assert hits.spans("A model of models")
    assert not anyhow.find("is:unread").result(PATIENCE).highlighter


def test_a_shelf_without_words_is_newest_first(sample: Library, anyhow: SavedShelves) -> None:
    """Rule: a query with words is best first, any other newest first."""
    assert anyhow.find("is:unread").result(PATIENCE).ids == sample.catalogue.all_ids()


def test_counts_follow_decisions_and_imports(library: Library) -> None:
    """Rule: a count holds until something changes."""
    saved = SavedShelves(library)
    try:
        assert _count(saved, "is:unread model") == 0
        import_sample(library)
        as_of = saved.look().result(PATIENCE)
        before = _count(saved, "is:unread model")
        assert saved.look().result(PATIENCE) == as_of
        assert before == len(find_papers(library, "is:unread model")) > 0
        key = library.keys_of(saved.find("is:unread model").result(PATIENCE).ids).popitem()[1]
        library.reading.finish(library.reading.decide("read", {key: SetStatus(ReadingStatus.READ)}, {}))
        assert _count(saved, "is:unread model") == before - 1
        assert saved.look().result(PATIENCE) != as_of
        library.reading.finish(library.reading.undo())
        assert _count(saved, "is:unread model") == before
    finally:
        saved.close()


def test_since_moves_with_the_day(sample: Library, saved: SavedShelves, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: `since:` counts back from today, not from the day of saving."""
    newest = max(count.date for count in sample.counts().dates)
    noon = datetime(newest.year, newest.month, newest.day, 12, tzinfo=UTC)
    counts = []
    for days in (0, 1):
        monkeypatch.setattr(sample.reading, "_clock", lambda days=days: noon + timedelta(days))
        counts.append(_count(saved, "since:0d"))
    assert counts == [sum(count.papers for count in sample.counts().dates if count.date == newest), 0]


def test_a_large_library_counts_words_when_its_index_is_there(sample: Library) -> None:
    """Rule: without an index words are found but not counted; facts are counted."""
    with closing(SavedShelves(sample, index_from=1)) as saved:
        assert _count(saved, "model") is None
        assert set(saved.find("model").result(PATIENCE).ids) == set(find_papers(sample, "model"))
        assert _count(saved, "is:unread") == sample.catalogue.count()
        catch_up(sample.catalogue)
        assert _count(saved, "model") == len(find_papers(sample, "model"))


def test_an_invalid_shelf_has_no_count(saved: SavedShelves) -> None:
    """Rule: a shelf with an invalid query has no count; opening it names the position."""
    assert _count(saved, "model upvotes:many") is None
    with pytest.raises(QueryError, match="character 7"):
        saved.find("model upvotes:many").result(PATIENCE)


def test_a_filter_narrows_a_shelf_of_a_large_library(sample: Library) -> None:
    """Rule: a query inside a shelf finds what both queries find; an invalid query is refused."""
    catch_up(sample.catalogue)
    search, shelf = LibrarySearch(sample), SavedShelf(Safe("Models"))
    search.refresh()
    sample.reading.finish(Triage(sample).save_shelf(shelf, "model OR learning"))
    both = find_papers(sample, "(model OR learning) is:unread data")
    assert set(search.search(parse_query("is:unread data"), shelf).ids) == set(both)
    assert search.count(parse_query("is:unread data"), shelf) == len(both) > 0
    with pytest.raises(QueryError):
        search.search(parse_query("data"), SavedShelf(Safe("gone")))


def test_a_query_is_saved_as_it_was_typed(sample: Library) -> None:
    """Rule: the text of a query is saved cleaned; an unreadable or empty query is refused."""
    triage, shelf = Triage(sample), SavedShelf(Safe("Models"))

    def save(text: str) -> Action:
        return sample.reading.finish(triage.save_shelf(shelf, text))

    save("  model\t AND  ((is:unread)) since:1w")
    text = sample.reading.shelves()[shelf]
    assert text == "model AND ((is:unread)) since:1w"
    for refused in ("", "   ", "upvotes:many", '"open', "x" * 1_001):
        with pytest.raises(QueryError):
            save(refused)
    assert sample.reading.shelves() == {shelf: text}
    sample.reading.finish(triage.remove_shelf(shelf))
    assert sample.reading.shelves() == {}


def test_closing_stops_searches(folder: Path) -> None:
    """Rule: closing the reader waits for no search."""
    library = Library(folder)
    saved = SavedShelves(library)
    pending = saved.find("model")
    saved.close()
    saved.close()
    pending.exception(PATIENCE)
    library.reading.finish(library.reading.decide("star", {}, {}))
    library.close()
