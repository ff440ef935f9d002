"""Drafts of notes: each in a small file of the library until the note is saved or discarded.

The window that edits a draft holds the lock (`flock`) of its file. The system releases the lock when the process ends,
so an unlocked draft was left behind. Every window reports it; the first one that opens the note takes it over.
"""

import fcntl
import json
import os
import stat
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE, make_note
from paperreader.domain.text import Safe
from paperreader.files.system_calls import System, write_all

MAX_DRAFT = 20 * MAX_NOTE
"""Characters kept of a draft: more than a note can have, so that a note that is too long is not lost."""
LARGEST = 8 * MAX_DRAFT
"""Bytes of a draft file at most."""
ATTEMPTS, LOOKING = 3, 0.002
"""Tries to take a draft while other windows check it, and seconds of a check."""


class Draft:
    """A note that is not saved yet. If the disk refuses it, only the draft is lost."""

    def __init__(self, key: PaperKey, path: Path, text: Safe | None = None, held: int | None = None) -> None:
        self.key = key
        self.text = text
        """The text that was kept; None if there is none."""
        self._path, self._held = path, held
        self._is_settled = False
        self._lock = threading.Lock()

    @property
    def is_settled(self) -> bool:
        """Whether the note was saved or discarded."""
        return self._is_settled

    def keep(self, text: str) -> None:
        """Keep the current text, unless the note was saved or discarded."""
        with self._lock:
            if self._is_settled:
                return
            self.text = make_note(text[:MAX_DRAFT])
            values = json.dumps({"key": self.key, "note": self.text}, ensure_ascii=False)
            try:
                # A key that was read from a file may hold a lone surrogate.
                held = _replace(self._path, values.encode(errors="surrogatepass"))
            except OSError:
                return
            before, self._held = self._held, held
            _let_go(before)

    def settle(self) -> None:
        """Remove the file: the note is saved or discarded."""
        with self._lock:
            self._is_settled = True
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            _let_go(self._held)
            self._held = None

    def leave(self) -> None:
        """Leave the draft to another window."""
        with self._lock:
            _let_go(self._held)
            self._held = None


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """A draft that no window holds."""

    key: PaperKey
    text: Safe
    path: Path


class Drafts:
    """The drafts of one window and those that it took over. Safe for any thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: list[Draft] = []
        self._seen: set[Path] = set()
        self._lock = threading.Lock()

    def left_behind(self) -> list[LeftBehind]:
        """The drafts of dead windows, oldest first, each reported once. Unreadable files are skipped.

        The files stay until a window takes them over.
        """
        found = [left for path in self._paths() if path not in self._seen and (left := _look_at(path))]
        self._seen.update(left.path for left in found)
        return found

    def discard(self, left: LeftBehind) -> None:
        """Remove a draft that was saved after all, unless another window took it over."""
        if draft := _take_over(left.path, left.key):
            if draft.text == left.text:
                draft.settle()
            else:
                draft.leave()

    def of(self, key: PaperKey) -> Draft:
        """The newest draft for a paper, of this window or a dead one, else a new one."""
        with self._lock:
            self._drafts = [draft for draft in self._drafts if not draft.is_settled]
            for draft in reversed(self._drafts):
                if draft.key == key:
                    return draft
            taken = (_take_over(path, key) for path in reversed(self._paths()))
            # The time comes first, so that names sort by age.
            path = self._folder / f"draft-{time.time_ns():x}-{os.getpid()}.json"
            draft = next((draft for draft in taken if draft), None) or Draft(key, path)
            self._drafts.append(draft)
            return draft

    def _paths(self) -> list[Path]:
        try:
            return sorted(self._folder.glob("draft-*.json"))
        except OSError:
            return []


def _look_at(path: Path) -> LeftBehind | None:
    """The draft in a file that no window holds."""
    # A shared lock: several windows may check at once.
    held = _hold(path, fcntl.LOCK_SH)
    if held is None:
        return None
    left = _read(held, path)
    _let_go(held)
    return left


def _take_over(path: Path, key: PaperKey) -> Draft | None:
    """The draft of a paper, held by this window; None if another window has it."""
    for _ in range(ATTEMPTS):
        left = _look_at(path)
        if left is None or left.key != key:
            return None
        if (held := _hold(path)) is not None:
            # Read again: another window may have taken it over meanwhile.
            if left := _read(held, path):
                return Draft(left.key, path, left.text, held)
            _let_go(held)
        time.sleep(LOOKING)
    return None


def _read(descriptor: int, path: Path) -> LeftBehind | None:
    try:
        values = json.loads(os.pread(descriptor, LARGEST, 0))
        key, note = values["key"], values["note"]
    except (OSError, ValueError, TypeError, KeyError, RecursionError):
        return None
    if isinstance(key, str) and isinstance(note, str):
        return LeftBehind(PaperKey(key), make_note(note), path)
    return None


def _replace(path: Path, data: bytes) -> int:
    """Replace a file; returns its descriptor, locked before it has the name. Raises OSError."""
    system, temporary = System(), path.with_name(f".{path.name}.tmp")
    descriptor = system.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with suppress(OSError):  # without locks, no window takes over a draft
            system.lock(descriptor, wait=False)
        write_all(system, descriptor, data)
        system.sync_data(descriptor)
        system.replace(temporary, path)
    except BaseException:
        system.close(descriptor)
        with suppress(OSError):
            temporary.unlink()
        raise
    return descriptor


def _hold(path: Path, lock: int = fcntl.LOCK_EX) -> int | None:
    """The descriptor of the locked file; None if another window holds it, or it is no draft."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
        ours, named = os.fstat(descriptor), path.lstat()
        # Its last owner may have replaced it since it was opened.
        if stat.S_ISREG(ours.st_mode) and ours.st_ino == named.st_ino:
            return descriptor
    except OSError:
        pass
    os.close(descriptor)
    return None


def _let_go(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)
