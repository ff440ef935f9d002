"""Notes that were being typed: each in a small file of the library until it is saved or given up.

A draft belongs to the window that holds the lock (`flock`) of its file. The system lets go of a lock when a process
ends, however it ends, so that a file nobody holds is one that was left behind, and the next window takes it over.
"""

import fcntl
import json
import os
import stat
import threading
import time
from contextlib import suppress
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import MAX_NOTE, make_note
from paperreader.domain.text import Safe
from paperreader.files.atomic import replace_file

LARGEST = 8 * MAX_NOTE
"""Bytes that the file of a draft has at most."""


class Draft:
    """A note that is not saved yet; a disk that refuses costs the user nothing but the draft."""

    def __init__(self, key: PaperKey, path: Path, text: Safe | None = None, held: int | None = None) -> None:
        self.key = key
        self.text = text
        """What was kept of it; None: nothing yet."""
        self._path, self._held = path, held
        self._is_settled = False
        self._lock = threading.Lock()

    @property
    def is_settled(self) -> bool:
        """Whether the note was saved or given up, so that there is nothing to offer again."""
        return self._is_settled

    def keep(self, text: str) -> None:
        """Keep the text as it stands; nothing, once the note is saved or given up."""
        with self._lock:
            if self._is_settled:
                return
            self.text = make_note(text)
            try:
                replace_file(self._path, json.dumps({"key": self.key, "note": self.text}, ensure_ascii=False).encode())
            except OSError:
                return
            # The new file has a lock of its own. Who would take it over within these microseconds would offer the
            # draft in another window as well, and no more.
            before, self._held = self._held, _hold(self._path)
            _let_go(before)

    def settle(self) -> None:
        """The note is saved or given up: its file goes."""
        with self._lock:
            self._is_settled = True
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            _let_go(self._held)
            self._held = None


class Drafts:
    """The drafts of one window, with those it took over."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: list[Draft] = []

    def take_over(self) -> list[Draft]:
        """The drafts of windows that are gone, the oldest first; what cannot be read is left alone."""
        try:
            names = sorted(self._folder.glob("draft-*.json"))
        except OSError:
            return []
        found = [draft for draft in map(_take_over, names) if draft]
        self._drafts += found
        return found

    def of(self, key: PaperKey) -> Draft:
        """The newest draft of a note on a paper, or a new one."""
        self._drafts = [draft for draft in self._drafts if not draft.is_settled]
        for draft in reversed(self._drafts):
            if draft.key == key:
                return draft
        # The time comes first: names in their order are drafts in theirs.
        draft = Draft(key, self._folder / f"draft-{time.time_ns():x}-{os.getpid()}.json")
        self._drafts.append(draft)
        return draft


def _take_over(path: Path) -> Draft | None:
    held = _hold(path)
    if held is None:
        return None
    try:
        values = json.loads(os.pread(held, LARGEST, 0))
        key, note = values["key"], values["note"]
        if isinstance(key, str) and isinstance(note, str):
            return Draft(PaperKey(key), path, make_note(note), held)
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        pass
    _let_go(held)
    return None


def _hold(path: Path) -> int | None:
    """The descriptor of the locked file; None where another window holds it, or it is none of ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        ours, named = os.fstat(descriptor), path.lstat()
        # Whoever held it may have replaced it since it was opened.
        if stat.S_ISREG(ours.st_mode) and ours.st_ino == named.st_ino:
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _let_go(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
