"""The catalogue: what sources published about papers, and the listings that name them (SQLite, WAL).

Any number of processes read while one writes. A paper's number (`id`) is valid within this file only. Whatever must
outlive the file uses `PaperKey`.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from paperreader.domain.captures import UserPairs
from paperreader.domain.dates import KnownDate
from paperreader.domain.identifiers import PaperKey, scheme_of, title_hash
from paperreader.domain.list_order import ListOrder
from paperreader.domain.paper import Paper, Standing, has_code, links_to_code
from paperreader.domain.text import Safe
from paperreader.storage.catalogue.columns import (
    addresses_of,
    block_of,
    count_of,
    day_of,
    first_names_of,
    ids_among,
    known_date_of,
    line_of,
    names_in,
    names_of,
    numbers_in,
    standing_of,
    text_of,
    title_of,
)
from paperreader.storage.catalogue.connection import as_json
from paperreader.storage.catalogue.listings import CatalogueListings

if TYPE_CHECKING:
    from paperreader.storage.catalogue.captures import Stored


@dataclass(frozen=True, slots=True)
class TitleRow:
    """A paper as a row of a list."""

    id: int
    key: PaperKey
    title: Safe
    version: int | None = None
    standing: Standing | None = None
    names: tuple[str, ...] = ()
    """All names that the paper owns, its key first."""


@dataclass(frozen=True, slots=True)
class RowFacts:
    """The facts of a paper that a row of a list shows. None: unknown."""

    authors: tuple[Safe, ...] | None = None
    """The first authors."""
    author_count: int = 0
    category: Safe = Safe("")
    """The primary category; empty: unknown."""
    published: KnownDate | None = None
    newest: date | None = None
    """The newest date that lists the paper."""
    has_code: bool = False
    upvotes: int | None = None
    comments: int | None = None


@dataclass(frozen=True, slots=True)
class SearchText:
    """The texts of a paper that a filter searches."""

    id: int
    title: str
    authors: str
    abstract: str


@dataclass(frozen=True, slots=True)
class EarlierText:
    """Title and abstract of a paper from a capture that is not shown."""

    title: Safe
    abstract: Safe
    version: int | None = None


@dataclass(frozen=True, slots=True)
class CatalogueMark:
    """A moment of a catalogue: the name of the catalogue, the number of its newest change, and its edition."""

    catalogue: str
    change: int
    edition: str


SHOWN_AUTHORS = 3
"""Authors whom a row of a list names."""
_NEWEST = "newest DESC, newest_rank"
_BY = {
    ListOrder.RANK: "newest_rank",
    ListOrder.NEWEST: _NEWEST,
    ListOrder.UPVOTES: "upvotes DESC",
    ListOrder.TITLE: "title_order",
}
_INDEXED = {
    ListOrder.RANK: "newest_rank, newest DESC, id",
    ListOrder.NEWEST: f"{_NEWEST}, id",
    ListOrder.UPVOTES: f"upvotes DESC, {_NEWEST}, id",
    ListOrder.TITLE: f"title_order, {_NEWEST}, id",
}
"""The orders of all papers, exactly as the indexes have them. Other orders would read and sort the whole table."""
_DATED = "WHERE newest > ''"


class Catalogue(CatalogueListings):
    """The papers of a library and their listings."""

    def mark(self) -> CatalogueMark:
        """The present moment of the catalogue."""
        return CatalogueMark(*self.select_one("SELECT catalogue, change, name FROM edition"))

    def is_empty(self) -> bool:
        """Whether there is no paper. This is faster than `count`."""
        return self.select_one("SELECT 1 FROM papers LIMIT 1") is None

    def count(self) -> int:
        """The number of papers."""
        (papers,) = self.select_one("SELECT count(*) FROM papers")
        return int(papers)

    # Papers in order

    def all_ids(self, order: ListOrder = ListOrder.NEWEST, *, dated: bool = False) -> array[int]:
        """All papers, or (`dated`) all that a date lists. Ties: newest listing first, then by rank."""
        # One text: fetching each row would take the interpreter's lock, which key presses need meanwhile.
        (ids,) = self.select_one(
            f"SELECT group_concat(id) FROM (SELECT id FROM papers {_DATED if dated else ''} ORDER BY {_INDEXED[order]})"
        )
        return numbers_in(ids or "")

    def first_ids(
        self, limit: int, offset: int = 0, order: ListOrder = ListOrder.NEWEST, *, dated: bool = False
    ) -> array[int]:
        """The papers from `offset` on in the order of `all_ids`, at most `limit`."""
        where = _DATED if dated else ""
        rows = self.select(
            f"SELECT id FROM papers {where} ORDER BY {_INDEXED[order]} LIMIT ? OFFSET ?", (limit, offset)
        )
        return array("q", (paper for (paper,) in rows))

    def in_order(self, ids: Iterable[int], order: ListOrder = ListOrder.NEWEST) -> array[int]:
        """These papers in order. Ties keep their order."""
        rows = self.select(
            "SELECT papers.id FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value "
            f"ORDER BY {_BY[order]}, asked.key",
            (as_json(ids),),
        )
        return array("q", (paper for (paper,) in rows))

    # Papers by name

    def ids_of(self, keys: Iterable[str]) -> dict[PaperKey, int]:
        """The numbers of papers by their keys, other names or title addresses.

        Unknown names, and names of more than one paper, are left out.
        """
        return {key: paper for key, (paper, _) in self._named(keys).items()}

    def names_of(self, keys: Iterable[str]) -> dict[PaperKey, tuple[str, ...]]:
        """All names of papers, best first, by the key or name that was asked for. Unknown names are left out."""
        return {key: names for key, (_, names) in self._named(keys).items()}

    def _named(self, keys: Iterable[str]) -> dict[PaperKey, tuple[int, tuple[str, ...]]]:
        """The number and all names of each paper, by the key or name that was asked for."""
        asked = list(keys)
        rows = self.select(
            "SELECT papers.key, papers.id, also FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value",
            (as_json(asked),),
        )
        found = {PaperKey(key): (paper, names_in(key, also)) for key, paper, also in rows}
        if rest := [key for key in asked if key not in found]:
            owners = {name: papers.pop() for name, papers in self._owners(rest).items() if len(papers) == 1}
            names = self.names_by_id(owners.values())
            found |= {PaperKey(name): (paper, names[paper]) for name, paper in owners.items() if paper in names}
        return found

    def owners_of(
        self, documents: Iterable[tuple[str, ...]]
    ) -> tuple[dict[int, tuple[str, ...]], list[tuple[str, ...]]]:
        """The papers that own any name of these documents, with all names; and the documents without a paper.

        A document is given by its names.
        """
        documents = list(documents)
        rows = self.select(
            "SELECT asked.key, papers.id, trim(papers.key || ' ' || also) = trim(asked.value) "
            "FROM json_each(?) AS asked "
            "JOIN papers ON papers.key = substr(asked.value, 1, instr(asked.value, ' ') - 1)",
            (as_json(f"{' '.join(names)} " for names in documents),),
        )
        # Nearly all documents have exactly the names of their paper. This query finds them fast.
        found, others = {}, set(range(len(documents)))
        for place, paper, is_whole in rows:
            if is_whole:
                found[paper] = documents[place]
                others.discard(place)
        rest = [documents[place] for place in sorted(others)]
        ids = self.ids_of(name for names in rest for name in names) if rest else {}
        if more := set(ids.values()).difference(found):
            found |= self.names_by_id(more)
        return found, [names for names in rest if not any(PaperKey(name) in ids for name in names)]

    def names_by_id(self, ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """All names of papers, by their numbers."""
        rows = self.select(
            "SELECT papers.id, papers.key, also FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value",
            (as_json(ids),),
        )
        return {paper: names_in(key, also) for paper, key, also in rows}

    def keys_of(self, ids: Iterable[int]) -> dict[int, PaperKey]:
        """The keys of papers, by their numbers."""
        return {paper: PaperKey(names[0]) for paper, names in self.names_by_id(ids).items()}

    def bearers_of(self, names: Iterable[str]) -> dict[str, frozenset[PaperKey]]:
        """The papers that own each name or have a capture with it."""
        asked = list(names)
        found = self._bearers(asked)
        for name, papers in self._owners(asked).items():
            found.setdefault(name, set()).update(papers)
        keys = self.keys_of({paper for papers in found.values() for paper in papers})
        return {name: frozenset(keys[paper] for paper in papers if paper in keys) for name, papers in found.items()}

    def _owners(self, names: Iterable[str]) -> dict[str, set[int]]:
        """The papers that own each name, or whose title has this address.

        The user's pairs can give a paper a name that none of its captures has, and can take a name away.
        """
        asked = set(names)
        found = self._bearers(asked)
        pairs = self.pairs_applied()
        if not pairs.names():
            return found
        for name in asked.intersection(pairs.same_as):
            seen, waiting = {name}, [name]
            while waiting:
                partners = pairs.same_as.get(waiting.pop(), frozenset()) - seen
                seen |= partners
                waiting += partners
            found.setdefault(name, set()).update(*self._bearers(seen).values())
        owned = self.names_by_id({paper for papers in found.values() for paper in papers})
        return {
            name: {paper for paper in papers if scheme_of(name) == "title" or name in owned.get(paper, ())}
            for name, papers in found.items()
        }

    def _bearers(self, names: Iterable[str]) -> dict[str, set[int]]:
        """The papers that have a capture with each name. The address `title:` also finds short titles."""
        asked = {str(name): str(name) for name in names}
        asked |= {f"short:{name.partition(':')[2]}": name for name in list(asked) if scheme_of(name) == "title"}
        found: dict[str, set[int]] = {}
        rows = self.select(
            "SELECT name, paper FROM json_each(?) AS asked JOIN names ON name = asked.value "
            "JOIN captures ON captures.id = capture",
            (as_json(asked),),
        )
        for name, paper in rows:
            found.setdefault(asked[name], set()).add(paper)
        return found

    def pairs_applied(self) -> UserPairs:
        """The user's pairs by which the captures are grouped into papers."""
        pairs: dict[str, set[tuple[str, str]]] = {"same": set(), "distinct": set()}
        for kind, one, other in self.select("SELECT kind, one, other FROM applied"):
            pairs.setdefault(text_of(kind), set()).add((text_of(one), text_of(other)))
        return UserPairs(frozenset(pairs["same"]), frozenset(pairs["distinct"]))

    def keys_starting(self, prefix: str, limit: int = 2) -> list[PaperKey]:
        """The keys of papers with a name or title address that begins with `prefix`; at most `limit`."""
        found: set[PaperKey] = set()
        for name, key, also in self.select(
            "SELECT key, key, also FROM papers WHERE key >= ?1 AND key < ?2 UNION ALL SELECT name, key, also "
            "FROM names JOIN captures ON captures.id = capture JOIN papers ON papers.id = paper "
            "WHERE name >= ?1 AND name < ?2",
            (prefix, prefix + "\U0010ffff"),
        ):
            if scheme_of(name) == "title" or name in names_in(key, also):
                found.add(PaperKey(key))
            if len(found) == limit:
                break
        return sorted(found)

    def ids_titled(self, title: str) -> list[int]:
        """The papers with a capture whose title has the same letters and digits."""
        return sorted(self._bearers([f"title:{title_hash(title)}"]).get(f"title:{title_hash(title)}", ()))

    # Texts and facts

    def rows(self, ids: Sequence[int]) -> list[TitleRow]:
        """The rows that a list shows of papers, in the order of `ids`."""
        columns = "id, key, also, title, version, standing"
        found = {}
        for paper, key, also, title, *facts in self._shown(columns, ids):
            version, standing = count_of(facts[0]), standing_of(facts[1])
            found[paper] = TitleRow(paper, PaperKey(key), title_of(title, key), version, standing, names_in(key, also))
        return [found[paper] for paper in ids if paper in found]

    def row_facts(self, ids: Sequence[int]) -> dict[int, RowFacts]:
        """The facts that a list shows of papers."""
        # An abstract without an address has no link to code, and is not read.
        columns = "id, authors, categories, published, newest, links, iif(instr(abstract, '://'), abstract, '')"
        figures = (f"(SELECT max({name}) FROM listed WHERE paper = shown.id)" for name in ("upvotes", "comments"))
        return {paper: _row_facts(*row) for paper, *row in self._shown(f"{columns}, {', '.join(figures)}", ids)}

    def papers(self, ids: Sequence[int]) -> list[Paper]:
        """Papers in the order of `ids`."""
        found = self.papers_by_id(ids)
        return [found[paper] for paper in ids if paper in found]

    def papers_by_id(self, ids: Sequence[int]) -> dict[int, Paper]:
        """Papers by their numbers."""
        columns = "id, key, also, title, abstract, authors, published, categories, links, version, standing"
        return {number: _paper(*row) for number, *row in self._shown(columns, ids)}

    def search_texts(self, ids: Sequence[int]) -> Iterator[SearchText]:
        """The texts of papers that a filter searches, in any order."""
        for paper, key, title, authors, abstract in self._shown("id, key, title, authors, abstract", ids):
            yield SearchText(paper, title_of(title, key), ", ".join(names_of(authors) or ()), block_of(abstract))

    def authors_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The authors of each of these papers whose authors are known."""
        return (names for (authors,) in self._shown("authors", ids) if (names := names_of(authors)))

    def categories_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The categories of each of these papers whose categories are known."""
        return (names for (categories,) in self._shown("categories", ids) if (names := names_of(categories)))

    def _shown(self, columns: str, ids: Sequence[int]) -> Iterator[Any]:
        """Columns of the view `shown` for these papers, in any order."""
        where = "id IN (SELECT value FROM json_each(?))"
        return self.select(f"SELECT {columns} FROM shown WHERE {where} ORDER BY id", (as_json(ids),))

    # Captures

    def count_captures(self, paper: int) -> int:
        """The number of captures of a paper."""
        (count,) = self.select_one("SELECT count(*) FROM captures WHERE paper = ?", (paper,))
        return int(count)

    def captures_of_paper(self, key: PaperKey) -> list[Stored]:
        """The captures of a paper, in canonical order."""
        from paperreader.storage.catalogue.captures import captures_of, read_captures  # 5 ms that few commands need

        found = read_captures(self.connection, captures_of(self.connection, self.ids_of([key]).values()))
        return sorted(found.values(), key=lambda each: each.capture.fingerprint)

    def shown_capture(self, key: PaperKey) -> int | None:
        """The number of the capture whose texts a paper shows."""
        row = self.select_one("SELECT shown FROM papers WHERE key = ?", (key,))
        return int(row[0]) if row else None

    def earlier_texts(self, paper: int) -> list[EarlierText]:
        """The texts of a paper that are not shown, best first."""
        if self.count_captures(paper) < 2:
            return []
        from paperreader.domain.paper_building import build_paper, earlier_texts  # 3 ms that few papers need
        from paperreader.storage.catalogue.captures import captures_of, read_captures

        stored = read_captures(self.connection, captures_of(self.connection, [paper]))
        captures = [each.capture for each in stored.values()]
        return [
            EarlierText(line_of(capture.title), block_of(capture.abstract), capture.version)
            for capture in earlier_texts(captures, build_paper(captures).shown)
        ]

    # Inputs that are imported in pieces

    def unfinished(self, name: str) -> str | None:
        """The resume mark of an input, as its importer stored it; None: the input is unknown or complete."""
        row = self.select_one("SELECT mark FROM unfinished WHERE input = ?", (name,))
        return str(row[0]) if row else None

    def keep_unfinished(self, name: str, mark: str | None) -> None:
        """Store the resume mark of an input; None: the input is complete. Only within `transaction`."""
        self.connection.execute("DELETE FROM unfinished WHERE input = ?", (name,))
        if mark is not None:
            self.connection.execute("INSERT INTO unfinished VALUES (?, ?)", (name, mark))


def _row_facts(*row: Any) -> RowFacts:
    authors, categories, published, newest, links, abstract, upvotes, comments = row
    people, count = first_names_of(authors, SHOWN_AUTHORS)
    classes, _ = first_names_of(categories, 1)
    return RowFacts(
        authors=people,
        author_count=count,
        category=classes[0] if classes else Safe(""),
        published=known_date_of(published),
        newest=day_of(newest),
        has_code=links_to_code(addresses_of(links)) or has_code(text_of(abstract)),
        upvotes=count_of(upvotes),
        comments=count_of(comments),
    )


def _paper(*row: Any) -> Paper:
    key, also, title, abstract, authors, published, categories, links, version, standing = row
    people, classes, names = names_of(authors), names_of(categories), names_in(key, also)
    return Paper(
        key=PaperKey(names[0]),
        title=line_of(title),
        abstract=block_of(abstract),
        authors=None if people is None else tuple(people),
        published=known_date_of(published),
        identifiers=ids_among(names),
        categories=None if classes is None else tuple(classes),
        addresses=tuple(addresses_of(links)),
        version=count_of(version),
        standing=standing_of(standing),
        names=names,
    )
