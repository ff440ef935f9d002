"""The query history of the filter bar."""

from __future__ import annotations

from collections.abc import Callable

from paperreader.ui.view import View
from paperreader.ui.widgets.filter_bar import FilterBar


class QueryHistory:
    """Commands that bring back earlier queries.

    Arrow keys walk from the typed text to the oldest query. Typing starts a new walk.
    """

    def __init__(self, view: View, bar: FilterBar, keep: Callable[[], None]) -> None:
        self._view, self._bar, self._keep = view, bar, keep
        self._walk: list[str] = []
        """The typed text, then the queries, newest first."""
        self._at = 0

    def earlier_query(self) -> None:
        """Show the next older query."""
        if not self._is_walking:
            typed = self._bar.value
            self._walk, self._at = [typed, *(q for q in reversed(self._view.session.queries) if q != typed)], 0
        if self._at + 1 < len(self._walk):
            self._go_to(self._at + 1)
        else:
            self._view.show_footer("there is no older query" if self._at else "there is no earlier query")

    def later_query(self) -> None:
        """Show the next newer query, then the typed text; from there, go to the list."""
        if self._is_walking:
            self._go_to(self._at - 1)
        else:
            self._keep()

    @property
    def _is_walking(self) -> bool:
        return self._at > 0 and self._bar.value == self._walk[self._at]

    def _go_to(self, place: int) -> None:
        self._at = place
        self._bar.value = self._walk[place]
        self._bar.cursor_position = len(self._bar.value)
