"""A process that has children killed before each system call of an import whose papers rules find.

python rules_process.py FOLDER EVERY

Before each EVERYth call a child is killed. What it left is judged: no part of the rules' action, or all of it. Of every
second killed child that had acted, the action is undone. Then the import is done again, and judged again. One line of
JSON goes to stdout: how many calls there were, how many children were killed and had acted, and what was wrong.
"""

from __future__ import annotations

import json
import shutil
import signal
import sys
from contextlib import closing
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from ruled_library import TEXTS, acted_on, make_library, states_of, write_papers
from traced_calls import begin, run_traced

from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.services.importing.importer import import_paths
from paperreader.services.importing.inputs import Sizes
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import import_with_rules

PIECE = 4
"""Papers that are stored together."""


def do_import(folder: Path, file: Path) -> None:
    """Import a file in pieces, as `paperreader import` does."""
    with closing(Library(folder)) as library:
        begin()
        import_with_rules(library, lambda: import_paths(library, [str(file)], sizes=Sizes(piece=PIECE)))


def _judge(folder: Path, expected: dict[str, ReadingState], *, is_undone: bool = False) -> tuple[bool, list[str]]:
    """Whether the rules acted, and what is wrong."""
    with closing(Library(folder)) as library:
        found, counts = states_of(library), acted_on(library)
        faults = [f"{key} was acted on {count} times" for key, count in counts.items() if count > 1]
        wanted = {title: UNDECIDED if is_undone else expected[title] for title in found}
        legal = [wanted] if counts else [dict.fromkeys(found, UNDECIDED)]
        if found not in legal:
            faults.append(f"half: {[title for title in found if found[title] != legal[0][title]]}")
        faults += library.take_notices()
        return bool(counts), faults


def main(work: Path, every: int) -> None:
    """Kill, judge, perhaps undo, import again, judge."""
    base, file = work / "base", write_papers(work / "arriving.jsonl", 0)
    make_library(base)
    whole = shutil.copytree(base, work / "whole")
    traced = run_traced(lambda: do_import(whole, file))
    assert traced.status == 0
    with closing(Library(whole)) as library:
        expected = states_of(library)
    faults: list[str] = [] if len(set(expected.values())) == len(TEXTS) + 1 else ["the rules found too little"]
    killed = acted = 0
    for call in range(1, traced.calls + 1, every):
        folder = shutil.copytree(base, work / "killed")
        child = run_traced(lambda folder=folder: do_import(folder, file), call)  # type: ignore[misc]
        killed += child.status == -signal.SIGKILL
        has_acted, wrong = _judge(folder, expected)
        faults += [f"call {call}: {fault}" for fault in wrong]
        acted += has_acted
        is_undone = has_acted and acted % 2 == 0
        if is_undone:
            with closing(Library(folder)) as library:
                library.finish(library.reading.undo(naming=library.names))
        do_import(folder, file)
        has_acted, wrong = _judge(folder, expected, is_undone=is_undone)
        faults += [f"call {call}, done again: {fault}" for fault in wrong]
        if not has_acted:
            faults.append(f"call {call}: the rules never acted")
        shutil.rmtree(folder)
    print(json.dumps({"calls": traced.calls, "killed": killed, "acted": acted, "faults": faults}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
