"""Whether a text was revised, or is only copied otherwise."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

_WHOLE = re.compile(r"(?<!\.\.)[.!?][)\]\"'”’$}]*$|https?://\S*$")
"""The end of a text that was not cut: of a sentence, or an address."""
_TEX = re.compile(r"[\\${}~]")
_FORMS = str.maketrans('“”„‟‘’‚"`‐‑‒–—―', "'" * 9 + "-" * 6)
_REPEATED = re.compile(r"(['-])\1+")


def is_whole(text: str) -> bool:
    """Whether a text ends as one that was not cut."""
    return any(map(_WHOLE.search, text.rsplit(None, 1)[-1:]))  # what the last word says; a search of all of it is slow


def is_revised(before: str, after: str) -> bool:
    """Whether a text says something else than one before it, beyond blanks, marks of TeX, and where that was cut."""
    one, other = plain(before), plain(after)
    return one != other and (is_whole(before) or not other.startswith(one.rstrip(".… ")))


def plain(text: str) -> str:
    """The text as two copies of it must agree: without blanks and marks of TeX, its quotes and dashes in one form."""
    return _REPEATED.sub(r"\1", _TEX.sub("", "".join(text.split())).translate(_FORMS))


PARAGRAPH = "\n\n"
"""What stands among the words for the end of a paragraph."""
MOST_WORDS = 600
"""Words of the changed part of a text that are compared; the longest abstract known has 550."""

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


def word_diff(before: str, after: str, *, most_words: int = MOST_WORDS) -> tuple[Run, ...]:
    """The words of both texts, in order: what was kept (as it stands in the later one), removed and added.

    Words agree whatever marks of TeX, quotes and dashes they are written with. A single word between two replaced
    phrases counts as replaced by itself: a phrase is easier to read than its crumbs. Of texts whose changed parts have
    more than `most_words`, all between the first and the last change counts as replaced.
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    blocks = _common_blocks(list(map(_key, one)), list(map(_key, other)), most_words)
    return tuple(_runs(one, other, _without_crumbs(blocks)))


def _key(word: str) -> str:
    """What two words have in common that agree."""
    return word if word.isalnum() else plain(word) or word


def _common_blocks(one: Sequence[str], other: Sequence[str], most_words: int) -> list[_Block]:
    """What two texts have in common, in order; behind it a block of no words at their ends."""
    from difflib import SequenceMatcher  # 3 ms that only a revised text needs

    ends = len(one), len(other)
    head = tail = 0
    while tail < min(ends) and one[-1 - tail] == other[-1 - tail]:
        tail += 1
    while head < min(ends) - tail and one[head] == other[head]:
        head += 1
    middles = one[head : ends[0] - tail], other[head : ends[1] - tail]
    blocks = [(0, 0, head)]
    if max(map(len, middles)) <= most_words:
        matched = SequenceMatcher(PARAGRAPH.__eq__, *middles).get_matching_blocks()
        blocks += [(start + head, other_start + head, words) for start, other_start, words in matched if words]
    return [*blocks, (ends[0] - tail, ends[1] - tail, tail), (*ends, 0)]


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
