"""Readers that are killed while they decide: every action that the screen had shown is there afterwards."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import reader_kills
from reader_kills import Tally
from stock_storage import STOCK

from paperreader.services.importing import import_sample
from paperreader.services.library import Library

MakeLibrary = Callable[[str], Path]


@pytest.fixture
def make_library(tmp_path: Path) -> MakeLibrary:
    """Makes libraries of the sample papers."""
    template = tmp_path / "template"
    library = Library(template)
    import_sample(library)
    library.close()
    return lambda name: Path(shutil.copytree(template, tmp_path / name))


def _kill(kills: int, folders: list[Path], *options: str) -> Tally:
    """Kill so many readers on each library, at all libraries at once."""
    processes = [
        subprocess.Popen(
            [sys.executable, reader_kills.__file__, str(kills), str(seed), str(folder), *options],
            stdout=subprocess.PIPE, text=True,
        )
        for seed, folder in enumerate(folders)
    ]  # fmt: skip
    outputs = [process.communicate()[0] for process in processes]
    assert [process.returncode for process in processes] == [0] * len(folders)
    return sum((Tally(**json.loads(output)) for output in outputs), Tally())


def test_killed_readers_lose_nothing_that_their_screens_had_shown(make_library: MakeLibrary) -> None:
    """Rule: at 150 random moments a reader is killed; what it showed is there, on the next one's first screen too."""
    tally = _kill(75, [make_library("one"), make_library("other")])
    assert tally.lost == []
    assert tally.kills == 150
    assert tally.acknowledged > 300
    assert tally.unpainted > 5, "no kill came between the disk and the screen"


def test_readers_that_die_between_two_calls_lose_nothing_that_their_screens_had_shown(
    make_library: MakeLibrary,
) -> None:
    """Rule: the same where the kill falls exactly before a call that changes the disk."""
    tally = _kill(10, [make_library("one"), make_library("other")], "", "at-calls")
    assert tally.lost == []
    assert tally.kills == 20


@pytest.mark.parametrize("name", STOCK)
def test_readers_over_tinydbs_own_storages_lose_what_they_had_shown(name: str, make_library: MakeLibrary) -> None:
    """Rule: the same harness finds that readers over TinyDB's own storages lose decisions, so it can tell."""
    # The middleware makes no call before it is closed; the bare storage is hit best between two.
    assert _kill(25, [make_library("one")], name, *(["at-calls"] if name == "JSONStorage" else [])).lost


def test_killed_verbs_lose_nothing_that_they_reported(make_library: MakeLibrary) -> None:
    """Rule: a verb of the shell that was killed has done nothing or all, and all where it said so."""
    folder, chance = make_library("library"), random.Random(3)
    library = Library(folder)
    keys = list(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    reported = 0
    for kill in range(40):
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
    assert reported >= 20
