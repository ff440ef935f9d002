"""Rules in the reader: what they did after an import, the mark of followed papers, and commands that add rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from piloting import Reading, reading

from paperreader.domain.reading_state import ReadingStatus
from paperreader.services.library import Library
from paperreader.services.rules.editing import add_rule, parse_rule
from paperreader.ui.dialogs.rules import RulesScreen
from paperreader.ui.presenting.signs import FOLLOWED_SIGN, STATUS_SIGNS

TITLES = ("Amber beads", "Plain looms", "Kites of paper")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A file of papers of a new date."""
    path = tmp_path / "new.jsonl"
    lines = [
        {"title": title, "abstract": f"{title}. " * 20, "authors": ["Ada Brook"], "listed": ["2025-03-20"]}
        for title in TITLES
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def _add(library: Library, *texts: str) -> None:
    for text in texts:
        library.finish(add_rule(library, parse_rule(text)))


async def _import(reader: Reading, file: Path) -> None:
    before = len(reader.toasts)
    await reader.press("I")
    await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
    await reader.type(str(file))
    await reader.press("enter")
    await reader.until(lambda: len(reader.toasts) > before)
    await reader.settled()


async def _run(reader: Reading, text: str) -> None:
    await reader.press(":")
    await reader.type(text)
    await reader.press("enter")


@pytest.mark.parametrize("size", [(140, 40), (80, 24)])
async def test_followed_papers_stand_first_and_name_their_rule(
    sample: Library, file: Path, size: tuple[int, int]
) -> None:
    """Rule: a followed paper has a mark, stands first in its date, and its facts name the rule."""
    _add(sample, "mute amber", "follow kites")
    async with reading(sample, size) as reader:
        await _import(reader, file)
        assert "rules: 1 skipped, 1 followed" in reader.toasts[-1]
        assert reader.toasts[-1].endswith("u undoes the rules")
        await _run(reader, "open 2025-03-20")
        await reader.until(lambda: len(reader.titles) == len(TITLES))
        assert reader.titles == ["Kites of paper", "Plain looms", "Amber beads"]
        row = next(line for line in reader.text.splitlines() if "Kites of paper" in line and "•" in line)
        assert f"•{FOLLOWED_SIGN} Kites of paper" in row
        await reader.until(lambda: f"{FOLLOWED_SIGN} followed: kites" in reader.text)
        await reader.press("G")
        await reader.until(lambda: "rule: mute amber" in reader.text)


async def test_undo_takes_back_what_rules_did(sample: Library, file: Path) -> None:
    """Rule: `u` reverses the whole action of the rules, in the open list too; the timeline has words for it."""
    _add(sample, "mute amber", "later kites")
    async with reading(sample) as reader:
        await _import(reader, file)
        await _run(reader, "open 2025-03-20")
        await reader.until(lambda: len(reader.titles) == len(TITLES))
        statuses = {reader.library.state(key).status for key in reader.keys}
        assert statuses == {ReadingStatus.SKIPPED, ReadingStatus.LATER, ReadingStatus.UNREAD}
        await reader.press("u")
        await reader.until(lambda: "undone: changed by rules" in reader.status)
        assert {reader.library.state(key).status for key in reader.keys} == {ReadingStatus.UNREAD}
        await reader.press("U")
        await reader.until(lambda: "changed by rules" in reader.text and "rule added" in reader.text)


async def test_an_open_list_shows_what_rules_did_to_its_new_papers(sample: Library, file: Path) -> None:
    """Rule: rows and counts follow the rules' action, though the import was shown before."""
    _add(sample, "mute amber")
    async with reading(sample) as reader:
        await _run(reader, "open all")
        await reader.until(lambda: len(reader.titles) > len(TITLES))
        unread = reader.view.desk.counts.shelves
        before = dict(unread)
        await _import(reader, file)
        await reader.until(lambda: "Amber beads" in reader.titles)
        await reader.until(lambda: reader.view.desk.counts.shelves != before)
        await reader.press("end")
        await reader.until(lambda: "Amber beads" in reader.text)
        row = next(line for line in reader.text.splitlines() if "Amber beads" in line)
        assert f"{STATUS_SIGNS[ReadingStatus.SKIPPED]}  Amber beads" in row
        assert sum(count.unread for count in reader.view.desk.counts.dates if str(count.date) == "2025-03-20") == 2


async def test_a_rule_is_added_after_its_effect_was_shown(sample: Library) -> None:
    """Rule: the line says what the rule would have found; Enter adds it, Esc does not, and undo removes it."""
    async with reading(sample) as reader:
        await _run(reader, "mute survey")
        await reader.until(lambda: reader.asks)
        assert "mute survey: 0 of 0 papers in 30 days" in reader.text
        await reader.press("escape")
        await reader.until(lambda: reader.status == "nothing changed")
        assert reader.library.reading.rules() == ()
        await _run(reader, "follow title:memory")
        await reader.until(lambda: reader.asks)
        await reader.press("enter")
        await reader.until(lambda: reader.library.reading.rules())
        assert [rule.name for rule in reader.library.reading.rules()] == ["follow title:memory"]
        await reader.until(lambda: "rule added" in reader.status and "follow title:memory" in reader.status)
        await _run(reader, "follow title:memory")
        await reader.until(lambda: "exists already" in reader.status)
        await reader.press("u")
        await reader.until(lambda: "undone: rule added" in reader.status)
        assert reader.library.reading.rules() == ()


@pytest.mark.parametrize(
    ("typed", "told"),
    [("mute is:foo", "no such clause"), ("mute", ":mute QUERY"), ("follow", ":follow QUERY")],
)
async def test_a_wrong_rule_says_what_to_write(sample: Library, typed: str, told: str) -> None:
    """Rule: an invalid or missing query names the cure and adds nothing."""
    async with reading(sample) as reader:
        await _run(reader, typed)
        await reader.until(lambda: told in reader.status)
        assert reader.library.reading.rules() == ()


@pytest.mark.parametrize("size", [(140, 40), (80, 24), (50, 15)])
async def test_rules_are_listed_and_removed(sample: Library, size: tuple[int, int]) -> None:
    """Rule: `:rules` shows each rule with its figures; Enter removes one, and undo restores it."""
    _add(sample, "mute [amber]", "follow kites")
    async with reading(sample, size) as reader:
        await _run(reader, "rules")
        await reader.until(lambda: isinstance(reader.screen, RulesScreen))
        await reader.until(lambda: "mute [amber]" in reader.text and "0 in 30 days · 0 in all" in reader.text)
        await reader.press("j", "enter")
        await reader.until(lambda: "rule removed" in reader.status)
        assert [rule.name for rule in reader.library.reading.rules()] == ["mute [amber]"]
        await reader.press("u")
        await reader.until(lambda: len(reader.library.reading.rules()) == 2)


async def test_a_library_without_rules_says_how_to_add_one(sample: Library) -> None:
    """Rule: the empty list names the commands; Esc closes."""
    async with reading(sample) as reader:
        await _run(reader, "rules")
        await reader.until(lambda: "no rules yet" in reader.text)
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
