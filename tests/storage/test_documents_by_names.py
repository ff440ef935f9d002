"""One document a paper: it bears the paper's names, is found by each, and follows when papers become one or several."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast

import pytest

from paperreader.domain.captures import UserPairs
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.history import Action, OnConflict, PairChange, PairKind
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import UNDECIDED, ReadingStatus, make_note, make_tags
from paperreader.errors import UnknownAction
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.storage import JournalStorage
from paperreader.storage.reading.document_format import Keepsake
from paperreader.storage.reading.store import ReadingStore, Settlement
from paperreader.storage.reading.upgrade import UPGRADE

OpenStore = Callable[..., ReadingStore]

ARXIV, DOI, TEXT, TITLE = "arxiv:2503.01234", "doi:10.1000/lantern", "text:0123456789abcdef", "title:0123456789ab"
OTHER_TEXT = "text:fedcba9876543210"


class Papers:
    """Papers as groups of names, best first."""

    def __init__(self, *papers: tuple[str, ...], contested: Mapping[str, Iterable[str]] = {}) -> None:
        self.papers = papers
        self._bearers = {name: {PaperKey(names[0])} for names in papers for name in names}
        for name, keys in contested.items():
            self._bearers[name] = {PaperKey(key) for key in keys}

    def names_of(self, keys: Iterable[str]) -> Mapping[PaperKey, tuple[str, ...]]:
        """The names of papers."""
        return {PaperKey(key): names for key in keys for names in self.papers if key in names}

    def bearers_of(self, names: Iterable[str]) -> Mapping[str, frozenset[PaperKey]]:
        """The papers that bear names."""
        return {name: frozenset(self._bearers[name]) for name in names if name in self._bearers}


def _decide(store: ReadingStore, papers: Papers | None, decision: Decision, *keys: str) -> Action:
    return store.finish(store.decide("act", dict.fromkeys(map(PaperKey, keys), decision), {}, papers))


def _settle(store: ReadingStore, pairs: UserPairs, *papers: tuple[str, ...]) -> Action:
    return store.finish(store.settle("settle", lambda _: Settlement(pairs, papers)))


def _documents(store: ReadingStore) -> list[dict[str, Any]]:
    """The documents without their times."""
    return [
        {name: value for name, value in document.items() if name != "decided_at"}
        for document in store.documents().values()
    ]


def _tag(*tags: str) -> EditTags:
    return EditTags(make_tags(tags))


def _fold(store: ReadingStore) -> None:
    storage = cast(JournalStorage, store.db.storage)
    storage.exclusively(storage.compact)


def test_a_document_bears_all_names_of_its_paper_and_is_found_by_each(open_store: OpenStore) -> None:
    """Rule: the best name is the key, the others stand behind it; before and after all documents are read."""
    store = open_store()
    action = _decide(store, Papers((ARXIV, DOI, TEXT)), SetStar(True), DOI)
    assert [change.key for change in action.changes] == [ARXIV]
    _fold(store)
    (document,) = store.documents().values()
    assert list(document)[:2] == ["key", "also"]
    assert (document["key"], document["also"]) == (ARXIV, [DOI, TEXT])
    again = open_store()
    for reader in (store, again):
        assert all(reader.state(name).starred for name in (ARXIV, DOI, TEXT))
        assert reader.state("doi:10.1000/other", ["arxiv:2503.09999", TEXT]).starred
        assert not reader.state("doi:10.1000/other").starred
    again.read_all()
    assert all(again.state(name).starred for name in (ARXIV, DOI, TEXT))
    assert again.starred() == again.names() == [(ARXIV, DOI, TEXT)]
    assert len(again) == 1


def test_a_start_finds_a_document_by_each_name_without_reading_all(
    open_store: OpenStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a start asks for a hundred papers, by names that also stand in documents as further ones."""
    store = open_store()
    for number in range(30):
        own = Papers((f"arxiv:2503.{number:05d}", f"doi:10.1/[{number}]", f"text:{number:016x}"))
        _decide(store, own, _tag(f"t{number}"), f"text:{number:016x}")
    _fold(store)
    _decide(store, Papers((ARXIV, TEXT)), SetStar(True), ARXIV)
    again = open_store()

    def refuse(_: Documents) -> None:
        raise AssertionError("all documents were read")

    monkeypatch.setattr(Documents, "_read", refuse)
    for number in range(30):
        for name in (f"arxiv:2503.{number:05d}", f"doi:10.1/[{number}]", f"text:{number:016x}"):
            assert again.state("arxiv:2401.00001", [name]).tags == (f"t{number}",)
    assert again.state(TEXT).starred
    assert again.state("text:none") is UNDECIDED


def test_two_documents_of_one_paper_are_joined_and_a_decision_leaves_one(open_store: OpenStore) -> None:
    """Rule: found to be one, papers have one state; undo of the decision gives both documents back as they were."""
    store = open_store()
    _decide(store, None, SetStar(True), ARXIV)
    _decide(store, None, SetNote(make_note("of the article")), DOI)
    before = store.documents()
    papers = Papers((ARXIV, DOI))
    joined = store.state(ARXIV, [DOI])
    assert (joined.starred, joined.note) == (True, "of the article")
    action = _decide(store, papers, SetStatus(ReadingStatus.READ), ARXIV, DOI)
    assert [(change.key, change.before, change.after.status) for change in action.changes] == [
        (ARXIV, joined, ReadingStatus.READ)
    ]
    assert _documents(store) == [
        {"key": ARXIV, "also": [DOI], "starred": True, "note": "of the article", "status": "read"}
    ]
    undone = store.finish(store.undo(naming=papers))
    assert store.documents() == open_store().documents() == before
    assert [(change.key, change.after) for change in undone.changes] == [(ARXIV, joined)]
    store.finish(store.redo(naming=papers))
    assert open_store().state(DOI) == action.changes[0].after


def test_the_join_does_not_depend_on_which_name_is_asked_for(open_store: OpenStore) -> None:
    """Rule: documents are joined in the order of their decisions, else of their numbers."""
    store = open_store()
    for name, note in ((TEXT, "one"), (ARXIV, "two"), (DOI, "three")):
        _decide(store, None, SetNote(make_note(note)), name)
    names = [ARXIV, DOI, TEXT]
    states = {store.state(name, names) for name in names}
    assert {state.note for state in states} == {"one\n\ntwo\n\nthree"}
    assert len(states) == 1


def test_names_of_another_paper_stay_behind_with_what_was_decided(open_store: OpenStore) -> None:
    """Rule: a decision about a paper that was split off changes no other paper."""
    store = open_store()
    _decide(store, Papers((ARXIV, DOI, TEXT)), SetStar(True), ARXIV)
    before = store.documents()
    papers = Papers((ARXIV, TEXT), (DOI,))
    assert store.state(ARXIV, [TEXT]).starred
    assert store.state(DOI).starred
    action = _decide(store, papers, SetStar(False), ARXIV)
    assert [change.key for change in action.changes] == [ARXIV]
    assert sorted(map(str, _documents(store))) == sorted(
        map(str, [{"key": DOI, "starred": True}, {"key": ARXIV, "also": [TEXT]}])
    )
    assert next(past.keys for past in store.history(1)) == (ARXIV,)
    undone = store.finish(store.undo(naming=papers))
    assert [(change.key, change.after.starred) for change in undone.changes] == [(ARXIV, True)]
    assert store.documents() == before


def test_both_parts_of_a_document_are_decided_in_one_action(open_store: OpenStore) -> None:
    """Rule: each paper gets a document of its own, whichever comes first."""
    store = open_store()
    _decide(store, Papers((ARXIV, DOI)), _tag("a"), ARXIV)
    action = _decide(store, Papers((ARXIV,), (DOI,)), _tag("b"), DOI, ARXIV)
    assert [change.key for change in action.changes] == [DOI, ARXIV]
    assert sorted(document["key"] for document in _documents(store)) == [ARXIV, DOI]
    assert {store.state(name).tags for name in (ARXIV, DOI)} == {("a", "b")}


def test_a_contested_name_counts_for_neither_paper(open_store: OpenStore) -> None:
    """Rule: a name that two papers bear stays in the old document, with what was decided until then."""
    store = open_store()
    _decide(store, Papers((ARXIV, TEXT)), SetStar(True), TEXT)
    papers = Papers((TEXT,), (OTHER_TEXT,), contested={ARXIV: [TEXT, OTHER_TEXT]})
    _decide(store, papers, SetStar(False), TEXT)
    assert not store.state(TEXT).starred
    assert store.state(ARXIV).starred
    assert store.state(OTHER_TEXT) is UNDECIDED


def test_an_address_goes_along_though_another_paper_bears_the_title(open_store: OpenStore) -> None:
    """Rule: no document is left behind that only an address leads to."""
    store = open_store()
    store.finish(store.rekey(UPGRADE, {PaperKey(TITLE): (ARXIV, TEXT)}))
    _decide(store, None, SetStar(True), TITLE)
    store.finish(store.rekey(UPGRADE, {PaperKey(TITLE): (ARXIV, TEXT)}))
    _decide(store, Papers((ARXIV, TEXT), contested={TITLE: [ARXIV, DOI]}), _tag("x"), ARXIV)
    assert _documents(store) == [{"key": ARXIV, "also": [TEXT, TITLE], "starred": True, "tags": ["x"]}]


def test_a_decision_without_a_catalogue_keeps_all_names(open_store: OpenStore) -> None:
    """Rule: where nobody knows the papers, a document's names are those of one paper."""
    store = open_store()
    _decide(store, Papers((ARXIV, DOI, TEXT)), SetStar(True), ARXIV)
    for naming in (None, Papers()):
        _decide(store, naming, _tag(f"by {naming is None}"), TEXT, DOI)
    assert _documents(store) == [{"key": ARXIV, "also": [DOI, TEXT], "starred": True, "tags": ["by-false", "by-true"]}]


def test_what_is_copied_stays_when_documents_become_one(open_store: OpenStore) -> None:
    """Rule: the title beside a star is kept, whichever document it was in."""
    store = open_store()
    kept = {PaperKey(DOI): Keepsake("A Lantern", "https://doi.org/10.1000/lantern", ("Ada Lovelace",))}
    store.finish(store.decide("star", {PaperKey(DOI): SetStar(True)}, kept))
    assert store.kept() == [(DOI,)]
    _decide(store, None, _tag("x"), ARXIV)
    assert store.keepsake(ARXIV, [DOI]) == store.keepsake(DOI)
    assert store.kept_number(ARXIV, [DOI]) == 1
    _decide(store, Papers((ARXIV, DOI)), SetStar(False), ARXIV)
    assert store.keepsake(ARXIV) == Keepsake("A Lantern", "https://doi.org/10.1000/lantern", ("Ada Lovelace",))
    number = store.kept_number(DOI)
    assert number is not None
    assert store.kept_names(number) == (ARXIV, DOI)


def test_a_split_gives_the_document_all_names_and_both_parts_have_its_state(open_store: OpenStore) -> None:
    """Rule: nothing is copied; the next decision about one part leaves the other as it is."""
    store = open_store()
    _decide(store, Papers((ARXIV,)), SetStar(True), ARXIV)
    pairs = UserPairs(distinct=frozenset({(ARXIV, DOI)}))
    action = _settle(store, pairs, (ARXIV, DOI, TEXT))
    assert action.pair_changes == (PairChange(PairKind.DISTINCT, ARXIV, DOI, False, True),)
    assert action.changes == ()
    assert _documents(store) == [{"key": ARXIV, "also": [DOI, TEXT], "starred": True}]
    papers = Papers((ARXIV, TEXT), (DOI,))
    assert store.state(DOI).starred
    _decide(store, papers, SetStatus(ReadingStatus.READ), DOI)
    assert store.state(ARXIV, [TEXT]).status is ReadingStatus.UNREAD
    for _ in range(2):
        store.finish(store.undo(naming=papers))
    assert _documents(store) == [{"key": ARXIV, "starred": True}]
    assert store.pairs() == UserPairs()


def test_a_split_joins_the_documents_of_the_paper_first(open_store: OpenStore) -> None:
    """Rule: what was decided about the one paper is on both parts, whichever document held it; undo gives both back."""
    store = open_store()
    _decide(store, None, SetStar(True), ARXIV)
    _decide(store, None, _tag("x"), DOI)
    before = store.documents()
    _settle(store, UserPairs(distinct=frozenset({(ARXIV, DOI)})), (ARXIV, DOI))
    for name in (ARXIV, DOI):
        assert (store.state(name).starred, store.state(name).tags) == (True, ("x",))
    store.finish(store.undo())
    assert store.documents() == before


def test_nothing_is_settled_about_papers_nobody_decided(open_store: OpenStore) -> None:
    """Rule: a paper without a document gets none, and pairs that are so already are no action."""
    store = open_store()
    pairs = UserPairs(same=frozenset({(ARXIV, DOI)}))
    assert _settle(store, pairs, (ARXIV, DOI)).seq == 1
    assert _settle(store, pairs, (ARXIV, DOI)).seq == 0
    assert (len(store), store.pairs()) == (0, pairs)


# History


def test_undo_by_number_is_refused_while_a_later_action_decided_the_same_under_another_key(
    open_store: OpenStore,
) -> None:
    """Rule: history follows a document by its names, whatever key it has now; what came later is never lost."""
    store = open_store()
    star = _decide(store, None, SetStar(True), TEXT)
    _decide(store, Papers((ARXIV, TEXT)), SetStar(False), ARXIV)
    _decide(store, Papers((ARXIV, TEXT)), SetStar(True), ARXIV)
    refused = store.finish(store.undo(star.seq, on_conflict=OnConflict.REFUSE))
    assert (refused.was_refused, refused.conflicts) == (True, (TEXT,))
    assert store.state(TEXT).starred
    forced = store.finish(store.undo(star.seq, on_conflict=OnConflict.OVERWRITE))
    assert forced.seq
    assert not store.state(ARXIV, [TEXT]).starred


def test_undo_by_number_follows_a_document_whose_key_changed(open_store: OpenStore) -> None:
    """Rule: a decision about something else is no conflict, and is kept."""
    store = open_store()
    star = _decide(store, None, SetStar(True), TEXT)
    _decide(store, Papers((ARXIV, TEXT)), _tag("x"), ARXIV)
    assert store.finish(store.undo(star.seq, on_conflict=OnConflict.REFUSE)).conflicts == ()
    assert _documents(store) == [{"key": ARXIV, "also": [TEXT], "tags": ["x"]}]


def test_a_star_that_a_document_brought_when_two_became_one_is_not_lost(open_store: OpenStore) -> None:
    """Rule: of two stars one is taken back by number only where the other one does not hide behind it."""
    store = open_store()
    star = _decide(store, None, SetStar(True), ARXIV)
    _decide(store, None, SetStar(True), DOI)
    _decide(store, Papers((ARXIV, DOI)), _tag("x"), ARXIV)
    assert store.finish(store.undo(star.seq, on_conflict=OnConflict.REFUSE)).was_refused
    assert store.state(DOI).starred


def test_what_was_joined_by_a_decision_is_given_back_behind_a_later_one(open_store: OpenStore) -> None:
    """Rule: undo by number restores the documents that were joined, and keeps what was decided since."""
    store = open_store()
    _decide(store, None, SetStar(True), ARXIV)
    _decide(store, None, SetNote(make_note("n")), DOI)
    papers = Papers((ARXIV, DOI))
    joined = _decide(store, papers, SetStatus(ReadingStatus.READ), ARXIV)
    _decide(store, papers, _tag("since"), ARXIV)
    assert store.finish(store.undo(joined.seq, on_conflict=OnConflict.REFUSE)).conflicts == ()
    state = store.state(ARXIV, [DOI])
    assert (state.starred, state.note, state.status, state.tags) == (True, "n", ReadingStatus.UNREAD, ("since",))
    assert _documents(store)[1] == {"key": DOI, "note": "n"}


def test_undo_by_force_reaches_every_document_of_the_paper(open_store: OpenStore) -> None:
    """Rule: what is taken back of a paper that is two by now is left on neither."""
    store = open_store()
    star = _decide(store, Papers((ARXIV, DOI)), SetStar(True), ARXIV)
    _decide(store, Papers((ARXIV,), (DOI,)), _tag("x"), ARXIV)
    assert len(store) == 2
    store.finish(store.undo(star.seq, on_conflict=OnConflict.OVERWRITE))
    assert not store.state(ARXIV).starred
    assert not store.state(DOI).starred
    assert store.state(ARXIV).tags == ("x",)


def test_a_document_that_comes_back_is_joined_with_what_was_decided_meanwhile(open_store: OpenStore) -> None:
    """Rule: a redo by its number overwrites nothing, and the next decision about the paper leaves one document."""
    store = open_store()
    star = _decide(store, None, SetStar(True), TEXT)
    undo = store.finish(store.undo(star.seq))
    papers = Papers((ARXIV, TEXT))
    _decide(store, papers, _tag("x"), ARXIV)
    assert store.finish(store.undo(undo.seq, on_conflict=OnConflict.REFUSE)).conflicts == ()
    assert (store.state(ARXIV, [TEXT]).starred, store.state(ARXIV, [TEXT]).tags) == (True, ("x",))
    _decide(store, papers, _tag("y"), ARXIV)
    assert _documents(store) == [{"key": ARXIV, "also": [TEXT], "starred": True, "tags": ["x", "y"]}]


@pytest.mark.parametrize("on_conflict", list(OnConflict))
def test_a_pair_that_was_settled_again_is_not_undone_unasked(open_store: OpenStore, on_conflict: OnConflict) -> None:
    """Rule: undo of a merge by its number conflicts with a later action about the same pair, and with no other."""
    store = open_store()
    same, other = (ARXIV, DOI), (ARXIV, TEXT)
    merge = _settle(store, UserPairs(same=frozenset({same})))
    _settle(store, UserPairs(same=frozenset({same, other})))
    assert store.finish(store.undo(merge.seq, on_conflict=OnConflict.REFUSE)).conflicts == ()
    assert store.pairs() == UserPairs(same=frozenset({other}))
    second = _settle(store, UserPairs(same=frozenset({same, other})))
    _settle(store, UserPairs(distinct=frozenset({same})))
    _settle(store, UserPairs(same=frozenset({same})))
    undone = store.finish(store.undo(second.seq, on_conflict=on_conflict))
    is_forced = on_conflict is OnConflict.OVERWRITE
    assert undone.conflicts == (() if is_forced else (ARXIV,))
    assert undone.concerns_catalogue == is_forced
    assert store.pairs() == UserPairs(same=frozenset() if is_forced else frozenset({same}))


def test_new_keys_are_no_decision(open_store: OpenStore) -> None:
    """Rule: documents that got the names of their papers are found by all, and neither undo nor redo stops there."""
    store = open_store()
    _decide(store, None, SetStar(True), TITLE)
    assert store.finish(store.rekey(UPGRADE, {PaperKey(TITLE): (ARXIV, TEXT)})).seq == 2
    assert _documents(store) == [{"key": ARXIV, "also": [TEXT, TITLE], "starred": True}]
    assert store.finish(store.rekey(UPGRADE, {PaperKey(TITLE): (ARXIV, TEXT)})).seq == 0
    assert store.finish(store.rekey(UPGRADE, {PaperKey("title:none"): (DOI,)})).seq == 0
    assert store.finish(store.undo()).undoes == 1
    assert store.state(ARXIV) is UNDECIDED
    store.finish(store.redo())
    assert open_store().state(TITLE).starred


# Windows, counts and the file


def test_another_window_sees_names_and_pairs_at_once(open_store: OpenStore, tmp_path: Path) -> None:
    """Rule: a decision goes by the names that the paper has when the lock is held, and windows are told all names."""
    mine, others = open_store(window="mine"), open_store(window="others")
    _decide(mine, Papers((TEXT,)), SetStar(True), TEXT)
    _decide(others, Papers((ARXIV, TEXT)), SetStatus(ReadingStatus.READ), TEXT)
    _settle(others, UserPairs(same=frozenset({(ARXIV, DOI)})))
    assert mine.poll() == {ARXIV, TEXT}
    assert mine.pairs() == UserPairs(same=frozenset({(ARXIV, DOI)}))
    _decide(mine, None, _tag("x"), TEXT)
    assert others.poll() == {ARXIV, TEXT}
    for store in (mine, others, open_store()):
        state = store.state(ARXIV)
        assert (state.starred, state.status, state.tags) == (True, ReadingStatus.READ, ("x",))
        assert len(store) == 1


def test_what_came_since_a_mark_is_told_of_papers(open_store: OpenStore) -> None:
    """Rule: a paper of two documents changes as one, and a document that only got names changed nothing."""
    store = open_store()
    _decide(store, None, SetStar(True), ARXIV)
    _decide(store, None, SetStar(True), DOI)
    _fold(store)
    papers = Papers((ARXIV, DOI), (TEXT,))
    mark = store.mark()
    assert mark is not None
    _decide(store, papers, SetStatus(ReadingStatus.LATER), DOI)
    _decide(store, papers, SetStar(True), TEXT)
    for reader in (store, open_store()):
        found = reader.since(mark, papers)
        assert found is not None
        changes = {
            change.key: (change.before.starred, change.before.status, change.after.starred, change.after.status)
            for change in found[1]
        }
        assert changes == {
            ARXIV: (True, ReadingStatus.UNREAD, True, ReadingStatus.LATER),
            TEXT: (False, ReadingStatus.UNREAD, True, ReadingStatus.UNREAD),
        }


def test_a_document_of_two_papers_and_two_of_one_name_are_kept_apart_in_a_restore(open_store: OpenStore) -> None:
    """Rule: documents that bear the same key, which undo or a hand may leave, are all restored."""
    store = open_store()
    for note in ("one", "two"):
        store.db.table("papers").insert({"key": ARXIV, "note": note})
    before = store.documents()
    then = {"papers": {"a": before["1"], "b": before["2"]}}
    _decide(store, None, SetStar(True), ARXIV)
    assert len(store) == 1
    keyed = {"papers": {ARXIV: then["papers"]["a"], f"{ARXIV} (2)": then["papers"]["b"]}}
    store.finish(store.revise("restore", lambda _: keyed))
    assert [doc["note"] for doc in store.documents().values()] == ["one", "two"]
    assert store.state(ARXIV).note == "one\n\ntwo"


@pytest.mark.parametrize("also", ["text:a", [5, None], [], {"a": 1}, [ARXIV, ARXIV]], ids=str)
def test_odd_names_count_for_nothing(open_store: OpenStore, also: object) -> None:
    """Rule: what a hand wrote in place of names disturbs neither its document nor the others."""
    store = open_store()
    store.db.table("papers").insert({"key": ARXIV, "also": also, "starred": True})
    _fold(store)
    for reader in (store, open_store()):
        assert reader.state(ARXIV, [DOI]).starred
        assert not reader.state(DOI).starred
    _decide(store, Papers((ARXIV, DOI)), _tag("x"), DOI)
    assert _documents(store) == [{"key": ARXIV, "also": [DOI], "starred": True, "tags": ["x"]}]


def test_an_action_that_does_not_exist_is_told(open_store: OpenStore) -> None:
    """Rule: the number of no action raises, with names as without."""
    with pytest.raises(UnknownAction):
        open_store().finish(open_store().undo(7, naming=Papers()))
