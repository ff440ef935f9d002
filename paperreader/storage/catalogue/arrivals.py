"""Tells which papers arrived since a capture."""

from __future__ import annotations

from array import array

from paperreader.storage.catalogue.catalogue import Catalogue


def newest_capture(catalogue: Catalogue) -> tuple[int, int]:
    """The number and the fingerprint of the newest capture; zeros in an empty catalogue."""
    row = catalogue.select_one("SELECT id, fingerprint FROM captures ORDER BY id DESC LIMIT 1")
    return (int(row[0]), int(row[1])) if row else (0, 0)


def has_capture(catalogue: Catalogue, number: int, fingerprint: int) -> bool:
    """Whether a capture has this number and this fingerprint; number 0 is the start of every catalogue."""
    query = "SELECT 1 FROM captures WHERE id = ? AND fingerprint = ?"
    return number == 0 or catalogue.select_one(query, (number, fingerprint)) is not None


def arrived_between(catalogue: Catalogue, after: int, last: int) -> array[int]:
    """The papers whose first capture came after one capture and not after another."""
    query = """SELECT paper FROM captures WHERE paper IN (SELECT paper FROM captures WHERE id > ? AND id <= ?)
        GROUP BY paper HAVING min(id) > ? ORDER BY min(id)"""
    return array("q", (paper for (paper,) in catalogue.select(query, (after, last, after))))
