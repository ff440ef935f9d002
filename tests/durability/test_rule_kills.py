"""Rules act on each paper exactly once, whatever is killed and however many windows import."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from examples import how_many
from ruled_library import PAPERS, acted_on, make_library, states_of, write_papers
from traced_calls import NUMBERS

from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import import_with_rules

HERE = Path(__file__).parent
EVERY = how_many(9, 1)
FEWEST = 20
"""The least number of system calls, as a check of the harness."""
WINDOWS, FILES = 3, how_many(4, 15)
ROUNDS, KILLS = how_many(2, 12), how_many(2, 4)


@pytest.mark.skipif(NUMBERS is None, reason="system calls are counted on Linux only")
def test_an_import_killed_at_any_call_lets_rules_act_once(tmp_path: Path) -> None:
    """Rule: after a kill the rules' action is there or not; importing again adds it unless the user undid it."""
    argv = [sys.executable, str(HERE / "rules_process.py"), str(tmp_path), str(EVERY)]
    done = subprocess.run(argv, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["faults"] == []
    assert told["calls"] >= FEWEST
    assert told["killed"] == len(range(1, told["calls"] + 1, EVERY))
    assert 0 < told["acted"] < told["killed"]


def _window(folder: Path, number: int, files: int) -> subprocess.Popen[str]:
    argv = [sys.executable, str(HERE / "rules_window.py"), *map(str, (folder, number, files))]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _check(folder: Path) -> int:
    """Check that rules acted once on each paper that they find; how many they are."""
    with closing(Library(folder)) as library:
        file = write_papers(folder.with_name("last.jsonl"), 9_000)
        import_with_rules(library, lambda: import_paths(library, [str(file)]))
        counts = acted_on(library)
        found = {title: state for title, state in states_of(library).items() if int(title.split()[-1]) >= 2_000}
        wanted = {title for title in found if not title.startswith("Plain")}
        assert {title for title, state in found.items() if state.rules} == wanted
        assert (set(counts.values()), len(counts)) == ({1}, len(wanted))
        assert library.take_notices() == []
        return len(wanted)


def test_windows_that_import_at_once_let_rules_act_once(tmp_path: Path) -> None:
    """Rule: each paper is in one action of rules, whichever window brought it."""
    folder = tmp_path / "library"
    make_library(folder)
    windows = [_window(folder, number, FILES) for number in range(WINDOWS)]
    told = [window.communicate() for window in windows]
    assert [window.returncode for window in windows] == [0] * WINDOWS, "\n".join(error for _, error in told)
    acted = sum(int(line) for said, _ in told for line in said.splitlines()[1:])
    assert _check(folder) > acted - 1 > WINDOWS * FILES * PAPERS // 2


@pytest.mark.full
def test_killed_windows_let_rules_act_once(tmp_path: Path) -> None:
    """Rule: after random kills of several windows, the next import makes up for all of them."""
    chance, folder = random.Random(5), tmp_path / "library"
    make_library(folder)
    for turn in range(ROUNDS):
        windows = [_window(folder, turn * KILLS + number, 20) for number in range(KILLS)]
        said = [window.stdout.readline() for window in windows if window.stdout]
        for window in windows:
            time.sleep(chance.random() * 0.3)  # whenever it comes
            window.kill()
        told = [window.communicate()[1] for window in windows]
        assert said == ["opened\n"] * KILLS, "\n".join(told)
        assert not any(told), "\n".join(told)
    assert _check(folder) > 0
