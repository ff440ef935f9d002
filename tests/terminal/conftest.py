"""Readers in real pseudo terminals, on copies of the sample library."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest
from terminal import Terminal

from paperreader.services.importing import import_sample
from paperreader.services.library import Library

READER = (sys.executable, "-m", "paperreader")

OpenReader = Callable[..., Terminal]


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder that holds the sample papers and no decisions."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    library = Library(folder, window="template")
    import_sample(library)
    library.close()
    return folder


@pytest.fixture
def folder(tmp_path: Path, sample_template: Path) -> Path:
    """A library folder of the sample papers."""
    copy = tmp_path / "library"
    shutil.copytree(sample_template, copy)
    return copy


@pytest.fixture
def open_reader(tmp_path: Path) -> Iterator[OpenReader]:
    """Starts `paperreader` in a terminal of a size, in a folder of its own; all are ended with the test."""
    work = tmp_path / "work"
    work.mkdir()
    with ExitStack() as stack:

        def start(
            *arguments: str,
            size: tuple[int, int] = (80, 24),
            env: Mapping[str, str] | None = None,
            ready: str | None = "/17",
            keep_screen: bool = True,
        ) -> Terminal:
            columns, rows = size
            terminal = stack.enter_context(
                Terminal(
                    [*READER, *arguments], columns=columns, rows=rows, env=env, cwd=str(work), keep_screen=keep_screen
                )
            )
            if ready:
                terminal.wait_for(ready, timeout=30)
            return terminal

        yield start
