"""The dates of listings, and the counts that the catalogue stores of them, so that nothing is counted at start.

`dates.papers` counts the papers of a date. `papers.newest` and `newest_rank` are a paper's place on its newest date.
`papers.upvotes` is its largest count of upvotes. All functions that write run inside a transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from paperreader.domain.listing import ListingName
from paperreader.storage.catalogue.connection import CatalogueConnection, as_json

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
