"""One BibTeX entry, read as BibTeX reads it."""

from __future__ import annotations

import re

UNESCAPED = (
    (r"\textbackslash{}", "\\"), (r"\textasciitilde{}", "~"), (r"\textasciicircum{}", "^"), (r"\{", "{"), (r"\}", "}"),
    (r"\%", "%"), (r"\#", "#"), (r"\&", "&"), (r"\_", "_"), (r"\$", "$"),
)  # fmt: skip


def read(text: str) -> tuple[str, dict[str, str]]:
    """The citation key and the fields of one entry, read as BibTeX reads it: every brace counts, `\\{` too.

    The value of a macro is its name.
    """
    start = re.match(r"@misc\{([^,\s]+),\n", text)
    assert start, text
    place, fields = start.end(), {}
    while field := re.compile(r"\s*(\w+)\s*= (?:\{|([a-z]{3})(?=,?\n))").match(text, place):
        if field[2]:
            fields[field[1]], place = field[2], field.end() + (text[field.end()] == ",")
            continue
        depth, place = 1, field.end()
        begin = place
        while depth:
            assert place < len(text), "a brace is never closed"
            depth += (text[place] == "{") - (text[place] == "}")
            place += 1
        fields[field[1]] = text[begin : place - 1]
        if text[place] == ",":
            place += 1
    assert text[place:] == "\n}\n", text[place:]
    return start[1], fields


def unescaped(value: str) -> str:
    """The text that an escaped value stands for."""
    pattern = re.compile("|".join(re.escape(escaped) for escaped, _ in UNESCAPED))
    return pattern.sub(lambda match: dict(UNESCAPED)[match[0]], value)
