"""The verb `import`: receipts, exit statuses, and inputs of every kind."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paperreader.cli.imports import interrupt_on_sigterm

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]
WritePage = Callable[..., Path]

ENTRIES = tuple(
    (f"On the {name} of invented instruments", f"We study the {name}. " + f"The {name} turned out to be longer. " * 9)
    for name in ("tuning", "casing", "oiling", "loss")
)
ODD = ("An invented title that lost its abstract", "")


def test_a_receipt_has_the_documented_fields(
    cli_json: CliJson, write_page: WritePage, folder: Path, tmp_path: Path
) -> None:
    """Rule: the receipt has files with figures and problems, and totals; absent facts are null."""
    good, odd = write_page(*ENTRIES, name="good.txt"), write_page(ENTRIES[0], ODD, ENTRIES[1], name="odd.txt")
    receipt = cli_json("import", "--json", "--year", "2025", good, odd, tmp_path / "missing.txt", status=3)
    first, second, third = receipt["files"]
    assert first.items() >= {
        "path": str(good), "format": "page", "date": "2025-03-14", "date_guessed": False,
        "listed": 4, "new": 4, "known": 0, "updated": 0, "problems": [],
        "encoding": "UTF-8", "encoding_guessed": False, "remarks": [],
    }.items()  # fmt: skip
    (problem,) = second["problems"]
    assert problem == {"line": 15, "reason": problem["reason"], "excerpt": ODD[0]}
    assert third.items() >= {"format": None, "date": None, "listed": 0, "new": 0, "known": 0, "updated": 0}.items()
    assert third["problems"] == [{"line": None, "reason": "does not exist", "excerpt": None}]
    assert receipt["totals"].items() >= {"listed": 6, "new": 4, "known": 2, "updated": 0, "problems": 2}.items()
    assert all(file["listed"] == file["new"] + file["known"] for file in receipt["files"])
    assert len(list((folder / "quarantine").iterdir())) == 1


def test_options_may_stand_behind_the_paths(cli_json: CliJson, write_page: WritePage) -> None:
    """Rule: after a path, a word with dashes is an option; after `--` it is a path."""
    page = write_page(*ENTRIES)
    (file,) = cli_json("import", page, "--year", "2025", "--json")["files"]
    assert (file["date"], file["problems"]) == ("2025-03-14", [])
    (file,) = cli_json("import", "--json", "--", "--year", status=1)["files"]
    assert file["problems"] == [{"line": None, "reason": "does not exist", "excerpt": None}]


class Interrupted(io.BytesIO):
    """A stream that is interrupted after its beginning."""

    def readline(self, size: int | None = -1, /) -> bytes:
        """The next line, then an interrupt."""
        raise KeyboardInterrupt


def test_an_interrupted_import_says_what_it_kept(cli: Cli, cli_json: CliJson, write_page: WritePage) -> None:
    """Rule: Ctrl-C ends an import with a receipt and exit status 130; papers read before are saved."""
    lines = b'{"title": "An invented paper", "abstract": "It is long.", "authors": []}\n' * 2_000
    stdin = io.TextIOWrapper(Interrupted(lines))
    result = cli("import", "--year", "2025", write_page(*ENTRIES), "-", "behind.txt", status=130, stdin=stdin)
    assert "4 listed" in result.stdout
    kept = "was interrupted; none of it is kept; import it again; the files after it were not read"
    assert result.stderr == f"paperreader: - {kept}\n"
    assert len(cli_json("list", "--json", here=True)) == 4


def test_a_process_that_is_ended_says_what_it_kept(cli: Cli) -> None:
    """Rule: SIGTERM interrupts an import as Ctrl-C does, with its own exit status; afterwards it kills again."""
    before = signal.getsignal(signal.SIGTERM)
    with interrupt_on_sigterm() as received, pytest.raises(KeyboardInterrupt):
        signal.raise_signal(signal.SIGTERM)
    assert received == [signal.SIGTERM]
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_real_pages_meet_the_acceptance(cli_json: CliJson, captures: Path, tmp_path: Path) -> None:
    """Rule: the pages give 81, 81 and 104 papers without problems; copies with another time change nothing."""
    pages = sorted((captures / "pages").glob("*.txt"))
    receipt = cli_json("import", "--json", "--year", "2025", *pages)
    assert [(file["listed"], file["date"]) for file in receipt["files"]] == [
        (81, "2025-03-14"), (81, "2025-03-12"), (104, "2025-03-11"),
    ]  # fmt: skip
    assert all(file["listed"] == file["new"] + file["known"] and not file["problems"] for file in receipt["files"])
    (tmp_path / "copies").mkdir()
    for n, page in enumerate(pages):
        copy = tmp_path / "copies" / f"{n}.txt"
        copy.write_bytes(page.read_bytes())
        os.utime(copy, (10**9 + n * 10**8, 10**9 + n * 10**8))
    again = cli_json("import", "--json", tmp_path / "copies")
    assert (again["totals"]["new"], again["totals"]["updated"]) == (0, 0)
    assert [file["date"] for file in again["files"]] == [file["date"] for file in receipt["files"]]
    assert [file["date_guessed"] for file in again["files"]] == [False] * 3
    assert [day["papers"] for day in cli_json("dates", "--json")] == [81, 81, 104]


def test_a_receipt_in_words_is_a_line_a_file(cli: Cli, write_page: WritePage) -> None:
    """Rule: stdout has the figures; a line that was not read is a remark with file and line."""
    page = write_page(ENTRIES[0], ODD, ENTRIES[1])
    result = cli("import", page, status=3)
    (line,) = result.stdout.splitlines()
    for part in ("2 listed", "2 new", "0 known", "0 updated", str(page), "03-14?"):
        assert part in line
    assert f"{page}:15: " in result.stderr
    assert ODD[0] in result.stderr
    assert "quarantine" in result.stderr


@pytest.mark.parametrize(
    ("content", "status"),
    [
        (b"", 1),
        (bytes(2_000), 1),
        (b"A shopping list\n\n- milk", 1),
        (b"new\n\nGet trending papers in your email inbox!\n\nSubscribe\n\nMar 14", 1),
    ],
    ids=["empty", "binary", "text", "no entries"],
)
def test_what_is_no_page_fails_in_one_line(
    cli: Cli, cli_json: CliJson, papers: list[str], tmp_path: Path, content: bytes, status: int
) -> None:
    """Rule: exit status 1, nothing on stdout, the library unchanged."""
    (tmp_path / "input").write_bytes(content)
    result = cli("import", tmp_path / "input", status=status, here=True)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert str(tmp_path / "input") in result.stderr
    assert len(cli_json("list", "--json", here=True)) == len(papers)


def test_an_empty_name_is_told_as_one(cli: Cli) -> None:
    """Rule: the message quotes an empty name, as from an empty variable of a script."""
    assert cli("import", "", status=1).stderr == "paperreader: '' does not exist\n"


def test_a_cut_page_is_kept_as_far_as_it_is_whole(cli: Cli, cli_json: CliJson, write_page: WritePage) -> None:
    """Rule: a page cut after a title gives exit status 3, after an abstract 0, in the header 1."""
    page = write_page(*ENTRIES)
    data = page.read_bytes()
    for end, status, count in ((data.index(b"Mar"), 1, 0), (data.index(ENTRIES[2][1].encode()), 3, 2), (None, 0, 4)):
        page.write_bytes(data[:end])
        cli("import", "--year", "2025", page, status=status)
        assert len(cli_json("list", "--json", here=True)) == count


def test_files_that_fail_are_named_and_the_others_read(cli: Cli, write_page: WritePage, tmp_path: Path) -> None:
    """Rule: exit status 3 if some files were read, 1 if none was; missing files, empty folders and devices fail."""
    (tmp_path / "empty").mkdir()
    os.mkfifo(tmp_path / "fifo")
    failing = [str(tmp_path / "missing"), str(tmp_path / "empty"), str(tmp_path / "fifo"), "/dev/zero"]
    result = cli("import", *failing, status=1)
    assert [any(name in line for line in result.stderr.splitlines()) for name in failing] == [True] * 4
    assert len(result.stderr.splitlines()) == 4
    assert result.stdout == ""
    result = cli("import", *failing, write_page(*ENTRIES), status=3)
    assert len(result.stdout.splitlines()) == 1


_WITHOUT_RIGHTS = """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH = 24, 1, 2
if os.geteuid() == 0:  # root may read everything, unless it gives that up
    for capability in (CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH):
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
os.execv(sys.executable, [sys.executable, *sys.argv[1:]])
"""


def _without_rights(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run `paperreader` as a user without root's permissions; skip the test if that is impossible."""
    probe = [sys.executable, "-c", _WITHOUT_RIGHTS, "-c", "import os, sys; print(os.access(sys.argv[1], os.R_OK))"]
    if "True" in subprocess.run([*probe, arguments[-1]], capture_output=True, text=True, check=False).stdout:
        pytest.skip("this user may read everything, whatever the permissions are")
    return subprocess.run(
        [sys.executable, "-c", _WITHOUT_RIGHTS, "-m", "paperreader", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_an_unreadable_file_is_a_file_that_failed(folder: Path, write_page: WritePage) -> None:
    """Rule: an unreadable file gives exit status 1, beside a readable page 3."""
    good, page = write_page(*ENTRIES), write_page(*ENTRIES, name="unreadable.txt")
    page.chmod(0)
    result = _without_rights("--library", folder, "import", page)
    assert (result.returncode, len(result.stderr.splitlines())) == (1, 1)
    assert str(page) in result.stderr
    assert _without_rights("--library", folder, "import", good, page).returncode == 3


def test_a_folder_of_pages_is_imported(cli_json: CliJson, write_page: WritePage, tmp_path: Path) -> None:
    """Rule: each file of a folder has its entry in the receipt, in the order of names."""
    (tmp_path / "pages").mkdir()
    for n in (2, 1):
        write_page(*ENTRIES[:n], date=f"Mar {n}").rename(tmp_path / "pages" / f"{n}.txt")
    receipt = cli_json("import", "--json", "--year", "2025", tmp_path / "pages")
    assert [(Path(file["path"]).name, file["listed"]) for file in receipt["files"]] == [("1.txt", 1), ("2.txt", 2)]


def test_standard_input_is_a_page(cli_json: CliJson, write_page: WritePage) -> None:
    """Rule: `-` reads stdin; an empty stdin fails."""
    receipt = cli_json("import", "--json", "--year", "2025", "-", stdin=write_page(*ENTRIES).read_bytes())
    assert [(file["path"], file["listed"]) for file in receipt["files"]] == [("-", 4)]
    assert cli_json("import", "--json", "-", status=1)["files"][0]["problems"][0]["reason"] == "is empty"


def test_a_closed_standard_input_is_said_in_one_line(folder: Path) -> None:
    """Rule: `import - <&-` fails like any other unreadable input."""
    result = subprocess.run(
        ["sh", "-c", f'exec "{sys.executable}" -m paperreader import - <&-'],
        env={**os.environ, "PAPERREADER_LIBRARY": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 1
    assert "unexpected" not in result.stderr


@pytest.mark.parametrize(
    "options",
    [
        ["--year", "2025", "--date", "2025-03-14"],
        ["--year", "soon"],
        ["--year", "14"],
        ["--date", "Mar 14"],
        ["--date", "2025-02-30"],
        ["--format", "papyrus"],
        ["--nonsense"],
    ],
)
def test_a_request_that_makes_no_sense_is_a_usage_error(
    cli: Cli, folder: Path, write_page: WritePage, options: list[str]
) -> None:
    """Rule: exit status 2, and nothing is imported."""
    cli("import", *options, write_page(*ENTRIES), status=2, here=True)
    assert not folder.exists()


def test_import_wants_a_path(cli: Cli) -> None:
    """Rule: `import` without a path is a usage error."""
    cli("import", status=2, here=True)


@pytest.mark.parametrize("options", [("--year", "2025"), ("--date", "2025-03-14")])
def test_a_guessed_date_is_corrected_by_importing_again(
    cli_json: CliJson, write_page: WritePage, options: tuple[str, str]
) -> None:
    """Rule: the listing moves and its date stays certain, also after an import without the option."""
    page = write_page(*ENTRIES)
    os.utime(page, (1.7e9, 1.7e9))  # November 2023
    first = cli_json("import", "--json", page)["files"][0]
    assert (first["date"], first["date_guessed"]) == ("2023-03-14", True)
    for arguments in ([*options, page], [page]):
        receipt = cli_json("import", "--json", *arguments, here=True)["files"][0]
        assert (receipt["date"], receipt["date_guessed"], receipt["known"]) == ("2025-03-14", False, 4)
        assert [(d["date"], d["date_guessed"]) for d in cli_json("dates", "--json", here=True)] == [
            ("2025-03-14", False)
        ]


@pytest.mark.parametrize(
    "name",
    [
        b"\x1b]0;title\x07.txt",
        "\x9b2J\x9d52;c;x\x9c.txt".encode(),
        b"\xff\xfe.txt",
        "a\u202eb\n.txt".encode(),
        b"[bold].txt",
    ],
)
def test_a_hostile_file_name_is_harmless_in_words(cli: Cli, write_page: WritePage, name: bytes) -> None:
    """Rule: receipt, remarks and errors contain no control characters of a file name."""
    page = write_page(ENTRIES[0], ODD, ENTRIES[1])
    hostile = page.rename(page.with_name(os.fsdecode(name)))
    result = cli("import", hostile, status=3)
    assert len(result.stdout.splitlines()) == 1
    assert ".txt" in result.stdout
    assert len(cli("import", hostile.with_name(f"{hostile.name}.missing"), status=1).stderr.splitlines()) == 1


@pytest.mark.parametrize(
    "name",
    [
        b"\x1b]0;title\x07.txt",
        b"\xff\xfe.txt",
        "\x9b2J\u202e.txt".encode(),
    ],
)
def test_a_hostile_file_name_is_harmless_in_json(cli_json: CliJson, write_page: WritePage, name: bytes) -> None:
    """Rule: the JSON is valid, and control characters of a file name are escaped."""
    page = write_page(*ENTRIES)
    hostile = page.rename(page.with_name(os.fsdecode(name)))
    path = cli_json("import", "--json", hostile)["files"][0]["path"]
    assert path == os.fsencode(hostile).decode("utf-8", "replace")


def test_hostile_lines_are_harmless_on_every_stream(cli: Cli, write_page: WritePage) -> None:
    """Rule: no stream contains control sequences from titles, abstracts or unreadable lines."""
    text = "\x1b[31m\x9b2J\x1b]52;c;AAAA\x07 \u202eover [bold]x[/] [/] \x00"
    page = write_page(("A title" + text, "An abstract " * 20 + text), ("Lost" + text, ""), ENTRIES[1])
    page.write_bytes(page.read_bytes().replace(b"\x00", b"") + b"\n\nNot UTF-8 \x1b[31m\xff\xfe")
    cli("import", "--year", "2025", page, status=3)
    for verb in (["list"], ["list", "--json"], ["show", "title:"], ["export", "is:unread"], ["dates"]):
        cli(*verb, status=None)


def test_importing_beside_a_hostile_configuration_changes_no_setting(
    cli: Cli, cli_json: CliJson, write_page: WritePage
) -> None:
    """Rule: imported lines that look like settings or commands are text."""
    before = cli("keys", "--format", "json").stdout
    evil = [("set browser rm -rf /", "exec:~/evil.sh " * 20), ('[keys] skip = "q"', 'theme = "light" ' * 20)]
    cli("import", "--year", "2025", write_page(*evil))
    assert cli("keys", "--format", "json").stdout == before
    assert {paper["title"] for paper in cli_json("list", "--json")} == {title for title, _ in evil}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("ftp://x", "is an address, and ftp:// cannot be fetched; download the file, or use an https:// address"),
        ("file:///tmp/x.bib", "is the address of a file; import the path /tmp/x.bib"),
        ("hf", "does not exist; paperreader fetch gets the lists of a source"),
        ("arxiv:cs.CL", "does not exist; paperreader fetch gets the lists of a source"),
    ],
)
def test_an_address_or_source_that_is_no_file_is_named_with_the_cure(cli: Cli, name: str, reason: str) -> None:
    """Rule: only a path that could be one is said not to exist."""
    assert cli("import", name, status=1).stderr == f"paperreader: {name} {reason}\n"
