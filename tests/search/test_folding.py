"""All forms of a word fold to one form, and every word has its place in the text."""

import json
import sys

import pytest
from costs import check_growth, repeated
from examples import examples, how_many
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.text import clean_line
from paperreader.search.folding import BAR, fold, hyphenated_tokens, tokens, words, words_and_compounds

PROPERTY = examples(300)
CHARACTERS = [*map(chr, range(0x3000)), *map(chr, range(0x3000, sys.maxunicode + 1, how_many(16, 1)))]
"""Every character; in the quick run only one of 16 of those beyond the alphabets."""

LATIN_AND_GREEK = st.text(
    alphabet=st.characters(
        min_codepoint=0x20,
        max_codepoint=0x3FF,
        categories=["Ll", "Lu", "Nd", "Po", "Pd", "Zs"],
    )
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Na\u00efve", "naive"),
        ("Go\u0308del", "G\u00d6DEL"),
        ("Erd\u0151s", "Erdos"),
        ("\u0141ukasz", "Lukasz"),
        ("S\u00f8ren", "soren"),
        ("stra\u00dfe", "STRASSE"),
        ("\u00c6ther", "aether"),
        ("\uff26\uff35\uff2c\uff2c", "full"),
        ("\ufb01ne", "fine"),
        ("\u03b1", "alpha"),
        ("\u0391", "Alpha"),
        (r"\alpha", "\u03b1"),
        (r"$\beta$-VAE", "\u03b2-VAE"),
        ("\u03bc", "\u00b5"),
        ("\u03c3\u03c2", "sigmasigma"),
        ("\u03d5", "phi"),
        ("x\u00b2", "x2"),
        ("\u212b", "\u00e5"),
        ("\u0130stanbul", "istanbul"),
        ("Vi\u1ec7t", "viet"),
        ("pre\u2011training", "pre-training"),
        ("pre\u2013training", "pre-training"),
        ("\u30ac", "\u30ab\u3099"),
        ("\u0419", "\u0439"),
    ],
)
def test_forms_of_a_word_fold_to_one_form(one: str, other: str) -> None:
    """Rule: case, accents, width, ligatures and kinds of hyphen do not count; Greek letters become their names."""
    assert words(one) == words(other)
    assert words(one)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("!? -- ()", []),
        ("Fast  Attention, Please!", ["fast", "attention", "please"]),
        ("state-of-the-art GPT-4", ["state", "of", "the", "art", "gpt", "4"]),
        ("snake_case and O(n log n)", ["snake", "case", "and", "o", "n", "log", "n"]),
        ("\u56fe\u50cf\u8bc6\u522b Images", ["\u56fe", "\u50cf", "\u8bc6", "\u522b", "images"]),
        ("GPT\u56fe4", ["gpt", "\u56fe", "4"]),
        ("\u041c\u0438\u0440 world", ["\u043c\u0438\u0440", "world"]),
        ("[/] <b>bold</b> $x$", ["b", "bold", "b", "x"]),
        ("a/b.c:d", ["a", "b", "c", "d"]),
        ("\U0001f468\u200d\U0001f469 family", ["family"]),
    ],
)
def test_a_text_is_its_words(text: str, found: list[str]) -> None:
    """Rule: words consist of letters and digits; each CJK character is a word."""
    assert words(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("pre-training", {"pre", "training", "pretraining"}),
        ("state-of-the-art", {"state", "of", "the", "art", "stateoftheart"}),
        ("grand-m\u00e8re", {"grand", "mere", "grandmere"}),
        (
            "\u041c\u0438\u0440-\u0434\u0432\u0430",
            {"\u043c\u0438\u0440", "\u0434\u0432\u0430", "\u043c\u0438\u0440\u0434\u0432\u0430"},
        ),
        ("- a - b -", {"a", "b"}),
        ("plain words", {"plain", "words"}),
    ],
)
def test_a_hyphenated_word_is_its_parts_and_their_sum(text: str, found: set[str]) -> None:
    """Rule: `pretraining` and `pre-training` find each other."""
    assert set(words_and_compounds(text)) == found


@PROPERTY
@given(st.text(max_size=60))
def test_folding_is_final(text: str) -> None:
    """Rule: folded text folds to itself."""
    folded = words(text)
    assert [word for part in folded for word in words(part)] == folded
    assert all(word and not any(map(str.isspace, word)) for word in folded)


@PROPERTY
@given(st.text(max_size=60), st.text("Az9 -\u2013\u00e9\u0301\u03b1", max_size=60), st.text("a\u8a9e", max_size=9))
def test_a_text_is_folded_character_by_character(any_text: str, latin: str, other: str) -> None:
    """Rule: the folded form of a character does not depend on its neighbours."""
    for text in (any_text, latin, other, any_text + latin, latin + other):
        assert fold(text) == "".join(map(fold, text))


def test_nothing_in_folded_text_is_escaped_in_json() -> None:
    """Rule: folded text needs no escapes in JSON, because documents of the index contain it unchanged."""
    folded = "".join(map(fold, CHARACTERS)) + BAR
    assert json.loads(f'"{folded}"') == folded


@PROPERTY
@given(st.text(max_size=60))
def test_every_word_is_among_the_words_and_compounds(text: str) -> None:
    """Rule: compounds replace no words."""
    assert set(words(text)) <= set(words_and_compounds(text))


@PROPERTY
@given(st.text(max_size=60))
def test_tokens_have_correct_places(text: str) -> None:
    """Rule: places are in range, in order and apart, and the text there folds to the token."""
    last = 0
    for token in tokens(text):
        assert last <= token.start < token.end <= len(text)
        assert "".join(words(text[token.start : token.end])) == token.text
        last = token.end


@PROPERTY
@given(LATIN_AND_GREEK)
def test_tokens_are_the_words_of_a_text(text: str) -> None:
    """Rule: the words that are found can be marked, in Latin and Greek."""
    assert [token.text for token in tokens(text)] == words(text)


@pytest.mark.parametrize(
    "text",
    [
        "\u00bd rule",
        "para\u0140lel",
        "a\u20d7b vectors",
        "\u09ac\u09be\u0982\u09b2\u09be",
        "\u0e20\u0e32\u0e29\u0e31\u0e07",
        "\uff76\uff85",
    ],
    ids=ascii,
)
def test_tokens_are_the_words_of_other_scripts_too(text: str) -> None:
    """Rule: the same holds for fractions, Catalan, vectors, Bengali, Thai and half-width Katakana."""
    assert [token.text for token in tokens(text)] == words(text)


@PROPERTY
@given(st.text(max_size=60))
def test_hyphenated_tokens_are_the_words_and_compounds(text: str) -> None:
    """Rule: all words that are found can be marked, in every script and with every hyphen."""
    read = list(hyphenated_tokens(text))
    parts = [part for token in read for part in token.parts]
    assert {token.text for token in [*read, *parts]} == set(words_and_compounds(text))


def test_no_character_is_more_than_one_word() -> None:
    """Rule: a character folds to at most one word, which folds to itself."""
    for character in CHARACTERS:
        folded = words(character)
        assert len(folded) <= 1, ascii(character)
        assert [part for word in folded for part in words(word)] == folded, ascii(character)


def test_an_accent_belongs_to_the_letter_before_it() -> None:
    """Rule: a mark covers whole characters, also with combining accents."""
    text = "le\u0301on, cafe\u0301-noir"
    assert [text[token.start : token.end] for token in tokens(text)] == ["le\u0301on", "cafe\u0301", "noir"]


def test_hostile_text_is_folded_to_words_of_letters_and_digits() -> None:
    """Rule: only letters and digits are compared."""
    for hostile in HOSTILE:
        text = hostile.text
        assert all(map(str.isalnum, "".join(words(clean_line(text))))), hostile.id
        assert isinstance(fold(text), str), hostile.id


@pytest.mark.parametrize("piece", ["a", "a-", "\u8a9e", "\u00e9", "\u0436", "- "], ids=ascii)
def test_a_long_word_takes_linear_time(piece: str) -> None:
    """Rule: the time for 100,000 characters without a blank is linear."""
    for work in (words_and_compounds, lambda text: list(hyphenated_tokens(text))):
        check_growth(work, repeated(piece), 100_000)
    text = repeated(piece)(100_000)
    assert list(hyphenated_tokens(text)) or not words(text)
