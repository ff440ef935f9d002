"""Rules are edited as actions, match whole words, and tell what they find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from ruled_library import add_rules, import_file, key_of, undo

from paperreader.domain.decision import SetStar
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import QueryError, UsageError
from paperreader.services.library import Library
from paperreader.services.rules.editing import add_rule, edit_rule, find_rule, parse_rule, remove_rule
from paperreader.services.rules.matching import papers_found
from paperreader.services.rules.statistics import figures, try_rule
from paperreader.services.triage import Triage

Write = Callable[..., Path]
"""Writes a file of papers with some titles."""


def test_words_of_rules_are_whole_words(library: Library, write: Write) -> None:
    """Rule: no starts of words, initials or typing errors; a verdict does not depend on what arrived with a paper."""
    titles = ["Transformer looms", "Transformed looms", "Kinetic value cases", "A transformr"]
    import_file(library, write("one", *titles))
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


def test_rules_are_added_edited_and_removed_as_actions(library: Library) -> None:
    """Rule: each can be undone; adding a rule again changes nothing; a rule has a number and a name."""
    add_rules(library, "mute amber", "tag +Wood looms")
    assert library.finish(add_rule(library, parse_rule("mute amber"))).seq == 0
    assert [rule.name for rule in library.reading.rules()] == ["mute amber", "tag +wood looms"]
    assert find_rule(library, "2") == find_rule(library, "tag +wood looms")
    library.finish(edit_rule(library, find_rule(library, "1"), parse_rule("later amber -kites")))
    assert [rule.name for rule in library.reading.rules()] == ["later amber -kites", "tag +wood looms"]
    library.finish(remove_rule(library, find_rule(library, "2")))
    assert len(library.reading.rules()) == 1
    names = ["tag +wood looms", "mute amber", "later amber -kites"]
    for _ in range(2):
        undo(library)
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
    import_file(library, write("one", "Amber beads", "Amber rings", "Kites", day=str(today)))
    import_file(library, write("two", "Amber pins", day=str(today - timedelta(29))))
    import_file(library, write("three", "Amber nails", day=str(today - timedelta(30))))
    library.finish(Triage(library).decide("star", [key_of(library, "Amber rings")], SetStar(True)))
    before = library.reading.seq
    told = try_rule(library, parse_rule("mute amber"))
    titles = {row.id: row.title for row in library.rows(told.found)}
    assert [titles[paper] for paper in told.found] == ["Amber beads", "Amber rings", "Amber pins"]
    assert (told.papers, told.kept, library.reading.seq) == (4, 1, before)


def test_figures_reveal_dead_and_greedy_rules(library: Library, write: Write) -> None:
    """Rule: figures are those of the documents; a dead rule, and a rule that mutes too much, say so."""
    today = library.today()
    add_rules(library, "mute amber", "mute lathe", "follow brass")
    import_file(library, write("one", *(f"Amber {n}" for n in range(25)), *(f"Brass {n}" for n in range(10)),
                           *(f"Iron {n}" for n in range(100)), day=str(today)))  # fmt: skip
    old = library.reading.rules()[1]
    table = library.reading.db.table("rules")
    table.update({"since": "2020-01-01T00:00:00.000Z"}, doc_ids=[2])
    kept = [key_of(library, f"Amber {n}") for n in range(3)]
    library.finish(Triage(library).decide("star", kept, SetStar(True, ReadingStatus.READ)))
    told = {str(each.rule.name): each for each in figures(library)}
    assert (told["mute amber"].hits, told["mute amber"].recent, told["mute amber"].kept) == (25, 25, 3)
    assert told["mute amber"].judgement == "too greedy: you kept 3 of 25"
    assert told[old.name].judgement == "dead: nothing in 30 days"
    assert (told["follow brass"].recent, told["follow brass"].judgement) == (10, "")
    undo(library)
    assert {str(each.rule.name): each.kept for each in figures(library)}["mute amber"] == 0
