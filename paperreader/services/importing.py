"""Importing files into a library, with a receipt that accounts for every line."""

import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from paperreader.domain.dates import in_year, latest_on_or_before
from paperreader.domain.listing import Listing
from paperreader.domain.parsed import EXCERPT, ParsedListing, Problem, page_feed
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import clean_line
from paperreader.errors import StoreError, UnreadableInput, UsageError
from paperreader.feeds.base import Source
from paperreader.feeds.detection import IMPORTERS, importer_for
from paperreader.resources import sample_pages
from paperreader.services.library import Library
from paperreader.storage.catalogue_import import ListingReceipt, add_listing
from paperreader.storage.quarantine import set_aside

MAX_BYTES = 8_000_000
"""Bytes of a page dump that is read; the largest known has 182,000."""
MAX_LINES = 20_000
"""Lines of one; the page with the most papers known has 217. A line costs far more memory than its bytes."""
STDIN = "-"


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
            raise UsageError(f"no such format: {self.format}; there is {', '.join(known)}")


def import_paths(
    library: Library,
    paths: Iterable[str],
    options: ImportOptions = ImportOptions(),
    *,
    today: Callable[[], date] = date.today,
) -> ImportReceipt:
    """Import files, folders and `-` (standard input); what could not be read or stored is in the receipt.

    Each file is one transaction: it is imported whole or not at all.
    """
    receipts = []
    refused = ""
    for path in _files(paths):
        if refused:
            receipts.append(_failed(path, refused))
            continue
        try:
            receipts.append(_import_source(library, _read(path), options, today))
        except UnreadableInput as error:
            receipts.append(_failed(path, str(error)))
        except StoreError as error:
            # What was imported before is in the receipt; the other files would be refused in the same way.
            receipts.append(_failed(path, f"was not imported: {error}"))
            refused = "was not imported either"
    return ImportReceipt(tuple(receipts))


def import_sample(library: Library) -> ImportReceipt:
    """Import the sample pages shipped with the program, under the dates of their manifest."""
    receipts = [import_paths(library, [str(path)], ImportOptions(date=day)).files[0] for path, day in sample_pages()]
    return ImportReceipt(tuple(receipts))


def _files(paths: Iterable[str]) -> Iterator[str]:
    """The files that paths stand for: a folder's are taken with those of its folders, hidden ones left out."""
    for path in paths:
        if path == STDIN or not os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            yield path
            continue
        found = False
        seen = {os.path.realpath(path)}
        unreadable: list[OSError] = []
        for folder, folders, names in os.walk(path, onerror=unreadable.append, followlinks=True):
            folders[:] = [name for name in sorted(folders) if not name.startswith(".") and _is_new(folder, name, seen)]
            for name in sorted(names):
                if not name.startswith("."):
                    found = True
                    yield str(Path(folder, name))
        yield from (error.filename for error in unreadable)
        if not found and not unreadable:
            yield path  # which is then reported as a folder without files


def _is_new(folder: str, name: str, seen: set[str]) -> bool:
    """Whether a folder is none of those seen, which then holds it too: links may lead round in circles."""
    before = len(seen)
    seen.add(os.path.realpath(Path(folder, name)))
    return len(seen) > before


def _read(path: str) -> Source:
    """The content of a file; raises UnreadableInput."""
    if path == STDIN:
        if sys.stdin is None:  # what Python makes of a closed one
            raise UnreadableInput("is closed")
        return Source(STDIN, _capped(sys.stdin.buffer.read(MAX_BYTES + 1)))
    file = Path(path)
    try:
        status = file.stat()
        if stat.S_ISDIR(status.st_mode):
            os.scandir(path).close()  # which says why, if it cannot be read
            raise UnreadableInput("is a folder without files")
        if not stat.S_ISREG(status.st_mode):
            raise UnreadableInput("is not a regular file")
        with file.open("rb") as stream:
            data = _capped(stream.read(MAX_BYTES + 1))
    except FileNotFoundError as error:
        raise UnreadableInput("does not exist") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise UnreadableInput(f"cannot be read: {reason}") from error
    return Source(path, data, datetime.fromtimestamp(status.st_mtime, UTC).astimezone().date())


def _capped(data: bytes) -> bytes:
    if len(data) > MAX_BYTES:
        raise UnreadableInput(f"is larger than {MAX_BYTES // 1_000_000} MB, which no page dump is")
    if data.count(b"\n") + data.count(b"\r") > 2 * MAX_LINES:  # at \r\n there are two
        raise UnreadableInput(f"has more than {MAX_LINES:,} lines, which no page dump has")
    return data


def _import_source(library: Library, source: Source, options: ImportOptions, today: Callable[[], date]) -> FileReceipt:
    importer = importer_for(source, options.format)
    parsed = importer.parse(source.data)
    if not parsed.papers:
        return _without_papers(source, parsed)
    feed = page_feed(paper.title for paper in parsed.papers)
    with library.catalogue.transaction():
        known = library.catalogue.listing_of_feed(feed, parsed.printed)
        listing = _listing(feed, parsed, source, options, known, today)
        if known and known != listing:
            library.catalogue.move_listing(feed, known.date, listing.date)
        receipt = add_listing(library.catalogue, listing, parsed.papers)
        quarantine = (
            set_aside(library.folder / "quarantine", source.name, parsed.set_aside) if parsed.set_aside else None
        )
    problems = sorted((*parsed.problems, *_repeats(receipt)), key=lambda problem: problem.line or 0)
    return FileReceipt(
        path=source.name,
        format=importer.format,
        date=listing.date,
        date_guessed=listing.guessed,
        figures=Figures(receipt.listed, receipt.new, receipt.known, receipt.updated, len(problems)),
        problems=tuple(problems),
        quarantine=str(quarantine) if quarantine else None,
    )


def _listing(
    feed: str,
    parsed: ParsedListing,
    source: Source,
    options: ImportOptions,
    known: Listing | None,
    today: Callable[[], date],
) -> Listing:
    """The listing of a page: the date that the user gave, else the one it is known under, else a guess.

    Raises UnreadableInput where there is no date at all.
    """
    if options.date:
        return Listing(feed, options.date, printed=parsed.printed)
    if parsed.date:
        # A date that the user set stays; a guess gives way to what the page says in full.
        return known if known and not known.guessed else Listing(feed, parsed.date, printed=parsed.printed)
    if parsed.month_day is None:
        if known:
            return known
        raise UnreadableInput("has no date line such as 'Mar 14'; give the date with --date")
    month, day = parsed.month_day
    if options.year is not None:
        given = in_year(month, day, options.year)
        if given is None:
            raise UnreadableInput(f"is dated 29 February, which {options.year} does not have; give another --year")
        return Listing(feed, given, printed=parsed.printed)
    guess = latest_on_or_before(month, day, source.modified or today())
    return known or Listing(feed, guess, guessed=True, printed=parsed.printed)


def _repeats(receipt: ListingReceipt) -> list[Problem]:
    """The entries that name a paper their page has named before."""
    return [
        Problem(paper.line, "names a paper that the page has listed before", clean_line(paper.title, EXCERPT))
        for paper in receipt.repeated
    ]


def _without_papers(source: Source, parsed: ParsedListing) -> FileReceipt:
    problems = (*parsed.problems, Problem(None, "holds no papers"))
    return FileReceipt(source.name, figures=Figures(problems=len(problems)), problems=problems)


def _failed(path: str, reason: str) -> FileReceipt:
    return FileReceipt(path, figures=Figures(problems=1), problems=(Problem(None, reason),))
