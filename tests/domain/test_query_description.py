"""A query in words says what it asks for, each part once."""

import pytest
from examples import examples
from hypothesis import given
from query_reading import queries

from paperreader.domain.query.description import describe
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import Query

PROPERTY = examples(300)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "all papers"),
        ("fast -draft", "“fast”, without “draft”"),
        ('title:a author:b -abstract:"c d"',
         "“a” in the title, “b” among the authors, without the words “c d” in the abstract"),
        ("is:starred -is:read is:later is:again", "starred, not read, kept for later, listed on more than one date"),
        ("a OR b c", "“a” or (“b” and “c”)"),
        ("a (b OR c)", "“a”, (“b” or “c”)"),
        ("-(a OR b) x", "not (“a” or “b”), “x”"),
        ("-(-a)", "not (without “a”)"),
        ("tag:ml note:x -tag:b", "tagged “ml”, noted “x”, not tagged “b”"),
        ("has:code -has:note", "with a link to code, without a note"),
        ("-cat:cs.L", "not of a subject class that begins with “cs.L”"),
        ("id:2503 feed:page", "known by an id that begins with “2503”, listed by the feed “page”"),
        ("date:2025-03-14 date:2025-03", "listed on 14 Mar 2025, listed from 1 Mar to 31 Mar 2025"),
        ("date:2024-12..2025-01", "listed from 1 Dec 2024 to 31 Jan 2025"),
        ("date:2025-03-14.. -date:..2025-03-14", "listed from 14 Mar 2025 on, not listed until 14 Mar 2025"),
        ("since:1w since:1d since:0d", "listed in the last 7 days, listed in the last 1 day, listed today"),
        ("upvotes:>20 upvotes:<5 upvotes:7", "with at least 21 upvotes, with at most 4 upvotes, with 7 upvotes"),
        ("upvotes:5..20", "with 5 to 20 upvotes"),
        ("a\x1b[31mb", "“ab”"),
    ],
)  # fmt: skip
def test_a_query_is_said_in_words(text: str, said: str) -> None:
    """Rule: people read what a saved query asks for, without its signs; text from outside is cleaned."""
    assert describe(parse_query(text, complete=True)) == said


def test_a_tag_being_typed_is_shown_as_a_beginning() -> None:
    """Rule: what is not whole yet does not look so."""
    assert describe(parse_query("tag:to")) == "tagged “to…”"


@PROPERTY
@given(queries)
def test_every_query_can_be_said(query: Query) -> None:
    """Rule: there is no clause without words, and all of it is one printable line."""
    assert describe(query).isprintable()
    assert describe(query) != ""
