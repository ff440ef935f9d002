"""Imports of the same captures in any order make the same library and change no decision."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus, make_tags
from paperreader.feeds.base import Source
from paperreader.services.importing.importer import import_sources
from paperreader.services.library import Library
from paperreader.services.triage import Triage

TODAY = date(2026, 11, 1)
_OWN_BOOKS = ("edition", "editions", "changes", "unfinished", "sqlite_sequence")
"""Tables about the history of the catalogue, not its content."""
_DECISIONS: tuple[Decision, ...] = (
    SetStar(True),
    SetStatus(ReadingStatus.READ),
    SetStatus(ReadingStatus.LATER),
    EditTags(add=make_tags(["lantern"])),
)


@dataclass(frozen=True, slots=True)
class Capture:
    """One saved answer, and the name of its file."""

    name: str
    data: bytes


@contextmanager
def opened() -> Iterator[Library]:
    """An empty library that does not wait for the disk."""
    with TemporaryDirectory() as folder:
        library = Library(Path(folder) / "library", window="test")
        library.catalogue.connection.execute("PRAGMA synchronous = OFF")
        yield library
        library.close()


def content(captures: Sequence[Capture], wishes: dict[PaperKey, Decision], chance: random.Random) -> dict[str, Any]:
    """The content of a library after these imports; decisions happen at random times in between."""
    with opened() as library:
        waiting = dict(wishes)
        for number, capture in enumerate(captures, 1):
            import_sources(library, [Source(capture.name, capture.data)], today=lambda: TODAY)
            there = library.catalogue.ids_of(waiting)
            for key in [key for key in there if number == len(captures) or chance.random() < 0.4]:
                library.reading.finish(Triage(library).decide("decide", [key], waiting.pop(key)))
        assert not waiting
        return {**_tables(library), "lists": _lists(library), "states": {key: _state(library, key) for key in wishes}}


_NUMBERS = {
    "captures": "SELECT id, fingerprint FROM captures",
    "listings": "SELECT id, name FROM listings",
    "papers": "SELECT id, key FROM papers",
    "texts": "SELECT id, hash FROM texts",
}
"""What identifies a row instead of its row id, which depends on the order of arrival."""
_POINTERS = {"capture": "captures", "shown": "captures", "listing": "listings", "paper": "papers", "text": "texts"}


def _tables(library: Library) -> dict[str, list[str]]:
    """The rows of every table, with names instead of numbers."""
    execute = library.catalogue.connection.execute
    names = {table: dict(execute(query).fetchall()) for table, query in _NUMBERS.items()}
    tables = [name for (name,) in execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    held = {}
    for table in tables:
        if table in _OWN_BOOKS:
            continue
        cursor = execute(f"SELECT * FROM {table}")
        pointers = {"id": table} | _POINTERS
        columns = [column for column, *_ in cursor.description]
        rows = [
            [
                names[pointers[column]][value] if column in pointers else value
                for column, value in zip(columns, row, strict=True)
            ]
            for row in cursor
        ]
        held[table] = sorted(json.dumps(row) for row in rows)
    return held


def _lists(library: Library) -> dict[str, list[str]]:
    """The keys of the papers of every date, in shown order."""
    dates = [counted.date for counted in library.counts().dates]
    return {str(day): [library.keys_of([paper])[paper] for paper in library.ranked_ids(day)] for day in dates}


def _state(library: Library, key: PaperKey) -> tuple[Any, ...]:
    state = library.state(key)
    return state.status, state.starred, state.tags, state.note


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Assert equality, table by table."""
    assert one.keys() == other.keys()
    for name in one:
        assert one[name] == other[name], name


# Invented captures


@st.composite
def invented_captures(draw: st.DrawFn) -> list[Capture]:
    """Captures of 1 to 3 days: papers come, go, return, and change figures, links and texts."""
    captures = []
    for number in range(draw(st.integers(2, 5))):
        day = draw(st.sampled_from((8, 9, 10)))
        papers = draw(st.lists(st.integers(0, 5), unique=True, min_size=1, max_size=5))
        items = [draw(invented_items(paper, day)) for paper in papers]
        captures.append(Capture(f"{number} of 2025-07-{day:02}.json", json.dumps(items).encode()))
    return captures


@st.composite
def invented_items(draw: st.DrawFn, number: int, day: int) -> dict[str, Any]:
    """A paper as one of several captures has it."""
    paper: dict[str, Any] = {
        "id": _id(number),
        "title": f"Lanterns {number}" + draw(st.sampled_from(("", ": A Study", ":  a   study"))),
        "upvotes": draw(st.integers(0, 3)),
    }
    optional: dict[str, st.SearchStrategy[Any]] = {
        "summary": st.sampled_from((f"We study {number}.", f"We study {number}. It is cut in the", "")),
        "authors": st.sampled_from(([{"name": "Ada"}], [{"name": "Ada"}, {"name": "Ben"}], [])),
        "publishedAt": st.sampled_from(("2025-07-06T10:00:00Z", "2025-07-07T00:00:00Z")),
        "githubRepo": st.sampled_from(("https://github.com/a/b", "https://github.com/c/d")),
        "projectPage": st.sampled_from(("https://one.example/", "https://two.example/")),
        "submittedOnDailyAt": st.just(f"2025-07-{day:02}T01:00:00Z"),
    }
    for name, values in optional.items():
        if draw(st.booleans()):
            paper[name] = draw(values)
    return {"paper": paper, "title": paper["title"], "numComments": draw(st.integers(0, 2))}


def _id(number: int) -> str:
    return f"2507.{number:05}"


@examples(100)
@given(captures=invented_captures(), chance=st.randoms(use_true_random=False))
def test_captures_that_differ_in_everything_make_one_library(captures: list[Capture], chance: random.Random) -> None:
    """Rule: captures in any order, imported twice, with decisions in between, make one library."""
    present = sorted({PaperKey(f"arxiv:{_id(n)}") for n in range(6) for c in captures if _id(n).encode() in c.data})
    wishes = {key: chance.choice(_DECISIONS) for key in chance.sample(present, min(3, len(present)))}
    other = captures * 2
    chance.shuffle(other)
    assert_same(content(other, wishes, chance), content(captures, wishes, random.Random(1)))


# Real captures


@pytest.fixture(scope="module")
def real_captures(captures: Path) -> list[Capture]:
    """All saved answers of the Daily Papers API."""
    return [Capture(path.name, path.read_bytes()) for path in sorted((captures / "hf_daily").glob("*.json"))]


@pytest.fixture(scope="module")
def in_order(real_captures: list[Capture]) -> tuple[dict[PaperKey, Decision], dict[str, Any]]:
    """Some decisions, and the library's content after one import of each capture in order."""
    everything = content(real_captures, {}, random.Random(1))
    keys = sorted(key for keys in everything["lists"].values() for key in keys)
    wishes = {key: _DECISIONS[number % 4] for number, key in enumerate(keys[::9])}
    return wishes, content(real_captures, wishes, random.Random(1))


@pytest.mark.full
@examples(15)
@given(chance=st.randoms(use_true_random=False))
def test_real_captures_make_one_library(
    real_captures: list[Capture], in_order: tuple[dict[PaperKey, Decision], dict[str, Any]], chance: random.Random
) -> None:
    """Rule: real captures in any order, imported twice, make one library."""
    wishes, expected = in_order
    other = real_captures * 2
    chance.shuffle(other)
    assert_same(content(other, wishes, chance), expected)


def test_decisions_do_not_change_what_the_captures_say(
    real_captures: list[Capture], in_order: tuple[dict[PaperKey, Decision], dict[str, Any]]
) -> None:
    """Rule: decisions change only reading states."""
    _, expected = in_order
    assert_same(content(real_captures, {}, random.Random(2)) | {"states": expected["states"]}, expected)
    assert sum(len(keys) for keys in expected["lists"].values()) == len(expected["papers"]) > 200
