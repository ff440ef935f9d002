"""The user's editor, run in the terminal of this process."""

from __future__ import annotations

import os
import shlex
import shutil
import signal
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

USUAL = ("sensible-editor", "editor", "nano", "vim", "vi")
"""The editors that are looked for if neither $VISUAL nor $EDITOR names one."""
_OWN = (signal.SIGINT, signal.SIGQUIT, signal.SIGCONT)
"""Signals that are the editor's while it runs."""


@dataclass(frozen=True, slots=True)
class Edited:
    """What came of editing a text: the text as it is now, and why the editor failed, if it did."""

    text: str
    failure: str = ""


def find_editor(environment: Mapping[str, str] = os.environ) -> list[str]:
    """The command of the user's editor: $VISUAL, else $EDITOR, else a usual one; empty without any.

    Raises ValueError if the variable has unbalanced quotation marks.
    """
    named = environment.get("VISUAL") or environment.get("EDITOR")
    if named:
        try:
            return shlex.split(named)
        except ValueError as error:
            raise ValueError(f"{named}: {error}") from error
    return next(([name] for name in USUAL if shutil.which(name)), [])


def edit_text(text: str, command: Sequence[str]) -> Edited:
    """Let the user edit a text in a private file with an editor, and wait for its end. Raises OSError.

    The terminal must be free: its modes those of a shell, and nothing else reading it.
    """
    with tempfile.TemporaryDirectory(prefix="paperreader-") as folder:
        path = Path(folder) / "note.md"
        path.touch(mode=0o600)
        path.write_text(f"{text}\n" if text else "", encoding="utf-8", errors="replace")
        try:
            status = _run([*command, str(path)])
        except OSError as error:
            return Edited(text, f"{command[0]} did not start: {error.strerror}")
        try:
            edited = path.read_text(encoding="utf-8", errors="replace").removesuffix("\n")
        except FileNotFoundError:  # an editor may remove an empty file
            edited = text if status else ""
    if not status:
        return Edited(edited)
    how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
    return Edited(edited, f"{Path(command[0]).name} {how}")


def _run(command: list[str]) -> int:
    """Run a program in the terminal and wait for its end; its exit status, or a negative signal. Raises OSError."""
    with _signals_for_the_editor():
        # The editor gets the signals that this process ignores or leaves to it.
        process = os.posix_spawnp(command[0], command, os.environ, setsigdef=[*_OWN, signal.SIGTSTP])
        _, status = os.waitpid(process, 0)
    return os.waitstatus_to_exitcode(status)


@contextmanager
def _signals_for_the_editor() -> Iterator[None]:
    """The keyboard's signals mean the editor, and ^z stops both processes together."""
    before = {number: signal.signal(number, signal.SIG_IGN) for number in _OWN}
    before[signal.SIGTSTP] = signal.signal(signal.SIGTSTP, signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
