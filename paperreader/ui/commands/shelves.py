"""Commands of saved shelves, and their counts."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from paperreader.domain.lists import MAX_SHELF_NAME, Place, SavedShelf, make_shelf
from paperreader.domain.reading_state import length_problem
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError, QueryError
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.dialogs.box import SCOPE
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.view import View


class ShelfCommands:
    """Commands of saved shelves."""

    def __init__(
        self,
        view: View,
        decisions: DecisionCommands,
        filter_commands: FilterCommands,
        open_place: Callable[[Place], None],
    ) -> None:
        self._view, self._decisions, self._filter_commands = view, decisions, filter_commands
        self._open_place = open_place

    def remove_shelf(self) -> None:
        """Remove the open saved shelf."""
        place, triage = self._view.desk.place, self._decisions.triage
        if isinstance(place, SavedShelf):
            self._decisions.queue.put(lambda: triage.remove_shelf(place))
        else:
            self._view.tell("only saved shelves can be removed; open one first")

    def shelf_up(self) -> None:
        """Move the open saved shelf up in the library."""
        self._move(-1)

    def shelf_down(self) -> None:
        """Move the open saved shelf down in the library."""
        self._move(1)

    def _move(self, by: int) -> None:
        place, triage = self._view.desk.place, self._decisions.triage
        if isinstance(place, SavedShelf):
            self._decisions.queue.put(lambda: triage.move_shelf(place, by))
        else:
            self._view.tell("only saved shelves can be moved; open one first")

    async def rename_shelf(self) -> None:
        """Ask for another name of the open saved shelf."""
        from paperreader.ui.dialogs.dialog import LineDialog

        place = self._view.desk.place
        if not isinstance(place, SavedShelf):
            self._view.tell("only saved shelves can be renamed; open one first")
            return
        answer = await self._view.ask(
            LineDialog(
                Safe("Rename the shelf"),
                Safe("a name · Enter saves · Esc cancels"),
                place.name,
                check=lambda name, again: self._check_new(place, name, again=again),
                scope=cut(place.name, SCOPE),
            )
        )
        if answer is not None:
            await self.rename_to(answer)

    async def rename_to(self, name: str) -> None:
        """Give the open saved shelf a name."""
        place, new = self._view.desk.place, make_shelf(name)
        if not isinstance(place, SavedShelf):
            self._view.tell("only saved shelves can be renamed; open one first")
        elif new is None or (reason := length_problem(name, MAX_SHELF_NAME)):
            self._view.tell("a shelf needs a name" if new is None else f"the name {reason}")
        elif new != place:
            triage = self._decisions.triage
            self._decisions.queue.put(lambda: triage.rename_shelf(place, new))
            await self._decisions.queue.finish()
            if new in self._view.desk.library.reading.shelves():
                self._open_place(new)

    async def count(self, say: Callable[[], None]) -> None:
        """Count saved shelves and tags again when their papers may have changed, forever; `say` follows new counts."""
        await asyncio.sleep(self._view.limits.count_shelves)
        while True:
            start = time.monotonic()
            with suppress(PaperReaderError):  # the next decision or list shows the error
                has_new_tags = await self._view.desk.count_tags()
                if await self._view.desk.count_shelves() or has_new_tags:
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
                Safe("Save as a shelf"),
                Safe("a name · Enter saves · Esc cancels"),
                clean_line(typed, MAX_SHELF_NAME),
                check=lambda name, again: self._check(name, text, again=again),
                scope=cut(clean_line(text), SCOPE),
            )
        )
        if answer is not None and (shelf := make_shelf(answer)):
            triage = self._decisions.triage
            if self._filter_commands.is_open:
                await self._filter_commands.filter_keep()
            self._decisions.queue.put(lambda: triage.save_shelf(shelf, text))

    def _check_new(self, shelf: SavedShelf, name: str, *, again: bool) -> str | None:
        """Why a shelf cannot have a name, or what it would replace."""
        if make_shelf(name) == shelf:
            return None
        return self._check(name, self._view.desk.query, again=again)

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
