"""What changed from one text to another, word by word.

The shortest way from one to the other is looked for as E. W. Myers does (“An O(ND) Difference Algorithm and Its
Variations”, 1986): the cost is that of the differences. For texts that have little in common it would grow with their
square. So the search begins anew from where it has come furthest after `MOST_CHANGES`, and ends when `MOST_STEPS` are
spent; what is left then counts as replaced, which is never wrong, only more than need be.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

from paperreader.domain.revisions import plain

MOST_STEPS = 200_000
"""Comparisons of two words, of some 0.2 µs each."""
MOST_CHANGES = 300
"""Differences after which the search begins anew: what is remembered of the way grows with their square."""

PARAGRAPH = "\n\n"
"""What stands among the words for the end of a paragraph."""

_WORD = re.compile(r"\n\n|\S+")

_Block = tuple[int, int, int]
"""Words that agree: where they begin in the one text and in the other, and how many they are."""


class Change(Enum):
    """What became of words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Words that stand one after the other, all of which were kept, removed or added."""

    change: Change
    words: tuple[str, ...]


def word_diff(before: str, after: str) -> tuple[Run, ...]:
    """The words of both texts, in order: what was kept (as it stands in the later one), removed and added.

    Words agree whatever marks of TeX, quotes and dashes they are written with. A single word between two replaced
    phrases counts as replaced by itself: a phrase is easier to read than its crumbs.
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    return tuple(_runs(one, other, _without_crumbs(_common_blocks(*_numbered(one, other)))))


def _numbered(one: Sequence[str], other: Sequence[str]) -> tuple[list[int], list[int]]:
    """The words as numbers, equal ones where the words agree."""
    numbers: dict[str, int] = {}

    def number(word: str) -> int:
        return numbers.setdefault(word if word.isalnum() else plain(word) or word, len(numbers))

    return list(map(number, one)), list(map(number, other))


def _common_blocks(one: Sequence[int], other: Sequence[int]) -> list[_Block]:
    """What two texts have in common, in order; behind it a block of no words at their ends."""
    ends = len(one), len(other)
    tail = 0
    while tail < min(ends) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    search = _Search(one, other, ends[0] - tail, ends[1] - tail)
    blocks: list[_Block] = []
    while not search.is_done:
        blocks += search.go_on()
    return [*blocks, (ends[0] - tail, ends[1] - tail, tail), (*ends, 0)]


class _Search:
    """The search for a short way from one text to another, up to their ends."""

    def __init__(self, one: Sequence[int], other: Sequence[int], end: int, other_end: int) -> None:
        self._one, self._other = one, other
        self._end, self._other_end = end, other_end
        self._x = self._y = 0
        """How far it has come."""
        self._steps = MOST_STEPS

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to compare, or no more time for it."""
        return self._x == self._end or self._y == self._other_end or self._steps <= 0

    def go_on(self) -> list[_Block]:
        """What the texts have in common up to their ends, or as far as the search gets at a time.

        After `d` differences there are `d + 1` diagonals (by how many more words were removed than added) on which it
        may stand; on each, as far as it goes: `reached` is how many words of the one text are behind it there.
        """
        one, other, end, other_end = self._one, self._other, self._end, self._other_end
        shift = self._y - self._x
        rounds: list[list[int]] = []
        reached = [self._x]
        for differences in range(MOST_CHANGES + 1):
            before, reached = reached, []
            for diagonal in range(differences + 1):
                x = start = before[diagonal] if _is_added(before, diagonal) else before[diagonal - 1] + 1
                y = x + shift + differences - 2 * diagonal
                while x < end and y < other_end and one[x] == other[y]:
                    x += 1
                    y += 1
                self._steps -= 1 + x - start
                reached.append(x)
                if x == end and y == other_end:
                    break
            rounds.append(reached)
            if (x == end and y == other_end) or self._steps <= 0:
                break
        return self._way_back(rounds, shift)

    def _way_back(self, rounds: Sequence[Sequence[int]], shift: int) -> list[_Block]:
        """The blocks on the way to where the search has come furthest, which is where it begins anew."""
        last = len(rounds) - 1
        places = [(x, x + shift + last - 2 * diagonal) for diagonal, x in enumerate(rounds[last])]
        inside = (place for place in places if place[0] <= self._end and place[1] <= self._other_end)
        diagonal = places.index(max(inside, key=sum))
        begin, (self._x, self._y) = self._x, places[diagonal]
        blocks = []
        for differences in range(last, -1, -1):
            before = rounds[differences - 1] if differences else [begin]
            x, is_added = rounds[differences][diagonal], _is_added(before, diagonal)
            start = before[diagonal] if is_added else before[diagonal - 1] + 1
            blocks.append((start, start + shift + differences - 2 * diagonal, x - start))
            diagonal -= not is_added
        return blocks[::-1]


def _is_added(before: Sequence[int], diagonal: int) -> bool:
    """Whether the best last step to a diagonal is a word that was added, rather than one that was removed."""
    return diagonal == 0 or (diagonal < len(before) and before[diagonal - 1] < before[diagonal])


def _without_crumbs(blocks: Sequence[_Block]) -> list[_Block]:
    """The blocks, joined where they meet, without single words between two phrases that were replaced."""
    joined = [(0, 0, 0)]
    for x, y, words in blocks:
        start, other_start, before = joined[-1]
        if (x, y) == (start + before, other_start + before):
            joined[-1] = start, other_start, before + words
        elif words or (x, y, words) == blocks[-1]:
            joined.append((x, y, words))
    kept = [joined[0]]
    for block, following in zip_longest(joined[1:], joined[2:]):
        if not (block[2] == 1 and following and _is_replaced(kept[-1], block) and _is_replaced(block, following)):
            kept.append(block)
    return kept


def _is_replaced(block: _Block, following: _Block) -> bool:
    """Whether words were removed and words were added between two blocks."""
    return all(block[side] + block[2] < following[side] for side in (0, 1))


def _runs(one: Sequence[str], other: Sequence[str], blocks: Sequence[_Block]) -> Iterator[Run]:
    x = y = 0
    for start, other_start, words in blocks:
        end = other_start + words
        for change, text in (
            (Change.REMOVED, one[x:start]),
            (Change.ADDED, other[y:other_start]),
            (Change.KEPT, other[other_start:end]),
        ):
            if text:
                yield Run(change, tuple(text))
        x, y = start + words, end
