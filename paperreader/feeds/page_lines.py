"""The lines of a web page, as a browser copies them or as a converter writes them in Markdown.

In both a link is its text on one line and its address on the next, so that one grammar reads them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

PROSE = 80
"""Characters beside a link from which on it stands in running text, where its address says nothing of a card."""
LONGEST_LINE = 20_000
"""Characters of a line that is looked at for marks of Markdown; the longest abstract known has 3,500."""
MAX_JOINED = 60
"""Lines of one link; the longest abstract known has 40."""

_MARKDOWN = re.compile(r"#{1,6} \S|\*\*.+\*\*$|.*(?:\]\((?:https?://|/)|\]\[\d{1,4}\])")
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^\s()]*(?:\s+\"[^\"]*\")?\)|\[\d{1,4}\])?")
_ALT = re.compile(r"\[\[[^\[\]]{0,80}\](?![(\[])\s*")
_CLOSE = r"\](?:\((?P<url>(?:[^\s()]|\([^\s()]*\))*)(?:\s+\"[^\"]*\")?\)|\[(?P<ref>\d{1,4})\])"
_LINK = re.compile(rf"\[(?P<text>[^\[\]]*){_CLOSE}")
_END_OF_LINK = re.compile(_CLOSE)
_REFERENCE = re.compile(r"\[(\d{1,4})\]:\s*(\S+)")
_HEADING = re.compile(r"(#{1,6})\s+")
_UNMARKED = re.compile(r"[=_-]{3,}|(?:\* ?){3,}|`{3,}\w*|\[[^\[\]]{0,40}\]|(?:</?\w[^<>]{0,200}>\s*)+")
"""Rules, fences, what stands for an image without a text, tags."""
_BOX = re.compile(r"\[[ xX]\]\s*")
_BULLETS = re.compile(r"(?:(?:[-*+]|\d{1,3}\.)\s+(?=\S)|:\s{2,}(?=\S)|>\s+)+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+)(?<=\S)\1")
_BREAK = re.compile(r"\\+(?:\s+|$)")
_ESCAPE = re.compile(r"\\([\\`*_\[\]#+!~>|{}()-])")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its number from 1, its text without blanks around, and its bytes."""

    number: int
    text: str
    raw: bytes
    is_heading: bool = False
    """Whether it is a heading of the third level, as titles in a list are."""


def text_lines(data: bytes) -> list[Line]:
    """The lines of a text that are not empty."""
    lines = (
        (number, raw, raw.decode("utf-8-sig", "ignore").strip()) for number, raw in enumerate(data.splitlines(), 1)
    )
    return [Line(number, text, raw) for number, raw, text in lines if text]


def without_markdown(lines: Sequence[Line]) -> list[Line]:
    """The lines without the marks of Markdown; the lines themselves where there is none."""
    if not any(_MARKDOWN.match(line.text) for line in lines):
        return list(lines)
    found = ((line, _REFERENCE.fullmatch(line.text)) for line in lines)
    addresses = {match[1]: match[2] for _, match in found if match}
    rest = [line for line in lines if not _REFERENCE.fullmatch(line.text)]
    return [line for joined in _joined(map(_without_images, rest)) for line in _parts(joined, addresses) if line.text]


def _is_long(line: Line) -> bool:
    return len(line.text) > LONGEST_LINE


def _without_images(line: Line) -> Line:
    if _is_long(line):
        return line
    return replace(line, text=_ALT.sub("[", _BOX.sub("", _IMAGE.sub("", line.text))).strip())


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines, those together over which the text of one link goes on."""
    begun: list[Line] = []
    for line in lines:
        rest = "" if _is_long(line) else _LINK.sub("", line.text)
        is_opening = "[" in rest and "]" not in rest and rest.rpartition("[")[2].strip(" -*") != ""
        if begun and (is_opening or line.text[:1] == "#" or len(begun) == MAX_JOINED):
            yield from begun
            begun = []
        if is_opening:
            begun = [line]
        elif not begun:
            yield line
        else:
            begun.append(line)
            if _END_OF_LINK.search(rest):
                text = " ".join(_BREAK.sub(" ", part.text).strip() for part in begun)
                yield replace(begun[0], text=text, raw=b"\n".join(part.raw for part in begun))
                begun = []
    yield from begun


def _parts(line: Line, addresses: dict[str, str]) -> Iterator[Line]:
    """A line taken apart: the texts and addresses of its links, and what stands around them."""
    text = line.text
    is_heading = False
    if _is_long(line):
        yield line
        return
    if heading := _HEADING.match(text):
        is_heading, text = len(heading[1]) == 3, text[heading.end() :]
    if bullets := _BULLETS.match(text):
        text = text[bullets.end() :]
    if _UNMARKED.fullmatch(text):
        return
    if len(_LINK.sub("", text)) >= PROSE:
        text = _LINK.sub(lambda link: link["text"], text)
    position = 0
    for link in [*_LINK.finditer(text), None]:
        yield from _around(line, text[position : link.start() if link else len(text)], addresses, is_heading)
        if link:
            position = link.end()
            yield replace(line, text=_plain(link["text"]), is_heading=is_heading)
            yield replace(line, text=link["url"] or addresses.get(link["ref"], ""))


def _around(line: Line, text: str, addresses: dict[str, str], is_heading: bool) -> Iterator[Line]:
    """What stands beside links, among it the end of one that began on a line before."""
    position = 0
    for end in _END_OF_LINK.finditer(text):
        yield replace(line, text=_plain(text[position : end.start()]))
        yield replace(line, text=end["url"] or addresses.get(end["ref"], ""))
        position = end.end()
    yield replace(line, text=_plain(text[position:]), is_heading=is_heading)


def _plain(text: str) -> str:
    text = text.strip()
    if text.startswith("[") and "]" not in text:
        text = text[1:].strip()
    if bullets := _BULLETS.match(text):
        text = text[bullets.end() :]
    if whole := _EMPHASIS.fullmatch(text):
        text = whole[2]
    return _ESCAPE.sub(r"\1", _BREAK.sub(" ", text)).strip()
