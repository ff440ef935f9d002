"""Feeds in XML, read so that no input costs more than its size, and a broken item costs itself only.

Refused are what no feed needs and an attacker does: entities that the document declares, which may grow without end
(external ones are never loaded), deep nesting, elements with hundreds of attributes, items of megabytes.

Where the XML ceases to be well formed, reading goes on with the next item, inside the elements that were open around
the items. Bytes that are UTF-8 are read as UTF-8, whatever encoding they declare.
"""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from xml.parsers import expat

from paperreader.domain.parsed import EXCERPT, Problem
from paperreader.domain.text import clean_line

MAX_DEPTH = 64
"""Elements inside each other; a feed has five, the markup of an abstract some more."""
MAX_ATTRIBUTES = 64
"""Attributes of one element."""
MAX_TEXT = 1_000_000
"""Characters of one item, or of all that stands around the items."""
MAX_ELEMENTS = 200_000
"""Elements of a feed; 2,000 papers of ten authors each have some 80,000."""
MAX_PROBLEMS = 200
"""Faults after which the rest of a feed is given up."""
MAX_CUTS = 3
"""How often something may be open at the end, or far behind it: each time all the rest was looked through for it."""

_NAMESPACES = {
    "www.w3.org/2005/Atom": "atom",
    "arxiv.org/schemas/atom": "arxiv",
    "purl.org/dc/elements/1.1": "dc",
    "a9.com/-/spec/opensearch/1.1": "opensearch",
}
_CUT = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
}
_RAW_NAME = re.compile(rb"<([^\s/>]{1,200})")
_TAIL = re.compile(rb"(?:\s|</[^<>]{1,200}>)*+")


@dataclass(slots=True)
class Element:
    """An element of a feed; its name is `atom:title` whatever prefix the feed uses, `title` without a namespace."""

    name: str
    attributes: dict[str, str]
    line: int
    """Where it begins, from 1."""
    start: int
    """Where it begins, in bytes."""
    end: int = 0
    """Where it ends, in bytes."""
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text in it and in all that it holds, without blanks around."""
        return "".join(self._texts()).strip()

    def children(self, *names: str) -> "list[Element]":
        """The elements directly in it that have one of these names."""
        return [part for part in self.content if isinstance(part, Element) and part.name in names]

    def child_text(self, *names: str) -> str:
        """The text of the first of them that has any; else nothing."""
        return next((text for child in self.children(*names) if (text := child.text)), "")

    def _texts(self) -> Iterator[str]:
        for part in self.content:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()


@dataclass(frozen=True, slots=True)
class Feed:
    """The items of a feed, what stands around them, and what could not be read."""

    root: Element | None
    """The outermost element, without the items; None where there is none."""
    items: tuple[Element, ...]
    strays: tuple[Element, ...]
    """What stands between the items, or behind them, and is none."""
    problems: tuple[Problem, ...]
    set_aside: tuple[tuple[int, bytes], ...]


def read_feed(data: bytes, item_names: Collection[str]) -> Feed:
    """The feed that some bytes are, whose items are the elements of these names; never raises."""
    return _Reading(data, item_names).read()


def name_in(namespace: str, name: str) -> str:
    """The name of an element of a namespace, as `Element.name` has it."""
    space = _NAMESPACES.get(namespace.split("://")[-1].rstrip("/"), namespace)
    return f"{space}:{name}" if space else name


class _Refused(Exception):
    """What no feed has, in the element or text before which `_place` stands."""


class _Reading:
    """The reading of one feed: a pass of the parser up to each fault, and another one from the next item on."""

    def __init__(self, data: bytes, item_names: Collection[str]) -> None:
        self._data = data
        self._item_names = frozenset(item_names)
        tags = "|".join(re.escape(name.rpartition(":")[2]) for name in item_names) or "(?!)"
        self._item_tag = re.compile(rf"<(?:[\w.-]{{1,40}}:)?(?:{tags})[\s>/]".encode())
        self._next_item = re.compile(rb"</[\w.:-]{1,80}\s*>\s*" + self._item_tag.pattern)
        self._encoding = "utf-8" if _is_utf8(data) else None
        self._names: dict[str, str] = {}
        self._namespaces: dict[str | None, str] = {}
        self._root: Element | None = None
        self._around: list[Element] = []
        self._elements = 0
        self._cuts = 0
        self._is_over = False
        self._items: list[Element] = []
        self._strays: list[Element] = []
        self._problems: list[Problem] = []
        self._set_aside: list[tuple[int, bytes]] = []
        self._place = self._between = self._section = 0
        self._begin()

    def _begin(self) -> None:
        """Be ready for another pass, inside the elements around the items."""
        self._parser = expat.ParserCreate(self._encoding, "}")
        self._parser.buffer_text = True
        # As with a document type that is not loaded: names of HTML's characters are asked about, not refused.
        self._parser.UseForeignDTD(True)
        self._shift = (0, 0)
        self._open: list[Element] = self._around[:]
        self._item: Element | None = None
        self._characters = 0

    def read(self) -> Feed:
        """What the feed holds."""
        begin, line = 0, 1
        while begin < len(self._data):
            fault = self._pass(begin, line)
            if fault is None:
                break
            reason, place = fault
            if self._item is None and self._problems and _TAIL.fullmatch(self._data, self._between):
                break  # the ends of what the first fault has left open
            # What led to a fault between items may be the rest of an item whose beginning is damaged.
            start = self._item.start if self._item else self._written_from(self._between, place)
            self._strays = [stray for stray in self._strays if stray.start < start]  # the others are part of it
            self._around = self._around or self._open[:2]
            self._is_over |= not self._around or len(self._problems) >= MAX_PROBLEMS
            following = None if self._is_over else self._item_tag.search(self._data, max(place, start + 1))
            after = following.start() if following else len(self._data)
            self._refuse(line + self._data.count(b"\n", begin, start), reason, self._data[start:after])
            line += self._data.count(b"\n", begin, after)
            begin = after
        strays, problems, set_aside = tuple(self._strays), tuple(self._problems), tuple(self._set_aside)
        return Feed(self._root, tuple(self._items), strays, problems, set_aside)

    def _written_from(self, start: int, end: int) -> int:
        """Where something is written from a byte on, up to another one at the latest."""
        part = self._data[start:end]
        return start + len(part) - len(part.lstrip())

    def _refuse(self, line: int, reason: str, raw: bytes) -> None:
        excerpt = clean_line(raw[: 4 * EXCERPT].decode(errors="replace"), EXCERPT)
        self._problems.append(Problem(line, reason, excerpt))
        if raw:
            self._set_aside.append((line, raw))

    def _pass(self, begin: int, line: int) -> tuple[str, int] | None:
        """Read from a byte on, which stands in this line: to the end, or to a fault, with its place."""
        self._begin()
        self._place = self._between = begin
        parser = self._parser
        opening = self._opening() if begin else b""
        try:
            parser.Parse(opening, False)
            self._shift = (begin - len(opening), line - 1 - opening.count(b"\n"))
            parser.XmlDeclHandler = self._declaration
            parser.StartDoctypeDeclHandler = self._document_type
            parser.SkippedEntityHandler = self._named_entity
            parser.StartNamespaceDeclHandler = self._namespace
            parser.StartElementHandler = self._start
            parser.EndElementHandler = self._end
            parser.CharacterDataHandler = self._text
            parser.StartCdataSectionHandler = self._begin_section
            parser.EndCdataSectionHandler = self._end_section
            parser.Parse(memoryview(self._data)[begin:], True)
        except _Refused as refused:
            return str(refused), self._place
        except expat.ExpatError as error:
            place = min(max(begin, self._shift[0] + parser.ErrorByteIndex), len(self._data))
            if error.code in _CUT and self._root:
                self._cuts += 1
                self._is_over |= self._cuts >= MAX_CUTS
                return "has no end: the input is cut off, or something in it is never closed", place
            fault = (expat.ErrorString(error.code) or "").removeprefix("not well-formed ").strip("()")
            return f"is not well-formed XML: {fault}", place
        except (ValueError, LookupError):  # Python has no such encoding, or not byte by byte
            return "is in an encoding that is not known: convert it to UTF-8", begin
        return None

    def _opening(self) -> bytes:
        """The beginnings of the elements around the items, with every namespace that was declared around them."""
        spaces = "".join(
            f' xmlns{":" if prefix else ""}{prefix or ""}="{escape(uri)}"' for prefix, uri in self._namespaces.items()
        )
        tags = [match[1] for element in self._around if (match := _RAW_NAME.match(self._data, element.start))]
        first, *others = tags or [b"feed"]
        return b"<" + first + spaces.encode() + b">" + b"".join(b"<" + name + b">" for name in others)

    def _byte(self) -> int:
        return self._shift[0] + max(0, self._parser.CurrentByteIndex)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = self._encoding or encoding

    def _document_type(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            self._is_over = True
            raise _Refused("declares entities or other rules of its own, which no feed needs")

    def _namespace(self, prefix: str | None, uri: str | None) -> None:
        if self._item is None and len(self._namespaces) < MAX_ATTRIBUTES:
            self._namespaces[prefix] = uri or ""

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        name = self._names.get(raw_name) or self._named(raw_name)
        self._place = self._byte()
        element = Element(name, attributes, self._parser.CurrentLineNumber + self._shift[1], self._place)
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            self._is_over = True
            raise _Refused("holds more elements than any feed")
        if len(self._open) >= MAX_DEPTH:
            raise _Refused("is nested deeper than any feed")
        if len(attributes) > MAX_ATTRIBUTES or sum(map(len, attributes.values())) > MAX_TEXT:
            raise _Refused("has more, or longer, attributes than anything in a feed")
        if name in self._item_names:
            if self._item is not None:
                raise _Refused("has no end: the next one begins inside it")
            self._item = element
            self._around = self._around or self._open[:]
            self._characters = 0
        elif self._open:
            self._open[-1].content.append(element)
            if self._item is None and self._items and len(self._open) == len(self._around):
                self._strays.append(element)
        self._root = self._root or element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        place = self._byte()
        element.end = self._data.find(b">", place) + 1 if self._data.startswith(b"</", place) else place
        if element is self._item:
            self._items.append(element)
            self._item = None
            self._between = element.end
            self._characters = 0

    def _text(self, text: str) -> None:
        self._characters += len(text)
        if self._characters > MAX_TEXT:
            raise _Refused("is longer than any item of a feed")
        if self._open:
            self._open[-1].content.append(text)

    def _begin_section(self) -> None:
        self._section = self._byte()

    def _end_section(self) -> None:
        """Refuse an item whose section of bare text lost its end, and goes on to that of another item's."""
        if self._item and self._next_item.search(self._data, self._section, self._byte()):
            self._place = self._item.start
            self._cuts += 1
            self._is_over |= self._cuts >= MAX_CUTS
            raise _Refused("has no end: its CDATA section goes on into the next one")

    def _named_entity(self, name: str, is_parameter: bool) -> None:
        """A character that HTML has a name for; only a document type that was not loaded leaves them to us."""
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))

    def _named(self, raw: str) -> str:
        """The name of an element for those who look for it."""
        uri, _, local = raw.rpartition("}")
        name = name_in(uri, local)
        if len(self._names) < MAX_ATTRIBUTES:
            self._names[raw] = name
        return name


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"  # cut in the middle of a character
    return True
