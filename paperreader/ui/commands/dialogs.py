"""Commands that open a dialog: tags, date, copy, export, timeline."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime

from paperreader.domain.dates import long_date, parse_iso
from paperreader.domain.decision import EditTags
from paperreader.domain.history import PastAction, describe_counts
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import ExportInTheWay, PaperReaderError
from paperreader.paths import expand
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.keys.command_table import command_of, key_of, keys_of
from paperreader.ui.presenting.actions import timeline_row
from paperreader.ui.presenting.bars import count_of
from paperreader.ui.view import View
from paperreader.ui.widgets.timeline_list import TimelineRow

STARRED_TO, SELECTED_TO = "./starred.md", "./selected.md"
"""Default files for starred and selected papers."""


class DialogCommands:
    """Commands that open a dialog."""

    def __init__(self, view: View, decisions: DecisionCommands) -> None:
        self._view, self._decisions = view, decisions

    async def tags(self) -> None:
        """Edit the tags."""
        from paperreader.ui.dialogs.tags import TagDialog
        from paperreader.ui.presenting.tag_edits import tags_of

        targets = self._view.targets()
        if not targets:
            return
        library = self._view.desk.library
        await self._decisions.queue.finish()  # they may change the tags
        used = await self._view.desk.counted_tags()
        tags = tags_of((library.state(key).tags for key in targets), used)
        edit = await self._view.ask(TagDialog(self._view.name_of(targets), tags))
        if edit is None:
            return
        if edit == EditTags():
            self._view.drop_selection()
        else:
            self._decisions.decide_chosen(edit, targets)

    async def set_date(self) -> None:
        """Set the date of the open list."""
        from paperreader.ui.dialogs.dialog import LineDialog

        day = self._view.desk.day
        if day is None:
            self._view.tell("this list has no date; open a date first")
            return
        counts = self._view.desk.counts
        count = count_of(day, counts)
        sign, confirms = ("?", " and confirms it") if count and count.guessed else ("", "")

        def check(text: str, again: bool) -> str | None:
            new = parse_iso(text.strip())
            there = count_of(new, counts) if new and new != day else None
            if new and there and not again:
                return f"{long_date(new)} has {describe_counts(there.papers)}: Enter again joins them"
            return None if new else "not a date; write it like 2025-03-14"

        answer = await self._view.ask(
            LineDialog(
                Safe("Date of the list"),
                Safe(f"a date such as 2025-03-14 · Enter saves it{confirms} · Esc cancels"),
                day.isoformat(),
                check=check,
                scope=f"{long_date(day)}{sign}",
            )
        )
        if answer is not None and (new := parse_iso(answer.strip())):
            self._decisions.queue.put(lambda: self._decisions.triage.set_date(day, new))

    async def copy(self) -> None:
        """Copy a part of the chosen papers."""
        from paperreader.ui.presenting.copies import copy_of

        most, export = self._view.limits.papers_copied, key_of("export", self._view.commands)
        entries = self._view.chosen_entries(most, f"at most {most:,} are copied at once; {export} exports them")
        if not entries:
            return
        of = f" of {describe_counts(len(entries))}" if len(entries) > 1 else ""
        names = dict(command_of("copy").choices)
        key = await self._view.prompt.ask(f"copy{of}", names, leaves=("q", *keys_of("copy", self._view.commands)))
        if key is None:
            return
        text, said = copy_of(entries, names[key])
        if text:
            self._view.screen.app.copy_to_clipboard(text)
        self._view.tell(said)

    async def export(self) -> None:
        """Write the selected papers to a file, or the starred ones."""
        from paperreader.services.exporting import EXPORTERS
        from paperreader.ui.dialogs.dialog import LineDialog, PathSuggester

        selected = self._view.chosen() if self._view.papers.selected else None
        papers = "the starred papers" if selected is None else f"{len(selected):,} selected papers"
        written = ""

        def write(path: str, again: bool) -> str | None:
            nonlocal written
            try:
                written = self._write(path, selected, again=again)
            except ExportInTheWay as error:
                return f"{error.reason}; Enter again replaces it"
            except PaperReaderError as error:
                return str(error)
            return None

        answer = await self._view.ask(
            LineDialog(
                Safe("Export"),
                Safe(f"{' '.join(each.extension for each in EXPORTERS)} · Tab completes · Enter exports · Esc cancels"),
                STARRED_TO if selected is None else SELECTED_TO,
                suggester=PathSuggester(),
                check=write,
                scope=papers,
            )
        )
        if answer is not None:
            self._view.screen.app.notify(written)

    def export_to(self, path: str) -> None:
        """Write the selected papers to a file, or the starred ones; an edited file is not replaced."""
        selected = self._view.chosen() if self._view.papers.selected else None
        try:
            self._view.screen.app.notify(self._write(path, selected, again=False))
        except ExportInTheWay as error:
            self._view.tell(f"{error.reason}; {key_of('export', self._view.commands)} asks and replaces it", "error")

    async def timeline(self) -> None:
        """Show the history of decisions, and undo any of them."""
        from paperreader.ui.dialogs.timeline import TimelineScreen

        desk, today = self._view.desk, datetime.now().astimezone().date()
        actions = await asyncio.to_thread(desk.library.reading.history)

        def describe(action: PastAction) -> TimelineRow:
            papers = desk.library.papers_of(action)
            return timeline_row(action, papers, desk.titles(papers) if len(papers) == 1 else {}, today)

        chosen = await self._view.ask(TimelineScreen(actions, describe))
        if chosen is not None:
            await self._decisions.undo_action(chosen.undone_by or chosen.id)

    def _write(self, path: str, selected: Sequence[int] | None, *, again: bool) -> str:
        """Export the selected papers, or the starred ones; returns the message. Raises PaperReaderError.

        The same answer given `again` replaces an edited file.
        """
        from paperreader.services.exporting import export_file, format_of

        target = expand(path.strip() or (STARRED_TO if selected is None else SELECTED_TO))
        format_name = format_of(target)
        papers = export_file(self._view.desk.library, target, format_name=format_name, papers=selected, force=again)
        kind = "starred" if selected is None else "selected"
        return f"{papers:,} {kind} paper{'' if papers == 1 else 's'} written to {clean_line(str(target.absolute()))}"
