"""The process that learns terms and vectors of a library for the order by interest.

python -m paperreader.services.ranking.process CATALOGUE
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from paperreader.services.ranking.reading_order import ONE_THREAD
from paperreader.services.update_process import NICENESS, UpdateProcess, print_progress, run_update


class RankingProcess(UpdateProcess):
    """Starts and controls the process that updates the ranking files of a catalogue."""

    def __init__(self, catalogue: Path) -> None:
        super().__init__("the order by interest", __name__, [str(catalogue)], ONE_THREAD)


def main(path: str) -> int:
    """Update the ranking files of the catalogue at a path; the exit status."""
    from paperreader.services.ranking.update import catch_up  # numpy, which the reader starts this process for

    os.nice(NICENESS)
    return run_update(path, lambda catalogue: catch_up(catalogue, print_progress))


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
