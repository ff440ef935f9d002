"""What the world published: papers, their identifiers, and the listings that named them (SQLite, WAL).

Any number of processes read while one writes. A paper's number (`id`) is its name within this file only; what must
outlive the file goes by `PaperKey`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from paperreader.domain.captures import UserPairs
from paperreader.domain.identifiers import PaperKey, scheme_of, title_hash
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.text import Safe
from paperreader.storage.catalogue.changes import CatalogueChanges
from paperreader.storage.catalogue.columns import (
    addresses_of,
    block_of,
    count_of,
    ids_among,
    known_date_of,
    line_of,
    names_in,
    names_of,
    text_of,
    title_of,
)
from paperreader.storage.catalogue.connection import chunks, marks

if TYPE_CHECKING:
    from paperreader.storage.catalogue.captures import Stored


@dataclass(frozen=True, slots=True)
class TitleRow:
    """What a list shows of a paper."""

    id: int
    key: PaperKey
    title: Safe
    version: int | None = None
    standing: Standing | None = None
    names: tuple[str, ...] = ()
    """All names that it owns, its key first."""


@dataclass(frozen=True, slots=True)
class SearchText:
    """What a filter reads of a paper."""

    id: int
    title: str
    authors: str
    abstract: str


@dataclass(frozen=True, slots=True)
class EarlierText:
    """The texts of a paper as a capture gave them that lost against the one which is shown."""

    title: Safe
    abstract: Safe
    version: int | None = None


class Catalogue(CatalogueChanges):
    """The papers of a library and their listings."""

    def is_empty(self) -> bool:
        """Whether there is no paper, which costs less than counting them."""
        return self._row("SELECT 1 FROM papers LIMIT 1") is None

    def count(self) -> int:
        """How many papers there are."""
        (papers,) = self._row("SELECT count(*) FROM papers")
        return int(papers)

    def ids_of(self, keys: Iterable[str]) -> dict[PaperKey, int]:
        """The numbers of papers by key, by another owned name, or by the address of their title.

        Unknown names are left out, and names of more than one paper.
        """
        asked = list(keys)
        rows = self._rows(
            "SELECT papers.key, papers.id FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value",
            (json.dumps(asked),),
        )
        found = {PaperKey(key): paper for key, paper in rows}
        if len(found) < len(asked) and (rest := [key for key in asked if key not in found]):
            found |= {PaperKey(name): papers.pop() for name, papers in self._owners(rest).items() if len(papers) == 1}
        return found

    def names_of(self, keys: Iterable[str]) -> dict[PaperKey, tuple[str, ...]]:
        """All names that papers own, the best first, by any name of each; unknown names are left out."""
        asked = list(keys)
        rows = self._rows(
            "SELECT papers.key, also FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value",
            (json.dumps(asked),),
        )
        found = {PaperKey(key): names_in(key, also) for key, also in rows}
        if rest := [key for key in asked if key not in found]:
            ids = self.ids_of(rest)
            names = self.names_by_id(ids.values())
            found |= {name: names[paper] for name, paper in ids.items() if paper in names}
        return found

    def owning(self, documents: Iterable[tuple[str, ...]]) -> tuple[dict[int, tuple[str, ...]], list[tuple[str, ...]]]:
        """The papers that own a name of any document, by number, with all their names; and the documents without
        such a paper.
        """
        documents = list(documents)
        rows = self._rows(
            "SELECT asked.key, papers.id, trim(papers.key || ' ' || also) = trim(asked.value) "
            "FROM json_each(?) AS asked "
            "JOIN papers ON papers.key = substr(asked.value, 1, instr(asked.value, ' ') - 1)",
            (json.dumps([f"{' '.join(names)} " for names in documents]),),
        )
        # Nearly all documents have exactly the names of their paper; this query finds them.
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
        """All names that papers own, by their numbers."""
        rows = self._rows(
            "SELECT papers.id, papers.key, also FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value",
            (json.dumps(list(ids)),),
        )
        return {paper: names_in(key, also) for paper, key, also in rows}

    def bearers_of(self, names: Iterable[str]) -> dict[str, frozenset[PaperKey]]:
        """The papers that own each name or that have a capture with it."""
        asked = list(names)
        found = self._bearers(asked)
        for name, papers in self._owners(asked).items():
            found.setdefault(name, set()).update(papers)
        keys = self.keys_of({paper for papers in found.values() for paper in papers})
        return {name: frozenset(keys[paper] for paper in papers if paper in keys) for name, papers in found.items()}

    def _owners(self, names: Iterable[str]) -> dict[str, set[int]]:
        """The numbers of the papers that own each name, or whose title has this address.

        As the user's pairs have it, a paper may own what none of its captures bears, and not all that they bear.
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
        """The numbers of the papers that have a capture with each name. `title:` also finds short titles."""
        asked = {str(name): str(name) for name in names}
        asked |= {f"short:{name.partition(':')[2]}": name for name in list(asked) if scheme_of(name) == "title"}
        found: dict[str, set[int]] = {}
        rows = self._rows(
            "SELECT name, paper FROM json_each(?) AS asked JOIN names ON name = asked.value "
            "JOIN captures ON captures.id = capture",
            (json.dumps(list(asked)),),
        )
        for name, paper in rows:
            found.setdefault(asked[name], set()).add(paper)
        return found

    def pairs_applied(self, names: Iterable[str] | None = None) -> UserPairs:
        """The user's pairs that the papers were derived with; with `names` only pairs with any of them."""
        pairs: dict[str, set[tuple[str, str]]] = {"same": set(), "distinct": set()}
        which = ""
        if names is not None:
            which = "WHERE one IN (SELECT value FROM json_each(?1)) OR other IN (SELECT value FROM json_each(?1))"
        asked = () if names is None else (json.dumps(list(names)),)
        for kind, one, other in self._rows(f"SELECT kind, one, other FROM applied {which}", asked):
            pairs.setdefault(text_of(kind), set()).add((text_of(one), text_of(other)))
        return UserPairs(frozenset(pairs["same"]), frozenset(pairs["distinct"]))

    def keys_of(self, ids: Iterable[int]) -> dict[int, PaperKey]:
        """The keys of papers by their numbers."""
        rows = self._rows(
            "SELECT papers.id, papers.key FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value",
            (json.dumps(list(ids)),),
        )
        return {paper: PaperKey(key) for paper, key in rows}

    def rows(self, ids: Sequence[int]) -> list[TitleRow]:
        """What a list shows of papers, in the order asked for."""
        found = {
            paper: TitleRow(
                paper, PaperKey(key), title_of(title, key), count_of(version), _standing(standing), names_in(key, also)
            )
            for chunk in chunks(ids)
            for paper, key, also, title, version, standing in self._rows(
                f"SELECT id, key, also, title, version, standing FROM shown WHERE id IN ({marks(chunk)})", chunk
            )
        }
        return [found[paper] for paper in ids if paper in found]

    def papers(self, ids: Sequence[int]) -> list[Paper]:
        """Papers, whole, in the order asked for."""
        found = self.numbered(ids)
        return [found[paper] for paper in ids if paper in found]

    def numbered(self, ids: Sequence[int]) -> dict[int, Paper]:
        """Papers, whole, by their numbers."""
        found: dict[int, Paper] = {}
        for chunk in chunks(ids):
            for row in self._rows(
                "SELECT id, key, also, title, abstract, authors, published, categories, links, version, standing "
                f"FROM shown WHERE id IN ({marks(chunk)})",
                chunk,
            ):
                found[row[0]] = _paper(row)
        return found

    def earlier_texts(self, paper: int) -> list[EarlierText]:
        """The texts of a paper that are not shown, those first that came next to it."""
        numbers = [number for (number,) in self._rows("SELECT id FROM captures WHERE paper = ?", (paper,))]
        if len(numbers) < 2:
            return []
        from paperreader.domain.built_paper import build_paper, earlier_texts  # 3 ms that few papers need
        from paperreader.storage.catalogue.captures import read_captures

        captures = [each.capture for each in read_captures(self.connection, numbers).values()]
        return [
            EarlierText(line_of(capture.title), block_of(capture.abstract), capture.version)
            for capture in earlier_texts(captures, build_paper(captures).shown)
        ]

    def search_texts(self, ids: Sequence[int]) -> Iterator[SearchText]:
        """What a filter reads of papers, in no certain order."""
        for chunk in chunks(ids):
            for paper, key, title, authors, abstract in self._rows(
                f"SELECT id, key, title, authors, abstract FROM shown WHERE id IN ({marks(chunk)})", chunk
            ):
                yield SearchText(paper, title_of(title, key), ", ".join(names_of(authors) or ()), block_of(abstract))

    def authors_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The names of the authors of each of these papers of which they are known."""
        for chunk in chunks(ids):
            rows = self._rows(f"SELECT authors FROM shown WHERE id IN ({marks(chunk)}) ORDER BY id", chunk)
            yield from (names for (authors,) in rows if (names := names_of(authors)))

    def categories_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The subject classes of each of these papers of which they are known."""
        for chunk in chunks(ids):
            rows = self._rows(f"SELECT categories FROM shown WHERE id IN ({marks(chunk)}) ORDER BY id", chunk)
            yield from (names for (categories,) in rows if (names := names_of(categories)))

    def ids_titled(self, title: str) -> list[int]:
        """The papers with a capture whose title has the same letters and digits."""
        hashed = title_hash(title)
        rows = self._rows(
            "SELECT DISTINCT paper FROM names JOIN captures ON captures.id = capture "
            "WHERE name IN (?, ?) ORDER BY paper",
            (f"title:{hashed}", f"short:{hashed}"),
        )
        return [paper for (paper,) in rows]

    def count_captures(self, paper: int) -> int:
        """The number of captures of a paper."""
        (count,) = self._row("SELECT count(*) FROM captures WHERE paper = ?", (paper,))
        return int(count)

    def captures_of_paper(self, key: PaperKey) -> list[Stored]:
        """The captures of a paper, in canonical order."""
        from paperreader.storage.catalogue.captures import captures_of, read_captures  # 5 ms that few verbs need

        found = read_captures(self.connection, captures_of(self.connection, self.ids_of([key]).values()))
        return sorted(found.values(), key=lambda each: each.capture.fingerprint)

    def shown_capture(self, key: PaperKey) -> int | None:
        """The number of the capture whose texts a paper shows."""
        row = self._row("SELECT shown FROM papers WHERE key = ?", (key,))
        return int(row[0]) if row else None

    def keys_starting(self, prefix: str, limit: int = 2) -> list[PaperKey]:
        """The keys of papers that own a name, or have a title address, with this beginning; at most `limit`."""
        found: set[PaperKey] = set()
        for name, key, also in self._rows(
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


def _paper(row: Sequence[Any]) -> Paper:
    _, key, also, title, abstract, authors, published, categories, links, version, standing = row
    people, classes, names = names_of(authors), names_of(categories), names_in(key, also)
    return Paper(
        key=PaperKey(names[0]),
        title=line_of(title),
        abstract=block_of(abstract),
        authors=None if people is None else tuple(map(line_of, people)),
        published=known_date_of(published),
        identifiers=ids_among(names),
        categories=None if classes is None else tuple(map(line_of, classes)),
        addresses=tuple(addresses_of(links)),
        version=count_of(version),
        standing=_standing(standing),
        names=names,
    )


def _standing(value: object) -> Standing | None:
    return Standing(value) if isinstance(value, str) and value in _STANDINGS else None


_STANDINGS = frozenset(Standing)
