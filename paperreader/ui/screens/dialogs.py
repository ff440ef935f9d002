"""The dialogs above the triage screen: one line, a note, the copy menu."""

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.suggester import Suggester
from textual.widgets import Static

from paperreader.domain.text import Safe, clean_line
from paperreader.resources import style_file
from paperreader.ui.widgets.safe_input import SafeInput

Answer = TypeVar("Answer")


class Dialog(ModalScreen[Answer]):
    """A box above the panes, in the styles that only dialogs need."""

    def __init__(self) -> None:
        super().__init__()
        self.css_path = [style_file("dialogs")]


class LineDialog(Dialog[str | None]):
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
            yield Static(Content(self._title))
            yield SafeInput(self._value, compact=True, select_on_focus=False, suggester=self._suggester)
            yield Static(Content(self._hint), id="dialog-hint", classes="hint")

    @on(SafeInput.Submitted)
    def answer(self, event: SafeInput.Submitted) -> None:
        """Give the answer, unless it is refused."""
        event.stop()
        reason = self._check(event.value, event.value == self._refused)
        if reason is None:
            self.dismiss(event.value)
            return
        self._refused = event.value
        hint = self.query_one("#dialog-hint", Static)
        hint.update(Content(clean_line(reason)))
        hint.set_classes("error")

    def action_leave(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)


class NoteDialog(Dialog[str | None]):
    """Edits a note; Esc keeps what was written, because a decision is never lost and `u` takes it back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+s", "keep", "Keep", show=False),
        Binding("ctrl+g", "discard", "Discard", show=False),
    ]

    def __init__(self, title: Safe, note: Safe) -> None:
        super().__init__()
        self._title, self._note = title, note

    def compose(self) -> ComposeResult:
        """The title of the paper, the note, the keys."""
        from paperreader.ui.widgets.note_area import NoteArea  # an editor that most sessions do without

        with Vertical(classes="dialog"):
            yield Static(Content(self._title))
            yield NoteArea(self._note)
            yield Static(Content("Esc saves the note · ^g leaves it as it was"), classes="hint")

    def action_keep(self) -> None:
        """Give the note as it stands."""
        from paperreader.ui.widgets.note_area import NoteArea

        self.dismiss(self.query_one(NoteArea).text)

    def action_discard(self) -> None:
        """Leave the note as it was."""
        self.dismiss(None)


class CopyMenu(Dialog[str | None]):
    """Asks with one key what to copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "take('link')", show=False),
        Binding("b", "take('bibtex')", show=False),
        Binding("m", "take('markdown')", show=False),
        Binding("t", "take('title')", show=False),
        Binding("a", "take('abstract')", show=False),
        Binding("escape,q,y", "leave", show=False),
    ]

    def compose(self) -> ComposeResult:
        """The keys."""
        with Vertical(classes="dialog"):
            yield Static(Content("copy   l link · b BibTeX · m Markdown · t title · a abstract · Esc leave"))

    def action_take(self, what: str) -> None:
        """Give what to copy."""
        self.dismiss(what)

    def action_leave(self) -> None:
        """Copy nothing."""
        self.dismiss(None)


class PathSuggester(Suggester):
    """Completes the path of a file or folder."""

    def __init__(self) -> None:
        super().__init__(use_cache=False, case_sensitive=True)

    async def get_suggestion(self, value: str) -> str | None:
        """The first path that goes on from what was typed."""
        if not value:
            return None
        typed = Path(value).expanduser()
        folder, start = (typed, "") if value.endswith("/") else (typed.parent, typed.name)
        try:
            names = sorted(entry.name + "/" * entry.is_dir() for entry in folder.iterdir())
        except OSError:
            return None
        for name in names:
            # A name that cleaning would change could not be typed back.
            if name.startswith(start) and (start or not name.startswith(".")) and clean_line(name) == name:
                return value[: len(value) - len(start)] + name
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
