"""A library: the catalogue and the reading state of one folder, joined by paper.

A paper has the number of its row in the catalogue. A paper that the catalogue lost but that is starred, tagged or noted
is a kept paper: the reading state has a copy of its title, and its number is the negative number of this copy.
"""

from __future__ import annotations

import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import filterfalse, islice
from pathlib import Path
from typing import TYPE_CHECKING

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey, parse_identifier, scheme_of
from paperreader.domain.listing import DateCount
from paperreader.domain.lists import ImportedFile, Listed, Shelf, TagList
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import ReadingState, ReadingStatus
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import StoreError, UnknownPaper
from paperreader.files.system_calls import System
from paperreader.files.waiting import Patience
from paperreader.services.paper_names import CatalogueNames
from paperreader.storage.catalogue.catalogue import SHOWN_AUTHORS, Catalogue, RowFacts, SearchText, TitleRow
from paperreader.storage.catalogue.listings import follow_dates
from paperreader.storage.catalogue.schema import SCHEMA
from paperreader.storage.reading.document_format import Keepsake
from paperreader.storage.reading.store import ReadingStore
from paperreader.storage.reading.upgrade import UPGRADE

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.captures import UserPairs
    from paperreader.domain.history import Action, PastAction
    from paperreader.storage.reading.store import Settlement

_FILES = ("catalogue.sqlite", "reading.json", "reading-*.journal", "backups/reading-*.json")
"""A library has at least one of these files."""
AsOf = tuple[int, str, date]
"""What answers about a library depend on: its last action, the edition of its catalogue, and the day."""
MIN_PREFIX = 4
"""Characters of the shortest prefix that can stand for a key."""


def is_library(folder: Path) -> bool:
    """Whether a folder holds a library, or is unreadable."""
    is_unreadable = folder.is_dir() and not os.access(folder, os.R_OK | os.X_OK)
    return is_unreadable or any(next(folder.glob(name), None) for name in _FILES)


@dataclass(frozen=True, slots=True)
class Counts:
    """The counts of a library: its papers, its shelves, and every date, newest first."""

    papers: int
    shelves: dict[Shelf, int]
    dates: tuple[DateCount, ...]
    files: tuple[tuple[ImportedFile, int], ...] = ()
    """The imported files without a date, and the number of papers of each."""


class Library:
    """The papers of a folder and the decisions about them; raises StoreError if it cannot be opened.

    Without `needs_catalogue` a catalogue that cannot be opened is ignored: decisions work, and methods that read the
    catalogue raise StoreError.
    """

    def __init__(
        self,
        folder: Path,
        window: str = "shell",
        *,
        needs_catalogue: bool = True,
        patience: Patience = Patience(),
        system: System | None = None,
    ) -> None:
        self.folder = folder
        self._system, self._patience = system or System(), patience
        self.reading = ReadingStore(folder, window=window, system=self._system, patience=patience)
        self.catalogue = self._open_catalogue(is_optional=not needs_catalogue)
        self.names = CatalogueNames(self._open_catalogue)
        """Looks names up in the thread that writes decisions."""
        self._last_work: list[Callable[[], None]] = []
        self._notices: list[str] = []
        if not self.catalogue.refusal:
            self._convert(is_optional=not needs_catalogue)
        if self.catalogue.refusal:
            self._notices.append(f"papers cannot be shown, but decisions can be saved: {self.catalogue.refusal}")
            return
        with suppress(StoreError):  # a catalogue that cannot be written is read without the changes
            self._follow_decisions()
        if self.catalogue.is_empty() and not self.catalogue.notice:
            self._note_lost_papers()

    def today(self) -> date:
        """The day in the user's time zone."""
        return self.reading.now().astimezone().date()

    def as_of(self) -> AsOf:
        """What answers depend on now: if it is equal later, the answers are too."""
        return self.reading.seq, self.catalogue.edition(), self.today()

    # Lists

    def ids(self, place: Listed) -> array[int]:
        """The papers of a list: a date or file has followed, then unread papers first, a shelf its newest papers."""
        match place:
            case Shelf.ALL:
                return self.catalogue.all_ids()
            case Shelf.UNREAD | Shelf.FOR_YOU:
                done = self.ids_bearing(self.reading.done())
                return array("q", filterfalse(done.__contains__, self.catalogue.all_ids(dated=True)))
            case Shelf.STARRED:
                return self._in_order(self.ids_bearing(self.reading.starred()))
            case Shelf.LATER:
                return self._in_order(self.ids_with_status(ReadingStatus.LATER))
            case TagList():
                return self._in_order(self.ids_bearing(self.reading.with_tag(place.name.__eq__)))
            case _:
                ids = self.ranked_ids(place)
                states = self.states(ids)
                listed = (paper for paper in ids if paper in states)  # another process may have removed papers
                return array("q", sorted(listed, key=lambda paper: states[paper].turn))

    def ranked_ids(self, place: date | ImportedFile) -> array[int]:
        """The papers of a date or an imported file by rank."""
        return self.catalogue.ids_of_file(place) if isinstance(place, ImportedFile) else self.catalogue.ids_on(place)

    def is_empty(self) -> bool:
        """Whether the library has neither papers in the catalogue nor kept papers."""
        return self.catalogue.is_empty() and not self.reading.kept()

    def kept_ids(self) -> array[int]:
        """The kept papers, which the catalogue lost, newest first."""
        return _lost(self.ids_bearing(self.reading.kept()))

    def rows(self, ids: Sequence[int]) -> list[TitleRow]:
        """The rows that a list shows, in the order of the numbers."""
        rows = {row.id: row for row in self.catalogue.rows(ids)}
        rows |= {number: TitleRow(number, paper.key, paper.shown_title) for number, paper in self._kept(ids).items()}
        return [rows[number] for number in ids if number in rows]

    def row_facts(self, ids: Sequence[int]) -> dict[int, RowFacts]:
        """The facts that a list shows of papers; of a kept paper only the authors are known."""
        kept = {
            number: RowFacts(paper.authors[:SHOWN_AUTHORS], len(paper.authors))
            for number, paper in self._kept(ids).items()
            if paper.authors is not None
        }
        return self.catalogue.row_facts(ids) | kept

    def search_texts(self, ids: Sequence[int]) -> Iterator[SearchText]:
        """The texts that a filter searches, in no defined order."""
        yield from self.catalogue.search_texts(ids)
        for number, paper in self._kept(ids).items():
            yield SearchText(number, paper.shown_title, ", ".join(paper.authors or ()), paper.abstract)

    def ids_of(self, keys: Iterable[PaperKey]) -> dict[PaperKey, int]:
        """The numbers of papers by their keys, without unknown papers."""
        keys = list(keys)
        found = self.catalogue.ids_of(keys)
        kept = {key: number for key in keys if key not in found and (number := self.reading.kept_number(key))}
        return found | {key: -number for key, number in kept.items()}

    def papers_of(self, action: Action | PastAction) -> list[PaperKey]:
        """The papers of an action; for a merge or a split the papers that have its names now."""
        if not action.pair_changes:
            return action.papers
        numbers = self.ids_of(action.papers)
        firsts: dict[int, PaperKey] = {}
        for key in action.papers:
            if key in numbers:
                firsts.setdefault(numbers[key], key)
        return list(firsts.values()) or action.papers

    def ids_bearing(self, documents: Iterable[tuple[str, ...]]) -> set[int]:
        """The numbers of the papers that own a name of any document, and of kept papers that the catalogue lost."""
        found, kept = self._owners(documents)
        return kept.union(found)

    def ids_with_status(self, status: ReadingStatus) -> set[int]:
        """The papers with a status other than unread. If a paper has several documents, the last decision counts."""
        found, kept = self._owners(self.reading.with_status(status))
        return kept | {
            paper
            for paper, names in found.items()
            if self.reading.has_one_document(names) or self.reading.state(names[0], names).status is status
        }

    def _owners(self, documents: Iterable[tuple[str, ...]]) -> tuple[dict[int, tuple[str, ...]], set[int]]:
        """The papers that own a name of any document, with all their names, and the kept papers of documents."""
        found, lost = self.catalogue.owners_of(documents)
        return found, {-number for names in lost if (number := self.reading.kept_number(names[0]))}

    def keys_of(self, ids: Iterable[int]) -> dict[int, PaperKey]:
        """The keys of papers by their numbers."""
        ids = list(ids)
        return self.catalogue.keys_of(ids) | {
            number: PaperKey(names[0]) for number, names in self._kept_names(ids).items()
        }

    def state(self, key: PaperKey) -> ReadingState:
        """The reading state of a paper."""
        names = () if self.catalogue.refusal else self.catalogue.names_of([key]).get(key, ())
        return self.reading.state(key, names)

    def states(self, ids: Iterable[int]) -> dict[int, ReadingState]:
        """The reading states of papers by their numbers, without papers that no longer exist."""
        ids = list(ids)
        return self.reading.states(self.catalogue.names_by_id(ids) | self._kept_names(ids))

    def entries(self, ids: Sequence[int]) -> list[Entry]:
        """Papers with their lists and states, in the order of the numbers."""
        places, files = self.catalogue.places(ids), self.catalogue.files_of(ids)
        found = self.catalogue.papers_by_id(ids) | self._kept(ids)
        return [
            Entry(
                paper,
                tuple(places.get(number, ())),
                self.reading.state(paper.key, paper.names),
                tuple(files.get(number, ())),
            )
            for number in ids
            if (paper := found.get(number))
        ]

    def entry(self, key: PaperKey) -> Entry:
        """One paper; of a kept paper only what was copied. Raises UnknownPaper."""
        if number := self.ids_of([key]).get(key):
            return self.entries([number])[0]
        raise UnknownPaper(f"{key}: the catalogue has lost this paper; import its list again")

    def counts(self) -> Counts:
        """The counts that the date list and the header show, counted now."""
        done, starred = (self.ids_bearing(names) for names in (self.reading.done(), self.reading.starred()))
        done_on, starred_on = self.catalogue.tally(done), self.catalogue.tally(starred)
        feeds: dict[date, list[str]] = {}
        guessed = set()
        for listing in self.catalogue.listings():
            feeds.setdefault(listing.date, []).append(listing.feed)
            if listing.guessed:
                guessed.add(listing.date)
        dates = tuple(
            DateCount(
                date=day,
                guessed=day in guessed,
                papers=papers,
                unread=papers - done_on.get(day, 0),
                starred=starred_on.get(day, 0),
                feeds=tuple(feeds.get(day, ())),
            )
            for day, papers in self.catalogue.date_counts()
        )
        papers = self.catalogue.count()
        return Counts(
            papers=papers,
            shelves={
                Shelf.UNREAD: self.catalogue.count_dated() - len(self.catalogue.dated(done)),
                Shelf.STARRED: len(starred),
                Shelf.LATER: len(self.ids_with_status(ReadingStatus.LATER)),
                Shelf.ALL: papers,
            },
            dates=dates,
            files=tuple(self.catalogue.files()),
        )

    def tag_counts(self) -> dict[str, int]:
        """Every tag in use and the papers of its list, sorted by tag."""
        tagged = self.reading.tagged()
        found, kept = self._owners(names for names, _ in tagged)
        owners = {name: paper for paper, names in found.items() for name in names}
        owners |= {name: paper for paper in kept for name in self.reading.kept_names(-paper) or ()}
        pairs = {(owners[name], tag) for names, tags in tagged for name in names if name in owners for tag in tags}
        return dict(sorted(Counter(tag for _, tag in pairs).items()))

    # Papers by name

    def resolve(self, text: str) -> PaperKey:
        """The key of the paper that a key, an arXiv id or URL, a DOI or a unique prefix of a key names.

        Raises UnknownPaper if it names no paper, or more than one.
        """
        try:
            text.encode()
        except UnicodeEncodeError:
            raise UnknownPaper(f"{clean_line(text, 100)}: no such paper; a key is valid UTF-8 text") from None
        if self.catalogue.refusal:
            return self._resolve_alone(text, self.catalogue.refusal)
        meant = [PaperKey(text), *map(PaperKey, filter(None, [parse_identifier(text)]))]
        names = self.catalogue.names_of(meant)
        if key := next((PaperKey(names[key][0]) for key in meant if key in names), None):
            return key
        name = clean_line(text, 100)
        if several := next((keys for keys in self.catalogue.bearers_of(meant).values() if len(keys) > 1), None):
            keys = ", ".join(sorted(several))
            raise UnknownPaper(f"{name}: more than one paper has this name; use one of their keys: {keys}")
        if key := next((key for key in meant if self.reading.knows(key)), None):
            return key
        found = self._starting_with(text) if len(text) >= MIN_PREFIX else set()
        if len(found) == 1:
            return found.pop()
        if found:
            raise UnknownPaper(f"{name}: more than one paper has a key with this prefix; use more of the key")
        raise UnknownPaper(f"{name}: no such paper; paperreader list shows the keys of your papers")

    def keepsakes(self, keys: Sequence[PaperKey], listed_on: date | None = None) -> dict[PaperKey, Keepsake]:
        """The copies of titles, links and authors for a decision; `listed_on` is the date list of the decision."""
        if self.catalogue.refusal:
            return {}
        numbers = self.catalogue.ids_of(keys)
        ids = list(set(numbers.values()))
        papers, places = self.catalogue.papers_by_id(ids), {} if listed_on else self.catalogue.places(ids)
        newest = {number: found[0].listing.date for number, found in places.items()}
        return {
            key: Keepsake(paper.title, paper.page, paper.authors, listed_on or newest.get(number))
            for key, number in numbers.items()
            if (paper := papers.get(number))
        }

    # What is done

    def finish(self, future: Future[Action]) -> Action:
        """Wait for an action and apply it to the catalogue; the action. Raises StoreError."""
        action = self.reading.finish(future)
        if action.concerns_catalogue:
            self.try_apply_decisions()
        return action

    def try_apply_decisions(self) -> bool:
        """Apply the decisions to the catalogue; False, and a notice, if this must be done later.

        The decisions are stored already, even if the catalogue cannot be written.
        """
        try:
            self.apply_decisions()
        except StoreError as error:
            self._notices.append(f"saved, but not applied to the lists yet: {error}")
            return False
        return True

    def apply_decisions(self) -> None:
        """Apply identity decisions and dates to the catalogue; raises StoreError.

        Earlier versions stored decisions under the address of a title; these get the names of their papers.
        """
        self._follow_decisions()
        documents = {PaperKey(names[0]) for names in self.reading.names() if scheme_of(names[0]) == "title"}
        if names := self.catalogue.names_of(documents) if documents else {}:
            self.reading.finish(self.reading.rekey(UPGRADE, names, self.names))

    def _follow_decisions(self) -> None:
        follow_dates(self.catalogue, self.reading.dates())
        pairs = self.reading.pairs()
        if self.catalogue.pairs_applied() != pairs:
            from paperreader.storage.catalogue.papers import follow_pairs  # 10 ms that few starts need

            with self.catalogue.transaction():
                follow_pairs(self.catalogue, self.reading.pairs())

    def _convert(self, *, is_optional: bool) -> None:
        """Convert a catalogue of an earlier version; on StoreError an optional catalogue is closed."""
        if self.catalogue.schema() >= SCHEMA:
            return
        from paperreader.storage.catalogue.upgrade import convert_catalogue  # needed once

        self._patience.tell("converting the papers of an earlier version; this happens once and may take a minute")
        try:
            convert_catalogue(self.catalogue, self._rekey)
        except StoreError as error:
            self.catalogue.close()
            self.catalogue.refusal = error
            if not is_optional:
                self.reading.close()
                raise

    def _rekey(self, names: Mapping[PaperKey, tuple[str, ...]]) -> None:
        """Replace the keys of decisions of an earlier version by the names of their papers."""
        if decided := {key: owned for key, owned in names.items() if self.reading.knows(key)}:
            self.reading.finish(self.reading.rekey(UPGRADE, decided))

    def settle(self, name: str, settlement: Callable[[UserPairs], Settlement]) -> Action:
        """Change the user's pairs of names and group the papers again; raises StoreError."""
        return self.finish(self.reading.settle(name, settlement, self.names))

    # Life

    def reopen(self) -> Library:
        """The same library for another thread: a new connection to the catalogue, the same reading state."""
        other = object.__new__(Library)
        other.folder, other.reading, other.names = self.folder, self.reading, self.names
        other._system, other._patience = self._system, self._patience
        other.catalogue = other._open_catalogue()
        other._last_work, other._notices = [], []
        return other

    def take_notices(self) -> list[str]:
        """The notices since the last call, one line each: repairs, and work that failed."""
        notices = [*self.reading.take_notices(), *self._notices]
        self._notices.clear()
        if self.catalogue.notice:
            notices.append(self.catalogue.notice)
            self.catalogue.notice = None
        return notices

    def before_closing(self, work: Callable[[], None]) -> None:
        """Call `work` when the library is closed, after the last decision is stored."""
        self._last_work.append(work)

    def close(self) -> None:
        """Close the files; everything is saved already."""
        self.reading.close()
        for work in self._last_work:
            work()
        self.names.close()
        self.catalogue.close()

    def _open_catalogue(self, *, is_optional: bool = False) -> Catalogue:
        return Catalogue(
            self.folder / "catalogue.sqlite",
            patience=self._patience,
            synchronous=self._system.synchronous,
            is_optional=is_optional,
        )

    def _resolve_alone(self, text: str, refusal: StoreError) -> PaperKey:
        """The key of a text without the catalogue: any arXiv id or DOI, or a key with a decision."""
        identifier = parse_identifier(text)
        key = PaperKey(identifier or text)
        if identifier or self.reading.knows(key):
            return key
        raise UnknownPaper(f"{clean_line(text, 100)}: this paper has no decisions, and {refusal.reason}", refusal.cure)

    def _note_lost_papers(self) -> None:
        if decided := len({names[0] for names in (*self.reading.kept(), *self.reading.done())}):
            papers = f"{decided:,} paper{'' if decided == 1 else 's'}"
            self._notices.append(
                f"the catalogue is empty, but your decisions about {papers} are safe; import the papers again"
            )

    def _in_order(self, ids: Iterable[int]) -> array[int]:
        """Papers newest first, kept papers last."""
        return self.catalogue.in_order(sorted(ids)) + _lost(ids)

    def _starting_with(self, text: str) -> set[PaperKey]:
        """Keys with a prefix, at least two if there are two; the prefix may lack the scheme."""
        prefixes = [text] if ":" in text else [f"{scheme}:{text}" for scheme in ("arxiv", "doi", "text", "title")]
        if ":" not in text:
            prefixes.append(text)
        found = {key for prefix in prefixes for key in self.catalogue.keys_starting(prefix)}
        if found:
            return found
        decided = (key for key in self.reading.keys() if key.startswith(tuple(prefixes)))  # noqa: SIM118
        return set(islice(decided, 2))

    def _kept_names(self, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """The names of kept papers by their negative numbers, without papers that the catalogue has again."""
        kept = {number: names for number in ids if number < 0 and (names := self.reading.kept_names(-number))}
        present = self.catalogue.ids_of(PaperKey(name) for names in kept.values() for name in names) if kept else {}
        return {number: names for number, names in kept.items() if not any(PaperKey(name) in present for name in names)}

    def _kept(self, ids: Iterable[int]) -> dict[int, Paper]:
        """The kept papers among some numbers."""
        return {
            number: _kept_paper(names, keepsake)
            for number, names in self._kept_names(ids).items()
            if (keepsake := self.reading.keepsake(names[0]))
        }


def _lost(ids: Iterable[int]) -> array[int]:
    """The kept papers among some numbers, newest first."""
    return array("q", sorted(number for number in ids if number < 0))


def _kept_paper(names: tuple[str, ...], keepsake: Keepsake) -> Paper:
    """The paper of a keepsake; its identifiers are in its names and its link."""
    ids = (parse_identifier(text) for text in (*names, keepsake.link) if text)
    return Paper(
        key=PaperKey(names[0]),
        title=clean_line(keepsake.title),
        abstract=Safe(""),
        authors=tuple(map(clean_line, keepsake.authors)) if keepsake.authors is not None else None,
        identifiers=tuple(dict.fromkeys(name for name in ids if name)),
        names=names,
    )
