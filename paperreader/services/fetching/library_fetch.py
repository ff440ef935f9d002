"""Fetches lists into a library; each part is imported as it arrives, so a fetch may end at any moment."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from paperreader.domain.import_result import Problem
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import FetchCancelled, NetworkError, Unreachable
from paperreader.feeds.huggingface.api_addresses import current_list_day
from paperreader.services.fetching.downloads import Downloads, Part
from paperreader.services.fetching.fetch_request import (
    HUGGING_FACE,
    ArxivSearch,
    DailyPapers,
    Request,
    parse_source,
    parse_span,
    span_of,
)
from paperreader.services.fetching.network import Network
from paperreader.services.importing.importer import NO_OPTIONS, ImportOptions, import_sources
from paperreader.services.job_progress import Job, JobProgress, Say, Unit
from paperreader.services.library import Library
from paperreader.storage.fetch_memory import FetchMemory, KnownAnswer
from paperreader.web.addresses import host_of
from paperreader.web.limits import CancelToken
from paperreader.web.messages import TransferProgress, Validators

UNCHANGED = "unchanged"
"""The format in the receipt of a list that did not change."""


@dataclass(frozen=True, slots=True)
class FetchPlan:
    """The requests of a fetch with the words that the user wrote, and the day whose list is open."""

    requests: tuple[tuple[str, Request], ...]
    today: date
    notes: tuple[str, ...] = ()


def plan_fetch(
    sources: Sequence[str], network: Network, *, on: str | None = None, since: str | None = None
) -> FetchPlan:
    """The plan for the sources and days that the user wrote (default: `hf`); raises UsageError, contacts no server."""
    today = current_list_day(network.now())
    span = parse_span(on, since, today)
    requests = tuple((word, parse_source(word, span)) for word in sources or (HUGGING_FACE,))
    notes = tuple(
        f"{clean_line(word)} lists only what is new; --date and --since are ignored"
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
    progress: Say = lambda _progress: None,
    imported: Callable[[ImportReceipt], None] = lambda _receipt: None,
    options: ImportOptions = NO_OPTIONS,
) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Fetch the lists of a plan: a receipt with a line for each part, and remarks for the user.

    A list that cannot be fetched or imported is a problem in the receipt. `imported` gets the receipt of each
    part; `options` apply to addresses. Ctrl-C cancels like `token`.
    """
    run = _FetchRun(library, plan.notes, progress, imported, options)
    with network.fetcher(run.tell, token) as fetcher:
        downloads = Downloads(fetcher, network.servers, network.limits, run.known, plan.today)
        for place, (word, request) in enumerate(plan.requests):
            if not run.take(word, request, downloads, [other for other, _ in plan.requests[place + 1 :]]):
                break
    return ImportReceipt(tuple(run.receipts), run.is_refused, run.is_cancelled), tuple(run.notes)


class _FetchRun:
    """One fetch: its receipts and notes, and the memory of earlier fetches."""

    def __init__(
        self,
        library: Library,
        notes: Sequence[str],
        progress: Say,
        imported: Callable[[ImportReceipt], None],
        options: ImportOptions,
    ) -> None:
        self.receipts: list[FileReceipt] = []
        self.notes = list(notes)
        self.is_cancelled = False
        self.is_refused = False
        """Whether the disk refused to store a part."""
        self._library = library
        self._memory = FetchMemory(library.folder)
        self._progress = progress
        self._imported = imported
        self._options = options
        self._source = Safe("")
        self._lists = self._arrived = 0
        """The lists of the source and those that arrived; 0 lists: unknown."""

    def tell(self, step: TransferProgress) -> None:
        """Report the progress of a request."""
        if step.waits:
            note = f"waiting {step.waits:.0f} s, as the server asks"
        else:
            part = f"part {self._arrived + 1:,} · " if self._arrived and not self._lists else ""
            note = f"{part}{step.received / 1_000:,.0f} kB"
        self._progress(JobProgress(Job.FETCH, self._source, self._arrived, self._lists, Unit.LISTS, Safe(note)))

    def known(self, url: str) -> Validators:
        """The validators of the last response of an address, if the catalogue has its papers."""
        if self._options != NO_OPTIONS:  # the same content is imported again with other options
            return Validators()
        answer = self._memory.answer(url, self._library.catalogue.mark())
        return Validators(answer.etag, answer.modified) if answer else Validators()

    def take(self, word: str, request: Request, downloads: Downloads, rest: Sequence[str]) -> bool:
        """Fetch and import the list of one source; False if the sources after it cannot be fetched either."""
        shown = self._source = clean_line(word)
        span = span_of(request)
        name = f"{word} {span}" if span else word
        done = self._memory.done(name, self._library.catalogue.mark())
        self._lists = span.days if span and isinstance(request, DailyPapers) else 0
        self._arrived = len(done)
        self.tell(TransferProgress(""))
        if done:
            self.notes.append(f"{shown} continues an interrupted fetch: {len(done):,} parts had arrived")
        is_complete = True
        try:
            for part in downloads.parts(request, done):
                is_complete &= self._import(part, name, can_continue=span is not None)
                self._arrived += 1
                if self.is_refused:
                    if span:
                        self.notes.append(f"the fetch of {shown} stopped; the parts that had arrived are kept")
                    self.receipts += [_failed(clean_line(other), "was not fetched either") for other in rest]
                    return False
        except (FetchCancelled, KeyboardInterrupt):
            self.is_cancelled = True
            self.notes.append(f"{shown} was cancelled; the parts that had arrived are kept")
            return False
        except NetworkError as error:
            is_offline = isinstance(error, Unreachable) and error.is_offline
            short = error.in_short if isinstance(error, Unreachable) else error
            also = f"; {clean_line(', '.join(rest))} not fetched either" if is_offline and rest else ""
            in_short = f"{clean_line(host_of(word) or word, 60)} was not fetched: {short}{also}"
            self.receipts.append(_failed(shown, f"was not fetched: {error}{also}", in_short))
            return not is_offline
        if is_complete:
            self._memory.end(name)
        return True

    def _import(self, part: Part, request: str, *, can_continue: bool) -> bool:
        """Import a part and remember it; whether all of it could be read."""
        if part.note:
            self.notes.append(part.note)
        if part.source is None:
            self.receipts.append(FileReceipt(part.name, format=UNCHANGED))
            is_read = True
        else:
            # The user's options apply where the user chose the format, and then a better format is advised.
            is_users = part.format is None
            options = self._options if is_users else ImportOptions(part.format)
            receipt = import_sources(self._library, [part.source], options, advises=is_users)
            self.receipts += receipt.files
            self._imported(receipt)
            if receipt.is_interrupted:
                raise KeyboardInterrupt
            self.is_refused = receipt.is_refused
            is_read = not receipt.is_refused and all(file.format for file in receipt.files)
        mark = self._library.catalogue.mark()
        if is_read and part.url:
            self._memory.remember(part.url, KnownAnswer(part.validators.etag, part.validators.modified), mark)
        if is_read and can_continue:
            self._memory.note(request, part.id, mark)
        return is_read


def _failed(name: str, reason: str, in_short: str = "") -> FileReceipt:
    return FileReceipt(name, figures=Figures(problems=1), problems=(Problem(None, reason),), in_short=in_short)
