"""Measures the growth of a reader in a long session: memory, descriptors and threads; and the slowest query.

The limits are absolute: a reader that is open for a week must not grow.

    python -m benchmarks.soak [papers]
"""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.corpus import CORPUS_PAPERS, make_corpus_library
from benchmarks.support import READER, WHOLE_FRAME, compile_all, made_up_papers, scratch, start, write_page
from paperreader.domain.query.parser import parse_query
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch
from paperreader.ui.limits import USUAL

if TYPE_CHECKING:
    from terminal import Terminal

CURSOR_KEYS = 1_000
DATE_CHANGES = 300
IMPORTS = 100
PAGE = 50
"""Papers of an imported page."""

MORE_AFTER_KEYS = 6_000_000
MORE_AFTER_IMPORTS = 10_000_000
"""Bytes by which the reader's memory may grow during keys and dates, and during imports."""
MORE_DESCRIPTORS, MORE_THREADS = 2, 4
SLOWEST = 2.0
"""Processor seconds of the slowest query."""

_TOGETHER = 20
"""Keys that are sent before the output is read."""


@dataclass(frozen=True, slots=True)
class Usage:
    """What a process uses: bytes of resident memory, descriptors and threads."""

    memory: int
    descriptors: int
    threads: int


def usage_of(pid: int) -> Usage:
    """What the reader in a terminal uses. It is the child of the started process."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    folder = Path("/proc", children[0] if children else str(pid))
    status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
    return Usage(1024 * int(status["VmRSS"].split()[0]), len(list((folder / "fd").iterdir())), int(status["Threads"]))


def at_rest(terminal: Terminal) -> Usage:
    """What the reader uses once background work is done and unused memory is released."""
    until = time.monotonic() + USUAL.tidy + 1.0
    while time.monotonic() < until:
        terminal.read(0.5)
    return usage_of(terminal.pid)


def press(terminal: Terminal, keys: Sequence[str]) -> None:
    """Press keys, some at a time, and wait for each frame."""
    for begin in range(0, len(keys), _TOGETHER):
        terminal.send(*keys[begin : begin + _TOGETHER])
        terminal.settle(0.1)
        terminal.raw.clear()


def run_session(library: Path, pages: Sequence[Path]) -> bool:
    """Use the reader for long and print what grew; whether all limits hold."""
    with start(READER, library) as terminal:
        terminal.wait_for_bytes(WHOLE_FRAME)
        terminal.settle(1.0)
        press(terminal, ["j", "k", "[", "]"])
        opened = at_rest(terminal)
        press(terminal, ["j", "j", "j", "k"] * (CURSOR_KEYS // 4))
        moved = at_rest(terminal)
        press(terminal, ["["] * (DATE_CHANGES // 2) + ["]"] * (DATE_CHANGES // 2))
        changed = at_rest(terminal)
        _import(terminal, pages[0])
        before = at_rest(terminal)
        for page in pages[1:]:
            _import(terminal, page)
        imported = at_rest(terminal)
        terminal.send("q")
        terminal.end(60)
    print(f"open reader, {library.name}: " + ", ".join(
        f"{name} {usage.memory / 1e6:.1f} MB, {usage.descriptors} descriptors, {usage.threads} threads"
        for name, usage in (
            ("opened", opened), ("keys", moved), ("dates", changed), ("first import", before), ("imports", imported)
        )
    ))  # fmt: skip
    keys = f"{CURSOR_KEYS:,} cursor keys and {DATE_CHANGES} date changes"
    imports = f"{IMPORTS} imports"
    return all(
        [
            within(f"memory after {keys}", changed.memory - opened.memory, MORE_AFTER_KEYS, "bytes"),
            within(f"memory after {imports}", imported.memory - before.memory, MORE_AFTER_IMPORTS, "bytes"),
            within("descriptors", imported.descriptors - opened.descriptors, MORE_DESCRIPTORS),
            within("threads", imported.threads - opened.threads, MORE_THREADS),
        ]
    )


def within(name: str, more: float, allowed: float, unit: str = "") -> bool:
    """Print a growth beside its limit; whether it holds."""
    verdict = "holds" if more <= allowed else "DOES NOT HOLD"
    print(f"  {name}: {more:+,.0f} {unit}".rstrip() + f", allowed {allowed:+,.0f}: {verdict}", flush=True)
    return more <= allowed


def _import(terminal: Terminal, page: Path) -> None:
    """Import a page into the open library and wait for the receipt."""
    terminal.raw.clear()
    terminal.send("I")
    terminal.wait_for_bytes(b"Import")
    terminal.settle(0.1)
    terminal.raw.clear()
    terminal.send(str(page), "enter")
    terminal.wait_for_bytes(f"{page.name}: {PAGE} papers, {PAGE} new".encode(), 60)
    terminal.settle(0.2)
    terminal.raw.clear()


QUERIES: dict[str, Callable[[random.Random, Sequence[str]], str]] = {
    "a word of 100,000 letters": lambda _chance, _words: "a" * 100_000,
    "100,000 random letters": lambda chance, _words: "".join(chance.choices("abcdefgh", k=100_000)),
    "100,000 letters with hyphens": lambda _chance, _words: "a-" * 50_000,
    "100,000 Chinese letters": lambda _chance, _words: "\u8a9e" * 100_000,
    "the longest word that is looked for": lambda _chance, _words: "ab" * 25,
    "one letter": lambda _chance, _words: "a",
    "a frequent word": lambda _chance, _words: "the",
    "an open phrase": lambda _chance, _words: '"of the',
    "an abstract": lambda _chance, words: " ".join(words[:200]),
    "100 words": lambda chance, words: " ".join(chance.sample(words, 100)),
    "100 words typed wrong": lambda chance, words: " ".join(f"{word}qx" for word in chance.sample(words, 100)),
    "20 words typed wrong": lambda chance, words: " ".join(f"{word}qx" for word in chance.sample(words, 20)),
    "100 alternatives": lambda chance, words: " OR ".join(chance.sample(words, 100)),
    "100 denied words": lambda chance, words: " ".join(f"-{word}" for word in chance.sample(words, 100)),
    "100 brackets": lambda _chance, _words: "(" * 100 + "a" + ")" * 100,
    "100 dates": lambda _chance, _words: " OR ".join(f"date:2025-{1 + n % 12:02}-{1 + n % 28:02}" for n in range(100)),
    "100 upvotes": lambda _chance, _words: " OR ".join(f"upvotes:>{n}" for n in range(100)),
    "500 ids": lambda _chance, _words: " OR ".join(f"id:2503.{n:05}" for n in range(500)),
}
"""The most expensive queries."""


def find_slowest(folder: Path) -> bool:
    """Ask the library all of these queries and print the slowest; whether it is fast enough."""
    chance, seconds = random.Random(1), {}
    with closing(Library(folder)) as library:
        texts = library.catalogue.search_texts(list(library.catalogue.all_ids()[:300]))
        words = [word for text in texts for word in text.abstract.split() if word.isalpha()]
        search = LibrarySearch(library)
        search.catch_up()
        for name, make in QUERIES.items():
            text = make(chance, words)
            begin = time.process_time()
            search.search(parse_query(text))
            seconds[name] = time.process_time() - begin
    slowest = max(seconds, key=seconds.__getitem__)
    holds = seconds[slowest] <= SLOWEST
    print(
        f"slowest query of {len(seconds)}, {folder.name}: {slowest}, {seconds[slowest]:.2f} s, "
        f"allowed {SLOWEST}: {'holds' if holds else 'DOES NOT HOLD'}",
        flush=True,
    )
    return holds


def main() -> int:
    """Print the growth during a long session, and the slowest query; exit status 1 if a limit is exceeded."""
    papers = int(sys.argv[1]) if len(sys.argv) > 1 else CORPUS_PAPERS
    source = make_corpus_library(papers)
    compile_all()
    holds = find_slowest(source)
    with tempfile.TemporaryDirectory(dir=scratch()) as folder:
        library = Path(folder, source.name)
        shutil.copytree(source, library)
        made = made_up_papers((IMPORTS + 1) * PAGE)
        pages = [Path(folder, f"page-{number}.txt") for number in range(IMPORTS + 1)]
        for number, page in enumerate(pages):
            write_page(page, made[number * PAGE : (number + 1) * PAGE])
        holds &= run_session(library, pages)
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main())
