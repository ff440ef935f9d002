"""Wraps the title of a paper to the width of its row."""

from collections.abc import Iterator
from itertools import islice
from unicodedata import category

from rich.cells import cell_len, set_cell_size

from paperreader.ui.widgets.blocks import line_breaks

CUT = "…"
_NOT_FIRST = frozenset(",.;:!?%)]}、。，．！？：；…‥・ー—–ゝ々ぁぃぅぇぉっゃゅょァィゥェォッャュョ゛゜％‰℃")
"""Characters that no line begins with if this can be avoided."""


def title_lines(title: str, width: int, lines: int) -> list[tuple[str, int]]:
    """The lines of a title, at most so many, each with its offset. Only the last one can be cut."""
    breaks = list(islice(title_breaks(title, width), lines))
    found = [(title[start:end], start) for start, end in breaks]
    _, end = breaks[-1]
    if title[end:].strip():
        start = breaks[-1][0]
        found[-1] = cut(title[start:], width), start
    return found


def title_breaks(title: str, width: int) -> Iterator[tuple[int, int]]:
    """The (start, end) offsets of the lines of a title, broken at blanks and beside wide characters.

    No line starts with a closing punctuation mark or a combining mark. A word longer than a line is broken anywhere.
    """
    if title.isascii():
        yield from line_breaks(title, width)
        return
    start = done = cells = 0
    possible = 0  # the last place where the line may end
    while done < len(title):
        character = title[done]
        size = cell_len(character)
        if done > start and size and _may_break(title, done):
            possible = done
        if cells + size > width and character != " " and done > start:
            end = possible if possible > start else _start_of_cluster(title, done, start)
            yield start, start + len(title[start:end].rstrip(" "))
            start = possible = end
            while title[start : start + 1] == " ":
                start += 1
            done, cells = start, 0
            continue
        cells += size
        done += 1
    yield start, len(title)


def _may_break(title: str, at: int) -> bool:
    """Whether a line may end before a character."""
    before, after = title[at - 1], title[at]
    if after == " " or before == " ":
        return before == " "
    if category(after)[0] == "M" or after in _NOT_FIRST or category(after) in ("Pe", "Pf"):
        return False
    if category(before) in ("Ps", "Pi"):
        return False
    return cell_len(before) == 2 or cell_len(after) == 2 or (cell_len(before) == 0 and _is_after_wide(title, at - 1))


def _is_after_wide(title: str, at: int) -> bool:
    """Whether a combining mark stands on a wide character."""
    while at > 0 and cell_len(title[at]) == 0:
        at -= 1
    return cell_len(title[at]) == 2


def _start_of_cluster(title: str, at: int, start: int) -> int:
    """Where the character with its combining marks begins that holds an offset; behind the first one of the line."""
    first = at
    while first > start + 1 and category(title[first])[0] == "M":
        first -= 1
    return first if category(title[first])[0] != "M" else at


def cut(text: str, width: int) -> str:
    """A text that ends in an ellipsis if it is wider than `width` cells."""
    if cell_len(text) <= width:
        return text
    return set_cell_size(text, width - 1).rstrip() + CUT if width > 0 else ""
