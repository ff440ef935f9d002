"""The catalogue of an earlier version, converted: each of its papers to captures with its ids, texts and listings."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from sqlite3 import Connection
from typing import Any

from paperreader.domain.captures import ordered_ids, own_name
from paperreader.domain.identifiers import Identifier, PaperKey, scheme_of
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.domain.parsed import ParsedPaper, version_of
from paperreader.errors import StoreBusy, StoreFull, StoreReadOnly
from paperreader.files.refusals import kind_of
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_import import record_all
from paperreader.storage.catalogue_recording import Came
from paperreader.storage.schema import SCHEMA, create
from paperreader.storage.stored import known_date_of, names_of, object_of

_OLD = 10
"""The schema that is converted."""
_REFUSALS = (StoreBusy, StoreFull, StoreReadOnly)
Rekey = Callable[[Mapping[PaperKey, tuple[str, ...]]], object]
"""What gives documents that go by the keys of titles the names that their papers own now."""


def convert_catalogue(catalogue: Catalogue, rekey: Rekey) -> None:
    """Bring a catalogue up to date; one that cannot be converted is set aside, and its papers are told.

    Raises StoreError.
    """
    papers = catalogue.count()
    try:
        with catalogue.writing() as connection:
            version = catalogue.schema()  # asked again: another process may have converted it meanwhile
            if version == _OLD:
                try:
                    own_names = _convert(catalogue, connection)
                except (ValueError, TypeError, KeyError, AttributeError, sqlite3.Error) as error:
                    if isinstance(error, sqlite3.Error) and kind_of(error, catalogue.path) in _REFUSALS:
                        raise
                    raise _NotConverted from error
                # Before the commit: were the process killed between the two, both are done again.
                names = catalogue.names_of(own_names.values())
                rekey({key: names[own] for key, own in own_names.items() if own in names})
            elif version < SCHEMA:
                raise _NotConverted
    except _NotConverted:
        catalogue.start_anew(f"the catalogue of an earlier version, with {papers:,} papers, could not be converted")


class _NotConverted(Exception):
    """A catalogue holds what no earlier version stored."""


def _convert(catalogue: Catalogue, connection: Connection) -> dict[PaperKey, PaperKey]:
    """Convert within a transaction; the own names of papers that went by the keys of titles."""
    for kind, name in connection.execute(
        "SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR (type = 'index' AND sql IS NOT NULL)"
    ).fetchall():
        connection.execute(f"DROP {kind} {name}")
    tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()]
    for name in tables:
        connection.execute(f"ALTER TABLE {name} RENAME TO old_{name}")
    create(connection)
    for name in ("listings", "unfinished"):
        connection.execute(f"INSERT INTO {name} SELECT * FROM old_{name}")
    own_names: dict[PaperKey, PaperKey] = {}
    record_all(catalogue, _captures(connection, own_names))
    for (day,) in connection.execute("SELECT DISTINCT date FROM listings").fetchall():
        catalogue.count_date(day)
    for name in tables:
        connection.execute(f"DROP TABLE old_{name}")
    return own_names


def _captures(connection: Connection, own_names: dict[PaperKey, PaperKey]) -> Iterator[Came]:
    """What the papers of the old tables were made of, as far as they hold it."""
    ids: dict[int, list[Identifier]] = {}
    for paper, name in connection.execute("SELECT paper, identifier FROM old_identifiers"):
        ids.setdefault(paper, []).append(Identifier(name))
    merged: dict[int, list[str]] = {}
    for name, paper in connection.execute("SELECT key, paper FROM old_merged"):
        merged.setdefault(paper, []).append(name)
    places = {
        paper: list(rows)
        for paper, rows in groupby(
            connection.execute(
                "SELECT paper, listing, rank, upvotes, comments, announced FROM old_listed ORDER BY paper, listing"
            ),
            itemgetter(0),
        )
    }
    columns = "id, key, title, abstract, raw, authors, published, categories, standing, links, weight"
    for number, key, title, abstract, raw, *rest in connection.execute(
        f"SELECT {columns} FROM old_papers ORDER BY id"
    ).fetchall():
        authors, published, categories, standing, links, weight = rest
        named = tuple(ids.get(number, ()))
        facts: dict[str, Any] = {"identifiers": named, "version": version_of(weight)}
        shown = {"title": title, "abstract": abstract} | object_of(raw)
        people, classes = names_of(authors), names_of(categories)
        parsed = ParsedPaper(
            **shown,
            **facts,
            authors=None if people is None else tuple(people),
            published=known_date_of(published),
            categories=tuple(classes) if classes else None,
            standing=Standing(standing) if standing else None,
            links=tuple((kind, link[1]) for kind, link in object_of(links).items()),
        )
        own = own_name(parsed.title, parsed.abstract, ordered_ids(named), parsed.authors, parsed.published)
        for name in (key, *merged.get(number, ())):
            if scheme_of(name) == "title":
                own_names[PaperKey(name)] = PaperKey(own)
        yield parsed, ()
        for _, listing, rank, upvotes, comments, announced in places.get(number, ()):
            seen = {"upvotes": upvotes, "comments": comments, "announced": Announced(announced) if announced else None}
            yield replace(parsed, **seen), [(listing, rank)]
        if named:
            for title, abstract, weight in connection.execute(
                "SELECT title, abstract, weight FROM old_texts WHERE paper = ?", (number,)
            ).fetchall():
                yield ParsedPaper(title, abstract, identifiers=named, version=version_of(weight)), ()
