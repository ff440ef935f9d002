"""`:reload` reads the settings and the user's style sheet again, and the reader goes on where it was."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from piloting import Reading, reading

from paperreader.config import Icons
from paperreader.paths import config_file, user_styles_file
from paperreader.services.library import Library
from paperreader.ui.theming.look import LookSettings


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


@asynccontextmanager
async def _opened(sample: Library) -> AsyncIterator[Reading]:
    async with reading(sample, look=LookSettings("dark", user_styles=user_styles_file())) as reader:
        yield reader


async def _reload(reader: Reading) -> None:
    before = reader.screen
    await reader.press(":")
    await reader.type("reload")
    await reader.press("enter")
    await reader.until(lambda: reader.screen is not before and reader.titles)


async def test_changed_settings_are_used_at_once(sample: Library) -> None:
    """Rule: keys, theme, density, layout, signs and rules after a decision follow; list and paper stay."""
    async with _opened(sample) as reader:
        await reader.press("[", "j", "j")
        title = reader.title
        _write(
            config_file(),
            'theme = "light"\nicons = "ascii"\nlayout = "columns"\n[keys]\nskip = "X"\n[triage.after]\nskip = "stay"\n',
        )
        await _reload(reader)
        assert (reader.title, reader.app.theme) == (title, "light")
        assert reader.app.look.signs is Icons.ASCII
        assert reader.view.page.has_class("-columns")
        assert "X skip" in reader.footer
        row = reader.row
        await reader.press("X")
        await reader.settled()
        assert (reader.row, reader.done) == (row, [reader.key])
        await reader.press("d")
        await reader.settled()
        assert reader.done == [reader.key]


async def test_settings_that_are_taken_back_are_those_of_the_table_again(sample: Library) -> None:
    """Rule: a setting that left the file has its default, also the keys."""
    _write(config_file(), '[keys]\nskip = "X"\n')
    async with _opened(sample) as reader:
        await _reload(reader)
        assert "X skip" in reader.footer
        config_file().unlink()
        await _reload(reader)
        assert "d skip" in reader.footer
        await reader.press("d")
        await reader.settled()
        assert len(reader.done) == 1


async def test_a_wrong_setting_keeps_the_one_in_force(sample: Library) -> None:
    """Rule: a message names file, line and cure; what was in force stays."""
    async with _opened(sample) as reader:
        _write(config_file(), 'theme = "light"\n')
        await _reload(reader)
        _write(config_file(), 'theme = "ligth"\n')
        await _reload(reader)
        assert reader.app.theme == "light"
        (told,) = [toast for toast in reader.toasts if "line 1" in toast]
        assert str(config_file()) in told
        assert "light" in told.partition("ligth")[2]
        assert told.endswith("the setting in force stays")


async def test_the_users_styles_are_read_again(sample: Library) -> None:
    """Rule: a changed user.tcss counts at once, and one with an error is told and left out."""
    async with _opened(sample) as reader:
        _write(user_styles_file(), "#header { background: #102030; }")
        await _reload(reader)
        assert reader.view.bars.header.styles.background.hex.lower() == "#102030"
        _write(user_styles_file(), "#header { background: ; ")
        await _reload(reader)
        assert any("user.tcss" in toast for toast in reader.toasts)
        assert reader.view.bars.header.styles.background.hex.lower() != "#102030"
