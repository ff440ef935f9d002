"""The standard streams: error messages on stderr, and streams that are closed or break."""

import os
import signal
import sys
from contextlib import suppress


def is_of_stream(error: OSError) -> bool:
    """Whether what could not be read or written has no name: it is one of the standard streams."""
    return error.filename is None


def complain(message: str, status: int) -> int:
    """Say in one line on stderr what is wrong; the exit status."""
    from paperreader.domain.text import clean_line

    with suppress(OSError):  # where stderr is full or closed the status still tells
        print(f"paperreader: {clean_line(message)}", file=sys.stderr)
    return status


def drop_output() -> int:
    """Let stdout lead nowhere, so that it does not complain once more at the end; the exit status.

    That is the one of a program which the signal ended that says that nobody reads on (SIGPIPE).
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + signal.SIGPIPE


def fill_closed_streams() -> None:
    """Open nothing in the place of each standard stream that is closed.

    Else the next file to be opened would bear its number, and be written to by what writes to a stream.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w")


def print_anything() -> None:
    """Print what the terminal's encoding lacks as `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
