"""Measures `list --json` against a Python that does nothing, and `--help` against `--version`.

The list is that of the three real pages, or of the sample papers.

    python -m benchmarks.command_line
"""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.support import PYTHON, READER, ROOT, compile_all, milliseconds, scratch
from paperreader.services.importing.importer import ImportOptions, import_paths, import_sample
from paperreader.services.library import Library

RUNS = 25
ALLOWED = 0.150
ALLOWED_RATIO = 1.5


def main() -> int:
    """Measure in turn and print; the exit status is 1 if a limit is exceeded."""
    pages = ROOT.parent / "shared" / "data" / "pages"
    folder = scratch() / ("library-pages" if pages.is_dir() else "library-sample")
    if not folder.exists():
        library = Library(folder)
        if pages.is_dir():
            import_paths(library, [str(pages)], ImportOptions(year=2025))
        else:
            import_sample(library)
        library.close()
    compile_all()
    ours, bare, version, help_ = [], [], [], []
    for _ in range(RUNS):
        bare.append(_time([PYTHON, "-c", "pass"], folder))
        ours.append(_time([*READER, "list", "--json"], folder))
        version.append(_time([*READER, "--version"], folder))
        help_.append(_time([*READER, "--help"], folder))
    more = statistics.median(ours) - statistics.median(bare)
    print(f"list --json    {milliseconds(ours)}\npython -c pass {milliseconds(bare)}")
    verdict = "holds" if more <= ALLOWED else "DOES NOT HOLD"
    print(f"more           {more * 1e3:.0f} ms, allowed {ALLOWED * 1e3:.0f} ms: {verdict}")
    ratio = statistics.median(help_) / statistics.median(version)
    print(f"--help         {milliseconds(help_)}\n--version      {milliseconds(version)}")
    verdict = "holds" if ratio <= ALLOWED_RATIO else "DOES NOT HOLD"
    print(f"ratio          {ratio:.2f}, allowed {ALLOWED_RATIO}: {verdict}")
    return more > ALLOWED or ratio > ALLOWED_RATIO


def _time(argv: Sequence[str], library: Path) -> float:
    begin = time.perf_counter()
    subprocess.run(argv, check=True, stdout=subprocess.DEVNULL, env={**os.environ, "PAPERREADER_LIBRARY": str(library)})
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
