"""A script of keys: what is pressed in a terminal, what shows then, and what is decided."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from terminal import Terminal

from paperreader.domain.identifiers import PaperKey
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers

State = tuple[str, bool, tuple[str, ...], str]
"""Status, star, tags and note."""
UNDECIDED: State = ("unread", False, (), "")


class Script:
    """Types into a reader, waits for what must show, and keeps what is meant to be decided."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self.terminal = terminal
        self.used: set[str] = set()
        self.meant: dict[PaperKey, State] = {}
        library = Library(folder)
        self.lists = {}
        self.titles: dict[PaperKey, str] = {}
        for day in range(10, 15):
            rows = library.rows(list(library.ids(date(2025, 3, day))))
            self.lists[day] = [row.key for row in rows]
            self.titles |= {row.key: str(row.title) for row in rows}
        self.attention = len(find_papers(library, "attention"))
        library.close()

    def press(self, *keys: str) -> None:
        """Press keys of the command table, one after the other."""
        self.used |= set(keys)
        self.terminal.type(*keys)

    def type(self, text: str) -> None:
        """Type a text into a line."""
        self.terminal.send(*text)

    def sees(self, text: str) -> None:
        """Wait until a text is on the screen."""
        self.terminal.wait_for(text)

    def stands_on(self, position: int, papers: int = 17) -> None:
        """Wait until the footer names the place of the cursor."""
        self.sees(f" {position} of {papers}")

    def says(self, verb: str, key: PaperKey) -> None:
        """Wait until the status line names what was done to which paper, as far as it has room."""
        self.sees(f" {verb} · u undoes it · {self.titles[key]}"[:46])

    def mean(self, key: PaperKey, status: str | None = None, starred: bool | None = None, **more: object) -> None:
        """Note what a key should have decided."""
        old = self.meant.get(key, UNDECIDED)
        self.meant[key] = (
            status if status is not None else old[0],
            starred if starred is not None else old[1],
            more.get("tags", old[2]),
            more.get("note", old[3]),  # type: ignore[assignment]
        )
