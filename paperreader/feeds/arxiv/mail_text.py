"""Extracts the text of saved emails, without MIME, HTML or the `>` of forwarded emails.

Each line keeps the number of its line in the file, for problems.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING, cast

from paperreader.feeds.syntax.page_lines import Line

if TYPE_CHECKING:
    from email.message import Message

MAX_PARTS = 30
"""Nesting of parts from which on a mail is read as is: `email` scans each line once per level."""
_LONGEST_FIELD = 5_000
"""Characters of a header field that are decoded: `email.header` takes quadratic time."""
_LAID_OUT = 20
"""With at least this many line-ending tags, only tags end lines, not the line breaks of the HTML."""

_MARK = re.compile(r"(?P<quote>(?:> ?)*+)\s{0,3}\\\\\s*(?:\(.*)?")
r"""A line of two backslashes, alone or with the address at the end of a paper; of a listing, quoted or not."""
_BEGIN = re.compile(rb"(?:\A|(?<=\n\n)|(?<=\n\r\n))From \S+ [^\n]{0,60}\d\d:\d\d[^\n]{0,40}\d{4}\r?\n")
"""The line before each mail in a file of several."""
_NEWLINE = re.compile(r"\r\n?|\n")
_QUOTE = re.compile(r"(?:> ?)++")
_LOOKS_HTML = re.compile(r"<(?:html|body|div|pre|br|p|table)\b[^<>]{0,500}>", re.IGNORECASE)
_LOOK = 5_000
"""Characters from the start of a text in which a tag identifies HTML."""
_OF_MIME = re.compile(r"content-|mime-", re.IGNORECASE)
_UNSEEN = re.compile(r"<!--[^<>]{0,2000}>|<(style|script|title)\b[^<>]{0,500}>[^<]*", re.IGNORECASE)
_PREFORMATTED = re.compile(r"</?pre\b[^<>]{0,500}>", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]{0,500}>", re.IGNORECASE)
_BLOCK = re.compile(
    r"</?(?:p|div|tr|li|ul|ol|table|tbody|blockquote|h[1-6]|hr|body|html)\b[^<>]{0,2000}>", re.IGNORECASE
)
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:]{0,15}\b[^<>]{0,2000}>")
_NUMBERED = re.compile(r"\0(\d+)\0")
_CHARSET = re.compile(
    r"iso-?(?:8859-?\d{1,2}|2022-[a-z]{2}\w?)|(?:windows|cp|ibm)-?\d{3,4}|koi8-\w|gb\w{1,6}|big5|euc-\w\w|shift[_-]jis"
)
"""Encodings of mails. `utf-7` could change a text, and `punycode` takes very long."""


def read_mails(data: bytes) -> Iterator[list[Line]]:
    """The lines of each mail in a file or a copied text. Never raises."""
    data = data.removeprefix(b"\xef\xbb\xbf")
    begins = [match.start() for match in _BEGIN.finditer(data)]
    if not begins or data[: begins[0]].strip():
        begins.insert(0, 0)
    line = 1
    for begin, end in zip(begins, [*begins[1:], len(data)], strict=True):
        yield _Mail(data[begin:end], line).lines()
        line += data.count(b"\n", begin, end)


class _Mail:
    """A mail, and the position up to which its parts were matched with its bytes."""

    def __init__(self, data: bytes, line: int) -> None:
        body = data.lstrip()
        self._data, self._line = body, line + data.count(b"\n", 0, len(data) - len(body))
        self._place = 0

    def lines(self) -> list[Line]:
        """The lines of its header and its text."""
        from email import message_from_string  # 20 ms that only mails need

        text = self._data.decode("latin-1")  # one character per byte
        if sum(map(self._data.lower().count, (b"multipart/", b"message/"))) > MAX_PARTS:
            return self._text(text, None)
        return self._message(message_from_string(text))

    def _message(self, message: Message[str, str]) -> list[Line]:
        fields = [f"{name}: {_field(value)}" for name, value in message.items() if not _OF_MIME.match(name)]
        lines = [Line(self._line, text, text.encode(errors="replace")) for text in [*fields, ""] if fields]
        return [*lines, *self._part(message)]

    def _part(self, part: Message[str, str]) -> list[Line]:
        """The lines of a part. Of subparts, those with a listing, if any; of alternatives, one."""
        payload = part.get_payload()
        if not isinstance(payload, list):
            return self._text(str(payload or ""), part)
        read = self._message if part.get_content_type() == "message/rfc822" else self._part
        parts = [read(inner) for inner in cast("list[Message[str, str]]", payload)]
        listings = [lines for lines in parts if any(_MARK.fullmatch(line.text) for line in lines)]
        wanted = listings or parts
        if part.get_content_type() == "multipart/alternative":
            wanted = wanted[:1]
        return [line for lines in wanted for line in lines]

    def _text(self, payload: str, part: Message[str, str] | None) -> list[Line]:
        """The lines of a part without subparts; without a part, all lines as they are."""
        raw = payload.encode("latin-1")
        place = max(self._place, self._data.find(raw, self._place))
        self._line += self._data.count(b"\n", self._place, place)
        self._place = place
        data = part.get_payload(decode=True) if part else raw
        coding = str(part.get("content-transfer-encoding", "")).strip().lower() if part else ""
        numbers: Sequence[int] = range(self._line, self._line + 1 + raw.count(b"\n"))
        if coding == "base64":
            numbers = numbers[:1]
        elif coding == "quoted-printable":
            data = quopri.decodestring(raw)
            before = ["", *payload.split("\n")]
            numbers = [number for number, line in zip(numbers, before, strict=False) if not line.rstrip().endswith("=")]
        text = _decoded(data if isinstance(data, bytes) else raw, part.get_content_charset() if part else None)
        lines = [
            Line(numbers[min(count, len(numbers) - 1)], line, line.encode(errors="replace"))
            for count, line in enumerate(_NEWLINE.split(text))
        ]
        is_html = part is not None and part.get_content_type() == "text/html"
        if is_html or _LOOKS_HTML.search(text[:_LOOK]):
            lines = _without_html(lines)
        return _unquoted([replace(line, text=line.text.replace("\xa0", " ").rstrip()) for line in lines])


def _field(value: object) -> str:
    """The value of a header field on one line."""
    from email.errors import HeaderParseError
    from email.header import decode_header, make_header

    text = " ".join(str(value)[:_LONGEST_FIELD].split())
    with suppress(HeaderParseError, LookupError, ValueError):
        text = str(make_header(decode_header(text))) if "=?" in text else text.encode("latin-1").decode()
    return text


def _decoded(data: bytes, charset: str | None) -> str:
    """The text of a part as UTF-8 if valid, else in its declared encoding, else as Latin-1."""
    for name in ("utf-8", charset if charset and _CHARSET.fullmatch(charset) else None):
        with suppress(LookupError, ValueError):
            if name:
                return data.decode(name)
    return data.decode("latin-1")


def _without_html(lines: Sequence[Line]) -> list[Line]:
    """The text of HTML. If hardly any tag ends a line, the line breaks of the HTML count."""
    source = _UNSEEN.sub("", "\n".join(f"\0{line.number}\0{line.text.replace(chr(0), '')}" for line in lines))
    ends = len(_BREAK.findall(source)) + len(_BLOCK.findall(source))
    is_laid_out = ends >= min(_LAID_OUT, len(lines) / 2)
    found: list[Line] = []
    number = lines[0].number if lines else 1
    for count, part in enumerate(_PREFORMATTED.split(source)):
        if is_laid_out and count % 2 == 0:
            part = " ".join(part.split("\n"))
        for ended in _TAG.sub("", _BLOCK.sub("\1", _BREAK.sub("\n", part))).split("\n"):
            *blocks, last = ended.split("\1")  # a block ends a line that is not empty, a break ends any
            for is_block, marked in [*((True, block) for block in blocks), (False, last)]:
                begin, *rest = _NUMBERED.split(marked)  # the text before the first number, and after each
                numbers = [int(digits) for digits in rest[::2]]
                text = unescape("".join([begin, *rest[1::2]]))
                if numbers and not begin.strip():
                    number = numbers[0]
                if text.strip() or not is_block:
                    text = text.strip(" \t\r") if is_laid_out and count % 2 == 0 else text
                    found.append(Line(number, text, text.encode(errors="replace")))
                number = numbers[-1] if numbers else number
    return found


def _unquoted(lines: list[Line]) -> list[Line]:
    """The lines without the `>` of a quoted listing."""
    if not any((mark := _MARK.fullmatch(line.text)) and mark["quote"] for line in lines):
        return lines
    return [replace(line, text=_QUOTE.sub("", line.text, count=1)) if line.text[:1] == ">" else line for line in lines]
