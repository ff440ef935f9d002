"""Feeds in XML: every input costs time in proportion to its size, and a broken item affects only itself.

Refused are what no feed needs and an attacker uses: entities that the document declares, which may grow without end
(external entities are never loaded), deep nesting, elements with hundreds of attributes, items of megabytes.

Where the XML stops being well formed, reading goes on with the next item, inside the elements that were open around
the items. An ampersand that begins no entity (`R&D`, `?a=1&b=2`) is read as one. Bytes that are UTF-8 are read as
UTF-8, whatever encoding they declare. A prefix without a declaration stands for the namespace that it usually has:
many feeds forget to declare `dc` or `media`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
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

ITEMS = frozenset(("item", "entry"))
"""The names of items, in whatever namespace: feeds put them in ten, and in misspelt ones."""
_NAMESPACES = (
    ("purl.org/dc/terms", "dcterms"), ("purl.org/dc/", "dc"), ("prism", "prism"), ("modules/content", "content"),
    ("search.yahoo.com/mrss", "media"), ("w3.org/2005/atom", "atom"), ("purl.org/atom", "atom"),
    ("arxiv.org/schemas", "arxiv"), ("a9.com/-/spec/opensearch", "opensearch"), ("rdf-syntax", "rdf"),
    ("purl.org/rss/1.0/modules", None), ("purl.org/rss", ""), ("netscape.com/rdf", ""),
)  # fmt: skip
"""A part that all versions of a namespace share, and our prefix for it; None: the prefix that the feed uses."""
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
_ITEM = re.compile(rb"<(?:[\w.-]{1,40}:)?(?:item|entry)[\s>/]")
_NEXT_ITEM = re.compile(rb"</[\w.:-]{1,80}\s*>\s*" + _ITEM.pattern)
_BARE = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|&(?!#?\w{1,40};)", re.DOTALL)
_STAND_IN = b"\x7f"
_TAIL = re.compile(rb"(?:\s|</[^<>]{1,200}>)*+")


@dataclass(slots=True)
class Element:
    """An element of a feed."""

    name: str
    """`atom:title` whatever prefix the feed uses, `title` in RSS and without a namespace."""
    attributes: dict[str, str]
    """By the names that the feed gives them, prefixes and namespace declarations included."""
    line: int
    """Where it begins, from 1."""
    start: int
    """Where it begins, in bytes."""
    end: int = 0
    """Where it ends, in bytes."""
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

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


class _Scope:
    """The namespaces inside an element, by their prefixes."""

    def __init__(self, declared: dict[str, str], outer: "_Scope | None" = None) -> None:
        self._declared = declared
        self._outer = outer
        self._names: dict[str, str] = {}

    def name(self, raw: str) -> str:
        """The name of an element as `Element.name` has it."""
        if raw not in self._names:
            prefix, _, local = raw.rpartition(":")
            space = _space(self._uri(prefix), prefix)
            name = f"{space}:{local}" if space else local
            if len(self._names) >= MAX_ATTRIBUTES:
                return name
            self._names[raw] = name
        return self._names[raw]

    def _uri(self, prefix: str) -> str:
        scope: _Scope | None = self
        while scope:
            if prefix in scope._declared:
                return scope._declared[prefix]
            scope = scope._outer
        return ""


def _space(uri: str, prefix: str) -> str:
    """The prefix that a namespace has here."""
    uri = uri[:200].lower()
    known = next((name for part, name in _NAMESPACES if part in uri), None)
    return prefix.lower() if known is None else known


def read_feed(data: bytes) -> Feed:
    """The feed that some bytes are; never raises."""
    return _Reading(data).read()


class _Refused(Exception):
    """What no feed has, in the element or text before which `_place` stands."""


class _Reading:
    """The reading of one feed: a pass of the parser up to each fault, and another one from the next item on."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._has_stand_ins = b"&" in data and _STAND_IN not in data
        self._parsed = data
        if self._has_stand_ins:  # which are as long, so that places stay
            self._parsed = _BARE.sub(lambda found: _STAND_IN if found[0] == b"&" else found[0], data)
        self._encoding = "utf-8" if _is_utf8(data) else None
        self._root: Element | None = None
        self._around: list[Element] = []
        self._scopes_around: list[_Scope] = []
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
        # Without expat's own reading of namespaces, which refuses prefixes that are not declared.
        self._parser = expat.ParserCreate(self._encoding)
        self._parser.buffer_text = True
        # As with a document type that is not loaded: names of HTML's characters are asked about, not refused.
        self._parser.UseForeignDTD(True)
        self._shift = (0, 0)
        self._open: list[Element] = self._around[:]
        self._scopes: list[_Scope] = self._scopes_around[:]
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
            self._keep_around(2)
            self._is_over |= not self._around or len(self._problems) >= MAX_PROBLEMS
            following = None if self._is_over else _ITEM.search(self._data, max(place, start + 1))
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
            parser.StartElementHandler = self._start
            parser.EndElementHandler = self._end
            parser.CharacterDataHandler = self._text
            parser.StartCdataSectionHandler = self._begin_section
            parser.EndCdataSectionHandler = self._end_section
            parser.Parse(memoryview(self._parsed)[begin:], True)
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
        """The beginnings of the elements around the items."""
        tags = [match[1] for element in self._around if (match := _RAW_NAME.match(self._data, element.start))]
        return b"".join(b"<" + name + b">" for name in tags or [b"feed"])

    def _keep_around(self, count: int | None = None) -> None:
        """Remember the open elements, at most so many, as those around the items; the first time counts."""
        if not self._around:
            self._around, self._scopes_around = self._open[:count], self._scopes[:count]

    def _byte(self) -> int:
        return self._shift[0] + max(0, self._parser.CurrentByteIndex)

    def _declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        self._encoding = self._encoding or encoding

    def _document_type(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            self._is_over = True
            raise _Refused("declares entities or other rules of its own, which no feed needs")

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        if self._has_stand_ins:
            attributes = {name: text.replace("\x7f", "&") for name, text in attributes.items()}
        self._place = self._byte()
        scope = self._scope(attributes)
        line = self._parser.CurrentLineNumber + self._shift[1]
        element = Element(scope.name(raw_name), attributes, line, self._place)
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            self._is_over = True
            raise _Refused("holds more elements than any feed")
        if len(self._open) >= MAX_DEPTH:
            raise _Refused("is nested deeper than any feed")
        if len(attributes) > MAX_ATTRIBUTES or sum(map(len, attributes.values())) > MAX_TEXT:
            raise _Refused("has more, or longer, attributes than anything in a feed")
        if element.local in ITEMS:
            if self._item is not None:
                raise _Refused("has no end: the next one begins inside it")
            self._item = element
            self._keep_around()
            self._characters = 0
        elif self._open:
            self._open[-1].content.append(element)
            if self._item is None and self._items and len(self._open) == len(self._around):
                self._strays.append(element)
        self._root = self._root or element
        self._open.append(element)
        self._scopes.append(scope)

    def _scope(self, attributes: dict[str, str]) -> _Scope:
        """The namespaces inside an element that has these attributes."""
        outer = self._scopes[-1] if self._scopes else None
        if outer and not any(name.startswith("xmlns") for name in attributes):
            return outer
        named = ((name.partition(":"), uri) for name, uri in attributes.items())
        return _Scope({prefix: uri for (kind, _, prefix), uri in named if kind == "xmlns"}, outer)

    def _end(self, _name: str) -> None:
        self._scopes.pop()
        element = self._open.pop()
        place = self._byte()
        element.end = self._data.find(b">", place) + 1 if self._data.startswith(b"</", place) else place
        if element is self._item:
            self._items.append(element)
            self._item = None
            self._between = element.end
            self._characters = 0

    def _text(self, text: str) -> None:
        text = text.replace("\x7f", "&") if self._has_stand_ins else text
        self._characters += len(text)
        if self._characters > MAX_TEXT:
            raise _Refused("is longer than any item of a feed")
        if self._open:
            self._open[-1].content.append(text)

    def _begin_section(self) -> None:
        self._section = self._byte()

    def _end_section(self) -> None:
        """Refuse an item whose section of bare text lost its end, and goes on to that of another item's."""
        if self._item and _NEXT_ITEM.search(self._data, self._section, self._byte()):
            self._place = self._item.start
            self._cuts += 1
            self._is_over |= self._cuts >= MAX_CUTS
            raise _Refused("has no end: its CDATA section goes on into the next one")

    def _named_entity(self, name: str, is_parameter: bool) -> None:
        """A character that HTML has a name for; only a document type that was not loaded leaves them to us."""
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.reason == "unexpected end of data"  # cut in the middle of a character
    return True
