"""The welcome screen of an empty library: open the sample, import or fetch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import Screen
from textual.widgets import Input

from paperreader.config import FetchSettings
from paperreader.domain.receipt import ImportReceipt
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError
from paperreader.resources import style_file
from paperreader.services.job_progress import JobProgress
from paperreader.services.library import Library
from paperreader.ui.commands.imports import run_import
from paperreader.ui.dialogs.dialog import PathSuggester
from paperreader.ui.messages import Imported, SampleWanted
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from paperreader.services.import_jobs import ImportJob

TEXT = Safe("""\
This library is empty.

Write hf to fetch today's Daily Papers of Hugging Face, or arxiv:cs.CL for an arXiv class. Or write the path of a \
file or folder: saved lists, feeds, BibTeX, RIS. Or press Enter to look at the sample papers; they have their own \
library.""")

SHORT_TEXT = Safe("This library is empty: type hf, a path or an address, or press Enter for the samples.")
"""The text for small terminals."""
ROOMY = 20
"""Rows from which on the long text fits."""
BREAKPOINTS = [(0, "-low"), (ROOMY, "-roomy")]
LONGEST = 120
"""Characters of a message in a small terminal (40 columns, 12 rows)."""


class WelcomeScreen(Screen[None]):
    """The welcome screen."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "stop", "Stop", show=False)]
    VERTICAL_BREAKPOINTS = BREAKPOINTS

    def __init__(self, library: Library, settings: FetchSettings, poll: float) -> None:
        super().__init__()
        self._poll = poll
        self._settings = settings
        self._bring: ImportJob | None = None
        self.css_path = [style_file("dialogs")]
        self._library = library
        self._is_importing = False

    def compose(self) -> ComposeResult:
        """The text, the input line, its keys, and the result."""
        with Vertical(classes="dialog"):
            yield PlainText(Safe("paperreader"), id="welcome-title")
            yield PlainText(TEXT, id="welcome-text")
            yield PlainText(SHORT_TEXT, id="welcome-short-text")
            yield SafeInput(placeholder="hf, a path, an address, or Enter", suggester=PathSuggester())
            yield PlainText(Safe("Tab completes · Enter continues · ^q quits"), id="welcome-hint", classes="hint")
            yield PlainText(Safe(""), id="welcome-said", classes="hint")

    def on_mount(self) -> None:
        """Show notices, and watch for an import by the shell."""
        for notice in self._library.take_notices():
            self.notify(clean_line(notice), severity="warning", timeout=15)
        self.set_interval(self._poll, self._look)

    def _look(self) -> None:
        # Not `is_current`: it is True for a screen below another one, whose library may be closed.
        is_shown = self.app.screen is self
        if is_shown and not self._is_importing and not self._library.catalogue.is_empty():
            self._is_importing = True
            self.post_message(Imported())

    def action_stop(self) -> None:
        """Cancel a running import."""
        if self._bring:
            self._bring.cancel()

    @on(Input.Changed)
    def mend(self) -> None:
        """Clear the message about an earlier line."""
        if not self._is_importing:
            self._say("")

    @on(Input.Submitted)
    async def go_on(self, event: Input.Submitted) -> None:
        """Import the path, or open the sample."""
        event.stop()
        path = event.value.strip()
        self._is_importing = True  # from now on nothing reads this library, because the sample replaces it
        if not path:
            self.post_message(SampleWanted())
            return
        event.input.disabled = True
        self.run_worker(self._import(path), exclusive=True)

    async def _import(self, path: str) -> None:
        from paperreader.services.import_jobs import import_job  # importers take 100 ms to import

        try:
            self._bring = import_job(path, self._settings)
            self._show_progress(self._bring.start)
            receipt, notes = await run_import(self._bring, self._library, self._show_progress)
        except PaperReaderError as error:
            self._say(str(error), is_error=True)
        else:
            if receipt.totals.listed:
                self.post_message(Imported(receipt, notes))
                return
            self._say(_why_nothing(path, receipt, notes), is_error=True)
        self._is_importing = False
        line = self.query_one(SafeInput)
        line.disabled = False
        line.focus()

    def _show_progress(self, progress: JobProgress) -> None:
        self._say(f"{progress} · Esc stops it")

    def _say(self, text: str, *, is_error: bool = False) -> None:
        said = self.query_one("#welcome-said", PlainText)
        said.display = bool(text)
        said.show(clean_line(text, LONGEST) if self.has_class("-low") else clean_line(text))
        said.set_classes("error" if is_error else "hint")


def _why_nothing(path: str, receipt: ImportReceipt, notes: Sequence[str]) -> str:
    """Why no papers came."""
    if len(receipt.files) == 1:
        if receipt.files[0].in_short:
            return receipt.files[0].in_short
        problems = receipt.files[0].problems
        return f"{path} {problems[0].reason if problems else 'contains no papers'}"
    return "; ".join(notes) if notes else "no file there could be read"
