"""Selections of papers by number: the papers that bear a fact, and papers in the order of a list.

`among`: only these papers matter, so that a short list costs no walk through the whole library.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from paperreader.domain.list_order import ListOrder
from paperreader.storage.catalogue.columns import addresses_of, ids_among, names_in, names_of
from paperreader.storage.catalogue.listings import CatalogueListings

_NEWEST = "newest DESC, newest_rank"
_BY = {
    ListOrder.RANK: "newest_rank",
    ListOrder.NEWEST: _NEWEST,
    ListOrder.UPVOTES: "upvotes DESC",
    ListOrder.TITLE: "title_order",
}
_OF_ALL = {
    ListOrder.RANK: "newest_rank, newest DESC, id",
    ListOrder.NEWEST: f"{_NEWEST}, id",
    ListOrder.UPVOTES: f"upvotes DESC, {_NEWEST}, id",
    ListOrder.TITLE: f"title_order, {_NEWEST}, id",
}
"""As the indexes have them, or all papers would be read."""
_DATED = "WHERE newest > ''"
_PIECE = 1 << 16
"""Characters."""


class CatalogueSelection(CatalogueListings):
    """Papers of a library by their numbers: those that bear a fact, and any of them in order."""

    def ids_between(self, first: date, last: date) -> set[int]:
        """The papers listed on any date from the first to the last."""
        rows = self._rows(
            "SELECT DISTINCT paper FROM listed JOIN listings ON listings.id = listing WHERE date BETWEEN ? AND ?",
            (first.isoformat(), last.isoformat()),
        )
        return {paper for (paper,) in rows}

    def ids_in_feeds(self, name: str, *, is_whole: bool = False) -> set[int]:
        """The papers that feeds listed whose names begin so, or are just this, in whatever case."""
        rows = self._rows("SELECT DISTINCT feed FROM listings")
        name, is_meant = name.casefold(), str.__eq__ if is_whole else str.startswith
        feeds = [feed for (feed,) in rows if is_meant(feed.casefold(), name)]
        rows = self._rows(
            "SELECT DISTINCT paper FROM json_each(?) AS asked JOIN listings ON feed = asked.value "
            "JOIN listed ON listing = listings.id",
            (json.dumps(feeds),),
        )
        return {paper for (paper,) in rows}

    def ids_listed_again(self, among: Sequence[int] | None = None) -> set[int]:
        """The papers that more than one date lists."""
        where, values = _among("paper", among)
        rows = self._rows(
            f"SELECT paper FROM listed JOIN listings ON listings.id = listing WHERE date > '' AND {where} "
            "GROUP BY paper HAVING min(date) < max(date)",
            values,
        )
        return {paper for (paper,) in rows}

    def ids_with_upvotes(self, low: int | None, high: int | None, among: Sequence[int] | None = None) -> set[int]:
        """The papers whose largest known count of upvotes lies between the bounds that are given."""
        where, values = _among("paper", among)
        rows = self._rows(
            f"SELECT paper FROM listed WHERE upvotes IS NOT NULL AND {where} "
            "GROUP BY paper HAVING max(upvotes) BETWEEN ifnull(?, -1) AND ifnull(?, 9e15)",
            (*values, low, high),
        )
        return {paper for (paper,) in rows}

    def ids_named(self, beginnings: Iterable[str]) -> set[int]:
        """The papers of which an identifier or the key begins with one of these texts."""
        found: set[int] = set()
        for beginning in beginnings:
            bounds = (beginning, beginning + "\U0010ffff")
            found.update(paper for (paper,) in self._rows("SELECT id FROM papers WHERE key >= ? AND key < ?", bounds))
            rows = self._rows(
                "SELECT papers.id, papers.key, also FROM names JOIN captures ON captures.id = capture "
                "JOIN papers ON papers.id = paper WHERE name >= ? AND name < ?",
                bounds,
            )
            for paper, key, also in rows:  # a capture may bear an id that its paper does not own
                if any(name.startswith(beginning) for name in ids_among(names_in(key, also))):
                    found.add(paper)
        return found

    def ids_in_category(self, beginning: str, among: Sequence[int] | None = None) -> set[int]:
        """The papers with a subject class that begins so, in whatever case."""
        where, values = _among("id", among)
        beginning = beginning.casefold()
        # SQLite knows the two cases of ASCII alone, and `_` is any sign to it: what it finds is looked at again.
        like = f'%"{beginning}%' if re.fullmatch(r"[\w.-]*", beginning, re.ASCII) else "%"
        rows = self._rows(
            f"SELECT id, categories FROM shown WHERE (categories LIKE ? OR categories GLOB '*[^ -~]*') AND {where}",
            (like, *values),
        )
        return {
            paper
            for paper, categories in rows
            if any(name.casefold().startswith(beginning) for name in names_of(categories) or ())
        }

    def addresses_naming(
        self, texts: Iterable[str], among: Sequence[int] | None = None
    ) -> Iterator[tuple[int, tuple[tuple[str, str], ...]]]:
        """The addresses that sources give, by kind, of the papers in whose addresses or kinds one of these stands."""
        where, values = _among("id", among)
        texts = list(texts)
        named = " OR ".join("links LIKE ?" for _ in texts)
        for paper, links in self._rows(
            f"SELECT id, links FROM shown WHERE ({named}) AND {where}", (*(f"%{text}%" for text in texts), *values)
        ):
            yield paper, tuple(addresses_of(links))

    def abstracts_naming(self, hosts: Iterable[str], among: Sequence[int] | None = None) -> Iterator[tuple[int, str]]:
        """The abstracts in which the name of one of these hosts stands, by their papers' numbers."""
        where, values = _among("id", among)
        hosts = list(hosts)
        named = " OR ".join("abstract LIKE ?" for _ in hosts)
        yield from self._rows(
            f"SELECT id, abstract FROM shown WHERE ({named}) AND {where}", (*(f"%{host}%" for host in hosts), *values)
        )

    def all_ids(self, order: ListOrder = ListOrder.NEWEST, *, dated: bool = False) -> array[int]:
        """All papers, or all on any date; those that are equal newest listing first, then by rank."""
        # As one text: SQLite would take the interpreter for every row, which the keys need meanwhile.
        where = _DATED if dated else ""
        (ids,) = self._row(f"SELECT group_concat(id) FROM (SELECT id FROM papers {where} ORDER BY {_OF_ALL[order]})")
        return _numbers(ids or "")

    def first_ids(
        self, limit: int, offset: int = 0, order: ListOrder = ListOrder.NEWEST, *, dated: bool = False
    ) -> array[int]:
        """Some of all papers, or of those on any date, in the same order."""
        where = _DATED if dated else ""
        rows = self._rows(f"SELECT id FROM papers {where} ORDER BY {_OF_ALL[order]} LIMIT ? OFFSET ?", (limit, offset))
        return array("q", (paper for (paper,) in rows))

    def in_order(self, ids: Iterable[int], order: ListOrder = ListOrder.NEWEST) -> array[int]:
        """The papers with these numbers; those that are equal as they came."""
        rows = self._rows(
            "SELECT papers.id FROM json_each(?) AS asked JOIN papers ON papers.id = asked.value "
            f"ORDER BY {_BY[order]}, asked.key",
            (json.dumps(list(ids)),),
        )
        return array("q", (paper for (paper,) in rows))


def _among(column: str, papers: Sequence[int] | None) -> tuple[str, tuple[str, ...]]:
    """The condition that a row is one of certain papers', and its values."""
    if papers is None:
        return "TRUE", ()
    return f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(list(papers)),)


def _numbers(text: str) -> array[int]:
    """The numbers between the commas of a text, read in pieces of a millisecond or two."""
    numbers, start = array("q"), 0
    while start < len(text):
        end = text.find(",", start + _PIECE)
        end = len(text) if end < 0 else end
        numbers.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return numbers
