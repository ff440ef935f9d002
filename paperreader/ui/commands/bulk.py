"""Bulk commands: decide about all papers of the open list that a query finds, after the effect was shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

from paperreader.domain.decision import Decision, EditTags, SetStar, SetStatus, apply
from paperreader.domain.reading_state import ReadingStatus, make_tags
from paperreader.services.lists.long_list import whole
from paperreader.ui.commands.decisions import DecisionCommands
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS
from paperreader.ui.view import View

DECISIONS: dict[str, Decision] = {
    "star": SetStar(True, ReadingStatus.READ),
    "read": SetStatus(ReadingStatus.READ),
    "skip": SetStatus(ReadingStatus.SKIPPED),
    "later": SetStatus(ReadingStatus.LATER),
}
_MARKS = {
    "star": STAR_SIGN,
    "read": STATUS_SIGNS[ReadingStatus.READ],
    "skip": STATUS_SIGNS[ReadingStatus.SKIPPED],
    "later": STATUS_SIGNS[ReadingStatus.LATER],
}
"""The mark that stands in the row of a paper while the effect is shown."""
WORDS = {"star": "star", "read": "mark as read", "skip": "skip", "later": "keep for later", "tag": "tag"}
SPARES_STARS = frozenset(("read", "skip"))
"""Decisions that leave starred papers alone."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision would do: the papers that change, starred papers left alone, and papers that are so already."""

    changed: Sequence[int]
    starred: int
    already: int
    listed: int
    """The papers of the list."""

    def describe(self, words: str) -> str:
        """The effect in words: `skip 37 of 81; 3 starred stay`."""
        parts = [f"{words} {len(self.changed):,} of {self.listed:,}"]
        parts += [f"{self.starred:,} starred stay{'s' if self.starred == 1 else ''}"] if self.starred else []
        parts += [f"{self.already:,} {'is' if self.already == 1 else 'are'} so already"] if self.already else []
        return "; ".join(parts)


class BulkCommands:
    """Decisions about what a query finds in the open list; each is one action."""

    def __init__(self, view: View, decisions: DecisionCommands) -> None:
        self._view, self._decisions = view, decisions

    async def decide(self, name: str, query: str) -> None:
        """Star, read, skip or keep for later what a query finds."""
        await self._decide(name, DECISIONS[name], query)

    async def tag(self, text: str) -> None:
        """Add and remove tags: `+one -other QUERY`."""
        words = text.split()
        signs = next((place for place, word in enumerate(words) if word[0] not in "+-"), len(words))
        added = make_tags(word for word in words[:signs] if word[0] == "+")
        removed = make_tags(word.lstrip("-") for word in words[:signs] if word[0] == "-")
        if not added | removed or signs == len(words):
            self._view.tell("write the tags, then a query: :tags +name -other QUERY")
            return
        await self._decide("tag", EditTags(added, removed), text.split(maxsplit=signs)[signs])

    async def _decide(self, name: str, decision: Decision, query: str) -> None:
        view = self._view
        await self._decisions.queue.finish()  # they may change what the query finds
        if len(view.desk.view) > view.limits.sort_at_once:
            view.tell("looking for the papers…")
        effect = await self._effect(name, decision, query)
        view.tell("")
        said = effect.describe(WORDS[name])
        if not effect.changed:
            view.tell(f"nothing to change: {said}")
            return
        view.papers.preview(effect.changed, _MARKS.get(name, ""), strikes=name == "skip")
        try:
            answer = await view.prompt.ask(said, {"enter": "acts"}, leaving="changes nothing")
        finally:
            view.papers.preview(())
        if answer is None:
            view.tell("nothing changed")
            return
        self._decisions.decide(name, decision, view.desk.keys(effect.changed))

    async def _effect(self, name: str, decision: Decision, query: str) -> Effect:
        from paperreader.services.searching.find_papers import find_in_list  # 20 ms that only bulk commands need

        desk, ids = self._view.desk, self._view.desk.view

        def look() -> Effect:
            library = desk.library.reopen()
            with closing(library.catalogue):
                papers = whole(ids)
                states = library.states(find_in_list(library, papers, query))
            starred = [paper for paper, state in states.items() if state.starred and name in SPARES_STARS]
            left = set(starred)
            others = {paper: state for paper, state in states.items() if paper not in left}
            now = datetime.now(UTC)
            changed = [paper for paper, state in others.items() if apply(state, decision, now) is not state]
            return Effect(changed, len(starred), len(others) - len(changed), len(papers))

        return await asyncio.to_thread(look)
