"""What looking for the ids, or the titles, of papers came to, paper by paper."""

from dataclasses import dataclass
from enum import StrEnum

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.text import Safe


class IdOutcome(StrEnum):
    """What looking for the ids, or the title, of a paper came to."""

    FOUND = "found"
    DOUBTFUL = "doubtful"
    NOT_FOUND = "not found"
    NOT_ASKED = "not asked"


@dataclass(frozen=True, slots=True)
class IdFinding:
    """A paper without ids, or without a title: what came of looking for them, and where or why."""

    key: PaperKey
    title: Safe
    """As it is shown; one that was found."""
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
