"""The progress line: one line of a terminal of any width."""

import os
import pty
import time

import pytest
from rich.cells import cell_len

from paperreader.cli import progress


@pytest.mark.parametrize(
    "name", ["a.bib", "the-papers-of-a-whole-year.bib" * 3, "大偶数表为一个素数及一个不超过二个素数"]
)
@pytest.mark.parametrize("columns", [20, 40, 80])
def test_the_line_fits_and_shows_how_much_is_done(
    name: str, columns: int, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """Rule: a line never wraps, because a wrapped line could not be overwritten; the figure is never cut."""
    controller, terminal = pty.openpty()
    stream = os.fdopen(terminal, "w")
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setattr(os, "get_terminal_size", lambda _: os.terminal_size((columns, 24)))
    line = progress.ProgressLine()
    monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
    line.show_import(f"folder/{name}", 48, 100)
    stream.flush()
    shown = os.read(controller, 4096).decode().strip("\r").removesuffix("\x1b[K")
    os.close(controller)
    assert shown.startswith("importing 48% of")
    assert cell_len(shown) < columns
