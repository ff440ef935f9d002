"""The list of a dialog whose line keeps the focus."""

from textual.widgets import OptionList


class ChoiceList(OptionList, can_focus=False):
    """Choices, moved through by the keys of the dialog. Where they have no room, a page is no movement."""

    def action_page_down(self) -> None:
        """Move a page down."""
        if self.scrollable_content_region:  # Textual fails without it
            super().action_page_down()  # type: ignore[no-untyped-call]

    def action_page_up(self) -> None:
        """Move a page up."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]
