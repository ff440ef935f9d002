"""The dialogs that ask for one line of text or a note."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.suggester import Suggester

from paperreader.domain.reading_state import MAX_NOTE, length_problem
from paperreader.domain.text import Safe, clean_block, clean_line
from paperreader.errors import UnreadableInput
from paperreader.paths import expand
from paperreader.resources import style_file
from paperreader.ui.dialogs.box import SCOPE, Box
from paperreader.ui.keys.bindings import bindings
from paperreader.ui.limits import USUAL
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.terminal.type_ahead import KeyGate, Paste
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from textual.widgets import TextArea

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A box above the panes. Its styles are loaded with the first dialog."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *bindings(("suspend",)),
        Binding("escape", "leave", "Leave", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.css_path = [style_file("dialogs")]
        self._keys: KeyGate | None = None

    def through(self, keys: KeyGate) -> Self:
        """The dialog itself, with the gate that releases keys when it opens and holds them when it closes."""
        self._keys = keys
        return self

    def on_mount(self) -> None:
        """Remove toasts, which would cover the keys of the dialog."""
        self.app.clear_notifications()

    def on_screen_resume(self) -> None:
        """Release keys once the dialog has the focus."""
        if self._keys:
            self.call_next(self._keys.release)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer. The caller releases the next keys after it used the answer."""
        if self._keys:
            self._keys.hold()
        return super().dismiss(result)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class AnswerLine(SafeInput):
    """The line of a dialog. Enter answers at once, so that later keys cannot overtake it."""

    async def action_submit(self) -> None:
        """Give the answer."""
        await self.run_action("screen.answer")


class PasteLine(AnswerLine):
    """A line that takes a pasted text of several lines as the answer."""

    def _on_paste(self, event: events.Paste) -> None:
        if "\n" not in event.text.strip():
            super()._on_paste(event)
            return
        event.stop()
        event.prevent_default()
        assert isinstance(self.screen, LineDialog)
        whole = event.whole if isinstance(event, Paste) else event.text
        self.screen.dismiss(clean_block(whole, len(whole), keep_blanks=True))


class LineDialog(Dialog[str | None]):
    """Asks for one line, or with a `PasteLine` for a pasted text too. The answer is None after Esc.

    `check` may return a reason to refuse the line; then the dialog stays. It is told if the same line is given again.
    """

    def __init__(
        self,
        title: Safe,
        hint: Safe,
        value: str = "",
        *,
        suggester: Suggester | None = None,
        check: Callable[[str, bool], str | None] = lambda _value, _again: None,
        line: type[AnswerLine] = AnswerLine,
        scope: str = "",
    ) -> None:
        super().__init__()
        self._title, self._scope, self._hint, self._check = title, scope, hint, check
        self._line = line(value, suggester=suggester)
        self._refused: str | None = None

    def compose(self) -> ComposeResult:
        """The line and the hint."""
        with Box(self._title, self._scope):
            yield self._line
            yield PlainText(self._hint, id="dialog-hint", classes="hint")

    def action_answer(self) -> None:
        """Give the answer, unless it is refused. Then the reason replaces the hint, and the line stays."""
        value = self._line.value
        reason = self._check(value, value == self._refused)
        if reason is None:
            self.dismiss(value)
            return
        self._refused = value
        hint = self.query_one("#dialog-hint", PlainText)
        hint.show(clean_line(reason))
        hint.set_classes("error")


class NoteDialog(Dialog[str | None]):
    """Edits a note. Esc saves it, because undo can take it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Keep", show=False),
        Binding("ctrl+g", "discard", "Discard", show=False),
    ]

    def __init__(
        self,
        scope: Safe,
        note: Safe,
        *,
        draft: Safe | None = None,
        keep: Callable[[str], None] = lambda _text: None,
        keep_every: float = USUAL.keep_draft,
    ) -> None:
        super().__init__()
        self._scope, self._draft, self._keep, self._keep_every = scope, draft, keep, keep_every
        self._longest = max(MAX_NOTE, len(note))
        self._text = self._kept = str(note if draft is None else draft)

    def compose(self) -> ComposeResult:
        """The note or its draft, and the keys."""
        from paperreader.ui.widgets.note_area import NoteArea  # most sessions need no editor

        with Box("Note", cut(self._scope, SCOPE)):
            yield NoteArea(self._text)
            yield PlainText(self._hint, classes="hint")

    @property
    def _hint(self) -> Safe:
        """The keys, and the number of words."""
        words = len(self._text.split())
        counted = f"{words:,} {'word' if words == 1 else 'words'}" if words else ""
        draft = "" if self._draft is None else "an unsaved draft"
        return Safe(" · ".join(filter(None, (draft, "Esc saves · ^g discards the changes", counted))))

    def on_mount(self) -> None:
        """Start to save drafts."""
        self.set_interval(self._keep_every, self._keep_draft)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Note that the text changed."""
        self._text = event.text_area.text
        self.query_one(".hint", PlainText).show(self._hint)

    def on_unmount(self) -> None:
        """Save the draft when the reader closes while a note is open."""
        if self._text != self._kept:
            self._keep(self._text)

    async def _keep_draft(self) -> None:
        if self._text != self._kept:
            self._kept = self._text
            await asyncio.to_thread(self._keep, self._text)

    def action_keep(self) -> None:
        """Give the note, if it is not too long."""
        from paperreader.ui.widgets.note_area import NoteArea

        text = self.query_one(NoteArea).text
        if reason := length_problem(text, self._longest):
            self.query_one(".hint", PlainText).show(Safe(f"the note {reason} · ^g discards the changes"))
        else:
            self._leave_with(text)

    def action_discard(self) -> None:
        """Leave the note unchanged."""
        self._leave_with(None)

    def _leave_with(self, text: str | None) -> None:
        self._kept = self._text  # from now on the caller handles the draft
        self.dismiss(text)


class PathSuggester(Suggester):
    """Completes the path of a file or folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path that starts with the typed text."""
        folder, start = os.path.split(value)
        try:
            names = sorted(entry.name + "/" * entry.is_dir() for entry in expand(folder or ".").iterdir())
        except (OSError, UnreadableInput):
            return None
        for name in names:
            # A name that cleaning changes could not be typed.
            if start and name.startswith(start) and clean_line(name) == name:
                return value + name[len(start) :]
        return None
