"""Values of the domain become rows, blocks and bars that hide nothing and fit."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from rich.cells import cell_len

from paperreader.domain.entry import Entry
from paperreader.domain.history import Action, StateChange
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import DateCount, ListedPaper, Listing
from paperreader.domain.paper import Paper
from paperreader.domain.places import Place, Shelf
from paperreader.domain.reading import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.library import Counts
from paperreader.ui.commands import COMMANDS
from paperreader.ui.marking import no_marks
from paperreader.ui.presenting import (
    date_rows,
    done_message,
    footer,
    header,
    page_blocks,
    paper_row,
    place_name,
)
from paperreader.ui.signs import STATUS_SIGNS
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


def _page(entry: Entry, day: date | None = DAY, *, as_source: bool = False) -> list[str]:
    return [str(block.text) for block in page_blocks(entry, day, no_marks, as_source=as_source)]


# The dates


def test_the_shelves_stand_above_the_dates_and_a_month_above_its_days() -> None:
    """Rule: Unread, Starred, Later, All papers; then the dates, newest first, under their months."""
    rows = date_rows(COUNTS)
    assert [row.place for row in rows[:4]] == [Shelf.UNREAD, Shelf.STARRED, Shelf.LATER, Shelf.ALL]
    assert [str(row.label) for row in rows[4:]] == ["March 2025", "Fri 14?", "Wed 12", "February 2025", "Fri 28"]
    assert [row.place for row in rows[4:]] == [None, DAY, EARLIER, None, date(2025, 2, 28)]


def test_a_date_shows_papers_and_unread_and_a_finished_one_is_dim() -> None:
    """Rule: each date has its paper and unread counts; nothing unread makes it done."""
    by_place = {row.place: row for row in date_rows(COUNTS)}
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
    left, right = header(DAY, COUNTS, width)
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
    _, right = header(place, COUNTS, 100)
    assert said in f"{_text(right)} "
    assert "1,000 unread in all" in _text(right)


def test_the_header_of_a_date_that_vanished_counts_nothing() -> None:
    """Rule: another process may move a date away while it is open; the header then says 0."""
    _, right = header(date(2020, 1, 1), COUNTS, 100)
    assert "0 papers · 0 unread" in _text(right)


@pytest.mark.parametrize("width", range(40, 141, 5))
def test_the_footer_fits_and_always_keeps_the_help(width: int) -> None:
    """Rule: as many keys as there is room for, the help among them, and the place of the cursor."""
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
    from paperreader.ui.commands import remapped

    left, _ = footer(remapped({"skip": "X", "later": ""}), 1, 2, 120)
    assert "X skip" in _text(left)
    assert "later" not in _text(left)


def test_the_footer_of_the_filter_bar_shows_its_own_keys() -> None:
    """Rule: where letters are text, no letter is offered as a key."""
    left, _ = footer(COMMANDS, 1, 17, 50, filtering=True)
    assert _text(left).split() == ["Enter", "to", "the", "list", "Esc", "clear"]


def test_the_footer_of_an_empty_list_says_so() -> None:
    """Rule: where there is nothing, there is no place to show."""
    assert _text(footer(COMMANDS, 1, 0, 80)[1]) == "no papers "


# Rows


@pytest.mark.parametrize("status", list(ReadingStatus))
def test_a_row_shows_its_status_and_is_dim_once_decided(status: ReadingStatus) -> None:
    """Rule: every status has a sign of its own, and only unread rows stand out."""
    row = paper_row(Safe("A title"), ReadingState(status=status, decided_in=DAY), DAY, no_marks)
    assert row.sign == STATUS_SIGNS[status]
    assert row.is_done is (status is not ReadingStatus.UNREAD)
    assert len(set(STATUS_SIGNS.values())) == len(ReadingStatus)


def test_a_star_alone_does_not_dim_a_row() -> None:
    """Rule: a star says nothing about having been read."""
    row = paper_row(Safe("A title"), ReadingState(starred=True, decided_in=DAY), DAY, no_marks)
    assert row.starred
    assert not row.is_done


def test_a_paper_decided_on_an_earlier_date_says_so() -> None:
    """Rule: in a list, a paper you decided on an earlier date shows `↻ skipped Wed 12 Mar`."""
    state = ReadingState(status=ReadingStatus.SKIPPED, decided_in=EARLIER)
    row = paper_row(Safe("A title"), state, DAY, no_marks, returned=EARLIER)
    assert (row.sign, row.remark) == ("↻", "skipped Wed 12 Mar")


def test_a_paper_that_did_not_return_shows_its_status() -> None:
    """Rule: without an earlier date it was decided on, a paper shows what it is."""
    state = ReadingState(status=ReadingStatus.SKIPPED, decided_in=EARLIER)
    row = paper_row(Safe("A title"), state, DAY, no_marks)
    assert (row.sign, row.remark) == (STATUS_SIGNS[ReadingStatus.SKIPPED], "")


def test_tags_and_note_stand_in_the_second_line() -> None:
    """Rule: a row's second line has the tags and the note, as one line."""
    state = ReadingState(tags=(Safe("nlp"), Safe("to-cite")), note=Safe("first\nsecond"))
    assert paper_row(Safe("A title"), state, DAY, no_marks).second_line == "#nlp  #to-cite  ✎ first second"


def test_a_row_shows_emoji_in_the_form_that_every_terminal_measures_alike() -> None:
    """Rule: list cells use the reduced form, so that columns align (fault 53)."""
    row = paper_row(Safe("A 👩\u200d💻 and 👍🏽 and 🇨🇭"), UNDECIDED, None, no_marks)
    assert row.title == "A 👩 and 👍 and CH"


# The page


def test_the_page_says_unknown_where_the_source_is_silent() -> None:
    """Rule: what a source lacks is shown as unknown, never invented."""
    page = _page(_entry(_paper()))
    assert page[:2] == ["Sparse Maps", "no id known · Fri 14 Mar 2025 · authors unknown"]
    assert page[-1] == "We draw maps."


def test_the_page_shows_ids_figures_and_authors() -> None:
    """Rule: date, ids, upvotes, the published date and the authors stand under the title."""
    paper = _paper(
        authors=(Safe("Ada Lovelace"), Safe("张伟")),
        published=date(2024, 11, 15),
        identifiers=(Identifier("arxiv:2411.10397"), Identifier("doi:10.1000/xyz")),
    )
    page = _page(_entry(paper, UNDECIDED, DAY, upvotes=1_034))
    facts = "arXiv 2411.10397 · DOI 10.1000/xyz · Fri 14 Mar 2025 · ▲ 1,034 · published 2024-11-15"
    assert page[1] == facts
    assert page[2] == "Ada Lovelace, 张伟"


def test_the_page_names_the_other_dates() -> None:
    """Rule: every returning paper shows the other dates that list it, not the one that is open."""
    entry = _entry(_paper(), UNDECIDED, DAY, EARLIER, date(2025, 3, 11))
    assert "also on Wed 12 Mar, Tue 11 Mar" in _page(entry)
    assert "also on Fri 14 Mar, Tue 11 Mar" in _page(entry, EARLIER)
    assert not any(line.startswith("also on") for line in _page(_entry(_paper())))


def test_the_page_shows_what_was_decided_and_every_line_of_the_note() -> None:
    """Rule: star, status, tags and the whole note are on the page."""
    state = ReadingState(
        ReadingStatus.LATER, starred=True, tags=(Safe("nlp"),), note=Safe("one\ntwo"), decided_in=EARLIER
    )
    page = _page(_entry(_paper(), state))
    assert "★ starred · ◷ later (Wed 12 Mar) · #nlp" in page
    assert page[page.index("✎ one") + 1].strip() == "two"


def test_a_paper_without_an_abstract_says_so() -> None:
    """Rule: an empty pane would hide that the source gives none."""
    assert _page(_entry(_paper(abstract="")))[-1] == "The source gives no abstract."


def test_the_source_is_shown_as_it_came() -> None:
    """Rule: `v` shows the LaTeX that is otherwise made readable."""
    entry = _entry(_paper(abstract=r"A factor of $\alpha$ at 100\% load."))
    assert _page(entry)[-1] == "A factor of α at 100% load."
    assert _page(entry, as_source=True)[-1] == r"A factor of $\alpha$ at 100\% load."


def test_links_of_the_text_are_marked_and_listed_below() -> None:
    """Rule: the abstract shows the links found in its text, once more below it with their kind."""
    url = "https://github.com/example/maps"
    blocks = page_blocks(_entry(_paper(abstract=f"Code at {url}.")), DAY, no_marks, as_source=False)
    abstract, listed = blocks[-3], blocks[-1]
    (start, end), *_ = abstract.links
    assert abstract.text[start:end] == url
    assert listed.text == f"code: {url}"
    (start, end), *_ = listed.links
    assert listed.text[start:end] == url


# What the status line says


def _action(name: str, count: int, conflicts: int = 0) -> Action:
    keys = [PaperKey(f"title:{number:012}") for number in range(count)]
    changes = tuple(StateChange(key, UNDECIDED, ReadingState(starred=True)) for key in keys)
    return Action(1, datetime(2025, 3, 14, tzinfo=UTC), "t", name, changes, None, (KEY,) * conflicts)


def _undo(name: str, count: int, conflicts: int = 0) -> Action:
    return replace(_action("undo", count, conflicts), undoes=1, undone_name=name)


@pytest.mark.parametrize(
    ("action", "said"),
    [
        (_action("star", 1), "starred · u takes it back · A title"),
        (_action("later", 1), "kept for later · u takes it back · A title"),
        (_action("mark all read", 17), "17 papers marked as read · u takes it back"),
        (_undo("star", 0, 1), "nothing to change; 1 paper changed elsewhere since and left alone"),
        (
            _undo("skip", 2, 2),
            "2 papers taken back: skipped · ^r does it again; 2 papers changed elsewhere since and left alone",
        ),
        (replace(_undo("star", 0), seq=0, undoes=None), "nothing to take back"),
    ],
)
def test_the_status_line_says_what_was_done_to_how_many(action: Action, said: str) -> None:
    """Rule: one paper is named, several are counted, and what an undo left alone is told."""
    titles = {change.key: Safe("A title") for change in action.changes}
    assert done_message(action, titles) == said


def test_names_tags_and_links_are_as_wide_as_every_terminal_draws_them() -> None:
    """Rule (fault 53): what stands beside a border holds no joiners, selectors, skin tones or flags."""
    emoji = "\U0001f469\U0001f3fd\u200d\U0001f4bb\u2764\ufe0f\U0001f1e9\U0001f1ea"
    paper = _paper(abstract=f"See https://a.example/{emoji} for more.", authors=(Safe(emoji),))
    page = "\n".join(_page(_entry(paper, ReadingState(tags=(Safe(emoji),), note=Safe(emoji)))))
    assert page.count("\u2764") == 4, "the name, the tag, the note, and the address in the text"
    assert not set(page) & set("\u200d\ufe0f\U0001f3fd\U0001f1e9\U0001f1ea")
