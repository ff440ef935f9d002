"""Every screen and state at five sizes: its text, and how it is styled in the dark and the light theme.

A frame is the text of a screen, then for each theme a digest of the styles of each line. If a frame differs on purpose,
write all anew and look at the pictures (SVG) that this leaves in `build/frames`:

    PAPERREADER_FRAMES=write pytest tests/ui/test_screens.py

`pytest -k filter` writes only the frames of one state.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from datetime import date
from hashlib import blake2s
from pathlib import Path

import pytest
from piloting import Reading, reading, screen_lines
from rich.console import Console
from rich.segment import Segment
from textual.widgets import Input, TextArea

from paperreader.config import Density
from paperreader.domain.decision import EditTags, SetStar, SetStatus
from paperreader.domain.lists import SavedShelf, Shelf, TagList
from paperreader.domain.reading_state import ReadingStatus, make_tags
from paperreader.domain.text import Safe
from paperreader.services.job_progress import Job, JobFailure, JobProgress
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.app import ReaderApp
from paperreader.ui.commands import date_end
from paperreader.ui.limits import Limits
from paperreader.ui.screens.triage import TriageScreen

pytestmark = pytest.mark.full

ROOT = Path(__file__).parents[2]
FRAMES = Path(__file__).parent / "frames" / "screens"
WRITE = os.environ.get("PAPERREADER_FRAMES") == "write"
SIZES = ((200, 60), (140, 40), (100, 30), (80, 24), (50, 15))
THEMES = ("dark", "light")
STARRED = SavedShelf(Safe("A name that is long"))
SOON = 10.0
"""Seconds that a frame has to become the recorded one."""
QUIET = Limits(count_shelves=0.01, message=600, settle=600, learn=600, look_for_drafts=600)
"""Messages stay, and nothing depends on how fast this machine decides."""


async def _first(reader: Reading) -> None:
    """The first screen."""


async def _decided(reader: Reading) -> None:
    await reader.press("s", "r", "d", "b", "s", "j")
    await reader.settled()
    reader.view.tell("")


async def _selected(reader: Reading) -> None:
    await reader.press("j", "x", "j", "V", "j", "j")


async def _abstract(reader: Reading) -> None:
    await reader.press("l")
    await reader.until(lambda: reader.view.page.has_focus)


async def _library(reader: Reading) -> None:
    await reader.press("h")
    await reader.until(lambda: reader.view.dates.has_focus and reader.view.desk.tags)


async def _zoomed(reader: Reading) -> None:
    await reader.press("l", "z")
    await reader.until(lambda: reader.view.arrangement.zoomed)


async def _comfortable(reader: Reading) -> None:
    reader.view.papers.density = Density.COMFORTABLE


async def _tag(reader: Reading) -> None:
    reader.triage.open_place(TagList(Safe("memory")))
    await reader.until(lambda: len(reader.titles) == 3)


async def _empty(reader: Reading) -> None:
    reader.triage.open_place(Shelf.LATER)
    await reader.until(lambda: not reader.titles)


async def _filtering(reader: Reading) -> None:
    await reader.filter("attention")
    await reader.until(lambda: reader.view.desk.elsewhere is not None)


async def _filtered(reader: Reading) -> None:
    await _filtering(reader)
    await reader.press("enter")


async def _found_nothing(reader: Reading) -> None:
    await reader.filter("attention zzzz")
    await reader.until(lambda: reader.triage.filter_commands._nearest and "^t" in reader.text)


async def _date_end(reader: Reading) -> None:
    await reader.press("s", "s", "b", "r")
    await reader.settled()
    await reader.press(*"20d")
    await reader.settled()
    await reader.until(lambda: reader.view.paper.shows_summary)
    reader.view.tell("")


async def _import(reader: Reading) -> None:
    job = JobProgress(Job.IMPORT, Safe("arxiv-2026.json"), 34_112, 82_000)
    reader.view.tell_of_bringing(job)
    reader.view.bars.show_job(JobProgress(Job.IMPORT, job.name, job.done, job.total, seconds_left=9.0))


async def _failed(reader: Reading) -> None:
    reader.view.tell_of_bringing(JobFailure("huggingface.co was not fetched: there is no network", "F fetches again"))
    reader.view.tell("not saved: the disk is full; free some space and press s again", "error")


async def _question(reader: Reading) -> None:
    await reader.press("S")
    await reader.until(lambda: reader.asks)


async def _unknown_key(reader: Reading) -> None:
    await reader.press("Q")
    await reader.until(lambda: reader.status)


async def _command_line(reader: Reading) -> None:
    await reader.press(":")
    await reader.until(lambda: reader.triage.line_commands.is_open)
    await reader.type("skip title:model")


async def _preview(reader: Reading) -> None:
    await _command_line(reader)
    await reader.press("enter")
    await reader.until(lambda: reader.asks)


async def _opened(reader: Reading, key: str) -> None:
    await reader.press(key)
    await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)


STATES: dict[str, Callable[[Reading], Awaitable[None]]] = {
    "first": _first,
    "decided": _decided,
    "selected": _selected,
    "abstract": _abstract,
    "library": _library,
    "zoomed": _zoomed,
    "comfortable": _comfortable,
    "tag": _tag,
    "empty": _empty,
    "filtering": _filtering,
    "filtered": _filtered,
    "found-nothing": _found_nothing,
    "date-end": _date_end,
    "import": _import,
    "failed": _failed,
    "question": _question,
    "unknown-key": _unknown_key,
    "command-line": _command_line,
    "preview": _preview,
    "help": lambda reader: _opened(reader, "?"),
    "palette": lambda reader: _opened(reader, "ctrl+p"),
    "tags": lambda reader: _opened(reader, "t"),
    "note": lambda reader: _opened(reader, "a"),
    "export": lambda reader: _opened(reader, "E"),
    "fetch": lambda reader: _opened(reader, "F"),
}


@pytest.fixture
def lived_in(sample: Library, monkeypatch: pytest.MonkeyPatch) -> Library:
    """The sample library with tags, saved shelves and decisions on older papers; times are fixed."""
    monkeypatch.setattr(date_end, "time_spent", lambda _times: 720.0)
    monkeypatch.setattr(Library, "today", lambda _library: date(2025, 3, 15))
    triage = Triage(sample)
    older = list(sample.keys_of(sample.catalogue.all_ids()[-6:]).values())
    for keys, change in (
        (older[:3], EditTags(make_tags(["memory"]))),
        (older[2:4], EditTags(make_tags(["proofs-of-programs"]))),
        (older[:1], SetStar(True)),
        (older[3:5], SetStatus(ReadingStatus.SKIPPED)),
    ):
        sample.reading.finish(triage.decide("decide", keys, change))
    for name, query in (("Attention, unread", "attention is:unread"), (STARRED.name, "is:starred")):
        sample.reading.finish(triage.save_shelf(SavedShelf(Safe(name)), query))
    return sample


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("state", STATES)
async def test_a_screen_looks_as_it_was_recorded(state: str, size: tuple[int, int], lived_in: Library) -> None:
    """Rule: nothing on a screen changes its place, words or colours by accident."""
    async with reading(lived_in, size, theme=THEMES[0], limits=QUIET) as reader:
        desk = reader.view.desk
        await reader.until(lambda: desk.tags and None not in desk.shelves.values())
        await STATES[state](reader)
        await _assert_frame(reader, f"{state}-{size[0]}x{size[1]}")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
async def test_the_welcome_looks_as_it_was_recorded(size: tuple[int, int], library: Library) -> None:
    """Rule: the same holds for an empty library."""
    async with reading(library, size, theme=THEMES[0], limits=QUIET) as reader:
        await _assert_frame(reader, f"welcome-{size[0]}x{size[1]}")


async def _assert_frame(reader: Reading, name: str) -> None:
    """Compare the screen in both themes with the recorded frame, or record it."""
    desk = reader.view.desk if any(isinstance(screen, TriageScreen) for screen in reader.app.screen_stack) else None
    if desk and desk.tags:
        await reader.until(lambda: desk.shelves[STARRED] == desk.counts.shelves[Shelf.STARRED])
    for field in (*reader.screen.query(Input), *reader.screen.query(TextArea)):
        field.cursor_blink = False
    path = FRAMES / f"{name}.txt"
    if not WRITE:  # what a thread still counts comes in a moment; the assertion below shows what differs
        recorded = path.read_text(encoding="utf-8").splitlines()
        with suppress(AssertionError):
            await reader.until(lambda: _text(reader) == recorded[:-2], timeout=SOON)
    texts, frame = list[list[str]](), ""
    for theme in THEMES:
        reader.app.theme = theme
        await reader.until(lambda: True)
        texts.append(_text(reader))
        frame += f"{theme}: {' '.join(_style_digests(reader.app))}\n"
        if WRITE:
            pictures = ROOT / "build" / "frames"
            pictures.mkdir(parents=True, exist_ok=True)
            picture = reader.app.export_screenshot(title=f"{name} {theme}")
            (pictures / f"{name}-{theme.removeprefix('paperreader-')}.svg").write_text(picture, encoding="utf-8")
    assert texts[0] == texts[1], "the themes differ in their text"
    frame = "\n".join(texts[0]) + "\n" + frame
    if WRITE:
        FRAMES.mkdir(parents=True, exist_ok=True)
        path.write_text(frame, encoding="utf-8")
    recorded = path.read_text(encoding="utf-8").splitlines()
    *shown, dark, light = frame.splitlines()
    assert shown == recorded[:-2]
    for now, before in zip((dark, light), recorded[-2:], strict=True):
        changed = [
            line for line, pair in enumerate(zip(now.split(), before.split(), strict=True)) if pair[0] != pair[1]
        ]
        assert not changed, f"other styles in these lines (from 1) of {now.split()[0]} {changed}"


def _text(reader: Reading) -> list[str]:
    return [line.rstrip() for line in screen_lines(reader.app)]


def _style_digests(app: ReaderApp) -> Iterator[str]:
    """Four digits for each line: the style of each of its cells."""
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert update is not None
    console = Console(width=1_000, force_terminal=True, color_system="truecolor", legacy_windows=False)
    for line in console.render_lines(update, pad=False)[: app.size.height]:
        cells = [
            f"{segment.style and segment.style.without_color} {_colours(segment)}"
            for segment in line
            if not segment.control
            for _ in range(segment.cell_length)
        ]
        yield blake2s("|".join(cells).encode(), digest_size=2).hexdigest()


def _colours(segment: Segment) -> str:
    style = segment.style
    return f"{style.color and style.color.name} {style.bgcolor and style.bgcolor.name}" if style else ""
