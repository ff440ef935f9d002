"""Tab completion in the filter bar: the first candidate, then the next, then the typed text."""

from __future__ import annotations

from paperreader.services.searching.known_values import KnownValues
from paperreader.ui.view import View
from paperreader.ui.widgets.filter_bar import FilterBar


class CompletionCommands:
    """The completion command of the filter bar."""

    def __init__(self, view: View, bar: FilterBar) -> None:
        self._view = view
        self._bar = bar
        self._turn: list[tuple[str, int]] = []
        """The texts and cursor positions that Tab cycles through; the last one is shown."""

    def complete(self) -> None:
        """Complete the word at the cursor, or show the next candidate."""
        here = self._bar.value, self._bar.cursor_position
        if here in self._turn[-1:]:
            self._turn = [*self._turn[1:], self._turn[0]]
            following = self._turn[-1]
        elif found := self._candidates(*here):
            following = found[0]
            # A single candidate starts no cycle: the next Tab completes its result, such as `is:` after `i`.
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
