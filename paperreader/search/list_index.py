"""Searches the papers of one list, held in memory, at every key in the filter bar.

**Finding.** A word may stand in a text whole, as the start of a word, as initials (`kvc`: KV cache) or misspelt. If a
query finds nothing as it is typed, the search forgives typing errors: first in the words that no paper has, then in all
words. So `transformer` does not find `transformed`, but `transformr` finds `transformer`.

**Ranking.** Each word adds `worth × rarity` to the score of a paper. The worth says how the word stands there and in
which text. The rarity is between 1 (the word is in every paper) and 2 (it is in one). Of alternatives only the best
counts. Facts and denied parts add nothing. Then the titles of the first papers are scored (`ranking`). Papers with
equal scores keep the order of the list.

**Speed.** Words are looked up in the vocabulary of the list, not in the texts: 10,000 abstracts have 60,000 different
words. The index keeps what it found for a word, so that the next key costs one word.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from paperreader.domain.query.tree import AllOf, AnyOf, Fact, Not, Part, Phrase, Query, Text, Word
from paperreader.search.folding import words
from paperreader.search.highlighter import Forms, Highlighter
from paperreader.search.ranking import RERANKED, title_bonus
from paperreader.search.vocabulary import MOST_FORGIVEN
from paperreader.search.word_index import Found, WordIndex


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions of the papers found, best first, and the highlighter that marks the words in them."""

    positions: list[int]
    highlighter: Highlighter


class ListIndex(WordIndex):
    """The searchable papers of a list, with their texts as they are shown."""

    def search(self, query: Query, papers_with: Callable[[Fact], Set[int]] = lambda _: frozenset()) -> SearchResult:
        """The papers that a query finds; `papers_with` gives the positions of the papers with a fact."""
        self.update_vocabulary()
        for forgives in (lambda _: False, self.is_unknown, lambda _: True):
            evaluation = _Evaluation(self, query, papers_with, forgives)
            scores = evaluation.scores(query.root.parts if query.root else ())
            forms = evaluation.forms
            if scores or not 0 < len(forms) <= MOST_FORGIVEN:
                break
        ranked = sorted(scores, key=lambda position: (-scores[position], position))
        if forms:
            head = ranked[:RERANKED]
            bonus = {position: title_bonus(words(self.title(position)), forms) for position in head}
            head.sort(key=lambda position: (-scores[position] - bonus[position], position))
            ranked[:RERANKED] = head
        return SearchResult(ranked, Highlighter(forms))

    def holding(self, query: Query, papers_with: Callable[[Fact], Set[int]] = lambda _: frozenset()) -> set[int]:
        """The positions of the papers that a query finds by whole words, without typing errors and initials.

        A paper is found or not whatever other papers the list has.
        """
        evaluation = _Evaluation(self, query, papers_with, lambda _: False)
        return evaluation.holding(query.root or AllOf(()))


class _Evaluation:
    """Evaluates a query once. It forgives typing errors in the words that `forgives` accepts."""

    def __init__(
        self,
        index: WordIndex,
        query: Query,
        papers_with: Callable[[Fact], Set[int]],
        forgives: Callable[[str], bool],
    ) -> None:
        self._index = index
        self._papers_with = papers_with
        self._forgives = forgives
        self._open_clause = query.open_clause
        self.forms: list[Forms] = []
        """The forms of the words and phrases, in their order."""

    def scores(self, parts: Sequence[Part]) -> dict[int, float]:
        """The scores of the papers that all parts find."""
        scored: list[tuple[Mapping[int, float], float]] = []
        within: list[Set[int]] = []
        without: set[int] = set()
        for part in parts:
            match part:
                case Word() | Phrase():
                    found = self._find(part)
                    scored.append((found.worth, self._index.rarity(len(found.worth))))
                case AnyOf(alternatives):
                    scored.append((self._best(alternatives), 1.0))
                case AllOf(inner):
                    scored.append((self.scores(inner), 1.0))
                case Not(inner):
                    without |= self.holding(inner)
                case _:
                    within.append(self._papers_with(part))
        return self._sum(scored, set.intersection(*map(set, within)) if within else None, without)

    def _sum(
        self, scored: Sequence[tuple[Mapping[int, float], float]], within: set[int] | None, without: set[int]
    ) -> dict[int, float]:
        """The weighted sums of the scores, for the papers that have all of them."""
        candidates: Collection[int] = within if within is not None else range(len(self._index))
        candidates = min((candidates, *(worth for worth, _ in scored)), key=len)
        scores = {}
        for position in candidates:
            if position in without or (within is not None and position not in within):
                continue
            score = 0.0
            for worth_of, weight in scored:
                worth = worth_of.get(position)
                if worth is None:
                    break
                score += worth * weight
            else:
                scores[position] = score
        return scores

    def _best(self, alternatives: Sequence[Part]) -> dict[int, float]:
        best: dict[int, float] = {}
        for part in alternatives:
            for position, score in self.scores((part,)).items():
                best[position] = max(score, best.get(position, 0.0))
        return best

    def _find(self, text: Text) -> Found:
        is_open = text is self._open_clause
        if isinstance(text, Phrase):
            found = self._index.find_phrase(text.text, text.field, is_open)
        else:
            found = self._index.find_word(text.text, text.field, is_open, self._forgives)
        self.forms += found.forms
        return found

    def holding(self, part: Part) -> set[int]:
        """The papers that a part finds without typing errors, initials and starts of words."""
        match part:
            case Word(text, _, field):
                return self._index.holding_word(text, field)
            case Phrase(text, _, field):
                return set(self._index.find_phrase(text, field, False).worth)
            case Not(inner):
                return set(range(len(self._index))) - self.holding(inner)
            case AllOf(parts):
                return set(range(len(self._index))).intersection(*map(self.holding, parts))
            case AnyOf(parts):
                return set().union(*map(self.holding, parts))
            case _:
                return set(self._papers_with(part))
