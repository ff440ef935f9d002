"""The catalogue's tables, as numbered migrations: each runs once, in order, in one transaction with its number.

`papers.newest` and `newest_rank` are the place in the newest listing, kept so that all papers can be read in their
order from an index, and so is `upvotes`, the largest count of any listing, or 0. `title_order` is what a title is
sorted by where it is not ASCII; from the others SQLite makes it. `dates.papers` is the count of distinct papers of a
date, kept so that nobody counts at start.
`listings.own_date` is the date that the source says, or that was guessed; `date` is another where the user said so.
Both are empty where a list has no date by its nature, as that of a file of references: its papers are on no date.
`edition` is a name that no other content of any catalogue bears: every change gives it anew. Beside it stand the name
of the catalogue, which stays, and the number of the newest change; `changes` says which papers each change touched, so
that the search index can catch up, and `editions` which name each change gave: a file that was put back and went
another way bears other names under the same numbers.
`merged` holds the keys of papers that were found to be other ones, and the rows of both as they were (JSON); what was
decided about the two `is_joined`, where anything was.
`titles` holds every title that a paper was ever seen with, whichever is shown: by any of them it is found.
`raw` holds the texts as they came, where cleaning changed them (JSON; null: they are the same). The
weights are those of the captures that gave the texts and the facts: a version, and the sum of upvotes and comments.
Below 0 is that of a fact of which it is not known of which of two papers it is (`shared_weight`).
`unfinished` says how far inputs that are stored in pieces have come, by their fingerprints (JSON).
`links` holds each address with the weight of the capture that gave it, by kind (JSON); `texts` the texts of captures
that lost against those which are shown.
"""

import sqlite3
import string
from collections.abc import Sequence
from contextlib import closing

from paperreader.domain.list_order import title_order
from paperreader.errors import NewerSchema

TITLE_ORDER = "coalesce(title_order, lower(ltrim(title, '{}')))".format(" " + string.punctuation.replace("'", "''"))
"""What SQLite sorts titles by: `title_order` of every title."""

MIGRATIONS: tuple[tuple[str, ...], ...] = (
    (
        """CREATE TABLE papers (
            id INTEGER PRIMARY KEY,
            key TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            authors TEXT,
            published TEXT,
            title_hash TEXT NOT NULL,
            newest TEXT,
            newest_rank INTEGER,
            weight INTEGER NOT NULL,
            content_hash TEXT NOT NULL,
            abstract TEXT NOT NULL,
            raw TEXT
        )""",
        "CREATE INDEX papers_by_title ON papers (title_hash)",
        "CREATE INDEX papers_by_date ON papers (newest DESC, newest_rank, id)",
        """CREATE TABLE identifiers (
            identifier TEXT PRIMARY KEY,
            paper INTEGER NOT NULL REFERENCES papers
        ) WITHOUT ROWID""",
        "CREATE INDEX identifiers_by_paper ON identifiers (paper)",
        """CREATE TABLE listings (
            id INTEGER PRIMARY KEY,
            feed TEXT NOT NULL,
            date TEXT NOT NULL,
            guessed INTEGER NOT NULL,
            UNIQUE (feed, date)
        )""",
        "CREATE INDEX listings_by_date ON listings (date)",
        """CREATE TABLE listed (
            listing INTEGER NOT NULL REFERENCES listings,
            paper INTEGER NOT NULL REFERENCES papers,
            rank INTEGER NOT NULL,
            upvotes INTEGER,
            comments INTEGER,
            PRIMARY KEY (listing, paper)
        ) WITHOUT ROWID""",
        "CREATE INDEX listed_by_paper ON listed (paper)",
        """CREATE TABLE dates (
            date TEXT PRIMARY KEY,
            papers INTEGER NOT NULL
        ) WITHOUT ROWID""",
    ),
    (
        "ALTER TABLE papers ADD COLUMN authors_weight INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE papers ADD COLUMN published_weight INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE listings ADD COLUMN printed TEXT",
    ),
    (
        "CREATE TABLE edition (name TEXT NOT NULL)",
        "INSERT INTO edition VALUES (hex(randomblob(16)))",
    ),
    (
        """CREATE TABLE named_listings (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            feed TEXT NOT NULL,
            printed TEXT,
            date TEXT NOT NULL,
            guessed INTEGER NOT NULL,
            own_date TEXT NOT NULL,
            own_guessed INTEGER NOT NULL
        )""",
        """INSERT INTO named_listings
            SELECT id, feed || ' ' || iif(is_first, printed, date), feed, printed, date, guessed, date, guessed
            FROM (
                SELECT *, printed IS NOT NULL
                    AND row_number() OVER (PARTITION BY feed, printed ORDER BY date DESC) = 1 AS is_first
                FROM listings
            )""",
        "DROP TABLE listings",
        "ALTER TABLE named_listings RENAME TO listings",
        "CREATE INDEX listings_by_date ON listings (date)",
        "CREATE INDEX listings_by_feed ON listings (feed)",
    ),
    (
        "ALTER TABLE edition ADD COLUMN catalogue TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE edition ADD COLUMN change INTEGER NOT NULL DEFAULT 1",
        "ALTER TABLE edition ADD COLUMN forgotten INTEGER NOT NULL DEFAULT 0",
        "UPDATE edition SET catalogue = hex(randomblob(16))",
        """CREATE TABLE changes (
            change INTEGER NOT NULL,
            paper INTEGER NOT NULL,
            PRIMARY KEY (change, paper)
        ) WITHOUT ROWID""",
        """CREATE TRIGGER papers_update AFTER UPDATE ON papers
            WHEN (new.key, new.title, new.authors, new.abstract, new.newest, new.newest_rank)
                IS NOT (old.key, old.title, old.authors, old.abstract, old.newest, old.newest_rank)
            BEGIN INSERT OR IGNORE INTO changes SELECT change, new.id FROM edition; END""",
        *(
            f"CREATE TRIGGER {table}_{event.lower()} AFTER {event} ON {table} BEGIN "
            f"INSERT OR IGNORE INTO changes SELECT change, {paper} FROM edition; END"
            for table, event, paper in (
                ("papers", "INSERT", "new.id"),
                ("papers", "DELETE", "old.id"),
                ("identifiers", "INSERT", "new.paper"),
                ("identifiers", "UPDATE", "new.paper"),
                ("identifiers", "DELETE", "old.paper"),
                ("listed", "INSERT", "new.paper"),
                ("listed", "UPDATE", "new.paper"),
                ("listed", "DELETE", "old.paper"),
            )
        ),
        """CREATE TRIGGER listings_update AFTER UPDATE OF date, feed ON listings
        WHEN (new.date, new.feed) IS NOT (old.date, old.feed) BEGIN
            INSERT OR IGNORE INTO changes SELECT change, paper FROM edition, listed WHERE listing = new.id;
        END""",
    ),
    (
        """CREATE TABLE merged (
            key TEXT PRIMARY KEY,
            title_hash TEXT NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers,
            is_joined INTEGER NOT NULL,
            was TEXT NOT NULL
        )""",
        "CREATE INDEX merged_by_title ON merged (title_hash)",
        "CREATE INDEX merged_by_paper ON merged (paper)",
        """CREATE TRIGGER identifiers_leave AFTER UPDATE ON identifiers BEGIN
            INSERT OR IGNORE INTO changes SELECT change, old.paper FROM edition;
        END""",
    ),
    (
        "CREATE TABLE editions (change INTEGER PRIMARY KEY, name TEXT NOT NULL)",
        "INSERT INTO editions SELECT change, name FROM edition",
        """CREATE TRIGGER edition_update AFTER UPDATE OF change, name ON edition BEGIN
            INSERT OR REPLACE INTO editions VALUES (new.change, new.name);
        END""",
        "ALTER TABLE edition DROP COLUMN forgotten",
    ),
    (
        """CREATE TABLE titles (
            title_hash TEXT NOT NULL,
            paper INTEGER NOT NULL REFERENCES papers,
            PRIMARY KEY (title_hash, paper)
        ) WITHOUT ROWID""",
        "CREATE INDEX titles_by_paper ON titles (paper)",
        "INSERT INTO titles SELECT title_hash, id FROM papers",
        "INSERT OR IGNORE INTO titles SELECT title_hash, paper FROM merged",
        "DROP INDEX papers_by_title",
        "DROP INDEX merged_by_title",
    ),
    (
        "ALTER TABLE papers ADD COLUMN upvotes INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE papers ADD COLUMN title_order TEXT",
        """UPDATE papers SET upvotes = most FROM (
            SELECT paper, max(upvotes) AS most FROM listed WHERE upvotes > 0 GROUP BY paper
        ) WHERE id = paper""",
        "UPDATE papers SET title_order = title_order(title) WHERE title GLOB '*[^ -~]*'",
        "CREATE INDEX papers_by_rank ON papers (newest_rank, newest DESC, id)",
        "CREATE INDEX papers_by_upvotes ON papers (upvotes DESC, newest DESC, newest_rank, id)",
        f"CREATE INDEX papers_by_title_order ON papers ({TITLE_ORDER}, newest DESC, newest_rank, id)",
    ),
    (
        "ALTER TABLE papers ADD COLUMN categories TEXT",
        "ALTER TABLE papers ADD COLUMN categories_weight INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE papers ADD COLUMN standing TEXT",
        "ALTER TABLE papers ADD COLUMN standing_weight INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE papers ADD COLUMN links TEXT",
        "ALTER TABLE listed ADD COLUMN announced TEXT",
        """CREATE TABLE texts (
            paper INTEGER NOT NULL REFERENCES papers,
            content_hash TEXT NOT NULL,
            title TEXT NOT NULL,
            abstract TEXT NOT NULL,
            weight INTEGER NOT NULL,
            PRIMARY KEY (paper, content_hash)
        ) WITHOUT ROWID""",
        "CREATE TABLE unfinished (input TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID",
        "DROP TRIGGER papers_update",
        """CREATE TRIGGER papers_update AFTER UPDATE ON papers
            WHEN (new.key, new.title, new.authors, new.abstract, new.newest, new.newest_rank, new.categories, new.links)
                IS NOT (old.key, old.title, old.authors, old.abstract, old.newest, old.newest_rank, old.categories,
                    old.links)
            BEGIN INSERT OR IGNORE INTO changes SELECT change, new.id FROM edition; END""",
    ),
)

SCHEMA = len(MIGRATIONS)
"""The version of the catalogue that this program reads and writes."""


def migrate(connection: sqlite3.Connection, migrations: Sequence[Sequence[str]] = MIGRATIONS) -> None:
    """Bring a catalogue up to the last migration; raises NewerSchema, or sqlite3.Error with nothing changed."""
    version, newest = _version(connection), len(migrations)
    if version == newest:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have migrated while this one waited.
        version = _version(connection)
        if version > newest:
            raise newer_schema(version, newest)
        connection.create_function("title_order", 1, title_order, deterministic=True)
        for number, statements in enumerate(migrations[version:], version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def newer_schema(version: int, known: int = SCHEMA) -> NewerSchema:
    """The error for a catalogue of a newer schema."""
    return NewerSchema(
        f"the catalogue has schema {version}, this paperreader knows {known}; its papers cannot be read",
        "update paperreader",
    )


def promised_columns() -> set[tuple[str, str]]:
    """The tables of a new catalogue with their columns; raises sqlite3.Error where this SQLite cannot make them."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        migrate(made)
        return columns_of(made)


def columns_of(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The tables of a database with their columns; raises sqlite3.Error."""
    query = "SELECT found.name, columns.name FROM sqlite_master AS found, pragma_table_info(found.name) AS columns"
    return set(connection.execute(query))


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
