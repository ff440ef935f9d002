"""Damaged index files: never a wrong answer, and repaired without the user."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from index_damage import Indexed, damage_index, damages, make_indexed, put

from paperreader.errors import StoreError
from paperreader.search.index.health import MARK_NAME, find_damage, load_mark
from paperreader.services.indexing.update import Condition, catch_up, index_state
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.searching.library_search import LibrarySearch

STEP = int(os.environ.get("PAPERREADER_INDEX_DAMAGE", "211"))
"""Of the bytes of an index, every so many is damaged; with 1 it takes half an hour."""


@pytest.fixture(scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with an index, to be copied."""
    folder = tmp_path_factory.mktemp("indexed") / "library"
    make_indexed(folder)
    return folder


@pytest.fixture
def indexed(_template: Path, tmp_path: Path) -> Iterator[Indexed]:
    """A library with an index."""
    made = Indexed(Path(shutil.copytree(_template, tmp_path / "library")))
    yield made
    made.library.close()


def test_no_damage_to_the_index_is_a_wrong_answer(indexed: Indexed, capfd: pytest.CaptureFixture[str]) -> None:
    """Rule: a damaged index answers right or is not used, and is rebuilt."""
    tally = damage_index(indexed, STEP, mend_every=STEP // 7 or 1)
    assert tally.images > 300, "there was not enough to damage"
    assert tally.refused > tally.images * 0.9
    assert tally.wrong == []
    assert tally.left == []
    assert capfd.readouterr() == ("", ""), "the library of the index said something"


_TOOTHLESS = """
import sys
from pathlib import Path
from index_damage import Indexed, damage_index, make_indexed
from paperreader.services.indexing import update as indexing
make_indexed(Path(sys.argv[1]))
indexed = Indexed(Path(sys.argv[1]))
indexing.find_damage = lambda *_, **__: None
print(len(damage_index(indexed, 397, mend_every=10_000).wrong))
"""


def test_the_harness_finds_damage_that_is_not_checked(tmp_path: Path) -> None:
    """Rule: without the checks of files the same harness finds wrong answers and panics."""
    support = str(Path(__file__).parent.parent / "support")
    argv = [sys.executable, "-c", _TOOTHLESS, str(tmp_path / "library")]
    result = subprocess.run(
        argv, env={**os.environ, "PYTHONPATH": support, "RUST_BACKTRACE": "0"}, capture_output=True, check=False
    )
    assert result.returncode < 0 or int(result.stdout) > 10, result.stderr
    assert b"panicked" in result.stderr


def test_silent_damage_is_found_by_a_thorough_check(indexed: Indexed) -> None:
    """Rule: a thorough check reads files whose size and time are right."""
    files = indexed.files()
    mark = load_mark(indexed.index)
    assert mark
    for what, name, data in damages(files, STEP):
        path = indexed.index / name
        if data is None or len(data) != len(files[name]) or data == files[name] or path.suffix == ".json":
            continue
        times = path.stat().st_atime_ns, path.stat().st_mtime_ns
        put(path, data)
        os.utime(path, ns=times)
        footer = files[name].rfind(b'{"version"')
        if "flipped" not in what or data[:footer] != files[name][:footer]:  # of the footer only the checksum counts
            assert find_damage(indexed.index, mark) in (None, name)
            assert find_damage(indexed.index, mark, thorough=True) == name, what
        put(path, files[name])
        os.utime(path, ns=times)
    assert find_damage(indexed.index, mark, thorough=True) is None


def _is_a_file(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.write_text("an index?")


def _leads_nowhere(folder: Path) -> None:
    shutil.rmtree(folder)
    folder.symlink_to(folder.parent / "nowhere" / "at" / "all")


def _holds_folders(folder: Path) -> None:
    for path in folder.iterdir():
        if path.suffix != ".lock":
            path.unlink()
            (path / "within").mkdir(parents=True)


def _is_of_nobody(folder: Path) -> None:
    (folder / "paperreader.lock").unlink()
    (folder / "paperreader.lock").mkdir()
    (folder / MARK_NAME).unlink()


def _has_leftovers(folder: Path) -> None:
    part = next(folder.glob("*.term"))
    for name in ("0" * 32 + ".term", "0" * 32 + ".store", ".tmpAbCdEf", "notes.txt", part.stem + ".4711.del"):
        (folder / name).write_bytes(part.read_bytes()[:99])


@pytest.mark.parametrize(
    ("strike", "is_mended"),
    [
        (shutil.rmtree, True),
        (_is_a_file, False),
        (_leads_nowhere, False),
        (_holds_folders, True),
        (_is_of_nobody, False),
    ],
)
def test_anything_in_place_of_the_index(
    indexed: Indexed, strike: Callable[[Path], None], is_mended: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    """Rule: it is replaced or refused with one line, and searches work."""
    strike(indexed.index)
    state = index_state(indexed.library.catalogue)
    assert state.condition is Condition.UNUSABLE
    assert state.reason
    assert indexed.answers() is None
    if is_mended:
        assert indexed.catches_up()
    else:
        with pytest.raises(StoreError, match="cannot be written"):
            catch_up(indexed.library.catalogue)
        assert not LibrarySearch(indexed.library).catch_up()
        assert find_papers(indexed.library, "zulu7")
    assert capfd.readouterr() == ("", "")


def test_files_of_a_killed_writer_are_not_damage(indexed: Indexed) -> None:
    """Rule: files of no segment change nothing and cause no rebuild."""
    _has_leftovers(indexed.index)
    assert index_state(indexed.library.catalogue).condition is Condition.CURRENT
    assert indexed.answers() == indexed.right


VALUES = (
    "\x80", "", "{", "[]",
    "{}", "null", "1e999", '"x"', "[" * 100_000, '{"segments": 3}', '{"segments": [3]}', "[1, 2]",
    '{"segments": [{"segment_id": null, "max_doc": Infinity, "deletes": 5}]}', '{"mark": 1, "check": 2}',
    '{"mark": {"files": {"a": [Infinity, 1, 2]}}, "check": 0}', '{"segments": []}', "9" * 5_000,
)  # fmt: skip


@pytest.mark.parametrize("name", ["meta.json", ".managed.json", MARK_NAME])
def test_files_of_json_may_hold_anything(indexed: Indexed, name: str) -> None:
    """Rule: no value causes an unexpected error or an empty index."""
    mark = (indexed.index / MARK_NAME).read_bytes()
    for value in VALUES:
        put(indexed.index / MARK_NAME, mark)
        put(indexed.index / name, value.encode("latin-1"))
        condition = index_state(indexed.library.catalogue).condition
        assert condition is Condition.UNUSABLE or (name, value) == (".managed.json", "[]")
        assert indexed.answers() in (None, indexed.right)
    assert indexed.catches_up()


def test_an_index_that_cannot_be_opened_is_rebuilt(indexed: Indexed) -> None:
    """Rule: damage that shows only at opening is repaired too."""
    path = next(indexed.index.glob("*.term"))
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    put(path, path.read_bytes()[:-100] + bytes(100))
    os.utime(path, ns=times)
    assert index_state(indexed.library.catalogue).condition is Condition.CURRENT
    assert indexed.answers() is None
    assert index_state(indexed.library.catalogue).condition is Condition.UNUSABLE
    assert indexed.catches_up()
