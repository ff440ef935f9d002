"""The user's pairs of names: decisions like all others, and what an older version stored in their place."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from paperreader.domain.captures import UserPairs
from paperreader.domain.decision import SetStar
from paperreader.domain.differences import Kind
from paperreader.domain.history import OnConflict, PairChange, PairKind
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED
from paperreader.errors import UnknownAction
from paperreader.storage.journal.format import SCHEMA, DocumentChange, Snapshot, decode_snapshot, encode_snapshot
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.differences import differences_of
from paperreader.storage.reading.store import ReadingStore, Settlement
from paperreader.storage.reading.upgrade import UPGRADE, upgraded_pairs

OpenStore = Callable[..., ReadingStore]

A, B, C, TEXT = "arxiv:2503.00001", "doi:10.1000/b", "doi:10.1000/c", "text:0123456789abcdef"
BOTH = UserPairs(frozenset({(A, B)}), frozenset({(A, TEXT)}))


def _settle(store: ReadingStore, pairs: UserPairs) -> tuple[PairChange, ...]:
    return store.finish(store.settle("merge", lambda _: Settlement(pairs))).pair_changes


def test_pairs_are_decisions_among_the_others(open_store: OpenStore) -> None:
    """Rule: they survive restarts and a fold of the journal, and are undone and redone in turn."""
    store = open_store()
    store.finish(store.decide("star", {PaperKey(A): SetStar(True)}, {}))
    added = _settle(store, BOTH)
    assert set(added) == {
        PairChange(PairKind.SAME, A, B, False, True), PairChange(PairKind.DISTINCT, A, TEXT, False, True),
    }  # fmt: skip
    assert _settle(store, UserPairs(same=BOTH.same)) == (PairChange(PairKind.DISTINCT, A, TEXT, True, False),)
    cast(JournalStorage, store.db.storage).exclusively(cast(JournalStorage, store.db.storage).compact)
    again = open_store()
    assert again.pairs() == UserPairs(same=BOTH.same)
    for pairs in (BOTH, UserPairs()):
        action = again.finish(again.undo())
        assert (again.pairs(), action.changes, action.concerns_catalogue) == (pairs, (), True)
    assert again.finish(again.redo()).pair_changes == added
    assert open_store().pairs() == BOTH
    assert [len(past.pair_changes) for past in again.history()] == [2, 2, 1, 1, 2, 0]
    assert again.history()[-2].papers == [A, B, TEXT]


def test_a_settlement_is_made_of_the_pairs_as_they_are_when_the_lock_is_held(open_store: OpenStore) -> None:
    """Rule: what another window settled meanwhile is part of it."""
    mine, others = open_store(), open_store()
    _settle(others, UserPairs(same=frozenset({(A, B)})))
    more = frozenset({(B, C)})
    mine.finish(mine.settle("merge", lambda pairs: Settlement(UserPairs(pairs.same | more))))
    others.poll()
    for store in (mine, others, open_store()):
        assert store.pairs() == UserPairs(frozenset({(A, B), (B, C)}))


def test_pairs_stand_readable_in_the_snapshot(open_store: OpenStore, tmp_path: Path) -> None:
    """Rule: a person finds both names; what a hand wrote in no pair counts for nothing, and stays when pairs change."""
    store = open_store()
    _settle(store, BOTH)
    cast(JournalStorage, store.db.storage).exclusively(cast(JournalStorage, store.db.storage).compact)
    snapshot = decode_snapshot((tmp_path / "library" / "reading.json").read_bytes())
    assert list(snapshot.tables["pairs"].values()) == [
        {"key": f"same {A} {B}", "kind": "same", "one": A, "other": B},
        {"key": f"distinct {A} {TEXT}", "kind": "distinct", "one": A, "other": TEXT},
    ]
    odd: tuple[dict[str, Any], ...] = (
        {"key": "x"}, {"key": "y", "kind": "like", "one": A, "other": B}, {"kind": "same", "one": A, "other": C},
        {"key": "z", "kind": "same", "one": A, "other": A}, {"key": "w", "kind": "same", "one": A, "other": 5},
    )  # fmt: skip
    for document in odd:
        store.db.table("pairs").insert(document)
        assert open_store().pairs() == BOTH
    store.db.table("pairs").insert({"key": "by hand", "kind": "same", "one": C, "other": B})
    assert store.pairs() == UserPairs(BOTH.same | {(B, C)}, BOTH.distinct)
    _settle(store, UserPairs())
    assert open_store().pairs() == UserPairs()
    assert len(store.db.table("pairs")) == len(odd)


def test_pairs_are_told_in_words() -> None:
    """Rule: who restores a backup sees which papers become one or two."""
    (pair,) = [{"key": "k", "kind": "same", "one": A, "other": B}]
    found = differences_of([DocumentChange("pairs", "1", None, pair), DocumentChange("pairs", "1", pair, None)])
    assert [each.kind for each in found] == [Kind.PAIR] * 2
    assert [each.changes for each in found] == [
        (f"{A} and {B} are one paper",), (f"no longer: {A} and {B} are one paper",),
    ]  # fmt: skip


# What an older version stored


def _old(tmp_path: Path, identities: Sequence[Any], papers: Sequence[Any]) -> Path:
    """A folder with the snapshot that an older version wrote."""
    folder = tmp_path / "library"
    folder.mkdir()
    tables = {
        name: {str(number): document for number, document in enumerate(documents, 1)}
        for name, documents in (("papers", papers), ("identities", identities))
    }
    (folder / "reading.json").write_bytes(encode_snapshot(Snapshot(SCHEMA, 7, tables)))
    (folder / "reading-7.journal").write_bytes(b"")
    return folder


TITLE = "title:0123456789ab"
OLD_PAPERS = [{"key": A, "starred": True, "note": "joined"}, {"key": C, "status": "read"}, {"key": "doi:10.1/x"}]
OLD_IDENTITIES = [
    {
        "key": TITLE, "names": [TEXT], "into_names": ["doi:10.1000/a"], "is": B,
        "had": {"note": "joined"}, "beside": {"starred": True}, "not": [C],
    },
    {"key": B, "is": A, "had": {"starred": True}},
    {"key": "arxiv:2503.00002", "is": A, "is_id": True},
    {"key": C, "not": [B, TITLE]},
    {"key": "broken", "is": 5, "not": 7},
]  # fmt: skip


def test_what_an_older_version_joined_stays_joined_and_is_found(tmp_path: Path, open_store: OpenStore) -> None:
    """Rule: `is` becomes `same`, `not` becomes `distinct`, and documents bear all names that led to them."""
    folder = _old(tmp_path, OLD_IDENTITIES, OLD_PAPERS)
    expected = UserPairs(
        frozenset({(B, TITLE), ("doi:10.1000/a", TEXT), (A, B), (A, "arxiv:2503.00002")}),
        frozenset({(C, TITLE), (C, TEXT), (B, C)}),
    )
    store = open_store()
    for reader in (store, open_store()):
        assert reader.pairs() == expected
        for name in (A, B, TITLE, TEXT, "doi:10.1000/a", "arxiv:2503.00002"):
            assert (reader.state(name).starred, reader.state(name).note) == (True, "joined")
        assert reader.state(C).status == "read"
        assert len(reader) == 3
        assert [past.name for past in reader.history()] == [UPGRADE]
    assert store.documents()["1"]["key"] == A
    assert not store.db.table("identities").all()
    assert store.finish(store.undo()).undoes is None, "nobody decided it"
    store.close()
    assert decode_snapshot((folder / "reading.json").read_bytes()).tables


def test_a_library_that_may_only_be_read_has_its_pairs(tmp_path: Path) -> None:
    """Rule: the pairs of an older version are read also where nothing can be written."""
    folder = _old(tmp_path, OLD_IDENTITIES, OLD_PAPERS)
    value = json.loads((folder / "reading.json").read_bytes())
    assert upgraded_pairs(value["identities"].values()).same >= {(A, B)}
    snapshot = decode_snapshot((folder / "reading.json").read_bytes())
    newer = Snapshot(SCHEMA + 1, 7, snapshot.tables)
    (folder / "reading.json").write_bytes(encode_snapshot(newer))
    store = ReadingStore(folder)
    assert store.read_only
    assert (A, B) in store.pairs().same
    assert store.state(A).starred
    assert store.history() == []
    store.close()


def test_what_was_joined_is_not_told_apart_by_names(tmp_path: Path) -> None:
    """Rule: `distinct` wins over `same`, so an older `not` between names of one joined paper is left out."""
    documents: list[dict[str, Any]] = [
        {"key": B, "names": [TEXT], "is": A, "not": [C]},
        {"key": C, "is": B, "not": [A]},
        {"key": "doi:10.1000/d", "not": [C]},
    ]
    assert upgraded_pairs(documents) == UserPairs(
        frozenset({(A, B), (A, TEXT), (B, C)}), frozenset({(C, "doi:10.1000/d")})
    )


def test_an_action_about_identity_of_an_older_version_is_not_undone(tmp_path: Path, open_store: OpenStore) -> None:
    """Rule: what it did stands as pairs by now; undo passes it over, and its number says what to do instead."""
    store = open_store()
    store.finish(store.decide("star", {PaperKey(A): SetStar(True), PaperKey(B): SetStar(True)}, {}))
    storage = cast(JournalStorage, store.db.storage)
    one, other = (dict(store.documents()[number]) for number in "12")
    changes = [
        DocumentChange("papers", "2", other, None),
        DocumentChange("papers", "1", one, one | {"note": "joined"}),
        DocumentChange("identities", "1", None, {"key": B, "is": A, "had": {"starred": True}}),
    ]
    storage.exclusively(lambda: storage.append("merge", changes))
    store.close()
    again = open_store()
    assert [past.name for past in again.history()] == [UPGRADE, "merge", "star"]
    assert again.pairs() == UserPairs(frozenset({(A, B)}))
    assert again.state(B).note == "joined"
    for on_conflict in OnConflict:
        with pytest.raises(UnknownAction, match=r"older version.*split"):
            again.finish(again.undo(2, on_conflict=on_conflict))
    assert again.finish(again.undo(1, on_conflict=OnConflict.OVERWRITE)).seq
    assert again.state(A, [B]).starred is False


def test_two_windows_that_open_at_once_upgrade_once(tmp_path: Path, open_store: OpenStore) -> None:
    """Rule: who comes second finds it done."""
    _old(tmp_path, OLD_IDENTITIES, OLD_PAPERS)
    stores = [open_store(window=str(number)) for number in range(3)]
    for store in stores:
        store.poll()
        assert store.seq == 8
        assert store.state(TEXT).starred
        assert store.state("doi:10.1000/none") is UNDECIDED
