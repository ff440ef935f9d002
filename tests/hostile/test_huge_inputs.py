"""What no page dump can be, by its size, is refused at once and within little memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from invented import HEADER
from quick import first, first_rows

from paperreader.feeds.huggingface.page_importer import PageImporter

MEMORY = 200
"""Megabytes that an import may take at its peak, the interpreter with them."""
SECONDS = 60
TWO_GIGABYTES = 2 * 10**9
TEN_MILLION = 10_000_000
_HEAD = "\n".join([*HEADER, "Mar 14", ""]).encode()

# Runs a command in a process of its own: the peak of a child that was forked off is at least its parent's.
_MEASURE = """
import json, resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=0, capture_output=True, text=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (1_000_000 if sys.platform == "darwin" else 1_000)
print(json.dumps([done.returncode, done.stderr, peak]))
"""
# Writes a pattern to stdout again and again until so many bytes are written or nobody reads.
_POUR = """
import os, sys
head, pattern, size = sys.argv[1].encode().decode("unicode_escape").encode(), sys.argv[2].encode(), int(sys.argv[3])
pattern = pattern.decode("unicode_escape").encode("latin-1")
chunk = pattern * (1_000_000 // len(pattern))
try:
    os.write(1, head)
    for _ in range(size // len(chunk) + 1):
        os.write(1, chunk)
except BrokenPipeError:
    pass
"""


class Run(NamedTuple):
    """How a command ended, what it said, and its peak of memory in megabytes."""

    status: int
    error: str
    peak: int


def run(*command: str | Path, stdin: int = subprocess.DEVNULL) -> Run:
    """Run a command and measure it."""
    environment = {**os.environ, "PAPERREADER_LIBRARY": str(Path.cwd() / "library")}
    argv = [sys.executable, "-c", _MEASURE, *map(str, command)]
    done = subprocess.run(
        argv, stdin=stdin, capture_output=True, text=True, timeout=SECONDS, env=environment, check=True
    )
    return Run(*json.loads(done.stdout))


def run_import(*arguments: str | Path, stdin: int = subprocess.DEVNULL) -> Run:
    """Run `paperreader import`."""
    return run(sys.executable, "-m", "paperreader", "import", "--year", "2025", *arguments, stdin=stdin)


def import_poured(head: bytes, pattern: bytes, size: int) -> Run:
    """Import from a pipe into which a pattern is poured until so many bytes have come, if anybody reads them."""
    escaped = [part.decode("latin-1").encode("unicode_escape").decode() for part in (head, pattern)]
    with subprocess.Popen([sys.executable, "-c", _POUR, *escaped, str(size)], stdout=subprocess.PIPE) as pouring:
        assert pouring.stdout
        try:
            return run_import("-", stdin=pouring.stdout.fileno())
        finally:
            pouring.stdout.close()


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def _refused(done: Run, reason: str) -> None:
    assert done.status == 1, done
    assert reason in done.error
    assert "Traceback" not in done.error
    assert done.peak < MEMORY, done


@pytest.mark.parametrize(
    ("head", "reason"),
    first_rows(1, [(_HEAD + b"A line of a page\n" * 5_000, "is larger than"), (b"", "is binary")]),
    ids=["a-page-to-begin-with", "zeros"],
)
def test_a_file_of_two_gigabytes_is_refused(head: bytes, reason: str, tmp_path: Path) -> None:
    """Rule: a 2 GB file is refused within 200 MB, by what it begins with or by its size."""
    with (tmp_path / "huge.txt").open("wb") as stream:
        stream.write(head)
        stream.truncate(TWO_GIGABYTES)
    _refused(run_import("huge.txt"), reason)


@pytest.mark.parametrize(
    ("head", "pattern", "reason"),
    first_rows(
        1,
        [
            (_HEAD, b"A word. ", "is larger than"),
            (_HEAD, "\u8a9e\U0001f468 ".encode(), "is larger than"),
            (b"", b"\0", "is binary"),
        ],
    ),
    ids=["one-line", "one-line-of-wide-characters", "dev-zero"],
)
def test_two_gigabytes_from_a_pipe_are_refused(head: bytes, pattern: bytes, reason: str) -> None:
    """Rule: the same of a stream, of which no more is read than a page can hold."""
    _refused(import_poured(head, pattern, TWO_GIGABYTES), reason)


@pytest.mark.parametrize("line", first(1, [b"A short title\n", b"a\n", b"\n"]), ids=["titles", "short", "blank"])
def test_ten_million_lines_are_refused(line: bytes) -> None:
    """Rule: ten million lines are refused within 200 MB, however short they are."""
    done = import_poured(_HEAD, line, TEN_MILLION * len(line))
    assert any(reason in done.error for reason in ("is larger than", "has more than"))
    _refused(done, "")


@pytest.mark.full
def test_a_page_at_the_limits_is_read_within_the_memory(tmp_path: Path) -> None:
    """Rule: what is just not refused, as many bytes and lines as may be, is imported within 200 MB too."""
    count = PageImporter.max_lines // 2 - 5
    abstract = "It is measured. ".ljust(2 * PageImporter.max_bytes // PageImporter.max_lines - 60, "x") + "."
    lines = [f"A Title of Its Own {number} \U0001f468\n{number} {abstract}" for number in range(count)]
    (tmp_path / "large.txt").write_bytes(_HEAD + "\n".join(lines).encode())
    assert PageImporter.max_bytes * 0.9 < (tmp_path / "large.txt").stat().st_size <= PageImporter.max_bytes
    done = run_import("large.txt")
    assert done.status == 0, done.error[:300]
    assert done.peak < MEMORY, done.peak


@pytest.mark.parametrize("pattern", first(1, ["\x1b]0;", "a", "\U0001f468", "\u0301", "e\u0316\u200d", "["]), ids=ascii)
def test_a_line_at_the_limit_is_read_within_the_memory(pattern: str, tmp_path: Path) -> None:
    """Rule: the same of one line as long as the whole file may be."""
    line = (pattern * PageImporter.max_bytes).encode()[: PageImporter.max_bytes - 2_000].decode(errors="ignore")
    (tmp_path / "long.txt").write_bytes(_HEAD + b"A Title\n\nKites fly. " + line.encode())
    done = run_import("long.txt")
    assert done.status == 0, done.error[:300]
    assert done.peak < MEMORY, done.peak


@pytest.mark.parametrize("code", first(1, ["b'a' * 300_000_000", "[b'a' + bytes(i % 7) for i in range(6_000_000)]"]))
def test_the_measure_sees_memory(code: str) -> None:
    """Rule: the proof has teeth: a process that does take more than 200 MB is measured to."""
    assert run(sys.executable, "-c", "pass").peak < 60
    assert run(sys.executable, "-c", f"x = {code}").peak > MEMORY
