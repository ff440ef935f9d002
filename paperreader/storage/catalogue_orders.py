"""The orders in which the catalogue gives papers, each kept in an index: to sort a list reads no paper."""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable

from paperreader.domain.list_order import ListOrder
from paperreader.storage.catalogue_changes import CatalogueChanges

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


class CatalogueOrders(CatalogueChanges):
    """The papers of a library in any order but that of what was decided about them."""

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


def _numbers(text: str) -> array[int]:
    """The numbers between the commas of a text, read in pieces of a millisecond or two."""
    numbers, start = array("q"), 0
    while start < len(text):
        end = text.find(",", start + _PIECE)
        end = len(text) if end < 0 else end
        numbers.extend(map(int, text[start:end].split(",")))
        start = end + 1
    return numbers
