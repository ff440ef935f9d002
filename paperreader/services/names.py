"""The names of papers, asked by whoever holds the lock of the reading state: a thread that has no catalogue open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreError
from paperreader.storage.catalogue import Catalogue


class CatalogueNames:
    """Which names the papers of a catalogue own, read over a connection that is opened when it is first needed.

    A catalogue that cannot be asked knows no names: decisions are then kept under the names by which they were made.
    """

    def __init__(self, opened: Callable[[], Catalogue]) -> None:
        self._open = opened
        self._catalogue: Catalogue | None = None
        self._file: tuple[int, int] | None = None

    def names_of(self, keys: Iterable[str]) -> Mapping[PaperKey, tuple[str, ...]]:
        """All names of papers, the best first, by any name of each; unknown ones are left out."""
        try:
            return self.opened().names_of(map(PaperKey, keys))
        except StoreError:
            return {}

    def bearers_of(self, names: Iterable[str]) -> Mapping[str, frozenset[PaperKey]]:
        """The papers of which a capture bears each name."""
        try:
            return self.opened().bearers_of(names)
        except StoreError:
            return {}

    def close(self) -> None:
        """Let the file go."""
        if self._catalogue:
            self._catalogue.close()
            self._catalogue = None

    def opened(self) -> Catalogue:
        """The catalogue of the file that is there now, for that thread alone; raises StoreError."""
        found = self._catalogue
        if found is None or _file_at(found.path) != self._file:
            self.close()
            found = self._catalogue = self._open()
            self._file = _file_at(found.path)
        return found


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file lies at a path; None: none that can be looked at."""
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino
