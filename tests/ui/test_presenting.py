"""Headers and the library show all facts and fit their width."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from rich.cells import cell_len

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import DateCount, ListedPaper, Listing
from paperreader.domain.lists import SavedShelf, Shelf
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.job_progress import Job, JobFailure, JobProgress, Unit
from paperreader.services.library import Counts
from paperreader.ui.presenting.bars import (
    NAMED,
    WIDE,
    Decided,
    Header,
    found_title,
    header,
    list_title,
    papers_of,
    place_name,
)
from paperreader.ui.presenting.library_rows import date_rows
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.progress_line import halves

KEY = PaperKey("title:0123456789ab")
DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)
COUNTS = Counts(
    papers=1_234,
    shelves={Shelf.UNREAD: 1_000, Shelf.STARRED: 1, Shelf.LATER: 0, Shelf.ALL: 1_234},
    dates=(
        DateCount(DAY, True, 112, 64, 5, ("page:a",)),
        DateCount(EARLIER, False, 27, 0, 1, ("page:b",)),
        DateCount(date(2025, 2, 28), False, 3, 3, 0, ("page:c",)),
    ),
)


def _paper(title: str = "Sparse Maps", abstract: str = "We draw maps.", **more: object) -> Paper:
    return Paper(KEY, Safe(title), Safe(abstract), **more)  # type: ignore[arg-type]


def _entry(paper: Paper, state: ReadingState = UNDECIDED, *days: date, upvotes: int | None = None) -> Entry:
    places = tuple(ListedPaper(Listing("page:a", day), 1, upvotes) for day in days or (DAY,))
    return Entry(paper, places, state)


def _text(spans: list[Span]) -> str:
    return "".join(span.text for span in spans)


# The dates


def test_the_shelves_stand_above_the_dates_and_a_month_above_its_days() -> None:
    """Rule: Unread, For you, Starred, Later, All papers; then the dates, newest first, under their months.

    A blank line stands before each section, and the labels of the figures stand over the newest dates only.
    """
    rows = list(date_rows(COUNTS, {}))
    assert [row.place for row in rows[:5]] == [*Shelf]
    labels = ["", "March 2025", "Fri 14?", "Wed 12", "", "February 2025", "Fri 28"]
    assert [str(row.label) for row in rows[5:]] == labels
    assert [row.place for row in rows[5:]] == [None, None, DAY, EARLIER, None, None, date(2025, 2, 28)]
    assert [row.figures.split() for row in rows if row.place is None] == [[], ["new", "all"], [], []]


def test_a_date_shows_papers_and_unread_and_a_finished_one_is_dim() -> None:
    """Rule: each date has its unread papers and all; nothing unread makes it done, with a check mark."""
    by_place = {row.place: row for row in date_rows(COUNTS, {})}
    assert by_place[DAY].figures.split() == ["64", "112"]
    assert not by_place[DAY].is_done
    assert by_place[EARLIER].figures.split() == ["✓", "27"]
    assert by_place[EARLIER].is_done
    assert by_place[Shelf.LATER].is_done
    assert by_place[Shelf.ALL].figures == "1,234"


def test_a_guessed_date_is_marked_wherever_it_is_named() -> None:
    """Rule: a guessed year is shown with a question mark until it is confirmed."""
    assert place_name(DAY, COUNTS) == "Fri 14 Mar 2025?"
    assert place_name(EARLIER, COUNTS) == "Wed 12 Mar 2025"


# The header and the title of the list

DECIDED = Decided(
    112,
    {
        ReadingStatus.UNREAD: 64,
        ReadingStatus.LATER: 3,
        ReadingStatus.READ: 30,
        ReadingStatus.SKIPPED: 15,
    },
    starred=5,
)
PLACE = Safe("Fri 14 Mar 2025?")


def _header(width: int, decided: Decided | None = DECIDED, **more: Any) -> tuple[str, str]:
    left, right = header(Header(PLACE, None if decided else 1_234, decided, **more), width)
    return _text(left).strip(), _text(right).strip()


@pytest.mark.parametrize("width", [40, 50, 69, 70, 80, 100, 109, 110, 140, 300])
def test_the_header_names_place_and_counts_at_every_width(width: int) -> None:
    """Rule: from 40 columns up the header has room for the place, what is decided, the stars and what is for later."""
    left, right = header(Header(PLACE, None, DECIDED), width)
    assert _text(left).startswith(" Fri 14 Mar 2025?")
    assert ("48 of 112 decided · 64 left" if width >= WIDE else "48/112") in _text(left)
    assert _text(right).split()[:4] == ["★", "5", "◷", "3"]
    assert ("✓ 30  – 15" in _text(right)) is (width >= WIDE)
    assert ("paperreader" in _text(right)) is (width >= NAMED)
    assert cell_len(_text(left)) + cell_len(_text(right)) < width


@pytest.mark.parametrize("width", [40, 60, 70, 80, 140])
def test_the_header_says_how_long_the_rest_will_take(width: int) -> None:
    """Rule: what is left, times the user's usual seconds for a paper; nothing once all is decided."""
    assert _header(width, pace=30.0)[0].endswith("≈ 32 min")
    done = Decided(2, {ReadingStatus.READ: 2})
    assert "≈" not in _header(width, done, pace=30.0)[0]
    assert _header(width, done)[0].endswith("2 of 2 decided · done" if width >= WIDE else "2/2")


def test_the_header_of_a_shelf_counts_its_papers() -> None:
    """Rule: a shelf whose decisions are not counted shows how many papers it holds; nothing until that is known."""
    assert _header(100, None) == ("Fri 14 Mar 2025?   1,234 papers", "")
    left, _ = header(Header(PLACE), 100)
    assert _text(left).strip() == PLACE
    assert papers_of(Shelf.STARRED, COUNTS, {}, {}) == 1


def test_a_job_takes_the_right_of_the_header() -> None:
    """Rule: while a job runs, its progress stands in place of the totals, and the place stays."""
    job = JobProgress(Job.IMPORT, Safe("a-file-with-a-name.json"), 340, 1_000, seconds_left=9.2)
    assert _header(140, job=job) == (
        f"{PLACE}   48 of 112 decided · 64 left",
        "import a-file-with-a-name.json ━━━━━━━───────────── 34 % · 9 s left",
    )
    assert _header(80, job=job)[0] == PLACE
    assert _header(80, job=job)[1].startswith("import a-file-with-a-name.json ━━━")


@pytest.mark.parametrize("width", range(40, 200))
def test_a_job_fits_the_header_at_every_width(width: int) -> None:
    """Rule: the place, the figures and the time left are never cut; figures of the place and the bar go before them."""
    job = JobProgress(Job.IMPORT, Safe("arxiv-2026-" * 5), 34_112, 82_000, Unit.PAPERS, seconds_left=0.2)
    left, right = header(Header(Safe("Fri 5 Jun"), None, DECIDED, job=job), width)
    assert _text(left).startswith(" Fri 5 Jun")
    assert _text(right).endswith("34,112 of 82,000 · 1 s left ")
    assert cell_len(_text(left)) + cell_len(_text(right)) < width


def test_a_job_for_a_screen_reader_has_no_bar() -> None:
    """Rule: figures say what a bar shows."""
    job = JobProgress(Job.FETCH, Safe("hf"), 3, 7, Unit.LISTS, Safe("40 kB"))
    _, right = header(Header(PLACE, job=job), 140, has_bar=False)
    assert _text(right) == "fetch hf 3 of 7 lists · 40 kB "


def test_a_failed_job_stays_in_the_header_as_an_error() -> None:
    """Rule: the failure of a fetch at the start takes the role of an error."""
    failure = JobFailure("huggingface.co was not fetched: there is no network", "F fetches again")
    _, right = header(Header(PLACE, job=failure), 140)
    said = "✗ huggingface.co was not fetched: there is no network · F fetches again "
    assert [(str(span.text), span.role) for span in right] == [(said, "error")]
    for width in range(50, 140):
        left, right = header(Header(Safe("Fri 14 Mar 2025"), job=failure), width)
        assert _text(left).startswith(" Fri 14 Mar 2025")
        assert _text(right).endswith(" · F fetches again ")
        assert cell_len(_text(left)) + cell_len(_text(right)) < width


def test_no_time_is_named_where_the_rest_takes_no_second() -> None:
    """Rule: decisions that follow each other at once give no time."""
    assert "≈" not in _header(140, pace=0.01)[0]


def test_a_low_screen_shows_the_note_of_the_list_in_the_header() -> None:
    """Rule: without a title line, filter and selection stand in place of what is decided."""
    left, _ = _header(80, list_note="/kites  3 of 12")
    assert left == f"{PLACE}   /kites  3 of 12"


def test_a_place_counts_what_is_decided() -> None:
    """Rule: what is not unread is decided; the share of no papers is nothing."""
    assert (DECIDED.count, DECIDED.share) == (48, 48 / 112)
    assert (Decided(0, {}).count, Decided(0, {}).share) == (0, 0.0)


def test_a_saved_shelf_stands_below_the_others_with_its_count() -> None:
    """Rule: a saved shelf shows its count when known, and is dim without papers."""
    saved = {SavedShelf(Safe(name)): count for name, count in (("Kites", 1_234), ("Looms", None), ("Quarries", 0))}
    rows = list(date_rows(COUNTS, saved))[5:10]
    assert [(row.label, row.figures, row.is_done) for row in rows] == [
        ("", "", False), ("Shelves", "all", False),
        ("Kites", "1,234", False), ("Looms", "", False), ("Quarries", "0", True),
    ]  # fmt: skip
    for shelf, count in saved.items():
        assert place_name(shelf, COUNTS) == shelf.name
        assert papers_of(shelf, COUNTS, saved, {}) == count


def test_the_title_of_a_list_says_position_order_and_selection() -> None:
    """Rule: the position of the cursor, the order, and what is selected."""
    assert list_title(6, 1_234, None, ListOrder.UNREAD_FIRST) == "6 of 1,234 · unread first"
    assert list_title(1, 7, 7, ListOrder.TITLE, "2 selected") == "1 of 7 · title · 2 selected"
    assert list_title(1, 0, 0, ListOrder.TITLE) == "no papers · title"


def test_a_list_says_when_only_its_best_papers_are_shown() -> None:
    """Rule: a shelf with more papers than are listed shows both numbers."""
    shown = list_title(3, 10_000, 12_665, ListOrder.TITLE)
    assert shown == "3 of the best 10,000 of 12,665 · title"
    assert list_title(3, 8, 7, ListOrder.TITLE) == "3 of 8 · title"


@pytest.mark.parametrize(
    ("title", "said"),
    [
        (found_title(3, 12, 12, 17, None), "3 of 12 · in a list of 17"),
        (found_title(3, 12, 12, 17, 1_040), "3 of 12 · in a list of 17 · 1,040 in all papers"),
        (found_title(1, 0, 0, 17, 0), "nothing found · in a list of 17 · 0 in all papers"),
        (found_title(3, 1_040, 1_040, None, 12), "3 of 1,040 · in all papers · 12 in the list"),
        (found_title(3, 500, 1_040, None, None), "3 of the best 500 of 1,040 · in all papers"),
        (found_title(3, 9, 12, 17, None, ListOrder.NEWEST), "3 of the first 9 of 12 · in a list of 17 · newest"),
        (found_title(3, 12, 12, 17, None, ListOrder.TITLE), "3 of 12 · in a list of 17 · title"),
    ],
)
def test_the_title_of_a_filtered_list_says_what_was_found_here_and_elsewhere(title: str, said: str) -> None:
    """Rule: what was found, where, and what else there is once that is known."""
    assert title == said


# The line of progress


@pytest.mark.parametrize(
    ("share", "line"),
    [
        (0.0, "──────────"),
        (0.001, "╸─────────"),
        (0.25, "━━╸───────"),
        (0.5, "━━━━━─────"),
        (0.999, "━━━━━━━━━╸"),
        (1.0, "━━━━━━━━━━"),
    ],
)
def test_the_line_of_progress_moves_by_half_cells(share: float, line: str) -> None:
    """Rule: a single decision is seen, and so is a single open paper."""
    assert "".join(halves(share, 10)) == line


@pytest.mark.parametrize("width", range(1, 221, 7))
def test_the_line_of_progress_is_as_wide_as_the_screen_and_never_goes_back(width: int) -> None:
    """Rule: every share fills the line, and a larger share has no shorter done part."""
    before = 0
    for decided in range(61):
        done, left = halves(decided / 60, width)
        assert len(done) + len(left) == width
        assert bool(done) is (decided > 0)
        steps = 2 * len(done) - done.count("╸")
        assert before <= steps
        assert (steps == 2 * width) is (decided == 60)
        before = steps
