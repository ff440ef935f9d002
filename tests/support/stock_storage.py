"""TinyDB's own storages under the reading store: what the harnesses of this project must find wanting.

A store over them reads the file before each action and writes it afterwards, as TinyDB's own tables do.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from tinydb.middlewares import CachingMiddleware
from tinydb.storages import JSONStorage, Storage

from paperreader.errors import StoreBusy
from paperreader.files.system_calls import System
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.format import DocumentChange, JournalEntry, Snapshot, Tables
from paperreader.storage.journal.journal import Observer
from paperreader.storage.reading import store as reading_store

Result = TypeVar("Result")


class SeamFile:
    """A file for `JSONStorage` whose every system call goes through a System."""

    def __init__(self, system: System, path: Path) -> None:
        self._system = system
        self._descriptor = system.open(path, os.O_RDWR | os.O_CREAT)
        system.sync_folder(path.parent)
        self._place = 0
        self._unwritten = b""

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to a place."""
        self._place = offset + (self._system.size(self._descriptor) if whence == os.SEEK_END else 0)
        return self._place

    def tell(self) -> int:
        """The place."""
        return self._place

    def read(self) -> str:
        """All from the place on."""
        return self._system.read(self._descriptor, self._place).decode()

    def write(self, text: str) -> int:
        """Write when flushed."""
        self._unwritten += text.encode()
        return len(text)

    def flush(self) -> None:
        """Write what waits."""
        self._system.write(self._descriptor, self._unwritten, self._place)
        self._place, self._unwritten = self._place + len(self._unwritten), b""

    def fileno(self) -> int:
        """Sync: `JSONStorage` asks for the descriptor in order to do that, and syncs a folder in its place besides."""
        self._system.sync_data(self._descriptor)
        return _stand_in()

    def truncate(self) -> None:
        """Cut the file at the place."""
        self._system.truncate(self._descriptor, self._place)

    def close(self) -> None:
        """Let the file go."""
        self._system.close(self._descriptor)


@cache
def _stand_in() -> int:
    return os.open(tempfile.gettempdir(), os.O_RDONLY)


class StockStorage(Storage):
    """What `JournalStorage` offers a `ReadingStore`, over one of TinyDB's own storages."""

    read_only = None
    claimed = None

    def __init__(
        self,
        folder: Path,
        *,
        window: str = "window",
        system: System | None = None,
        clock: Callable[[], datetime],
        caching: bool = False,
        **_unused: object,
    ) -> None:
        self.window = window
        self.notices: list[str] = []
        self._clock = clock
        self.documents = Documents()
        self._observer: Observer = lambda _entry, _own: None
        self._past: list[JournalEntry] = []
        system = system or System()
        system.make_folder(folder)
        stock = JSONStorage.__new__(JSONStorage)
        stock._mode, stock.kwargs = "r+", {}
        stock._handle = cast(Any, SeamFile(system, folder / "reading.json"))
        self._stock: Storage = cast(Any, CachingMiddleware)(lambda: stock)() if caching else stock
        self.poll()

    @property
    def seq(self) -> int:
        """The number of the last action; TinyDB has none, so it is kept in a table of its own."""
        return int(self.documents.tables.get("actions", {}).get("1", {}).get("number", 0))

    def read(self) -> Tables | None:
        """The tables as they were when last read."""
        return self.documents.tables or None

    def write(self, data: dict[str, dict[str, Any]]) -> None:
        """Not how a reading store writes."""
        raise NotImplementedError

    def poll(self) -> bool:
        """Read the file; raises ValueError where it is no JSON."""
        tables = self._stock.read() or {}
        self.documents.take_over(Snapshot(1, 0, tables))
        self._observer(None, False)
        return True

    def submit(self, work: Callable[[], Result]) -> Future[Result]:
        """Do a piece of work on what the file holds, at once."""
        future: Future[Result] = Future()
        try:
            self.poll()
            future.set_result(work())
        except Exception as error:  # noqa: BLE001 - carried to the caller, whatever it is
            future.set_exception(error)
        return future

    def finish(self, future: Future[Result]) -> Result:
        """The result."""
        return future.result()

    def exclusively(self, work: Callable[[], Result]) -> Result:
        """The result of a piece of work."""
        return work()

    def append(self, name: str, changes: Iterable[DocumentChange], undoes: int | None = None) -> JournalEntry | None:
        """Change the documents and write all of them."""
        real = tuple(change for change in changes if change.before != change.after)
        if not real:
            return None
        entry = JournalEntry(self.seq + 1, self._clock().isoformat(), self.window, name, real, undoes)
        self._past.append(entry)
        self.documents.apply(entry)
        self.documents.tables["actions"] = {"1": {"number": entry.seq}}
        self._stock.write(cast(dict[str, dict[str, Any]], self.documents.tables))
        self._observer(entry, True)
        return entry

    def compact(self) -> None:
        """There is one file only."""

    def observe(self, observer: Observer) -> None:
        """Call back when documents may have changed."""
        self._observer = observer

    def mark(self) -> None:
        """Nothing that is derived from these documents can be followed."""

    def since(self, mark: object) -> None:
        """Nor told."""

    def past_entries(self, before: int | None = None, about: object = None) -> Iterator[JournalEntry]:
        """The actions of this process: TinyDB keeps none."""
        del about
        return (entry for entry in reversed(self._past) if before is None or entry.seq < before)

    def holder(self) -> None:
        """There is no lock."""

    def busy(self) -> StoreBusy:
        """There is no lock."""
        return StoreBusy("")

    def close(self) -> None:
        """Let the file go."""
        self._stock.close()


class CachingStorage(StockStorage):
    """The same over TinyDB's CachingMiddleware."""

    def __init__(self, folder: Path, **options: Any) -> None:
        super().__init__(folder, caching=True, **options)


STOCK = {"JSONStorage": StockStorage, "CachingMiddleware": CachingStorage}
"""TinyDB's storages by name."""


def use_stock(name: str, system: System | None = None) -> None:
    """Let every reading store of this process lie on one of them."""
    stock = STOCK[name]

    def open_stock(folder: Path, **options: Any) -> StockStorage:
        return stock(folder, **options | {"system": system or options["system"]})

    vars(reading_store)["JournalStorage"] = open_stock
