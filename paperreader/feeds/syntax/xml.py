"""Reads the items of feeds in XML, in time proportional to the input; a broken item affects only itself.

The reader refuses what no feed needs and attackers use: entities that the document declares (external entities are
never loaded), deep nesting, elements with hundreds of attributes, and items of megabytes.

After a fault, reading continues with the next item, inside the elements that were open around the items. An ampersand
that begins no entity (`R&D`, `?a=1&b=2`) is read as an ampersand. The input is UTF-8, whatever encoding it declares. A
prefix without a declaration stands for its usual namespace: many feeds forget to declare `dc` or `media`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from html.entities import html5
from xml.parsers import expat

from paperreader.domain.import_result import EXCERPT, Problem
from paperreader.domain.text import clean_line

MAX_DEPTH = 64
"""Levels of nested elements; a feed has five, the markup of an abstract a few more."""
MAX_ATTRIBUTES = 64
"""Attributes of one element."""
MAX_NAMESPACES = 256
"""Namespaces that are declared around one element."""
MAX_TEXT = 1_000_000
"""Characters of one item, or of everything outside the items."""
MAX_ELEMENTS = 200_000
"""Elements of a feed; 2,000 papers of ten authors each have some 80,000."""
MAX_PROBLEMS = 200
"""Faults after which the rest of a feed is not read."""
MAX_CUTS = 3
"""How often something may be unclosed: each time the whole rest of the input is searched for its end."""

ITEMS = frozenset(("item", "entry"))
"""The names of items in any namespace: feeds use ten namespaces and misspell them."""
_NAMESPACES = (
    ("purl.org/dc/terms", "dcterms"), ("purl.org/dc/", "dc"), ("prism", "prism"), ("modules/content", "content"),
    ("search.yahoo.com/mrss", "media"), ("w3.org/2005/atom", "atom"), ("purl.org/atom", "atom"),
    ("arxiv.org/schemas", "arxiv"), ("a9.com/-/spec/opensearch", "opensearch"), ("rdf-syntax", "rdf"),
    ("purl.org/rss/1.0/modules", None), ("purl.org/rss", ""), ("netscape.com/rdf", ""),
)  # fmt: skip
"""A part that all versions of a namespace share, and our prefix for it; None: the prefix of the feed."""
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
_SECTION_OR_AMPERSAND = re.compile(rb"<!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|&(?!#?\w{1,40};)", re.DOTALL)
_STAND_IN = b"\x7f"
_TAIL = re.compile(rb"(?:\s|</[^<>]{1,200}>)*+")


@dataclass(slots=True)
class Element:
    """An element of a feed."""

    name: str
    """`atom:title` for any prefix of the feed; `title` in RSS and without a namespace."""
    attributes: dict[str, str]
    """By their names in the feed, with prefixes and namespace declarations."""
    line: int
    """The line where it begins, from 1."""
    start: int
    """The byte where it begins."""
    end: int = 0
    """The byte after its end."""
    content: "list[Element | str]" = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without its prefix."""
        return self.name.rpartition(":")[2]

    @property
    def text(self) -> str:
        """The text in it and in its elements, stripped."""
        return "".join(self._texts()).strip()

    def children(self, *names: str) -> "list[Element]":
        """Its direct child elements with one of these names."""
        return [part for part in self.content if isinstance(part, Element) and part.name in names]

    def child_text(self, *names: str) -> str:
        """The first text of such a child, or an empty string."""
        return next((text for child in self.children(*names) if (text := child.text)), "")

    def _texts(self) -> Iterator[str]:
        for part in self.content:
            if isinstance(part, str):
                yield part
            else:
                yield from part._texts()


@dataclass(frozen=True, slots=True)
class Feed:
    """The items of a feed, the elements around them, and the problems."""

    root: Element | None
    """The outermost element without the items; None if there is none."""
    items: tuple[Element, ...]
    strays: tuple[Element, ...]
    """Other elements between or after the items."""
    problems: tuple[Problem, ...]
    set_aside: tuple[tuple[int, bytes], ...]


@lru_cache(maxsize=512)
def _name(raw: str, uri: str) -> str:
    """The name of an element in a namespace, as `Element.name` has it."""
    prefix, _, local = raw.rpartition(":")
    uri = uri[:200].lower()
    known = next((name for part, name in _NAMESPACES if part in uri), None)
    space = prefix.lower() if known is None else known
    return f"{space}:{local}" if space else local


def read_feed(data: bytes) -> Feed:
    """The feed in some UTF-8 bytes; never raises."""
    return _FeedReader(data).read()


class _Refused(Exception):
    """Something that no feed has; `_place` is where it begins."""


class _FeedReader:
    """Reads one feed: one pass of the parser up to each fault, and another pass from the next item."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._has_stand_ins = b"&" in data and _STAND_IN not in data
        self._parsed = data
        if self._has_stand_ins:  # of equal length, so that places stay
            self._parsed = _SECTION_OR_AMPERSAND.sub(lambda found: _STAND_IN if found[0] == b"&" else found[0], data)
        self._root: Element | None = None
        self._around: list[Element] = []
        self._scopes_around: list[dict[str, str]] = []
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
        """Prepare another pass inside the elements around the items."""
        # Not expat's own namespaces, which refuse undeclared prefixes.
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        # As if a document type was not loaded: HTML's character names are reported, not refused.
        self._parser.UseForeignDTD(True)
        self._shift = (0, 0)
        self._open: list[Element] = self._around[:]
        self._scopes: list[dict[str, str]] = self._scopes_around[:]
        self._item: Element | None = None
        self._characters = 0

    def read(self) -> Feed:
        """The items and problems of the feed."""
        begin, line = 0, 1
        while begin < len(self._data):
            fault = self._pass(begin, line)
            if fault is None:
                break
            reason, place = fault
            if self._item is None and self._problems and _TAIL.fullmatch(self._data, self._between):
                break  # the end tags of elements that the first fault left open
            # The cause of a fault between items may be the rest of an item with a damaged beginning.
            gap = self._data[self._between : place]
            start = self._item.start if self._item else self._between + len(gap) - len(gap.lstrip())
            self._strays = [stray for stray in self._strays if stray.start < start]  # later strays are part of it
            self._keep_around(2)
            self._is_over |= not self._around or len(self._problems) >= MAX_PROBLEMS
            following = None if self._is_over else _ITEM.search(self._data, max(place, start + 1))
            after = following.start() if following else len(self._data)
            self._refuse(line + self._data.count(b"\n", begin, start), reason, self._data[start:after])
            line += self._data.count(b"\n", begin, after)
            begin = after
        strays, problems, set_aside = tuple(self._strays), tuple(self._problems), tuple(self._set_aside)
        return Feed(self._root, tuple(self._items), strays, problems, set_aside)

    def _refuse(self, line: int, reason: str, raw: bytes) -> None:
        excerpt = clean_line(raw[: 4 * EXCERPT].decode(errors="replace"), EXCERPT)
        self._problems.append(Problem(line, reason, excerpt))
        if raw:
            self._set_aside.append((line, raw))

    def _pass(self, begin: int, line: int) -> tuple[str, int] | None:
        """Read from a byte on this line to the end, or to a fault; returns the fault and its place."""
        self._begin()
        self._place = self._between = begin
        parser = self._parser
        opening = self._opening() if begin else b""
        try:
            parser.Parse(opening, False)
            self._shift = (begin - len(opening), line - 1 - opening.count(b"\n"))
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
                return "has no end: the input is cut off, or a part of it is never closed", place
            fault = (expat.ErrorString(error.code) or "").removeprefix("not well-formed ").strip("()")
            return f"is not well-formed XML: {fault}", place
        return None

    def _opening(self) -> bytes:
        """The start tags of the elements around the items."""
        tags = [match[1] for element in self._around if (match := _RAW_NAME.match(self._data, element.start))]
        return b"".join(b"<" + name + b">" for name in tags or [b"feed"])

    def _keep_around(self, count: int | None = None) -> None:
        """Remember the open elements, at most `count`, as the elements around the items; only the first call counts."""
        if not self._around:
            self._around, self._scopes_around = self._open[:count], self._scopes[:count]

    def _byte(self) -> int:
        return self._shift[0] + max(0, self._parser.CurrentByteIndex)

    def _document_type(self, _name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
        if has_subset:
            self._is_over = True
            raise _Refused("has an internal DTD, which is not allowed in a feed")

    def _start(self, raw_name: str, attributes: dict[str, str]) -> None:
        if self._has_stand_ins:
            attributes = {name: text.replace("\x7f", "&") for name, text in attributes.items()}
        self._place = self._byte()
        scope = self._scope(attributes)
        uri = scope.get(raw_name.rpartition(":")[0], "")
        line = self._parser.CurrentLineNumber + self._shift[1]
        element = Element(_name(raw_name, uri), attributes, line, self._place)
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            self._is_over = True
            raise _Refused("has too many elements for a feed")
        if len(self._open) >= MAX_DEPTH:
            raise _Refused("is nested too deeply for a feed")
        if len(attributes) > MAX_ATTRIBUTES or sum(map(len, attributes.values())) > MAX_TEXT:
            raise _Refused("has too many or too long attributes for a feed")
        if element.local in ITEMS:
            if self._item is not None:
                raise _Refused("has no end: the next item begins inside this item")
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

    def _scope(self, attributes: dict[str, str]) -> dict[str, str]:
        """The namespaces inside an element with these attributes, by prefix."""
        outer = self._scopes[-1] if self._scopes else {}
        if not any(name.startswith("xmlns") for name in attributes):
            return outer
        named = ((name.partition(":"), uri) for name, uri in attributes.items())
        scope = outer | {prefix: uri for (kind, _, prefix), uri in named if kind == "xmlns"}
        if len(scope) > MAX_NAMESPACES:
            raise _Refused("declares too many namespaces for a feed")
        return scope

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
            raise _Refused("is too long for an item of a feed")
        if self._open:
            self._open[-1].content.append(text)

    def _begin_section(self) -> None:
        self._section = self._byte()

    def _end_section(self) -> None:
        """Refuse an item whose CDATA section has lost its end and continues into another item."""
        if self._item and _NEXT_ITEM.search(self._data, self._section, self._byte()):
            self._place = self._item.start
            self._cuts += 1
            self._is_over |= self._cuts >= MAX_CUTS
            raise _Refused("has no end: its CDATA section continues into the next item")

    def _named_entity(self, name: str, is_parameter: bool) -> None:
        """Write a character that HTML has a name for."""
        if not is_parameter:
            self._text(html5.get(f"{name};", f"&{name};"))
