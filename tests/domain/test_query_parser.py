"""Every text is a query: its readable parts form a tree, and each other part is a problem with a place and a cure."""

from datetime import date

import pytest
from examples import examples
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st
from query_writing import unparse

from paperreader.domain.paper import Field
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Extra,
    FactField,
    FieldValue,
    Not,
    OnDate,
    Part,
    Phrase,
    Query,
    Since,
    State,
    Upvotes,
    Word,
)

PROPERTY = examples(300)
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


def of(*parts: Part, is_open: bool = False) -> Query:
    """The query with these parts."""
    return Query(AllOf(parts) if parts else None, is_open=is_open)


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a query."""
    root = parse_query(text).root
    return root.parts if root else ()


def test_words_keep_their_order_and_places() -> None:
    """Rule: each word has its offset in the text."""
    found = parse_query(" fast  Attention ").texts()
    assert found == [Word("fast"), Word("Attention")]
    assert [word.position for word in found] == [1, 7]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ()),
        ("   ", ()),
        ("-draft", (Not(Word("draft")),)),
        ("--draft", (Not(Word("draft")),)),
        ("a - b", (Word("a"), Word("b"))),
        ("title:cache", (Word("cache", field=Field.TITLE),)),
        ("TITLE:cache", (Word("cache", field=Field.TITLE),)),
        ("-author:smith", (Not(Word("smith", field=Field.AUTHOR)),)),
        ('abstract:"a b"', (Phrase("a b", field=Field.ABSTRACT),)),
        ("kv-cache", (Word("kv-cache"),)),
        ('"kv cache"', (Phrase("kv cache"),)),
        ('-"kv cache"', (Not(Phrase("kv cache")),)),
        ('fast"kv cache"', (Word("fast"), Phrase("kv cache"))),
        ("is:starred", (State.STARRED,)),
        ("IS:Unread", (State.UNREAD,)),
        ('is:"again"', (State.AGAIN,)),
        ("-is:read", (Not(State.READ),)),
        ("is:later is:skipped", (State.LATER, State.SKIPPED)),
        ("tag:To-Cite x", (FieldValue(FactField.TAG, "to-cite", is_whole=True), Word("x"))),
        ("tag:to", (FieldValue(FactField.TAG, "to"),)),
        ("tag:to ", (FieldValue(FactField.TAG, "to", is_whole=True),)),
        ("-tag:a ", (Not(FieldValue(FactField.TAG, "a", is_whole=True)),)),
        ('tag:"to cite"', (FieldValue(FactField.TAG, "to-cite", is_whole=True),)),
        ('tag:"to ci', (FieldValue(FactField.TAG, "to-ci"),)),
        ("note:baseline", (FieldValue(FactField.NOTE, "baseline"),)),
        ('note:"my baseline"', (FieldValue(FactField.NOTE, "my baseline"),)),
        ("id:2503.01234", (FieldValue(FactField.ID, "2503.01234"),)),
        ("id:10.1016/S01(20)3", (FieldValue(FactField.ID, "10.1016/S01(20)3"),)),
        ("(id:10.1000/xyz)", (FieldValue(FactField.ID, "10.1000/xyz"),)),
        ("feed:page", (FieldValue(FactField.FEED, "page"),)),
        ("cat:cs.CL", (FieldValue(FactField.CATEGORY, "cs.CL"),)),
        ('-cat:"Machine learning"', (Not(FieldValue(FactField.CATEGORY, "Machine learning")),)),
        ("has:code", (Extra.CODE,)),
        ("HAS:PDF", (Extra.PDF,)),
        ("date:2025-03-14", (OnDate(date(2025, 3, 14), date(2025, 3, 14)),)),
        ("date:2025-02", (OnDate(date(2025, 2, 1), date(2025, 2, 28)),)),
        ("date:2024", (OnDate(date(2024, 1, 1), date(2024, 12, 31)),)),
        ("-date:2025-03-14", (Not(OnDate(date(2025, 3, 14), date(2025, 3, 14))),)),
        ("date:2025-03-01..2025-03-14", (OnDate(date(2025, 3, 1), date(2025, 3, 14)),)),
        ("date:2024..2025-02", (OnDate(date(2024, 1, 1), date(2025, 2, 28)),)),
        ("date:2025-03-01..", (OnDate(date(2025, 3, 1), date.max),)),
        ("date:..2025-03-14", (OnDate(date.min, date(2025, 3, 14)),)),
        ("since:7d", (Since(7),)),
        ("since:2W", (Since(14),)),
        ("since:3m since:1y", (Since(90), Since(365))),
        ("upvotes:20", (Upvotes(20, 20),)),
        ("upvotes:>20", (Upvotes(21, None),)),
        ("upvotes:>=20", (Upvotes(20, None),)),
        ("upvotes:<5", (Upvotes(None, 4),)),
        ("upvotes:<=5", (Upvotes(None, 5),)),
        ("upvotes:5..20", (Upvotes(5, 20),)),
        ("upvotes:5..", (Upvotes(5, None),)),
        ("upvotes:..5", (Upvotes(None, 5),)),
        ("(fast)", (Word("fast"),)),
        ("f(x)", (Word("f"), Word("x"))),
        ("()", ()),
        ("Survey: fast", (Word("Survey:"), Word("fast"))),
        ("a AND b", (Word("a"), Word("b"))),
        ("a and b or c", tuple(map(Word, ("a", "and", "b", "or", "c")))),
        ("a OR b", (AnyOf((Word("a"), Word("b"))),)),
        ("a b OR c", (AnyOf((AllOf((Word("a"), Word("b"))), Word("c"))),)),
        ("a (b OR c)", (Word("a"), AnyOf((Word("b"), Word("c"))))),
        ("a (b c) d", tuple(map(Word, "abcd"))),
        ("a OR (b OR c)", (AnyOf((Word("a"), Word("b"), Word("c"))),)),
        ("-(a b)", (Not(AllOf((Word("a"), Word("b")))),)),
        ("-(a)", (Not(Word("a")),)),
        ("-(-a)", (Not(Not(Word("a"))),)),
        ("title:(a OR b)", (AnyOf((Word("a", field=Field.TITLE), Word("b", field=Field.TITLE))),)),
        (
            "-tag:(a b)",
            (
                Not(
                    AllOf(
                        (FieldValue(FactField.TAG, "a", is_whole=True), FieldValue(FactField.TAG, "b", is_whole=True))
                    )
                ),
            ),
        ),
        (
            'title:(a "b c" is:read author:d)',
            (
                Word("a", field=Field.TITLE),
                Phrase("b c", field=Field.TITLE),
                State.READ,
                Word("d", field=Field.AUTHOR),
            ),
        ),
    ],
)
def test_each_clause_is_read(text: str, parts: tuple[Part, ...]) -> None:
    """Rule: clauses, `-`, OR and brackets are read without problems."""
    query = parse_query(text)
    assert query.root == (AllOf(parts) if parts else None)
    assert [problem for problem in query.problems if "quotation" not in problem.message] == []


@pytest.mark.parametrize(
    ("text", "is_open"),
    [
        ("fast", True),
        ("fast ", False),
        ("-fast", True),
        ('"fast', True),
        ('"fast"', False),
        ("(fast", True),
        ("(fast)", False),
        ("fast -", False),
        ("fast is:", False),
        ("fast is:read", True),
        ("fast OR", False),
        ("fast ...", False),
        ("", False),
    ],
)
def test_the_last_clause_is_open_until_something_ends_it(text: str, is_open: bool) -> None:
    """Rule: a blank, a closing character or the end of a complete text ends the open clause."""
    assert parse_query(text).is_open is is_open
    assert not parse_query(text, complete=True).is_open


@pytest.mark.parametrize(
    "text", ["-", "--", '"', '""', '-"', "...", "!?", "- -", "title:", "-title:", 'title:"', "(", ")"]
)
def test_half_a_clause_filters_nothing(text: str) -> None:
    """Rule: half a clause filters nothing."""
    assert parse_query(text).is_empty


@pytest.mark.parametrize(
    "clause",
    [
        "is:starred",
        "tag:to-cite",
        "date:2025-03-14",
        "date:2025-03-01..2025-03-14",
        '"a phrase"',
        "-title:cache",
        "note:x",
        "id:2503",
        "feed:page",
        "has:code",
        "since:7d",
        "upvotes:>20",
        "(a OR b)",
        "-(a OR -b)",
    ],
)
def test_half_a_clause_does_not_change_the_rest_of_the_query(clause: str) -> None:
    """Rule: no part of a clause that is being typed changes the rest of the query."""
    for length in range(1, len(clause) + 1):
        query = parse_query(f"fast {clause[:length]}")
        assert query.texts()[0] == Word("fast")
        assert all(problem.position >= 5 for problem in query.problems)
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
        ("date:2025-02-30", 0, "did you mean date:2025-02-28?"),
        ("date:14.3.2025", 0, "did you mean date:2025-03-14?"),
        ("date:2025-13", 0, "2025-03-14"),
        ("date:0000", 0, "2025-03-14"),
        ("date:..", 0, "2025-03-14"),
        ("date:2025..x", 0, "2025-03-14"),
        ("date:yesterday", 0, "2025-03-14"),
        ("authors:x", 0, "author:"),
        ("abstracts:x", 0, "abstract:"),
        ('titel:"a b"', 0, "title:"),
        ("titel:(a)", 0, "title:"),
        ("upvote:5", 0, "upvotes:"),
        ("has:cod", 0, "has:code"),
        ("a has:", 2, "has:pdf"),
        ("title:", 0, "title:cache"),
        ("note:", 0, "note:baseline"),
        ("id:", 0, "id:2503.01234"),
        ("feed:", 0, "feed:page"),
        ("cat:", 0, "cat:cs.CL"),
        ("since:", 0, "since:7d"),
        ("since:7", 0, "since:7d"),
        ("since:2025", 0, "since:7d"),
        ("upvotes:", 0, "upvotes:>20"),
        ("upvotes:>", 0, "upvotes:>20"),
        ("upvotes:many", 0, "upvotes:>20"),
        ("upvotes:<0", 0, "upvotes:>20"),
        ("upvotes:20..5", 0, "upvotes:5..20"),
        ("upvotes:..", 0, "upvotes:>20"),
        ("a -", 2, "a word after it, as in -survey"),
        ("OR a", 0, "both sides"),
        ("a OR", 2, "both sides"),
        ("a OR OR b", 5, "both sides"),
        ("(a OR) b", 3, "both sides"),
        ("a )", 2, "without an opening"),
        ("a (b", 2, "unclosed bracket"),
        ('a "b', 2, "unclosed quotation mark"),
        ('a title:"b', 8, "unclosed quotation mark"),
    ],
)
def test_a_problem_has_a_place_and_a_cure(text: str, position: int, cure: str) -> None:
    """Rule: an error names its position and the nearest valid word."""
    (problem,) = parse_query(text).problems
    assert problem.position == position
    assert cure in problem.message


@pytest.mark.parametrize("text", ["is:", "is:xyzzy"])
def test_all_words_are_named_if_none_is_similar(text: str) -> None:
    """Rule: if no word is similar, all words are named."""
    (message,) = said(text)
    assert all(f"is:{state}" in message for state in State)


def test_every_problem_is_named_at_its_place() -> None:
    """Rule: one problem does not hide another, and the other parts are answered."""
    query = parse_query("fast is:foo date:x is:unread tag:")
    assert [problem.position for problem in query.problems] == [5, 12, 29]
    assert query == of(Word("fast"), State.UNREAD)


def test_an_unreadable_side_of_an_or_is_one_problem() -> None:
    """Rule: an unreadable side of an OR is one problem."""
    assert len(said("a OR is:foo")) == len(said("is:foo OR a")) == 1
    assert parse_query("a OR is:foo ") == of(Word("a"))


@pytest.mark.parametrize("text", ["DPO: a study", "LLaMA: Open", "https://a.example/x", "a:b", "10:30"])
def test_a_colon_in_a_title_is_no_field(text: str) -> None:
    """Rule: a title with a colon can be pasted."""
    assert said(text) == []
    assert parse_query(text).texts()


def test_a_range_that_ends_before_it_begins_is_a_problem() -> None:
    """Rule: a clause that no paper can match is a problem."""
    (problem,) = parse_query("fast date:2025-03-14..2025-03-01").problems
    assert problem.position == 5
    assert "before" in problem.message
    assert "date:2025-03-01..2025-03-14" in problem.message
    assert said("date:2025..2024-12")
    assert said("date:2025-03..2025-03-01") == []


@PROPERTY
@given(typed)
def test_no_text_breaks_the_parser(text: str) -> None:
    """Rule: the parser never raises, and words and problems have correct places."""
    query = parse_query(text)
    for found in query.texts():
        assert text[found.position : found.position + len(found.text)] == found.text
        assert isinstance(found, Phrase) or not any(map(str.isspace, found.text))
    assert [found.position for found in query.texts()] == sorted(found.position for found in query.texts())
    assert all(0 <= problem.position < len(text) and problem.message for problem in query.problems)
    assert query.is_empty == (query.root is None)


def test_hostile_text_is_a_query() -> None:
    """Rule: any text can be pasted, also after a field."""
    for hostile in HOSTILE:
        text = hostile.text
        for field in ("", "is:", "tag:", "date:", "title:", "-"):
            assert isinstance(parse_query(field + text), Query), hostile.id


@PROPERTY
@given(st.lists(st.sampled_from(["fast", "-slow", "title:a", "is:read", "-tag:x", "date:2025"]), max_size=6))
def test_a_query_is_the_sum_of_its_clauses(clauses: list[str]) -> None:
    """Rule: clauses do not change each other."""
    assert parts_of(" ".join([*clauses, ""])) == tuple(part for clause in clauses for part in parts_of(f"{clause} "))


@pytest.mark.parametrize(
    "flood", ["(", "-(", ")", "a(", "(a OR ", "-(a OR (b ", '"', '"" ', "OR ", "is:x ", "a:b(", "- "]
)
def test_too_long_texts_are_queries(flood: str) -> None:
    """Rule: 100,000 brackets are a query with a limit as its problem."""
    for complete in (False, True):
        query = parse_query("fast " + flood * 100_000, complete=complete)
        assert query.texts()[0] == Word("fast")
        assert any("at most" in problem.message for problem in query.problems)
        assert parse_query(unparse(query), complete=not query.is_open) == query


LIMITS = {
    "words": ("fast " * 300, "at most 100 words and clauses"),
    "parts of a word": ("fast-slow-" * 15 + " fast" * 90, "at most 100 words and clauses"),
    "letters without blanks": ("\u8a9e" * 150, "at most 100 words and clauses"),
    "clauses": ("tag:fast " * 300, "at most 100 words and clauses"),
    "a long word": ("f" * 100_000, "a word has at most 200 letters"),
    "a long word in a field": ("title:" + "f" * 100_000, "a word has at most 200 letters"),
    "a long tag": ("tag:" + "f" * 100_000, "a word has at most 200 letters"),
    "a long phrase": ('"' + "fast" * 1_000, "a phrase has at most 1,000 letters"),
    "open brackets": ("(" * 50 + "fast", "brackets nest at most 30 deep"),
    "closed brackets": ("(" * 50 + "fast" + ")" * 50, "brackets nest at most 30 deep"),
    "signs": ("id:2503.01234 OR " * 600, "at most 1,000 words and signs"),
}


@pytest.mark.parametrize(("text", "message"), LIMITS.values(), ids=LIMITS)
@pytest.mark.parametrize("complete", [False, True])
def test_a_limit_is_the_first_problem(text: str, message: str, complete: bool) -> None:
    """Rule: a limit is the first problem, and named once."""
    query = parse_query(text, complete=complete)
    assert message in query.problems[0].message
    assert sum(message in problem.message for problem in query.problems) == 1
    assert parse_query(unparse(query), complete=not query.is_open) == query


def test_a_query_has_a_hundred_words() -> None:
    """Rule: a query has 100 words; longer phrases and words are cut."""
    assert len(parse_query("fast slow " * 200).texts()) == 100
    (phrase,) = parse_query('"' + "fast " * 150 + '"').texts()
    assert phrase.text == " ".join(["fast"] * 100)
    (word,) = parse_query("f" * 5_000).texts()
    assert word.text == "f" * 200
    assert parse_query('"' + "fast " * 90 + '" ' + "slow " * 90).texts()[-1] == Word("slow")
    assert len(parse_query('"' + "fast " * 90 + '" ' + "slow " * 90).texts()) == 11


def test_hundreds_of_ids_are_one_query() -> None:
    """Rule: the limit of words does not count ids."""
    query = parse_query(" OR ".join(f"id:2503.{number:05}" for number in range(400)), complete=True)
    assert query.problems == ()
    assert query.root is not None
    (any_of,) = query.root.parts
    assert isinstance(any_of, AnyOf)
    assert len(any_of.parts) == 400


def test_a_tag_of_a_complete_query_is_whole() -> None:
    """Rule: only the last clause of an open query may be the start of a tag."""
    assert parse_query("tag:to", complete=True) == parse_query("tag:to ")
    assert parse_query("fast -tag:to", complete=True) == of(
        Word("fast"), Not(FieldValue(FactField.TAG, "to", is_whole=True))
    )
    assert parse_query("fast is:un", complete=True) == parse_query("fast is:un")


def test_a_tag_is_compared_whole_once_it_is_typed() -> None:
    """Rule: a tag clause compares the start of tags while it is typed, else whole tags."""
    assert FieldValue(FactField.TAG, "to").matches("to-cite")
    assert FieldValue(FactField.TAG, "to", is_whole=True).matches("to")
    assert not FieldValue(FactField.TAG, "to", is_whole=True).matches("to-cite")
    assert not FieldValue(FactField.TAG, "to-cite").matches("to")


@pytest.mark.parametrize(
    ("days", "first"), [(0, date(2025, 3, 14)), (14, date(2025, 2, 28)), (10**7, date.min), (738_957, date(2, 1, 2))]
)
def test_a_span_of_days_is_counted_back_from_today(days: int, first: date) -> None:
    """Rule: `since:` counts from today, and stops at the first day of the calendar."""
    assert Since(days).first(date(2025, 3, 14)) == first
