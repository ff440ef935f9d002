"""What has changed in the catalogue since a search index read it, and what the index reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.paper import has_code, links_to_code
from paperreader.domain.searchable import PlaceFacts, Searchable
from paperreader.domain.text import reduce_cells
from paperreader.storage.catalogue.columns import (
    addresses_of,
    block_of,
    count_of,
    day_of,
    ids_among,
    names_in,
    names_of,
    text_of,
    title_of,
)
from paperreader.storage.catalogue.connection import chunks, marks
from paperreader.storage.catalogue.selection import CatalogueSelection

_READ = 100
"""Papers that are read together for the search index: the texts of many more push each other out of the caches."""


@dataclass(frozen=True, slots=True)
class CatalogueMark:
    """A moment of a catalogue's life: its name, the number of the newest change, and the name of what it holds."""

    catalogue: str
    change: int
    edition: str


class CatalogueChanges(CatalogueSelection):
    """The changes of a catalogue by their numbers."""

    def mark(self) -> CatalogueMark:
        """The catalogue as it is now."""
        return CatalogueMark(*self._row("SELECT catalogue, change, name FROM edition"))

    def changed_since(self, mark: CatalogueMark) -> list[int] | None:
        """The papers touched since a moment, some of which may be gone; None where that is not known (any more)."""
        came_by = self._row(
            "SELECT 1 FROM editions, edition WHERE editions.change = ? AND editions.name = ? AND catalogue = ?",
            (mark.change, mark.edition, mark.catalogue),
        )
        if came_by is None:  # of another catalogue, forgotten, or an older file was put back and went another way
            return None
        rows = self._rows("SELECT DISTINCT paper FROM changes WHERE change > ? ORDER BY paper", (mark.change,))
        return [paper for (paper,) in rows]

    def forget_changes(self, mark: CatalogueMark) -> None:
        """Forget what changed up to a moment: nobody asks for it any more. Raises StoreError."""
        with self.writing() as connection:
            connection.execute("DELETE FROM changes WHERE change <= ?", (mark.change,))
            connection.execute("DELETE FROM editions WHERE change < ?", (mark.change,))

    def numbers(self) -> list[int]:
        """The numbers of all papers."""
        return [paper for (paper,) in self._rows("SELECT id FROM papers ORDER BY id")]

    def unfinished(self, name: str) -> str | None:
        """How far an input has come that is imported in pieces, as its importer noted it."""
        row = self._row("SELECT mark FROM unfinished WHERE input = ?", (name,))
        return str(row[0]) if row else None

    def keep_unfinished(self, name: str, mark: str | None) -> None:
        """Note how far an input has come, or (None) that it is done. Only within `transaction`."""
        self.connection.execute("DELETE FROM unfinished WHERE input = ?", (name,))
        if mark is not None:
            self.connection.execute("INSERT INTO unfinished VALUES (?, ?)", (name, mark))

    def searchables(self, numbers: Sequence[int]) -> Iterator[Searchable]:
        """What a search index reads of these papers, as they are shown: what is found can be seen."""
        from paperreader.domain.latex.text import readable  # which no verb needs that lists papers

        for chunk in chunks(numbers, _READ):
            wanted = marks(chunk)
            places: dict[int, tuple[PlaceFacts, ...]] = {}
            days: dict[object, date | None] = {}
            for paper, feed, day, rank, upvotes in self._rows(
                "SELECT paper, feed, date, rank, upvotes FROM listed JOIN listings ON listings.id = listing "
                f"WHERE paper IN ({wanted}) ORDER BY date DESC, rank, feed",
                chunk,
            ):
                if day not in days:
                    days[day] = day_of(day)
                place = PlaceFacts(text_of(feed), days[day], count_of(rank) or 0, count_of(upvotes))
                places[paper] = (*places.get(paper, ()), place)
            texts = self._rows(
                f"SELECT id, key, also, title, authors, abstract, categories, links FROM shown WHERE id IN ({wanted})",
                chunk,
            )
            # Read to the end before the first is given away: whoever breaks off leaves no reading half done.
            for number, key, also, title, authors, abstract, categories, links in list(texts):
                found = ids_among(names_in(key, also))
                text, addresses = block_of(abstract), tuple(addresses_of(links)) if links else ()
                yield Searchable(
                    number,
                    PaperKey(text_of(key)),
                    reduce_cells(title_of(title, key)),
                    ", ".join(names_of(authors) or ()),
                    reduce_cells(readable(text)),
                    found,
                    has_code=has_code(text) or links_to_code(addresses),
                    has_pdf="arxiv" in map(scheme_of, found) or (bool(addresses) and "pdf" in dict(addresses)),
                    places=places.get(number, ()),
                    categories=tuple(names_of(categories) or ()),
                )
