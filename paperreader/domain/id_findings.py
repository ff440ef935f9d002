"""The results of a search for the missing ids or titles of papers (`find-ids`)."""

from dataclasses import dataclass
from enum import StrEnum

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.text import Safe


class IdOutcome(StrEnum):
    """The result for one paper."""

    FOUND = "found"
    DOUBTFUL = "doubtful"
    NOT_FOUND = "not found"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class IdFinding:
    """A paper without ids or without a title, and what was found for it."""

    key: PaperKey
    title: Safe
    """The title as shown, or the title that was found."""
    outcome: IdOutcome
    ids: tuple[Identifier, ...] = ()
    reason: str = ""
    other: PaperKey | None = None
    """The paper in the catalogue that is, or may be, the same."""


@dataclass(frozen=True, slots=True)
class IdReceipt:
    """The results for all papers."""

    findings: tuple[IdFinding, ...]

    def count(self, outcome: IdOutcome) -> int:
        """The number of papers with this result."""
        return sum(finding.outcome is outcome for finding in self.findings)
