"""The session file stores the open list and paper, the sort orders and past queries."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paperreader.domain.dates import parse_iso
from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import FILE, SAVED, Place, Shelf, imported_file, make_shelf
from paperreader.domain.text import clean_line
from paperreader.files.atomic import replace_file

MAX_QUERIES = 100
"""Queries that are remembered."""
REMEMBERED = 50
"""Places whose paper and order are remembered."""
FOUND = "found"
"""Stands for results of a filter among the names of places."""


@dataclass(frozen=True, slots=True)
class Session:
    """The open list and paper, the orders of lists, and the query history."""

    place: Place | None = None
    paper: str | None = None
    papers: tuple[tuple[str, str], ...] = ()
    """The paper shown last in each place, by name of place; the place used last comes last."""
    orders: tuple[tuple[str, ListOrder], ...] = ()
    """The order chosen for each place and for filters, by name; the one chosen last comes last."""

    queries: tuple[str, ...] = ()
    """The query history, each query once, the newest last."""

    def at(self, place: Place, paper: str | None) -> "Session":
        """The session after the cursor moved to a paper."""
        others = tuple(item for item in self.papers if item[0] != str(place))[-REMEMBERED:]
        return replace(self, place=place, paper=paper, papers=(*others, (str(place), paper)) if paper else others)

    def keeping(self, query: str) -> "Session":
        """The session after a query was kept."""
        others = tuple(other for other in self.queries if other != query)
        return replace(self, queries=(*others, query)[-MAX_QUERIES:])

    def paper_of(self, place: Place) -> str | None:
        """The paper shown last in a place."""
        return dict(self.papers).get(str(place))

    def sorted_by(self, place: Place | None, order: ListOrder) -> "Session":
        """The session after an order was chosen for a place, or (None) for filters."""
        name = str(place or FOUND)
        others = tuple(item for item in self.orders if item[0] != name)[-REMEMBERED:]
        return replace(self, orders=others if order is default_order(place) else (*others, (name, order)))

    def order_of(self, place: Place | None) -> ListOrder:
        """The order of a place, or (None) of filters; else the usual one."""
        return dict(self.orders).get(str(place or FOUND), default_order(place))


def load_session(path: Path) -> Session:
    """The session in a file; a new one if the file is missing or damaged."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        place = values.get("place")
        papers, orders = values.get("papers", {}), values.get("orders", {})
        return Session(
            place=_parse_place(place) if isinstance(place, str) else None,
            paper=values["paper"] if isinstance(values.get("paper"), str) else None,
            papers=tuple((str(name), str(key)) for name, key in papers.items()),
            queries=_parse_queries(values.get("queries")),
            orders=tuple((str(name), ListOrder(order)) for name, order in orders.items() if order in list(ListOrder)),
        )
    except (OSError, ValueError, AttributeError, RecursionError):
        return Session()


def save_session(path: Path, session: Session) -> None:
    """Save a session. If the disk refuses, only the position is lost."""
    values = {
        "place": str(session.place) if session.place else None,
        "paper": session.paper,
        "papers": dict(session.papers),
        "queries": session.queries,
        "orders": dict(session.orders),
    }
    try:
        # ASCII escapes can hold a lone surrogate, which UTF-8 cannot.
        replace_file(path, json.dumps(values, indent=1).encode())
    except OSError:
        return


def _parse_place(text: str) -> Place | None:
    day: date | None = parse_iso(text)
    if day is None and text.startswith(SAVED):
        return make_shelf(text.removeprefix(SAVED))
    if day is None and text.startswith(FILE):
        return imported_file(text.removeprefix(FILE))
    return day or (Shelf(text) if text in list(Shelf) else None)


def _parse_queries(value: object) -> tuple[str, ...]:
    """The cleaned queries in a value."""
    queries = (clean_line(query) for query in value if isinstance(query, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(query for query in queries if query))[-MAX_QUERIES:]
