"""Makes docs/screenshot.svg: the reader itself, on the sample papers, after a minute's triage."""

import asyncio
import re
import tempfile
from pathlib import Path

from paperreader.config import Config
from paperreader.services.importing.files import import_sample
from paperreader.services.library import Library
from paperreader.ui.app import ReaderApp

KEYS = ("j", "s", "j", "d", "d", "r", "j", "b", "k", "k", "k", "k", "k", "x", "k", "t", *"reread", "enter", "escape")


async def main() -> None:
    """Drive the reader by keys and write what it shows."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        import_sample(library)
        app = ReaderApp(library, Config())
        async with app.run_test(size=(130, 34)) as pilot:
            await pilot.pause(0.2)
            for key in KEYS:
                await pilot.press(key)
            await pilot.pause(0.3)
            svg = app.export_screenshot(simplify=True)
        library.close()
    # The picture must not fetch anything when it is looked at.
    svg = re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    (Path(__file__).parent / "screenshot.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
