"""Notes that were being typed: each in a small file of the library until it is saved or given up.

A draft belongs to the window that holds the lock (`flock`) of its file. The system lets go of a lock when a process
ends, however it ends, so that a file nobody holds is one that was left behind. Every window tells of it; the first that
opens the note takes it over.
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
from paperreader.domain.reading import MAX_NOTE, make_note
from paperreader.domain.text import Safe
from paperreader.files.atomic import write_all
from paperreader.files.system import System

MAX_DRAFT = 20 * MAX_NOTE
"""Characters that are kept of a draft: more than can be saved, so that what is too long is not lost either."""
LARGEST = 8 * MAX_DRAFT
"""Bytes that the file of a draft has at most."""
ATTEMPTS, LOOKING = 3, 0.002
"""How often a draft is tried to be taken while other windows look at it, and the seconds that looking may take."""


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
            self.text = make_note(text[:MAX_DRAFT])
            values = json.dumps({"key": self.key, "note": self.text}, ensure_ascii=False)
            try:
                # A key that was read from a file may hold what UTF-8 does not: half a character.
                held = _replace(self._path, values.encode(errors="surrogatepass"))
            except OSError:
                return
            before, self._held = self._held, held
            _let_go(before)

    def settle(self) -> None:
        """The note is saved or given up: its file goes."""
        with self._lock:
            self._is_settled = True
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
            _let_go(self._held)
            self._held = None

    def leave(self) -> None:
        """Leave it to whichever window goes on with it."""
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
    """The drafts of one window, with those it took over; any thread may ask for them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._drafts: list[Draft] = []
        self._seen: set[Path] = set()
        self._lock = threading.Lock()

    def left_behind(self) -> list[LeftBehind]:
        """The drafts of windows that are gone, the oldest first, each once; what cannot be read is left alone.

        They stay where they are, for whichever window goes on with them first.
        """
        found = [left for path in self._paths() if path not in self._seen and (left := _look_at(path))]
        self._seen.update(left.path for left in found)
        return found

    def discard(self, left: LeftBehind) -> None:
        """Remove a draft that was saved after all, unless another window has gone on with it meanwhile."""
        if draft := _take_over(left.path, left.key):
            if draft.text == left.text:
                draft.settle()
            else:
                draft.leave()

    def of(self, key: PaperKey) -> Draft:
        """The newest draft of a note on a paper, of this window or of one that is gone, or a new one."""
        with self._lock:
            self._drafts = [draft for draft in self._drafts if not draft.is_settled]
            for draft in reversed(self._drafts):
                if draft.key == key:
                    return draft
            taken = (_take_over(path, key) for path in reversed(self._paths()))
            # The time comes first: names in their order are drafts in theirs.
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
    """What lies in a file that no window holds, and is a draft."""
    # A lock that many may have: who looks keeps nobody else from looking.
    held = _hold(path, fcntl.LOCK_SH)
    if held is None:
        return None
    left = _read(held, path)
    _let_go(held)
    return left


def _take_over(path: Path, key: PaperKey) -> Draft | None:
    """A draft of a paper, held by this window; None where it is of another one, or another window was faster."""
    for _ in range(ATTEMPTS):
        left = _look_at(path)
        if left is None or left.key != key:
            return None
        if (held := _hold(path)) is not None:
            # Read again: another window may have gone on with it, and died, since it was looked at.
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
    """Replace a file; the descriptor of the new one, locked before it bears the name. Raises OSError."""
    system, temporary = System(), path.with_name(f".{path.name}.tmp")
    descriptor = system.open(temporary, os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    try:
        with suppress(OSError):  # without locks there is nobody who takes over anything
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
    """The descriptor of the locked file; None where another window holds it, or it is none of ours."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, lock | fcntl.LOCK_NB)
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
