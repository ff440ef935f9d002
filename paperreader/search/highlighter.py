"""Marks the words of a query in a text."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paperreader.domain.paper import Field
from paperreader.search.folding import Token, hyphenated_tokens
from paperreader.search.initials import spell_initials

SHORT = 2
"""A word of so many letters matches starts of words in titles and names only."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms in which a text may have one word or phrase of a query."""

    prefix: str
    """The folded word, or the last word of the phrase."""
    typos: frozenset[str] = frozenset()
    """The words that the misspelt word may mean."""
    initials: str = ""
    field: Field | None = None
    """The only field with the word. None: any field."""
    phrase: tuple[str, ...] = ()
    is_open: bool = False
    """Whether a misspelt word or the last word of a phrase may go on."""
    errors: int = 0
    """How many typing errors are forgiven in the word."""

    def nearest(self, words: Sequence[str]) -> tuple[int, int] | None:
        """The place of the word that is most likely meant, and its number of typing errors."""
        for place, word in enumerate(words):
            if word in self.typos:
                return place, 1
        if not self.errors:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        best: tuple[int, int] | None = None
        for end in (None, *self._ends()):
            starts = words if end is None else [word[:end] for word in words]
            found = process.extractOne(self.prefix, starts, scorer=OSA.distance, score_cutoff=self.errors)
            if found and (best is None or found[1] < best[1]):
                best = found[2], int(found[1])
        return best

    def errors_in(self, word: str) -> int | None:
        """The number of typing errors with which this word was meant; None if it is another word."""
        if word in self.typos:
            return 1
        if not self.errors or len(word) < len(self.prefix) - self.errors:
            return None
        if not self.is_open and len(word) > len(self.prefix) + self.errors:
            return None
        from rapidfuzz.distance import OSA  # half of the time that importing this module would take

        starts = [word, *(word[:end] for end in self._ends() if end < len(word))]
        errors = min(OSA.distance(self.prefix, start, score_cutoff=self.errors) for start in starts)
        return errors if errors <= self.errors else None

    def _ends(self) -> range:
        """Where longer words are cut while the word is typed: their start may be what was misspelt."""
        return range(len(self.prefix) - 1, len(self.prefix) + 2) if self.is_open else range(0)

    def runs(self, words: Sequence[str]) -> Iterator[range]:
        """The places of the phrase among the words of a text."""
        *whole, last = self.phrase
        for start in range(len(words) - len(whole)):
            end = start + len(whole)
            is_end = words[end].startswith(last) if self.is_open else words[end] == last
            if is_end and list(words[start:end]) == whole:
                yield range(start, end + 1)


class Highlighter:
    """Marks the words of one query."""

    def __init__(self, sought: Sequence[Forms] = ()) -> None:
        self._sought = sought

    def __bool__(self) -> bool:
        return bool(self._sought)

    def spans(self, text: str, *, where: Field = Field.ABSTRACT) -> list[tuple[int, int]]:
        """The (start, end) offsets to mark in a text of a field, in order, without overlaps."""
        if not self._sought:
            return []
        read = list(hyphenated_tokens(text))
        found: set[tuple[int, int]] = set()
        for forms in self._sought:
            if forms.field in (None, where):
                found.update(_spans_of(forms, read, text, where=where))
        return _merged(found)


def _spans_of(forms: Forms, read: Sequence[Token], text: str, *, where: Field) -> Iterable[tuple[int, int]]:
    parts = [part for token in read for part in token.parts or (token,)]
    if forms.phrase:
        for run in forms.runs([part.text for part in parts]):
            yield parts[run[0]].start, parts[run[-1]].end
        if len(forms.phrase) == 1:
            yield from ((token.start, token.end) for token in read if token.parts and any(forms.runs([token.text])))
        return
    for token in read:
        # A hyphenated word is marked as a whole if no part matches.
        if token.parts and (in_parts := [span for p in token.parts if (span := _span_in(p, forms, where))]):
            yield from in_parts
        elif span := _span_in(token, forms, where):
            yield span
    if forms.initials:
        for part in spell_initials(parts, text, forms.initials):
            whole = text[part.start : part.end].isupper()
            yield part.start, part.end if whole else part.start + 1


def _span_in(token: Token, forms: Forms, where: Field) -> tuple[int, int] | None:
    """The part of a word to mark: all of it, or the start that was typed."""
    if not token.text.startswith(forms.prefix):
        return None if forms.errors_in(token.text) is None else (token.start, token.end)
    if len(forms.prefix) <= SHORT and where is Field.ABSTRACT and token.text != forms.prefix:
        return None
    # If folding changed the length, the place of the last letter is unknown: mark the word.
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
