"""The session file stores the open list and paper, the sort orders and past queries."""

import json
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from paperreader.domain.dates import parse_iso
from paperreader.domain.list_order import ListOrder, default_order
from paperreader.domain.lists import FILE, SAVED, TAG, Place, Shelf, SimilarList, TagList, imported_file, make_shelf
from paperreader.domain.reading_state import make_tags
from paperreader.domain.text import clean_line
from paperreader.files.atomic import replace_file

MAX_QUERIES = 100
"""Queries, and lines of the command line, that are remembered."""
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
    list_share: int | None = None
    """Percent of the lines that the list takes above the abstract."""
    page_columns: int | None = None
    """Columns of the abstract beside the list."""
    library: int | None = None
    """Columns of the library, which grows with its names."""

    knows_keys: bool = True
    """Whether the user knows that `s` and `r` go on; not so after an update from a version where they stayed."""
    commands: tuple[str, ...] = ()
    """The lines of the command line, each once, the newest last."""

    def at(self, place: Place, paper: str | None) -> "Session":
        """The session after the cursor moved to a paper."""
        if isinstance(place, SimilarList):
            return self
        others = tuple(item for item in self.papers if item[0] != str(place))[-REMEMBERED:]
        return replace(self, place=place, paper=paper, papers=(*others, (str(place), paper)) if paper else others)

    def keeping(self, query: str) -> "Session":
        """The session after a query was kept."""
        others = tuple(other for other in self.queries if other != query)
        return replace(self, queries=(*others, query)[-MAX_QUERIES:])

    def with_border(self, list_share: int, page_columns: int) -> "Session":
        """The session after the border between list and abstract was moved."""
        return replace(self, list_share=list_share, page_columns=page_columns)

    def keeping_command(self, line: str) -> "Session":
        """The session after a command was typed."""
        others = tuple(other for other in self.commands if other != line)
        return replace(self, commands=(*others, line)[-MAX_QUERIES:])

    def paper_of(self, place: Place) -> str | None:
        """The paper shown last in a place."""
        return dict(self.papers).get(str(place))

    def sorted_by(self, place: Place | None, order: ListOrder) -> "Session":
        """The session after an order was chosen for a place, or (None) for filters."""
        if isinstance(place, SimilarList):
            return self
        name = str(place or FOUND)
        others = tuple(item for item in self.orders if item[0] != name)[-REMEMBERED:]
        is_usual = order is default_order(place) and not isinstance(place, date)  # a date may be by interest
        return replace(self, orders=others if is_usual else (*others, (name, order)))

    def order_of(self, place: Place | None) -> ListOrder | None:
        """The order that the user chose for a place, or (None) for filters; None if the user chose none."""
        return dict(self.orders).get(str(place or FOUND))


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
            queries=_parse_lines(values.get("queries")),
            commands=_parse_lines(values.get("commands")),
            knows_keys=values.get("knows_keys") is True,
            list_share=_number(values, "list_share"),
            page_columns=_number(values, "page_columns"),
            library=_number(values, "library"),
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
        "commands": session.commands,
        "knows_keys": session.knows_keys,
        "orders": dict(session.orders),
        "list_share": session.list_share,
        "page_columns": session.page_columns,
        "library": session.library,
    }
    try:
        # ASCII escapes can hold a lone surrogate, which UTF-8 cannot.
        replace_file(path, json.dumps(values, indent=1).encode())
    except OSError:
        return


def _number(values: dict[str, object], name: str) -> int | None:
    value = values.get(name)
    return value if isinstance(value, int) and 0 < value < 1_000 else None


def _parse_place(text: str) -> Place | None:
    day: date | None = parse_iso(text)
    if day is None and text.startswith(SAVED):
        return make_shelf(text.removeprefix(SAVED))
    if day is None and text.startswith(TAG):
        return next((TagList(tag) for tag in make_tags([text.removeprefix(TAG)])), None)
    if day is None and text.startswith(FILE):
        return imported_file(text.removeprefix(FILE))
    return day or (Shelf(text) if text in list(Shelf) else None)


def _parse_lines(value: object) -> tuple[str, ...]:
    """The cleaned lines in a value."""
    lines = (clean_line(line) for line in value if isinstance(line, str)) if isinstance(value, list) else ()
    return tuple(dict.fromkeys(line for line in lines if line))[-MAX_QUERIES:]
