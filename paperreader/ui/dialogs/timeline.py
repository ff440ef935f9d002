"""The timeline: the history of decisions, any of which can be undone."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from paperreader.domain.history import PastAction
from paperreader.domain.text import Safe
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.timeline_list import TimelineList, TimelineRow

HINT = Safe("Enter undoes or redoes · Esc closes")
NOTHING = Safe("no decisions yet · Esc closes")


class TimelineScreen(Dialog[PastAction | None]):
    """Asks which action to undo or redo."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,u", "choose", "Take back", show=False),
        Binding("q,U", "leave", "Leave", show=False),
    ]

    def __init__(self, actions: Sequence[PastAction], describe: Callable[[PastAction], TimelineRow]) -> None:
        super().__init__()
        self._actions, self._describe = actions, describe

    def compose(self) -> ComposeResult:
        """The actions and the keys."""
        count = len(self._actions)
        with Box("Timeline", f"{count:,} {'action' if count == 1 else 'actions'}" if count else ""):
            yield TimelineList(count, lambda row: self._describe(self._actions[row]), id="timeline")
            yield PlainText(HINT if self._actions else NOTHING, classes="hint")

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()

    def action_do(self, name: str) -> None:
        """Ignore Enter of the list: there is no other pane."""
        if name == "choose":
            self.action_choose()

    def action_choose(self) -> None:
        """Answer with the action under the cursor."""
        if self._actions:
            self.dismiss(self._actions[self.query_one(TimelineList).cursor])
