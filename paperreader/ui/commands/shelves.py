"""Commands of saved shelves, and their counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from paperreader.domain.lists import MAX_SHELF_NAME, SavedShelf, make_shelf
from paperreader.domain.reading_state import length_problem
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError, QueryError
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View


class ShelfCommands:
    """Commands of saved shelves."""

    def __init__(self, view: View, decisions: DecisionCommands, filter_commands: FilterCommands) -> None:
        self._view, self._decisions, self._filter_commands = view, decisions, filter_commands

    def remove_shelf(self) -> None:
        """Remove the open saved shelf."""
        place, triage = self._view.desk.place, self._decisions.triage
        if isinstance(place, SavedShelf):
            self._decisions.queue.put(lambda: triage.remove_shelf(place))
        else:
            self._view.tell("only saved shelves can be removed; open one first")

    async def count(self, say: Callable[[], None]) -> None:
        """Count the saved shelves again whenever their papers may have changed, forever; `say` follows new counts."""
        await asyncio.sleep(self._view.limits.count_shelves)
        while True:
            start = time.monotonic()
            with suppress(PaperReaderError):  # the next decision or list shows the error
                if await self._view.desk.count_shelves():
                    say()
            await asyncio.sleep(max(self._view.limits.recount_shelves, time.monotonic() - start))

    async def save_shelf(self) -> None:
        """Save the query of the filter as a shelf."""
        from paperreader.services.searching.shelves import query_to_save
        from paperreader.ui.dialogs.dialog import LineDialog

        typed = self._filter_commands.text
        if not typed:
            self._view.tell(f"there is no query to save: {key_of('filter', self._view.commands)} opens the filter")
            return
        try:
            text = query_to_save(typed)
        except QueryError as error:
            self._view.tell(str(error))
            return
        answer = await self._view.ask(
            LineDialog(
                clean_line(f"Save as a shelf: {text}"),
                Safe("a name · Enter saves · Esc cancels"),
                clean_line(typed, MAX_SHELF_NAME),
                check=lambda name, again: self._check(name, text, again=again),
            )
        )
        if answer is not None and (shelf := make_shelf(answer)):
            triage = self._decisions.triage
            if self._filter_commands.is_open:
                await self._filter_commands.filter_keep()
            self._decisions.queue.put(lambda: triage.save_shelf(shelf, text))

    def _check(self, name: str, text: str, *, again: bool) -> str | None:
        """Why a query cannot be saved under a name, or what it would replace."""
        shelf = make_shelf(name)
        if shelf is None:
            return "a shelf needs a name"
        if reason := length_problem(name, MAX_SHELF_NAME):
            return f"the name {reason}"
        other = self._view.desk.library.reading.shelves().get(shelf)
        if other is None or other == text or again:
            return None
        return f"a shelf with this name exists; Enter again replaces it: {other}"
