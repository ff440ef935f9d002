"""Searches the index of a library.

If a query finds little as it is typed, the search forgives typing errors: first in the words that no paper has, then
in all words.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import tantivy

from paperreader.domain.query.tree import Query, Word
from paperreader.errors import IndexDamaged, PaperReaderError, StoreFull
from paperreader.files.error_codes import is_full, refused
from paperreader.files.system_calls import System
from paperreader.search.highlighter import Forms
from paperreader.search.index.facts import Decided
from paperreader.search.index.query import FIELDS, IndexQuery
from paperreader.search.index.schema import ABSTRACT, NEWEST, NUMBER, TITLE, UPVOTES, make_schema
from paperreader.search.ranking import RERANKED
from paperreader.search.vocabulary import MOST_FORGIVEN

ENOUGH = 10
"""With so many papers found, the search does not forgive typing errors."""


class Order(Enum):
    """The orders of an answer. The value is the field of the index to sort by."""

    BEST = None
    NEWEST = NEWEST
    UPVOTES = UPVOTES


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The numbers of the papers found, the number of all papers found, and the forms of the words to mark.

    `scores` and `newest` belong to the first papers. `newest` is greater for papers that were listed later.
    """

    numbers: array[int]
    scores: array[float]
    newest: array[int]
    total: int
    forms: tuple[Forms, ...] = ()


class PaperIndex:
    """An open index. It answers as of the moment when it was opened, and raises IndexDamaged."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._schema = make_schema()
        with _damage(folder), _with_room_for_locks(folder) as readable:
            index = tantivy.Index.open(str(readable))
            index.config_reader("manual", 0)
            index.reload()
            self._searcher = index.searcher()

    def __len__(self) -> int:
        return self._searcher.num_docs

    def search(
        self, query: Query, decided: Decided, today: date, *, limit: int, order: Order = Order.BEST
    ) -> IndexAnswer:
        """The first papers that a query finds."""
        answer = IndexAnswer(array("q"), array("d"), array("q"), 0)
        passes: list[Callable[[str], bool]] = [lambda _: False]
        if any(isinstance(text, Word) for text in query.texts()):
            passes += self._stands_nowhere, lambda _: True
        for number, forgives in enumerate(passes):
            with _damage(self._folder):
                asked = IndexQuery(self._schema, self._searcher, query, decided, today, forgives)
                if number and not any(forms.errors for forms in asked.forms):
                    continue
                answer = self._ask(asked, limit, order)
            if answer.total >= ENOUGH or len(asked.forms) > MOST_FORGIVEN:
                break
        return answer

    def like(self, words: Mapping[str, float], limit: int) -> array[int]:
        """The papers that have most of these words in title or abstract; each word counts by its weight."""
        with _damage(self._folder):
            parts = [
                (tantivy.Occur.Should, tantivy.Query.boost_query(query, weight))
                for word, weight in words.items()
                for query in (tantivy.Query.term_query(self._schema, field, word) for field in (TITLE, ABSTRACT))
            ]
            found: Any = self._searcher.search(tantivy.Query.boolean_query(parts), limit, False)
            return self._column(NUMBER, [address for _, address in found.hits])

    def count(self, query: Query, decided: Decided, today: date) -> int:
        """The number of papers that a query finds without typing errors."""
        with _damage(self._folder):
            asked = IndexQuery(self._schema, self._searcher, query, decided, today, lambda _: False)
            return self._ask(asked, 1, Order.BEST).total

    def _ask(self, asked: IndexQuery, limit: int, order: Order) -> IndexAnswer:
        found: Any = self._searcher.search(asked.query, limit, True, order_by_field=order.value)
        hits = found.hits
        addresses = [address for _, address in hits]
        if order is Order.UPVOTES:  # the index returns papers with equal upvotes in no certain order
            places = self._column(NEWEST, addresses)
            ranked = sorted(zip(hits, places, strict=True), key=lambda hit: (-(hit[0][0] or 0), -hit[1]))
            addresses = [address for (_, address), _ in ranked]
        scores = array("d", (score for score, _ in hits[:RERANKED]) if order is Order.BEST else ())
        numbers, newest = self._column(NUMBER, addresses), self._column(NEWEST, addresses[:RERANKED])
        return IndexAnswer(numbers, scores, newest, found.count, tuple(asked.forms))

    def _column(self, field: str, addresses: Sequence[tantivy.DocAddress]) -> array[int]:
        values: Any = self._searcher.fast_field_values(field, list(addresses))  # every paper has one value
        return array("q", values)

    def _stands_nowhere(self, word: str) -> bool:
        return not any(self._searcher.terms_with_prefix(field, word, limit=1) for field in FIELDS)


@contextmanager
def _with_room_for_locks(folder: Path) -> Iterator[Path]:
    """The folder of an index; if it cannot be written, a folder of links to its files.

    Tantivy writes a lock file to open an index.
    """
    if not System().refuses_writing(folder) and not is_full(folder):
        yield folder
        return
    from tempfile import TemporaryDirectory  # 8 ms that only a library that cannot be written needs

    with TemporaryDirectory() as name:
        for path in folder.iterdir():
            if path.suffix != ".lock":
                Path(name, path.name).symlink_to(path.absolute())
        yield Path(name)


@contextmanager
def _damage(folder: Path) -> Iterator[None]:
    """Raises the errors of Tantivy as IndexDamaged, or as StoreFull if the disk is full."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, PaperReaderError):
        raise
    except BaseException as error:  # a panic in Tantivy is no Exception
        refusal = refused("the search index cannot be read", error, folder)
        raise refusal if isinstance(refusal, StoreFull) else IndexDamaged(str(refusal)) from error
