"""Stores captures and where they were listed. A capture that shares no name with another becomes a paper at once."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from paperreader.domain.captures import blocks_of, fingerprint_of, ordered_ids, own_name, place_block
from paperreader.domain.import_result import ParsedPaper
from paperreader.storage.catalogue.captures import borne_names, facts_of, known_captures, texts_of
from paperreader.storage.catalogue.connection import as_json
from paperreader.storage.catalogue.listings import Place, place_of, place_order
from paperreader.storage.catalogue.papers import INSERT, next_number, title_order_of

PlacedPaper = tuple[ParsedPaper, Sequence[tuple[int, int]]]
"""A parsed paper, and its places: the row id of each listing and the rank in it."""
_TEXT = "INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?, ?)"
_CAPTURE = f"INSERT OR REPLACE INTO captures VALUES ({', '.join('?' * 12)})"
_NAME = "INSERT OR IGNORE INTO names VALUES (?, ?)"
_SIGHTING = "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?, ?, ?)"
_DAMAGED = "SELECT captures.id, text FROM texts CROSS JOIN captures ON text = texts.id WHERE hash = ''"


class _Prepared(NamedTuple):
    """A parsed paper as the columns of its capture."""

    number: int
    print: int
    hash: str
    texts: tuple[str, str, str | None]
    names: tuple[str, ...]
    """The own name, then the ids."""
    blocks: tuple[str, ...]
    facts: Sequence[Any]


class Recorder:
    """Records the captures of one import, within its transaction.

    `days` has the dates of listings, and `pages` the feeds of those that are pages, by row id. `paired` are the names
    in the user's pairs.
    """

    def __init__(
        self, connection: sqlite3.Connection, days: Mapping[int, str], pages: Mapping[int, str], paired: frozenset[str]
    ) -> None:
        self._connection = connection
        self._days, self._pages, self._paired = days, pages, paired
        self._paper = next_number(connection)
        self._text, self._capture = (
            connection.execute(f"SELECT ifnull(max(id), 0) + 1 FROM {table}").fetchone()[0]
            for table in ("texts", "captures")
        )
        self._damaged: dict[int, int] = dict(connection.execute(_DAMAGED).fetchall())
        """The damaged texts, by the captures that have them."""
        self.first = self._capture
        """Captures with smaller numbers were stored before this import."""
        self.papers: dict[int, int] = {}
        """The papers of captures, as far as they are known."""
        self.meeting: set[str] = set()
        """Names of captures that may be one paper with others."""
        self.seen_again: set[int] = set()
        """Known captures with a new or changed sighting, or a repaired text."""
        self.updated: set[int] = set()
        """Of these, the captures with changed figures or a repaired text."""

    def record(self, piece: Sequence[PlacedPaper]) -> list[int]:
        """The numbers of the captures. New and damaged captures are stored, and so are the sightings."""
        prints = [fingerprint_of(parsed) for parsed, _ in piece]
        known = known_captures(self._connection, prints)
        self.papers.update(pair for pair in known.values() if pair[1])
        numbers = {print_: number for print_, (number, _) in known.items()}
        wanted: dict[int, tuple[int, ParsedPaper]] = {}
        for print_, (parsed, _) in zip(prints, piece, strict=True):
            if print_ not in numbers:
                numbers[print_] = self._capture
                self._capture += 1
                wanted[numbers[print_]] = print_, parsed
            elif numbers[print_] in self._damaged:
                wanted[numbers[print_]] = print_, parsed
        found = [numbers[print_] for print_ in prints]
        places: dict[int, dict[int, Place]] = {}
        for number, (parsed, listed) in zip(found, piece, strict=True):
            for listing, rank in listed:
                place = rank, parsed.upvotes, parsed.comments, parsed.announced
                others = places.setdefault(number, {})
                if listing not in others or place_order(place) > place_order(others[listing]):
                    others[listing] = place
        if wanted:
            self._store(wanted, places)
        if again := {number: places[number] for number, _ in known.values() if number in places}:
            self._see_again(again)
        return found

    def _see_again(self, places: Mapping[int, Mapping[int, Place]]) -> None:
        """Store new sightings of known captures, and greater figures of known sightings."""
        rows = self._connection.execute(
            "SELECT listing, capture, rank, upvotes, comments, announced FROM json_each(?) AS asked "
            "JOIN sightings ON capture = asked.value",
            (as_json(places),),
        )
        stored = {(listing, number): place_of(*place) for listing, number, *place in rows}
        written = []
        for number, listed in places.items():
            for listing, place in listed.items():
                before = stored.get((listing, number))
                if before is not None and before[0] and place_order(before) >= place_order(place):
                    continue
                written.append((listing, number, *place))
                self.seen_again.add(number)
                if before is not None:
                    self.updated.add(number)
                if listing in self._pages:
                    self._add_place(number, listing, place)
        self._connection.executemany(_SIGHTING, written)

    def _add_place(self, number: int, listing: int, place: Place) -> None:
        """Store the block of a known capture's place on a page."""
        (title,) = self._connection.execute(
            "SELECT title FROM captures JOIN texts ON texts.id = text WHERE captures.id = ?", (number,)
        ).fetchone()
        self._connection.execute(_NAME, (place_block(self._pages[listing], place[0], title), number))

    def _store(self, wanted: Mapping[int, tuple[int, ParsedPaper]], places: Mapping[int, Mapping[int, Place]]) -> None:
        """Store captures, given by their numbers with fingerprint and content. Damaged ones are replaced."""
        prepared = [
            self._prepared(number, print_, parsed, places.get(number, {}))
            for number, (print_, parsed) in wanted.items()
        ]
        count = Counter(name for each in prepared for name in {*each.names, *each.blocks})
        borne = borne_names(self._connection, count)
        kept = self._stored_texts(each.hash for each in prepared if not borne.isdisjoint(each.blocks))
        texts, captures, sightings, papers, repaired = [], [], [], [], []
        for each in prepared:
            number, seen = each.number, places.get(each.number, {})
            if number in self._damaged:
                kept[each.hash] = self._damaged[number]
                repaired.append(kept[each.hash])
                texts.append((kept[each.hash], each.hash, *each.texts))
            elif each.hash not in kept:
                kept[each.hash] = self._text
                self._text += 1
                texts.append((kept[each.hash], each.hash, *each.texts))
            own, *ids = each.names
            if number < self.first or self._may_meet((*each.names, *each.blocks), borne, count):
                paper = self.papers.get(number, 0)
                self.meeting.add(own)
            else:
                paper = self.papers[number] = self._paper
                self._paper += 1
                papers.append(self._paper_row(paper, number, (*ids, own), each.texts[0], seen))
            captures.append((number, each.print, paper, kept[each.hash], own, " ".join(ids) or None, *each.facts))
            if number >= self.first:
                sightings += [(listing, number, *place) for listing, place in seen.items()]
        write = self._connection.executemany
        write(_TEXT, texts)
        write(_CAPTURE, captures)
        write(_NAME, [(name, each.number) for each in prepared for name in (*each.names, *each.blocks)])
        write(_SIGHTING, sightings)
        write(INSERT, papers)
        for text in repaired:
            self._note_repair(text)

    def _prepared(self, number: int, print_: int, parsed: ParsedPaper, places: Mapping[int, Place]) -> _Prepared:
        title, abstract, raw = texts_of(parsed)
        authors, facts = facts_of(parsed)
        ids = ordered_ids(parsed.identifiers)
        own = own_name(parsed.title, parsed.abstract, ids, parsed.authors, parsed.published)
        on_pages = [
            place_block(self._pages[listing], place[0], title)
            for listing, place in places.items()
            if listing in self._pages
        ]
        blocks = (*blocks_of(title, abstract, authors, parsed.published), *on_pages)
        return _Prepared(number, print_, parsed.content_hash, (title, abstract, raw), (own, *ids), blocks, facts)

    def _may_meet(self, names: Iterable[str], borne: set[str], count: Counter[str]) -> bool:
        """Whether another capture, or a pair of the user, has one of these names or blocks."""
        return any(
            name in self._paired or ((name in borne or count[name] > 1) and not name.startswith("short:"))
            for name in names
        )

    def _note_repair(self, text: int) -> None:
        """Note that all captures with a text, and the papers that show it, have changed."""
        for (number,) in self._connection.execute("SELECT id FROM captures WHERE text = ?", (text,)).fetchall():
            self._connection.execute("UPDATE papers SET shown = shown WHERE shown = ?", (number,))
            self.updated.add(number)
            self.seen_again.add(number)
            self._damaged.pop(number, None)

    def _stored_texts(self, hashes: Iterable[str]) -> dict[str, int]:
        """The row ids of texts that are stored already, by their hashes."""
        rows = self._connection.execute(
            "SELECT hash, texts.id FROM json_each(?) AS asked JOIN texts ON hash = asked.value",
            (as_json(hashes),),
        )
        return dict(rows)

    def _paper_row(
        self, paper: int, number: int, names: Sequence[str], title: str, places: Mapping[int, Place]
    ) -> tuple[object, ...]:
        """The row of a paper with one capture. Its counts are those of `dates.count_papers`."""
        newest = max((self._days[listing] for listing in places), default=None)
        rank = min((place[0] for listing, place in places.items() if self._days[listing] == newest), default=None)
        upvotes = max((place[1] or 0 for place in places.values()), default=0)
        order = title_order_of(title, names[0])
        return paper, names[0], " ".join(names[1:]), number, None, newest, rank, upvotes, order
