"""Journals are read forwards and backwards."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.files.system_calls import System
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import DocumentChange, JournalEntry, encode_entry
from paperreader.storage.reading.store import ReadingStore

OpenStore = Callable[..., ReadingStore]


@examples(200)
@given(st.lists(st.binary(max_size=12).map(lambda line: line.replace(b"\n", b"x"))), st.booleans())
def test_lines_are_the_same_forwards_and_backwards(lines: list[bytes], is_torn: bool) -> None:
    """Forwards, only a torn last line lacks its newline. Backwards, the torn line is left out."""
    whole, torn = (lines[:-1], lines[-1:]) if is_torn else (lines, [])
    with TemporaryDirectory() as folder:
        files = JournalFolder(Path(folder), System())
        files.journal_path(0).write_bytes(b"".join(line + b"\n" for line in whole) + b"".join(torn))
        assert list(files.lines(0)) == [line + b"\n" for line in whole] + [line for line in torn if line]
        assert list(files.lines_backwards(0)) == whole[::-1]


def _entry(seq: int, key: str = "title:a", undoes: int | None = None, day: int = 14) -> JournalEntry:
    change = DocumentChange("papers", "1", None, {"key": key, "starred": True})
    return JournalEntry(seq, f"2025-03-{day:02}T08:00:00.000Z", "w", "star", (change,), undoes)


def _write(folder: Path, base: int, *entries: JournalEntry) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"reading-{base}.journal").write_bytes(b"".join(map(encode_entry, entries)))


def _numbers(folder: Path) -> tuple[list[int], list[int]]:
    """The actions that journals hold, forwards and backwards."""
    files = JournalFolder(folder, System())
    return [entry.seq for entry in files.entries()], [entry.seq for entry in files.entries_before(1000)]


def test_actions_are_the_same_forwards_and_backwards(tmp_path: Path) -> None:
    """Rule: every action of every journal comes once, in its order."""
    _write(tmp_path, 0, *map(_entry, (1, 2, 3)))
    _write(tmp_path, 3, *map(_entry, (4, 5)))
    _write(tmp_path, 5)
    assert _numbers(tmp_path) == ([1, 2, 3, 4, 5], [5, 4, 3, 2, 1])


def test_a_journal_counts_beyond_a_snapshot_that_was_never_put_in_place(tmp_path: Path) -> None:
    """Rule: the journal that a folding made before it was cut short ends nothing."""
    _write(tmp_path, 0, *map(_entry, (1, 2, 3, 4)))
    _write(tmp_path, 2)
    assert _numbers(tmp_path) == ([1, 2, 3, 4], [4, 3, 2, 1])


def test_actions_that_were_made_anew_count_once(tmp_path: Path) -> None:
    """Rule: where a later journal begins before an earlier one ends, what stands in the later one happened."""
    _write(tmp_path, 0, *map(_entry, (1, 2, 3)))
    _write(tmp_path, 2, _entry(3, "title:anew"), _entry(4))
    assert _numbers(tmp_path) == ([1, 2, 3, 4], [4, 3, 2, 1])
    files = JournalFolder(tmp_path, System())
    for found in (list(files.entries())[2], list(files.entries_before(1000))[1]):
        assert found.changes[0].after == {"key": "title:anew", "starred": True}


def test_only_what_is_asked_for_is_decoded(tmp_path: Path) -> None:
    """Rule: of a long history only the actions about some papers, and those that take others back, are told."""
    _write(
        tmp_path, 0, _entry(1, "title:a"), _entry(2, "title:b"), _entry(3, "title:b", undoes=2), _entry(4, "title:c")
    )
    files = JournalFolder(tmp_path, System())
    assert [entry.seq for entry in files.entries_before(5, ["title:a"])] == [3, 1]
    assert [entry.seq for entry in files.entries_before(3, ["title:a", "title:b"])] == [2, 1]
    assert [entry.seq for entry in files.entries_before(5, ())] == [3]


def test_a_damaged_line_costs_one_action(tmp_path: Path) -> None:
    """Rule: what cannot be read is left out, whichever way the journal is read."""
    lines = [encode_entry(_entry(seq)) for seq in (1, 2, 3)]
    (tmp_path / "reading-0.journal").write_bytes(lines[0] + b"x" + lines[1] + lines[2])
    assert _numbers(tmp_path) == ([1, 3], [3, 1])


def test_a_mark_holds_up_to_any_place_of_a_long_journal(open_store: OpenStore, tmp_path: Path) -> None:
    """Rule: what came after a mark is told; nothing where it is more than is cheap to tell."""
    store = open_store()
    keys = [PaperKey(f"title:{number}") for number in range(20)]
    mark = store.mark()
    assert mark is not None
    for key in keys:
        store.finish(store.decide("star", {key: SetStar(True)}, {}))
    journal = store._storage._journal
    found = journal.entries_since(mark)
    assert found is not None
    now, entries = found
    assert now == store.mark()
    assert [change.after["key"] for entry in entries for change in entry.changes if change.after] == keys
    assert journal.entries_since(mark, limit=100) is None
