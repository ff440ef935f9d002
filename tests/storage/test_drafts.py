"""Drafts of notes: kept by the window that types, taken over from one that is gone, and never a reason to fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import MAX_NOTE
from paperreader.storage.drafts import LARGEST, MAX_DRAFT, Drafts

KEY = PaperKey("arxiv:1706.03762")
OTHER = PaperKey("arxiv:2005.14165")

DYING_WINDOW = """
import os, sys
from pathlib import Path
from paperreader.domain.identifiers import PaperKey
from paperreader.storage.drafts import LARGEST, MAX_DRAFT, Drafts
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
    (found,) = drafts.left_behind()
    assert (found.key, found.text) == (KEY, "half a sen\n  tence")
    draft = drafts.of(KEY)
    assert draft.text == "half a sen\n  tence"
    assert drafts.of(KEY) is draft
    assert drafts.of(OTHER).text is None
    draft.settle()
    assert _files(tmp_path) == []
    assert drafts.of(KEY).text is None
    draft.keep("too late")
    assert _files(tmp_path) == []


def test_a_key_with_half_a_character_is_kept_like_any_other(tmp_path: Path) -> None:
    """Rule: no key of a file that somebody wrote keeps a note from being kept, or ends the reader."""
    odd = PaperKey("title:\ud800")
    (tmp_path / "draft-0-1.json").write_text(json.dumps({"key": odd, "note": "half a"}))
    Drafts(tmp_path).of(odd).keep("half a sen")
    assert json.loads((tmp_path / "draft-0-1.json").read_bytes()) == {"key": odd, "note": "half a sen"}


def test_a_draft_in_another_window_is_left_to_it(tmp_path: Path) -> None:
    """Rule: of two windows on one library neither takes nor erases what the other is typing, also on one paper."""
    first, second = Drafts(tmp_path), Drafts(tmp_path)
    first.of(KEY).keep("the first")
    assert second.left_behind() == []
    assert second.of(KEY).text is None
    second.of(KEY).keep("the second")
    assert first.left_behind() == []
    second.of(KEY).settle()
    (path,) = _files(tmp_path)
    assert json.loads(path.read_text())["note"] == "the first"
    first.of(KEY).keep("the first, longer")
    assert Drafts(tmp_path).left_behind() == []


def test_every_window_tells_of_a_draft_and_the_first_to_go_on_has_it(tmp_path: Path) -> None:
    """Rule: a draft left behind is told once in each open window, and is never in two of them."""
    first, second = Drafts(tmp_path), Drafts(tmp_path)
    assert first.left_behind() == second.left_behind() == []
    _type_and_die(tmp_path, KEY, "half a sen")
    for drafts in (first, second):
        assert [left.text for left in drafts.left_behind()] == ["half a sen"]
        assert drafts.left_behind() == []
    assert second.of(KEY).text == "half a sen"
    assert first.of(KEY).text is None
    assert Drafts(tmp_path).left_behind() == []


def test_a_window_that_keeps_typing_is_never_robbed(tmp_path: Path) -> None:
    """Rule: there is no moment, not even while its file is replaced, in which a living window's draft can be taken."""
    typing = Drafts(tmp_path).of(KEY)
    typing.keep("begun")
    ended = threading.Event()
    robbed: list[object] = []

    def rob() -> None:
        while not ended.is_set():
            robbed.extend(Drafts(tmp_path).left_behind())

    robbers = [threading.Thread(target=rob) for _ in range(2)]
    for robber in robbers:
        robber.start()
    for number in range(300):
        typing.keep(f"word {number}")
    ended.set()
    for robber in robbers:
        robber.join()
    assert robbed == []
    assert [json.loads(path.read_text())["note"] for path in _files(tmp_path)] == ["word 299"]


def test_of_several_drafts_the_newest_is_offered_first(tmp_path: Path) -> None:
    """Rule: no draft is lost because another one is about the same paper."""
    for number, text in enumerate(("older", "newer")):
        (tmp_path / f"draft-{number}-1.json").write_text(json.dumps({"key": KEY, "note": text}))
    drafts = Drafts(tmp_path)
    assert [left.text for left in drafts.left_behind()] == ["older", "newer"]
    for text in ("newer", "older"):
        assert drafts.of(KEY).text == text
        drafts.of(KEY).settle()
    assert drafts.of(KEY).text is None


def test_a_draft_nobody_goes_on_with_is_offered_at_every_start(tmp_path: Path) -> None:
    """Rule: being told, or taken by a window that dies in its turn, uses nothing up."""
    _type_and_die(tmp_path, KEY, "one", OTHER, "two")
    script = DYING_WINDOW.replace("for key", f"assert drafts.of(PaperKey('{KEY}')).text == 'one'\nfor key")
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=False)
    assert [left.text for left in Drafts(tmp_path).left_behind()] == ["one", "two"]


def test_what_was_saved_after_all_is_discarded_unless_another_window_went_on(tmp_path: Path) -> None:
    """Rule: only the very text that is saved is removed."""
    _type_and_die(tmp_path, KEY, "saved", OTHER, "saved too")
    drafts, other = Drafts(tmp_path), Drafts(tmp_path)
    first, second = drafts.left_behind()
    drafts.discard(first)
    other.of(OTHER).keep("and more")
    drafts.discard(second)
    other.of(OTHER).leave()
    drafts.discard(second)
    assert [json.loads(path.read_text())["note"] for path in _files(tmp_path)] == ["and more"]
    assert [left.text for left in Drafts(tmp_path).left_behind()] == ["and more"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"key": 1, "note": "x"}', b'{"key": "k"}', b"[" * 100_000, b"\0" * 600],
    ids=["empty", "cut", "list", "null", "not-utf8", "number", "no-note", "deep", "zeros"],
)
def test_a_damaged_draft_costs_nothing(content: bytes, tmp_path: Path) -> None:
    """Rule: a file that is no draft is passed over, and the others are found."""
    (tmp_path / "draft-0-1.json").write_bytes(content)
    _type_and_die(tmp_path, KEY, "sound")
    assert [left.text for left in Drafts(tmp_path).left_behind()] == ["sound"]
    assert Drafts(tmp_path).of(KEY).text == "sound"


def test_what_is_no_file_is_no_draft(tmp_path: Path) -> None:
    """Rule: neither a pipe nor a folder nor a link of that name blocks the start."""
    os.mkfifo(tmp_path / "draft-1-1.json")
    (tmp_path / "draft-2-1.json").mkdir()
    (tmp_path / "elsewhere").write_text('{"key": "k", "note": "n"}')
    (tmp_path / "draft-3-1.json").symlink_to(tmp_path / "elsewhere")
    assert Drafts(tmp_path).left_behind() == []
    assert Drafts(tmp_path / "none").left_behind() == []


def test_a_draft_is_private_clean_and_bounded(tmp_path: Path) -> None:
    """Rule: a draft is read by its owner alone, holds what a note may hold, and no more of it."""
    Drafts(tmp_path).of(KEY).keep("\x1b[31mred " + "大" * (2 * MAX_DRAFT))
    (path,) = _files(tmp_path)
    assert path.stat().st_mode & 0o777 == 0o600
    note = json.loads(path.read_text())["note"]
    assert note.startswith("red 大")
    assert len(note) <= MAX_DRAFT
    assert path.stat().st_size <= LARGEST


def test_a_draft_that_is_too_long_to_be_saved_is_not_cut(tmp_path: Path) -> None:
    """Rule: what cannot be saved yet because of its length is kept all the same."""
    text = "大" * (2 * MAX_NOTE)
    (tmp_path / "draft-1-1.json").write_text(json.dumps({"key": KEY, "note": text}, ensure_ascii=False))
    draft = Drafts(tmp_path).of(KEY)
    assert draft.text == text
    draft.keep(f"{text}!")
    (path,) = _files(tmp_path)
    assert json.loads(path.read_text())["note"] == f"{text}!"


def test_a_disk_that_refuses_costs_the_draft_alone(tmp_path: Path) -> None:
    """Rule: a draft that cannot be written is no error."""
    draft = Drafts(tmp_path / "missing").of(KEY)
    draft.keep("text")
    assert draft.text == "text"
    draft.settle()
