"""The process that learns terms and vectors of a library for the order by interest.

python -m paperreader.services.ranking.process CATALOGUE
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.services.library import Library
from paperreader.services.update_process import NICENESS, UpdateProcess, print_progress, run_update

if TYPE_CHECKING:
    from paperreader.services.ranking.interests import Ranking

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
"""Environment of numpy: one thread for its products. More threads take the processor from the keys."""


class RankingProcess(UpdateProcess):
    """Starts and controls the process that updates the ranking files of a catalogue."""

    def __init__(self, catalogue: Path) -> None:
        super().__init__("the order by interest", __name__, [str(catalogue)], ONE_THREAD)


def open_ranking_apart(
    library: Library, started: Callable[[RankingProcess], None] = lambda _process: None
) -> Ranking | None:
    """The ranking of a library; what is missing in its files is learned in another process, which `started` gets.

    None if the library has no papers, and if it changed meanwhile. Raises StoreBusy, StoreError.
    """
    with _one_thread():
        from paperreader.services.ranking.interests import Ranking
        from paperreader.services.ranking.update import load_current
    files = load_current(library.catalogue)
    if files is None:
        process = RankingProcess(library.catalogue.path)
        started(process)
        process.run(lambda _done, _papers: None)
        files = load_current(library.catalogue)
    return Ranking(library, files) if files and len(files.papers) else None


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let numpy start with one thread."""
    before = {name: os.environ.get(name) for name in ONE_THREAD}
    os.environ.update(ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def main(path: str) -> int:
    """Update the ranking files of the catalogue at a path; the exit status."""
    from paperreader.services.ranking.update import catch_up  # numpy, which the reader starts this process for

    os.nice(NICENESS)
    return run_update(path, lambda catalogue: catch_up(catalogue, print_progress))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
