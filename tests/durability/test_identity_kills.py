"""The law of identity holds after kills during imports and merges, and with several windows at once."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest
from examples import how_many
from identity_worlds import (
    Source,
    all_names,
    content_of,
    differences,
    fresh_content,
    open_library,
    shared_world,
)
from traced_calls import NUMBERS

HERE = Path(__file__).parent
EVERY = how_many(9, 1)
FEWEST = 40
"""The least number of system calls of each, as a check of the harness."""
WINDOWS, DECISIONS = 3, how_many(25, 150)
ROUNDS, KILLS = how_many(2, 12), how_many(2, 5)


@pytest.mark.skipif(NUMBERS is None, reason="system calls are counted on Linux only")
@pytest.mark.parametrize("what", ["import", "catalogue", "merge"])
def test_a_kill_before_any_system_call_leaves_a_library_that_keeps_the_law(what: str, tmp_path: Path) -> None:
    """Rule: after a kill the reopened library equals a new one; repeating the step gives the usual result."""
    argv = [sys.executable, str(HERE / "identity_process.py"), str(tmp_path), what, str(EVERY)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["calls"] >= FEWEST
    assert told["killed"] == len(range(1, told["calls"] + 1, EVERY))


def _window(folder: Path, world: int, name: int, decisions: int) -> subprocess.Popen[str]:
    argv = [sys.executable, str(HERE / "identity_window.py"), *map(str, (folder, world, name, decisions))]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _check(folder: Path, world: Iterable[Source]) -> None:
    """Check that a library with all imports equals a new one."""
    sources = list(world)
    library = open_library(folder)
    names = all_names(tuple(sources))
    found, expected = content_of(library, names), fresh_content(folder.with_name("fresh"), sources[::-1], names, folder)
    library.close()
    assert found == expected, differences(expected, found)


@pytest.mark.parametrize("world", range(how_many(2, 12)))
def test_windows_that_import_merge_and_split_at_once_make_one_library(world: int, tmp_path: Path) -> None:
    """Rule: after concurrent work of several processes, the library equals a new one."""
    folder = tmp_path / "library"
    windows = [_window(folder, world, name, DECISIONS) for name in range(WINDOWS)]
    told = [window.communicate()[1] for window in windows]
    assert [window.returncode for window in windows] == [0] * WINDOWS, "\n".join(told)
    _check(folder, shared_world(world))


def test_killed_windows_leave_a_library_that_keeps_the_law(tmp_path: Path) -> None:
    """Rule: after random kills of several windows, the next opening restores the law."""
    chance, folder = random.Random(3), tmp_path / "library"
    for turn in range(ROUNDS):
        windows = [_window(folder, 0, turn * KILLS + name, 0) for name in range(KILLS)]
        said = [window.stdout.readline() for window in windows if window.stdout]
        for window in windows:
            time.sleep(chance.random() * 0.1)  # whenever it comes
            window.kill()
        told = [window.communicate()[1] for window in windows]
        assert said == ["imported\n"] * KILLS, "\n".join(told)
        assert not any(told), "\n".join(told)
        _check(folder, shared_world(0))
