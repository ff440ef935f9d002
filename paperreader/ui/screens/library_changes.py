"""Shows what other processes and decisions about identity changed in the library."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import closing

from paperreader.domain.identifiers import PaperKey
from paperreader.ui.commands.finding.filter import FilterCommands
from paperreader.ui.screens.list_opening import ListOpening
from paperreader.ui.view import View


class LibraryChanges:
    """Follows the reading state and the catalogue. `warn` shows notices, `learn` updates the order by interest."""

    def __init__(
        self,
        view: View,
        filter_commands: FilterCommands,
        opening: ListOpening,
        warn: Callable[[Iterable[str]], None],
        learn: Callable[[], None],
    ) -> None:
        self._learn = learn
        self._view, self._filter_commands, self._opening, self._warn = view, filter_commands, opening, warn
        catalogue = view.desk.library.catalogue
        self._catalogue_version, self._edition = catalogue.version(), catalogue.edition()

    def keep_in_step(self) -> None:
        """Update the catalogue after a decision about identity, then show it like a change by another process.

        A failure is shown once; the update is tried again until it succeeds.
        """

        def follow() -> tuple[bool, list[str]]:
            # A connection of its own may wait for another process without delaying keys.
            other = self._view.desk.library.reopen()
            with closing(other.catalogue):
                return other.try_apply_decisions(), other.take_notices()

        async def keep() -> None:
            told: set[str] = set()
            is_in_step = False
            with self._view.errors_in_status():
                while not is_in_step:
                    is_in_step, notices = await asyncio.to_thread(follow)
                    self._warn(notice for notice in notices if notice not in told)
                    told |= set(notices)
                    await self.poll()
                    if not is_in_step:
                        await asyncio.sleep(self._view.limits.follow_again)

        self._view.screen.run_worker(keep(), group="catalogue", exclusive=True)

    async def poll(self) -> None:
        """Show what other processes changed. The cursor stays on its paper."""
        view, library = self._view, self._view.desk.library
        with view.errors_in_status():
            changed = await asyncio.to_thread(library.reading.poll)
            version = library.catalogue.version()
            edition = library.catalogue.edition() if version != self._catalogue_version else self._edition
            self._warn(library.take_notices())
            self._catalogue_version = version
            if edition != self._edition:  # else nothing visible changed
                self._edition = edition
                with view.errors_in_status():
                    await self._show_import()
                self._learn()
            if changed is None or changed:
                self._learn()
                view.desk.tally.recount()
                view.papers.replace(None if changed is None else library.ids_of(map(PaperKey, changed)).values())
                view.show_paper(keep_place=True)
            self._opening.follow_shelves()
            view.show_counts()

    async def _show_import(self) -> None:
        """Show the papers that another process imported."""
        view = self._view
        read = await asyncio.to_thread(view.desk.read_new)
        while not view.desk.is_of_open_list(read):
            read = await asyncio.to_thread(view.desk.read_new)
        current = view.papers.current
        if view.desk.take_new(read):
            self._filter_commands.follow_list()
        self._filter_commands.prepare()
        if not view.desk.filter:
            view.show_list(current)
        self._opening.read_whole()
        view.show_counts()
