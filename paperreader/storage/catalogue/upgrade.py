"""Converts a catalogue of schema 10: each of its papers becomes captures with its ids, texts and listings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from paperreader.domain.captures import own_name
from paperreader.domain.identifiers import Identifier, PaperKey, scheme_of
from paperreader.domain.import_result import ParsedPaper, version_of
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.files.error_codes import is_refusal
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.columns import known_date_of, names_of, object_of
from paperreader.storage.catalogue.imports import record_all
from paperreader.storage.catalogue.recorder import PlacedPaper
from paperreader.storage.catalogue.schema import SCHEMA, create


def convert_catalogue(catalogue: Catalogue, rekey: Callable[[Mapping[PaperKey, tuple[str, ...]]], object]) -> None:
    """Convert a catalogue, or replace one that cannot be converted; raises StoreError.

    `rekey` gets the present names of papers by the keys that documents have.
    """
    papers = catalogue.count()
    try:
        with catalogue.writing() as connection:
            if (version := catalogue.schema()) < SCHEMA:  # read again: another process may have converted it
                own_names = _convert(catalogue, connection, version)
                # Before the commit: if the process is killed between the two, both are done again.
                names = catalogue.names_of(own_names.values())
                rekey({key: names[own] for key, own in own_names.items() if own in names})
    except _NotConverted:
        catalogue.start_anew(f"the catalogue of an earlier version, with {papers:,} papers, could not be converted")


class _NotConverted(Exception):
    """The catalogue has another schema than 10, or is damaged."""


def _convert(catalogue: Catalogue, connection: sqlite3.Connection, version: int) -> dict[PaperKey, PaperKey]:
    """Convert within a transaction. The own names of papers, by their keys from titles."""
    if version != 10:
        raise _NotConverted
    owns: dict[int, PaperKey] = {}
    try:
        there = "SELECT name, type FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type = 'table'"
        for name, kind in (made := connection.execute(there).fetchall()):
            connection.execute(f"ALTER TABLE {name} RENAME TO old_{name}" if kind == "table" else f"DROP {kind} {name}")
        create(connection)
        for name in ("listings", "unfinished"):
            connection.execute(f"INSERT INTO {name} SELECT * FROM old_{name}")
        record_all(catalogue, _captures(connection, owns))
        keys = connection.execute(
            "SELECT key, id FROM old_papers UNION ALL SELECT key, paper FROM old_merged"
        ).fetchall()
        for name in [name for name, kind in made if kind == "table"]:
            connection.execute(f"DROP TABLE old_{name}")
    except (ValueError, TypeError, KeyError, AttributeError, sqlite3.Error) as error:
        if isinstance(error, sqlite3.Error) and is_refusal(error, catalogue.path):
            raise
        raise _NotConverted from error
    return {PaperKey(key): owns[paper] for key, paper in keys if scheme_of(key) == "title" and paper in owns}


def _captures(connection: sqlite3.Connection, owns: dict[int, PaperKey]) -> Iterator[PlacedPaper]:
    """The captures that the old tables hold. Their own names are added to `owns`, by paper."""
    ids = _by_paper(connection, "identifier FROM old_identifiers")
    texts = _by_paper(connection, "title, abstract, weight FROM old_texts")
    places = _by_paper(connection, "listing, rank, upvotes, comments, announced FROM old_listed")
    columns = "id, title, abstract, raw, authors, published, categories, standing, links, weight"
    for paper, title, abstract, raw, *facts, weight in connection.execute(f"SELECT {columns} FROM old_papers"):
        authors, published, categories, standing, links = facts
        people, named = names_of(authors), tuple(Identifier(name) for (name,) in ids.get(paper, ()))
        parsed = ParsedPaper(
            **{"title": title, "abstract": abstract} | object_of(raw),
            authors=None if people is None else tuple(people),
            published=known_date_of(published),
            identifiers=named,
            categories=tuple(names_of(categories) or ()) or None,
            version=version_of(weight),
            standing=Standing(standing) if standing else None,
            links=tuple((kind, link[1]) for kind, link in object_of(links).items()),
        )
        owns[paper] = PaperKey(own_name(parsed.title, parsed.abstract, named, parsed.authors, parsed.published))
        yield parsed, ()
        for listing, rank, upvotes, comments, announced in places.get(paper, ()):
            said = Announced(announced) if announced else None
            yield replace(parsed, upvotes=upvotes, comments=comments, announced=said), [(listing, rank)]
        for title, abstract, weight in texts.get(paper, ()) if named else ():
            yield ParsedPaper(title, abstract, identifiers=named, version=version_of(weight)), ()


def _by_paper(connection: sqlite3.Connection, columns: str) -> Mapping[int, list[Any]]:
    """The rows of an old table by paper."""
    found: dict[int, list[Any]] = {}
    for paper, *row in connection.execute(f"SELECT paper, {columns}"):
        found.setdefault(paper, []).append(row)
    return found
