"""The way into the program: the reader at once, every other verb by way of click; and how errors reach the user."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

from paperreader.errors import PaperReaderError

COMPLETION = "_PAPERREADER_COMPLETE"
"""The variable in which a shell that completes a command line says so."""


def run() -> NoReturn:
    """Run the command line; every error is one line on stderr."""
    _fill_closed_streams()
    _print_anything()
    sys.exit(_status(sys.argv[1:]))


def _status(arguments: Sequence[str]) -> int:
    """The exit status of a command."""
    try:
        if list(arguments) in ([], ["sample"]) and COMPLETION not in os.environ:
            # The reader waits neither for the parser of arguments that are not there (40 ms), nor for the collector to
            # look for garbage among what is only being loaded (40 ms): the reader turns it on again.
            gc.disable()
            from paperreader.cli.reader import open_reader

            return open_reader(None, sample=bool(arguments))
        from paperreader.cli.verbs import run_verb

        if sys.stdout is None:
            return complain("standard output is closed; nothing was done", 1)
        status = run_verb(arguments)
        sys.stdout.flush()
    except PaperReaderError as error:
        return complain(str(error), error.exit_code)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        return drop_output()
    except Exception as error:
        if isinstance(error, OSError) and is_of_stream(error):
            drop_output()
            return complain(f"the output could not be written ({error.strerror})", 1)
        from paperreader.files.crash_log import LOG, unexpected
        from paperreader.paths import library_folder

        told = unexpected(error, library_folder() / LOG)  # of no verb, which knows its library
        if told is error:
            raise
        return complain(str(told), 1)
    return status


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


def _fill_closed_streams() -> None:
    """Open nothing in the place of each standard stream that is closed.

    Else the next file to be opened would bear its number, and be written to by what writes to a stream.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w")


def _print_anything() -> None:
    """Print what the terminal's encoding lacks as `?` instead of failing."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
