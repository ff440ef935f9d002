"""Keeps the words of a list's papers sorted; finds words by their start or despite a typing error.

The distance is optimal string alignment: a wrong, missing or extra letter, or two swapped letters, is one error.
"""

from bisect import bisect_left
from collections.abc import Iterable

ONE_TYPO = 4
TWO_TYPOS = 8
"""From so many letters on, one or two errors are forgiven. In three letters a missing fourth is forgiven."""
MOST_TYPED = 50
"""Longer words were copied, not typed: no error is forgiven, because the time grows with the letters."""
MOST_FORGIVEN = 20
"""Longer queries (in words) were copied, not typed: no error is forgiven."""


def allowed_typos(word: str) -> int:
    """How many typing errors are forgiven in a word; none if it has a digit: GPT-3 is not GPT-4."""
    if not word.isalpha() or len(word) > MOST_TYPED:
        return 0
    return (len(word) >= ONE_TYPO - 1) + (len(word) >= TWO_TYPOS)


class Vocabulary:
    """The different words of a list."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = sorted(words)

    def has_start(self, start: str) -> bool:
        """Whether a word starts with a text."""
        place = bisect_left(self._words, start)
        return place < len(self._words) and self._words[place].startswith(start)

    def starting_with(self, start: str) -> list[str]:
        """The words that start with a text."""
        return self._words[bisect_left(self._words, start) : bisect_left(self._words, start + "\U0010ffff")]

    def near(self, word: str, *, is_open: bool) -> frozenset[str]:
        """The words that a misspelt word may mean; if it is open, also those whose start it may mean."""
        errors = allowed_typos(word)
        if not errors:
            return frozenset()
        # In three letters only a fourth may be missing: other errors would make `cat` of `cot`.
        shortest = len(word) - errors if len(word) >= ONE_TYPO else ONE_TYPO
        alike = [known for known in self._words if shortest <= len(known) <= len(word) + errors]
        found = set(_within(errors, word, alike))
        if is_open and len(word) >= ONE_TYPO:
            for length in range(len(word) - 1, len(word) + 2):
                starts = {known[:length] for known in self._words if len(known) > length}
                for start in _within(errors, word, list(starts)):
                    found.update(self.starting_with(start))
        return frozenset(found)


def _within(errors: int, word: str, words: list[str]) -> list[str]:
    """The words at most so many errors away from a word."""
    from rapidfuzz import process  # half of the time that importing this module would take
    from rapidfuzz.distance import OSA

    matches = process.extract(word, words, scorer=OSA.distance, score_cutoff=errors, limit=None)
    return [found for found, _, _ in matches]
