"""Rules act on what an import or a fetch brings, as one action, and never on what the user decided."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from invented_lists import daily_page
from ruled_library import add_rules, import_file, key_of, states_of, undo
from web_server import Handler, WebServer

from paperreader.domain.decision import SetStar, SetStatus
from paperreader.domain.list_order import ListOrder
from paperreader.domain.reading_state import UNDECIDED, ReadingStatus
from paperreader.domain.receipt import RuleCounts, RulesReceipt
from paperreader.ranking.examples import decided
from paperreader.services.fetching.library_fetch import plan_fetch
from paperreader.services.fetching.network import Network
from paperreader.services.import_jobs import fetch_sources
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.lists.ordering import in_order
from paperreader.services.rules.arrivals import import_with_rules, run_rules
from paperreader.services.searching.find_papers import find_keys
from paperreader.services.triage import Triage

Write = Callable[..., Path]
"""Writes a file of papers with some titles."""


def test_rules_act_on_what_an_import_brings_as_one_action(library: Library, write: Write) -> None:
    """Rule: one action with all effects, named in the receipt; undo takes it back, and nothing happens again."""
    add_rules(library, "mute amber", "follow kites", "later lathe", "tag +wood looms OR lathe")
    file = write("one", "Amber beads", "Kites of paper", "A lathe", "Plain looms")
    receipt = import_file(library, file)
    assert receipt.counts == RuleCounts(skipped=1, later=1, followed=1, tagged=4)
    assert receipt.text == "rules: 1 skipped, 1 kept for later, 1 followed, 4 tagged"
    states = states_of(library)
    assert {title: (state.status, state.is_followed) for title, state in states.items()} == {
        "Amber beads": (ReadingStatus.SKIPPED, False), "Kites of paper": (ReadingStatus.UNREAD, True),
        "A lathe": (ReadingStatus.LATER, False), "Plain looms": (ReadingStatus.UNREAD, False),
    }  # fmt: skip
    assert states["Amber beads"].rules == ("mute amber", "tag +wood looms OR lathe")
    assert all(state.decided_at is None and state.is_by_rule for state in states.values())
    newest = library.reading.history(1)[0]
    assert (newest.id, newest.name, len(newest.keys)) == (receipt.action, "rules", 4)
    undone = undo(library)
    assert (undone.undoes, set(states_of(library).values())) == (receipt.action, {UNDECIDED})
    assert (
        import_file(library, write("one", "Amber beads", "Kites of paper", "A lathe", "Plain looms")) == RulesReceipt()
    )
    assert run_rules(library) == RulesReceipt()
    assert set(states_of(library).values()) == {UNDECIDED}
    library.finish(library.reading.redo(naming=library.names))
    assert states_of(library) == states


def test_a_paper_that_is_wanted_is_not_muted(library: Library, write: Write) -> None:
    """Rule: of rules that disagree, the one that keeps a paper wins, and only the rules that acted are named."""
    add_rules(library, "mute looms", "follow kites", "later amber")
    import_file(library, write("one", "Kites", "Amber", "Kites of amber", "Other"))
    states = states_of(library)
    assert (states["Kites"].status, states["Kites"].rules) == (ReadingStatus.UNREAD, ("follow kites",))
    assert (states["Amber"].status, states["Amber"].rules) == (ReadingStatus.LATER, ("later amber",))
    both = states["Kites of amber"]
    assert (both.status, both.is_followed) == (ReadingStatus.LATER, True)
    assert states["Other"].status is ReadingStatus.SKIPPED


def test_rules_see_only_what_arrives_after_them(library: Library, write: Write) -> None:
    """Rule: papers from before the first rule stay, and so do known papers that a later import brings again."""
    assert import_file(library, write("one", "Amber beads")) == RulesReceipt()
    add_rules(library, "mute amber")
    assert import_file(library, write("two", "Amber beads", "Amber rings")).counts == RuleCounts(skipped=1)
    states = states_of(library)
    assert (states["Amber beads"], states["Amber rings"].status) == (UNDECIDED, ReadingStatus.SKIPPED)
    key = key_of(library, "Amber rings")
    library.finish(Triage(library).decide("unread", [key], SetStatus(ReadingStatus.UNREAD)))
    assert import_file(library, write("three", "Amber beads", "Amber rings", day="2025-03-15")) == RulesReceipt()
    assert library.state(key).is_unread


def test_what_the_user_decided_stays(library: Library, write: Write) -> None:
    """Rule: a decision made while the import ran, or before the catalogue was lost, is never touched."""
    add_rules(library, "mute looms")
    path = write("one", "Amber", "Kites", "Lathe")

    def work() -> object:
        receipt = import_paths(library, [str(path)])
        library.finish(Triage(library).decide("star", [key_of(library, "Kites")], SetStar(True)))
        library.finish(Triage(library).decide("unread", [key_of(library, "Lathe")], SetStatus(ReadingStatus.READ)))
        return receipt

    receipt = import_with_rules(library, work)  # type: ignore[arg-type]
    assert receipt.rules.counts == RuleCounts(skipped=1)
    states = states_of(library)
    assert (states["Kites"].starred, states["Kites"].rules, states["Kites"].status) == (True, (), ReadingStatus.UNREAD)
    assert states["Lathe"].status is ReadingStatus.READ
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert not import_file(again, path).counts
        assert states_of(again) == states


def test_a_decision_after_a_rule_is_kept_by_the_undo(library: Library, write: Write) -> None:
    """Rule: undoing the rules leaves alone what the user decided about a paper since."""
    add_rules(library, "mute amber", "follow kites")
    receipt = import_file(library, write("one", "Amber", "Kites"))
    for title in ("Amber", "Kites"):
        library.finish(Triage(library).decide("read", [key_of(library, title)], SetStatus(ReadingStatus.READ)))
    state = states_of(library)["Amber"]
    assert (state.rules, state.is_by_rule) == (("mute amber",), False)
    action = library.finish(library.reading.undo(receipt.action, naming=library.names))
    assert action.conflicts == (key_of(library, "Amber"),)
    assert {state.status for state in states_of(library).values()} == {ReadingStatus.READ}
    assert not any(state.rules for state in states_of(library).values())


def test_followed_papers_are_found(library: Library, write: Write) -> None:
    """Rule: `is:followed` finds them until the action is undone."""
    add_rules(library, "follow kites")
    import_file(library, write("one", "Kites", "Amber"))
    assert find_keys(library, "is:followed") == [key_of(library, "Kites")]
    assert find_keys(library, "kites is:followed") == [key_of(library, "Kites")]
    assert find_keys(library, "-is:followed") == [key_of(library, "Amber")]
    undo(library)
    assert find_keys(library, "is:followed") == []


def test_followed_papers_come_before_the_other_unread_papers(library: Library, write: Write) -> None:
    """Rule: in the list of a date, whether the states of a few papers are read or those of all."""
    add_rules(library, "follow kites OR pins", "mute amber")
    import_file(library, write("one", "Amber", "Looms", "Kites", "Lathe", "Pins"))
    ids = library.ids(date(2025, 3, 14))
    titles = {row.id: row.title for row in library.rows(ids)}
    assert [titles[paper] for paper in ids] == ["Kites", "Pins", "Looms", "Lathe", "Amber"]
    for many in (0, 100):
        ranked = library.ranked_ids(date(2025, 3, 14))
        assert list(in_order(library, ranked, ListOrder.UNREAD_FIRST, many)) == list(ids)


def test_rules_teach_the_ranking_nothing(library: Library, write: Write) -> None:
    """Rule: a paper on which only rules acted is no example; once the user decides about it, it is."""
    add_rules(library, "mute amber", "later kites")
    import_file(library, write("one", "Amber", "Kites"))
    assert [decided(1, state) for state in states_of(library).values()] == [None, None]
    library.finish(Triage(library).decide("star", [key_of(library, "Amber")], SetStar(True)))
    found = decided(1, states_of(library)["Amber"])
    assert found is not None
    assert found.is_wanted


def test_a_fetch_of_many_days_is_one_action(library: Library, web: WebServer, network: Network) -> None:
    """Rule: the parts of a fetch arrive one by one, and the rules act once, after the last."""
    add_rules(library, "mute -title:nothing")
    days = {date(2025, 3, 1): 3, date(2025, 3, 13): 2}

    def reply(handler: Handler) -> None:
        terms = parse_qs(urlsplit(handler.path).query)
        day, page = date.fromisoformat(terms["date"][0]), terms.get("p", ["0"])[0]
        handler.send(daily_page(day, day.day, days[day]) if page == "0" and day in days else b"[]", 200)

    web.on("/api/daily_papers", reply)
    plan = plan_fetch(["hf"], network, since="2025-03-01")
    receipt, _ = fetch_sources(library, plan, network, lambda _: None)
    assert receipt.totals.new == 5
    assert receipt.rules.counts == RuleCounts(skipped=5)
    assert [past.name for past in library.reading.history()] == ["rules", "add rule"]
