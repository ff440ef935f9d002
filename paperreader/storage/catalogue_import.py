"""Adding a parsed listing to the catalogue: finding out which papers are known, and keeping the better texts.

The order in which captures arrive must not matter: for texts, authors, date of publication and figures alike, captures
have an order of their own, and the greatest one seen so far gives what is shown. The larger sum of upvotes and comments
comes first, because it is the later capture; what was captured settles the ties. A date that is known to the day comes
before one of a month or a year.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from json.encoder import encode_basestring, encode_basestring_ascii

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import title_order
from paperreader.domain.listing import KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.paper import safe_url, shown_title
from paperreader.domain.parsed import ParsedPaper
from paperreader.domain.places import ImportedFile
from paperreader.domain.text import Safe, clean_block, clean_line, clean_lines
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_additions import Additions
from paperreader.storage.catalogue_identity import Identification
from paperreader.storage.catalogue_records import (
    FACTS,
    Place,
    Record,
    is_better_fact,
    joined_links,
    place_order,
    text_rank,
)


@dataclass(frozen=True, slots=True)
class Added:
    """What adding papers came to: `listed = new + known`; `updated` of the known have other texts or figures.

    `repeated` are the entries that name a paper which the same listing has named before; they are not counted.
    """

    listed: int = 0
    new: int = 0
    known: int = 0
    updated: int = 0
    repeated: tuple[ParsedPaper, ...] = ()
    merged: int = 0
    """How many papers were found to be other ones."""


@dataclass(frozen=True, slots=True)
class ListingReceipt(Added):
    """The same of the papers of one listing, and how that is shown."""

    listing: Listing | ImportedFile = ImportedFile(Safe(""))


@dataclass(frozen=True, slots=True)
class Decided:
    """What the user decided that an import goes by."""

    confirmed: Mapping[ListingName, date] = field(default_factory=dict)
    """The dates of listings, where the user said them."""
    same: Mapping[PaperKey, PaperKey] = field(default_factory=dict)
    """The keys whose decisions are kept under another one."""
    names: Mapping[str, PaperKey] = field(default_factory=dict)
    """The same of other names by which those papers are known."""
    distinct: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """The names of papers, and those of papers that they are not, where the user said so; either way round."""
    knows: Callable[[PaperKey], bool] = lambda _: False
    """Whether anything was decided about the paper of a key."""


Placing = tuple[Listing | KnownListing | ImportedFile, int]
"""A list in which a paper stands, and its rank there."""


def add_listing(
    catalogue: Catalogue,
    known: Listing | KnownListing | ImportedFile,
    papers: Iterable[ParsedPaper],
    decided: Decided = Decided(),
    before: int = 0,
) -> ListingReceipt:
    """Add papers to the catalogue as a listing. Only within the catalogue's `transaction`.

    The listing is given under the date of its source; it is shown on this date unless another was confirmed. Ranks
    go on from `before`, which is how many papers stand there before these.
    """
    importer = _Importer(catalogue, decided)
    number, listing = importer.listing(known)
    added = importer.add((parsed, ((number, rank),)) for rank, parsed in enumerate(papers, before + 1))
    importer.count()
    return ListingReceipt(**{name: getattr(added, name) for name in Added.__slots__}, listing=listing)


def add_papers(
    catalogue: Catalogue, papers: Iterable[tuple[ParsedPaper, Sequence[Placing]]], decided: Decided = Decided()
) -> Added:
    """Add papers to the catalogue, each to the lists that hold it. Only within the catalogue's `transaction`."""
    importer = _Importer(catalogue, decided)
    added = importer.add(
        (parsed, [(importer.listing(listing)[0], rank) for listing, rank in places]) for parsed, places in papers
    )
    importer.count()
    return added


_Listed = tuple[ParsedPaper, Sequence[tuple[int, int]]]
"""A capture, and the numbers of the listings that hold it with its ranks there."""
_PIECE = 500
"""Captures whose names are asked for together."""
_COLUMNS = (
    "id", "newest", "newest_rank", "upvotes", "key", "title_hash", "title", "abstract", "content_hash", "raw",
    "title_order", "links", *FACTS, "weight", *(f"{name}_weight" for name in FACTS),
)  # fmt: skip
_INSERT = f"INSERT INTO papers ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"
_IDENTIFY = "INSERT OR IGNORE INTO identifiers VALUES (?, ?)"
_ENTITLE = "INSERT OR IGNORE INTO titles VALUES (?, ?)"
_LIST = "INSERT OR IGNORE INTO listed VALUES (?, ?, ?, ?, ?, ?)"


class _Importer:
    """One import's view of the catalogue, within its transaction."""

    def __init__(self, catalogue: Catalogue, decided: Decided) -> None:
        self._catalogue, self._decided = catalogue, decided
        self._additions = Additions(catalogue.connection)
        self._identification = Identification(
            catalogue, decided.same, decided.names, decided.distinct, self._additions.write, decided.knows
        )
        self._execute: Callable[..., sqlite3.Cursor] = catalogue.connection.execute
        self._listings: dict[Listing | KnownListing | ImportedFile, tuple[int, Listing | ImportedFile]] = {}
        self._days: dict[int, str] = {}
        """The dates of listings by their numbers, as they are stored."""

    def listing(self, known: Listing | KnownListing | ImportedFile) -> tuple[int, Listing | ImportedFile]:
        """The number of a listing, which may be new, and how it is shown."""
        if known not in self._listings:
            self._additions.write()
            if isinstance(known, ImportedFile):
                number, _, _ = self._listing(ListingName(known.feed), known.feed, None, "", guessed=False)
                self._listings[known], self._days[number] = (number, known), ""
            else:
                named = known if isinstance(known, KnownListing) else KnownListing(name_of_listing(known), known)
                number, shown = self._listed_as(named, self._decided.confirmed.get(named.name))
                self._listings[known], self._days[number] = (number, shown), str(shown.date)
        return self._listings[known]

    def add(self, papers: Iterable[_Listed]) -> Added:
        """Add papers to the listings of these numbers, under these ranks."""
        new = old = updated = 0
        seen: set[tuple[int, int]] = set()
        placed = []
        repeated = []
        for came, places in self._in_pieces(papers):
            parsed = self._identification.own(came)
            record = self._identification.find(parsed, *places[:1])
            if record is None or self._identification.is_missed(record, parsed):
                key = self._identification.key_of_new(parsed)
                paper = self._insert(parsed, key, dict(sorted(places, reverse=True)))
                seen.update((listing, paper) for listing, _ in places)
                new += 1
                if record:
                    self._identification.join(record, key)
                continue
            changed = self._update(record, parsed)
            fresh = [(listing, rank) for listing, rank in places if (listing, record.id) not in seen]
            if places and not fresh:
                repeated.append(came)
                continue
            seen.update((listing, record.id) for listing, _ in fresh)
            for listing, rank in fresh:
                before, after = self._list(listing, record.id, rank, parsed)
                if after != before:
                    placed.append(record.id)
                changed |= before not in (None, after)
            old += 1
            updated += changed
        self._additions.write()
        self._catalogue.keep_places(placed)
        return Added(new + old, new, old, updated, tuple(repeated), self._identification.merged)

    def _in_pieces(self, papers: Iterable[_Listed]) -> Iterator[_Listed]:
        """The papers, of some at a time the names asked for together."""
        rest = iter(papers)
        while piece := list(islice(rest, _PIECE)):
            self._additions.write()
            self._identification.expect([parsed for parsed, _ in piece])
            yield from piece

    def count(self) -> None:
        """Bring the kept counts of the dates of these listings up to date."""
        for day in {listing.date if isinstance(listing, Listing) else "" for _, listing in self._listings.values()}:
            self._catalogue.count_date(day)

    def _listed_as(self, known: KnownListing, confirmed: date | None) -> tuple[int, Listing]:
        """The number of a listing, and how it is shown. What its source says for certain replaces a guess, once."""
        own = known.own
        number, day, guessed = self._listing(known.name, own.feed, own.printed, str(own.date), guessed=own.guessed)
        shown = Listing(own.feed, confirmed or date.fromisoformat(day), bool(guessed and not confirmed), own.printed)
        self._catalogue.date_listing(number, str(shown.date), guessed=shown.guessed)
        return number, shown

    def _listing(
        self, name: ListingName, feed: str, printed: str | None, day: str, *, guessed: bool
    ) -> tuple[int, str, int]:
        """The number of a listing, which may be new, and the date that its source says or that was guessed."""
        self._execute(
            "INSERT INTO listings (name, feed, printed, date, guessed, own_date, own_guessed) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?5) ON CONFLICT (name) DO UPDATE SET "
            "own_date = iif(own_guessed > excluded.own_guessed, excluded.own_date, own_date), "
            "own_guessed = min(own_guessed, excluded.own_guessed), printed = coalesce(printed, excluded.printed)",
            (name, feed, printed, day, guessed),
        )
        found: tuple[int, str, int] = self._execute(
            "SELECT id, own_date, own_guessed FROM listings WHERE name = ?", (name,)
        ).fetchone()
        return found

    def _insert(self, parsed: ParsedPaper, key: PaperKey, places: Mapping[int, int]) -> int:
        """The number of a new paper, which stands in these listings at these ranks."""
        hashed = self._identification.hash_of(parsed)
        paper, weight = self._additions.next_number(), parsed.weight
        newest = max((self._days[listing] for listing in places), default=None)
        rank = min((rank for listing, rank in places.items() if self._days[listing] == newest), default=None)
        kept = (newest, rank, (parsed.upvotes or 0) if places else 0)  # what `keep_places` would make of it
        facts = (*_facts(parsed), weight, *(weight for _ in FACTS))
        self._additions.add(_INSERT, (paper, *kept, key, hashed, *_texts(parsed, key), _links(parsed), *facts))
        self._name(paper, parsed)
        for listing, rank in places.items():
            self._additions.add(_LIST, (listing, paper, *_place(rank, parsed)))
        self._identification.note(parsed, key)
        return paper

    def _name(self, paper: int, parsed: ParsedPaper) -> None:
        """Note by what else a paper is found: the identifiers and the title of a capture."""
        for identifier in parsed.identifiers:
            self._additions.add(_IDENTIFY, (identifier, paper))
        if parsed.title:
            self._additions.add(_ENTITLE, (self._identification.hash_of(parsed), paper))

    def _update(self, record: Record, parsed: ParsedPaper) -> bool:
        """Take over the texts and facts of a better capture; whether anything changed."""
        self._name(record.id, parsed)
        self._identification.note(parsed, record.key)
        changed = False
        for name, value in zip(FACTS, _facts(parsed), strict=True):
            if is_better_fact(name, (value, parsed.weight), record.facts[name]):
                self._execute(
                    f"UPDATE papers SET {name} = ?, {name}_weight = ? WHERE id = ?", (value, parsed.weight, record.id)
                )
                changed |= value != record.facts[name][0]
        if (links := joined_links(record.links, _links(parsed))) != record.links:
            self._execute("UPDATE papers SET links = ? WHERE id = ?", (links, record.id))
            changed |= _addresses(links) != _addresses(record.links)
        # Texts that are not those their hash was made of were changed on the disk.
        texts = _texts(parsed, record.key)
        is_damaged = (record.title, record.abstract) != texts[:2] and parsed.content_hash == record.content_hash
        if is_damaged or text_rank(parsed.title, parsed.abstract, parsed.weight, parsed.content_hash) > text_rank(
            record.title, record.abstract, record.weight, record.content_hash
        ):
            self._execute(
                "UPDATE papers SET weight = ?, title = ?, abstract = ?, content_hash = ?, raw = ?, title_order = ? "
                "WHERE id = ?",
                (parsed.weight, *texts, record.id),
            )
            changed |= is_damaged or parsed.content_hash != record.content_hash
            if not is_damaged:
                self._keep_text(record.id, record.content_hash, record.title, record.abstract, record.weight)
            self._execute("DELETE FROM texts WHERE paper = ? AND content_hash = ?", (record.id, parsed.content_hash))
        elif parsed.content_hash != record.content_hash:
            self._keep_text(record.id, parsed.content_hash, *texts[:2], parsed.weight)
        return changed

    def _keep_text(self, paper: int, content_hash: str, title: str, abstract: str, weight: int) -> None:
        """Keep the texts of a capture that are not shown, so that it can be told what changed."""
        if abstract:
            self._execute(
                "INSERT INTO texts VALUES (?, ?, ?, ?, ?) "
                "ON CONFLICT DO UPDATE SET weight = max(weight, excluded.weight)",
                (paper, content_hash, title, abstract, weight),
            )

    def _list(self, listing: int, paper: int, rank: int, parsed: ParsedPaper) -> tuple[Place | None, Place]:
        """A paper's place in a listing before and after a capture of it."""
        before: Place | None = self._execute(
            "SELECT rank, upvotes, comments, announced FROM listed WHERE listing = ? AND paper = ?", (listing, paper)
        ).fetchone()
        offered = _place(rank, parsed)
        if before is not None and place_order(before) >= place_order(offered):
            return before, before
        self._execute("INSERT OR REPLACE INTO listed VALUES (?, ?, ?, ?, ?, ?)", (listing, paper, *offered))
        return before, offered


def _place(rank: int, parsed: ParsedPaper) -> Place:
    return rank, parsed.upvotes, parsed.comments, parsed.announced


def _texts(parsed: ParsedPaper, key: PaperKey) -> tuple[str, str, str, str | None, str | None]:
    """The columns title, abstract, content_hash, raw and title_order of a capture of the paper with this key."""
    # As str itself: SQLite asks every other kind of one how it is to be stored.
    title, abstract = str(clean_line(parsed.title)), str(clean_block(parsed.abstract))
    raw = {
        name: came
        for name, came, kept in (("title", parsed.title, title), ("abstract", parsed.abstract, abstract))
        if came != kept
    }
    # ASCII, because JSON's escapes hold what UTF-8 cannot: a lone surrogate stays what it was.
    ordered = None if title and title.isascii() else title_order(shown_title(Safe(title), key))
    return title, abstract, parsed.content_hash, json.dumps(raw) if raw else None, ordered


def _facts(parsed: ParsedPaper) -> tuple[str | None, ...]:
    """The columns `FACTS` of a capture."""
    published = str(parsed.published) if parsed.published else None
    return _names(parsed.authors), published, _names(parsed.categories or None), parsed.standing


def _names(names: Sequence[str] | None) -> str | None:
    # As `json.dumps` writes them, at a third of its cost.
    return None if names is None else f"[{', '.join(map(encode_basestring, clean_lines(names)))}]"


def _links(parsed: ParsedPaper) -> str | None:
    """The column links of a capture: its safe addresses by kind."""
    links = {kind: url for kind, url in sorted(parsed.links) if safe_url(url)}
    weight, quote = parsed.weight, encode_basestring_ascii
    written = ", ".join(f"{quote(kind)}: [{weight}, {quote(url)}]" for kind, url in links.items())
    return f"{{{written}}}" if links else None


def _addresses(links: str | None) -> dict[str, str]:
    return {kind: url for kind, (_, url) in json.loads(links or "{}").items()}
