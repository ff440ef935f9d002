"""Seeing more of a paper: its source text, its page and its PDF in the browser."""

import os

from paperreader.ui.commands import key_of
from paperreader.ui.links import open_address
from paperreader.ui.view import View


class Reaching:
    """The commands that reach beyond the abstract."""

    def __init__(self, view: View) -> None:
        self._view = view

    def source(self) -> None:
        """The abstract as it came, or readable."""
        view = self._view
        view.as_source = not view.as_source
        view.show_paper(keep_place=True)
        again = f" · {key_of('source', view.commands)} again makes its LaTeX readable"
        view.tell(f"the abstract as it came{again}" if view.as_source else "the abstract with its LaTeX made readable")

    def open_page(self) -> None:
        """Open the paper's page, else the first address in its abstract."""
        if entry := self._view.entry():
            addresses = [url for kind, url in entry.paper.links().items() if kind != "pdf"]
            self._open(next(iter(addresses), None), "no address of this paper is known: its source gives none")

    def open_pdf(self) -> None:
        """Open the paper's PDF."""
        if entry := self._view.entry():
            self._open(entry.paper.pdf, "no PDF of this paper is known: its source gives no arXiv id")

    def _open(self, address: str | None, otherwise: str) -> None:
        if address is None:
            self._view.tell(otherwise)
        else:
            self._view.tell(open_address(address, os.environ) or f"opened {address}")
