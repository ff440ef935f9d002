"""Drafts of notes: they are kept until the note is saved or discarded."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from locks import locked
from piloting import Reading, reading
from textual.widgets import Static

from paperreader.domain.decision import SetNote
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE, make_note
from paperreader.services.library import Library
from paperreader.storage.drafts import Drafts
from paperreader.ui.dialogs.dialog import NoteDialog
from paperreader.ui.limits import Limits
from paperreader.ui.widgets.note_area import NoteArea

OFTEN = Limits(keep_draft=0.02)


def _files(library: Library) -> list[Path]:
    return sorted(library.folder.glob("draft-*.json"))


async def _open_note(reader: Reading) -> NoteArea:
    await reader.press("a")
    await reader.until(lambda: isinstance(reader.screen, NoteDialog))
    return reader.screen.query_one(NoteArea)


@pytest.mark.parametrize("leaver", ["escape", "ctrl+g"])
async def test_a_note_that_is_saved_or_given_up_leaves_no_draft(leaver: str, sample: Library) -> None:
    """Rule: a draft is kept until its note is saved or discarded."""
    async with reading(sample, limits=OFTEN) as reader:
        await _open_note(reader)
        await reader.type("words")
        await reader.until(lambda: _files(sample))
        await reader.press(leaver)
        await reader.settled()
        await reader.until(lambda: not _files(sample))
        assert (await _open_note(reader)).text == ("words" if leaver == "escape" else "")
        assert "draft" not in str(reader.screen.query_one(".hint", Static).content)


async def test_an_open_note_that_is_not_changed_is_no_draft(sample: Library) -> None:
    """Rule: a note without changes has no draft."""
    async with reading(sample, limits=OFTEN) as reader:
        await _open_note(reader)
        await reader.pilot.pause(0.1)
        await reader.press("escape")
        await reader.settled()
        assert _files(sample) == []


async def test_a_note_that_is_refused_stays_as_a_draft(sample: Library) -> None:
    """Rule: the text of a refused note is offered again, for example after another process held the lock."""
    impatient = Limits(keep_draft=0.02, saving=0.02, holder=0.04, refuse=0.06)
    async with reading(sample, limits=impatient) as reader:
        await _open_note(reader)
        await reader.type("words")
        with locked(sample.folder):
            await reader.press("escape")
            await reader.until(lambda: "not saved" in reader.status)
        assert reader.state.note == ""
        assert (await _open_note(reader)).text == "words"
        assert "an unsaved draft" in str(reader.screen.query_one(".hint", Static).content)
        await reader.press("escape")
        await reader.settled()
        assert reader.state.note == "words"
        await reader.until(lambda: not _files(sample))


async def test_a_draft_that_was_saved_after_all_is_not_offered(sample: Library) -> None:
    """Rule: a draft that equals the saved note is removed without a message."""
    async with reading(sample, limits=OFTEN) as reader:
        key = reader.key
        await _open_note(reader)
        await reader.type("words")
        await reader.press("escape")
        await reader.settled()
    leave_draft(sample.folder, key, "words")
    async with reading(sample, limits=OFTEN) as reader:
        await reader.until(lambda: not _files(sample))
        assert reader.toasts == []


async def test_a_draft_of_a_reader_that_died_is_told_with_its_paper(sample: Library) -> None:
    """Rule: the start names the paper of an unsaved note."""
    async with reading(sample, limits=OFTEN) as reader:
        key, title = reader.key, reader.title
    leave_draft(sample.folder, key, "half a sen")
    async with reading(sample, limits=OFTEN) as reader:
        await reader.until(lambda: [toast for toast in reader.toasts if title in toast and "was not saved" in toast])
        assert (await _open_note(reader)).text == "half a sen"


async def test_a_reader_that_stays_open_is_told_of_one_that_died_beside_it(sample: Library) -> None:
    """Rule: a running reader reports a draft once. The draft stays until its note is opened."""
    async with reading(sample, limits=Limits(look_for_drafts=0.02)) as reader:
        leave_draft(sample.folder, reader.key, "half a sen")
        await reader.until(lambda: reader.toasts)
        await reader.triage._look_for_drafts()
        assert len(reader.toasts) == 1
        assert Drafts(sample.folder).left_behind()
        assert (await _open_note(reader)).text == "half a sen"
        assert not Drafts(sample.folder).left_behind()


async def test_a_note_that_is_opened_goes_on_with_a_draft_nobody_told_of_yet(sample: Library) -> None:
    """Rule: a note opened before the next check shows the draft."""
    async with reading(sample, limits=OFTEN) as reader:
        await reader.pilot.pause(0.1)
        leave_draft(sample.folder, reader.key, "half a sen")
        assert (await _open_note(reader)).text == "half a sen"
        await reader.press("escape")
        await reader.settled()
        assert reader.state.note == "half a sen"
        assert reader.toasts == []


async def test_the_offer_of_a_draft_names_the_users_own_key(sample: Library) -> None:
    """Rule: the message names the user's own key, and that key opens the draft."""
    async with reading(sample, limits=OFTEN) as reader:
        key = reader.key
    leave_draft(sample.folder, key, "half a sen")
    async with reading(sample, keys={"note": "f6"}, limits=OFTEN) as reader:
        await reader.until(lambda: [toast for toast in reader.toasts if "; F6 continues it" in toast])
        await reader.press("f6")
        await reader.until(lambda: isinstance(reader.screen, NoteDialog))
        assert reader.screen.query_one(NoteArea).text == "half a sen"


def leave_draft(folder: Path, key: PaperKey, note: str) -> None:
    """A draft that no window holds."""
    (folder / "draft-0-1.json").write_text(json.dumps({"key": key, "note": note}))


async def test_a_note_that_is_longer_than_one_may_be_is_left_whole_and_may_shrink(sample: Library) -> None:
    """Rule: joined notes are never cut. A note over the limit can be read and shortened, but not extended."""
    whole = make_note("x" * MAX_NOTE + "\nlast words")
    async with reading(sample, limits=OFTEN) as reader:
        sample.reading.finish(sample.reading.decide("note", {reader.key: SetNote(whole)}, {}))
        assert (await _open_note(reader)).text == whole
        await reader.press("escape")
        await reader.settled()
        assert reader.state.note == whole
        await _open_note(reader)
        await reader.press("a", "escape")
        assert "longer than 50,011 characters" in str(reader.screen.query_one(".hint", Static).content)
        await reader.press("backspace", "backspace", "escape")
        await reader.settled()
        assert reader.state.note == whole[:-1]
