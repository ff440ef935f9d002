"""Marks in ASCII, no frames for screen readers, and screens without colours."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from piloting import Reading, reading, screen_lines
from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip

from paperreader.config import Icons
from paperreader.services.library import Library
from paperreader.ui.presenting import signs
from paperreader.ui.theming.line_filters import line_filters
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.theming.themes import ANSI_DARK

BLACK = Color(0, 0, 0)
MARKS = dict(zip("•✓–◷★◆↻✎○▲✗▌┃█▾▸━╸─│…·", '.v-@*+<"?^!>|#v>==-|~-', strict=True))
"""Each mark of the screen and its ASCII form."""


def _shown(text: str, icons: Icons) -> str:
    (line_filter,) = line_filters(icons, no_color=False)
    return Strip([Segment(text)]).apply_filter(line_filter, BLACK).text


@pytest.mark.parametrize(("mark", "form"), MARKS.items(), ids=MARKS.values())
def test_each_mark_has_an_ascii_form(mark: str, form: str) -> None:
    """Rule: a mark of one cell becomes one ASCII character."""
    assert _shown(f"a{mark}b", Icons.ASCII) == f"a{form}b"


def test_every_sign_frame_and_block_has_an_ascii_form() -> None:
    """Rule: no sign of the rows and shelves, no line and no block is left, and each keeps its width."""
    own = [*signs.STATUS_SIGNS.values(), *signs.AGAIN_SIGNS.values(), signs.DONE_SIGN]
    own += [signs.RETURNED_SIGN, signs.REFUSED_SIGN, signs.STAR_SIGN, signs.NOTE_SIGN, signs.UPVOTES_SIGN]
    for sign in [*own, *map(chr, range(0x2500, 0x25A0))]:
        assert _shown(sign, Icons.ASCII).isascii()
        assert cell_len(_shown(sign, Icons.ASCII)) == cell_len(sign)


def test_letters_of_papers_stay() -> None:
    """Rule: only signs are replaced, in ASCII and for screen readers."""
    text = "Schrödinger 大偶数 α naïve"
    assert _shown(text, Icons.ASCII) == _shown(text, Icons.WORDS) == text


async def _walk(reader: Reading) -> list[str]:
    """The lines of the first screen, a filter, a selection, the help and a dialog."""
    lines = []
    await reader.press("s", "d", "b", "x")
    await reader.settled()
    lines += screen_lines(reader.app)
    await reader.filter("attention")
    lines += screen_lines(reader.app)
    await reader.press("escape", "escape", "escape")
    for key in ("?", "E", "t", "a"):
        await reader.press(key)
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        lines += screen_lines(reader.app)
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
    return lines


def _signs(lines: list[str]) -> set[str]:
    """The characters that are neither ASCII nor letters."""
    return {
        sign for line in lines for sign in line if not sign.isascii() and unicodedata.category(sign)[0] not in "LMP"
    }


async def test_screens_in_ascii_have_no_other_signs(sample: Library) -> None:
    """Rule: with ASCII icons letters of papers are the only other characters, and no cell moves."""
    frames = {}
    for icons in (Icons.UNICODE, Icons.ASCII):
        async with reading(sample, (100, 30), look=LookSettings("dark", icons)) as reader:
            frames[icons] = await _walk(reader)
            await reader.press("u", "u", "u", "escape")
            await reader.settled()
    assert _signs(frames[Icons.UNICODE])
    assert _signs(frames[Icons.ASCII]) == set()
    assert [cell_len(line) for line in frames[Icons.ASCII]] == [cell_len(line) for line in frames[Icons.UNICODE]]


async def test_screens_for_screen_readers_have_no_frames(sample: Library) -> None:
    """Rule: no box is drawn and nothing is animated."""
    async with reading(sample, (100, 30), look=LookSettings("dark", Icons.WORDS)) as reader:
        shown = set("".join(await _walk(reader)))
        assert not shown & set(map(chr, range(0x2500, 0x25A0)))
        assert reader.app.animation_level == "none"


@pytest.mark.parametrize(
    ("terminal", "icons", "signs"),
    [
        ("linux", Icons.AUTO, Icons.ASCII),
        ("xterm-256color", Icons.AUTO, Icons.UNICODE),
        ("linux", Icons.UNICODE, Icons.UNICODE),
        ("xterm-256color", Icons.ASCII, Icons.ASCII),
    ],
)
def test_the_linux_console_gets_ascii_by_itself(terminal: str, icons: Icons, signs: Icons) -> None:
    """Rule: the setting decides; auto is ASCII on the Linux console only."""
    assert LookSettings("auto", icons, environment={"TERM": terminal}).signs is signs


# No colours


def _plain(*segments: tuple[str, str]) -> list[tuple[str, bool]]:
    (line_filter,) = line_filters(Icons.UNICODE, no_color=True)
    line = line_filter.apply([Segment(text, Style.parse(style)) for text, style in segments], BLACK)
    styles = [segment.style for segment in line]
    assert all(style and style.color and style.color.is_default for style in styles)
    assert all(style and style.bgcolor and style.bgcolor.is_default for style in styles)
    return [(segment.text, bool(segment.style and segment.style.reverse)) for segment in line]


def test_without_colours_the_cursor_and_hits_are_reversed() -> None:
    """Rule: a ground of its own is reversed; a hit in the cursor's row and the bar are not."""
    assert _plain(("title", "cyan on default"), ("hit", "black on yellow")) == [("title", False), ("hit", True)]
    assert _plain(("title", "white on blue"), ("hit", "black on yellow")) == [("title", True), ("hit", False)]
    assert _plain(("▌", "bright_cyan on blue"), ("•", "white on blue")) == [("▌", False), ("•", True)]


async def test_the_screen_has_no_colours_with_no_color(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: with NO_COLOR the cursor's row is reversed, its title bold, and no segment has a colour."""
    monkeypatch.setenv("NO_COLOR", "1")
    async with reading(sample, (100, 30), theme="nord") as reader:
        assert reader.app.theme == ANSI_DARK.name
        await reader.press("j")
        region = reader.view.papers.content_region
        update = reader.app.screen._compositor.render_strips()
        styles = [segment.style for strip in update for segment in strip if segment.style]
        assert all(style.color is None or style.color.is_default for style in styles)
        assert all(style.bgcolor is None or style.bgcolor.is_default for style in styles)
        row = update[region.y + 1].crop(region.x + 4, region.x + 12)
        other = update[region.y + 3].crop(region.x + 4, region.x + 12)
        assert all(segment.style and segment.style.reverse and segment.style.bold for segment in row)
        assert not any(segment.style and (segment.style.reverse or segment.style.bold) for segment in other)
