"""The whole proof of durability, without the limits of the daily tests, and a table of what came out.

PYTHONPATH=tests/support python tests/durability/crash_test.py [KILLS]

The exit status is 1 where anything was lost, unreadable or said to nobody.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import reader_kills
from damage import damage_files
from many_processes import kill_processes, run_processes
from power_loss import lose_power

from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library

READERS = 1_000
AT_CALLS = 100
ROUNDS = 100
ACTIONS = 5_000


def main(work: Path, readers: int) -> int:
    """Run everything, print a row as soon as it is known; how many things went wrong."""
    faults: list[str] = []

    def row(name: str, *figures: int, found: Sequence[str]) -> None:
        print(f"{name:<44}", *(f"{figure:>12,}" for figure in figures), flush=True)
        faults.extend(found)

    _head("", "kills", "acknowledged", "lost")
    for name, kills, options in (
        ("readers, killed at a random moment", readers, ()),
        ("readers, killed before a call", min(readers, AT_CALLS), ("", "at-calls")),
    ):
        tally = _kill_readers(work / name.replace(" ", "-"), kills, options)
        found = tally.lost if options or tally.unpainted else ["no kill came between the disk and the screen"]
        row(name, tally.kills, tally.acknowledged, len(found), found=found)
    for name, processes, store in (
        ("3 processes at once, killed", 3, ""),
        ("2 processes without locks, killed", 2, "without-locks"),
    ):
        (work / f"killed-{processes}").mkdir()
        library = work / f"killed-{processes}" / "library"
        killed = kill_processes(library, min(readers, ROUNDS), processes, seed=time.time_ns(), store=store)
        row(name, killed.kills, killed.acknowledged, len(killed.faults), found=killed.faults)

    _head("", "images", "unreadable", "lost")
    power = lose_power(again_at=1)
    row(
        "power losses, and again while recovering",
        power.images, len(power.unreadable), len(power.lost), found=power.faults(),
    )  # fmt: skip
    damaged = damage_files()
    row(
        "files cut, flipped, deleted",
        damaged.images, len(damaged.exceptions), len(damaged.silent), found=damaged.exceptions + damaged.silent,
    )  # fmt: skip

    _head("", "processes", "acknowledged", "lost")
    together = run_processes(work / "together" / "library", 4, ACTIONS)
    row(
        "4 processes at once",
        together.processes, together.acknowledged, len(together.faults), found=together.faults,
    )  # fmt: skip
    for fault in faults[:20]:
        print(fault[:2_000], file=sys.stderr)
    return len(faults)


def _kill_readers(work: Path, kills: int, options: Sequence[str]) -> reader_kills.Tally:
    """Kill so many readers, two libraries at a time."""
    processes = []
    for number in range(2):
        folder = work / str(number)
        library = Library(folder)
        import_sample(library)
        library.close()
        command = [sys.executable, reader_kills.__file__, str(kills // 2), str(time.time_ns()), str(folder), *options]
        processes.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
    tallies = [reader_kills.Tally(**json.loads(process.communicate()[0])) for process in processes]
    return sum(tallies, reader_kills.Tally())


def _head(*names: str) -> None:
    print(f"\n{names[0]:<44}", *(f"{name:>12}" for name in names[1:]), flush=True)


if __name__ == "__main__":
    folder = Path(tempfile.mkdtemp())
    (folder / "together").mkdir()
    try:
        sys.exit(main(folder, int(sys.argv[1]) if len(sys.argv) > 1 else READERS) > 0)
    finally:
        shutil.rmtree(folder)
