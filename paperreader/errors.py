"""The errors of paperreader: each message is one line that says what happened and what to do.

PaperReaderError                 exit status 1
├── UsageError                   exit status 2: the request makes no sense
│   └── QueryError               an invalid query; knows the position
├── UnknownPaper                 an ID that names no paper, or more than one
├── UnknownAction                a number that names no action that could be undone
├── NothingToSettle              papers that are already merged, or a paper with nothing to split
├── UnreadableInput              a file, folder or stream that gave nothing
├── StoreError                   a store that could not be opened, read or written
│   ├── StoreBusy                another process holds the lock
│   ├── StoreFull                the disk is full
│   ├── StoreReadOnly            the folder or file is read-only
│   ├── StoreDamaged             a file with other content than was written
│   │   └── IndexDamaged         a search index that must be rebuilt
│   └── NewerSchema              written by a newer paperreader
├── ExportRefused                a target that must not be overwritten
│   └── ExportInTheWay           a file that is overwritten only on request
├── NetworkError                 a list that could not be fetched
│   ├── Unreachable              no response, or an incomplete one: offline, no such host, TLS, timeout
│   ├── AddressRefused           an address that is not fetched: not https, or in a private network
│   ├── ResponseRefused          a response without a list: an error, a web page, too large; knows its status
│   ├── MustWait                 a server that asked for a pause; knows how long
│   └── FetchCancelled           a fetch that was cancelled
├── OutputFailed                 a standard output that cannot be written
├── ConfigError                  an invalid setting
├── MissingResource              an installation without its styles or samples
└── Unexpected                   a bug in the program
"""


class PaperReaderError(Exception):
    """Any error that stops an action: `reason` says what happened, `cure` what the user can do."""

    exit_code = 1

    def __init__(self, reason: str = "", cure: str = "") -> None:
        super().__init__(f"{reason}; {cure}" if cure else reason)
        self.reason, self.cure = reason, cure


class UsageError(PaperReaderError):
    """A request that makes no sense."""

    exit_code = 2


class QueryError(UsageError):
    """An invalid query; `position` is the offset of the wrong word, in characters."""

    def __init__(self, message: str, position: int) -> None:
        super().__init__(message)
        self.position = position


class UnknownPaper(PaperReaderError):
    """An ID that names no paper, or more than one."""


class UnknownAction(PaperReaderError):
    """A number that names no action of the history, or an action that was undone."""


class NothingToSettle(PaperReaderError):
    """Papers that are already merged, or a paper with nothing to split."""


class UnreadableInput(PaperReaderError):
    """A file, folder or stream from which nothing could be read."""


class StoreError(PaperReaderError):
    """A store that could not be opened, read or written."""


class StoreBusy(StoreError):
    """A store whose lock another process holds."""


class StoreFull(StoreError):
    """A store on a full disk."""


class StoreReadOnly(StoreError):
    """A store that can be read but not written."""


class StoreDamaged(StoreError):
    """A store with other content than was written."""


class IndexDamaged(StoreDamaged):
    """A search index that is missing, damaged or of another version, and must be rebuilt."""


class NewerSchema(StoreError):
    """A store written by a newer version of the program."""


class ExportRefused(PaperReaderError):
    """An export target that must not be overwritten."""


class ExportInTheWay(ExportRefused):
    """A file of the user that an export overwrites only on request."""


class NetworkError(PaperReaderError):
    """A list that could not be fetched; `is_temporary` if another try may help."""

    is_temporary = False


class Unreachable(NetworkError):
    """A server that sent no complete response; `is_offline` if the whole network seems to be down."""

    def __init__(
        self, message: str, *, is_temporary: bool = False, is_offline: bool = False, in_short: str = ""
    ) -> None:
        super().__init__(message)
        self.is_temporary, self.is_offline = is_temporary, is_offline
        self.in_short = in_short or message
        """The message in a few words."""


class AddressRefused(NetworkError):
    """An address that is not fetched: not https, or in a private network that the user did not name."""


class ResponseRefused(NetworkError):
    """A response without a list; `status` is the HTTP status."""

    def __init__(self, message: str, status: int | None = None, *, is_temporary: bool = False) -> None:
        super().__init__(message)
        self.status, self.is_temporary = status, is_temporary


class MustWait(NetworkError):
    """A server that asked for a pause of `seconds` more."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class FetchCancelled(NetworkError):
    """A fetch that the user cancelled."""


class OutputFailed(PaperReaderError):
    """A standard output that could not be written."""


class ConfigError(PaperReaderError):
    """An invalid configuration file or setting."""


class KeysRefused(ConfigError):
    """Keybindings that cannot work; `commands` has the ids of the commands."""

    def __init__(self, message: str, *commands: str) -> None:
        super().__init__(message)
        self.commands = commands


class MissingResource(PaperReaderError):
    """An installation without the files shipped with the program."""


class Unexpected(PaperReaderError):
    """A bug in the program."""
