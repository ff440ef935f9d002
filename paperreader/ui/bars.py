"""The bars of the triage screen: header with the hairline of progress, title of the list, footer with messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from textual.screen import Screen
from textual.timer import Timer

from paperreader.domain.text import Safe, clean_line
from paperreader.services.job_progress import JobFailure, JobProgress
from paperreader.ui.keys.command_table import Command
from paperreader.ui.presenting.bars import Decided, Header, header
from paperreader.ui.presenting.footer import footer
from paperreader.ui.presenting.rows.words import counts_in_words
from paperreader.ui.widgets.bar_line import BarLine, Span
from paperreader.ui.widgets.progress_line import ProgressLine


class Bars:
    """The bars. A message takes the footer's line until the next key; a message that is no error leaves by itself."""

    def __init__(self, commands: Sequence[Command], screen: Screen[None], message_seconds: float) -> None:
        self._commands, self._screen, self._message_seconds = commands, screen, message_seconds
        self.header = BarLine(id="header")
        self.progress = ProgressLine(id="progress")
        self.title = BarLine(id="list-title")
        self.found = BarLine(id="found")
        """What the open filter bar found, beside the query."""
        self.footer = BarLine(id="footer")
        self.has_title = True
        """Whether the title of the list has a line of its own."""
        self._waiting: Sequence[Span] = ()
        self.message = ""
        """The message in the footer; empty if it shows keys."""
        self.speaks = False
        """Whether a screen reader reads the bars: states are words."""
        self.leaves_filter = ""
        """What the key does that leaves the filter bar; empty while the bar is closed."""
        self._role = ""
        self._timer: Timer | None = None
        self._header = Header(Safe(""))

    def show_place(self, name: Safe, papers: int | None, decided: Decided | None, pace: float | None) -> None:
        """Show the open place, how many of its papers are decided, and how long the others will take."""
        self._header = replace(self._header, name=name, papers=papers, decided=decided, pace=pace)
        self.progress.show(decided.share if decided else 0.0)
        self.show_header()

    def show_job(self, job: JobProgress | JobFailure | None) -> None:
        """Show the progress of an import, a fetch or an index; None if nothing runs."""
        if job != self._header.job:
            self._header = replace(self._header, job=job)
            self.show_header()

    def show_list(self, name: str, title: str, note: str, position: str, labels: str = "", *, in_focus: bool) -> None:
        """Show the title of the list with the labels of its columns.

        If it has no line, the header shows `note`, about a filter or selection, or else the position of the cursor.
        """
        role = "accent" if in_focus else "muted"
        self.title.show(
            [Span(Safe(f"    {clean_line(name)}"), role), Span(Safe(f"  {title}"), "muted")],
            [Span(Safe(labels), "muted")],
        )
        self.found.show([Span(Safe(f" {title}"), "muted")], [])
        if (note, position) != (self._header.list_note, self._header.position):
            self._header = replace(self._header, list_note=note, position=position)
            if not self.has_title:
                self.show_header()

    def show_header(self) -> None:
        """Show the header in the present width."""
        shown = replace(self._header, list_note="", position="") if self.has_title else self._header
        left, right = header(shown, self._screen.size.width, has_bar=not self.speaks)
        self.header.show(left, counts_in_words(right) if self.speaks else right)

    def tell(self, message: str, role: str = "muted") -> None:
        """Show a message; an empty message shows the keys again."""
        if self._timer:
            self._timer.stop()
            self._timer = None
        self.message, self._role = message, role
        if message and role != "error":
            self._timer = self._screen.set_timer(self._message_seconds, lambda: self.tell(""))
        self.show_footer()

    def wait_for(self, spans: Sequence[Span]) -> None:
        """Show what waits for the next key in place of messages and keys, until there is nothing."""
        self._waiting = spans
        self.show_footer()

    def show_footer(self) -> None:
        """Show what waits for the next key, else the message, else the keys."""
        if self._waiting:
            self.footer.show(self._waiting, ())
            return
        span = Span(Safe(f" {clean_line(self.message)}"), self._role) if self.message else None
        pane = (self._screen.focused and self._screen.focused.id) or ""
        self.footer.show(*footer(self._commands, self._screen.size.width, span, self.leaves_filter, pane=pane))
