"""Keys act on the selected papers, and say on how many."""

from __future__ import annotations

from pathlib import Path

import pytest
from piloting import Reading, reading

from paperreader.domain.lists import Shelf
from paperreader.exporting.markdown import MarkdownExporter
from paperreader.services.library import Library
from paperreader.ui.dialogs.dialog import LineDialog
from paperreader.ui.limits import Limits
from paperreader.ui.widgets.safe_input import SafeInput


async def _select(reader: Reading, *rows: int) -> list[str]:
    """Select the papers of rows, bottom up; their titles in the order of the list."""
    titles = reader.titles
    for row in sorted(rows, reverse=True):
        reader.view.go_to(row)
        await reader.press("x")
    return [titles[row] for row in sorted(rows)]


async def _copy(reader: Reading, key: str) -> None:
    await reader.press("y")
    await reader.until(lambda: reader.asks)
    await reader.press(key)
    await reader.until(lambda: not reader.asks and "cop" in reader.status)


async def test_y_copies_all_selected_papers_in_their_order(sample: Library) -> None:
    """Rule: with a selection `y` copies each paper of it, says of how many, and leaves the selection."""
    async with reading(sample) as reader:
        titles = await _select(reader, 1, 4, 7)
        await reader.press("y")
        await reader.until(lambda: "copy of 3 papers   l link" in reader.footer)
        await reader.press("escape")
        await _copy(reader, "t")
        assert reader.app.clipboard.splitlines() == titles
        assert reader.status.startswith("title of 3 papers copied")
        await _copy(reader, "b")
        assert reader.app.clipboard.count("@misc{") == 3
        assert reader.status.startswith("BibTeX of 3 papers copied")
        assert len(reader.view.papers.selected) == 3


async def test_papers_that_a_filter_hides_are_copied_too(sample: Library) -> None:
    """Rule: a selection includes papers that a filter hides."""
    async with reading(sample) as reader:
        titles = await _select(reader, 1, 4)
        await reader.filter("quantum")
        await reader.press("enter")
        await _copy(reader, "t")
        assert sorted(reader.app.clipboard.splitlines()) == sorted(titles)


@pytest.mark.parametrize("key", ["o", "p"])
async def test_o_and_p_open_all_selected_papers_or_say_why_not(key: str, sample: Library) -> None:
    """Rule: with a selection, all its pages open; papers without a page are counted."""
    opened: list[str] = []
    async with reading(sample, browse=opened.append) as reader:
        reader.triage.open_place(Shelf.ALL)
        papers = [entry.paper for entry in sample.entries(list(reader.view.desk.view))]
        pages = [next((url for kind, url in paper.links().items() if kind != "pdf"), None) for paper in papers]
        with_page, without = ([row for row, page in enumerate(pages) if bool(page) is has] for has in (True, False))
        assert len(with_page) >= 3
        await _select(reader, *with_page[:3], *without[:2])
        await reader.press(key)
        if key == "o":
            assert opened == [pages[row] for row in with_page[:3]]
            assert reader.status == "opened 3 pages; 2 without a known page"
        else:
            assert opened == []
            assert reader.status == "nothing opened: 5 papers without a known PDF"


async def test_many_pages_are_not_opened_at_once(sample: Library) -> None:
    """Rule: more papers than a browser should open at once are refused, with the limit; so are too many to copy."""
    opened: list[str] = []
    async with reading(sample, browse=opened.append, limits=Limits(papers_copied=10)) as reader:
        await _select(reader, *range(11))
        await reader.press("o")
        assert reader.status == "11 papers selected; at most 10 pages are opened at once"
        await reader.press("y")
        await reader.until(lambda: "at most 10 are copied at once; E exports them" in reader.status)
        assert (opened, reader.app.clipboard) == ([], "")


async def test_capital_e_writes_the_selected_papers(sample: Library, tmp_path: Path) -> None:
    """Rule: with a selection, `E` exports its papers to another default file, and says how many."""
    target = tmp_path / "out.md"
    async with reading(sample) as reader:
        await reader.press("s")
        await reader.settled()
        await _select(reader, 2, 3)
        chosen = sample.entries(sorted(reader.view.papers.selected))
        await reader.press("E")
        await reader.until(lambda: isinstance(reader.screen, LineDialog) and reader.screen.query(SafeInput))
        line = reader.screen.query_one(SafeInput)
        assert "Export 2 selected papers to" in reader.text
        assert line.value == "./selected.md"
        line.value = str(target)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == f"2 selected papers written to {target}"
        assert target.read_text(encoding="utf-8") == MarkdownExporter().export(chosen)
