"""Imports and fetches from the keyboard, in the background."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from threading import Event

import pytest
import web_server
from invented_lists import daily_page
from piloting import PATIENCE, Reading, reading
from textual import events
from web_server import WebServer

from paperreader.config import FetchSettings
from paperreader.domain.import_result import Problem
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import Safe
from paperreader.errors import FetchCancelled
from paperreader.services.import_jobs import ImportJob
from paperreader.services.importing import importer as importing
from paperreader.services.job_progress import Job, JobProgress, Say
from paperreader.services.library import Library
from paperreader.ui.dialogs.receipt import ReceiptScreen
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.pages.receipts import receipt_blocks
from paperreader.ui.widgets.safe_input import SafeInput
from paperreader.web.limits import CancelToken

WritePage = Callable[..., Path]
NEW = [
    (f"On the {name} of invented sundials", f"We study the {name}. " + f"The {name} turned out to be longer. " * 9)
    for name in ("casting", "painting")
]


def _endless(receipt: ImportReceipt | None = None) -> tuple[ImportJob, Event]:
    """Something that goes on until it is called off, with a receipt of what came before or with none; when it was.

    It is under way when the header says how much of it is done.
    """
    ended = Event()

    def work(_library: Library, say: Say, token: CancelToken) -> tuple[ImportReceipt, tuple[str, ...]]:
        say(JobProgress(Job.IMPORT, Safe("sundials"), 50, 100))
        try:
            for _ in range(round(PATIENCE) * 100):
                time.sleep(0.01)
                token.check()
        except FetchCancelled:
            if receipt is None:
                raise
        finally:
            ended.set()
        assert receipt is not None, "nobody called it off"
        return receipt, ()

    return ImportJob(JobProgress(Job.IMPORT, Safe("sundials")), work), ended


async def _import(reader: Reading, text: str) -> None:
    await reader.press("I")
    await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
    await reader.type(text)
    await reader.press("enter")
    await reader.until(lambda: reader.toasts)


async def test_a_file_is_imported_and_the_cursor_stays(sample: Library, write_page: WritePage) -> None:
    """Rule: `I` asks for a path. The papers join the dates, a toast shows the counts, and the cursor does not move."""
    page = write_page(*NEW, date="Mar 16", name="new.txt")
    async with reading(sample) as reader:
        await reader.press("j", "j")
        title, dates = reader.title, len(reader.view.desk.counts.dates)
        await _import(reader, str(page))
        assert reader.toasts[-1] == "new.txt: 2 papers, 2 new · R shows all"
        await reader.until(lambda: len(reader.view.desk.counts.dates) > dates)
        assert reader.title == title
        assert "import new.txt" not in reader.header


async def test_the_receipt_is_shown_whole(sample: Library, write_page: WritePage) -> None:
    """Rule: `R` shows the counts of each file, and the line of each problem."""
    page = write_page(*NEW, date="Mar 16", name="new.txt")
    page.write_text(page.read_text() + "\n\nKites")
    async with reading(sample) as reader:
        await _import(reader, str(page))
        await reader.press("R")
        await reader.until(lambda: isinstance(reader.screen, ReceiptScreen))
        await reader.until(lambda: "a title without its abstract" in reader.text)
        assert not reader.toasts  # which would lie over it
        assert "2 listed: 2 new, 0 known, of which 0 updated" in reader.text
        assert "Kites" in reader.text
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)


async def test_what_failed_leaves_the_receipts_before_it(sample: Library, write_page: WritePage) -> None:
    """Rule: `R` shows the last five, the newest on top, each with its time."""
    page = write_page(*NEW, date="Mar 16", name="new.txt")
    receipt = importing.import_paths(sample, [str(page)])
    async with reading(sample) as reader:
        reader.triage.import_commands.came(receipt, ())
        for name in ("first", "second", "third", "fourth"):
            failed = FileReceipt(name, problems=(Problem(None, "was not fetched"),))
            reader.triage.import_commands.came(ImportReceipt((failed,)), ())
        await reader.press("R")
        await reader.until(lambda: "2 listed: 2 new" in reader.text)
        places = [
            reader.text.index(name) for name in ("Last imports and fetches", "fourth", "third", "first", "new.txt")
        ]
        assert places == sorted(places)
        assert len(re.findall(r"── \d+ \w{3} \d\d:\d\d ──", reader.text)) == 5


async def test_what_is_pasted_is_imported(sample: Library) -> None:
    """Rule: a pasted text of several lines is imported at once, without Enter."""
    lines = ["Mar 16", "", *(line for entry in NEW for text in entry for line in (text, ""))]
    async with reading(sample) as reader:
        await reader.press("I")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        reader.app.post_message(events.Paste("\n".join(lines)))
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == "pasted text: 2 papers, 2 new · R shows all"


async def test_a_long_paste_is_imported_whole(sample: Library) -> None:
    """Rule: a pasted text is imported whole, however long it is."""
    entries = [f"@misc{{kite{number}, title={{On kite {number}}}, note={{{'x' * 1_000}}}}}\n" for number in range(300)]
    async with reading(sample) as reader:
        await reader.press("I")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        reader.app.post_message(events.Paste("".join(entries)))
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == "pasted text: 300 papers, 300 new · R shows all"


async def test_a_reference_in_one_line_is_imported(sample: Library) -> None:
    """Rule: an entry pasted as one line is imported as an entry, not opened as a path."""
    async with reading(sample) as reader:
        await reader.press("I")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        reader.app.post_message(events.Paste("@misc{sundials, title={On invented sundials}, author={Amber, Ada}}\n"))
        await reader.until(lambda: "sundials" in reader.text)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == "pasted text: 1 paper, 1 new · R shows all"


@pytest.mark.parametrize("dropped", ["'{}'", '"{}"', "{} "])
async def test_a_file_that_is_dropped_on_the_terminal_is_imported(
    sample: Library, write_page: WritePage, dropped: str
) -> None:
    """Rule: a path dropped on the terminal is found, with quotes or with escaped blanks."""
    path = str(write_page(*NEW, date="Mar 16", name="new papers.txt"))
    line = dropped.format(path if "'" in dropped or '"' in dropped else path.replace(" ", "\\ "))
    async with reading(sample) as reader:
        await _import(reader, line)
        assert reader.toasts[-1] == "new papers.txt: 2 papers, 2 new · R shows all"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{}/nowhere.txt", "nowhere.txt does not exist"),
        ("~nobody-of-that-name/x", "Could not determine home directory"),
        ("/dev/null", "null is not a regular file"),
        ("-", "- is not a file"),
        ("arxiv:", "arxiv:"),
        ("x" * 300, "cannot be read"),
    ],
)
async def test_what_cannot_be_imported_is_refused_in_the_dialog(
    sample: Library, tmp_path: Path, line: str, reason: str
) -> None:
    """Rule: an invalid line is refused with a reason and stays editable. Its keys never act on papers."""
    line = line.format(tmp_path)
    async with reading(sample) as reader:
        before = sample.catalogue.edition()
        await reader.press("I")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        reader.screen.query_one(SafeInput).value = line
        await reader.press("enter")
        await reader.until(lambda: reason in " ".join(reader.text.split()))
        await reader.press("end", "s")
        assert reader.screen.query_one(SafeInput).value == f"{line}s"
        assert not reader.toasts
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
        assert sample.catalogue.edition() == before
        assert not reader.state.starred


async def test_a_file_that_holds_no_papers_is_told(sample: Library, tmp_path: Path) -> None:
    """Rule: an input without papers is reported with a reason, in full in the receipt. Nothing else changes."""
    file = tmp_path / "empty.txt"
    file.touch()
    async with reading(sample) as reader:
        await _import(reader, str(file))
        assert reader.toasts[-1] == "empty.txt: is empty"
        assert reader.screen is reader.triage
    receipt = importing.import_paths(sample, [str(file)])
    assert [block.text for block in receipt_blocks(receipt)][:2] == [str(file), "is empty"]


async def test_one_thing_at_a_time_is_brought_in_and_esc_stops_it(sample: Library) -> None:
    """Rule: the header shows the running import, and the footer says what stops it and what is kept.

    A second import is refused, and Esc cancels the first at once.
    """
    bring, ended = _endless()
    async with reading(sample) as reader:
        reader.triage.import_commands.begin(bring)
        await reader.until(lambda: "import sundials ━━━━━━━━━━────────── 50 %" in reader.header)
        assert reader.status == "Esc or q stops the import; stored papers are kept; import again to go on"
        await reader.press("j")
        await reader.until(lambda: not reader.status)
        await reader.press("I")
        assert reader.status == "import sundials is still running; Esc stops it"
        assert reader.screen is reader.triage
        await reader.press("escape")
        await reader.until(ended.is_set)
        await reader.until(lambda: "cancelled" in reader.status)
        await reader.until(lambda: "sundials" not in reader.header)


async def test_what_came_before_esc_is_in_the_receipt(sample: Library) -> None:
    """Rule: the receipt of a cancelled import says that it was cancelled, and counts the stored papers."""
    called_off = "was interrupted; 3 papers kept (38% of it); import it again to continue"
    figures = Figures(listed=3, new=3)
    file = FileReceipt(
        "papers.jsonl", "jsonl", figures=figures, problems=(Problem(None, called_off),), cut_short=called_off
    )
    bring, _ = _endless(ImportReceipt((file,)))
    async with reading(sample) as reader:
        reader.triage.import_commands.begin(bring)
        await reader.until(lambda: "50 %" in reader.header)
        await reader.press("escape")
        await reader.until(lambda: reader.toasts)
        assert reader.toasts[-1] == f"papers.jsonl: 3 papers, 3 new; {called_off} · R shows all"
        await reader.press("R")
        await reader.until(lambda: isinstance(reader.screen, ReceiptScreen))
        await reader.until(lambda: called_off in reader.text)
        assert "3 listed: 3 new, 0 known, of which 0 updated" in reader.text


async def test_leaving_the_reader_stops_what_is_under_way(sample: Library) -> None:
    """Rule: quitting does not wait for a running import."""
    bring, ended = _endless()
    async with reading(sample) as reader:
        reader.triage.import_commands.begin(bring)
        await reader.until(lambda: "50 %" in reader.header)
        await reader.press("q")
    assert await asyncio.to_thread(ended.wait, PATIENCE)


@pytest.fixture
def web() -> Iterator[WebServer]:
    """A server in the place of Hugging Face's, whose list of any day is one page of three papers."""
    with web_server.serving() as server:
        server.on("/api/daily_papers", lambda handler: handler.send(daily_page(_day(handler.path), 1, 3)))
        yield server


def _day(target: str) -> date:
    return date.fromisoformat(target.partition("date=")[2][:10])


def _at(web: WebServer, at_start: str = "") -> FetchSettings:
    return FetchSettings(hugging_face=web.base, at_start=at_start)


async def test_f_fetches_the_daily_papers(sample: Library, web: WebServer) -> None:
    """Rule: `F` and `Enter` fetch today's list. A toast shows the counts, and the cursor does not move."""
    async with reading(sample, fetch=_at(web)) as reader:
        await reader.press("j")
        title = reader.title
        await reader.press("F")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert "3 papers, 3 new · R shows all" in reader.toasts[-1]
        newest = max(count.date for count in reader.library.counts().dates)
        assert abs(newest - datetime.now(UTC).date()) <= timedelta(days=1)
        await reader.until(lambda: reader.view.desk.counts.dates[0].date == newest)
        assert reader.title == title


async def test_a_source_that_there_is_not_is_refused_in_the_dialog(sample: Library, web: WebServer) -> None:
    """Rule: an invalid source is refused before any request, and the line stays editable."""
    async with reading(sample, fetch=_at(web)) as reader:
        await reader.press("F")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        await reader.type("x")
        await reader.press("enter")
        await reader.until(lambda: "no such source: hfx" in reader.text)
        assert web.asked == []


async def test_a_server_in_trouble_is_told_and_nothing_changes(sample: Library, web: WebServer) -> None:
    """Rule: a failed fetch is reported in one line, and the reader keeps running."""
    web.on("/api/daily_papers", lambda handler: handler.send(b"no", 403))
    before = sample.catalogue.edition()
    async with reading(sample, fetch=_at(web)) as reader:
        await reader.press("F")
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        await reader.press("enter")
        await reader.until(lambda: reader.toasts)
        assert "was not fetched" in reader.toasts[-1]
        assert sample.catalogue.edition() == before


async def test_nobody_is_asked_at_start_unless_the_settings_say_so(sample: Library, web: WebServer) -> None:
    """Rule: the reader contacts no server by itself. With `at_start` it fetches after it opens."""
    at_once = Limits(fetch=0.01)
    async with reading(sample, fetch=_at(web), limits=at_once) as reader:
        await reader.pilot.pause(0.1)
        assert web.asked == []
    async with reading(sample, fetch=_at(web, "hf"), limits=at_once) as reader:
        await reader.until(lambda: reader.toasts)
        assert "3 papers" in reader.toasts[-1]
