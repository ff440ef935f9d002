"""The errors of paperreader: each message is one line that says what went wrong and what to do about it.

PaperReaderError                 exit status 1
├── UsageError                   exit status 2: the request itself makes no sense
│   └── QueryError               a query that cannot be read; knows the place
├── UnknownPaper                 an ID that names no paper, or more than one
├── UnknownAction                a number that names no action of the history that could be taken back
├── UnreadableInput              a file, folder or stream that gave nothing
├── StoreError                   a store that could not be opened or written
│   ├── StoreBusy                another process holds the lock
│   ├── StoreReadOnly            the folder or the file refuses writing
│   └── NewerSchema              written by a newer paperreader
├── ExportRefused                a target that must not be overwritten
├── ConfigError                  a setting that cannot be read
├── MissingResource              an installation without its styles or samples
└── Unexpected                   a mistake in the program itself
"""


class PaperReaderError(Exception):
    """Anything that stops an action for a reason the user can be told in one line."""

    exit_code = 1


class UsageError(PaperReaderError):
    """A request that makes no sense as it stands."""

    exit_code = 2


class QueryError(UsageError):
    """A query that cannot be read; `position` is the offset of the offending word, in characters."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class UnknownPaper(PaperReaderError):
    """An ID that names no paper, or more than one."""


class UnknownAction(PaperReaderError):
    """A number that names no action of the history, or one that is taken back already."""


class UnreadableInput(PaperReaderError):
    """A file, folder or stream from which nothing could be read."""


class StoreError(PaperReaderError):
    """A store that could not be opened, read or written."""


class StoreBusy(StoreError):
    """A store whose lock another process holds for too long."""


class StoreReadOnly(StoreError):
    """A store that can be read but not written."""


class NewerSchema(StoreError):
    """A store written by a newer version of the program."""


class ExportRefused(PaperReaderError):
    """An export target that must not be overwritten without being asked."""


class ConfigError(PaperReaderError):
    """A configuration file or setting that cannot be read."""


class MissingResource(PaperReaderError):
    """An installation that lacks the files shipped with the program."""


class Unexpected(PaperReaderError):
    """A mistake in the program itself."""
