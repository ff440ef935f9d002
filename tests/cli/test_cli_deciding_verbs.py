"""The verbs that decide: what they change and print; they change all papers or none."""

from __future__ import annotations

import fcntl
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paperreader.domain.decision import SetStar
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.journal.format import SCHEMA, Snapshot, encode_snapshot

Cli = Callable[..., "subprocess.CompletedProcess[str]"]
CliJson = Callable[..., Any]


def _keys(cli_json: CliJson, *query: str) -> list[str]:
    return [paper["key"] for paper in cli_json("list", "--json", *query)]


def test_every_verb_decides_about_papers(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: each ID counts once; repeating a verb changes nothing; the opposite verb reverses it."""
    assert cli_json("star", "--json", papers[0]) == {"changed": 1}
    assert cli_json("star", "--json", *papers[:3], papers[1]) == {"changed": 2}
    assert cli_json("star", "--json", papers[0]) == {"changed": 0}
    cli("unstar", papers[1])
    cli("read", *papers[3:6])
    cli("unread", papers[4])
    cli("later", papers[6])
    cli("skip", papers[7], papers[8])
    listed = {paper["key"]: paper for paper in cli_json("list", "--json")}
    assert [key for key, paper in listed.items() if paper["starred"]] == [papers[0], papers[2]]
    statuses = {"read": [3, 5], "later": [6], "skipped": [7, 8]}
    for status, places in statuses.items():
        assert [key for key, paper in listed.items() if paper["status"] == status] == [papers[n] for n in places]


@pytest.mark.parametrize(
    ("verb", "done", "again"),
    [
        ("star", "starred", "already starred"), ("read", "marked as read", "already read"),
        ("later", "kept for later", "already kept for later"), ("skip", "skipped", "already skipped"),
    ],
)  # fmt: skip
def test_a_verb_names_its_papers(
    cli: Cli, cli_json: CliJson, papers: list[str], verb: str, done: str, again: str
) -> None:
    """Rule: one paper is named by title, several by number and first titles; unchanged papers are listed separately."""
    titles = [paper["title"] for paper in cli_json("list", "--json")]
    assert cli(verb, papers[0]).stdout == f"{done}: {titles[0]}\n"
    assert cli(verb, papers[0]).stdout == f"{again}: {titles[0]}\n"
    assert cli(verb, *papers[:3]).stdout.splitlines() == [
        f"{done}: 2 papers", f"  {titles[1]}", f"  {titles[2]}", f"{again}: {titles[0]}",
    ]  # fmt: skip
    lines = cli(verb, *papers[3:12]).stdout.splitlines()
    assert lines == [f"{done}: 9 papers", *(f"  {title}" for title in titles[3:6]), "  and 6 more"]


def test_opposites_notes_and_tags_name_the_paper(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: opposite verbs, tags and notes name their papers too."""
    title = cli_json("show", "--json", papers[0])["title"]
    for words, said in (
        (["unstar"], "not starred"), (["unread"], "already unread"), (["tag", "+a"], "tags changed"),
        (["tag", "+a"], "tags unchanged"), (["note", "x"], "note written"), (["note", "x"], "note unchanged"),
        (["note", ""], "note removed"), (["star"], "starred"), (["unstar"], "unstarred"), (["read"], "marked as read"),
        (["unread"], "marked as unread"),
    ):  # fmt: skip
        assert cli(words[0], papers[0], *words[1:]).stdout == f"{said}: {title}\n"


def test_a_query_that_finds_nothing_is_told(cli: Cli, papers: list[str]) -> None:
    """Rule: exit status 0, nothing on stdout, the reason on stderr."""
    result = cli("star", "--query", "date:1999-01-01")
    assert (result.stdout, result.stderr) == ("", "no papers found\n")


@pytest.mark.parametrize("arguments", [["star"], ["tag", "+x"]])
def test_several_ids_are_all_or_none(
    cli: Cli, cli_json: CliJson, papers: list[str], folder: Path, arguments: list[str]
) -> None:
    """Rule: one unknown ID among known ones gives exit status 1, and nothing is written."""
    before = {path.name: path.read_bytes() for path in folder.glob("reading*")}
    verb, *rest = arguments
    ids = ["zzzz", *rest] if verb == "tag" else [papers[0], papers[1], "zzzz"]
    assert "zzzz" in cli(verb, *ids, status=1).stderr
    assert {path.name: path.read_bytes() for path in folder.glob("reading*")} == before


def test_a_query_decides_about_what_it_finds(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: `--dry-run` prints how many papers would change; without it, that many change in one action."""
    on_day = _keys(cli_json, "date:2025-03-14")
    cli("skip", on_day[0])
    dry = cli("skip", "--query", "date:2025-03-14", "--dry-run").stdout
    assert dry.startswith(f"would be skipped: {len(on_day) - 1} papers\n")
    assert dry.count("already skipped: ") == 1
    expected = {"changed": len(on_day) - 1}
    assert cli_json("skip", "--dry-run", "--json", "--query", "date:2025-03-14").items() >= expected.items()
    assert _keys(cli_json, "is:skipped") == on_day[:1]
    assert cli_json("skip", "--json", "--query", "date:2025-03-14") == expected
    assert sorted(_keys(cli_json, "is:skipped")) == sorted(on_day)
    assert cli_json("skip", "--json", "--query", "date:1999-01-01") == {"changed": 0}


@pytest.mark.parametrize(
    "arguments",
    [["star"], ["star", "--dry-run"], ["star", "--query", "x", "title:ab"], ["star", "--dry-run", "title:ab"],
     ["star", "--query", "is:"], ["star", "--query"], ["tag"], ["tag", "title:ab"], ["tag", "title:ab", "x"],
     ["tag", "title:ab", "+"], ["tag", "title:ab", "+x", "y"], ["note"], ["note", "title:ab"]],
)  # fmt: skip
def test_a_request_that_makes_no_sense_changes_nothing(
    cli: Cli, papers: list[str], folder: Path, arguments: list[str]
) -> None:
    """Rule: exit status 2 with one line, and no byte is written."""
    before = {path.name: path.read_bytes() for path in folder.glob("reading*")}
    cli(*arguments, status=2)
    assert {path.name: path.read_bytes() for path in folder.glob("reading*")} == before


# Tags and notes


def test_tags_are_added_and_removed(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: `tag ID +a -b` adds and removes tags in one action; removing an absent tag is no error."""

    def tags() -> list[str]:
        found: list[str] = cli_json("show", "--json", papers[0])["tags"]
        return found

    cli("tag", papers[0], "+a", "+to-cite", "+c")
    assert tags() == ["a", "c", "to-cite"]
    cli("tag", papers[0], "+B", "-a", "-missing")
    assert tags() == ["b", "c", "to-cite"]
    assert cli_json("tag", "--json", papers[0], "+b", "-zzz") == {"changed": 0}
    cli("tag", papers[0], "-b", "-c", "-to-cite")
    assert tags() == []


def test_a_tag_can_be_named_by_a_query(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: tags with blanks and capitals get a form that `tag:` can name."""
    cli("tag", papers[5], "+Reading Group")
    assert _keys(cli_json, "tag:reading-group", "is:unread") == [papers[5]]


def test_one_tag_written_twice_is_one_tag(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: `+ML +ml` is no usage error."""
    cli("tag", papers[0], "+ML", "+ml")
    assert cli_json("show", "--json", papers[0])["tags"] == ["ml"]


def test_a_note_is_what_was_typed(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: after the ID, every word but options is text; after `--`, options too; an empty text removes the note."""
    notes: list[tuple[list[str], str | None]] = [
        (["compare with section 3"], "compare with section 3"),
        (["two", "words"], "two words"),
        (["-x"], "-x"),
        (["--", "--json"], "--json"),
        (["line one\nline two\n\nparagraph"], "line one\nline two\n\nparagraph"),
        (["日本語 👩‍🔬 naïve"], "日本語 👩‍🔬 naïve"),
        (["$(rm -rf /) `id` [/] [bold]"], "$(rm -rf /) `id` [/] [bold]"),
        (["  "], None),
        ([""], None),
    ]
    cli("note", papers[len(notes) - 1], "an earlier note")
    for key, (text, stored) in zip(papers, notes, strict=False):
        expected = 0 if text == ["  "] else 1
        replaced = "an earlier note" if key == papers[len(notes) - 1] else None
        assert cli_json("note", "--json", key, *text) == {"changed": expected, "replaced": replaced}, stored
    listed = {paper["key"]: paper["note"] for paper in cli_json("list", "--json")}
    assert [listed[key] for key in papers[: len(notes)]] == [stored for _, stored in notes]


def test_a_note_that_is_replaced_is_told_and_can_be_had_back(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: the new note replaces the old one, prints its first words, and undo restores it."""
    assert cli("note", papers[0], "of another window " * 10).stderr == ""
    written = cli("note", papers[0], "mine")
    assert written.stdout.startswith("note written: ")
    assert written.stderr.startswith("replaced the note: of another window of another window")
    assert len(written.stderr) < 120
    assert cli("note", papers[0], "mine").stderr == ""
    removed = cli("note", papers[0], "")
    assert "replaced the note: mine; paperreader undo restores it" in removed.stderr
    assert removed.stdout.startswith("note removed: ")
    for note in ("mine", ("of another window " * 10).strip()):
        cli("undo")
        assert cli_json("show", "--json", papers[0])["note"] == note


_HOSTILE = (
    b"\x1b]52;c;QUJD\x07after0", "\x9b2J\x9d0;t\x9cafter1".encode(), b"\xff\xfeafter2",
    "a\u202eb\u2066cafter3".encode(),
    b"[@click=app.quit]after4[/]", b"\x1b[31m\x1b[?1049lafter5", "o\u0301\u0301\u0301\u0301\u0301\u0301after6".encode(),
)  # fmt: skip


def test_hostile_tags_and_notes_are_harmless_everywhere(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: stored tags and notes contain no control characters; their readable part stays."""
    cli("note", papers[0], *_HOSTILE)
    cli("tag", papers[0], *(b"+" + text for text in _HOSTILE))
    cli("star", papers[0])
    shown = cli_json("show", "--json", papers[0])
    assert [f"after{n}" in shown["note"] for n in range(len(_HOSTILE))] == [True] * len(_HOSTILE)
    assert len(shown["tags"]) == len(_HOSTILE)
    for verb in (["show", papers[0]], ["list", "is:starred"], ["export"]):
        cli(*verb)


def test_a_note_or_tag_of_absurd_length_is_not_cut_unasked(cli: Cli, cli_json: CliJson, papers: list[str]) -> None:
    """Rule: half a megabyte is refused and nothing stored; a text within the limit is stored whole."""
    cli("note", papers[0], *(["word " * 20_000] * 5), status=2)
    cli("tag", papers[0], "+" + "x" * 5_000, status=2)
    cli("note", papers[1], "word " * 2_000)
    listed = {paper["key"]: paper for paper in cli_json("list", "--json")}
    assert (listed[papers[0]]["note"], listed[papers[0]]["tags"]) == (None, [])
    assert listed[papers[1]]["note"] == ("word " * 2_000).strip()


# Beside others


def test_verbs_work_while_a_reader_is_open(cli: Cli, cli_json: CliJson, papers: list[str], folder: Path) -> None:
    """Rule: the open window sees the shell's decision after a poll; the shell sees the window's decision at once."""
    window = Library(folder, window="reader")
    cli("star", papers[0])
    assert papers[0] in (window.reading.poll() or ())
    assert [names[0] for names in window.reading.starred()] == [papers[0]]
    window.reading.finish(Triage(window).decide("star", [window.resolve(papers[1])], SetStar(True)))
    assert _keys(cli_json, "is:starred") == papers[:2]
    window.close()


@pytest.mark.full
def test_a_lock_that_is_held_refuses_after_five_seconds(
    cli: Cli, cli_json: CliJson, papers: list[str], folder: Path
) -> None:
    """Rule: exit status 1 with one line about the lock; reading still works; the decision is never made later."""
    with (folder / "reading.lock").open("r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert len(_keys(cli_json)) == len(papers)
        begin = time.monotonic()
        result = cli("star", papers[0], status=1)
        assert 4.5 < time.monotonic() - begin < 30
        assert "reading.lock" in result.stderr
        assert len(result.stderr.splitlines()) == 1
    assert _keys(cli_json, "is:starred") == []


def test_a_newer_library_is_read_and_not_written(cli: Cli, papers: list[str], folder: Path) -> None:
    """Rule: a library of a newer version can be read; a decision gets exit status 1 and the version's name."""
    (folder / "reading.json").write_bytes(encode_snapshot(Snapshot(SCHEMA + 1, 0, {})))
    before = {path.name: path.read_bytes() for path in folder.glob("reading*")}
    cli("list")
    assert f"schema {SCHEMA + 1}" in cli("star", papers[0], status=1).stderr
    assert {path.name: path.read_bytes() for path in folder.glob("reading*")} == before
