"""Layout commands: give one pane the screen, move the border between list and abstract."""

from dataclasses import replace

from paperreader.ui.presenting.grid import LEAST_COLUMNS, Arrangement, Zone
from paperreader.ui.view import View

STEP_COLUMNS, STEP_SHARE = 4, 5
"""Columns, and percent of the lines, that one key moves the border."""
LEAST_SHARE, MOST_SHARE = 10, 85


class LayoutCommands:
    """Commands that arrange the panes. The session keeps the place of the border."""

    def __init__(self, view: View) -> None:
        self._view = view

    def zoom(self) -> None:
        """Give the pane in focus the whole screen, or show all panes again."""
        view = self._view
        view.arrange(replace(view.arrangement, zoomed=None if view.arrangement.zoomed else self._zone()))

    def follow_focus(self) -> None:
        """Give the screen to the pane that has the focus now, if one pane has it."""
        view = self._view
        if view.arrangement.zoomed and view.arrangement.zoomed is not self._zone():
            view.arrange(replace(view.arrangement, zoomed=self._zone()))

    def list_smaller(self) -> None:
        """Move the border towards the list."""
        self._move(-1)

    def list_larger(self) -> None:
        """Move the border towards the abstract."""
        self._move(1)

    def drag(self, x: int, y: int) -> None:
        """Move the border to a position on the screen."""
        view = self._view
        here, size = view.grid, view.screen.size
        if here.is_columns:
            self._set_columns(size.width - x)
        else:
            self._set_share(round((y - here.papers.y) * 100 / max(1, size.height)))

    def _move(self, direction: int) -> None:
        chosen = self._view.arrangement
        if chosen.zoomed:
            self._view.tell("one pane has the whole screen; there is no border to move")
        elif self._view.grid.is_columns:
            self._set_columns(chosen.page_columns - direction * STEP_COLUMNS)
        else:
            self._set_share(chosen.list_share + direction * STEP_SHARE)

    def _set_columns(self, columns: int) -> None:
        most = self._view.screen.size.width - self._view.grid.library.width - LEAST_COLUMNS
        self._arrange(replace(self._view.arrangement, page_columns=max(LEAST_COLUMNS, min(columns, most))))

    def _set_share(self, share: int) -> None:
        self._arrange(replace(self._view.arrangement, list_share=max(LEAST_SHARE, min(share, MOST_SHARE))))

    def _arrange(self, arrangement: Arrangement) -> None:
        view = self._view
        if arrangement != view.arrangement:
            view.session = view.session.with_border(arrangement.list_share, arrangement.page_columns)
            view.arrange(arrangement)

    def _zone(self) -> Zone:
        """The pane in focus."""
        focused = self._view.screen.focused
        if focused is self._view.dates:
            return Zone.LIBRARY
        return Zone.ABSTRACT if focused is self._view.page else Zone.PAPERS
