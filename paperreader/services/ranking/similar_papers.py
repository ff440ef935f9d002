"""The papers that are most like others, found in a thread of their own."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import TYPE_CHECKING

from paperreader.services.library import Library

if TYPE_CHECKING:
    from paperreader.services.ranking.interests import SimilarPaper

MOST = 50
"""Papers that a list of similar papers has."""


class SimilarPapers:
    """The papers of a library that are most like some papers."""

    def __init__(self, library: Library, papers: Sequence[int], most: int = MOST) -> None:
        self._library, self._papers, self._most = library, papers, most
        self.found: Mapping[int, SimilarPaper] = {}
        """The papers by number, most similar first; empty until they are read."""

    def read(self) -> array[int]:
        """Find the papers, over a connection of its own. Raises StoreBusy, StoreError."""
        from paperreader.services.ranking.process import open_ranking_apart

        other = self._library.reopen()
        with closing(other.catalogue):
            ranking = open_ranking_apart(other)
            similar = ranking.similar(self._papers, self._most) if ranking else []
        self.found = {each.number: each for each in similar}
        return array("q", self.found)
