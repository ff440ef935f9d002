"""Link commands: open pages and PDFs in the browser, or show LaTeX source."""

from __future__ import annotations

from collections.abc import Callable

from paperreader.domain.history import describe_counts
from paperreader.domain.paper import Paper
from paperreader.ui.keys.command_table import key_of
from paperreader.ui.view import View

Browse = Callable[[str], str | None]
"""Opens an address in the browser. Returns None on success, else why not."""


class LinkCommands:
    """Commands that open pages and PDFs, or show LaTeX source."""

    def __init__(self, view: View, browse: Browse) -> None:
        self._view, self._browse = view, browse

    def source(self) -> None:
        """Switch between readable abstract and LaTeX source."""
        view = self._view
        if view.papers.current is None:
            view.tell("no paper under the cursor")
            return
        view.paper.as_source = not view.paper.as_source
        view.show_paper(keep_place=True)
        again = f" · {key_of('source', view.commands)} again shows it readable"
        view.tell(f"the abstract as LaTeX source{again}" if view.paper.as_source else "the readable abstract")

    def open_page(self) -> None:
        """Open the pages of the chosen papers; without a page, the first address in the abstract."""
        self._open(_page_of, "page")

    def open_pdf(self) -> None:
        """Open the PDFs of the chosen papers."""
        self._open(lambda paper: paper.pdf, "PDF")

    def _open(self, address_of: Callable[[Paper], str | None], what: str) -> None:
        most = self._view.limits.pages_opened
        entries = self._view.chosen_entries(most, f"at most {most} {what}s are opened at once")
        addresses = [address for entry in entries if (address := address_of(entry.paper))]
        missing = len(entries) - len(addresses)
        for address in dict.fromkeys(addresses):
            if problem := self._browse(address):
                self._view.tell(problem)
                return
        if addresses:
            count = len(addresses)
            opened = addresses[0] if len(entries) == 1 else f"{count} {what}{'' if count == 1 else 's'}"
            self._view.tell(f"opened {opened}" + (f"; {missing:,} without a known {what}" if missing else ""))
        elif missing:
            self._view.tell(f"nothing opened: {describe_counts(missing)} without a known {what}")


def _page_of(paper: Paper) -> str | None:
    return next((url for kind, url in paper.links().items() if kind != "pdf"), None)
