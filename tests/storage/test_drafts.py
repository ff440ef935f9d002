"""Drafts of notes: kept by the window that types, taken over from one that is gone, and never a reason to fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading import MAX_NOTE
from paperreader.storage.drafts import Drafts

KEY = PaperKey("arxiv:1706.03762")
OTHER = PaperKey("arxiv:2005.14165")

DYING_WINDOW = """
import os, sys
from pathlib import Path
from paperreader.domain.identifiers import PaperKey
from paperreader.storage.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
for key, text in zip(sys.argv[2::2], sys.argv[3::2]):
    drafts.of(PaperKey(key)).keep(text)
os.kill(os.getpid(), 9)
"""


def _type_and_die(folder: Path, *keys_and_texts: str) -> None:
    subprocess.run([sys.executable, "-c", DYING_WINDOW, str(folder), *keys_and_texts], check=False)


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("draft-*.json"))


def test_a_draft_of_a_window_that_died_is_taken_over(tmp_path: Path) -> None:
    """Rule: what was kept is there after a kill, until it is settled."""
    _type_and_die(tmp_path, KEY, "half a sen\n  tence")
    drafts = Drafts(tmp_path)
    (found,) = drafts.take_over()
    assert (found.key, found.text) == (KEY, "half a sen\n  tence")
    assert drafts.of(KEY) is found
    assert drafts.of(OTHER).text is None
    found.settle()
    assert _files(tmp_path) == []
    assert drafts.of(KEY).text is None
    found.keep("too late")
    assert _files(tmp_path) == []


def test_a_draft_in_another_window_is_left_to_it(tmp_path: Path) -> None:
    """Rule: of two windows on one library neither takes nor erases what the other is typing, also on one paper."""
    first, second = Drafts(tmp_path), Drafts(tmp_path)
    first.of(KEY).keep("the first")
    assert second.take_over() == []
    second.of(KEY).keep("the second")
    assert first.take_over() == []
    second.of(KEY).settle()
    (path,) = _files(tmp_path)
    assert json.loads(path.read_text())["note"] == "the first"
    first.of(KEY).keep("the first, longer")
    assert Drafts(tmp_path).take_over() == []


def test_of_several_drafts_the_newest_is_offered_first(tmp_path: Path) -> None:
    """Rule: no draft is lost because another one is about the same paper."""
    for text in ("older", "newer"):
        _type_and_die(tmp_path, KEY, text)
    drafts = Drafts(tmp_path)
    assert len(drafts.take_over()) == 2
    for text in ("newer", "older"):
        assert drafts.of(KEY).text == text
        drafts.of(KEY).settle()
    assert drafts.of(KEY).text is None


def test_a_draft_nobody_goes_on_with_is_offered_at_every_start(tmp_path: Path) -> None:
    """Rule: being offered uses nothing up."""
    _type_and_die(tmp_path, KEY, "one", OTHER, "two")
    script = DYING_WINDOW.replace("for key", "assert len(drafts.take_over()) == 2\nfor key")
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert sorted(str(draft.text) for draft in Drafts(tmp_path).take_over()) == ["one", "two"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"key": 1, "note": "x"}', b'{"key": "k"}', b"[" * 100_000, b"\0" * 600],
    ids=["empty", "cut", "list", "null", "not-utf8", "number", "no-note", "deep", "zeros"],
)
def test_a_damaged_draft_costs_nothing(content: bytes, tmp_path: Path) -> None:
    """Rule: a file that is no draft is passed over, and the others are found."""
    (tmp_path / "draft-0-1.json").write_bytes(content)
    _type_and_die(tmp_path, KEY, "sound")
    assert [draft.text for draft in Drafts(tmp_path).take_over()] == ["sound"]


def test_what_is_no_file_is_no_draft(tmp_path: Path) -> None:
    """Rule: neither a pipe nor a folder nor a link of that name blocks the start."""
    os.mkfifo(tmp_path / "draft-1-1.json")
    (tmp_path / "draft-2-1.json").mkdir()
    (tmp_path / "elsewhere").write_text('{"key": "k", "note": "n"}')
    (tmp_path / "draft-3-1.json").symlink_to(tmp_path / "elsewhere")
    assert Drafts(tmp_path).take_over() == []
    assert Drafts(tmp_path / "none").take_over() == []


def test_a_draft_is_private_clean_and_bounded(tmp_path: Path) -> None:
    """Rule: a draft is read by its owner alone, holds what a note may hold, and no more of it."""
    Drafts(tmp_path).of(KEY).keep("\x1b[31mred " + "大" * (2 * MAX_NOTE))
    (path,) = _files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    note = json.loads(path.read_text())["note"]
    assert note.startswith("red 大")
    assert len(note) <= MAX_NOTE


def test_a_disk_that_refuses_costs_the_draft_alone(tmp_path: Path) -> None:
    """Rule: a draft that cannot be written is no error."""
    draft = Drafts(tmp_path / "missing").of(KEY)
    draft.keep("text")
    assert draft.text == "text"
    draft.settle()
