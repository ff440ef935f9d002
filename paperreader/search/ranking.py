"""Scores the title of a paper: which words of the query it has, and in which order.

Many papers have equal scores from finding alone. Therefore the titles of the first papers are scored too.
"""

from collections.abc import Sequence
from itertools import pairwise

from paperreader.search.highlighter import Forms

ADJACENT = 0.2
"""Added for two words that follow each other in the title as in the query."""
IN_ORDER = 0.05
"""Added for two words in the order of the query, but apart."""
COVERAGE = 0.3
"""Added for a title of only the words; for a title of half the words, half of it."""
PER_ERROR = 0.05
"""Subtracted for each typing error in a word."""
RERANKED = 300
"""How many of the first papers have their titles scored."""


def title_bonus(title: Sequence[str], sought: Sequence[Forms]) -> float:
    """The score of a title, given as its folded words."""
    places: list[int | None] = []
    errors = 0
    for forms in sought:
        if forms.phrase:
            places += next(forms.runs(title), ())
        else:
            place, wrong = _place(title, forms)
            places.append(place)
            errors += wrong
    bonus = -PER_ERROR * errors
    for one, other in pairwise(places):
        if one is not None and other is not None and other > one:
            bonus += ADJACENT if other == one + 1 else IN_ORDER
    found = len({place for place in places if place is not None})
    return bonus + COVERAGE * found / max(1, len(title))


def _place(title: Sequence[str], forms: Forms) -> tuple[int | None, int]:
    """The place of a word in a title, and the number of typing errors: a whole word, else a start, else a near word."""
    if forms.prefix in title:
        return title.index(forms.prefix), 0
    for place, word in enumerate(title):
        if word.startswith(forms.prefix):
            return place, 0
    return forms.nearest(title) or (None, 0)
