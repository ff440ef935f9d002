"""What fetches remember: the ETags and dates of the last answers, and the progress of an interrupted fetch.

The file may be lost; then servers send everything again. It holds only for the catalogue that stored the answers: a new
or restored catalogue has not seen them.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paperreader.files.atomic import replace_file
from paperreader.storage.catalogue.catalogue import CatalogueMark

NAME = "fetched.json"
"""The file name in a library folder."""
MAX_ANSWERS = 500
"""Answers that are remembered."""
CONTINUED_FOR = 12 * 3_600.0
"""Seconds for which an interrupted fetch can continue."""


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """The validators of an answer that the catalogue has stored."""

    etag: str
    modified: str


class FetchMemory:
    """The fetch memory of a library. Without a writable file, it lasts until the program ends."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._path = folder / NAME
        self._clock = clock
        values = _read(self._path)
        self._answers: dict[str, list[Any]] = _tables(values.get("answers"), list)
        self._unfinished: dict[str, dict[str, Any]] = _tables(values.get("unfinished"), dict)

    def answer(self, url: str, mark: CatalogueMark) -> KnownAnswer | None:
        """The answer of an address, if the catalogue at `mark` has stored it."""
        match self._answers.get(url):
            case [str(etag), str(modified), str(catalogue), int(change)]:
                if catalogue == mark.catalogue and change <= mark.change:
                    return KnownAnswer(etag, modified)
        return None

    def remember(self, url: str, known: KnownAnswer, mark: CatalogueMark) -> None:
        """Remember that the catalogue, now at `mark`, stored the answer of an address."""
        self._answers.pop(url, None)
        if known.etag or known.modified:
            self._answers[url] = [known.etag, known.modified, mark.catalogue, mark.change]
        while len(self._answers) > MAX_ANSWERS:
            del self._answers[next(iter(self._answers))]
        self._write()

    def done(self, request: str, mark: CatalogueMark) -> frozenset[str]:
        """The parts of an interrupted request that were stored recently."""
        match self._unfinished.get(request):
            case {"begun": int() | float() as begun, "done": list(parts), "catalogue": mark.catalogue}:
                if 0 <= self._clock() - begun <= CONTINUED_FOR:
                    return frozenset(part for part in parts if isinstance(part, str))
        return frozenset()

    def note(self, request: str, part: str, mark: CatalogueMark) -> None:
        """Remember that a part of a request was stored."""
        parts = self.done(request, mark)
        begun = self._unfinished[request]["begun"] if parts else self._clock()
        now = self._clock()
        # Entries that are too old are dropped.
        self._unfinished = {
            name: kept
            for name, kept in self._unfinished.items()
            if isinstance(kept.get("begun"), int | float) and 0 <= now - kept["begun"] <= CONTINUED_FOR
        }
        self._unfinished[request] = {"begun": begun, "done": sorted({*parts, part}), "catalogue": mark.catalogue}
        self._write()

    def end(self, request: str) -> None:
        """Remember that a request is complete."""
        if self._unfinished.pop(request, None) is not None:
            self._write()

    def _write(self) -> None:
        values = {"answers": self._answers, "unfinished": self._unfinished}
        try:
            replace_file(self._path, json.dumps(values, indent=1).encode())
        except OSError:
            return


def _read(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return values if isinstance(values, dict) else {}


def _tables(value: object, kind: type[Any]) -> dict[str, Any]:
    """The entries of a table that have the expected type."""
    return {name: entry for name, entry in value.items() if isinstance(entry, kind)} if isinstance(value, dict) else {}
