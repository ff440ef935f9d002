"""The importer that JSON formats of papers share: it reads the records of a file one by one."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.feeds.references.fields import Reading
from paperreader.feeds.references.json_records import UNREAD, Unread
from paperreader.feeds.syntax.json_items import read_items

NOT_A_RECORD = "not a paper: not a record of this format"

Json = Mapping[str, Any]


@dataclass(slots=True, eq=False)
class JsonImporter:
    """The importer of one JSON format."""

    format: str
    has_signs: Callable[[bytes], object]
    """Whether the beginning of a JSON file has names that only this format has."""
    lists: frozenset[str]
    """Names under which an object holds a list of records."""
    names: frozenset[str]
    """Every record has one of these names."""
    read_record: Callable[[Json, int], tuple[ParsedPaper, Unread] | str]
    """The paper of a record on this line and its unreadable values, or the reason why the record has no paper."""
    nothing: str | None = None
    """The problem of a file without records; None: an empty file is no problem."""
    choose: Callable[[Iterable[ParsedPaper]], Iterable[ParsedPaper]] = iter
    """Selects the papers that are imported."""
    null: str = NOT_A_RECORD
    """What a null among the records means."""
    max_bytes: int = 200_000_000
    max_lines: int = 20_000_000
    """An indented record has about a hundred lines."""

    def recognises(self, head: bytes) -> bool:
        """Whether it is JSON with the names of the format."""
        return head.lstrip()[:1] in (b"[", b"{") and bool(self.has_signs(head))

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The one listing of a file; records that cannot be read or have no title are problems."""
        reading = Reading()
        for item in read_items(data, self.lists, self._is_record):
            found = item.damage or self._read(item.value, item.line)
            if isinstance(found, str):
                reading.refuse(item.line, found, data[item.start : item.end].decode(errors="replace"))
                continue
            paper, unread = found
            reading.papers.append(paper)
            for what, text in unread:
                reading.refuse(item.line, UNREAD.format(what), text.encode(errors="replace").decode())
        reading.papers[:] = self.choose(reading.papers)
        is_empty = not (reading.papers or reading.problems)
        return () if is_empty and self.nothing is None else (reading.listing(self.nothing or ""),)

    def _read(self, value: object, line: int) -> tuple[ParsedPaper, Unread] | str:
        if isinstance(value, dict) and self._is_record(value):
            return self.read_record(value, line)
        error = value.get("error", value.get("message")) if isinstance(value, dict) else None
        return f"an error message: {error}" if isinstance(error, str) else self.null if value is None else NOT_A_RECORD

    def _is_record(self, value: object) -> bool:
        return isinstance(value, dict) and not self.names.isdisjoint(value)
