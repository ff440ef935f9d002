"""Measures how often a search finds the intended paper first, over the corpus, beside SQLite FTS5 and fzf.

`benchmarks.known_items` makes the queries. Any paper with the title counts. Initials are measured separately. FTS5
(BM25 over titles, abstracts and authors) gets the words joined by OR, once as words and once as prefixes. fzf searches
the titles, and only for the first queries, because each takes a third of a second.

Ranking is tuned on seed 1; seed 2 is the control. Both run unless one is named. With a number of misses, that many
queries without their paper in the first ten are shown.

    python -m benchmarks.search_quality [seed] [misses]
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Sequence

from benchmarks.corpus import CORPUS_PAPERS, make_corpus_library
from benchmarks.known_items import KnownItem, known_items, unique_initials
from benchmarks.support import scratch
from paperreader.domain.query.parser import parse_query
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch

QUERIES, INITIALS, FZF_QUERIES = 2_000, 500, 200
FIRST, TEN, INITIALS_TEN = 0.90, 0.98, 0.90
"""The required shares: the paper first, among the first ten, and from initials among the first ten."""
SEEDS = (1, 2)
CLOSE = 0.03
"""The largest difference between the shares of two seeds, one of which nothing was tuned on."""

Engine = Callable[[str], list[str]]
"""Answers a query with its first ten titles."""
Shares = tuple[float, float]
"""How many queries find their paper first, and among the first ten."""


def main() -> int:
    """Ask every engine and print."""
    seeds = (int(sys.argv[1]),) if len(sys.argv) > 1 else SEEDS
    misses = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    library = Library(make_corpus_library(CORPUS_PAPERS))
    titles = [str(row.title) for row in library.rows(library.catalogue.all_ids())]
    fts = _fts(library)
    holds = []
    shares = []
    for seed in seeds:
        print(f"{QUERIES:,} known items over {len(titles):,} papers, seed {seed}: first, in the first ten", flush=True)
        items = known_items(titles, QUERIES, seed)
        found = _ask("ours", ours(library), items, misses)
        shares.append(found)
        for errors in (0, 1, 2):
            _ask(f"  {errors} errors", ours(library), [item for item in items if item.errors == errors])
        holds += [_verdict("first", found[0], FIRST), _verdict("in the first ten", found[1], TEN)]
        for name, mark in (("FTS5, words", ""), ("FTS5, beginnings", "*")):
            _ask(name, _fts_engine(fts, mark), items)
        _ask_fzf(titles, items[:FZF_QUERIES])
        print(f"{INITIALS} initials of four letters or more, seed {seed}: first, in the first ten")
        initials = unique_initials(titles, INITIALS, seed)
        holds.append(_verdict("in the first ten", _ask("ours", ours(library), initials, misses)[1], INITIALS_TEN))
        _ask("FTS5, words", _fts_engine(fts, ""), initials)
        _ask_fzf(titles, initials[:FZF_QUERIES])
    if len(shares) > 1:
        apart = max(abs(one - other) for one, other in zip(*shares, strict=True))
        holds.append(apart <= CLOSE)
        print(f"the seeds are {apart:.1%} apart, allowed {CLOSE:.0%}: {'holds' if holds[-1] else 'DOES NOT HOLD'}")
    library.close()
    return not all(holds)


def ours(library: Library) -> Engine:
    """The search of paperreader, for a query as typed in the reader."""
    search = LibrarySearch(library)
    assert search.catch_up()

    def ask(query: str) -> list[str]:
        return [row.title for row in library.rows(search.search(parse_query(query), limit=10).ids)]

    return ask


def _ask(name: str, engine: Engine, items: Sequence[KnownItem], misses: int = 0) -> Shares:
    """Ask an engine all queries, and print how often it finds the paper."""
    first = ten = 0
    begin = time.monotonic()
    for item in items:
        answer = engine(item.query)
        first += answer[:1] == [item.title]
        ten += item.title in answer
        if item.title not in answer and misses > 0:
            misses -= 1
            print(f"    missed: {item.query!r}, meant {item.title!r}, found {answer[:1]}")
    each = (time.monotonic() - begin) / max(1, len(items))
    shares = first / max(1, len(items)), ten / max(1, len(items))
    print(f"  {name:<18} {shares[0]:6.1%} {shares[1]:6.1%}  of {len(items):>5,}, {each * 1e3:6.1f} ms each", flush=True)
    return shares


def _verdict(name: str, share: float, least: float) -> bool:
    print(f"  ours, {name}: {share:.1%}, at least {least:.0%}: {'holds' if share >= least else 'DOES NOT HOLD'}")
    return share >= least


def _fts(library: Library) -> sqlite3.Connection:
    """The papers in an FTS5 table, kept for the next run."""
    path = scratch() / "corpus-fts5.sqlite"
    if not path.exists():
        unfinished = path.with_suffix(".tmp")
        unfinished.unlink(missing_ok=True)
        connection = sqlite3.connect(unfinished)
        connection.execute("CREATE VIRTUAL TABLE papers USING fts5(title, abstract, authors)")
        texts = library.search_texts(library.catalogue.all_ids())
        connection.executemany(
            "INSERT INTO papers VALUES (?, ?, ?)", ((text.title, text.abstract, text.authors) for text in texts)
        )
        connection.commit()
        connection.close()
        unfinished.rename(path)
    return sqlite3.connect(path)


def _fts_engine(connection: sqlite3.Connection, mark: str) -> Engine:
    def ask(query: str) -> list[str]:
        words = " OR ".join(f'"{word}"{mark}' for word in query.split())
        rows = connection.execute("SELECT title FROM papers WHERE papers MATCH ? ORDER BY rank LIMIT 10", (words,))
        return [title for (title,) in rows]

    return ask


def _ask_fzf(titles: Iterable[str], items: Sequence[KnownItem]) -> None:
    if shutil.which("fzf") is None:
        print("  fzf                skipped: it is not installed")
        return
    lines = "\n".join(titles).encode()

    def ask(query: str) -> list[str]:
        found = subprocess.run(["fzf", "--filter", query], input=lines, capture_output=True, check=False)
        return found.stdout.decode().splitlines()[:10]

    _ask("fzf, titles", ask, items)


if __name__ == "__main__":
    sys.exit(main())
