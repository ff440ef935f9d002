"""The search index of a library: every paper's titles, authors, abstracts and facts, answered at every key.

Typing errors are forgiven where too little is found without: first in the words that stand nowhere, then in all.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import tantivy

from paperreader.domain.query.tree import Fact, Phrase, Query
from paperreader.errors import IndexDamaged, PaperReaderError, StoreFull
from paperreader.files.refusals import is_full, refused
from paperreader.files.system import System
from paperreader.search.highlighter import Forms
from paperreader.search.index.facts import NumberSet
from paperreader.search.index.query import FIELDS, IndexQuery
from paperreader.search.index.schema import NEWEST, NUMBER, UPVOTES, make_schema
from paperreader.search.ranking import RERANKED
from paperreader.search.vocabulary import MOST_FORGIVEN

ENOUGH = 10
"""Papers found as typed from which on nobody looks for typing errors."""


class Order(Enum):
    """The orders in which an index can give what it finds."""

    BEST = None
    NEWEST = NEWEST
    UPVOTES = UPVOTES


@dataclass(frozen=True, slots=True)
class IndexAnswer:
    """The papers found, best first, how many there are in all, and the forms of what was sought.

    `scores` and `newest` (greater for what stands earlier in the list of all) are those of the first papers.
    """

    numbers: array[int]
    scores: array[float]
    newest: array[int]
    total: int
    forms: tuple[Forms, ...] = ()


class PaperIndex:
    """An index open for searching: it answers as of the moment when it was opened."""

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
        self,
        query: Query,
        bearing: Callable[[Fact], NumberSet],
        today: date,
        *,
        limit: int,
        order: Order = Order.BEST,
    ) -> IndexAnswer:
        """The first papers that a query finds; `bearing` knows what was decided. Raises IndexDamaged."""
        sought = [text for text in query.texts() if not isinstance(text, Phrase)]
        answer = IndexAnswer(array("q"), array("d"), array("q"), 0)
        for typos in (_in_no_word, self._stands_nowhere, _in_every_word) if sought else (_in_no_word,):
            asked = self._read(query, bearing, today, typos)
            if typos is not _in_no_word and not any(forms.errors for forms in asked.forms):
                continue
            answer = self._ask(asked, limit, order)
            if answer.total >= ENOUGH or len(asked.forms) > MOST_FORGIVEN:
                break
        return answer

    def count(self, query: Query, bearing: Callable[[Fact], NumberSet], today: date) -> int:
        """How many papers a query finds as it is typed. Raises IndexDamaged."""
        asked = self._read(query, bearing, today, _in_no_word)
        return self._ask(asked, 1, Order.BEST).total

    def _read(
        self, query: Query, bearing: Callable[[Fact], NumberSet], today: date, typos: Callable[[str], bool]
    ) -> IndexQuery:
        with _damage(self._folder):
            return IndexQuery(self._schema, self._searcher, query, bearing, today, typos)

    def _ask(self, asked: IndexQuery, limit: int, order: Order) -> IndexAnswer:
        with _damage(self._folder):
            found: Any = self._searcher.search(asked.query, limit, True, order_by_field=order.value)
            hits = found.hits
            addresses = [address for _, address in hits]
            if order is Order.UPVOTES:  # equals come in no certain order
                places = self._column(NEWEST, addresses)
                ranked = sorted(zip(hits, places, strict=True), key=lambda hit: (-(hit[0][0] or 0), -hit[1]))
                addresses = [address for (_, address), _ in ranked]
            numbers = self._column(NUMBER, addresses)
            newest = self._column(NEWEST, addresses[:RERANKED])
        scores = array("d", (score for score, _ in hits[:RERANKED]) if order is Order.BEST else ())
        return IndexAnswer(numbers, scores, newest, found.count, tuple(asked.forms))

    def _column(self, name: str, addresses: Sequence[tantivy.DocAddress]) -> array[int]:
        values: Any = self._searcher.fast_field_values(name, list(addresses))  # of every paper there is one
        return array("q", values)

    def _stands_nowhere(self, word: str) -> bool:
        return not any(self._searcher.terms_with_prefix(name, word, limit=1) for name in FIELDS)


@contextmanager
def _with_room_for_locks(folder: Path) -> Iterator[Path]:
    """The folder of an index, or another that leads to its files: to be opened, it needs one that can be written."""
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
    """What the library of the index says to files that it cannot read, as IndexDamaged; of a full disk as StoreFull."""
    try:
        yield
    except (KeyboardInterrupt, SystemExit, PaperReaderError):
        raise
    except BaseException as error:  # what breaks off in that library is no Exception
        told = refused("the search index cannot be read", error, folder)
        raise told if isinstance(told, StoreFull) else IndexDamaged(str(told)) from error


def _in_no_word(_word: str) -> bool:
    return False


def _in_every_word(_word: str) -> bool:
    return True
