"""Imports files and fetched lists into a library, with a receipt that accounts for every line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from paperreader.domain.dates import date_in_name, in_year, latest_on_or_before
from paperreader.domain.history import describe_counts
from paperreader.domain.import_result import ParsedListing, Problem, page_feed
from paperreader.domain.listing import KnownListing, Listing, name_of_listing
from paperreader.domain.lists import ImportedFile, imported_file
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.suggestions import correction
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput, UsageError
from paperreader.feeds.base import Importer, Source, StreamImporter
from paperreader.feeds.detection import IMPORTERS, Importers, UnknownFormat, importer_for
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.resources import sample_pages
from paperreader.services.importing.inputs import SIZES, STDIN, Input, Sizes, files_of, input_of, open_input
from paperreader.services.importing.stream_import import (
    NO_PAPERS,
    InputResult,
    duplicate_entry,
    import_stream,
    quarantined,
    user_decisions,
)
from paperreader.services.library import Library
from paperreader.services.triage import SET_DATE
from paperreader.storage.catalogue.imports import Decided, add_listing

NOT_IMPORTED_EITHER = Problem(None, "was not imported either")
"""The problem of every input after an input that could not be stored."""

Progress = Callable[[str, int, int], None]
"""Gets the name of the input, the bytes that are done, and all its bytes; may raise FetchCancelled to cancel."""


def _no_progress(_name: str, _done: int, _all: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """The user's options for all inputs: their format, their date, or the year of dates without a year."""

    format: str | None = None
    date: "date | None" = None
    year: int | None = None

    def __post_init__(self) -> None:
        if self.date is not None and self.year is not None:
            raise UsageError("use --date or --year, not both: a date contains its year")
        known = [importer.format for importer in IMPORTERS]
        if self.format is not None and self.format not in known:
            raise UsageError(f"no such format: {self.format}; {correction(self.format, known)}")


NO_OPTIONS = ImportOptions()


def import_paths(
    library: Library,
    paths: Iterable[str],
    options: ImportOptions = NO_OPTIONS,
    *,
    today: Callable[[], date] = date.today,
    progress: Progress = _no_progress,
    importers: Importers = IMPORTERS,
    sizes: Sizes = SIZES,
) -> ImportReceipt:
    """Import files, folders and `-` (standard input); what could not be read or stored is in the receipt.

    Each file is one transaction, except a stream: it is stored in pieces and continues where it was interrupted. The
    dates that the user gave are one action. Ctrl-C interrupts like FetchCancelled.
    """
    inputs = ((path, partial(open_input, path)) for path in files_of(paths))
    return _ImportRun(library, options, today, progress, importers, sizes).run(inputs)


def import_sources(
    library: Library,
    sources: Iterable[Source],
    options: ImportOptions = NO_OPTIONS,
    *,
    today: Callable[[], date] = date.today,
    advises: bool = True,
) -> ImportReceipt:
    """Import bytes in memory in the same way; `advises`: a problem may suggest a better `--format`."""
    inputs = ((source.name, partial(input_of, source)) for source in sources)
    return _ImportRun(library, options, today, advises=advises).run(inputs)


def import_sample(library: Library) -> ImportReceipt:
    """Import the sample pages shipped with the program, under the dates of their manifest."""
    return import_sources(
        library, (Source(str(path), path.read_bytes(), listed_on=day) for path, day in sample_pages())
    )


@dataclass(frozen=True, slots=True)
class _ImportRun:
    """One import of several inputs into a library."""

    library: Library
    options: ImportOptions
    today: Callable[[], date] = date.today
    progress: Progress = _no_progress
    importers: Importers = IMPORTERS
    sizes: Sizes = SIZES
    advises: bool = True

    def run(self, inputs: Iterator[tuple[str, Callable[[], Input]]]) -> ImportReceipt:
        """Import the inputs one after the other, until an interruption or a refusal of the disk."""
        results: list[InputResult] = []
        is_refused = is_interrupted = False
        for name, open_it in inputs:
            if is_refused:
                results.append(InputResult(_with_problem(FileReceipt(name), NOT_IMPORTED_EITHER)))
                continue
            try:
                with open_it() as found:
                    result = self._import_input(found)
            except (UnreadableInput, StoreError, FetchCancelled, KeyboardInterrupt) as error:
                result = InputResult(FileReceipt(name), interruption=error)
            is_interrupted = isinstance(result.interruption, FetchCancelled | KeyboardInterrupt)
            results.append(_with_interruption(result, is_last=is_interrupted and next(inputs, None) is None))
            if is_interrupted:
                break
            # The disk would refuse the other inputs too; the inputs before are stored and in the receipt.
            is_refused = isinstance(result.interruption, StoreError)
        return ImportReceipt(tuple(self._settle(results)), is_refused, is_interrupted)

    def _import_input(self, found: Input) -> InputResult:
        try:
            importer = importer_for(found.head, self.options.format, self.importers)
        except UnknownFormat as error:
            advice = self._advice(found)
            raise UnreadableInput(f"{error.reason}{advice}" if advice else str(error)) from error
        if not isinstance(importer, StreamImporter):
            return self._import_whole(found, importer)
        day = self.options.date or found.listed_on
        result = import_stream(self.library, found, importer, day, partial(self.progress, found.name), self.sizes)
        if result.receipt.format or result.interruption:
            return result
        return replace(result, receipt=self._with_advice(result.receipt, found))

    def _import_whole(self, found: Input, importer: Importer) -> InputResult:
        """Import an input that fits in memory, in one transaction."""
        self.progress(found.name, 0, found.size or 1)
        source = found.read_whole(importer)
        decoded = decode_input(source.data)
        parsed = importer.parse(decoded.data)
        problems = [problem for listing in parsed for problem in listing.problems]
        if parsed and not any(listing.papers for listing in parsed):
            receipt = FileReceipt(source.name)
            for problem in problems or [NO_PAPERS]:
                receipt = _with_problem(receipt, problem)
            return InputResult(self._with_advice(receipt, found))
        added, user_dates = [], {}
        with self.library.catalogue.transaction():
            decided = user_decisions(self.library)
            for listing in parsed:
                if not listing.papers:
                    continue
                given = self._given_date(listing)
                place = self._place(listing, source, given)
                added.append(add_listing(self.library.catalogue, place, listing.papers, decided, listing.before))
                if (
                    given
                    and listing.feed is None
                    and isinstance(place, KnownListing)
                    and _changes_date(place, given, decided)
                ):
                    user_dates[place.name] = given, place.own.date
            lines = decoded.originals(line for listing in parsed for line in listing.set_aside)
            quarantine = quarantined(self.library, source.name, lines)
        problems += [duplicate_entry(paper) for receipt in added for paper in receipt.repeated]
        problems.sort(key=lambda problem: problem.line or 0)
        shown = {receipt.listing for receipt in added if isinstance(receipt.listing, Listing)}
        only = shown.pop() if len(shown) == 1 else None
        figures = (Figures(receipt.listed, receipt.new, receipt.known, receipt.updated) for receipt in added)
        receipt = FileReceipt(
            path=source.name,
            format=importer.format,
            date=only.date if only else None,
            date_guessed=bool(only and only.guessed),
            figures=sum(figures, Figures(problems=len(problems))),
            problems=tuple(problems),
            quarantine=str(quarantine.path) if quarantine else None,
            encoding=decoded.encoding,
            joined=tuple(joined for receipt in added for joined in receipt.joined),
        )
        return InputResult(receipt, user_dates)

    def _advice(self, found: Input) -> str:
        from paperreader.services.importing.format_advice import format_advice  # only failed inputs need it

        has_date = self.options.date is not None
        return format_advice(found, self.importers, tried=self.options.format, has_date=has_date)

    def _with_advice(self, receipt: FileReceipt, found: Input) -> FileReceipt:
        """The receipt of an input without papers; if the user named a wrong format, with the right one."""
        if self.options.format is None or not self.advises or not (advice := self._advice(found)):
            return receipt
        problem = Problem(None, f"contains no papers as {self.options.format}{advice}")
        return _with_problem(receipt, problem, is_first=True)

    def _given_date(self, parsed: ParsedListing) -> date | None:
        """The date that the user gave for a listing; raises UnreadableInput for 29 February of a common year."""
        year = self.options.year
        if self.options.date or year is None or parsed.date or parsed.month_day is None:
            return self.options.date
        if day := in_year(*parsed.month_day, year):
            return day
        raise UnreadableInput(f"is dated 29 February, which {year} does not have; use another --year")

    def _place(self, parsed: ParsedListing, source: Source, given: date | None) -> KnownListing | ImportedFile:
        """The listing of an input and its date: from the source, else known, else guessed.

        Raises UnreadableInput if there is no date.
        """
        if parsed.feed is None and not parsed.is_undated:
            return self._page(parsed, source, given)
        file = imported_file("standard input" if source.name == STDIN else source.name)
        day = parsed.date or given or source.listed_on
        feed = file.feed
        if not parsed.is_undated:
            feed = parsed.feed or feed
            day = day or date_in_name(source.name) or parsed.likely_date
            if day is None:
                raise UnreadableInput("has no date; set the date of its list with --date")
        if day is None:
            return file
        listing = Listing(feed, day)
        return KnownListing(name_of_listing(listing), listing)

    def _page(self, parsed: ParsedListing, source: Source, given: date | None) -> KnownListing:
        """The listing of a page: a known page keeps its name and date."""
        feed = page_feed(paper.title for paper in parsed.papers)
        known = self.library.catalogue.listing_of_feed(feed, parsed.printed) or self._misread_page(parsed)
        feed = known.own.feed if known else feed
        user_dates = self.library.reading.dates()
        if day := source.listed_on or parsed.date:
            own = Listing(feed, day, printed=parsed.printed)
        elif known:
            return known
        elif parsed.month_day:
            guess = latest_on_or_before(*parsed.month_day, source.modified or self.today())
            own = Listing(feed, guess, guessed=True, printed=parsed.printed)
        elif name := next((name for name in user_dates if name.startswith(f"{feed} ")), None):
            return KnownListing(name, Listing(feed, user_dates[name], guessed=True))
        elif given:
            own = Listing(feed, given, guessed=True)
        else:
            raise UnreadableInput("has no date line such as 'Mar 14'; set the date with --date")
        return KnownListing(known.name if known else name_of_listing(own), own)

    def _misread_page(self, parsed: ParsedListing) -> KnownListing | None:
        """The listing of the same page from an earlier version that read other titles in it."""
        lines = dict(parsed.lines)
        titles = {lines[paper.line]: paper.title for paper in parsed.papers if paper.line in lines}
        return self.library.catalogue.listing_misread(titles, lines.values(), parsed.printed) if titles else None

    def _settle(self, results: Sequence[InputResult]) -> Iterator[FileReceipt]:
        """The receipts, after the user's dates are stored as one action and the catalogue follows all decisions."""
        reading = self.library.reading
        dates = {name: days for result in results for name, days in result.user_dates.items()}
        not_dated = _store_error(lambda: reading.finish(reading.set_dates(SET_DATE, dates))) if dates else None
        not_in_step = _store_error(self.library.apply_decisions)
        for result in results:
            receipt = result.receipt
            if result.user_dates and not_dated:
                receipt = _with_problem(receipt, Problem(None, f"its date was not stored: {not_dated}"))
            elif result.user_dates:
                given, _ = next(iter(result.user_dates.values()))  # the same for all pages of a file
                receipt = replace(receipt, date=given, date_guessed=False)
            if not_in_step and receipt.format:
                reason = f"earlier decisions are not applied to it yet: {not_in_step}"
                receipt = _with_problem(receipt, Problem(None, reason))
            yield receipt


def _changes_date(known: KnownListing, given: date, decided: Decided) -> bool:
    """Whether the date that the user gave differs from the known date, or confirms a guess."""
    stored = decided.confirmed.get(known.name)
    return given != stored and bool(known.own.guessed or known.own.date != given or stored)


def _store_error(work: Callable[[], object]) -> str | None:
    """The error that stopped some work; None if the work is done."""
    try:
        work()
    except StoreError as error:
        return str(error)
    return None


def _with_interruption(result: InputResult, *, is_last: bool) -> InputResult:
    """The result of an input; if its import was interrupted, with the reason and what is stored."""
    kept = "; none of it is kept; import it again"
    if result.kept:
        share = f" ({result.share:.0%} of it)" if result.share is not None else ""
        kept = f"; {describe_counts(result.kept)} kept{share}; import it again to continue"
    match result.interruption:
        case None:
            return result
        case FetchCancelled() | KeyboardInterrupt():
            reason = f"was interrupted{kept}" + ("" if is_last else "; the files after it were not read")
        case StoreError() as error:
            reason = f"was imported in part: {error}{kept}" if result.kept else f"was not imported: {error}"
        case UnreadableInput() as error:
            reason = f"{error}{kept}" if result.kept else str(error)
    receipt = replace(result.receipt, cut_short=reason) if result.receipt.format else result.receipt
    return replace(result, receipt=_with_problem(receipt, Problem(None, reason)))


def _with_problem(receipt: FileReceipt, problem: Problem, *, is_first: bool = False) -> FileReceipt:
    figures = replace(receipt.figures, problems=receipt.figures.problems + 1)
    problems = (problem, *receipt.problems) if is_first else (*receipt.problems, problem)
    return replace(receipt, figures=figures, problems=problems)
