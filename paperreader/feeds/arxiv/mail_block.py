r"""One paper of a listing mail: its lines between two lines of backslashes, sorted into fields."""

import re
from dataclasses import dataclass, field
from enum import IntEnum

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.text import categories_in, day_in, identifiers_of, standing_of, unwrapped
from paperreader.feeds.syntax.page_lines import Line
from paperreader.feeds.texts.names import NameStyle, read_names

MARK = re.compile(r"\s{0,3}\\\\\s*(?P<end>\(.*)?")
r"""A line of two backslashes, alone or with the address at the end of a paper."""
NAME = re.compile(
    r"\s{0,3}(?:arXiv:|Paper)\s*(?P<tag>\(\*[\w -]{1,20}\*\))?\s*:?\s*(?P<id>[\w./-]{5,40})\s*(\(\*.*)?", re.I
)
"""The line that names a paper."""

_FIELD = re.compile(
    r"(Title|Authors?|Categories|Comments?|Report-no|ACM-class|MSC-class|Journal-ref|DOI|Proxy|License|From|Subj-class"
    r"|Date)(?: \([\w ]{1,20}\))?: *(?P<value>.*)"
    r"|(?P<replaced>replaced with revised version) *(?P<time>.*)",
    re.IGNORECASE,
)
_TIME = re.compile(r"[\w:,+() -]{1,40}")
_ADDRESS = re.compile(r"arxiv\.org/abs/(\S{5,40})")
_WEIGHT = re.compile(r"[\s,]{0,9}\d{0,9}\s{0,3}kb.{0,10}|\(?\s*https?://\S+\s*,?(?:\s*\d+kb.{0,10})?|\)")
_REPLACED = "replaced with revised version"


class Part(IntEnum):
    """The parts of a paper in reading order."""

    OPENING = 0
    HEAD = 1
    ABSTRACT = 2
    END = 3


@dataclass(slots=True)
class Block:
    """The parts of a paper, filled line by line."""

    part: Part = Part.OPENING
    has_abstract: bool = False
    has_two: bool = False
    name: str = ""
    is_cross: bool = False
    address: str = ""
    fields: dict[str, list[str]] = field(default_factory=dict)
    current: list[str] | None = None
    abstract: list[str] = field(default_factory=list)
    odd: list[Line] = field(default_factory=list)

    @property
    def is_without_abstract(self) -> bool:
        """Whether it ends before an abstract, as only replacements do."""
        return self.part == Part.END and not self.has_abstract and _REPLACED not in self.fields

    def take(self, line: Line) -> None:
        """Add a line to its part."""
        text = line.text
        if mark := MARK.fullmatch(text):
            self._pass_mark(mark["end"] or "")
        elif not text.strip():
            pass
        elif self.part in (Part.OPENING, Part.HEAD):
            self.part = Part.HEAD
            self._take_head(line)
        elif self.part == Part.ABSTRACT:
            self.abstract.append(text)
        elif not _WEIGHT.fullmatch(text.strip()):
            self.odd.append(line)

    def announced(self, section: Announced | None) -> Announced:
        """The kind of announcement, from its section if there is one."""
        if section is Announced.REPLACEMENT or _REPLACED in self.fields:
            return Announced.REPLACEMENT
        return Announced.CROSS if section is Announced.CROSS or self.is_cross else Announced.NEW

    def paper(self, line: int, announced: Announced) -> ParsedPaper | str:
        """The paper, or the reason why there is none."""
        identifier = parse_arxiv(self.name) or parse_arxiv(self.address)
        title = " ".join(self._field("title").split())
        if self.has_two:
            return "two papers in one: the end of the first one is missing"
        if identifier is None:
            return "a paper without its arXiv id"
        if not title:
            return "a paper without its title"
        abstract = unwrapped("\n".join(self.abstract))
        sent = self._field("date") or self._field(_REPLACED)
        is_gone = "(0kb,I)" in sent.replace(" ", "")
        return ParsedPaper(
            title=title,
            abstract=abstract,
            authors=read_names(self._field("authors") or self._field("author"), style=NameStyle.LIST) or None,
            published=None if announced is Announced.REPLACEMENT else day_in(self._field("date")),
            identifiers=identifiers_of(identifier, self._field("doi")),
            line=line,
            categories=categories_in(self._field("categories").split()),
            announced=announced,
            standing=Standing.WITHDRAWN if is_gone else standing_of(self._field("comments"), abstract),
        )

    def _pass_mark(self, end: str) -> None:
        if self.part == Part.OPENING and not end:
            self.part = Part.HEAD
        elif self.part == Part.HEAD and not end:
            self.part, self.has_abstract = Part.ABSTRACT, True
        else:
            self.part = Part.END
            found = _ADDRESS.search(end)
            self.address = self.address or (found[1] if found else "")

    def _take_head(self, line: Line) -> None:
        name = None if self.name or self.fields else NAME.fullmatch(line.text)
        match = _FIELD.match(line.text)
        key = (match["replaced"] or match[1]).lower() if match else ""
        self.has_two |= key in ("title", "authors") and key in self.fields
        if name:
            self.name = name["id"]
            self.is_cross = "cross" in line.text
        elif match and key not in self.fields:
            self.fields[key] = self.current = [match["value"] or match["time"] or ""]
        elif self.current and (self.current is not self.fields.get("date") or _TIME.fullmatch(line.text)):
            self.current.append(line.text)
        else:
            self.odd.append(line)

    def _field(self, key: str) -> str:
        return "\n".join(self.fields.get(key, ()))
