"""What the world published: papers, their identifiers, and the listings that named them (SQLite, WAL).

Any number of processes read while one writes. A paper's number (`id`) is its name within this file only; what must
outlive the file goes by `PaperKey`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from paperreader.domain.identifiers import Identifier, PaperKey, title_hash
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.parsed import version_of
from paperreader.domain.text import Safe
from paperreader.storage.catalogue_connection import chunks, marks
from paperreader.storage.catalogue_orders import CatalogueOrders
from paperreader.storage.stored import (
    addresses_of,
    block_of,
    count_of,
    known_date_of,
    line_of,
    names_of,
    text_of,
    title_of,
)


@dataclass(frozen=True, slots=True)
class TitleRow:
    """What a list shows of a paper."""

    id: int
    key: PaperKey
    title: Safe
    version: int | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class Holder:
    """The paper that another one was found to be, by its key, and whether decisions about the two are joined."""

    key: PaperKey
    is_joined: bool


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


class Catalogue(CatalogueOrders):
    """The papers of a library and their listings."""

    def is_empty(self) -> bool:
        """Whether there is no paper, which costs less than counting them."""
        return self._row("SELECT 1 FROM papers LIMIT 1") is None

    def count(self) -> int:
        """How many papers there are."""
        (papers,) = self._row("SELECT count(*) FROM papers")
        return int(papers)

    def ids_of(self, keys: Iterable[PaperKey]) -> dict[PaperKey, int]:
        """The numbers of the papers that have these keys; unknown keys are left out."""
        rows = self._rows(
            "SELECT papers.key, papers.id FROM json_each(?) AS asked JOIN papers ON papers.key = asked.value",
            (json.dumps(list(keys)),),
        )
        return {PaperKey(key): paper for key, paper in rows}

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
            paper: TitleRow(paper, PaperKey(key), title_of(title, key), _version(weight), _standing(standing))
            for chunk in chunks(ids)
            for paper, key, title, weight, standing in self._rows(
                f"SELECT id, key, title, weight, standing FROM papers WHERE id IN ({marks(chunk)})", chunk
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
            names: dict[int, list[Identifier]] = {}
            for paper, identifier in self.identifiers_of(chunk):
                names.setdefault(paper, []).append(identifier)
            for row in self._rows(
                "SELECT id, key, title, abstract, authors, published, categories, links, weight, standing "
                f"FROM papers WHERE id IN ({marks(chunk)})",
                chunk,
            ):
                found[row[0]] = _paper(row, tuple(names.get(row[0], ())))
        return found

    def earlier_texts(self, paper: int) -> list[EarlierText]:
        """The texts of a paper that are not shown, those first that came next to it."""
        rows = self._rows("SELECT title, abstract, weight, content_hash FROM texts WHERE paper = ?", (paper,))
        if not (texts := list(rows)):
            return []
        from paperreader.storage.catalogue_records import text_rank  # 3 ms that few papers need

        found = []
        for title, abstract, weight, content_hash in texts:
            text, order = block_of(abstract), count_of(weight) or 0
            rank = text_rank(text_of(title), text, order, text_of(content_hash))
            found.append((rank, EarlierText(line_of(title), text, version_of(order))))
        return [text for _, text in sorted(found, key=itemgetter(0), reverse=True)]

    def identifiers_of(self, ids: Sequence[int]) -> Iterator[tuple[int, Identifier]]:
        """The identifiers of papers, each with the number of its paper."""
        for chunk in chunks(ids):
            for paper, identifier in self._rows(
                f"SELECT paper, identifier FROM identifiers WHERE paper IN ({marks(chunk)}) ORDER BY identifier",
                chunk,
            ):
                yield paper, Identifier(identifier)

    def search_texts(self, ids: Sequence[int]) -> Iterator[SearchText]:
        """What a filter reads of papers, in no certain order."""
        for chunk in chunks(ids):
            for paper, key, title, authors, abstract in self._rows(
                f"SELECT id, key, title, authors, abstract FROM papers WHERE id IN ({marks(chunk)})", chunk
            ):
                yield SearchText(paper, title_of(title, key), ", ".join(names_of(authors) or ()), block_of(abstract))

    def authors_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The names of the authors of each of these papers of which they are known."""
        for chunk in chunks(ids):
            rows = self._rows(f"SELECT authors FROM papers WHERE id IN ({marks(chunk)}) ORDER BY id", chunk)
            yield from (names for (authors,) in rows if (names := names_of(authors)))

    def categories_of(self, ids: Sequence[int]) -> Iterator[list[Safe]]:
        """The subject classes of each of these papers of which they are known."""
        for chunk in chunks(ids):
            rows = self._rows(f"SELECT categories FROM papers WHERE id IN ({marks(chunk)}) ORDER BY id", chunk)
            yield from (names for (categories,) in rows if (names := names_of(categories)))

    def has_merged(self) -> bool:
        """Whether any paper was found to be another one."""
        return self._row("SELECT 1 FROM merged LIMIT 1") is not None

    def holders(self, merged: PaperKey | None = None) -> dict[PaperKey, Holder]:
        """The papers that are what was merged, by the keys of that, or of one, in the order of merging."""
        rows = self._rows(
            "SELECT merged.key, papers.key, is_joined FROM merged JOIN papers ON papers.id = paper "
            + ("ORDER BY merged.rowid" if merged is None else "WHERE merged.key = ?"),
            () if merged is None else (merged,),
        )
        return {PaperKey(key): Holder(PaperKey(into), bool(is_joined)) for key, into, is_joined in rows}

    def merged_keys(self, beginning: str = "") -> dict[PaperKey, PaperKey]:
        """The keys that begin so of papers that were found to be other ones, and the keys of these."""
        rows = self._rows(
            "SELECT merged.key, papers.key FROM merged JOIN papers ON papers.id = paper "
            "WHERE merged.key >= ? AND merged.key < ?",
            (beginning, beginning + "\U0010ffff"),
        )
        return {PaperKey(key): PaperKey(now) for key, now in rows}

    def key_of_identifier(self, identifier: Identifier) -> PaperKey | None:
        """The key of the paper that bears an identifier."""
        row = self._row("SELECT key FROM identifiers JOIN papers ON id = paper WHERE identifier = ?", (identifier,))
        return PaperKey(row[0]) if row else None

    def ids_titled(self, title: str) -> list[int]:
        """The papers that were ever seen with a title of the same letters and digits."""
        rows = self._rows("SELECT paper FROM titles WHERE title_hash = ? ORDER BY paper", (title_hash(title),))
        return [paper for (paper,) in rows]

    def keys_starting(self, prefix: str, limit: int = 2) -> list[PaperKey]:
        """The first keys that begin so."""
        rows = self._rows(
            "SELECT key FROM papers WHERE key >= ? AND key < ? ORDER BY key LIMIT ?",
            (prefix, prefix + "\U0010ffff", limit),
        )
        return [PaperKey(key) for (key,) in rows]


def _paper(row: Sequence[Any], identifiers: tuple[Identifier, ...]) -> Paper:
    _, key, title, abstract, authors, published, categories, links, weight, standing = row
    names, classes = names_of(authors), names_of(categories)
    return Paper(
        key=PaperKey(key),
        title=line_of(title),
        abstract=block_of(abstract),
        authors=None if names is None else tuple(map(line_of, names)),
        published=known_date_of(published),
        identifiers=identifiers,
        categories=None if classes is None else tuple(map(line_of, classes)),
        addresses=tuple(addresses_of(links)),
        version=_version(weight),
        standing=_standing(standing),
    )


def _version(weight: object) -> int | None:
    return version_of(count_of(weight) or 0)


def _standing(value: object) -> Standing | None:
    return Standing(value) if isinstance(value, str) and value in _STANDINGS else None


_STANDINGS = frozenset(Standing)
