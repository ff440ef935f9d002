"""Whether two texts are nearly equal: the one question of `grouping` that needs a library."""

MIN_LIKENESS = 90
"""`rapidfuzz.fuzz.ratio`, 0 to 100, of two copies of one abstract."""


def is_close(one: str, other: str) -> bool:
    """Whether two texts differ in at most a tenth of their letters."""
    from rapidfuzz import fuzz  # only where two captures of one title differ

    return fuzz.ratio(one, other, score_cutoff=MIN_LIKENESS) >= MIN_LIKENESS
