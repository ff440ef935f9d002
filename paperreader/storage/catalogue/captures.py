"""Reads captures from the catalogue: by their numbers, by their names, and with all captures they are connected to."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from json.encoder import encode_basestring
from typing import Any

from paperreader.domain.captures import Capture, UserPairs, is_block, ordered_ids, place_block
from paperreader.domain.identifiers import Identifier
from paperreader.domain.import_result import ParsedPaper, is_page
from paperreader.domain.paper import safe_url
from paperreader.domain.text import clean_block, clean_line
from paperreader.storage.catalogue.columns import (
    addresses_of,
    block_of,
    count_of,
    known_date_of,
    line_of,
    names_of,
    standing_of,
    text_of,
)
from paperreader.storage.catalogue.connection import as_json

_MANY = 5_000
"""The most values that one statement asks for."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A capture in the catalogue, with the row ids of itself, its paper and its text."""

    id: int
    paper: int
    text: int
    capture: Capture


def texts_of(parsed: ParsedPaper) -> tuple[str, str, str | None]:
    """The columns title, abstract and raw of a parsed paper."""
    # SQLite stores `str` faster than its subclass `Safe`.
    title, abstract = str(clean_line(parsed.title)), str(clean_block(parsed.abstract))
    if title == parsed.title and abstract == parsed.abstract:
        return title, abstract, None
    texts = (("title", parsed.title, title), ("abstract", parsed.abstract, abstract))
    # ASCII: its escapes can hold lone surrogates, which UTF-8 cannot.
    return title, abstract, json.dumps({name: raw for name, raw, cleaned in texts if raw != cleaned})


def facts_of(parsed: ParsedPaper) -> tuple[tuple[str, ...] | None, Sequence[Any]]:
    """The cleaned authors of a parsed paper, and its columns from `version` to `links`."""
    authors = None if parsed.authors is None else tuple(map(clean_line, parsed.authors))
    classes = [*map(clean_line, parsed.categories)] if parsed.categories else None
    links = {kind: url for kind, url in sorted(parsed.links) if safe_url(url)} if parsed.links else None
    published = str(parsed.published) if parsed.published else None
    columns = encode_names(authors), published, encode_names(classes), parsed.standing, encode_links(links)
    return authors, (parsed.version, *columns)


def encode_names(names: Iterable[str] | None) -> str | None:
    """A JSON list of names. This is three times as fast as `json.dumps`, and gives the same text."""
    return None if names is None else f"[{', '.join(map(encode_basestring, names))}]"


def encode_links(links: Mapping[str, str] | None) -> str | None:
    """A JSON object of URLs by kind."""
    quote = encode_basestring
    return f"{{{', '.join(f'{quote(kind)}: {quote(url)}' for kind, url in links.items())}}}" if links else None


def known_captures(connection: sqlite3.Connection, fingerprints: Iterable[int]) -> dict[int, tuple[int, int]]:
    """The capture and the paper that each known fingerprint belongs to."""
    rows = connection.execute(
        "SELECT fingerprint, captures.id, paper FROM json_each(?) AS asked JOIN captures ON fingerprint = asked.value",
        (as_json(fingerprints),),
    )
    return {fingerprint: (number, paper) for fingerprint, number, paper in rows}


def borne_names(connection: sqlite3.Connection, names: Iterable[str]) -> set[str]:
    """The names among these that any capture has."""
    rows = connection.execute(
        "SELECT value FROM json_each(?) AS asked WHERE EXISTS (SELECT 1 FROM names WHERE name = asked.value)",
        (as_json(names),),
    )
    return {name for (name,) in rows}


def captures_bearing(connection: sqlite3.Connection, names: Iterable[str]) -> set[int]:
    """The captures that have any of these names or blocks."""
    found: set[int] = set()
    for some in _pieces(names):
        rows = connection.execute(
            "SELECT DISTINCT capture FROM json_each(?) AS asked JOIN names ON name = asked.value", (json.dumps(some),)
        )
        found.update(number for (number,) in rows if isinstance(number, int))
    return found


def captures_of(connection: sqlite3.Connection, papers: Iterable[int]) -> set[int]:
    """The captures of some papers."""
    rows = connection.execute(
        "SELECT captures.id FROM json_each(?) AS asked JOIN captures ON paper = asked.value",
        (as_json(papers),),
    )
    return {number for (number,) in rows}


def read_captures(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Stored]:
    """Captures by their numbers, with the figures and the places of their sightings."""
    found: dict[int, Stored] = {}
    for some in _pieces(numbers):
        asked = (json.dumps(some),)
        for row in connection.execute(
            "SELECT captures.id, paper, text, fingerprint, title, abstract, own, ids, version, authors, published, "
            "categories, standing, links FROM json_each(?) AS asked JOIN captures ON captures.id = asked.value "
            "JOIN texts ON texts.id = text",
            asked,
        ):
            found[row[0]] = _stored(row)
        figures: dict[int, int] = {}
        places: dict[int, set[str]] = {}
        for number, feed, rank, votes in connection.execute(
            "SELECT capture, feed, rank, ifnull(upvotes, 0) + ifnull(comments, 0) FROM json_each(?) AS asked "
            "JOIN sightings ON capture = asked.value JOIN listings ON listings.id = listing",
            asked,
        ):
            figures[number] = max(figures.get(number, 0), votes)
            if is_page(text_of(feed)) and number in found:
                block = place_block(feed, rank, found[number].capture.title)
                places.setdefault(number, set()).add(block)
        for number, votes in figures.items():
            if number in found and (votes or number in places):
                stored = found[number]
                seen = frozenset(places.get(number, ()))
                found[number] = replace(stored, capture=replace(stored.capture, figures=votes, places=seen))
    return found


def component_of(connection: sqlite3.Connection, names: Iterable[str], pairs: UserPairs) -> dict[int, Stored]:
    """All captures that are connected with these names, directly or through other names, blocks and pairs."""
    found: dict[int, Stored] = {}
    seen: set[str] = set()
    asked = set(names)
    while asked:
        seen |= asked
        more = read_captures(connection, captures_bearing(connection, asked) - found.keys())
        found |= more
        # A name in a pair connects captures even if no capture has it.
        borne = {name for stored in more.values() for name in _meeting_names(stored.capture)}
        asked = borne.union(*(pairs.same_as.get(name, ()) for name in asked | borne)) - seen
    return found


def _meeting_names(capture: Capture) -> Iterator[str]:
    """The names and blocks by which other captures meet this one."""
    yield from capture.names
    yield from filter(is_block, capture.blocks)


def _stored(row: Sequence[Any]) -> Stored:
    number, paper, text, fingerprint, title, abstract, own, ids, version, *facts = row
    authors, published, categories, standing, links = facts
    people, classes = names_of(authors), names_of(categories)
    return Stored(
        number,
        count_of(paper) or 0,
        text,
        Capture(
            fingerprint=fingerprint if isinstance(fingerprint, int) else number,
            title=line_of(title),
            abstract=block_of(abstract),
            own=text_of(own),
            ids=ordered_ids(map(Identifier, text_of(ids).split())) if ids else (),
            version=count_of(version),
            authors=None if people is None else tuple(people),
            published=known_date_of(published),
            categories=None if classes is None else tuple(classes),
            standing=standing_of(standing),
            links=tuple(addresses_of(links)),
        ),
    )


def _pieces(values: Iterable[Any]) -> Iterator[list[Any]]:
    rest = iter(values)
    while some := list(islice(rest, _MANY)):
        yield some
