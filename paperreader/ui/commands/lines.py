"""What lines of text share: a cycle of completions, and a walk through earlier lines."""

from collections.abc import Callable, Sequence

from paperreader.services.searching.known_values import KnownValues
from paperreader.ui.desk import Desk

Line = tuple[str, int]
"""A text and the position of its cursor."""


class CompletionCycle:
    """Steps through the completions of a line: the first, the next, then the typed text again."""

    def __init__(self) -> None:
        self._lines: list[Line] = []
        """The lines of the cycle; the last one is shown."""

    def next(self, here: Line, find: Callable[[str, int], list[Line]]) -> Line | None:
        """The next line; None if nothing can be completed."""
        if here in self._lines[-1:]:
            self._lines = [*self._lines[1:], self._lines[0]]
            return self._lines[-1]
        found = find(*here)
        if not found:
            return None
        # A single candidate starts no cycle: the next Tab completes its result, such as `is:` after `i`.
        self._lines = [*found[1:], here, found[0]] if len(found) > 1 else []
        return found[0]

    def alternatives(self, shown: Line) -> list[Line]:
        """The other completions in the order in which they follow; empty if the line is not in the cycle."""
        return self._lines[:-1] if shown in self._lines[-1:] else []


class LineHistory:
    """A walk from the typed text to the oldest line and back. Typing starts a new walk."""

    def __init__(self) -> None:
        self._walk: list[str] = []
        """The typed text, then the earlier lines, newest first."""
        self._step = 0

    def is_walking(self, text: str) -> bool:
        """Whether the line shows an earlier text."""
        return self._step > 0 and text == self._walk[self._step]

    def earlier(self, text: str, lines: Sequence[str]) -> str | None:
        """The line before this text; None if there is none."""
        if not self.is_walking(text):
            self._walk, self._step = [text, *(line for line in reversed(lines) if line != text)], 0
        if self._step + 1 >= len(self._walk):
            return None
        self._step += 1
        return self._walk[self._step]

    def later(self, text: str) -> str | None:
        """The line after this text; None if the text is not an earlier line."""
        if not self.is_walking(text):
            return None
        self._step -= 1
        return self._walk[self._step]


def complete_query(desk: Desk, text: str, cursor: int) -> list[Line]:
    """The completions of the word at the cursor of a query."""
    from paperreader.domain.query.completion import completions

    values = KnownValues(desk.library, desk.ids)
    known = {
        "tag": lambda: values.tags,
        "feed": lambda: values.feeds,
        "cat": lambda: values.categories,
        "author": lambda: values.authors,
    }
    return [(each.applied(text), each.start + len(each.text)) for each in completions(text, cursor, known)]
