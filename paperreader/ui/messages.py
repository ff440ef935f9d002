"""Messages from screens to the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from paperreader.domain.receipt import ImportReceipt


class SampleWanted(Message):
    """The user wants to see the sample papers."""


class Imported(Message):
    """Papers were imported into the empty library: here, with receipt and notes, or by another process."""

    def __init__(self, receipt: ImportReceipt | None = None, notes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.receipt, self.notes = receipt, notes
