"""The lines of a saved mail as they were written: out of MIME, quoted-printable, HTML, and the `>` of a forward.

Each keeps the number of the line of the file on which it begins, so that a problem can name it.
"""

import binascii
import html
import quopri
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

MAX_PARTS_DEPTH = 5
"""Parts of a mail inside each other."""
HEAD_LINES = 100
"""Lines of the longest head of a mail, or of a part of one."""

_HEADER = re.compile(rb"[A-Za-z][\w-]{0,60}:|From \S|\s+\S|>From ")
_BOUNDARY = re.compile(rb'boundary="?([^";\r\n]{1,100})', re.IGNORECASE)
_CODED_RULE = re.compile(rb"[> ]{0,9}-{40,76}=\s*")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})\b[^<>]{0,2000}>|<!--[^<>]{0,2000}>|\n|[^<\n]+|<")
_BLOCKS = {"br", "p", "div", "tr", "li", "pre", "table", "blockquote", "h1", "h2", "h3", "hr", "body"}
_HIDDEN = {"style", "script", "head", "title"}
_LOOKS_HTML = re.compile(r"<(?:html|body|div|pre|br|p|table)\b[^<>]{0,500}>", re.IGNORECASE)
_QUOTE = re.compile(r"(?:> ?)+")


@dataclass(frozen=True, slots=True)
class MailLine:
    """A line of text, the number of the line of the file on which it begins, and its bytes."""

    number: int
    text: str
    raw: bytes


def mail_lines(data: bytes) -> list[MailLine]:
    """The lines of a mail, or of a text that was copied out of one, its head included; never raises."""
    raw = [MailLine(number, "", line) for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").splitlines(), 1)]
    return _unquoted([replace(line, text=line.text.replace("\u00a0", " ").rstrip()) for line in _part(raw, 0)])


def _part(lines: Sequence[MailLine], depth: int) -> list[MailLine]:
    """The text of a mail or of a part of one, as its head says."""
    head_end = _end_of_head(lines)
    head, body = lines[:head_end], lines[head_end:]
    said = b" ".join(line.raw for line in head).lower()
    boundary = _BOUNDARY.search(b" ".join(line.raw for line in head)) if b"multipart/" in said else None
    if boundary and depth < MAX_PARTS_DEPTH:
        parts = [_part(part, depth + 1) for part in _parts(body, b"--" + boundary[1].strip())]
        listings = [part for part in parts if any(line.text.strip(" >") == r"\\" for line in part)]
        body = (listings or parts or [_text(body, said)])[0]
    elif b"message/rfc822" in said and depth < MAX_PARTS_DEPTH:
        body = _part(body, depth + 1)
    else:
        body = _text(body, said)
    return [*map(_decoded, head), *body]


def _end_of_head(lines: Sequence[MailLine]) -> int:
    """How many lines are the head: up to an empty one, if all before it look like it; else none."""
    start = next((place for place, line in enumerate(lines[:HEAD_LINES]) if line.raw.strip()), 0)
    for place, line in enumerate(lines[start : start + HEAD_LINES], start):
        if not line.raw.strip():
            return place
        if not _HEADER.match(line.raw):
            break
    return 0


def _parts(lines: Sequence[MailLine], boundary: bytes) -> Iterator[Sequence[MailLine]]:
    places = [place for place, line in enumerate(lines) if line.raw.startswith(boundary)]
    for start, end in pairwise([*places, len(lines)]):
        if end > start + 1:
            yield lines[start + 1 : end]


def _text(lines: Sequence[MailLine], head: bytes) -> list[MailLine]:
    """The lines of a body that is no more than text."""
    if b"transfer-encoding: base64" in head:
        lines = _from_base64(lines)
    elif b"transfer-encoding: quoted-printable" in head or any(_CODED_RULE.fullmatch(line.raw) for line in lines):
        lines = _from_quoted_printable(lines)
    read = [_decoded(line) for line in lines]
    first = "\n".join(line.text for line in read[:HEAD_LINES])
    return _from_html(read) if "text/html" in head.decode("latin-1") or _LOOKS_HTML.search(first) else read


def _decoded(line: MailLine) -> MailLine:
    try:
        return replace(line, text=line.raw.decode())
    except UnicodeDecodeError:
        return replace(line, text=line.raw.decode("latin-1"))


def _from_base64(lines: Sequence[MailLine]) -> list[MailLine]:
    coded = b"".join(b"".join(line.raw for line in lines).split())
    try:
        data = binascii.a2b_base64(coded[: len(coded) // 4 * 4])  # whole groups, where the mail was cut
    except binascii.Error:
        return list(lines)
    first = lines[0].number if lines else 1
    return [MailLine(first, "", raw) for raw in data.splitlines()]


def _from_quoted_printable(lines: Sequence[MailLine]) -> list[MailLine]:
    """The lines with those joined that end in `=`, as long as a line of text."""
    joined: list[MailLine] = []
    pieces: list[bytes] = []
    start = 1
    for line in lines:
        start = start if pieces else line.number
        raw = line.raw.rstrip()
        pieces.append(raw.removesuffix(b"="))
        if not raw.endswith(b"="):
            joined.append(MailLine(start, "", quopri.decodestring(b"".join(pieces)).rstrip(b"\n")))
            pieces.clear()
    if pieces:
        joined.append(MailLine(start, "", quopri.decodestring(b"".join(pieces))))
    return joined


def _from_html(lines: Sequence[MailLine]) -> list[MailLine]:
    """The text of HTML; where hardly any tag ends a line, its own lines are the text's."""
    source = "\n".join(line.text for line in lines)
    first = lines[0].number if lines else 1
    numbers = [line.number for line in lines] or [first]
    tags = list(_TAG.finditer(source))
    keeps_lines = sum(tag[2] is not None and tag[2].lower() in _BLOCKS for tag in tags) < 20
    found: list[MailLine] = []
    words: list[str] = []
    row = start = 0
    hidden = ""
    preformatted = 0

    def flush() -> None:
        text = html.unescape("".join(words)).replace("\n", " ")
        found.append(MailLine(numbers[min(start, len(numbers) - 1)], text, text.encode(errors="replace")))
        words.clear()

    for tag in tags:
        name = (tag[2] or "").lower()
        if name in _HIDDEN:
            hidden = "" if tag[1] else name
        elif name == "pre":
            preformatted = max(0, preformatted + (-1 if tag[1] else 1))
        if name in _BLOCKS or (tag[0] == "\n" and (keeps_lines or preformatted)):
            if words or name in ("br", ""):
                flush()
            start = row + tag[0].count("\n")
        elif tag[0] == "\n" and words:
            words.append(" ")
        elif not tag[2] and tag[0] != "\n" and not tag[0].startswith("<!--") and not hidden:
            if not words:
                start = row
            words.append(tag[0])
        row += tag[0].count("\n")
    flush()
    return found


def _unquoted(lines: list[MailLine]) -> list[MailLine]:
    """The lines without the `>` before them, where most have one."""
    written = [line for line in lines if line.text]
    quoted = sum(line.text.startswith(">") for line in written)
    if 2 * quoted < len(written) or not quoted:
        return lines
    return [
        replace(line, text=_QUOTE.sub("", line.text, count=1) if line.text[:1] == ">" else line.text) for line in lines
    ]
