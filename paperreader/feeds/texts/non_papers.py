"""Recognises entries that are not papers, such as corrections, retractions and editorials, by title or kind."""

import re
from collections.abc import Iterable

from paperreader.domain.paper import Standing

_LONGEST_TITLE = 300
"""Characters of a title that are examined."""
_LONGEST_KIND = 100
_ENDS = r"(?=\s*[:\-–—(.\])]|\s*$)"
_TITLES = (
    (
        Standing.RETRACTED,
        rf"retracted(?:\s+(?:article|paper|publication))?{_ENDS}|removal$|"
        r"retraction(?:\s+(?:note|notice|statement|of publication))?(?=\s*(?:to|for|of)?\s*[:\-–—“\".\])]|\s*$)",
    ),
    (Standing.WITHDRAWN, rf"withdrawn(?:\s+(?:article|paper|publication))?{_ENDS}|withdrawal(?:\s+notice)?{_ENDS}"),
    (
        Standing.CORRECTION,
        r"(?:(?:author|publisher|editorial|published)['’]?s?\s+)?(?:"
        r"(?:errat(?:um|a)|corrigend(?:um|a)|addend(?:um|a))\b(?=\s*(?:to|for|of)\b|\s*[:\-–—“\"(.]|\s*$)|"
        # “Corrections to the entropy of …” is a paper; “Correction to: On the entropy of …” is not.
        r"(?:corrections?|amendments?)\b(?:, addition)?(?=\s*(?:to|for)?\s*[:“\"(.]|\s*[-–—]|\s*$))|"
        r"expression of concern",
    ),
    (
        Standing.EDITORIAL,
        rf"(?:guest\s+)?editorials?\b(?:\s+material)?(?:{_ENDS}|"
        r"(?=\s+(?:board|introduction|overview|note|preface|comment)\b))|"
        r"(?:letter |note )?from the editors?\b|editors?['’]\s*(?:note|choice|introduction|pick)|"
        rf"(?:preface|foreword)\b{_ENDS}|introduction to the special issue",
    ),
    (
        Standing.OTHER,
        r"issue information|front\s?matter|back\s?matter|table of contents|masthead|(?:in|inside) this issue|"
        rf"(?:inside\s+)?(?:front |back )?cover(?: image| picture| feature)?{_ENDS}|"
        rf"(?:contents(?: list)?|announcements?|book reviews?|news(?:\s+(?:and|&)\s+\w+)?){_ENDS}|"
        r"(?:author|subject|volume|reviewer) index|(?:list of|thanks to|acknowledge?ment of) reviewers|"
        r"acknowledge?ments? (?:of|to) (?:the )?(?:reviewers|referees)|instructions (?:for|to) authors|"
        r"obituary|in memoriam|calendar of events|call for papers|new zoobank (?:nomenclatural act|author)",
    ),
)
_BEGINNINGS = tuple((standing, re.compile(rf"[\W_]*(?:{pattern})", re.IGNORECASE)) for standing, pattern in _TITLES)


def standing_of(title: str, kinds: Iterable[str] = ()) -> Standing | None:
    """The standing of an entry by the beginning of its title, or by a kind that says only that; None for a paper.

    A kind is the source's word for the entry or for its section: `Editorial Material; Early Access`.
    """
    for standing, beginning in _BEGINNINGS:
        if beginning.match(title[:_LONGEST_TITLE]):
            return standing
    for kind in kinds:
        for part in kind[:_LONGEST_KIND].split(";"):
            for standing, beginning in _BEGINNINGS:
                if (match := beginning.match(part)) and match.end() >= len(part.rstrip()) - 1:
                    return standing
    return None
