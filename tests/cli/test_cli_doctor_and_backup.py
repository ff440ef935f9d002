"""The verbs `doctor` and `backup`."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def decided(cli: Cli, papers: list[str], fold: Callable[[], None]) -> list[str]:
    """Two generations of decisions, with one starred paper each; returns their keys."""
    cli("star", papers[0])
    fold()
    cli("star", papers[1])
    fold()
    return papers[:2]


def test_a_healthy_library_is_exit_status_0(cli: Cli, decided: list[str]) -> None:
    """Rule: each check prints one line, all are ok, and stderr is empty."""
    for arguments in (["doctor"], ["doctor", "--fix"]):
        result = cli(*arguments)
        assert {line.split()[0] for line in result.stdout.splitlines()} == {"ok"}
        assert result.stderr == ""


def test_doctor_as_json_has_the_documented_fields(cli_json: Callable[..., Any], decided: list[str]) -> None:
    """Rule: each finding has level, check, text and cure; with --fix, repairs are listed."""
    report = cli_json("doctor", "--json")
    assert all(set(finding) == {"level", "check", "text", "cure"} for finding in report["findings"])
    assert {"folder", "lock", "reading state", "backups", "catalogue", "quarantine", "settings", "terminal"} <= {
        finding["check"] for finding in report["findings"]
    }
    assert set(cli_json("doctor", "--json", "--fix")) >= {"findings", "mended", "papers", "failed"}


def test_a_problem_is_exit_status_1_until_it_is_mended(cli: Cli, folder: Path, decided: list[str]) -> None:
    """Rule: a problem is printed with its cure, --fix repairs it, and no decision is lost."""
    (folder / "reading.json").write_bytes(b"rubbish")
    (folder / "catalogue.sqlite").write_bytes(b"rubbish" * 999)
    result = cli("doctor", status=1)
    assert [line.split()[0] for line in result.stdout.splitlines()].count("problem") == 2
    assert "doctor --fix" in result.stdout
    mended = cli("doctor", "--fix")
    assert [line for line in mended.stdout.splitlines() if line.startswith("mended")]
    cli("doctor")
    starred = json.loads(cli("list", "--json", "is:starred").stdout)
    assert {paper["key"] for paper in starred} == set(decided)


def test_edits_by_hand_are_shown_and_taken_over_once(cli: Cli, folder: Path, decided: list[str]) -> None:
    """Rule: an edit by hand is shown with paper, title and change, and imported once."""
    path = folder / "reading.json"
    path.write_bytes(path.read_bytes().replace(b'"starred":true', b'"starred":false', 1))
    shown = cli("doctor", "--fix").stdout
    assert [line for line in shown.splitlines() if line.startswith(decided[0]) and "no star" in line]
    assert decided[0] not in cli("doctor", "--fix").stdout
    assert json.loads(cli("show", "--json", decided[0]).stdout)["starred"] is False


def test_whatever_the_library_is_there_is_no_traceback(cli: Cli, tmp_path: Path) -> None:
    """Rule: a library path that is a file, invalid or below a file is a problem; other checks still run."""
    (tmp_path / "file").write_text("mine")
    for path in (tmp_path / "file", tmp_path / "file" / "below", "x" * 5000):
        for arguments in (["doctor"], ["doctor", "--fix"], ["doctor", "--json"]):
            result = cli("--library", path, *arguments, status=1)
            assert "settings" in result.stdout
    assert (tmp_path / "file").read_text() == "mine"


def test_a_bad_setting_is_a_problem(cli: Cli, decided: list[str]) -> None:
    """Rule: the line names the bad setting."""
    path = Path.home() / ".config" / "paperreader" / "config.toml"
    path.parent.mkdir(parents=True)
    path.write_text('[keys]\nskip = "s"\n')
    result = cli("doctor", status=1)
    assert [line for line in result.stdout.splitlines() if line.startswith("problem") and "star" in line]


# Backups


def test_backups_are_listed(cli: Cli, cli_json: Callable[..., Any], folder: Path, decided: list[str]) -> None:
    """Rule: backups are listed newest first, with number, time, papers and size; a damaged backup is labelled."""
    listed = cli_json("backup", "list", "--json")
    assert [(backup["number"], backup["papers"], backup["readable"]) for backup in listed] == [
        (1, 1, True),
        (0, 0, True),
    ]
    assert all(backup["at"].endswith("Z") and backup["bytes"] > 0 for backup in listed)
    (folder / "backups" / "reading-0.json").write_bytes(b"rubbish")
    rows = cli("backup", "list").stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["1", "0"]
    assert ["damaged" in row for row in rows] == [False, True]


def test_a_library_without_backups_lists_none(
    cli: Cli, cli_json: Callable[..., Any], folder: Path, papers: list[str]
) -> None:
    """Rule: no backup is no failure; a file in place of the backup folder is one."""
    assert cli("backup", "list").stdout == ""
    assert cli_json("backup", "list", "--json") == []
    (folder / "backups").write_text("mine")
    cli("backup", "list", status=1)


def test_restoring_is_shown_first_and_then_done(cli: Cli, cli_json: Callable[..., Any], decided: list[str]) -> None:
    """Rule: --dry-run prints what would change; without it, exactly that changes."""
    shown = cli("backup", "restore", "--dry-run", "1").stdout.splitlines()
    assert shown[0].startswith(decided[1])
    assert shown[-1] == "1 paper would change"
    report = cli_json("backup", "restore", "1", "--json")
    assert (report["changed"], report["papers"][0]["key"]) == (1, decided[1])
    assert set(report["papers"][0]) == {"key", "title", "changes"}
    assert [report[kind] for kind in ("listings", "identities", "shelves", "other_documents")] == [[]] * 4
    starred = cli_json("list", "--json", "is:starred")
    assert [paper["key"] for paper in starred] == decided[:1]
    assert cli("backup", "restore", "1").stdout == "0 papers changed\n"


def test_a_backup_that_is_not_there_is_refused(cli: Cli, decided: list[str]) -> None:
    """Rule: an unknown number gets one line that says how to list backups; a word is a usage error."""
    assert "backup list" in cli("backup", "restore", "4711", status=1).stderr
    cli("backup", "restore", "yesterday", status=2)
    cli("backup", "restore", status=2)
    cli("backup", status=2)
