"""The catalogue's tables, and their version.

What sources said:

* `captures`: what one source said about one paper at one time; never changed. `fingerprint` is a hash of all that was
  parsed except the figures. `own` and `ids` are the capture's names.
* `texts`: titles and abstracts, shared by captures. `raw` (JSON) holds the texts before cleaning, or null if both
  are equal. `hash` is a hash of the raw texts; it is empty if a text is damaged, until an import replaces the text.
* `listings`: one feed on one date. `own_date` is the date of the source, or a guess; `date` differs if the user moved
  the listing. Both are empty for an imported file without a date.
* `sightings`: a capture's places in listings, with the figures there.
* `names`: a row for each name and each block of a capture.
* `unfinished`: how far the import of a large input has come (JSON), by the fingerprint of the input.

What is derived:

* `papers`: groups of captures. `key` and `also` (separated by blanks) are the names that a paper owns. `shown` is the
  capture whose texts are shown. `facts` (JSON) are facts that other captures give better. `newest`, `newest_rank`,
  `upvotes` and `title_order` let indexes sort all papers.
* `dates`: the number of papers of each date.
* `applied`: the user's pairs by which the captures are grouped.
* `edition`: one row with the name of the present content (each change gives it a new name), the name of the catalogue,
  and the number of the newest change. `editions` has the earlier names of content, and `changes` the papers that each
  change touched: the search index reads only these. After a restored backup, the same numbers have other names.
"""

import sqlite3
from contextlib import closing

from paperreader.errors import NewerSchema

SCHEMA = 11
"""The version that this program reads and writes."""

_TABLES = (
    """CREATE TABLE texts (
        id INTEGER PRIMARY KEY,
        hash TEXT NOT NULL,
        title TEXT NOT NULL,
        abstract TEXT NOT NULL,
        raw TEXT
    )""",
    "CREATE INDEX texts_by_hash ON texts (hash)",
    """CREATE TABLE captures (
        id INTEGER PRIMARY KEY,
        fingerprint INTEGER NOT NULL UNIQUE,
        paper INTEGER NOT NULL,
        text INTEGER NOT NULL REFERENCES texts,
        own TEXT NOT NULL,
        ids TEXT,
        version INTEGER,
        authors TEXT,
        published TEXT,
        categories TEXT,
        standing TEXT,
        links TEXT
    )""",
    "CREATE INDEX captures_by_paper ON captures (paper)",
    """CREATE TABLE names (
        name TEXT NOT NULL,
        capture INTEGER NOT NULL REFERENCES captures,
        PRIMARY KEY (name, capture)
    ) WITHOUT ROWID""",
    """CREATE TABLE listings (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        feed TEXT NOT NULL,
        printed TEXT,
        date TEXT NOT NULL,
        guessed INTEGER NOT NULL,
        own_date TEXT NOT NULL,
        own_guessed INTEGER NOT NULL
    )""",
    "CREATE INDEX listings_by_date ON listings (date)",
    "CREATE INDEX listings_by_feed ON listings (feed)",
    """CREATE TABLE sightings (
        listing INTEGER NOT NULL REFERENCES listings,
        capture INTEGER NOT NULL REFERENCES captures,
        rank INTEGER NOT NULL,
        upvotes INTEGER,
        comments INTEGER,
        announced TEXT,
        PRIMARY KEY (listing, capture)
    ) WITHOUT ROWID""",
    "CREATE INDEX sightings_by_capture ON sightings (capture)",
    """CREATE TABLE papers (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        key TEXT NOT NULL UNIQUE,
        also TEXT NOT NULL,
        shown INTEGER NOT NULL REFERENCES captures,
        facts TEXT,
        newest TEXT,
        newest_rank INTEGER,
        upvotes INTEGER NOT NULL,
        title_order TEXT NOT NULL
    )""",
    "CREATE INDEX papers_by_date ON papers (newest DESC, newest_rank, id)",
    "CREATE INDEX papers_by_rank ON papers (newest_rank, newest DESC, id)",
    "CREATE INDEX papers_by_upvotes ON papers (upvotes DESC, newest DESC, newest_rank, id)",
    "CREATE INDEX papers_by_title_order ON papers (title_order, newest DESC, newest_rank, id)",
    "CREATE TABLE applied (kind TEXT NOT NULL, one TEXT NOT NULL, other TEXT NOT NULL)",
    "CREATE TABLE dates (date TEXT PRIMARY KEY, papers INTEGER NOT NULL) WITHOUT ROWID",
    "CREATE TABLE unfinished (input TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID",
)
_VIEWS = (
    """CREATE VIEW listed AS
        SELECT listing, paper, rank, upvotes, comments, announced
        FROM sightings JOIN captures ON captures.id = sightings.capture""",
    """CREATE VIEW shown AS
        SELECT papers.id, key, also, title, abstract, version, newest, newest_rank, upvotes, title_order, {}
        FROM papers JOIN captures ON captures.id = papers.shown JOIN texts ON texts.id = captures.text""".format(
        ", ".join(
            f"iif(json_valid(facts), coalesce(json_extract(facts, '$.{fact}'), {fact}), {fact}) AS {fact}"
            for fact in ("authors", "published", "categories", "standing", "links")
        )
    ),
)
_CHANGES = (
    """CREATE TABLE edition (
        name TEXT NOT NULL, catalogue TEXT NOT NULL, change INTEGER NOT NULL
    )""",
    "INSERT INTO edition VALUES (hex(randomblob(16)), hex(randomblob(16)), 1)",
    "CREATE TABLE editions (change INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "INSERT INTO editions SELECT change, name FROM edition",
    """CREATE TRIGGER edition_update AFTER UPDATE OF change, name ON edition BEGIN
        INSERT OR REPLACE INTO editions VALUES (new.change, new.name);
    END""",
    """CREATE TABLE changes (
        change INTEGER NOT NULL,
        paper INTEGER NOT NULL,
        PRIMARY KEY (change, paper)
    ) WITHOUT ROWID""",
    *(
        f"CREATE TRIGGER papers_{event.lower()} AFTER {event} ON papers BEGIN "
        f"INSERT OR IGNORE INTO changes SELECT change, {row}.id FROM edition; END"
        for event, row in (("INSERT", "new"), ("UPDATE", "new"), ("DELETE", "old"))
    ),
    """CREATE TRIGGER listings_update AFTER UPDATE OF date, feed ON listings
    WHEN (new.date, new.feed) IS NOT (old.date, old.feed) BEGIN
        INSERT OR IGNORE INTO changes SELECT change, paper FROM edition, listed WHERE listing = new.id;
    END""",
)


def create(connection: sqlite3.Connection) -> None:
    """Create the tables in an empty file; raises sqlite3.Error."""
    for statement in (*_TABLES, *_VIEWS, *_CHANGES):
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA}")


def newer_schema(version: int) -> NewerSchema:
    """The error for a catalogue of a newer schema."""
    return NewerSchema(
        f"the catalogue has schema {version}, but this paperreader reads only up to {SCHEMA}",
        "update paperreader",
    )


def version_of(connection: sqlite3.Connection) -> int:
    """The schema version of a file; 0 if it has no tables yet."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return int(version)


def promised_columns() -> set[tuple[str, str]]:
    """The names of all tables and columns of a new catalogue; raises sqlite3.Error."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as made:
        create(made)
        return columns_of(made)


def columns_of(connection: sqlite3.Connection) -> set[tuple[str, str]]:
    """The names of all tables and columns of a database; raises sqlite3.Error."""
    query = "SELECT found.name, columns.name FROM sqlite_master AS found, pragma_table_info(found.name) AS columns"
    return set(connection.execute(query))
