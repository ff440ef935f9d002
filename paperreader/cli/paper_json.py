"""The sources of a paper as JSON. Unknown facts are null."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from paperreader.exporting.entry_json import listings_json, text_json

if TYPE_CHECKING:
    from paperreader.services.sources import Source


def source_json(source: Source) -> dict[str, Any]:
    """What one source said about a paper, and why it is the same paper as source `beside`."""
    capture = source.capture
    return {
        "name": capture.own,
        "ids": list(capture.ids),
        **text_json(capture),
        "links": dict(capture.links),
        "listings": listings_json(source.listed, source.files),
        "why": source.why or None,
        "beside": source.beside,
    }
