"""Compares two versions of a text: tells whether it was revised, and which words changed."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import takewhile

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

_Change = tuple[str, int, int, int, int]
"""A change as `difflib` gives it: its kind, then the start and the end of the words in both texts."""


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
    words, others = _WORD.findall(before), _WORD.findall(after)
    one, other = list(map(_key, words)), list(map(_key, others))
    tail = _equal_words(reversed(one), reversed(other))
    head = _equal_words(one[: len(one) - tail], other[: len(other) - tail])
    runs = [Run(Change.KEPT, tuple(others[:head]))]
    for change, x, x_end, y, y_end in _changes(
        one[head : len(one) - tail], other[head : len(other) - tail], most_words
    ):
        removed, added = words[head + x : head + x_end], others[head + y : head + y_end]
        if change == "equal":
            runs.append(Run(Change.KEPT, tuple(added)))
        else:
            runs += Run(Change.REMOVED, tuple(removed)), Run(Change.ADDED, tuple(added))
    runs.append(Run(Change.KEPT, tuple(others[len(others) - tail :])))
    return tuple(run for run in runs if run.words)


def _key(word: str) -> str:
    """The form in which words are compared."""
    return word if word.isalnum() else plain(word) or word


def _equal_words(one: Iterable[str], other: Iterable[str]) -> int:
    """The number of equal words at the start of two texts."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _changes(one: Sequence[str], other: Sequence[str], most_words: int) -> list[_Change]:
    """The changes from one text to another, without single words between two replaced phrases."""
    if max(len(one), len(other)) > most_words:
        return [("replace", 0, len(one), 0, len(other))]
    from difflib import SequenceMatcher  # 3 ms that only a revised text needs

    found: list[_Change] = []
    for change in SequenceMatcher(PARAGRAPH.__eq__, one, other).get_opcodes():
        is_replaced = change[0] == "replace"
        if is_replaced and len(found) > 1 and found[-2][0] == "replace" and found[-1][2] - found[-1][1] == 1:
            _, x, _, y, _ = found[-2]
            found[-2:] = [("replace", x, change[2], y, change[4])]
        else:
            found.append(change)
    return found
