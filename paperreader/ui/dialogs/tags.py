"""The dialog of tags: a line of tags, and below it those that the typed word may mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from textual import events, on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input

from paperreader.domain.text import Safe, reduce_cells
from paperreader.ui.dialogs.dialog import AnswerLine, LastWordSuggester, LineDialog
from paperreader.ui.presenting.signs import BAR_SIGN
from paperreader.ui.presenting.tag_lines import TagLine, tag_lines, toggled
from paperreader.ui.widgets.plain_text import PlainText


class _TagField(AnswerLine):
    """The line of tags. A blank that is typed while the cursor is below the line switches a tag."""

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "space" and isinstance(self.screen, TagDialog) and self.screen.switch_tag():
            event.stop()
            event.prevent_default()
            return
        await super()._on_key(event)


class TagDialog(LineDialog):
    """Edits the tags of papers in a line; the arrows and Space choose among the tags that there are."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(
        self,
        title: Safe,
        counts: Mapping[str, int],
        shared: frozenset[Safe],
        partial: frozenset[Safe],
        check: Callable[[str, bool], str | None],
    ) -> None:
        super().__init__(
            title,
            Safe("↓ Space on or off · Tab completes · Enter saves · Esc cancels"),
            "".join(f"{tag} " for tag in sorted(shared)),
            suggester=LastWordSuggester(list(counts)),
            check=check,
            line=_TagField,
        )
        self._counts, self._shared, self._partial = counts, shared, partial
        self._cursor: int | None = None

    def on_mount(self) -> None:
        """Show the tags."""
        super().on_mount()
        self.query_one(".dialog").mount(PlainText(Safe(""), id="tag-lines"), before="#dialog-hint")
        self._show()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._cursor = None
        self._show()

    def action_move(self, step: int) -> None:
        """Move among the tags; above the first one the cursor is in the line again."""
        lines = self._lines()
        at = -1 if self._cursor is None else self._cursor
        self._cursor = min(at + step, len(lines) - 1) if at + step >= 0 else None
        self._show()

    def switch_tag(self) -> bool:
        """Switch the tag under the cursor on or off; False if the cursor is in the line."""
        lines = self._lines()
        if self._cursor is None or self._cursor >= len(lines):
            return False
        cursor, tag = self._cursor, lines[self._cursor].tag
        self._line.value = toggled(self._line.value, tag)
        self._line.cursor_position = len(self._line.value)
        self.call_after_refresh(self._keep_cursor, cursor)
        return True

    def _keep_cursor(self, cursor: int) -> None:
        self._cursor = min(cursor, len(self._lines()) - 1)
        self._show()

    def _lines(self) -> list[TagLine]:
        return tag_lines(self._line.value, self._counts, self._shared, self._partial)

    def _show(self) -> None:
        shown = self.query("#tag-lines")
        if not shown:
            return
        width = max(20, shown.first().size.width or 72)
        lines = [self._content(line, width, is_cursor=at == self._cursor) for at, line in enumerate(self._lines())]
        shown.first(PlainText).update(Content("\n").join(lines) if lines else Content("no tag is in use yet"))

    def _content(self, line: TagLine, width: int, *, is_cursor: bool) -> Content:
        about = f"  {line.about}"
        start = f"{BAR_SIGN if is_cursor else ' '} {line.mark} "
        room = max(1, width - cell_len(start) - cell_len(about))
        name = set_cell_size(reduce_cells(Safe(f"#{line.tag}")), room)
        content = Content(f"{start}{name}{about}").stylize("$muted", len(start) + len(name))
        return content.stylize("bold") if is_cursor else content
