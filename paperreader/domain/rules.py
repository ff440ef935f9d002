"""Rules: what happens to a new paper that a query finds, before the user sees it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.receipt import RuleCounts
from paperreader.domain.text import Safe


class RuleEffect(StrEnum):
    """What a rule does with a paper."""

    MUTE = "mute"
    """It is skipped, unless another rule follows it or keeps it for later."""
    LATER = "later"
    """It is kept for later."""
    FOLLOW = "follow"
    """It stays unread and is marked as followed."""
    TAG = "tag"
    """It gets a tag."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the user: an effect, a query, and the tag of a rule that tags."""

    effect: RuleEffect
    query: Safe
    tag: Safe = Safe("")
    since: datetime | None = field(default=None, compare=False)
    """When the user added the rule (UTC)."""

    @property
    def name(self) -> Safe:
        """The rule as the user writes it: `mute QUERY`, `tag +TAG QUERY`. Two rules never have the same name."""
        return Safe(" ".join(filter(None, (self.effect, f"+{self.tag}" if self.tag else "", self.query))))


def act(state: ReadingState, rules: Sequence[Rule]) -> ReadingState:
    """The state of a paper after the rules that found it. A paper that has any decision is left alone.

    The time of the decision stays empty: the user decided nothing.
    """
    if state != UNDECIDED or not rules:
        return state
    effects = {rule.effect for rule in rules}
    status = state.status
    if RuleEffect.LATER in effects:
        status = ReadingStatus.LATER
    elif RuleEffect.MUTE in effects and RuleEffect.FOLLOW not in effects:
        status = ReadingStatus.SKIPPED
    # Of a paper that is followed or kept for later, no rule is named that would have skipped it.
    acted = [rule for rule in rules if rule.effect is not RuleEffect.MUTE or status is ReadingStatus.SKIPPED]
    tags = tuple(sorted({rule.tag for rule in acted if rule.tag}))
    return replace(state, status=status, tags=tags, rules=tuple(sorted(rule.name for rule in acted)))


def count_effects(states: Sequence[ReadingState]) -> RuleCounts:
    """What rules did, by the states that they made."""
    return RuleCounts(
        skipped=sum(state.status is ReadingStatus.SKIPPED for state in states),
        later=sum(state.status is ReadingStatus.LATER for state in states),
        followed=sum(state.is_followed for state in states),
        tagged=sum(bool(state.tags) for state in states),
    )
