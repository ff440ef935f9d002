"""Text comes out of files in the encodings that reference files have, whatever they say."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from costs import check_growth

from paperreader.feeds.decoding import decode

GREEK = "Größe, Übergang, Ångström, naïve"
CHINESE = "灯笼与港口的研究,钟表"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "latin-1"])
def test_western_text_is_read_in_the_encodings_it_has(encoding: str) -> None:
    """Rule: UTF-8 with and without a mark, and what is not UTF-8 as Windows-1252."""
    assert decode(f"title = {{{GREEK}}}".encode(encoding)) == f"title = {{{GREEK}}}"


@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_the_mark_of_utf_16_is_believed(mark: bytes, encoding: str) -> None:
    """Rule: it makes the encoding certain; a half character at the end costs itself only."""
    text = f"{GREEK}\r\n{CHINESE} 𝒳"
    assert decode(mark + text.encode(encoding)) == text.replace("\r", "")
    assert decode(mark + text.encode(encoding)[:-2]) == text.replace("\r", "")[:-1] + "\ufffd"
    assert decode(mark) == ""


@pytest.mark.parametrize("encoding", ["gbk", "gb18030", "utf-8"])
def test_chinese_text_is_read_without_a_declaration(encoding: str) -> None:
    """Rule: pairs of high bytes are Chinese, not Western letters."""
    assert decode(f"title = {{{CHINESE}}}".encode(encoding)) == f"title = {{{CHINESE}}}"


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [("% Encoding: Cp1251", "cp1251"), ("encoding='iso-8859-2'", "iso-8859-2"), ("charset=big5", "big5")],
)
def test_a_declared_encoding_is_taken(declaration: str, encoding: str) -> None:
    """Rule: what is valid in the encoding that the file names is read so."""
    word = {"cp1251": "Фонари", "iso-8859-2": "Łódź", "big5": "燈籠與港口"}[encoding]
    assert decode(f"{declaration}\n{word} {word}".encode(encoding)) == f"{declaration}\n{word} {word}"


@pytest.mark.parametrize("name", ["utf-7", "rot13", "nonsense", "unicode_escape", "hex"])
def test_a_declaration_that_is_no_encoding_of_text_is_not_taken(name: str) -> None:
    """Rule: a file cannot have itself decoded into something else."""
    assert decode(f"encoding: {name}\n+AGEAYg- naïve".encode("latin-1")) == f"encoding: {name}\n+AGEAYg- naïve"


def test_a_damaged_byte_in_utf_8_costs_itself_only() -> None:
    """Rule: the rest stays UTF-8."""
    assert decode(GREEK.encode() + b" \xe9 " + GREEK.encode()) == f"{GREEK} é {GREEK}"
    assert decode(b"\xef\xbb\xbfa \xe9 b") == "a é b"


def test_all_kinds_of_line_ends_are_one() -> None:
    """Rule: lines are counted alike in files of all systems."""
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_every_byte_is_some_character() -> None:
    """Rule: nothing raises, nothing is lost, no half characters come out."""
    text = decode(bytes(range(1, 256)))
    text.encode()
    assert len(text) == 255


@pytest.mark.parametrize(
    "make",
    [
        lambda size: b"\xff" * size,
        lambda size: b"a\xe9" * (size // 2),
        lambda size: b"\xff\xfe" + b"\x00\xd8" * (size // 2),
        lambda size: "é".encode() * (size // 2) + b"\xe9",
    ],
    ids=["high bytes", "Western", "halves of UTF-16", "UTF-8 with damage"],
)
def test_decoding_costs_no_more_than_the_size(make: Callable[[int], bytes]) -> None:
    """Rule (fault 79): what decoding costs is bounded by the size of the input."""
    check_growth(decode, make, 1_000_000)
