"""How far something is, in one line of a terminal of any width."""

import pytest
from rich.cells import cell_len

from paperreader.cli.progress import with_bar


@pytest.mark.parametrize(
    "label",
    ["importing a.bib", "importing the-papers-of-a-whole-year…", "importing 大偶数表为一个素数及一个不超过二个素数"],
)
def test_the_line_of_an_import_fits_and_says_how_much_is_done(label: str) -> None:
    """Rule: a line that wraps cannot be written over and would leave a trail; what is cut is never the figure."""
    for columns in range(12, 141):
        line = with_bar(label, 0.48, columns)
        assert cell_len(line) <= columns
        assert line.endswith("  48%")


def test_a_bar_is_shown_where_there_is_room_for_one() -> None:
    """Rule: the bar gives way before the name does."""
    assert with_bar("importing a.bib", 0.5, 79) == f"importing a.bib [{'#' * 12}{'.' * 12}]  50%"
    assert with_bar("importing a.bib", 0.5, 31) == "importing a.bib [####....]  50%"
    assert with_bar("importing a.bib", 0.5, 30) == "importing a.bib  50%"
    assert with_bar("importing a.bib", 0.5, 16) == "importing…  50%"
