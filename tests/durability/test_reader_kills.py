"""Readers that are killed while they decide: every action that the screen had shown is there afterwards."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
import reader_kills
from examples import how_many
from reader_kills import Tally, kill_readers
from stock_storage import STOCK

from paperreader.services.library import Library

KILLS, AT_CALLS, VERBS = how_many(5, 80), how_many(3, 20), how_many(6, 40)


def test_killed_readers_lose_nothing_that_their_screens_had_shown(folder: Path) -> None:
    """Rule: at random moments a reader is killed; what it showed is there, on the next one's first screen too."""
    tally = kill_readers(KILLS, 0, folder)
    assert tally.lost == []
    assert tally.kills == KILLS
    assert tally.acknowledged > KILLS


def test_readers_that_die_between_two_calls_lose_nothing_that_their_screens_had_shown(folder: Path) -> None:
    """Rule: the same where the kill falls exactly before a call that changes the disk."""
    tally = kill_readers(AT_CALLS, 1, folder, at_calls=True)
    assert tally.lost == []
    assert tally.kills == AT_CALLS


@pytest.mark.full
@pytest.mark.parametrize("name", STOCK)
def test_readers_over_tinydbs_own_storages_lose_what_they_had_shown(name: str, folder: Path) -> None:
    """Rule: the same harness finds that readers over TinyDB's own storages lose decisions, so it can tell."""
    # The middleware makes no call before it is closed; the bare storage is hit best between two.
    options = ["at-calls"] if name == "JSONStorage" else []
    argv = [sys.executable, reader_kills.__file__, "25", "0", str(folder), name, *options]
    done = subprocess.run(argv, stdout=subprocess.PIPE, text=True, check=True)  # it changes the store of its process
    assert Tally(**json.loads(done.stdout)).lost


def test_killed_verbs_lose_nothing_that_they_reported(folder: Path) -> None:
    """Rule: a verb of the shell that was killed has done nothing or all, and all where it said so."""
    chance = random.Random(3)
    library = Library(folder)
    keys = list(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    reported = 0
    for kill in range(VERBS):
        chosen = chance.sample(keys, 3)
        before = [library.state(key).starred for key in chosen]
        verb = "unstar" if all(before) else "star"
        command = [sys.executable, "-m", "paperreader", "--library", str(folder), verb, *chosen]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        if kill % 2:
            assert process.stdout is not None
            said = process.stdout.readline()  # it has reported, and is killed before its end
        else:
            time.sleep(chance.random() * 0.25)
            said = ""
        process.kill()
        said += process.communicate()[0]
        library.reading.poll()
        after = [library.state(key).starred for key in chosen]
        done = [verb == "star"] * 3
        assert after == done if said else after in (before, done)
        reported += bool(said)
    library.close()
    assert reported >= VERBS // 2
