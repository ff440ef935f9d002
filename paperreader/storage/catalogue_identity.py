"""Finding out which stored paper a capture is, and that several stored ones are one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from paperreader.domain.dates import year_of
from paperreader.domain.identifiers import Identifier, PaperKey, paper_key, scheme_of, title_hash, title_key
from paperreader.domain.parsed import ParsedPaper, is_page
from paperreader.domain.text import clean_block, clean_lines
from paperreader.storage.catalogue import Catalogue
from paperreader.storage.catalogue_merging import Merging
from paperreader.storage.catalogue_records import (
    SELECT,
    Record,
    Work,
    is_same_work,
    is_same_work_at_one_rank,
    is_telling,
    read_record,
)
from paperreader.storage.reading_identities import text_name


class Identification:
    """The papers of a catalogue as captures are told from them, within its transaction.

    `settle` is called before the catalogue is asked of a paper, so that what is not written yet can be.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        same: Mapping[PaperKey, PaperKey],
        names: Mapping[str, PaperKey],
        distinct: Mapping[str, frozenset[str]],
        settle: Callable[[], None],
        knows: Callable[[PaperKey], bool],
    ) -> None:
        self._same, self._distinct, self._knows = same, distinct, knows
        self._known = {str(key): into for key, into in same.items()} | dict(names)
        self._holders = frozenset(self._known.values())
        """The keys under which decisions are kept that were joined."""
        self._merging = Merging(catalogue)
        self._settle = settle
        self._execute: Callable[..., sqlite3.Cursor] = catalogue.connection.execute
        self.merged = 0
        """How many papers were found to be other ones."""
        self._hashes: dict[str, str] = {}
        """The hashes of the titles of captures that come together."""
        self._present: set[str] = set()
        """Of the names that these captures may be found by, those that a stored paper has."""
        self._pages: dict[int, bool] = {}
        """Whether the lists of these numbers are pages."""

    def expect(self, captures: Sequence[ParsedPaper]) -> None:
        """Ask once for all names by which captures that come now could be found: of most there is nothing."""
        self._hashes = {parsed.title: title_hash(parsed.title) for parsed in captures}
        names = {str(name) for parsed in captures for name in parsed.identifiers}
        hashes = set(filter(None, self._hashes.values()))
        keys = names | {f"title:{hashed}" for hashed in hashes}
        self._present = {
            name
            for asked, column, table in (
                (names, "identifier", "identifiers"), (hashes, "title_hash", "titles"),
                (keys, "key", "papers"), (keys, "key", "merged"),
            )
            for (name,) in self._execute(
                f"SELECT asked.value FROM json_each(?) AS asked JOIN {table} ON {table}.{column} = asked.value",
                (json.dumps(sorted(asked)),),
            )
        }  # fmt: skip

    def hash_of(self, parsed: ParsedPaper) -> str:
        """The hash of a capture's title."""
        return self._hashes.get(parsed.title) or title_hash(parsed.title)

    def note(self, parsed: ParsedPaper, key: PaperKey) -> None:
        """Know of a paper that was stored since."""
        self._present.update(filter(None, (key, self.hash_of(parsed), *parsed.identifiers)))

    def _is_unknown(self, parsed: ParsedPaper) -> bool:
        """Whether no stored paper has any of the names of a capture that was expected."""
        hashed = self._hashes.get(parsed.title)
        return hashed is not None and self._present.isdisjoint((hashed, f"title:{hashed}", *parsed.identifiers))

    def own(self, parsed: ParsedPaper) -> ParsedPaper:
        """A capture with the first of its ids, and those of the others that the user did not tell from it."""
        if not self._distinct:
            return parsed
        kept: list[Identifier] = []
        for identifier in sorted(parsed.identifiers):
            if self._distinct.get(identifier, frozenset()).isdisjoint(kept):
                kept.append(identifier)
        return parsed if len(kept) == len(parsed.identifiers) else replace(parsed, identifiers=tuple(kept))

    def find(self, parsed: ParsedPaper, place: tuple[int, int] | None = None) -> Record | None:
        """The stored paper that a capture is. Several are made one that neither contradict each other nor are told
        apart.

        `place` is the number of a listing, and the capture's rank there.
        """
        if self._is_unknown(parsed) and not any(name in self._known for name in _names_of(parsed)):
            return None
        self._settle()
        member = self._member(*place, parsed) if place else None
        found = [member] if member else []
        for identifier in sorted(parsed.identifiers):  # in whatever order a source gives them
            found += self._records("JOIN identifiers ON paper = id WHERE identifier = ?", identifier)
        if self._known:
            found += self._decided(parsed)
        if not member:
            found += self._alike(parsed, found)
        first, *others = {record.id: record for record in found}.values() or [None]
        for other in others:
            if first and other and not self._are_two(first, other):
                first = self._merge(first, other)
        return first

    def key_of_new(self, parsed: ParsedPaper) -> PaperKey:
        """The key of a capture that is no stored paper: the one that decisions are kept under, if there is."""
        own = paper_key(parsed.identifiers, parsed.title)
        key = self._kept_key(parsed) or PaperKey(self._known.get(own, own))
        if key == own and key not in self._same and self._is_unknown(parsed):
            return key
        ordinal = 1
        while key in self._same or self._is_taken(key):
            ordinal += 1
            key = title_key(parsed.title, ordinal) if parsed.title else PaperKey(f"{own}-{ordinal}")
        return key

    def is_missed(self, record: Record, parsed: ParsedPaper) -> bool:
        """Whether what was decided about a capture's paper is kept under a key that no paper has any more.

        The catalogue was lost then, and another capture of the paper came first, by which that could not be known.
        """
        key = self._kept_key(parsed)
        return key not in (None, record.key) and not self._is_taken(key)

    def join(self, record: Record, key: PaperKey) -> None:
        """Make a stored paper that of a key under which decisions are kept."""
        self._settle()
        self._merging.merge(record.key, key)
        self.merged += 1

    def _kept_key(self, parsed: ParsedPaper) -> PaperKey | None:
        """The key under which what was decided about a capture's paper is kept, as far as its names say that."""
        if self._known and (key := next(filter(None, map(self._known.get, _names_of(parsed))), None)):
            return key
        keys = map(PaperKey, sorted(parsed.identifiers))
        if found := next((key for key in keys if self._knows(key) and not self._is_taken(key)), None):
            return found
        own = PaperKey(f"title:{self.hash_of(parsed)}")
        if parsed.identifiers or own in self._known or not self._knows(own):
            return None
        return own if is_telling(parsed.title) and not self._is_taken(own) else None

    def _is_taken(self, key: PaperKey) -> bool:
        """Whether a stored paper has a key, or had it before it was found to be another one."""
        return bool(
            self._execute(
                "SELECT 1 FROM papers WHERE key = ?1 UNION ALL SELECT 1 FROM merged WHERE key = ?1", (key,)
            ).fetchone()
        )

    def _member(self, listing: int, rank: int, parsed: ParsedPaper) -> Record | None:
        """The paper that holds this rank already, if its title is the same: the listing is imported again.

        The name of a page vouches for the titles that it lists in this order, so that even a damaged abstract leaves
        the paper what it is. Any other list may have something else of the same title at this rank by now.
        """
        # By the title, which few papers have, and not (+) by the listing, which may be a file of a million.
        rows = self._execute(
            f"{SELECT} JOIN titles ON titles.paper = id JOIN listed ON listed.paper = id "
            "WHERE titles.title_hash = ? AND +listing = ? AND rank = ? ORDER BY id",
            (self.hash_of(parsed), listing, rank),
        )
        members = (record for record in map(read_record, rows.fetchall()) if not self._is_another(record, parsed))
        return next(
            (record for record in members if self._is_page(listing) or self._is_at_its_rank(record, parsed)), None
        )

    def _is_at_its_rank(self, record: Record, parsed: ParsedPaper) -> bool:
        """Whether a stored paper is what its list has there now: most have the very text that is shown."""
        if record.abstract and record.content_hash == parsed.content_hash:
            return True
        return is_same_work_at_one_rank(self._work(record), _work_of(parsed))

    def _is_page(self, listing: int) -> bool:
        """Whether the list of a number is a page."""
        if listing not in self._pages:
            (feed,) = self._execute("SELECT feed FROM listings WHERE id = ?", (listing,)).fetchone()
            self._pages[listing] = is_page(feed)
        return self._pages[listing]

    def _decided(self, parsed: ParsedPaper) -> Iterator[Record]:
        """The stored papers that a capture is because that was decided of one of its names.

        One may bear its id as a key only: it came first, and is kept under the key with which it was joined.
        """
        for name in _names_of(parsed):
            yield from self._records("WHERE key = ?", self._known.get(name, name))

    def _alike(self, parsed: ParsedPaper, found: Sequence[Record]) -> Iterator[Record]:
        """The stored papers with the title of a parsed one that are the same work, and as those found before."""
        candidates = self._execute(
            f"{SELECT} JOIN titles ON paper = id WHERE titles.title_hash = ? ORDER BY id", (self.hash_of(parsed),)
        )
        alike = [_work_of(parsed)]
        is_certain = bool(found)
        for record in map(read_record, candidates.fetchall()):
            work = self._work(record)
            if not self._is_another(record, parsed) and all(is_same_work(other, work) for other in alike):
                yield record
                if not is_certain:
                    alike.append(work)

    def _work(self, record: Record) -> Work:
        """What tells a stored paper from others of its title."""
        return Work(record.title, [record.abstract, *self._other_texts(record)], record.authors, record.year)

    def _other_texts(self, record: Record) -> Iterator[str]:
        """The abstracts that a paper was seen with beside the one that is shown: of other versions, or of a page."""
        rows = self._execute("SELECT abstract FROM texts WHERE paper = ?", (record.id,))
        return (abstract for (abstract,) in rows.fetchall())

    def _merge(self, one: Record, other: Record) -> Record:
        """Make two papers one: under the key to which decisions went before, else that of the paper known longer."""
        first, second = sorted((one, other), key=lambda record: record.id)
        kept = self._holders
        if self._known.get(first.key) == second.key or (second.key in kept and first.key not in kept):
            first, second = second, first
        self._merging.merge(second.key, first.key)
        self.merged += 1
        return read_record(self._execute(f"{SELECT} WHERE id = ?", (first.id,)).fetchone())

    def _identifiers(self, record: Record) -> list[Identifier]:
        rows = self._execute("SELECT identifier FROM identifiers WHERE paper = ?", (record.id,))
        return [Identifier(identifier) for (identifier,) in rows]

    def _is_another(self, record: Record, parsed: ParsedPaper) -> bool:
        """Whether a stored paper is another one than a capture, by its ids or because the user said so."""
        return self._contradicts(record, parsed.identifiers) or self._are_told_apart(record, _names_of(parsed))

    def _are_two(self, one: Record, other: Record) -> bool:
        """The same of two stored papers."""
        return self._contradicts(one, self._identifiers(other)) or self._are_told_apart(one, self._names(other))

    def _are_told_apart(self, record: Record, names: Iterable[str]) -> bool:
        """Whether the user told a stored paper from one that has these names."""
        others = {other for name in names for other in self._distinct.get(name, ())} if self._distinct else set()
        return bool(others) and not others.isdisjoint(self._names(record))

    def _names(self, record: Record) -> set[str]:
        """All names of a stored paper, those included of papers that it was found to be."""
        papers = (self._merging.named(record.key), *self._merging.several(record.key))
        return {name for named in papers for name in named.names}

    def _records(self, condition: str, name: str) -> list[Record]:
        return [read_record(row) for row in self._execute(f"{SELECT} {condition}", (name,))]

    def _contradicts(self, record: Record, identifiers: Iterable[Identifier]) -> bool:
        """Whether a stored paper bears ids of a scheme of these, and none of these."""
        offered = set(identifiers)
        if not offered:
            return False
        stored = set(self._identifiers(record))
        shared = {scheme_of(identifier) for identifier in offered & stored}
        return any(scheme not in shared for scheme in set(map(scheme_of, offered)) & set(map(scheme_of, stored)))


def _work_of(parsed: ParsedPaper) -> Work:
    """What tells a capture from other papers of its title, cleaned as what is stored was."""
    authors = None if parsed.authors is None else tuple(clean_lines(parsed.authors))
    return Work(parsed.title, [clean_block(parsed.abstract)], authors, year_of(parsed.published))


def _names_of(parsed: ParsedPaper) -> list[str]:
    """The names by which a capture is known: its ids, else its text."""
    return sorted(parsed.identifiers) or [text_name(parsed.content_hash)]
