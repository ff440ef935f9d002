"""The arithmetic of entries, receipts and actions."""

from datetime import UTC, date, datetime

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.entry import Entry
from paperreader.domain.history import Action, StateChange
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.import_result import Problem
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED, ReadingState
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt, Outcome
from paperreader.domain.text import Safe

PROPERTY = examples(200)
FRIDAY, WEDNESDAY, TUESDAY = date(2025, 3, 14), date(2025, 3, 12), date(2025, 3, 11)
figures = st.builds(Figures, *[st.integers(0, 1_000)] * 5)


def an_entry(*listed: ListedPaper) -> Entry:
    """An entry with these places."""
    return Entry(Paper(PaperKey("title:0"), Safe("A Title"), Safe("")), listed, UNDECIDED)


def on(day: date, rank: int = 1, upvotes: int | None = None, feed: str = "page:1") -> ListedPaper:
    """A place in the list of a date."""
    return ListedPaper(Listing(feed, day), rank, upvotes)


def a_file(path: str = "page.txt", *, read: bool = True, problems: int = 0) -> FileReceipt:
    """The receipt of one file."""
    odd = tuple(Problem(line, "odd") for line in range(1, problems + 1))
    return FileReceipt(path, "page" if read else None, figures=Figures(2, 1, 1, 0, problems), problems=odd)


def test_an_entry_knows_its_newest_place_and_its_dates_once_each() -> None:
    """Rule: the newest is first; two pages of one date are one date."""
    entry = an_entry(on(FRIDAY, 3), on(FRIDAY, 9, feed="page:2"), on(TUESDAY, 1))
    assert entry.newest == on(FRIDAY, 3)
    assert entry.dates == (FRIDAY, TUESDAY)
    assert (an_entry().newest, an_entry().dates) == (None, ())


def test_upvotes_are_the_largest_known_count() -> None:
    """Rule: unknown upvotes are not zero."""
    assert an_entry(on(FRIDAY), on(TUESDAY, upvotes=4), on(WEDNESDAY, upvotes=2)).upvotes == 4
    assert an_entry(on(FRIDAY, upvotes=0), on(TUESDAY)).upvotes == 0
    assert an_entry(on(FRIDAY)).upvotes is None


@PROPERTY
@given(st.lists(figures, max_size=6))
def test_figures_add_up_field_by_field(parts: list[Figures]) -> None:
    """Rule: totals are sums in any order."""
    total = sum(parts, Figures())
    assert sum(reversed(parts), Figures()) == total
    assert dict(total.items()) == {
        name: sum(getattr(part, name) for part in parts) for name in ("listed", "new", "known", "updated", "problems")
    }


def test_figures_are_named_in_the_order_of_the_json() -> None:
    """Rule: `listed, new, known, updated, problems`."""
    assert list(Figures(5, 4, 3, 2, 1).items()) == [
        ("listed", 5),
        ("new", 4),
        ("known", 3),
        ("updated", 2),
        ("problems", 1),
    ]


def test_the_totals_of_an_import_are_those_of_its_files() -> None:
    """Rule: totals include files that failed."""
    receipt = ImportReceipt((a_file(problems=1), a_file(), a_file(read=False, problems=2)))
    assert receipt.totals == Figures(6, 3, 3, 0, 3)
    assert ImportReceipt(()).totals == Figures()


@pytest.mark.parametrize(
    ("files", "outcome"),
    [
        ((a_file(),), Outcome.DONE),
        ((a_file(), a_file()), Outcome.DONE),
        ((a_file(problems=1),), Outcome.INCOMPLETE),
        ((a_file(), a_file(read=False, problems=1)), Outcome.INCOMPLETE),
        ((a_file(read=False, problems=1), a_file(read=False, problems=1)), Outcome.FAILED),
        ((a_file(read=False, problems=1),), Outcome.FAILED),
        ((), Outcome.FAILED),
    ],
)
def test_the_outcome_is_done_incomplete_or_failed(files: tuple[FileReceipt, ...], outcome: Outcome) -> None:
    """Rule: failed if no file was read or a write failed, incomplete if there are problems, else done."""
    assert ImportReceipt(files).outcome is outcome
    assert ImportReceipt(files, is_refused=True).outcome is Outcome.FAILED


def test_outcomes_are_exit_statuses() -> None:
    """Rule: 0, 1 and 3."""
    assert {outcome.name: int(outcome) for outcome in Outcome} == {"DONE": 0, "FAILED": 1, "INCOMPLETE": 3}


def test_an_action_says_what_it_did_to_each_paper_and_can_be_compared() -> None:
    """Rule: actions are values, and by default undo nothing."""
    change = StateChange(PaperKey("title:0"), UNDECIDED, ReadingState(starred=True))
    at = datetime(2025, 3, 14, tzinfo=UTC)
    action = Action(7, at, "window", "star", "star", (change,))
    assert action == Action(7, at, "window", "star", "star", (change,), None, ())
    assert (
        len(
            {
                action,
                Action(7, at, "window", "star", "star", (change,)),
                Action(8, at, "window", "star", "star", (change,)),
            }
        )
        == 2
    )
