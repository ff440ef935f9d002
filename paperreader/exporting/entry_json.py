"""Papers as JSON. Unknown facts are null."""

from collections.abc import Iterable
from typing import Any

from paperreader.domain.captures import Capture
from paperreader.domain.dates import iso
from paperreader.domain.entry import Entry, FiledPaper
from paperreader.domain.listing import ListedPaper
from paperreader.domain.paper import Paper


def entry_json(entry: Entry) -> dict[str, Any]:
    """A paper with its reading state, as `list --json`, `show --json` and the JSON Lines export write it."""
    paper, state = entry.paper, entry.state
    return {
        "key": paper.key,
        "ids": list(paper.identifiers),
        **text_json(paper),
        "status": state.status.value,
        "starred": state.starred,
        "tags": list(state.tags),
        "note": state.note or None,
        "decided_at": iso(state.decided_at),
        "rules": list(state.rules),
        "listings": listings_json(entry.listed, entry.files),
        "links": paper.links(),
    }


def text_json(said: Paper | Capture) -> dict[str, Any]:
    """The facts of a paper or of a capture."""
    return {
        "title": said.title or None,
        "abstract": said.abstract or None,
        "authors": list(said.authors) if said.authors is not None else None,
        "published": iso(said.published),
        "categories": list(said.categories) if said.categories is not None else None,
        "version": said.version,
        "standing": said.standing,
    }


def listings_json(listed: Iterable[ListedPaper], files: Iterable[FiledPaper]) -> list[dict[str, Any]]:
    """The dated lists and the imported files that contain a paper; a file has no date."""
    dated = [
        {
            "feed": place.listing.feed,
            "date": iso(place.listing.date),
            "date_guessed": place.listing.guessed,
            **_figures_json(place),
            "announced": place.announced,
        }
        for place in listed
    ]
    undated = [
        {"feed": place.file.feed, "date": None, "date_guessed": False, **_figures_json(place), "announced": None}
        for place in files
    ]
    return dated + undated


def _figures_json(place: ListedPaper | FiledPaper) -> dict[str, Any]:
    return {"rank": place.rank, "upvotes": place.upvotes, "comments": place.comments}
