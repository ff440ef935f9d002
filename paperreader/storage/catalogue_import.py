"""Adding a parsed listing to the catalogue: finding out which papers are known, and keeping the better texts.

The order in which captures arrive must not matter. Of two texts of one paper the one with an abstract wins, then the
one with the larger sum of upvotes and comments, then the one with the larger content hash.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from paperreader.domain.identifiers import Identifier, PaperKey, paper_key, scheme_of, title_hash, title_key
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.text import clean_block, clean_line
from paperreader.storage.catalogue import Catalogue

MIN_AGREEMENT = 90
"""How alike (`rapidfuzz.fuzz.ratio`, 0 to 100) the abstracts of two records of one title must be to be one paper."""
MIN_TITLE = 20
"""Letters and digits from which on a title alone can name a paper whose authors or abstract are unknown."""

_LATEX = re.compile(r"\\[a-zA-Z]+|[\\${}~]|https?://\S+")


@dataclass(frozen=True, slots=True)
class ListingReceipt:
    """What adding a listing came to: `listed = new + known`; `updated` of the known have other texts or figures.

    `repeated` are the entries that name a paper which the same listing has named before; they are not counted.
    """

    listing: Listing
    listed: int
    new: int
    known: int
    updated: int
    repeated: tuple[ParsedPaper, ...] = ()


@dataclass(frozen=True, slots=True)
class _Record:
    """A stored paper as far as identity and text go."""

    id: int
    key: PaperKey
    title: str
    abstract: str
    authors: tuple[str, ...] | None
    weight: int
    content_hash: str


def add_listing(catalogue: Catalogue, listing: Listing, papers: Iterable[ParsedPaper]) -> ListingReceipt:
    """Add papers to the catalogue as a listing. Only within the catalogue's `transaction`."""
    return _Importer(catalogue).add(listing, papers)


class _Importer:
    """One import's view of the catalogue, within its transaction."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._execute: Callable[..., sqlite3.Cursor] = catalogue.connection.execute

    def add(self, listing: Listing, papers: Iterable[ParsedPaper]) -> ListingReceipt:
        number = self._listing_number(listing)
        new = known = updated = 0
        seen: set[int] = set()
        repeated = []
        for rank, parsed in enumerate(papers, 1):
            record = self._member(number, rank, parsed) or self._find(parsed)
            if record is None:
                paper, changed, is_new = self._insert(parsed), False, True
            else:
                paper, changed, is_new = record.id, self._update(record, parsed), False
            if paper in seen:
                repeated.append(parsed)
                continue
            seen.add(paper)
            changed |= self._list(number, paper, rank, parsed)
            self._advance(paper, listing.date, rank)
            new += is_new
            known += not is_new
            updated += changed and not is_new
        self._catalogue.count_date(listing.date)
        return ListingReceipt(listing, new + known, new, known, updated, tuple(repeated))

    def _listing_number(self, listing: Listing) -> int:
        self._execute(
            "INSERT INTO listings (feed, date, guessed) VALUES (?, ?, ?) "
            "ON CONFLICT (feed, date) DO UPDATE SET guessed = min(guessed, excluded.guessed)",
            (listing.feed, str(listing.date), listing.guessed),
        )
        (number,) = self._execute(
            "SELECT id FROM listings WHERE feed = ? AND date = ?", (listing.feed, str(listing.date))
        ).fetchone()
        return int(number)

    def _member(self, listing: int, rank: int, parsed: ParsedPaper) -> _Record | None:
        """The paper that holds this rank already, if its title is the same: the listing is imported again."""
        row = self._execute(
            f"{_SELECT} JOIN listed ON paper = id WHERE listing = ? AND rank = ? AND title_hash = ?",
            (listing, rank, title_hash(parsed.title)),
        ).fetchone()
        record = _record(row) if row else None
        return record if record and not self._contradicts(record, parsed.identifiers) else None

    def _find(self, parsed: ParsedPaper) -> _Record | None:
        """The stored paper that a parsed one is, by identifier or by title and what agrees with it."""
        for identifier in parsed.identifiers:
            row = self._execute(f"{_SELECT} JOIN identifiers ON paper = id WHERE identifier = ?", (identifier,))
            if found := row.fetchone():
                return _record(found)
        candidates = self._execute(f"{_SELECT} WHERE title_hash = ? ORDER BY id", (title_hash(parsed.title),))
        for row in candidates.fetchall():
            record = _record(row)
            if not self._contradicts(record, parsed.identifiers) and is_same_work(
                (parsed.title, parsed.abstract, parsed.authors),
                (record.title, record.abstract, record.authors),
            ):
                return record
        return None

    def _contradicts(self, record: _Record, identifiers: Iterable[Identifier]) -> bool:
        """Whether a stored paper bears another id of a scheme that one of these has."""
        offered = {scheme_of(identifier): identifier for identifier in identifiers}
        if not offered:
            return False
        rows = self._execute("SELECT identifier FROM identifiers WHERE paper = ?", (record.id,))
        return any(offered.get(scheme_of(stored), stored) != stored for (stored,) in rows)

    def _insert(self, parsed: ParsedPaper) -> int:
        key = paper_key(parsed.identifiers, parsed.title)
        ordinal = 1
        while self._execute("SELECT 1 FROM papers WHERE key = ?", (key,)).fetchone():
            ordinal += 1
            key = title_key(parsed.title, ordinal)
        authors = [clean_line(name) for name in parsed.authors] if parsed.authors is not None else None
        cursor = self._execute(
            "INSERT INTO papers (key, title_hash, authors, published, title, abstract, weight, content_hash, raw) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                key,
                title_hash(parsed.title),
                json.dumps(authors, ensure_ascii=False) if authors is not None else None,
                str(parsed.published) if parsed.published else None,
                *_texts(parsed),
            ),
        )
        paper = cursor.lastrowid
        assert paper is not None
        for identifier in parsed.identifiers:
            self._execute("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", (identifier, paper))
        return paper

    def _update(self, record: _Record, parsed: ParsedPaper) -> bool:
        """Take over the texts of a better capture, and facts that were missing; whether anything changed."""
        changed = False
        if parsed.published is not None or parsed.authors is not None:
            cursor = self._execute(
                "UPDATE papers SET published = coalesce(published, ?1), authors = coalesce(authors, ?2) WHERE id = ?3 "
                "AND ((published IS NULL AND ?1 IS NOT NULL) OR (authors IS NULL AND ?2 IS NOT NULL))",
                (
                    str(parsed.published) if parsed.published else None,
                    json.dumps([clean_line(name) for name in parsed.authors], ensure_ascii=False)
                    if parsed.authors is not None
                    else None,
                    record.id,
                ),
            )
            changed = cursor.rowcount > 0
        for identifier in parsed.identifiers:
            self._execute("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", (identifier, record.id))
        stored = (bool(record.abstract), record.weight, record.content_hash)
        offered = (bool(parsed.abstract.strip()), parsed.weight, parsed.content_hash)
        cleaned = clean_block(parsed.abstract)
        if len(cleaned) != len(record.abstract) and (
            cleaned.startswith(record.abstract) or record.abstract.startswith(cleaned)
        ):
            # Of a text and its beginning the whole one is better, whatever the figures say.
            is_better = len(cleaned) > len(record.abstract)
        else:
            is_better = offered > stored
        if is_better:
            self._execute(
                "UPDATE papers SET title = ?, abstract = ?, weight = ?, content_hash = ?, raw = ? WHERE id = ?",
                (*_texts(parsed), record.id),
            )
            changed |= parsed.content_hash != record.content_hash
        return changed

    def _list(self, listing: int, paper: int, rank: int, parsed: ParsedPaper) -> bool:
        """Put a paper in its place in a listing; whether it was there with other figures."""
        figures = (rank, parsed.upvotes, parsed.comments)
        before = self._execute(
            "SELECT rank, upvotes, comments FROM listed WHERE listing = ? AND paper = ?", (listing, paper)
        ).fetchone()
        if before == figures or (before and (before[1] or 0) + (before[2] or 0) > parsed.weight):
            return False
        self._execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?)", (listing, paper, *figures))
        return before is not None

    def _advance(self, paper: int, day: date, rank: int) -> None:
        """Keep a paper's place in its newest listing."""
        self._execute(
            "UPDATE papers SET newest = ?1, newest_rank = ?2 WHERE id = ?3 "
            "AND (newest IS NULL OR newest < ?1 OR (newest = ?1 AND newest_rank > ?2))",
            (str(day), rank, paper),
        )


_SELECT = "SELECT id, key, title, abstract, authors, weight, content_hash FROM papers"


def _record(row: tuple[int, str, str, str, str | None, int, str]) -> _Record:
    number, key, title, abstract, authors, weight, content_hash = row
    names = tuple(json.loads(authors)) if authors else None
    return _Record(number, PaperKey(key), title, abstract, names, weight, content_hash)


def _texts(parsed: ParsedPaper) -> tuple[str, str, int, str, str | None]:
    """The columns title, abstract, weight, content_hash and raw of a capture."""
    title, abstract = clean_line(parsed.title), clean_block(parsed.abstract)
    raw = {
        name: came
        for name, came, kept in (("title", parsed.title, title), ("abstract", parsed.abstract, abstract))
        if came != kept
    }
    # ASCII, because JSON's escapes hold what UTF-8 cannot: a lone surrogate stays what it was.
    return title, abstract, parsed.weight, parsed.content_hash, json.dumps(raw) if raw else None


def is_same_work(one: tuple[str, str, tuple[str, ...] | None], other: tuple[str, str, tuple[str, ...] | None]) -> bool:
    """Whether two records (title, abstract, authors) of equal normalised titles are one paper."""
    (title, abstract, authors), (_, other_abstract, other_authors) = one, other
    if abstract.strip() and other_abstract.strip():
        return _agree(abstract, other_abstract)
    if authors and other_authors:
        return _surname(authors[0]) == _surname(other_authors[0])
    return sum(map(str.isalnum, title)) >= MIN_TITLE


def _agree(one: str, other: str) -> bool:
    if one.startswith(other.strip()) or other.startswith(one.strip()):
        return True  # one of them was cut
    from rapidfuzz import fuzz  # only where two captures differ

    plain = (" ".join(_LATEX.sub(" ", text).split()) for text in (one, other))
    return fuzz.ratio(*plain, score_cutoff=MIN_AGREEMENT) >= MIN_AGREEMENT


def _surname(name: str) -> str:
    """The family name of `Given Family` or `Family, Given`, case folded."""
    family = name.partition(",")[0] if "," in name else name.split()[-1] if name.split() else ""
    return family.strip().casefold()
