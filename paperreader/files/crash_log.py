"""The log of errors that nobody foresaw: their kind and place; no text of papers, no values, no environment."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from paperreader import __version__
from paperreader.errors import PaperReaderError, Unexpected

LOG = "reader.log"
"""The log's name in a library folder."""
LIMIT = 256 * 1024
"""Bytes from which on the log is put aside as `.1`, in the place of the one before."""
FRAMES = 60
"""Frames of one error that are logged at most, the innermost: an endless recursion has a thousand."""
OURS = "paperreader."
NOTHING_LOST = "every decision shown as made is saved"

Stack = tuple[str, Sequence[str]]
"""What is said above frames (an error, a thread), and the frames, `path:line function`, the innermost last."""


def unexpected(error: BaseException, log: Path) -> BaseException:
    """What to raise in place of an error nobody foresaw, which is logged; when looking for it, the error itself."""
    if os.environ.get("PAPERREADER_DEBUG"):
        return error
    kind, place = type(error).__name__, place_of(error)
    return Unexpected(f"unexpected {kind} at {place}; {NOTHING_LOST}; {_logged(log, os.getpid(), _stacks(error))}")


def ended_by_force(how: str, log: Path, process: int, stacks: Sequence[Stack]) -> str:
    """What to say of a reader that ended without a word of its own; where its threads stood is logged."""
    return f"{how}; {NOTHING_LOST}; {_logged(log, process, [(how, ()), *stacks])}"


def log_crash(path: Path, error: BaseException) -> None:
    """Add an error to the log; raises OSError."""
    _log(path, os.getpid(), _stacks(error))


def _logged(log: Path, process: int, stacks: Sequence[Stack]) -> str:
    """Log stacks; where that is, in words."""
    try:
        _log(log, process, stacks)
    except OSError as refused:
        return f"{log} could not be written ({refused.strerror})"
    return f"more is in {log}"


def _stacks(error: BaseException) -> list[Stack]:
    """An error and those that led to it, each with its frames."""
    return [
        (
            # The message of another's error may quote what was being read; that of one of ours is made to be shown.
            type(each).__name__ + (f": {each}" if isinstance(each, PaperReaderError) else ""),
            [f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}" for frame, line in _frames(each)],
        )
        for each in _chain(error)
    ]


def _log(path: Path, process: int, stacks: Sequence[Stack]) -> None:
    lines = [f"{datetime.now(UTC).isoformat(timespec='seconds')} paperreader {__version__}, process {process}"]
    for heading, frames in stacks:
        lines.append(f"  {heading}")
        if len(frames) > FRAMES:
            lines.append(f"    … {len(frames) - FRAMES} more")
        lines += [f"    {frame}" for frame in frames[-FRAMES:]]
    if path.exists() and path.stat().st_size > LIMIT:
        path.replace(path.with_name(f"{path.name}.1"))
    entry = "\n".join(lines) + "\n"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, entry.encode(errors="replace"))
    finally:
        os.close(descriptor)


def place_of(error: BaseException) -> str:
    """Where an error arose, `module:line`: the innermost place in our own code, else the innermost of all."""
    frames = [(str(frame.f_globals.get("__name__")), line) for frame, line in _frames(error)]
    ours = [place for place in frames if place[0].startswith(OURS)]
    module, line = (ours or frames or [("nowhere", 0)])[-1]
    return f"{module}:{line}"


def _frames(error: BaseException) -> list[tuple[FrameType, int]]:
    return list(walk_tb(error.__traceback__))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and those that led to it, the last one first."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
