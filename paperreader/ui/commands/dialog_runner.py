"""Running dialogs; their modules are imported when the first dialog opens."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from paperreader.errors import PaperReaderError
from paperreader.ui.terminal.type_ahead import KeyGate
from paperreader.ui.view import View

if TYPE_CHECKING:
    from paperreader.ui.dialogs.dialog import Dialog

Answer = TypeVar("Answer")


class DialogRunner:
    """Base of commands that open a dialog."""

    def __init__(self, view: View, screen: Screen[None], keys: KeyGate) -> None:
        self._view, self._screen, self._keys = view, screen, keys

    def _run(self, dialog: Coroutine[Any, Any, None]) -> None:
        """Run a dialog to its end, and show errors in the status line."""

        async def guarded() -> None:
            try:
                await dialog
            except PaperReaderError as error:
                self._view.tell(str(error), "error")
            finally:
                self._keys.release()

        self._keys.hold()
        self._screen.run_worker(guarded(), group="dialog")

    async def _answer(self, dialog: Dialog[Answer]) -> Answer:
        """Open a dialog and return its answer. Keys typed meanwhile go to the dialog."""
        return await self._screen.app.push_screen_wait(dialog.through(self._keys))
