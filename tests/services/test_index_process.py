"""The process that brings the search index up to date, as the reader starts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperreader.services.indexing.process import IndexProcess
from paperreader.services.indexing.update import Condition, index_state
from paperreader.services.library import Library


def test_modules_of_the_folder_that_one_works_in_are_not_the_programs(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a file that bears the name of a module and lies where the reader was started is not run."""
    for name in ("sqlite3.py", "random.py", "paperreader.py"):
        (tmp_path / name).write_text("raise SystemExit('this is no module of the program')\n")
    monkeypatch.chdir(tmp_path)
    IndexProcess(sample.catalogue.path).run(lambda _done, _papers: None)
    assert index_state(sample.catalogue).condition is Condition.CURRENT
