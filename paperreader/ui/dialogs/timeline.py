"""What was decided, as far back as the history reaches; any of it can be taken back by itself."""

from collections.abc import Callable, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from paperreader.domain.history import PastAction
from paperreader.domain.text import Safe
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.widgets.line_list import LineList
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.timeline_list import TimelineList, TimelineRow

HINT = Safe("Enter takes back or does again · Esc leaves")
NOTHING = Safe("nothing was decided yet · Esc leaves")


class TimelineScreen(Dialog[PastAction | None]):
    """Asks which action to take back, or to do again."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,u", "choose", "Take back", show=False),
        Binding("escape,q,U", "leave", "Leave", show=False),
    ]

    def __init__(self, actions: Sequence[PastAction], describe: Callable[[PastAction], TimelineRow]) -> None:
        super().__init__()
        self._actions, self._describe = actions, describe

    def compose(self) -> ComposeResult:
        """The keys and the actions."""
        with Vertical(classes="dialog") as box:
            box.border_title = Content("What was decided")
            yield PlainText(HINT if self._actions else NOTHING, classes="hint")
            yield TimelineList(len(self._actions), lambda row: self._describe(self._actions[row]), id="timeline")

    @on(LineList.Chosen)
    def _clicked(self, event: LineList.Chosen) -> None:
        event.stop()

    def action_do(self, name: str) -> None:
        """Take the list's Enter; there is no other pane to go to."""
        if name == "choose":
            self.action_choose()

    def action_choose(self) -> None:
        """Give the action under the cursor."""
        if self._actions:
            self.dismiss(self._actions[self.query_one(TimelineList).cursor])

    def action_leave(self) -> None:
        """Leave everything as it is."""
        self.dismiss(None)
