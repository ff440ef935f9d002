"""Stream imports: stored in pieces, continued after an interruption, with every line accounted for."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.entry import FiledPaper
from paperreader.domain.import_result import ParsedItem, ParsedPaper, Problem
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.receipt import Figures, ImportReceipt, Outcome
from paperreader.domain.text import Safe
from paperreader.errors import FetchCancelled, StoreError, UnreadableInput
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.importing.inputs import Sizes
from paperreader.services.library import Library

FILE = ImportedFile(Safe("papers.lines"))
PIECES = Sizes(piece=3)


class Lines:
    """A test format: a JSON list of title and dates in each line."""

    format = "lines"

    def __init__(self) -> None:
        self.begun: list[tuple[int, int]] = []

    def recognises(self, head: bytes) -> bool:
        """Whether it begins with a list."""
        return head.startswith(b"[")

    def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
        """One item a line."""
        self.begun.append((line, offset))
        for number, data in enumerate(lines, line):
            offset += len(data)
            try:
                title, *days = json.loads(data)
            except ValueError:
                yield ParsedItem(Problem(number, "no list"), offset, set_aside=data.strip())
                continue
            dates = tuple(map(date.fromisoformat, days))
            yield ParsedItem(ParsedPaper(title, f"About {title}. " * 9, line=number), offset, "lines", dates)


@pytest.fixture
def importer() -> Lines:
    """The test format as the only format."""
    return Lines()


def _import(
    library: Library, importer: Lines, path: str, *paths: str, sizes: Sizes = PIECES, **asked: Any
) -> ImportReceipt:
    return import_paths(library, [path, *paths], importers=(importer,), sizes=sizes, **asked)


def _write(folder: Path, *lines: object) -> str:
    path = folder / "papers.lines"
    path.write_text("".join(f"{line if isinstance(line, str) else json.dumps(line)}\n" for line in lines))
    return str(path)


TITLES = [f"The invented paper number {number}" for number in range(8)]


def test_a_stream_is_stored_in_pieces_and_accounted_for(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: figures and ranks cover all pieces; progress is reported after each piece."""
    told: list[tuple[int, int]] = []
    path = _write(tmp_path, *([title] for title in TITLES))
    size = Path(path).stat().st_size
    receipt = _import(library, importer, path, progress=lambda _name, done, of: told.append((done, of)))
    assert receipt.totals == Figures(8, 8, 0, 0, 0)
    assert told[0] == (0, size)
    assert told[-1] == (size, size)
    assert len(told) == 4
    assert [row.title for row in library.rows(library.ids(FILE))] == TITLES
    again = _import(library, importer, path)
    assert again.totals == Figures(8, 0, 8, 0, 0)


def test_a_bad_line_affects_only_itself(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: each bad line is a problem with its number and is quarantined; duplicates are problems too."""
    lines = [TITLES[0]], "[no", [TITLES[0]], [TITLES[1]], "{}x", [TITLES[2]]
    (file,) = _import(library, importer, _write(tmp_path, *lines)).files
    assert file.figures == Figures(3, 3, 0, 0, 3)
    assert [(problem.line, problem.reason) for problem in file.problems] == [
        (2, "no list"),
        (3, "duplicate entry"),
        (5, "no list"),
    ]
    assert file.quarantine is not None
    assert [str(path) for path in (library.folder / "quarantine").iterdir()] == [file.quarantine]
    assert Path(file.quarantine).read_text() == "2: [no\n5: {}x\n"


def test_an_interrupted_import_continues(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: stored pieces stay, and the next import starts after them with the same result."""
    path = _write(tmp_path, *([title, f"2025-03-{10 + number % 2}"] for number, title in enumerate(TITLES)))

    def stop(_name: str, done: int, _size: int) -> None:
        if done:
            raise StoreError("the disk is full")

    cut = _import(library, importer, path, progress=stop)
    assert cut.files[0].cut_short == (
        "was imported in part: the disk is full; 3 papers kept (38% of it); import it again to continue"
    )
    assert cut.totals == Figures(3, 3, 0, 0, 1)
    assert cut.outcome is Outcome.FAILED
    assert library.catalogue.count() == 3
    receipt = _import(library, importer, path)
    assert importer.begun[-1][0] == 4
    assert importer.begun[-1][1] > 0
    assert receipt.totals == Figures(8, 5, 3, 0, 0)
    assert receipt.files[0].remarks == ("resumed after 3 papers that an interrupted import stored",)
    whole = Library(tmp_path / "whole")
    _import(whole, importer, path)
    for day in (date(2025, 3, 10), date(2025, 3, 11)):
        titles = [[row.title for row in one.rows(one.catalogue.ids_on(day))] for one in (library, whole)]
        assert titles[0] == titles[1]
    assert not [*library.catalogue.connection.execute("SELECT * FROM unfinished")]
    whole.close()


def test_a_cancelled_import_reports_its_own_run(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: the receipt of an interrupted run has the figures of that run; the last receipt has all."""
    path = _write(tmp_path, [TITLES[0]], "[no", [TITLES[0]], *([title] for title in TITLES[1:]))

    def stop_after(pieces: int) -> Callable[[str, int, int], None]:
        told: list[int] = []

        def progress(_name: str, done: int, _size: int) -> None:
            told.append(done)
            if len(told) > pieces:
                raise FetchCancelled("enough")

        return progress

    first, second, third = [_import(library, importer, path, progress=stop_after(pieces)) for pieces in (1, 0, 2)]
    reason = "was interrupted; 1 paper kept (23% of it); import it again to continue"
    assert first.totals == Figures(1, 1, 0, 0, 3)
    assert [problem.line for problem in first.files[0].problems] == [2, 3, None]
    assert first.files[0].cut_short == first.files[0].problems[-1].reason == reason
    assert first.files[0].quarantine is not None
    assert first.outcome is Outcome.INCOMPLETE
    assert second.totals == Figures(problems=1)
    assert second.files[0].problems[0].reason == reason
    assert (second.files[0].format, second.files[0].cut_short, second.outcome) == (None, "", Outcome.FAILED)
    assert third.totals == Figures(6, 6, 0, 0, 1)
    last = _import(library, importer, path)
    assert last.totals == Figures(8, 1, 7, 0, 2)
    assert last.files[0].cut_short == ""
    assert [(problem.line, str(problem.excerpt)) for problem in last.files[0].problems] == [
        (problem.line, str(problem.excerpt)) for problem in first.files[0].problems[:2]
    ]
    assert last.files[0].quarantine == first.files[0].quarantine
    assert Path(last.files[0].quarantine or "").read_bytes() == b"2: [no\n"


def test_a_continued_import_has_one_quarantine_file(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: the file has the lines of all runs; a file that an earlier receipt names stays."""
    lines: list[str | list[str]] = [[TITLES[0]], "[no", [TITLES[1]], [TITLES[2]], "[no again", [TITLES[3]]]
    (earlier,) = _import(library, importer, _write(tmp_path, *lines[:3])).files

    def stop(_name: str, done: int, _size: int) -> None:
        if done:
            raise StoreError("the disk is full")

    path = _write(tmp_path, *lines)
    _import(library, importer, path, progress=stop)
    (last,) = _import(library, importer, path).files
    assert [problem.line for problem in last.problems] == [2, 5]
    assert Path(last.quarantine or "").read_bytes() == b"2: [no\n5: [no again\n"
    assert Path(earlier.quarantine or "").read_bytes() == b"2: [no\n"
    assert len(list((library.folder / "quarantine").iterdir())) == 2


def test_a_piece_that_the_disk_refuses_is_not_counted(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: the figures are those of the stored pieces."""
    path = _write(tmp_path, *([title] for title in TITLES[:3]), *([f"{title} {'long' * 9_000}"] for title in TITLES))

    def fill_the_disk(_name: str, done: int, _size: int) -> None:
        if done:
            (pages,) = library.catalogue.connection.execute("PRAGMA page_count").fetchone()
            library.catalogue.connection.execute(f"PRAGMA max_page_count = {pages}")

    receipt = _import(library, importer, path, path, progress=fill_the_disk)
    assert receipt.totals == Figures(3, 3, 0, 0, 2)
    cut, other = receipt.files
    assert "disk is full" in cut.cut_short
    assert other.problems[0].reason == "was not imported either"
    assert library.catalogue.count() == 3


def test_a_read_error_keeps_the_items_before_it(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: the items before a read error are stored and counted once."""
    path = _write(tmp_path, *([title] for title in TITLES))

    class Breaking(Lines):
        """The test format on a disk that fails."""

        def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
            """The items before the sixth line."""
            for item in super().read(lines, line=line, offset=offset):
                if item.found.line == 6:
                    raise UnreadableInput("cannot be read: Input/output error")
                yield item

    receipt = _import(library, Breaking(), path)
    reason = "cannot be read: Input/output error; 5 papers kept (62% of it); import it again to continue"
    assert receipt.totals == Figures(5, 5, 0, 0, 1)
    assert (receipt.files[0].format, receipt.files[0].cut_short) == ("lines", reason)
    assert receipt.outcome is Outcome.INCOMPLETE
    assert _import(library, importer, path).totals == Figures(8, 3, 5, 0, 0)
    assert importer.begun[-1][0] == 6


def test_another_file_of_the_same_name_starts_at_the_beginning(
    library: Library, importer: Lines, tmp_path: Path
) -> None:
    """Rule: an import continues only the same input."""

    def stop(_name: str, done: int, _size: int) -> None:
        if done:
            raise StoreError("the disk is full")

    _import(library, importer, _write(tmp_path, *([title] for title in TITLES)), progress=stop)
    receipt = _import(library, importer, _write(tmp_path, *([f"{title} of another kind"] for title in TITLES)))
    assert importer.begun[-1] == (1, 0)
    assert receipt.totals == Figures(8, 8, 0, 0, 0)


def test_papers_without_a_date_are_on_the_shelf_of_their_file(
    library: Library, importer: Lines, tmp_path: Path
) -> None:
    """Rule: they are on the shelf of their file and among all papers, but on no date and not unread."""
    _import(library, importer, _write(tmp_path, [TITLES[0], "2025-03-10"], [TITLES[1]], [TITLES[2]]))
    counts = library.counts()
    assert counts.files == ((FILE, 2),)
    assert counts.shelves[Shelf.UNREAD] == 1
    assert counts.shelves[Shelf.ALL] == 3
    assert len(library.ids(Shelf.UNREAD)) == 1
    assert [row.title for row in library.rows(library.ids(FILE))] == TITLES[1:3]
    assert [count.papers for count in counts.dates] == [1]
    (entry,) = library.entries(library.ids(FILE)[:1])
    assert entry.files == (FiledPaper(FILE, 1),)
    assert entry.listed == ()


def test_many_problems_are_counted_and_the_first_are_listed(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: a file of bad lines needs no memory for each: the first are listed, the others counted."""
    receipt = _import(library, importer, _write(tmp_path, [TITLES[0]], *["[no"] * 20), sizes=Sizes(problems=4))
    (file,) = receipt.files
    assert file.figures.problems == 20
    assert [problem.line for problem in file.problems] == [2, 3, 4, 5, None]
    assert file.problems[-1].reason == "more problems, not listed here: 16"


def test_items_without_a_date_get_the_users_date(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: `--date` applies to items without a date; items with a date keep it."""
    path = _write(tmp_path, [TITLES[0]], [TITLES[1], "2025-03-11"])
    _import(library, importer, path, options=ImportOptions(date=date(2025, 3, 14)))
    listed = {
        day: [row.title for row in library.rows(library.catalogue.ids_on(day))]
        for day in (date(2025, 3, 14), date(2025, 3, 11))
    }
    assert listed == {date(2025, 3, 14): [TITLES[0]], date(2025, 3, 11): [TITLES[1]]}
    assert not len(library.ids(FILE))
    (file,) = _import(
        library, importer, _write(tmp_path, [TITLES[0]]), options=ImportOptions(date=date(2025, 3, 14))
    ).files
    assert file.date == date(2025, 3, 14)


def test_importing_the_output_of_list_changes_nothing(
    library: Library, tmp_path: Path, write_page: Callable[..., Path]
) -> None:
    """Rule: a part of the output of `list --json` leaves ranks, guesses and lists as they are."""
    about = [(title, f"It is about {title}, and about nothing else. " * 3 + "So it is.") for title in TITLES[:4]]
    import_paths(library, [str(write_page(*about, date="Mar 14"))])
    (day,) = library.counts().dates
    (listing,) = library.catalogue.listings()
    before = [library.catalogue.places([paper]) for paper in library.catalogue.ids_on(day.date)]
    lines = [
        {"title": title, "abstract": text, "listings": [{"feed": listing.feed, "date": str(day.date), "rank": rank}]}
        for rank, (title, text) in enumerate(about[2:], 3)
    ]
    printed = tmp_path / "printed.jsonl"
    printed.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    assert import_paths(library, [str(printed)]).totals == Figures(2, 0, 2, 0, 0)
    assert [library.catalogue.places([paper]) for paper in library.catalogue.ids_on(day.date)] == before


def test_a_guessed_date_stays_a_guess(library: Library, tmp_path: Path) -> None:
    """Rule: a date that another library guessed is a guess here too."""
    line = {
        "title": TITLES[0],
        "abstract": "",
        "listings": [{"feed": "page:01234567", "date": "2025-03-14", "date_guessed": True, "rank": 7}],
    }
    printed = tmp_path / "printed.jsonl"
    printed.write_text(json.dumps(line))
    import_paths(library, [str(printed)])
    (listing,) = library.catalogue.listings()
    assert listing.guessed
    (places,) = library.catalogue.places(library.ids(Shelf.ALL)).values()
    assert [place.rank for place in places] == [7]


def test_a_changed_input_starts_at_the_beginning(library: Library, importer: Lines, tmp_path: Path) -> None:
    """Rule: an input of the same size and start but another time is imported from its beginning."""
    path = _write(tmp_path, *([title] for title in TITLES))

    def stop(_name: str, done: int, _size: int) -> None:
        if done:
            raise StoreError("the disk is full")

    _import(library, importer, path, progress=stop)
    _write(tmp_path, [TITLES[0]], ["The invented tapir number 1"], *([title] for title in TITLES[2:]))
    seconds = Path(path).stat().st_mtime + 5
    os.utime(path, (seconds, seconds))
    _import(library, importer, path)
    assert "The invented tapir number 1" in [row.title for row in library.rows(library.ids(FILE))]
