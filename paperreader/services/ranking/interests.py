"""Ranks the papers of a library by what its decisions say about interest."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from paperreader.domain.latex.text import readable
from paperreader.domain.paper import Paper
from paperreader.errors import IndexDamaged, StoreError
from paperreader.ranking.examples import Decided, choose_examples, decided, is_enough
from paperreader.ranking.explanation import reasons_of
from paperreader.ranking.files import RankFiles
from paperreader.ranking.interest import Interest, Products, feature_products, learn
from paperreader.ranking.reasons import Reasons
from paperreader.ranking.scores import Scores
from paperreader.ranking.terms import TermHashes
from paperreader.services.indexing.update import Condition
from paperreader.services.library import Library
from paperreader.services.ranking.update import catch_up
from paperreader.services.searching.library_search import LibrarySearch

SHOWN_REASONS = 8
"""Terms that are named for a paper."""
ASKED, CANDIDATES = 25, 300
"""Words that the index is asked for, and papers of its answer that are compared."""
SIMILAR_FROM = 4
"""Terms at least that name what similar papers share."""


@dataclass(frozen=True, slots=True)
class SimilarPaper:
    """A paper that is like others: its number, how like (0 to 1), and the terms that they share, strongest first."""

    number: int
    likeness: float
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LearnedOrder:
    """What was learned from the decisions of a moment: the score of every paper, and why it has it."""

    interest: Interest
    files: RankFiles
    decisions: int
    """The decisions that it was learned from."""
    _hashes: TermHashes

    def logits(self, papers: Sequence[int]) -> NDArray[np.float32]:
        """The logit of each paper, -inf for a paper without text."""
        rows = self.files.rows_of(np.asarray(papers, np.int64))
        found = np.full(len(rows), -np.inf, np.float32)
        found[rows >= 0] = self.interest.logits(self.files.features, rows[rows >= 0])
        return found

    def scores(self) -> Scores:
        """The scores of all papers."""
        papers, latest = self.files.latest()
        logits = self.interest.logits(self.files.features)[latest]
        best = papers[np.argsort(-logits, kind="stable")]
        numbers, figures = (array(kind, column.tobytes()) for kind, column in (("q", papers), ("f", logits)))
        return Scores(numbers, figures, array("q", best.tobytes()), self.decisions)

    def reasons(self, number: int, paper: Paper, most: int = SHOWN_REASONS) -> Reasons | None:
        """Why a paper has its score; None for a paper without text."""
        (row,) = self.files.rows_of(np.array([number], np.int64))
        if row < 0:
            return None
        (logit,) = self.interest.logits(self.files.features, np.array([row]))
        names = self._hashes.named(paper.shown_title, readable(paper.abstract))
        found = reasons_of(self.files.features, self.interest, int(row), float(logit), names, {}, most)
        self.files.release()  # a reader stays open for days
        return found


class Ranking:
    """The learned order of a library. Its files hold what the catalogue holds, or did when they were read."""

    def __init__(self, library: Library, files: RankFiles) -> None:
        self._library, self._files = library, files
        self._products = Products(files.features)
        self._hashes = TermHashes()
        self._search: LibrarySearch | None = None

    def learn(self) -> LearnedOrder | None:
        """Learn from the decisions that there are now; None if there are too few."""
        decisions = self._decisions()
        if not is_enough(decisions):
            return None
        interest = learn(choose_examples(decisions, len(self._files.papers)), self._products)
        return LearnedOrder(interest, self._files, len(decisions), self._hashes)

    def release(self) -> None:
        """Give back the memory of the files until they are needed again."""
        self._files.release()

    def similar(self, papers: Sequence[int], most: int) -> list[SimilarPaper]:
        """The papers that are most like these ones, most like first.

        Of a library with a search index, the papers that share the strongest words are compared; else all.
        """
        features = self._files.features
        rows = [int(row) for row in self._files.rows_of(np.asarray(papers, np.int64)) if row >= 0]
        if not rows:
            return []
        shared = self._weights(rows)
        compared = self._candidates(rows, shared)
        likeness = np.sum([feature_products(features, row, compared) for row in rows], axis=0) / (len(rows) * _OWN)
        likeness[np.isin(compared, rows)] = -np.inf
        best = np.argsort(-likeness, kind="stable")[: most + len(rows)]
        wanted = [(int(compared[place]), float(likeness[place])) for place in best if np.isfinite(likeness[place])]
        known = self._library.states(self._files.papers[[row for row, _ in wanted]].tolist())
        found = [(row, like) for row, like in wanted if int(self._files.papers[row]) in known][:most]
        return [SimilarPaper(int(self._files.papers[row]), like, self._shared(shared, row)) for row, like in found]

    def _candidates(self, rows: Sequence[int], weights: NDArray[np.float32]) -> NDArray[np.int64]:
        """The rows to compare with these ones."""
        if self._search is None:
            self._search = LibrarySearch(self._library)
        if self._search.refresh() is not Condition.CURRENT:
            return self._files.latest()[1]
        hashes = self._files.features.vocabulary.hashes
        names: dict[int, str] = {}
        for entry in self._library.entries(self._files.papers[list(rows)].tolist()):
            names |= self._hashes.named(entry.paper.shown_title, readable(entry.paper.abstract))
        words: dict[str, float] = {}
        for term in np.argsort(-weights, kind="stable").tolist():
            name = names.get(int(hashes[term]), " ")
            if len(words) == ASKED or not weights[term]:
                break
            if " " not in name:
                words[name] = float(weights[term])
        try:
            numbers = self._search.like(words, CANDIDATES)
        except IndexDamaged:  # the next search reports and mends it
            return self._files.latest()[1]
        found = self._files.rows_of(np.asarray(numbers, np.int64))
        return found[found >= 0]

    def strongest_terms(
        self, learned: LearnedOrder, most: int
    ) -> tuple[list[tuple[str, float]], list[tuple[str, float]]]:
        """The terms with the largest weights in the decided papers, and those with the smallest."""
        features, weights = (
            self._files.features,
            learned.interest.term_weights * self._files.features.vocabulary.weights,
        )
        rows = [each.row for each in self._decisions()]
        names: dict[int, str] = {}
        for entry in self._library.entries(self._files.papers[rows].tolist()):
            names |= self._hashes.named(entry.paper.shown_title, readable(entry.paper.abstract))
        order = np.argsort(-weights, kind="stable")

        def named(terms: NDArray[np.int64]) -> list[tuple[str, float]]:
            hashes = features.vocabulary.hashes[terms].tolist()
            found = zip(hashes, weights[terms].tolist(), strict=True)
            return list(islice(((names[hashed], weight) for hashed, weight in found if hashed in names), most))

        return (
            named(order[weights[order] > 0]),
            named(order[::-1][weights[order[::-1]] < 0]),
        )

    def _weights(self, rows: Sequence[int]) -> NDArray[np.float32]:
        weights = np.zeros(len(self._files.features.vocabulary.hashes), np.float32)
        for row in rows:
            terms, values = self._files.features.of(row)
            weights[terms] += values
        return weights

    def _shared(self, weights: NDArray[np.float32], row: int) -> tuple[str, ...]:
        """The terms that a paper shares with weights, strongest first."""
        terms, values = self._files.features.of(row)
        parts = values * weights[terms]
        strongest = np.argsort(-parts, kind="stable")[:SIMILAR_FROM]
        number = int(self._files.papers[row])
        (entry,) = self._library.entries([number])
        names = self._hashes.named(entry.paper.shown_title, readable(entry.paper.abstract))
        hashes = self._files.features.vocabulary.hashes[terms[strongest]].tolist()
        found = zip(hashes, parts[strongest].tolist(), strict=True)
        return tuple(names[hashed] for hashed, part in found if part > 0 and hashed in names)

    def _decisions(self) -> list[Decided]:
        """All decisions about papers with a text."""
        library = self._library
        numbers = [number for number in library.ids_bearing(library.reading.names()) if number > 0]
        rows = self._files.rows_of(np.array(numbers, np.int64))
        states = library.states(numbers)
        found = (
            decided(int(row), states[number])
            for number, row in zip(numbers, rows, strict=True)
            if row >= 0 and number in states
        )
        return sorted(filter(None, found), key=lambda each: each.row)


_OWN = 1.25
"""The product of the features of a paper with themselves: 1 of terms, and a quarter of vectors."""


def open_ranking(library: Library, progress: Callable[[int, int], None] = lambda _done, _all: None) -> Ranking | None:
    """The ranking of a library, after what is missing was built; None if it has no papers. Raises StoreError."""
    if library.catalogue.refusal:
        raise StoreError(str(library.catalogue.refusal))
    files = catch_up(library.catalogue, progress)
    return Ranking(library, files) if files and len(files.papers) else None
