"""Looks up the names of papers for the thread that writes decisions, with a catalogue connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreError
from paperreader.storage.catalogue.catalogue import Catalogue


class CatalogueNames:
    """Reads the names of papers over a connection of its own, which is opened at the first use.

    If the catalogue does not open, no names are known. Decisions are then stored under the names that were given.
    """

    def __init__(self, open_catalogue: Callable[[], Catalogue]) -> None:
        self._open = open_catalogue
        self._catalogue: Catalogue | None = None
        self._file: tuple[int, int] | None = None

    def names_of(self, keys: Iterable[str]) -> Mapping[PaperKey, tuple[str, ...]]:
        """All names of papers, best first, by the name that was asked for; unknown names are left out."""
        try:
            return self.opened().names_of(keys)
        except StoreError:
            return {}

    def bearers_of(self, names: Iterable[str]) -> Mapping[str, frozenset[PaperKey]]:
        """The papers that own each name or have a capture with it."""
        try:
            return self.opened().bearers_of(names)
        except StoreError:
            return {}

    def close(self) -> None:
        """Close the connection."""
        if self._catalogue:
            self._catalogue.close()
            self._catalogue = None

    def opened(self) -> Catalogue:
        """The catalogue, opened again if another file has replaced it; raises StoreError."""
        found = self._catalogue
        if found is None or _file_at(found.path) != self._file:
            self.close()
            found = self._catalogue = self._open()
            self._file = _file_at(found.path)
        return found


def _file_at(path: Path) -> tuple[int, int] | None:
    """The device and inode of the file at a path; None if there is no file."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
