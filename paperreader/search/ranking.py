"""What the places of the sought words in a title add to a paper's score.

Scores from finding alone leave many papers equal; the head of a result is looked at once more, title by title.
"""

from collections.abc import Sequence
from itertools import pairwise

from paperreader.search.highlighter import Forms

ADJACENT = 0.2
"""Added for two words that follow each other in the title as in the query."""
IN_ORDER = 0.05
"""Added for two words that stand in the title in the query's order, apart from each other."""
COVERAGE = 0.3
"""Added for a title that consists of nothing but the words; half the title: half of it."""
PER_ERROR = 0.05
"""Taken off for each typing error in a word."""
RERANKED = 300
"""How many papers at the head of a result are looked at more closely."""


def title_bonus(title: Sequence[str], sought: Sequence[Forms]) -> float:
    """What the places of the words in a title (its folded words) add to a score."""
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
    held = len({place for place in places if place is not None})
    return bonus + COVERAGE * held / max(1, len(title))


def _place(title: Sequence[str], forms: Forms) -> tuple[int | None, int]:
    """The place of a word in a title and how many letters are wrong there; else of the first word that it begins."""
    if forms.prefix in title:
        return title.index(forms.prefix), 0
    for place, word in enumerate(title):
        if word.startswith(forms.prefix):
            return place, 0
    return forms.nearest(title) or (None, 0)
