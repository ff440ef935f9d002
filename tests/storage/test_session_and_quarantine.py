"""The two folders nobody must depend on: where the user was, and the odd lines of imports."""

from __future__ import annotations

import json
import os
from datetime import date
from pathlib import Path

import pytest

from paperreader.domain.list_order import ListOrder
from paperreader.domain.lists import Place, SavedShelf, Shelf
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.storage.quarantine import forget_aside, set_aside
from paperreader.storage.session import Session, load_session, save_session


@pytest.mark.parametrize("place", [*Shelf, date(2025, 3, 14), SavedShelf(Safe("unread"))])
def test_a_session_comes_back(tmp_path: Path, place: Place) -> None:
    """Place, paper, theme, the papers of other places and the queries that were kept survive."""
    session = Session().keeping("kites").keeping("is:unread looms")
    session = session.at(Shelf.ALL, "title:1").at(date(2025, 3, 12), "title:2").at(place, "title:3")
    save_session(tmp_path / "session.json", session)
    loaded = load_session(tmp_path / "session.json")
    assert loaded == session
    assert (loaded.place, loaded.paper, loaded.paper_of(place)) == (place, "title:3", "title:3")


def test_every_place_remembers_its_paper() -> None:
    """Coming back to a list finds the paper last looked at there; a list never opened has none."""
    session = Session().at(Shelf.UNREAD, "title:1").at(date(2025, 3, 14), "title:2").at(Shelf.UNREAD, "title:3")
    assert session.paper_of(Shelf.UNREAD) == "title:3"
    assert session.paper_of(date(2025, 3, 14)) == "title:2"
    assert session.paper_of(Shelf.LATER) is None


def test_a_query_is_remembered_once_where_it_was_kept_last() -> None:
    """Of each query there is one, the last one last, and there are at most 100."""
    session = Session().keeping("a").keeping("b").keeping("a")
    assert session.queries == ("b", "a")
    for number in range(200):
        session = session.keeping(f"query {number}")
    assert session.queries == tuple(f"query {number}" for number in range(100, 200))


def test_queries_are_cleaned_where_they_are_loaded(tmp_path: Path) -> None:
    """The file may hold anything, and its queries are shown."""
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"queries": ["a\u001b[2J", 7, "", " ", "b", "b", None, ["c"]]}))
    assert load_session(path).queries == ("a", "b")
    path.write_text(json.dumps({"queries": {"a": 1}, "place": "shelf:"}))
    assert load_session(path) == Session(knows_keys=False)


def test_a_session_does_not_grow_for_ever() -> None:
    """A thousand dates later the file is still small, and the last places are in it."""
    session = Session()
    for ordinal in range(730_000, 731_000):
        session = session.at(date.fromordinal(ordinal), f"title:{ordinal}")
    assert len(session.papers) <= 60
    assert session.paper_of(date.fromordinal(730_999)) == "title:730999"


@pytest.mark.parametrize(
    "content",
    [
        b"", b"{", b"[]", b"null", b"3", b"\xff\xfe", b"[" * 20_000, b'{"place": 3, "papers": 4}', b'{"papers": [1]}',
        b'{"place": "2025-02-30", "paper": [], "theme": {}}', b'{"place": "nowhere"}', b'{"papers": {"a": 1}}',
    ],
)  # fmt: skip
def test_a_damaged_session_costs_nothing(tmp_path: Path, content: bytes) -> None:
    """Whatever stands in the file, the reader opens, somewhere, and writes a good one."""
    path = tmp_path / "session.json"
    path.write_bytes(content)
    session = load_session(path)
    assert session.place is None
    save_session(path, session.at(Shelf.LATER, "title:1"))
    assert load_session(path).paper_of(Shelf.LATER) == "title:1"


def test_a_session_with_half_a_character_costs_nothing(tmp_path: Path) -> None:
    """JSON can spell a lone surrogate; saving what was loaded must not stop the reader."""
    path = tmp_path / "session.json"
    path.write_text(json.dumps({"theme": "\ud800", "papers": {"unread": "\udc80"}}))
    save_session(path, load_session(path).at(Shelf.LATER, "title:1"))
    assert load_session(path).paper_of(Shelf.LATER) == "title:1"


def test_a_session_that_cannot_be_read_or_written_costs_nothing(tmp_path: Path) -> None:
    """A missing file, a folder in its place, a missing folder: a new session, no exception."""
    (tmp_path / "session.json").mkdir()
    for path in (tmp_path / "session.json", tmp_path / "missing" / "session.json"):
        save_session(path, Session().at(Shelf.ALL, None))
        assert load_session(path) == Session()
    assert list(tmp_path.glob("*.tmp")) == []


def test_every_place_remembers_its_order(tmp_path: Path) -> None:
    """The order chosen last comes back; a place without one, or with one that is unknown, has none."""
    day, path = date(2025, 3, 14), tmp_path / "session.json"
    session = Session().sorted_by(Shelf.ALL, ListOrder.TITLE).sorted_by(day, ListOrder.UPVOTES)
    save_session(path, session.sorted_by(Shelf.LATER, ListOrder.RANK).sorted_by(Shelf.LATER, ListOrder.NEWEST))
    loaded = load_session(path)
    assert [loaded.order_of(place) for place in (Shelf.ALL, day)] == [ListOrder.TITLE, ListOrder.UPVOTES]
    assert loaded.order_of(Shelf.LATER) is None
    assert loaded.order_of(date(2025, 3, 15)) is None
    assert session.sorted_by(day, ListOrder.UNREAD_FIRST).order_of(day) is ListOrder.UNREAD_FIRST
    path.write_text(json.dumps({"place": "all", "orders": {"all": "by colour", "unread": 7, "later": "title"}}))
    assert [load_session(path).order_of(shelf) for shelf in (Shelf.ALL, Shelf.UNREAD, Shelf.LATER)] == [
        None, None, ListOrder.TITLE,
    ]  # fmt: skip
    assert load_session(path).place is Shelf.ALL


# Quarantine

_LINES = [(7, b"an odd line"), (9, b"not UTF-8: \xe9\xff"), (12, b"\x1b[31mred")]


def test_odd_lines_are_kept_verbatim_behind_their_numbers(tmp_path: Path) -> None:
    """A person finds every byte of what was set aside, and where it stood."""
    path = set_aside(tmp_path / "quarantine", "pages/Mar 14 é.txt", _LINES).path
    assert path.read_bytes() == b"7: an odd line\n9: not UTF-8: \xe9\xff\n12: \x1b[31mred\n"
    assert path.parent == tmp_path / "quarantine"
    assert path.stat().st_mode & 0o077 == 0


def test_the_same_lines_give_one_file_and_others_another(tmp_path: Path) -> None:
    """Importing again piles nothing up; another fault of the same file does not replace the first."""
    folder = tmp_path / "quarantine"
    first = set_aside(folder, "page.txt", _LINES).path
    assert set_aside(folder, "copies/page.txt", _LINES).path == first
    assert set_aside(folder, "page.txt", _LINES[:1]).path != first
    assert len(list(folder.iterdir())) == 2


@pytest.mark.parametrize(
    "source",
    [
        "-",
        "",
        "..",
        "../../etc/passwd",
        "a/../../b",
        "x" * 300,
        "\x1b]0;title\x07",
        "页面.txt",
        ".hidden",
        "-rf",
        os.sep,
    ],
)
def test_no_name_of_a_source_leads_out_of_the_folder(tmp_path: Path, source: str) -> None:
    """The file lies in the quarantine, with a plain name, whatever the input was called."""
    folder = tmp_path / "quarantine"
    path = set_aside(folder, source, _LINES).path
    assert path.resolve().parent == folder.resolve()
    assert path.name.isascii()
    assert path.name.isprintable()
    assert not path.name.startswith((".", "-"))
    assert len(path.name) < 100
    assert [found.name for found in folder.iterdir()] == [path.name]


def test_a_file_that_was_there_before_is_not_taken_away(tmp_path: Path) -> None:
    """What an earlier receipt names stays, although a longer file holds its lines as well."""
    folder = tmp_path / "quarantine"
    earlier = set_aside(folder, "page.txt", _LINES[:1])
    first = set_aside(folder, "page.txt", _LINES[:1])
    second = set_aside(folder, "page.txt", _LINES[1:2], first)
    third = set_aside(folder, "page.txt", _LINES[2:], second)
    for aside in (first, second):
        forget_aside(aside)
    assert {path.name for path in folder.iterdir()} == {earlier.path.name, third.path.name}
    assert third.path == set_aside(folder, "page.txt", _LINES).path


def test_a_quarantine_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    """The error says that nothing was stored, and where it failed."""
    (tmp_path / "quarantine").write_text("I am a file")
    with pytest.raises(StoreError, match="nothing") as refusal:
        set_aside(tmp_path / "quarantine", "page.txt", _LINES)
    assert "quarantine" in str(refusal.value)
