"""Rules act once on each paper that arrives, as one action, and never on what the user decided."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

import pytest

from paperreader.config import FetchSettings
from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.history import Action
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.list_order import ListOrder
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.receipt import RuleCounts, RulesReceipt
from paperreader.errors import QueryError, StoreBusy, UsageError
from paperreader.ranking.examples import decided
from paperreader.services.backups import restore
from paperreader.services.identities import merge
from paperreader.services.import_jobs import import_job
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.lists.ordering import in_order
from paperreader.services.rules.arrivals import begin, import_with_rules, run_rules
from paperreader.services.rules.editing import add_rule, edit_rule, find_rule, parse_rule, remove_rule
from paperreader.services.rules.matching import papers_found
from paperreader.services.rules.statistics import figures, try_rule
from paperreader.services.searching.find_papers import find_keys
from paperreader.services.triage import Triage

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file of papers with these titles, all with the same abstract."""

    def make(name: str, *titles: str, day: str = "2025-03-14", abstract: str = "Looms and their threads. " * 9) -> Path:
        papers = [
            {"title": title, "abstract": f"{title}: {abstract}", "authors": ["Ada Brook"], "listed": [day]}
            for title in titles
        ]
        path = tmp_path / f"{name}.jsonl"
        path.write_text("".join(f"{json.dumps(paper)}\n" for paper in papers))
        return path

    return make


@pytest.fixture
def other(library: Library) -> Iterator[Library]:
    """Another window of the library."""
    opened = Library(library.folder, window="other")
    yield opened
    opened.close()


def _import(library: Library, path: Path) -> RulesReceipt:
    receipt, _ = import_job(str(path), FetchSettings()).run(library, lambda _: None)
    return receipt.rules


def _add(library: Library, *texts: str) -> None:
    for text in texts:
        library.finish(add_rule(library, parse_rule(text)))


def _states(library: Library) -> dict[str, ReadingState]:
    entries = library.entries(library.catalogue.all_ids())
    return {entry.paper.title: entry.state for entry in entries}


def _key(library: Library, title: str) -> PaperKey:
    entries = library.entries(library.catalogue.all_ids())
    return next(entry.paper.key for entry in entries if entry.paper.title == title)


def _undo(library: Library) -> Action:
    return library.finish(library.reading.undo(naming=library.names))


def test_rules_act_on_what_an_import_brings_as_one_action(library: Library, write: Write) -> None:
    """Rule: one action with all effects, named in the receipt; undo takes it back, and nothing happens again."""
    _add(library, "mute amber", "follow kites", "later lathe", "tag +wood looms OR lathe")
    receipt = _import(library, write("one", "Amber beads", "Kites of paper", "A lathe", "Plain looms"))
    assert receipt.counts == RuleCounts(skipped=1, later=1, followed=1, tagged=4)
    assert receipt.text == "rules: 1 skipped, 1 kept for later, 1 followed, 4 tagged"
    states = _states(library)
    assert {title: (state.status, state.is_followed) for title, state in states.items()} == {
        "Amber beads": (ReadingStatus.SKIPPED, False), "Kites of paper": (ReadingStatus.UNREAD, True),
        "A lathe": (ReadingStatus.LATER, False), "Plain looms": (ReadingStatus.UNREAD, False),
    }  # fmt: skip
    assert states["Amber beads"].rules == ("mute amber", "tag +wood looms OR lathe")
    assert all(state.decided_at is None and state.is_by_rule for state in states.values())
    newest = library.reading.history(1)[0]
    assert (newest.id, newest.name, len(newest.keys)) == (receipt.action, "rules", 4)
    undone = _undo(library)
    assert (undone.undoes, set(_states(library).values())) == (receipt.action, {UNDECIDED})
    assert _import(library, write("one", "Amber beads", "Kites of paper", "A lathe", "Plain looms")) == RulesReceipt()
    assert run_rules(library) == RulesReceipt()
    assert set(_states(library).values()) == {UNDECIDED}
    library.finish(library.reading.redo(naming=library.names))
    assert _states(library) == states


def test_a_paper_that_is_wanted_is_not_muted(library: Library, write: Write) -> None:
    """Rule: of rules that disagree, the one that keeps a paper wins, and only the rules that acted are named."""
    _add(library, "mute looms", "follow kites", "later amber")
    _import(library, write("one", "Kites", "Amber", "Kites of amber", "Other"))
    states = _states(library)
    assert (states["Kites"].status, states["Kites"].rules) == (ReadingStatus.UNREAD, ("follow kites",))
    assert (states["Amber"].status, states["Amber"].rules) == (ReadingStatus.LATER, ("later amber",))
    both = states["Kites of amber"]
    assert (both.status, both.is_followed) == (ReadingStatus.LATER, True)
    assert states["Other"].status is ReadingStatus.SKIPPED


def test_rules_see_only_what_arrives_after_them(library: Library, write: Write) -> None:
    """Rule: papers from before the first rule stay, and so do known papers that a later import brings again."""
    assert _import(library, write("one", "Amber beads")) == RulesReceipt()
    _add(library, "mute amber")
    assert _import(library, write("two", "Amber beads", "Amber rings")).counts == RuleCounts(skipped=1)
    states = _states(library)
    assert (states["Amber beads"], states["Amber rings"].status) == (UNDECIDED, ReadingStatus.SKIPPED)
    key = _key(library, "Amber rings")
    library.finish(Triage(library).decide("unread", [key], SetStatus(ReadingStatus.UNREAD)))
    assert _import(library, write("three", "Amber beads", "Amber rings", day="2025-03-15")) == RulesReceipt()
    assert library.state(key).is_unread


def test_what_the_user_decided_stays(library: Library, write: Write) -> None:
    """Rule: a decision made while the import ran, or before the catalogue was lost, is never touched."""
    _add(library, "mute looms")
    path = write("one", "Amber", "Kites", "Lathe")

    def work() -> object:
        receipt = import_paths(library, [str(path)])
        library.finish(Triage(library).decide("star", [_key(library, "Kites")], SetStar(True)))
        library.finish(Triage(library).decide("unread", [_key(library, "Lathe")], SetStatus(ReadingStatus.READ)))
        return receipt

    receipt = import_with_rules(library, work)  # type: ignore[arg-type]
    assert receipt.rules.counts == RuleCounts(skipped=1)
    states = _states(library)
    assert (states["Kites"].starred, states["Kites"].rules, states["Kites"].status) == (True, (), ReadingStatus.UNREAD)
    assert states["Lathe"].status is ReadingStatus.READ
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert not _import(again, path).counts
        assert _states(again) == states


def test_a_decision_after_a_rule_is_kept_by_the_undo(library: Library, write: Write) -> None:
    """Rule: undoing the rules leaves alone what the user decided about a paper since."""
    _add(library, "mute amber", "follow kites")
    receipt = _import(library, write("one", "Amber", "Kites"))
    for title in ("Amber", "Kites"):
        library.finish(Triage(library).decide("read", [_key(library, title)], SetStatus(ReadingStatus.READ)))
    state = _states(library)["Amber"]
    assert (state.rules, state.is_by_rule) == (("mute amber",), False)
    action = library.finish(library.reading.undo(receipt.action, naming=library.names))
    assert action.conflicts == (_key(library, "Amber"),)
    assert {state.status for state in _states(library).values()} == {ReadingStatus.READ}
    assert not any(state.rules for state in _states(library).values())


def test_two_windows_that_import_at_once_act_once(library: Library, other: Library, write: Write) -> None:
    """Rule: whichever window runs the rules first acts on what both brought; the other one has nothing left to do."""
    _add(library, "mute amber")
    import_paths(library, [str(write("one", "Amber beads"))])
    import_paths(other, [str(write("two", "Amber rings"))])
    assert run_rules(other).counts == RuleCounts(skipped=2)
    assert run_rules(library) == RulesReceipt()
    assert [past.name for past in library.reading.history()] == ["rules", "add rule"]


def test_a_window_that_is_overtaken_begins_again(library: Library, other: Library, write: Write) -> None:
    """Rule: rules that were matched before another window acted are matched again, and nothing happens twice."""
    _add(library, "mute amber")
    import_paths(library, [str(write("one", "Amber beads"))])
    real = library.keepsakes
    overtaken: list[RuleCounts] = []

    def overtake(*args: object) -> object:
        if not overtaken:
            overtaken.append(run_rules(other).counts)
            import_paths(other, [str(write("two", "Amber rings"))])
        return real(*args)  # type: ignore[arg-type]

    library.keepsakes = overtake  # type: ignore[assignment, method-assign]
    assert run_rules(library).counts == RuleCounts(skipped=1)
    assert overtaken == [RuleCounts(skipped=1)]
    assert {state.status for state in _states(library).values()} == {ReadingStatus.SKIPPED}


def test_an_import_without_its_rules_is_made_up_for(library: Library, write: Write) -> None:
    """Rule: what a killed import brought is seen by the next one."""
    _add(library, "mute amber")
    import_paths(library, [str(write("one", "Amber beads"))])
    assert _import(library, write("two", "Kites")).counts == RuleCounts(skipped=1)
    assert _states(library)["Amber beads"].status is ReadingStatus.SKIPPED


def test_a_merged_or_split_paper_is_no_arrival(library: Library, write: Write) -> None:
    """Rule: a paper arrives with its first capture, whatever row it has later."""
    _import(library, write("one", "Amber beads", "Amber rings"))
    keys = [_key(library, title) for title in ("Amber beads", "Amber rings")]
    merge(library, *keys)
    _add(library, "mute amber")
    library.finish(Triage(library).split(library.resolve(keys[0])))
    assert not _import(library, write("two", "Kites")).counts
    assert set(_states(library).values()) == {UNDECIDED}


def test_a_catalogue_that_lost_its_last_imports_is_noticed(library: Library, write: Write) -> None:
    """Rule: papers in the places of lost captures are seen; a catalogue of another content begins anew."""
    _add(library, "mute amber")
    _import(library, write("one", "Kites"))
    _import(library, write("two", "Lathes", "Threads", "Weavers"))
    with library.catalogue.transaction():  # as after a loss of power
        connection = library.catalogue.connection
        for query in ("sightings WHERE capture > 1", "names WHERE capture > 1", "captures WHERE id > 1",
                      "papers WHERE shown > 1"):  # fmt: skip
            connection.execute(f"DELETE FROM {query}")
    assert _import(library, write("three", "Amber beads", "Amber rings")).counts == RuleCounts(skipped=2)
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert _import(again, write("four", "Amber pins", "Other")).counts == RuleCounts(skipped=1)


def test_undone_rules_stay_undone_when_the_catalogue_is_lost(library: Library, write: Write) -> None:
    """Rule: a paper whose rules were undone is left alone when it is imported again, in whatever pieces."""
    _add(library, "mute amber")
    beads, rings = write("one", "Amber beads", "Kites"), write("two", "Amber rings")
    _import(library, beads)
    _undo(library)
    _import(library, rings)
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert not _import(again, rings).counts
        assert not _import(again, beads).counts
        assert _import(again, write("three", "Amber pins")).counts == RuleCounts(skipped=1)
        states = _states(again)
        assert (states["Amber beads"], states["Amber rings"].rules) == (UNDECIDED, ("mute amber",))


def test_a_rule_written_by_hand_acts_from_the_next_import_on(library: Library, write: Write) -> None:
    """Rule: without marks, an import begins where the catalogue ends; an invalid query finds nothing."""
    _import(library, write("one", "Amber beads"))
    table = library.reading.db.table("rules")
    table.insert({"key": "mute amber", "does": "mute", "query": "amber"})
    table.insert({"key": "mute is:foo", "does": "mute", "query": "is:foo"})
    table.insert({"key": "explode kites", "does": "explode", "query": "kites"})
    assert [rule.name for rule in library.reading.rules()] == ["mute amber", "mute is:foo"]
    assert _import(library, write("two", "Amber rings", "Kites")).counts == RuleCounts(skipped=1)
    assert [each.judgement for each in figures(library)] == ["", "invalid query"]


def test_removed_rules_do_not_let_papers_wait(library: Library, write: Write) -> None:
    """Rule: papers that arrive while there is no rule are seen, so that an undone removal does not act on them."""
    _add(library, "mute amber")
    library.finish(remove_rule(library, find_rule(library, "1")))
    _import(library, write("one", "Amber beads"))
    _undo(library)
    assert [rule.name for rule in library.reading.rules()] == ["mute amber"]
    assert not _import(library, write("two", "Kites")).counts


def test_a_refused_write_is_told_and_made_up_for(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the receipt says that the rules did not act; the next import applies them."""
    _add(library, "mute amber")
    with monkeypatch.context() as patch:
        patch.setattr(library.reading, "finish", _refuse)
        told = _import(library, write("one", "Amber beads"))
    assert told.text == "rules: not applied: held; wait; the next import applies them"
    assert set(_states(library).values()) == {UNDECIDED}
    assert _import(library, write("two", "Kites")).counts == RuleCounts(skipped=1)


def _refuse(future: object) -> None:
    future.cancel()  # type: ignore[attr-defined]
    raise StoreBusy("held", "wait")


def test_a_restored_backup_makes_no_paper_arrive_again(library: Library, write: Write) -> None:
    """Rule: a paper whose rules were undone stays as it is after a backup was restored."""
    _add(library, "mute amber")
    _import(library, write("one", "Kites"))
    storage = library.reading.db.storage
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    _import(library, write("two", "Amber beads"))
    _undo(library)
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    number = min(int(path.stem.rpartition("-")[2]) for path in (library.folder / "backups").glob("reading-*.json")
                 if path.stat().st_size > 200)  # fmt: skip
    restore(library, number, dry_run=False)
    begin(library)
    assert run_rules(library) == RulesReceipt()
    assert _states(library)["Amber beads"] == UNDECIDED


def test_words_of_rules_are_whole_words(library: Library, write: Write) -> None:
    """Rule: no starts of words, initials or typing errors; a verdict does not depend on what arrived with a paper."""
    titles = ["Transformer looms", "Transformed looms", "Kinetic value cases", "A transformr"]
    _import(library, write("one", *titles))
    ids = library.catalogue.all_ids()
    names = {row.id: row.title for row in library.rows(ids)}
    for query, expected in (
        ("transformer", titles[:1]), ("transform", []), ("kvc", []), ("tranformer", []),
        ('"transformer looms"', titles[:1]),
        ("looms -transformed", [titles[0], titles[2], titles[3]]), ("transformr OR kinetic", titles[2:]),
        ("author:brook date:2025-03-14", titles), ("is:unread", titles), ("date:2024", []),
        ("-title:looms", titles[2:]),
    ):  # fmt: skip
        rule = parse_rule(f"mute {query}")
        found = papers_found(library, [rule], ids)[rule]
        assert sorted(names[paper] for paper in found) == sorted(expected), query
        alone = [paper for paper in ids if papers_found(library, [rule], [paper])[rule]]
        assert sorted(alone) == sorted(found), query


def test_followed_papers_are_found(library: Library, write: Write) -> None:
    """Rule: `is:followed` finds them until the action is undone."""
    _add(library, "follow kites")
    _import(library, write("one", "Kites", "Amber"))
    assert find_keys(library, "is:followed") == [_key(library, "Kites")]
    assert find_keys(library, "kites is:followed") == [_key(library, "Kites")]
    assert find_keys(library, "-is:followed") == [_key(library, "Amber")]
    _undo(library)
    assert find_keys(library, "is:followed") == []


def test_rules_are_added_edited_and_removed_as_actions(library: Library) -> None:
    """Rule: each can be undone; adding a rule again changes nothing; a rule has a number and a name."""
    _add(library, "mute amber", "tag +Wood looms")
    assert library.finish(add_rule(library, parse_rule("mute amber"))).seq == 0
    assert [rule.name for rule in library.reading.rules()] == ["mute amber", "tag +wood looms"]
    assert find_rule(library, "2") == find_rule(library, "tag +wood looms")
    library.finish(edit_rule(library, find_rule(library, "1"), parse_rule("later amber -kites")))
    assert [rule.name for rule in library.reading.rules()] == ["later amber -kites", "tag +wood looms"]
    library.finish(remove_rule(library, find_rule(library, "2")))
    assert len(library.reading.rules()) == 1
    names = ["tag +wood looms", "mute amber", "later amber -kites"]
    for _ in range(2):
        _undo(library)
    assert [rule.name for rule in library.reading.rules()] == [names[1], names[0]]
    again = Library(library.folder)
    assert again.reading.rules() == library.reading.rules()
    again.close()


@pytest.mark.parametrize("text", ["", "mute", "mute  ", "skip amber", "tag wood looms", "tag +wood", "tag + looms"])
def test_what_is_no_rule_is_refused(text: str) -> None:
    """Rule: an unknown effect, a missing tag and an empty query name the cure."""
    with pytest.raises((UsageError, QueryError)) as told:
        parse_rule(text)
    assert ";" in str(told.value) or "tag" in str(told.value)


def test_a_test_tells_what_a_rule_would_find(library: Library, write: Write) -> None:
    """Rule: of the lists of the last 30 days only, newest first, with what the user kept; it changes nothing."""
    today = library.today()
    _import(library, write("one", "Amber beads", "Amber rings", "Kites", day=str(today)))
    _import(library, write("two", "Amber pins", day=str(today - timedelta(29))))
    _import(library, write("three", "Amber nails", day=str(today - timedelta(30))))
    library.finish(Triage(library).decide("star", [_key(library, "Amber rings")], SetStar(True)))
    before = library.reading.seq
    told = try_rule(library, parse_rule("mute amber"))
    titles = {row.id: row.title for row in library.rows(told.found)}
    assert [titles[paper] for paper in told.found] == ["Amber beads", "Amber rings", "Amber pins"]
    assert (told.papers, told.kept, library.reading.seq) == (4, 1, before)


def test_figures_reveal_dead_and_greedy_rules(library: Library, write: Write) -> None:
    """Rule: figures are those of the documents; a dead rule, and a rule that mutes too much, say so."""
    today = library.today()
    _add(library, "mute amber", "mute lathe", "follow brass")
    _import(library, write("one", *(f"Amber {n}" for n in range(25)), *(f"Brass {n}" for n in range(10)),
                           *(f"Iron {n}" for n in range(100)), day=str(today)))  # fmt: skip
    old = library.reading.rules()[1]
    table = library.reading.db.table("rules")
    table.update({"since": "2020-01-01T00:00:00.000Z"}, doc_ids=[2])
    kept = [_key(library, f"Amber {n}") for n in range(3)]
    library.finish(Triage(library).decide("star", kept, SetStar(True, ReadingStatus.READ)))
    told = {str(each.rule.name): each for each in figures(library)}
    assert (told["mute amber"].hits, told["mute amber"].recent, told["mute amber"].kept) == (25, 25, 3)
    assert told["mute amber"].judgement == "too greedy: you kept 3 of 25"
    assert told[old.name].judgement == "dead: nothing in 30 days"
    assert (told["follow brass"].recent, told["follow brass"].judgement) == (10, "")
    _undo(library)
    assert {str(each.rule.name): each.kept for each in figures(library)}["mute amber"] == 0


def test_a_library_without_rules_writes_nothing(library: Library, write: Write) -> None:
    """Rule: an import into a library that never had a rule leaves the reading state alone."""
    _import(library, write("one", "Amber beads"))
    assert library.reading.seq == 0
    _add(library, "mute kites")
    before = len(library.reading.history())
    _import(library, write("two", "Amber rings"))
    assert len(library.reading.history()) == before


def test_followed_papers_come_before_the_other_unread_papers(library: Library, write: Write) -> None:
    """Rule: in the list of a date, whether the states of a few papers are read or those of all."""
    _add(library, "follow kites OR pins", "mute amber")
    _import(library, write("one", "Amber", "Looms", "Kites", "Lathe", "Pins"))
    ids = library.ids(date(2025, 3, 14))
    titles = {row.id: row.title for row in library.rows(ids)}
    assert [titles[paper] for paper in ids] == ["Kites", "Pins", "Looms", "Lathe", "Amber"]
    for many in (0, 100):
        ranked = library.ranked_ids(date(2025, 3, 14))
        assert list(in_order(library, ranked, ListOrder.UNREAD_FIRST, many)) == list(ids)


def test_rules_teach_the_ranking_nothing(library: Library, write: Write) -> None:
    """Rule: a paper on which only rules acted is no example; once the user decides about it, it is."""
    _add(library, "mute amber", "later kites")
    _import(library, write("one", "Amber", "Kites"))
    assert [decided(1, state) for state in _states(library).values()] == [None, None]
    library.finish(Triage(library).decide("star", [_key(library, "Amber")], SetStar(True)))
    found = decided(1, _states(library)["Amber"])
    assert found is not None
    assert found.is_wanted
