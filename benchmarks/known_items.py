"""Queries for a paper that someone remembers: words of its title, some mistyped, or its initials.

A query has three to five different content words of a title (at least three letters, no stop words), half of the time
shuffled. Half of the queries have one typing error, a quarter have two: a wrong, missing, extra or swapped letter.
Errors stay within the tolerance of the search: one in words of four to seven letters, two in longer words, both as
meant and as typed.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_STOP_WORDS = """
    about after all also among and any are based been before being between both but can could does during each for from
    further had has have how into its itself just may more most nor not off one only onto other our out over own per
    same she should some such than that the their them then there these they this those through too toward towards two
    under until upon use used using very via was were what when where which while who whom why will with within without
    would yet you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that nobody searches for."""

_WORD = re.compile(r"[^\W_]+")
_LETTERS = "abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True, slots=True)
class KnownItem:
    """A query, the title it is made from, and its number of typing errors."""

    query: str
    title: str
    errors: int = 0


def known_items(titles: Sequence[str], count: int, seed: int) -> list[KnownItem]:
    """Queries for titles with at least three content words."""
    chance = random.Random(seed)
    made: list[KnownItem] = []
    while len(made) < count:
        title = chance.choice(titles)
        words = list(dict.fromkeys(word.lower() for word in _WORD.findall(title)))
        content = [word for word in words if len(word) >= 3 and word not in STOP_WORDS]
        if len(content) < 3:
            continue
        number = min(chance.randint(3, 5), len(content))
        typed = [content[place] for place in sorted(chance.sample(range(len(content)), number))]
        if chance.random() < 0.5:
            chance.shuffle(typed)
        share = chance.random()
        typed, errors = _mistyped(typed, 1 if share < 0.5 else 2 if share < 0.75 else 0, chance)
        made.append(KnownItem(" ".join(typed), title, errors))
    return made


def unique_initials(titles: Iterable[str], count: int, seed: int) -> list[KnownItem]:
    """The initials of four to six words in a row, if no other title has them and no word starts with them."""
    chance = random.Random(seed)
    different = sorted(set(titles))
    spelt = [_initials(title) for title in different]
    titles_of: Counter[str] = Counter()
    for initials in spelt:
        titles_of.update(
            {initials[start : start + size] for size in (4, 5, 6) for start in range(len(initials) - size + 1)}
        )
    beginnings = {word.lower()[:size] for title in different for word in _WORD.findall(title) for size in (4, 5, 6)}
    made: list[KnownItem] = []
    while len(made) < count:
        place = chance.randrange(len(different))
        size = chance.randint(4, 6)
        start = chance.randrange(max(1, len(spelt[place]) - size + 1))
        letters = spelt[place][start : start + size]
        if titles_of[letters] == 1 and letters.isascii() and letters.isalpha() and letters not in beginnings:
            made.append(KnownItem(letters, different[place]))
    return made


def misspell(word: str, chance: random.Random) -> str:
    """A word with one typing error; never the word itself."""
    while True:
        place = chance.randrange(len(word))
        letter = chance.choice(_LETTERS)
        typed = chance.choice(
            [
                word[:place] + letter + word[place + 1 :],
                word[:place] + word[place + 1 :],
                word[:place] + letter + word[place:],
                word[:place] + word[place : place + 2][::-1] + word[place + 2 :],
            ]
        )
        if typed != word:
            return typed


def forgiven(word: str) -> int:
    """The number of typing errors that a word tolerates."""
    return 0 if len(word) < 4 or not word.isalpha() else 1 if len(word) < 8 else 2


def _mistyped(words: Sequence[str], errors: int, chance: random.Random) -> tuple[list[str], int]:
    """The words with so many errors, or as many as they tolerate, and the number of errors."""
    places = [place for place, word in enumerate(words) for _ in range(forgiven(word))]
    hit = Counter(chance.sample(places, min(errors, len(places))))
    typed = list(words)
    for place, number in hit.items():
        while True:
            wrong = words[place]
            for _ in range(number):
                wrong = misspell(wrong, chance)
            if forgiven(wrong) >= number and wrong != words[place]:
                break
        typed[place] = wrong
    return typed, sum(hit.values())


def _initials(title: str) -> str:
    return "".join(word[0] for word in _WORD.findall(title)).lower()
