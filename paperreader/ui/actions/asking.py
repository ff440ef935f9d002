"""The commands that open a dialog: tags, note, copy, export."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, TypeVar

from textual.screen import Screen

from paperreader.domain.decision import EditTags, SetNote
from paperreader.domain.history import Action, OnConflict, PastAction
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import MAX_TAG, make_note, make_tags, too_long
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError
from paperreader.paths import expand
from paperreader.storage.drafts import Drafts
from paperreader.ui.actions.deciding import Deciding
from paperreader.ui.presenting import conflict_question, timeline_row
from paperreader.ui.type_ahead import KeyGate
from paperreader.ui.view import View
from paperreader.ui.widgets.timeline_list import TimelineRow

if TYPE_CHECKING:
    from paperreader.ui.screens.dialogs import Dialog

Answer = TypeVar("Answer")

COPIES = {"l": "link", "b": "bibtex", "m": "markdown", "t": "title", "a": "abstract"}
COPY_MENU = Safe("copy   l link · b BibTeX · m Markdown · t title · a abstract · Esc leave")
EXPORT_TO = "./starred.md"
"""The file an export is written to unless another is named."""


class Asking:
    """The commands that ask first; the dialogs are imported when the first one opens."""

    def __init__(self, view: View, screen: Screen[None], deciding: Deciding, keys: KeyGate, drafts: Drafts) -> None:
        self._view, self._screen, self._deciding, self._keys, self._drafts = view, screen, deciding, keys, drafts
        deciding.on_conflict = self.conflict
        self._written = ""

    def take_over_drafts(self) -> list[str]:
        """What to say of the notes that were being typed when readers died: a line for each paper."""
        library = self._view.desk.library
        left: list[PaperKey] = []
        for draft in self._drafts.take_over():
            if draft.text == library.state(draft.key).note:
                draft.settle()  # saved just before the end
            else:
                left.append(draft.key)
        titles = self._view.desk.titles(left)
        return [
            f"a note was not saved when the reader ended; a goes on with it: {titles.get(key) or key}"
            for key in dict.fromkeys(left)
        ]

    def tags(self) -> None:
        """Edit the tags."""
        self._run(self._ask_tags())

    def note(self) -> None:
        """Write the note."""
        self._run(self._ask_note())

    def copy(self) -> None:
        """Copy something of the paper."""
        self._run(self._ask_copy())

    def export(self) -> None:
        """Write the starred papers to a file."""
        self._run(self._ask_export())

    def timeline(self) -> None:
        """Show what was decided, and take any of it back."""
        self._run(self._ask_timeline())

    def conflict(self, action: Action) -> None:
        """Ask about papers that were changed since what is to be taken back."""
        self._run(self._ask_about(action))

    def _run(self, dialog: Coroutine[Any, Any, None]) -> None:
        """Run a dialog to its end; what fails meanwhile is told in the status line."""

        async def guarded() -> None:
            try:
                await dialog
            except PaperReaderError as error:
                self._view.tell(str(error), "error")
            finally:
                self._keys.release()

        self._keys.hold()
        self._screen.run_worker(guarded(), group="dialog")

    async def _answer(self, dialog: Dialog[Answer]) -> Answer:
        """What a dialog is answered; the keys typed meanwhile are its own."""
        return await self._screen.app.push_screen_wait(dialog.through(self._keys))

    async def _ask_tags(self) -> None:
        from paperreader.ui.screens.dialogs import LastWordSuggester, LineDialog

        targets = self._view.targets()
        if not targets:
            return
        library = self._view.desk.library
        # Of several papers the tags they share are edited; those that only some bear stay as they are.
        common = frozenset.intersection(*(frozenset(library.state(key).tags) for key in targets))
        answer = await self._answer(
            LineDialog(
                Safe(f"Tags of {self._view.name_of(targets)}"),
                Safe("blanks between tags · Tab completes · Enter saves · Esc leaves"),
                "".join(f"{tag} " for tag in sorted(common)),
                suggester=LastWordSuggester(list(library.reading.tags())),
                check=_check_tags,
            )
        )
        if answer is None:
            return
        wanted = make_tags(answer.split())
        if wanted != common:
            self._deciding.edit_tags(EditTags(add=wanted - common, remove=common - wanted), targets)
        self._view.drop_selection()

    async def _ask_note(self) -> None:
        from paperreader.ui.screens.dialogs import NoteDialog

        current = self._view.papers.current
        if current is None:
            return
        targets = self._view.desk.keys([current])
        note = self._view.desk.library.state(targets[0]).note
        title = Safe(f"Note on {self._view.name_of(targets)}")
        draft = self._drafts.of(targets[0])
        answer = await self._answer(NoteDialog(title, note, draft=draft.text, keep=draft.keep))
        if answer is None or make_note(answer) == note:
            draft.settle()
            return
        # The decision may be refused, and then the draft is all there is of the note.
        await asyncio.to_thread(draft.keep, answer)
        self._deciding.decide("note", SetNote(make_note(answer), seen=note), targets, made=draft.settle)

    async def _ask_copy(self) -> None:
        from paperreader.ui.copying import text_to_copy
        from paperreader.ui.screens.dialogs import KeyMenu

        entry = self._view.entry()
        what = await self._answer(KeyMenu(COPY_MENU, COPIES, leave="qy")) if entry else None
        if entry is None or what is None:
            return
        text = text_to_copy(entry, what)
        if text is None:
            self._view.tell(f"there is no {what} to copy")
        else:
            self._screen.app.copy_to_clipboard(text)
            self._view.tell(f"sent to the terminal's clipboard: {what}")

    async def _ask_export(self) -> None:
        from paperreader.ui.screens.dialogs import LineDialog, PathSuggester

        answer = await self._answer(
            LineDialog(
                Safe("Export the starred papers to"),
                Safe("a Markdown file · Tab completes · Enter writes · Esc leaves"),
                EXPORT_TO,
                suggester=PathSuggester(),
                check=self._write,
            )
        )
        if answer is not None:
            self._screen.app.notify(self._written)

    async def _ask_timeline(self) -> None:
        from paperreader.ui.screens.timeline import TimelineScreen

        desk = self._view.desk
        actions = await asyncio.to_thread(desk.library.reading.history)
        by_id = {action.id: action for action in actions}

        def describe(action: PastAction) -> TimelineRow:
            of = action
            while of.undoes is not None and of.undoes in by_id:
                of = by_id[of.undoes]
            return timeline_row(action, of, desk.titles(action.keys[:1]) if len(action.keys) == 1 else {})

        chosen = await self._answer(TimelineScreen(actions, describe))
        if chosen is not None:
            self._deciding.undo(chosen.undone_by or chosen.id)

    async def _ask_about(self, action: Action) -> None:
        from paperreader.ui.screens.dialogs import KeyMenu

        answers = {"o": OnConflict.OVERWRITE.value, "l": OnConflict.LEAVE.value}
        answer = await self._answer(KeyMenu(conflict_question(action), answers))
        if answer is not None and action.undoes is not None:
            self._deciding.undo(action.undoes, OnConflict(answer))

    def _write(self, path: str, again: bool) -> str | None:
        """Write the export; why not, if it is refused. The same answer `again` replaces what is in the way."""
        from paperreader.services.exporting import export_file

        try:
            target = expand(path.strip() or EXPORT_TO)
            papers = export_file(self._view.desk.library, target, force=again)
        except PaperReaderError as error:
            return str(error).replace("--force replaces it", "Enter again replaces it")
        count = f"{papers} starred paper{'' if papers == 1 else 's'}"
        self._written = f"{count} written to {clean_line(str(target.absolute()))}"
        return None


def _check_tags(text: str, again: bool) -> str | None:
    """Why tags cannot be stored as they are."""
    del again
    reasons = (f"{tag[:MAX_TAG]}… {reason}" for tag in text.split() if (reason := too_long(tag, MAX_TAG)))
    return next(reasons, None)
