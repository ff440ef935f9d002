"""The word difference of two texts is complete, readable and takes linear time."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from costs import check_growth, repeated
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from invented import prose

from paperreader.domain.revisions import Change, Run, is_revised, is_whole, plain, word_diff

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
def test_a_difference_is_readable(before: str, after: str, difference: str) -> None:
    """Rule: words are removed, added or kept; signs of TeX are not words."""
    assert marked(before, after) == difference


@PROPERTY
@given(WORDS, WORDS)
def test_a_difference_has_both_texts(before: str, after: str) -> None:
    """Rule: kept and added words are the later text; kept and removed words are the earlier one."""
    runs = word_diff(before, after)
    tokens = re.compile(r"\n\n|\S+").findall
    assert words(runs, Change.KEPT, Change.ADDED) == tokens(after)
    agree = [plain(word) for word in words(runs, Change.KEPT, Change.REMOVED)]
    assert agree == [plain(word) for word in tokens(before)]
    assert all(run.words for run in runs)
    kinds = [run.change for run in runs]
    assert all(one is not other for one, other in pairwise(kinds))


@PROPERTY
@given(FEW, FEW, st.sampled_from([0, 3, 10]))
def test_a_difference_of_long_texts_has_both_texts(before: str, after: str, most_words: int) -> None:
    """Rule: this holds for every limit of compared words."""
    runs = word_diff(before, after, most_words=most_words)
    assert words(runs, Change.KEPT, Change.ADDED) == after.split()
    assert words(runs, Change.KEPT, Change.REMOVED) == before.split()


def test_what_lies_between_the_first_and_the_last_change_of_a_long_text_is_replaced() -> None:
    """Rule: beyond the limit, the whole changed part is replaced."""
    runs = word_diff("one a b c two", "one x b y two", most_words=2)
    assert [(run.change, " ".join(run.words)) for run in runs] == [
        (Change.KEPT, "one"),
        (Change.REMOVED, "a b c"),
        (Change.ADDED, "x b y"),
        (Change.KEPT, "two"),
    ]


def test_a_word_that_was_added_to_the_longest_text_is_found() -> None:
    """Rule: equal words at both ends do not count against the limit."""
    one = prose(5, 50_000)
    runs = word_diff(f"{one} {one}", f"{one} new {one}")
    assert [run.change for run in runs] == [Change.KEPT, Change.ADDED, Change.KEPT]


@pytest.mark.parametrize(
    ("before", "after"), [("a ", "a b "), ("a b ", "b a "), ("a ", "b "), ("a b c ", "c b a "), ("\n\n", "a ")]
)
def test_a_difference_costs_no_more_than_the_length_of_the_texts(before: str, after: str) -> None:
    """Rule: the time is linear, for texts of 100,000 characters."""
    texts = repeated(before), repeated(after)
    check_growth(lambda size: word_diff(texts[0](size), texts[1](size)), int, 100_000)


def test_a_text_that_was_rewritten_in_part_keeps_the_rest() -> None:
    """Rule: only a sentence that was added before the last one is marked."""
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
def test_a_text_was_revised_if_its_words_changed(before: str, after: str, revised: bool) -> None:
    """Rule: blanks, signs of TeX, forms of quotes and dashes and a cut end are no revision."""
    assert is_revised(before, after) is revised


@pytest.mark.parametrize(
    ("text", "whole"),
    [("It ends.", True), ("It ends. ", True), ("It does not", False), ("It does…", False), ("It does...", False),
     ("See https://a.example/b", True), ("", False)],
)  # fmt: skip
def test_a_complete_text_ends_with_a_sentence_or_a_link(text: str, whole: bool) -> None:
    """Rule: a complete text ends with a sentence or a link."""
    assert is_whole(text) is whole
