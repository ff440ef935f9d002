"""The dialog of tags: what stands below the line, and what the arrows and Space do."""

from __future__ import annotations

import pytest
from piloting import Reading, reading

from paperreader.domain.decision import EditTags
from paperreader.domain.reading_state import make_tags
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.dialogs.tags import TagDialog
from paperreader.ui.presenting.tag_lines import tag_lines, toggled

COUNTS = {"agents": 22, "agent-eval": 9, "image-ageing": 3, "nlp": 40}
NONE: frozenset[Safe] = frozenset()


def _shown(typed: str, shared: frozenset[Safe] = NONE, partial: frozenset[Safe] = NONE) -> list[str]:
    return [f"{line.mark} {line.tag} {line.about}" for line in tag_lines(typed, COUNTS, shared, partial)]


def test_without_a_word_the_tags_of_the_paper_stand_first_then_the_most_used() -> None:
    """Rule: each tag has its mark and its papers."""
    assert _shown("agents ", make_tags(["agents"])) == [
        "[x] agents on this paper · 22 papers",
        "[ ] nlp 40 papers",
        "[ ] agent-eval 9 papers",
        "[ ] image-ageing 3 papers",
    ]


def test_a_word_narrows_the_tags_and_a_new_one_says_so() -> None:
    """Rule: tags that begin so come before those that hold the word; a tag that is not in use is new."""
    assert _shown("age") == [
        "[ ] agents 22 papers",
        "[ ] agent-eval 9 papers",
        "[x] age new tag",
        "[ ] image-ageing 3 papers",
    ]
    assert _shown("nlp zebra") == ["[x] zebra new tag"]


def test_tags_of_some_papers_are_told() -> None:
    """Rule: a tag that only some of the selected papers have is neither on nor off."""
    assert _shown("", partial=make_tags(["nlp"]))[0] == "[-] nlp on some of them · 40 papers"


@pytest.mark.parametrize(
    ("typed", "tag", "after"),
    [
        ("", "nlp", "nlp "),
        ("a b ", "nlp", "a b nlp "),
        ("a nl", "nlp", "a nlp "),
        ("a nlp ", "nlp", "a "),
        ("a nlp", "nlp", "a "),
        ("#NLP x", "nlp", "x "),
        ("x ag", "nlp", "x ag nlp "),
    ],
)
def test_a_tag_is_switched_in_the_line(typed: str, tag: str, after: str) -> None:
    """Rule: a tag takes the place of the word that begins it; one that is on goes."""
    assert toggled(typed, Safe(tag)) == after


async def _open(reader: Reading) -> None:
    await reader.press("t")
    await reader.until(lambda: isinstance(reader.screen, TagDialog) and "Enter saves" in reader.text)


async def test_arrows_and_space_choose_tags(sample: Library) -> None:
    """Rule: ↓ goes to the tags, Space switches one on or off, and Enter saves all in one action."""
    async with reading(sample) as reader:
        others = reader.keys[3:6]
        sample.reading.finish(Triage(sample).decide("tag", others, EditTags(make_tags(["agents", "nlp"]))))
        sample.reading.finish(Triage(sample).decide("tag", others[:1], EditTags(make_tags(["vision"]))))
        await _open(reader)
        for told in ("[ ] #agents", "3 papers", "[ ] #vision", "1 paper"):
            assert told in reader.text
        await reader.press("down", "space")
        await reader.until(lambda: "[x] #agents" in reader.text)
        await reader.press("down", "down", "space")
        await reader.until(lambda: "[x] #vision" in reader.text)
        await reader.type("new")
        await reader.until(lambda: "#new" in reader.text and "new tag" in reader.text)
        await reader.press("enter")
        await reader.settled()
        assert [str(tag) for tag in reader.state.tags] == ["agents", "new", "vision"]
        await reader.press("u")
        await reader.settled()
        assert reader.state.tags == ()


async def test_in_the_line_space_is_a_blank(sample: Library) -> None:
    """Rule: who types tags and blanks never meets the list."""
    async with reading(sample) as reader:
        await _open(reader)
        await reader.type("one two")
        await reader.press("enter")
        await reader.settled()
        assert [str(tag) for tag in reader.state.tags] == ["one", "two"]
