"""The store against a plain dict: whatever windows and processes do in whatever order, all show the same."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from examples import examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from reading_model import Windows, contents, ticking
from written_decisions import write_decisions

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import OnConflict
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.errors import UnknownAction
from paperreader.storage.reading.store import ReadingStore

SCRIPT = Path(__file__).with_name("deciding_process.py")
WINDOWS = 2

papers = st.sampled_from([PaperKey(f"title:{name}") for name in "abcde"])
tags = st.frozensets(st.sampled_from(sorted(make_tags(["x", "y", "zoë"]))))
notes = st.text(max_size=40).map(make_note)
decisions: st.SearchStrategy[Decision] = st.one_of(
    st.builds(SetStar, st.booleans()),
    st.builds(SetStatus, st.sampled_from(ReadingStatus)),
    st.builds(EditTags, tags, tags),
    st.builds(SetNote, notes, st.none() | st.just(make_note("")) | notes),
)
conflicts = st.sampled_from(OnConflict)
bulks = st.dictionaries(papers, decisions, min_size=1, max_size=4)
windows = st.integers(0, WINDOWS - 1)


class StoreMachine(RuleBasedStateMachine):
    """Two windows of this process and one of another decide, take back, fold, and are opened anew."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp()) / "library"
        self.windows = Windows(self._open, WINDOWS)
        self.process: subprocess.Popen[str] | None = None
        self.starts = 0

    def _open(self, window: int) -> ReadingStore:
        return ReadingStore(self.folder, window=f"window {window}", clock=ticking(window, 10))

    @rule(window=windows, bulk=bulks)
    def decide(self, window: int, bulk: dict[PaperKey, Decision]) -> None:
        """One action about one paper or several."""
        assert self.windows.decide(window, bulk)

    @rule(window=windows, on_conflict=conflicts, own=st.booleans())
    def undo(self, window: int, on_conflict: OnConflict, own: bool) -> None:
        """Take back the newest decision of which something is in force, or the newest of this window."""
        self.windows.undo_last(window, on_conflict, own=own)

    @rule(window=windows, on_conflict=conflicts, own=st.booleans())
    def redo(self, window: int, on_conflict: OnConflict, own: bool) -> None:
        """Do again what was taken back last, at all or in this window."""
        self.windows.redo(window, on_conflict, own=own)

    @precondition(lambda self: self.windows.model.numbers())
    @rule(window=windows, choice=st.integers(0, 1 << 30), on_conflict=conflicts)
    def take_back(self, window: int, choice: int, on_conflict: OnConflict) -> None:
        """Take back any entry of the history by its number; one that is undone already is refused."""
        numbers = self.windows.model.numbers()
        number = numbers[choice % len(numbers)]
        if self.windows.model.is_to_take_back(number):
            assert self.windows.take_back(window, number, on_conflict)
        else:
            with pytest.raises(UnknownAction):
                self.windows.stores[window].finish(self.windows.stores[window].undo(number))

    @rule(window=windows)
    def fold(self, window: int) -> None:
        """Fold the journal."""
        assert self.windows.fold(window)

    @rule(window=windows)
    def reopen(self, window: int) -> None:
        """Close a window and open it again."""
        self.windows.reopen(window)

    @rule(window=windows)
    def kill(self, window: int) -> None:
        """Open a window anew without closing the old one, which is what a kill leaves."""
        self.windows.reopen(window, close=False)

    @rule(bulk=bulks)
    def decide_elsewhere(self, bulk: dict[PaperKey, Decision]) -> None:
        """Another process makes an action."""
        number = self._ask({"decisions": write_decisions(bulk)})
        if number:
            self.windows.model.decide(number, bulk, f"process {self.starts}")

    @precondition(lambda self: self.process is not None)
    @rule()
    def fold_elsewhere(self) -> None:
        """Another process folds the journal."""
        self._ask({"decisions": []})

    @precondition(lambda self: self.process is not None)
    @rule()
    def kill_elsewhere(self) -> None:
        """The other process is killed."""
        self._end()

    @invariant()
    def all_windows_show_what_was_decided(self) -> None:
        """Every window shows the dict, and nothing was repaired; so does one that is opened now."""
        self.windows.check()
        assert self.windows.notices == []
        fresh = ReadingStore(self.folder)
        assert contents(fresh) == self.windows.model.contents()
        fresh.close()

    def teardown(self) -> None:
        """Leave nothing behind."""
        self._end()
        self.windows.close()
        shutil.rmtree(self.folder.parent)

    def _ask(self, command: dict[str, Any]) -> int:
        if self.process is None:
            self.starts += 1
            self.process = subprocess.Popen(
                [sys.executable, str(SCRIPT), str(self.folder), f"process {self.starts}", "0"],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            )  # fmt: skip
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(command | {"undoes": None}) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def _end(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()
            self.process = None


StoreMachine.TestCase.settings = examples(60, steps=25)
TestStore = StoreMachine.TestCase
