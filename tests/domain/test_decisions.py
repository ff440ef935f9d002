"""Decisions are pure functions of a state; a decision that changes nothing returns the same state."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from examples import examples
from hostile import HOSTILE, acting
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus, apply, join_states
from paperreader.domain.reading_state import (
    MAX_NOTE,
    MAX_TAG,
    UNDECIDED,
    ReadingState,
    ReadingStatus,
    length_problem,
    make_note,
    make_tag,
    make_tags,
)
from paperreader.domain.text import Safe

PROPERTY = examples(150)
NOW = datetime(2025, 3, 14, 9, 26, tzinfo=UTC)
EARLIER = datetime(2025, 3, 12, 8, 0, tzinfo=UTC)
LIST = date(2025, 3, 14)

tag_sets = st.frozensets(st.sampled_from([Safe(name) for name in ("a", "b", "c", "to-cite")]))
decisions: st.SearchStrategy[Decision] = st.one_of(
    st.builds(SetStar, st.booleans(), st.none() | st.sampled_from(ReadingStatus)),
    st.builds(SetStatus, st.sampled_from(ReadingStatus)),
    st.builds(EditTags, tag_sets, tag_sets),
    st.builds(SetNote, st.sampled_from([Safe(""), Safe("a note"), Safe("another")])),
)
states = st.builds(
    ReadingState,
    st.sampled_from(ReadingStatus),
    st.booleans(),
    tag_sets.map(lambda tags: tuple(sorted(tags))),
    st.sampled_from([Safe(""), Safe("a note")]),
    st.just(EARLIER),
    st.sampled_from([None, date(2025, 3, 12)]),
)


def tags(*names: str) -> frozenset[Safe]:
    """A set of tags."""
    return frozenset(map(Safe, names))


@pytest.mark.parametrize(
    ("decision", "changed"),
    [
        (SetStar(True), {"starred": True}),
        (SetStatus(ReadingStatus.READ), {"status": ReadingStatus.READ}),
        (SetStatus(ReadingStatus.LATER), {"status": ReadingStatus.LATER}),
        (SetStatus(ReadingStatus.SKIPPED), {"status": ReadingStatus.SKIPPED}),
        (EditTags(add=tags("b", "a")), {"tags": (Safe("a"), Safe("b"))}),
        (SetNote(Safe("mind the baseline")), {"note": Safe("mind the baseline")}),
    ],
)
def test_a_decision_changes_its_own_part_and_says_when_and_where(
    decision: Decision, changed: dict[str, object]
) -> None:
    """Rule: one decision changes one part of the state, and stores its time and its list."""
    expected = replace(UNDECIDED, decided_at=NOW, decided_in=LIST, **changed)  # type: ignore[arg-type]
    assert apply(UNDECIDED, decision, NOW, LIST) == expected
    assert ReadingState() == UNDECIDED


@PROPERTY
@given(states, decisions)
def test_the_same_decision_again_is_the_same_object(state: ReadingState, decision: Decision) -> None:
    """Rule: a decision without an effect returns the same object, so it is not journalled."""
    once = apply(state, decision, NOW, LIST)
    assert apply(once, decision, datetime(2026, 1, 1, tzinfo=UTC), None) is once


@PROPERTY
@given(states, decisions)
def test_a_decision_that_changes_nothing_returns_its_argument(state: ReadingState, decision: Decision) -> None:
    """Rule: the time and the list of a decision change only if another part changes."""
    after = apply(state, decision, NOW, LIST)
    same = (after.status, after.starred, after.tags, after.note) == (
        state.status,
        state.starred,
        state.tags,
        state.note,
    )
    assert (after is state) == same
    if not same:
        assert (after.decided_at, after.decided_in) == (NOW, LIST)


@PROPERTY
@given(states, tag_sets, tag_sets)
def test_tags_are_sets(state: ReadingState, add: frozenset[Safe], remove: frozenset[Safe]) -> None:
    """Rule: tags are added and removed like sets, and sorted, so that equal sets are equal states."""
    after = apply(state, EditTags(add, remove), NOW).tags
    assert set(after) == (set(state.tags) | add) - remove
    assert list(after) == sorted(set(after))


@PROPERTY
@given(states, tag_sets, tag_sets)
def test_edits_of_different_tags_merge_in_any_order(
    state: ReadingState, one: frozenset[Safe], two: frozenset[Safe]
) -> None:
    """Rule: edits of different tags by two windows give the same tags in any order."""
    first, second = EditTags(add=one - two), EditTags(remove=two - one)
    forth = apply(apply(state, first, NOW), second, NOW)
    back = apply(apply(state, second, NOW), first, NOW)
    assert forth.tags == back.tags


def test_an_empty_note_removes_the_note() -> None:
    """Rule: `note ID ""` removes the note; without a note it changes nothing."""
    noted = apply(UNDECIDED, SetNote(Safe("x")), NOW)
    assert apply(noted, SetNote(Safe("")), NOW).note == ""
    assert apply(UNDECIDED, SetNote(Safe("")), NOW) is UNDECIDED


@pytest.mark.parametrize(
    ("state", "kept"),
    [
        (UNDECIDED, False),
        (ReadingState(status=ReadingStatus.READ), False),
        (ReadingState(starred=True), True),
        (ReadingState(tags=(Safe("a"),)), True),
        (ReadingState(note=Safe("x")), True),
    ],
)
def test_stars_tags_and_notes_survive_the_catalogue(state: ReadingState, kept: bool) -> None:
    """Rule: a star, tags and a note survive the loss of the catalogue; a status does not."""
    assert state.is_kept is kept


def test_unread_is_a_status_of_its_own() -> None:
    """Rule: only an unread paper waits for a decision."""
    unread = [status for status in ReadingStatus if ReadingState(status=status).is_unread]
    assert unread == [ReadingStatus.UNREAD]


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("to-cite", "to-cite"),
        ("#RAG", "rag"),
        ("+a", "a"),
        ("  To  Cite ", "to-cite"),
        ('say "hi", now', "say-hi-now"),
        ("\u00c9tude", "\u00e9tude"),
        ("a\x1b[31mb", "ab"),
        ("\u200b", ""),
        ("#", ""),
        ("", ""),
        (" , ", ""),
        ("[/]", "[/]"),
        ("x" * 80, "x" * (MAX_TAG - 1) + "…"),
    ],
)
def test_tags_are_stored_so_that_a_query_can_name_them(typed: str, tag: str) -> None:
    """Rule: a tag is clean, in lower case, without blanks, commas and quotes, and has a limited length."""
    assert make_tag(typed) == tag


def test_hostile_tags_and_notes_are_stored_clean() -> None:
    """Rule: text of the user is cleaned like text from feeds."""
    for hostile in HOSTILE:
        text = hostile.text
        assert acting(make_tag(text)) == [], hostile.id
        assert not any(map(str.isspace, make_tag(text))), hostile.id
        assert acting(make_note(text), lines=True) == [], hostile.id
        assert make_note(make_note(text)) == make_note(text), hostile.id


@PROPERTY
@given(st.text(alphabet="abc #+-,\"'", max_size=20).filter(lambda text: not make_tag(text).startswith(("#", "+"))))
def test_a_stored_tag_is_stored_again_unchanged(text: str) -> None:
    """Rule: a stored tag is stored again as the same tag."""
    tag = make_tag(text)
    assert make_tag(tag) == tag


@pytest.mark.parametrize(
    "text", [",#a", '"+a', "\u200b#a", "#\ufe0f#a", "\u00df" * MAX_TAG, "\u0390" * 2 * MAX_TAG], ids=ascii
)
def test_an_odd_tag_is_stored_again_unchanged(text: str) -> None:
    """Rule: every tag can be named, so that the user can remove it."""
    tag = make_tag(text)
    assert make_tag(tag) == tag
    assert len(tag) <= MAX_TAG


def test_empty_tags_and_doubles_are_left_out() -> None:
    """Rule: empty parts between commas make no tags."""
    assert make_tags(["a", "", "A", " ", "#a", "b c"]) == tags("a", "b-c")


def test_a_note_keeps_its_lines_and_is_never_cut() -> None:
    """Rule: a note keeps its lines, indents and blanks, at any length."""
    assert make_note("one\r\n  two  words \n\n\n\n\tthree ") == "one\n  two  words\n\n three"
    assert make_note("  \n \t ") == ""
    assert make_note("x\n" * MAX_NOTE) == ("x\n" * MAX_NOTE).rstrip()


@pytest.mark.parametrize(
    ("text", "fits"), [("", True), ("x" * 10, True), (" " * 5 + "x" * 10, True), ("x" * 11, False)]
)
def test_too_long_text_is_refused_not_cut(text: str, fits: bool) -> None:
    """Rule: text of the user is never cut without a question; blanks at the ends do not count."""
    assert (length_problem(text, 10) is None) is fits
    assert fits or "10" in str(length_problem(text, 10))


@PROPERTY
@given(states, states)
def test_joining_two_states_loses_nothing_of_either(one: ReadingState, other: ReadingState) -> None:
    """Rule: a merged state has every star, tag and note, and a status unless both are unread."""
    joined = join_states(one, other)
    assert joined.starred == (one.starred or other.starred)
    assert set(joined.tags) == {*one.tags, *other.tags}
    assert all(note in joined.note for note in (one.note, other.note))
    assert joined.status in (one.status, other.status)
    assert joined.is_unread == (one.is_unread and other.is_unread)


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_statuses_the_one_decided_last_is_joined(turned: bool) -> None:
    """Rule: the last decision gives the status, its time and its list."""
    earlier = ReadingState(ReadingStatus.LATER, starred=True, decided_at=EARLIER)
    last = ReadingState(ReadingStatus.SKIPPED, decided_at=NOW, decided_in=LIST)
    for one, other in ((earlier, last), (ReadingState(ReadingStatus.READ), last), (UNDECIDED, last)):
        joined = join_states(*((other, one) if turned else (one, other)))
        assert (joined.status, joined.decided_at, joined.decided_in) == (ReadingStatus.SKIPPED, NOW, LIST)
