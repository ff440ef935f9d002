"""Papers of a catalogue that bear one title and stayed two, so that a person can judge them: which, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.captures import MIN_TITLE, UserPairs, first_surname
from paperreader.domain.dates import year_of
from paperreader.domain.identifiers import Identifier, PaperKey, normalise_title, scheme_of
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe
from paperreader.storage.catalogue import Catalogue

MAX_OF_TITLE = 10
"""Papers of one title from which on it names none of them: `Editorial`, `Introduction`."""

_ALIKE = """
    WITH bearer (name, paper) AS MATERIALIZED (
        SELECT DISTINCT name, paper FROM names JOIN captures ON captures.id = capture
        WHERE (name >= 'title:' AND name < 'title;') OR (name >= 'short:' AND name < 'short;')
    ), several AS (SELECT name FROM bearer GROUP BY name HAVING count(*) BETWEEN 2 AND ?)
    SELECT DISTINCT one.paper, other.paper FROM several JOIN bearer AS one USING (name)
    JOIN bearer AS other ON other.name = several.name AND other.paper > one.paper ORDER BY one.paper, other.paper
"""
_SCHEMES = {"arxiv": "arXiv ids", "doi": "DOIs"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two papers of one title, by their keys, and why they are two."""

    one: PaperKey
    other: PaperKey
    title: Safe
    reason: str
    is_doubtful: bool
    """Whether nothing certain tells one from the other."""


def pairs_of_one_title(catalogue: Catalogue, pairs: UserPairs, most: int) -> tuple[list[Pair], int]:
    """The pairs of papers of one title that the user did not tell apart, the doubtful ones first; and how many are left
    out that are more than `most`.
    """
    found: list[tuple[int, int]] = catalogue.connection.execute(_ALIKE, (MAX_OF_TITLE,)).fetchall()
    names = catalogue.names_by_id({paper for pair in found for paper in pair})
    told = pairs.distinct_from
    open_pairs = [
        (one, other)
        for one, other in found
        if not any(told.get(name, frozenset()) & set(names.get(other, ())) for name in names.get(one, ()))
    ]
    open_pairs.sort(key=lambda pair: bool(_contradiction(names.get(pair[0], ()), names.get(pair[1], ()))))
    shown = open_pairs[:most]
    papers = catalogue.numbered([paper for pair in shown for paper in pair])
    doubts = [_pair(papers[one], papers[other]) for one, other in shown if one in papers and other in papers]
    return doubts, len(open_pairs) - len(shown)


def _contradiction(one: Iterable[str], other: Iterable[str]) -> str | None:
    """The scheme of which two papers have ids, but none in common."""
    for scheme in _SCHEMES:
        ids, others = ({Identifier(name) for name in names if scheme_of(name) == scheme} for names in (one, other))
        if ids and others and ids.isdisjoint(others):
            return scheme
    return None


def _pair(one: Paper, other: Paper) -> Pair:
    scheme = _contradiction(one.identifiers, other.identifiers)
    years = {year_of(paper.published) for paper in (one, other)} - {None}
    surnames = {first_surname(paper.authors) for paper in (one, other)} - {""}
    is_short = len(normalise_title(one.title)) < MIN_TITLE
    has_texts = [bool(paper.abstract) for paper in (one, other)]
    is_of_two_years = len(years) > 1 and is_short and not any(has_texts)
    if scheme:
        reason = f"different {_SCHEMES[scheme]}"
    elif all(has_texts):
        reason = "unlike abstracts"
    elif is_of_two_years:
        reason = "published in different years"
    elif len(surnames) > 1:
        reason = "different first authors"
    elif is_short:
        reason = f"too little is known of one, and its title is shorter than {MIN_TITLE} letters"
    else:
        reason = "what else is known of one contradicts the other"
    return Pair(one.key, other.key, one.title, reason, not scheme and not is_of_two_years)
