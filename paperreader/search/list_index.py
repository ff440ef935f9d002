"""Fuzzy search over the papers of one list, held in memory: what the filter bar asks at every key.

**How a word is found.** In order of worth: as it stands, as the beginning of a word, as initials (`kvc`: KV cache), and
with typing errors. Typing errors are only looked for when nothing is found without them, first in the words that
occur nowhere, then in all of them: who types `transformer` does not want `transformed`, who types `transformr` does
want `transformer`. A word of one or two letters begins words of titles and names only; in an abstract it would begin
anything.

**How papers are ranked.** Every word must be found. A paper's score is the sum over the words of `worth × rarity`: the
worth says how and where the word was found (title before authors before abstract), the rarity lies between 1 (the word
is in every paper) and 2 (in one). Papers whose titles hold the words next to each other and in order, and little else,
come first among those that are otherwise alike; then the order of the list decides.

**Why it is fast.** Words are looked up in the list's vocabulary, not in the texts: 10,000 abstracts have some 60,000
different words. What a word matches is remembered, so that the next key costs one word.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from paperreader.domain.latex import readable
from paperreader.domain.query import Word
from paperreader.domain.text import Safe
from paperreader.search.folding import tokens, words, words_and_compounds
from paperreader.search.highlighter import SHORT, Forms, Highlighter
from paperreader.search.initials import acronyms_with_next, initial_letters, spell_initials
from paperreader.search.vocabulary import Vocabulary

TITLE, AUTHORS, ABSTRACT = range(3)

# What finding a word is worth, by field. Only the order matters much: the gaps are wide enough that the rarity of a
# word (1 to 2) lets a rare word in an abstract stand up to a common one in a title, not to a rare one.
EXACT = (1.0, 0.9, 0.5)
PREFIX = (0.8, 0.7, 0.4)
INITIALS = (0.65, 0.0, 0.3)
TYPO = (0.6, 0.5, 0.3)

ADJACENT = 0.2
"""Added for two words that follow each other in the title as in the query."""
IN_ORDER = 0.05
"""Added for two words that stand in the title in the query's order, apart from each other."""
COVERAGE = 0.3
"""Added for a title that consists of nothing but the words; half the title: half of it."""
RERANKED = 300
"""How many papers at the head of a result are looked at more closely."""

INITIALS_FROM = 3
"""Letters from which on a word may be initials."""
COMMON = 0.2
"""The share of papers that hold a word from which on it is not taken for initials."""


@dataclass(frozen=True, slots=True)
class _Found:
    """The papers in which a word was found, what that is worth, and the forms in which it stands there."""

    worth: dict[int, float] = field(default_factory=dict)
    forms: tuple[Forms, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions (in the indexed list) of the papers found, best first, and how to mark the hits."""

    positions: list[int]
    highlighter: Highlighter


class ListIndex:
    """The searchable form of a list of papers, as they are shown; positions count from 0 in the order of adding."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._postings = tuple[defaultdict[str, list[int]], ...](defaultdict(list) for _ in range(3))
        self._initials: list[str] = []
        self._acronyms: dict[str, list[int]] = {}
        self._vocabulary = Vocabulary()
        self._is_current = True
        self._remembered: dict[tuple[str, bool, bool, bool], _Found] = {}

    def __len__(self) -> int:
        return len(self._titles)

    def add(self, title: str, authors: str, abstract: str) -> None:
        """Add the next paper of the list."""
        position = len(self._titles)
        for postings, text in zip(self._postings, (title, authors, abstract), strict=True):
            for word in set(words_and_compounds(text)):
                postings[word].append(position)
        self._initials.append(initial_letters(title))
        for letters in acronyms_with_next(abstract):
            self._acronyms.setdefault(letters, []).append(position)
        self._is_current = False
        self._titles.append(title)  # last, because the number of titles says how many papers can be found

    def search(
        self, query: Sequence[Word], allowed: Callable[[int], bool] | None = None, *, complete: bool = False
    ) -> SearchResult:
        """The papers that hold every word and none of the negated ones; `complete`: nobody is typing any more."""
        self._update_vocabulary()
        wanted = [word for word in query if not word.negated]
        excluded = self._excluded(query)
        for typos in (_in_no_word, self._is_unknown, _in_every_word):
            found = [
                self._find(word, is_last=index == len(wanted) - 1 and not complete, typos=typos)
                for index, word in enumerate(wanted)
            ]
            worth = self._sum(found, excluded, allowed)
            if worth or not wanted:
                break
        ranked = sorted(worth, key=lambda position: (-worth[position], position))
        forms = [forms for part in found for forms in part.forms]
        if wanted:
            head = ranked[:RERANKED]
            bonus = {position: self._title_bonus(position, forms) for position in head}
            head.sort(key=lambda position: (-worth[position] - bonus[position], position))
            ranked[:RERANKED] = head
        return SearchResult(ranked, Highlighter(forms))

    # Finding

    def _update_vocabulary(self) -> None:
        if not self._is_current:
            self._vocabulary = Vocabulary(set().union(*self._postings))
            self._remembered.clear()
            self._is_current = True

    def _excluded(self, query: Iterable[Word]) -> set[int]:
        """The papers that hold a negated word as it stands."""
        excluded: set[int] = set()
        for word in query:
            if not word.negated:
                continue
            fields = self._postings[:1] if word.title_only else self._postings
            sets = [{p for postings in fields for p in postings.get(part, ())} for part in _parts(word)]
            excluded |= set.intersection(*sets) if sets else set()
        return excluded

    def _sum(
        self, found: Sequence[_Found], excluded: set[int], allowed: Callable[[int], bool] | None
    ) -> dict[int, float]:
        """The score of every paper that has all the words."""
        if not found:
            candidates: Collection[int] = range(len(self))
        else:
            candidates = min((part.worth for part in found), key=len)
        rarity = [self._rarity(len(part.worth)) for part in found]
        scores = {}
        for position in candidates:
            if position in excluded or (allowed is not None and not allowed(position)):
                continue
            score = 0.0
            for part, weight in zip(found, rarity, strict=True):
                worth = part.worth.get(position)
                if worth is None:
                    break
                score += worth * weight
            else:
                scores[position] = score
        return scores

    def _rarity(self, papers: int) -> float:
        """Between 1 for a word that is in every paper and 2 for a word that is in one."""
        count = len(self)
        return 1 + math.log(count / papers) / math.log(count) if papers and count > 1 else 1.0

    def _find(self, word: Word, *, is_last: bool, typos: Callable[[str], bool]) -> _Found:
        """Where a word of the query stands; a hyphenated one by all of its parts or as one word."""
        parts = _parts(word)
        founds = [
            self._find_part(part, word.title_only, is_last and index == len(parts) - 1, typos(part))
            for index, part in enumerate(parts)
        ]
        if len(parts) < 2:
            return founds[0] if founds else _Found()  # what folds to nothing stands nowhere
        common = set.intersection(*(set(found.worth) for found in founds))
        worth = {position: sum(f.worth[position] for f in founds) / len(founds) for position in common}
        joined = self._find_part("".join(parts), word.title_only, is_last, False)
        for position, value in joined.worth.items():
            worth[position] = max(value, worth.get(position, 0.0))
        return _Found(worth, tuple(forms for found in (*founds, joined) for forms in found.forms))

    def _find_part(self, part: str, title_only: bool, is_last: bool, typos: bool) -> _Found:
        key = (part, title_only, is_last and typos, typos)
        if key not in self._remembered:
            if len(self._remembered) > 200:
                self._remembered.clear()
            self._remembered[key] = self._look_up(part, title_only, is_last, typos)
        return self._remembered[key]

    def _look_up(self, part: str, title_only: bool, is_last: bool, typos: bool) -> _Found:
        fields = (TITLE,) if title_only else (TITLE, AUTHORS, ABSTRACT)
        beginning = self._vocabulary.beginning_with(part)
        misspelt = self._vocabulary.near(part, as_prefix=is_last) if typos else frozenset()
        initials = self._with_initials(part)
        steps: list[tuple[float, Iterable[int]]] = []
        for f in fields:
            steps.append((EXACT[f], self._holding(f, [part])))
            if len(part) > SHORT or f != ABSTRACT:
                steps.append((PREFIX[f], self._holding(f, beginning)))
            steps.append((TYPO[f], self._holding(f, misspelt)))
            steps.append((INITIALS[f], initials.get(f, ())))
        worth: dict[int, float] = {}
        for value, positions in sorted(steps, key=lambda step: -step[0]):
            for position in positions:
                worth.setdefault(position, value)
        return _Found(worth, (Forms(part, misspelt, part if any(initials.values()) else "", title_only),))

    def _holding(self, f: int, found: Iterable[str]) -> Iterable[int]:
        """The papers that hold one of the words in a field; some of them more than once."""
        postings = self._postings[f]
        return chain.from_iterable(postings.get(word, ()) for word in found)

    def _with_initials(self, part: str) -> dict[int, list[int]]:
        """The papers in whose titles, or behind an acronym in whose abstracts, words begin with these letters."""
        if len(part) < INITIALS_FROM or not part.isascii() or self._is_common(part):
            return {}
        titles = [
            position
            for position, letters in enumerate(self._initials)
            if part in letters and spell_initials(list(tokens(self._titles[position])), self._titles[position], part)
        ]
        return {TITLE: titles, ABSTRACT: self._acronyms.get(part, [])}

    def _is_common(self, part: str) -> bool:
        holding = max(len(postings.get(part, ())) for postings in self._postings)
        return holding > COMMON * len(self)

    def _is_unknown(self, part: str) -> bool:
        return not self._vocabulary.begins(part)

    # Ranking

    def _title_bonus(self, position: int, sought: Sequence[Forms]) -> float:
        """What the places of the words in the title add to a score."""
        title = words(self._titles[position])
        places = [_place(title, forms) for forms in sought]
        bonus = 0.0
        for one, other in pairwise(places):
            if one is not None and other is not None and other > one:
                bonus += ADJACENT if other == one + 1 else IN_ORDER
        held = len({place for place in places if place is not None})
        return bonus + COVERAGE * held / max(1, len(title))


def _parts(word: Word) -> list[str]:
    """The words that a word of a query stands for; LaTeX for what is shown in its place, where that says anything."""
    return words(readable(Safe(word.text))) or words(word.text)


def _in_no_word(_part: str) -> bool:
    return False


def _in_every_word(_part: str) -> bool:
    return True


def _place(title: Sequence[str], forms: Forms) -> int | None:
    """The place of a word in a title, else of the first word that it begins or may be meant by it."""
    if forms.prefix in title:
        return title.index(forms.prefix)
    return next(
        (place for place, word in enumerate(title) if word.startswith(forms.prefix) or word in forms.typos),
        None,
    )
