"""Page dumps are read whole, in order, with every odd line named."""

from pathlib import Path

import pytest

from paperreader.feeds.hf_page import PageImporter


@pytest.mark.parametrize(
    ("name", "papers", "month_day"),
    [("000", 81, (3, 14)), ("002", 81, (3, 12)), ("003", 104, (3, 11))],
)
def test_real_pages_are_read_without_a_problem(
    captures: Path, name: str, papers: int, month_day: tuple[int, int]
) -> None:
    """Rule: every entry of a page, nothing else, no problems."""
    (path,) = (captures / "pages").glob(f"{name}_*.txt")
    parsed = PageImporter().parse(path.read_bytes())
    assert len(parsed.papers) == papers
    assert parsed.problems == ()
    assert parsed.month_day == month_day
