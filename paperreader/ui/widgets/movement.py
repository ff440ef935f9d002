"""Movement within a pane: by lines, by pages, to either end."""

from abc import abstractmethod


class Movement:
    """The actions of the movement keys, for a pane that moves a cursor or scrolls."""

    count: int | None = None
    """The count typed before the key, such as 5 in `5j`."""

    @abstractmethod
    def move_by(self, lines: int) -> None:
        """Move down by a number of lines or rows (up if negative), as far as possible."""

    @abstractmethod
    def move_to_end(self, *, is_last: bool) -> None:
        """Move to the first or the last line."""

    @abstractmethod
    def move_to_line(self, line: int) -> None:
        """Move to a line, from 0, or as near as possible."""

    @property
    @abstractmethod
    def page_height(self) -> int:
        """The lines of the pane on the screen."""

    def page_by(self, lines: int) -> None:
        """Move down by a number of lines on the screen (up if negative), as far as possible."""
        self.move_by(lines)

    def action_down(self) -> None:
        """Move one line down."""
        self._move(1)

    def action_up(self) -> None:
        """Move one line up."""
        self._move(-1)

    def action_first(self) -> None:
        """Move to the first line, or to the line that the count names."""
        self._go(is_last=False)

    def action_last(self) -> None:
        """Move to the last line, or to the line that the count names."""
        self._go(is_last=True)

    def action_half_page_down(self) -> None:
        """Move half a page down."""
        self.page_by(self._times * max(1, self.page_height // 2))

    def action_half_page_up(self) -> None:
        """Move half a page up."""
        self.page_by(self._times * -max(1, self.page_height // 2))

    def action_page_down(self) -> None:
        """Move a page down; one line stays in view."""
        self.page_by(self._times * max(1, self.page_height - 1))

    def action_page_up(self) -> None:
        """Move a page up; one line stays in view."""
        self.page_by(self._times * -max(1, self.page_height - 1))

    @property
    def _times(self) -> int:
        return self.count or 1

    def _move(self, lines: int) -> None:
        self.move_by(lines * self._times)

    def _go(self, *, is_last: bool) -> None:
        if self.count:
            self.move_to_line(self.count - 1)
        else:
            self.move_to_end(is_last=is_last)
