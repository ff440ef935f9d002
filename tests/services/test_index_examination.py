"""`doctor` and the search index: each fault is found with nothing changed, and mended when asked to."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from index_damage import Indexed, make_indexed, mark_version
from query_reading import fill

from paperreader.domain.finding import Finding, Level
from paperreader.search.index import folder as index_folder
from paperreader.search.index.writer import index_lock
from paperreader.services.doctor.examination import Mending, examine, mend
from paperreader.services.doctor.index import examine_index, mend_index
from paperreader.services.library import Library


@pytest.fixture(scope="module")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("indexed") / "library"
    make_indexed(folder)
    return folder


@pytest.fixture
def folder(_template: Path, tmp_path: Path) -> Path:
    """A library with an index."""
    return Path(shutil.copytree(_template, tmp_path / "library"))


def _found(folder: Path) -> Finding:
    """What is found of the index, with the disk seen to stay as it is."""

    def disk() -> dict[str, tuple[int, bytes]]:
        return {str(p): (p.lstat().st_mtime_ns, p.read_bytes() if p.is_file() else b"") for p in folder.rglob("*")}

    before = disk()
    (finding,) = [finding for finding in examine(folder) if finding.subject == "search index"]
    assert disk() == before
    return finding


def _rot(folder: Path) -> None:
    """A byte changes, and nothing of the file tells."""
    path = max((folder / "index").glob("*.term"), key=lambda path: path.stat().st_size)
    times = path.stat().st_atime_ns, path.stat().st_mtime_ns
    data = bytearray(path.read_bytes())
    data[len(data) // 3] ^= 4
    path.write_bytes(data)
    os.utime(path, ns=times)


def _grow(folder: Path) -> None:
    with closing(Library(folder)) as library:
        fill(library, seed=7)


FAULTS: dict[str, tuple[Callable[[Path], object], Level, str]] = {
    "a byte that rotted": (_rot, Level.PROBLEM, ".term is damaged"),
    "a file that was cut": (
        lambda folder: os.truncate(next((folder / "index").glob("*.pos")), 9), Level.PROBLEM, ".pos is damaged",
    ),
    "a file that was lost": (
        lambda folder: next((folder / "index").glob("*.fast")).unlink(), Level.PROBLEM, "damaged or missing",
    ),
    "an import that was not indexed": (_grow, Level.WARNING, "it lacks changes of "),
    "one that was never finished": (
        lambda folder: (folder / "index" / "paperreader.json").unlink(), Level.WARNING, "not whole",
    ),
}  # fmt: skip
"""What befalls an index, and what is found then."""


def test_a_sound_index_is_all_well(folder: Path) -> None:
    """Rule: it is told of how many papers, and mending has nothing to do."""
    assert _found(folder) == Finding(Level.OK, "search index", "87 papers")
    assert mend(folder) == Mending()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_index_is_found_and_mended_once(folder: Path, fault: str) -> None:
    """Rule: its check says so with the cure, `--fix` mends it, and what is searched then is right."""
    befall, level, text = FAULTS[fault]
    befall(folder)
    finding = _found(folder)
    assert (finding.level, text in finding.text) == (level, True), finding
    assert "doctor --fix" in finding.cure
    done = mend(folder)
    assert len(done.done) == 1
    assert not done.failed
    assert _found(folder).level is Level.OK
    assert mend(folder) == Mending()
    indexed = Indexed(folder)
    assert indexed.right
    indexed.library.close()


def test_an_index_of_another_version_is_found(folder: Path) -> None:
    """Rule: that it must be built anew is no problem, and told."""
    mark_version(folder / "index", 4711)
    finding = _found(folder)
    assert finding.level is Level.WARNING
    assert "another version" in finding.text
    assert "another version" in mend(folder).done[0]
    assert _found(folder).level is Level.OK


def test_a_large_library_without_an_index_is_told_of(folder: Path) -> None:
    """Rule: from a certain size on there should be one; a small library is well without."""
    shutil.rmtree(folder / "index")
    assert _found(folder).level is Level.OK
    assert mend(folder) == Mending()
    (finding,) = examine_index(folder / "catalogue.sqlite", index_from=2)
    assert finding.level is Level.WARNING
    assert [*mend_index(folder / "catalogue.sqlite", index_from=2)] == ["the search index was built: there is none yet"]
    assert _found(folder).level is Level.OK


def test_what_cannot_be_mended_is_said(folder: Path) -> None:
    """Rule: while another process writes the index, mending it is refused in a line, and all else is mended."""
    _rot(folder)
    with index_lock(folder / "index"):
        (failed,) = mend(folder).failed
    assert "another process" in failed
    assert _found(folder).level is Level.PROBLEM


def test_an_index_waits_for_its_catalogue(folder: Path) -> None:
    """Rule: of a catalogue that is damaged the index is not asked; once that was begun anew, the index follows."""
    (folder / "catalogue.sqlite").write_bytes(b"rubbish" * 900)
    assert _found(folder).level is Level.OK
    assert any("built" in line for line in mend(folder).done)
    assert _found(folder) == Finding(Level.OK, "search index", "0 papers")
    assert index_folder.load_mark(folder / "index")
