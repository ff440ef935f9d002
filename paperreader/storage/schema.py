"""The catalogue's tables, as numbered migrations: each runs once, in order, in one transaction with its number.

`papers.newest` and `newest_rank` are the place in the newest listing, kept so that all papers can be read in their
order from an index; `dates.papers` is the count of distinct papers of a date, kept so that nobody counts at start.
`edition` is a name that no other content of any catalogue bears: every change gives it anew.
`raw` holds the texts as they came, where cleaning changed them (JSON; null: they are the same). The
weights are the sums of upvotes and comments of the captures that gave the texts, the authors and the publication day.
"""

import sqlite3

from paperreader.errors import NewerSchema

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
)

SCHEMA = len(MIGRATIONS)
"""The version of the catalogue that this program reads and writes."""


def migrate(connection: sqlite3.Connection) -> None:
    """Bring a catalogue up to `SCHEMA`; raises NewerSchema, or sqlite3.Error with nothing changed."""
    version = _version(connection)
    if version == SCHEMA:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Asked again: another process may have migrated while this one waited.
        version = _version(connection)
        if version > SCHEMA:
            raise NewerSchema(
                f"the catalogue has schema {version}, this paperreader knows {SCHEMA}: update paperreader"
            )
        for number, statements in enumerate(MIGRATIONS[version:], version + 1):
            for statement in statements:
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    except BaseException:
        connection.execute("ROLLBACK")
        raise


def _version(connection: sqlite3.Connection) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)
