"""The line of each setting in a TOML text."""

import re

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_HEADER = re.compile(rf"[ \t]*\[{{1,2}}[ \t]*({_KEYS})[ \t]*\]")
_SETTING = re.compile(rf"[ \t]*({_KEYS})[ \t]*=")
_QUOTES = re.compile(r'"""|\'\'\'|"(?:\\.|[^"\\])*"|\'[^\']*\'|#')


def setting_lines(text: str) -> dict[str, int]:
    """The first line of each table and setting, by full name such as `fetch.contact`.

    A setting inside an inline table has no line of its own.
    """
    lines: dict[str, int] = {}
    table = closing = ""
    for number, line in enumerate(text.split("\n"), 1):
        begin = 0
        if closing:  # a text of several lines is open
            end = line.find(closing)
            if end < 0:
                continue
            begin, closing = end + len(closing), ""
        elif header := _HEADER.match(line):
            table = _name(header[1])
            lines.setdefault(table, number)
        elif setting := _SETTING.match(line):
            name = _name(setting[1])
            lines.setdefault(f"{table}.{name}" if table else name, number)
        closing = _opened(line, begin)
    return lines


def line_of(name: str, lines: dict[str, int]) -> int | None:
    """The line of a setting, else the line of the table around it."""
    while name not in lines and "." in name:
        name = name.rpartition(".")[0]
    return lines.get(name)


def _name(keys: str) -> str:
    return ".".join(key.strip("\"'") for key in re.findall(_KEY, keys))


def _opened(line: str, begin: int) -> str:
    """The quotes of a text of several lines that the line opens and does not close."""
    while found := _QUOTES.search(line, begin):
        if found[0] == "#":
            return ""
        begin = found.end()
        if found[0] in ('"""', "'''"):
            end = line.find(found[0], begin)
            if end < 0:
                return found[0]
            begin = end + 3
    return ""
