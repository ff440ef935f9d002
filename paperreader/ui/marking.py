"""How hits are marked: what the panes need to know of a search, and no more."""

from collections.abc import Sequence
from typing import Protocol


class Marker(Protocol):
    """Finds where the words of a query stand in a text."""

    def __call__(self, text: str, *, is_title: bool = False) -> Sequence[tuple[int, int]]:
        """The (start, end) offsets to mark, in characters."""
        ...


def no_marks(text: str, *, is_title: bool = False) -> Sequence[tuple[int, int]]:
    """The marker of a list that nothing filters."""
    del text, is_title
    return ()
