"""Compares two versions of a text: whether it was revised, and word by word."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import zip_longest

_WHOLE = re.compile(r"(?<!\.\.)[.!?][)\]\"'”’$}]*$|https?://\S*$")
"""The end of a complete text: of a sentence, or of a link."""
_TEX = re.compile(r"[\\${}~]")
_FORMS = str.maketrans('“”„‟‘’‚"`‐‑‒–—―', "'" * 9 + "-" * 6)
_REPEATED = re.compile(r"(['-])\1+")


def is_whole(text: str) -> bool:
    """Whether a text is complete: it ends like a sentence."""
    return any(map(_WHOLE.search, text.rsplit(None, 1)[-1:]))  # a search in all of the text is slow


def is_revised(before: str, after: str) -> bool:
    """Whether two texts differ in more than blanks, signs of TeX, and a cut end of the earlier text."""
    one, other = plain(before), plain(after)
    return one != other and (is_whole(before) or not other.startswith(one.rstrip(".… ")))


def plain(text: str) -> str:
    """A text for comparison: without blanks and signs of TeX, with one form of quotes and dashes."""
    return _REPEATED.sub(r"\1", _TEX.sub("", "".join(text.split())).translate(_FORMS))


PARAGRAPH = "\n\n"
"""The end of a paragraph, which counts as a word."""
MOST_WORDS = 600
"""Longer changed parts (in words) are not compared; the longest abstract known has 550 words."""

_WORD = re.compile(r"\n\n|\S+")

_Block = tuple[int, int, int]
"""Equal words: their start in the earlier and in the later text, and their number."""


class Change(Enum):
    """What happened to words."""

    KEPT = "kept"
    REMOVED = "removed"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring words that were all kept, all removed or all added."""

    change: Change
    words: tuple[str, ...]


def word_diff(before: str, after: str, *, most_words: int = MOST_WORDS) -> tuple[Run, ...]:
    """The words of both texts in order: kept (in the form of the later text), removed and added.

    Words with other signs of TeX, quotes or dashes are equal. A single kept word between two replaced phrases counts as
    replaced, because a whole phrase is easier to read. If more than `most_words` lie between the first and the last
    change, all of them count as replaced.
    """
    one, other = _WORD.findall(before), _WORD.findall(after)
    blocks = _common_blocks(list(map(_key, one)), list(map(_key, other)), most_words)
    return tuple(_runs(one, other, _without_single_words(blocks)))


def _key(word: str) -> str:
    """The form in which words are compared."""
    return word if word.isalnum() else plain(word) or word


def _common_blocks(one: Sequence[str], other: Sequence[str], most_words: int) -> list[_Block]:
    """The blocks of equal words in order, then an empty block at the ends of the texts."""
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


def _without_single_words(blocks: Sequence[_Block]) -> list[_Block]:
    """The blocks, adjacent ones joined, without single words between two replaced phrases."""
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
    """Whether words were both removed and added between two blocks."""
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
