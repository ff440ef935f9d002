"""The page of the help: the keys of a day beside the marks, all keys by pane, and examples of queries."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from rich.cells import cell_len, set_cell_size

from paperreader.domain.text import Safe, spans_of
from paperreader.ui.keys.command_table import Command, Scope, by_scope, command_of, key_label, keys_of_a_day
from paperreader.ui.presenting.signs import MARKS
from paperreader.ui.widgets.blocks import Block, Spans, line_breaks

QUERIES = (
    ("transformr eficient", "all words, in any order, with typing errors"),
    ("kvc", "initials: KV cache"),
    ('"kv cache"', "the phrase"),
    ("-survey", "papers without the word; - negates any part, such as -(a b)"),
    ("vision OR audio", "either word; brackets group parts: (vision OR audio) -survey"),
    ("title:attention", "the word in the title; also author:, abstract:, title:(a OR b)"),
    ("is:starred", "starred, unread, later, read, skipped, or again (on more than one date)"),
    ("tag:to-cite", "papers with the tag"),
    ("note:baseline", "papers whose note has a word that begins like this"),
    ("has:code", "papers with code; also has:note, has:pdf"),
    ("date:2025-03-14", "listed on that date; also date:2025-03, date:2025-03-01..2025-03-14"),
    ("since:7d", "listed in the last seven days; also 2w, 3m, 1y"),
    ("upvotes:>20", "papers with more than 20 upvotes; also <5, 20, 5..20"),
    ("cat:cs.CL", "papers of subject classes that begin like this"),
    ("feed:page", "listed by a feed whose name begins like this"),
    ("id:2503.01234", "an arXiv id, DOI or key, or its start"),
)
"""Examples of queries and their meaning."""
COLUMNS_FROM = 100
"""Cells of the page from which keys stand beside marks, and the panes beside each other."""
_MARKS_AT, _KEY_CELLS, _TASK_CELLS = 83, 12, 14
_COLUMNS = ((Scope.PAPERS,), (Scope.PANES,), (Scope.EVERYWHERE, Scope.FILTER, Scope.COMMAND_LINE))
"""The scopes of the three columns of a wide help."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line with the offsets of its keys and marks, and of titles."""

    text: str = ""
    keys: Spans = ()
    indent: int = 0
    """The cells before the meaning of the key; it wraps below itself."""
    titles: Spans = ()


def help_page(commands: Sequence[Command], search: str, width: int) -> list[Block]:
    """The page in `width` cells. A search keeps the keys, marks and queries that have every word."""
    words = search.casefold().split()
    lines = list(_found(commands, words) if words else _whole(commands, width))
    blocks = [_block(part, words) for line in lines for part in _wrapped(line, width)]
    return blocks or [Block(Safe("no key matches"))]


def _whole(commands: Sequence[Command], width: int) -> Iterator[_Line]:
    day = [_title("Ten keys of a day"), *_day(commands)]
    marks = [_title("Marks"), *(_entry(sign, text, 3) for sign, text in MARKS)]
    if width < COLUMNS_FROM:
        yield from (*day, _Line(), *marks, _Line())
        for scope in Scope:
            yield from _section(scope.value, _keys(commands, scope))
    else:
        yield from _beside((day, marks), _MARKS_AT)
        yield _Line()
        columns = [
            [line for scope in scopes for line in _section(scope.value, _keys(commands, scope, in_short=True))]
            for scopes in _COLUMNS
        ]
        yield from _beside(columns, width // len(columns))
    yield from _section("queries of the filter", [_entry(query, text, 22) for query, text in QUERIES])


def _found(commands: Sequence[Command], words: Sequence[str]) -> Iterator[_Line]:
    for scope, listed in by_scope(commands).items():
        found = [command for command in listed if _matches(words, scope, command.name, _labels(command), command.help,
                                                           command.task or "", *command.keys)]  # fmt: skip
        yield from _section(scope.value, _keys(found, scope))
    marks = [_entry(sign, text, 3) for sign, text in MARKS if _matches(words, "marks", sign, text)]
    yield from _section("Marks", marks)
    queries = [_entry(query, text, 22) for query, text in QUERIES if _matches(words, "filter queries", query, text)]
    yield from _section("queries of the filter", queries)


def _day(commands: Sequence[Command]) -> Iterator[_Line]:
    for task, listed in keys_of_a_day(commands).items():
        for number, command in enumerate(listed):
            label, text = key_label(command.keys[0]), command.help
            if command.opposite and (other := command_of(command.opposite, commands)).keys:
                label = f"{label} {key_label(other.keys[0])}"
                text = f"{command.name}, {other.name.lower()}"
            yield _entry(label, text, 8, "" if number else task, _TASK_CELLS)


def _keys(commands: Iterable[Command], scope: Scope, *, in_short: bool = False) -> list[_Line]:
    return [
        _entry(_labels(command), command.name if in_short else command.help, _KEY_CELLS)
        for command in by_scope(commands)[scope]
    ]


def _labels(command: Command) -> str:
    return " ".join(map(key_label, command.keys))


def _title(text: str) -> _Line:
    return _Line(text[:1].upper() + text[1:], titles=((0, len(text)),))


def _section(title: str, lines: Sequence[_Line]) -> list[_Line]:
    return [_title(title), *lines, _Line()] if lines else []


def _entry(label: str, text: str, cells: int, before: str = "", before_cells: int = 0) -> _Line:
    """A line of a key or mark and what it means; `before` stands left of it."""
    start = f"  {before:<{before_cells}}"
    room = max(cells, cell_len(label) + 1)
    return _Line(f"{start}{set_cell_size(label, room)}{text}", ((len(start), len(start) + len(label)),),
                 len(start) + room)  # fmt: skip


def _beside(columns: Sequence[Sequence[_Line]], cells: int) -> Iterator[_Line]:
    """Columns beside each other, each `cells` wide but the last."""
    for row in zip_longest(*columns, fillvalue=_Line()):
        text, keys, titles = "", list[tuple[int, int]](), list[tuple[int, int]]()
        for number, line in enumerate(row):
            text = set_cell_size(text, number * cells) if number else text
            keys += [(len(text) + start, len(text) + end) for start, end in line.keys]
            titles += [(len(text) + start, len(text) + end) for start, end in line.titles]
            text += line.text
        yield _Line(text.rstrip(), tuple(keys), titles=tuple(titles))


def _wrapped(line: _Line, width: int) -> Iterator[_Line]:
    """The lines of a line that is too long for the page."""
    if cell_len(line.text) <= width or not line.indent or line.indent >= width - 12:
        yield line
        return
    text, keys = line.text[line.indent :], line.keys
    for start, end in line_breaks(text, width - line.indent):
        before = " " * line.indent if start else line.text[: line.indent]
        yield _Line(before + text[start:end], () if start else keys)


def _block(line: _Line, words: Sequence[str]) -> Block:
    hits = () if line.titles else tuple(span for word in words for span in spans_of(line.text, word))
    return Block(Safe(line.text), hits=hits, links=line.keys, added=line.titles)


def _matches(words: Sequence[str], *texts: str) -> bool:
    haystack = " ".join(texts).casefold()
    return all(word in haystack for word in words)
