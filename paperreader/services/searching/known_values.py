"""The values that query completion offers: tags and feeds of the library, authors and arXiv classes of the list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import islice

from paperreader.services.library import Library

MAX_PAPERS = 2_000
"""Papers of a list whose authors are offered: some 10 ms of work."""


class KnownValues:
    """The values that completion offers in a list; each property reads them anew."""

    def __init__(self, library: Library, ids: Sequence[int]) -> None:
        self._library = library
        self._ids = ids

    @property
    def tags(self) -> list[str]:
        """The tags in use, in alphabetical order."""
        return list(self._library.reading.tags())

    @property
    def feeds(self) -> list[str]:
        """The names of the feeds, in alphabetical order."""
        return sorted({listing.feed for listing in self._library.catalogue.listings()})

    @property
    def categories(self) -> list[str]:
        """The subject classes of the list by number of papers, then those of the newest papers."""
        catalogue = self._library.catalogue
        found: dict[str, None] = {}
        for ids in (list(islice(self._ids, MAX_PAPERS)), catalogue.first_ids(MAX_PAPERS)):
            counted = Counter(name for names in catalogue.categories_of(ids) for name in names)
            found |= dict.fromkeys(name for name, _ in counted.most_common())
        return list(found)

    @property
    def authors(self) -> list[str]:
        """The authors of the list by number of papers."""
        papers = self._library.catalogue.authors_of(list(islice(self._ids, MAX_PAPERS)))
        return [name for name, _ in Counter(name for names in papers for name in names).most_common()]
