"""Adding a parsed listing to the catalogue: finding out which papers are known, and keeping the better texts.

The order in which captures arrive must not matter: for texts, authors, day of publication and figures alike, captures
have an order of their own, and the greatest one seen so far gives what is shown. The larger sum of upvotes and comments
comes first, because it is the later capture; what was captured settles the ties.
"""

import json
import re
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from paperreader.domain.identifiers import Identifier, PaperKey, paper_key, scheme_of, title_hash, title_key
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.text import clean_block, clean_line
from paperreader.storage.catalogue import Catalogue

MIN_AGREEMENT = 90
"""How alike (`rapidfuzz.fuzz.ratio`, 0 to 100) the abstracts of two records of one title must be to be one paper."""
MIN_TITLE = 20
"""Letters and digits from which on a title alone can name a paper whose authors or abstract are unknown."""

_WHOLE = re.compile(r"(?<!\.\.)[.!?][)\]\"'”’$}]*$|https?://\S*$")
"""The end of a text that was not cut: of a sentence, or an address."""
_LATEX = re.compile(r"\\[a-zA-Z]+|[\\${}~]|https?://\S+")


_Place = tuple[int, int | None, int | None]
"""Rank, upvotes and comments of a paper in a listing."""


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
    weight: int
    content_hash: str
    facts: dict[str, tuple[str | None, int]]
    """Authors (JSON) and day of publication, each with the weight of the capture that gave it."""

    @property
    def authors(self) -> tuple[str, ...] | None:
        """The names, if they are known."""
        authors, _ = self.facts["authors"]
        return tuple(json.loads(authors)) if authors else None


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
        placed = []
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
            before, after = self._list(number, paper, rank, parsed)
            if after != before:
                placed.append(paper)
            new += is_new
            known += not is_new
            updated += not is_new and (changed or before not in (None, after))
        self._catalogue.keep_newest(placed)
        self._catalogue.count_date(listing.date)
        return ListingReceipt(listing, new + known, new, known, updated, tuple(repeated))

    def _listing_number(self, listing: Listing) -> int:
        self._execute(
            "INSERT INTO listings (feed, date, guessed, printed) VALUES (?, ?, ?, ?) ON CONFLICT (feed, date) "
            "DO UPDATE SET guessed = min(guessed, excluded.guessed), printed = coalesce(printed, excluded.printed)",
            (listing.feed, str(listing.date), listing.guessed, listing.printed),
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
        abstract = clean_block(parsed.abstract)  # as the stored ones are
        candidates = self._execute(f"{_SELECT} WHERE title_hash = ? ORDER BY id", (title_hash(parsed.title),))
        for row in candidates.fetchall():
            record = _record(row)
            if not self._contradicts(record, parsed.identifiers) and is_same_work(
                (parsed.title, abstract, parsed.authors),
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
        cursor = self._execute(
            "INSERT INTO papers (key, title_hash, title, abstract, content_hash, raw, authors, published, "
            "weight, authors_weight, published_weight) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?9, ?9, ?9)",
            (key, title_hash(parsed.title), *_texts(parsed), *_facts(parsed).values(), parsed.weight),
        )
        paper = cursor.lastrowid
        assert paper is not None
        for identifier in parsed.identifiers:
            self._execute("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", (identifier, paper))
        return paper

    def _update(self, record: _Record, parsed: ParsedPaper) -> bool:
        """Take over the texts and facts of a better capture; whether anything changed."""
        for identifier in parsed.identifiers:
            self._execute("INSERT OR IGNORE INTO identifiers VALUES (?, ?)", (identifier, record.id))
        changed = False
        for name, value in _facts(parsed).items():
            stored, weight = record.facts[name]
            if value is not None and (stored is None or (parsed.weight, value) > (weight, stored)):
                self._execute(
                    f"UPDATE papers SET {name} = ?, {name}_weight = ? WHERE id = ?", (value, parsed.weight, record.id)
                )
                changed |= value != stored
        if _text_rank(parsed.abstract, parsed.weight, parsed.content_hash) > _text_rank(
            record.abstract, record.weight, record.content_hash
        ):
            self._execute(
                "UPDATE papers SET weight = ?, title = ?, abstract = ?, content_hash = ?, raw = ? WHERE id = ?",
                (parsed.weight, *_texts(parsed), record.id),
            )
            changed |= parsed.content_hash != record.content_hash
        return changed

    def _list(self, listing: int, paper: int, rank: int, parsed: ParsedPaper) -> tuple[_Place | None, _Place]:
        """A paper's place in a listing before and after a capture of it."""
        before: _Place | None = self._execute(
            "SELECT rank, upvotes, comments FROM listed WHERE listing = ? AND paper = ?", (listing, paper)
        ).fetchone()
        offered = (rank, parsed.upvotes, parsed.comments)
        if before is not None and _place_order(before) >= _place_order(offered):
            return before, before
        self._execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?)", (listing, paper, *offered))
        return before, offered


_SELECT = (
    "SELECT id, key, title, abstract, weight, content_hash, authors, authors_weight, published, published_weight "
    "FROM papers"
)


def _record(row: tuple[int, str, str, str, int, str, str | None, int, str | None, int]) -> _Record:
    number, key, title, abstract, weight, content_hash, authors, authors_weight, published, published_weight = row
    facts = {"authors": (authors, authors_weight), "published": (published, published_weight)}
    return _Record(number, PaperKey(key), title, abstract, weight, content_hash, facts)


def _texts(parsed: ParsedPaper) -> tuple[str, str, str, str | None]:
    """The columns title, abstract, content_hash and raw of a capture."""
    title, abstract = clean_line(parsed.title), clean_block(parsed.abstract)
    raw = {
        name: came
        for name, came, kept in (("title", parsed.title, title), ("abstract", parsed.abstract, abstract))
        if came != kept
    }
    # ASCII, because JSON's escapes hold what UTF-8 cannot: a lone surrogate stays what it was.
    return title, abstract, parsed.content_hash, json.dumps(raw) if raw else None


def _facts(parsed: ParsedPaper) -> dict[str, str | None]:
    """The columns authors and published of a capture."""
    authors = [clean_line(name) for name in parsed.authors] if parsed.authors is not None else None
    return {
        "authors": json.dumps(authors, ensure_ascii=False) if authors is not None else None,
        "published": str(parsed.published) if parsed.published else None,
    }


def _text_rank(abstract: str, weight: int, content_hash: str) -> tuple[bool, bool, int, str]:
    """What orders the texts of captures: an abstract comes before none, and a whole one before one that was cut.

    Whether it was cut is asked of each alone. That one text begins with another orders pairs only, and three captures
    could then come before each other in a ring.
    """
    text = abstract.rstrip()
    return bool(text), bool(_WHOLE.search(text)), weight, content_hash


def _place_order(place: _Place) -> tuple[int, ...]:
    """What orders the places that captures give a paper in one listing."""
    rank, upvotes, comments = place
    return (upvotes or 0) + (comments or 0), *(-1 if n is None else n for n in (upvotes, comments)), -rank


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
