"""The receipt screen: the last imports and fetches."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from paperreader.domain.text import Safe
from paperreader.ui.dialogs.box import Box
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.widgets.blocks import Block
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.plain_text import PlainText


class ReceiptScreen(Dialog[None]):
    """Shows the last receipts, newest first. Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("q,R", "leave", "Leave", show=False),
        Binding("space", "page_down", show=False),
    ]

    def __init__(self, blocks: Sequence[Block]) -> None:
        super().__init__()
        self._blocks = blocks

    def compose(self) -> ComposeResult:
        """The receipts and the keys."""
        with Box("Last imports and fetches"):
            yield PaperPage(id="receipt-lines")
            yield PlainText(Safe("↑ ↓ scroll · Esc closes"), classes="hint")

    def on_mount(self) -> None:
        """Show the receipts."""
        page = self.query_one(PaperPage)
        page.show(list(self._blocks))
        page.focus()

    def action_do(self, name: str) -> None:
        """Ignore Enter of the page: there is no other pane."""
        if name == "choose":
            self.action_leave()

    def action_page_down(self) -> None:
        """Scroll a page down. The page itself takes all other keys of movement."""
        self.query_one(PaperPage).action_page_down()
