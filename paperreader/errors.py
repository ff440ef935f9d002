"""The errors of paperreader: each message is one line that says what went wrong and what to do about it.

PaperReaderError                 exit status 1
├── UsageError                   exit status 2: the request itself makes no sense
│   └── QueryError               a query that cannot be read; knows the place
├── UnknownPaper                 an ID that names no paper, or more than one
├── UnknownAction                a number that names no action of the history that could be taken back
├── NothingToSettle              papers that are one already, or one that was never several
├── UnreadableInput              a file, folder or stream that gave nothing
├── StoreError                   a store that could not be opened, read or written
│   ├── StoreBusy                another process holds the lock
│   ├── StoreFull                the disk has no room left
│   ├── StoreReadOnly            the folder or the file refuses writing
│   ├── StoreDamaged             a file that does not hold what was written
│   │   └── IndexDamaged         a search index that must be built anew
│   └── NewerSchema              written by a newer paperreader
├── ExportRefused                a target that must not be overwritten
│   └── ExportInTheWay           a file that is overwritten only on request
├── NetworkError                 a list that could not be fetched
│   ├── Unreachable              no answer, or half of one: offline, no such host, TLS, too slow, cut
│   ├── AddressRefused           an address that is not asked: not https, or within a private network
│   ├── AnswerRefused            an answer that is no list: an error, a web page, too much; knows its status
│   ├── MustWait                 a server that is to be left alone for a while; knows how long
│   └── FetchCancelled           a fetch that was called off
├── OutputFailed                 a standard output that takes nothing more
├── ConfigError                  a setting that cannot be read
├── MissingResource              an installation without its styles or samples
└── Unexpected                   a mistake in the program itself
"""


class PaperReaderError(Exception):
    """Anything that stops an action: `reason` says what happened, `cure` what the user can do about it."""

    exit_code = 1

    def __init__(self, reason: str = "", cure: str = "") -> None:
        super().__init__(f"{reason}; {cure}" if cure else reason)
        self.reason, self.cure = reason, cure


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


class NothingToSettle(PaperReaderError):
    """Papers that are one already, or a paper that was never several."""


class UnreadableInput(PaperReaderError):
    """A file, folder or stream from which nothing could be read."""


class StoreError(PaperReaderError):
    """A store that could not be opened, read or written."""


class StoreBusy(StoreError):
    """A store whose lock another process holds for too long."""


class StoreFull(StoreError):
    """A store whose disk has no room left."""


class StoreReadOnly(StoreError):
    """A store that can be read but not written."""


class StoreDamaged(StoreError):
    """A store that does not hold what was written."""


class IndexDamaged(StoreDamaged):
    """A search index that is missing, damaged or of another version, and must be built anew."""


class NewerSchema(StoreError):
    """A store written by a newer version of the program."""


class ExportRefused(PaperReaderError):
    """An export target that must not be overwritten."""


class ExportInTheWay(ExportRefused):
    """A file of the user that an export overwrites only on request."""


class NetworkError(PaperReaderError):
    """A list that could not be fetched; `is_passing` where asking again may help."""

    is_passing = False


class Unreachable(NetworkError):
    """A server that gave no answer, or half of one; `is_offline` where the whole network seems to be away."""

    def __init__(self, message: str, *, is_passing: bool = False, is_offline: bool = False, in_short: str = "") -> None:
        super().__init__(message)
        self.is_passing, self.is_offline = is_passing, is_offline
        self.in_short = in_short or message
        """The message where there is room for a few words only."""


class AddressRefused(NetworkError):
    """An address that is not asked: not https, or within a private network that the user did not name."""


class AnswerRefused(NetworkError):
    """An answer that is no list; `status` is that of HTTP."""

    def __init__(self, message: str, status: int | None = None, *, is_passing: bool = False) -> None:
        super().__init__(message)
        self.status, self.is_passing = status, is_passing


class MustWait(NetworkError):
    """A server that is to be left alone for `seconds` more."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class FetchCancelled(NetworkError):
    """A fetch that the user called off."""


class OutputFailed(PaperReaderError):
    """A standard output that could not be written."""


class ConfigError(PaperReaderError):
    """A configuration file or setting that cannot be read."""


class MissingResource(PaperReaderError):
    """An installation that lacks the files shipped with the program."""


class Unexpected(PaperReaderError):
    """A mistake in the program itself."""
