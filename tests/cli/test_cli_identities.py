"""`merge` and `split`, and what `undo` and `history` say of them, as scripts meet them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., Any]


def _keys(cli_json: Cli) -> set[str]:
    return {paper["key"] for paper in cli_json("list", "--json")}


def test_papers_are_made_one_and_two_again(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """What came of it is named; any key names the paper; undo and redo work like those of all other decisions."""
    one, other = sorted(papers[:2])
    cli("star", other)
    shown = cli("merge", other, one).stdout
    assert shown.startswith("merged 2 papers into one:\n")
    assert one in shown
    assert _keys(cli_json) == set(papers) - {other}
    found = cli_json("show", "--json", other)
    assert (found["key"], found["starred"]) == (one, True)
    assert cli("undo").stdout.startswith("undone: merge: 2 papers\n")
    assert _keys(cli_json) == set(papers)
    assert cli("redo").stdout.startswith("redone: merge: 2 papers\n")
    assert cli_json("split", "--json", other) == {"changed": 2, "key": one, "others": [other]}
    assert _keys(cli_json) == set(papers)
    assert [cli_json("show", "--json", key)["starred"] for key in (one, other)] == [False, True]
    assert cli("undo").stdout.startswith("undone: split: 2 papers\n")
    shown = cli("split", one).stdout.splitlines()
    assert shown[0] == "split into 2 papers:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]


def test_two_papers_are_told_apart(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """What that means is said; it is taken back and made again like all other decisions, and told in the history."""
    one, other = sorted(papers[:2])
    shown = cli("split", one, other).stdout.splitlines()
    assert shown[0] == "kept as 2 papers; future imports won't merge them:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]
    assert f"{other} and {one} are told apart already" in cli("split", other, one, status=1).stderr
    assert cli("undo").stdout.startswith("undone: split: 2 papers\n")
    assert cli_json("split", "--json", one, other) == {"changed": 2, "key": one, "others": [other]}
    (action, *_) = cli_json("history", "--json")
    assert (action["action"], action["papers"], set(action["keys"])) == ("split", 2, {one, other})
    assert _keys(cli_json) == set(papers)


def test_one_of_two_ids_of_a_paper_is_split_off(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """The second, where the paper was merged of both; what else it holds stays with it."""
    one, other, third = sorted(papers[:3])
    cli("merge", one, other)
    cli("merge", one, third)
    shown = cli("split", other, one).stdout.splitlines()
    assert shown[0] == "split into 2 papers:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]
    assert _keys(cli_json) == set(papers) - {third}
    assert cli("undo").stdout.startswith("undone: split: 2 papers\n")
    assert _keys(cli_json) == set(papers) - {other, third}


def test_the_history_tells_what_was_one_with_what(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Each key with that of the paper which it was another name of, before and after."""
    one, other = sorted(papers[:2])
    assert cli_json("merge", "--json", one, other) == {"changed": 2, "key": one, "others": [other]}
    cli("split", one)
    parted, merged = cli_json("history", "--json")
    assert [(action["action"], action["papers"], set(action["keys"])) for action in (merged, parted)] == [
        ("merge", 2, {one, other}), ("split", 2, {one, other}),
    ]  # fmt: skip
    assert merged["identities"] == [{"key": other, "from": None, "to": one}]
    assert parted["identities"] == [{"key": other, "from": one, "to": None}]
    assert cli("history").stdout.count("2 papers") == 2


@pytest.mark.parametrize("verb", [["split"], ["merge", "{0}"], ["split", "{0}"]])
def test_what_is_settled_already_is_one_line(cli: Cli, papers: list[str], verb: list[str]) -> None:
    """Exit status 1, with nothing on stdout and nothing written."""
    result = cli(*(word.format(*papers) for word in verb), papers[0], status=1)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert cli("history").stdout == ""


def test_a_paper_that_is_not_there_is_not_merged(cli: Cli, papers: list[str]) -> None:
    """Exit status 1; a missing ID is a matter of usage."""
    assert "no such paper" in cli("merge", papers[0], "arxiv:2503.99999", status=1).stderr
    cli("merge", papers[0], status=2)
    assert "no such paper" in cli("split", papers[0], "arxiv:2503.99999", status=1).stderr
    cli("split", status=2)


def test_an_id_that_is_not_its_own_is_taken_off_a_paper(cli: Cli, cli_json: Cli, tmp_path: Path) -> None:
    """One that never was two; the verb without a second ID names this way."""
    ids = '["arxiv:2503.01234", "doi:10.1000/stork"]'
    (tmp_path / "a.jsonl").write_text(f'{{"title": "On storks", "abstract": "", "ids": {ids}}}\n')
    cli("import", tmp_path / "a.jsonl")
    cure = "paperreader split arxiv:2503.01234 ID"
    assert cure in cli("split", "2503.01234", status=1).stderr
    shown = cli("split", "2503.01234", "10.1000/stork").stdout.splitlines()
    assert shown[0] == "removed an id of this paper:"
    assert shown[-1].split() == ["doi:10.1000/stork", *["is", "no", "longer", "an", "id", "of", "these", "papers"]]
    assert cli_json("show", "--json", "2503.01234")["ids"] == ["arxiv:2503.01234"]
    assert cli("undo").stdout.startswith("undone: split: ")
    found = {"changed": 1, "key": "arxiv:2503.01234", "others": [], "ids": ["doi:10.1000/stork"]}
    assert cli_json("split", "--json", "10.1000/stork", "2503.01234") == found
