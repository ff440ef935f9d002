"""Readers in real pseudo terminals, on copies of the sample library."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from shelled import SHELL, WRAPPER, InShell, Shelled
from terminal import Terminal

READER = (sys.executable, "-m", "paperreader")

OpenReader = Callable[..., Terminal]


@pytest.fixture
def open_reader(tmp_path: Path) -> Iterator[OpenReader]:
    """Starts `paperreader` in a terminal of a size, in a folder of its own; all are ended with the test."""
    work = tmp_path / "work"
    work.mkdir()
    with ExitStack() as stack:

        def start(
            *arguments: str,
            size: tuple[int, int] = (80, 30),
            env: Mapping[str, str] | None = None,
            ready: str | None = "help",
            keep_screen: bool = True,
            keep_colours: bool = False,
        ) -> Terminal:
            columns, rows = size
            terminal = stack.enter_context(
                Terminal(
                    [*READER, *arguments],
                    columns=columns,
                    rows=rows,
                    env=env,
                    cwd=str(work),
                    keep_screen=keep_screen,
                    keep_colours=keep_colours,
                )
            )
            if ready:
                terminal.wait_for(ready)
            return terminal

        yield start


@pytest.fixture
def in_shell(tmp_path: Path) -> Iterator[InShell]:
    """Starts readers, each run by a shell of its own."""
    with ExitStack() as stack:

        def start(folder: Path, patch: str | None = None, ready: str | None = "help") -> Shelled:
            program = ["-m", "paperreader"] if patch is None else ["-c", WRAPPER.format(patch=patch)]
            arguments = ["--library", str(folder)]
            argv = ["sh", "-c", SHELL, "sh", sys.executable, *program, *arguments]
            terminal = stack.enter_context(Terminal(argv, columns=80, rows=24, cwd=str(tmp_path)))
            if ready is None:
                return Shelled(terminal)
            terminal.wait_for(ready)
            return Shelled(terminal).find()

        yield start
