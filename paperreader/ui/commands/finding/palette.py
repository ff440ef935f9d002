"""The command of the palette: offers commands, lists, queries and papers, and does what was chosen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from paperreader.domain.dates import long_date
from paperreader.domain.history import describe_counts
from paperreader.domain.lists import Place, SavedShelf, Shelf, TagList
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.commands.keys import KeyCommands
from paperreader.ui.keys.command_table import Command
from paperreader.ui.presenting.signs import SHELVES
from paperreader.ui.view import View

if TYPE_CHECKING:
    from paperreader.ui.presenting.palette import Choice

PAPERS = 10
"""Papers that the palette shows."""
WAIT = 0.1
"""Seconds without a key before papers are searched."""


class PaletteCommands:
    """Opens the palette."""

    def __init__(
        self, view: View, keys: KeyCommands, filter_commands: FilterCommands, open_place: Callable[[Place], None]
    ) -> None:
        self._view, self._keys, self._filter, self._open_place = view, keys, filter_commands, open_place

    def open_palette(self) -> None:
        """Open the palette."""
        self._view.run_command(self._choose())

    async def _choose(self) -> None:
        from paperreader.ui.dialogs.palette import PaletteDialog

        focused = self._view.screen.focused
        await self._view.desk.counted_tags()
        chosen = await self._view.ask(PaletteDialog(self._choices(), self._find_papers))
        if chosen is None:
            return
        if isinstance(chosen.target, Command):
            await self._keys.run(chosen.target, focused)
        else:
            self._go_to(chosen)

    def _go_to(self, choice: Choice) -> None:
        from paperreader.ui.presenting.palette import PaperChoice, Query

        match choice.target:
            case Query(text):
                self._filter.filter()
                self._filter.bar.value = text
            case PaperChoice(number):
                self._show_paper(number)
            case Command():
                pass
            case place:
                self._open_place(place)

    def _show_paper(self, number: int) -> None:
        """Show a paper in the open list, else alone among all papers."""
        view = self._view
        row = view.papers.position(number)
        if row is not None:
            view.go_to(row)
            view.screen.set_focus(view.papers)
        elif key := view.desk.library.keys_of([number]).get(number):
            self._open_place(Shelf.ALL)
            self._filter.filter()
            self._filter.bar.value = f"id:{key}"
            view.run_command(self._filter.filter_keep())

    def _choices(self) -> list[Choice]:
        from paperreader.ui.presenting.palette import Choice, Group, Query, command_choices

        desk = self._view.desk
        choices = command_choices(self._view.commands)
        choices += [
            Choice(Group.DATES, clean_line(long_date(count.date)), clean_line(f"{count.papers:,} papers"), count.date,
                   count.date.isoformat())
            for count in desk.counts.dates
        ]  # fmt: skip
        shelves: list[tuple[str, int | None, Shelf | SavedShelf]] = [
            (SHELVES[shelf], desk.counts.shelves.get(shelf), shelf) for shelf in SHELVES
        ]
        shelves += [(shelf.name, count, shelf) for shelf, count in desk.shelves.items()]
        choices += [
            Choice(Group.SHELVES, clean_line(name), clean_line("" if count is None else f"{count:,} papers"), shelf)
            for name, count, shelf in shelves
        ]
        choices += [
            Choice(Group.SHELVES, clean_line(f"#{tag}"), clean_line(describe_counts(count)), TagList(Safe(tag)))
            for tag, count in desk.tags.items()
        ]
        choices += [
            Choice(Group.QUERIES, clean_line(query), clean_line(""), Query(query))
            for query in reversed(self._view.session.queries)
        ]
        return choices

    async def _find_papers(self, text: str) -> list[Choice]:
        """The best papers for a text, searched by a thread of its own."""
        from paperreader.ui.presenting.palette import Choice, Group, PaperChoice

        await asyncio.sleep(WAIT)
        desk = self._view.desk
        try:
            found = await asyncio.wrap_future(desk.saved.find(text))
            rows = desk.library.rows(list(found.ids[:PAPERS]))
        except PaperReaderError:  # half a query, or no index: the other groups remain
            return []
        return [
            Choice(Group.PAPERS, row.title, clean_line(""), PaperChoice(number))
            for number, row in zip(found.ids, rows, strict=False)
        ]
