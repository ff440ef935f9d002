"""What rules found: the papers of the last days, and what the user made of them. Nothing of it is stored."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from paperreader.domain.history import describe_counts
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.domain.rules import Rule, RuleEffect
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.rules.matching import is_valid, papers_found
from paperreader.storage.catalogue.search_queries import papers_between

DAYS = 30
"""The days that the figures of rules look back on."""
_GREEDY_SHARE = 0.3
"""A rule is too greedy if it finds more than this share of the papers of these days."""
_GREEDY_KEPT = 0.1
"""A rule that mutes is too greedy if the user kept more than this share of its papers."""
_FEWEST = 20
"""Papers of these days from which on a share means something."""


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """What a rule did. A paper counts by the days of its listings."""

    rule: Rule
    hits: int
    """Papers it acted on."""
    recent: int
    """Of these, papers listed in the last 30 days."""
    kept: int
    """Papers it acted on that the user starred, read or kept for later."""
    judgement: str
    """What is wrong with the rule; empty if nothing is."""

    @property
    def text(self) -> Safe:
        """The figures in words: `12 in 30 days · 40 in all · 3 kept by you`, and what is wrong."""
        counts = [f"{self.recent:,} in {DAYS} days", f"{self.hits:,} in all", f"{self.kept:,} kept by you"]
        return Safe(" · ".join([*counts, *([self.judgement] if self.judgement else [])]))


@dataclass(frozen=True, slots=True)
class RuleTest:
    """What a rule would have found in the last 30 days."""

    found: list[int]
    papers: int
    """All papers of these days."""
    kept: int
    """Of those found, the papers that the user starred, read or kept for later."""

    def describe(self, rule: Rule) -> Safe:
        """The figures in words: `mute survey: 12 of 340 papers in 30 days; you kept 1 of them`."""
        kept = f"; you kept {self.kept:,} of them" if self.found else ""
        papers = describe_counts(self.papers)
        return Safe(f"{rule.name}: {len(self.found):,} of {papers} in {DAYS} days{kept}")


def try_rule(library: Library, rule: Rule) -> RuleTest:
    """What a rule would have found among the papers of the last 30 days, newest first."""
    recent = _recent(library)
    ordered = library.catalogue.in_order(sorted(recent))
    found = papers_found(library, [rule], ordered)[rule]
    states = library.states(found)
    return RuleTest(found, len(recent), sum(map(_is_kept, states.values())))


def figures(library: Library) -> list[RuleFigures]:
    """The figures of all rules, oldest first."""
    ruled = library.reading.ruled()
    recent = _recent(library)
    numbers = library.ids_of({PaperKey(names[0]) for names, _ in ruled})
    acted: dict[str, list[tuple[bool, bool]]] = {}
    for names, rules in ruled:
        is_recent = numbers.get(PaperKey(names[0])) in recent
        is_kept = _is_kept(library.reading.state(names[0], names[1:]))
        for name in rules:
            acted.setdefault(name, []).append((is_recent, is_kept))
    return [_figures(rule, acted.get(rule.name, []), len(recent), library.reading.now()) for rule in
            library.reading.rules()]  # fmt: skip


def _figures(rule: Rule, acted: list[tuple[bool, bool]], papers: int, now: datetime) -> RuleFigures:
    recent, kept = sum(is_recent for is_recent, _ in acted), sum(is_kept for _, is_kept in acted)
    is_old = rule.since is not None and now - rule.since >= timedelta(DAYS)
    judgement = ""
    if not is_valid(rule):
        judgement = "invalid query"
    elif is_old and not recent:
        judgement = f"dead: nothing in {DAYS} days"
    elif rule.effect is RuleEffect.MUTE and len(acted) >= _FEWEST and kept > _GREEDY_KEPT * len(acted):
        judgement = f"too greedy: you kept {kept} of {len(acted):,}"
    elif papers >= _FEWEST and recent > _GREEDY_SHARE * papers:
        judgement = f"too greedy: {recent / papers:.0%} of all papers"
    return RuleFigures(rule, len(acted), recent, kept, judgement)


def _is_kept(state: ReadingState) -> bool:
    """Whether the user decided to keep a paper. What a rule decided does not count."""
    is_users = state.decided_at is not None
    return is_users and (state.starred or state.status in (ReadingStatus.READ, ReadingStatus.LATER))


def _recent(library: Library) -> set[int]:
    return papers_between(library.catalogue, library.today() - timedelta(DAYS - 1), date.max)
