"""Importing and fetching papers in the background: from files, from the network, from pasted text."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from typing import TYPE_CHECKING

from textual.screen import Screen

from paperreader.config import FetchSettings
from paperreader.domain.receipt import Came, ImportReceipt, Outcome
from paperreader.domain.text import Safe
from paperreader.errors import PaperReaderError
from paperreader.files.memory import trim_memory
from paperreader.services.library import Library
from paperreader.ui.commands.dialogues import Dialogues
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.view import View

if TYPE_CHECKING:
    from paperreader.services.import_jobs import ImportJob

HUGGING_FACE = "hf"
"""What is fetched unless another source is named."""
KEPT = 5
"""Receipts that can be looked at again: what failed must not throw away what came before."""
TOAST = 8.0
"""Seconds for which it is shown what came."""


class ImportCommands(Dialogues):
    """The commands that bring papers in; one thing at a time, in a thread of its own."""

    def __init__(
        self, view: View, screen: Screen[None], keys: KeyGate, settings: FetchSettings, arrived: Callable[[], object]
    ) -> None:
        super().__init__(view, screen, keys)
        self._settings = settings
        self._arrived = arrived
        """Has the screen look at once at what was imported."""
        self._bring: ImportJob | None = None
        self._came: deque[Came] = deque(maxlen=KEPT)
        self._last_sources = HUGGING_FACE

    def import_papers(self) -> None:
        """Import a file, a folder, an address, or what is pasted."""
        if not self._is_busy():
            self._run(self._ask_for_input())

    def fetch(self) -> None:
        """Fetch new papers."""
        if not self._is_busy():
            self._run(self._ask_for_sources())

    def fetch_at_start(self) -> None:
        """Fetch what the settings name, if they do."""
        if self._settings.at_start:
            self._run(self._fetch_at_start())

    def receipt(self) -> None:
        """Show what the last imports and fetches came to, whole."""
        self._run(self._show_receipt())

    def stop(self) -> bool:
        """Call off what is under way; whether anything was."""
        if self._bring is None:
            return False
        self._bring.cancel()
        return True

    def _is_busy(self) -> bool:
        if self._bring is None:
            return False
        self._view.tell(f"{self._bring.title} is still under way: {key_of('clear', self._view.commands)} stops it")
        return True

    async def _ask_for_input(self) -> None:
        from paperreader.services.import_jobs import import_job, paste_job
        from paperreader.ui.dialogs.dialog import PasteDialog, PathSuggester

        answer = await self._answer(
            PasteDialog(
                Safe("Import"),
                Safe("a file, a folder or an address · Tab completes · or paste references · Esc leaves"),
                suggester=PathSuggester(),
                check=self._why_not_imported,
            )
        )
        if answer is not None and answer.text.strip():
            self.begin(paste_job(answer.text) if answer.is_pasted else import_job(answer.text.strip(), self._settings))

    async def _fetch_at_start(self) -> None:
        from paperreader.services.import_jobs import fetch_job

        self._last_sources = self._settings.at_start
        self.begin(fetch_job(self._last_sources, self._settings))

    async def _ask_for_sources(self) -> None:
        from paperreader.services.import_jobs import fetch_job
        from paperreader.ui.dialogs.dialog import LineDialog

        answer = await self._answer(
            LineDialog(
                Safe("Fetch"),
                Safe('hf · arxiv:cs.CL+cs.LG · arxiv:"words" · https://… · since 7d · Enter asks · Esc leaves'),
                self._last_sources,
                check=self._why_not,
            )
        )
        if answer is not None:
            self._last_sources = answer.strip() or HUGGING_FACE
            self.begin(fetch_job(self._last_sources, self._settings))

    def _why_not(self, line: str, again: bool) -> str | None:
        """Why a line names nothing that could be fetched."""
        from paperreader.services.import_jobs import fetch_job

        del again
        try:
            fetch_job(line, self._settings)
        except PaperReaderError as error:
            return str(error)
        return None

    def _why_not_imported(self, line: str) -> str | None:
        """Why a line names nothing that could be imported; an empty one leaves the dialog."""
        from paperreader.services.import_jobs import import_error

        return import_error(line.strip(), self._settings) if line.strip() else None

    def begin(self, bring: ImportJob) -> None:
        """Run an import in the background."""
        self._bring = bring
        self._screen.run_worker(self._follow(bring), group="bringing")

    async def _follow(self, bring: ImportJob) -> None:
        """See something through, and say what came of it."""
        loop, view, library = asyncio.get_running_loop(), self._view, self._view.desk.library

        def say(text: str) -> None:
            loop.call_soon_threadsafe(self._show, bring, text)

        self._show(bring, bring.title)
        try:
            receipt, notes = await asyncio.to_thread(_run_apart, bring, library, say)
        except PaperReaderError as error:
            view.tell(str(error), "error")
            return
        finally:
            # Where the reader is left, this is cancelled, and its thread would hold up the end.
            bring.cancel()
            self._bring = None
            view.tell_of_bringing("")
            self._arrived()
        self.came(receipt, notes)

    def came(self, receipt: ImportReceipt, notes: tuple[str, ...]) -> None:
        """Say what something came to, and keep the whole of it."""
        came = Came(datetime.now().astimezone(), receipt, notes)
        self._came.appendleft(came)
        self._toast(came)

    def _toast(self, came: Came) -> None:
        from paperreader.ui.presenting.receipts import receipt_line

        receipt = came.receipt
        is_good = receipt.outcome is Outcome.DONE or not receipt.files
        said = "; ".join([receipt_line(receipt)] if receipt.files else list(came.notes) or ["nothing came"])
        holds_more = receipt.files and (came.notes or not receipt.is_one_failure)
        rest = f" · {key_of('receipt', self._view.commands)} shows all" if holds_more else ""
        self._screen.app.notify(f"{said}{rest}", severity="information" if is_good else "warning", timeout=TOAST)

    def _show(self, bring: ImportJob, text: str) -> None:
        if self._bring is bring:
            self._view.tell_of_bringing(f"{text} · {key_of('clear', self._view.commands)} stops it")

    async def _show_receipt(self) -> None:
        from paperreader.ui.dialogs.receipt import ReceiptScreen
        from paperreader.ui.presenting.receipts import came_blocks

        if not self._came:
            self._view.tell("nothing was imported since the reader was opened")
            return
        await self._answer(ReceiptScreen(came_blocks(self._came)))


def _run_apart(bring: ImportJob, library: Library, say: Callable[[str], None]) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Do it over a connection of its own."""
    other = library.reopen()
    try:
        with closing(other.catalogue):
            return bring.run(other, say)
    finally:
        trim_memory()
