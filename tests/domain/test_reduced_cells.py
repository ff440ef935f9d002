"""Rows whose columns must align hold only characters that every terminal draws equally wide."""

import string

import pytest
from examples import examples
from hostile import HOSTILE, acting
from hypothesis import given
from hypothesis import strategies as st
from nasty import longest_run_of_marks

from paperreader.domain.text import MAX_MARKS, Safe, clean_line, reduce_cells

PROPERTY = examples(300)
DISPUTED = "\u200c\u200d\ufe0e\ufe0f\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff" + "".join(
    map(chr, range(0x1F1E6, 0x1F200))
)


@pytest.mark.parametrize(
    ("text", "reduced"),
    [
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 x", "\U0001f468 x"),
        ("\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3fb", "\U0001f469"),
        ("\U0001f3f3\ufe0f\u200d\U0001f308 flag", "\U0001f3f3 flag"),
        ("\U0001f44d\U0001f3ff good", "\U0001f44d good"),
        ("\u2764\ufe0f \u2600\ufe0e", "\u2764 \u2600"),
        ("\U0001f1e9\U0001f1ea and \U0001f1ef\U0001f1f5", "DE and JP"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u062e\u0648\u0627\u0647\u0645"),
        ("\u5927\u898f\u6a21 na\u00efve", "\u5927\u898f\u6a21 na\u00efve"),
    ],
    ids=ascii,
)
def test_joined_emoji_keep_their_first_member_and_flags_become_letters(text: str, reduced: str) -> None:
    """Rule: joined emoji shrink to the first, tones and selectors go, flags become letters."""
    assert reduce_cells(Safe(text)) == reduced


@pytest.mark.parametrize(
    ("text", "reduced"),
    [
        ("\u0915\u094d\u200d\u0937", "\u0915\u094d\u0937"),
        ("\u0dc1\u0dca\u200d\u0dbb\u0dd3", "\u0dc1\u0dca\u0dbb\u0dd3"),
    ],
    ids=["devanagari", "sinhala"],
)
def test_letters_behind_a_joiner_are_kept(text: str, reduced: str) -> None:
    """Rule: only emoji lose the members joined to them; a letter of a title is never dropped."""
    assert reduce_cells(Safe(text)) == reduced


def test_a_reduced_row_is_final_harmless_and_undisputed() -> None:
    """Rule: a second reduction changes nothing; no terminal sequence and no character of disputed width is left."""
    for hostile in HOSTILE:
        reduced = reduce_cells(clean_line(hostile.text))
        assert reduce_cells(reduced) == reduced, hostile.id
        assert acting(reduced) == [], hostile.id
        assert not set(reduced) & set(DISPUTED), hostile.id


@PROPERTY
@given(st.lists(st.sampled_from([*DISPUTED, "\U0001f468", "\u2764", "a", " ", "\u8a9e", "\u0645"]), max_size=20))
def test_no_character_of_disputed_width_is_left(parts: list[str]) -> None:
    """Rule: no mixture of parts leaves a character of disputed width."""
    reduced = reduce_cells(clean_line("".join(parts)))
    assert not set(reduced) & set(DISPUTED)
    assert acting(reduced) == []


@PROPERTY
@given(st.text(alphabet=string.printable))
def test_ascii_rows_are_unchanged(text: str) -> None:
    """Rule: ASCII has one width everywhere."""
    cleaned = clean_line(text)
    assert reduce_cells(cleaned) == cleaned


@pytest.mark.parametrize("joiner", ["\u200d", "\u200c", "\u200d\u200c"], ids=ascii)
def test_a_flood_of_marks_cannot_hide_between_joiners(joiner: str) -> None:
    """Rule: after joiners are dropped, no character has more than four combining marks."""
    cleaned = clean_line("\u0915" + f"\u094d\u093c\u0951\u0952{joiner}" * 50 + "\u0937")
    assert longest_run_of_marks(reduce_cells(cleaned)) <= MAX_MARKS


def test_marks_on_a_skin_tone_do_not_pile_up_where_a_row_drops_it() -> None:
    """Rule: the marks before and after a skin tone count as marks of one character."""
    cleaned = clean_line("\u0f40\u0f71\u0f72\U0001f3fb" + "\u093c" * 8)
    assert longest_run_of_marks(cleaned) == MAX_MARKS < longest_run_of_marks(cleaned.replace("\U0001f3fb", ""))
    assert longest_run_of_marks(reduce_cells(cleaned)) == MAX_MARKS
