"""Any text is a query: what can be read is answered, what cannot is named with its place and the cure."""

from datetime import date

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st

from paperreader.domain.query import STATES, HasTag, IsState, OnDate, Query, Word
from paperreader.domain.query_parser import parse_query
from paperreader.domain.reading import ReadingState, ReadingStatus
from paperreader.domain.text import Safe

PROPERTY = settings(max_examples=300, deadline=None, derandomize=True, database=None)
PIECES = [
    "is:",
    "tag:",
    "date:",
    "title:",
    "-",
    '"',
    "starred",
    "unread",
    "2025",
    "-03",
    "..",
    ":",
    "(",
    ")",
    "OR",
    " ",
    "word",
    "\u00e9",
    "\u8a9e",
    "\t",
    "\x1b[m",
    "\0",
    "isx:",
    "#",
]
typed = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=12).map("".join))


def said(text: str) -> list[str]:
    """The messages about a query."""
    return [problem.message for problem in parse_query(text).problems]


def test_words_keep_their_order_and_places() -> None:
    """Rule: words are to be found, each with its offset in the text."""
    assert parse_query(" fast  Attention ").words == (Word("fast", 1), Word("Attention", 7))


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("   ", Query()),
        ("-draft", Query(words=(Word("draft", 1, negated=True),))),
        ("title:cache", Query(words=(Word("cache", 6, title_only=True),))),
        ("TITLE:cache", Query(words=(Word("cache", 6, title_only=True),))),
        ("-title:cache", Query(words=(Word("cache", 7, title_only=True, negated=True),))),
        ("kv-cache", Query(words=(Word("kv-cache", 0),))),
        ("is:starred", Query(states=(IsState("starred"),))),
        ("IS:Unread", Query(states=(IsState("unread"),))),
        ("-is:read", Query(states=(IsState("read", negated=True),))),
        ("is:later is:skipped", Query(states=(IsState("later"), IsState("skipped")))),
        ("tag:To-Cite x", Query(words=(Word("x", 12),), states=(HasTag("to-cite"),))),
        ("tag:to", Query(states=(HasTag("to", is_prefix=True),))),
        ("tag:to ", Query(states=(HasTag("to"),))),
        ("-tag:a ", Query(states=(HasTag("a", negated=True),))),
        ('tag:"to cite" ', Query(states=(HasTag("to-cite"),))),
        ("date:2025-03-14", Query(dates=(OnDate(date(2025, 3, 14), date(2025, 3, 14)),))),
        ("date:2025-02", Query(dates=(OnDate(date(2025, 2, 1), date(2025, 2, 28)),))),
        ("date:2024", Query(dates=(OnDate(date(2024, 1, 1), date(2024, 12, 31)),))),
        ("-date:2025-03-14", Query(dates=(OnDate(date(2025, 3, 14), date(2025, 3, 14), negated=True),))),
        ("date:2025-03-01..2025-03-14", Query(dates=(OnDate(date(2025, 3, 1), date(2025, 3, 14)),))),
        ("date:2024..2025-02", Query(dates=(OnDate(date(2024, 1, 1), date(2025, 2, 28)),))),
        ("date:2025-03-01..", Query(dates=(OnDate(date(2025, 3, 1), date.max),))),
        ("date:..2025-03-14", Query(dates=(OnDate(date.min, date(2025, 3, 14)),))),
        ("(fast)", Query(words=(Word("(fast)", 0),))),
        ("Survey: fast", Query(words=(Word("Survey:", 0), Word("fast", 8)))),
    ],
)
def test_each_clause_is_read(text: str, query: Query) -> None:
    """Rule (issue, point 6): words, `-not`, `is:`, `tag:`, `date:`, `title:`, and nothing wrong with them."""
    assert parse_query(text) == query


def test_all_clauses_together() -> None:
    """Rule: clauses combine in any order."""
    query = parse_query("fast -draft is:unread title:cache tag:rag date:2025-03 ")
    assert [word.text for word in query.words] == ["fast", "draft", "cache"]
    assert query.states == (IsState("unread"), HasTag("rag"))
    assert query.dates == (OnDate(date(2025, 3, 1), date(2025, 3, 31)),)
    assert query.problems == ()


@pytest.mark.parametrize(
    "text", ["-", "--", '"', '""', '-"', "...", "!?", "- -", "title:", "-title:", 'title:"', "(", ")"]
)
def test_signs_that_mean_nothing_yet_ask_for_nothing(text: str) -> None:
    """Rule: half a clause filters nothing away while it is being typed."""
    assert parse_query(text).is_empty


@pytest.mark.parametrize(
    "clause",
    ["is:starred", "tag:to-cite", "date:2025-03-14", "date:2025-03-01..2025-03-14", '"a phrase"', "-title:cache"],
)
def test_a_clause_being_typed_never_asks_for_something_else(clause: str) -> None:
    """Rule: every beginning of a clause leaves the rest of the query alone, and the whole of it is right."""
    for length in range(1, len(clause) + 1):
        query = parse_query(f"fast {clause[:length]}")
        assert query.words[0] == Word("fast", 0)
        assert all(problem.position == 5 for problem in query.problems)
    assert parse_query(f"fast {clause}").problems == ()


@pytest.mark.parametrize(
    ("text", "position", "cure"),
    [
        ("is:stared", 0, "is:starred"),
        ("fast is:raed", 5, "is:read"),
        ("is:un", 0, "is:unread"),
        ("-is:latter", 0, "is:later"),
        ("is:s", 0, "is:starred"),
        ("is:s", 0, "is:skipped"),
        ("titel:x", 0, "title:"),
        ("a tagg:x", 2, "tag:"),
        ("dat:2025", 0, "date:"),
        ("tag:", 0, "tag:to-cite"),
        ("date:2025-3", 0, "2025-03-14"),
        ("date:", 0, "2025-03-14"),
        ("date:2025-02-30", 0, "2025-03-14"),
        ("date:2025-13", 0, "2025-03-14"),
        ("date:0000", 0, "2025-03-14"),
        ("date:..", 0, "2025-03-14"),
        ("date:2025..x", 0, "2025-03-14"),
        ("date:yesterday", 0, "2025-03-14"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_place_and_the_nearest_valid_word(
    text: str, position: int, cure: str
) -> None:
    """Rule (design 8): an error names its position and the nearest valid word."""
    (problem,) = parse_query(text).problems
    assert problem.position == position
    assert cure in problem.message


@pytest.mark.parametrize("text", ["is:", "is:xyzzy"])
def test_where_nothing_is_near_all_are_named(text: str) -> None:
    """Rule: who does not know the words is told them."""
    (message,) = said(text)
    assert all(f"is:{state}" in message for state in STATES)


def test_every_problem_is_named_at_its_place() -> None:
    """Rule: one problem does not hide another, and the rest is answered."""
    query = parse_query("fast is:foo date:x is:unread tag:")
    assert [problem.position for problem in query.problems] == [5, 12, 29]
    assert query.states == (IsState("unread"),)


@pytest.mark.parametrize("text", ["DPO: a study", "LLaMA: Open", "https://a.example/x", "a:b", "10:30"])
def test_a_colon_in_a_title_is_no_field(text: str) -> None:
    """Rule: who pastes a title is searching for it."""
    assert said(text) == []
    assert parse_query(text).words


def test_a_range_that_ends_before_it_begins_is_a_problem() -> None:
    """Rule: a clause that can never hold is an error, not an empty list without a reason."""
    (problem,) = parse_query("fast date:2025-03-14..2025-03-01").problems
    assert problem.position == 5
    assert "before" in problem.message
    assert "date:2025-03-01..2025-03-14" in problem.message
    assert said("date:2025..2024-12")
    assert said("date:2025-03..2025-03-01") == []


@PROPERTY
@given(typed)
def test_no_text_breaks_the_parser(text: str) -> None:
    """Rule (fault 42): any text is a query; words and problems stand where they say."""
    query = parse_query(text)
    for word in query.words:
        assert text[word.position : word.position + len(word.text)] == word.text
        assert not any(map(str.isspace, word.text))
    assert [word.position for word in query.words] == sorted(word.position for word in query.words)
    assert all(0 <= problem.position < len(text) and problem.message for problem in query.problems)
    assert query.is_empty == (not (query.words or query.states or query.dates))


def test_hostile_text_is_a_query() -> None:
    """Rule: pasting anything into the filter bar is safe, behind every field too."""
    for hostile in HOSTILE:
        text = hostile.text
        for field in ("", "is:", "tag:", "date:", "title:", "-"):
            assert isinstance(parse_query(field + text), Query), hostile.id


@PROPERTY
@given(st.lists(st.sampled_from(["fast", "-slow", "title:a", "is:read", "-tag:x", "date:2025"]), max_size=6))
def test_a_query_is_the_sum_of_its_clauses(clauses: list[str]) -> None:
    """Rule: no clause changes how another is read."""
    query = parse_query(" ".join([*clauses, ""]))
    parts = [parse_query(f"{clause} ") for clause in clauses]
    assert query.states == tuple(state for part in parts for state in part.states)
    assert query.dates == tuple(day for part in parts for day in part.dates)
    assert [word.text for word in query.words] == [word.text for part in parts for word in part.words]


@pytest.mark.parametrize("status", ReadingStatus)
@pytest.mark.parametrize("starred", [True, False])
def test_states_hold_for_what_was_decided(status: ReadingStatus, starred: bool) -> None:
    """Rule: `is:` asks for the status or the star, and `-is:` for everything else."""
    state = ReadingState(status=status, starred=starred)
    for name in STATES:
        holds = starred if name == "starred" else status.value == name
        assert parse_query(f"is:{name}").holds_for(state) is holds
        assert parse_query(f"-is:{name}").holds_for(state) is not holds


def test_a_tag_of_a_complete_query_is_whole() -> None:
    """Rule: only what is being typed may be a beginning; nothing else is read otherwise."""
    assert parse_query("tag:to", complete=True) == parse_query("tag:to ")
    assert parse_query("fast -tag:to", complete=True).states == (HasTag("to", negated=True),)
    assert parse_query("fast is:un", complete=True) == parse_query("fast is:un")


def test_tags_hold_whole_and_as_a_beginning_while_typed() -> None:
    """Rule: the last tag of a query is a prefix, the others are whole."""
    state = ReadingState(tags=(Safe("rag"), Safe("to-cite")))
    held = {
        text: parse_query(text).holds_for(state)
        for text in ("tag:rag ", "tag:to", "tag:to ", "-tag:to", "-tag:to ", "tag:rag tag:x")
    }
    assert held == {
        "tag:rag ": True,
        "tag:to": True,
        "tag:to ": False,
        "-tag:to": False,
        "-tag:to ": True,
        "tag:rag tag:x": False,
    }


def test_a_query_without_states_holds_for_every_state() -> None:
    """Rule: words say nothing about decisions."""
    assert parse_query("fast").holds_for(ReadingState(starred=True))
