"""The command `rules`, and what imports, `show` and `history` say about rules."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
Json = Callable[..., Any]


@pytest.fixture
def file(tmp_path: Path, papers: list[str]) -> Path:
    """A file of papers that the sample library lacks."""
    assert papers
    path = tmp_path / "new.jsonl"
    titles = ("Amber beads", "Kites of paper", "Plain looms")
    lines = [
        {"title": title, "abstract": f"{title}. " * 20, "authors": ["Ada Brook"], "listed": ["2025-03-17"]}
        for title in titles
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def test_a_receipt_names_what_rules_did(cli: Cli, cli_json: Json, file: Path) -> None:
    """Rule: one line with the counts and the command that reverses them; `show` names the rule; undo reverses it."""
    cli("rules", "add", "mute", "amber")
    cli("rules", "add", "follow", "kites", "-plain")
    shown = cli("import", file).stdout.splitlines()[-1]
    action = cli_json("history", "--json", "--limit", "1")[0]
    assert shown == f"rules: 1 skipped, 1 followed; paperreader undo --id {action['id']} reverses it"
    assert (action["action"], action["papers"]) == ("rules", 2)
    (muted,), (followed,) = (cli_json("list", "--json", query) for query in ("title:amber", "is:followed"))
    assert (muted["status"], muted["rules"], muted["decided_at"]) == ("skipped", ["mute amber"], None)
    assert "•◆  Kites" in cli("list", "is:followed").stdout
    assert followed["rules"] == ["follow kites -plain"]
    assert "by the rule mute amber" in cli("show", muted["key"]).stdout
    assert "unread · followed" in cli("show", followed["key"]).stdout
    assert cli("undo").stdout.splitlines()[0] == "undone: rules: 2 papers"
    assert cli_json("show", muted["key"], "--json")["rules"] == []
    nothing = {"skipped": 0, "later": 0, "followed": 0, "tagged": 0, "action": None, "problem": None}
    assert cli_json("import", file, "--json")["rules"] == nothing


def test_a_receipt_as_json_has_the_counts(cli: Cli, cli_json: Json, file: Path) -> None:
    """Rule: the counts by effect, and the number of the action."""
    cli("rules", "add", "tag", "+new", "author:brook")
    told = cli_json("import", file, "--json")["rules"]
    assert (told["tagged"], told["skipped"], told["problem"]) == (3, 0, None)
    assert cli_json("undo", "--id", str(told["action"]), "--json") == {"changed": 3, "actions": [told["action"]]}


def test_rules_are_listed_with_their_figures(cli: Cli, cli_json: Json, file: Path) -> None:
    """Rule: numbered in the order of their addition, with what each found."""
    assert cli("rules").stderr == "no rules yet; paperreader rules add mute QUERY adds one\n"
    cli("rules", "add", "mute", "amber")
    assert cli_json("rules", "add", "--json", "later", "kites") == {
        "changed": 1, "rule": "later kites", "does": "later", "query": "kites", "tag": None,
    }  # fmt: skip
    cli("import", file)
    rows = cli_json("rules", "--json")
    assert [(row["number"], row["rule"], row["hits"], row["kept"]) for row in rows] == [
        (1, "mute amber", 1, 0), (2, "later kites", 1, 0),
    ]  # fmt: skip
    assert [line.split()[0] for line in cli("rules").stdout.splitlines()] == ["1", "2"]
    assert "1 in all" in cli("rules").stdout


def test_rules_are_changed_and_restored(cli: Cli, cli_json: Json, papers: list[str]) -> None:
    """Rule: edit and remove take the number; undo and redo reverse them, and the history names the rule."""
    assert papers
    assert cli("rules", "add", "mute", "amber").stdout == "rule added: mute amber\n"
    assert cli("rules", "add", "mute", "amber").stdout == "rule exists already: mute amber\n"
    assert cli("rules", "edit", "1", "mute", "amber", "-kites").stdout == "rule changed: mute amber -kites\n"
    assert cli("rules", "remove", "1").stdout == "rule removed: mute amber -kites\n"
    assert cli_json("rules", "--json") == []
    assert cli("undo").stdout == "undone: remove rule: mute amber -kites\n"
    assert cli("undo").stdout == "undone: edit rule: mute amber\n"
    assert [row["rule"] for row in cli_json("rules", "--json")] == ["mute amber"]
    assert cli("redo").stdout == "redone: edit rule: mute amber -kites\n"
    assert "add rule" in cli("history").stdout
    assert cli_json("history", "--json", "--limit", "1")[0]["rules"] == [
        {"rule": "mute amber", "before": True, "after": False},
        {"rule": "mute amber -kites", "before": False, "after": True},
    ]


def test_a_test_changes_nothing(cli: Cli, cli_json: Json, papers: list[str]) -> None:
    """Rule: a rule is tested by its number or before it is added; old lists do not count."""
    cli("dates", "--set", "2025-03-14", cli_json("dates", "--json")[0]["date"])
    before = len(cli_json("history", "--json"))
    told = cli_json("rules", "test", "mute", "model", "--json")
    assert (told["rule"], told["days"], told["found"], told["entries"]) == ("mute model", 30, 0, [])
    assert cli("rules", "test", "mute", "model").stdout == "mute model: 0 of 0 papers in 30 days\n"
    assert len(cli_json("history", "--json")) == before
    assert papers


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["add", "skip", "amber"], 2, "a rule cannot begin with skip; choose mute, later, follow or tag"),
        (["add", "mut", "amber"], 2, "did you mean mute?"),
        (["add", "mute", "is:foo"], 2, "no such clause"),
        (["add", "tag", "wood", "amber"], 2, "names its tag first"),
        (["remove", "7"], 2, "no such rule: 7; paperreader rules lists the rules with their numbers"),
        (["edit", "1", "mute", "amber"], 2, "no such rule: 1"),
        (["ad"], 2, "did you mean add?"),
    ],
)
def test_a_wrong_rule_is_refused(cli: Cli, papers: list[str], words: list[str], status: int, told: str) -> None:
    """Rule: exit status 2, and what to write instead."""
    assert papers
    assert told in cli("rules", *words, status=status).stderr
