"""What Python's `repr` made of the values of JSON, as some tools save them: `{'id': '2405.17247', 'hidden': False}`."""

import ast
import re

MAX_LENGTH = 1_000_000
"""Characters of a text that is read; an item of 664 authors has some 200,000."""
MAX_DEPTH = 40
"""How deep it may be nested; an item is five deep."""

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
    """The value that such a text stands for; raises ValueError.

    Only what `repr` writes of dicts, lists, strings, numbers and constants comes to Python's own reading of literals,
    and no deeper nested than that can be: it may exhaust the stack else, and warns of what it does not know.
    """
    if len(text) > MAX_LENGTH:
        raise ValueError("longer than any item")
    parts: list[str] = []
    position = depth = 0
    while position < len(text):
        token = _TOKEN.match(text, position)
        if token is None:
            raise ValueError("no text of a value")
        depth += (token["open"] is not None) - (token["close"] is not None)
        if not 0 <= depth <= MAX_DEPTH:
            raise ValueError("nested too deeply, or not at all")
        # A line end would end the text for Python, outside of brackets.
        parts.append("None" if token["not"] else token[0].replace("\n", " ") if token["space"] else token[0])
        position = token.end()
    try:
        return ast.literal_eval("".join(parts).strip())
    except (SyntaxError, TypeError, MemoryError, RecursionError) as error:
        raise ValueError("no text of a value") from error
