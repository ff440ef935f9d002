"""Maps each word to the papers of a list, the texts and the word forms in which it occurs."""

import math
from collections.abc import Callable, Iterable, Sequence
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
"""The texts of a paper."""
_PLACES = {Field.TITLE: (TITLE,), Field.AUTHOR: (AUTHORS,), Field.ABSTRACT: (ABSTRACT,), None: range(3)}

# The worth of a word by text. Only their order matters much: the gaps are so wide that a rare word (rarity 2) in an
# abstract can pass a common word in a title, but not a rare one.
EXACT = (1.0, 0.9, 0.5)
PREFIX = (0.8, 0.7, 0.4)
INITIALS = (0.65, 0.0, 0.3)
TYPO = (0.6, 0.5, 0.3)

INITIALS_FROM, MOST_INITIALS = 3, 40
"""A word of so many letters may be initials; no title has many more words."""
COMMON = 0.2
"""A word that a larger share of the papers has is not read as initials."""
_MOST_REMEMBERED = 200


@dataclass(frozen=True, slots=True)
class Found:
    """The papers with a word or phrase, each with its worth, and the forms to mark."""

    worth: dict[int, float] = field(default_factory=dict)
    forms: tuple[Forms, ...] = ()


Posting = int | list[int]
"""The papers with a word in one of their texts. Most words are in one paper, and need no list."""


class WordIndex:
    """The words of the papers of a list. Positions count from 0 in the order in which papers were added."""

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
        self._texts.append((title, authors, abstract))  # last: from now on a search in another thread finds the paper

    def title(self, position: int) -> str:
        """The title of a paper."""
        return self._texts[position][TITLE]

    def update_vocabulary(self) -> None:
        """Add the words of new papers to the vocabulary."""
        if not self._is_current:
            self._vocabulary = Vocabulary(set().union(*self._postings))
            self._remembered.clear()
            self._is_current = True

    def rarity(self, papers: int) -> float:
        """Between 1 for a word that every paper has and 2 for a word that one paper has."""
        count = len(self)
        return 1 + math.log(count / papers) / math.log(count) if papers and count > 1 else 1.0

    def is_unknown(self, word: str) -> bool:
        """Whether no word of any paper starts with this word."""
        return not self._vocabulary.has_start(word)

    def find_word(self, text: str, where: Field | None, is_open: bool, forgives: Callable[[str], bool]) -> Found:
        """The papers with a word of a query; if open, it is still being typed.

        A hyphenated word matches by all of its parts, or by the parts as one word. `forgives` says in which words
        typing errors are forgiven.
        """
        parts = query_words(text)
        if not parts:
            return Found()
        last = len(parts) - 1
        founds = [
            self._find_part(part, where, is_open and place == last, forgives(part)) for place, part in enumerate(parts)
        ]
        if not last:
            return founds[0]
        common = set.intersection(*(set(found.worth) for found in founds))
        worth = {position: sum(found.worth[position] for found in founds) / len(founds) for position in common}
        joined = self._find_part("".join(parts), where, is_open, False)
        for position, value in joined.worth.items():
            worth[position] = max(value, worth.get(position, 0.0))
        return Found(worth, tuple(forms for found in (*founds, joined) for forms in found.forms))

    def find_phrase(self, text: str, where: Field | None, is_open: bool) -> Found:
        """The papers with words that follow each other; if open, the last word may go on."""
        phrase = query_words(text)
        if not phrase:
            return Found()
        *whole, last = phrase
        ends = self._vocabulary.starting_with(last) if is_open else [last]
        sought = f" {' '.join(phrase)}" + ("" if is_open else " ")
        worth: dict[int, float] = {}
        for place in text_fields(where):
            holding = [set(self._holding(place, [word])) for word in whole]
            for position in set(self._holding(place, ends)).intersection(*holding):
                # A single word may be a hyphenated one, which the folded text has in parts.
                if position not in worth and (not whole or sought in self._folded_text(position, place)):
                    worth[position] = EXACT[place] * len(phrase)
        return Found(worth, (Forms(last, field=where, phrase=tuple(phrase), is_open=is_open),))

    def holding_word(self, text: str, where: Field | None) -> set[int]:
        """The papers with a whole word, or with all parts of a hyphenated one."""
        sets = [
            {paper for place in text_fields(where) for paper in self._holding(place, [part])}
            for part in query_words(text)
        ]
        return set.intersection(*sets) if sets else set()

    def _find_part(self, part: str, where: Field | None, is_open: bool, forgives: bool) -> Found:
        key = (part, where, is_open and forgives, forgives)
        if key not in self._remembered:
            if len(self._remembered) > _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = self._look_up(part, where, is_open, forgives)
        return self._remembered[key]

    def _look_up(self, part: str, where: Field | None, is_open: bool, forgives: bool) -> Found:
        starting = self._vocabulary.starting_with(part)
        misspelt = self._vocabulary.near(part, is_open=is_open) if forgives else frozenset()
        initials = self._with_initials(part)
        steps: list[tuple[float, Iterable[int]]] = []
        for place in text_fields(where):
            steps.append((EXACT[place], self._holding(place, [part])))
            if len(part) > SHORT or place != ABSTRACT:
                steps.append((PREFIX[place], self._holding(place, starting)))
            steps.append((TYPO[place], self._holding(place, misspelt)))
            steps.append((INITIALS[place], initials.get(place, ())))
        worth: dict[int, float] = {}
        for value, positions in sorted(steps, key=lambda step: -step[0]):
            for position in positions:
                worth.setdefault(position, value)
        return Found(worth, (Forms(part, misspelt, part if any(initials.values()) else "", where),))

    def _holding(self, place: int, found: Iterable[str]) -> Iterable[int]:
        """The papers with one of the words in a text; a paper may occur more than once."""
        postings = map(self._postings[place].get, found)
        return chain.from_iterable((one,) if isinstance(one, int) else one for one in postings if one is not None)

    def _folded_text(self, position: int, place: int) -> str:
        """The folded words of a text with a blank around each, kept for the next key."""
        if (position, place) not in self._folded:
            self._folded[position, place] = f" {' '.join(words(self._texts[position][place]))} "
        return self._folded[position, place]

    def _with_initials(self, part: str) -> dict[int, list[int]]:
        """The papers with these initials in the title, or after an acronym in the abstract."""
        if not INITIALS_FROM <= len(part) <= MOST_INITIALS or not part.isascii() or self._is_common(part):
            return {}
        titles = [
            position
            for position, letters in enumerate(self._initials)
            if part in letters and spell_initials(list(tokens(self.title(position))), self.title(position), part)
        ]
        return {TITLE: titles, ABSTRACT: self._acronyms.get(part, [])}

    def _is_common(self, part: str) -> bool:
        postings = (postings.get(part, []) for postings in self._postings)
        most = max(1 if isinstance(posting, int) else len(posting) for posting in postings)
        return most > COMMON * len(self)


def text_fields(field: Field | None) -> Sequence[int]:
    """The texts in which a word of a field stands; without a field, all texts."""
    return _PLACES[field]


def query_words(text: str) -> list[str]:
    """The folded words of a text in a query. LaTeX counts as the text that is shown for it."""
    return words(readable(Safe(text))) or words(text)
