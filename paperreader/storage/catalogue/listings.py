"""What the catalogue says of listings: which feeds there are on which dates, and which papers they name."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from paperreader.domain.entry import FiledPaper
from paperreader.domain.identifiers import title_hash
from paperreader.domain.listing import Announced, KnownListing, ListedPaper, Listing, ListingName
from paperreader.domain.places import ImportedFile, file_of_feed
from paperreader.domain.text import clean_line
from paperreader.storage.catalogue.columns import count_of, day_of, text_of
from paperreader.storage.catalogue.connection import CatalogueConnection, chunks, marks

Place = tuple[int, int | None, int | None, str | None]
"""Rank, upvotes and comments of a paper in a listing, and as what it is announced there."""

_ORDER_OF_ANNOUNCED = (None, "replacement", "cross", "new")


def place_order(place: Place) -> tuple[int, ...]:
    """What orders the places that captures give a paper in one listing: the greatest is shown."""
    rank, upvotes, comments, announced = place
    figures = (-1 if n is None else n for n in (upvotes, comments))
    return (upvotes or 0) + (comments or 0), *figures, -rank, _ORDER_OF_ANNOUNCED.index(announced)


def place_of(rank: object, upvotes: object, comments: object, announced: object) -> Place:
    """The place that columns hold; of what changed on the disk the rank is 0, and the rest is not known."""
    said = _announced(announced)
    return count_of(rank) or 0, count_of(upvotes), count_of(comments), said and said.value


NEWEST_PLACE = """
    SELECT date, rank FROM (
        SELECT date, rank, feed, row_number() OVER (
            PARTITION BY date, feed ORDER BY ifnull(upvotes, 0) + ifnull(comments, 0) DESC,
            ifnull(upvotes, -1) DESC, ifnull(comments, -1) DESC, rank
        ) AS number FROM listed JOIN listings ON listings.id = listing WHERE paper = papers.id
    ) WHERE number = 1 ORDER BY date DESC, rank, feed LIMIT 1
"""
"""The newest date that lists a paper of `papers`, and its rank there: of one list that of `place_order`."""


class CatalogueListings(CatalogueConnection):
    """The listings of a library."""

    def date_counts(self) -> list[tuple[date, int]]:
        """Every date that lists papers and how many, newest first."""
        rows = self._rows("SELECT date, papers FROM dates WHERE papers > 0 ORDER BY date DESC")
        return [(listed_on, papers) for day, papers in rows if count_of(papers) and (listed_on := day_of(day))]

    def listings(self, day: date | None = None) -> list[Listing]:
        """The listings of a date, or all, by date and feed."""
        where, values = ("WHERE date = ?", (day.isoformat(),)) if day else ("", ())
        # One feed may have been put on one date twice: that is one listing to whoever looks.
        rows = self._rows(
            f"SELECT feed, date, max(guessed), printed FROM listings {where} "
            "GROUP BY feed, date ORDER BY date DESC, feed",
            values,
        )
        return [listing for row in rows if (listing := _listing(*row))]

    def known_on(self, day: date) -> list[KnownListing]:
        """The listings of a date, by the dates of their sources."""
        rows = self._rows(f"SELECT {_KNOWN} FROM listings WHERE date = ? ORDER BY name", (day.isoformat(),))
        return [known for row in rows if (known := _known(*row))]

    def listing_of_feed(self, feed: str, printed: str | None = None) -> KnownListing | None:
        """The newest listing of a feed, of those that bear a day where one is given: a page's feed has one for each."""
        row = self._row(
            f"SELECT {_KNOWN} FROM listings WHERE feed = ?1 AND (printed IS NULL OR ?2 IS NULL OR printed = ?2) "
            "ORDER BY printed IS ?2 DESC, date DESC LIMIT 1",
            (feed, printed),
        )
        return _known(*row) if row else None

    def listing_misread(
        self, titles: Mapping[str, str], lines: Iterable[str], printed: str | None = None
    ) -> KnownListing | None:
        """The listing that an earlier version made of a page with these titles and lines, where it misread the page.

        The titles come by the lines in which they stand. All that was listed are lines of the page, among them half
        of those of the titles at least; one entry is no title, or has the next title for its abstract. A listing of
        titles alone is of a shorter page.
        """
        asked: dict[str, tuple[str | None, bool]] = {title_hash(clean_line(line)): (None, False) for line in lines}
        for texts, is_title in ((titles, False), (titles.values(), True)):
            asked |= {title_hash(text): (text, is_title) for text in map(clean_line, texts)}
        rows = [(found, *rest) for found, rest in asked.items()]
        self.connection.create_function("title_hash", 1, title_hash, deterministic=True)
        row = self._row(_MISREAD, (json.dumps(rows), printed, len(titles)))
        return _known(*row) if row else None

    def ids_on(self, day: date) -> array[int]:
        """The papers of a date, each once, by (rank, feed); behind them what is only announced again there."""
        rows = self._rows(
            "SELECT paper FROM listed JOIN listings ON listings.id = listing JOIN papers ON papers.id = paper "
            # Captures of one list may give two papers one rank: what they say settles that, not which came first.
            f"WHERE date = ? ORDER BY {_ANNOUNCED}, rank, feed, listed.upvotes DESC, comments DESC, key",
            (day.isoformat(),),
        )
        return array("q", dict.fromkeys(paper for (paper,) in rows))

    def announced_on(self, day: date, ids: Sequence[int]) -> dict[int, Announced]:
        """As what the lists of a date announce those of these papers of which they say so; as new before all."""
        found: dict[int, Announced] = {}
        for chunk in chunks(ids):
            for paper, value in self._rows(
                "SELECT paper, announced FROM listed JOIN listings ON listings.id = listing "
                f"WHERE announced IS NOT NULL AND date = ? AND paper IN ({marks(chunk)}) ORDER BY {_ANNOUNCED}",
                (day.isoformat(), *chunk),
            ):
                if announced := _announced(value):
                    found.setdefault(paper, announced)
        return found

    def places(self, ids: Sequence[int], *, captures: bool = False) -> dict[int, list[ListedPaper]]:
        """Where papers, or captures, were listed, newest date first, then by rank and feed."""
        best: dict[int, dict[tuple[str, date], ListedPaper]] = {}
        column, table = ("capture", "sightings") if captures else ("paper", "listed")
        for chunk in chunks(ids):
            for paper, rank, upvotes, comments, announced, *listing in self._rows(
                f"SELECT {column}, rank, upvotes, comments, announced, {_LISTING} "
                f"FROM {table} JOIN listings ON listings.id = listing "
                f"WHERE {column} IN ({marks(chunk)}) ORDER BY date DESC, rank, feed",
                chunk,
            ):
                shown = _listing(*listing)
                if shown is None:
                    continue
                place = ListedPaper(shown, *place_of(rank, upvotes, comments, None)[:3], _announced(announced))
                others = best.setdefault(paper, {})
                slot = shown.feed, shown.date
                if slot not in others or _order(place) > _order(others[slot]):
                    others[slot] = place
        return {
            paper: sorted(
                places.values(), key=lambda place: (-place.listing.date.toordinal(), place.rank, place.listing.feed)
            )
            for paper, places in best.items()
        }

    def tally(self, ids: Iterable[int]) -> dict[date, int]:
        """How many of these papers each date lists."""
        rows = self._rows(
            "SELECT date, count(DISTINCT paper) FROM json_each(?) AS asked JOIN listed ON paper = asked.value "
            "JOIN listings ON listings.id = listing GROUP BY date",
            (json.dumps(list(ids)),),
        )
        return {listed_on: papers for day, papers in rows if (listed_on := day_of(day))}

    def dates_of(self, ids: Iterable[int]) -> dict[int, tuple[date, ...]]:
        """The dates that list each of these papers, newest first."""
        rows = self._rows(
            "SELECT DISTINCT paper, date FROM json_each(?) AS asked JOIN listed ON paper = asked.value "
            "JOIN listings ON listings.id = listing ORDER BY date DESC",
            (json.dumps(list(ids)),),
        )
        found: dict[int, tuple[date, ...]] = {}
        for paper, day in rows:
            if listed_on := day_of(day):
                found[paper] = (*found.get(paper, ()), listed_on)
        return found

    def files(self) -> list[tuple[ImportedFile, int]]:
        """The imported files that say no date, and how many papers each holds, the last imported first."""
        rows = self._rows(
            "SELECT feed, (SELECT count(DISTINCT paper) FROM listed WHERE listing = listings.id) FROM listings "
            "WHERE own_date = '' ORDER BY id DESC"
        )
        return [(file, papers) for feed, papers in rows if (file := file_of_feed(text_of(feed)))]

    def ids_of_file(self, file: ImportedFile) -> array[int]:
        """The papers of an imported file, in its order."""
        rows = self._rows(
            "SELECT paper FROM listed JOIN listings ON listings.id = listing WHERE name = ? ORDER BY rank, paper",
            (file.feed,),
        )
        return array("q", dict.fromkeys(paper for (paper,) in rows))

    def files_of(self, ids: Sequence[int], *, captures: bool = False) -> dict[int, list[FiledPaper]]:
        """The places of papers, or captures, in the imported files that hold them."""
        column, table = ("capture", "sightings") if captures else ("paper", "listed")
        best: dict[int, dict[ImportedFile, FiledPaper]] = {}
        for chunk in chunks(ids):
            for paper, feed, rank, upvotes, comments in self._rows(
                f"SELECT {column}, feed, rank, upvotes, comments FROM {table} JOIN listings ON listings.id = listing "
                f"WHERE own_date = '' AND {column} IN ({marks(chunk)}) ORDER BY feed",
                chunk,
            ):
                if file := file_of_feed(text_of(feed)):
                    others = best.setdefault(paper, {})
                    place = FiledPaper(file, *place_of(rank, upvotes, comments, None)[:3])
                    if file not in others or _order(place) > _order(others[file]):
                        others[file] = place
        return {paper: list(places.values()) for paper, places in best.items()}

    def count_dated(self) -> int:
        """How many papers are on any date."""
        (papers,) = self._row("SELECT count(*) FROM papers WHERE newest > ''")
        return int(papers)

    def dated(self, ids: Iterable[int]) -> set[int]:
        """Those papers that are on any date."""
        rows = self._rows(
            "SELECT papers.id FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value WHERE newest > ''",
            (json.dumps(list(ids)),),
        )
        return {paper for (paper,) in rows}

    # Writing

    def follow_dates(self, confirmed: Mapping[ListingName, date]) -> int:
        """Put every listing on the date that was confirmed for it, else on that of its source; how many were not."""
        asked = (json.dumps({name: day.isoformat() for name, day in confirmed.items()}),)
        if not list(self._rows(_ASTRAY, asked)):
            return 0
        with self.transaction():
            astray = list(self._rows(_ASTRAY, asked))
            for listing, day, guessed in astray:
                self.date_listing(listing, day, guessed=bool(guessed))
        return len(astray)

    def date_listing(self, listing: int, day: str, *, guessed: bool) -> None:
        """Put the listing of a number on a date. Only within `transaction`."""
        execute = self.connection.execute
        (old,) = execute("SELECT date FROM listings WHERE id = ?", (listing,)).fetchone()
        execute("UPDATE listings SET date = ?, guessed = ? WHERE id = ?", (day, guessed, listing))
        if old != day:
            self.keep_places({paper for (paper,) in execute("SELECT paper FROM listed WHERE listing = ?", (listing,))})
            for changed in (old, day):
                self.count_date(changed)

    def keep_places(self, papers: Iterable[int]) -> None:
        """Bring what is kept of the listings of papers up to date: the newest place, and the most upvotes.

        Only within `transaction`.
        """
        self.connection.execute(
            f"""UPDATE papers SET (newest, newest_rank) = ({NEWEST_PLACE}), upvotes = (
                SELECT ifnull(max(upvotes), 0) FROM listed WHERE paper = papers.id
            ) WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(papers)),),
        )

    def count_date(self, day: date | str) -> None:
        """Bring the kept count of a date up to date. Only within `transaction`.

        What is on no date has none: an imported file may hold millions, and would be counted anew with each piece.
        """
        if not day:
            return
        self.connection.execute(
            "INSERT OR REPLACE INTO dates SELECT ?1, count(DISTINCT paper) "
            "FROM listed JOIN listings ON listings.id = listing WHERE date = ?1",
            (str(day),),
        )


_ANNOUNCED = "CASE announced WHEN 'cross' THEN 1 WHEN 'replacement' THEN 2 ELSE 0 END"
"""The order in which new papers, cross-lists and replacements stand; a list that does not say has new ones."""
_LISTING = "feed, date, guessed, printed"
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
"""The listing whose entries are all lines of a page (JSON: the hash of each, its text if a title stands in it, and
whether it is that title)."""
_ASTRAY = """
    WITH confirmed (name, day) AS MATERIALIZED (SELECT key, value FROM json_each(?)), wanted AS (
        SELECT id, date, guessed, coalesce(day, own_date) AS day, iif(day IS NULL, own_guessed, 0) AS unsure
        FROM listings LEFT JOIN confirmed USING (name)
    )
    SELECT id, day, unsure FROM wanted WHERE date != day OR guessed != unsure
"""
"""The listings whose date is not the one that was confirmed for them (JSON: days by names), else that of the source."""


def _listing(feed: str, day: str, guessed: int, printed: str | None) -> Listing | None:
    """A listing; one whose date was lost is on none until it is imported again."""
    listed_on = day_of(day)
    return Listing(feed, listed_on, bool(guessed), printed) if listed_on else None


def _announced(value: object) -> Announced | None:
    text = text_of(value)
    return Announced(text) if text in list(Announced) else None


def _known(name: str, *listing: Any) -> KnownListing | None:
    own = _listing(*listing)
    return KnownListing(ListingName(name), own) if own else None


def _order(place: ListedPaper | FiledPaper) -> tuple[int, ...]:
    announced = place.announced if isinstance(place, ListedPaper) else None
    return place_order((place.rank, place.upvotes, place.comments, announced))
