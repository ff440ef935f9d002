"""`list --sort interest`, `show --why`, `similar` and `interests` over the sample papers."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Cli = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def taught(cli: Cli, folder: Path, sample_template: Path) -> Cli:
    """A library with stars on papers about transformers and skips on papers about images."""
    shutil.copytree(sample_template, folder)
    cli("star", "--query", "title:transformer")
    cli("skip", "--query", "title:image OR title:networks")
    return cli


def _json(cli: Cli, *arguments: str) -> Any:
    return json.loads(cli(*arguments, "--json").stdout)


def test_list_by_interest_begins_with_what_is_like_the_starred_papers(taught: Cli) -> None:
    """Rule: papers are in the order of their scores, which JSON has; a limit takes the first ones."""
    papers = _json(taught, "list", "is:unread", "--sort", "interest")
    scores = [paper["score"] for paper in papers]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    first = _json(taught, "list", "is:unread", "--sort", "interest", "--limit", "3")
    assert [paper["key"] for paper in first] == [paper["key"] for paper in papers[:3]]
    assert papers[0]["key"] in taught("list", "--sort", "interest", "is:unread", "--limit", "1").stdout
    assert sorted(paper["key"] for paper in papers) == sorted(p["key"] for p in _json(taught, "list", "is:unread"))


def test_without_decisions_the_order_stays_and_a_remark_says_what_is_missing(
    cli: Cli, folder: Path, sample_template: Path
) -> None:
    """Rule: before anything is learned the list has its own order, and no paper has a score."""
    shutil.copytree(sample_template, folder)
    listed = cli("list", "--sort", "interest")
    assert listed.stdout == cli("list").stdout
    assert listed.stderr == "no order is learned until 3 papers are starred or kept for later, and 5 are decided\n"
    assert "score" not in _json(cli, "list", "--sort", "interest")[0]
    assert _json(cli, "interests") == {"liked": [], "disliked": []}
    (key,) = {paper["key"] for paper in _json(cli, "list", "--limit", "1")}
    assert _json(cli, "show", key, "--why")["why"] is None


def test_why_adds_up_to_the_score(taught: Cli) -> None:
    """Rule: base, terms and rest sum to the logit; a line names the three strongest terms and the rest."""
    (paper,) = _json(taught, "list", "is:unread", "--sort", "interest", "--limit", "1")
    why = _json(taught, "show", paper["key"], "--why")["why"]
    assert list(why) == ["score", "logit", "base", "terms", "rest"]
    assert why["score"] == paper["score"]
    assert why["base"] + sum(term["weight"] for term in why["terms"]) + why["rest"] == pytest.approx(
        why["logit"], abs=1e-6
    )
    assert {frozenset(term) for term in why["terms"]} == {frozenset(("term", "weight", "pinned"))}
    line = taught("show", paper["key"], "--why").stdout.splitlines()[-1]
    named = [term for term in why["terms"][:3] if abs(term["weight"]) >= 0.05]
    assert line.startswith(f"{why['score']}: {why['terms'][0]['term']} +")
    assert line.count(" · ") == len(named) >= 1
    assert "why" not in _json(taught, "show", paper["key"])


def test_similar_papers_share_terms(taught: Cli) -> None:
    """Rule: the papers most like one or several papers, without these, with the terms that they share."""
    found = _json(taught, "similar", "1706.03762", "--limit", "5")
    assert len(found) == 5
    assert found[0]["terms"]
    assert [paper["likeness"] for paper in found] == sorted((p["likeness"] for p in found), reverse=True)
    both = _json(taught, "similar", "1706.03762", found[0]["key"])
    assert not {"arxiv:1706.03762", found[0]["key"]} & {paper["key"] for paper in both}
    assert found[0]["key"] in taught("similar", "1706.03762").stdout
    taught("similar", "no-such-paper", status=1)


def test_interests_are_terms_of_the_decided_papers(taught: Cli) -> None:
    """Rule: the liked terms stand in starred papers, and the table has them with their signs."""
    interests = _json(taught, "interests")
    assert "transformer" in [liked["term"] for liked in interests["liked"]]
    assert all(liked["weight"] > 0 for liked in interests["liked"])
    assert all(disliked["weight"] < 0 for disliked in interests["disliked"])
    assert "transformer" in taught("interests").stdout
