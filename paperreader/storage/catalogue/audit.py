"""Checks that captures are whole and that names and papers match them, and repairs what does not match.

Names and papers are derived again. A damaged text gets an empty hash; this tells the next import to store its capture
again.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter

from paperreader.domain.captures import is_blank, ordered_ids, own_name
from paperreader.domain.identifiers import Identifier, scheme_of
from paperreader.domain.import_result import ParsedPaper
from paperreader.storage.catalogue.captures import Stored, captures_bearing, component_of, read_captures
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.columns import object_of, text_of
from paperreader.storage.catalogue.connection import as_json
from paperreader.storage.catalogue.papers import FACTS, outdated_captures, update_papers

_PIECE = 2_000
"""How many captures are checked together."""
_STRAYS = {
    "names": "capture NOT IN (SELECT id FROM captures)",
    "sightings": "capture NOT IN (SELECT id FROM captures) OR listing NOT IN (SELECT id FROM listings)",
}
"""By table, the condition of rows whose owner is missing."""
_WITHOUT_TEXTS = "SELECT id FROM captures WHERE text NOT IN (SELECT id FROM texts)"
_ORPHANS = "SELECT id FROM papers WHERE id NOT IN (SELECT paper FROM captures)"
_NAMES = """
    SELECT id, NULL FROM captures
    UNION ALL SELECT capture, name FROM names WHERE capture IN (SELECT id FROM captures) ORDER BY 1
"""
_SHARING = "SELECT DISTINCT capture FROM names WHERE name IN (SELECT name FROM names GROUP BY name HAVING count(*) > 1)"
_ROWS = f"""
    SELECT captures.id, title, abstract, raw, {", ".join(FACTS)} FROM json_each(?) AS asked
    JOIN captures ON captures.id = asked.value JOIN texts ON texts.id = text
"""


@dataclass(slots=True)
class Audit:
    """The faults of captures and of what is derived from them."""

    texts: set[int] = field(default_factory=set)
    """Damaged texts."""
    marked: set[int] = field(default_factory=set)
    """Damaged texts that an earlier repair marked and the next import replaces."""
    captures: set[int] = field(default_factory=set)
    """Captures with the text of another one, or with facts that cannot be read."""
    named: dict[int, tuple[str, tuple[Identifier, ...], set[str]]] = field(default_factory=dict)
    """Captures with wrong names: their right own name, ids, and all names."""
    grouped: dict[int, Stored] = field(default_factory=dict)
    """Captures whose papers do not match them."""
    orphans: int = 0
    """Papers without captures."""

    @property
    def outdated(self) -> int:
        """The number of captures and papers that do not match each other."""
        return len(self.named.keys() | self.grouped) + self.orphans


def count_strays(connection: sqlite3.Connection) -> int:
    """The number of rows whose capture, text or listing is missing."""
    queries = [_WITHOUT_TEXTS, *(f"SELECT 1 FROM {table} WHERE {where}" for table, where in _STRAYS.items())]
    return sum(len(connection.execute(query).fetchall()) for query in queries)


def audit_captures(catalogue: Catalogue) -> Audit:
    """The faults of captures and of what is derived from them; raises sqlite3.Error."""
    connection, found = catalogue.connection, Audit()
    for text, hashed, *columns in connection.execute("SELECT id, hash, title, abstract, raw FROM texts"):
        if hashed == "":
            found.marked.add(text)
        elif not (raw := _raw_texts(*columns)) or ParsedPaper(*raw).content_hash != hashed:
            found.texts.add(text)
    damaged, pairs = found.texts | found.marked, catalogue.pairs_applied()
    sharing = captures_bearing(connection, pairs.names()) | {number for (number,) in connection.execute(_SHARING)}
    waiting: set[str] = set()
    by_capture = groupby(connection.execute(_NAMES), itemgetter(0))
    while borne := {
        number: {text_of(name) for _, name in rows if name is not None} for number, rows in islice(by_capture, _PIECE)
    }:
        stored = read_captures(connection, borne)
        for number, title, abstract, raw, *facts in connection.execute(_ROWS, (as_json(stored),)):
            each = stored[number]
            is_whole = each.text not in damaged
            if is_whole and facts != [column(each.capture) for column in FACTS.values()]:
                found.captures.add(number)
            _audit_names(each, _raw_texts(title, abstract, raw) if is_whole else None, borne[number], found)
        # Captures that share no name are papers of one capture. The others are grouped below.
        alone = {number: each for number, each in stored.items() if number not in sharing}
        found.grouped |= outdated_captures(catalogue, alone, pairs)
        waiting.update(stored[number].capture.own for number in sharing & stored.keys())
    while waiting:
        some = set(islice(waiting, _PIECE))
        component = component_of(connection, some, pairs)
        found.grouped |= outdated_captures(catalogue, component, pairs)
        waiting.difference_update(some, (each.capture.own for each in component.values()))
    found.orphans = len(connection.execute(_ORPHANS).fetchall())
    return found


def mend_captures(catalogue: Catalogue) -> Iterator[str]:
    """Mark damaged texts and derive names and papers again. Yields a line for each repair.

    Only within a `transaction`.
    """
    connection = catalogue.connection
    if strays := count_strays(connection):
        for table, where in _STRAYS.items():
            connection.execute(f"DELETE FROM {table} WHERE {where}")
        _mark(connection, [number for (number,) in connection.execute(_WITHOUT_TEXTS)])
        yield f"removed {strays:,} row{'' if strays == 1 else 's'} without a paper or listing; import your papers again"
    found = audit_captures(catalogue)
    connection.executemany("UPDATE texts SET hash = '' WHERE id = ?", [(text,) for text in found.texts])
    _mark(connection, found.captures)
    if marked := len(found.texts) + len(found.captures):
        yield f"{marked:,} damaged texts are marked for replacement; import your papers again"
    which = as_json(found.named)
    connection.execute("DELETE FROM names WHERE capture IN (SELECT value FROM json_each(?))", (which,))
    for number, (own, ids, names) in found.named.items():
        connection.executemany("INSERT INTO names VALUES (?, ?)", [(name, number) for name in names])
        connection.execute("UPDATE captures SET own = ?, ids = ? WHERE id = ?", (own, " ".join(ids) or None, number))
    wrong = audit_captures(catalogue).grouped if found.named or found.captures else found.grouped
    connection.execute(f"DELETE FROM papers WHERE id IN ({_ORPHANS})")
    pairs = catalogue.pairs_applied()
    update_papers(catalogue, component_of(connection, {each.capture.own for each in wrong.values()}, pairs), pairs)
    if derived := len({*found.named, *found.grouped, *wrong}) + found.orphans:
        yield f"rebuilt {derived:,} paper{'' if derived == 1 else 's'} from the stored sources"


def _audit_names(each: Stored, texts: tuple[str, str] | None, borne: set[str], found: Audit) -> None:
    """Compare a capture with its names. If its row and its names differ, its raw texts decide."""
    capture = each.capture
    own, ids = capture.own, capture.ids
    blocks = {name for name in borne if scheme_of(name) not in ("arxiv", "doi", "text")}
    if texts:
        others = ordered_ids(Identifier(name) for name in borne - blocks if scheme_of(name) != "text")
        candidates = ((own_name(*texts, some, capture.authors, capture.published), some) for some in (ids, others))
        right = next((candidate for candidate in candidates if candidate[0] in {own, *borne}), None)
        expected = set(capture.blocks)
        # Without an abstract, the own name is a hash over raw authors, which are not stored.
        if right or (is_blank(texts[1]) and not expected.isdisjoint(borne)):
            own, ids = right or (own, ids)
            # The capture may have had another rank on a page before.
            blocks = expected | {name for name in blocks if scheme_of(name) == "page"}
        else:
            found.captures.add(each.id)
    names = {own, *ids, *blocks}
    if names != borne or (own, ids) != (capture.own, capture.ids):
        found.named[each.id] = own, ids, names


def _raw_texts(title: object, abstract: object, raw: object) -> tuple[str, str] | None:
    """Title and abstract before cleaning; None if they cannot be read."""
    texts = {"title": title, "abstract": abstract} | object_of(raw)
    title, abstract = texts["title"], texts["abstract"]
    return (title, abstract) if isinstance(title, str) and isinstance(abstract, str) else None


def _mark(connection: sqlite3.Connection, captures: Iterable[int]) -> None:
    """Give each capture a text of its own with an empty hash."""
    for number in captures:
        added = connection.execute(
            "INSERT INTO texts (hash, title, abstract, raw) SELECT '', ifnull(title, ''), ifnull(abstract, ''), raw "
            "FROM captures LEFT JOIN texts ON texts.id = text WHERE captures.id = ?",
            (number,),
        )
        connection.execute("UPDATE captures SET text = ? WHERE id = ?", (added.lastrowid, number))
