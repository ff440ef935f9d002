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
from paperreader.domain.listing import KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.parsed import ParsedPaper, is_page
from paperreader.domain.places import ImportedFile
from paperreader.domain.text import Safe
from paperreader.storage.catalogue.captures import component_of
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.papers import Updated, follow_pairs, rebuild_papers, update_papers
from paperreader.storage.catalogue.recorder import Came, Recorder


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
    joined: tuple[tuple[PaperKey, tuple[PaperKey, ...]], ...] = ()
    """The papers that this import merged: the key of each, and the keys that it had before."""
    grouped: int = 0
    """How many captures were grouped, with those that were there before."""


@dataclass(frozen=True, slots=True)
class ListingReceipt(Added):
    """The same of the papers of one listing, and how that is shown."""

    listing: Listing | ImportedFile = ImportedFile(Safe(""))


@dataclass(frozen=True, slots=True)
class Decided:
    """The decisions of the user that an import follows."""

    confirmed: Mapping[ListingName, date] = field(default_factory=dict)
    """The dates of listings that the user set."""
    pairs: UserPairs = UserPairs()
    """The user's pairs of names."""


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


_PIECE = 500
"""Captures that are recorded together."""


class _Importer:
    """One import's view of the catalogue, within its transaction."""

    def __init__(self, catalogue: Catalogue, decided: Decided) -> None:
        self._catalogue, self._decided = catalogue, decided
        self._execute = catalogue.connection.execute
        self._listings: dict[Listing | KnownListing | ImportedFile, tuple[int, Listing | ImportedFile]] = {}
        self._days: dict[int, str] = {}
        """The dates of listings by their numbers, as they are stored."""
        self._pages: dict[int, str] = {}
        """The feeds of those that are pages."""
        follow_pairs(catalogue, decided.pairs)

    def listing(self, known: Listing | KnownListing | ImportedFile) -> tuple[int, Listing | ImportedFile]:
        """The number of a listing, which may be new, and how it is shown."""
        if known not in self._listings:
            if isinstance(known, ImportedFile):
                number, _, _ = self._listing(ListingName(known.feed), known.feed, None, "", guessed=False)
                self._listings[known], self._days[number] = (number, known), ""
            else:
                named = known if isinstance(known, KnownListing) else KnownListing(name_of_listing(known), known)
                number, shown = self._listed_as(named, self._decided.confirmed.get(named.name))
                self._listings[known], self._days[number] = (number, shown), str(shown.date)
                if is_page(shown.feed):
                    self._pages[number] = shown.feed
        return self._listings[known]

    def add(self, papers: Iterable[Came]) -> Added:
        """Add papers to the listings of these numbers, under these ranks."""
        return _record(self._catalogue, papers, self._days, self._pages, self._decided.pairs)

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


def record_all(catalogue: Catalogue, papers: Iterable[Came]) -> Added:
    """Add papers to existing listings. Only within the catalogue's `transaction`."""
    listings = catalogue.connection.execute("SELECT id, date, feed FROM listings").fetchall()
    pages = {number: feed for number, _, feed in listings if is_page(feed)}
    added = _record(catalogue, papers, {number: day for number, day, _ in listings}, pages, UserPairs())
    for day in {day for _, day, _ in listings}:
        catalogue.count_date(day)
    return added


def _record(
    catalogue: Catalogue, papers: Iterable[Came], days: Mapping[int, str], pages: Mapping[int, str], pairs: UserPairs
) -> Added:
    """Record captures and group their papers again."""
    recorder = Recorder(catalogue.connection, days, pages, pairs.names())
    came: list[tuple[Came, int]] = []
    rest = iter(papers)
    while piece := list(islice(rest, _PIECE)):
        came += zip(piece, recorder.record(piece), strict=True)
    updated = Updated()
    if recorder.meeting:
        component = component_of(catalogue.connection, recorder.meeting, pairs)
        updated = update_papers(catalogue, component, pairs)
    papers_of = {**recorder.papers, **updated.papers}
    changed = updated.changed | rebuild_papers(catalogue, {papers_of[number] for number in recorder.seen_again})
    changed |= {papers_of[number] for number in recorder.refigured}
    known = {paper for number, paper in papers_of.items() if number < recorder.first}
    added = _account([(each, papers_of[number]) for each, number in came], known, changed)
    return replace(added, joined=updated.joined, grouped=len(updated.papers))


def _account(came: Iterable[tuple[Came, int]], known: Set[int], changed: Set[int]) -> Added:
    """The account of captures, each given with its paper; `known` papers were there before."""
    new: set[int] = set()
    seen: set[tuple[int, int]] = set()
    old = updated = 0
    repeated = []
    for (parsed, places), paper in came:
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
