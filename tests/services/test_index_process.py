"""The process that updates the search index, as the reader starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperreader.services.indexing.process import IndexProcess
from paperreader.services.indexing.update import Condition, index_state
from paperreader.services.library import Library


def test_modules_of_the_current_folder_are_not_imported(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a file in the current folder with the name of a module is not run."""
    for name in ("sqlite3.py", "random.py", "paperreader.py"):
        (tmp_path / name).write_text("raise SystemExit('this is no module of the program')\n")
    monkeypatch.chdir(tmp_path)
    IndexProcess(sample.catalogue.path).run(lambda _done, _papers: None)
    assert index_state(sample.catalogue).condition is Condition.CURRENT
