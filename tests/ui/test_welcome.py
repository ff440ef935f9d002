"""An empty library opens on a welcome: the sample, or the path of something to import."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import web_server
from piloting import Reading, reading
from textual.widgets import Static

from paperreader.config import FetchSettings
from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.importing.importer import import_sample
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.screens.triage import TriageScreen
from paperreader.ui.screens.welcome import WelcomeScreen
from paperreader.ui.widgets.safe_input import SafeInput

ABSTRACT = "We show that a small model of a large thing is a useful thing to have, and measure how useful. " * 3


@pytest.fixture
def samples(tmp_path: Path) -> Iterator[Callable[[], Library]]:
    """Opens a library of samples, as the reader's own start does."""
    opened: list[Library] = []

    def open_sample() -> Library:
        library = Library(tmp_path / "library-sample", window="test")
        import_sample(library)
        opened.append(library)
        return library

    yield open_sample
    for library in opened:
        library.close()


@asynccontextmanager
async def _welcome(library: Library, open_sample: Callable[[], Library] | None = None) -> AsyncIterator[Reading]:
    async with reading(library, (80, 24), open_sample=open_sample) as reader:
        assert isinstance(reader.screen, WelcomeScreen)
        yield reader


async def _enter(reader: Reading, path: str) -> None:
    reader.screen.query_one(SafeInput).value = path
    await reader.press("enter")


def _said(reader: Reading) -> str:
    return str(reader.screen.query_one("#welcome-said", Static).content)


def _words(reader: Reading) -> str:
    """What is on the screen, without the frame of the box."""
    return " ".join(reader.text.replace("│", " ").split())


def _is_open(reader: Reading) -> bool:
    return any(isinstance(screen, TriageScreen) for screen in reader.app.screen_stack)


async def test_an_empty_library_says_what_can_be_done(library: Library) -> None:
    """Rule: the welcome says that the library is empty and takes a path or Enter at once."""
    async with _welcome(library) as reader:
        assert "empty" in reader.text
        assert "Enter" in reader.text
        assert reader.app.focused is reader.screen.query_one(SafeInput)


async def test_a_bad_path_is_told_and_a_good_one_then_imported(
    library: Library, write_page: Callable[..., Path]
) -> None:
    """Rule: a failed import shows one line and keeps the input. A good path then opens the papers."""
    page = write_page(("A first paper", ABSTRACT), ("A second paper", ABSTRACT))
    async with _welcome(library) as reader:
        await _enter(reader, f"{page}x")
        await reader.until(lambda: "does not exist" in _said(reader))
        line = reader.screen.query_one(SafeInput)
        assert line.value == f"{page}x"
        assert reader.app.focused is line
        await reader.press("end", "backspace", "enter")
        await reader.until(lambda: _is_open(reader))
        await reader.pilot.pause()
        assert reader.titles == ["A first paper", "A second paper"]
        assert any("2 papers, 2 new · R shows all" in toast for toast in reader.toasts)
        await reader.press("s", "k")
        await reader.settled()
        assert reader.state.starred


async def test_a_folder_is_imported_and_problems_are_counted(library: Library, write_page: Callable[..., Path]) -> None:
    """Rule: a folder is imported whole, and skipped files are reported."""
    folder = write_page(("One", ABSTRACT), ("Two", ABSTRACT), name="a.txt").parent / "pages"
    folder.mkdir()
    write_page(("One", ABSTRACT), ("Cut off", ""), name="pages/a.txt")
    write_page(("Three", ABSTRACT), date="Mar 13", name="pages/b.txt")
    async with _welcome(library) as reader:
        await _enter(reader, str(folder))
        await reader.until(lambda: _is_open(reader))
        await reader.pilot.pause()
        assert library.catalogue.count() == 2
        assert any("2 files: 2 papers, 2 new, 1 problem · R shows all" in toast for toast in reader.toasts)
        await reader.press("R")
        await reader.until(lambda: "a title without its abstract" in reader.text)


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 400, "no page of papers at all".encode("utf-16")])
async def test_a_file_that_holds_no_papers_is_refused(content: bytes, library: Library, tmp_path: Path) -> None:
    """Rule: an empty, binary or wrongly encoded file is one clear line, and the welcome stays."""
    path = tmp_path / "thing.txt"
    path.write_bytes(content)
    async with _welcome(library) as reader:
        await _enter(reader, str(path))
        await reader.until(lambda: _said(reader) and "Esc stops it" not in _said(reader))
        assert "thing.txt" in _said(reader)
        assert isinstance(reader.screen, WelcomeScreen)
        assert library.catalogue.count() == 0


@pytest.mark.parametrize(
    "path",
    [
        "~nobody-of-that-name/x",
        "/tmp/" + "x" * 300,
        "/dev/null",
        "/proc/self/mem",
    ],
)
async def test_no_path_ends_the_reader(path: str, library: Library) -> None:
    """Rule: every invalid path gets a message."""
    async with _welcome(library) as reader:
        await _enter(reader, path)
        await reader.until(lambda: _said(reader) and "Esc stops it" not in _said(reader))
        assert reader.app.is_running
        assert isinstance(reader.screen, WelcomeScreen)


async def test_tab_completes_the_path(library: Library, write_page: Callable[..., Path]) -> None:
    """Rule: importing a path works with completion."""
    page = write_page(("A first paper", ABSTRACT), name="page-of-march.txt")
    async with _welcome(library) as reader:
        line = reader.screen.query_one(SafeInput)
        line.value = f"{page.parent}/"
        line.action_end()
        await reader.type("page")
        await reader.until(lambda: line._suggestion == str(page))
        await reader.press("tab")
        assert line.value == str(page)


async def test_enter_opens_the_sample_in_a_library_of_its_own(library: Library, samples: Callable[[], Library]) -> None:
    """Rule: the sample is fully working and touches nothing of the user's own library."""
    async with _welcome(library, samples) as reader:
        await reader.press("enter")
        await reader.until(lambda: _is_open(reader))
        await reader.pilot.pause()
        assert len(reader.titles) == 17
        await reader.press("s")
        await reader.settled()
        assert reader.library.folder.name == "library-sample"
        assert len(reader.starred) == 1
    own = Library(library.folder)
    assert own.catalogue.count() == 0
    assert own.reading.starred() == []
    own.close()


async def test_the_welcome_looks_into_no_library_that_is_closed(
    library: Library, samples: Callable[[], Library]
) -> None:
    """Rule: the welcome screen watches for imports only while it is on top."""
    async with _welcome(library, samples) as reader:
        welcome = reader.screen
        assert isinstance(welcome, WelcomeScreen)
        await reader.press("enter")
        await reader.until(lambda: _is_open(reader))
        await reader.pilot.pause()
        welcome._look()
        assert len(reader.titles) == 17


async def test_ctrl_q_leaves_the_welcome(library: Library) -> None:
    """Rule: where q is a letter, ^q quits."""
    async with _welcome(library) as reader:
        await reader.press("q")
        assert reader.screen.query_one(SafeInput).value == "q"
        await reader.press("ctrl+q")
        assert not reader.app.is_running or reader.app._exit


@pytest.fixture
def slow_hub() -> Iterator[FetchSettings]:
    """Settings that name a server in the place of Hugging Face's, which answers and never comes to an end."""
    over = threading.Event()
    with web_server.serving() as server:

        def drip(handler: web_server.Handler) -> None:
            handler.send(b"", Content_Length="100000")
            while not over.wait(0.02):
                handler.raw(b" ")

        server.on("/api/daily_papers", drip)
        yield FetchSettings(hugging_face=server.base)
        over.set()


async def test_a_fetch_that_is_called_off_says_so(library: Library, slow_hub: FetchSettings) -> None:
    """Rule: `Esc` cancels a fetch, and the line says so."""
    async with reading(library, (80, 24), fetch=slow_hub) as reader:
        await _enter(reader, "hf")
        await reader.until(lambda: "kB" in _said(reader))
        await reader.press("escape")
        await reader.until(lambda: "cancelled" in _said(reader))


async def test_leaving_the_welcome_stops_what_is_under_way(library: Library, slow_hub: FetchSettings) -> None:
    """Rule: quitting does not wait for a running fetch."""
    async with reading(library, (80, 24), fetch=slow_hub) as reader:
        await _enter(reader, "hf")
        await reader.until(lambda: "kB" in _said(reader))
        assert isinstance(reader.screen, WelcomeScreen)
        bring = reader.screen._bring
        await reader.press("ctrl+q")
    assert bring is not None
    assert bring._token.is_cancelled


@pytest.mark.parametrize("size", [(80, 24), (50, 15), (40, 12)])
async def test_the_welcome_is_whole_at_every_size(size: tuple[int, int], library: Library) -> None:
    """Rule: from 40×12 up the welcome shows its line and its keys."""
    async with reading(library, size) as reader:
        line = reader.screen.query_one(SafeInput)
        assert 0 < line.region.bottom < size[1]
        assert "╭" in reader.text
        assert "Enter" in reader.text.splitlines()[line.region.y]
        assert "^q quits" in _words(reader)


@pytest.mark.parametrize("size", [(80, 24), (50, 15), (40, 12)])
async def test_why_nothing_came_is_whole_beside_the_keys_until_the_line_is_mended(
    size: tuple[int, int], library: Library
) -> None:
    """Rule: from 40×12 up the longest message hides nothing, and typing clears it."""
    async with reading(library, size) as reader:
        await _enter(reader, f"/nowhere/{'of these many words ' * 9}")
        said = reader.screen.query_one("#welcome-said", Static)
        await reader.until(lambda: said.has_class("error"))
        await reader.until(lambda: 0 < said.region.bottom < size[1])
        assert "^q quits" in _words(reader)
        await reader.type("y")
        await reader.until(lambda: not _said(reader))


async def test_a_library_that_lost_its_papers_shows_those_that_are_kept(folder: Path) -> None:
    """Rule: without the catalogue the reader shows the starred papers, and says that an import restores the rest."""
    library = Library(folder)
    (row,) = library.rows(library.ids(Shelf.ALL)[:1])
    library.finish(Triage(library).decide("star", [row.key], SetStar(True)))
    library.close()
    _delete_catalogue(folder)
    library = Library(folder)
    async with reading(library) as reader:
        assert (reader.titles, reader.view.desk.place) == ([row.title], Shelf.STARRED)
        (toast,) = reader.toasts
        assert "1 paper are safe; import the papers again" in toast
    library.close()


async def test_the_welcome_says_what_was_met(folder: Path) -> None:
    """Rule: a library that lost all its papers says so on the welcome screen."""
    library = Library(folder)
    (row,) = library.rows(library.ids(Shelf.ALL)[:1])
    library.finish(Triage(library).decide("read", [row.key], SetStatus(ReadingStatus.READ)))
    library.close()
    _delete_catalogue(folder)
    library = Library(folder)
    async with _welcome(library) as reader:
        await reader.until(lambda: any("1 paper are safe" in toast for toast in reader.toasts))
    library.close()


def _delete_catalogue(folder: Path) -> None:
    for path in folder.glob("catalogue.sqlite*"):
        path.unlink()
