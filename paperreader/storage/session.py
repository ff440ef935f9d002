"""Where the user was when the reader was left: a convenience, so that losing or damaging the file costs nothing."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paperreader.domain.dates import parse_iso
from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.places import FILE, SAVED, Place, Shelf, imported_file, make_shelf
from paperreader.domain.text import clean_line
from paperreader.files.atomic import replace_file

MAX_QUERIES = 100
"""Queries that are remembered."""
REMEMBERED = 50
"""Places of which the paper and the order are remembered."""
FOUND = "found"
"""What stands for whatever a filter finds, among the names of places."""


@dataclass(frozen=True, slots=True)
class Session:
    """The list and the paper that were open, by place and key, the chosen theme and orders, and the queries kept."""

    place: Place | None = None
    paper: str | None = None
    theme: str | None = None
    papers: tuple[tuple[str, str], ...] = ()
    """The paper last looked at in each place, by the place's name; the last place used comes last."""
    orders: tuple[tuple[str, ListOrder], ...] = ()
    """The order that was chosen last in each place, by its name, and of what filters find; the last one comes last."""

    queries: tuple[str, ...] = ()
    """The queries that were kept in the filter bar, each once, the last one last."""

    def at(self, place: Place, paper: str | None) -> "Session":
        """The session after moving to a paper of a place."""
        others = tuple(item for item in self.papers if item[0] != str(place))[-REMEMBERED:]
        return replace(self, place=place, paper=paper, papers=(*others, (str(place), paper)) if paper else others)

    def keeping(self, query: str) -> "Session":
        """The session after a query was kept."""
        others = tuple(other for other in self.queries if other != query)
        return replace(self, queries=(*others, query)[-MAX_QUERIES:])

    def paper_of(self, place: Place) -> str | None:
        """The paper last looked at in a place."""
        return dict(self.papers).get(str(place))

    def sorted_by(self, place: Place | None, order: ListOrder) -> "Session":
        """The session after choosing the order of a place, or (None) of what filters find."""
        name = str(place or FOUND)
        others = tuple(item for item in self.orders if item[0] != name)[-REMEMBERED:]
        return replace(self, orders=others if order is default_order(place) else (*others, (name, order)))

    def order_of(self, place: Place | None) -> ListOrder:
        """The order chosen last in a place, or (None) of what a filter found, else the usual one."""
        return dict(self.orders).get(str(place or FOUND), default_order(place))


def load_session(path: Path) -> Session:
    """The session in a file; a new one where there is none that can be read."""
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        place = values.get("place")
        papers, orders = values.get("papers", {}), values.get("orders", {})
        return Session(
            place=_parse_place(place) if isinstance(place, str) else None,
            paper=values["paper"] if isinstance(values.get("paper"), str) else None,
            theme=values["theme"] if isinstance(values.get("theme"), str) else None,
            papers=tuple((str(name), str(key)) for name, key in papers.items()),
            queries=_parse_queries(values.get("queries")),
            orders=tuple((str(name), ListOrder(order)) for name, order in orders.items() if order in list(ListOrder)),
        )
    except (OSError, ValueError, AttributeError, RecursionError):
        return Session()


def save_session(path: Path, session: Session) -> None:
    """Write a session; a disk that refuses costs the user nothing but their place."""
    values = {
        "place": str(session.place) if session.place else None,
        "paper": session.paper,
        "theme": session.theme,
        "papers": dict(session.papers),
        "queries": session.queries,
        "orders": dict(session.orders),
    }
    try:
        # ASCII: JSON's escapes hold what UTF-8 cannot, a lone surrogate that was read from the file.
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
    """The queries in a value; they are shown, so that each is cleaned."""
    queries = (clean_line(query) for query in value if isinstance(query, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(query for query in queries if query))[-MAX_QUERIES:]
