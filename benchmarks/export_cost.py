"""Measures the export of 10,000 starred papers to each format: the whole time and the memory of one process.

python -m benchmarks.export_cost [papers]
"""

import shutil
import subprocess
import sys
import time

from benchmarks.support import make_library, scratch
from paperreader.domain.decision import SetStar
from paperreader.domain.lists import Shelf
from paperreader.services.exporting import EXPORTERS
from paperreader.services.library import Library
from paperreader.services.triage import Triage

SECONDS, MEGABYTES = 2.0, 150
_RUN = """
import resource, sys
from paperreader.cli.main import run
sys.argv = ["paperreader", *sys.argv[1:]]
try:
    run()
finally:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)
"""


def main() -> int:
    """Star papers, export them in each format, compare with the bounds."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = scratch() / "exported"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(make_library(scratch(), papers), folder)  # other benchmarks need the library undecided
    library = Library(folder)
    keys = list(library.catalogue.keys_of(library.ids(Shelf.ALL)).values())
    library.finish(Triage(library).decide("star", keys, SetStar(True)))
    library.close()
    holds = True
    for exporter in EXPORTERS:
        target = scratch() / f"export{exporter.extension}"
        words = ("export", "--library", str(folder), "--format", exporter.format, "--force", "-o", str(target))
        start = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", _RUN, *words], capture_output=True, text=True, check=True)
        seconds, memory = time.perf_counter() - start, int(done.stderr.split()[-1])
        size = target.stat().st_size / 1e6
        fits = seconds <= SECONDS and memory <= MEGABYTES
        holds &= fits
        verdict = "holds" if fits else "DOES NOT HOLD"
        print(f"{exporter.format}, {papers:,} papers, {size:.0f} MB: {seconds:.2f} s, {memory} MB: {verdict}")
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
