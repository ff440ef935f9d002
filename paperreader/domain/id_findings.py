"""What looking for the ids of papers came to, paper by paper."""

from dataclasses import dataclass
from enum import StrEnum

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.text import Safe


class IdOutcome(StrEnum):
    """What looking for the ids of a paper came to."""

    FOUND = "found"
    DOUBTFUL = "doubtful"
    NOT_FOUND = "not found"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class IdFinding:
    """A paper without ids: what came of looking for them, those that were found or are doubtful, and where or why."""

    key: PaperKey
    title: Safe
    outcome: IdOutcome
    ids: tuple[Identifier, ...] = ()
    reason: str = ""
    other: PaperKey | None = None
    """The paper of the catalogue that it is, or may be."""


@dataclass(frozen=True, slots=True)
class IdReceipt:
    """What looking for ids came to."""

    findings: tuple[IdFinding, ...]

    def count(self, outcome: IdOutcome) -> int:
        """How many papers it came to that of."""
        return sum(finding.outcome is outcome for finding in self.findings)
