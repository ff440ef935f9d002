"""Importing files into a library, with a receipt that accounts for every line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from paperreader.domain.dates import date_in_name, in_year, latest_on_or_before
from paperreader.domain.history import describe_counts
from paperreader.domain.listing import KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.parsed import ParsedListing, Problem, page_feed
from paperreader.domain.places import ImportedFile, imported_file
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.suggestions import correction
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput, UsageError
from paperreader.feeds.base import Source, StreamImporter
from paperreader.feeds.detection import IMPORTERS, Importers, UnknownFormat, importer_for
from paperreader.feeds.syntax.encoding import decode_input
from paperreader.resources import sample_pages
from paperreader.services.importing.inputs import SIZES, STDIN, Input, Sizes, files_of, input_of, open_input
from paperreader.services.importing.streams import (
    NO_PAPERS,
    CutShort,
    Streamed,
    decided_by,
    import_stream,
    quarantined,
    repeat_of,
)
from paperreader.services.importing.trials import formats_that_read
from paperreader.services.library import Library
from paperreader.services.triage import SET_DATE
from paperreader.storage.catalogue.imports import add_listing

NOT_IMPORTED_EITHER = Problem(None, "was not imported either")
"""The problem of every input after one that could not be stored."""

Progress = Callable[[str, int, int], None]
"""What is told how far an import is: the name of the input, bytes done, bytes in all.

It may raise FetchCancelled, which calls the import off.
"""


def _tell_nobody(_name: str, _done: int, _all: int) -> None:
    """No progress is wanted."""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says about the inputs: their format, their date, or the year of dates that have none."""

    format: str | None = None
    date: "date | None" = None
    year: int | None = None

    def __post_init__(self) -> None:
        if self.date is not None and self.year is not None:
            raise UsageError("--date and --year exclude each other: a date has its year")
        known = [importer.format for importer in IMPORTERS]
        if self.format is not None and self.format not in known:
            raise UsageError(f"no such format: {self.format}; {correction(self.format, known)}")


NO_OPTIONS = ImportOptions()
"""The user says nothing about the inputs."""


def import_paths(
    library: Library,
    paths: Iterable[str],
    options: ImportOptions = NO_OPTIONS,
    *,
    today: Callable[[], date] = date.today,
    progress: Progress = _tell_nobody,
    importers: Importers = IMPORTERS,
    sizes: Sizes = SIZES,
) -> ImportReceipt:
    """Import files, folders and `-` (standard input); what could not be read or stored is in the receipt.

    Each file is one transaction: it is imported whole or not at all; but one that is read as a stream is stored in
    pieces, and goes on where it was cut short. The dates that the user gave are one action. Ctrl-C ends an import as
    FetchCancelled does.
    """
    opened = ((path, partial(open_input, path, sizes.head)) for path in files_of(paths))
    return _import_all(library, opened, _Asked(options, today, progress, importers, sizes))


def import_sources(
    library: Library,
    sources: Iterable[Source],
    options: ImportOptions = NO_OPTIONS,
    *,
    today: Callable[[], date] = date.today,
    advises: bool = True,
) -> ImportReceipt:
    """Import what was read already, in the same way; `advises`: tell the user of a better `--format`."""
    opened = ((source.name, partial(input_of, source)) for source in sources)
    return _import_all(library, opened, _Asked(options, today, advises=advises))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of an import."""

    options: ImportOptions
    today: Callable[[], date]
    progress: Progress = _tell_nobody
    importers: Importers = IMPORTERS
    sizes: Sizes = SIZES
    advises: bool = True


def _import_all(library: Library, opened: Iterator[tuple[str, Callable[[], Input]]], asked: _Asked) -> ImportReceipt:
    imported: list[_Imported] = []
    is_refused = is_interrupted = False
    for name, open_it in opened:
        if is_refused:
            imported.append(_Imported(FileReceipt(name, figures=Figures(problems=1), problems=(NOT_IMPORTED_EITHER,))))
            continue
        try:
            with open_it() as found:
                came = _import_input(library, found, asked)
        except (UnreadableInput, StoreError, FetchCancelled, KeyboardInterrupt) as error:
            came = _Imported(FileReceipt(name), cut_short=error)
        is_interrupted = isinstance(came.cut_short, FetchCancelled | KeyboardInterrupt)
        imported.append(_ended(came, is_last=is_interrupted and next(opened, None) is None))
        if is_interrupted:
            break
        # What was imported before is in the receipt; the other files would be refused in the same way.
        is_refused = isinstance(came.cut_short, StoreError)
    return ImportReceipt(tuple(_settled(library, imported)), is_refused, is_interrupted)


def import_sample(library: Library) -> ImportReceipt:
    """Import the sample pages shipped with the program, under the dates of their manifest."""
    sources = (Source(str(path), path.read_bytes(), listed_on=day) for path, day in sample_pages())
    return import_sources(library, sources)


_Said = dict[ListingName, tuple[date, date]]
"""The dates that the user says listings are of, each with the one that the listing has by itself."""


@dataclass(frozen=True, slots=True)
class _Imported:
    """What came of an input: its receipt, the dates that the user says of it, and what cut its import short."""

    receipt: FileReceipt
    said: _Said = field(default_factory=dict)
    cut_short: CutShort | None = None
    streamed: Streamed | None = None


def _import_input(library: Library, found: Input, asked: _Asked) -> _Imported:
    """Import one input, under the dates known of it; and those that the user says, where these are others."""
    try:
        importer = importer_for(found.head, asked.options.format, asked.importers)
    except UnknownFormat as error:
        cure = _cure(found, asked)
        raise UnreadableInput(f"{error.reason}{cure}" if cure else str(error)) from error
    if isinstance(importer, StreamImporter):
        day = asked.options.date or found.listed_on
        streamed = import_stream(library, found, importer, day, partial(asked.progress, found.name), asked.sizes)
        receipt = streamed.receipt
        if not (receipt.format or streamed.cut_short):
            receipt = _with_cure(receipt, found, asked)
        return _Imported(receipt, cut_short=streamed.cut_short, streamed=streamed)
    asked.progress(found.name, 0, found.size or 1)
    source = found.whole(importer)
    decoded = decode_input(source.data)
    parsed = importer.parse(decoded.data)
    if parsed and not any(listing.papers for listing in parsed):
        return _Imported(_with_cure(_without_papers(source, parsed), found, asked))
    receipts, said = [], {}
    with library.catalogue.transaction():
        decided = decided_by(library)
        for listing in parsed:
            if not listing.papers:
                continue
            given = _given(listing, asked.options)
            known = _known(library, listing, source, given, asked.today)
            receipts.append(add_listing(library.catalogue, known, listing.papers, decided, listing.before))
            if (
                isinstance(known, KnownListing)
                and listing.feed is None
                and _is_new(known, given, decided.confirmed.get(known.name))
            ):
                assert given is not None
                said[known.name] = given, known.own.date
        set_aside = decoded.originals(line for listing in parsed for line in listing.set_aside)
        quarantine = quarantined(library, source.name, set_aside)
    problems = sorted(
        (
            *(problem for listing in parsed for problem in listing.problems),
            *(problem for receipt in receipts for problem in map(repeat_of, receipt.repeated)),
        ),
        key=lambda problem: problem.line or 0,
    )
    shown = {receipt.listing for receipt in receipts if isinstance(receipt.listing, Listing)}
    only = shown.pop() if len(shown) == 1 else None
    receipt = FileReceipt(
        path=source.name,
        format=importer.format,
        date=only.date if only else None,
        date_guessed=bool(only and only.guessed),
        figures=sum(
            (Figures(receipt.listed, receipt.new, receipt.known, receipt.updated) for receipt in receipts),
            Figures(problems=len(problems)),
        ),
        problems=tuple(problems),
        quarantine=str(quarantine.path) if quarantine else None,
        encoding=decoded.encoding,
        joined=tuple(joined for receipt in receipts for joined in receipt.joined),
    )
    return _Imported(receipt, said)


def _cure(found: Input, asked: _Asked) -> str:
    """The end of a message: what an input is, or which format finds papers in it; empty if neither is known."""
    try:
        recognised = importer_for(found.head, importers=asked.importers).format
    except UnknownFormat:
        recognised = ""
    except UnreadableInput as error:
        return f"; it {error}"
    but = asked.options.format
    for format_name, needs_date in formats_that_read(found, asked.importers, recognised=recognised, but=but):
        date = " --date YYYY-MM-DD" if needs_date and not asked.options.date else ""
        if format_name == recognised and not date:
            return f"; its format is {format_name}: leave out --format"
        return f"; the format {format_name} finds papers in it: import it with --format {format_name}{date}"
    return ""


def _with_cure(receipt: FileReceipt, found: Input, asked: _Asked) -> FileReceipt:
    """The receipt of an input without papers; if the user named the format, with the right one."""
    if asked.options.format is None or not asked.advises or not (cure := _cure(found, asked)):
        return receipt
    return _with_problem(receipt, f"holds no papers as {asked.options.format}{cure}", first=True)


def _is_new(known: KnownListing, given: date | None, written: date | None) -> bool:
    """Whether the user says another date of a listing than is known."""
    return given is not None and given != written and bool(known.own.guessed or known.own.date != given or written)


def _given(parsed: ParsedListing, options: ImportOptions) -> date | None:
    """The date that the user says an input is of; raises UnreadableInput for a day that the year does not have."""
    if options.date or options.year is None or parsed.date or parsed.month_day is None:
        return options.date
    if day := in_year(*parsed.month_day, options.year):
        return day
    raise UnreadableInput(f"is dated 29 February, which {options.year} does not have; give another --year")


def _known(
    library: Library,
    parsed: ParsedListing,
    source: Source,
    given: date | None,
    today: Callable[[], date],
) -> KnownListing | ImportedFile:
    """The listing of an input by its name, under the date that the source says, else the one known, else a guess.

    Raises UnreadableInput where there is no date at all.
    """
    if parsed.feed is None and not parsed.is_undated:
        return _known_page(library, parsed, source, given, today)
    file = imported_file("standard input" if source.name == STDIN else source.name)
    day = parsed.date or given or source.listed_on
    if parsed.is_undated:
        return _named(Listing(file.feed, day)) if day else file
    day = day or date_in_name(source.name) or parsed.likely_date
    if day:
        return _named(Listing(parsed.feed or file.feed, day))
    raise UnreadableInput("says no date; give the date of its list with --date")


def _named(listing: Listing) -> KnownListing:
    return KnownListing(name_of_listing(listing), listing)


def _known_page(
    library: Library, parsed: ParsedListing, source: Source, given: date | None, today: Callable[[], date]
) -> KnownListing:
    feed = page_feed(paper.title for paper in parsed.papers)
    known = library.catalogue.listing_of_feed(feed, parsed.printed) or _misread_before(library, parsed)
    feed = known.own.feed if known else feed
    if day := source.listed_on or parsed.date:
        own = Listing(feed, day, printed=parsed.printed)
    elif known:
        return known
    elif parsed.month_day:
        guess = latest_on_or_before(*parsed.month_day, source.modified or today())
        own = Listing(feed, guess, guessed=True, printed=parsed.printed)
    elif name := next((name for name in library.reading.dates() if name.startswith(f"{feed} ")), None):
        return KnownListing(name, Listing(feed, library.reading.dates()[name], guessed=True))
    elif given:
        own = Listing(feed, given, guessed=True)
    else:
        raise UnreadableInput("has no date line such as 'Mar 14'; give the date with --date")
    return KnownListing(known.name if known else name_of_listing(own), own)


def _misread_before(library: Library, parsed: ParsedListing) -> KnownListing | None:
    """The listing that an earlier version made of the same page, if it read other titles in it."""
    lines = dict(parsed.lines)
    titles = {lines[paper.line]: paper.title for paper in parsed.papers if paper.line in lines}
    return library.catalogue.listing_misread(titles, lines.values(), parsed.printed) if titles else None


def _settled(library: Library, imported: Sequence[_Imported]) -> Iterator[FileReceipt]:
    """The receipts, when the dates that the user said are written down, and the catalogue is in step with that.

    Then what was decided about papers that were found to be one is joined as well. The dates are one action.
    """
    said = {name: days for came in imported for name, days in came.said.items()}
    undated = _refusal(lambda: library.reading.finish(library.reading.set_dates(SET_DATE, said))) if said else None
    astray = _refusal(library.keep_in_step)
    for came in imported:
        receipt, dated, settled = came.receipt, came.said, came.receipt
        if undated and dated:
            settled = _with_problem(receipt, f"its date was not kept: {undated}")
        elif dated:
            given, _ = next(iter(dated.values()))  # the same for all pages of a file
            settled = replace(receipt, date=given, date_guessed=False)
        if astray and receipt.format:
            settled = _with_problem(settled, f"what was decided before is not in step with it yet: {astray}")
        yield settled


def _refusal(work: Callable[[], object]) -> str | None:
    """Why some work was refused, if it was."""
    try:
        work()
    except StoreError as error:
        return str(error)
    return None


def _ended(came: _Imported, *, is_last: bool) -> _Imported:
    """What came of an input, with what cut its import short, if anything did, in the receipt."""
    is_begun = came.streamed is not None and came.streamed.kept > 0
    kept = _kept(came.streamed)
    match came.cut_short:
        case None:
            return came
        case FetchCancelled() | KeyboardInterrupt():
            reason = f"was interrupted{kept}" + ("" if is_last else "; the files after it were not read")
        case StoreError() as error:
            reason = f"was imported in part only: {error}{kept}" if is_begun else f"was not imported: {error}"
        case UnreadableInput() as error:
            reason = f"{error}{kept}" if is_begun else str(error)
    receipt = replace(came.receipt, cut_short=reason) if came.receipt.format else came.receipt
    return replace(came, receipt=_with_problem(receipt, reason))


def _kept(streamed: Streamed | None) -> str:
    """The end of a message: how many papers of an interrupted input are kept, and how to go on."""
    if streamed is None or not streamed.kept:
        return "; nothing of it is kept; import it again"
    share = f" ({streamed.share:.0%} of it)" if streamed.share is not None else ""
    return f"; {describe_counts(streamed.kept)} kept{share}; import it again to go on"


def _with_problem(receipt: FileReceipt, reason: str, *, first: bool = False) -> FileReceipt:
    figures = replace(receipt.figures, problems=receipt.figures.problems + 1)
    told = Problem(None, reason)
    problems = (told, *receipt.problems) if first else (*receipt.problems, told)
    return replace(receipt, figures=figures, problems=problems)


def _without_papers(source: Source, parsed: Sequence[ParsedListing]) -> FileReceipt:
    problems = tuple(problem for listing in parsed for problem in listing.problems) or (NO_PAPERS,)
    return FileReceipt(source.name, figures=Figures(problems=len(problems)), problems=problems)
