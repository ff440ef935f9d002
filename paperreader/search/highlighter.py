"""Where the words of a query stand in a text: what the panes mark."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from paperreader.domain.paper import Field
from paperreader.search.folding import Token, hyphenated_tokens
from paperreader.search.initials import spell_initials

SHORT = 2
"""Letters up to which a word begins only words of titles and names."""


@dataclass(frozen=True, slots=True)
class Forms:
    """The forms in which a word or a phrase of a query was found, and the field where it was sought."""

    prefix: str
    typos: frozenset[str] = frozenset()
    initials: str = ""
    field: Field | None = None
    phrase: tuple[str, ...] = ()
    """The words of a phrase, which are found one after the other only."""
    is_open: bool = False
    """Whether a word typed wrong, or the last word of a phrase, may go on."""
    errors: int = 0
    """How many typing errors are forgiven in the word."""

    def nearest(self, read: Sequence[str]) -> tuple[int, int] | None:
        """The place of the word among others that is most likely meant, and how many typing errors it takes."""
        for place, word in enumerate(read):
            if word in self.typos:
                return place, 1
        if not self.errors:
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        found: tuple[int, int] | None = None
        for end in (None, *self._ends()):
            words = read if end is None else [word[:end] for word in read]
            nearest = process.extractOne(self.prefix, words, scorer=OSA.distance, score_cutoff=self.errors)
            if nearest and (found is None or nearest[1] < found[1]):
                found = nearest[2], int(nearest[1])
        return found

    def _ends(self) -> range:
        """Where a longer word is cut off while it is typed: its beginning may be what was typed wrong."""
        return range(len(self.prefix) - 1, len(self.prefix) + 2) if self.is_open else range(0)

    def errors_in(self, word: str) -> int | None:
        """How many typing errors make the sought word of this one; None where it is another word."""
        if word in self.typos:
            return 1
        if not self.errors or len(word) < len(self.prefix) - self.errors:
            return None
        if not self.is_open and len(word) > len(self.prefix) + self.errors:
            return None
        from rapidfuzz.distance import OSA  # half of the time that importing this module would take

        ends = [len(word), *(end for end in self._ends() if end < len(word))]
        wrong = min(OSA.distance(self.prefix, word[:end], score_cutoff=self.errors) for end in ends)
        return wrong if wrong <= self.errors else None

    def runs(self, read: Sequence[str]) -> Iterator[range]:
        """The places of a phrase among the words of a text."""
        *whole, last = self.phrase
        for start in range(len(read) - len(whole)):
            end = start + len(whole)
            ends = read[end].startswith(last) if self.is_open else read[end] == last
            if ends and list(read[start:end]) == whole:
                yield range(start, end + 1)


class Highlighter:
    """Where the words of a query stand in a text."""

    def __init__(self, sought: Sequence[Forms] = ()) -> None:
        self._sought = sought

    def __bool__(self) -> bool:
        return bool(self._sought)

    def spans(self, text: str, *, where: Field = Field.ABSTRACT) -> list[tuple[int, int]]:
        """The (start, end) offsets to mark, in order, not overlapping; `where`: which text it is."""
        if not self._sought:
            return []
        read = list(hyphenated_tokens(text))
        found: set[tuple[int, int]] = set()
        for forms in self._sought:
            if forms.field in (None, where):
                found.update(_spans_of(forms, read, text, where=where))
        return _merged(found)


def _spans_of(forms: Forms, read: Sequence[Token], text: str, *, where: Field) -> Iterable[tuple[int, int]]:
    if forms.phrase:
        parts = [part for token in read for part in token.parts or (token,)]
        for run in forms.runs([part.text for part in parts]):
            yield parts[run[0]].start, parts[run[-1]].end
        if len(forms.phrase) == 1:
            yield from ((token.start, token.end) for token in read if token.parts and any(forms.runs([token.text])))
        return
    for token in read:
        # A hyphenated word is marked where none of its parts is what was sought.
        if token.parts and (in_parts := [span for p in token.parts if (span := _span_in(p, forms, where))]):
            yield from in_parts
        elif span := _span_in(token, forms, where):
            yield span
    if forms.initials:
        parts = [part for token in read for part in token.parts or (token,)]
        for part in spell_initials(parts, text, forms.initials):
            whole = text[part.start : part.end].isupper()
            yield part.start, part.end if whole else part.start + 1


def _span_in(token: Token, forms: Forms, where: Field) -> tuple[int, int] | None:
    """What is to be marked of a word: all of it, or what was typed of its beginning."""
    if not token.text.startswith(forms.prefix):
        return None if forms.errors_in(token.text) is None else (token.start, token.end)
    if len(forms.prefix) <= SHORT and where is Field.ABSTRACT and token.text != forms.prefix:
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
