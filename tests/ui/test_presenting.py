"""Rows, headers and footers show all facts and fit their width."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len

from paperreader.domain.entry import Entry
from paperreader.domain.history import Action, PastAction, StateChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import DateCount, ListedPaper, Listing
from paperreader.domain.lists import Place, SavedShelf, Shelf
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.domain.text import Safe
from paperreader.services.library import Counts
from paperreader.ui.keys.command_table import COMMANDS, remapped
from paperreader.ui.presenting.bars import (
    date_rows,
    done_message,
    footer,
    header,
    list_name,
    place_name,
    timeline_row,
)
from paperreader.ui.widgets.bar_line import Span

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
    """Rule: Unread, Starred, Later, All papers; then the dates, newest first, under their months."""
    rows = list(date_rows(COUNTS, {}))
    assert [row.place for row in rows[:4]] == [Shelf.UNREAD, Shelf.STARRED, Shelf.LATER, Shelf.ALL]
    assert [str(row.label) for row in rows[4:]] == ["March 2025", "Fri 14?", "Wed 12", "February 2025", "Fri 28"]
    assert [row.place for row in rows[4:]] == [None, DAY, EARLIER, None, date(2025, 2, 28)]


def test_a_date_shows_papers_and_unread_and_a_finished_one_is_dim() -> None:
    """Rule: each date has its paper and unread counts; nothing unread makes it done."""
    by_place = {row.place: row for row in date_rows(COUNTS, {})}
    assert by_place[DAY].figures.split() == ["112", "64"]
    assert not by_place[DAY].is_done
    assert by_place[EARLIER].is_done
    assert by_place[Shelf.LATER].is_done
    assert by_place[Shelf.ALL].figures == "1,234"


def test_a_guessed_date_is_marked_wherever_it_is_named() -> None:
    """Rule: a guessed year is shown with a question mark until it is confirmed."""
    assert place_name(DAY, COUNTS) == "Fri 14 Mar 2025?"
    assert place_name(EARLIER, COUNTS) == "Wed 12 Mar 2025"


# The header and the footer


@pytest.mark.parametrize("width", [40, 50, 69, 70, 80, 100, 140, 300])
def test_the_header_names_place_and_counts_at_every_width(width: int) -> None:
    """Rule: from 40 columns up the header has room for the place, the unread and the stars."""
    left, right = header(DAY, COUNTS, {}, width)
    assert "Fri 14 Mar 2025?" in _text(left)
    assert "64 unread" in _text(right)
    assert "5 ★" in _text(right)
    assert cell_len(_text(left)) + cell_len(_text(right)) < width
    if width >= 70:
        assert "112 papers" in _text(right)


@pytest.mark.parametrize(
    ("place", "said"), [(Shelf.STARRED, "1 paper "), (Shelf.ALL, "1,234 papers "), (Shelf.LATER, "0 papers ")]
)
def test_the_header_of_a_shelf_counts_its_papers(place: Place, said: str) -> None:
    """Rule: a shelf shows how many papers it holds, and what is unread in all."""
    _, right = header(place, COUNTS, {}, 100)
    assert said in f"{_text(right)} "
    assert "1,000 unread in all" in _text(right)


def test_the_header_of_a_date_that_vanished_counts_nothing() -> None:
    """Rule: another process may move a date away while it is open; the header then says 0."""
    _, right = header(date(2020, 1, 1), COUNTS, {}, 100)
    assert "0 papers · 0 unread" in _text(right)


def test_a_saved_shelf_stands_below_the_others_with_its_count() -> None:
    """Rule: a saved shelf shows its count when known, and is dim without papers."""
    saved = {SavedShelf(Safe(name)): count for name, count in (("Kites", 1_234), ("Looms", None), ("Quarries", 0))}
    rows = list(date_rows(COUNTS, saved))[4:7]
    assert [(row.label, row.figures, row.is_done) for row in rows] == [
        ("/ Kites", "1,234", False), ("/ Looms", "", False), ("/ Quarries", "0", True),
    ]  # fmt: skip
    said_of = zip(saved, ("1,234 papers · 1,000 unread", "1,000 unread", "0 papers · 1,000 unread"), strict=True)
    for shelf, said in said_of:
        left, right = header(shelf, COUNTS, saved, 100)
        assert shelf.name in _text(left)
        assert _text(right).startswith(said)


def test_a_list_says_when_only_its_best_papers_are_shown() -> None:
    """Rule: a shelf with more papers than are listed shows both numbers."""
    best, title = ListOrder.BEST, ListOrder.TITLE
    assert list_name(10_000, 12_665, best) == "best 10,000 of 12,665"
    assert list_name(10_000, 12_665, title) == "best 10,000 of 12,665 · title"
    assert list_name(7, 7, title) == list_name(7, None, title) == list_name(8, 7, title) == "Papers · title"


@pytest.mark.parametrize("width", range(40, 141, 5))
def test_the_footer_fits_and_always_keeps_the_help(width: int) -> None:
    """Rule: the footer shows as many keys as fit, always the help key, and the cursor's position."""
    left, right = footer(COMMANDS, 17, 112, width)
    assert "? help" in _text(left)
    assert _text(right) == "17/112 "
    assert cell_len(_text(left)) + cell_len(_text(right)) < width


def test_the_footer_of_the_design_at_80_columns() -> None:
    """Rule: the keys that the design's screen shows are all there at 80 columns, in its order."""
    left, _ = footer(COMMANDS, 1, 17, 80)
    shown = _text(left).split()
    wanted = ["/", "filter", "s", "star", "r", "read", "d", "skip", "b", "later", "u", "undo", "?", "help"]
    assert shown == wanted


def test_the_footer_shows_the_users_keys_and_leaves_out_what_has_none() -> None:
    """Rule: the footer is made from the table with the user's keys."""
    from paperreader.ui.keys.command_table import remapped

    left, _ = footer(remapped({"skip": "X", "later": ""}), 1, 2, 120)
    assert "X skip" in _text(left)
    assert "later" not in _text(left)


def test_the_footer_of_the_filter_bar_shows_its_own_keys() -> None:
    """Rule: in the filter bar, no letter is offered as a key."""
    left, _ = footer(COMMANDS, 1, 17, 80, filtering=True)
    assert _text(left).strip().split("  ") == ["Enter to the list", "Tab complete", "^t all papers", "Esc clear"]


def test_the_footer_of_an_empty_list_says_so() -> None:
    """Rule: an empty list shows no position."""
    assert _text(footer(COMMANDS, 1, 0, 80)[1]) == "no papers "


# What the status line says


def _action(name: str, count: int, conflicts: int = 0) -> Action:
    keys = [PaperKey(f"title:{number:012}") for number in range(count)]
    changes = tuple(StateChange(key, UNDECIDED, ReadingState(starred=True)) for key in keys)
    return Action(1, datetime(2025, 3, 14, tzinfo=UTC), "t", name, name, changes, None, (KEY,) * conflicts)


def _undo(name: str, count: int, conflicts: int = 0) -> Action:
    return replace(_action("undo", count, conflicts), undoes=1, decision=name)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (_action("star", 1), "starred · u undoes it · A title"),
        (_action("later", 1), "kept for later · u undoes it · A title"),
        (_action("mark all read", 17), "17 papers marked as read · u undoes it"),
        (_undo("star", 0, 1), "nothing to change; kept 1 paper changed elsewhere since"),
        (
            _undo("skip", 2, 2),
            "2 papers undone: skipped · ^r redoes it; kept 2 papers changed elsewhere since",
        ),
        (replace(_undo("star", 0), seq=0, undoes=None), "nothing to undo"),
    ],
)
def test_the_status_line_says_what_was_done_to_how_many(action: Action, said: str) -> None:
    """Rule: one paper is named, several are counted, and papers that an undo kept are counted."""
    titles = {change.key: Safe("A title") for change in action.changes}
    assert done_message(action, action.papers, titles) == said


def test_the_status_line_names_the_users_own_keys() -> None:
    """Rule: the status line shows the user's undo key, or the command's name if it has no key."""
    commands = remapped({"undo": "", "redo": "f9"})
    for action, said in (
        (_action("star", 0), "nothing to change"),
        (_action("star", 2), "2 papers starred · Undo undoes it"),
        (_undo("star", 2), "2 papers undone: starred · F9 redoes it"),
    ):
        assert done_message(action, action.papers, {}, commands) == said


def test_a_key_that_the_journal_holds_is_cleaned_in_the_timeline() -> None:
    """Rule: without a title the cleaned key is shown."""
    past = PastAction(1, datetime(2025, 3, 14, tzinfo=UTC), "w", "redo", "star", (PaperKey("title:\x1b[2Jx"),))
    row = timeline_row(past, past.papers, {}, DAY)
    assert (row.what, row.about) == ("redone: starred", "title:x")


@pytest.mark.parametrize(
    ("at", "name", "short"),
    [
        (datetime(2025, 3, 14, 12, 34), "star", ("12:34", "starred")),
        (datetime(2025, 3, 9, 12, 34), "undo", (" 9 Mar", "↶ starred")),
        (datetime(2024, 3, 14, 12, 34), "redo", ("14 Mar", "↷ starred")),
    ],
    ids=["today", "this month", "last year"],
)
def test_the_timeline_in_short_keeps_what_tells_actions_apart(at: datetime, name: str, short: tuple[str, str]) -> None:
    """Rule: a narrow row has the time of today's action or the day of an older one, and a sign for undo or redo."""
    past = PastAction(1, at.astimezone(), "w", name, "star", (KEY,))
    row = timeline_row(past, [KEY], {KEY: Safe("A \U0001f1e9")}, DAY)
    assert (row.when_in_short, row.what_in_short) == short
    assert row.about == "A D"
