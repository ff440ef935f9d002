"""Papers in a library, imported as the product does, and the library when its catalogue was lost."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date

from paperreader.domain.captures import ordered_ids, own_name
from paperreader.domain.decision import Decision
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import Added, add_listing


def import_papers(library: Library, *papers: ParsedPaper, day: int = 14) -> list[Added]:
    """Import papers, each as a listing of its own, on a day of March 2025."""
    with library.catalogue.transaction():
        added: list[Added] = [
            add_listing(
                library.catalogue,
                Listing(f"feed:{paper.content_hash}{''.join(paper.identifiers)}", date(2025, 3, day)),
                [paper],
                user_decisions(library),
            )
            for paper in papers
        ]
    library.apply_decisions()
    return added


def lose_catalogue(library: Library) -> Library:
    """The library opened again when its catalogue was lost."""
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    return Library(library.folder, window="again")


def lose_papers(library: Library, numbers: Iterable[int]) -> None:
    """Have the catalogue lose papers with all that was said of them."""
    with library.catalogue.transaction() as connection:
        papers = json.dumps(list(numbers))
        captures = "(SELECT id FROM captures WHERE paper IN (SELECT value FROM json_each(?)))"
        for table in ("names", "sightings"):
            connection.execute(f"DELETE FROM {table} WHERE capture IN {captures}", (papers,))
        connection.execute("DELETE FROM papers WHERE id IN (SELECT value FROM json_each(?))", (papers,))
        connection.execute("DELETE FROM captures WHERE paper IN (SELECT value FROM json_each(?))", (papers,))


def own_key(parsed: ParsedPaper) -> PaperKey:
    """The own name of a capture: the key of a paper that bears no id."""
    return PaperKey(
        own_name(parsed.title, parsed.abstract, ordered_ids(parsed.identifiers), parsed.authors, parsed.published)
    )


def decide(library: Library, key: PaperKey, *decisions: Decision) -> None:
    """Decide about a paper, each decision an action of its own."""
    for decision in decisions:
        library.finish(Triage(library).decide("act", [key], decision))


def entries_of(library: Library) -> dict[PaperKey, Entry]:
    """All papers by their keys."""
    return {entry.paper.key: entry for entry in library.entries(library.ids(Shelf.ALL))}


def ids_of(library: Library) -> dict[PaperKey, tuple[Identifier, ...]]:
    """The ids of all papers by their keys."""
    return {key: entry.paper.identifiers for key, entry in entries_of(library).items()}
