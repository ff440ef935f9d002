"""Rows that are new to the catalogue, written many together: a statement for each costs more than its rows."""

import sqlite3
from collections.abc import Sequence
from typing import Any


class Additions:
    """Rows that are not written yet, and the numbers of the papers among them. Only within a `transaction`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._rows: dict[str, list[Sequence[Any]]] = {}
        self._last: int | None = None

    def add(self, statement: str, row: Sequence[Any]) -> None:
        """Have a row written by a statement, behind those of statements that came before."""
        self._rows.setdefault(statement, []).append(row)

    def next_number(self) -> int:
        """The number of a new paper."""
        if self._last is None:
            (self._last,) = self._connection.execute("SELECT ifnull(max(id), 0) FROM papers").fetchone()
        self._last += 1
        return self._last

    def write(self) -> None:
        """Write them: before anything is asked of the catalogue that they could answer, and in the end."""
        for statement, rows in self._rows.items():
            self._connection.executemany(statement, rows)
        self._rows.clear()
        self._last = None  # others may write papers now
