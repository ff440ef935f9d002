"""How an error ends a command: one line on stderr, and an exit status."""

import os
import signal
import sys
from contextlib import suppress
from pathlib import Path

from paperreader.domain.text import clean_line
from paperreader.errors import PaperReaderError
from paperreader.paths import library_folder


class Invocation:
    """One run of the command line: which library it names, and what it has saved so far."""

    def __init__(self) -> None:
        self.library: Path | None = None
        """The folder given with --library."""
        self.is_completion = "_PAPERREADER_COMPLETE" in os.environ
        """Whether a shell asks for the completions of a command line."""
        self.saved = ""
        """What to tell the user if the result cannot be printed."""


def complain(message: str, status: int) -> int:
    """Print an error as one line on stderr; returns the exit status."""
    with suppress(OSError):  # stderr is full or closed: the status still tells
        print(f"paperreader: {clean_line(message)}", file=sys.stderr)
    return status


def report(error: Exception, invocation: Invocation) -> int:
    """Print the error that ended a command; returns the exit status.

    An unforeseen error goes to the log of the library. With PAPERREADER_DEBUG it is raised instead.
    """
    match error:
        case PaperReaderError():
            return complain(str(error), error.exit_code)
        case BrokenPipeError():
            _discard_output()
            return 128 + signal.SIGPIPE
        case OSError(filename=None):  # only the standard streams have no name
            _discard_output()
            saved = f", but {invocation.saved}" if invocation.saved else ""
            return complain(f"the output could not be written ({error.strerror}){saved}", 1)
    from paperreader.files.crash_log import LOG, unexpected  # needed after a crash only

    unforeseen = unexpected(error, library_folder(invocation.library) / LOG)
    if unforeseen is error:
        raise error
    return complain(str(unforeseen), 1)


def _discard_output() -> None:
    """Send stdout to /dev/null, so that flushing it at exit does not fail again."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
