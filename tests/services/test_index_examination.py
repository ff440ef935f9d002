"""`doctor` and the search index: checks change nothing and find each fault; `--fix` repairs it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from index_damage import Indexed, make_indexed, mark_version
from query_reading import fill

from paperreader.domain.doctor_finding import Finding, Level
from paperreader.search.index import health as index_folder
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
    """The findings about the index; the check must not change the files."""

    def disk() -> dict[str, tuple[int, bytes]]:
        return {str(p): (p.lstat().st_mtime_ns, p.read_bytes() if p.is_file() else b"") for p in folder.rglob("*")}

    before = disk()
    (finding,) = [finding for finding in examine(folder) if finding.subject == "search index"]
    assert disk() == before
    return finding


def _rot(folder: Path) -> None:
    """Change one byte without changing size and time of the file."""
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
    "an import that was not indexed": (_grow, Level.WARNING, "are not indexed yet"),
    "one that was never finished": (
        lambda folder: (folder / "index" / "paperreader.json").unlink(), Level.WARNING, "incomplete",
    ),
}  # fmt: skip
"""What befalls an index, and what is found then."""


def test_a_sound_index_has_no_findings(folder: Path) -> None:
    """Rule: the check names the number of papers, and `--fix` does nothing."""
    assert _found(folder) == Finding(Level.OK, "search index", "87 papers")
    assert mend(folder) == Mending()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_index_is_found_and_repaired(folder: Path, fault: str) -> None:
    """Rule: the check names the cure, `--fix` repairs the index, and searches are right again."""
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
    """Rule: an index of another version is reported, but is not a problem."""
    mark_version(folder / "index", 4711)
    finding = _found(folder)
    assert finding.level is Level.WARNING
    assert "another version" in finding.text
    assert "another version" in mend(folder).done[0]
    assert _found(folder).level is Level.OK


def test_a_large_library_without_an_index_is_reported(folder: Path) -> None:
    """Rule: only a large library should have an index."""
    shutil.rmtree(folder / "index")
    assert _found(folder).level is Level.OK
    assert mend(folder) == Mending()
    (finding,) = examine_index(folder / "catalogue.sqlite", index_from=2)
    assert finding.level is Level.WARNING
    assert [*mend_index(folder / "catalogue.sqlite", index_from=2)] == ["search index: there is none yet; built now"]
    assert _found(folder).level is Level.OK


def test_a_repair_that_is_refused_is_reported(folder: Path) -> None:
    """Rule: while another process writes the index, its repair is refused with one line; other repairs go on."""
    _rot(folder)
    with index_lock(folder / "index"):
        (failed,) = mend(folder).failed
    assert "another process" in failed
    assert _found(folder).level is Level.PROBLEM


def test_an_index_waits_for_its_catalogue(folder: Path) -> None:
    """Rule: the index of a damaged catalogue is not checked; after the repair it is updated."""
    (folder / "catalogue.sqlite").write_bytes(b"rubbish" * 900)
    assert _found(folder).level is Level.OK
    assert any("built" in line for line in mend(folder).done)
    assert _found(folder) == Finding(Level.OK, "search index", "0 papers")
    assert index_folder.load_mark(folder / "index")
