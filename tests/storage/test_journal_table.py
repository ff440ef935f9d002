"""TinyDB's own API does over the journal what it does over TinyDB's memory storage."""

from __future__ import annotations

import random
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
from examples import examples
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from tinydb import Query, TinyDB, where
from tinydb.operations import delete, increment
from tinydb.storages import MemoryStorage
from tinydb.table import Document, Table

from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.journal.table import JournalDB

OpenDB = Callable[..., JournalDB]

_KEYS = st.sampled_from("abc")
_DOCUMENTS = st.fixed_dictionaries(
    {"key": _KEYS, "n": st.integers(0, 9)}, optional={"tags": st.lists(_KEYS, max_size=2)}
)
_CONDITIONS = st.one_of(
    _KEYS.map(lambda key: where("key") == key),
    st.integers(0, 9).map(lambda n: where("n") < n),
    _KEYS.map(lambda key: where("tags").any([key])),
    st.just(where("missing").exists()),
)


def _add_tag(document: Any) -> None:
    # Not in place: after an upsert of several documents TinyDB in memory holds one list in all of them.
    document["tags"] = [*document.get("tags", []), "z"]


class SameAsMemory(RuleBasedStateMachine):
    """Two journalled databases on one folder, and TinyDB in memory as the oracle; documents are paired by number."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.stores = [self._open(), self._open()]
        self.oracle = TinyDB(storage=MemoryStorage).table("papers")
        self.pairs: dict[int, int] = {}

    def _open(self) -> JournalDB:
        return JournalDB(JournalStorage(Path(self.folder.name) / "library", compact_at=1_500))

    def _table(self, which: int) -> Table:
        return self.stores[which].table("papers")

    def _pair(self, ours: list[int], oracles: list[int]) -> None:
        assert len(ours) == len(oracles) == len(set(ours))
        for our, oracle in zip(ours, oracles, strict=True):
            assert our not in self.pairs, "a number in use was given again"
            self.pairs[our] = oracle

    def _oracles(self, ours: list[int]) -> list[int]:
        return [self.pairs[number] for number in ours]

    which = st.integers(0, 1)

    @rule(which=which, document=_DOCUMENTS)
    def insert(self, which: int, document: dict[str, Any]) -> None:
        self._pair([self._table(which).insert(document)], [self.oracle.insert(document)])

    @rule(which=which, documents=st.lists(_DOCUMENTS, max_size=3))
    def insert_multiple(self, which: int, documents: list[dict[str, Any]]) -> None:
        self._pair(self._table(which).insert_multiple(documents), self.oracle.insert_multiple(documents))

    @rule(which=which, condition=_CONDITIONS, n=st.integers(0, 9))
    def update_where(self, which: int, condition: Query, n: int) -> None:
        changed = self._table(which).update({"n": n}, condition)
        assert self._oracles(changed) == self.oracle.update({"n": n}, condition)

    @rule(which=which, condition=_CONDITIONS, change=st.sampled_from([_add_tag, increment("n"), delete("n")]))
    def update_by_calling(self, which: int, condition: Query, change: Callable[[Any], None]) -> None:
        safe = condition & where("n").exists()
        assert self._oracles(self._table(which).update(change, safe)) == self.oracle.update(change, safe)

    @precondition(lambda self: self.pairs)
    @rule(which=which, data=st.data(), n=st.integers(0, 9))
    def update_numbers(self, which: int, data: st.DataObject, n: int) -> None:
        numbers = data.draw(st.lists(st.sampled_from(sorted(self.pairs)), unique=True))
        oracles = self.oracle.update({"n": n}, doc_ids=self._oracles(numbers))
        assert self._oracles(self._table(which).update({"n": n}, doc_ids=[*numbers, 10_000])) == oracles

    @rule(which=which, n=st.integers(0, 9))
    def update_all(self, which: int, n: int) -> None:
        assert self._oracles(self._table(which).update({"n": n})) == self.oracle.update({"n": n})

    @rule(which=which, document=_DOCUMENTS)
    def upsert(self, which: int, document: dict[str, Any]) -> None:
        same = where("key") == document["key"]
        is_new = not self.oracle.contains(same)
        ours, oracles = self._table(which).upsert(document, same), self.oracle.upsert(document, same)
        if is_new:
            self._pair(ours, oracles)
        else:
            assert self._oracles(ours) == oracles

    @rule(which=which, condition=_CONDITIONS)
    def remove_where(self, which: int, condition: Query) -> None:
        removed = self._table(which).remove(condition)
        assert self._oracles(removed) == self.oracle.remove(condition)
        for number in removed:
            del self.pairs[number]

    @precondition(lambda self: self.pairs)
    @rule(which=which, data=st.data())
    def remove_number(self, which: int, data: st.DataObject) -> None:
        number = data.draw(st.sampled_from(sorted(self.pairs)))
        assert self._table(which).remove(doc_ids=[number]) == [number]
        self.oracle.remove(doc_ids=[self.pairs.pop(number)])

    @rule(which=which)
    def truncate(self, which: int) -> None:
        self._table(which).truncate()
        self.oracle.truncate()
        self.pairs.clear()

    @rule(which=which)
    def reopen(self, which: int) -> None:
        self.stores[which].close()
        self.stores[which] = self._open()
        assert cast(JournalStorage, self.stores[which].storage).notices == []

    @rule(which=which)
    def compact(self, which: int) -> None:
        storage = cast(JournalStorage, self.stores[which].storage)
        storage.exclusively(storage.compact)

    @rule(which=which, condition=_CONDITIONS)
    def ask(self, which: int, condition: Query) -> None:
        cast(JournalStorage, self.stores[which].storage).poll()
        table = self._table(which)
        found = {self.pairs[document.doc_id]: dict(document) for document in table.search(condition)}
        assert found == {document.doc_id: dict(document) for document in self.oracle.search(condition)}
        assert table.count(condition) == self.oracle.count(condition)
        assert table.contains(condition) == self.oracle.contains(condition)
        first = table.get(condition)
        assert (first is None) == (not found)
        assert first is None or found[self.pairs[first.doc_id]] == first

    @invariant()
    def hold_the_same(self) -> None:
        for db in self.stores:
            cast(JournalStorage, db.storage).poll()
            table = db.table("papers")
            ours = {self.pairs[document.doc_id]: dict(document) for document in table}
            assert ours == {document.doc_id: dict(document) for document in self.oracle}
            assert len(table) == len(self.oracle)
            assert {doc.doc_id for doc in table.get(doc_ids=list(self.pairs))} == set(self.pairs)

    def teardown(self) -> None:
        for db in getattr(self, "stores", []):
            db.close()
        if hasattr(self, "folder"):
            self.folder.cleanup()


TestSameAsMemory = SameAsMemory.TestCase
TestSameAsMemory.settings = examples(40, steps=25)


def _filled(db: TinyDB) -> Table:
    table = db.table("papers")
    table.insert_multiple({"key": key, "tags": [key]} for key in "abc")
    return table


def test_what_is_handed_out_is_the_callers_own(open_db: OpenDB) -> None:
    """Changing a document that was read, or inserted, at any depth changes nothing stored."""
    table = open_db().table("papers")
    given_in = {"key": "a", "tags": ["x"]}
    table.insert(given_in)
    given_in["tags"] = ["changed"]
    fetched = [
        table.all()[0],
        table.get(doc_id=1),
        table.get(doc_ids=[1])[0],
        table.get(where("key") == "a"),
        table.search(where("key") == "a")[0],
    ]
    for document in fetched:
        assert document is not None
        document["tags"].append("changed")
        document["key"] = "changed"
    assert table.all() == [{"key": "a", "tags": ["x"]}]


def test_a_document_found_twice_is_not_changed_by_who_found_it_first(open_db: OpenDB) -> None:
    """The query cache too hands out copies."""
    table = _filled(open_db())
    table.search(where("key") == "a")[0]["tags"].append("changed")
    assert table.search(where("key") == "a") == [{"key": "a", "tags": ["a"]}]


def test_a_query_is_answered_anew_after_another_store_changed_something(open_db: OpenDB) -> None:
    """A cached answer does not outlive another window's change."""
    mine, others = _filled(open_db()), open_db()
    query = where("key") == "a"
    assert mine.count(query) == 1
    others.table("papers").update({"key": "z"}, query)
    assert mine.count(query) == 1, "nothing was polled yet"
    mine.storage.poll()  # type: ignore[attr-defined]
    assert mine.count(query) == 0


def test_tables_are_told_apart(open_db: OpenDB) -> None:
    """Each table has its own documents and its own numbers, and the default table is one of them."""
    db = open_db()
    assert db.insert({"a": 1}) == 1
    assert db.table("papers").insert({"b": 1}) == 1
    assert db.tables() == {"_default", "papers"}
    assert (len(db), len(db.table("papers"))) == (1, 1)
    db.close()
    again = open_db()
    assert again.all() == [{"a": 1}]
    assert again.table("papers").all() == [{"b": 1}]


def test_a_document_with_a_number_keeps_it(open_db: OpenDB) -> None:
    """`insert(Document(…, doc_id=N))`, alone or among many, stores under N, as TinyDB's documentation says."""
    table = open_db().table("papers")
    assert table.insert(Document({"key": "a"}, doc_id=7)) == 7
    assert table.insert_multiple([Document({"key": "b"}, doc_id=9), {"key": "c"}]) == [9, 10]
    assert table.upsert(Document({"key": "z"}, doc_id=7)) == [7]
    assert table.get(doc_id=7) == {"key": "z"}
    with pytest.raises(ValueError, match="already exists"):
        table.insert(Document({"key": "d"}, doc_id=9))


def test_a_document_that_was_read_goes_back_under_its_number(open_db: OpenDB) -> None:
    """A document taken from the table can be changed and upserted without a query."""
    table = _filled(open_db())
    document = table.get(where("key") == "b")
    assert document is not None
    document["note"] = "changed"
    assert table.upsert(document) == [document.doc_id]
    assert table.get(doc_id=document.doc_id) == {"key": "b", "tags": ["b"], "note": "changed"}


def test_a_dropped_table_stays_dropped(open_db: OpenDB) -> None:
    """`drop_table` is on the disk, not only in memory, and another open store sees it."""
    db, other = open_db(), open_db()
    _filled(db)
    db.table("kept").insert({"a": 1})
    db.drop_table("papers")
    assert db.tables() == {"kept"}
    other.storage.poll()  # type: ignore[attr-defined]
    assert len(other.table("papers")) == 0
    db.close()
    assert len(open_db().table("papers")) == 0
    assert open_db().table("kept").all() == [{"a": 1}]


def test_dropped_tables_hold_nothing_any_more(open_db: OpenDB) -> None:
    """`drop_tables` empties the database durably, and it can be filled again."""
    db = open_db()
    _filled(db)
    db.drop_tables()
    assert db.tables() == set()
    db.close()
    again = open_db()
    assert len(again.table("papers")) == 0
    _filled(again)
    assert len(open_db().table("papers")) == 3


def test_dropped_tables_are_not_listed_after_reopening(open_db: OpenDB) -> None:
    """`tables()` gives the same before and after reopening."""
    db = open_db()
    _filled(db)
    db.drop_tables()
    db.close()
    assert open_db().tables() == set()


def test_a_table_may_be_changed_while_it_is_walked(open_db: OpenDB) -> None:
    """Removing inside `for document in table` visits every document, as it does over TinyDB's own storages."""
    table = _filled(open_db())
    for document in table:
        table.remove(doc_ids=[document.doc_id])
    assert len(table) == 0


@pytest.mark.parametrize(
    "value",
    [float("nan"), float("inf"), b"bytes", {1, 2}, "\ud800", object(), 10**5_000, {"deeper": [float("nan")]}],
    ids=["nan", "inf", "bytes", "set", "surrogate", "object", "huge", "nested"],
)
def test_a_value_that_json_cannot_hold_is_refused_and_nothing_is_written(
    open_db: OpenDB, tmp_path: Path, value: object
) -> None:
    """The caller gets ValueError or TypeError; memory and files are as before; the next action works."""
    table = _filled(open_db())
    journal = tmp_path / "library" / "reading-0.journal"
    before = journal.read_bytes()
    for refused in (
        lambda: table.insert({"value": value}),
        lambda: table.insert_multiple([{"key": "fine"}, {"value": value}]),
        lambda: table.update({"value": value}),
        lambda: table.upsert({"key": "a", "value": value}, where("key") == "a"),
    ):
        with pytest.raises((ValueError, TypeError)):
            refused()
    assert journal.read_bytes() == before
    assert table.all() == [{"key": key, "tags": [key]} for key in "abc"]
    assert table.insert({"key": "d"}) == 4


def test_memory_holds_what_the_next_start_reads(open_db: OpenDB) -> None:
    """Tuples become lists at once and numeric keys text, not only after reopening."""
    table = open_db().table("papers")
    table.insert({"pair": (1, 2), "by": {1: "one"}})
    now = table.all()
    assert now == [{"pair": [1, 2], "by": {"1": "one"}}]
    assert open_db().table("papers").all() == now


def test_an_exception_in_the_middle_of_an_update_changes_nothing(open_db: OpenDB) -> None:
    """An updating function that raises half-way leaves every document as it was, in memory and on the disk."""
    table = _filled(open_db())

    def fail_at_b(document: Any) -> None:
        document["tags"].append("half")
        if document["key"] == "b":
            raise KeyError("on purpose")

    with pytest.raises(KeyError, match="on purpose"):
        table.update(fail_at_b)
    expected = [{"key": key, "tags": [key]} for key in "abc"]
    assert table.all() == expected
    assert open_db().table("papers").all() == expected


def test_an_update_that_changes_nothing_is_not_journalled(open_db: OpenDB, tmp_path: Path) -> None:
    """Writing what is there already costs no line."""
    table = _filled(open_db())
    journal = tmp_path / "library" / "reading-0.journal"
    before = journal.read_bytes()
    assert table.update({"key": "a"}, where("key") == "a") == [1]
    assert journal.read_bytes() == before


def test_a_change_costs_the_same_in_a_large_table(open_db: OpenDB, tmp_path: Path) -> None:
    """The journal grows by the touched document only, however many there are."""
    table = open_db().table("papers")
    table.insert_multiple({"key": f"title:{n}", "note": "x" * 50} for n in range(3_000))
    journal = tmp_path / "library" / "reading-0.journal"
    before = journal.stat().st_size
    table.update({"starred": True}, doc_ids=[random.Random(1).randrange(1, 3_000)])
    assert journal.stat().st_size - before < 500
