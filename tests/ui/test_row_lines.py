"""A row of papers as text: its title whole, its columns and facts where there is room."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nasty import nasty_line
from rich.cells import cell_len

from paperreader.domain.text import Safe, clean_line, reduce_cells
from paperreader.ui.presenting.rows.row_lines import GUTTER, MARGIN, row_labels, row_layout, row_lines
from paperreader.ui.presenting.rows.title_lines import title_lines
from paperreader.ui.widgets.paper_list import PaperRow, RowFlags

TITLE = Safe("Do Language Models Know What a Week Is? Calendar Arithmetic as a Stress Test for Temporal Reasoning")
ROW = PaperRow(
    title=TITLE,
    sign=Safe("•"),
    authors=Safe("Nwosu, Krenn, Tang +2"),
    first_author=Safe("Nwosu +4"),
    category=Safe("cs.IR"),
    upvotes=77,
    comments=7,
    has_code=True,
    age=Safe("2d"),
    details=(Safe("#memory"), Safe("✎ read the appendix")),
)
CURSOR = RowFlags(is_cursor=True, is_focused=True, has_facts=True)
OTHER = RowFlags()


def text_of(row: PaperRow, width: int, flags: RowFlags = OTHER) -> list[str]:
    """The lines of a row as text."""
    return ["".join(text for text, _ in line).rstrip() for line in row_lines(row, width, flags)]


def roles_of(row: PaperRow, width: int, flags: RowFlags = OTHER) -> dict[str, str]:
    """The roles of the texts of a row."""
    return {text.strip(): role for line in row_lines(row, width, flags) for text, role in line if text.strip()}


# Layout


def test_columns_appear_where_the_title_keeps_its_room() -> None:
    """Rule: upvotes from 90 columns; then code, first author and age, each only if the title keeps 92."""
    found = {width: [column.label for column in row_layout(width).columns] for width in range(40, 201)}
    changes = {width: labels for width, labels in found.items() if labels != found.get(width - 1)}
    assert changes == {
        40: [],
        90: ["▲"],
        109: ["▲", "age"],
        110: ["▲", "code"],
        115: ["▲", "code", "age"],
        127: ["▲", "code", "author"],
        132: ["▲", "code", "author", "age"],
    }


@pytest.mark.parametrize("width", range(10, 201))
def test_a_title_has_all_columns_that_no_column_takes(width: int) -> None:
    """Rule: title, columns, gutter and margin fill the pane; a narrow title may have three lines."""
    layout = row_layout(width)
    assert layout.title + sum(column.width for column in layout.columns) + GUTTER + MARGIN == width
    assert layout.title >= 92 or len(layout.columns) <= 1
    assert layout.lines == (2 if layout.title >= 60 else 3)


def test_the_labels_stand_over_their_numbers() -> None:
    """Rule: a label ends in the column where its numbers end."""
    row = replace(ROW, title=Safe("A title"))
    for width in (90, 118, 140, 200):
        first = text_of(row, width)[0]
        labels = row_labels(width).rjust(width - MARGIN)
        for label, text in (("▲", "77"), ("code", "code"), ("age", "2d")):
            if label in labels:
                assert labels.index(label) + len(label) == first.rindex(text) + len(text)
        if "author" in labels:
            assert labels.index("author") == first.index("Nwosu")


# Titles


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (118, [f" •  {TITLE[:89]}", "    Reasoning"]),
        (80, [f" •  {TITLE[:71]}", "    Test for Temporal Reasoning"]),
        (
            50,
            [
                " •  Do Language Models Know What a Week Is?",
                "    Calendar Arithmetic as a Stress Test for",
                "    Temporal Reasoning",
            ],
        ),
    ],
)  # fmt: skip
def test_a_title_wraps_instead_of_being_cut(width: int, lines: list[str]) -> None:
    """Rule: a title is whole on up to two lines, or three where it has fewer than 60 columns."""
    row = PaperRow(TITLE, Safe("•"))
    assert text_of(row, width) == lines


def test_only_the_last_line_of_a_title_is_cut() -> None:
    """Rule: a title that is longer than its lines ends in an ellipsis."""
    shown = text_of(PaperRow(Safe("word " * 60), Safe("•")), 50)
    assert len(shown) == 3
    assert shown[-1].endswith("wor…")
    assert [line for line in shown if "…" in line] == shown[-1:]


def test_the_title_under_the_cursor_is_whole() -> None:
    """Rule: the row of the cursor has as many lines as its title needs, within reason."""
    row = PaperRow(Safe("word " * 40), Safe("•"))
    assert len(text_of(row, 50)) == 3
    assert "".join(text_of(row, 50, CURSOR)).count("word") == 40
    assert len(text_of(replace(row, title=Safe("word " * 190)), 50, CURSOR)) == 7


@pytest.mark.parametrize(
    ("title", "width", "lines"),
    [
        ("大偶数表为一个素数及一个不超过二个素数的", 20, ["大偶数表为一个素数及", "一个不超过二个素数的"]),
        ("長い、題名。終わり", 6, ["長い、", "題名。", "終わり"]),
        ("長い題、名", 6, ["長い", "題、名"]),
        ("KIVI: 非常に長い title", 14, ["KIVI: 非常に長", "い title"]),
        ("Poincaré (see “x”) maps", 12, ["Poincaré", "(see “x”)", "maps"]),
        ("ééééééé", 3, ["ééé", "ééé", "é"]),
    ],
)  # fmt: skip
def test_a_title_breaks_beside_wide_characters_and_never_before_closing_punctuation(
    title: str, width: int, lines: list[str]
) -> None:
    """Rule: scripts without blanks break between characters, but no line begins with a closing mark."""
    assert [text for text, _ in title_lines(title, width, 5)] == lines


TITLES = st.one_of(
    st.integers(0, 10_000).map(lambda seed: nasty_line(random.Random(seed))),
    st.text(alphabet="aé大、。（👍x\u0301\u0300नमस्ते ", max_size=90),
).map(lambda text: reduce_cells(clean_line(text)))


@given(TITLES, st.integers(4, 120), st.integers(1, 3))
def test_a_wrapped_title_loses_nothing_and_splits_no_character(title: Safe, width: int, most: int) -> None:
    """Rule: no line is too wide, marks stay on their characters, and only a cut at the end leaves something out."""
    lines = title_lines(title, width, most)
    assert 1 <= len(lines) <= most
    for text, _ in lines:
        assert cell_len(text) <= width
    shown = "".join("".join(text for text, _ in lines).split())
    whole = "".join(title.split())
    is_cut = shown != whole
    assert not is_cut or whole.startswith(shown.removesuffix("…"))
    assert not is_cut or len(lines) == most
    for text, start in lines:
        assert title[start : start + 1] == text[:1] or text == "…"[: len(text)]
        assert not text or start == 0 or cell_len(text[0]) > 0 or cell_len(title[start - 1]) == 0


@given(TITLES, st.sampled_from([40, 60, 80, 100, 140, 200]), st.booleans())
def test_a_row_of_a_hostile_title_fits_its_pane(title: Safe, width: int, is_cursor: bool) -> None:
    """Rule: whatever a source calls a paper, its row is as wide as all others."""
    for line in row_lines(replace(ROW, title=title), width, CURSOR if is_cursor else OTHER):
        assert sum(cell_len(text) for text, _ in line) <= width - MARGIN


@pytest.mark.parametrize("role", ["title", "title-current", "done"])
def test_hits_are_marked_on_every_line(role: str) -> None:
    """Rule: a hit is marked where it stands, on any line of the title, and changes no character."""
    hits = ((3, 11), (40, 48), (90, 99))
    row = replace(ROW, hits=hits, is_done=role == "done")
    flags = CURSOR if role == "title-current" else OTHER
    marked = [text for line in row_lines(row, 80, flags) for text, name in line if name == f"{role} hit"]
    assert marked == [TITLE[start:end] for start, end in hits]
    assert text_of(row, 80, flags) == text_of(replace(row, hits=()), 80, flags)


# Facts


@pytest.mark.parametrize(
    ("width", "facts"),
    [
        (200, "Nwosu, Krenn, Tang +2 · cs.IR · 7 comments · #memory · ✎ read the appendix"),
        (100, "Nwosu, Krenn, Tang +2 · cs.IR · 7 comments · code · #memory · ✎ read the appendix"),
        (80, "Nwosu, Krenn, Tang +2 · cs.IR · ▲ 77 · 7 comments · code · #memory …"),
        (60, "Nwosu, Krenn, Tang +2 · cs.IR · ▲ 77 · 7 comments …"),
        (40, "Nwosu, Krenn, Tang +2 · cs.IR …"),
        (20, "Nwosu, Krenn,…"),
    ],
)
def test_facts_that_do_not_fit_are_left_out_whole(width: int, facts: str) -> None:
    """Rule: facts stand in the order of their importance; what has a column is not told twice."""
    assert text_of(ROW, width, CURSOR)[-1] == f"▌   {facts}"


def test_unknown_facts_are_left_out() -> None:
    """Rule: a row invents no fact and announces no missing one; the line of facts stays, so that nothing moves."""
    bare = PaperRow(Safe("A title"), Safe("•"))
    assert text_of(bare, 140, CURSOR) == ["▌•  A title", "▌"]
    assert text_of(replace(bare, comments=1, upvotes=0), 80, CURSOR)[1] == "▌   ▲ 0 · 1 comment"


def test_numbers_are_right_aligned_in_their_columns() -> None:
    """Rule: the digits of a column stand below each other, whatever the title."""
    rows = [replace(ROW, title=Safe("A title"), upvotes=upvotes) for upvotes in (7, 77, 1_234)]
    shown = [text_of(row, 118)[0] for row in rows]
    assert [line[-17:] for line in shown] == ["     7  code   2d", "    77  code   2d", " 1,234  code   2d"]
    assert {len(line) for line in shown} == {118 - MARGIN}


NOTICES = (Safe("skipped Wed 12 Mar"), Safe("v2"))


@pytest.mark.parametrize(
    ("width", "lines"),
    [
        (118, [" •  A title of a paper  skipped Wed 12 Mar · v2"]),
        (60, [" •  A title of a paper  skipped Wed 12 Mar · v2"]),
        (44, [" •  A title of a paper", "    skipped Wed 12 Mar · v2"]),
        (26, [" •  A title of a paper", "    skipped Wed 12 Mar …"]),
    ],
)
def test_an_earlier_decision_stands_behind_the_title_or_below_it(width: int, lines: list[str]) -> None:
    """Rule: notices are visible in every width, and never cut the title."""
    assert text_of(PaperRow(Safe("A title of a paper"), Safe("•"), notices=NOTICES), width) == lines


def test_notices_come_first_in_the_facts() -> None:
    """Rule: where a row has facts, a warning and the earlier decision stand before all others."""
    row = replace(ROW, title=Safe("A title"), warning=Safe("retracted"), notices=NOTICES)
    assert text_of(row, 80, CURSOR)[1] == "▌   retracted · skipped Wed 12 Mar · v2 · Nwosu, Krenn, Tang +2 · cs.IR …"
    assert roles_of(row, 80, CURSOR)["retracted"] == "warning"
    assert roles_of(replace(row, is_done=True), 80)["retracted"] == "warning"


@pytest.mark.parametrize("width", range(16, 140, 3))
def test_what_is_no_paper_any_more_says_so_in_every_width(width: int) -> None:
    """Rule: a withdrawn paper is marked, however narrow the list is."""
    row = PaperRow(TITLE, Safe("•"), warning=Safe("withdrawn"), notices=NOTICES)
    for flags in (OTHER, CURSOR):
        assert "withdrawn" in " ".join(text_of(row, width, flags))


# Marks and roles


@pytest.mark.parametrize(
    ("flags", "bar"),
    [
        (OTHER, " "),
        (RowFlags(is_cursor=True), " "),
        (CURSOR, "▌"),
        (RowFlags(is_selected=True), "┃"),
        (RowFlags(is_cursor=True, is_focused=True, is_selected=True, has_facts=True), "█"),
    ],
)
def test_the_bar_stands_on_every_line_of_a_row(flags: RowFlags, bar: str) -> None:
    """Rule: the bar marks the cursor of the focused pane and selected papers, on all lines."""
    assert {f"{line:<1}"[0] for line in text_of(ROW, 60, flags)} == {bar}


@pytest.mark.parametrize(
    ("row", "gutter"),
    [
        (ROW, " •  "),
        (replace(ROW, sign=Safe("✓"), is_starred=True), " ✓★ "),
        (replace(ROW, sign=Safe("–"), has_returned=True), " –↻ "),
        (replace(ROW, is_starred=True, has_returned=True), " •★ "),
        (replace(ROW, is_followed=True, has_returned=True), " •◆ "),
        (replace(ROW, is_followed=True, is_starred=True), " •★ "),
    ],
)
def test_status_and_the_strongest_mark_have_a_cell_each(row: PaperRow, gutter: str) -> None:
    """Rule: a star hides the mark of a followed paper, and both hide the mark of a paper that returned."""
    assert text_of(row, 80)[0].startswith(f"{gutter}Do")


def test_a_decided_row_is_faded_but_for_its_star() -> None:
    """Rule: title and columns of a read or skipped paper are faded. Under the cursor they are not."""
    row = replace(ROW, title=Safe("A title"), sign=Safe("✓"), is_done=True, is_unread=False, is_starred=True)
    roles = roles_of(row, 118)
    assert {roles[text] for text in ("A title", "✓", "77", "code", "2d")} == {"done"}
    assert roles["★"] == "star"
    roles = roles_of(row, 118, CURSOR)
    assert (roles["A title"], roles["✓"], roles["77"], roles["★"]) == ("title-current", "title", "number", "star")
    assert roles["cs.IR"] == "fact"


def test_an_undecided_row_has_an_accent_and_a_postponed_one_has_none() -> None:
    """Rule: unread papers have the accent; a paper kept for later has a normal row."""
    assert roles_of(ROW, 118)["•"] == "unread"
    later = replace(ROW, sign=Safe("◷"), is_unread=False)
    assert roles_of(later, 118)["◷"] == "title"


@pytest.mark.parametrize("width", range(1, 8))
def test_a_pane_of_a_few_cells_has_rows(width: int) -> None:
    """Rule: a pane without room for a title shows what fits."""
    assert row_lines(ROW, width, CURSOR)


def test_a_row_without_facts_has_no_blank_line_in_a_comfortable_list() -> None:
    """Rule: a blank line stands under the cursor of a compact list only, where it keeps the rows below in place."""
    row = PaperRow(Safe("Kites"), Safe(" "))
    comfortable = replace(CURSOR, is_comfortable=True)
    assert len(row_lines(row, 80, comfortable)) == 1
    assert len(row_lines(row, 80, CURSOR)) == 2
    assert len(row_lines(replace(row, category=Safe("cs.CL")), 80, comfortable)) == 2
