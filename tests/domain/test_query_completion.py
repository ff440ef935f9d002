"""Completion offers fields, states, extras, and the tags, classes, feeds and authors of a library."""

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.query.clauses import FIELDS
from paperreader.domain.query.completion import completions
from paperreader.domain.query.tree import Extra, State

PROPERTY = examples(300)


KNOWN = {
    "tag": lambda: ("ml", "mlops", "to-cite", "a(b)"),
    "feed": lambda: ("arxiv:cs.CL", "page:1", "Two words"),
    "cat": lambda: ("cs.LG", "cs.CL", "Two words"),
    "author": lambda: ("Jane Smith", "Smythe", 'Odd "quoted" name'),
}
"""The values of a small library."""


def offered(text: str, cursor: int | None = None) -> list[str]:
    """The queries that the candidates at the cursor (or at the end) make."""
    found = completions(text, len(text) if cursor is None else cursor, KNOWN)
    return [completion.applied(text) for completion in found]


@pytest.mark.parametrize(
    ("text", "queries"),
    [
        ("ti", ["title:"]),
        ("fast -AB", ["fast -abstract:"]),
        ("(ti", ["(title:"]),
        ("is:un", ["is:unread"]),
        ("-is:S", ["-is:starred", "-is:skipped"]),
        ("is:starred", []),
        ("has:", [f"has:{extra}" for extra in Extra]),
        ("unr", ["is:unread"]),
        ("to-c", ["tag:to-cite"]),
        ("co", ["has:code"]),
        ("tag:ml", ["tag:mlops"]),
        ("tag:cite", ["tag:to-cite"]),
        ("tag:a", ['tag:"a(b)"']),
        ('tag:"to c', []),
        ("tag:(ml OR to", ["tag:(ml OR to-cite"]),
        ("feed:two", ['feed:"Two words"']),
        ('feed:"two w', ['feed:"Two words"']),
        ("feed:words", ['feed:"Two words"']),
        ("ca", ["cat:"]),
        ("cat:CS", ["cat:cs.LG", "cat:cs.CL"]),
        ("cat:cl", ["cat:cs.CL"]),
        ("cat:t", ['cat:"Two words"']),
        ("author:sm", ["author:Smythe", 'author:"Jane Smith"']),
        ("author:odd", []),
        ("since:", ["since:7d", "since:2w", "since:3m", "since:1y"]),
        ("title:a", []),
        ("fast", []),
        ('"is', []),
        ("...", []),
    ],
)
def test_what_stands_at_the_end_is_completed(text: str, queries: list[str]) -> None:
    """Rule: the likeliest candidate is first; values with blanks or brackets are quoted."""
    assert offered(text) == queries


@pytest.mark.parametrize("text", ["", "fast ", "("])
def test_where_nothing_is_typed_the_fields_are_offered(text: str) -> None:
    """Rule: without a word, all fields are offered."""
    assert offered(text) == [f"{text}{field}:" for field in FIELDS]


def test_the_word_at_the_cursor_is_replaced_whole() -> None:
    """Rule: a candidate replaces all of the word at the cursor, and nothing else."""
    assert offered("is:stbar fast", 5) == ["is:starred fast"]
    assert offered("fast is:", 8) == [f"fast is:{state}" for state in State]
    assert offered("fast is:", 2) == []
    assert offered("is:red ti", 5) == ["is:read ti"]


PIECES = ["is:", "tag:", "(", ")", '"', " ", "-", "s", "author:", "sm", "feed:", "to"]


@PROPERTY
@given(st.text(max_size=30) | st.lists(st.sampled_from(PIECES)).map("".join), st.data())
def test_a_completion_replaces_what_is_there(text: str, data: st.DataObject) -> None:
    """Rule: in any text, a candidate changes only the word at the cursor."""
    cursor = data.draw(st.integers(0, len(text)))
    for completion in completions(text, cursor, KNOWN):
        assert 0 <= completion.start <= cursor <= completion.end <= len(text)
        assert completion.applied(text) != text
