"""The words of a list in alphabetical order: which begin so, and which may be meant by a word typed wrong.

One error (a wrong, missing, extra letter or two swapped ones: optimal string alignment distance) is forgiven from four
letters on, two from eight on.
"""

from bisect import bisect_left
from collections.abc import Iterable

ONE_TYPO = 4
TWO_TYPOS = 8
"""Letters from which on one or two typing errors are forgiven; in three letters, that a fourth is missing."""
MOST_TYPED = 50
"""Letters up to which they are: no longer word is typed, and what looking for errors costs grows with the letters."""


class Vocabulary:
    """The different words of a list."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = sorted(words)

    def begins(self, part: str) -> bool:
        """Whether a word is there or begins another."""
        place = bisect_left(self._words, part)
        return place < len(self._words) and self._words[place].startswith(part)

    def beginning_with(self, part: str) -> list[str]:
        """The words that begin so."""
        return self._words[bisect_left(self._words, part) : bisect_left(self._words, part + "\U0010ffff")]

    def near(self, part: str, *, as_prefix: bool) -> frozenset[str]:
        """The words that may be meant by a word typed wrong; `as_prefix`: or whose beginning may be."""
        errors = allowed_typos(part)
        if not errors:
            return frozenset()
        from rapidfuzz import process  # half of the time that importing this module would take
        from rapidfuzz.distance import OSA

        # In three letters only a fourth may be missing: anything else would make `cat` of `cot`.
        shortest = len(part) - errors if len(part) >= ONE_TYPO else ONE_TYPO
        alike = [word for word in self._words if shortest <= len(word) <= len(part) + errors]
        found = {
            word for word, _, _ in process.extract(part, alike, scorer=OSA.distance, score_cutoff=errors, limit=None)
        }
        if as_prefix and len(part) >= ONE_TYPO:
            for length in range(len(part) - 1, len(part) + 2):
                beginnings = {word[:length] for word in self._words if len(word) > length}
                matching = process.extract(part, list(beginnings), scorer=OSA.distance, score_cutoff=errors, limit=None)
                for beginning, _, _ in matching:
                    found.update(self.beginning_with(beginning))
        return frozenset(found)


MOST_FORGIVEN = 20
"""Words of a query up to which errors are looked for: a longer one was copied, not typed."""


def allowed_typos(word: str) -> int:
    """How many typing errors are forgiven in a word; none where it holds a digit: GPT-3 is not GPT-4."""
    if not word.isalpha() or len(word) > MOST_TYPED:
        return 0
    return (len(word) >= ONE_TYPO - 1) + (len(word) >= TWO_TYPOS)
