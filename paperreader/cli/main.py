"""The entry point: starts the reader directly, and runs every other command through click."""

import gc
import os
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from paperreader.cli.failures import Invocation, complain, report


def run() -> NoReturn:
    """Run the command line and exit with its status."""
    _fill_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a character that the terminal lacks becomes `?`
    sys.exit(exit_status(sys.argv[1:]))


def exit_status(arguments: Sequence[str]) -> int:
    """Run a command line and return its exit status; an error becomes one line on stderr."""
    invocation = Invocation()
    try:
        if list(arguments) in ([], ["sample"]) and not invocation.is_completion:
            # Garbage collection while modules load costs 40 ms. The reader turns it on again.
            gc.disable()
            from paperreader.cli.reader import open_reader  # instead of click, which costs 40 ms

            return open_reader(invocation, sample=bool(arguments))
        if sys.stdout is None:
            return complain("standard output is closed; nothing was done", 1)
        from paperreader.cli.commands import run_command  # click

        status = run_command(arguments, invocation)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception as error:  # noqa: BLE001 - an unforeseen error is logged
        return report(error, invocation)
    return status


def _fill_closed_streams() -> None:
    """Open /dev/null in the place of each closed standard stream.

    Otherwise the next opened file gets the stream's number, and prints end up in that file.
    """
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is None:
            os.open(os.devnull, os.O_RDWR)  # takes the lowest free number
    if sys.stderr is None:
        sys.stderr = os.fdopen(2, "w")
