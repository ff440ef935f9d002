"""A catalogue of schema 10, written by hand: papers that were merged, several texts, ids, listings, raw texts."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from paperreader.domain.identifiers import title_address

RIVERS, SUNDIAL, EDITORIAL = "Slow rivers carry more sand than maps admit", "Sundials in company", "Editorial"
RIVERS_KEY = title_address(RIVERS)
SAND = "We count the sand of forty rivers and find a third more than any map of them admits. The rest lies in bends."
REEDS = "Nothing of the other text is here: reeds were cut every winter, weighed wet, and weighed again when dry."
OLDER = "We count the sand of four rivers and find more than maps admit."
RAW = f"{REEDS}\x07"

_TABLES = """
CREATE TABLE papers (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, title TEXT NOT NULL, authors TEXT, published TEXT,
    title_hash TEXT NOT NULL, newest TEXT, newest_rank INTEGER, weight INTEGER NOT NULL, content_hash TEXT NOT NULL,
    abstract TEXT NOT NULL, raw TEXT, authors_weight INTEGER NOT NULL DEFAULT 0,
    published_weight INTEGER NOT NULL DEFAULT 0, upvotes INTEGER NOT NULL DEFAULT 0, title_order TEXT, categories TEXT,
    categories_weight INTEGER NOT NULL DEFAULT 0, standing TEXT, standing_weight INTEGER NOT NULL DEFAULT 0, links TEXT
);
CREATE INDEX papers_by_date ON papers (newest DESC, newest_rank, id);
CREATE INDEX papers_by_upvotes ON papers (upvotes DESC, newest DESC, newest_rank, id);
CREATE INDEX papers_by_title_order
    ON papers (coalesce(title_order, lower(ltrim(title, ' !.'))), newest DESC, newest_rank, id);
CREATE TABLE identifiers (identifier TEXT PRIMARY KEY, paper INTEGER NOT NULL REFERENCES papers) WITHOUT ROWID;
CREATE INDEX identifiers_by_paper ON identifiers (paper);
CREATE TABLE listings (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, feed TEXT NOT NULL, printed TEXT, date TEXT NOT NULL,
    guessed INTEGER NOT NULL, own_date TEXT NOT NULL, own_guessed INTEGER NOT NULL
);
CREATE INDEX listings_by_date ON listings (date);
CREATE INDEX listings_by_feed ON listings (feed);
CREATE TABLE listed (
    listing INTEGER NOT NULL REFERENCES listings, paper INTEGER NOT NULL REFERENCES papers, rank INTEGER NOT NULL,
    upvotes INTEGER, comments INTEGER, announced TEXT, PRIMARY KEY (listing, paper)
) WITHOUT ROWID;
CREATE INDEX listed_by_paper ON listed (paper);
CREATE TABLE dates (date TEXT PRIMARY KEY, papers INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE edition (
    name TEXT NOT NULL, catalogue TEXT NOT NULL DEFAULT '', change INTEGER NOT NULL DEFAULT 1
);
CREATE TABLE editions (change INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE changes (change INTEGER NOT NULL, paper INTEGER NOT NULL, PRIMARY KEY (change, paper)) WITHOUT ROWID;
CREATE TABLE merged (
    key TEXT PRIMARY KEY, title_hash TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers,
    is_joined INTEGER NOT NULL, was TEXT NOT NULL
);
CREATE TABLE titles (
    title_hash TEXT NOT NULL, paper INTEGER NOT NULL REFERENCES papers, PRIMARY KEY (title_hash, paper)
) WITHOUT ROWID;
CREATE TABLE texts (
    paper INTEGER NOT NULL REFERENCES papers, content_hash TEXT NOT NULL, title TEXT NOT NULL, abstract TEXT NOT NULL,
    weight INTEGER NOT NULL, PRIMARY KEY (paper, content_hash)
) WITHOUT ROWID;
CREATE TABLE unfinished (input TEXT PRIMARY KEY, mark TEXT NOT NULL) WITHOUT ROWID;
CREATE TRIGGER papers_insert AFTER INSERT ON papers BEGIN
    INSERT OR IGNORE INTO changes SELECT change, new.id FROM edition;
END;
CREATE TRIGGER listed_insert AFTER INSERT ON listed BEGIN
    INSERT OR IGNORE INTO changes SELECT change, new.paper FROM edition;
END;
INSERT INTO edition VALUES ('first', 'catalogue', 1);
INSERT INTO editions VALUES (1, 'first');
INSERT INTO unfinished VALUES ('long.jsonl', '{"end": 7}');
PRAGMA user_version = 10;
"""

_PAPERS = (
    # One of ids, of a second version, with all facts.
    (1, "arxiv:2503.00001", RIVERS, '["Ada Brook"]', "2025-03-01", (2 << 32) + 12, SAND, None, '["cs.CL", "cs.LG"]',
     "withdrawn", json.dumps({"code": [12, "https://github.com/sand/rivers"]})),
    # Two others of its title, without ids; what came of one was cleaned.
    (2, RIVERS_KEY, RIVERS, None, None, 3, REEDS, json.dumps({"abstract": RAW}), None, None, None),
    (3, f"{RIVERS_KEY}-2", RIVERS, None, None, 0, f"{REEDS[::-1]}", None, None, None, None),
    # One that the user merged with a page's paper and with one of another id.
    (4, "arxiv:2503.00004", SUNDIAL, '["Cy Dale"]', "2025-03", 0, "They are read together.", None, None, None, None),
    # One of which only the id is known, and one without an abstract.
    (5, "doi:10.1000/5", "", None, None, 0, "", None, None, None, None),
    (6, title_address(EDITORIAL), EDITORIAL, '["Ada Brook"]', "2024", 0, "", None, None, "editorial", None),
)  # fmt: skip
_IDS = (
    ("arxiv:2503.00001", 1), ("doi:10.1000/1", 1), ("arxiv:2503.00004", 4), ("arxiv:2503.00044", 4),
    ("doi:10.1000/5", 5),
)  # fmt: skip
_LISTINGS = (
    (1, "page:0000abcd 03-14", "page:0000abcd", "03-14", "2025-03-15", 0, "2025-03-14", 1),
    (2, "hf 2025-03-16", "hf", None, "2025-03-16", 0, "2025-03-16", 0),
    (3, "imported:mine.bib", "imported:mine.bib", None, "", 0, "", 0),
)
_LISTED = (
    (1, 2, 1, None, None, None), (1, 3, 2, None, None, None), (1, 4, 3, None, None, None),
    (2, 1, 1, 9, 3, "new"), (2, 4, 2, 1, None, "cross"), (3, 5, 1, None, None, None), (3, 6, 2, None, None, None),
    (3, 1, 3, None, None, None),
)  # fmt: skip
CONFIRMED = ("page:0000abcd 03-14", "2025-03-15")
"""The listing that the user put on another date than its own."""
MERGED_KEYS = (f"{RIVERS_KEY}-3", "arxiv:2503.00044", title_address(SUNDIAL))
"""The keys that paper 4 once had."""


def make_old_catalogue(path: Path) -> None:
    """Write a catalogue of schema 10 of 6 papers."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(_TABLES)
        connection.execute("BEGIN")
        connection.executemany(
            "INSERT INTO papers (id, key, title, authors, published, weight, abstract, raw, categories, standing, "
            "links, title_hash, content_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '0', '0')",
            _PAPERS,
        )
        for table, rows in (("identifiers", _IDS), ("listings", _LISTINGS), ("listed", _LISTED)):
            connection.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)
        connection.execute("INSERT INTO texts VALUES (1, '1', ?, ?, ?)", (RIVERS, OLDER, 1 << 32))
        connection.executemany("INSERT INTO merged VALUES (?, '0', 4, 1, '[]')", [(key,) for key in MERGED_KEYS])
        connection.execute("COMMIT")
