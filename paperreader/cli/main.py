"""The way into the program: the reader at once, every other verb by way of click; and how errors reach the user."""

import gc
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from paperreader.cli.streams import complain, drop_output, fill_closed_streams, is_of_stream, print_anything
from paperreader.errors import PaperReaderError

COMPLETION = "_PAPERREADER_COMPLETE"
"""The variable in which a shell that completes a command line says so."""


def run() -> NoReturn:
    """Run the command line; every error is one line on stderr."""
    fill_closed_streams()
    print_anything()
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
