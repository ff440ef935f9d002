"""The dialogs above the triage screen: one line, a note, a menu of keys."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.suggester import Suggester

from paperreader.domain.reading import MAX_NOTE, length_problem
from paperreader.domain.text import Safe, clean_block, clean_line
from paperreader.errors import UnreadableInput
from paperreader.paths import expand
from paperreader.resources import style_file
from paperreader.ui.keys.bindings import bindings
from paperreader.ui.limits import USUAL
from paperreader.ui.terminal.type_ahead import KeyGate, Paste
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

if TYPE_CHECKING:
    from textual.widgets import TextArea

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A box above the panes, in the styles that only dialogs need."""

    BINDINGS: ClassVar[list[BindingType]] = bindings(("suspend",))

    def __init__(self) -> None:
        super().__init__()
        self.css_path = [style_file("dialogs")]
        self._keys: KeyGate | None = None

    def through(self, keys: KeyGate) -> Self:
        """The dialog, which lets keys through when it is open, and holds them when it closes."""
        self._keys = keys
        return self

    def on_mount(self) -> None:
        """Take the toasts away: they would lie over the keys of the dialog, in a small terminal over all of it."""
        self.app.clear_notifications()

    def on_screen_resume(self) -> None:
        """Let keys through, once Textual has given the dialog the focus."""
        if self._keys:
            self.call_next(self._keys.release)

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Close with an answer; whoever opened the dialog lets the next keys through when the answer is used."""
        if self._keys:
            self._keys.hold()
        return super().dismiss(result)


class _OneLineDialog(Dialog[Answer]):
    """A dialog with one line and a hint below it, which gives way to why an answer is refused."""

    def refuse(self, reason: str) -> None:
        """Say why an answer is refused; the line stays, to be mended."""
        hint = self.query_one("#dialog-hint", PlainText)
        hint.show(clean_line(reason))
        hint.set_classes("error")


class AnswerLine(SafeInput):
    """The line of a dialog: Enter answers at once, not by a message that the next keys would overtake."""

    async def action_submit(self) -> None:
        """Give the answer."""
        await self.run_action("screen.answer")


class LineDialog(_OneLineDialog[str | None]):
    """Asks for one line; the answer is None where it was left with Esc.

    `check` may refuse an answer with a reason, which is shown, and the dialog stays. It is told whether the same answer
    is given a second time.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(
        self,
        title: Safe,
        hint: Safe,
        value: str = "",
        *,
        suggester: Suggester | None = None,
        check: Callable[[str, bool], str | None] = lambda _value, _again: None,
    ) -> None:
        super().__init__()
        self._title, self._hint, self._value = title, hint, value
        self._suggester = suggester
        self._check = check
        self._refused: str | None = None

    def compose(self) -> ComposeResult:
        """The title, the line, the hint below it."""
        with Vertical(classes="dialog"):
            yield PlainText(self._title, classes="title")
            yield AnswerLine(self._value, suggester=self._suggester)
            yield PlainText(self._hint, id="dialog-hint", classes="hint")

    def action_answer(self) -> None:
        """Give the answer, unless it is refused."""
        value = self.query_one(AnswerLine).value
        reason = self._check(value, value == self._refused)
        if reason is None:
            self.dismiss(value)
            return
        self._refused = value
        self.refuse(reason)

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Given:
    """What a dialog was given: a line that was typed, or a text that was pasted."""

    text: str
    is_pasted: bool = False


class PasteLine(AnswerLine):
    """A line that takes a pasted text of several lines as the whole answer."""

    def _on_paste(self, event: events.Paste) -> None:
        if "\n" not in event.text.strip():
            super()._on_paste(event)
            return
        event.stop()
        event.prevent_default()
        assert isinstance(self.screen, PasteDialog)
        whole = event.whole if isinstance(event, Paste) else event.text
        self.screen.dismiss(Given(clean_block(whole, len(whole), keep_blanks=True), is_pasted=True))


class PasteDialog(_OneLineDialog[Given | None]):
    """Asks for one line, or for a text that is pasted; the answer is None where it was left with Esc.

    `check` may refuse a line with a reason, which is shown, and the dialog stays.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave", show=False)]

    def __init__(
        self,
        title: Safe,
        hint: Safe,
        *,
        suggester: Suggester | None = None,
        check: Callable[[str], str | None] = lambda _value: None,
    ) -> None:
        super().__init__()
        self._title, self._hint, self._suggester, self._check = title, hint, suggester, check

    def compose(self) -> ComposeResult:
        """The title, the line, the hint below it."""
        with Vertical(classes="dialog"):
            yield PlainText(self._title, classes="title")
            yield PasteLine(suggester=self._suggester)
            yield PlainText(self._hint, id="dialog-hint", classes="hint")

    def action_answer(self) -> None:
        """Give the line, unless it is refused."""
        value = self.query_one(PasteLine).value
        if reason := self._check(value):
            self.refuse(reason)
        else:
            self.dismiss(Given(value))

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class NoteDialog(Dialog[str | None]):
    """Edits a note; Esc keeps what was written, because a decision is never lost and `u` takes it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Keep", show=False),
        Binding("ctrl+g", "discard", "Discard", show=False),
    ]

    def __init__(
        self,
        title: Safe,
        note: Safe,
        *,
        draft: Safe | None = None,
        keep: Callable[[str], None] = lambda _text: None,
        keep_every: float = USUAL.keep_draft,
    ) -> None:
        super().__init__()
        self._title, self._draft, self._keep, self._keep_every = title, draft, keep, keep_every
        self._longest = max(MAX_NOTE, len(note))
        self._text = self._kept = str(note if draft is None else draft)

    def compose(self) -> ComposeResult:
        """The title of the paper, the note or its draft, the keys."""
        from paperreader.ui.widgets.note_area import NoteArea  # an editor that most sessions do without

        hint = "Esc saves · ^g leaves it as it was"
        with Vertical(classes="dialog"):
            yield PlainText(self._title, classes="title")
            yield NoteArea(self._text)
            yield PlainText(
                Safe(hint if self._draft is None else f"a draft that was not saved yet · {hint}"), classes="hint"
            )

    def on_mount(self) -> None:
        """Begin to keep what is typed."""
        self.set_interval(self._keep_every, self._keep_draft)

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Follow what is typed."""
        self._text = event.text_area.text

    def on_unmount(self) -> None:
        """Keep the last words of a reader that ends in the middle of a note."""
        if self._text != self._kept:
            self._keep(self._text)

    async def _keep_draft(self) -> None:
        if self._text != self._kept:
            self._kept = self._text
            await asyncio.to_thread(self._keep, self._text)

    def action_keep(self) -> None:
        """Give the note as it stands, if it is not too long."""
        from paperreader.ui.widgets.note_area import NoteArea

        text = self.query_one(NoteArea).text
        if reason := length_problem(text, self._longest):
            self.query_one(".hint", PlainText).show(Safe(f"the note {reason} · ^g leaves it as it was"))
        else:
            self._leave_with(text)

    def action_discard(self) -> None:
        """Leave the note as it was."""
        self._leave_with(None)

    def _leave_with(self, text: str | None) -> None:
        self._kept = self._text  # the draft is now whose the answer is
        self.dismiss(text)


class KeyMenu(Dialog[str | None]):
    """Asks with one key; Esc leaves without an answer, and so do the keys of `leave`."""

    def __init__(self, question: Safe, answers: Mapping[str, str], leave: str = "q") -> None:
        super().__init__()
        self._question, self._answers, self._leave = question, answers, ("escape", *leave)

    def compose(self) -> ComposeResult:
        """The question with its keys."""
        with Vertical(classes="dialog"):
            yield PlainText(self._question)

    def on_key(self, event: events.Key) -> None:
        """Take the answer; other keys do nothing."""
        event.stop()
        if event.key in self._leave:
            self.dismiss(None)
        elif (answer := self._answers.get(event.character or event.key)) is not None:
            self.dismiss(answer)


class PathSuggester(Suggester):
    """Completes the path of a file or folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path that goes on from what was typed."""
        folder, start = os.path.split(value)
        try:
            names = sorted(entry.name + "/" * entry.is_dir() for entry in expand(folder or ".").iterdir())
        except (OSError, UnreadableInput):
            return None
        for name in names:
            # A name that cleaning would change could not be typed back.
            if start and name.startswith(start) and clean_line(name) == name:
                return value + name[len(start) :]
        return None


class LastWordSuggester(Suggester):
    """Completes the last word of a line from a list of words."""

    def __init__(self, words: list[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._words = words

    async def get_suggestion(self, value: str) -> str | None:
        """The line with its last word completed."""
        last = value.rpartition(" ")[2].lstrip("#")
        taken = set(value.split())
        found = next((word for word in self._words if last and word.startswith(last) and word not in taken), None)
        return value[: len(value) - len(last)] + found if found else None
