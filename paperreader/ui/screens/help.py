"""All keys by pane, searchable."""

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
from paperreader.ui.widgets.paper_page import Block, PaperPage
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

QUERIES = (
    ("transformr eficient", "words in any order, with typing errors; all must be found"),
    ("kvc", "initials: KV cache"),
    ('"kv cache"', "the words as they stand, one after the other"),
    ("-survey", "papers without the word; - negates everything, also -(a b)"),
    ("vision OR audio", "one of them; brackets keep parts together: (vision OR audio) -survey"),
    ("title:attention", "the word in the title; author:, abstract:, title:(a OR b) as well"),
    ("is:starred", "starred, unread, later, read, skipped or again: on more than one date"),
    ("tag:to-cite", "papers with the tag"),
    ("note:baseline", "papers whose note has a word that begins so"),
    ("has:code", "code, note or pdf"),
    ("date:2025-03-14", "listed on that date; date:2025-03 and date:2025-03-01..2025-03-14 as well"),
    ("since:7d", "listed in the last days; 2w, 3m and 1y as well"),
    ("upvotes:>20", "the count of upvotes; <5, 20 and 5..20 as well"),
    ("cat:cs.CL", "papers of a subject class whose name begins so"),
    ("feed:page", "listed by a feed whose name begins so"),
    ("id:2503.01234", "an arXiv id, DOI or key, or the beginning of one"),
)
"""What can be typed into the filter bar, by example."""


class HelpScreen(Dialog[None]):
    """The keys and the queries; typing narrows them, Esc leaves."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Leave", show=False),
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
            yield PlainText(Safe("Keys · type to search · ↑ ↓ scroll · Esc leaves"), classes="hint")
            yield SafeInput(placeholder="search")
            yield PaperPage(id="help-lines")

    def on_mount(self) -> None:
        """Show all keys."""
        self.query_one(PaperPage).border_title = None
        self._show("")

    @on(Input.Changed)
    def search(self, event: Input.Changed) -> None:
        """Show the keys that hold every word."""
        event.stop()
        self._show(event.value)

    def action_leave(self) -> None:
        """Back to the papers."""
        self.dismiss(None)

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
        blocks += _section("what the filter understands", queries)
        self.query_one(PaperPage).show(blocks or [Block(Safe("no key is called that"))])


def _section(title: str, lines: Sequence[Block]) -> list[Block]:
    return [Block(Safe(title), "title"), *lines, Block(Safe(""))] if lines else []


def _matches(words: Sequence[str], *texts: str) -> bool:
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in words)
