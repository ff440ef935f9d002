"""The list of rules with what each found; any of them can be removed."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from paperreader.domain.history import describe_counts
from paperreader.domain.text import Safe, reduce_cells
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.choice_list import ChoiceList
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.widgets.plain_text import PlainText

HINT = Safe("Enter removes the rule · Esc closes")
NOTHING = Safe("no rules yet · :mute QUERY and :follow QUERY add one · Esc closes")


class RuleList(ChoiceList, can_focus=True):
    """The rules; it moves like the panes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]


class RulesScreen(Dialog[int | None]):
    """Asks which rule to remove. Each rule has its name and what it found."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("q", "leave", "Leave", show=False)]

    def __init__(self, rules: Sequence[tuple[Safe, Safe]]) -> None:
        super().__init__()
        self._rules = rules

    def compose(self) -> ComposeResult:
        """The rules and the keys."""
        with Box("Rules", describe_counts(0, rules=len(self._rules)) if self._rules else ""):
            if self._rules:
                rows = [Content(f" {reduce_cells(name)}\n   {found}") for name, found in self._rules]
                yield RuleList(*map(Option, rows), compact=True, markup=False)
            yield PlainText(HINT if self._rules else NOTHING, classes="hint")

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.dismiss(event.option_index)
