"""Decodes input of any encoding: reference files can be thirty years old, and few name their encoding.

The first that fits is taken: UTF-16 or UTF-32 by their marks or NULs; ISO-2022-JP by its escapes; UTF-8 if the bytes
are valid; the encoding that the input declares near its beginning; a guess. Lines of valid UTF-8 stay UTF-8 among other
lines.

charset-normalizer makes the guess. Alone it takes every second Chinese title for Japanese or Korean. So it is asked
only about the two-byte encodings in which the input has common characters.
"""

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from paperreader.domain.receipt import Encoding

UTF_8 = Encoding("UTF-8")

_NAMES = {
    "cp1252": "Windows-1252", "cp1251": "Windows-1251", "koi8_r": "KOI8-R", "cp1250": "Windows-1250",
    "cp1253": "Windows-1253", "cp1254": "Windows-1254", "cp1255": "Windows-1255", "cp1256": "Windows-1256",
    "gb18030": "GBK", "big5": "Big5", "cp949": "EUC-KR", "euc_jp": "EUC-JP", "cp932": "Shift_JIS",
}  # fmt: skip
"""The encodings that are guessed, the more likely first: Python's names and the common names."""


class _Common(NamedTuple):
    """The common characters of a language in a two-byte encoding."""

    first: frozenset[int]
    """First bytes of common characters or of all syllables."""
    second: int
    """The least second byte."""
    signs: range = range(0xA1, 0xA4)
    """First bytes of punctuation, which proves nothing."""
    share: float = 0.85
    """How much of a text must be common characters."""


_COMMON = {
    "gb18030": _Common(frozenset(range(0xB0, 0xD8)), 0xA1),
    "big5": _Common(frozenset(range(0xA4, 0xC7)), 0x40),
    "cp949": _Common(frozenset(range(0xB0, 0xC9)), 0xA1, share=0.95),  # it has half of the common Chinese characters
    "euc_jp": _Common(frozenset((0xA4, 0xA5, *range(0xB0, 0xD0))), 0xA1),
    "cp932": _Common(frozenset((0x82, 0x83, *range(0x88, 0x99))), 0x40, range(0x81, 0x82)),
}
_WIDER = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "iso8859-9": "cp1254", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "koi8-r": "koi8_r",
}  # fmt: skip
"""Declared encodings, and the larger encodings that programs mean by them."""
_DECLARED = re.compile(
    rb"""(?:en|de)coding\s*[:=]\s*["']?\s*(?P<name>[\w.-]{3,20})|charset\s*=\s*["']?(?P<charset>[\w.-]{3,20})""",
    re.IGNORECASE,
)
_DECLARED_WITHIN = 16_000
"""Bytes of the beginning that are searched for a declaration; the header of a mail may be that long."""
_DECLARATIONS = 5
"""Different declarations that are tried."""
_DECLARABLE = re.compile(
    r"(?:iso|latin|cp|windows|mac|koi8|big5|gb|euc|shift|sjis|ks)[-_]?[\w-]*", re.IGNORECASE
)  # their first half is ASCII: utf-7 or unicode_escape would turn one text into another
_MARKS = {
    b"\xff\xfe\0\0": "utf-32-le", b"\0\0\xfe\xff": "utf-32-be", b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be",
}  # fmt: skip
"""Byte order marks, the longer first because they begin like shorter ones."""
_WIDE_WITHIN = 4_096
_FEW_NULS = 4
"""Fewer NULs may be damage."""
_ESCAPED = re.compile(rb"\x1b\$[@B]")
"""The escape sequence before Japanese text in ISO-2022-JP."""
_SAMPLE = 16_000
"""Bytes of the sample for a guess."""
_VALID = 0.8
"""The share of a sample that must be valid in its encoding: some lines may be damaged."""
_NEAR_HIGH = re.compile(rb"[^\n\x80-\xff]{0,20}[\x80-\xff](?:[^\n]*[\x80-\xff])?[^\n]?")
_CUT = re.compile(rb"[\n -/:;<=>?]")
"""Bytes that are never the second byte of a character."""
_PROPER = re.compile("[^\x00-\x7f\ud800-\udfff]")
_HIGH = bytes(range(0x80, 0x100))
_STRAYS = re.compile("[\udc80-\udcff]")
_LINE_END = re.compile(rb"\r\n?|\n")
_CONTROLS = bytes({*range(0x20)} - {*b"\a\t\n\v\f\r\x18\x1a\x1b"})
"""Control bytes that no text has. Escape sequences stay: `clean_line` removes them whole."""
_BINARY = 0.05
"""The share of these control bytes that makes an input binary."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """An input in UTF-8 with `\n` line ends, without marks and NULs."""

    data: bytes
    encoding: Encoding
    raw: bytes
    """The original bytes; for UTF-16 and UTF-32, where lines cannot be found, `data`."""

    def originals(self, parts: Iterable[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """The original bytes of some parts of the text, each with the number of its first line."""
        parts = list(parts)
        if not parts or self.data == self.raw:
            return parts
        lines, raw_lines = self.data.split(b"\n"), _LINE_END.split(self.raw)
        return [(number, _original(part, number - 1, lines, raw_lines)) for number, part in parts]


def decode_input(data: bytes) -> Decoded:
    """An input in UTF-8 and its encoding; never raises; takes time proportional to the size."""
    if wide := _wide(data):
        mark = next((mark for mark in _MARKS if data.startswith(mark)), b"")
        text = _cleaned(data[len(mark) :].decode(wide, "replace").encode())
        return Decoded(text, _wide_encoding(wide, data), text)
    raw = data.removeprefix(codecs.BOM_UTF8)
    text = _cleaned(raw)
    text, encoding = (_japanese(text) or (text, UTF_8)) if _is_valid(text, "utf-8") else _other(text)
    text = text.replace(codecs.BOM_UTF8, b"")  # of concatenated files
    return Decoded(text, encoding, raw)


def decode_head(head: bytes) -> bytes:
    """The beginning of an input in UTF-8; it may end inside a character."""
    with suppress(ValueError):  # else it is in another encoding
        head = head[: codecs.utf_8_decode(head, "strict", False)[1]]
    return decode_input(head).data


def decode(data: bytes) -> str:
    """The text of an input; never raises."""
    return decode_input(data).data.decode()


def is_binary(head: bytes) -> bool:
    """Whether an input is not text in any encoding."""
    return not _wide(head) and _controls(head) > _BINARY * len(head)


class DecodedLines:
    """The lines of an input of any size in UTF-8, with their line ends; a long line comes in pieces."""

    def __init__(self, lines: Iterable[bytes], head: bytes, longest: int) -> None:
        """`head` is the beginning of the input; pieces have about `longest` bytes."""
        self._lines, self._head, self._longest = lines, head, longest
        self._wide = _wide(head)
        self._codec: str | None = None
        self._odd, self._is_mixed = 0, False
        self.is_shifted = bool(self._wide)
        """Whether a line differs from the input; then offsets in the lines are not offsets in the input."""

    @property
    def encoding(self) -> Encoding:
        """The encoding of the lines so far."""
        if self._wide:
            return _wide_encoding(self._wide, self._head)
        odd_lines = self._odd if self._is_mixed else 0
        return Encoding(_NAMES[self._codec], is_guessed=True, odd_lines=odd_lines) if self._codec else UTF_8

    def __iter__(self) -> Iterator[bytes]:
        return self._from_wide(self._wide) if self._wide else map(self._decoded, self._lines)

    def _decoded(self, raw: bytes) -> bytes:
        line = raw.translate(None, _CONTROLS)
        self.is_shifted |= line != raw
        if line.isascii():
            return line
        if _is_valid(line, "utf-8"):
            self._is_mixed = True
            return line
        self.is_shifted = True
        self._odd += 1
        self._codec = self._codec or _guess(line)
        return _decoded_line(line, self._codec)

    def _from_wide(self, codec: str) -> Iterator[bytes]:
        decoder, rest = codecs.getincrementaldecoder(codec)("replace"), b""
        blocks = iter(self._lines)
        while block := b"".join(islice(blocks, 1_000)):
            *lines, rest = (rest + decoder.decode(block).replace("\ufeff", "").encode()).split(b"\n")
            yield from (line + b"\n" for line in lines)
            if len(rest) > self._longest:
                yield rest
                rest = b""
        if rest:
            yield rest


def _cleaned(text: bytes) -> bytes:
    if b"\r" in text:
        text = text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return text.translate(None, _CONTROLS) if _controls(text) else text


def _controls(data: bytes) -> int:
    return len(data) - len(data.translate(None, _CONTROLS))


def _original(part: bytes, place: int, lines: list[bytes], raw_lines: list[bytes]) -> bytes:
    """The original bytes of a part of the decoded lines; the part itself if they cannot be found."""
    behind_last = place + 1 + part.count(b"\n")
    before, found, behind = b"\n".join(lines[place:behind_last]).partition(part)
    raw = b"\n".join(raw_lines[place:behind_last])
    if len(lines) != len(raw_lines) or not (found and raw.startswith(before) and raw.endswith(behind)):
        return part
    return raw[len(before) : len(raw) - len(behind)]


def _wide(data: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark, or UTF-16 by its NULs: every ASCII letter has one."""
    for mark, codec in _MARKS.items():
        if data.startswith(mark):
            return codec
    sample = data[: min(_WIDE_WITHIN, len(data) // 2 * 2)]
    few, many = sorted((sample[::2].count(0), sample[1::2].count(0)))
    if 8 * many < len(sample) or 20 * few > many or many < _FEW_NULS:
        return None
    codec = "utf-16-be" if sample[::2].count(0) == many else "utf-16-le"
    text = sample.decode(codec, "replace").encode()
    return codec if _controls(text) <= _BINARY * len(text) else None


def _wide_encoding(codec: str, data: bytes) -> Encoding:
    return Encoding(codec[:6].upper(), is_guessed=not data.startswith(tuple(_MARKS)))


def _japanese(data: bytes) -> tuple[bytes, Encoding] | None:
    """The text of an input in ISO-2022-JP; None for any other encoding."""
    if not _ESCAPED.search(data):
        return None
    try:
        return data.decode("iso2022_jp_2").encode(), Encoding("ISO-2022-JP")
    except ValueError:
        return None


def _other(data: bytes) -> tuple[bytes, Encoding]:
    """The text of an input that is not UTF-8, or only in part."""
    lines = data.split(b"\n")
    odd = [place for place, line in enumerate(lines) if not (line.isascii() or _is_valid(line, "utf-8"))]
    undecoded = [place for place in odd if not _is_damaged_utf_8(lines[place])]
    strays = sum(_high(lines[place]) for place in undecoded)
    proper = _high(data) - strays
    declared = _declared(data)
    codec = declared or _guess(b"\n".join(lines[place] for place in undecoded))
    # Short lines of two-byte text may be valid UTF-8 by chance; a declaration is trusted.
    is_mixed = 5 * proper > strays if declared or codec in _COMMON else proper > 0
    encoding = Encoding(_NAMES.get(codec, codec.upper()), not declared, len(odd) if is_mixed else 0)
    if not is_mixed and _is_valid(data, codec):
        return data.decode(codec).encode(), encoding
    for place in odd:
        lines[place] = _decoded_line(lines[place], codec)
    return b"\n".join(lines), encoding


def _decoded_line(line: bytes, codec: str) -> bytes:
    """A line of damaged UTF-8 or of another encoding."""
    if _is_damaged_utf_8(line):
        text = line.decode(errors="surrogateescape")
    elif codec in _COMMON or _is_valid(line, codec):
        return line.decode(codec, "replace").encode()
    else:
        text = line.decode("cp1252", "surrogateescape")
    return _STRAYS.sub(_western, text).encode()


def _is_damaged_utf_8(line: bytes) -> bool:
    """Whether a line has at least as many UTF-8 characters as invalid bytes."""
    text = line.decode(errors="surrogateescape")
    return len(_PROPER.findall(text)) >= len(_STRAYS.findall(text))


def _declared(data: bytes) -> str | None:
    """The encoding that an input declares, if the input is valid in it."""
    names = (name or charset for name, charset in _DECLARED.findall(data, 0, _DECLARED_WITHIN))
    for raw in islice(dict.fromkeys(names), _DECLARATIONS):
        name = raw.decode("ascii", "replace").lower().removeprefix("x-")
        try:
            codec = codecs.lookup(name).name if _DECLARABLE.fullmatch(name) else ""
        except LookupError:
            continue
        codec = _WIDER.get(codec, codec)
        if codec and _is_valid(data, codec):
            return codec
    return None


def _guess(data: bytes) -> str:
    """The most likely encoding of text that is not UTF-8."""
    from charset_normalizer import from_bytes  # takes 30 ms, and only such text needs it

    sample = _sample(data)
    likely = [codec for codec in _COMMON if _is_common(sample, codec)] or [
        codec for codec in _NAMES if codec not in _COMMON
    ]
    found = [
        (round(match.chaos - match.coherence, 2), likely.index(codec))
        for match in from_bytes(sample, cp_isolation=likely, preemptive_behaviour=False, enable_fallback=False)
        for codec in match.could_be_from_charset
        if codec in likely
    ]
    return likely[min(found)[1] if found else 0]


def _sample(data: bytes) -> bytes:
    """The text around bytes that are not ASCII, cut between two characters."""
    pieces, size = [], 0
    for found in _NEAR_HIGH.finditer(data):
        pieces.append(found[0])
        size += len(found[0])
        if size > _SAMPLE:
            break
    sample = b"\n".join(pieces)
    cut = _CUT.search(sample, _SAMPLE)
    return sample[: cut.start()] if cut else sample


def _is_common(sample: bytes, codec: str) -> bool:
    """Whether a text in a two-byte encoding consists of common characters."""
    lines = [line for line in sample.split(b"\n") if _is_valid(line, codec)]
    if sum(map(len, lines)) < _VALID * (len(sample) - sample.count(b"\n")):
        return False
    common, good, odd = _COMMON[codec], 0, 0
    for character, count in Counter(b"".join(lines).decode(codec)).items():
        first, *second = character.encode(codec)
        if character.isascii() or (second and first in common.signs):
            continue
        if second and second[0] >= common.second and first in common.first:
            good += count
        else:
            odd += count
    return good > 0 and good >= common.share * (good + odd)


def _western(stray: re.Match[str]) -> str:
    """The character of an undecoded byte in Windows-1252, or in Latin-1 for the five bytes that it lacks."""
    byte = bytes([ord(stray[0]) - 0xDC00])
    return byte.decode("cp1252" if _is_valid(byte, "cp1252") else "latin-1")


def _high(line: bytes) -> int:
    return len(line) - len(line.translate(None, _HIGH))


def _is_valid(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except ValueError:
        return False
    return True
