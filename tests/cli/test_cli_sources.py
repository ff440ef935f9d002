"""`show ID --sources`: what each source said, its listings, why it is the same paper, and how to split it."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from imported import import_papers
from invented import prose

from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.services.identities import merge
from paperreader.services.library import Library

Cli = Callable[..., Any]

TITLE = "A Sparse Mixture of Sundials for Longer Days"
TEXT, OTHER = prose(1, 400), prose(2, 400)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
PAGE = ParsedPaper(TITLE, TEXT, upvotes=12)
PREPRINT = ParsedPaper(TITLE, TEXT, ("Ada Brook", "Cy Dale"), identifiers=(ARXIV,), version=2)
ARTICLE = ParsedPaper("Sundials, in Print", OTHER, identifiers=(DOI,))
BOTH = ParsedPaper("Sundials", "", identifiers=(ARXIV, DOI))


def _fill(folder: Path, *papers: ParsedPaper, merged: tuple[str, ...] | None = None) -> None:
    library = Library(folder)
    import_papers(library, *papers)
    if merged:
        one, other = map(PaperKey, merged)
        merge(library, one, other)
    library.close()


def test_sources_are_listed_below_the_paper(cli: Cli, folder: Path) -> None:
    """Rule: sources are numbered, each with its text, listings, figures and reason."""
    _fill(folder, PAGE, PREPRINT)
    plain = cli("show", ARXIV).stdout
    shown = cli("show", ARXIV, "--sources").stdout
    assert shown.startswith(plain)
    lines = shown[len(plain) :].splitlines()
    starts = [number for number, line in enumerate(lines) if re.match(r"\d+\. ", line)]
    assert [lines[number] for number in starts] == [f"1. {TITLE}", f"2. {TITLE}"]
    first, second = lines[starts[0] : starts[1]], lines[starts[1] :]
    assert f"{ARXIV} · version 2 · 2 authors · abstract of {len(TEXT)} characters" in first[1]
    assert "same paper as" not in "".join(first)
    assert f"authors not known · abstract of {len(TEXT)} characters" in second[1]
    assert ", rank 1, 12 upvotes" in second[2]
    assert second[3] == "   same paper as source 1: same title and abstract"
    assert "2025" in first[2]


def test_what_changed_on_the_disk_cannot_act_on_the_terminal(cli: Cli, folder: Path) -> None:
    """Rule: titles, ids, feeds and addresses of sources are cleaned when read."""
    _fill(folder, PAGE, PREPRINT)
    library = Library(folder)
    with library.catalogue.transaction() as connection:
        connection.execute("UPDATE texts SET title = title || char(27) || ']0;taken' || char(7)")
        connection.execute(
            "UPDATE captures SET ids = ids || char(27) || '[2J', links = ?", ('{"page": "javascript:x"}',)
        )
        connection.execute("UPDATE listings SET feed = feed || char(27) || '[2J'")
    library.close()
    shown = cli("show", ARXIV, "--sources").stdout
    assert "1. " in shown
    assert not set(shown) & {"\x1b", "\x07"}
    assert "javascript" not in cli("show", ARXIV, "--sources", "--json").stdout


def test_sources_are_whole_in_json(cli_json: Cli, folder: Path) -> None:
    """Rule: a missing fact is null; `beside` counts from 1; without the option there are no sources."""
    _fill(folder, PAGE, PREPRINT)
    assert "sources" not in cli_json("show", "--json", ARXIV)
    first, second = cli_json("show", "--json", "--sources", ARXIV)["sources"]
    assert set(first) == set(second) == {
        "name", "ids", "title", "abstract", "authors", "published", "categories", "version", "standing", "links",
        "listings", "why", "beside",
    }  # fmt: skip
    assert (first["ids"], first["authors"], first["version"]) == ([ARXIV], ["Ada Brook", "Cy Dale"], 2)
    assert (first["why"], first["beside"]) == (None, None)
    assert (second["ids"], second["authors"], second["version"], second["categories"]) == ([], None, None, None)
    assert (second["title"], second["abstract"]) == (TITLE, TEXT)
    assert (second["why"], second["beside"]) == ("same title and abstract", 1)
    assert [(place["rank"], place["upvotes"]) for place in second["listings"]] == [(1, 12)]
    assert first["name"] != second["name"]


@pytest.mark.parametrize(
    ("papers", "merged"),
    [
        ([PAGE, PREPRINT], None),
        ([PREPRINT, ARTICLE, BOTH], None),
        ([PREPRINT, ARTICLE], (ARXIV, DOI)),
        ([PREPRINT, replace(PREPRINT, abstract=OTHER, version=1)], None),
        ([PAGE, ParsedPaper("Tides", OTHER)], None),
        ([BOTH, replace(BOTH, title="Dials"), replace(BOTH, title="Bells")], None),
    ],
    ids=["title", "ids", "merged", "one id", "merged without ids", "two ids each"],
)
def test_the_command_below_the_sources_splits_the_last_one_off(
    cli: Cli, cli_json: Cli, folder: Path, papers: list[ParsedPaper], merged: tuple[str, ...] | None
) -> None:
    """Rule: the printed command works for every reason, and undo reverses it."""
    _fill(folder, *papers, merged=merged)
    if len(found := cli_json("list", "--json")) == 2:
        cli("merge", *(each["key"] for each in found))
    (paper,) = cli_json("list", "--json")
    sources = cli_json("show", "--json", "--sources", paper["key"])["sources"]
    shown = cli("show", paper["key"], "--sources").stdout
    ((command, number),) = re.findall(r"not one paper\? paperreader (split \S+ \S+) splits source (\d+) off", shown)
    cli(*command.split())
    parts = {each["key"]: each["ids"] for each in cli_json("list", "--json")}
    borne = {name for source in sources[:-1] for name in source["ids"]}
    assert len(parts) == 2
    assert borne <= {name for ids in parts.values() for name in ids}, "an id is lost"
    own = sources[int(number) - 1]["name"]
    assert [source["name"] for source in cli_json("show", "--json", "--sources", own)["sources"]] == [own]
    cli("undo")
    assert [paper["key"]] == [each["key"] for each in cli_json("list", "--json")]


def test_one_source_is_not_to_be_split(cli: Cli, folder: Path) -> None:
    """Rule: no command is offered for one source, or for two sources with the same text."""
    _fill(folder, PREPRINT, replace(PREPRINT, categories=("cs.LG",)))
    shown = cli("show", ARXIV, "--sources").stdout
    assert "same paper as source 1: the very same text" in shown
    assert "paperreader split" not in shown


def test_an_id_that_no_source_gives_is_named(cli: Cli, cli_json: Cli, folder: Path, tmp_path: Path) -> None:
    """Rule: an id from `find-ids`, or of a lost paper, is named with the command that removes it."""
    _fill(folder, PAGE, PREPRINT, ARTICLE, merged=(ARXIV, DOI))
    for file in folder.glob("catalogue.sqlite*"):
        file.unlink()
    _fill(folder, PREPRINT)
    assert cli_json("show", "--json", ARXIV)["ids"] == [ARXIV, DOI]
    shown = cli("show", DOI, "--sources").stdout
    (command,) = re.findall(rf"{DOI}: no source gives this id; paperreader (split \S+ {DOI}) removes it", shown)
    cli(*command.split())
    assert cli_json("show", "--json", ARXIV)["ids"] == [ARXIV]
    assert "no source gives" not in cli("show", ARXIV, "--sources").stdout


def test_a_lost_paper_is_shown_without_sources(cli: Cli, folder: Path) -> None:
    """Rule: without a catalogue, the list of sources is empty."""
    _fill(folder, PREPRINT)
    cli("star", ARXIV)
    for file in folder.glob("catalogue.sqlite*"):
        file.unlink()
    assert cli("show", ARXIV, "--sources").stdout == cli("show", ARXIV).stdout
    assert json.loads(cli("show", "--json", "--sources", ARXIV).stdout)["sources"] == []


def test_hostile_sources_are_shown_harmlessly(cli: Cli, folder: Path) -> None:
    """Rule: text and JSON contain no control characters of titles, names and files."""
    bad = "\x1b]0;title\x07\u202e"
    _fill(
        folder,
        ParsedPaper(f"{bad}{TITLE}", f"{TEXT}{bad}", (f"{bad}Ada",), links=(("code", f"https://example.org/{bad}"),)),
        replace(PAGE, title=f"{TITLE}{bad}"),
    )
    (key,) = [line.split()[0] for line in cli("list").stdout.splitlines()]
    cli("show", key, "--sources")
    cli("show", key, "--sources", "--json")
