"""Fixtures that run the command line and check its output and exit status."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

import pytest

from paperreader.cli import main
from paperreader.services.library import Library
from paperreader.storage.reading.store import ReadingStore

# The controls of C0 and C1 other than newline and tab, and what reorders text: nothing of the kind is ever printed.
ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The library folder of the test, which does not exist yet."""
    return tmp_path / "library"


def _check(status: int, out: str, err: str) -> None:
    """Check what holds for every run: no traceback, no control characters, a reason for each failure."""
    assert "Traceback" not in err
    assert "paperreader: unexpected " not in err, f"an exception that nobody expected: {err}"
    assert ACTING.findall(out + err) == []
    if status in (1, 2):
        assert [line for line in err.splitlines() if line.startswith("paperreader: ")], "a failure says why"
    if status == 2:
        assert (out, len(err.splitlines())) == ("", 1)


@pytest.fixture
def cli(tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Cli:
    """Runs `paperreader` on the test's library: `here` in this process, which is quick, or in one of its own.

    A test needs a process of its own where streams, encodings or signals are its subject. Other streams may be given
    to a run in this process, and it may be `unchecked`.
    """
    monkeypatch.chdir(tmp_path)

    def run(
        *arguments: str | bytes | Path,
        status: int | None = 0,
        stdin: bytes | TextIO = b"",
        env: Mapping[str, str] = MappingProxyType({}),
        here: bool = True,
        unchecked: bool = False,
        **streams: TextIO,
    ) -> subprocess.CompletedProcess[str]:
        environment = {"PAPERREADER_LIBRARY": str(folder), **env}
        if here:
            capsys.readouterr()
            streams = {"stdin": io.TextIOWrapper(io.BytesIO(stdin)) if isinstance(stdin, bytes) else stdin, **streams}
            with monkeypatch.context() as patch:
                for name, value in environment.items():
                    patch.setenv(name, value)
                for name, stream in streams.items():
                    patch.setattr(sys, name, stream)
                patch.setattr(sys, "argv", ["paperreader", *map(os.fsdecode, arguments)])
                with pytest.raises(SystemExit) as end:
                    main.run()
            gc.enable()  # which the reader does when it is open
            for stream in streams.values():
                with suppress(OSError):  # one that takes nothing
                    stream.close()
            code, (out, err) = int(end.value.code or 0), capsys.readouterr()
        else:
            assert isinstance(stdin, bytes)
            result = subprocess.run(
                [sys.executable, "-m", "paperreader", *arguments],
                input=stdin,
                capture_output=True,
                check=False,
                env={**os.environ, **environment},
                timeout=60,
            )
            code = result.returncode
            out, err = result.stdout.decode("utf-8", "replace"), result.stderr.decode("utf-8", "replace")
        if not unchecked:
            _check(code, out, err)
        if status is not None:
            assert code == status, err
        return subprocess.CompletedProcess(arguments, code, out, err)

    return run


@pytest.fixture
def cli_json(cli: Cli) -> Callable[..., Any]:
    """Runs a verb and reads its one JSON document; stderr stays empty."""

    def run(*arguments: str | bytes | Path, status: int = 0, **options: Any) -> Any:
        result = cli(*arguments, status=status, **options)
        if status == 0:
            assert result.stderr == ""
        assert result.stdout.endswith("\n")
        return json.loads(result.stdout)

    return run


@pytest.fixture
def papers(sample_template: Path, folder: Path) -> list[str]:
    """The test's library holds the sample papers; their keys, in the order of `list`."""
    shutil.copytree(sample_template, folder)
    library = Library(folder)
    keys = [str(row.key) for row in library.rows(library.catalogue.all_ids())]
    library.close()
    return keys


@pytest.fixture
def fold(folder: Path) -> Callable[[], None]:
    """Writes a new snapshot of the decisions; the previous one becomes a backup."""

    def compact() -> None:
        store = ReadingStore(folder)
        store._storage.exclusively(store._storage.compact)
        store.close()

    return compact
