"""What lines of text share: a cycle of completions, and a walk through earlier lines."""

from collections.abc import Callable, Sequence

from paperreader.services.searching.known_values import KnownValues
from paperreader.ui.desk import Desk

Line = tuple[str, int]
"""A text and the position of its cursor."""


class CompletionCycle:
    """Steps through the completions of a line: the first, the next, then the typed text again."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        """The completions, then the typed text."""
        self.place = 0
        """The place of the line that is shown."""

    def next(self, here: Line, find: Callable[[str, int], list[Line]]) -> Line | None:
        """The next line; None if nothing can be completed."""
        if self.lines and here == self.lines[self.place]:
            self.place = (self.place + 1) % len(self.lines)
            return self.lines[self.place]
        found = find(*here)
        # A single candidate starts no cycle: the next Tab completes its result, such as `is:` after `i`.
        self.lines, self.place = [*found, here] if len(found) > 1 else [], 0
        return found[0] if found else None


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
