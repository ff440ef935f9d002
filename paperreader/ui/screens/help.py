"""The help screen: all keys and query examples, searchable."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.widgets import Input

from paperreader.domain.text import Safe
from paperreader.ui.dialogs.dialog import Dialog
from paperreader.ui.keys.command_table import Command, by_scope, key_label
from paperreader.ui.widgets.blocks import Block
from paperreader.ui.widgets.paper_page import PaperPage
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

QUERIES = (
    ("transformr eficient", "all words, in any order, with typing errors"),
    ("kvc", "initials: KV cache"),
    ('"kv cache"', "the phrase"),
    ("-survey", "papers without the word; - negates any part, such as -(a b)"),
    ("vision OR audio", "either word; brackets group parts: (vision OR audio) -survey"),
    ("title:attention", "the word in the title; also author:, abstract:, title:(a OR b)"),
    ("is:starred", "starred, unread, later, read, skipped, or again (on more than one date)"),
    ("tag:to-cite", "papers with the tag"),
    ("note:baseline", "papers whose note has a word that begins like this"),
    ("has:code", "papers with code; also has:note, has:pdf"),
    ("date:2025-03-14", "listed on that date; also date:2025-03, date:2025-03-01..2025-03-14"),
    ("since:7d", "listed in the last seven days; also 2w, 3m, 1y"),
    ("upvotes:>20", "papers with more than 20 upvotes; also <5, 20, 5..20"),
    ("cat:cs.CL", "papers of subject classes that begin like this"),
    ("feed:page", "listed by a feed whose name begins like this"),
    ("id:2503.01234", "an arXiv id, DOI or key, or its start"),
)
"""Examples of queries and their meaning."""


class HelpScreen(Dialog[None]):
    """The help screen. Typing narrows the list, Esc closes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "scroll('down')", show=False),
        Binding("up", "scroll('up')", show=False),
        Binding("pagedown", "scroll('page_down')", show=False),
        Binding("pageup", "scroll('page_up')", show=False),
    ]

    def __init__(self, commands: Sequence[Command]) -> None:
        super().__init__()
        self._commands = commands

    def compose(self) -> ComposeResult:
        """The search line and the keys."""
        with Vertical(classes="dialog"):
            yield PlainText(Safe("Keys · type to search · ↑ ↓ scroll · Esc closes"), classes="hint")
            yield SafeInput(placeholder="search")
            yield PaperPage(id="help-lines")

    def on_mount(self) -> None:
        """Show all keys."""
        self._show("")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the keys that match every word."""
        event.stop()
        self._show(event.value)

    def action_scroll(self, where: str) -> None:
        """Scroll the keys while the search line keeps the focus."""
        getattr(self.query_one(PaperPage), f"action_{where}")()

    def _show(self, text: str) -> None:
        words = text.casefold().split()
        blocks: list[Block] = []
        for scope, commands in by_scope(self._commands).items():
            lines = [
                Block(Safe(command.help), label=Safe(f"  {' '.join(map(key_label, command.keys)):<12} "))
                for command in commands
                if _matches(words, scope, command.name, command.help, *command.keys, *map(key_label, command.keys))
            ]
            blocks += _section(f"{scope.value}", lines)
        queries = [Block(Safe(help_text), label=Safe(f"  {query:<20} ")) for query, help_text in QUERIES
                   if _matches(words, "filter queries", query, help_text)]  # fmt: skip
        blocks += _section("queries of the filter", queries)
        self.query_one(PaperPage).show(blocks or [Block(Safe("no key matches"))])


def _section(title: str, lines: Sequence[Block]) -> list[Block]:
    return [Block(Safe(title), "title"), *lines, Block(Safe(""))] if lines else []


def _matches(words: Sequence[str], *texts: str) -> bool:
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in words)
