"""Fetching lists into a library: each part is imported as it comes, so that a fetch may end at any moment."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Self

from paperreader.config import FetchSettings
from paperreader.domain.parsed import Problem
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import clean_line
from paperreader.errors import FetchCancelled, NetworkError, Unreachable
from paperreader.feeds.huggingface.api import current_list_day
from paperreader.paths import limits_folder
from paperreader.services.fetching.limits import Limits
from paperreader.services.fetching.requests import (
    HUGGING_FACE,
    ArxivSearch,
    DailyPapers,
    Request,
    Span,
    parse_source,
    parse_span,
)
from paperreader.services.fetching.sources import Arrived, Asking, Servers
from paperreader.services.importing.files import NO_OPTIONS, ImportOptions, import_sources
from paperreader.services.library import Library
from paperreader.storage.fetch_memory import FetchMemory, KnownAnswer
from paperreader.web.cancelling import CancelToken
from paperreader.web.fetcher import DEADLINE, Fetcher, Step, host_of
from paperreader.web.validators import Validators

NOTHING_NEW = "unchanged"
"""What a receipt names in place of a format where the server said that nothing changed."""


@dataclass(frozen=True, slots=True)
class FetchOptions:
    """The days that are wanted: `on` a day, an ISO week or a month, or all `since` a day or for a time."""

    on: str | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class FetchProgress:
    """How far a fetch is: what is being fetched, how many parts came, bytes of the next, or seconds of a pause."""

    source: str
    parts: int = 0
    received: int = 0
    waits: float = 0.0

    def __str__(self) -> str:
        if self.waits:
            return f"fetching {self.source}: waiting {self.waits:.0f} s, as the server wishes"
        part = f", part {self.parts + 1:,}" if self.parts else ""
        return f"fetching {self.source}{part}: {self.received / 1_000:,.0f} kB"


@dataclass(frozen=True, slots=True)
class FetchReceipt:
    """What a fetch came to: a receipt for each part as of a file, and what else is to be told."""

    imported: ImportReceipt
    notes: tuple[str, ...] = ()
    is_cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Network:
    """What a fetch depends on beside its library: where the servers are, how often they may be asked, and clocks."""

    servers: Servers = Servers()
    limits: Limits = field(default_factory=Limits)
    contact: str = ""
    """How operators of servers can reach the user."""
    deadline: float = DEADLINE
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    sleep: Callable[[float], None] | None = None

    @classmethod
    def of(cls, settings: FetchSettings) -> Self:
        """The network as the user configured it."""
        return cls(Servers(**settings.servers), Limits(limits_folder()), settings.contact)


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """What will be asked for, each request with the word that named it, and the day whose list is open."""

    requests: tuple[tuple[str, Request], ...]
    today: date
    notes: tuple[str, ...] = ()


def plan_fetch(sources: Sequence[str], options: FetchOptions, network: Network) -> FetchPlan:
    """The plan for sources as the user names them, `hf` where none is; raises UsageError, and asks nobody."""
    today = current_list_day(network.now())
    span = parse_span(options.on, options.since, today)
    requests = tuple((word, parse_source(word, span)) for word in sources or (HUGGING_FACE,))
    notes = tuple(
        f"{clean_line(word)} lists what is new; --date and --since do not apply to it"
        for word, request in requests
        if span is not None and not isinstance(request, DailyPapers | ArxivSearch)
    )
    return FetchPlan(requests, today, notes)


def fetch(
    library: Library,
    plan: FetchPlan,
    network: Network,
    *,
    token: CancelToken | None = None,
    progress: Callable[[FetchProgress], None] = lambda _progress: None,
    imported: Callable[[ImportReceipt], None] = lambda _receipt: None,
    options: ImportOptions = NO_OPTIONS,
) -> FetchReceipt:
    """Fetch what was planned; what cannot be fetched is in the receipt, as what cannot be imported is.

    `imported` is told of each part when it is in the library; `options` are those of what is imported by its address.
    Ctrl-C ends a fetch as `token` does.
    """
    state = _Fetch(library, plan.notes, progress, imported, options)
    with Fetcher(
        contact=network.contact,
        open_origins=network.servers.configured(),
        token=token,
        progress=state.step,
        deadline=network.deadline,
        sleep=network.sleep,
    ) as fetcher:
        asking = Asking(fetcher, network.servers, network.limits, state.known, plan.today)
        for place, (word, request) in enumerate(plan.requests):
            if not state.take(word, request, asking, [other for other, _ in plan.requests[place + 1 :]]):
                break
    imported_all = ImportReceipt(tuple(state.receipts), state.is_refused, state.is_cancelled)
    return FetchReceipt(imported_all, tuple(state.notes), state.is_cancelled)


class _Fetch:
    """One fetch: what came, and what is remembered of it."""

    def __init__(
        self,
        library: Library,
        notes: Iterable[str],
        progress: Callable[[FetchProgress], None],
        imported: Callable[[ImportReceipt], None],
        options: ImportOptions,
    ) -> None:
        self.receipts: list[FileReceipt] = []
        self.notes = list(notes)
        self.is_cancelled = False
        self.is_refused = False
        """Whether the disk refused to store what came."""
        self._library = library
        self._memory = FetchMemory(library.folder)
        self._progress = progress
        self._imported = imported
        self._options = options
        self._source = ""

    def step(self, step: Step) -> None:
        """Tell how far an answer is."""
        self._progress(FetchProgress(self._source, len(self.receipts), step.received, step.waits))

    def known(self, url: str) -> Validators:
        """By what the last answer of an address is recognised, if the catalogue has it."""
        if self._options != NO_OPTIONS:  # what was taken in last is to be taken in otherwise
            return Validators()
        answer = self._memory.answer(url, self._library.catalogue.mark())
        return Validators(answer.etag, answer.modified) if answer else Validators()

    def take(self, word: str, request: Request, asking: Asking, left: Sequence[str]) -> bool:
        """Fetch and import what a request stands for; whether it is worth asking for what is left."""
        self._source = clean_line(word)
        self._progress(FetchProgress(self._source, len(self.receipts)))
        name = _name(word, request)
        done = self._memory.done(name, self._library.catalogue.mark())
        if done:
            self.notes.append(f"{clean_line(word)} goes on where it was cut short: {len(done):,} parts had come")
        is_whole = True
        try:
            for arrived in asking.arrivals(request, done):
                is_whole &= self._take_in(arrived, name, is_part=_has_parts(request))
                if self.is_refused:
                    self._end_refused(word, request, left)
                    return False
        except (FetchCancelled, KeyboardInterrupt):
            self.is_cancelled = True
            self.notes.append(f"{clean_line(word)} was called off; what had come before is kept")
            return False
        except NetworkError as error:
            is_offline = isinstance(error, Unreachable) and error.is_offline
            rest = f"; nor was {clean_line(', '.join(left))}" if is_offline and left else ""
            self.receipts.append(
                _failed(clean_line(word), f"was not fetched: {error}{rest}", _in_short(word, error) + rest)
            )
            return not is_offline
        if is_whole:
            self._memory.end(name)
        return True

    def _end_refused(self, word: str, request: Request, left: Sequence[str]) -> None:
        """Tell what is not asked for, because the disk would refuse that as well."""
        if _has_parts(request):
            self.notes.append(f"{clean_line(word)} was not fetched any further; what had come before is kept")
        self.receipts += [_failed(clean_line(other), "was not fetched either") for other in left]

    def _take_in(self, arrived: Arrived, request: str, *, is_part: bool) -> bool:
        """Import a part; whether nothing of it was lost."""
        if arrived.note:
            self.notes.append(arrived.note)
        if arrived.source is None:
            self.receipts.append(FileReceipt(arrived.name, format=NOTHING_NEW))
            is_read = True
        else:
            is_any = arrived.format is None  # else the format is not the user's choice
            options = self._options if is_any else ImportOptions(arrived.format)
            receipt = import_sources(self._library, [arrived.source], options, advises=is_any)
            self.receipts += receipt.files
            self._imported(receipt)
            if receipt.is_interrupted:
                raise KeyboardInterrupt
            if receipt.is_refused:
                self.is_refused = True
                return False
            is_read = all(file.format for file in receipt.files)
        mark = self._library.catalogue.mark()
        if is_read and arrived.url:
            known = KnownAnswer(arrived.validators.etag, arrived.validators.modified)
            self._memory.remember(arrived.url, known, mark)
        if is_read and is_part:
            self._memory.note(request, arrived.part, mark)
        return is_read


def _name(word: str, request: Request) -> str:
    """The name by which a request is known again, the days that it meant included."""
    span: Span | None = getattr(request, "span", None)
    return f"{word} {span}" if span else word


def _has_parts(request: Request) -> bool:
    """Whether a request that is cut short is worth going on with."""
    return getattr(request, "span", None) is not None


def _failed(name: str, reason: str, in_short: str = "") -> FileReceipt:
    return FileReceipt(name, figures=Figures(problems=1), problems=(Problem(None, reason),), in_short=in_short)


def _in_short(word: str, error: NetworkError) -> str:
    """Why a source was not fetched, in a line; an address goes by its host."""
    reason = error.in_short if isinstance(error, Unreachable) else error
    return f"{clean_line(host_of(word) or word, 60)} was not fetched: {reason}"
