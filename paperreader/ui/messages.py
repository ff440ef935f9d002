"""What screens tell the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from paperreader.domain.receipt import ImportReceipt


class SampleWanted(Message):
    """The user of an empty library wants to see the sample papers."""


class Imported(Message):
    """Papers were imported into the library that was empty: here, with a receipt and what is told besides, or not."""

    def __init__(self, receipt: ImportReceipt | None = None, notes: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.receipt, self.notes = receipt, notes
