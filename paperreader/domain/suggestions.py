"""What a mistyped word may mean: the nearest of the words that could stand in its place."""

from collections.abc import Iterable


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that a word begins or is most like; None where none is near."""
    import difflib  # only mistakes need it

    words = list(known)
    begun = [name for name in words if word and name.startswith(word.casefold())]
    if len(begun) == 1:
        return begun[0]
    return next(iter(difflib.get_close_matches(word.casefold(), words, n=1)), None)


def correction(word: str, known: Iterable[str]) -> str:
    """What to write in place of a word that is not known: the nearest one, else any of them."""
    words = list(known)
    if near := nearest(word, words):
        return f"did you mean {near}?"
    return f"choose {listed(words)}"


def listed(words: Iterable[str]) -> str:
    """Words as a sentence has them: `a`, `a or b`, `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
