"""The command line and its environment: pipes, encodings, closed streams, folders, imported modules."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TextIO

import pytest
import without_locks

from paperreader.files.claims import this_process
from paperreader.services.library import Library

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def _shell(folder: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which $P is the program."""
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "P": f"{sys.executable} -m paperreader", "PAPERREADER_LIBRARY": str(folder), **env},
    )  # fmt: skip


# Modules


_VERBS = (
    "list attention", "list --json", "dates --json", "show --json {key}", "star {key}", "tag {key} +x", "note {key} x",
    "export", "keys", "keys --format json", "doctor --json", "doctor --fix", "backup list", "history", "undo",
    "backup restore --dry-run 0", "config path", "import --json {page}", "--version", "--help", "",
)  # fmt: skip
_IMPORTED = """
import sys
from paperreader.cli.main import run
for line in sys.argv[1:]:
    sys.argv = ["paperreader", *line.split()]
    try:
        run()
    except SystemExit:
        pass
print("imported", *{name.partition(".")[0] for name in sys.modules}, file=sys.stderr)
"""


def _imported_by(folder: Path, *lines: str) -> set[str]:
    """The modules that a process has imported after these command lines."""
    result = subprocess.run(
        [sys.executable, "-c", _IMPORTED, *lines], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=True,
        env={**os.environ, "PAPERREADER_LIBRARY": str(folder)},
    )  # fmt: skip
    return set(result.stderr.splitlines()[-1].split())


def test_no_verb_imports_textual(papers: list[str], folder: Path, write_page: Callable[..., Path]) -> None:
    """Rule: no verb imports Textual."""
    page = write_page(("A title", "An abstract. " * 30))
    imported = _imported_by(folder, *(line.format(key=papers[0], page=page) for line in _VERBS))
    assert {"paperreader", "tantivy"} & imported == {"paperreader"}
    assert "textual" not in imported


def test_a_list_for_a_script_imports_little(papers: list[str], folder: Path) -> None:
    """Rule: `list --json` imports nothing for tables, searches or settings; help imports no verb."""
    spared = {"rich", "rapidfuzz", "tomllib", "asyncio", "platformdirs", "textual"}
    assert not spared & _imported_by(folder, "list --json")
    assert not {"sqlite3", "tinydb"} & _imported_by(folder, "--help", "--version", "fetsch")


# Without a terminal


@pytest.mark.parametrize("arguments", [[], ["sample"], ["--library", "x"]])
def test_without_a_terminal_the_reader_ends_with_one_line(cli: Cli, folder: Path, arguments: list[str]) -> None:
    """Rule: exit status 1, nothing on stdout, and no library is created."""
    result = cli(*arguments, status=1)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "terminal" in result.stderr
    assert not folder.exists()


# Pipes and streams


def _pipe_that_nobody_reads() -> TextIO:
    read, write = os.pipe()
    os.close(read)
    return os.fdopen(write, "w")


@pytest.mark.parametrize(
    "line",
    ["list", "list --json", "dates", "export is:unread", "keys", "show title:fe70", "star --query is:unread"],
)
def test_a_reader_of_the_output_that_leaves_is_told_by_the_status(cli: Cli, papers: list[str], line: str) -> None:
    """Rule: if the reader of stdout closes it, the command ends silently, with the status of SIGPIPE."""
    result = cli(*line.split(), status=None, stdout=_pipe_that_nobody_reads())
    assert (result.stderr, result.returncode) == ("", 141)


def test_a_broken_pipe_is_silent(folder: Path, papers: list[str]) -> None:
    """Rule: `| head -1` and `| true` work without an error message."""
    result = _shell(folder, "$P list --json | head -1; $P list | true; $P export is:unread | true")
    assert (result.stdout, result.stderr) == ("[\n", "")


@pytest.mark.parametrize(
    ("command", "status", "out", "err"),
    [
        (
            "$P list --json >/dev/full",
            1,
            "",
            "paperreader: the output could not be written (No space left on device)\n",
        ),
        ("$P list --json >&-", 1, "", "paperreader: standard output is closed; nothing was done\n"),
        ("$P list is:starred 2>&-", 0, "", ""),
        ("$P show zzzz 2>&-", 1, "", ""),
        ("$P dates <&- | head -1 | cut -c1-10", 0, "2025-03-14\n", ""),
    ],
)
def test_a_stream_that_is_full_or_closed(
    folder: Path, papers: list[str], command: str, status: int, out: str, err: str
) -> None:
    """Rule: lost output gives exit status 1 with one line; lost remarks change nothing."""
    result = _shell(folder, command)
    assert (result.returncode, result.stdout, result.stderr) == (status, out, err)


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        pytest.param({"PYTHONIOENCODING": "ascii", "TERM": "dumb", "NO_COLOR": "1"}, marks=pytest.mark.full),
        pytest.param({"PYTHONIOENCODING": "latin-1", "COLUMNS": "20"}, marks=pytest.mark.full),
    ],
)
def test_an_encoding_without_the_signs_is_no_obstacle(
    cli: Cli, papers: list[str], env: dict[str, str], tmp_path: Path
) -> None:
    """Rule: tables replace what the encoding lacks; JSON and exports are always UTF-8."""
    cli("star", papers[0])
    cli("note", papers[0], "naïve 日本語 👩‍🔬")
    for arguments in (["list", "is:starred"], ["show", papers[0]]):
        assert cli(*arguments, env=env, here=False).stdout
    assert "naïve 日本語 👩‍🔬" in cli("show", "--json", papers[0], env=env, here=False).stdout
    assert "naïve 日本語 👩‍🔬" in cli("export", env=env, here=False).stdout
    assert cli("show", "größe", env=env, status=1, here=False).stderr


# Library folders


def test_the_named_library_comes_before_the_environments(cli: Cli, papers: list[str], tmp_path: Path) -> None:
    """Rule: `--library DIR` overrides the environment variable."""
    Library(tmp_path / "another one").close()
    assert json.loads(cli("--library", tmp_path / "another one", "list", "--json").stdout) == []
    assert len(json.loads(cli("list", "--json").stdout)) == len(papers)


@pytest.mark.parametrize("kind", ["file", "below a file", "/dev/null/x", "/proc/nowhere"])
def test_a_library_that_cannot_be_is_said_in_one_line(cli: Cli, tmp_path: Path, kind: str) -> None:
    """Rule: exit status 1, the folder and the cure."""
    (tmp_path / "file").touch()
    path = {"file": tmp_path / "file", "below a file": tmp_path / "file" / "x"}.get(kind, Path(kind))
    result = cli("--library", path, "list", status=1)
    assert str(path) in result.stderr
    assert "--library" in result.stderr


def test_a_library_without_a_name_is_refused(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: an empty name, as in `--library "$UNSET"`, does not make the current folder a library."""
    monkeypatch.chdir(tmp_path)
    result = cli("--library", "", "list", status=2)
    assert "--library" in result.stderr
    assert not list(tmp_path.glob("reading*"))


def test_a_hostile_library_name_is_harmless(cli: Cli, tmp_path: Path) -> None:
    """Rule: errors contain no control characters of a folder's name."""
    path = tmp_path / "\x1b]0;t\x07\x9b2J\u202e"
    path.write_text("a file")
    cli("--library", path, "list", status=1)


_READ_ONLY = """
import ctypes, os, sys
if os.geteuid() == 0:  # root writes everywhere, unless it gives that up
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
    ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def test_a_read_only_library_is_read(folder: Path, papers: list[str]) -> None:
    """Rule: listing works, a decision gets exit status 1."""
    paths = [folder, *folder.iterdir()]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    limited = [sys.executable, "-c", _READ_ONLY]
    try:
        probe = subprocess.run(
            [*limited, "-c", f"import os; print(os.access({str(folder)!r}, os.W_OK))"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if "True" in probe.stdout:
            pytest.skip("this user may write everywhere, whatever the permissions are")
        for arguments, status in ((["list", "--json"], 0), (["star", papers[0]], 1)):
            result = subprocess.run(
                [*limited, "-m", "paperreader", "--library", str(folder), *arguments],
                capture_output=True, text=True, check=False,
            )  # fmt: skip
            assert result.returncode == status, result.stderr
    finally:
        for path in paths:
            path.chmod(0o700)


def test_a_repair_is_remarked_once_and_beside_the_result(cli: Cli, folder: Path, papers: list[str]) -> None:
    """Rule: a repair is reported once on stderr, and the JSON on stdout is whole."""
    cli("star", papers[0])
    (folder / "reading.json").write_bytes(b"{")
    result = cli("list", "--json", "is:starred")
    assert [paper["key"] for paper in json.loads(result.stdout)] == [papers[0]]
    assert result.stderr.startswith("paperreader: ")
    assert cli("list", "--json", "is:starred").stderr == ""


@pytest.fixture
def mistake(monkeypatch: pytest.MonkeyPatch) -> Callable[[BaseException], None]:
    """Makes an error arise in every verb that lists papers."""

    def arise(error: BaseException) -> None:
        def entries(*_: object) -> None:
            raise error

        monkeypatch.setattr(Library, "entries", entries)

    return arise


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "by the environment"])
def test_an_error_that_nobody_foresaw_is_told_in_one_line(
    cli: Cli, folder: Path, papers: list[str], mistake: Callable[[BaseException], None], is_named: bool
) -> None:
    """Rule: an unforeseen error gives status 1, a log, and one line with its place."""
    mistake(KeyError("A SECRET TITLE"))
    arguments = ["list", "--library", folder] if is_named else ["list"]
    result = cli(*arguments, status=1, unchecked=True, env={"PAPERREADER_LIBRARY": "" if is_named else str(folder)})
    assert result.stdout == ""
    (line,) = result.stderr.splitlines()
    assert line.startswith("paperreader: unexpected KeyError at paperreader.")
    assert line.endswith(
        f"; every decision that the screen showed is saved; see {folder}/reader.log, and report the error"
    )
    logged = (folder / "reader.log").read_text()
    assert " entries\n" in logged
    assert "SECRET" not in logged + result.stderr


def test_an_error_where_nothing_can_be_logged_is_still_one_line(
    cli: Cli, folder: Path, papers: list[str], mistake: Callable[[BaseException], None]
) -> None:
    """Rule: if the log cannot be written, the line says so."""
    mistake(KeyError("A SECRET TITLE"))
    (folder / "reader.log").mkdir()
    (line,) = cli("list", status=1, unchecked=True).stderr.splitlines()
    assert "unexpected KeyError" in line
    assert "reader.log could not be written (Is a directory)" in line


def test_whoever_looks_for_the_error_gets_all_of_it(
    cli: Cli, papers: list[str], mistake: Callable[[BaseException], None]
) -> None:
    """Rule: with PAPERREADER_DEBUG the traceback is printed."""
    mistake(KeyError("A SECRET TITLE"))
    with pytest.raises(KeyError):
        cli("list", env={"PAPERREADER_DEBUG": "1"})


def test_an_interrupt_is_quiet(cli: Cli, papers: list[str], mistake: Callable[[BaseException], None]) -> None:
    """Rule: Ctrl-C ends a verb with status 130 and no traceback."""
    mistake(KeyboardInterrupt())
    result = cli("list", status=130)
    assert (result.stdout, result.stderr.strip()) == ("", "")


@pytest.mark.full
def test_without_locks_a_verb_decides_and_says_so(folder: Path, papers: list[str]) -> None:
    """Rule: without locks, verbs work in turn with a remark; they name a window that is open."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(without_locks.SCRIPT), str(errno.EOPNOTSUPP), *arguments]
        environment = os.environ | {"PAPERREADER_LIBRARY": str(folder)}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    for paper in papers[:2]:
        starred = run("star", paper)
        assert starred.returncode == 0
        assert starred.stdout.startswith("starred: ")
        (remark,) = starred.stderr.splitlines()
        assert "has no locks" in remark
    (folder / "reading.claims" / replace(this_process(), started="0").name).touch()
    refused = run("star", papers[2])
    assert (refused.returncode, refused.stdout) == (1, "")
    (reason,) = refused.stderr.splitlines()
    assert f"only process {os.getpid()} may write to" in reason
    assert len(json.loads(run("list", "--json", "is:starred").stdout)) == 2
    checked = run("doctor")
    assert checked.returncode == 0
    now = f"one window at a time can save decisions; now it is process {os.getpid()} → close that process"
    assert now in checked.stdout
