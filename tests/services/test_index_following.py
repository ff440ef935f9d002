"""A long import is indexed by another process while the import goes on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from paperreader.domain.query.parser import parse_query
from paperreader.errors import FetchCancelled
from paperreader.search.index.writer import index_lock
from paperreader.services.importing.importer import import_paths
from paperreader.services.importing.inputs import Sizes
from paperreader.services.indexing.follower import IndexFollower
from paperreader.services.indexing.update import Condition, index_folder, index_state, keep_up
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch

INDEX_FROM = 200
"""Papers from which on a library of these tests has an index."""
PAPERS = INDEX_FROM + 50


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """A stream of many papers."""
    file = tmp_path / "papers.jsonl"
    papers = (
        {"title": f"The invented paper about quartz{number}", "abstract": "", "authors": ["Ada Brook"]}
        for number in range(PAPERS)
    )
    file.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers))
    return file


def _follow(library: Library, lines: Path, after: Callable[[int], None] = lambda _done: None) -> list[tuple[int, int]]:
    """Import with a follower; its reports. `after` is called with the bytes that are stored."""
    follower = IndexFollower(library.catalogue, INDEX_FROM)

    def progress(_name: str, done: int, _size: int) -> None:
        if done:
            follower.follow()
            after(done)

    told: list[tuple[int, int]] = []
    try:
        import_paths(library, [str(lines)], progress=progress, sizes=Sizes(piece=45))
    finally:
        follower.finish(lambda done, papers: told.append((done, papers)))
    return told


def _finds_each(library: Library) -> bool:
    search = LibrarySearch(library)
    search.refresh()
    return all(search.search(parse_query(f"quartz{number}")).total == 1 for number in (0, PAPERS // 2, PAPERS - 1))


def test_a_long_import_is_indexed_when_it_is_done(library: Library, lines: Path) -> None:
    """Rule: at the end every paper is found, and the progress was reported."""
    told = _follow(library, lines)
    assert index_state(library.catalogue).condition is Condition.CURRENT
    assert _finds_each(library)
    assert told
    assert all(0 <= done <= papers for done, papers in told)


def test_the_stored_part_of_a_cancelled_import_is_indexed(library: Library, lines: Path) -> None:
    """Rule: stored papers are found; papers of a later import are indexed then."""

    def call_off(done: int) -> None:
        if done > 0.85 * lines.stat().st_size:
            raise FetchCancelled

    _follow(library, lines, call_off)
    assert INDEX_FROM < library.catalogue.count() < PAPERS
    assert index_state(library.catalogue).condition is Condition.CURRENT
    _follow(library, lines)
    assert index_state(library.catalogue).condition is Condition.CURRENT
    assert _finds_each(library)


def test_an_import_survives_a_killed_follower(library: Library, lines: Path) -> None:
    """Rule: the import goes on, and the next update does the work of the follower."""
    follower = IndexFollower(library.catalogue, INDEX_FROM)
    begun = False

    def progress(_name: str, done: int, _size: int) -> None:
        nonlocal begun
        if done and not begun:
            follower.follow()
            begun = bool(follower._thread)
        elif begun:
            follower._process.stop()

    receipt = import_paths(library, [str(lines)], progress=progress, sizes=Sizes(piece=45))
    follower.finish(lambda _done, _papers: None)
    assert begun
    assert receipt.totals.new == PAPERS
    assert index_state(library.catalogue).condition is not Condition.CURRENT
    keep_up(library.catalogue, index_from=INDEX_FROM)
    assert _finds_each(library)


def test_a_follower_gives_way_to_another_writer(library: Library, lines: Path) -> None:
    """Rule: only one process writes the index; the import goes on."""
    with index_lock(index_folder(library.catalogue)):
        _follow(library, lines)
    assert library.catalogue.count() == PAPERS
    assert index_state(library.catalogue).condition is Condition.UNUSABLE
    keep_up(library.catalogue, index_from=INDEX_FROM)
    assert _finds_each(library)


def test_a_small_import_starts_no_process(library: Library, tmp_path: Path) -> None:
    """Rule: a small library has no index."""
    file = tmp_path / "few.jsonl"
    file.write_text('{"title": "An invented paper", "abstract": "", "authors": []}\n')
    assert _follow(library, file) == []
    assert library.catalogue.count() == 1
    assert not index_folder(library.catalogue).exists()
