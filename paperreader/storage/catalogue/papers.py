"""The table `papers`, derived from captures. Only `update_papers` changes which captures form one paper.

Imports, merges, splits, undo, decisions of another window and a lost catalogue all do the same. The captures that may
be concerned are grouped again, and the rows of their papers become what the groups say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paperreader.domain.captures import UserPairs
from paperreader.domain.grouping import Group, group_captures
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import title_order
from paperreader.domain.paper import shown_title
from paperreader.domain.paper_building import build_paper
from paperreader.domain.text import Safe
from paperreader.storage.catalogue.captures import (
    Stored,
    captures_of,
    component_of,
    encode_links,
    encode_names,
    read_captures,
)
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.columns import object_of
from paperreader.storage.catalogue.connection import as_json
from paperreader.storage.catalogue.listings import count_date, count_papers


@dataclass(frozen=True, slots=True)
class Updated:
    """The papers of captures that were grouped again."""

    papers: Mapping[int, int] = field(default_factory=dict)
    """The paper of each capture."""
    changed: frozenset[int] = frozenset()
    """The papers that show other texts or facts than before."""
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that were several papers before: the key of each, and the keys that it had before."""


COLUMNS = ("id", "key", "also", "shown", "facts", "newest", "newest_rank", "upvotes", "title_order")
INSERT = f"INSERT INTO papers ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"

_Row = tuple[Any, ...]
"""The derived columns of a paper: key, also, shown, facts, title_order."""
_Members = list[tuple[Group, list[Stored]]]
"""Groups sorted by key, each with its captures as they are stored."""


def update_papers(catalogue: Catalogue, stored: Mapping[int, Stored], pairs: UserPairs) -> Updated:
    """Group captures again and update their papers. Only within a `transaction`.

    `stored` must hold whole components: all captures that are connected with any of them.
    """
    connection = catalogue.connection
    stored = _with_fellows(connection, stored, pairs)
    members = _grouped(stored, pairs)
    before = _rows(connection, {each.paper for each in stored.values()})
    numbers = _numbered(connection, members, before)
    papers = [(number, group.names, captures) for number, (group, captures) in zip(numbers, members, strict=True)]
    gone = before.keys() - set(numbers)
    moved = [(number, each.id) for number, _, captures in papers for each in captures if each.paper != number]
    days = connection.execute(
        "SELECT DISTINCT date FROM json_each(?) AS asked JOIN sightings ON capture = asked.value "
        "JOIN listings ON listings.id = listing",
        (json.dumps([capture for _, capture in moved]),),
    ).fetchall()
    connection.executemany("UPDATE captures SET paper = ? WHERE id = ?", moved)
    connection.executemany("DELETE FROM papers WHERE id = ?", [(number,) for number in gone])
    # A paper may take the key of another one. So each paper with a new key gives up its old key first.
    leaving = [(number,) for number, names, _ in papers if number in before and before[number][0] != names[0]]
    connection.executemany("UPDATE papers SET key = 'leaves ' || id WHERE id = ?", leaving)
    changed = {
        number for number, names, captures in papers if _write(connection, number, names, captures, before.get(number))
    }
    count_papers(connection, {number for number, _ in moved} | {each.paper for each in stored.values()} - gone - {0})
    for (day,) in days:
        count_date(connection, day)
    joined = [(names[0], {each.paper for each in captures} & before.keys()) for _, names, captures in papers]
    return Updated(
        {each.id: number for number, _, captures in papers for each in captures},
        frozenset(changed),
        tuple(
            (PaperKey(key), tuple(sorted(PaperKey(before[number][0]) for number in olds)))
            for key, olds in joined
            if len(olds) > 1
        ),
    )


def follow_pairs(catalogue: Catalogue, pairs: UserPairs) -> None:
    """Group captures again if the user's pairs have changed since the last time. Only within a `transaction`."""
    before = catalogue.pairs_applied()
    if before == pairs:
        return
    differing = UserPairs(before.same ^ pairs.same, before.distinct ^ pairs.distinct)
    touched = component_of(catalogue.connection, differing.names(), before | pairs)
    catalogue.connection.execute("DELETE FROM applied")
    catalogue.connection.executemany(
        "INSERT INTO applied VALUES (?, ?, ?)",
        [("same", *pair) for pair in sorted(pairs.same)] + [("distinct", *pair) for pair in sorted(pairs.distinct)],
    )
    update_papers(catalogue, touched, pairs)


def outdated_captures(catalogue: Catalogue, stored: Mapping[int, Stored], pairs: UserPairs) -> dict[int, Stored]:
    """The captures whose papers in the table differ from the papers that the captures give.

    `stored` must hold whole components.
    """
    papers = {each.paper for each in stored.values()}
    rows = _rows(catalogue.connection, papers)
    counts = dict(
        catalogue.connection.execute(
            "SELECT paper, count(*) FROM json_each(?) AS asked JOIN captures ON paper = asked.value GROUP BY paper",
            (as_json(papers),),
        )
    )
    found: dict[int, Stored] = {}
    for group, captures in _grouped(stored, pairs):
        paper = captures[0].paper
        is_whole = {each.paper for each in captures} == {paper} and counts.get(paper) == len(captures)
        if not is_whole or rows.get(paper) != _built_row(group.names, captures):
            found |= {each.id: each for each in captures}
    return found


def _with_fellows(connection: sqlite3.Connection, stored: Mapping[int, Stored], pairs: UserPairs) -> dict[int, Stored]:
    """Captures, and all captures that are now one paper with any of them.

    What once joined them may be gone, such as a rank that changed.
    """
    found = dict(stored)
    seen = set(stored)
    while fellows := captures_of(connection, {each.paper for each in found.values()}) - seen:
        seen |= fellows
        more = read_captures(connection, fellows)
        found |= more | component_of(connection, {each.capture.own for each in more.values()}, pairs)
        seen |= found.keys()
    return found


def _grouped(stored: Mapping[int, Stored], pairs: UserPairs) -> _Members:
    by_fingerprint = {each.capture.fingerprint: each for each in stored.values()}
    groups = group_captures((each.capture for each in stored.values()), pairs, is_close)
    groups.sort(key=lambda group: group.names[0])
    return [(group, [by_fingerprint[capture.fingerprint] for capture in group.captures]) for group in groups]


def _rows(connection: sqlite3.Connection, papers: Iterable[int]) -> dict[int, _Row]:
    rows = connection.execute(
        "SELECT papers.id, papers.key, also, shown, facts, title_order FROM json_each(?) AS asked "
        "JOIN papers ON papers.id = asked.value",
        (as_json(papers),),
    )
    return {number: tuple(row) for number, *row in rows}


def _numbered(connection: sqlite3.Connection, members: _Members, before: Mapping[int, _Row]) -> list[int]:
    """The row id of each group's paper: the row with its key, else a row that had its captures, else a new row."""
    by_key = {row[0]: number for number, row in before.items()}
    numbers = [by_key.get(group.names[0], 0) for group, _ in members]
    free = before.keys() - set(numbers)
    for place, (_, captures) in enumerate(members):
        if not numbers[place] and (held := free & {each.paper for each in captures}):
            numbers[place] = min(held)
            free -= {numbers[place]}
    following = next_number(connection)
    for place, number in enumerate(numbers):
        if not number:
            numbers[place], following = following, following + 1
    return numbers


def next_number(connection: sqlite3.Connection) -> int:
    """The row id of the next new paper. Row ids are never used again."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'papers'").fetchone()
    return 1 + (row[0] if row else 0)


def _write(
    connection: sqlite3.Connection, number: int, names: Sequence[str], members: Sequence[Stored], before: _Row | None
) -> bool:
    """Write the row of a paper if it changes. Whether a known paper shows other texts or facts."""
    row = _built_row(names, members)
    if before is None:
        connection.execute(INSERT, (number, *row[:4], None, None, 0, row[4]))
        return False
    if row == before:
        return False
    connection.execute(
        "UPDATE papers SET key = ?, also = ?, shown = ?, facts = ?, title_order = ? WHERE id = ?", (*row, number)
    )
    return row[2:] != before[2:] and _shown_facts(before, members) != _shown_facts(row, members)


def _built_row(names: Sequence[str], members: Sequence[Stored]) -> _Row:
    """The row of a paper with these names and captures."""
    built = build_paper([each.capture for each in members])
    shown = next(each for each in members if each.capture.fingerprint == built.shown.fingerprint)
    facts = {
        name: value
        for name, column in FACTS.items()
        if (value := column(built)) is not None and value != column(built.shown)
    }
    order = title_order_of(built.shown.title, names[0])
    return names[0], " ".join(names[1:]), shown.id, json.dumps(facts) if facts else None, order


def _shown_facts(row: _Row, members: Sequence[Stored]) -> tuple[int, list[Any]] | None:
    """The text and the facts that a row shows; None if its capture is not among the members."""
    better = object_of(row[3])
    shown = (each for each in members if each.id == row[2])
    return next(
        ((each.text, [better.get(name, column(each.capture)) for name, column in FACTS.items()]) for each in shown),
        None,
    )


def title_order_of(title: str, key: str) -> str:
    """The sort key of a paper's title."""
    return title_order(shown_title(Safe(title), PaperKey(key)))


FACTS: Mapping[str, Any] = {
    "authors": lambda paper: encode_names(paper.authors),
    "published": lambda paper: str(paper.published) if paper.published else None,
    "categories": lambda paper: encode_names(paper.categories),
    "standing": lambda paper: paper.standing,
    "links": lambda paper: encode_links(dict(paper.links)),
}
"""The columns of facts, and how each is stored."""


MIN_LIKENESS = 90
"""The least `rapidfuzz.fuzz.ratio` (0 to 100) of two copies of one abstract."""


def is_close(one: str, other: str) -> bool:
    """Whether at most a tenth of the letters of two texts differ."""
    from rapidfuzz import fuzz  # needed only if two captures of one title differ

    return fuzz.ratio(one, other, score_cutoff=MIN_LIKENESS) >= MIN_LIKENESS
