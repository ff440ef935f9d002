"""Why a paper has its score, as values and in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paperreader.ranking.scores import percent

MINUS = "−"
_LEAST = 0.05
"""A smaller weight would be written as zero."""
PINNED = 1.5
"""What a pinned term adds to the logit of a paper that has it, and a muted one takes away."""


@dataclass(frozen=True, slots=True)
class Reason:
    """What one term adds to a logit. `pin` is 1 for a pinned term, -1 for a muted one, else 0."""

    term: str
    weight: float
    pin: int = 0


@dataclass(frozen=True, slots=True)
class Reasons:
    """A logit as a sum: `base`, the strongest terms, and `rest` for all else."""

    logit: float
    base: float
    terms: tuple[Reason, ...]
    rest: float

    @property
    def score(self) -> int:
        """The chance that the reader keeps the paper, in percent."""
        return percent(self.logit)

    def in_words(self, most: int, *, with_base: bool = False) -> Iterator[str]:
        """The strongest terms and the rest, as in `memory +1.2`; without `with_base` the rest includes the base."""
        shown = [reason for reason in self.terms[:most] if abs(reason.weight) >= _LEAST]
        rest = self.logit - sum(reason.weight for reason in shown) - (self.base if with_base else 0)
        parts = [*((reason.term, reason.weight) for reason in shown), ("rest", rest)]
        for name, weight in [*parts, *([("base", self.base)] if with_base else [])]:
            yield f"{name} {f'{weight:+.1f}'.replace('-', MINUS)}"
