"""The verbs `merge` and `split`, and their undo and history."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from invented import prose

from paperreader.domain.identifiers import title_address

Cli = Callable[..., Any]


def _keys(cli_json: Cli) -> set[str]:
    return {paper["key"] for paper in cli_json("list", "--json")}


def test_papers_are_made_one_and_two_again(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: the result is printed; each key names the merged paper; undo and redo work."""
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
    assert cli("redo").stdout.startswith("redone: merge: ")
    assert cli_json("split", "--json", other) == {"changed": 2, "key": one, "others": [other]}
    assert _keys(cli_json) == set(papers)
    assert [cli_json("show", "--json", key)["starred"] for key in (one, other)] == [True, True]
    assert cli("undo").stdout.startswith("undone: split: ")
    shown = cli("split", one).stdout.splitlines()
    assert shown[0] == "split into 2 papers:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]


def test_two_papers_are_told_apart(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: keeping two papers separate is printed, in the history, and can be undone and redone."""
    one, other = sorted(papers[:2])
    shown = cli("split", one, other).stdout.splitlines()
    assert shown[0] == "kept as 2 papers; future imports won't merge them:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]
    assert f"{other} and {one} are kept as 2 papers already" in cli("split", other, one, status=1).stderr
    assert cli("undo").stdout.startswith("undone: split: 2 papers\n")
    assert cli_json("split", "--json", one, other) == {"changed": 2, "key": one, "others": [other]}
    (action, *_) = cli_json("history", "--json")
    assert (action["action"], action["papers"], set(action["keys"])) == ("split", 2, {one, other})
    assert _keys(cli_json) == set(papers)


def test_one_of_two_ids_of_a_paper_is_split_off(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: of a merged paper, the second id is split off; everything else stays."""
    one, other, third = sorted(papers[:3])
    cli("merge", one, other)
    cli("merge", one, third)
    shown = cli("split", other, one).stdout.splitlines()
    assert shown[0] == "split into 2 papers:"
    assert [line.split()[0] for line in shown[1:]] == [one, other]
    assert _keys(cli_json) == set(papers) - {third}
    assert cli("undo").stdout.startswith("undone: split: ")
    assert _keys(cli_json) == set(papers) - {other, third}


def test_the_history_tells_what_was_one_with_what(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: the history has each pair of names, and whether they were one paper before and after."""
    one, other = sorted(papers[:2])
    assert cli_json("merge", "--json", one, other) == {"changed": 2, "key": one, "others": [other]}
    cli("split", one)
    parted, merged = cli_json("history", "--json")
    assert [(action["action"], action["papers"], set(action["keys"])) for action in (merged, parted)] == [
        ("merge", 2, {one, other}), ("split", 2, {one, other}),
    ]  # fmt: skip
    names = {"one": one, "other": other}
    same, distinct = {"kind": "same", **names}, {"kind": "distinct", **names}
    assert merged["pairs"] == [same | {"before": False, "after": True}]
    assert sorted(parted["pairs"], key=lambda pair: pair["kind"]) == [
        distinct | {"before": False, "after": True}, same | {"before": True, "after": False},
    ]  # fmt: skip
    assert cli("history").stdout.count("2 papers") == 2


def test_papers_are_counted_not_their_names(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: a merge changes one paper; a split, or an undone merge, changes two."""
    one, other = sorted(papers[:2])
    cli("merge", one, other)
    assert "2 papers" not in cli("history").stdout
    assert [(action["papers"], action["keys"]) for action in cli_json("history", "--json")] == [(1, [one])]
    cli("split", one)
    assert cli("history").stdout.count("2 papers: ") == 2
    said = cli("undo").stdout
    assert said.startswith("undone: split: ")
    assert "papers" not in said
    assert cli("undo").stdout.startswith("undone: merge: 2 papers\n")
    assert cli_json("redo", "--json")["changed"] == 1
    assert cli("split", one).stdout.startswith("split into 2 papers:")
    assert re.findall("undone: (.*?): (2 papers)?", cli("undo", "2").stdout) == [("split", ""), ("merge", "2 papers")]
    assert re.findall("redone: (.*?): (2 papers)?", cli("redo", "2").stdout) == [("merge", ""), ("split", "2 papers")]


def test_the_history_names_papers_without_a_catalogue(cli: Cli, folder: Path, papers: list[str]) -> None:
    """Rule: without a catalogue, the history lists the merged names."""
    cli("merge", *papers[:2])
    (folder / "catalogue.sqlite").write_bytes(b"damaged" * 1000)
    (merged,) = json.loads(cli("history", "--json").stdout)
    assert set(merged["keys"]) == set(papers[:2])
    assert cli("undo").stdout.startswith("undone: merge: 2 papers\n")


@pytest.mark.parametrize("verb", [["split"], ["merge", "{0}"], ["split", "{0}"]])
def test_what_is_settled_already_is_one_line(cli: Cli, papers: list[str], verb: list[str]) -> None:
    """Rule: exit status 1, with nothing on stdout and nothing written."""
    result = cli(*(word.format(*papers) for word in verb), papers[0], status=1)
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1
    assert cli("history").stdout == ""


def test_a_paper_that_is_not_there_is_not_merged(cli: Cli, papers: list[str]) -> None:
    """Rule: an unknown ID gets exit status 1, a missing ID exit status 2."""
    assert "no such paper" in cli("merge", papers[0], "arxiv:2503.99999", status=1).stderr
    cli("merge", papers[0], status=2)
    assert "no such paper" in cli("split", papers[0], "arxiv:2503.99999", status=1).stderr
    cli("split", status=2)


def test_an_id_that_is_not_its_own_is_taken_off_a_paper(cli: Cli, cli_json: Cli, tmp_path: Path) -> None:
    """Rule: an id is removed from a paper that was never merged; the message of `split` gives the command."""
    ids = '["arxiv:2503.01234", "doi:10.1000/stork"]'
    (tmp_path / "a.jsonl").write_text(f'{{"title": "On storks", "abstract": "", "ids": {ids}}}\n')
    cli("import", tmp_path / "a.jsonl")
    cure = "paperreader split arxiv:2503.01234 doi:10.1000/stork"
    assert cure in cli("split", "2503.01234", status=1).stderr
    shown = cli(*cure.split()[1:]).stdout.splitlines()
    assert shown[0] == "removed an id of this paper:"
    assert shown[-1].split() == ["doi:10.1000/stork", *["is", "no", "longer", "an", "id", "of", "these", "papers"]]
    assert cli_json("show", "--json", "2503.01234")["ids"] == ["arxiv:2503.01234"]
    assert cli("undo").stdout.startswith("undone: split: ")
    found = {"changed": 1, "key": "arxiv:2503.01234", "others": [], "ids": ["doi:10.1000/stork"]}
    assert cli_json("split", "--json", "10.1000/stork", "2503.01234") == found


@pytest.fixture
def imported(cli: Cli, tmp_path: Path) -> Callable[..., str]:
    """Imports papers (title, abstract, ids) from a file each, and returns the receipts."""

    def run(*papers: tuple[str, str, Sequence[str]]) -> str:
        said = ""
        for number, (title, abstract, ids) in enumerate(papers):
            (tmp_path / f"{number}.jsonl").write_text(json.dumps({"title": title, "abstract": abstract, "ids": ids}))
            said += cli("import", tmp_path / f"{number}.jsonl").stderr
        return said

    return run


TITLE = "A Sparse Mixture of Sundials for Longer Days"
ARXIV, DOI = "arxiv:2503.01234", "doi:10.1000/sundial"


@pytest.mark.parametrize(
    "papers",
    [
        [(TITLE, "", [ARXIV]), ("Sundials, in Print", prose(1, 300), [DOI]), ("Sundials", "", [ARXIV, DOI])],
        [(TITLE, prose(1, 300), []), ("Sundials, at First", "", [ARXIV]), (TITLE, prose(1, 300), [ARXIV])],
    ],
    ids=["two ids", "title and id"],
)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_receipt_says_what_was_found_to_be_one_and_how_to_reverse_it(
    cli: Cli, cli_json: Cli, imported: Callable[..., str], papers: list[tuple[str, str, list[str]]], is_named: bool
) -> None:
    """Two papers, then one, by the last source; the command that the receipt gives makes them two for good.

    `split` with the key alone does as well.
    """
    *before, last = papers
    imported(*before)
    keys = _keys(cli_json)
    said = imported(last)
    (key,) = _keys(cli_json)
    assert f"2 papers were merged into one: {key}; paperreader split " in said
    (cure,) = re.findall(r"paperreader (split \S+ \S+) reverses it", said)
    assert set(cure.split()[1:]) == keys
    cli(*(cure.split() if is_named else ["split", key]))
    assert len(_keys(cli_json)) == 2
    imported(*papers)
    assert len(_keys(cli_json)) == 2


def test_a_receipt_in_json_names_the_papers_that_were_joined(
    cli: Cli, imported: Callable[..., str], tmp_path: Path
) -> None:
    """`joined`: the key, and the keys that the papers had; nothing where a file joins none."""
    imported((TITLE, "", [ARXIV]), ("Sundials, in Print", "", [DOI]))
    (tmp_path / "both.jsonl").write_text(json.dumps({"title": TITLE, "abstract": "", "ids": [ARXIV, DOI]}))
    (tmp_path / "none.jsonl").write_text(json.dumps({"title": "Storks", "abstract": "", "ids": []}))
    files = json.loads(cli("import", "--json", tmp_path / "none.jsonl", tmp_path / "both.jsonl").stdout)["files"]
    assert [file["joined"] for file in files] == [[], [{"key": ARXIV, "were": [ARXIV, DOI]}]]


def test_a_paper_is_split_off_by_the_beginning_of_an_id_or_by_its_title(
    cli: Cli, cli_json: Cli, imported: Callable[..., str]
) -> None:
    """Rule: the beginning of an id, or a title, names the part to split off; an ambiguous beginning gets one line."""
    storks, ponds = "Storks over a Village Pond in Spring", "doi:10.1000/sund"
    imported((TITLE, "", [ARXIV]), (storks, "", [DOI]), ("Ponds", "", [ponds]))
    cli("merge", ARXIV, DOI)
    for text in ("10.1000/sundi", "doi:10.1000/sundi", title_address(storks)):
        assert cli_json("split", "--json", ARXIV, text)["others"] == [DOI]
        cli("undo")
    cli("merge", ARXIV, ponds)
    assert "write more of the name" in cli("split", ARXIV, "doi:10.1000", status=1).stderr


def test_a_part_that_is_found_to_be_one_with_a_third_paper_is_told(
    cli: Cli, cli_json: Cli, imported: Callable[..., str]
) -> None:
    """Rule: a split part that joins a third paper is printed; undo reverses the split."""
    imported((TITLE, prose(1, 300), []), ("Ponds", "", [ARXIV]))
    (page,) = _keys(cli_json) - {ARXIV}
    cli("merge", page, ARXIV)
    third = "arxiv:2503.09999"
    imported((TITLE, prose(1, 300), [third]))
    assert _keys(cli_json) == {ARXIV, third}
    assert cli_json("split", "--json", ARXIV) == {"changed": 2, "key": ARXIV, "others": [third], "joined": [third]}
    assert cli_json("show", "--json", page)["key"] == third
    cli("undo")
    assert cli_json("show", "--json", page)["key"] == ARXIV
    said = cli("split", ARXIV).stderr
    assert said == f"paperreader: a part now belongs to another paper: {third}; paperreader undo reverses the split\n"
    cli("undo")
    assert cli_json("show", "--json", page)["key"] == ARXIV


def test_merging_three_in_turn_and_splitting_gives_the_three(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: one split gives back all three papers; undo restores each step."""
    one, other, third = sorted(papers[:3])
    seen = [_keys(cli_json)]
    for command in (["merge", other, third], ["merge", third, one], ["split", third]):
        cli(*command)
        seen.append(_keys(cli_json))
    assert [len(papers) - len(keys) for keys in seen] == [0, 1, 2, 0]
    for keys in reversed(seen[:-1]):
        cli("undo")
        assert _keys(cli_json) == keys
    for keys in seen[1:]:
        cli("redo")
        assert _keys(cli_json) == keys


def test_the_cure_of_papers_told_apart_makes_them_one(cli: Cli, cli_json: Cli, papers: list[str]) -> None:
    """Rule: the command in the message works."""
    one, other = sorted(papers[:2])
    cli("split", one, other)
    said = cli("split", one, other, status=1).stderr
    (command,) = re.findall(r"paperreader (merge \S+ \S+)", said)
    cli(*command.split())
    assert cli_json("show", "--json", other)["key"] == one
    said = cli("merge", one, other, status=1).stderr
    (command,) = re.findall(r"paperreader (show \S+)", said)
    cli(*command.split())
