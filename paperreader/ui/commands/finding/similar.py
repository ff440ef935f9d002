"""The command that lists similar papers."""

from __future__ import annotations

from collections.abc import Callable

from paperreader.domain.lists import Place, SimilarList
from paperreader.ui.view import View


class SimilarCommands:
    """Opens the list of the papers most like the chosen ones, and goes back to the list before."""

    def __init__(self, view: View, open_place: Callable[[Place], None]) -> None:
        self._view, self._open_place = view, open_place
        self._before: Place | None = None
        """The list from which the first list of similar papers was opened."""

    def similar(self) -> None:
        """List the papers of the library that are most like the chosen papers."""
        view = self._view
        papers = view.chosen()
        keys = view.desk.keys(papers)
        if not keys:
            return
        if not isinstance(view.desk.place, SimilarList):
            self._before = view.desk.place
        self._open_place(SimilarList(view.name_of(keys), tuple(papers)))

    def go_back(self) -> bool:
        """Open the list before; False if the open list is not one of similar papers."""
        if not isinstance(self._view.desk.place, SimilarList):
            return False
        self._open_place(self._view.desk.first_place(self._before))
        return True
