"""A parsed query can be written as text; the parser reads the same query from that text."""

from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from query_reading import queries
from query_writing import unparse

from paperreader.domain.query.clauses import FIELDS
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import Query

PROPERTY = examples(500)
PIECES = [
    *(f"{field}:" for field in FIELDS), "titel:", "-", "--", '"', "(", ")", " ", " ", " OR ", " AND ", "OR", "word",
    "a", "read", "code", "2025", "-03", "..", ">", "<=", "20", "7d", ":", "#", "10.1/a(b)", "\u00e9", "\u8a9e", "\t",
    "\x1c", "\0", "\ud800", "\ufe0f", "...",
]  # fmt: skip
typed = st.one_of(st.text(max_size=40), st.lists(st.sampled_from(PIECES), max_size=16).map("".join))


@PROPERTY
@given(typed, st.booleans())
def test_what_is_written_is_read_as_the_same_query(text: str, complete: bool) -> None:
    """Rule: for any text, typed or complete, parse(unparse(parse(text))) equals parse(text)."""
    query = parse_query(text, complete=complete)
    assert parse_query(unparse(query), complete=not query.is_open) == query


@PROPERTY
@given(queries)
def test_every_tree_can_be_written(query: Query) -> None:
    """Rule: the parser reads any query tree back from its text, without problems."""
    read = parse_query(unparse(query), complete=True)
    assert read == query
    assert read.problems == ()
