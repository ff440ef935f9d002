"""What changed between two texts is told word by word, is never wrong, and costs no more than it may."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from invented import prose

from paperreader.domain import word_diff as module
from paperreader.domain.revisions import is_revised, is_whole, plain
from paperreader.domain.word_diff import Change, Run, word_diff

PROPERTY = examples(300)
WORDS = st.lists(st.sampled_from(["a", "b", "c", "$c$", "d", "\n\n", "\u00e9", "“d”"]), max_size=30).map(" ".join)
FEW = st.lists(st.sampled_from("ab"), max_size=40).map(" ".join)


def marked(before: str, after: str) -> str:
    """The difference of two texts in one line."""
    form = {Change.KEPT: "{}", Change.REMOVED: "[-{}-]", Change.ADDED: "{{+{}+}}"}
    return " ".join(form[run.change].format(" ".join(run.words)) for run in word_diff(before, after))


def words(runs: tuple[Run, ...], *changes: Change) -> list[str]:
    """The words of some kinds of runs."""
    return [word for run in runs if run.change in changes for word in run.words]


def longest_common(one: list[str], other: list[str]) -> int:
    """How many words two texts have in common at most, by the table of all their beginnings."""
    row = [0] * (len(other) + 1)
    for word in one:
        before = row[:]
        for place, another in enumerate(other):
            row[place + 1] = before[place] + 1 if word == another else max(row[place], before[place + 1])
    return row[-1]


@pytest.mark.parametrize(
    ("before", "after", "difference"),
    [
        ("", "", ""),
        ("a b", "a b", "a b"),
        ("a", "", "[-a-]"),
        ("", "a b", "{+a b+}"),
        ("we map towns", "we map small towns", "we map {+small+} towns"),
        ("we map old towns at night", "we map towns", "we map [-old-] towns [-at night-]"),
        ("red kites fly", "blue kites fly", "[-red-] {+blue+} kites fly"),
        ("one two the three", "five six the seven", "[-one two the three-] {+five six the seven+}"),
        ("one two in the three", "five six in the seven", "[-one two-] {+five six+} in the [-three-] {+seven+}"),
        ("at a rate of $O(n)$", "at a rate of O(n)", "at a rate of O(n)"),
        ("a “new” way — fast", "a ``new'' way --- fast", "a ``new'' way --- fast"),
        ("first.\n\nsecond.", "first.\n\nnew.\n\nsecond.", "first. {+\n\n new.+} \n\n second."),
    ],
)  # fmt: skip
def test_a_difference_is_told_as_a_reader_would(before: str, after: str, difference: str) -> None:
    """Rule (issue 5, point 8): words that were removed, added and kept; marks of TeX are no words."""
    assert marked(before, after) == difference


@PROPERTY
@given(WORDS, WORDS)
def test_both_texts_stand_in_their_difference(before: str, after: str) -> None:
    """Rule: what was kept and added is the later text, word by word, and with what was removed the earlier one is."""
    runs = word_diff(before, after)
    tokens = module._WORD.findall
    assert words(runs, Change.KEPT, Change.ADDED) == tokens(after)
    agree = [plain(word) for word in words(runs, Change.KEPT, Change.REMOVED)]
    assert agree == [plain(word) for word in tokens(before)]
    assert all(run.words for run in runs)
    kinds = [run.change for run in runs]
    assert all(one is not other for one, other in pairwise(kinds))


@PROPERTY
@given(FEW, FEW)
def test_as_much_is_kept_as_can_be(before: str, after: str) -> None:
    """Rule: what was kept is the longest that both texts have in common, but for crumbs between two replacements."""
    blocks = module._common_blocks(*module._numbered(before.split(), after.split()))
    assert sum(count for _, _, count in blocks) == longest_common(before.split(), after.split())


@pytest.mark.parametrize("changes", [1, 2, 7])
@pytest.mark.parametrize("steps", [0, 5, 200, 10_000])
@examples(40)
@given(before=FEW, after=FEW)
def test_a_search_that_is_cut_short_is_never_wrong(changes: int, steps: int, before: str, after: str) -> None:
    """Rule: however little may be looked at, and however often the search begins anew, both texts stand there."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "MOST_CHANGES", changes)
        patch.setattr(module, "MOST_STEPS", steps)
        runs = word_diff(before, after)
    assert words(runs, Change.KEPT, Change.ADDED) == after.split()
    assert words(runs, Change.KEPT, Change.REMOVED) == before.split()


def test_the_longest_abstracts_cost_no_more_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: no key waits: texts of 100,000 characters that have nothing or everything in common take so many steps."""
    searches = []

    class Counting(module._Search):
        def __init__(self, *arguments: object) -> None:
            super().__init__(*arguments)  # type: ignore[arg-type]
            searches.append(self)

    monkeypatch.setattr(module, "_Search", Counting)
    chance = random.Random(5)
    one, other = (" ".join(str(chance.randrange(300)) for _ in range(25_000)) for _ in range(2))
    for before, after in ((one, other), ("a " * 50_000, "a b " * 25_000), (one, one[:50_000] + " new " + one[50_000:])):
        runs = word_diff(before, after)
        assert words(runs, Change.KEPT, Change.ADDED) == after.split()
        assert words(runs, Change.KEPT, Change.REMOVED) == before.split()
        assert searches.pop()._steps > -max(len(before), len(after))
    assert len(runs) <= 5, "a change of a word in a long text is found to be one"


def test_a_text_that_was_rewritten_in_part_keeps_the_rest() -> None:
    """Rule: a sentence that is put before the last one of a long text is all that is marked."""
    text, more = prose(3, 2_000), "Nobody expected quartzite zeppelins."
    before, after = f"{text} The end.", f"{text} {more} The end."
    assert word_diff(before, after)[1:] == (Run(Change.ADDED, tuple(more.split())), Run(Change.KEPT, ("The", "end.")))


# Whether a text was revised


@pytest.mark.parametrize(
    ("before", "after", "revised"),
    [
        ("We map towns.", "We map  small\ntowns.", True),
        ("We map towns.", "We  map\ntowns.", False),
        ("We map $O(n)$ {\\em towns}.", "We map O(n) em towns.", False),
        ("We map the ``old'' town---fast.", "We map the “old” town—fast.", False),
        ("We map to…", "We map towns.", False),
        ("We map tow...", "We map towns. And more.", False),
        ("We map towns.", "We map towns. And more.", True),
        ("", "We map towns.", False),
        ("We map towns. And more.", "We map towns.", True),
        ("We map towns.", "We map Towns.", True),
    ],
)
def test_a_text_was_revised_where_it_says_something_else(before: str, after: str, revised: bool) -> None:
    """Rule: blanks, marks of TeX, forms of quotes and dashes say nothing, nor does a capture that was cut."""
    assert is_revised(before, after) is revised


@pytest.mark.parametrize(
    ("text", "whole"),
    [("It ends.", True), ("It ends. ", True), ("It does not", False), ("It does…", False), ("It does...", False),
     ("See https://a.example/b", True), ("", False)],
)  # fmt: skip
def test_a_text_that_was_cut_ends_as_no_sentence_does(text: str, whole: bool) -> None:
    """Rule: the end of a sentence or an address is the end of a whole text."""
    assert is_whole(text) is whole
