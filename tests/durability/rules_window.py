"""A window that imports files of its own, one after the other, into a library with rules.

python rules_window.py FOLDER NUMBER FILES

It prints a line before the first import, and one number for each import: the papers on which its rules acted.
"""

from __future__ import annotations

import sys
from contextlib import closing
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from ruled_library import PAPERS, write_papers

from paperreader.services.importing.importer import import_paths
from paperreader.services.importing.inputs import Sizes
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import import_with_rules


def main(folder: Path, number: int, files: int) -> None:
    """Import the files."""
    with closing(Library(folder, window=f"window {number}")) as library:
        print("opened", flush=True)
        for each in range(files):
            place = number * files + each
            file = write_papers(folder.with_name(f"papers-{place}.jsonl"), 2_000 + place * PAPERS)
            receipt = import_with_rules(library, partial(import_paths, library, [str(file)], sizes=Sizes(piece=5)))
            assert not receipt.rules.problem, receipt.rules.problem
            print(sum(count for _, count in receipt.rules.counts.items()), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
