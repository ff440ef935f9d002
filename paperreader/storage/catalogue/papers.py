"""Papers as they are derived from captures: every change of what is one paper goes through `update_papers`.

An import, a merge, a split, an undo, another window's decision and a catalogue that was lost are all the same: the
captures that could be concerned are grouped anew, and the rows of their papers become what the groups say.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from paperreader.domain.built_paper import build_paper
from paperreader.domain.captures import UserPairs
from paperreader.domain.grouping import Group, group_captures
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import title_order
from paperreader.domain.paper import shown_title
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
from paperreader.storage.catalogue.columns import names_in, object_of


@dataclass(frozen=True, slots=True)
class Updated:
    """What became of papers whose captures were grouped anew."""

    papers: Mapping[int, int] = field(default_factory=dict)
    """The numbers of the papers, by those of their captures."""
    changed: frozenset[int] = frozenset()
    """The papers that show other texts or facts than before."""
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that were several before, by their keys now, and the keys that they had."""


COLUMNS = ("id", "key", "also", "shown", "facts", "newest", "newest_rank", "upvotes", "title_order")
INSERT = f"INSERT INTO papers ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"
"""A new paper; the places in lists may be counted later (`keep_places`)."""


def update_papers(catalogue: Catalogue, stored: Mapping[int, Stored], pairs: UserPairs) -> Updated:
    """Group captures anew, which are whole components, and have their papers follow. Only within a `transaction`."""
    connection = catalogue.connection
    stored = _with_fellows(connection, stored, pairs)
    groups, members = _grouped(stored, pairs)
    before = _rows(connection, {each.paper for each in stored.values()})
    numbers = _numbered(connection, groups, members, before)
    whole = list(zip(numbers, groups, members, strict=True))
    gone = before.keys() - set(numbers)
    moved = [(number, each.id) for number, _, captures in whole for each in captures if each.paper != number]
    days = connection.execute(
        "SELECT DISTINCT date FROM json_each(?) AS asked JOIN sightings ON capture = asked.value "
        "JOIN listings ON listings.id = listing",
        (json.dumps([capture for _, capture in moved]),),
    ).fetchall()
    connection.executemany("UPDATE captures SET paper = ? WHERE id = ?", moved)
    connection.executemany("DELETE FROM papers WHERE id = ?", [(number,) for number in gone])
    # So that no paper stands in the way of another that is to have its key.
    leaving = [(n,) for n, group, _ in whole if n in before and before[n][0] != group.names[0]]
    connection.executemany("UPDATE papers SET key = 'leaves ' || id WHERE id = ?", leaving)
    changed = {
        number
        for number, group, captures in whole
        if _write(connection, number, group.names, captures, before.get(number))
    }
    catalogue.keep_places({number for number, _ in moved} | {each.paper for each in stored.values()} - gone - {0})
    for (day,) in days:
        catalogue.count_date(day)
    joined = [(group, {each.paper for each in captures} & before.keys()) for _, group, captures in whole]
    return Updated(
        {each.id: number for number, _, captures in whole for each in captures},
        frozenset(changed),
        tuple(
            (PaperKey(group.names[0]), tuple(sorted(PaperKey(before[number][0]) for number in papers)))
            for group, papers in joined
            if len(papers) > 1
        ),
    )


def rebuild_papers(catalogue: Catalogue, papers: Iterable[int]) -> frozenset[int]:
    """Choose anew what papers show, as figures or places of their captures are others; which of them changed."""
    rows = _rows(catalogue.connection, papers)
    members: dict[int, list[Stored]] = {}
    for each in read_captures(catalogue.connection, captures_of(catalogue.connection, rows)).values():
        members.setdefault(each.paper, []).append(each)
    changed = {
        number
        for number, row in rows.items()
        if number in members and _write(catalogue.connection, number, names_in(*row[:2]), members[number], row)
    }
    catalogue.keep_places(rows)
    return frozenset(changed)


def follow_pairs(catalogue: Catalogue, pairs: UserPairs) -> None:
    """Have the papers follow the user's pairs, where these are others than they were computed with.

    Only within a `transaction`.
    """
    before = catalogue.pairs_applied()
    if before == pairs:
        return
    differing = UserPairs(before.same ^ pairs.same, before.distinct ^ pairs.distinct)
    both = UserPairs(before.same | pairs.same, before.distinct | pairs.distinct)
    touched = component_of(catalogue.connection, differing.names(), both)
    catalogue.connection.execute("DELETE FROM applied")
    catalogue.connection.executemany(
        "INSERT INTO applied VALUES (?, ?, ?)",
        [("same", *pair) for pair in sorted(pairs.same)] + [("distinct", *pair) for pair in sorted(pairs.distinct)],
    )
    update_papers(catalogue, touched, pairs)


def misderived(catalogue: Catalogue, stored: Mapping[int, Stored], pairs: UserPairs) -> dict[int, Stored]:
    """Those captures, of whole components, whose papers are not what the captures give."""
    groups, members = _grouped(stored, pairs)
    papers = {each.paper for each in stored.values()}
    rows = _rows(catalogue.connection, papers)
    counts = dict(
        catalogue.connection.execute(
            "SELECT paper, count(*) FROM json_each(?) AS asked JOIN captures ON paper = asked.value GROUP BY paper",
            (json.dumps(list(papers)),),
        )
    )
    found: dict[int, Stored] = {}
    for group, captures in zip(groups, members, strict=True):
        paper = captures[0].paper
        is_whole = {each.paper for each in captures} == {paper} and counts.get(paper) == len(captures)
        if not is_whole or rows.get(paper) != _built_row(group.names, captures):
            found |= {each.id: each for each in captures}
    return found


_Row = tuple[Any, ...]
"""The key, the other names, the shown capture, the facts and the title order of a paper."""


def _with_fellows(connection: sqlite3.Connection, stored: Mapping[int, Stored], pairs: UserPairs) -> dict[int, Stored]:
    """Captures, and all that were one paper with any: what they met by may be gone, as a rank that changed."""
    found = dict(stored)
    seen = set(stored)
    while fellows := captures_of(connection, {each.paper for each in found.values()}) - seen:
        seen |= fellows
        came = read_captures(connection, fellows)
        found |= came | component_of(connection, {each.capture.own for each in came.values()}, pairs)
        seen |= found.keys()
    return found


def _grouped(stored: Mapping[int, Stored], pairs: UserPairs) -> tuple[list[Group], list[list[Stored]]]:
    """The groups of captures by their keys, and the captures of each."""
    by_fingerprint = {each.capture.fingerprint: each for each in stored.values()}
    groups = group_captures((each.capture for each in stored.values()), pairs, is_close)
    groups.sort(key=lambda group: group.names[0])
    return groups, [[by_fingerprint[capture.fingerprint] for capture in group.captures] for group in groups]


def _rows(connection: sqlite3.Connection, papers: Iterable[int]) -> dict[int, _Row]:
    rows = connection.execute(
        "SELECT papers.id, papers.key, also, shown, facts, title_order FROM json_each(?) AS asked "
        "JOIN papers ON papers.id = asked.value",
        (json.dumps(list(papers)),),
    )
    return {number: tuple(row) for number, *row in rows}


def _numbered(
    connection: sqlite3.Connection,
    groups: Sequence[Group],
    members: Sequence[Sequence[Stored]],
    before: Mapping[int, _Row],
) -> list[int]:
    """The number of each group's paper: that of the row with its key, else of one whose captures it holds, else new."""
    by_key = {row[0]: number for number, row in before.items()}
    numbers = [by_key.get(group.names[0], 0) for group in groups]
    free = before.keys() - set(numbers)
    for place, captures in enumerate(members):
        if not numbers[place] and (held := free & {each.paper for each in captures}):
            numbers[place] = min(held)
            free -= {numbers[place]}
    following = next_number(connection)
    for place, number in enumerate(numbers):
        if not number:
            numbers[place], following = following, following + 1
    return numbers


def next_number(connection: sqlite3.Connection) -> int:
    """The number of the next new paper, which no paper ever had."""
    row = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'papers'").fetchone()
    return 1 + (row[0] if row else 0)


def _write(
    connection: sqlite3.Connection, number: int, names: Sequence[str], members: Sequence[Stored], before: _Row | None
) -> bool:
    """Write the row of a paper where it is to be another one; whether a known one shows other texts or facts."""
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
    """The row of what captures make, under these names."""
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
    """The text and the facts that a row shows, where its capture is among the members."""
    better = object_of(row[3])
    shown = (each for each in members if each.id == row[2])
    return next(
        ((each.text, [better.get(name, column(each.capture)) for name, column in FACTS.items()]) for each in shown),
        None,
    )


def title_order_of(title: str, key: str) -> str:
    """What a paper is sorted by among titles."""
    return title_order(shown_title(Safe(title), PaperKey(key)))


FACTS: Mapping[str, Any] = {
    "authors": lambda said: encode_names(said.authors),
    "published": lambda said: str(said.published) if said.published else None,
    "categories": lambda said: encode_names(said.categories),
    "standing": lambda said: said.standing,
    "links": lambda said: encode_links(dict(said.links)),
}
"""The columns of facts that each capture gives whole or not at all, and how each is stored."""


MIN_LIKENESS = 90
"""`rapidfuzz.fuzz.ratio`, 0 to 100, of two copies of one abstract."""


def is_close(one: str, other: str) -> bool:
    """Whether two texts differ in at most a tenth of their letters."""
    from rapidfuzz import fuzz  # only where two captures of one title differ

    return fuzz.ratio(one, other, score_cutoff=MIN_LIKENESS) >= MIN_LIKENESS
