"""Suggests the word that a mistyped word may mean."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The only known word with this start, else the most similar known word; None if no word is similar."""
    import difflib  # only mistakes need it

    words = list(known)
    begun = [name for name in words if word and name.startswith(word.casefold())]
    if len(begun) == 1:
        return begun[0]
    return next(iter(difflib.get_close_matches(word.casefold(), words, n=1)), None)


def correction(word: str, known: Iterable[str]) -> str:
    """The cure for an unknown word: the nearest known word, else all known words."""
    words = list(known)
    if near := nearest(word, words):
        return f"did you mean {near}?"
    return f"choose {join_with_or(words)}"


def join_with_or(words: Iterable[str]) -> str:
    """Words joined for a sentence: `a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
