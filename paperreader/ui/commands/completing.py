"""Completion of the word at the cursor of the filter bar: the first candidate, then the next, then what was typed."""

from __future__ import annotations

from paperreader.services.searching.known_values import KnownValues
from paperreader.ui.view import View
from paperreader.ui.widgets.filter_bar import FilterBar


class Completing:
    """The command of the filter bar that completes."""

    def __init__(self, view: View, bar: FilterBar) -> None:
        self._view = view
        self._bar = bar
        self._turn: list[tuple[str, int]] = []
        """The texts with their cursors that are shown one after the other, the last of them on the screen."""

    def complete(self) -> None:
        """Complete the word at the cursor; again: the next candidate."""
        here = self._bar.value, self._bar.cursor_position
        if here in self._turn[-1:]:
            self._turn = [*self._turn[1:], self._turn[0]]
            following = self._turn[-1]
        elif found := self._candidates(*here):
            following = found[0]
            # Of one alone there is no next: the next key completes what it made, as `is:` behind `i`.
            self._turn = [*found[1:], here, following] if len(found) > 1 else []
        else:
            self._view.show_footer("nothing to complete here")
            return
        self._bar.value, self._bar.cursor_position = following

    def _candidates(self, text: str, cursor: int) -> list[tuple[str, int]]:
        from paperreader.domain.query.completion import completions

        values = KnownValues(self._view.desk.library, self._view.desk.ids)
        known = {
            "tag": lambda: values.tags,
            "feed": lambda: values.feeds,
            "cat": lambda: values.categories,
            "author": lambda: values.authors,
        }
        return [(each.applied(text), each.start + len(each.text)) for each in completions(text, cursor, known)]
