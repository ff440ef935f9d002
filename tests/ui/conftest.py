"""The sample library, built once and copied for every test that opens a reader on it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from paperreader.services.importing import import_sample
from paperreader.services.library import Library

# A busy machine must not fail a test that is only slow.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def sample_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library folder that holds the sample papers and no decisions."""
    folder = tmp_path_factory.mktemp("sample") / "library"
    library = Library(folder, window="template")
    import_sample(library)
    library.close()
    return folder


@pytest.fixture
def sample(tmp_path: Path, sample_template: Path) -> Iterator[Library]:
    """A library of the sample papers."""
    folder = tmp_path / "library"
    shutil.copytree(sample_template, folder)
    library = Library(folder, window="test")
    yield library
    library.close()
