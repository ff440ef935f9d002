"""Killed index processes, several at once, a full disk: the index is right afterwards."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from examples import how_many
from index_kills import faults, grow, kill_index_processes, run_index_processes, run_with_limit

from paperreader.services.indexing.update import Condition, catch_up, index_folder, index_state
from paperreader.services.library import Library

KILLS = int(os.environ.get("PAPERREADER_INDEX_KILLS", how_many(4, 14)))


@pytest.fixture
def grown(tmp_path: Path) -> Iterator[Library]:
    """A library with an index that lacks some papers."""
    library = Library(tmp_path / "library")
    grow(library, 0, papers=300, of=400)
    catch_up(library.catalogue)
    grow(library, 1, papers=100, of=400)
    yield library
    library.close()


def test_a_killed_update_leaves_a_usable_index(tmp_path: Path) -> None:
    """Rule: a kill at any moment is no damage, and the next update makes the index right."""
    tally = kill_index_processes(tmp_path / "library", KILLS, seed=3)
    assert tally.kills == KILLS
    assert tally.in_time, "all had ended before they were killed"
    assert tally.faults == []


_KILLED = """
import os, sys
from paperreader.search.index import writer as index_writer
from paperreader.services.indexing.process import main
calls, save = int(sys.argv[2]), index_writer.save_mark
def save_mark(*arguments):
    global calls
    calls -= 1
    if calls < 0:
        os.kill(os.getpid(), 9)
    save(*arguments)
index_writer.save_mark = save_mark
main(sys.argv[1])
"""


@pytest.mark.parametrize(("marks", "condition"), [(0, Condition.UNUSABLE), (1, Condition.CURRENT)])
def test_the_mark_decides_what_a_killed_update_did(grown: Library, marks: int, condition: Condition) -> None:
    """Rule: a commit counts once its mark is written; a merge may be interrupted."""
    subprocess.run([sys.executable, "-c", _KILLED, str(grown.catalogue.path), str(marks)], check=False)
    assert index_state(grown.catalogue).condition is condition
    assert faults(grown, 2) == []


def test_files_of_a_killed_writer_do_not_matter(grown: Library, tmp_path: Path) -> None:
    """Rule: the next writer uses the same file names and does not take the old files for its own."""
    index = index_folder(grown.catalogue)
    shutil.copytree(grown.folder, tmp_path / "other")
    other = Library(tmp_path / "other")
    catch_up(other.catalogue)
    other.close()
    left = [path.name for path in (tmp_path / "other" / "index").glob("*.del")]
    assert left
    for name in [*left, "0" * 32 + ".term", ".tmpAbCdEf"]:
        (index / name).write_bytes(b"cut short")
    assert index_state(grown.catalogue).condition is Condition.BEHIND
    assert catch_up(grown.catalogue).condition is Condition.BEHIND
    assert faults(grown, 2) == []
    assert not list(index.glob("0000*"))


def test_several_processes_update_one_index(tmp_path: Path) -> None:
    """Rule: one process writes, the others find the index busy, and no paper is missing or double."""
    assert run_index_processes(tmp_path / "library", processes=3, rounds=3).faults == []


@pytest.mark.parametrize("size", [0, 5_000, 40_000])
@pytest.mark.parametrize("anew", [False, True])
def test_a_full_disk_is_one_line(grown: Library, size: int, anew: bool) -> None:
    """Rule: an index that cannot be written is an error of one line; the next update with room succeeds."""
    if anew:
        shutil.rmtree(index_folder(grown.catalogue))
    before = index_state(grown.catalogue).condition
    result = run_with_limit(grown.catalogue.path, size)
    if result.returncode:  # the few that are added may find room
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert "cannot be" in result.stderr
        assert index_state(grown.catalogue).condition in (before, Condition.UNUSABLE)
    assert size or result.returncode
    assert faults(grown, 2) == []


def test_a_failed_process_prints_one_line(tmp_path: Path) -> None:
    """Rule: any failure of an update is an error of one line."""
    for path in (tmp_path / "nowhere" / "catalogue.sqlite", tmp_path, Path("/dev/null/catalogue.sqlite")):
        argv = [sys.executable, "-m", "paperreader.services.indexing.process", str(path)]
        result = subprocess.run(argv, capture_output=True, text=True, check=False)
        assert result.returncode == 1
        assert result.stderr.count("\n") == 1
        assert "Traceback" not in result.stderr
