"""Writes the generated parts of the documentation: screenshot, keys, settings, and the picture of the layers."""

import asyncio
import os
import re
import tempfile
import tomllib
from html import escape
from pathlib import Path

from paperreader.config import Config
from paperreader.config.reference import markdown
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.ui.app import ReaderApp
from paperreader.ui.keys.command_table import COMMANDS, markdown_table

DOCS = Path(__file__).parent
ROOT = DOCS.parent
KEYS = ("j", "s", "d", "d", "r", "b", "k", "k", "k", "k", "k", "x", "k", "t", *"reread", "enter", "escape")
"""A minute of triage, after which the screenshot is taken."""
WIDTH, HEIGHT, GAP = 840, 46, 8
"""Pixels of the picture, of a layer, and between layers."""

_TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
"""The terminal of the picture, whatever this one is."""


async def screenshot() -> str:
    """The reader on the sample papers as SVG."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(_TERMINAL)
        library = Library(Path(folder))
        import_sample(library)
        app = ReaderApp(library, Config(theme="dark"))
        async with app.run_test(size=(140, 36)) as pilot:
            await pilot.pause(0.2)
            for key in KEYS:
                await pilot.press(key)
            await pilot.pause(0.3)
            svg = app.export_screenshot(simplify=True)
        library.close()
    # A picture fetches nothing.
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def key_page() -> str:
    """The page with all keys, made from the command table."""
    return (
        "# Keys\n\n`?` shows this table in the reader, `paperreader keys` in the shell. `^` stands for Ctrl, `⇧` for "
        f"Shift. [Configuration](configuration.md) describes how to change keys.\n\n{markdown_table(COMMANDS)}\n"
    )


def settings_page() -> str:
    """The page with all settings, made from the docstrings of the settings."""
    return (
        "# Settings\n\n`paperreader config init` writes a `config.toml` with all settings as comments, "
        "`paperreader config edit` opens it. [Configuration](configuration.md) has an example.\n\n" + markdown()
    )


def layers_picture() -> str:
    """The layers of the package as SVG: the contract that import-linter checks, with the docstring of each package."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    height = len(layers) * (HEIGHT + GAP) + GAP
    shapes = []
    for place, layer in enumerate(layers):
        names = [name.strip() for name in layer.split("|")]
        width = (WIDTH - GAP) / len(names) - GAP
        top = GAP + place * (HEIGHT + GAP)
        for column, name in enumerate(names):
            left = GAP + column * (width + GAP)
            label = name.removeprefix("paperreader.")
            subject = subject_of(name) if len(names) == 1 else ""
            shapes.append(
                f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{HEIGHT}" rx="4"/>'
                f'<text class="name" x="{left + 12:g}" y="{top + (19 if subject else 28)}">{label}</text>'
                f'<text x="{left + 12:g}" y="{top + 36}">{escape(subject)}</text>'
            )
    style = (
        "rect{fill:#eef3f8;stroke:#5b7c99}text{font:13px sans-serif;fill:#24323f}"
        ".name{font:bold 14px monospace;fill:#123a5c}"
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img">'
        f"<title>The layers of paperreader</title><style>{style}</style>{''.join(shapes)}</svg>\n"
    )


def subject_of(name: str) -> str:
    """The first line of a package's or module's docstring."""
    path = ROOT.joinpath(*name.split("."))
    file = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
    return re.match(r'"""(.*?)(?:"""|\n)', file.read_text("utf-8"))[1]  # type: ignore[index]


def main() -> None:
    """Write all of them."""
    (DOCS / "keys.md").write_text(key_page(), encoding="utf-8")
    (DOCS / "settings.md").write_text(settings_page(), encoding="utf-8")
    (DOCS / "layers.svg").write_text(layers_picture(), encoding="utf-8")
    (DOCS / "screenshot.svg").write_text(asyncio.run(screenshot()), encoding="utf-8")


if __name__ == "__main__":
    main()
