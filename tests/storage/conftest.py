"""Fixtures of the storage tests: journalled databases on temporary folders, which are closed afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB
from paperreader.storage.reading.store import ReadingStore


@pytest.fixture
def open_db(tmp_path: Path) -> Iterator[Callable[..., JournalDB]]:
    """Opens the journalled database of the test's folder, once more at every call."""
    opened: list[JournalDB] = []

    def open_one(folder: Path = tmp_path / "library", **options: Any) -> JournalDB:
        opened.append(JournalDB(JournalStorage(folder, **options)))
        return opened[-1]

    yield open_one
    for db in opened:
        db.close()


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Callable[..., ReadingStore]]:
    """Opens the reading store of the test's folder, once more at every call."""
    opened: list[ReadingStore] = []

    def open_one(folder: Path = tmp_path / "library", **options: Any) -> ReadingStore:
        opened.append(ReadingStore(folder, **options))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    """An empty catalogue."""
    opened = Catalogue(tmp_path / "catalogue.sqlite")
    yield opened
    opened.close()
