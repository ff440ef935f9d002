"""Cleaning removes everything that acts on a terminal, hides or floods, and nothing else."""

import string
import unicodedata

import pytest
from examples import examples
from hostile import HOSTILE, Hostile, acting
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.text import MAX_BLOCK, MAX_LINE, Safe, clean_block, clean_line

PROPERTY = examples(300)
each_hostile = pytest.mark.parametrize("hostile", HOSTILE, ids=[hostile.id for hostile in HOSTILE])

FRAGMENTS = (
    "\x1b", "[", "]", "\\", "\x07", "\x9b", "\x9c", "\x9d", "\x90", "\x9f", "P", "_", "^", "X", "m", "0;", "52;c;", "c",
    "\0", "\b", "\r", "\n", "\n\n\n", "\r\n", "\t", " ", "\x7f", "\x85", "\u00a0", "\u3000", "\u2028", "a", "word", ".",
    "\u202e", "\u2066", "\u2069", "\u200b", "\u200c", "\u200d", "\ufeff", "\u00ad", "\u034f", "\U000e0041", "\u3164",
    "\ufe0e", "\ufe0f", "\ufe00", "\ud83d", "\ude00", "\ue000", "\ufdd0", "\u0301", "\u0316", "\u0323", "\u094d",
    "\u0915", "\u0937", "\u0645", "\u200c\u062e", "\U0001f468", "\U0001f3fd", "\U0001f1e9", "\u2764", "1", "#",
    "\u1100", "\u1161", "\u11a8", "\u212b", "\ufb01", "\u8a9e", "\u00e9", "\u2026",
)  # fmt: skip
"""Pieces of escape sequences, of joined emoji and of scripts with joiners: together they make what none is alone."""

hostile_text = st.lists(st.sampled_from(FRAGMENTS), max_size=30).map("".join)
any_text = st.one_of(hostile_text, st.text(max_size=60), st.tuples(hostile_text, st.text(max_size=20)).map("".join))


@each_hostile
def test_a_cleaned_line_cannot_act(hostile: Hostile) -> None:
    """Rule: a line has no control, escape, bidi, hidden or meaningless characters."""
    assert acting(clean_line(hostile.text)) == []


@each_hostile
def test_a_cleaned_block_cannot_act(hostile: Hostile) -> None:
    """Rule: the same holds for blocks, except for newlines."""
    assert acting(clean_block(hostile.text), lines=True) == []


def test_cleaning_again_changes_nothing() -> None:
    """Rule: cleaned text is cleaned to itself."""
    for hostile in HOSTILE:
        line, block = clean_line(hostile.text), clean_block(hostile.text)
        assert (clean_line(line), clean_block(block)) == (line, block), hostile.id


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("a\x9b31mb", "ab"),
        ("a\x1b]0;owned\x07b", "ab"),
        ("a\x1b]0;owned\x1b\\b", "ab"),
        ("a\x1b]0;owned\x9cb", "ab"),
        ("a\x9d52;c;cm0gLXJmIC8=\x9cb", "ab"),
        ("\x1b]8;;https://evil.example/\x07text\x1b]8;;\x07", "text"),
        ("a\x1bP$qm\x1b\\b", "ab"),
        ("a\x1b_Gf=100;AAAA\x1b\\b", "ab"),
        ("a\x1b^private\x1b\\b", "ab"),
        ("a\x1bXstart\x1b\\b", "ab"),
        ("a\x1bcb", "ab"),
        ("a\x1b#8b", "ab"),
        ("a\x1b", "a"),
        ("a\0b\x7fc", "abc"),
        ("pay\u200bpal", "paypal"),
        ("pay\u200dpal", "paypal"),
        ("paper\u202etxt.exe", "papertxt.exe"),
        ("\ufeffTitle", "Title"),
        ("ex\u00adploit", "exploit"),
        ("a\U000e0065\U000e0076b", "ab"),
        ("a\u3164b", "ab"),
    ],
)
def test_a_sequence_is_removed_with_its_payload(raw: str, clean: str) -> None:
    """Rule: a sequence is removed as a whole; the text around it stays."""
    assert clean_line(raw) == clean


@pytest.mark.parametrize("opening", ["\x1b]0;", "\x9d0;", "\x1bP", "\x90", "\x1b_", "\x9f", "\x1b^", "\x1bX", "\x98"])
def test_the_text_behind_an_unterminated_sequence_is_still_shown(opening: str) -> None:
    """Rule: an unterminated sequence does not remove the rest of the line."""
    assert clean_line(f"before {opening}behind it all").endswith("behind it all")


@pytest.mark.parametrize(
    "separator", ["\n", "\r\n", "\r", "\t", "\v", "\f", "\x85", "\u2028", "\u2029", "\u00a0", "\u3000"]
)
def test_line_ends_and_blanks_become_one_blank_in_a_line(separator: str) -> None:
    """Rule: line ends, tabs and other white space become one blank."""
    assert clean_line(f" one{separator}{separator}two ") == "one two"


@pytest.mark.parametrize("separator", ["\n", "\r\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"])
def test_every_kind_of_line_end_ends_a_line_of_a_block(separator: str) -> None:
    """Rule: blocks keep their lines with any line ends."""
    assert clean_block(f"one{separator}two") == "one\ntwo"


def test_paragraphs_of_a_block_are_kept_apart_by_one_blank_line() -> None:
    """Rule: one blank line between paragraphs stays, none at the ends."""
    assert clean_block("\n\n one \n \n\n\n two\t three\nfour\n\n") == "one\n\ntwo three\nfour"


@pytest.mark.parametrize(
    "kept",
    [
        "\U0001f468\u200d\U0001f469\u200d\U0001f467",
        "\U0001f469\U0001f3fd\u200d\U0001f4bb",
        "\U0001f3f3\ufe0f\u200d\U0001f308",
        "\u2764\ufe0f\u200d\U0001f525",
        "\U0001f44d\U0001f3ff",
        "\U0001f1e9\U0001f1ea",
        "1\ufe0f\u20e3",
        "\u2600\ufe0e",
        "\u0915\u094d\u200d\u0937",
        "\u0dc1\u0dca\u200d\u0dbb\u0dd3",
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645",
        "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd",
        "\u0e19\u0e49\u0e33",
        "\u5927\u898f\u6a21",
        "Vi\u1ec7t Nam \u03b1\u03b2 \u0416",
    ],
    ids=ascii,
)
def test_emoji_and_scripts_that_need_joiners_keep_them(kept: str) -> None:
    """Rule: joiners that a script or an emoji needs stay."""
    assert clean_line(kept) == kept


@pytest.mark.parametrize("markup", ["[/]", "[bold]x[/italic]", "[@click=app.quit]x[/]", r"\[/]", "<b>&lt;</b>", "$(x)"])
def test_markup_is_text_and_stays(markup: str) -> None:
    """Rule: brackets are text and stay."""
    assert clean_line(markup) == markup


def test_composed_and_decomposed_letters_become_one_form() -> None:
    """Rule: cleaned text is in NFC, so that equal texts are equal."""
    assert clean_line("e\u0301le\u0300ve") == "\u00e9l\u00e8ve"


@pytest.mark.parametrize("broken", ["\ud83d", "\ude00\ud83d", "\ue000", "\ufffe", "\ufdd0", "\u0378"], ids=ascii)
def test_what_cannot_be_exchanged_becomes_the_replacement_character(broken: str) -> None:
    """Rule: surrogates, private use and unassigned code points become U+FFFD."""
    assert clean_line(f"a{broken}b") == f"a{chr(0xFFFD) * len(broken)}b"


def test_two_halves_of_a_character_are_joined() -> None:
    """Rule: a pair of surrogates becomes its character."""
    assert clean_line("a\ud83d\ude00b") == "a\U0001f600b"


@pytest.mark.parametrize(
    "mark",
    [
        "\u0301",
        "\u0316",
        "\u05b8",
        "\u20e3",
        "\u0e31",
    ],
    ids=ascii,
)
def test_a_flood_of_marks_is_cut(mark: str) -> None:
    """Rule: no character has more than four combining marks."""
    cleaned = clean_line("x" + mark * 50 + "y")
    assert sum(unicodedata.category(character) in ("Mn", "Me") for character in cleaned) <= 4


def test_invisible_controls_of_rare_scripts_go_too() -> None:
    """Rule: zero-width characters of all scripts are removed."""
    hidden = [*range(0x1BCA0, 0x1BCA4), *range(0x1D173, 0x1D17B)]
    assert [code for code in hidden if clean_line(f"pay{chr(code)}pal") != "paypal"] == []


@pytest.mark.parametrize("sign", ["\u2adc", "\U0001d15e"], ids=ascii)
def test_cleaning_signs_that_normalisation_takes_apart_is_final(sign: str) -> None:
    """Rule: text with characters that NFC decomposes is cleaned to itself."""
    once = clean_line(f"{sign}\u200d\U0001f600")
    assert clean_line(once) == once


@pytest.mark.parametrize(
    "text",
    [
        "\u0915\u0301\u0316\u200d\u094d\u200d\u0937",
        "\u0915" + "\u0301" * 4 + "\u200d" + "\u094d\u200d\u0937",
        "\u0915" + "\u0301\u200d\u094d\u200d" * 5 + "\u0937",
        "a" + "\u0301" * 3 + "\u0cc6\u0301\u0cc2",
        "\ufb2c" + "\u05b8" * 4,
    ],
    ids=["sorted", "cut", "again-and-again", "composed-behind-a-cut", "taken-apart"],
)
def test_cleaning_marks_among_joiners_is_final(text: str) -> None:
    """Rule: the same holds if a removed joiner lets marks sort, compose or exceed their limit."""
    once = clean_line(text)
    assert clean_line(once) == once
    assert acting(once) == []


@PROPERTY
@given(any_text)
def test_no_fragments_make_a_line_that_acts(text: str) -> None:
    """Rule: this holds for every combination of fragments."""
    cleaned = clean_line(text)
    assert acting(cleaned) == []
    assert cleaned == cleaned.strip()
    assert "  " not in cleaned
    cleaned.encode()


@PROPERTY
@given(any_text)
def test_no_fragments_make_a_block_that_acts(text: str) -> None:
    """Rule: the same holds for blocks; they have no indents and only single blank lines."""
    cleaned = clean_block(text)
    assert acting(cleaned, lines=True) == []
    assert "\n\n\n" not in cleaned
    assert all(line == line.strip() for line in cleaned.split("\n"))
    cleaned.encode()


def test_a_block_that_a_person_typed_keeps_its_blanks() -> None:
    """Rule: indents and runs of blanks stay; tabs, other white space and blanks at line ends do not."""
    typed = "a  b\n    code\n\n\n\n\u3000x\ty  \n\n"
    assert clean_block(typed, keep_blanks=True) == "a  b\n    code\n\n x y"


@PROPERTY
@given(any_text, st.integers(1, 40))
def test_a_block_that_keeps_its_blanks_cannot_act_either(text: str, limit: int) -> None:
    """Rule: text with its blanks is clean, final and bounded too."""
    cleaned = clean_block(text, limit, keep_blanks=True)
    assert acting(cleaned, lines=True) == []
    assert clean_block(cleaned, limit, keep_blanks=True) == cleaned
    assert len(cleaned) <= limit
    assert "\n\n\n" not in cleaned


@PROPERTY
@given(any_text, st.integers(1, 40))
def test_cleaning_is_idempotent_at_every_limit(text: str, limit: int) -> None:
    """Rule: cut text is cleaned to itself."""
    line, block = clean_line(text, limit), clean_block(text, limit)
    assert (clean_line(line, limit), clean_block(block, limit)) == (line, block)


@PROPERTY
@given(any_text, st.integers(1, 40))
def test_limits_are_kept(text: str, limit: int) -> None:
    """Rule: no result is longer than its limit."""
    assert len(clean_line(text, limit)) <= limit
    assert len(clean_block(text, limit)) <= limit


@PROPERTY
@given(st.text(alphabet=string.ascii_letters + string.digits + string.punctuation + " ", max_size=200))
def test_plain_ascii_is_unchanged_but_for_runs_of_blanks(text: str) -> None:
    """Rule: ordinary text does not change."""
    folded = " ".join(text.split())
    assert clean_line(text) == folded
    assert clean_block(text) == folded


@PROPERTY
@given(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd", "Po"]), max_size=100))
def test_letters_of_all_scripts_are_kept(text: str) -> None:
    """Rule: visible letters stay, in NFC."""
    assert clean_line(text) == unicodedata.normalize("NFC", text)


def test_cut_text_ends_in_an_ellipsis() -> None:
    """Rule: cut text ends in an ellipsis; text that fits is whole."""
    assert clean_line("x" * (MAX_LINE + 1)) == "x" * (MAX_LINE - 1) + "…"
    assert clean_line("x" * MAX_LINE) == "x" * MAX_LINE
    assert len(clean_block("x" * (MAX_BLOCK + 1))) == MAX_BLOCK


@pytest.mark.parametrize("limit", range(1, 12))
def test_a_joined_emoji_is_never_cut_behind_its_joiner(limit: int) -> None:
    """Rule: no ellipsis follows a joiner."""
    cut = clean_line("ab\U0001f468\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f cd", limit)
    assert acting(cut) == []
    assert len(cut) <= limit


def test_cleaned_text_has_a_type_of_its_own() -> None:
    """Rule: cleaned text has the type `Safe`."""
    assert type(clean_line("a\x1b[1mb")) is Safe
    assert type(clean_line("plain")) is Safe
    assert type(clean_block("a\nb")) is Safe
    assert type(clean_block("plain")) is Safe
