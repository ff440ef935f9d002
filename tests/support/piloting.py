"""The reader under a Textual Pilot: keys in, what the screen shows and the library holds out.

Decisions are made by another thread, so nothing here sleeps for a guessed time: `until` waits for what a test expects.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import ExitStack, asynccontextmanager
from typing import Any
from unittest.mock import patch

from textual.events import MouseMove
from textual.pilot import Pilot
from textual.screen import Screen
from textual.widget import Widget

from paperreader.config import After, AfterSettings, Config, FetchSettings, KeymapName, RankingSettings, TriageSettings
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import clean_line
from paperreader.services.library import Library
from paperreader.ui.app import ReaderApp
from paperreader.ui.limits import USUAL, Limits
from paperreader.ui.screens.triage import TriageScreen
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.view import View

PATIENCE = 60.0
"""Seconds that a test waits for what must come; what comes within a second on an idle machine may take a while."""


def screen_lines(app: ReaderApp) -> list[str]:
    """The screen as lines of text, each exactly as wide as it is painted."""
    from rich.console import Console

    console = Console(width=1_000, force_terminal=True, color_system="truecolor", legacy_windows=False)
    update = app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    assert update is not None
    lines = console.render_lines(update, pad=False)
    return ["".join(segment.text for segment in line if not segment.control) for line in lines][: app.size.height]


async def drag_to(pilot: Pilot[None], offset: tuple[int, int], widget: Widget | None = None) -> None:
    """Move the mouse while its left button is pressed; a Pilot's `hover` has no button pressed."""
    await pilot._post_mouse_events([MouseMove], widget, offset, button=1)


class Reading:
    """An open reader."""

    def __init__(self, app: ReaderApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    @property
    def triage(self) -> TriageScreen:
        """The triage screen, whatever lies above it."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, TriageScreen))

    @property
    def screen(self) -> Screen[Any]:
        """The screen on top."""
        return self.app.screen

    @property
    def view(self) -> View:
        """What is in view on the triage screen."""
        return self.triage.view

    @property
    def library(self) -> Library:
        """The open library."""
        return self.app.library

    @property
    def status(self) -> str:
        """The message in the footer; empty if it shows keys."""
        return clean_line(self.view.bars.message)

    @property
    def header(self) -> str:
        """The header."""
        return self.view.bars.header.render_line(0).text

    @property
    def list_title(self) -> str:
        """The title of the list."""
        return self.view.bars.title.left.strip()

    @property
    def footer(self) -> str:
        """The footer."""
        return self.view.bars.footer.render_line(0).text

    @property
    def asks(self) -> bool:
        """Whether the footer's line waits for the key that answers a question."""
        return self.view.prompt.question is not None

    @property
    def row(self) -> int:
        """The row of the cursor, from 0."""
        return self.view.papers.cursor

    @property
    def title(self) -> str:
        """The title under the cursor."""
        entry = self.view.entry()
        return entry.paper.title if entry else ""

    @property
    def key(self) -> PaperKey:
        """The key of the paper under the cursor."""
        entry = self.view.entry()
        assert entry is not None
        return entry.paper.key

    @property
    def state(self) -> ReadingState:
        """The state of the paper under the cursor."""
        return self.library.state(self.key)

    @property
    def titles(self) -> list[str]:
        """The titles of the list in view."""
        return [row.title for row in self.library.rows(list(self.view.desk.view))]

    @property
    def keys(self) -> list[PaperKey]:
        """The keys of the list in view."""
        return self.view.desk.keys(self.view.desk.view)

    @property
    def starred(self) -> list[str]:
        """The keys of all that is starred."""
        return [names[0] for names in self.library.reading.starred()]

    @property
    def done(self) -> list[str]:
        """The keys of all that is not unread."""
        return [names[0] for names in self.library.reading.done()]

    @property
    def text(self) -> str:
        """The whole screen as text."""
        return "\n".join(screen_lines(self.app))

    @property
    def toasts(self) -> list[str]:
        """The toasts there are."""
        return [note.message for note in self.app._notifications]

    async def press(self, *keys: str) -> None:
        """Press keys, and wait until the last one was handed on and carried out."""
        await self.pilot.press(*keys)
        ahead = self.app._type_ahead
        while self.app.is_running and ahead.is_waiting:
            await self.pilot.pause(0.005)
        await self.pilot.pause()

    async def type(self, text: str) -> None:
        """Type a text."""
        await self.press(*("space" if character == " " else character for character in text))

    async def until(self, condition: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Wait until a condition holds and what goes with it is there; fails with the screen where it never holds."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not condition():
            if not self.app.is_running:
                raise AssertionError("the reader ended")
            if loop.time() > end:
                raise AssertionError(f"it never came:\n{self.text}")
            await self.pilot.pause(0.005)
        await _idle(self.app)

    async def settled(self) -> None:
        """Wait until every decision that was queued, or that a dialog leads to, is made or refused, and shown."""
        await self.until(lambda: self.screen is not self.triage or self.asks or not self._works_on("command"))
        await self.triage.finish()
        await self.pilot.pause()

    def _works_on(self, *groups: str) -> bool:
        return any(worker.group in groups for worker in self.app.workers)

    async def settled_filter(self) -> None:
        """Wait until the thread of the filter is through with what it was asked."""
        thread = self.triage.filter_commands._search._thread
        await asyncio.wrap_future(thread.submit(lambda: None))
        await self.pilot.pause()

    async def filter_ready(self) -> None:
        """Wait until the list in view is indexed for the filter."""
        await self.until(lambda: self.triage.filter_commands.is_ready)

    async def filter(self, text: str) -> None:
        """Open the filter bar, type a query and wait for its answer."""
        await self.press("/")
        await self.type(text)
        await self.answered(text)

    async def answered(self, text: str) -> None:
        """Wait for the whole answer to a query: while a list is being indexed, that of its first part comes before."""
        search = self.triage.filter_commands._search
        await self.until(lambda: self.view.desk.filter == text and not search.is_asked)

    async def palette(self, text: str) -> None:
        """Run the first command that the palette finds for a text."""
        from paperreader.ui.dialogs.palette import PaletteDialog

        await self.press("ctrl+p")
        await self.until(lambda: isinstance(self.screen, PaletteDialog))
        await self.type(text)

        def is_offered() -> bool:
            assert isinstance(self.screen, PaletteDialog)
            shown = self.screen.shown
            return bool(shown) and shown[0].name.lower().startswith(text.lower())

        await self.until(is_offered)
        await self.press("enter")
        await self.until(lambda: not isinstance(self.screen, PaletteDialog))
        await self.pilot.pause()


async def _idle(app: ReaderApp) -> None:
    """Wait until nothing is left to do but what a timer, a thread or another process will bring about."""
    loop: Any = asyncio.get_running_loop()
    turns = 0
    while app.is_running:
        turns += 1
        await asyncio.sleep(0 if turns < 500 else 0.005)  # what waits for a thread is not hurried by asking
        if loop._ready:
            continue
        if app._resize_timer is not None:  # of many sizes the last one is laid out
            await asyncio.sleep(0.002)
            continue
        screen: Any = app.screen
        is_unfinished = screen._layout_required or screen._scroll_required or screen._repaint_required
        if not (is_unfinished or screen._recompose_required or screen._dirty_widgets or screen._callbacks):
            return
        screen._on_timer_update()  # which else comes with the next frame


def _draw_nothing(screen: Screen[Any]) -> None:
    """Take what is to be drawn as drawn."""
    screen._dirty_widgets.clear()
    screen._compositor._dirty_regions.clear()


@asynccontextmanager
async def reading(
    library: Library,
    size: tuple[int, int] = (140, 40),
    *,
    keys: Mapping[str, str] | None = None,
    keymap: KeymapName = KeymapName.DEFAULT,
    notices: Sequence[str] = (),
    theme: str = "auto",
    open_sample: Callable[[], Library] | None = None,
    toasts: bool = False,
    fetch: FetchSettings | None = None,
    after: Mapping[str, After] | None = None,
    dates_by_interest: bool = True,
    limits: Limits = USUAL,
    browse: Callable[[str], str | None] = lambda _address: None,
    kind: type[ReaderApp] = ReaderApp,
    paints: bool = False,
    look: LookSettings | None = None,
) -> AsyncIterator[Reading]:
    """The reader on a library, which opens no page.

    Frames are half of the work, and nobody sees them: unless `paints` says otherwise, only what a test looks at is
    painted, and when it looks. Toasts are part of it where that is asked for.
    """
    triage = TriageSettings(AfterSettings(**(after or {})))
    ranking = RankingSettings(default=dates_by_interest)
    fetch = fetch or FetchSettings()
    config = Config(theme=theme, keymap=keymap, triage=triage, keys=keys or {}, fetch=fetch, ranking=ranking)
    app = kind(library, config, open_sample, notices=notices, limits=limits, browse=browse, look=look)

    async def wait_for_idle(*_: float) -> None:
        await _idle(app)

    with ExitStack() as stack:
        for module in ("app", "pilot"):  # which would wait until the processor has nothing to do
            stack.enter_context(patch(f"textual.{module}.wait_for_idle", wait_for_idle))
        if not paints:
            stack.enter_context(patch.object(Screen, "_compositor_refresh", _draw_nothing))
        async with app.run_test(size=size, notifications=toasts) as pilot:
            await pilot.pause()
            yield Reading(app, pilot)
