"""What an empty library opens on: the sample, or the path of something to import."""

import asyncio

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Input, Static

from paperreader.domain.receipt import Figures, ImportReceipt
from paperreader.domain.text import clean_line
from paperreader.errors import PaperReaderError
from paperreader.paths import expand
from paperreader.resources import style_file
from paperreader.services.importing import import_paths
from paperreader.services.library import Library
from paperreader.ui.messages import Imported, SampleWanted
from paperreader.ui.screens.dialogs import PathSuggester
from paperreader.ui.widgets.safe_input import SafeInput

TEXT = """\
This library is empty.

Give the path of a dump of a Hugging Face papers page, or of a folder of them. \
Or press Enter to look around with the sample papers: they lie in a library of their own."""


POLL = 0.5
"""Seconds between looks at whether the library is still empty."""


class WelcomeScreen(Screen[None]):
    """Asks for something to import."""

    def __init__(self, library: Library) -> None:
        super().__init__()
        self.css_path = [style_file("dialogs")]
        self._library = library
        self._is_importing = False

    def compose(self) -> ComposeResult:
        """The text, the line for a path, and what came of it."""
        with Vertical(classes="dialog"):
            yield Static(Content("paperreader"), id="welcome-title")
            yield Static(Content(TEXT))
            yield SafeInput(placeholder="path of a file or folder, or Enter", suggester=PathSuggester())
            yield Static(Content("Tab completes · Enter goes on · ^q leaves"), id="welcome-hint", classes="hint")

    def on_mount(self) -> None:
        """Look whether the shell imports something meanwhile."""
        self.set_interval(POLL, self._look)

    def _look(self) -> None:
        if self.is_current and not self._is_importing and self._library.catalogue.count():
            self._is_importing = True
            self.post_message(Imported(Figures(listed=self._library.catalogue.count())))

    @on(Input.Submitted)
    async def go_on(self, event: Input.Submitted) -> None:
        """Import the path, or open the sample."""
        event.stop()
        path = event.value.strip()
        if not path:
            self.post_message(SampleWanted())
            return
        self._is_importing = True
        self._say("importing…")
        event.input.disabled = True
        self.run_worker(self._import(path), exclusive=True)

    async def _import(self, path: str) -> None:
        try:
            receipt = await asyncio.to_thread(self._import_now, path)
        except PaperReaderError as error:
            self._say(str(error), is_error=True)
        else:
            if receipt.totals.listed:
                self.post_message(Imported(receipt.totals))
                return
            problem = receipt.files[0].problems[0] if receipt.files else None
            reason = problem.reason if problem else "holds no papers"
            self._say(
                f"{path} {reason}" if len(receipt.files) == 1 else "no file there could be read",
                is_error=True,
            )
        self._is_importing = False
        line = self.query_one(SafeInput)
        line.disabled = False
        line.focus()

    def _import_now(self, path: str) -> ImportReceipt:
        """Import in a thread, over a connection of its own."""
        library = self._library.reopen()
        try:
            return import_paths(library, [str(expand(path))])
        finally:
            library.catalogue.close()

    def _say(self, text: str, *, is_error: bool = False) -> None:
        hint = self.query_one("#welcome-hint", Static)
        hint.update(Content(clean_line(text)))
        hint.set_classes("error" if is_error else "hint")
