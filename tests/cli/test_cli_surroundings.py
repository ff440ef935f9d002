"""The command line in odd surroundings: pipes, encodings, closed streams, folders, and what is never imported."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import without_locks

from paperreader.files.claims import UNKNOWN, this_process

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


def _shell(folder: Path, command: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a line of shell in which $P is the program."""
    return subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, encoding="utf-8", check=False,
        env={**os.environ, "P": f"{sys.executable} -m paperreader", "PAPERREADER_LIBRARY": str(folder), **env},
    )  # fmt: skip


# Modules


@pytest.mark.parametrize(
    "arguments",
    [
        ["list", "--json"], ["list", "attention"], ["dates", "--json"], ["show", "--json", "{key}"], ["star", "{key}"],
        ["tag", "{key}", "+x"], ["note", "{key}", "x"], ["export"], ["keys"], ["keys", "--format", "json"],
        ["doctor", "--json"], ["doctor", "--fix"], ["backup", "list"], ["backup", "restore", "--dry-run", "0"],
        ["config", "path"], ["import", "--json", "{page}"], ["--version"], ["--help"], [],
    ],
    ids=lambda arguments: " ".join(arguments) or "the reader without a terminal",
)  # fmt: skip
def test_no_verb_imports_textual(
    papers: list[str], folder: Path, write_page: Callable[..., Path], arguments: list[str]
) -> None:
    """Only the reader on a terminal does: everything else would pay for it."""
    filled = [part.format(key=papers[0], page=write_page(("A title", "An abstract. " * 30))) for part in arguments]
    script = (
        "import sys\n"
        "from paperreader.cli.main import run\n"
        "sys.argv[0] = 'paperreader'\n"
        "try:\n    run()\n"
        "finally:\n    print('imported', *{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, *filled], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        env={**os.environ, "PAPERREADER_LIBRARY": str(folder)},
    )  # fmt: skip
    imported = set(result.stderr.splitlines()[-1].split())
    assert "paperreader" in imported
    assert "textual" not in imported
    if arguments == ["list", "--json"]:
        assert not {"rich", "rapidfuzz", "tomllib", "asyncio", "platformdirs"} & imported


# Without a terminal


@pytest.mark.parametrize("arguments", [[], ["sample"], ["--library", "x"]])
def test_without_a_terminal_the_reader_ends_with_one_line(cli: Cli, folder: Path, arguments: list[str]) -> None:
    """Exit status 1, nothing on stdout, and no library was made."""
    result = cli(*arguments, status=1)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert "terminal" in result.stderr
    assert not folder.exists()


# Pipes and streams


@pytest.mark.parametrize("verb", ["list", "list --json", "dates", "export is:unread", "keys", "show title:"])
def test_a_broken_pipe_is_silent(folder: Path, papers: list[str], verb: str) -> None:
    """`| head -1` and `| true` get what they want, and nobody complains."""
    result = _shell(folder, f"$P {verb} 2>&1 >/dev/full | cat; $P {verb} | head -1 >/dev/null; $P {verb} | true")
    assert "Traceback" not in result.stdout + result.stderr
    assert "Broken pipe" not in result.stderr
    assert "Exception ignored" not in result.stdout + result.stderr
    assert result.stderr == "" or verb == "show title:"


def test_a_reader_of_the_output_that_leaves_is_told_by_the_status(folder: Path, papers: list[str]) -> None:
    """Rule: that is no failure of the program; it ends like one that SIGPIPE ended (`set -o pipefail` sees it)."""
    result = _shell(folder, "{ sleep 0.5; $P list --json; echo $? >&2; } | true")
    assert result.stderr.splitlines() == ["141"]


def test_a_full_disk_behind_stdout_is_a_failure(folder: Path, papers: list[str]) -> None:
    """Output that was not written is exit status 1 with one clear line."""
    for verb in ("list --json", "list", "export is:unread"):
        result = _shell(folder, f"$P {verb} >/dev/full")
        assert result.returncode == 1
        assert "No space left" in result.stderr
        assert "unexpected" not in result.stderr


def test_a_closed_stdout_is_a_failure_in_one_line(folder: Path, papers: list[str]) -> None:
    """`>&-` is no traceback and no unexpected error."""
    result = _shell(folder, "$P list --json >&-")
    assert result.returncode == 1
    assert "unexpected" not in result.stderr


def test_a_closed_stderr_does_not_disturb_the_result(folder: Path, papers: list[str]) -> None:
    """Remarks may go nowhere; the result and the status stay."""
    assert len(json.loads(_shell(folder, "$P list --json 2>&-").stdout)) == len(papers)
    assert _shell(folder, "$P list is:starred 2>&-; echo $?").stdout == "0\n"


def test_an_error_never_lands_on_stdout(folder: Path, papers: list[str]) -> None:
    """stdout carries only the result, also when stderr is closed."""
    assert _shell(folder, "$P show zzzz 2>&-; echo $?").stdout == "1\n"


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii", "TERM": "dumb", "NO_COLOR": "1"},
        {"PYTHONIOENCODING": "latin-1", "COLUMNS": "20"},
    ],
)
def test_an_encoding_without_the_signs_is_no_obstacle(
    cli: Cli, papers: list[str], env: dict[str, str], tmp_path: Path
) -> None:
    """Tables lose what cannot be printed; JSON and exports are UTF-8 wherever they run."""
    cli("star", papers[0], env=env)
    cli("note", papers[0], "naïve 日本語 👩‍🔬")
    assert cli("list", env=env).stdout
    assert cli("show", papers[0], env=env).stdout
    shown = cli("show", "--json", papers[0], env=env).stdout
    assert "naïve 日本語 👩‍🔬" in shown
    assert "naïve 日本語 👩‍🔬" in cli("export", env=env).stdout
    assert "★" in cli("list", "is:starred").stdout
    assert cli("show", "größe", env=env, status=1).stderr


# Library folders


def test_the_named_library_comes_before_the_environments(cli: Cli, papers: list[str], tmp_path: Path) -> None:
    """`--library DIR` in front of the verb; the folder is made."""
    other = tmp_path / "a new" / "library"
    assert json.loads(cli("--library", other, "list", "--json").stdout) == []
    assert other.is_dir()
    assert len(json.loads(cli("list", "--json", here=True).stdout)) == len(papers)


@pytest.mark.parametrize("kind", ["file", "below a file", "/dev/null/x", "/proc/nowhere"])
def test_a_library_that_cannot_be_is_said_in_one_line(cli: Cli, tmp_path: Path, kind: str) -> None:
    """Exit status 1, the folder and the cure."""
    (tmp_path / "file").touch()
    path = {"file": tmp_path / "file", "below a file": tmp_path / "file" / "x"}.get(kind, Path(kind))
    result = cli("--library", path, "list", status=1, here=True)
    assert str(path) in result.stderr
    assert "--library" in result.stderr


def test_a_library_without_a_name_is_refused(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that is not set, as in `--library "$NOWHERE"`, does not make a library of the folder one is in."""
    monkeypatch.chdir(tmp_path)
    result = cli("--library", "", "list", status=2, here=True)
    assert "--library" in result.stderr
    assert not list(tmp_path.glob("reading*"))


def test_a_hostile_library_name_is_harmless(cli: Cli, tmp_path: Path) -> None:
    """Errors about a folder do not obey its name."""
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
    """Listing works, deciding is refused with exit status 1 (fault 19)."""
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
    """A damaged snapshot: the JSON on stdout is whole, the remark is on stderr, the next run is silent."""
    cli("star", papers[0], here=True)
    (folder / "reading.json").write_bytes(b"{")
    result = cli("list", "--json", "is:starred")
    assert [paper["key"] for paper in json.loads(result.stdout)] == [papers[0]]
    assert result.stderr.startswith("paperreader: ")
    assert cli("list", "--json", "is:starred", here=True).stderr == ""


FAILING = """
import sys, paperreader.services.library as module
def fail(*_, **__):
    title = "A SECRET TITLE"
    raise KeyError(title)
module.Library.entries = fail
from paperreader.cli.main import run
sys.argv = ["paperreader", *sys.argv[1:]]
run()
"""
"""The program with a mistake in it."""


@pytest.mark.parametrize("is_named", [True, False], ids=["named", "by the environment"])
def test_an_error_that_nobody_foresaw_is_told_in_one_line(folder: Path, papers: list[str], is_named: bool) -> None:
    """A mistake in the program is status 1, one line that says where and that nothing is lost, and a log (fault 66)."""
    assert papers
    arguments = ["--library", str(folder), "list"] if is_named else ["list"]
    environment = {} if is_named else {"PAPERREADER_LIBRARY": str(folder)}
    result = subprocess.run(
        [sys.executable, "-c", FAILING, *arguments], capture_output=True, text=True, check=False,
        env={**os.environ, **environment},
    )  # fmt: skip
    assert (result.returncode, result.stdout) == (1, "")
    (line,) = result.stderr.splitlines()
    assert line.startswith("paperreader: unexpected KeyError at paperreader.")
    assert line.endswith(f"; every decision shown as made is saved; more is in {folder}/reader.log")
    logged = (folder / "reader.log").read_text()
    assert " fail\n" in logged
    assert "SECRET" not in logged + result.stderr


def test_an_error_where_nothing_can_be_logged_is_still_one_line(folder: Path, tmp_path: Path) -> None:
    """Without a folder for the log the line says so."""
    assert not folder.exists()
    script = FAILING.replace("module.Library.entries = fail", "module.Library.__init__ = fail")
    result = subprocess.run(
        [sys.executable, "-c", script, "--library", str(tmp_path / "none"), "list"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    (line,) = result.stderr.splitlines()
    assert "unexpected KeyError" in line
    assert "reader.log could not be written (No such file or directory)" in line


def test_whoever_looks_for_the_error_gets_all_of_it(folder: Path, papers: list[str]) -> None:
    """With PAPERREADER_DEBUG the traceback is what is wanted."""
    assert papers
    result = subprocess.run(
        [sys.executable, "-c", FAILING, "--library", str(folder), "list"],
        capture_output=True, text=True, check=False, env={**os.environ, "PAPERREADER_DEBUG": "1"},
    )  # fmt: skip
    assert result.returncode == 1
    assert "Traceback" in result.stderr


def test_an_interrupt_is_quiet(folder: Path, papers: list[str]) -> None:
    """Ctrl-C ends a verb with status 130 and no traceback."""
    script = (
        "import sys, paperreader.services.library as module\n"
        "def interrupt(*_, **__): raise KeyboardInterrupt\n"
        "module.Library.entries = interrupt\n"
        "from paperreader.cli.main import run\n"
        "sys.argv = ['paperreader', 'list']\n"
        "run()\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False,
        env={**os.environ, "PAPERREADER_LIBRARY": str(folder)},
    )  # fmt: skip
    assert result.returncode == 130
    assert "Traceback" not in result.stderr


def test_without_locks_a_verb_decides_and_says_so(folder: Path, papers: list[str]) -> None:
    """Verbs work one after the other, each with a remark; beside a window that decides they name it (fault 22)."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(without_locks.SCRIPT), str(errno.EOPNOTSUPP), *arguments]
        environment = os.environ | {"PAPERREADER_LIBRARY": str(folder)}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)

    for paper in papers[:2]:
        starred = run("star", paper)
        assert (starred.returncode, starred.stdout) == (0, "1 paper changed\n")
        (remark,) = starred.stderr.splitlines()
        assert "has no locks" in remark
    (folder / "reading.claims" / replace(this_process(), started=UNKNOWN).name).touch()
    refused = run("star", papers[2])
    assert (refused.returncode, refused.stdout) == (1, "")
    (reason,) = refused.stderr.splitlines()
    assert f"process {os.getpid()} alone may write" in reason
    assert len(json.loads(run("list", "--json", "is:starred").stdout)) == 2
    checked = run("doctor")
    assert checked.returncode == 0
    assert f"one window at a time can decide; now it is process {os.getpid()} → close it" in checked.stdout
