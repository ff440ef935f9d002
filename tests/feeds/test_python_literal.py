"""Texts that Python's `repr` made of JSON values are read without being run."""

import contextlib
import math
import warnings

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.feeds.syntax.python_literal import MAX_DEPTH, MAX_LENGTH, read_literal

PROPERTY = examples(500)
values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


@PROPERTY
@given(value=values)
def test_what_repr_wrote_is_read_again(value: object) -> None:
    """Rule: each JSON value is read back unchanged."""
    assert read_literal(repr(value)) == value


def test_what_is_no_number_is_none() -> None:
    """Rule: as in JSON, NaN and the infinities are None."""
    assert read_literal(repr({"a": math.nan, "b": [-math.inf]})) == {"a": None, "b": [None]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "__import__('os').system('true')",
        "{'a': open('x')}",
        "(1, 2)",
        "1 + 1",
        "1if",
        "b'bytes'",
        "'\\d'",
        "'\\N{DIGIT ONE}'",
        "'\\U00110000'",
        "{[]: 1}",
        "{{}}",
        "[1, 2",
        "]",
        "'open",
        "9" * 1_000_000,
        "-" * 100_000 + "1",
        "[" * (MAX_DEPTH + 1) + "]" * (MAX_DEPTH + 1),
        "[" * 400_000,
        "'" + "a" * MAX_LENGTH + "'",
        "{'a': datetime.datetime(2025, 1, 1)}",
    ],
)
def test_all_else_is_refused(text: str) -> None:
    """Rule: other Python is never executed and raises only ValueError, without a warning."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError):  # noqa: PT011 - the words differ
            read_literal(text)


@PROPERTY
@given(text=st.text("[]{}'\"\\ab1.-e:, nTrue\nu0x", max_size=40))
def test_no_text_breaks_it(text: str) -> None:
    """Rule: a value or ValueError."""
    with contextlib.suppress(ValueError):
        read_literal(text)
