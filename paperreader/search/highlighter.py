"""Where the words of a query stand in a text: what the panes mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paperreader.search.folding import Token, tokens
from paperreader.search.initials import spell_initials

SHORT = 2
"""Letters up to which a word begins only words of titles and names."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms in which one word of a query was found, and whether in titles only."""

    prefix: str
    typos: frozenset[str] = frozenset()
    initials: str = ""
    title_only: bool = False


class Highlighter:
    """Where the words of a query stand in a text."""

    def __init__(self, sought: Sequence[Forms] = ()) -> None:
        self._sought = sought

    def __bool__(self) -> bool:
        return bool(self._sought)

    def spans(self, text: str, *, is_title: bool = False) -> list[tuple[int, int]]:
        """The (start, end) offsets to mark, in order, not overlapping."""
        if not self._sought:
            return []
        read = list(tokens(text))
        found: set[tuple[int, int]] = set()
        for forms in self._sought:
            if is_title or not forms.title_only:
                found.update(_spans_of(forms, read, text, is_title=is_title))
        return _merged(found)


def _spans_of(forms: Forms, read: Sequence[Token], text: str, *, is_title: bool) -> Iterable[tuple[int, int]]:
    for index, token in enumerate(read):
        if token.text == forms.prefix or token.text in forms.typos:
            yield token.start, token.end
        elif token.text.startswith(forms.prefix) and (len(forms.prefix) > SHORT or is_title):
            # Where folding changed the length the place of the last letter is unknown: mark the word.
            same_length = token.end - token.start == len(token.text)
            yield token.start, token.start + len(forms.prefix) if same_length else token.end
        elif forms.prefix.startswith(token.text) and len(forms.prefix) > len(token.text):
            yield from _compound_span(forms.prefix, read, index, text)
    if forms.initials and (run := spell_initials(read, text, forms.initials)):
        for token in read[run[0] : run[1]]:
            whole = text[token.start : token.end].isupper()
            yield token.start, token.end if whole else token.start + 1


def _compound_span(word: str, read: Sequence[Token], index: int, text: str) -> Iterable[tuple[int, int]]:
    """The hyphenated word that begins with a token, if its parts together begin with the word."""
    joined = read[index].text
    for token, following in zip(read[index:], read[index + 1 :], strict=False):
        if text[token.end : following.start] != "-":
            return
        joined += following.text
        if joined.startswith(word):
            yield read[index].start, following.end
            return


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
