"""The text of files that do not say reliably in which encoding they are, as reference files of thirty years are.

UTF-16 is taken where its mark says so; UTF-8 where the bytes are valid or nearly so; else the encoding that the file
names near its beginning; else GBK, whose Chinese fills pairs of high bytes; else Windows-1252, the Latin-1 of most
programs.
"""

import re

_DECLARED = re.compile(
    rb"""(?:en|de)coding\s*[:=]\s*["']?\s*(?P<name>[\w.-]{3,20})|charset\s*=\s*["']?(?P<charset>[\w.-]{3,20})""",
    re.IGNORECASE,
)
_HEAD = 4_000
"""Bytes of the beginning in which a file names its encoding."""
_KNOWN = re.compile(
    r"(?:iso|latin|cp|windows|mac|koi8|big5|gb|euc|shift|sjis)[-_]?[\w-]*", re.IGNORECASE
)  # only those of text whose first half is ASCII: utf-7 or rot13 would turn one text into another
_HIGH = re.compile(rb"[\x80-\xff]+")
_MARK = b"\xef\xbb\xbf"
_WIDE = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
"""UTF-16 by its mark; the longer mark of UTF-32 goes on with a NUL, which no text has."""
_PROPER = re.compile("[^\x00-\x7f\ud800-\udfff]")
_STRAYS = re.compile("[\udc80-\udcff]")
_NEWLINES = re.compile(r"\r\n?")
_CHINESE = 0.9
"""Share of the high bytes that stand in pairs, from which on they are taken for Chinese."""


def is_wide(data: bytes) -> bool:
    """Whether a file begins with the mark of UTF-16."""
    return data[:2] in _WIDE


def decode(data: bytes) -> str:
    """The text of a file, its lines ended by `\\n`; what no encoding explains is read as Windows-1252. Never raises."""
    if is_wide(data):
        return _with_newlines(data[2:].decode(_WIDE[data[:2]], "replace"))
    is_marked = data.startswith(_MARK)
    text = data.removeprefix(_MARK).decode("utf-8", "surrogateescape")
    strays = len(_STRAYS.findall(text))
    if strays:
        proper = strays if is_marked else len(_PROPER.findall(text))
        named = _declared(data) if proper < strays else None
        if proper >= strays:
            text = _STRAYS.sub(_western, text)
        elif named is not None:
            text = named
        else:
            text = _chinese(data) or _STRAYS.sub(_western, data.decode("cp1252", "surrogateescape"))
    return _with_newlines(text)


def _with_newlines(text: str) -> str:
    return _NEWLINES.sub("\n", text) if "\r" in text else text


def _declared(data: bytes) -> str | None:
    """The text in the encoding that the file names, if it is valid there."""
    match = _DECLARED.search(data[:_HEAD])
    if match is None:
        return None
    name = (match["name"] or match["charset"]).decode("ascii", "replace")
    if not _KNOWN.fullmatch(name):
        return None
    try:
        return data.decode(name)
    except (LookupError, ValueError):
        return None


def _chinese(data: bytes) -> str | None:
    """The text as GBK, if that is what its high bytes look like."""
    runs = [len(run) for run in _HIGH.findall(data)]
    paired = sum(run for run in runs if run % 2 == 0)
    if paired < _CHINESE * sum(runs):
        return None
    try:
        return data.decode("gb18030")
    except ValueError:
        return None


def _western(stray: re.Match[str]) -> str:
    """The character that a byte is which was not decoded: in Windows-1252, else (five are free) in Latin-1."""
    byte = bytes([ord(stray[0]) - 0xDC00])
    try:
        return byte.decode("cp1252")
    except ValueError:
        return byte.decode("latin-1")
