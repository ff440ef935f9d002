"""Fixtures: libraries in temporary folders, the sample papers, and the real captures where they are at hand."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from examples import register_profiles
from gated_library import GatedLibrary

from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library

register_profiles()

REPOSITORY = Path(__file__).parent.parent
CAPTURES = REPOSITORY.parent / "shared" / "data"
MEMORY = Path("/dev/shm")
"""A file system in memory, on Linux."""
ROOM = 4_000_000_000
"""Bytes that have to be free there; a run takes a tenth of that."""


def pytest_configure() -> None:
    """Keep the temporary files of tests in memory, if there is room: on a disk they wait for 30,000 syncs."""
    if "TMPDIR" not in os.environ and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)  # of the workers and of all other processes, too


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the library or the settings of whoever runs it, and each has a terminal with colours."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    for variable in (
        "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "PAPERREADER_LIBRARY", "PAPERREADER_DEBUG", "NO_COLOR",
        "COLORFGBG",
    ):  # fmt: skip
        monkeypatch.delenv(variable, raising=False)


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    """An empty library."""
    opened = Library(tmp_path / "library", window="test")
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder that holds the sample papers and no decisions, to be copied."""
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
def sample(folder: Path) -> Iterator[Library]:
    """A library of the sample papers."""
    library = Library(folder, window="test")
    yield library
    library.close()


@pytest.fixture
def gated(folder: Path) -> Iterator[GatedLibrary]:
    """A library of the sample papers whose readings in the background can be held up."""
    library = GatedLibrary(folder)
    yield library
    library.gate.set()
    library.close()


@pytest.fixture(scope="session")
def captures() -> Path:
    """The folder of real captures; the test is skipped where it is absent."""
    if not CAPTURES.is_dir():
        pytest.skip("the real captures are not at hand: there is no shared/data folder beside the repository")
    return CAPTURES


@pytest.fixture
def write_page(tmp_path: Path) -> Callable[..., Path]:
    """Writes a page dump of (title, abstract) entries and gives its path."""

    def write(*entries: tuple[str, str], date: str = "Mar 14", name: str = "page.txt", newline: str = "\n\n") -> Path:
        header = ("new", "Get trending papers in your email inbox!", "Subscribe", "byAK and the research community")
        path = tmp_path / name
        lines = [*header, date, *(line for entry in entries for line in entry if line)]
        path.write_text(newline.join(lines), encoding="utf-8")
        return path

    return write
