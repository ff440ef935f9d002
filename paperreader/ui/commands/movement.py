"""Movement commands: between panes, dates and unread papers."""

from collections.abc import Callable

from paperreader.domain.lists import Place
from paperreader.ui.commands.date_end import DateEnd
from paperreader.ui.commands.finding.page_search import PageSearch
from paperreader.ui.view import View


class MovementCommands:
    """Commands that move the focus or the cursor."""

    def __init__(self, view: View, open_place: Callable[[Place], None], date_end: DateEnd) -> None:
        self._view, self._open = view, open_place
        self.date_end, self.page_search = date_end, PageSearch(view)

    def pane_left(self) -> None:
        """Go to the pane on the left. Hidden dates appear."""
        self._focus_pane(-1)

    def pane_right(self) -> None:
        """Go to the pane on the right."""
        self._focus_pane(1)

    def pane_next(self) -> None:
        """Go to the next pane, or from the last to the first."""
        self._focus_pane(1, around=True)

    def pane_previous(self) -> None:
        """Go to the previous pane, or from the first to the last."""
        self._focus_pane(-1, around=True)

    def choose(self) -> None:
        """Go from dates to papers, or from a paper to its abstract; there, show its revision or all authors."""
        view = self._view
        is_revised = view.screen.focused is not view.dates and view.switch_revision()
        if view.screen.focused is not view.page:
            self._focus_pane(1)
        elif not is_revised and not view.switch_names():
            view.tell("all authors are named, and the abstract was not revised")

    def older_date(self) -> None:
        """Open the next older date."""
        self._open_neighbour(1, "this is the oldest date")

    def newer_date(self) -> None:
        """Open the next newer date."""
        self._open_neighbour(-1, "this is the newest date")

    def next_unread(self) -> None:
        """Go to the next unread paper; after the last, to the first; from the summary of a date, to the next date."""
        if not self.page_search.go_on(1) and not self.date_end.go_on():
            self._to_unread(1, -1, "from the top")

    def previous_unread(self) -> None:
        """Go to the previous unread paper; before the first, to the last."""
        if not self.page_search.go_on(-1):
            self._to_unread(-1, len(self._view.desk.view), "from the bottom")

    def next_paper(self) -> None:
        """Go to the next paper, from any pane."""
        self._step(1, "this is the last paper")

    def previous_paper(self) -> None:
        """Go to the previous paper, from any pane."""
        self._step(-1, "this is the first paper")

    def _step(self, step: int, end: str) -> None:
        papers = self._view.papers
        last = papers.row_count() - 1
        row = min(max(0, papers.cursor + step * (self._view.prompt.count or 1)), last)
        if last < 0:
            self._view.tell("this list has no papers")
        elif row == papers.cursor:
            self._view.tell(end)
        else:
            self._view.go_to(row)

    def _focus_pane(self, step: int, *, around: bool = False) -> None:
        panes = (self._view.dates, self._view.papers, self._view.page)
        focused = self._view.screen.focused
        index = next((index for index, pane in enumerate(panes) if pane is focused), 1)
        target = (index + step) % len(panes) if around else index + step
        if 0 <= target < len(panes):
            if panes[target] is self._view.dates:
                self._view.dates.add_class("-open")
            self._view.screen.set_focus(panes[target])
        else:
            self._view.tell(f"this is the {'first' if target < 0 else 'last'} pane")

    def _open_neighbour(self, step: int, end: str) -> None:
        place = self._view.desk.neighbour(step * (self._view.prompt.count or 1))
        if place is None:
            self._view.tell(end)
        else:
            self._open(place)

    def _to_unread(self, step: int, other_end: int, around: str) -> None:
        desk, cursor = self._view.desk, self._view.papers.cursor
        row, message = cursor, ""
        for _ in range(min(self._view.prompt.count or 1, len(desk.view))):
            found = desk.next_unread(row, step)
            if found is None:
                found, message = desk.next_unread(other_end, step), around
            if found is None:
                break
            row = found
        if row != cursor:
            self._view.go_to(row)
            self._view.tell(message)
        elif not self.date_end.follow():
            self._view.tell("no other paper here is unread · [ and ] open other dates")
