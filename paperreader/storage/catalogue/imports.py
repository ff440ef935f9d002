"""Imports of parsed papers into the catalogue: captures are recorded, and their papers are grouped again.

The order in which captures arrive does not matter: papers are derived from all captures. If one list gives figures
twice, the greater ones win.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice

from paperreader.domain.captures import UserPairs
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import ParsedPaper, is_page
from paperreader.domain.listing import KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.text import Safe
from paperreader.storage.catalogue.captures import component_of, read_captures
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.listings import count_date, move_listing
from paperreader.storage.catalogue.papers import Updated, follow_pairs, update_papers
from paperreader.storage.catalogue.recorder import PlacedPaper, Recorder

AnyListing = Listing | KnownListing | ImportedFile


@dataclass(frozen=True, slots=True)
class Added:
    """How many papers an import listed: `listed = new + known`. The `updated` are known papers that changed."""

    listed: int = 0
    new: int = 0
    known: int = 0
    updated: int = 0
    repeated: tuple[ParsedPaper, ...] = ()
    """Entries whose paper the same listing already has. They are not counted."""
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that this import merged: the key of each, and the keys that it had before."""
    grouped: int = 0
    """How many captures were grouped again, known ones included."""


@dataclass(frozen=True, slots=True)
class ListingReceipt(Added):
    """How many papers an import added to one listing, and the listing as it is shown."""

    listing: Listing | ImportedFile = ImportedFile(Safe(""))


@dataclass(frozen=True, slots=True)
class Decided:
    """The user's decisions that an import follows."""

    confirmed: Mapping[ListingName, date] = field(default_factory=dict)
    """The dates that the user gave listings."""
    pairs: UserPairs = UserPairs()


Placing = tuple[AnyListing, int]
"""A list that names a paper, and the paper's rank in the list."""


def add_listing(
    catalogue: Catalogue,
    known: AnyListing,
    papers: Iterable[ParsedPaper],
    decided: Decided = Decided(),
    before: int = 0,
) -> ListingReceipt:
    """Add papers to a listing. Only within the catalogue's `transaction`.

    The listing has the date of its source; it is shown on the date that the user confirmed, if any. `before`: the
    number of papers that the listing has before these.
    """
    importer = _Importer(catalogue, decided)
    number, listing = importer.listing(known)
    added = importer.add((parsed, ((number, rank),)) for rank, parsed in enumerate(papers, before + 1))
    return ListingReceipt(**{name: getattr(added, name) for name in Added.__slots__}, listing=listing)


def add_papers(
    catalogue: Catalogue, papers: Iterable[tuple[ParsedPaper, Sequence[Placing]]], decided: Decided = Decided()
) -> Added:
    """Add papers, each to all lists that name it. Only within the catalogue's `transaction`."""
    importer = _Importer(catalogue, decided)
    return importer.add(
        (parsed, [(importer.listing(listing)[0], rank) for listing, rank in places]) for parsed, places in papers
    )


def record_all(catalogue: Catalogue, papers: Iterable[PlacedPaper]) -> Added:
    """Add papers to listings that the catalogue has already. Only within the catalogue's `transaction`."""
    listings = catalogue.connection.execute("SELECT id, date, feed FROM listings").fetchall()
    pages = {number: feed for number, _, feed in listings if is_page(feed)}
    return _record(catalogue, papers, {number: day for number, day, _ in listings}, pages, UserPairs())


_PIECE = 500
"""Captures that are recorded together."""


class _Importer:
    """One import, within a transaction of the catalogue."""

    def __init__(self, catalogue: Catalogue, decided: Decided) -> None:
        self._catalogue, self._decided = catalogue, decided
        self._listings: dict[AnyListing, tuple[int, Listing | ImportedFile]] = {}
        self._days: dict[int, str] = {}
        """The dates of listings as they are stored, by row id."""
        self._pages: dict[int, str] = {}
        """The feeds of listings that are pages, by row id."""
        follow_pairs(catalogue, decided.pairs)

    def listing(self, known: AnyListing) -> tuple[int, Listing | ImportedFile]:
        """The row id of a listing, which is created if it is new, and the listing as it is shown."""
        if known not in self._listings:
            self._listings[known] = self._file(known) if isinstance(known, ImportedFile) else self._dated(known)
        return self._listings[known]

    def add(self, papers: Iterable[PlacedPaper]) -> Added:
        """Add papers to listings given by row id."""
        return _record(self._catalogue, papers, self._days, self._pages, self._decided.pairs)

    def _file(self, file: ImportedFile) -> tuple[int, ImportedFile]:
        number, _, _ = self._stored(ListingName(file.feed), file.feed, None, "", guessed=False)
        self._days[number] = ""
        return number, file

    def _dated(self, listing: Listing | KnownListing) -> tuple[int, Listing]:
        known = listing if isinstance(listing, KnownListing) else KnownListing(name_of_listing(listing), listing)
        own, confirmed = known.own, self._decided.confirmed.get(known.name)
        number, day, guessed = self._stored(known.name, own.feed, own.printed, str(own.date), guessed=own.guessed)
        shown = Listing(own.feed, confirmed or date.fromisoformat(day), bool(guessed and not confirmed), own.printed)
        move_listing(self._catalogue.connection, number, str(shown.date), guessed=shown.guessed)
        self._days[number] = str(shown.date)
        if is_page(shown.feed):
            self._pages[number] = shown.feed
        return number, shown

    def _stored(
        self, name: ListingName, feed: str, printed: str | None, day: str, *, guessed: bool
    ) -> tuple[int, str, int]:
        """The row id of a listing, the date of its source, and whether it is guessed. A known date replaces a guess."""
        execute = self._catalogue.connection.execute
        execute(
            "INSERT INTO listings (name, feed, printed, date, guessed, own_date, own_guessed) "
            "VALUES (?1, ?2, ?3, ?4, ?5, ?4, ?5) ON CONFLICT (name) DO UPDATE SET "
            "own_date = iif(own_guessed > excluded.own_guessed, excluded.own_date, own_date), "
            "own_guessed = min(own_guessed, excluded.own_guessed), printed = coalesce(printed, excluded.printed)",
            (name, feed, printed, day, guessed),
        )
        found: tuple[int, str, int] = execute(
            "SELECT id, own_date, own_guessed FROM listings WHERE name = ?", (name,)
        ).fetchone()
        return found


def _record(
    catalogue: Catalogue,
    papers: Iterable[PlacedPaper],
    days: Mapping[int, str],
    pages: Mapping[int, str],
    pairs: UserPairs,
) -> Added:
    """Record captures, group their papers again, and count the dates. `days` and `pages` as in `Recorder`."""
    recorder = Recorder(catalogue.connection, days, pages, pairs.names())
    recorded: list[tuple[PlacedPaper, int]] = []
    rest = iter(papers)
    while piece := list(islice(rest, _PIECE)):
        recorded += zip(piece, recorder.record(piece), strict=True)
    seen_again = read_captures(catalogue.connection, recorder.seen_again).values()
    names = recorder.meeting.union(each.capture.own for each in seen_again)
    component = component_of(catalogue.connection, names, pairs)
    updated = update_papers(catalogue, component, pairs) if component else Updated()
    papers_of = {**recorder.papers, **updated.papers}
    changed = updated.changed | {papers_of[number] for number in recorder.updated}
    for day in set(days.values()):
        count_date(catalogue.connection, day)
    known = {paper for number, paper in papers_of.items() if number < recorder.first}
    added = _counted([(each, papers_of[number]) for each, number in recorded], known, changed)
    return replace(added, joined=updated.joined, grouped=len(updated.papers))


def _counted(recorded: Iterable[tuple[PlacedPaper, int]], known: Set[int], changed: Set[int]) -> Added:
    """Count captures, each given with its paper. `known` papers were in the catalogue before."""
    new: set[int] = set()
    seen: set[tuple[int, int]] = set()
    old = updated = 0
    repeated = []
    for (parsed, places), paper in recorded:
        fresh = {(listing, paper) for listing, _ in places} - seen
        if places and not fresh:
            repeated.append(parsed)
            continue
        seen |= fresh
        if paper in known or paper in new:
            old += 1
            updated += paper in changed and paper in known
        else:
            new.add(paper)
    return Added(len(new) + old, len(new), old, updated, tuple(repeated))
