"""How hits are marked: what the panes need to know of a search, and no more."""

from collections.abc import Sequence
from typing import Protocol

from paperreader.domain.paper import Field


class Marker(Protocol):
    """Finds where the words of a query stand in a text."""

    def __call__(self, text: str, *, where: Field = Field.ABSTRACT) -> Sequence[tuple[int, int]]:
        """The (start, end) offsets to mark, in characters; `where` says which text of a paper it is."""
        ...


def no_marks(text: str, *, where: Field = Field.ABSTRACT) -> Sequence[tuple[int, int]]:
    """The marker of a list that nothing filters."""
    del text, where
    return ()
