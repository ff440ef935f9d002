"""A query can be written down again: what is read from that is the same query."""

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from query_reading import queries

from paperreader.domain.query.clauses import FIELDS
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.text import unparse
from paperreader.domain.query.tree import Query

PROPERTY = examples(500)
PIECES = [
    *(f"{field}:" for field in FIELDS), "titel:", "-", "--", '"', "(", ")", " ", " ", " OR ", " AND ", "OR", "word",
    "a", "read", "code", "2025", "-03", "..", ">", "<=", "20", "7d", ":", "#", "10.1/a(b)", "\u00e9", "\u8a9e", "\t",
    "\x1c", "\0", "\ud800", "\ufe0f", "...",
]  # fmt: skip
typed = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=16).map("".join))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("", ""),
        (" fast  -draft ", "fast -draft"),
        ('title:(a "b c")', 'title:a title:"b c"'),
        ("(a OR b) c", "(a OR b) c"),
        ("((a OR b))", "a OR b"),
        ("a (b c) OR d", "a b c OR d"),
        ("-(a OR b", "-(a OR b"),
        ("-(-a)", "-(-a)"),
        ('"kv ca', '"kv ca'),
        ("tag:To-Cite IS:Read", "tag:to-cite is:read"),
        ('tag:"a(b)" x', 'tag:"a(b)" x'),
        ('note:"two words"', 'note:"two words"'),
        ("since:2w upvotes:>20 upvotes:<5", "since:14d upvotes:>20 upvotes:<=4"),
        ("upvotes:>=0 upvotes:5..20 upvotes:7 x", "upvotes:>=0 upvotes:5..20 upvotes:7 x"),
        ("date:2025-02 date:2025.. ", "date:2025-02-01..2025-02-28 date:2025-01-01.."),
        ("date:..2025-03-14", "date:..2025-03-14"),
        ("fast is:", "fast"),
    ],
)
def test_a_query_is_written_as_short_as_it_goes(text: str, written: str) -> None:
    """Rule: brackets and quotation marks stand where they are needed, and what is still open stays open."""
    assert unparse(parse_query(text)) == written


@PROPERTY
@given(typed, st.booleans())
def test_what_is_written_is_read_as_the_same_query(text: str, complete: bool) -> None:
    """Rule: parse(unparse(parse(q))) == parse(q), of any text, being typed or complete."""
    query = parse_query(text, complete=complete)
    assert parse_query(unparse(query), complete=not query.is_open) == query


@PROPERTY
@given(queries)
def test_every_tree_can_be_written(query: Query) -> None:
    """Rule: a query that was put together is read back as it is, and nothing is wrong with its text."""
    read = parse_query(unparse(query), complete=True)
    assert read == query
    assert read.problems == ()
