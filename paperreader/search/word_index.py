"""Where the words of a list stand: in which papers and in which of their texts, and in what form."""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain

from paperreader.domain.latex.text import readable
from paperreader.domain.paper import Field
from paperreader.domain.text import Safe
from paperreader.search.folding import tokens, words, words_and_compounds
from paperreader.search.highlighter import SHORT, Forms
from paperreader.search.initials import acronyms_with_next, initial_letters, spell_initials
from paperreader.search.vocabulary import Vocabulary

TITLE, AUTHORS, ABSTRACT = range(3)

# What finding a word is worth, by field. Only the order matters much: the gaps are wide enough that the rarity of a
# word (1 to 2) lets a rare word in an abstract stand up to a common one in a title, not to a rare one.
EXACT = (1.0, 0.9, 0.5)
PREFIX = (0.8, 0.7, 0.4)
INITIALS = (0.65, 0.0, 0.3)
TYPO = (0.6, 0.5, 0.3)

INITIALS_FROM, MOST_INITIALS = 3, 40
"""Letters from which on, and up to which, a word may be initials: no title has many more words."""
COMMON = 0.2
"""The share of papers that hold a word from which on it is not taken for initials."""


@dataclass(frozen=True, slots=True)
class Found:
    """The papers in which a word was found, what that is worth, and the forms in which it stands there."""

    worth: dict[int, float] = field(default_factory=dict)
    forms: tuple[Forms, ...] = ()


Posting = int | list[int]
"""The papers that hold a word in one of their texts; most words stand in one paper, and need no list."""


class WordIndex:
    """The words of the papers of a list; positions count from 0 in the order of adding."""

    def __init__(self) -> None:
        self._texts: list[tuple[str, str, str]] = []
        self._postings: tuple[dict[str, Posting], ...] = ({}, {}, {})
        self._initials: list[str] = []
        self._acronyms: dict[str, list[int]] = {}
        self._vocabulary = Vocabulary()
        self._is_current = True
        self._remembered: dict[tuple[str, Field | None, bool, bool], Found] = {}
        self._folded: dict[tuple[int, int], str] = {}

    def __len__(self) -> int:
        return len(self._texts)

    def add(self, title: str, authors: str, abstract: str) -> None:
        """Add the next paper of the list."""
        position = len(self._texts)
        for postings, text in zip(self._postings, (title, authors, abstract), strict=True):
            for word in set(words_and_compounds(text)):
                known = postings.get(word)
                if known is None:
                    postings[word] = position
                elif isinstance(known, int):
                    postings[word] = [known, position]
                else:
                    known.append(position)
        self._initials.append(initial_letters(title))
        for letters in acronyms_with_next(abstract):
            self._acronyms.setdefault(letters, []).append(position)
        self._is_current = False
        self._texts.append((title, authors, abstract))  # last: their number says how many papers can be found

    def title(self, position: int) -> str:
        """The title of a paper."""
        return self._texts[position][TITLE]

    def update_vocabulary(self) -> None:
        """Make the words of the papers added since the last time known."""
        if not self._is_current:
            self._vocabulary = Vocabulary(set().union(*self._postings))
            self._remembered.clear()
            self._is_current = True

    def rarity(self, papers: int) -> float:
        """Between 1 for a word that is in every paper and 2 for a word that is in one."""
        count = len(self)
        return 1 + math.log(count / papers) / math.log(count) if papers and count > 1 else 1.0

    def find_word(self, text: str, where: Field | None, is_last: bool, typos: Callable[[str], bool]) -> Found:
        """Where a word of a query stands; a hyphenated one by all of its parts or as one word.

        `is_last`: it is being typed. `typos` says of which words typing errors are forgiven.
        """
        parts = query_words(text)
        founds = [
            self._find_part(part, where, is_last and index == len(parts) - 1, typos(part))
            for index, part in enumerate(parts)
        ]
        if len(parts) < 2:
            return founds[0] if founds else Found()  # what folds to nothing stands nowhere
        common = set.intersection(*(set(found.worth) for found in founds))
        worth = {position: sum(f.worth[position] for f in founds) / len(founds) for position in common}
        joined = self._find_part("".join(parts), where, is_last, False)
        for position, value in joined.worth.items():
            worth[position] = max(value, worth.get(position, 0.0))
        return Found(worth, tuple(forms for found in (*founds, joined) for forms in found.forms))

    def find_phrase(self, text: str, where: Field | None, is_last: bool, _typos: object = None) -> Found:
        """Where words stand one after the other; of the last one that is being typed, where it begins."""
        phrase = query_words(text)
        if not phrase:
            return Found()
        *whole, last = phrase
        ends = self._vocabulary.beginning_with(last) if is_last else [last]
        sought = f" {' '.join(phrase)}" + ("" if is_last else " ")
        worth: dict[int, float] = {}
        for f in _fields(where):
            held = [set(self._holding(f, [word])) for word in whole]
            for position in set(self._holding(f, ends)).intersection(*held):
                # A single word may be a hyphenated one, which the folded text holds in parts.
                if position not in worth and (not whole or sought in self._folded_text(position, f)):
                    worth[position] = EXACT[f] * len(phrase)
        return Found(worth, (Forms(last, field=where, phrase=tuple(phrase), is_open=is_last),))

    def holding_word(self, text: str, where: Field | None) -> set[int]:
        """The papers that hold a word, all parts of a hyphenated one, as it stands."""
        sets = [{p for f in _fields(where) for p in self._holding(f, [part])} for part in query_words(text)]
        return set.intersection(*sets) if sets else set()

    def _find_part(self, part: str, where: Field | None, is_last: bool, typos: bool) -> Found:
        key = (part, where, is_last and typos, typos)
        if key not in self._remembered:
            if len(self._remembered) > 200:
                self._remembered.clear()
            self._remembered[key] = self._look_up(part, where, is_last, typos)
        return self._remembered[key]

    def _look_up(self, part: str, where: Field | None, is_last: bool, typos: bool) -> Found:
        beginning = self._vocabulary.beginning_with(part)
        misspelt = self._vocabulary.near(part, as_prefix=is_last) if typos else frozenset()
        initials = self._with_initials(part)
        steps: list[tuple[float, Iterable[int]]] = []
        for f in _fields(where):
            steps.append((EXACT[f], self._holding(f, [part])))
            if len(part) > SHORT or f != ABSTRACT:
                steps.append((PREFIX[f], self._holding(f, beginning)))
            steps.append((TYPO[f], self._holding(f, misspelt)))
            steps.append((INITIALS[f], initials.get(f, ())))
        worth: dict[int, float] = {}
        for value, positions in sorted(steps, key=lambda step: -step[0]):
            for position in positions:
                worth.setdefault(position, value)
        return Found(worth, (Forms(part, misspelt, part if any(initials.values()) else "", where),))

    def _holding(self, f: int, found: Iterable[str]) -> Iterable[int]:
        """The papers that hold one of the words in a field; some of them more than once."""
        held = map(self._postings[f].get, found)
        return chain.from_iterable((one,) if isinstance(one, int) else one for one in held if one is not None)

    def _folded_text(self, position: int, f: int) -> str:
        """The folded words of a text with a blank around each, remembered for the next key."""
        if (position, f) not in self._folded:
            self._folded[position, f] = f" {' '.join(words(self._texts[position][f]))} "
        return self._folded[position, f]

    def _with_initials(self, part: str) -> dict[int, list[int]]:
        """The papers in whose titles, or behind an acronym in whose abstracts, words begin with these letters."""
        if not INITIALS_FROM <= len(part) <= MOST_INITIALS or not part.isascii() or self._is_common(part):
            return {}
        titles = [
            position
            for position, letters in enumerate(self._initials)
            if part in letters and spell_initials(list(tokens(self.title(position))), self.title(position), part)
        ]
        return {TITLE: titles, ABSTRACT: self._acronyms.get(part, [])}

    def _is_common(self, part: str) -> bool:
        held = (postings.get(part, []) for postings in self._postings)
        holding = max(1 if isinstance(posting, int) else len(posting) for posting in held)
        return holding > COMMON * len(self)

    def is_unknown(self, part: str) -> bool:
        """Whether no word of any paper begins so."""
        return not self._vocabulary.begins(part)


def _fields(where: Field | None) -> tuple[int, ...]:
    return (TITLE, AUTHORS, ABSTRACT) if where is None else (_PLACES[where],)


_PLACES = {Field.TITLE: TITLE, Field.AUTHOR: AUTHORS, Field.ABSTRACT: ABSTRACT}


def query_words(text: str) -> list[str]:
    """The words that a text of a query stands for; LaTeX for what is shown in its place, where that says anything."""
    return words(readable(Safe(text))) or words(text)
