"""Copies of a title have one hash; different titles have different hashes."""

import re
import unicodedata

import pytest
from examples import examples
from hostile import HOSTILE
from hypothesis import assume, given
from hypothesis import strategies as st

from paperreader.domain.identifiers import normalise_title, title_address, title_hash
from paperreader.domain.import_result import ParsedPaper, page_feed

PROPERTY = examples(300)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Attention, Please: A Study", "attention please a study"),
        ("Pre-Training at Scale", "Pretraining at scale"),
        ("A  B\tC", "ABC"),
        ("Caf\u00e9 Models", "Cafe\u0301 models"),
        ("STRASSE", "stra\u00dfe"),
        ("\uff26\uff55\uff4c\uff4c Width", "Full width"),
        ("\ufb01ne-tuning", "Fine-tuning"),
        ("\u03a3\u03af\u03c3\u03c5\u03c6\u03bf\u03c2", "\u03c3\u03af\u03c3\u03c5\u03c6\u03bf\u03c3"),
        ("x\u00b2 nets", "X2 nets"),
        ("`Quoted' \u201ctitles\u201d!", "Quoted titles"),
    ],
)
def test_copies_that_differ_in_case_width_and_punctuation_agree(one: str, other: str) -> None:
    """Rule: titles are compared in NFKC, case folded, letters and digits only."""
    assert normalise_title(one) == normalise_title(other)
    assert title_address(one) == title_address(other)


@pytest.mark.parametrize(
    ("one", "other"), [("GPT-3", "GPT-4"), ("A Study", "A Study II"), ("Na\u00efve", "Naive"), ("?", "!")]
)
def test_different_titles_have_different_addresses(one: str, other: str) -> None:
    """Rule: another digit, word or letter makes another title, also in a title of signs only."""
    assert title_address(one) != title_address(other)


def test_every_title_has_an_address_of_twelve_hexadecimal_digits() -> None:
    """Rule: the address is `title:` and 12 hexadecimal digits; an empty title has no hash."""
    for hostile in [hostile for hostile in HOSTILE if hostile.text and "surrogate" not in hostile.id]:
        title = hostile.text
        assert re.fullmatch(r"title:[0-9a-f]{12}", title_address(title)), hostile.id
    assert title_hash("") == ""


@PROPERTY
@given(st.text(max_size=80))
def test_normalising_keeps_letters_and_digits_only_and_ignores_form(title: str) -> None:
    """Rule: only letters and digits stay, and all Unicode forms of a title give one result."""
    assume(all(not 0xD800 <= ord(character) < 0xE000 for character in title))
    normal = normalise_title(title)
    assert all(map(str.isalnum, normal))
    for form in ("NFC", "NFD"):
        assert normalise_title(unicodedata.normalize(form, title)) == normal


@PROPERTY
@given(st.lists(st.text(alphabet=st.characters(categories=["Ll", "Lu", "Nd"]), min_size=1, max_size=6), min_size=1))
def test_blanks_and_punctuation_between_words_do_not_count(words: list[str]) -> None:
    """Rule: separators of words do not count."""
    assert normalise_title(" ".join(words)) == normalise_title(" - ".join(words)) == normalise_title(": ".join(words))


def test_a_page_is_named_by_its_ordered_titles() -> None:
    """Rule: a copy of a page has its name; another order or another title gives another name."""
    name = page_feed(["One Title", "Another Title"])
    assert re.fullmatch(r"page:[0-9a-f]{8}", name)
    assert page_feed(["one title!", "Another  title"]) == name
    assert page_feed(["Another Title", "One Title"]) != name
    assert page_feed(["One Title"]) != name
    assert re.fullmatch(r"page:[0-9a-f]{8}", page_feed([]))


def test_the_hash_of_a_capture_covers_title_and_abstract_and_takes_any_text() -> None:
    """Rule: other texts have other hashes, figures do not count, and lone surrogates are allowed."""
    one = ParsedPaper("A title", "An abstract")
    assert one.content_hash == ParsedPaper("A title", "An abstract", upvotes=3).content_hash
    assert (
        len(
            {
                one.content_hash,
                ParsedPaper("A title", "").content_hash,
                ParsedPaper("A titleAn", " abstract").content_hash,
            }
        )
        == 3
    )
    assert re.fullmatch(r"[0-9a-f]{16}", ParsedPaper("\ud800", "\udfff").content_hash)
