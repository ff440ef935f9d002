"""The order by interest as the reader uses it: scores at once, reasons once numpy is loaded.

The scores of the last session order the first list. What is learned in this session replaces them.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperreader.domain.reading_state import ReadingStatus
from paperreader.ranking.scores import (
    FILE,
    LEAST_DECISIONS,
    LEAST_KEEPERS,
    Scores,
    load_scores,
    rank_folder,
    save_scores,
)
from paperreader.services.library import Library

if TYPE_CHECKING:
    from paperreader.domain.paper import Paper
    from paperreader.ranking.reasons import Reasons
    from paperreader.services.ranking.interests import LearnedOrder

NOT_YET = f"until {LEAST_KEEPERS} papers are starred or kept for later, and {LEAST_DECISIONS} are decided"


@dataclass(frozen=True, slots=True)
class ReadingOrder:
    """Scores, and what they were learned from; None while they are those of the last session."""

    scores: Scores
    learned: LearnedOrder | None = None

    def reasons(self, number: int, paper: Paper) -> Reasons | None:
        """Why a paper has its score; None while that is not known, and for a paper without a score."""
        return self.learned.reasons(number, paper) if self.learned else None


def has_enough(library: Library) -> bool:
    """Whether there are enough decisions to learn from."""
    reading = library.reading
    keepers = len(set(reading.starred()) | set(reading.with_status(ReadingStatus.LATER)))
    return keepers >= LEAST_KEEPERS and len(reading.names()) >= LEAST_DECISIONS


def load_order(library: Library) -> ReadingOrder | None:
    """The scores of the last session, if there are any."""
    scores = load_scores(rank_folder(library.folder), library.catalogue.mark().catalogue)
    return ReadingOrder(scores) if scores else None


def keep_order(library: Library, order: ReadingOrder | None) -> None:
    """Keep the scores for the next session; None: there are none. If the disk refuses, they are computed again."""
    folder = rank_folder(library.folder)
    with suppress(OSError):
        if order:
            save_scores(folder, library.catalogue.mark().catalogue, order.scores)
        else:
            (folder / FILE).unlink(missing_ok=True)
