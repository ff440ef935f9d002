"""The search in the abstract: a text typed below it, and the way from hit to hit."""

from textual.containers import Horizontal

from paperreader.domain.text import Safe, clean_line
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View
from paperreader.ui.widgets.input_lines import SearchLine
from paperreader.ui.widgets.plain_text import PlainText


class PageSearch:
    """Searches the shown paper while the user types; the page keeps the search until it shows another paper."""

    def __init__(self, view: View) -> None:
        self._view = view
        self.line = SearchLine(self._keep)
        self.row = Horizontal(PlainText(Safe("/")), self.line, id="search-row")

    @property
    def is_open(self) -> bool:
        """Whether a text is being typed."""
        return self._view.screen.has_class("-searching")

    def open(self) -> None:
        """Open the line in which the text is typed."""
        screen = self._view.screen
        if not self.row.is_attached:
            screen.mount(self.row)
        self.line.value = ""
        self._view.tell("")
        screen.add_class("-searching")
        screen.set_focus(self.line)

    def close(self) -> None:
        """Close the line; the page keeps the focus and the hits."""
        if self.is_open:
            self._view.screen.remove_class("-searching")
            if self._view.screen.focused is self.line:
                self._view.screen.set_focus(self._view.page)

    def forget(self) -> None:
        """Remove the hits from the page."""
        self._view.page.find("")

    def typed(self, text: str) -> None:
        """Show the first hit of what is typed."""
        self._view.page.find(clean_line(text))

    def go_on(self, step: int) -> bool:
        """Go to the next (1) or previous (-1) hit; False unless the page has the focus and was searched."""
        page = self._view.page
        if self._view.screen.focused is not page or not page.searched:
            return False
        page.find_next(step)
        self._tell()
        return True

    def _keep(self) -> None:
        self.close()
        self._tell()

    def _tell(self) -> None:
        page, commands = self._view.page, self._view.commands
        if page.searched:
            place = f"{page.hit + 1:,} of {page.hits:,}" if page.hits else "nothing found"
            keys = f"{key_of('next_unread', commands)} {key_of('previous_unread', commands)} go on"
            self._view.tell(f'"{page.searched}" in this paper: {place} · {keys} · {key_of("clear", commands)} ends')
