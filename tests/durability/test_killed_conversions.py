"""A conversion of an older catalogue that is killed leaves the older catalogue, and every decision."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path

from examples import how_many
from old_catalogue import RIVERS_KEY, make_old_catalogue

from paperreader.domain.decision import SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import Shelf
from paperreader.services.library import Library
from paperreader.storage.reading.store import ReadingStore

SCRIPT = Path(__file__).with_name("converting_process.py")
KILLS = how_many(8, 60)


def _open(folder: Path, fatal: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, str(SCRIPT), str(folder), str(fatal)], capture_output=True, text=True)


def _content(folder: Path) -> tuple[list[Entry], list[tuple[str, ...]]]:
    with closing(Library(folder)) as library:
        assert not any("kept as" in notice for notice in library.take_notices())
        return library.entries(library.ids(Shelf.ALL)), sorted(library.reading.names())


def test_a_conversion_killed_at_any_statement_is_done_again(tmp_path: Path) -> None:
    """Rule: whichever of the two stores was written, what opens next has every paper and every decision."""
    old = tmp_path / "old"
    make_old_catalogue(old / "catalogue.sqlite")
    with closing(ReadingStore(old)) as store:
        for key in (RIVERS_KEY, f"{RIVERS_KEY}-2"):
            store.finish(store.decide("star", {PaperKey(key): SetStar(True)}, {}))
    whole = Path(shutil.copytree(old, tmp_path / "whole"))
    statements = int(_open(whole, 0).stdout)
    expected = _content(whole)
    assert sum(entry.state.starred for entry in expected[0]) == 2
    fatal = {1 + number * (statements - 1) // (KILLS - 1) for number in range(KILLS)}
    fatal.add(statements - 1)  # the commit, before which the documents have their new names
    for number in sorted(fatal):
        folder = Path(shutil.copytree(old, tmp_path / f"killed-{number}"))
        killed = _open(folder, number)
        assert killed.returncode == -signal.SIGKILL, killed.stderr
        assert _content(folder) == expected
