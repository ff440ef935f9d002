"""Commands about notes: in the reader's own dialog, or in the user's editor."""

from __future__ import annotations

import asyncio

from textual.app import SuspendNotSupported

from paperreader.domain.decision import SetNote
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE, length_problem, make_note
from paperreader.domain.text import Safe, clean_line
from paperreader.storage.drafts import Draft, Drafts
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View


class NoteCommands:
    """Commands about notes. What was typed is kept as a draft until the note is saved."""

    def __init__(self, view: View, decisions: DecisionCommands) -> None:
        self._view, self._decisions = view, decisions
        self._drafts = Drafts(view.desk.library.folder)

    async def look_for_drafts(self) -> list[str]:
        """One message for each draft that a dead reader left, each once."""
        library = self._view.desk.library
        keys: list[PaperKey] = []
        for left in await asyncio.to_thread(self._drafts.left_behind):
            if left.text == library.state(left.key).note:
                await asyncio.to_thread(self._drafts.discard, left)  # it was saved just before the end
            else:
                keys.append(left.key)
        titles, goes_on = self._view.desk.titles(keys), key_of("note", self._view.commands)
        return [
            f"a note was not saved when a reader closed; {goes_on} continues it: {titles.get(key) or key}"
            for key in dict.fromkeys(keys)
        ]

    async def note(self) -> None:
        """Edit the note in a dialog."""
        from paperreader.ui.dialogs.dialog import NoteDialog

        key = self._paper()
        if key is None:
            return
        note = self._view.desk.library.state(key).note
        title = self._view.name_of([key])
        draft = await asyncio.to_thread(self._drafts.of, key)
        answer = await self._view.ask(
            NoteDialog(title, note, draft=draft.text, keep=draft.keep, keep_every=self._view.limits.keep_draft)
        )
        if answer is None or make_note(answer) == note:
            draft.settle()
        else:
            await self._save(key, answer, note, draft)

    async def edit_note(self) -> None:
        """Edit the note in the user's editor, which has the terminal meanwhile."""
        from paperreader.files.editor import edit_text, find_editor

        key = self._paper()
        if key is None:
            return
        try:
            command = find_editor()
        except ValueError as error:
            self._view.tell(f"$VISUAL or $EDITOR cannot be read: {error}", "error")
            return
        if not command:
            self._view.tell(f"no editor found; set $EDITOR, or use {key_of('note', self._view.commands)}", "error")
            return
        note = self._view.desk.library.state(key).note
        draft = await asyncio.to_thread(self._drafts.of, key)
        begun = note if draft.text is None else draft.text
        try:
            with self._view.screen.app.suspend():
                edited = edit_text(begun, command)
        except SuspendNotSupported:
            self._view.tell("this terminal cannot be handed to an editor", "error")
            return
        self._view.screen.refresh()
        too_long = length_problem(make_note(edited.text), max(MAX_NOTE, len(note)))
        problem = edited.failure or (f"it {too_long}" if too_long else "")
        if problem:
            if edited.text != begun:
                await asyncio.to_thread(draft.keep, edited.text)
            kept = f"; {key_of('note', self._view.commands)} shows what you wrote" if edited.text != begun else ""
            self._view.tell(clean_line(f"the note is unchanged: {problem}{kept}"), "error")
        elif make_note(edited.text) == note:
            draft.settle()
            self._view.tell("note unchanged")
        else:
            await self._save(key, edited.text, note, draft)

    def _paper(self) -> PaperKey | None:
        """The paper under the cursor; without one, the footer says so."""
        current = self._view.papers.current
        if current is None:
            self._view.tell("no paper under the cursor")
            return None
        return self._view.desk.keys([current])[0]

    async def _save(self, key: PaperKey, text: str, seen: Safe, draft: Draft) -> None:
        # If the decision is refused, the draft is the only copy of the note.
        await asyncio.to_thread(draft.keep, text)
        self._decisions.decide("note", SetNote(make_note(text), seen=seen), [key], made=draft.settle)
