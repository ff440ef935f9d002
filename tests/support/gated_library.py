"""A library whose readings in the background wait at a gate, or fail there."""

from __future__ import annotations

from pathlib import Path
from threading import Event

from paperreader.services.library import Library

PATIENCE = 60.0
"""Seconds that a reading waits at the gate at most."""


class GatedLibrary(Library):
    """A library of which every connection for another thread waits until the gate is open; it is, to begin with."""

    def __init__(self, folder: Path, window: str = "test") -> None:
        super().__init__(folder, window=window)
        self.gate = Event()
        self.gate.set()
        self.reached = Event()
        """Set when somebody waits, or has waited."""
        self.failure: Exception | None = None
        """What a reading raises instead."""

    def reopen(self) -> Library:
        """The same library for another thread, when the gate is open."""
        self.reached.set()
        assert self.gate.wait(PATIENCE)
        if self.failure:
            raise self.failure
        return super().reopen()

    def shut(self) -> None:
        """Have readings wait from now on."""
        self.reached.clear()
        self.gate.clear()
