"""Reads the lines of a web page: copied from a browser, converted to Markdown, or in HTML.

In all three, a link becomes its text on one line and its address on the next, so that one grammar reads them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import unescape
from typing import NamedTuple

PROSE = 80
"""Characters beside a link from which it is part of running text, where its address means no card."""
LONGEST_LINE = 20_000
"""Characters of the longest line that is searched for Markdown; the longest known abstract has 3,500."""
MOST_LINES = 400_000
"""Lines that are read of a page in HTML; a list of 2,000 papers has 12,000."""
MAX_JOINED = 60
"""Lines of one link; the longest known abstract has 40."""

_MARKDOWN = re.compile(
    r"#{1,6} \S|\*\*.+\*\*$|.*(?:\]\((?:https?://|/)|\]\[\d{1,4}\])"
    r"|[*+•-]\s+(?:Models|Daily|(?:·\s*)?\d{1,5} authors?)$"
)
_IMAGE = re.compile(r"!\[[^\[\]]*\](?:\([^\s()]*(?:\s+\"[^\"]*\")?\)|\[\d{1,4}\])?")
_ALT = re.compile(r"\[\[[^\[\]]{0,80}\](?![(\[])\s*")
_PICTURE = re.compile(r"(?<!\S)\[(?:\s*|x|avatar|brand-logo|papers-by|image|img)\](?![(\[])\s*", re.IGNORECASE)
_PANDOC_CLASSES = re.compile(r"\{[.#][^{}]{1,400}\}")
_CLOSE = (
    r"\](?:\((?P<url>(?:(?=[a-z]+:|[/#?.])(?:[^\s()]|\([^\s()]*\))*)?)(?:\s+\"[^\"]*\")?\)"
    r"|\[(?P<ref>\d{1,4})\])"
)
"""The end of a link. In `F[u](x)` the parentheses hold no address, so it is text."""
_LINK = re.compile(rf"(?<!\\)\[(?P<text>(?:[^\[\]\\]|\\.|\[[^\[\]]*\](?![(\[]))*+){_CLOSE}")
_END_OF_LINK = re.compile(_CLOSE)
_LISTED = re.compile(r"(\d{1,4})\.\s+((?:https?|file|mailto):\S*)")
_NUMBERED = re.compile(r"\[(\d{1,4})\]([^\[\]]*)")
_REFERENCE = re.compile(r"\[(\d{1,4})\]:\s*(\S+)")
_HEADING = re.compile(r"(#{1,6})\s+")
_UNMARKED = re.compile(
    r"[*+]|:?[=_-]{3,}:?|:{3,}.*|(?:\* ?){3,}|`{3,}\w*|\[(?!Submitted on )[^\[\]]{0,40}\]|(?:</?\w[^<>]{0,200}>\s*)+"
)
"""Rules, fences, placeholders of images, tags."""
_BULLETS = re.compile(r"(?:(?:[-*+]|\d{1,3}\.)\s+(?=\S)|:\s{2,}(?=\S)|>\s+)+")
_EMPHASIS = re.compile(r"(\*{1,3}|_{1,3})(?=\S)(.+)(?<=\S)\1")
_BREAK = re.compile(r"\\+(?:\s+|$)")
_ESCAPE = re.compile(r"\\([\\`*_\[\]#+!~>|{}()-])")

_NAME = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9:-]*)")
_ATTRIBUTES = re.compile(r"(?:[^<>\"']+|\"[^\"]*\"|'[^']*')*+")
_ATTRIBUTE = re.compile(r"(?<![\w:-])([\w:-]++)\s*+=\s*+(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")
_END_OF_RAW = {name: re.compile(rf"</{name}\b", re.IGNORECASE) for name in ("script", "style")}
_UNSEEN = {"script", "style", "svg", "template", "head", "select", "noscript"}
_BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "br", "button", "dd", "details", "div", "dl", "dt", "figure",
    "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "option",
    "p", "pre", "section", "summary", "table", "td", "th", "title", "tr", "ul",
}  # fmt: skip
"""Elements on lines of their own."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text: its number from 1, its stripped text, and its bytes."""

    number: int
    text: str
    raw: bytes
    is_heading: bool = False
    """Whether it is a heading of the third level, like titles in a list."""


def text_lines(data: bytes) -> list[Line]:
    """The nonempty lines of a text."""
    lines = (
        (number, raw, raw.decode("utf-8-sig", "ignore").strip()) for number, raw in enumerate(data.splitlines(), 1)
    )
    return [Line(number, text, raw) for number, raw, text in lines if text]


def without_markdown(lines: Sequence[Line]) -> list[Line]:
    """The lines without Markdown; the same lines if they have none."""
    lines, addresses = _without_numbers(lines)
    if not (addresses or any(_MARKDOWN.match(line.text) for line in lines)):
        return list(lines)
    found = [(line, _REFERENCE.fullmatch(line.text)) for line in lines]
    addresses |= {match[1]: match[2] for _, match in found if match}
    rest = [line for line, match in found if not match]
    return [line for joined in _joined(map(_without_images, rest)) for line in _parts(joined, addresses) if line.text]


def _without_numbers(lines: Sequence[Line]) -> tuple[Sequence[Line], dict[str, str]]:
    """The lines of a lynx dump with links as in Markdown, and the addresses, which lynx lists at the end.

    Lynx puts the number of a link before its text. A line continues on the next line if the first word of that line
    did not fit on it.
    """
    end = next((place for place in reversed(range(len(lines))) if lines[place].text == "References"), len(lines))
    addresses = {match[1]: match[2] for line in lines[end:] if (match := _LISTED.fullmatch(line.text))}
    if not addresses:
        return lines, {}
    width = max((len(line.raw.rstrip()) for line in lines[:end]), default=0)
    joined: list[Line] = []
    room = 0
    for line in lines[:end]:
        lines_of_last = joined[-1].raw.count(b"\n") + 1 if joined else 0
        is_next = bool(joined) and line.number == joined[-1].number + lines_of_last
        if is_next and lines_of_last < MAX_JOINED and len(line.text.split(None, 1)[0]) >= room:
            last = joined.pop()
            joined.append(replace(last, text=f"{last.text} {line.text}", raw=last.raw + b"\n" + line.raw))
        else:
            joined.append(line)
        room = width - len(line.raw.rstrip())
    return [replace(line, text=_NUMBERED.sub(r"[\2][\1]", line.text)) for line in joined], addresses


def _is_long(line: Line) -> bool:
    return len(line.text) > LONGEST_LINE


def _without_images(line: Line) -> Line:
    if _is_long(line):
        return line
    text = _PANDOC_CLASSES.sub("", _IMAGE.sub("", line.text)) if "{" in line.text or "!" in line.text else line.text
    return replace(line, text=_PICTURE.sub("", _ALT.sub("[", text)).strip())


def _joined(lines: Iterable[Line]) -> Iterator[Line]:
    """The lines; lines that share the text of one link are joined."""
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
    """The parts of a line: the texts and addresses of its links, and the text around them."""
    text = line.text
    is_heading = False
    if _is_long(line):
        yield line
        return
    if text.startswith("|") and text.endswith("|"):  # a row of a table
        for cell in text.strip("|").split("|"):
            yield from _parts(replace(line, text=cell.strip()), addresses)
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
            yield replace(line, text=_absolute(link["url"] or addresses.get(link["ref"], "")))


def _around(line: Line, text: str, addresses: dict[str, str], is_heading: bool) -> Iterator[Line]:
    """The text beside links, which may have the end of a link from an earlier line."""
    position = 0
    for end in _END_OF_LINK.finditer(text):
        yield replace(line, text=_plain(text[position : end.start()]))
        yield replace(line, text=_absolute(end["url"] or addresses.get(end["ref"], "")))
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


class _Tag(NamedTuple):
    """A tag of HTML: its place, its name (with a slash if it closes), and its attributes."""

    start: int
    end: int
    name: str
    attributes: str

    def attribute(self, name: str) -> str:
        """The value of an attribute, or an empty string."""
        found = (match for match in _ATTRIBUTE.finditer(self.attributes) if match[1].lower() == name)
        return next((unescape(match[2] or match[3] or match[4] or "") for match in found), "")


def _tags(html: str) -> Iterator[_Tag]:
    """The tags and comments in one pass; an unclosed tag is the last, as in a browser."""
    position = 0
    while (start := html.find("<", position)) >= 0:
        if tag := _NAME.match(html, start):
            name = tag[1].lower()
            position = _ATTRIBUTES.match(html, tag.end()).end()  # type: ignore[union-attr]  # it also matches nothing
            attributes = html[tag.end() : position]
            match html[position : position + 1]:
                case ">":
                    position += 1
                case "<":
                    pass
                case _:  # an unclosed quotation mark, or the end
                    name, position = "!", len(html)
            yield _Tag(start, position, name, attributes)
            if name in _END_OF_RAW:
                closing = _END_OF_RAW[name].search(html, position)
                position = closing.start() if closing else len(html)
        elif html[start + 1 : start + 2] in ("!", "?", "/"):
            mark = "-->" if html.startswith("<!--", start) else ">"
            end = html.find(mark, start)
            position = len(html) if end < 0 else end + len(mark)
            yield _Tag(start, position, "!", "")
        else:
            position = start + 1


@dataclass(slots=True)
class _PageReader:
    """The lines of a page so far, and the text since the last line."""

    html: str
    lines: list[Line] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)
    number: int = 1
    counted: int = 0
    is_heading: bool = False

    def end_line(self, position: int) -> None:
        """Make a line of the text since the last line, up to this place."""
        text = " ".join(unescape("".join(self.pieces)).split())
        self.pieces.clear()
        if text:
            self.number += self.html.count("\n", self.counted, position)
            self.counted = position
            self.lines.append(Line(self.number, text, text.encode(errors="replace"), self.is_heading))


def html_lines(html: str, *, with_addresses: bool = True) -> list[Line]:
    """The visible lines of a page in HTML, with the addresses of its links and its formulas as TeX."""
    read = _PageReader(html)
    position = depth = 0
    hidden = link = ""
    in_paragraph = is_formula = False
    for tag in _tags(html):
        name, is_end = tag.name.lstrip("/"), tag.name.startswith("/")
        if len(read.lines) > MOST_LINES:
            break
        if hidden:
            depth += 0 if name != hidden else -1 if is_end else 1
            if depth and not (hidden == "head" and name == "body"):
                continue
            if is_formula:
                read.pieces.append(f"${html[position : tag.start]}$")
            hidden, position, is_formula = "", tag.end, False
            continue
        read.pieces.append(html[position : tag.start])
        position = tag.end
        if name in _UNSEEN or (name in ("div", "span") and "MathJax" in tag.attributes):
            if not is_end and not tag.attributes.endswith("/"):
                hidden, depth, is_formula = name, 1, "math/tex" in tag.attributes
        elif name == "a" and with_addresses and not in_paragraph:
            read.end_line(tag.start)
            if is_end and link:
                read.pieces.append(link)
                read.is_heading, was_heading = False, read.is_heading
                read.end_line(tag.start)
                read.is_heading = was_heading
            link = "" if is_end else _absolute(tag.attribute("href"))
        elif name in _BLOCKS:
            read.end_line(tag.start)
            read.is_heading = name == "h3" and not is_end
            in_paragraph = name == "p" and not is_end
    read.pieces.append("" if hidden else html[position:])
    read.end_line(len(html))
    return read.lines


def _absolute(address: str) -> str:
    """A full address, also for a path on Hugging Face's site; empty if it is not a web address."""
    if address.startswith("/") and not address.startswith("//"):
        return f"https://huggingface.co{address}"
    return address if address.startswith("http") else ""
