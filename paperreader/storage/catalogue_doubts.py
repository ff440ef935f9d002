"""Papers of a catalogue that bear one title and stayed two, so that a person can judge them: which, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from paperreader.domain.dates import year_of
from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_records import MIN_TITLE, Work, is_same_time, is_same_work
from paperreader.storage.reading_identities import text_name

MAX_OF_TITLE = 10
"""Papers of one title from which on it names none of them: `Editorial`, `Introduction`."""

_ALIKE = """
    SELECT DISTINCT one.paper, other.paper
    FROM (SELECT title_hash FROM titles GROUP BY title_hash HAVING count(*) BETWEEN 2 AND ?) AS several
    JOIN titles AS one USING (title_hash)
    JOIN titles AS other ON other.title_hash = several.title_hash AND other.paper > one.paper
    ORDER BY one.paper, other.paper
"""
_NAMES = """
    WITH asked (id) AS (SELECT value FROM json_each(?)),
    nameless (id) AS (SELECT id FROM asked WHERE id NOT IN (SELECT paper FROM identifiers))
    SELECT id, key, NULL FROM asked JOIN papers USING (id)
    UNION ALL SELECT id, merged.key, NULL FROM asked JOIN merged ON paper = id
    UNION ALL SELECT id, identifier, NULL FROM asked JOIN identifiers ON paper = id
    UNION ALL SELECT id, NULL, content_hash FROM nameless JOIN papers USING (id)
    UNION ALL SELECT id, NULL, content_hash FROM nameless JOIN texts ON paper = id
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


def pairs_of_one_title(
    catalogue: Catalogue, distinct: Mapping[str, frozenset[str]], most: int
) -> tuple[list[Pair], int]:
    """The pairs of papers of one title that the user did not tell apart, the doubtful ones first; and how many are left
    out that are more than `most`.
    """
    pairs: list[tuple[int, int]] = catalogue.connection.execute(_ALIKE, (MAX_OF_TITLE,)).fetchall()
    names = _names(catalogue, {paper for pair in pairs for paper in pair})
    open_pairs = [
        (one, other)
        for one, other in pairs
        if not any(distinct.get(name, frozenset()) & names[other] for name in names[one])
    ]
    open_pairs.sort(key=lambda pair: bool(_contradiction(names[pair[0]], names[pair[1]])))
    shown = open_pairs[:most]
    papers = catalogue.numbered([paper for pair in shown for paper in pair])
    found = [_pair(papers[one], papers[other]) for one, other in shown if one in papers and other in papers]
    return found, len(open_pairs) - len(shown)


def _names(catalogue: Catalogue, papers: Iterable[int]) -> dict[int, set[str]]:
    """The keys of papers, their own and those of what they were found to be, and their ids, else their texts."""
    wanted = list(papers)
    names: dict[int, set[str]] = {paper: set() for paper in wanted}
    for paper, name, content_hash in catalogue.connection.execute(_NAMES, (json.dumps(wanted),)):
        names[paper].add(name or text_name(content_hash))
    return names


def _contradiction(one: Iterable[str], other: Iterable[str]) -> str | None:
    """The scheme of which two papers have ids, but none in common."""
    for scheme in _SCHEMES:
        ids, others = ({name for name in names if scheme_of(name) == scheme} for names in (one, other))
        if ids and others and ids.isdisjoint(others):
            return scheme
    return None


def _pair(one: Paper, other: Paper) -> Pair:
    scheme = _contradiction(one.identifiers, other.identifiers)
    works = [Work(paper.title, [paper.abstract], paper.authors, year_of(paper.published)) for paper in (one, other)]
    if scheme:
        reason = f"different {_SCHEMES[scheme]}"
    elif is_same_work(*works):
        reason = "they agree, and the next import of either makes them one"
    elif all(paper.abstract for paper in (one, other)):
        reason = "unlike abstracts"
    elif not is_same_time(*works):
        reason = "published in different years"
    elif all(paper.authors for paper in (one, other)):
        reason = "different first authors"
    else:
        reason = f"too little is known of one, and its title is shorter than {MIN_TITLE} letters"
    return Pair(one.key, other.key, one.title, reason, not scheme and is_same_time(*works))
