"""Inputs become UTF-8 whatever encoding they are in, and what was guessed is said."""

from __future__ import annotations

import pytest

from paperreader.domain.receipt import Encoding
from paperreader.feeds.syntax.encoding import UTF_8, DecodedLines, decode, decode_head, decode_input, is_binary

GREEK = "Größe, Übergang, Ångström, naïve"
WORDS = {
    "Shift_JIS": ("cp932", "灯台の数え方", "石川, ボブ and 山田, 花", "港における提灯とソフトウェア"),
    "EUC-JP": ("euc_jp", "港の灯台を数える方法", "石川, さくら", "提灯とソフトウェアについて"),
    "GBK": ("gbk", "灯笼与港口的研究", "张伟 and 李娜", "钟表学报"),
    "Big5": ("big5", "燈籠與港口的研究", "陳大文 and 林小美", "鐘錶學報"),
    "EUC-KR": ("euc_kr", "항구의 등불에 관한 연구", "김, 철수 and 이, 영희", "시계 학회 논문지"),
    "Windows-1251": ("cp1251", "Фонари и гавани: исследование", "Иванов, Иван", "Вестник часовщика"),
    "KOI8-R": ("koi8_r", "Фонари и гавани: исследование", "Иванов, Иван", "Вестник часовщика"),
    "Windows-1252": ("cp1252", "Étude des lanternes du port", "Lefèvre, Zoë", "Revue d’éclairage"),
    "Windows-1250": ("cp1250", "Łódź i latarnie: badania nad światłem", "Wójcik, Stanisław", "Zegary"),
    "Windows-1253": ("cp1253", "Φανάρια και λιμάνια: μια μελέτη", "Παπαδόπουλος, Γιώργος", "Ρολόγια"),
    "Windows-1256": ("cp1256", "المصابيح والموانئ دراسة", "محمد علي", "مجلة الساعات"),
}
"""Of each encoding Python's name, a title, its authors and their journal."""


def _entry(title: str, authors: str, journal: str) -> str:
    return f"@article{{a1,\n title={{{title}}},\n author={{{authors}}},\n journal={{{journal}}},\n year={{2019}}\n}}\n"


@pytest.mark.parametrize("name", WORDS)
@pytest.mark.parametrize("others", [0, 50])
def test_an_encoding_is_guessed_from_one_entry(name: str, others: int) -> None:
    """Rule: a title, authors and a journal are enough, alone and among many entries in ASCII; the guess is reported."""
    codec, *words = WORDS[name]
    plain = _entry("A study of lanterns", "Moe, Jane", "Journal of Clocks")
    text = others * plain + _entry(*words) + others * plain
    decoded = decode_input(text.encode(codec))
    assert decoded.data.decode() == text
    assert decoded.encoding == Encoding(name, is_guessed=True)
    assert decoded.encoding.remark == f"read as {name} (guessed); convert the file to UTF-8 if letters are wrong"


@pytest.mark.parametrize("name", ["Shift_JIS", "GBK", "Big5", "EUC-KR", "Windows-1251", "Windows-1252"])
@pytest.mark.parametrize("separator", [", ", "\n"])
def test_an_encoding_is_guessed_from_a_long_text(name: str, separator: str) -> None:
    """Rule: the sample is bounded and not cut inside a character."""
    codec, title, authors, journal = WORDS[name]
    text = separator.join(f"{title}{authors}{journal} {number}" for number in range(1_000))
    assert decode_input(text.encode(codec)).data.decode() == text


@pytest.mark.parametrize(("encoding", "name"), [("utf-8", "UTF-8"), ("utf-8-sig", "UTF-8"), ("ascii", "UTF-8")])
def test_utf_8_is_read_as_it_is(encoding: str, name: str) -> None:
    """Rule: valid UTF-8 is certain, with or without a mark, whatever it declares."""
    text = f"% Encoding: Cp1251\n{GREEK if encoding != 'ascii' else 'Lanterns'}"
    assert decode_input(text.encode(encoding)).data.decode() == text
    assert decode_input(text.encode(encoding)).encoding == Encoding(name)
    assert not decode_input(text.encode(encoding)).encoding.remark


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"), (b"\xff\xfe\0\0", "utf-32-le")],
)
def test_a_mark_of_utf_16_is_believed(mark: bytes, encoding: str) -> None:
    """Rule: a mark makes the encoding certain; half a character at the end affects only itself."""
    text = f"{GREEK}\r\n{WORDS['GBK'][1]} 𝒳"
    decoded = decode_input(mark + text.encode(encoding))
    assert decoded.data.decode() == text.replace("\r", "")
    assert not decoded.encoding.is_guessed
    assert decode(mark + text.encode(encoding)[:-2]) == text.replace("\r", "")[:-1] + "\ufffd"
    assert decode(mark) == ""


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("name", ["Windows-1252", "GBK", "EUC-KR"])
def test_utf_16_without_a_mark_is_told_by_its_nuls(encoding: str, name: str) -> None:
    """Rule: every ASCII letter has a NUL in every second place; the guess is reported."""
    text = _entry(*WORDS[name][1:])
    decoded = decode_input(text.encode(encoding))
    assert decoded.data.decode() == text
    assert decoded.encoding == Encoding("UTF-16", is_guessed=True)


def test_mails_of_seven_bits_are_read_as_japanese() -> None:
    """Rule: the escapes of ISO-2022-JP are certain; terminal sequences are not among them."""
    text = f"Subject: {WORDS['Shift_JIS'][1]}\nLanterns"
    assert decode_input(text.encode("iso2022_jp")).data.decode() == text
    assert decode_input(text.encode("iso2022_jp")).encoding == Encoding("ISO-2022-JP")
    assert decode(b"\x1b[31m red \x1b$B?") == "\x1b[31m red \x1b$B?"


@pytest.mark.parametrize(
    ("declaration", "encoding", "name", "word"),
    [
        ("% Encoding: Cp1251", "cp1251", "Windows-1251", "Фонари"),
        ("This file was made with JabRef 2.9.\nEncoding: EUC_JP", "euc_jp", "EUC-JP", "灯台"),
        ("<?xml version='1.0' encoding='iso-8859-2'?>", "iso-8859-2", "ISO8859-2", "Łódź"),
        ("Content-Type: text/plain; charset=big5", "big5", "Big5", "燈籠與港口"),
        ("Content-Type: text/plain; charset=x-sjis", "cp932", "Shift_JIS", "灯台"),
        ("<meta charset=gb2312>", "gbk", "GBK", "镕"),
        ("% Encoding: ISO8859_1", "cp1252", "Windows-1252", "“naïve”"),
        ("% Encoding: MacRoman", "mac_roman", "MAC-ROMAN", "naïve"),
    ],
)
def test_a_declared_encoding_goes_before_a_guess(declaration: str, encoding: str, name: str, word: str) -> None:
    """Rule: an input that is valid in its declared encoding is read so without a guess."""
    decoded = decode_input(f"{declaration}\n{word} {word}".encode(encoding))
    assert decoded.data.decode() == f"{declaration}\n{word} {word}"
    assert decoded.encoding == Encoding(name)


@pytest.mark.parametrize("name", ["utf-7", "rot13", "nonsense", "unicode_escape", "hex", "utf-8", "ascii"])
def test_a_declaration_that_cannot_hold_is_not_taken(name: str) -> None:
    """Rule: a file cannot declare an encoding that changes its ASCII text."""
    text = f"encoding: {name}\n+AGEAYg- naïve"
    assert decode(text.encode("latin-1")) == text


def test_good_lines_stay_among_others() -> None:
    """Rule: in a file of two programs, UTF-8 lines stay and the other lines are counted."""
    data = f"{GREEK}\n{WORDS['GBK'][1]}\n".encode() + f"{GREEK}\n".encode("latin-1") + "Ende, schön\n".encode()
    decoded = decode_input(data)
    assert decoded.data.decode().split("\n") == [GREEK, WORDS["GBK"][1], GREEK, "Ende, schön", ""]
    assert decoded.encoding == Encoding("Windows-1252", is_guessed=True, odd_lines=1)
    assert decoded.encoding.remark.startswith("read as UTF-8, 1 line as Windows-1252 (guessed); ")


@pytest.mark.parametrize("name", ["GBK", "Windows-1251"])
def test_odd_lines_are_read_in_an_encoding_of_their_own(name: str) -> None:
    """Rule: the guess for some lines does not depend on the other lines."""
    codec, title, authors, journal = WORDS[name]
    good = "\n".join(f"{GREEK} {number}" for number in range(20))
    data = f"{good}\n".encode() + f"{title}\n{authors} {journal}\n".encode(codec)
    assert decode(data) == f"{good}\n{title}\n{authors} {journal}\n"


def test_a_damaged_byte_in_utf_8_costs_itself_only() -> None:
    """Rule: the rest stays UTF-8, even in a file of one line."""
    assert decode(GREEK.encode() + b" \xe9 " + GREEK.encode()) == f"{GREEK} é {GREEK}"
    assert decode(b"\xef\xbb\xbfa \xe9 b") == "a é b"


def test_a_damaged_byte_costs_its_line_only() -> None:
    """Rule: a missing byte does not change the encoding of a two-byte text."""
    codec, *words = WORDS["GBK"]
    lines = [word.encode(codec) for word in words]
    text = decode(b"\n".join([*lines, lines[0][:-1], *lines]))
    assert text.split("\n")[:3] == text.split("\n")[4:] == words


def test_all_kinds_of_line_ends_are_one() -> None:
    """Rule: lines are counted alike for all line ends."""
    assert decode(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_every_byte_is_some_character() -> None:
    """Rule: nothing raises, no half characters come out, and of controls only those stay that escapes are made of."""
    text = decode(bytes(range(256)))
    text.encode()
    assert len(text) == 224 + 9
    assert not {*map(chr, range(32))} - {*"\a\t\n\v\f\r\x18\x1a\x1b"} & {*text}


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", False),
        (b"Lanterns\0 and clocks, of which there are many.", False),
        (b"One \0 two \2 three \5 " + b"and many more words " * 20, False),
        ("Größe".encode("utf-16"), False),
        ("Lanterns of all kinds".encode("utf-16-le"), False),
        (bytes(2_000), True),
        (b"\x7fELF\2\1\1\0\0\0\0\0", True),
        (bytes(range(256)) * 20, True),
        (b"\1\0\0\0\2\0\0\0\3\0\0\0" * 100, True),
    ],
)
def test_an_input_is_binary_by_its_share_of_controls(data: bytes, expected: bool) -> None:
    """Rule: a few control bytes make no text binary; they are left out."""
    assert is_binary(data) is expected
    if not expected:
        assert "\0" not in decode(data)


def test_a_beginning_may_be_cut_within_a_character() -> None:
    """Rule: an input is not taken for one in another encoding because its beginning ends there."""
    data = WORDS["GBK"][1].encode()
    assert decode_head(data[:-1]).decode() == WORDS["GBK"][1][:-1]
    assert decode_head(f"{GREEK} Lanterns".encode("latin-1")).decode() == f"{GREEK} Lanterns"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "cp1251", "gbk"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_what_is_set_aside_is_found_as_it_came(encoding: str, newline: str) -> None:
    """Rule: parts of the text, from the middle of a line to the middle of another, are the bytes of the input."""
    word = {"cp1251": "Фонари и гавани", "gbk": WORDS["GBK"][1]}.get(encoding, GREEK)
    lines = ["A lantern", f"{{{word}}},", f" {word}\0 and more", "and a clock"]
    raw = newline.join(lines).encode(encoding)
    decoded = decode_input(raw)
    parts = [(2, f"{word}}},\n {word} and".encode()), (4, b"and a clock"), (3, b"nowhere")]
    mark = "" if encoding == "utf-8-sig" else encoding
    codec = mark or "utf-8"
    assert decoded.originals(parts) == [
        (2, f"{word}}},\n {word}\0 and".encode(codec)), (4, b"and a clock"), (3, b"nowhere"),
    ]  # fmt: skip


def test_what_is_set_aside_of_utf_16_is_utf_8() -> None:
    """Rule: where lines cannot be told in the bytes of an input, what is kept of them can be read."""
    decoded = decode_input(f"one\n{GREEK}\nthree".encode("utf-16"))
    assert decoded.originals([(2, GREEK.encode())]) == [(2, GREEK.encode())]


@pytest.mark.parametrize(
    ("encoding", "name", "is_shifted"),
    [("utf-8", "UTF-8", False), ("utf-16", "UTF-16", True), ("utf-16-le", "UTF-16", True),
     ("latin-1", "Windows-1252", True)],
)  # fmt: skip
def test_the_lines_of_a_stream_become_utf_8(encoding: str, name: str, is_shifted: bool) -> None:
    """Rule: line by line, as an input of any size is read; whether its places are still those of the input is said."""
    text = "".join(f'{{"title": "{GREEK}, {number}"}}\n' for number in range(3_000))
    data = text.encode(encoding)
    lines = DecodedLines(iter(data.splitlines(keepends=True)), data[:1_000], longest=1_000)
    assert b"".join(lines).decode() == text
    assert (lines.encoding.name, lines.is_shifted) == (name, is_shifted)


def test_a_control_byte_is_left_out_of_a_stream() -> None:
    """Rule: one NUL damages no line of a stream, and shifts what follows."""
    lines = DecodedLines([b'{"a": 1}\n', b'{\0"b": 2}\n'], b"{", longest=1_000)
    assert list(lines) == [b'{"a": 1}\n', b'{"b": 2}\n']
    assert lines.is_shifted
    assert lines.encoding == UTF_8


def test_a_line_without_end_in_utf_16_comes_in_pieces() -> None:
    """Rule: a stream of one line takes no more memory than a piece of it."""
    data = ("a" * 100_000).encode("utf-16")
    blocks = [data[start : start + 10] for start in range(0, len(data), 10)]
    pieces = list(DecodedLines(blocks, data, longest=1_000))
    assert b"".join(pieces) == b"a" * 100_000
    assert max(map(len, pieces)) < 20_000
