"""Movement within a pane: by lines, by pages, to either end."""

from abc import abstractmethod


class Movement:
    """The actions of the movement keys, for a pane that moves a cursor or scrolls."""

    @abstractmethod
    def move_by(self, lines: int) -> None:
        """Move down by a number of lines or rows (up if negative), as far as possible."""

    @abstractmethod
    def move_to_end(self, *, is_last: bool) -> None:
        """Move to the first or the last line."""

    @property
    @abstractmethod
    def page_height(self) -> int:
        """The lines of the pane on the screen."""

    def page_by(self, lines: int) -> None:
        """Move down by a number of lines on the screen (up if negative), as far as possible."""
        self.move_by(lines)

    def action_down(self) -> None:
        """Move one line down."""
        self.move_by(1)

    def action_up(self) -> None:
        """Move one line up."""
        self.move_by(-1)

    def action_first(self) -> None:
        """Move to the first line."""
        self.move_to_end(is_last=False)

    def action_last(self) -> None:
        """Move to the last line."""
        self.move_to_end(is_last=True)

    def action_half_page_down(self) -> None:
        """Move half a page down."""
        self.page_by(max(1, self.page_height // 2))

    def action_half_page_up(self) -> None:
        """Move half a page up."""
        self.page_by(-max(1, self.page_height // 2))

    def action_page_down(self) -> None:
        """Move a page down; one line stays in view."""
        self.page_by(max(1, self.page_height - 1))

    def action_page_up(self) -> None:
        """Move a page up; one line stays in view."""
        self.page_by(-max(1, self.page_height - 1))
