"""The exporter to CSL-JSON, which citation processors, pandoc and Zotero read."""

import json
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from paperreader.domain.dates import KnownDate
from paperreader.domain.entry import Entry
from paperreader.exporting.base import Exporter
from paperreader.exporting.citation_keys import citation_keys
from paperreader.exporting.names import split_name


class CslJsonExporter(Exporter):
    """The exporter to CSL-JSON."""

    format = "csl-json"
    label = "CSL-JSON"
    extension = ".json"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export an array of items, in the given order; their ids are the citation keys of the BibTeX export."""
        chosen = list(entries)
        keys = citation_keys([entry.paper for entry in chosen])
        encode = json.JSONEncoder(ensure_ascii=False).encode
        before = "["
        for entry, key in zip(chosen, keys, strict=True):
            yield f"{before}\n{encode(_item(entry, key))}"
            before = ","
        yield "\n]\n" if chosen else "[]\n"


def _item(entry: Entry, key: str) -> dict[str, Any]:
    paper, state = entry.paper, entry.state
    arxiv = paper.identifier("arxiv")
    facts = {
        "id": key,
        "type": "article",
        "title": paper.title,
        "author": [_name(name) for name in paper.authors or () if name],
        "issued": _date(paper.published),
        "abstract": paper.abstract,
        "DOI": paper.identifier("doi"),
        "URL": paper.page,
        "number": f"arXiv:{arxiv}" if arxiv else None,
        "publisher": "arXiv" if arxiv else None,
        "keyword": ", ".join(state.tags),
        "note": state.note,
    }
    return {name: value for name, value in facts.items() if value}


def _name(name: str) -> dict[str, str]:
    family, given = split_name(name)
    return {"family": family, "given": given} if given else {"literal": family}


def _date(published: KnownDate | None) -> dict[str, list[list[int]]] | None:
    """A date as precise as it is known."""
    if published is None:
        return None
    parts = [published.year, *([published.month] if published.month else ())]
    return {"date-parts": [[*parts, published.day] if isinstance(published, date) else parts]}
