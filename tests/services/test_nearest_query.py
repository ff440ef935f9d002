"""The nearest query that finds something."""

from __future__ import annotations

import pytest

from paperreader.errors import QueryError
from paperreader.services.searching.list_filter import parse_strictly
from paperreader.services.searching.nearest_query import MOST_CLAUSES, NearestQuery, near_queries, nearest_query


@pytest.mark.parametrize(
    ("text", "tried"),
    [
        ("a", []),
        ("one two", ["one", "two"]),
        ('one "two words" -three', ['one "two words"', "one -three", '"two words" -three', "one", '"two words"']),
        ("auther:ada proof", ["author:ada proof", "author:ada", "proof"]),
        ("zebra:ada", ["ada"]),
        ("title:(one two) three", []),
        ("one OR two", []),
        (" ".join(f"w{number}" for number in range(MOST_CLAUSES + 1)), []),
    ],
)
def test_near_queries_are_tried_from_the_nearest_on(text: str, tried: list[str]) -> None:
    """Rule: fields are mended first, then one clause is left out, the last one first, then each stands alone."""
    assert list(near_queries(text)) == tried


def test_what_finds_something_in_the_list_is_nearer_than_in_the_library() -> None:
    """Rule: the first query with hits in the list wins; without any, the first with hits in the library."""
    hits = {"b": (0, 4), "a": (0, 9)}
    assert nearest_query("a b", lambda text: hits.get(text, (0, 0))) == NearestQuery("a", 0, 9)
    assert nearest_query("a b", lambda text: (hits | {"b": (2, 4)}).get(text, (0, 0))) == NearestQuery("b", 2, 4)
    assert nearest_query("a b", lambda _: (0, 0)) is None


def test_the_search_for_a_nearer_query_can_be_given_up() -> None:
    """Rule: when the user types on, no further query is tried."""
    asked: list[str] = []
    assert nearest_query("a b c", lambda text: asked.append(text)) is None
    assert asked == ["a b"]


@pytest.mark.parametrize("text", ["std::vector", "BERT:x", "foo:bar"])
def test_text_with_a_colon_is_searched_where_queries_are_strict(text: str) -> None:
    """Rule: the command line and saved shelves search a colon in a title as text; a misspelt field they refuse."""
    assert parse_strictly(text).root is not None
    with pytest.raises(QueryError, match="did you mean title:"):
        parse_strictly("titel:x")
