"""Settings of the look for tests, and the dialog that changes them."""

from __future__ import annotations

from pathlib import Path

from piloting import Reading
from textual.widgets import OptionList

from paperreader.config import Icons
from paperreader.ui.theming.look import LookSettings
from paperreader.ui.theming.themes import AUTO


def look(folder: Path, theme: str = AUTO, **environment: str) -> LookSettings:
    """Settings whose choice is kept in a folder, in a terminal that may be asked."""
    environment = {"TERM": "xterm-256color", **environment}
    return LookSettings(theme, Icons.AUTO, folder / "appearance.json", folder / "user.tcss", environment)


async def open_themes(reader: Reading) -> OptionList:
    reader.app.action_choose_theme()
    await reader.until(lambda: reader.screen is not reader.triage)
    return reader.screen.query_one(OptionList)
