"""Import commands: files, fetches and pasted text, in the background."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from paperreader.config import FetchSettings
from paperreader.domain.receipt import ImportReceipt, Outcome, TimedReceipt
from paperreader.domain.text import Safe
from paperreader.errors import PaperReaderError
from paperreader.files.memory import trim_memory
from paperreader.services.job_progress import JobFailure, JobProgress
from paperreader.services.library import Library
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.presenting.jobs import how_to_stop
from paperreader.ui.view import View

if TYPE_CHECKING:
    from paperreader.services.import_jobs import ImportJob

HUGGING_FACE = "hf"
"""The default source of a fetch."""
KEPT = 5
"""Receipts that are kept for the receipt screen."""
TOAST = 8.0
"""Seconds that the toast of a receipt is shown."""


class ImportCommands:
    """Commands that import and fetch; one at a time, in a thread."""

    def __init__(self, view: View, settings: FetchSettings, arrived: Callable[[], object]) -> None:
        self._view = view
        self._settings = settings
        self._arrived = arrived
        """Called after an import, so that the screen shows it at once."""
        self._bring: ImportJob | None = None
        self._came: deque[TimedReceipt] = deque(maxlen=KEPT)
        self._last_sources = HUGGING_FACE

    def fetch_at_start(self) -> None:
        """Fetch the sources that the settings name, if any."""
        if self._settings.at_start:
            with self._view.errors_in_status():
                self._begin_fetch(self._settings.at_start, keeps_failure=True)

    def stop(self) -> bool:
        """Cancel the running import or fetch; False if none runs."""
        if self._bring is None:
            return False
        self._bring.cancel()
        return True

    def _is_busy(self) -> bool:
        if self._bring is None:
            return False
        self._view.tell(f"{self._bring.start.title} is still running; {key_of('clear', self._view.commands)} stops it")
        return True

    async def import_papers(self) -> None:
        """Import a file, a folder, an address or pasted text."""
        if self._is_busy():
            return
        from paperreader.services.import_jobs import import_job, paste_job
        from paperreader.ui.dialogs.dialog import LineDialog, PasteLine, PathSuggester

        answer = await self._view.ask(
            LineDialog(
                Safe("Import"),
                Safe("a file, folder, address or pasted references · Tab completes · Esc cancels"),
                suggester=PathSuggester(),
                check=self._why_not_imported,
                line=PasteLine,
            )
        )
        if answer is not None and answer.strip():
            is_pasted = "\n" in answer
            self.begin(paste_job(answer) if is_pasted else import_job(answer.strip(), self._settings))

    def _begin_fetch(self, sources: str, *, keeps_failure: bool = False) -> None:
        from paperreader.services.import_jobs import fetch_job

        self._last_sources = sources
        self.begin(fetch_job(sources, self._settings), keeps_failure=keeps_failure)

    async def fetch(self) -> None:
        """Fetch new papers."""
        if self._is_busy():
            return
        from paperreader.ui.dialogs.dialog import LineDialog

        answer = await self._view.ask(
            LineDialog(
                Safe("Fetch"),
                Safe('hf · arxiv:cs.CL+cs.LG · arxiv:"words" · https://… · since 7d · Enter fetches · Esc cancels'),
                self._last_sources,
                check=self._why_not,
            )
        )
        if answer is not None:
            self._begin_fetch(answer.strip() or HUGGING_FACE)

    def _why_not(self, line: str, again: bool) -> str | None:
        """Why nothing can be fetched from a line; None if it can."""
        from paperreader.services.import_jobs import fetch_job

        del again
        try:
            fetch_job(line, self._settings)
        except PaperReaderError as error:
            return str(error)
        return None

    def _why_not_imported(self, line: str, again: bool) -> str | None:
        """Why nothing can be imported from a line; None if it can. An empty line leaves the dialog."""
        from paperreader.services.import_jobs import import_error

        del again
        return import_error(line.strip(), self._settings) if line.strip() else None

    def begin(self, bring: ImportJob, *, keeps_failure: bool = False) -> None:
        """Start an import or fetch in the background. `keeps_failure`: the header shows why it failed."""
        self._bring = bring
        self._view.screen.run_worker(self._follow(bring, keeps_failure=keeps_failure), group="bringing")

    async def _follow(self, bring: ImportJob, *, keeps_failure: bool) -> None:
        """Wait for an import or fetch, and show its receipt."""
        view = self._view
        failure = ""
        view.tell_of_bringing(bring.start)
        view.tell(how_to_stop(bring.start, view.commands))
        try:
            receipt, notes = await run_import(bring, view.desk.library, lambda progress: self._show(bring, progress))
            said = self.came(receipt, notes)
            if receipt.rules.action:  # an action of this window, which no poll tells of
                view.desk.tally.recount()
                view.papers.replace(None)
                view.show_paper(keep_place=True)
            failure = said if receipt.outcome is Outcome.FAILED else ""
        except PaperReaderError as error:
            failure = str(error)
            view.tell(failure, "error")
        finally:
            self._bring = None
            again = JobFailure(failure, f"{key_of('fetch', view.commands)} fetches again")
            view.tell_of_bringing(again if failure and keeps_failure else None)
            self._arrived()

    def came(self, receipt: ImportReceipt, notes: tuple[str, ...]) -> str:
        """Show a receipt, and keep it; returns its line."""
        came = TimedReceipt(datetime.now().astimezone(), receipt, notes)
        self._came.appendleft(came)
        return self._toast(came)

    def _toast(self, came: TimedReceipt) -> str:
        from paperreader.ui.presenting.pages.receipts import receipt_line

        receipt = came.receipt
        is_good = receipt.outcome is Outcome.DONE or not receipt.files
        said = "; ".join([receipt_line(receipt)] if receipt.files else list(came.notes) or ["nothing came"])
        holds_more = receipt.files and (came.notes or not receipt.is_one_failure)
        rest = f" · {key_of('receipt', self._view.commands)} shows all" if holds_more else ""
        rest += f" · {key_of('undo', self._view.commands)} undoes the rules" if receipt.rules.action else ""
        self._view.screen.app.notify(f"{said}{rest}", severity="information" if is_good else "warning", timeout=TOAST)
        return said

    def _show(self, bring: ImportJob, progress: JobProgress) -> None:
        if self._bring is bring:
            self._view.tell_of_bringing(progress)

    async def receipt(self) -> None:
        """Show the last receipts."""
        from paperreader.ui.dialogs.receipt import ReceiptScreen
        from paperreader.ui.presenting.pages.receipts import came_blocks

        if not self._came:
            self._view.tell("nothing imported since the reader opened")
            return
        await self._view.ask(ReceiptScreen(came_blocks(self._came)))


async def run_import(
    bring: ImportJob, library: Library, say: Callable[[JobProgress], None]
) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Run an import or fetch in a thread, with a connection of its own; returns its receipt and notes."""
    loop = asyncio.get_running_loop()

    def run() -> tuple[ImportReceipt, tuple[str, ...]]:
        other = library.reopen()
        try:
            with closing(other.catalogue):
                return bring.run(other, lambda progress: loop.call_soon_threadsafe(say, progress))
        finally:
            trim_memory()

    try:
        return await asyncio.to_thread(run)
    finally:
        # If the reader closes, this task is cancelled, and a running thread would delay the end.
        bring.cancel()
