"""`import --star`: the papers of files of references are starred as one action."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Json = Callable[..., Any]
PAPERS = (("2503.00001", "Amber beads"), ("2503.00002", "Kites of paper"))
KEYS = [f"arxiv:{number}" for number, _ in PAPERS]


@pytest.fixture(params=["bib", "ris", "json"])
def references(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Two papers as BibTeX, RIS or CSL-JSON."""
    path = tmp_path / f"library.{request.param}"
    match request.param:
        case "bib":
            entries = [
                f"@article{{p{number},\n title = {{{title}}},\n eprint = {{{number}}},\n archiveprefix = {{arXiv}}}}\n"
                for number, title in PAPERS
            ]
            path.write_text("\n".join(entries))
        case "ris":
            entries = [
                f"TY  - JOUR\nTI  - {title}\nUR  - https://arxiv.org/abs/{number}\nER  - \n" for number, title in PAPERS
            ]
            path.write_text("\n".join(entries))
        case _:
            values = [
                {"id": number, "type": "article", "title": title, "URL": f"https://arxiv.org/abs/{number}"}
                for number, title in PAPERS
            ]
            path.write_text(json.dumps(values))
    return path


def test_what_a_file_of_references_has_is_starred_as_one_action(cli: Cli, cli_json: Json, references: Path) -> None:
    """Rule: the receipt counts the stars and names the undo; the same again stars nothing; undo takes all back."""
    shown = cli("import", "--star", references).stdout.splitlines()[-1]
    action = cli_json("history", "--json", "--limit", "1")[0]
    assert shown == f"starred: 2 papers; paperreader undo --id {action['id']} reverses it"
    assert (action["action"], action["papers"]) == ("star", 2)
    assert sorted(paper["key"] for paper in cli_json("list", "--json", "is:starred")) == KEYS
    assert cli_json("import", "--star", references, "--json")["starred"] == 0
    assert "undone: star: 2 papers" in cli("undo").stdout
    assert cli_json("list", "--json", "is:starred") == []
    assert cli_json("import", references, "--json")["starred"] is None


def test_a_list_of_a_date_gets_no_stars(cli: Cli, cli_json: Json, references: Path, tmp_path: Path) -> None:
    """Rule: nobody chose the papers of a date yet; they are left out, and a remark says so."""
    line = {"title": "Plain looms", "abstract": "Looms. " * 20, "authors": ["Ada Brook"], "listed": ["2025-03-17"]}
    dated = tmp_path / "day.jsonl"
    dated.write_text(f"{json.dumps(line)}\n")
    done = cli("import", "--star", references, dated)
    assert "starred: 2 papers" in done.stdout
    assert done.stderr.splitlines()[-1] == (
        "paperreader: not starred: 1 of 2 files are lists of a date, not files of references"
    )
    assert sorted(paper["key"] for paper in cli_json("list", "--json", "is:starred")) == KEYS


def test_rules_leave_starred_papers_alone(cli: Cli, cli_json: Json, references: Path, papers: list[str]) -> None:
    """Rule: the stars come before the rules, which never touch what the user decided."""
    assert papers, "a library"
    cli("rules", "add", "mute", "amber")
    cli("import", "--star", references)
    assert cli_json("show", KEYS[0], "--json")["status"] == "unread"


def test_an_import_that_read_nothing_stars_nothing(cli: Cli, cli_json: Json, tmp_path: Path) -> None:
    """Rule: a file that cannot be read is told as always, and no action is made."""
    missing = tmp_path / "missing.bib"
    done = cli("import", "--star", missing, status=1)
    assert "missing.bib" in done.stderr
    assert "starred" not in done.stdout
    assert cli_json("history", "--json") == []
