"""The exporter to JSON Lines: all facts of a paper in one line, which `paperreader import` reads again."""

import json
from collections.abc import Iterable, Iterator

from paperreader.domain.entry import Entry
from paperreader.exporting.base import Exporter
from paperreader.exporting.entry_json import entry_json


class JsonlExporter(Exporter):
    """The exporter to JSON Lines."""

    format = "jsonl"
    label = "JSON Lines"
    extension = ".jsonl"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export one paper per line, with its reading state, in the given order."""
        encode = json.JSONEncoder(ensure_ascii=False).encode
        return (f"{encode(entry_json(entry))}\n" for entry in entries)
