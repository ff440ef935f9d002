"""Where the words of a query stand in a text: what the panes mark."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paperreader.search.folding import Token, hyphenated_tokens
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
        read = list(hyphenated_tokens(text))
        found: set[tuple[int, int]] = set()
        for forms in self._sought:
            if is_title or not forms.title_only:
                found.update(_spans_of(forms, read, text, is_title=is_title))
        return _merged(found)


def _spans_of(forms: Forms, read: Sequence[Token], text: str, *, is_title: bool) -> Iterable[tuple[int, int]]:
    for token in read:
        # A hyphenated word is marked where none of its parts is what was sought.
        if token.parts and (in_parts := [span for p in token.parts if (span := _span_in(p, forms, is_title))]):
            yield from in_parts
        elif span := _span_in(token, forms, is_title):
            yield span
    if forms.initials:
        parts = [part for token in read for part in token.parts or (token,)]
        for part in spell_initials(parts, text, forms.initials):
            whole = text[part.start : part.end].isupper()
            yield part.start, part.end if whole else part.start + 1


def _span_in(token: Token, forms: Forms, is_title: bool) -> tuple[int, int] | None:
    """What is to be marked of a word: all of it, or what was typed of its beginning."""
    if token.text in forms.typos:
        return token.start, token.end
    if not token.text.startswith(forms.prefix):
        return None
    if len(forms.prefix) <= SHORT and not is_title and token.text != forms.prefix:
        return None
    # Where folding changed the length the place of the last letter is unknown: mark the word.
    same_length = token.end - token.start == len(token.text)
    return token.start, token.start + len(forms.prefix) if same_length else token.end


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged
