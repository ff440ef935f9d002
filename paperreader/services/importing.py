"""Importing files into a library, with a receipt that accounts for every line."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial

from paperreader.domain.dates import date_in, in_year, latest_on_or_before
from paperreader.domain.listing import KnownListing, Listing, ListingName, name_of_listing
from paperreader.domain.parsed import ParsedListing, Problem, page_feed
from paperreader.domain.places import ImportedFile, imported_file
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.suggestions import correction
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput, UsageError
from paperreader.feeds.base import Source, StreamImporter
from paperreader.feeds.detection import IMPORTERS, importer_for
from paperreader.resources import sample_pages
from paperreader.services.importing_streams import (
    NO_PAPERS,
    CutShort,
    decided_by,
    import_stream,
    quarantined,
    repeat_of,
)
from paperreader.services.inputs import STDIN, Input, files_of, input_of, open_input
from paperreader.services.library import Library
from paperreader.services.triage import SET_DATE
from paperreader.storage.catalogue_import import add_listing

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


def import_paths(
    library: Library,
    paths: Iterable[str],
    options: ImportOptions = ImportOptions(),
    *,
    today: Callable[[], date] = date.today,
    progress: Progress = _tell_nobody,
) -> ImportReceipt:
    """Import files, folders and `-` (standard input); what could not be read or stored is in the receipt.

    Each file is one transaction: it is imported whole or not at all; but one that is read as a stream is stored in
    pieces, and goes on where it was cut short. The dates that the user gave are one action.
    """
    opened = ((path, partial(open_input, path)) for path in files_of(paths))
    return _import_all(library, opened, _Asked(options, today, progress))


def import_sources(
    library: Library,
    sources: Iterable[Source],
    options: ImportOptions = ImportOptions(),
    *,
    today: Callable[[], date] = date.today,
) -> ImportReceipt:
    """Import what was read already, in the same way."""
    opened = ((source.name, partial(input_of, source)) for source in sources)
    return _import_all(library, opened, _Asked(options, today, _tell_nobody))


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is asked of an import."""

    options: ImportOptions
    today: Callable[[], date]
    progress: Progress


def _import_all(library: Library, opened: Iterable[tuple[str, Callable[[], Input]]], asked: _Asked) -> ImportReceipt:
    imported: list[_Imported] = []
    is_refused = False
    for name, open_it in opened:
        if is_refused:
            imported.append(_Imported(_failed(name, "was not imported either")))
            continue
        try:
            with open_it() as found:
                came = _import_input(library, found, asked)
        except (UnreadableInput, StoreError, FetchCancelled) as error:
            came = _Imported(FileReceipt(name), cut_short=error)
        imported.append(_ended(came))
        if isinstance(came.cut_short, FetchCancelled):
            break
        # What was imported before is in the receipt; the other files would be refused in the same way.
        is_refused = isinstance(came.cut_short, StoreError)
    return ImportReceipt(tuple(_settled(library, imported)), is_refused)


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


def _import_input(library: Library, found: Input, asked: _Asked) -> _Imported:
    """Import one input, under the dates known of it; and those that the user says, where these are others."""
    importer = importer_for(found.head, asked.options.format)
    if isinstance(importer, StreamImporter):
        day = asked.options.date or found.listed_on
        receipt, cut_short = import_stream(library, found, importer, day, partial(asked.progress, found.name))
        return _Imported(receipt, cut_short=cut_short)
    asked.progress(found.name, 0, found.size or 1)
    source = found.whole(importer)
    parsed = importer.parse(source.data)
    if parsed and not any(listing.papers for listing in parsed):
        return _Imported(_without_papers(source, parsed))
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
        set_aside = [line for listing in parsed for line in listing.set_aside]
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
    )
    return _Imported(receipt, said)


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
    day = day or date_in(source.name) or parsed.likely_date
    if day:
        return _named(Listing(parsed.feed or file.feed, day))
    raise UnreadableInput("says no date; give the date of its list with --date")


def _named(listing: Listing) -> KnownListing:
    return KnownListing(name_of_listing(listing), listing)


def _known_page(
    library: Library, parsed: ParsedListing, source: Source, given: date | None, today: Callable[[], date]
) -> KnownListing:
    feed = page_feed(paper.title for paper in parsed.papers)
    known = library.catalogue.listing_of_feed(feed, parsed.printed)
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
            ((given, _),) = dated.values()
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


def _ended(came: _Imported) -> _Imported:
    """What came of an input, with what cut its import short, if anything did, in the receipt."""
    is_begun = came.receipt.format is not None
    match came.cut_short:
        case None:
            return came
        case FetchCancelled():
            reason = "was called off; what was imported before is kept"
        case StoreError() as error:
            reason = f"was imported in part only: {error}" if is_begun else f"was not imported: {error}"
        case UnreadableInput() as error:
            reason = f"{error}; what was imported before is kept" if is_begun else str(error)
    receipt = replace(came.receipt, cut_short=reason) if is_begun else came.receipt
    return replace(came, receipt=_with_problem(receipt, reason))


def _with_problem(receipt: FileReceipt, reason: str) -> FileReceipt:
    figures = replace(receipt.figures, problems=receipt.figures.problems + 1)
    return replace(receipt, figures=figures, problems=(*receipt.problems, Problem(None, reason)))


def _without_papers(source: Source, parsed: Sequence[ParsedListing]) -> FileReceipt:
    problems = tuple(problem for listing in parsed for problem in listing.problems) or (NO_PAPERS,)
    return FileReceipt(source.name, figures=Figures(problems=len(problems)), problems=problems)


def _failed(path: str, reason: str) -> FileReceipt:
    return FileReceipt(path, figures=Figures(problems=1), problems=(Problem(None, reason),))
