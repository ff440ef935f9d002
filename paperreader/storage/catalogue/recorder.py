"""Recording captures and their sightings; what meets no other capture becomes a paper of its own at once."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from paperreader.domain.captures import blocks_of, fingerprint_of, is_block, ordered_ids, own_name, place_block
from paperreader.domain.identifiers import Identifier
from paperreader.domain.parsed import ParsedPaper
from paperreader.storage.catalogue.captures import borne_names, facts_of, known_captures, texts_of
from paperreader.storage.catalogue.listings import Place, place_of, place_order
from paperreader.storage.catalogue.papers import INSERT, next_number, title_order_of

Came = tuple[ParsedPaper, Sequence[tuple[int, int]]]
"""What was parsed of a paper, and the numbers of the listings that hold it with its ranks there."""
_TEXT = "INSERT INTO texts VALUES (?, ?, ?, ?, ?)"
_CAPTURE = f"INSERT INTO captures VALUES ({', '.join('?' * 12)})"
_NAME = "INSERT OR IGNORE INTO names VALUES (?, ?)"
_DAMAGED = "SELECT captures.id, own, text FROM texts CROSS JOIN captures ON text = texts.id WHERE hash = ''"
_SIGHTING = "INSERT OR REPLACE INTO sightings VALUES (?, ?, ?, ?, ?, ?)"


class Recorder:
    """The captures of one import, within its transaction.

    `days` and `pages` are the dates of listings, and the feeds of those that are pages, by the listings' numbers;
    `paired` are the names of the user's pairs.
    """

    def __init__(
        self, connection: sqlite3.Connection, days: Mapping[int, str], pages: Mapping[int, str], paired: frozenset[str]
    ) -> None:
        self._connection = connection
        self._days, self._pages, self._paired = days, pages, paired
        self._paper = next_number(self._connection)
        self._text, self._capture = (
            self._connection.execute(f"SELECT ifnull(max(id), 0) + 1 FROM {table}").fetchone()[0]
            for table in ("texts", "captures")
        )
        self.first = self._capture
        """Captures with smaller numbers were there before."""
        self.papers: dict[int, int] = {}
        """The papers of captures, where they are known already."""
        self.meeting: set[str] = set()
        """Names of the captures that may be one with others."""
        self.refigured: set[int] = set()
        """The captures of which a sighting has other figures than before."""
        self.seen_again: set[int] = set()
        """These, and those that were known and are on another list now."""
        self._damaged: dict[int, int] = {}
        """The damaged texts of captures, which are to be replaced, by the captures' numbers."""
        self._sharing: dict[int, dict[int, str]] = {}
        """The captures with each of these texts, and their own names."""
        self._damaged_by_own: dict[str, set[int]] = {}
        for number, own, text in connection.execute(_DAMAGED):
            self._damaged[number] = text
            self._sharing.setdefault(text, {})[number] = own
            self._damaged_by_own.setdefault(own, set()).add(text)

    def record(self, piece: Sequence[Came]) -> list[int]:
        """The numbers of captures, which are stored unless they were seen before, with their sightings."""
        prints = [fingerprint_of(parsed) for parsed, _ in piece]
        known = known_captures(self._connection, prints)
        numbers = {print_: number for print_, (number, _) in known.items()}
        new: dict[int, tuple[int, ParsedPaper]] = {}
        for print_, (parsed, _) in zip(prints, piece, strict=True):
            if print_ not in numbers:
                numbers[print_] = self._capture
                new[self._capture] = print_, parsed
                self._capture += 1
        self.papers.update(pair for pair in known.values() if pair[1])
        found = [numbers[print_] for print_ in prints]
        places: dict[int, dict[int, Place]] = {}
        for number, (parsed, listed) in zip(found, piece, strict=True):
            for listing, rank in listed:
                place = rank, parsed.upvotes, parsed.comments, parsed.announced
                others = places.setdefault(number, {})
                if listing not in others or place_order(place) > place_order(others[listing]):
                    others[listing] = place
        for number, (parsed, _) in zip(found, piece, strict=True) if self._damaged else ():
            if number in self._damaged:
                self._replace(number, parsed)
        again = {number: places[number] for number, _ in known.values() if number in places}
        if again:
            self._see_again(again)
        if new:
            self._store(new, places)
        return found

    def _see_again(self, places: Mapping[int, Mapping[int, Place]]) -> None:
        """Take over new sightings of known captures, and greater figures of those that there were."""
        rows = self._connection.execute(
            "SELECT listing, capture, rank, upvotes, comments, announced FROM json_each(?) AS asked "
            "JOIN sightings ON capture = asked.value",
            (json.dumps(list(places)),),
        )
        there = {(listing, number): place_of(*place) for listing, number, *place in rows}
        written = []
        for number, listed in places.items():
            for listing, place in listed.items():
                before = there.get((listing, number))
                if before is not None and before[0] and place_order(before) >= place_order(place):
                    continue
                written.append((listing, number, *place))
                self.seen_again.add(number)
                if before is not None:
                    self.refigured.add(number)
                if listing in self._pages:
                    self._place_again(number, listing, place)
        self._connection.executemany(_SIGHTING, written)

    def _place_again(self, number: int, listing: int, place: Place) -> None:
        """Note that a known capture is at a rank of a page."""
        (title,) = self._connection.execute(
            "SELECT title FROM captures JOIN texts ON texts.id = text WHERE captures.id = ?", (number,)
        ).fetchone()
        block = place_block(self._pages[listing], place[0], title)
        self._connection.execute(_NAME, (block, number))
        self.meeting.add(block)

    def _replace(self, number: int, parsed: ParsedPaper) -> None:
        """Store a known capture again, as its text is damaged."""
        authors, facts = facts_of(parsed)
        title, abstract, _ = texts_of(parsed)
        own, ids, blocks = _named(parsed, title, abstract, authors)
        self._connection.execute(
            "UPDATE captures SET own = ?, ids = ?, version = ?, authors = ?, published = ?, categories = ?, "
            "standing = ?, links = ? WHERE id = ?",
            (own, " ".join(ids) or None, *facts, number),
        )
        self._connection.executemany(_NAME, [(name, number) for name in (own, *ids, *blocks)])
        self.meeting |= {own, *ids}
        self._replace_text(self._damaged[number], parsed)

    def _replace_text(self, text: int, parsed: ParsedPaper) -> None:
        """Store a damaged text again; the papers that show it have changed."""
        title, abstract, raw = texts_of(parsed)
        self._connection.execute(
            "UPDATE texts SET hash = ?, title = ?, abstract = ?, raw = ? WHERE id = ?",
            (parsed.content_hash, title, abstract, raw, text),
        )
        for number, own in self._sharing.pop(text).items():
            self._connection.execute("UPDATE papers SET shown = shown WHERE shown = ?", (number,))
            self.refigured.add(number)
            self.meeting.add(own)
            del self._damaged[number]

    def _store(self, new: Mapping[int, tuple[int, ParsedPaper]], places: Mapping[int, Mapping[int, Place]]) -> None:
        """Store captures that were not seen before."""
        texts, captures, named, sightings, papers = [], [], {}, [], []
        cleaned = {number: (*texts_of(parsed), facts_of(parsed)) for number, (_, parsed) in new.items()}
        for number, (_, parsed) in new.items():
            title, abstract, _, (authors, _) = cleaned[number]
            own, ids, blocks = _named(parsed, title, abstract, authors)
            on_pages = [
                place_block(self._pages[listing], place[0], title)
                for listing, place in places.get(number, {}).items()
                if listing in self._pages
            ]
            named[number] = own, ids, (*blocks, *on_pages)
        count = Counter(name for own, ids, blocks in named.values() for name in {own, *ids, *blocks})
        borne = borne_names(self._connection, count)
        hashes = {number: parsed.content_hash for number, (_, parsed) in new.items()}
        kept = self._texts_there(hashes[number] for number, names in named.items() if not borne.isdisjoint(names[2]))
        for number, (print_, _) in new.items():
            title, abstract, raw, (_, facts) = cleaned[number]
            own, ids, blocks = named[number]
            hashed = hashes[number]
            for damaged in self._damaged_by_own.pop(own, ()):
                if damaged in self._sharing:
                    self._replace_text(damaged, new[number][1])
            if (text := kept.get(hashed)) is None:
                text = kept[hashed] = self._text
                self._text += 1
                texts.append((text, hashed, title, abstract, raw))
            meets = [name for name in (own, *ids, *blocks) if name in borne or count[name] > 1 or name in self._paired]
            if any(name in self._paired or is_block(name) or name in (own, *ids) for name in meets):
                paper = 0
                self.meeting.add(own)
            else:
                paper = self.papers[number] = self._paper
                self._paper += 1
                key, *also = *ids, own
                newest, rank, upvotes = self._newest(places.get(number, {}))
                papers.append(
                    (paper, key, " ".join(also), number, None, newest, rank, upvotes, title_order_of(title, key))
                )
            captures.append((number, print_, paper, text, own, " ".join(ids) or None, *facts))
            sightings += [(listing, number, *place) for listing, place in places.get(number, {}).items()]
        write = self._connection.executemany
        write(_TEXT, texts)
        write(_CAPTURE, captures)
        write(_NAME, [(name, number) for number, (own, ids, blocks) in named.items() for name in (own, *ids, *blocks)])
        write(_SIGHTING, sightings)
        write(INSERT, papers)

    def _texts_there(self, hashes: Iterable[str]) -> dict[str, int]:
        """The numbers of texts that are stored, by their hashes."""
        rows = self._connection.execute(
            "SELECT hash, texts.id FROM json_each(?) AS asked JOIN texts ON hash = asked.value",
            (json.dumps(list(hashes)),),
        )
        return dict(rows)

    def _newest(self, places: Mapping[int, Place]) -> tuple[str | None, int | None, int]:
        """The newest date that lists a capture, its rank there, and its most upvotes, as `keep_places` counts them."""
        newest = max((self._days[listing] for listing in places), default=None)
        rank = min((place[0] for listing, place in places.items() if self._days[listing] == newest), default=None)
        return newest, rank, max((place[1] or 0 for place in places.values()), default=0)


def _named(
    parsed: ParsedPaper, title: str, abstract: str, authors: tuple[str, ...] | None
) -> tuple[str, tuple[Identifier, ...], tuple[str, ...]]:
    """The own name, the ids and the blocks of what was parsed, given with its cleaned texts and authors."""
    ids = ordered_ids(parsed.identifiers)
    own = own_name(parsed.title, parsed.abstract, ids, parsed.authors, parsed.published)
    return own, ids, blocks_of(title, abstract, authors, parsed.published)
