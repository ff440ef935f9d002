"""Defines the interface of highlighters, so that panes mark query words without importing `search`."""

from collections.abc import Sequence
from typing import Protocol

from paperreader.domain.paper import Field


class Marker(Protocol):
    """Finds the words of a query in a text."""

    def __call__(self, text: str, *, where: Field = Field.ABSTRACT) -> Sequence[tuple[int, int]]:
        """The (start, end) offsets of hits, in characters; `where` is the field of the paper that holds the text."""
        ...


def no_marks(text: str, *, where: Field = Field.ABSTRACT) -> Sequence[tuple[int, int]]:
    """The marker of an unfiltered list: it finds nothing."""
    del text, where
    return ()
