"""Shared parts of the benchmarks: invented libraries, reference programs, and reports.

Each figure is compared with a reference from the same run, in turn, and judged by the ratio of medians. So a slow or
busy machine hardly changes it.
"""

from __future__ import annotations

import compileall
import os
import random
import statistics
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import pyte

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests" / "support"))

from terminal import FRAME_END, Terminal  # noqa: E402 - found through the line above

from paperreader.domain.import_result import ParsedPaper  # noqa: E402
from paperreader.feeds.base import Importer  # noqa: E402
from paperreader.feeds.huggingface.api_answers import DailyPapersImporter  # noqa: E402
from paperreader.feeds.huggingface.page_importer import PageImporter  # noqa: E402
from paperreader.resources import sample_files  # noqa: E402
from paperreader.services.importing.importer import ImportOptions, import_paths  # noqa: E402
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
"""The smallest Textual program: one line of text."""

BARE_LIST = """
from rich.segment import Segment
from rich.style import Style
from textual.app import App
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
        lowest = self.cursor - self.size.height + 6
        if lowest > self.scroll_offset.y:
            self.scroll_to(y=lowest, animate=False)

class Pane(Widget):
    def render_line(self, y):
        return Strip.blank(self.size.width)

class Bare(App):
    CSS = "List { height: 16; scrollbar-size: 0 0 } Pane { height: 1fr }"
    def compose(self):
        yield List()
        yield Pane()
    def on_mount(self):
        self.query_one(List).focus()

Bare().run()
"""
"""A list of 16 lines drawn line by line, with five lines of context, above an empty pane."""


WHOLE_FRAME = b" help"
"""The last label of the footer. The footer is the last line of the screen: with it the frame is whole."""
HOME = "\x1b[H"
"""The key Home, as a terminal sends it."""


def position(papers: int) -> bytes:
    """The end of the position in the title of a list with so many papers: ` of 1,204 `."""
    return f" of {papers:,} ".encode()


def compile_all() -> None:
    """Compile the package, as an installed one is. A shell may have disabled writing bytecode."""
    compileall.compile_dir(ROOT / "paperreader", quiet=2)


def sample_papers() -> list[ParsedPaper]:
    """The sample papers, as their files list them."""
    importers: dict[str, Importer] = {"page": PageImporter(), "hf": DailyPapersImporter()}
    return [
        paper
        for file in sample_files()
        for listing in importers[file.form].parse(file.path.read_bytes())
        for paper in listing.papers
    ]


def made_up_papers(count: int, seed: int = 1) -> list[ParsedPaper]:
    """Papers made of the shuffled words and sentences of the sample papers."""
    chance = random.Random(seed)
    papers = sample_papers()
    words = sorted({word for paper in papers for word in paper.title.split()})
    sentences = sorted({f"{part}." for paper in papers for part in paper.abstract.split(". ")})
    made = []
    for number in range(count):
        title = f"{' '.join(chance.sample(words, chance.randint(5, 12)))} {number}"
        abstract = " ".join(chance.sample(sentences, 10))
        made.append(ParsedPaper(title=title, abstract=abstract))
    return made


def write_page(page: Path, papers: Iterable[ParsedPaper]) -> None:
    """Write papers as the text of a page of 14 March."""
    header = ["new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community"]
    lines = [line for paper in papers for line in (paper.title, paper.abstract)]
    page.write_text("\n\n".join([*header, "Mar 14", *lines]), encoding="utf-8")


PAGE = 4_000
"""Papers of a page; the importer accepts 20,000 lines."""


def make_library(folder: Path, papers: int) -> Path:
    """The folder of a library with so many papers on one date, kept for the next run."""
    target = folder / f"library-{papers}"
    if not target.exists():
        made = made_up_papers(papers)
        library = Library(target)
        for start in range(0, papers, PAGE):
            page = folder / f"page-{papers}-{start}.txt"
            write_page(page, made[start : start + PAGE])
            (receipt,) = import_paths(library, [str(page)], ImportOptions(year=2025)).files
            if receipt.figures.listed != len(made[start : start + PAGE]):
                raise SystemExit(f"{page} was not read: {[problem.reason for problem in receipt.problems]}")
        library.close()
    return target


def start(argv: Sequence[str], library: Path | None = None, env: Mapping[str, str] | None = None) -> Terminal:
    """A program in a terminal of 140 by 40, with the library open at its first paper."""
    if library:
        (library / "session.json").unlink(missing_ok=True)
    environment = {"PAPERREADER_LIBRARY": str(library)} if library else {}
    return Terminal(argv, env={**environment, **(env or {})}, keep_screen=False)


def time_to_marker(terminal: Terminal, key: str, marker: bytes, timeout: float = 60.0) -> float:
    """Seconds from a key to the end of the first frame with some bytes."""
    terminal.raw.clear()
    begin = time.monotonic()
    terminal.send(key)
    terminal.wait_for_bytes(marker, timeout)
    found = terminal.raw.index(marker)
    while FRAME_END not in terminal.raw[found:]:
        terminal.read_once()
    return time.monotonic() - begin


class Watched:
    """A terminal whose screen is drawn between keys, because drawing takes longer than what is measured."""

    def __init__(self, terminal: Terminal) -> None:
        self._terminal = terminal
        self._stream = pyte.ByteStream(terminal.screen)
        self._drawn = 0

    def time_to_settled(self, key: str, quiet: float = 0.5) -> float | None:
        """Seconds from a key to the end of the first frame after which the text on the screen changes no more.

        It is settled when nothing came for as long as `quiet`. None where the text is what it was before: a blank at
        the end cannot be seen.
        """
        self._draw(len(self._terminal.raw))
        before = self._terminal.text
        frames = self._terminal.frames_after(key, quiet)
        shown = []
        for _, end in frames:
            self._draw(end)
            shown.append(self._terminal.text)
        self._draw(len(self._terminal.raw))
        assert frames, f"nothing was painted after {key!r}"
        settled = self._terminal.text
        if settled == before:
            return None
        return next((at for (at, _), text in zip(frames, shown, strict=True) if text == settled), frames[-1][0])

    def _draw(self, end: int) -> None:
        self._stream.feed(bytes(self._terminal.raw[self._drawn : end]))
        self._drawn = end


def private_memory(pid: int) -> int:
    """Bytes that only this process uses, or the process it watches."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    rollup = Path(f"/proc/{children[0] if children else pid}/smaps_rollup").read_text().splitlines()
    return 1024 * sum(int(line.split()[1]) for line in rollup if line.startswith(("Private_Clean:", "Private_Dirty:")))


def milliseconds(seconds: Sequence[float]) -> str:
    """The median of times with their range."""
    return f"{statistics.median(seconds) * 1e3:.1f} ms ({min(seconds) * 1e3:.1f} to {max(seconds) * 1e3:.1f})"


def report(name: str, ours: Sequence[float], reference: Sequence[float], allowed: float) -> bool:
    """Print both medians and their ratio beside the limit; whether it holds."""
    ratio = statistics.median(ours) / statistics.median(reference)
    verdict = "holds" if ratio <= allowed else "DOES NOT HOLD"
    print(f"{name}\n  ours       {milliseconds(ours)}\n  reference  {milliseconds(reference)}")
    print(f"  ratio      {ratio:.2f}, allowed {allowed}: {verdict}", flush=True)
    return ratio <= allowed


def scratch() -> Path:
    """A folder for invented libraries, on the disk of the repository."""
    folder = ROOT / "build" / "benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("XDG_CONFIG_HOME", str(folder / "config"))
    return folder
