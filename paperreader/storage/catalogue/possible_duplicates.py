"""Finds pairs of papers that share a title but were not grouped, and says why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from paperreader.domain.captures import MIN_TITLE, UserPairs, first_surname
from paperreader.domain.dates import year_of
from paperreader.domain.identifiers import Identifier, PaperKey, normalise_title, scheme_of
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe, clean_line
from paperreader.storage.catalogue.catalogue import Catalogue

MAX_OF_TITLE = 10
"""Titles of more papers than this are left out: `Editorial`, `Introduction`."""

_PAIRS = """
    WITH bearer (name, paper, text) AS MATERIALIZED (
        SELECT name, paper, min(text) FROM names JOIN captures ON captures.id = capture
        WHERE (name >= 'title:' AND name < 'title;') OR (name >= 'short:' AND name < 'short;') GROUP BY name, paper
    ), several AS (SELECT name FROM bearer GROUP BY name HAVING count(*) BETWEEN 2 AND ?)
    SELECT one.paper, other.paper, min(one.text) FROM several JOIN bearer AS one USING (name)
    JOIN bearer AS other ON other.name = several.name AND other.paper > one.paper
    GROUP BY one.paper, other.paper ORDER BY one.paper, other.paper
"""
_SCHEMES = {"arxiv": "arXiv ids", "doi": "DOIs"}


@dataclass(frozen=True, slots=True)
class Pair:
    """Two papers with one title, by their keys, and the reason why they are two."""

    one: PaperKey
    other: PaperKey
    title: Safe
    reason: str
    is_doubtful: bool
    """Whether the two could be one paper: neither ids nor years tell them apart."""


def pairs_of_one_title(catalogue: Catalogue, pairs: UserPairs, most: int) -> tuple[list[Pair], int]:
    """At most `most` pairs of papers with one title, doubtful ones first; and how many more there are.

    Pairs that the user keeps apart are left out.
    """
    rows: list[tuple[int, int, int]] = catalogue.connection.execute(_PAIRS, (MAX_OF_TITLE,)).fetchall()
    names = catalogue.names_by_id({paper for one, other, _ in rows for paper in (one, other)})
    distinct = pairs.distinct_from
    found = [
        (one, other, text)
        for one, other, text in rows
        if not any(distinct.get(name, frozenset()) & set(names.get(other, ())) for name in names.get(one, ()))
    ]
    found.sort(key=lambda pair: bool(_contradiction(names.get(pair[0], ()), names.get(pair[1], ()))))
    papers = catalogue.papers_by_id([paper for one, other, _ in found[:most] for paper in (one, other)])
    shown = [
        _pair(papers[one], papers[other], _title_of(catalogue, text) or papers[one].title)
        for one, other, text in found[:most]
        if one in papers and other in papers
    ]
    return shown, max(len(found) - most, 0)


def _title_of(catalogue: Catalogue, text: int) -> Safe | None:
    """The title in a text; None if it is damaged. A paper may show another title than the shared one."""
    row = catalogue.connection.execute("SELECT title FROM texts WHERE id = ?", (text,)).fetchone()
    return clean_line(row[0]) if row and isinstance(row[0], str) else None


def _contradiction(one: Iterable[str], other: Iterable[str]) -> str | None:
    """The scheme in which both papers have ids and share none."""
    for scheme in _SCHEMES:
        ids, others = ({Identifier(name) for name in names if scheme_of(name) == scheme} for names in (one, other))
        if ids and others and ids.isdisjoint(others):
            return scheme
    return None


def _pair(one: Paper, other: Paper, title: Safe) -> Pair:
    scheme = _contradiction(one.identifiers, other.identifiers)
    years = {year_of(paper.published) for paper in (one, other)} - {None}
    surnames = {first_surname(paper.authors) for paper in (one, other)} - {""}
    is_short = len(normalise_title(title)) < MIN_TITLE
    has_texts = [bool(paper.abstract) for paper in (one, other)]
    is_of_two_years = len(years) > 1 and is_short and not any(has_texts)
    if scheme:
        reason = f"different {_SCHEMES[scheme]}"
    elif all(has_texts):
        reason = "different abstracts"
    elif is_of_two_years:
        reason = "published in different years"
    elif len(surnames) > 1:
        reason = "different first authors"
    elif is_short:
        reason = f"too few facts to compare, and the title has fewer than {MIN_TITLE} letters"
    else:
        reason = "their sources contradict each other"
    return Pair(one.key, other.key, title, reason, not scheme and not is_of_two_years)
