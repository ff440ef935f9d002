"""Measures the time from a key of a query to its result on the screen, over the whole library, in a terminal.

Forty queries are typed letter by letter on the shelf of all papers. The result is the first frame after which the
screen does not change for half a second. For the last letter of each query of at least three letters, `fzf --filter`
over the titles runs beside it, in turn: the median of three of each. fzf gets the query in its own syntax.

    python -m benchmarks.search_key [papers]
"""

from __future__ import annotations

import random
import shutil
import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.corpus import CORPUS_PAPERS, make_corpus_library
from benchmarks.index_build import index_library
from benchmarks.known_items import known_items
from benchmarks.support import READER, WHOLE_FRAME, Watched, compile_all, milliseconds, scratch, start
from paperreader.services.library import Library

HAND_MADE = (
    "a", "t", "x", "de", "th", "ml", "the", "of the", "and in", "model", "learning", "gnn", "kvc", "rlhf", "llm agents",
    "diffusoin", "transfomer efficency", '"language model"', "title:memory", "pre-training OR finetuning",
)  # fmt: skip
"""Prefixes, stop words, common words, initials, typing errors, a phrase, a field, OR."""
FROM_TITLES = 20
SEED = 7

ALLOWED = {CORPUS_PAPERS: (0.050, 0.100, None), 1_000_000: (0.070, 0.170, 0.350)}
"""Seconds within which half, 95 % and all of the keys are answered."""
IN_FZF = {"title:memory": "memory", '"language model"': "'language' 'model", "pre-training OR finetuning":
          "pre-training | finetuning"}  # fmt: skip
"""Queries that fzf spells differently."""
TURNS = 3
"""How often the last letter is typed, and fzf is asked."""
FZF_AT = 100_000
"""Largest library that fzf searches here: a million titles take it seconds per query."""


def main() -> int:
    """Type all queries and print."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else CORPUS_PAPERS
    target = make_corpus_library(papers)
    index_library(target)
    titles = _titles_file(target)
    queries = [*HAND_MADE, *_from_titles(titles)]
    random.Random(SEED).shuffle(queries)
    compile_all()
    times: list[float] = []
    slower = []
    fzf: list[float] = []
    with start(READER, target) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        terminal.read(1.5)
        terminal.type("h", "g", "j", "j", "j", "l", pause=0.5)
        terminal.read(2.0)
        screen = Watched(terminal)
        for query in queries:
            terminal.type("/", pause=0.5)
            typed = [seconds for letter in query if (seconds := screen.time_to_settled(letter)) is not None]
            times += typed
            line = f"  {query:<40} {milliseconds(typed)}"
            if len(query) >= 3 and papers <= FZF_AT and shutil.which("fzf"):
                ours, theirs = [typed[-1]], [_fzf(titles, query)]
                for _ in range(TURNS - 1):
                    terminal.type("backspace", pause=0.5)
                    ours.append(screen.time_to_settled(query[-1]) or 0.0)
                    theirs.append(_fzf(titles, query))
                last = statistics.median(ours)
                fzf.append(statistics.median(theirs))
                line += f"; last {last * 1e3:.0f} ms, fzf {fzf[-1] * 1e3:.0f}"
                slower += [query] if last >= fzf[-1] else []
            print(line, flush=True)
            terminal.type("escape", "escape", pause=0.4)
        terminal.type("q", pause=0.5)
        terminal.end()
    return not _verdict(papers, times, fzf, slower)


def _verdict(papers: int, times: list[float], fzf: list[float], slower: list[str]) -> bool:
    half, most, longest = ALLOWED.get(papers, ALLOWED[CORPUS_PAPERS if papers <= FZF_AT else 1_000_000])
    figures = (
        ("median", statistics.median(times), half),
        ("p95", statistics.quantiles(times, n=20)[-1], most),
        ("longest", max(times), longest),
    )
    print(f"key to painted, {papers:,} papers, {len(times)} keys")
    holds = True
    for name, seconds, allowed in figures:
        if allowed is None:
            print(f"  {name:<8} {seconds * 1e3:6.1f} ms")
            continue
        holds &= seconds <= allowed
        verdict = "holds" if seconds <= allowed else "DOES NOT HOLD"
        print(f"  {name:<8} {seconds * 1e3:6.1f} ms, allowed {allowed * 1e3:.0f}: {verdict}")
    if fzf:
        holds &= not slower
        verdict = "holds" if not slower else f"DOES NOT HOLD for {slower}"
        print(f"  last letter sooner than fzf ({milliseconds(fzf)}) over the titles: {verdict}")
    else:
        print("  fzf was not asked")
    return holds


def _from_titles(titles: Path) -> list[str]:
    """The first two words of queries from `benchmarks.known_items`."""
    items = known_items(titles.read_text(encoding="utf-8").splitlines(), FROM_TITLES, SEED)
    return [" ".join(item.query.split()[:2]) for item in items]


def _titles_file(target: Path) -> Path:
    """The titles of a library, one per line."""
    file = scratch() / f"titles-{target.name}.txt"
    if not file.exists():
        library = Library(target)
        rows = library.rows(library.catalogue.all_ids())
        file.write_text("".join(f"{row.title}\n" for row in rows), encoding="utf-8")
        library.close()
    return file


def _fzf(titles: Path, query: str) -> float:
    """Seconds that fzf needs to find the titles for a query."""
    begin = time.monotonic()
    with titles.open("rb") as lines:
        subprocess.run(["fzf", "--filter", IN_FZF.get(query, query)], stdin=lines, stdout=subprocess.PIPE, check=False)
    return time.monotonic() - begin


if __name__ == "__main__":
    sys.exit(main())
