"""What the world published: papers, their identifiers, and the listings that named them (SQLite, WAL).

Any number of processes read while one writes. A paper's number (`id`) is its name within this file only; what must
outlive the file goes by `PaperKey`.
"""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe
from paperreader.errors import StoreError
from paperreader.storage.catalogue_file import is_damage, open_file, set_file_aside

BUSY_TIMEOUT = 5_000
"""Milliseconds to wait for another process's transaction."""
_CHUNK = 500
"""Rows asked for in one statement."""


@dataclass(frozen=True, slots=True)
class TitleRow:
    """What a list shows of a paper."""

    id: int
    key: PaperKey
    title: Safe


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a filter reads of a paper."""

    id: int
    title: str
    authors: str
    abstract: str


class Catalogue:
    """One connection to a library's catalogue; raises StoreError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notice: str | None = None
        """What had to be repaired when the file was opened, for the user to be told once."""
        try:
            self.connection = self._open()
        except sqlite3.Error as error:
            if not is_damage(error):
                raise StoreError(f"{path} cannot be opened ({error}); is the folder writable?") from error
            self.start_anew()

    # Reading

    def date_counts(self) -> list[tuple[date, int]]:
        """Every date that lists papers and how many, newest first."""
        rows = self._rows("SELECT date, papers FROM dates WHERE papers > 0 ORDER BY date DESC")
        return [(date.fromisoformat(day), papers) for day, papers in rows]

    def listings(self, day: date | None = None) -> list[Listing]:
        """The listings of a date, or all, by date and feed."""
        where, values = ("WHERE date = ?", (day.isoformat(),)) if day else ("", ())
        rows = self._rows(f"SELECT {_LISTING} FROM listings {where} ORDER BY date DESC, feed", values)
        return [_listing(*row) for row in rows]

    def listing_of_feed(self, feed: str, printed: str | None = None) -> Listing | None:
        """The newest listing of a feed, of those that bear a day where one is given: a page's feed has one for each."""
        row = self._row(
            f"SELECT {_LISTING} FROM listings WHERE feed = ?1 AND (printed IS NULL OR ?2 IS NULL OR printed = ?2) "
            "ORDER BY printed IS ?2 DESC, date DESC LIMIT 1",
            (feed, printed),
        )
        return _listing(*row) if row else None

    def ids_on(self, day: date) -> array[int]:
        """The papers of a date, each once, by (rank, feed)."""
        rows = self._rows(
            "SELECT paper FROM listed JOIN listings ON listings.id = listing WHERE date = ? ORDER BY rank, feed",
            (day.isoformat(),),
        )
        return array("q", dict.fromkeys(paper for (paper,) in rows))

    def ids_between(self, first: date, last: date) -> set[int]:
        """The papers listed on any date from the first to the last."""
        rows = self._rows(
            "SELECT DISTINCT paper FROM listed JOIN listings ON listings.id = listing WHERE date BETWEEN ? AND ?",
            (first.isoformat(), last.isoformat()),
        )
        return {paper for (paper,) in rows}

    def all_ids(self) -> array[int]:
        """All papers, newest listing first, then by rank."""
        rows = self._rows("SELECT id FROM papers ORDER BY newest DESC, newest_rank, id")
        return array("q", (paper for (paper,) in rows))

    def in_order(self, ids: Iterable[int]) -> array[int]:
        """The papers with these numbers, in the order of all papers."""
        rows = self._rows(
            "SELECT papers.id FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value "
            "ORDER BY newest DESC, newest_rank, papers.id",
            (json.dumps(list(ids)),),
        )
        return array("q", (paper for (paper,) in rows))

    def count(self) -> int:
        """How many papers there are."""
        (papers,) = self._row("SELECT count(*) FROM papers")
        return int(papers)

    def ids_of(self, keys: Iterable[PaperKey]) -> dict[PaperKey, int]:
        """The numbers of the papers that have these keys; unknown keys are left out."""
        rows = self._rows(
            "SELECT papers.key, papers.id FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value",
            (json.dumps(list(keys)),),
        )
        return {PaperKey(key): paper for key, paper in rows}

    def keys_of(self, ids: Iterable[int]) -> dict[int, PaperKey]:
        """The keys of papers by their numbers."""
        rows = self._rows(
            "SELECT papers.id, papers.key FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value",
            (json.dumps(list(ids)),),
        )
        return {paper: PaperKey(key) for paper, key in rows}

    def rows(self, ids: Sequence[int]) -> list[TitleRow]:
        """What a list shows of papers, in the order asked for."""
        found = {
            paper: TitleRow(paper, PaperKey(key), Safe(title))
            for chunk in _chunks(ids)
            for paper, key, title in self._rows(
                f"SELECT id, key, title FROM papers WHERE id IN ({_marks(chunk)})", chunk
            )
        }
        return [found[paper] for paper in ids if paper in found]

    def papers(self, ids: Sequence[int]) -> list[Paper]:
        """Papers, whole, in the order asked for."""
        found: dict[int, Paper] = {}
        for chunk in _chunks(ids):
            names: dict[int, list[Identifier]] = {}
            for paper, identifier in self._rows(
                f"SELECT paper, identifier FROM identifiers WHERE paper IN ({_marks(chunk)}) ORDER BY identifier",
                chunk,
            ):
                names.setdefault(paper, []).append(Identifier(identifier))
            for row in self._rows(
                f"SELECT id, key, title, abstract, authors, published FROM papers WHERE id IN ({_marks(chunk)})",
                chunk,
            ):
                found[row[0]] = _paper(row, tuple(names.get(row[0], ())))
        return [found[paper] for paper in ids if paper in found]

    def places(self, ids: Sequence[int]) -> dict[int, list[ListedPaper]]:
        """Where papers were listed, newest date first, then by rank and feed."""
        found: dict[int, list[ListedPaper]] = {}
        for chunk in _chunks(ids):
            for paper, rank, upvotes, comments, *listing in self._rows(
                f"SELECT paper, rank, upvotes, comments, {_LISTING} "
                "FROM listed JOIN listings ON listings.id = listing "
                f"WHERE paper IN ({_marks(chunk)}) ORDER BY date DESC, rank, feed",
                chunk,
            ):
                found.setdefault(paper, []).append(ListedPaper(_listing(*listing), rank, upvotes, comments))
        return found

    def search_texts(self, ids: Sequence[int]) -> Iterator[SearchText]:
        """What a filter reads of papers, in no certain order."""
        for chunk in _chunks(ids):
            for paper, title, authors, abstract in self._rows(
                f"SELECT id, title, authors, abstract FROM papers WHERE id IN ({_marks(chunk)})", chunk
            ):
                yield SearchText(paper, title, ", ".join(json.loads(authors)) if authors else "", abstract)

    def tally(self, keys: Iterable[PaperKey]) -> dict[date, int]:
        """How many of these papers each date lists."""
        rows = self._rows(
            "SELECT date, count(DISTINCT papers.id) FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value "
            "JOIN listed ON paper = papers.id JOIN listings ON listings.id = listing GROUP BY date",
            (json.dumps(list(keys)),),
        )
        return {date.fromisoformat(day): papers for day, papers in rows}

    def dates_of(self, keys: Iterable[PaperKey]) -> dict[PaperKey, tuple[date, ...]]:
        """The dates that list each of these papers, newest first."""
        rows = self._rows(
            "SELECT DISTINCT papers.key, date FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value "
            "JOIN listed ON paper = papers.id JOIN listings ON listings.id = listing ORDER BY date DESC",
            (json.dumps(list(keys)),),
        )
        found: dict[PaperKey, tuple[date, ...]] = {}
        for key, day in rows:
            found[PaperKey(key)] = (*found.get(PaperKey(key), ()), date.fromisoformat(day))
        return found

    def key_of_identifier(self, identifier: Identifier) -> PaperKey | None:
        """The key of the paper that bears an identifier."""
        row = self._row("SELECT key FROM identifiers JOIN papers ON id = paper WHERE identifier = ?", (identifier,))
        return PaperKey(row[0]) if row else None

    def keys_starting(self, prefix: str, limit: int = 2) -> list[PaperKey]:
        """The first keys that begin so."""
        rows = self._rows(
            "SELECT key FROM papers WHERE key >= ? AND key < ? ORDER BY key LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [PaperKey(key) for (key,) in rows]

    def version(self) -> int:
        """A number that changes when another connection changes the file."""
        (version,) = self._row("PRAGMA data_version")
        return int(version)

    def edition(self) -> str:
        """The name of what the file holds, to tell later whether it still does."""
        (name,) = self._row("SELECT name FROM edition")
        return str(name)

    def _rows(self, statement: str, values: Sequence[Any] = ()) -> Iterator[Any]:
        """The rows that a statement finds; where it meets damage, those of a new catalogue. Raises StoreError."""
        try:
            yield from self.connection.execute(statement, values)
        except sqlite3.Error as error:
            if self.connection.in_transaction:
                raise
            if not is_damage(error):
                raise StoreError(f"{self.path} cannot be read ({error})") from error
            self.connection.close()
            self.start_anew()
            yield from self._rows(statement, values)

    def _row(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """The first of them, or None."""
        return next(self._rows(statement, values), None)

    # Writing

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All of what is done within, or nothing; raises StoreError where the file refuses."""
        try:
            self.connection.execute("BEGIN IMMEDIATE")
            try:
                self.connection.execute("UPDATE edition SET name = hex(randomblob(16))")
                yield self.connection
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:
                    self.connection.execute("ROLLBACK")
                raise
        except sqlite3.Error as error:
            if is_damage(error):
                self.connection.close()
                self.start_anew()
            raise StoreError(f"{self.path} could not be written ({error}); nothing of this was stored") from error

    def move_date(self, old: date, new: date) -> int:
        """Give the listings of a date another one, and confirm it; how many there were."""
        with self.transaction() as connection:
            feeds = connection.execute("SELECT feed FROM listings WHERE date = ?", (str(old),)).fetchall()
            moved = [feed for (feed,) in feeds]
            for feed in moved:
                self.move_listing(feed, old, new)
        return len(moved)

    def move_listing(self, feed: str, old: date, new: date) -> None:
        """Give a listing another date, and confirm it. Only within `transaction`."""
        execute = self.connection.execute
        (listing,) = execute("SELECT id FROM listings WHERE feed = ? AND date = ?", (feed, str(old))).fetchone()
        there = execute("SELECT id FROM listings WHERE feed = ? AND date = ?", (feed, str(new))).fetchone()
        if there and there[0] != listing:
            execute(
                "INSERT OR IGNORE INTO listed SELECT ?, paper, rank, upvotes, comments FROM listed WHERE listing = ?",
                (there[0], listing),
            )
            execute("DELETE FROM listed WHERE listing = ?", (listing,))
            execute("DELETE FROM listings WHERE id = ?", (listing,))
            listing = there[0]
        execute("UPDATE listings SET date = ?, guessed = 0 WHERE id = ?", (str(new), listing))
        self.keep_newest(paper for (paper,) in execute("SELECT paper FROM listed WHERE listing = ?", (listing,)))
        for day in {old, new}:
            self.count_date(day)

    def keep_newest(self, papers: Iterable[int]) -> None:
        """Bring the kept places of papers in their newest listings up to date. Only within `transaction`."""
        self.connection.execute(
            """UPDATE papers SET (newest, newest_rank) = (
                SELECT date, rank FROM listed JOIN listings ON listings.id = listing
                WHERE paper = papers.id ORDER BY date DESC, rank, feed LIMIT 1
            ) WHERE id IN (SELECT value FROM json_each(?))""",
            (json.dumps(list(papers)),),
        )

    def count_date(self, day: date) -> None:
        """Bring the kept count of a date up to date. Only within `transaction`."""
        self.connection.execute(
            "INSERT OR REPLACE INTO dates SELECT ?1, count(DISTINCT paper) "
            "FROM listed JOIN listings ON listings.id = listing WHERE date = ?1",
            (str(day),),
        )

    def start_anew(self) -> None:
        """Keep a file that is no catalogue under another name, and begin an empty one; raises StoreError."""
        try:
            kept = set_file_aside(self.path)
            self.connection = self._open()
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"{self.path} is damaged and cannot be set aside ({error})") from error
        self.notice = (
            f"the catalogue was damaged and is kept as {kept.name}; your decisions are safe: import your papers again"
        )

    def close(self) -> None:
        """Let the file go."""
        self.connection.close()

    def _open(self) -> sqlite3.Connection:
        return open_file(self.path, BUSY_TIMEOUT / 1000)


_LISTING = "feed, date, guessed, printed"


def _listing(feed: str, day: str, guessed: int, printed: str | None) -> Listing:
    return Listing(feed, date.fromisoformat(day), bool(guessed), printed)


def _paper(row: Sequence[Any], identifiers: tuple[Identifier, ...]) -> Paper:
    _, key, title, abstract, authors, published = row
    return Paper(
        key=PaperKey(key),
        title=Safe(title),
        abstract=Safe(abstract),
        authors=tuple(Safe(name) for name in json.loads(authors)) if authors else None,
        published=date.fromisoformat(published) if published else None,
        identifiers=identifiers,
    )


def _chunks(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _CHUNK):
        yield list(ids[start : start + _CHUNK])


def _marks(values: Sequence[int]) -> str:
    return ",".join("?" * len(values))
