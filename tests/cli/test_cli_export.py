"""The verb `export`: starred papers or the papers of a query, in any format, on stdout or in a file."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from paperreader.services.exporting import EXPORTERS

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]


def _titles(text: str) -> list[str]:
    tokens = MarkdownIt().parse(text)
    return [
        "".join(child.content for child in tokens[index + 1].children or [])
        for index, token in enumerate(tokens)
        if token.type == "heading_open" and token.tag == "h3"
    ]


@pytest.fixture
def starred(cli: Cli, papers: list[str]) -> list[str]:
    """Three stars on papers of three dates."""
    chosen = [papers[0], papers[len(papers) // 2], papers[-1]]
    cli("star", *chosen)
    return chosen


def test_the_starred_papers_leave_as_markdown(cli: Cli, cli_json: CliJson, starred: list[str]) -> None:
    """Rule: stdout has exactly the starred titles, once each; remarks go to stderr."""
    result = cli("export")
    titles = [paper["title"] for paper in cli_json("list", "--json", "is:starred")]
    assert sorted(_titles(result.stdout)) == sorted(titles)
    assert result.stderr == ""
    assert cli("export", "-o", "-").stdout == result.stdout
    assert cli("export", "--format", "markdown", "is:starred").stdout == result.stdout


def test_any_query_is_exported(cli: Cli, papers: list[str]) -> None:
    """Rule: all words but options are the query, also a word that begins with `-`."""
    assert "Attention Is All You Need" in _titles(cli("export", "title:attention").stdout)
    assert len(_titles(cli("export", "-is:starred").stdout)) == len(papers)


def test_a_file_is_written_replaced_and_refused(cli: Cli, starred: list[str], tmp_path: Path) -> None:
    """Rule: unedited exports are replaced; edited or foreign files get exit status 1, except with --force."""
    path = tmp_path / "starred.md"
    result = cli("export", "-o", path)
    assert result.stdout == ""
    assert "3 papers" in result.stderr
    first = path.read_text("utf-8")
    assert len(_titles(first)) == 3
    cli("unstar", starred[0])
    cli("export", "--output", path)
    assert len(_titles(path.read_text("utf-8"))) == 2
    path.write_text(first + "my own remark\n", "utf-8")
    refusal = cli("export", "-o", path, status=1)
    assert "--force" in refusal.stderr
    assert str(path) in refusal.stderr
    assert path.read_text("utf-8") == first + "my own remark\n"
    cli("export", "--force", "-o", path)
    assert len(_titles(path.read_text("utf-8"))) == 2


def test_a_target_that_cannot_be_is_refused(cli: Cli, starred: list[str], tmp_path: Path) -> None:
    """Rule: a folder, a missing folder or a device gets exit status 1 with one line."""
    for target in (tmp_path, tmp_path / "missing" / "x.md", Path("/dev/null")):
        result = cli("export", "-o", target, status=1)
        assert (result.stdout, len(result.stderr.splitlines())) == ("", 1)


def test_a_hostile_target_name_is_harmless(cli: Cli, starred: list[str], tmp_path: Path) -> None:
    """Rule: the file gets the given name; the printed name contains no control characters."""
    path = tmp_path / "a\x1b]0;t\x07\x9b2J\u202eb.md"
    cli("export", "-o", path)
    assert path.is_file()


@pytest.mark.parametrize("arguments", [["--format", "papyrus"], ["is:"], ["--nonsense"]])
def test_a_request_that_makes_no_sense_writes_nothing(cli: Cli, papers: list[str], arguments: list[str]) -> None:
    """Rule: exit status 2 and nothing on stdout."""
    cli("export", *arguments, status=2)


def test_an_option_without_its_value_is_a_usage_error(cli: Cli, starred: list[str], tmp_path: Path) -> None:
    """Rule: `export -o` without a name writes no file."""
    before = set(tmp_path.iterdir())
    result = cli("export", "-o", status=None)
    assert (result.returncode, set(tmp_path.iterdir())) == (2, before)


def test_a_format_is_chosen_by_its_name(cli: Cli, cli_json: CliJson, starred: list[str], tmp_path: Path) -> None:
    """Rule: each format writes the same papers; its file is replaced only with --force if it has no signature."""
    titles = sorted(paper["title"] for paper in cli_json("list", "--json", "is:starred"))
    lines = cli("export", "--format", "jsonl").stdout.splitlines()
    assert sorted(json.loads(line)["title"] for line in lines) == titles
    assert sorted(item["title"] for item in json.loads(cli("export", "--format", "csl-json").stdout)) == titles
    rows = csv.DictReader(io.StringIO(cli("export", "--format", "csv").stdout))
    assert sorted(row["title"] for row in rows) == titles
    assert all(exporter.format in cli("export", "--help").stdout for exporter in EXPORTERS)
    assert cli("export", "--format", "bibtex").stdout.count("@misc{") == 3
    assert cli("export", "--format", "ris").stdout.count("TY  - ") == 3
    for name, status in (("bibtex", 0), ("csv", 1)):
        path = tmp_path / f"starred.{name}"
        cli("export", "--format", name, "-o", path)
        again = cli("export", "--format", name, "-o", path, status=status)
        assert ("exists already; --force replaces it" in again.stderr) == bool(status)
        cli("export", "--force", "--format", name, "-o", path)


def test_an_export_of_late_papers_only(cli: Cli, starred: list[str]) -> None:
    """Rule: `--since` narrows any query; a word that is no span of time is a usage error."""
    assert _titles(cli("export", "--since", "1d").stdout) == _titles(cli("export", "is:starred since:1d").stdout)
    late = cli("export", "--since", "1y", "is:starred OR is:unread").stdout
    assert sorted(_titles(late)) == sorted(_titles(cli("export", "(is:starred OR is:unread) since:1y").stdout))
    assert "since" in cli("export", "--since", "soon", status=2).stderr
