"""Keys act on the selected papers, and say on how many."""

from __future__ import annotations

from pathlib import Path

import pytest
from in_step import assert_in_step
from piloting import Reading, reading

from paperreader.domain.lists import Shelf
from paperreader.exporting.base import Exporter
from paperreader.exporting.markdown import MarkdownExporter
from paperreader.services.exporting import EXPORTERS
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
        links = [paper.links() for paper in papers]
        pages = [next((url for kind, url in each.items() if kind != "pdf"), None) for each in links]
        urls, noun = (pages, "page") if key == "o" else ([each.get("pdf") for each in links], "PDF")
        with_url, without = ([row for row, url in enumerate(urls) if bool(url) is has] for has in (True, False))
        assert len(with_url) >= 3
        await _select(reader, *with_url[:3], *without[:2])
        await reader.press(key)
        assert opened == [urls[row] for row in with_url[:3]]
        assert reader.status == f"opened 3 {noun}s; 2 without a known {noun}"
        opened.clear()
        await reader.press("escape")
        await _select(reader, *without[:2])
        await reader.press(key)
        assert opened == []
        assert reader.status == f"nothing opened: 2 papers without a known {noun}"


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


@pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda exporter: exporter.format)
async def test_the_end_of_the_name_chooses_the_format(exporter: Exporter, sample: Library, tmp_path: Path) -> None:
    """Rule: `E` writes every format; the hint names their extensions."""
    target = tmp_path / f"out{exporter.extension}"
    async with reading(sample) as reader:
        await reader.press("s")
        await reader.settled()
        chosen = sample.entries(sample.ids(Shelf.STARRED))
        await reader.press("E")
        await reader.until(lambda: isinstance(reader.screen, LineDialog) and reader.screen.query(SafeInput))
        assert f"{exporter.extension} " in reader.text
        reader.screen.query_one(SafeInput).value = str(target)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert target.read_text(encoding="utf-8") == exporter.export(chosen)


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
        assert "2 selected papers ─" in reader.text
        assert line.value == "./selected.md"
        line.value = str(target)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == f"2 selected papers written to {target}"
        assert target.read_text(encoding="utf-8") == MarkdownExporter().export(chosen)


async def test_x_selects_and_a_decision_goes_to_all_selected(sample: Library) -> None:
    """Rule: x selects and moves on. A decision applies to all selected papers and clears the selection."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("x", "j", "x", "x", "k", "x")
        assert "2 selected" in reader.list_title
        assert [reader.view.papers.row_strips(row, 80)[0].text[0] for row in range(5)] == ["┃", " ", "┃", " ", "▌"]
        row = reader.row
        await reader.press("d")
        await reader.settled()
        assert sorted(reader.done) == sorted([keys[0], keys[2]])
        assert reader.row == row
        assert reader.view.papers.selected == set()
        assert "2 papers skipped" in reader.status
        await reader.press("u")
        await reader.settled()
        assert reader.done == []


async def test_capital_v_selects_a_range_in_both_directions(sample: Library) -> None:
    """Rule: V begins a range, the cursor stretches it, V again ends it; s goes to all of it."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("j", "j", "V", "j", "j")
        assert len(reader.view.papers.selected) == 3
        await reader.press("k", "k", "k", "k")
        assert sorted(reader.view.targets()) == sorted(keys[0:3])
        await reader.press("V", "G")
        assert len(reader.view.papers.selected) == 3
        await reader.press("s")
        await reader.settled()
        assert sorted(reader.starred) == sorted(keys[0:3])
        await assert_in_step(reader)


async def test_escape_and_another_list_end_a_selection(sample: Library) -> None:
    """Rule: Esc clears a selection or range; a selection never outlives its list."""
    async with reading(sample) as reader:
        for leave in ("escape", "["):
            await reader.press("V", "j", "x")
            assert reader.view.papers.selected
            await reader.press(leave)
            assert not reader.view.papers.selected
            await reader.press("j")
            assert not reader.view.papers.selected


async def test_stars_of_a_mixed_selection_are_all_put_on_first(sample: Library) -> None:
    """Rule: s stars all selected papers, and removes the stars only if all are starred."""
    async with reading(sample) as reader:
        await reader.press("s", "k", "x", "x", "s")
        await reader.settled()
        assert len(reader.starred) == 2
        await reader.press("g", "g", "x", "x", "s")
        await reader.settled()
        assert reader.starred == []


@pytest.mark.parametrize("shown", ["mamba", "quantum"])
async def test_a_decision_goes_to_all_selected_whatever_the_filter_shows(shown: str, sample: Library) -> None:
    """Rule: a decision applies to all selected papers, even if the filter hides them."""
    async with reading(sample) as reader:
        selected = []
        for word in ("cryptography", "quantum"):
            await reader.filter(word)
            await reader.press("enter")
            selected.append(reader.key)
            await reader.press("x", "/", "escape")  # which leaves the filter, not the selection
        await reader.filter(shown)
        await reader.press("enter")
        assert "2 selected" in reader.list_title
        await reader.press("d")
        await reader.settled()
        assert sorted(reader.done) == sorted(selected)


async def test_a_range_selects_only_what_the_cursor_went_over(sample: Library) -> None:
    """Rule: a range starts at its first paper. A filter selects nothing by itself."""
    async with reading(sample) as reader:
        await reader.press("G", "V")
        begun = reader.key
        await reader.filter("transformer")
        await reader.press("enter", "j")
        await reader.press("s")
        await reader.settled()
        found = reader.keys
        assert set(reader.starred) <= {begun, found[0], found[1]}
