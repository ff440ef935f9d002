"""Libraries that can be ranked."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from ranked_dates import decide, make_ranked

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library


@pytest.fixture(scope="session")
def _ranked_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ranked-dates") / "library"
    make_ranked(folder)
    return folder


@pytest.fixture
def listed(tmp_path: Path, _ranked_template: Path) -> Iterator[Library]:
    """A library of two dates with ranking files, and no decision."""
    shutil.copytree(_ranked_template, tmp_path / "library")
    library = Library(tmp_path / "library")
    yield library
    library.close()


@pytest.fixture
def taught(listed: Library) -> Library:
    """The library after stars on bread, the first subject, and skips on the others, all of Monday."""
    decide(listed, SetStar(True), 0, 4, 8, 12)
    decide(listed, SetStatus(ReadingStatus.SKIPPED), 1, 2, 3, 5, 6, 7)
    return listed
