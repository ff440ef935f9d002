"""Every line of every pane is exactly as wide as the pane, whatever the text; nothing of a text is lost by wrapping."""

from __future__ import annotations

from array import array
from collections.abc import Sequence

import pytest
from bare_widgets import BareBar, BareDates, BareList, BareTimeline, width_of
from hypothesis import example, given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from paperreader.domain.lists import Shelf
from paperreader.domain.text import Safe, clean_block, clean_line, reduce_cells
from paperreader.ui.presenting.rows.row_lines import row_lines
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.blocks import Block, line_breaks, lines_of
from paperreader.ui.widgets.date_list import DateRow, DateRows
from paperreader.ui.widgets.paper_list import PaperRow
from paperreader.ui.widgets.row_pane import fit
from paperreader.ui.widgets.timeline_list import WIDE, TimelineRow

SAMPLES = (
    "Attention Is All You Need",
    "大偶数表为一个素数及一个不超过二个素数的乘积之和",
    "KIVI: 非常に長い title with wide 文字 in the middle 🚀 and an end",
    "👩\u200d💻 joined 👨\u200d👩\u200d👧\u200d👦 and flags 🇨🇭🇯🇵, tones 👍🏽 and ❤\ufe0f",
    "Poincaré Zalgo z̴̨͇̈́a̷̘͌lgo नमस्ते เชียงใหม่ مرحبا",
    "Supercalifragilisticexpialidocious" * 4,
    "[/] [bold] [@click=app.quit] nothing of this is markup",
    " x  y ",
)
# Words of every width, because random characters rarely make wide ones.
WORDS = st.sampled_from([word for text in SAMPLES for word in text.split()])
TEXTS = st.one_of(
    st.text(max_size=80),
    st.lists(WORDS, max_size=14).map(" ".join),
    st.text(alphabet="aé大👍\u200d🏽\u0301 ", max_size=60),
)
LINES = TEXTS.map(clean_line)
WIDTHS = st.integers(min_value=1, max_value=90)


# Wrapping


def _assert_wrapped(text: str, width: int) -> None:
    """Lines in order, none wider than the width, and between them nothing but blanks."""
    done = 0
    for start, end in line_breaks(text, width):
        assert done <= start <= end <= len(text)
        assert not text[done:start].strip()
        line = text[start:end]
        # A character that is wider than the pane cannot be helped.
        assert cell_len(line.rstrip()) <= max(width, max(map(cell_len, line), default=0))
        assert "\n" not in line
        done = end
    assert not text[done:].strip()


@given(LINES, WIDTHS)
@example(clean_line("大大 大大大"), 3)
@example(clean_line("ab cd"), 2)
@example(clean_line("abc"), 1)
@example(clean_line(""), 1)
def test_wrapping_loses_nothing_and_never_exceeds_thewidth_of(text: Safe, width: int) -> None:
    """Rule: wrapped lines contain the whole text except blanks at breaks, each within the width."""
    _assert_wrapped(text, width if text.isascii() else width + 1)  # no pane of one cell can show a wide character


@given(st.lists(TEXTS, min_size=1, max_size=5).map("\n".join).map(clean_block), WIDTHS)
@example(clean_block("one line\nand another"), 8)
@example(clean_block("a\nb"), 80)
def test_wrapping_keeps_the_lines_of_a_paragraph_apart(text: Safe, width: int) -> None:
    """Rule: a line break of the text is a break on the screen, and nothing is lost around it."""
    for paragraph in text.split("\n\n"):
        _assert_wrapped(paragraph, width + 1)


@pytest.mark.parametrize("text", ["大大大大 x\u0301x\u0301x\u0301x\u0301", "one line\nand 大 another"])
def test_wrapping_is_not_fooled_by_wide_and_zero_width_characters_together(text: str) -> None:
    """Rule: wide characters are measured, also among combining marks and line breaks."""
    _assert_wrapped(clean_block(text), 5)


@given(text=LINES, label=LINES, width=st.integers(min_value=8, max_value=90))
def test_a_labelled_text_is_set_in_and_as_narrow_as_its_room(text: Safe, label: Safe, width: int) -> None:
    """Rule: a labelled text is indented beside or below its label, and nothing is lost."""
    lines = [(lead, text[start:end]) for lead, start, end in lines_of(Block(text, label=label), width)]
    insets = [cell_len(lead) for lead, part in lines if part]
    assert len(set(insets)) <= 1
    assert all(cell_len(lead) <= width // 2 for lead, part in lines if part)
    assert "".join(part for _, part in lines).replace(" ", "") == text.replace(" ", "")
    assert "".join(lead for lead, _ in lines).replace(" ", "") == label.replace(" ", "")


def test_a_label_stands_beside_its_text_where_both_have_room() -> None:
    """Rule: a wide label stands above its text."""
    block = Block(Safe("Next line of all"), label=Safe("  j k  "))
    shown = {
        width: [lead + block.text[start:end] for lead, start, end in lines_of(block, width)] for width in (30, 16, 13)
    }
    assert shown == {
        30: ["  j k  Next line of all"],
        16: ["  j k  Next line", "       of all"],
        13: ["  j k", "    Next line", "    of all"],
    }


@pytest.mark.parametrize("text", SAMPLES)
def test_wrapping_breaks_at_blanks_where_it_can(text: str) -> None:
    """Rule: a word is only broken where it is longer than a line."""
    clean = clean_line(text)
    width = max(cell_len(word) for word in clean.split()) + 1
    words = [word for start, end in line_breaks(clean, width) for word in clean[start:end].split()]
    assert words == clean.split()


# Cutting


@given(LINES.map(reduce_cells), st.integers(min_value=0, max_value=90))
@example(reduce_cells(clean_line("大大大")), 2)
@example(reduce_cells(clean_line("大")), 1)
def test_a_fitted_text_is_exactly_as_wide_as_its_room(text: Safe, width: int) -> None:
    """Rule: a text is filled up or cut to its room, to the cell."""
    strip = fit(text, width, Style())
    assert width_of(strip) == strip.cell_length == width


@given(LINES.map(reduce_cells), st.integers(min_value=2, max_value=90))
def test_what_does_not_fit_ends_in_an_ellipsis(text: Safe, width: int) -> None:
    """Rule: only a cut text ends in an ellipsis."""
    shown = fit(text, width, Style()).text
    if cell_len(text) > width:
        assert shown.rstrip().endswith("…")
        assert text.startswith(shown.rstrip()[:-1].rstrip())
    else:
        assert shown.rstrip() == text.rstrip()


# Rows of papers


def _list(*rows: PaperRow, cursor: int = 0) -> BareList:
    papers = BareList(lambda ids: {paper: rows[paper] for paper in ids}, row_lines, id="papers")
    papers._ids = array("q", range(len(rows)))
    papers.cursor = cursor
    return papers


ROWS = st.builds(
    PaperRow,
    title=LINES.map(reduce_cells),
    sign=st.sampled_from([Safe("•"), Safe("◷"), Safe("✓"), Safe("–")]),
    is_starred=st.booleans(),
    has_returned=st.booleans(),
    is_done=st.booleans(),
    warning=st.sampled_from([Safe(""), Safe("withdrawn")]),
    notices=st.sampled_from([(), (Safe("v2"),), (Safe("skipped Wed 12 Mar 2024"), Safe("in abstract"))]),
    authors=LINES.map(reduce_cells),
    first_author=LINES.map(reduce_cells),
    category=st.sampled_from([Safe(""), Safe("cs.CL")]),
    upvotes=st.sampled_from([None, 0, 77, 1_234_567]),
    comments=st.sampled_from([None, 1, 12]),
    has_code=st.booleans(),
    details=st.lists(LINES.map(reduce_cells), max_size=3).map(tuple),
    hits=st.sampled_from([(), ((0, 3),), ((2, 5), (30, 44))]),
)


@given(ROWS, st.integers(min_value=1, max_value=200), st.booleans(), st.booleans(), st.booleans())
def test_a_row_is_exactly_as_wide_as_the_pane(
    row: PaperRow, width: int, under_cursor: bool, selected: bool, has_room: bool
) -> None:
    """Rule: whatever the title, each line of a row fills the pane to the cell, so that columns stay aligned."""
    papers = _list(row, row, cursor=0 if under_cursor else 1)
    papers.selected = {0} if selected else set()
    papers.room_for_facts = has_room
    for strip in papers.row_strips(0, width):
        assert width_of(strip) == strip.cell_length == width


def test_only_the_rows_around_the_screen_are_fetched() -> None:
    """Rule: the cost of a line does not grow with the list."""
    asked: list[int] = []

    def fetch(ids: Sequence[int]) -> dict[int, PaperRow]:
        asked.extend(ids)
        return {paper: PaperRow(Safe(f"Paper {paper}"), Safe("•")) for paper in ids}

    papers = BareList(fetch, row_lines, id="papers")
    papers._ids = array("q", range(100_000))
    papers.row_strips(30, 40)
    assert 30 in asked
    assert len(asked) < 200


# Dates and bars


@pytest.mark.parametrize("width", range(16, 40))
def test_a_date_row_is_exactly_as_wide_as_its_pane(width: int) -> None:
    """Rule: places, headings and figures fill the pane to the cell."""
    dates = BareDates(id="dates")
    rows = (
        DateRow(Safe("∞ All papers"), Safe("1,234,567"), Shelf.ALL),
        DateRow(Safe("September 2025")),
        DateRow(Safe("Fri 14?"), Safe("   112     64"), Shelf.UNREAD),
    )
    dates._rows = DateRows([Safe(str(row)) for row in range(len(rows))], lambda row: rows[int(str(row))])
    for row in range(3):
        (strip,) = dates.row_strips(row, width)
        assert width_of(strip) == width


@given(st.lists(LINES, max_size=4), st.lists(LINES, max_size=3), st.integers(min_value=0, max_value=120))
def test_a_bar_is_exactly_as_wide_as_the_screen(left: list[Safe], right: list[Safe], width: int) -> None:
    """Rule: header, status line and footer fill their line to the cell, whatever they say."""
    bar = BareBar(id="status")
    bar.width = width
    bar._left, bar._right = tuple(map(Span, left)), tuple(map(Span, right))
    strip = bar.render_line(0)
    assert width_of(strip) == strip.cell_length == width


def test_a_bar_without_room_cuts_its_left_side() -> None:
    """Rule: the right side stays whole; the left side ends in an ellipsis."""
    bar = BareBar(id="footer")
    bar.width = 20
    bar._left, bar._right = (Span(Safe("a long message to read")),), (Span(Safe("17/112 ")),)
    assert bar.render_line(0).text == "a long mess… 17/112 "


# The timeline


@given(WIDTHS, LINES, LINES)
@example(100, Safe("undone: marked as read, or so"), Safe("17 papers"))
@example(40, Safe("↶ marked as read, or so"), Safe("17 papers"))
def test_a_blank_is_between_what_was_done_and_about_what(width: int, what: Safe, about: Safe) -> None:
    """Rule: a row fills the pane, and a blank separates its columns."""
    row = TimelineRow(Safe("21 Nov 16:34"), Safe("16:34"), what, what, about, Safe("reader 4711"))
    (strip,) = BareTimeline(1, lambda _row: row, id="timeline").row_strips(0, width)
    assert width_of(strip) == width
    columns = 1 + 12 + 1 + 26 if width >= WIDE else 1 + 6 + 1 + 16
    if width > columns:
        assert strip.crop(columns, columns + 1).text == " "
