"""The words of a text that say something about a paper, and their places in the text."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator
from itertools import pairwise

from paperreader.search.folding import fold, tokens

_STOP_WORDS = """
a about above after again all also although among an and any are as at be because been before being below between
both but by can cannot could did do does doing down during each eg et al etc few for from further had has have
having here hence how however ie if in into is it its itself let may might more most moreover must no nor not of off
on once only or other our ours out over own per same shall should since so some such than that the their them then
there therefore these they this those through thus to too under until up upon us use used using very via was we were
what when where whether which while who whom whose why will with within without would yet you your
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words that say nothing about a paper."""
_WORD = re.compile(r"[a-z0-9]{2,}|[^\x00-\x7f -]+")


def words(text: str) -> list[str]:
    """The words of a text in their order, folded and without stop words."""
    return [word for word in _WORD.findall(fold(text)) if word not in STOP_WORDS]


def term_places(text: str, terms: Container[str]) -> Iterator[tuple[str, int, int]]:
    """Where these terms stand in a text: term, start and end. A pair of words has two places."""
    found = [
        (token.text, token.start, token.end)
        for token in tokens(text)
        if _WORD.fullmatch(token.text) and token.text not in STOP_WORDS
    ]
    yield from (place for place in found if place[0] in terms)
    for one, other in pairwise(found):
        if (pair := f"{one[0]} {other[0]}") in terms:
            yield from ((pair, start, end) for _, start, end in (one, other))
