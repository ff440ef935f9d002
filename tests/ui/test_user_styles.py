"""The user's style sheet wins, and its errors are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from looks import look, open_themes
from piloting import reading
from textual.color import Color

from paperreader.services.library import Library


async def test_the_users_styles_win(sample: Library, tmp_path: Path) -> None:
    """Rule: user.tcss overrides our styles, those of dialogs too, in every theme."""
    rules = "#abstract { background: $gold; }\n.dialog { background: $error; }\n"
    (tmp_path / "user.tcss").write_text(rules)
    async with reading(sample, look=look(tmp_path, "dark"), toasts=True) as reader:
        assert reader.view.page.styles.background == Color.parse("#e8bd5f")
        assert reader.toasts == []
        await open_themes(reader)
        assert reader.screen.query_one(".dialog").styles.background == Color.parse("#ff8f85")
        await reader.press("down")
        await reader.until(lambda: reader.view.page.styles.background == Color.parse("#805000"))


@pytest.mark.parametrize(
    ("styles", "said"),
    [
        (b"#papers {\n  colour: red;\n}\n", "user.tcss:2: "),
        (b"#papers {\n\n  color: nocolour;\n}\n", "user.tcss:3: "),
        (b"#papers { color: $nothing; }\n", "user.tcss:1: reference to undefined variable '$nothing'"),
        (b"#papers {\n", "user.tcss:"),
        (b"what?", "user.tcss:1: "),
        (b"\xff", "user.tcss: not UTF-8"),
    ],
)
async def test_an_error_in_the_users_styles_is_told_with_its_line(
    styles: bytes, said: str, sample: Library, tmp_path: Path
) -> None:
    """Rule: the reader starts without a style sheet that has an error, and says where it is."""
    (tmp_path / "user.tcss").write_bytes(styles)
    async with reading(sample, look=look(tmp_path), toasts=True) as reader:
        await reader.until(lambda: any(said in toast for toast in reader.toasts))
        await reader.press("s")
        await reader.settled()
        assert reader.starred


async def test_styles_that_fit_one_theme_only_end_nothing(sample: Library, tmp_path: Path) -> None:
    """Rule: a variable that another theme lacks drops the user's style sheet when that theme is shown."""
    (tmp_path / "user.tcss").write_text("#abstract { background: $panel-darken-1; color: $surface-active; }")
    async with reading(sample, look=look(tmp_path, "dark"), toasts=True) as reader:
        assert reader.toasts == []
        reader.app.look.preview("ansi-dark")
        await reader.until(lambda: any("user.tcss:1: " in toast for toast in reader.toasts))
        assert reader.app.theme == "ansi-dark"
        await reader.press("j")
        assert reader.row == 1
