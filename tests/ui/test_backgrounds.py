"""The theme follows the terminal's background, as it reports it or as the environment says."""

from __future__ import annotations

from pathlib import Path

import pytest
from looks import look
from piloting import reading

from paperreader.services.library import Library
from paperreader.ui.terminal.reports import BackgroundReported
from paperreader.ui.theming.backgrounds import is_light_environment, is_light_report


@pytest.mark.parametrize(
    ("report", "is_light"),
    [
        ("11;rgb:ffff/ffff/ffff", True),
        ("11;rgb:fd/f6/e3", True),
        ("11;rgba:ffff/ffff/ffff/8000", True),
        ("11;#ffffff", True),
        ("11;#fff", True),
        ("11;#ffffffffffff", True),
        ("11;rgb:1e1e/2d2d/3b3b", False),
        ("11;rgb:0/0/0", False),
        ("11;rgb:0000/2b2b/3636", False),
        ("11;?", None),
        ("11;rgb:12345/0/0", None),
        ("10;rgb:ffff/ffff/ffff", None),
        ("11;rgb:ffff/ffff/ffff;skip", None),
        ("", None),
    ],
)
def test_the_background_is_read_from_the_report(report: str, is_light: bool | None) -> None:
    """Rule: each form of a colour in a reply is read; anything else is no reply."""
    assert is_light_report(report) is is_light


@pytest.mark.parametrize(
    ("value", "is_light"),
    [("0;15", True), ("0;default;15", True), ("15;0", False), ("12;8", False), ("", False), ("x", False)],
)
def test_the_background_is_read_from_the_environment(value: str, is_light: bool) -> None:
    """Rule: without a reply COLORFGBG decides, else the background counts as dark."""
    assert is_light_environment({"COLORFGBG": value}) is is_light
    assert not is_light_environment({})


async def test_auto_follows_the_terminals_background(sample: Library, tmp_path: Path) -> None:
    """Rule: the first start is dark, follows the reply, and the next start is right at once."""
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "dark"
        reader.app.post_message(BackgroundReported("11;rgb:ffff/ffff/ffff"))
        await reader.until(lambda: reader.app.theme == "light")
    async with reading(sample, look=look(tmp_path)) as reader:
        assert reader.app.theme == "light"
        reader.app.look.background_reported(None)  # another terminal, which is silent
        assert reader.app.theme == "dark"
        reader.app.look.background_reported("11;rgb:ffff/ffff/ffff")  # it was slow
        reader.app.look.background_reported(None)
        assert reader.app.theme == "light"


async def test_a_silent_terminal_is_read_from_the_environment(sample: Library, tmp_path: Path) -> None:
    """Rule: COLORFGBG decides at the start, and a reply goes before it."""
    async with reading(sample, look=look(tmp_path, COLORFGBG="0;15")) as reader:
        assert reader.app.theme == "light"
        reader.app.look.background_reported("11;rgb:0/0/0")
        assert reader.app.theme == "dark"


async def test_a_chosen_theme_does_not_follow_the_terminal(sample: Library, tmp_path: Path) -> None:
    """Rule: only auto asks and follows."""
    async with reading(sample, look=look(tmp_path, "nord")) as reader:
        assert not reader.app.look.wants_background
        reader.app.look.background_reported("11;rgb:ffff/ffff/ffff")
        assert reader.app.theme == "nord"
