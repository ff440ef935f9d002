"""Selection commands: one paper, a range, the last selection again."""

from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View


class SelectionCommands:
    """Commands that select papers. Other commands then act on all of them."""

    def __init__(self, view: View) -> None:
        self._view = view

    def select(self) -> None:
        """Add the paper to the selection or remove it, and go to the next. A count takes as many papers."""
        papers = self._view.papers
        if chosen := self._papers_from_cursor():
            self._view.select(papers.selected ^ set(chosen))
            self._view.go_to(min(papers.cursor + len(chosen), papers.row_count() - 1))

    def select_range(self) -> None:
        """Start a range at the cursor, or end it there."""
        view = self._view
        if not self._papers_from_cursor():
            return
        if view.anchor is None:
            view.anchor, view.selected_before = view.papers.cursor, set(view.papers.selected)
            view.select_range()
            ends, leaves = (key_of(name, view.commands) for name in ("select_range", "clear"))
            view.tell(f"range: move, then press {ends} again; {leaves} cancels", "strong")
        else:
            view.anchor = None
            view.tell("")

    def select_again(self) -> None:
        """Select the papers that were selected last in this list."""
        view = self._view
        place, papers = view.selected_last
        if place != view.desk.place or not papers:
            view.tell(f"nothing was selected in this list yet; {key_of('select', view.commands)} selects")
            return
        view.anchor = None
        view.select(papers)
        view.tell("")

    def _papers_from_cursor(self) -> list[int]:
        view = self._view
        row = view.papers.cursor
        papers = list(view.desk.view[row : row + (view.prompt.count or 1)])
        if not papers:
            view.tell("no paper under the cursor")
        return papers
