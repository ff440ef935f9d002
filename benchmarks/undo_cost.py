"""Measures one undo after a million actions, against a bare pass over the journals: time and memory.

python -m benchmarks.undo_cost [actions]
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks.support import PYTHON, READER, compile_all, report, scratch
from paperreader.files.system_calls import System
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import DocumentChange, JournalEntry, Snapshot, encode_entry

ACTIONS = 1_000_000
MOST_MEMORY = 200_000_000
"""Bytes of memory that an undo may use."""
MOST_OF_A_PASS = {"the last action": 0.2, "the first action": 1.5}
"""Limits relative to a bare pass: for the last action, and for the first one by number."""
RUNS = 3

_PAPERS = 2_000
_FOLDED_AT = 3_000
"""Actions of a journal: about a megabyte, the size at which it is folded."""
_BARE_PASS = """
import json, sys
from pathlib import Path
from typing import Any
for path in Path(sys.argv[1]).glob("*.journal"):
    with path.open("rb") as lines:
        for line in lines:
            json.loads(line[9:])
"""


def make_history(folder: Path, actions: int) -> Path:
    """The folder of a library with so many actions in its journals, kept for the next run."""
    target = folder / f"history-{actions}"
    if target.exists():
        return target
    unfinished = target.with_suffix(".tmp")
    unfinished.mkdir(parents=True, exist_ok=True)
    files = JournalFolder(unfinished, System())
    begin = datetime(2024, 1, 1, tzinfo=UTC)
    documents: dict[str, dict[str, Any]] = {}
    for base in range(0, actions, _FOLDED_AT):
        files.replace_snapshot(Snapshot(1, base, {"papers": documents}), None)
        lines = []
        for seq in range(base + 1, min(base + _FOLDED_AT, actions) + 1):
            number = str(1 + seq % _PAPERS)
            after: dict[str, Any] = {
                "key": f"arxiv:2401.{seq % _PAPERS:05}",
                "status": "read" if seq // _PAPERS % 2 else "later",
                "decided_at": f"{begin + timedelta(seconds=7 * seq):%Y-%m-%dT%H:%M:%S.000Z}",
                "title": f"Paper number {seq % _PAPERS} of a made-up history",
            }
            change = DocumentChange("papers", number, documents.get(number), after)
            lines.append(encode_entry(JournalEntry(seq, after["decided_at"], "reader 1", "read", (change,))))
            documents[number] = after
        files.journal_path(base).write_bytes(b"".join(lines))
    unfinished.rename(target)
    return target


def measure(argv: list[str]) -> tuple[float, int]:
    """Processor seconds and peak memory in bytes of a program."""
    process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{argv} ended with {process.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024


def main() -> int:
    """Print the cost of an undo; the exit status is 1 if it exceeds a limit."""
    actions = int(sys.argv[1]) if len(sys.argv) > 1 else ACTIONS
    compile_all()
    library = make_history(scratch(), actions)
    verb = [*READER, "--library", str(library)]
    ways = {"the last action": [*verb, "undo"], "the first action": [*verb, "undo", "--id", "1", "--force"]}
    passes = [measure([PYTHON, "-c", _BARE_PASS, str(library)])[0]]
    holds = True
    for name, undo in ways.items():
        runs = []
        for _ in range(RUNS):
            passes.append(measure([PYTHON, "-c", _BARE_PASS, str(library)])[0])
            runs.append(measure(undo))
            measure([*verb, "undo", "--id", str(_newest(verb))])  # as before, for the next one
        title = f"undo of {name} of {actions:,}, against a bare pass over the journals"
        holds &= report(title, [seconds for seconds, _ in runs], passes, MOST_OF_A_PASS[name])
        memory = statistics.median(memory for _, memory in runs)
        holds &= memory <= MOST_MEMORY
        print(f"  memory     {memory / 1e6:.0f} MB, allowed {MOST_MEMORY / 1e6:.0f}", flush=True)
    return 0 if holds else 1


def _newest(verb: list[str]) -> int:
    """The number of the newest action."""
    told = subprocess.run([*verb, "history", "--limit", "1", "--json"], capture_output=True, check=True)
    (newest,) = json.loads(told.stdout)
    return int(newest["id"])


if __name__ == "__main__":
    sys.exit(main())
