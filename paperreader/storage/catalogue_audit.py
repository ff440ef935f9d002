"""Whether captures are whole, and names and papers what the captures give; and the mending of those that are not.

What is derived is derived again. What is damaged comes back with an import: a damaged text gets an empty hash, by which
the import knows that it must store a capture again although it has seen the capture before.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from paperreader.domain.captures import is_blank, ordered_ids, own_name
from paperreader.domain.identifiers import Identifier, scheme_of
from paperreader.domain.parsed import ParsedPaper
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_captures import Stored, captures_bearing, component_of, read_captures
from paperreader.storage.catalogue_connection import chunks
from paperreader.storage.catalogue_papers import FACTS, misderived, update_papers
from paperreader.storage.stored import text_of

_PIECE = 2_000
"""Captures that are looked at together."""
_STRAYS = {
    "names": "capture NOT IN (SELECT id FROM captures)",
    "sightings": "capture NOT IN (SELECT id FROM captures) OR listing NOT IN (SELECT id FROM listings)",
}
"""The rows of tables that belong to nothing."""
_WITHOUT_TEXTS = "SELECT id FROM captures WHERE text NOT IN (SELECT id FROM texts)"
_ORPHANS = "SELECT id FROM papers WHERE id NOT IN (SELECT paper FROM captures)"
_SEVERAL = "SELECT DISTINCT capture FROM names WHERE name IN (SELECT name FROM names GROUP BY name HAVING count(*) > 1)"


@dataclass(slots=True)
class Audit:
    """What is wrong with captures and with what is derived from them."""

    texts: set[int] = field(default_factory=set)
    """Texts that are not what was stored."""
    marked: set[int] = field(default_factory=set)
    """Texts that were found so before, and wait for an import."""
    captures: dict[int, Stored] = field(default_factory=dict)
    """Captures with the text of another one, or with facts that cannot be read."""
    named: dict[int, _Names] = field(default_factory=dict)
    """The names of captures that bear others."""
    grouped: set[int] = field(default_factory=set)
    """Captures whose papers are not what the captures give."""
    orphans: int = 0
    """Papers without captures."""

    @property
    def misderived(self) -> int:
        """How many captures and papers do not belong to each other as they should."""
        return len(self.named.keys() | self.grouped) + self.orphans


@dataclass(frozen=True, slots=True)
class _Names:
    """The own name and the ids of a capture, and these with the blocks in which it lies."""

    own: str
    ids: tuple[Identifier, ...]
    names: frozenset[str]


def count_strays(connection: sqlite3.Connection) -> int:
    """How many rows belong to a capture, a text or a listing that is not there."""
    queries = [_WITHOUT_TEXTS, *(f"SELECT 1 FROM {table} WHERE {where}" for table, where in _STRAYS.items())]
    return sum(len(connection.execute(query).fetchall()) for query in queries)


def audit_captures(catalogue: Catalogue) -> Audit:
    """What is wrong with captures and with what is derived from them; raises sqlite3.Error."""
    connection, found = catalogue.connection, Audit()
    for text, hashed, *texts in connection.execute("SELECT id, hash, title, abstract, raw FROM texts"):
        if hashed == "":
            found.marked.add(text)
        elif not (came := _as_they_came(*texts)) or ParsedPaper(*came).content_hash != hashed:
            found.texts.add(text)
    pairs = catalogue.pairs_applied()
    several = captures_bearing(connection, pairs.names()) | {number for (number,) in connection.execute(_SEVERAL)}
    sums: dict[int, int] = {}  # of the names of each capture: all names would fill the memory
    for name, number in connection.execute("SELECT name, capture FROM names"):
        sums[number] = sums.get(number, 0) ^ hash(name)
    suspects: dict[int, tuple[Stored, tuple[str, str] | None]] = {}
    for some in chunks([number for (number,) in connection.execute("SELECT id FROM captures")], _PIECE):
        stored = read_captures(connection, some)
        suspects |= _audit_rows(connection, stored, sums, found)
        alone = {number: each for number, each in stored.items() if number not in several}
        found.grouped |= misderived(catalogue, alone, pairs)
    for number, borne in _names_of(connection, suspects).items():
        _audit_names(*suspects[number], borne, found)
    while several:
        some = list(islice(several, _PIECE))
        component = _component(catalogue, some)
        found.grouped |= misderived(catalogue, component, pairs)
        several.difference_update(some, component)
    found.orphans = len(connection.execute(_ORPHANS).fetchall())
    return found


def mend_captures(catalogue: Catalogue) -> Iterator[str]:
    """Make replaceable what is damaged, and derive again what is derived; what was done, a line each.

    Only within a `transaction`.
    """
    connection = catalogue.connection
    if strays := count_strays(connection):
        for table, where in _STRAYS.items():
            connection.execute(f"DELETE FROM {table} WHERE {where}")
        for (number,) in connection.execute(_WITHOUT_TEXTS).fetchall():
            _give_text(connection, number, "", "", None)
        yield f"rows of papers or listings that are not there: {strays:,} removed; import your papers again"
    found = audit_captures(catalogue)
    connection.executemany("UPDATE texts SET hash = '' WHERE id = ?", [(text,) for text in found.texts])
    for each in found.captures.values():
        _mark(connection, each)
    if marked := len(found.texts) + len(found.captures):
        yield f"damaged texts: {marked:,} marked, so that an import replaces them; import your papers again"
    _rename(connection, found.named)
    wrong = audit_captures(catalogue).grouped if found.named or found.captures else found.grouped
    connection.execute(f"DELETE FROM papers WHERE id IN ({_ORPHANS})")
    update_papers(catalogue, _component(catalogue, wrong), catalogue.pairs_applied())
    if derived := len(found.named.keys() | found.grouped | wrong) + found.orphans:
        yield f"papers that were not what their sources say: {derived:,} made again"


def _audit_rows(
    connection: sqlite3.Connection, stored: Mapping[int, Stored], sums: Mapping[int, int], found: Audit
) -> dict[int, tuple[Stored, tuple[str, str] | None]]:
    """Compare captures with their texts and facts; those that are not sure to have their texts and names."""
    suspects: dict[int, tuple[Stored, tuple[str, str] | None]] = {}
    rows = connection.execute(
        f"SELECT captures.id, title, abstract, raw, {', '.join(FACTS)} FROM json_each(?) AS asked "
        "JOIN captures ON captures.id = asked.value JOIN texts ON texts.id = text",
        (json.dumps(list(stored)),),
    )
    for number, title, abstract, raw, *facts in rows:
        each, names = stored[number], 0
        for name in {*each.capture.names, *each.capture.blocks}:
            names ^= hash(name)
        texts = None
        if each.text not in found.texts and each.text not in found.marked:
            texts = _as_they_came(title, abstract, raw)
            if any(column(each.capture) != value for column, value in zip(FACTS.values(), facts, strict=True)):
                found.captures[number] = each
        if sums.get(number) != names or (texts and _own_name(each, texts, each.capture.ids) != each.capture.own):
            suspects[number] = each, texts
    return suspects


def _audit_names(each: Stored, texts: tuple[str, str] | None, borne: set[str], found: Audit) -> None:
    """Compare a capture with its names. What its row and its names say differently, its texts decide."""
    capture = each.capture
    own, ids = capture.own, capture.ids
    blocks = {name for name in borne if not _is_name(name)}
    if texts:
        others = ordered_ids(Identifier(name) for name in borne if _is_name(name) and not name.startswith("text:"))
        said = {own, *borne}
        own, ids = next(
            ((name, some) for some in (ids, others) if (name := _own_name(each, texts, some)) in said), (own, ids)
        )
        expected = set(capture.blocks)
        # Where there is no abstract, the names of the authors as they came stand in the own name, and are not stored.
        is_unsure = is_blank(texts[1]) and not expected.isdisjoint(borne)
        if _own_name(each, texts, ids) == own or is_unsure:
            # A page on which the capture stood at another rank before is no harm.
            blocks = expected | {name for name in blocks if scheme_of(name) == "page"}
        else:
            found.captures[each.id] = each
    names = {own, *ids, *blocks}
    if names != borne or (own, ids) != (capture.own, capture.ids):
        found.named[each.id] = _Names(own, ids, frozenset(names))


def _is_name(name: str) -> bool:
    return scheme_of(name) in ("arxiv", "doi", "text")


def _own_name(each: Stored, texts: tuple[str, str], ids: Iterable[Identifier]) -> str:
    return own_name(*texts, ids, each.capture.authors, each.capture.published)


def _as_they_came(title: object, abstract: object, raw: object) -> tuple[str, str] | None:
    """The texts before they were cleaned; None where they cannot be read."""
    try:
        texts = {"title": title, "abstract": abstract} | (json.loads(text_of(raw)) if raw else {})
    except (ValueError, TypeError, RecursionError):
        return None
    found = texts["title"], texts["abstract"]
    return found if all(isinstance(text, str) for text in found) else None


def _names_of(connection: sqlite3.Connection, captures: Iterable[int]) -> dict[int, set[str]]:
    """The names of captures."""
    found: dict[int, set[str]] = {number: set() for number in captures}
    if found:
        for name, number in connection.execute("SELECT name, capture FROM names"):
            if number in found:
                found[number].add(text_of(name))
    return found


def _component(catalogue: Catalogue, captures: Iterable[int]) -> dict[int, Stored]:
    """The whole components of captures."""
    owns = catalogue.connection.execute(
        "SELECT own FROM json_each(?) AS asked JOIN captures ON captures.id = asked.value",
        (json.dumps(list(captures)),),
    )
    return component_of(catalogue.connection, {text_of(own) for (own,) in owns}, catalogue.pairs_applied())


def _mark(connection: sqlite3.Connection, each: Stored) -> None:
    """Give a capture a text of its own that an import replaces, and facts that can be read."""
    texts = connection.execute("SELECT title, abstract, raw FROM texts WHERE id = ?", (each.text,)).fetchone()
    _give_text(connection, each.id, *texts)
    columns = ", ".join(f"{name} = ?" for name in FACTS)
    facts = (column(each.capture) for column in FACTS.values())
    connection.execute(f"UPDATE captures SET {columns} WHERE id = ?", (*facts, each.id))


def _give_text(connection: sqlite3.Connection, number: int, *texts: str | None) -> None:
    """Give a capture a text that an import replaces."""
    added = connection.execute("INSERT INTO texts (hash, title, abstract, raw) VALUES ('', ?, ?, ?)", texts)
    connection.execute("UPDATE captures SET text = ? WHERE id = ?", (added.lastrowid, number))


def _rename(connection: sqlite3.Connection, captures: Mapping[int, _Names]) -> None:
    connection.execute(
        "DELETE FROM names WHERE capture IN (SELECT value FROM json_each(?))", (json.dumps(list(captures)),)
    )
    for number, each in captures.items():
        connection.executemany("INSERT INTO names VALUES (?, ?)", [(name, number) for name in each.names])
        connection.execute(
            "UPDATE captures SET own = ?, ids = ? WHERE id = ?", (each.own, " ".join(each.ids) or None, number)
        )
