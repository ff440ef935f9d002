"""Fuzzy search over the papers of one list, held in memory: what the filter bar asks at every key.

**How a word is found.** In order of worth: as it stands, as the beginning of a word, as initials (`kvc`: KV cache), and
with typing errors. Typing errors are only looked for when nothing is found without them, first in the words that
occur nowhere, then in all of them: who types `transformer` does not want `transformed`, who types `transformr` does
want `transformer`. A word of one or two letters begins words of titles and names only; in an abstract it would begin
anything.

**How papers are ranked.** A paper's score is the sum over the words that must all be found, and the best over those
of which one must be, of `worth × rarity`: the worth says how and where the word was found (title before authors before
abstract; a phrase is worth its words), the rarity lies between 1 (the word is in every paper) and 2 (in one). What is
denied and what is a fact narrows the list and counts for nothing. Papers whose titles hold the words next to each other
and in order, and little else, come first among those that are otherwise alike; then the order of the list decides.

**Why it is fast.** Words are looked up in the list's vocabulary, not in the texts: 10,000 abstracts have some 60,000
different words. What a word matches is remembered, so that the next key costs one word.
"""

from collections.abc import Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass

from paperreader.domain.query.tree import AllOf, AnyOf, Clause, Fact, Not, Part, Phrase, Query, Text, Word, clauses
from paperreader.search.folding import words
from paperreader.search.highlighter import Forms, Highlighter
from paperreader.search.ranking import RERANKED, title_bonus
from paperreader.search.vocabulary import MOST_FORGIVEN
from paperreader.search.word_index import Found, WordIndex


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions (in the indexed list) of the papers found, best first, and how to mark the hits."""

    positions: list[int]
    highlighter: Highlighter


def no_paper(_fact: Fact) -> Set[int]:
    """The papers of a list of which no fact is known."""
    return frozenset()


class ListIndex:
    """The searchable form of a list of papers, as they are shown; positions count from 0 in the order of adding."""

    def __init__(self) -> None:
        self._words = WordIndex()

    def __len__(self) -> int:
        return len(self._words)

    def add(self, title: str, authors: str, abstract: str) -> None:
        """Add the next paper of the list."""
        self._words.add(title, authors, abstract)

    def search(self, query: Query, meeting: Callable[[Fact], Set[int]] = no_paper) -> SearchResult:
        """The papers that a query finds; `meeting` gives the positions of those of which a fact holds."""
        self._words.update_vocabulary()
        sought = query.texts()
        for typos in (_in_no_word, self._words.is_unknown, _in_every_word):
            evaluation = _Evaluation(self._words, query, meeting, typos)
            worth = evaluation.scores(query.root.parts if query.root else ())
            if worth or not 0 < len(evaluation.forms) <= MOST_FORGIVEN:
                break
        ranked = sorted(worth, key=lambda position: (-worth[position], position))
        forms = evaluation.forms
        if sought:
            head = ranked[:RERANKED]
            bonus = {position: title_bonus(words(self._words.title(position)), forms) for position in head}
            head.sort(key=lambda position: (-worth[position] - bonus[position], position))
            ranked[:RERANKED] = head
        return SearchResult(ranked, Highlighter(forms))


class _Evaluation:
    """One walk through the tree of a query, with typing errors forgiven in some words."""

    def __init__(
        self, words_of_list: WordIndex, query: Query, meeting: Callable[[Fact], Set[int]], typos: Callable[[str], bool]
    ) -> None:
        self._words = words_of_list
        self._meeting = meeting
        self._typos = typos
        self._last = _last_clause(query)
        self.forms: list[Forms] = []
        """The forms in which the words were found, in their order."""

    def scores(self, parts: Sequence[Part]) -> dict[int, float]:
        """The scores of the papers for which all of the parts hold."""
        scored: list[tuple[Mapping[int, float], float]] = []
        within: list[Set[int]] = []
        without: set[int] = set()
        for part in parts:
            match part:
                case Word() | Phrase():
                    found = self._find(part)
                    scored.append((found.worth, self._words.rarity(len(found.worth))))
                case AnyOf(alternatives):
                    scored.append((self._best(alternatives), 1.0))
                case AllOf(inner):
                    scored.append((self.scores(inner), 1.0))
                case Not(inner):
                    without |= self._exactly(inner)
                case _:
                    within.append(self._meeting(part))
        return self._sum(scored, set.intersection(*map(set, within)) if within else None, without)

    def _sum(
        self, scored: Sequence[tuple[Mapping[int, float], float]], within: set[int] | None, without: set[int]
    ) -> dict[int, float]:
        candidates: Collection[int] = within if within is not None else range(len(self._words))
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
                if score >= best.get(position, 0.0):
                    best[position] = score
        return best

    def _find(self, text: Text) -> Found:
        is_last = text is self._last
        find = self._words.find_phrase if isinstance(text, Phrase) else self._words.find_word
        found = find(text.text, text.field, is_last, self._typos)
        self.forms += found.forms
        return found

    def _exactly(self, part: Part) -> set[int]:
        """The papers for which a part holds as it stands."""
        match part:
            case Word(text, _, field):
                return self._words.holding_word(text, field)
            case Phrase(text, _, field):
                return set(self._words.find_phrase(text, field, False, _in_no_word).worth)
            case Not(inner):
                return set(range(len(self._words))) - self._exactly(inner)
            case AllOf(parts):
                return set.intersection(*map(self._exactly, parts))
            case AnyOf(parts):
                return set.union(*map(self._exactly, parts))
            case _:
                return set(self._meeting(part))


def _last_clause(query: Query) -> Clause | None:
    """The clause that is still being typed."""
    last = None
    for clause, _ in clauses(query.root if query.is_open else None):
        last = clause
    return last


def _in_no_word(_part: str) -> bool:
    return False


def _in_every_word(_part: str) -> bool:
    return True
