"""Commands that add rules for papers that arrive, after they showed what a rule would have found."""

from __future__ import annotations

import asyncio
from contextlib import closing

from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import PaperReaderError
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.presenting.signs import FOLLOWED_SIGN, STATUS_SIGNS
from paperreader.ui.view import View

_MARKS = {"mute": STATUS_SIGNS[ReadingStatus.SKIPPED], "follow": FOLLOWED_SIGN}
"""The mark that stands in the row of a paper while the effect is shown."""


class RuleCommands:
    """Commands of rules."""

    def __init__(self, view: View, decisions: DecisionCommands) -> None:
        self._view, self._decisions = view, decisions

    def mute(self) -> None:
        """Say what the command needs."""
        self._view.tell("write which new papers to skip: :mute QUERY")

    def follow(self) -> None:
        """Say what the command needs."""
        self._view.tell("write which new papers to follow: :follow QUERY")

    async def rules(self) -> None:
        """List the rules with what each found, and remove one."""
        from paperreader.services.rules.editing import remove_rule
        from paperreader.services.rules.statistics import RuleFigures, figures
        from paperreader.ui.dialogs.rules import RulesScreen

        library = self._view.desk.library

        def look() -> list[RuleFigures]:
            other = library.reopen()
            with closing(other.catalogue):
                return figures(other)

        await self._decisions.queue.finish()
        found = await asyncio.to_thread(look)
        rows = [(each.rule.name, each.text) for each in found]
        chosen = await self._view.ask(RulesScreen(rows))
        if chosen is not None:
            self._decisions.queue.put(lambda: remove_rule(library, found[chosen].rule))

    async def add(self, effect: str, query: str) -> None:
        """Show what a rule (`mute` or `follow`) would have found in 30 days, then add it if the user agrees."""
        # 30 ms that only these commands need
        from paperreader.services.rules.editing import add_rule, parse_rule
        from paperreader.services.rules.statistics import RuleTest, try_rule

        view, library = self._view, self._view.desk.library
        try:
            rule = parse_rule(f"{effect} {query}")
        except PaperReaderError as error:
            view.tell(str(error), "error")
            return
        if rule in library.reading.rules():
            view.tell(f"this rule exists already: {rule.name}")
            return
        await self._decisions.queue.finish()

        def look() -> RuleTest:
            other = library.reopen()
            with closing(other.catalogue):
                return try_rule(other, rule)

        view.tell("looking for the papers…")
        try:
            tested = await asyncio.to_thread(look)
        except PaperReaderError as error:
            view.tell(str(error), "error")
            return
        view.tell("")
        words = tested.describe(rule)
        view.papers.preview(tested.found, _MARKS[effect], strikes=effect == "mute")
        try:
            answer = await view.prompt.ask(words, {"enter": "adds the rule for new papers"}, leaving="changes nothing")
        finally:
            view.papers.preview(())
        if answer is None:
            view.tell("nothing changed")
            return
        self._decisions.queue.put(lambda: add_rule(library, rule))
