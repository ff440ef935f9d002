"""Fuzzy search over the papers of one list, held in memory: what the filter bar asks at every key.

**How a word is found.** In order of worth: as it stands, as the beginning of a word, as initials (`kvc`: KV cache), and
with typing errors. Typing errors are only looked for when nothing is found without them, first in the words that
occur nowhere, then in all of them: who types `transformer` does not want `transformed`, who types `transformr` does
want `transformer`. One error (a wrong, missing, extra letter or two swapped ones: optimal string alignment distance)
is forgiven from four letters on, two from eight on. A word of one or two letters begins words of titles and names
only; in an abstract it would begin anything.

**How papers are ranked.** Every word must be found. A paper's score is the sum over the words of `worth × rarity`: the
worth says how and where the word was found (title before authors before abstract), the rarity lies between 1 (the word
is in every paper) and 2 (in one). Papers whose titles hold the words next to each other and in order, and little else,
come first among those that are otherwise alike; then the order of the list decides.

**Why it is fast.** Words are looked up in the list's vocabulary, not in the texts: 10,000 abstracts have some 60,000
different words. What a word matches is remembered, so that the next key costs one word.
"""

import math
import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain, pairwise

from paperreader.domain.query import Word
from paperreader.search.folding import Token, fold, tokens, words, words_and_compounds

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

SHORT = 2
"""Letters up to which a word begins only words of titles and names."""
ONE_TYPO = 4
TWO_TYPOS = 8
"""Letters from which on one or two typing errors are forgiven; in three letters, that a fourth is missing."""
INITIALS_FROM = 3
"""Letters from which on a word may be initials."""
COMMON = 0.2
"""The share of papers that hold a word from which on it is not taken for initials."""


_TITLE_WORD = re.compile(r"[^\W_]+")
_ACRONYM = re.compile(r"(?<![^\s(])([A-Z]{2,6})(?=((?:[ -][A-Za-z][^\s-]*){1,3}))")


@dataclass(frozen=True, slots=True)
class Forms:
    """The words by which one word of a query was found; what `Highlighter` marks."""

    prefix: str
    typos: frozenset[str] = frozenset()
    initials: str = ""


@dataclass(frozen=True, slots=True)
class _Found:
    """The papers in which a word was found, what that is worth, and the forms in which it stands there."""

    worth: dict[int, float] = field(default_factory=dict)
    forms: tuple[Forms, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The positions (in the indexed list) of the papers found, best first, and how to mark the hits."""

    positions: list[int]
    highlighter: "Highlighter"


class ListIndex:
    """The searchable form of a list of papers; positions count from 0 in the order of adding."""

    def __init__(self) -> None:
        self._titles: list[str] = []
        self._postings = tuple[defaultdict[str, list[int]], ...](defaultdict(list) for _ in range(3))
        self._initials: list[str] = []
        self._acronyms: dict[str, list[int]] = {}
        self._vocabulary: list[str] = []
        self._is_sorted = True
        self._remembered: dict[tuple[str, bool, bool, bool], _Found] = {}

    def __len__(self) -> int:
        return len(self._titles)

    def add(self, title: str, authors: str, abstract: str) -> None:
        """Add the next paper of the list."""
        position = len(self._titles)
        for postings, text in zip(self._postings, (title, authors, abstract), strict=True):
            for word in set(words_and_compounds(text)):
                postings[word].append(position)
        self._initials.append(_initial_letters(title))
        for letters in _acronyms_with_next(abstract):
            self._acronyms.setdefault(letters, []).append(position)
        self._is_sorted = False
        self._titles.append(title)  # last, because the number of titles says how many papers can be found

    def search(
        self, query: Sequence[Word], allowed: Callable[[int], bool] | None = None, *, complete: bool = False
    ) -> SearchResult:
        """The papers that hold every word and none of the negated ones; `complete`: nobody is typing any more."""
        self._sort()
        wanted = [word for word in query if not word.negated]
        excluded = self._excluded(query)
        for typos in (_no_typos, self._is_unknown, _all_typos):
            found = [
                self._find(word, is_last=index == len(wanted) - 1 and not complete, typos=typos)
                for index, word in enumerate(wanted)
            ]
            worth = self._sum(found, excluded, allowed)
            if worth or not wanted:
                break
        ranked = sorted(worth, key=lambda position: (-worth[position], position))
        if wanted:
            head = ranked[:RERANKED]
            forms = [forms for part in found for forms in part.forms]
            bonus = {position: self._title_bonus(position, forms) for position in head}
            head.sort(key=lambda position: (-worth[position] - bonus[position], position))
            ranked[:RERANKED] = head
        marks = tuple(
            (forms, word.title_only) for word, part in zip(wanted, found, strict=True) for forms in part.forms
        )
        return SearchResult(ranked, Highlighter(marks))

    # Finding

    def _sort(self) -> None:
        if not self._is_sorted:
            self._vocabulary = sorted(set().union(*self._postings))
            self._remembered.clear()
            self._is_sorted = True

    def _excluded(self, query: Iterable[Word]) -> set[int]:
        """The papers that hold a negated word as it stands."""
        excluded: set[int] = set()
        for word in query:
            if not word.negated:
                continue
            fields = self._postings[:1] if word.title_only else self._postings
            sets = [{p for postings in fields for p in postings.get(part, ())} for part in words(word.text)]
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
        parts = words(word.text)
        founds = [
            self._find_part(part, word.title_only, is_last and index == len(parts) - 1, typos(part))
            for index, part in enumerate(parts)
        ]
        if len(parts) == 1:
            return founds[0]
        common = set.intersection(*(set(found.worth) for found in founds)) if founds else set()
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
        beginning = self._beginning_with(part)
        misspelt = self._misspelt(part, is_last) if typos else frozenset()
        initials = self._with_initials(part) if not title_only or TITLE in fields else {}
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
        return _Found(worth, (Forms(part, misspelt, part if any(initials.values()) else ""),))

    def _holding(self, f: int, found: Iterable[str]) -> Iterable[int]:
        """The papers that hold one of the words in a field; some of them more than once."""
        postings = self._postings[f]
        return chain.from_iterable(postings.get(word, ()) for word in found)

    def _beginning_with(self, part: str) -> list[str]:
        """The words of the vocabulary that begin so, other than the word itself."""
        start = bisect_left(self._vocabulary, part)
        end = bisect_left(self._vocabulary, part + "\U0010ffff")
        return [word for word in self._vocabulary[start:end] if word != part]

    def _misspelt(self, part: str, as_prefix: bool) -> frozenset[str]:
        """The words of the vocabulary that may be meant; `as_prefix`: or whose beginning may be."""
        errors = allowed_typos(part)
        if not errors:
            return frozenset()
        from rapidfuzz import process  # half of the time that importing this module would take
        from rapidfuzz.distance import OSA

        # In three letters only a fourth may be missing: anything else would make `cat` of `cot`.
        shortest = len(part) - errors if len(part) >= ONE_TYPO else ONE_TYPO
        near = [word for word in self._vocabulary if shortest <= len(word) <= len(part) + errors]
        found = {
            word for word, _, _ in process.extract(part, near, scorer=OSA.distance, score_cutoff=errors, limit=None)
        }
        if as_prefix and len(part) >= ONE_TYPO:
            for length in range(max(1, len(part) - 1), len(part) + 2):
                beginnings = {word[:length] for word in self._vocabulary if len(word) > length}
                matching = process.extract(part, list(beginnings), scorer=OSA.distance, score_cutoff=errors, limit=None)
                for beginning, _, _ in matching:
                    found.update(self._beginning_with(beginning))
        return frozenset(found)

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
        """Whether the word neither stands anywhere nor begins anything."""
        place = bisect_left(self._vocabulary, part)
        return place == len(self._vocabulary) or not self._vocabulary[place].startswith(part)

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


class Highlighter:
    """Where the words of a query stand in a text."""

    def __init__(self, marks: Sequence[tuple[Forms, bool]] = ()) -> None:
        self._marks = marks

    def __bool__(self) -> bool:
        return bool(self._marks)

    def spans(self, text: str, *, is_title: bool = False) -> list[tuple[int, int]]:
        """The (start, end) offsets to mark, in order, not overlapping."""
        if not self._marks:
            return []
        found: set[tuple[int, int]] = set()
        read = list(tokens(text))
        for forms, title_only in self._marks:
            if title_only and not is_title:
                continue
            found.update(_spans_of(forms, read, text, is_title=is_title))
        return _merged(found)


def allowed_typos(word: str) -> int:
    """How many typing errors are forgiven in a word; none where it holds a digit: GPT-3 is not GPT-4."""
    if not word.isalpha():
        return 0
    return (len(word) >= ONE_TYPO - 1) + (len(word) >= TWO_TYPOS)


def spell_initials(read: Sequence[Token], text: str, letters: str) -> tuple[int, int] | None:
    """The first run of two or more words (first, behind the last) whose initials are these letters.

    A word in capitals may stand for all of its letters: `kvc` is spelt by `KV cache`.
    """
    for first in range(len(read)):
        if read[first].text[0] == letters[0]:
            last = _spell(read, text, letters, first)
            if last is not None and last - first > 1:
                return first, last
    return None


def _spell(read: Sequence[Token], text: str, letters: str, index: int) -> int | None:
    """The index behind the last word needed to spell the letters from a word on."""
    if not letters:
        return index
    if index == len(read) or read[index].text[0] != letters[0]:
        return None
    token = read[index]
    if len(token.text) > 1 and letters.startswith(token.text) and text[token.start : token.end].isupper():
        whole = _spell(read, text, letters[len(token.text) :], index + 1)
        if whole is not None:
            return whole
    return _spell(read, text, letters[1:], index + 1)


def _initial_letters(title: str) -> str:
    """The initials of a title, once with words in capitals as their first letter and once in full."""
    parts = _TITLE_WORD.findall(title)
    plain = "".join([part[0] for part in parts])
    full = "".join([part if part.isupper() else part[0] for part in parts])
    return fold(f"{plain} {full}")


def _acronyms_with_next(abstract: str) -> set[str]:
    """Each acronym of an abstract with the initials of the one to three words behind it: `kvc`, `kvcc`."""
    found = set()
    for acronym, following in _ACRONYM.findall(abstract):
        letters = acronym
        for part in _TITLE_WORD.findall(following):
            letters += part[0]
            found.add(letters.lower())
    return found


def _no_typos(_part: str) -> bool:
    return False


def _all_typos(_part: str) -> bool:
    return True


def _place(title: Sequence[str], forms: Forms) -> int | None:
    """The place of a word in a title, else of the first word that it begins or may be meant by it."""
    if forms.prefix in title:
        return title.index(forms.prefix)
    return next(
        (place for place, word in enumerate(title) if word.startswith(forms.prefix) or word in forms.typos),
        None,
    )


def _spans_of(forms: Forms, read: Sequence[Token], text: str, *, is_title: bool) -> Iterable[tuple[int, int]]:
    for index, token in enumerate(read):
        if token.text == forms.prefix or token.text in forms.typos:
            yield token.start, token.end
        elif token.text.startswith(forms.prefix) and (len(forms.prefix) > SHORT or is_title):
            # Where folding changed the length the place of the last letter is unknown: mark the word.
            same_length = token.end - token.start == len(token.text)
            yield token.start, token.start + len(forms.prefix) if same_length else token.end
        elif forms.prefix.startswith(token.text) and len(forms.prefix) > len(token.text):
            yield from _compound_span(forms.prefix, read, index, text)
    if forms.initials and (run := spell_initials(read, text, forms.initials)):
        for token in read[run[0] : run[1]]:
            whole = text[token.start : token.end].isupper()
            yield token.start, token.end if whole else token.start + 1


def _compound_span(word: str, read: Sequence[Token], index: int, text: str) -> Iterable[tuple[int, int]]:
    """The hyphenated word that begins with a token, if its parts together begin with the word."""
    joined = read[index].text
    for token, following in zip(read[index:], read[index + 1 :], strict=False):
        if text[token.end : following.start] != "-":
            return
        joined += following.text
        if joined.startswith(word):
            yield read[index].start, following.end
            return


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
