"""What becomes of the draft when its note is saved, refused or given up."""

from __future__ import annotations

import json
from concurrent.futures import Future
from pathlib import Path

import pytest
from piloting import Reading, reading
from textual.widgets import Static

from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.ui.screens import dialogs
from paperreader.ui.screens.dialogs import NoteDialog
from paperreader.ui.widgets.note_area import NoteArea


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dialogs, "KEEP_EVERY", 0.02)


def _files(library: Library) -> list[Path]:
    return sorted(library.folder.glob("draft-*.json"))


async def _open_note(reader: Reading) -> NoteArea:
    await reader.press("a")
    await reader.until(lambda: isinstance(reader.screen, NoteDialog))
    return reader.screen.query_one(NoteArea)


@pytest.mark.parametrize("leaver", ["escape", "ctrl+g"])
async def test_a_note_that_is_saved_or_given_up_leaves_no_draft(leaver: str, sample: Library) -> None:
    """Rule: a draft lives as long as its note is neither saved nor given up."""
    async with reading(sample) as reader:
        await _open_note(reader)
        await reader.type("words")
        await reader.until(lambda: _files(sample))
        await reader.press(leaver)
        await reader.settled()
        await reader.until(lambda: not _files(sample))
        assert (await _open_note(reader)).text == ("words" if leaver == "escape" else "")
        assert "draft" not in str(reader.screen.query_one(".hint", Static).content)


async def test_an_open_note_that_is_not_changed_is_no_draft(sample: Library) -> None:
    """Rule: only what was typed is kept."""
    async with reading(sample) as reader:
        await _open_note(reader)
        await reader.pilot.pause(0.1)
        await reader.press("escape")
        await reader.settled()
        assert _files(sample) == []


async def test_a_note_that_is_refused_stays_as_a_draft(sample: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: when the disk refuses the note, what was written is offered again."""
    failed: Future[Action] = Future()
    failed.set_exception(StoreError("not saved: the disk is full"))
    async with reading(sample) as reader:
        await _open_note(reader)
        await reader.type("words")
        with monkeypatch.context() as patched:
            patched.setattr(sample.reading, "decide", lambda *_: failed)
            await reader.press("escape")
            await reader.until(lambda: "the disk is full" in reader.status)
        assert reader.state.note == ""
        assert (await _open_note(reader)).text == "words"
        assert "a draft that was not saved" in str(reader.screen.query_one(".hint", Static).content)
        await reader.press("escape")
        await reader.settled()
        assert reader.state.note == "words"
        await reader.until(lambda: not _files(sample))


async def test_a_draft_that_was_saved_after_all_is_not_offered(sample: Library) -> None:
    """Rule: a reader that died between saving the note and removing its draft leaves nothing to ask about."""
    async with reading(sample) as reader:
        key = reader.key
        await _open_note(reader)
        await reader.type("words")
        await reader.press("escape")
        await reader.settled()
    leave_draft(sample.folder, key, "words")
    async with reading(sample) as reader:
        assert _files(sample) == []
        assert reader.toasts == []


async def test_a_draft_of_a_reader_that_died_is_told_with_its_paper(sample: Library) -> None:
    """Rule: the start says which paper the note is on."""
    async with reading(sample) as reader:
        key, title = reader.key, reader.title
    leave_draft(sample.folder, key, "half a sen")
    async with reading(sample) as reader:
        assert [toast for toast in reader.toasts if title in toast and "was not saved" in toast]
        assert (await _open_note(reader)).text == "half a sen"


def leave_draft(folder: Path, key: PaperKey, note: str) -> None:
    """A draft that no window holds."""
    (folder / "draft-0-1.json").write_text(json.dumps({"key": key, "note": note}))
