"""What screens tell the application."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from paperreader.domain.receipt import Figures


class SampleWanted(Message):
    """The user of an empty library wants to see the sample papers."""


class Imported(Message):
    """Papers were imported into the library that was empty."""

    def __init__(self, figures: Figures) -> None:
        super().__init__()
        self.figures = figures
