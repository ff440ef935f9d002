"""The Textual application: it opens screens, keeps the session and ends cleanly."""

import asyncio
import errno
import gc
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual import events, on
from textual._styles_cache import StylesCache
from textual.binding import BindingType
from textual.errors import NoWidget
from textual.notifications import SeverityLevel
from textual.screen import Screen
from textual.worker import WorkerFailed

from paperreader.config import Config, reload
from paperreader.domain.history import describe_counts
from paperreader.domain.text import clean_line, reduce_cells
from paperreader.files.memory import trim_memory
from paperreader.paths import appearance_file, config_file, user_styles_file
from paperreader.resources import style_file
from paperreader.services.library import Library
from paperreader.storage.session import load_session, save_session
from paperreader.ui.commands.links import Browse
from paperreader.ui.keys.bindings import APPLICATION, NO_KEY, bindings
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.keys.keymaps import changed_keys, commands_of, rejected_keys
from paperreader.ui.limits import USUAL, Limits
from paperreader.ui.links import open_address
from paperreader.ui.messages import Imported, SampleWanted
from paperreader.ui.screens.triage import TriageScreen
from paperreader.ui.terminal.type_ahead import Handled, TypeAhead, TypedEvent, harmless
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.theming.themed_app import ThemedApp
from paperreader.ui.widgets.blocks import line_breaks

TOAST_CELLS, TOAST_SHARE, TOAST_MARGIN = 60, 90, 4
"""Columns of a toast, the most of them in percent of the screen, and those beside its text."""
ENDING = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
"""The signals that end the reader."""
SWITCH_INTERVAL = 0.0005
"""Seconds that a background thread may hold the interpreter while a key waits. Python's default is 0.005."""


class ReaderApp(ThemedApp):
    """The reader on one library."""

    TITLE = "paperreader"
    BINDINGS: ClassVar[list[BindingType]] = bindings(APPLICATION)

    def __init__(
        self,
        library: Library,
        config: Config,
        open_sample: Callable[[], Library] | None = None,
        *,
        notices: Sequence[str] = (),
        limits: Limits = USUAL,
        browse: Browse = open_address,
        look: LookSettings | None = None,
    ) -> None:
        # Textual reads no styles of the first screen. The welcome screen needs those of the dialogs.
        styles = ["triage", "dialogs"] if library.is_empty() else ["triage"]
        settings = look or LookSettings(config.theme, config.icons)
        super().__init__(settings, limits.background, css_path=[str(style_file(name)) for name in styles])
        self.library = library
        self.commands = commands_of(config)
        """The command table with the user's keys."""
        self._open_sample = open_sample
        self._notices = notices
        self.config = config
        self._limits, self._browse = limits, browse
        self._type_ahead = TypeAhead()
        self.has_typed = False
        """Whether the user pressed a key or a button of the mouse since the start."""
        self._ends_by: int | None = None
        self._before: dict[int, Any] = {}
        """The signal handlers to restore at the end."""
        self._session = self._saved = load_session(library.folder / "session.json")
        self._use_keys()

    def get_default_screen(self) -> Screen[None]:
        """The triage screen, or the welcome screen if the library is empty."""
        if not self.library.is_empty():
            return self._triage()
        from paperreader.ui.screens.welcome import WelcomeScreen

        return WelcomeScreen(self.library, self.config.fetch, self._limits.poll)

    def _triage(self) -> TriageScreen:
        return TriageScreen(
            self.library,
            self._session,
            self,
            self.commands,
            self.config,
            self.size.width,
            self._limits,
            self._browse,
        )

    def on_mount(self) -> None:
        """Handle signals, and save the session from time to time."""
        loop = asyncio.get_running_loop()
        for number in ENDING:
            # Not through the loop: it would take Python's wakeup pipe, which the guardian needs.
            before = signal.signal(number, lambda number, _: loop.call_soon_threadsafe(self._end, number))
            self._before[number] = before
        loop.set_exception_handler(self._task_failed)
        self.app_resume_signal.subscribe(self, lambda _: self.refresh(layout=True))
        self.set_interval(self._limits.save_session, self._save_session)
        self.set_interval(self._limits.tidy, self._tidy)
        self.set_timer(self._limits.settle, self._settle)
        for notice in self._notices:
            self.notify(notice, severity="warning", timeout=15)

    def on_unmount(self) -> None:
        """Restore the signal handlers."""
        for number, before in self._before.items():
            signal.signal(number, before)

    def _settle(self) -> None:
        """Do what the first frame does not wait for: read all documents, and start garbage collection.

        Objects made at the start are frozen, so that no later collection looks at them.
        """
        self.library.reading.read_all()
        gc.freeze()
        gc.enable()

    def _tidy(self) -> None:
        """Free the memory of closed dialogs, toasts and lists: a reader stays open for days."""
        # Textual keeps an empty holder for each toast, and caches what the last thousand widgets drew.
        for screen in self.screen_stack:
            for holder in screen.query("ToastHolder"):
                if not holder.children:
                    holder.remove()
        StylesCache.get_inner_outer.cache_clear()
        trim_memory()

    # Keys

    async def on_event(self, event: events.Event) -> None:
        """Pass keys on one by one, and all other events at once."""
        if isinstance(event, TypedEvent | events.MouseDown | events.MouseScrollDown | events.MouseScrollUp):
            self.has_typed = True
        if not isinstance(event, TypedEvent):
            if not (isinstance(event, (events.MouseDown, events.MouseMove)) and self._was_removed_at(event.x, event.y)):
                await super().on_event(event)
        elif event.is_forwarded:  # the event passed every widget, and none used it
            await super().on_event(event)
            await self._key_handled(Handled(event))
        elif safe := harmless(event):
            self._type_ahead.add(safe)
            await self._hand_on_keys()

    def _was_removed_at(self, x: int, y: int) -> bool:
        """Whether the widget at a position is still painted but removed, such as a toast; Textual fails on it."""
        try:
            widget, _ = self.get_widget_at(x, y)
        except NoWidget:
            return False
        return not widget.is_attached and widget is not self.screen

    async def _hand_on_keys(self) -> None:
        if not self._type_ahead.is_waiting or not self.is_running:  # at the end no screen is left
            return
        now = time.monotonic()
        self._type_ahead.mark()
        while event := self._type_ahead.next(now, self.focused or self.screen):
            if not self._waits_for(event):
                await super().on_event(event)
                break
            self._type_ahead.handled(event)
        self._type_ahead.mark()
        if (left := self._type_ahead.look_after(now)) is not None:
            self.set_timer(left, self._look_after_keys)

    def _waits_for(self, event: TypedEvent) -> bool:
        """Whether a key belongs to a count, or follows another key."""
        return (
            isinstance(event, events.Key)
            and isinstance(self.screen, TriageScreen)
            and self.screen.key_commands.takes(event)
        )

    async def on_key(self, event: events.Key) -> None:
        """Run the command of a key that no widget took, or say that there is none."""
        event.prevent_default()  # Textual would look for the command a second time
        if not await self._check_bindings(event.key) and isinstance(self.screen, TriageScreen):
            self.screen.key_commands.unknown(event)

    async def _look_after_keys(self) -> None:
        self._type_ahead.looked()
        await self._hand_on_keys()

    @on(Handled)
    async def _key_handled(self, message: Handled) -> None:
        if self._type_ahead.handled(message.key):
            await self._hand_on_keys()

    def hold(self) -> None:
        """Hold keys back until a dialog has opened or closed."""
        self._type_ahead.hold(time.monotonic())

    def release(self) -> None:
        """Let keys through again."""
        self._type_ahead.release()
        self.call_later(self._hand_on_keys)

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Show a toast over the abstract; in the footer where no abstract is. Its text is never read as markup."""
        del markup
        triage = self._find_triage()
        if triage and self.screen is triage and not triage.view.grid.abstract.height:
            role = "muted" if severity == "information" else severity
            triage.view.tell(reduce_cells(clean_line(message)), role)
            return
        super().notify(reduce_cells(clean_line(message)), title=title, severity=severity, timeout=timeout, markup=False)

    def clear_notifications(self) -> None:
        """Remove all toasts, also those below a dialog."""
        super().clear_notifications()
        for screen in self.screen_stack:
            screen.query("Toast").remove()

    def _refresh_notifications(self) -> None:
        """Show the toasts. The oldest ones leave if all together are higher than the abstract."""
        if triage := self._find_triage():
            width = min(TOAST_CELLS, self.size.width * TOAST_SHARE // 100) - TOAST_MARGIN
            room = triage.view.grid.abstract.height
            for number, toast in enumerate(reversed(list(self._notifications))):
                room -= 1 + sum(1 for _ in line_breaks(toast.message, max(1, width)))
                if room < 0 and number:
                    del self._notifications[toast]
        super()._refresh_notifications()

    @on(Imported)
    async def _imported(self, message: Imported) -> None:
        triage = self._triage()
        await self.push_screen(triage)
        if message.receipt:
            triage.import_commands.came(message.receipt, message.notes)
        else:
            self.notify(f"{describe_counts(self.library.catalogue.count())} imported")

    @on(SampleWanted)
    async def _sample_wanted(self) -> None:
        if self._open_sample is None:
            return
        sample = await asyncio.to_thread(self._open_sample)
        empty, self.library = self.library, sample
        self._session = self._saved = load_session(sample.folder / "session.json")
        await self.push_screen(self._triage())
        empty.close()  # only now, because the welcome screen still reads it

    def action_help(self) -> None:
        """Show all keys."""
        from paperreader.ui.screens.help import HelpScreen

        self.hold()
        self.push_screen(HelpScreen(self.commands).through(self), callback=lambda _: self.release())

    def action_command_palette(self) -> None:
        """Open the command palette, unless a dialog is open."""
        if isinstance(self.screen, TriageScreen):
            self.screen.palette_commands.open_palette()

    def action_redraw(self) -> None:
        """Draw the whole screen again, after another program wrote on the terminal."""
        self.refresh(layout=True)

    def action_reload(self) -> None:
        """Read the settings and the user's style sheet again, and open the same list with them."""
        triage = self._find_triage()
        if triage and self.screen is triage:
            # A worker of the application, because those of the screen end with it.
            self.run_worker(self._reload(triage), group="reload", exclusive=True)

    async def _reload(self, triage: TriageScreen) -> None:
        loaded = reload(config_file(), self.config, rejected_keys)
        self.config, self.commands = loaded.config, commands_of(loaded.config)
        self._use_keys()
        await self._finish()  # the session says which list and paper to show
        self.follow_settings(self.config.theme, self.config.icons)
        if not triage._result_callbacks:
            triage._push_result_callback(triage, None)  # Textual forgets it for the first screen, and pops it here
        await self.switch_screen(self._triage())
        for message in loaded.messages:
            self.notify(f"{message}; the setting in force stays", severity="warning", timeout=15)
        if not loaded.problems:
            self.notify("settings read again")

    def _use_keys(self) -> None:
        self.set_keymap({name: ",".join(keys) or NO_KEY for name, keys in changed_keys(self.commands).items()})

    def action_toggle_theme(self) -> None:
        """Switch between the dark and the light theme, and remember the choice."""
        self.look.choose("light" if self.current_theme.dark else "dark")

    @property
    def theme_names(self) -> list[str]:
        """The names of the themes."""
        return list(self.look.names)

    def choose_theme(self, theme: str) -> None:
        """Show a theme, and remember it."""
        self.look.choose(theme)

    def action_choose_theme(self) -> None:
        """Choose a theme from a list that previews each, unless a dialog is open."""
        if not isinstance(self.screen, TriageScreen):
            return
        from paperreader.ui.dialogs.theme import ThemeDialog

        def chosen(theme: str | None) -> None:
            if theme is None:
                self.look.preview(self.look.choice)
            else:
                self.look.choose(theme)
            self.release()

        self.hold()
        dialog = ThemeDialog(self.look.names, self.look.choice, self.look.preview)
        self.push_screen(dialog.through(self), callback=chosen)

    async def action_quit(self) -> None:
        """Leave after all queued decisions are saved."""
        await self._finish()
        self.exit()

    async def action_suspend(self) -> None:
        """Suspend to the shell after all queued decisions are saved."""
        if os.getpgrp() == os.getsid(0):
            self.notify("not suspended: no shell to return to; start the reader from a shell", severity="warning")
            return
        await self._finish()
        self.action_suspend_process()

    def action_help_quit(self) -> None:
        """Show how to leave the reader, after ^c."""
        self.notify(f"{key_of('quit', self.commands)} leaves the reader; everything is saved already")

    def _end(self, number: int) -> None:
        """End the reader because of a signal."""
        if self._ends_by is None:
            self._ends_by = number
            self.run_worker(self._finish_and_end(128 + number), group="end")

    async def _finish_and_end(self, status: int) -> None:
        lost = await self._finish(self._limits.finish)
        decisions = f"{lost} decision{'' if lost == 1 else 's'}"
        message = f"paperreader: {decisions} could not be saved; decide again" if lost else None
        self.exit(return_code=status, message=message)

    async def _finish(self, within: float | None = None) -> int:
        """Save the queued decisions and the session; returns how many decisions were dropped after `within` seconds."""
        triage = self._find_triage()
        lost = await triage.finish(within) if triage else 0
        self._save_session()
        return lost

    def _find_triage(self) -> TriageScreen | None:
        """The triage screen, below any open dialogs; None while the library is empty."""
        return next((screen for screen in self.screen_stack if isinstance(screen, TriageScreen)), None)

    def _save_session(self) -> None:
        if triage := self._find_triage():
            self._session = triage.view.session
        if self._session != self._saved:
            self._saved = self._session
            save_session(self.library.folder / "session.json", self._session)

    # Unexpected errors: the reader closes, and the command line reports the error.

    @property
    def failure(self) -> BaseException | None:
        """The first unexpected error."""
        error = self._exception
        return error.error or error if isinstance(error, WorkerFailed) else error

    def panic(self, *renderables: object) -> None:
        """Close the reader. Textual would print the error with the values of variables, which may be private."""
        del renderables
        self._close_messages_no_wait()

    _fatal_error = panic

    def _task_failed(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """Treat the error of a background task as an error of the reader."""
        if isinstance(error := context.get("exception"), Exception):
            self._failed_aside(error)
        else:
            loop.default_exception_handler(context)

    def thread_failed(self, failed: threading.ExceptHookArgs) -> None:
        """Treat the error of a thread as an error of the reader."""
        if self._loop and not self._loop.is_closed() and isinstance(failed.exc_value, Exception):
            self._loop.call_soon_threadsafe(self._failed_aside, failed.exc_value)

    def _failed_aside(self, error: Exception) -> None:
        if isinstance(error, OSError) and error.errno == errno.EIO:
            self._end(signal.SIGHUP)  # the terminal is gone, and its signal will follow
        else:
            self._handle_exception(error)


def run_app(
    library: Library,
    config: Config,
    open_sample: Callable[[], Library] | None = None,
    notices: Sequence[str] = (),
) -> int:
    """Show `notices`, run the reader and return its exit status. Raises Unexpected after an unexpected error."""
    sys.setswitchinterval(SWITCH_INTERVAL)
    look = LookSettings(config.theme, config.icons, appearance_file(), user_styles_file())
    app = ReaderApp(library, config, open_sample, notices=notices, look=look)
    threading.excepthook = app.thread_failed
    try:
        app.run()
    finally:
        app.library.close()
    if app.failure:
        from paperreader.files.crash_log import LOG, unexpected

        raise unexpected(app.failure, app.library.folder / LOG) from app.failure
    return app.return_code or 0
