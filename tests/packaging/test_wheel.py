"""What is shipped: the wheel holds the package, the styles and the samples, and works in any folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.full


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this tree, built the way `pip install .` builds it."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(ROOT)]
    if subprocess.run([sys.executable, "-c", "import pip"], capture_output=True, check=False).returncode:
        command = ["uv", "build", "--quiet", "--wheel", "--out-dir", str(folder), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="session")
def site(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds what the wheel installs, and nothing of this tree."""
    folder = tmp_path_factory.mktemp("site")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)
    return folder


@pytest.fixture
def environment(site: Path, tmp_path: Path) -> dict[str, str]:
    """The variables with which that folder is what Python finds first."""
    return {
        **os.environ,
        "PYTHONPATH": str(site),
        "PYTHONSAFEPATH": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "XDG_CONFIG_HOME": str(tmp_path / "config"),
        "HOME": str(tmp_path),
    }


def _names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


def test_the_wheel_holds_all_that_is_needed_and_nothing_else(wheel: Path) -> None:
    """Every module, style and sample of the tree is in it; no test, no benchmark, no stray file."""
    shipped = {name for name in _names(wheel) if ".dist-info/" not in name}
    wanted = {str(path.relative_to(ROOT)) for path in (ROOT / "paperreader").rglob("*.py")}
    wanted.add("paperreader/py.typed")
    for folder in ("styles", "sample_data"):
        wanted |= {f"paperreader/{path.relative_to(ROOT)}" for path in (ROOT / folder).iterdir() if path.is_file()}
    assert shipped == wanted
    assert len([name for name in shipped if name.endswith(".tcss")]) >= 2


def test_the_metadata_names_the_command_the_licence_and_the_version(wheel: Path) -> None:
    """`paperreader` is a command, and the licence goes along."""
    from paperreader import __version__

    with zipfile.ZipFile(wheel) as archive:
        texts = {name.partition(".dist-info/")[2]: name for name in _names(wheel) if ".dist-info/" in name}
        assert "paperreader = paperreader.cli.main:run" in archive.read(texts["entry_points.txt"]).decode()
        metadata = archive.read(texts["METADATA"]).decode()
    assert f"Version: {__version__}" in metadata
    assert "License-Expression: MIT" in metadata
    assert "licenses/LICENSE" in texts


def test_the_verbs_work_from_the_root_folder(environment: dict[str, str], site: Path, tmp_path: Path) -> None:
    """From `/`, with the wheel alone: a sample page is imported and listed."""
    page = next((site / "paperreader" / "sample_data").glob("*.txt"))

    def run(*arguments: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", "paperreader", "--library", str(tmp_path / "library"), *arguments],
            cwd="/", env=environment, capture_output=True, text=True, check=True,
        ).stdout  # fmt: skip

    receipt = json.loads(run("import", "--json", "--year", "2025", str(page)))
    assert receipt["totals"]["listed"] == len(json.loads(run("list", "--json"))) > 5


def test_the_sample_is_painted_from_the_root_folder(environment: dict[str, str]) -> None:
    """From `/`, with the wheel alone: styles and samples are found, and every key has its help."""
    argv = [sys.executable, "-m", "paperreader", "sample"]
    with Terminal(argv, columns=140, rows=40, env=environment, cwd="/") as terminal:
        terminal.wait_for("? help")
        assert "GPTQ" in terminal.text
        terminal.send("?")
        terminal.wait_for("type to search")
        terminal.type("escape", "q")
        assert terminal.end() == 0


def test_the_tree_is_not_what_these_tests_ran(environment: dict[str, str], site: Path) -> None:
    """The tests above would prove nothing if Python found the tree first."""
    found = subprocess.run(
        [sys.executable, "-c", "import paperreader; print(paperreader.__file__)"],
        cwd="/", env=environment, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert Path(found.strip()).is_relative_to(site)
