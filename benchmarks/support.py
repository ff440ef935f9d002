"""What the measurements share: libraries of made-up papers, the reference programs, and how figures are printed.

Every measurement stands beside a reference taken in the same run, in turn with it, and is judged by the ratio of the
medians: the machine may be slow or busy, the ratio hardly changes.
"""

from __future__ import annotations

import compileall
import os
import random
import statistics
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from terminal import Terminal  # noqa: E402 - found through the line above

from paperreader.domain.parsed import ParsedPaper  # noqa: E402
from paperreader.feeds.hf_page import PageImporter  # noqa: E402
from paperreader.resources import sample_pages  # noqa: E402
from paperreader.services.importing import ImportOptions, import_paths  # noqa: E402
from paperreader.services.library import Library  # noqa: E402

PYTHON = sys.executable
READER = (PYTHON, "-m", "paperreader")

BARE_APP = """
from textual.app import App
from textual.widgets import Static
class Bare(App):
    def compose(self):
        yield Static("READY", markup=False)
Bare().run()
"""
"""The least a Textual program can be: one line of text."""

BARE_LIST = """
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.containers import Horizontal
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.widget import Widget

class List(ScrollView, can_focus=True):
    BINDINGS = [("j", "down", "down")]
    cursor = 0
    def on_mount(self):
        self.virtual_size = Size(40, 1000)
    def render_line(self, y):
        row = y + self.scroll_offset.y
        style = Style(reverse=True) if row == self.cursor else Style.null()
        return Strip([Segment(f"READY {row}".ljust(self.size.width), style)])
    def action_down(self):
        self.cursor += 1
        self.refresh_lines(self.cursor - 1, 2)

class Pane(Widget):
    def render_line(self, y):
        return Strip.blank(self.size.width)

class Bare(App):
    CSS = "List { width: 1fr } Pane { width: 1fr }"
    def compose(self):
        with Horizontal():
            yield List()
            yield Pane()
    def on_mount(self):
        self.query_one(List).focus()

Bare().run()
"""
"""A list drawn line by line with an empty pane beside it, and nothing else."""


def compile_all() -> None:
    """Have the bytecode there, as an installed program has; a shell may keep Python from writing it."""
    compileall.compile_dir(ROOT / "paperreader", quiet=2)


def made_up_papers(count: int, seed: int = 1) -> list[ParsedPaper]:
    """Papers whose titles and abstracts are the sample papers' words and sentences, shuffled."""
    chance = random.Random(seed)
    papers = [paper for path, _ in sample_pages() for paper in PageImporter().parse(path.read_bytes()).papers]
    words = sorted({word for paper in papers for word in paper.title.split()})
    sentences = sorted({f"{part}." for paper in papers for part in paper.abstract.split(". ")})
    made = []
    for number in range(count):
        title = f"{' '.join(chance.sample(words, chance.randint(5, 12)))} {number}"
        abstract = " ".join(chance.sample(sentences, 10))
        made.append(ParsedPaper(title=title, abstract=abstract))
    return made


def make_library(folder: Path, papers: int) -> Path:
    """A library with so many papers on one date; it is kept for the next run. The folder."""
    target = folder / f"library-{papers}"
    if not target.exists():
        page = folder / f"page-{papers}.txt"
        header = ["new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community"]
        lines = [line for paper in made_up_papers(papers) for line in (paper.title, paper.abstract)]
        page.write_text("\n\n".join([*header, "Mar 14", *lines]), encoding="utf-8")
        library = Library(target)
        import_paths(library, [str(page)], ImportOptions(year=2025))
        library.close()
    return target


def start(argv: Sequence[str], library: Path | None = None, env: Mapping[str, str] | None = None) -> Terminal:
    """A program in a terminal of 140 by 40, on a library that opens at its first paper."""
    if library:
        (library / "session.json").unlink(missing_ok=True)
    environment = {"PAPERREADER_LIBRARY": str(library)} if library else {}
    return Terminal(argv, env={**environment, **(env or {})}, keep_screen=False)


def milliseconds(seconds: Sequence[float]) -> str:
    """The median of times with their range."""
    return f"{statistics.median(seconds) * 1e3:.1f} ms ({min(seconds) * 1e3:.1f} to {max(seconds) * 1e3:.1f})"


def report(name: str, ours: Sequence[float], reference: Sequence[float], allowed: float) -> bool:
    """Print both medians and their ratio beside what is allowed; whether it holds."""
    ratio = statistics.median(ours) / statistics.median(reference)
    verdict = "holds" if ratio <= allowed else "DOES NOT HOLD"
    print(f"{name}\n  ours       {milliseconds(ours)}\n  reference  {milliseconds(reference)}")
    print(f"  ratio      {ratio:.2f}, allowed {allowed}: {verdict}", flush=True)
    return ratio <= allowed


def scratch() -> Path:
    """A folder for made-up libraries, on the disk that the repository is on."""
    folder = ROOT / "build" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_CONFIG_HOME", str(folder / "config"))
    return folder
