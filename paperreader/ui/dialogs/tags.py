"""The tag dialog: a line of tags to add and remove, above the tags in use, which narrow as one types."""

from collections.abc import Sequence
from typing import ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from paperreader.domain.decision import EditTags
from paperreader.domain.reading_state import MAX_TAG, length_problem, make_tag
from paperreader.domain.text import Safe, clean_line
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.choice_list import ChoiceList
from paperreader.ui.dialogs.dialog import AnswerLine, Dialog
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.presenting.tag_edits import (
    TagRow,
    TagsOf,
    more_line,
    shown_rows,
    tag_line,
    typed_word,
    words_of,
)
from paperreader.ui.widgets.plain_text import PlainText

_STYLES = {"hit": "$on-hit on $hit", "note": "$muted"}
_NAMED = 12
"""Characters of a tag in a refusal."""
_SCOPE = 44
"""Cells of a title in the border at most."""
_LOW = 15
"""Lines of the terminal below which the dialog has no blank lines."""
_KEYS = Safe("Enter saves · Esc cancels · ↓ Space on or off · Tab completes")


class TagDialog(Dialog[EditTags | None]):
    """Asks for an edit of tags.

    The line is the whole edit: `a, b -c` adds a and b and removes c. Space on a tag of the list writes it there.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
    ]

    def __init__(self, title: Safe, tags: TagsOf) -> None:
        super().__init__()
        self._title, self._tags = title, tags
        self._line = _TagLine(placeholder="search, or name new tags", suggester=TagSuggester(tags.order))
        self._rows: Sequence[TagRow] = ()
        self._listed: str | None = None
        """The line that the rows were found for."""
        self.is_on_row = False
        """Whether the cursor is on a row of the list, where Space switches a tag; a changed line leaves it."""

    def compose(self) -> ComposeResult:
        """The line, the tags, what the papers have now and after Enter."""
        with Box("Tags", cut(self._title, _SCOPE)):
            yield self._line
            yield ChoiceList(compact=True, markup=False)
            yield PlainText(Safe(""), id="tags-now", classes="hint")
            yield PlainText(Safe(""), id="tags-after")
            yield PlainText(_KEYS, id="dialog-hint", classes="hint")

    def on_resize(self, event: events.Resize) -> None:
        """Leave blank lines out where every line is needed, and fit the rows."""
        self.set_class(event.size.height < _LOW, "-low")
        self._listed = None
        self.call_after_refresh(self._show)

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the tags that contain the word being typed."""
        event.stop()
        self._show()

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.toggle(event.option_index)

    def action_move(self, step: int) -> None:
        """Move in the list, from the line to its first row and back."""
        self._show()
        tags = self.query_one(ChoiceList)
        here = tags.highlighted if self.is_on_row and tags.highlighted is not None else -1
        there = min(here + step, len(self._rows) - 1)
        self.is_on_row = there >= 0
        tags.highlighted = there if self.is_on_row else None
        self._show_result()

    def toggle(self, row: int | None = None) -> None:
        """Switch the tag of a row on or off, or that under the cursor."""
        at = self.query_one(ChoiceList).highlighted if row is None else row
        if at is None or at >= len(self._rows):
            return
        tag = self._rows[at].tag
        self._line.value = self._tags.toggled(self._line.value, tag)
        self._line.cursor_position = len(self._line.value)
        self.is_on_row = True
        self._show(tag)

    def action_answer(self) -> None:
        """Answer with the edit, unless a tag is too long. Keys may be ahead of the list, so nothing of it is read."""
        line = self._result_line()
        reasons = (f"{tag[:_NAMED]}… {reason}" for tag in words_of(line) if (reason := length_problem(tag, MAX_TAG)))
        if reason := next(reasons, None):
            hint = self.query_one("#dialog-hint", PlainText)
            hint.show(clean_line(reason))
            hint.set_classes("error")
        else:
            self.dismiss(self._tags.edit_of(line))

    def _result_line(self) -> str:
        """The line that Enter saves: on a row, the row's tag takes the place of the word being typed."""
        line, at = self._line.value, self.query_one(ChoiceList).highlighted
        if self.is_on_row and typed_word(line) and at is not None and at < len(self._rows):
            return self._tags.completed(line, self._rows[at].tag)
        return line

    def _show(self, cursor: Safe | None = None) -> None:
        """Show the rows of the line, with the cursor on a tag if the cursor is in the list."""
        line = self._line.value
        if line != self._listed:
            self._listed = line
            found = self._tags.rows(line)
            self._rows = shown_rows(found)
            tags = self.query_one(ChoiceList)
            width = tags.scrollable_content_region.width or 60
            word = make_tag(typed_word(line).removeprefix("-"))
            rows = [Option(tag_line(row, self._tags.papers, word, width, _STYLES.__getitem__)) for row in self._rows]
            if left_out := len(found) - len(self._rows):
                rows.append(Option(Content(more_line(left_out)), disabled=True))
            tags.clear_options()
            tags.add_options(rows or [Option(Content(" no tags yet; type the first one"), disabled=True)])
            at = next((at for at, row in enumerate(self._rows) if row.tag == cursor), None)
            tags.highlighted = at if self.is_on_row else None
            self.is_on_row = tags.highlighted is not None
        self._show_result()

    def _show_result(self) -> None:
        """Show the tags of the papers now and after Enter."""
        these = "on this paper" if self._tags.papers == 1 else "on these"
        self.query_one("#tags-now", PlainText).show(Safe(f" {these:<14} {self._tags.now()}"))
        after = self._tags.after(self._tags.edit_of(self._result_line()))
        self.query_one("#tags-after", PlainText).show(Safe(f" {'after Enter':<14} {after}"))


class _TagLine(AnswerLine):
    """The line of tags. On a row of the list, Space switches the row's tag."""

    def watch_value(self) -> None:
        """Leave the row at once: the next key may come before the list follows the line."""
        if isinstance(self.screen, TagDialog):
            self.screen.is_on_row = False

    async def _on_key(self, event: events.Key) -> None:
        dialog = self.screen
        if event.key == "space" and isinstance(dialog, TagDialog) and dialog.is_on_row:
            event.stop()
            event.prevent_default()
            dialog.toggle()
        else:
            await super()._on_key(event)


class TagSuggester(Suggester):
    """Completes the last word of a line from a list of tags; blanks and commas separate words."""

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._tags = tags

    async def get_suggestion(self, value: str) -> str | None:
        """The line with its last word completed."""
        last = typed_word(value).lstrip("-#")
        taken = set(words_of(value))
        found = next((tag for tag in self._tags if last and tag.startswith(last) and tag not in taken), None)
        return value + found[len(last) :] if found else None
