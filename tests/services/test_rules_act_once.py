"""Rules act once on each paper, whatever windows, kills, lost catalogues and restored backups do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from ruled_library import add_rules, import_file, key_of, states_of, undo

from paperreader.domain.reading_state import UNDECIDED, ReadingStatus
from paperreader.domain.receipt import RuleCounts, RulesReceipt
from paperreader.errors import StoreBusy
from paperreader.services.backups import restore
from paperreader.services.identities import merge
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import begin, run_rules
from paperreader.services.rules.editing import find_rule, remove_rule
from paperreader.services.rules.statistics import figures
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.arrivals import newest_capture

Write = Callable[..., Path]
"""Writes a file of papers with some titles."""


@pytest.fixture
def other(library: Library) -> Iterator[Library]:
    """Another window of the library."""
    opened = Library(library.folder, window="other")
    yield opened
    opened.close()


def test_two_windows_that_import_at_once_act_once(library: Library, other: Library, write: Write) -> None:
    """Rule: whichever window runs the rules first acts on what both brought; the other one has nothing left to do."""
    add_rules(library, "mute amber")
    import_paths(library, [str(write("one", "Amber beads"))])
    import_paths(other, [str(write("two", "Amber rings"))])
    assert run_rules(other).counts == RuleCounts(skipped=2)
    assert run_rules(library) == RulesReceipt()
    assert [past.name for past in library.reading.history()] == ["rules", "add rule"]


def test_a_window_that_is_overtaken_begins_again(library: Library, other: Library, write: Write) -> None:
    """Rule: rules that were matched before another window acted are matched again, and nothing happens twice."""
    add_rules(library, "mute amber")
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
    assert {state.status for state in states_of(library).values()} == {ReadingStatus.SKIPPED}


def test_an_import_without_its_rules_is_made_up_for(library: Library, write: Write) -> None:
    """Rule: what a killed import brought is seen by the next one."""
    add_rules(library, "mute amber")
    import_paths(library, [str(write("one", "Amber beads"))])
    assert import_file(library, write("two", "Kites")).counts == RuleCounts(skipped=1)
    assert states_of(library)["Amber beads"].status is ReadingStatus.SKIPPED


def test_a_merged_or_split_paper_is_no_arrival(library: Library, write: Write) -> None:
    """Rule: a paper arrives with its first capture, whatever row it has later."""
    import_file(library, write("one", "Amber beads", "Amber rings"))
    keys = [key_of(library, title) for title in ("Amber beads", "Amber rings")]
    merge(library, *keys)
    add_rules(library, "mute amber")
    library.finish(Triage(library).split(library.resolve(keys[0])))
    assert not import_file(library, write("two", "Kites")).counts
    assert set(states_of(library).values()) == {UNDECIDED}


def test_a_catalogue_that_lost_its_last_imports_is_noticed(library: Library, write: Write) -> None:
    """Rule: papers in the places of lost captures are seen; a catalogue of another content begins anew."""
    add_rules(library, "mute amber")
    import_file(library, write("one", "Kites"))
    import_file(library, write("two", "Lathes", "Threads", "Weavers"))
    with library.catalogue.transaction():  # as after a loss of power
        connection = library.catalogue.connection
        for query in ("sightings WHERE capture > 1", "names WHERE capture > 1", "captures WHERE id > 1",
                      "papers WHERE shown > 1"):  # fmt: skip
            connection.execute(f"DELETE FROM {query}")
    assert import_file(library, write("three", "Amber beads", "Amber rings")).counts == RuleCounts(skipped=2)
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert import_file(again, write("four", "Amber pins", "Other")).counts == RuleCounts(skipped=1)


def test_undone_rules_stay_undone_when_the_catalogue_is_lost(library: Library, write: Write) -> None:
    """Rule: a paper whose rules were undone is left alone when it is imported again, in whatever pieces."""
    add_rules(library, "mute amber")
    beads, rings = write("one", "Amber beads", "Kites"), write("two", "Amber rings")
    import_file(library, beads)
    undo(library)
    import_file(library, rings)
    folder = library.folder
    library.close()
    for part in folder.glob("catalogue.sqlite*"):
        part.unlink()
    with closing(Library(folder)) as again:
        assert not import_file(again, rings).counts
        assert not import_file(again, beads).counts
        assert import_file(again, write("three", "Amber pins")).counts == RuleCounts(skipped=1)
        states = states_of(again)
        assert (states["Amber beads"], states["Amber rings"].rules) == (UNDECIDED, ("mute amber",))


def test_a_rule_written_by_hand_acts_from_the_next_import_on(library: Library, write: Write) -> None:
    """Rule: without marks, an import begins where the catalogue ends; an invalid query finds nothing."""
    import_file(library, write("one", "Amber beads"))
    table = library.reading.db.table("rules")
    table.insert({"key": "mute amber", "does": "mute", "query": "amber"})
    table.insert({"key": "mute is:foo", "does": "mute", "query": "is:foo"})
    table.insert({"key": "explode kites", "does": "explode", "query": "kites"})
    assert [rule.name for rule in library.reading.rules()] == ["mute amber", "mute is:foo"]
    assert import_file(library, write("two", "Amber rings", "Kites")).counts == RuleCounts(skipped=1)
    assert [each.judgement for each in figures(library)] == ["", "invalid query"]


def test_removed_rules_do_not_let_papers_wait(library: Library, write: Write) -> None:
    """Rule: papers that arrive while there is no rule are seen, so that an undone removal does not act on them."""
    add_rules(library, "mute amber")
    library.finish(remove_rule(library, find_rule(library, "1")))
    import_file(library, write("one", "Amber beads"))
    undo(library)
    assert [rule.name for rule in library.reading.rules()] == ["mute amber"]
    assert not import_file(library, write("two", "Kites")).counts


def test_a_refused_write_is_told_and_made_up_for(
    library: Library, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the receipt says that the rules did not act; the next import applies them."""
    add_rules(library, "mute amber")
    with monkeypatch.context() as patch:
        patch.setattr(library.reading, "apply_rules", _refuse)
        told = import_file(library, write("one", "Amber beads"))
    assert told.text == "rules: not applied: held; wait; the next import applies them"
    assert set(states_of(library).values()) == {UNDECIDED}
    assert import_file(library, write("two", "Kites")).counts == RuleCounts(skipped=1)


def _refuse(*_arguments: object) -> None:
    raise StoreBusy("held", "wait")


def test_a_restored_backup_makes_no_paper_arrive_again(library: Library, write: Write) -> None:
    """Rule: a paper whose rules were undone stays as it is after a backup was restored."""
    add_rules(library, "mute amber")
    import_file(library, write("one", "Kites"))
    storage = library.reading.db.storage
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    import_file(library, write("two", "Amber beads"))
    undo(library)
    storage.exclusively(storage.compact)  # type: ignore[attr-defined]
    number = min(int(path.stem.rpartition("-")[2]) for path in (library.folder / "backups").glob("reading-*.json")
                 if path.stat().st_size > 200)  # fmt: skip
    restore(library, number, dry_run=False)
    begin(library)
    assert run_rules(library) == RulesReceipt()
    assert states_of(library)["Amber beads"] == UNDECIDED


def test_a_library_without_rules_writes_nothing(library: Library, write: Write) -> None:
    """Rule: an import into a library that never had a rule leaves the reading state alone."""
    import_file(library, write("one", "Amber beads"))
    assert library.reading.seq == 0
    add_rules(library, "mute kites")
    before = len(library.reading.history())
    import_file(library, write("two", "Amber rings"))
    assert len(library.reading.history()) == before


def test_another_source_of_a_known_paper_is_no_arrival(library: Library, write: Write) -> None:
    """Rule: a paper arrives with its first capture only; a later capture of it brings no rule."""
    title = "Amber beads and the looms that bear them"
    import_file(library, write("one", title))
    add_rules(library, "mute amber")
    again = write("two", title, day="2025-03-15", abstract="Looms and their threads. " * 9 + "Code is online.")
    import_paths(library, [str(again)])
    assert (newest_capture(library.catalogue)[0], library.catalogue.count()) == (2, 1)
    assert run_rules(library) == RulesReceipt()
    assert set(states_of(library).values()) == {UNDECIDED}
