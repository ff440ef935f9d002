"""Queries about listings: which feeds list papers on which dates, and the places of papers in lists and files."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from paperreader.domain.entry import FiledPaper
from paperreader.domain.identifiers import title_hash
from paperreader.domain.listing import Announced, KnownListing, ListedPaper, Listing, ListingName
from paperreader.domain.lists import ImportedFile, file_of_feed
from paperreader.domain.text import clean_line
from paperreader.storage.catalogue.columns import count_of, day_of, text_of
from paperreader.storage.catalogue.connection import CatalogueConnection, as_json

Place = tuple[int, int | None, int | None, str | None]
"""Rank, upvotes and comments of a paper in a listing, and its announcement type."""
_AnyPlace = TypeVar("_AnyPlace", ListedPaper, FiledPaper)

_ORDER_OF_ANNOUNCED = (None, "replacement", "cross", "new")


def place_order(place: Place) -> tuple[int, ...]:
    """The sort key of the places that several captures give one paper in one listing; the greatest is shown."""
    rank, upvotes, comments, announced = place
    figures = (-1 if n is None else n for n in (upvotes, comments))
    return (upvotes or 0) + (comments or 0), *figures, -rank, _ORDER_OF_ANNOUNCED.index(announced)


def place_of(rank: object, upvotes: object, comments: object, announced: object) -> Place:
    """The place in four columns. A damaged rank is 0; other damaged values are None."""
    kind = _announced(announced)
    return count_of(rank) or 0, count_of(upvotes), count_of(comments), kind and kind.value


class CatalogueListings(CatalogueConnection):
    """The listings of a library, over a connection of their own."""

    def date_counts(self) -> list[tuple[date, int]]:
        """Each date that lists papers, with the number of papers, newest first."""
        rows = self.select("SELECT date, papers FROM dates WHERE papers > 0 ORDER BY date DESC")
        return [(listed_on, papers) for day, papers in rows if count_of(papers) and (listed_on := day_of(day))]

    def listings(self, day: date | None = None) -> list[Listing]:
        """The listings of a date, or all, newest date first, then by feed."""
        where, values = ("WHERE date = ?", (day.isoformat(),)) if day else ("", ())
        # A feed can have several listings on one date, after the user moved one. They are shown as one.
        rows = self.select(
            f"SELECT feed, date, max(guessed), printed FROM listings {where} "
            "GROUP BY feed, date ORDER BY date DESC, feed",
            values,
        )
        return [listing for row in rows if (listing := _listing(*row))]

    def known_on(self, day: date) -> list[KnownListing]:
        """The listings of a date, with the dates that their sources give."""
        rows = self.select(f"SELECT {_KNOWN} FROM listings WHERE date = ? ORDER BY name", (day.isoformat(),))
        return [known for row in rows if (known := _known(*row))]

    def listing_of_feed(self, feed: str, printed: str | None = None) -> KnownListing | None:
        """The newest listing of a feed. `printed`: preferably the one that has this printed day."""
        row = self.select_one(
            f"SELECT {_KNOWN} FROM listings WHERE feed = ?1 AND (printed IS NULL OR ?2 IS NULL OR printed = ?2) "
            "ORDER BY printed IS ?2 DESC, date DESC LIMIT 1",
            (feed, printed),
        )
        return _known(*row) if row else None

    def listing_misread(
        self, titles: Mapping[str, str], lines: Iterable[str], printed: str | None = None
    ) -> KnownListing | None:
        """The listing that an earlier version made of this page, if that version took other lines for titles.

        `titles` maps the line of each title to the title; `lines` are all lines of the page. In such a listing, each
        entry is a line of the page, and the entries include at least half of the titles. One entry is no title, or
        has the next title as its abstract; otherwise the listing is of a shorter page.
        """
        asked: dict[str, tuple[str | None, bool]] = {title_hash(clean_line(line)): (None, False) for line in lines}
        for texts, is_title in ((titles, False), (titles.values(), True)):
            asked |= {title_hash(text): (text, is_title) for text in map(clean_line, texts)}
        rows = [(found, *rest) for found, rest in asked.items()]
        self.connection.create_function("title_hash", 1, title_hash, deterministic=True)
        row = self.select_one(_MISREAD, (json.dumps(rows), printed, len(titles)))
        return _known(*row) if row else None

    def ids_on(self, day: date) -> array[int]:
        """The papers of a date, each once, by rank and feed. Cross-lists and replacements come last."""
        rows = self.select(
            "SELECT paper FROM listed JOIN listings ON listings.id = listing JOIN papers ON papers.id = paper "
            # Two papers of one list can have one rank. Then their figures decide, not the order of arrival.
            f"WHERE date = ? ORDER BY {_ANNOUNCED}, rank, feed, listed.upvotes DESC, comments DESC, key",
            (day.isoformat(),),
        )
        return array("q", dict.fromkeys(paper for (paper,) in rows))

    def announced_on(self, day: date, ids: Sequence[int]) -> dict[int, Announced]:
        """How the lists of a date announce these papers; papers without an announcement type are left out."""
        found: dict[int, Announced] = {}
        for paper, value in self.select(
            "SELECT paper, announced FROM listed JOIN listings ON listings.id = listing WHERE announced IS NOT NULL "
            f"AND date = ? AND paper IN (SELECT value FROM json_each(?)) ORDER BY {_ANNOUNCED}",
            (day.isoformat(), as_json(ids)),
        ):
            if announced := _announced(value):
                found.setdefault(paper, announced)
        return found

    def places(self, ids: Sequence[int], *, captures: bool = False) -> dict[int, list[ListedPaper]]:
        """The places of papers (or `captures`) in listings: newest date first, then by rank and feed."""

        def listed() -> Iterator[tuple[int, Hashable, ListedPaper]]:
            for owner, listing, place in self._sightings(ids, captures):
                if shown := _listing(*listing):
                    rank, upvotes, comments, announced = place
                    kind = _announced(announced)
                    yield owner, (shown.feed, shown.date), ListedPaper(shown, rank, upvotes, comments, kind)

        return {
            owner: sorted(places, key=lambda at: (-at.listing.date.toordinal(), at.rank, at.listing.feed))
            for owner, places in _best(listed()).items()
        }

    def files_of(self, ids: Sequence[int], *, captures: bool = False) -> dict[int, list[FiledPaper]]:
        """The places of papers (or `captures`) in imported files, by file."""

        def filed() -> Iterator[tuple[int, Hashable, FiledPaper]]:
            for owner, (feed, day, *_), place in self._sightings(ids, captures):
                if not day and (file := file_of_feed(text_of(feed))):
                    yield owner, file, FiledPaper(file, *place[:3])

        return {owner: sorted(places, key=lambda at: at.file.feed) for owner, places in _best(filed()).items()}

    def _sightings(self, ids: Sequence[int], captures: bool) -> Iterator[tuple[int, Sequence[Any], Place]]:
        """The sightings of papers (or `captures`): the number, the columns of the listing, and the place."""
        column, table = ("capture", "sightings") if captures else ("paper", "listed")
        for owner, feed, day, guessed, printed, *place in self.select(
            f"SELECT {column}, feed, date, guessed, printed, rank, upvotes, comments, announced "
            f"FROM {table} JOIN listings ON listings.id = listing "
            f"WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY date DESC, rank, feed",
            (as_json(ids),),
        ):
            yield owner, (feed, day, guessed, printed), place_of(*place)

    def tally(self, ids: Iterable[int]) -> dict[date, int]:
        """How many of these papers each date lists."""
        rows = self.select(
            "SELECT date, count(DISTINCT paper) FROM json_each(?) AS asked JOIN listed ON paper = asked.value "
            "JOIN listings ON listings.id = listing GROUP BY date",
            (as_json(ids),),
        )
        return {listed_on: papers for day, papers in rows if (listed_on := day_of(day))}

    def dates_of(self, ids: Iterable[int]) -> dict[int, tuple[date, ...]]:
        """The dates that list each of these papers, newest first."""
        rows = self.select(
            "SELECT DISTINCT paper, date FROM json_each(?) AS asked JOIN listed ON paper = asked.value "
            "JOIN listings ON listings.id = listing ORDER BY date DESC",
            (as_json(ids),),
        )
        found: dict[int, tuple[date, ...]] = {}
        for paper, day in rows:
            if listed_on := day_of(day):
                found[paper] = (*found.get(paper, ()), listed_on)
        return found

    def files(self) -> list[tuple[ImportedFile, int]]:
        """The imported files without a date, each with its number of papers, last imported first."""
        rows = self.select(
            "SELECT feed, (SELECT count(DISTINCT paper) FROM listed WHERE listing = listings.id) FROM listings "
            "WHERE own_date = '' ORDER BY id DESC"
        )
        return [(file, papers) for feed, papers in rows if (file := file_of_feed(text_of(feed)))]

    def ids_of_file(self, file: ImportedFile) -> array[int]:
        """The papers of an imported file, in its order."""
        rows = self.select(
            "SELECT paper FROM listed JOIN listings ON listings.id = listing WHERE name = ? ORDER BY rank, paper",
            (file.feed,),
        )
        return array("q", dict.fromkeys(paper for (paper,) in rows))

    def count_dated(self) -> int:
        """The number of papers that any date lists."""
        (papers,) = self.select_one("SELECT count(*) FROM papers WHERE newest > ''")
        return int(papers)

    def dated(self, ids: Iterable[int]) -> set[int]:
        """The papers among these that any date lists."""
        rows = self.select(
            "SELECT papers.id FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value WHERE newest > ''",
            (as_json(ids),),
        )
        return {paper for (paper,) in rows}


_ANNOUNCED = "CASE announced WHEN 'cross' THEN 1 WHEN 'replacement' THEN 2 ELSE 0 END"
_KNOWN = "name, feed, own_date, own_guessed, printed"
_MISREAD = f"""
    WITH line (hash, head, is_right) AS MATERIALIZED (
        SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]') FROM json_each(?1)
    ), candidate AS (
        SELECT DISTINCT listing FROM line JOIN names ON names.name IN ('title:' || line.hash, 'short:' || line.hash)
        JOIN sightings USING (capture) JOIN listings ON listings.id = listing
        WHERE head IS NOT NULL AND feed GLOB 'page:*' AND (printed IS NULL OR ?2 IS NULL OR printed = ?2)
    ), entry AS (
        SELECT listing, count(line.hash) > 0 AS is_line, max(head IS NOT NULL) AS is_title, max(is_right) AS is_right,
            max(abstract IN (SELECT head FROM line)) AS is_joined
        FROM candidate JOIN sightings USING (listing) JOIN captures ON captures.id = capture
        JOIN texts ON texts.id = captures.text LEFT JOIN line ON line.hash = title_hash(title)
        GROUP BY listing, captures.paper
    )
    SELECT {_KNOWN} FROM entry JOIN listings ON listings.id = listing GROUP BY listing
    HAVING min(is_line) AND 2 * sum(is_title) >= ?3 AND (NOT min(is_right) OR max(is_joined))
    ORDER BY sum(is_title) DESC, name LIMIT 1
"""
"""`line`, from JSON: the hash of each line, its text if a title is in it, and whether the line is that title."""


def _listing(feed: str, day: str, guessed: int, printed: str | None) -> Listing | None:
    """A listing; None if it has no date, or a damaged one."""
    listed_on = day_of(day)
    return Listing(feed, listed_on, bool(guessed), printed) if listed_on else None


def _announced(value: object) -> Announced | None:
    text = text_of(value)
    return Announced(text) if text in list(Announced) else None


def _known(name: str, *listing: Any) -> KnownListing | None:
    own = _listing(*listing)
    return KnownListing(ListingName(name), own) if own else None


def _best(places: Iterable[tuple[int, Hashable, _AnyPlace]]) -> dict[int, list[_AnyPlace]]:
    """The greatest place in each list, by the numbers of papers or captures."""
    best: dict[int, dict[Hashable, _AnyPlace]] = {}
    for owner, at, place in places:
        others = best.setdefault(owner, {})
        if at not in others or _order(place) > _order(others[at]):
            others[at] = place
    return {owner: list(found.values()) for owner, found in best.items()}


def _order(place: ListedPaper | FiledPaper) -> tuple[int, ...]:
    announced = place.announced if isinstance(place, ListedPaper) else None
    return place_order((place.rank, place.upvotes, place.comments, announced))


_NEWEST_PLACE = """
    SELECT date, rank FROM (
        SELECT date, rank, feed, row_number() OVER (
            PARTITION BY date, feed ORDER BY ifnull(upvotes, 0) + ifnull(comments, 0) DESC,
            ifnull(upvotes, -1) DESC, ifnull(comments, -1) DESC, rank
        ) AS number FROM listed JOIN listings ON listings.id = listing WHERE paper = papers.id
    ) WHERE number = 1 ORDER BY date DESC, rank, feed LIMIT 1
"""
"""The newest date that lists a paper of `papers`, and its rank there. Within a list, as in `place_order`."""
_UPVOTES = "SELECT ifnull(max(upvotes), 0) FROM listed WHERE paper = papers.id"
_WRONG_PAPERS = f"""
    SELECT id FROM papers WHERE (newest, newest_rank) IS NOT ({_NEWEST_PLACE}) OR upvotes IS NOT ({_UPVOTES})
"""
_WRONG_DATES = """
    WITH counted AS (
        SELECT date, count(DISTINCT paper) AS papers FROM listed JOIN listings ON listings.id = listing
        WHERE date > '' GROUP BY date
    ), kept AS (SELECT date, papers FROM dates WHERE papers > 0 AND date > '')
    SELECT date FROM (SELECT * FROM counted EXCEPT SELECT * FROM kept)
    UNION SELECT date FROM (SELECT * FROM kept EXCEPT SELECT * FROM counted)
"""
_MISPLACED = """
    WITH confirmed (name, day) AS MATERIALIZED (SELECT key, value FROM json_each(?)), wanted AS (
        SELECT id, date, guessed, coalesce(day, own_date) AS day, iif(day IS NULL, own_guessed, 0) AS unsure
        FROM listings LEFT JOIN confirmed USING (name)
    )
    SELECT id, day, unsure FROM wanted WHERE date != day OR guessed != unsure
"""


def follow_dates(catalogue: CatalogueConnection, confirmed: Mapping[ListingName, date]) -> int:
    """Move each listing to the date that the user confirmed, else to the date of its source. The number of moves.

    Opens a transaction of its own if a listing must move. Raises StoreError.
    """
    asked = (json.dumps({name: day.isoformat() for name, day in confirmed.items()}),)
    if catalogue.select_one(_MISPLACED, asked) is None:
        return 0
    with catalogue.transaction() as connection:
        misplaced = list(catalogue.select(_MISPLACED, asked))
        for listing, day, guessed in misplaced:
            move_listing(connection, listing, day, guessed=bool(guessed))
    return len(misplaced)


def move_listing(connection: sqlite3.Connection, listing: int, day: str, *, guessed: bool) -> None:
    """Set the date of a listing, given by its row id."""
    (old,) = connection.execute("SELECT date FROM listings WHERE id = ?", (listing,)).fetchone()
    connection.execute("UPDATE listings SET date = ?, guessed = ? WHERE id = ?", (day, guessed, listing))
    if old != day:
        papers = connection.execute("SELECT paper FROM listed WHERE listing = ?", (listing,)).fetchall()
        count_papers(connection, {paper for (paper,) in papers})
        for changed in (old, day):
            count_date(connection, changed)


def count_papers(connection: sqlite3.Connection, papers: Iterable[int]) -> None:
    """Store the newest place and the upvotes of papers."""
    connection.execute(
        f"UPDATE papers SET (newest, newest_rank) = ({_NEWEST_PLACE}), upvotes = ({_UPVOTES}) "
        "WHERE id IN (SELECT value FROM json_each(?))",
        (as_json(papers),),
    )


def count_date(connection: sqlite3.Connection, day: str) -> None:
    """Store how many papers a date lists. An imported file has no date (`""`), and no count."""
    if day:
        connection.execute(
            "INSERT OR REPLACE INTO dates SELECT ?1, count(DISTINCT paper) "
            "FROM listed JOIN listings ON listings.id = listing WHERE date = ?1",
            (day,),
        )


def wrong_counts(connection: sqlite3.Connection) -> int:
    """The number of dates and papers whose stored counts differ from the listings."""
    return sum(len(connection.execute(query).fetchall()) for query in (_WRONG_DATES, _WRONG_PAPERS))


def count_again(connection: sqlite3.Connection) -> int:
    """Count all dates and papers again if any count is wrong. How many were wrong."""
    if wrong := wrong_counts(connection):
        connection.execute("DELETE FROM dates")
        for (day,) in connection.execute("SELECT DISTINCT date FROM listings").fetchall():
            count_date(connection, day)
        count_papers(connection, (paper for (paper,) in connection.execute("SELECT id FROM papers").fetchall()))
    return wrong
