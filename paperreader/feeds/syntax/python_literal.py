"""Reads JSON values that a tool saved with Python's `repr`: `{'id': '2405.17247', 'hidden': False}`."""

import ast
import re

MAX_LENGTH = 1_000_000
"""Characters of the longest text that is read; an item of 664 authors has about 200,000."""
MAX_DEPTH = 40
"""Levels of nesting; an item has five."""

_TOKEN = re.compile(
    r"""
    (?P<space>[\s,:]+) | (?P<open>[\[{]) | (?P<close>[\]}])
    | '(?:[^'\\\n]|\\(?:[\\'"abfnrtv]|x[0-9a-f]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|U0010[0-9a-f]{4}))*+'
    | "(?:[^"\\\n]|\\(?:[\\'"abfnrtv]|x[0-9a-f]{2}|u[0-9a-f]{4}|U000[0-9a-f]{5}|U0010[0-9a-f]{4}))*+"
    | -?\d{1,18}(?:\.\d{1,30})?(?:e[+-]?\d{1,3})?(?![\w.]) | (?:True|False|None)\b | (?P<not>-?(?:nan|inf)\b)
    """,
    re.VERBOSE | re.ASCII,
)


def read_literal(text: str) -> object:
    """The value of such a text; raises ValueError.

    Only dicts, lists, strings, numbers and constants with bounded nesting reach Python's own parser: other texts may
    exhaust its stack or print warnings.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("too long for an item")
    parts: list[str] = []
    position = depth = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError("not a JSON value in Python notation")
        depth += (token["open"] is not None) - (token["close"] is not None)
        if not 0 <= depth <= MAX_DEPTH:
            raise ValueError("nested too deeply, or brackets do not balance")
        # Outside brackets, a line end would end the text.
        parts.append("None" if token["not"] else token[0].replace("\n", " ") if token["space"] else token[0])
        position = token.end()
    try:
        return ast.literal_eval("".join(parts).strip())
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("not a JSON value in Python notation") from error
