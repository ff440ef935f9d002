"""The log of unexpected errors: kind and place only; no text of papers, values or environment."""

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from traceback import walk_tb
from types import FrameType

from paperreader import __version__
from paperreader.errors import PaperReaderError, Unexpected

LOG = "reader.log"
"""The name of the log in a library folder."""
LIMIT = 256 * 1024
"""From this size in bytes on, the log is renamed to `.1`, replacing the older one."""
FRAMES = 60
"""Innermost frames of an error that are logged. An endless recursion has a thousand."""
OURS = "paperreader."
NOTHING_LOST = "every decision that the screen showed is saved"

Stack = tuple[str, Sequence[str]]
"""A heading (error or thread) and its frames, `path:line function`, the innermost last."""


def unexpected(error: BaseException, log: Path) -> BaseException:
    """Log an unexpected error and return the error to raise instead; in development, the error itself."""
    if os.environ.get("PAPERREADER_DEBUG"):
        return error
    kind, place = type(error).__name__, place_of(error)
    return Unexpected(f"unexpected {kind} at {place}; {NOTHING_LOST}; {_log(log, os.getpid(), _stacks(error))}")


def ended_by_force(how: str, log: Path, process: int, stacks: Sequence[Stack]) -> str:
    """The message for a reader that died without one; the stacks of its threads are logged."""
    return f"{how}; {NOTHING_LOST}; {_log(log, process, [(how, ()), *stacks])}"


def _stacks(error: BaseException) -> list[Stack]:
    """An error and its causes, each with its frames."""
    return [
        (
            # Messages of foreign errors may quote what was read. Those of our own errors are made to be shown.
            type(each).__name__ + (f": {each}" if isinstance(each, PaperReaderError) else ""),
            [f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}" for frame, line in _frames(each)],
        )
        for each in _chain(error)
    ]


def _log(log: Path, process: int, stacks: Sequence[Stack]) -> str:
    """Log stacks; returns where they are, for a message."""
    lines = [f"{datetime.now(UTC).isoformat(timespec='seconds')} paperreader {__version__}, process {process}"]
    for heading, frames in stacks:
        lines.append(f"  {heading}")
        if len(frames) > FRAMES:
            lines.append(f"    … {len(frames) - FRAMES} more")
        lines += [f"    {frame}" for frame in frames[-FRAMES:]]
    entry = "\n".join(lines) + "\n"
    try:
        if log.exists() and log.stat().st_size > LIMIT:
            log.replace(log.with_name(f"{log.name}.1"))
        descriptor = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(entry.encode(errors="replace"))
    except OSError as refused:
        return f"{log} could not be written ({refused.strerror})"
    return f"see {log}, and report the error"


def place_of(error: BaseException) -> str:
    """The place of an error, `module:line`: the innermost place in paperreader, else the innermost of all."""
    frames = [(str(frame.f_globals.get("__name__")), line) for frame, line in _frames(error)]
    ours = [place for place in frames if place[0].startswith(OURS)]
    module, line = (ours or frames or [("nowhere", 0)])[-1]
    return f"{module}:{line}"


def _frames(error: BaseException) -> list[tuple[FrameType, int]]:
    return list(walk_tb(error.__traceback__))


def _chain(error: BaseException) -> Iterator[BaseException]:
    """An error and its causes, the last one first."""
    seen: set[int] = set()
    following: BaseException | None = error
    while following is not None and id(following) not in seen:
        seen.add(id(following))
        yield following
        following = following.__cause__ or (None if following.__suppress_context__ else following.__context__)
