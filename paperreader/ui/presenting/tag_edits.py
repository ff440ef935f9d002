"""The edit that a line of the tag dialog means, and the rows and lines that show it."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.cells import cell_len, set_cell_size
from textual.content import Content

from paperreader.domain.decision import EditTags
from paperreader.domain.history import describe_counts
from paperreader.domain.reading_state import make_tag, make_tags
from paperreader.domain.text import Safe, reduce_cells, spans_of
from paperreader.ui.presenting.rows.title_lines import cut

MOST = 100
"""Rows of the dialog at most; typing narrows them."""
_WORDED_FROM = 60
"""Cells of a row from which its number is followed by "papers"."""
_SEPARATORS = re.compile(r"[\s,]+")
_WORD = re.compile(r"[^\s,]*\Z")
"""The word that is being typed, at the end of the line."""


class Tick(StrEnum):
    """Whether the papers have a tag."""

    ALL = "[x]"
    SOME = "[-]"
    NONE = "[ ]"


@dataclass(frozen=True, slots=True)
class TagRow:
    """A tag: whether the papers will have it, how many of them have it now, and how many papers have it in all."""

    tag: Safe
    tick: Tick
    held: int
    papers: int


@dataclass(frozen=True, slots=True)
class TagsOf:
    """The tags of the papers that a dialog edits, and all tags in use."""

    papers: int
    held: Mapping[Safe, int]
    """How many of the papers have each tag."""
    used: Mapping[str, int]
    """Every tag in use with its number of papers."""

    def tick(self, tag: Safe) -> Tick:
        """Whether the papers have a tag before the edit."""
        held = self.held.get(tag, 0)
        return Tick.ALL if held == self.papers else Tick.SOME if held else Tick.NONE

    def edit_of(self, line: str) -> EditTags:
        """What a line changes: `a, b -c` adds a and b and removes c; the last word about a tag counts."""
        wanted: dict[Safe, bool] = {}
        for word in dict.fromkeys(reversed(words_of(line))):
            if tag := make_tag(word.removeprefix("-")):
                wanted.setdefault(tag, not word.startswith("-"))
        return EditTags(
            add=frozenset(tag for tag, is_added in wanted.items() if is_added and self.tick(tag) is not Tick.ALL),
            remove=frozenset(tag for tag, is_added in wanted.items() if not is_added and tag in self.held),
        )

    def rows(self, line: str) -> list[TagRow]:
        """The tags that contain the word being typed: those of the papers first, then the most used.

        Tags that begin with the word come before the others, and a new tag comes last.
        """
        word = make_tag(typed_word(line).removeprefix("-"))
        done = self.edit_of(line)
        earlier = self.edit_of(line.removesuffix(typed_word(line)))
        new = [tag for tag in sorted(earlier.add) if tag not in self.used]
        found = [Safe(tag) for tag in self.order if word in tag] + [tag for tag in new if word in tag]
        if word:
            found.sort(key=lambda tag: not tag.startswith(word))
            if word not in self.used and word not in new and not typed_word(line).startswith("-"):
                found.append(word)

        def tick(tag: Safe) -> Tick:
            return Tick.ALL if tag in done.add else Tick.NONE if tag in done.remove else self.tick(tag)

        return [TagRow(tag, tick(tag), self.held.get(tag, 0), self.used.get(tag, 0)) for tag in found]

    @property
    def order(self) -> list[str]:
        """All tags in use: those of the papers first, then the most used."""
        return sorted(self.used, key=lambda tag: (not self.held.get(Safe(tag)), -self.used[tag], tag))

    def toggled(self, line: str, tag: Safe) -> str:
        """The line after a tag is switched on or off. It replaces the word being typed.

        A tag that some of the papers have goes to all of them, then to none, then stays as it was.
        """
        head = line.removesuffix(typed_word(line))
        edit, before = self.edit_of(head), self.tick(tag)
        now = Tick.ALL if tag in edit.add else Tick.NONE if tag in edit.remove else before
        after = Tick.NONE if now is Tick.ALL else Tick.SOME if now is Tick.NONE and before is Tick.SOME else Tick.ALL
        others = [word for word in words_of(head) if make_tag(word.removeprefix("-")) != tag]
        signs = {Tick.ALL: "", Tick.NONE: "-"}
        return "".join(f"{word} " for word in (*others, *([signs[after] + _written(tag)] if after != before else [])))

    def completed(self, line: str, tag: Safe) -> str:
        """The line with a tag of the list in place of the word being typed."""
        word = typed_word(line)
        return f"{line.removesuffix(word)}{'-' if word.startswith('-') else ''}{_written(tag)} "

    def now(self) -> Safe:
        """The tags of the papers before the edit."""
        return self._shown(EditTags())

    def after(self, edit: EditTags) -> Safe:
        """The tags of the papers after the edit."""
        return self._shown(edit)

    def _shown(self, edit: EditTags) -> Safe:
        counts = {tag: self.papers if tag in edit.add else held for tag, held in self.held.items()}
        counts |= dict.fromkeys(edit.add, self.papers)
        parts = [
            f"#{tag}" if count == self.papers else f"#{tag} ({count:,} of {self.papers:,})"
            for tag, count in sorted(counts.items())
            if tag not in edit.remove
        ]
        return reduce_cells(Safe(" ".join(parts) or "no tags"))


def tags_of(held: Iterable[Iterable[Safe]], used: Mapping[str, int]) -> TagsOf:
    """The tags of papers, from the tags of each."""
    counts: dict[Safe, int] = {}
    papers = 0
    for tags in held:
        papers += 1
        for tag in make_tags(tags):
            counts[tag] = counts.get(tag, 0) + 1
    return TagsOf(papers, counts, used)


def words_of(line: str) -> list[str]:
    """The words of a line, which blanks and commas separate."""
    return [word for word in _SEPARATORS.split(line) if word]


def typed_word(line: str) -> str:
    """The word that is being typed, at the end of the line; it may be empty."""
    found = _WORD.search(line)
    return found.group() if found else ""


def tag_line(row: TagRow, of: int, word: str, width: int, style: Callable[[str], str]) -> Content:
    """A row of the dialog: tick, tag, how many of the papers have it, how many papers in all."""
    held = "" if not row.held else "on this paper" if of == 1 else f"on {row.held:,} of {of:,}"
    count, digits = (f"{row.papers:,}", 5) if width < _WORDED_FROM else (describe_counts(row.papers), 12)
    note = f"{held:<13} {count:>{digits}}" if row.papers else "new tag"
    room = max(1, width - cell_len(note) - 7)
    mark = row.tick.value if row.papers or row.tick is Tick.NONE else " + "
    name = cut(reduce_cells(Safe(f"#{row.tag}")), room)
    line = Content(f" {mark} {set_cell_size(name, room)} {note} ")
    for start, end in spans_of(name, word) if word else ():
        line = line.stylize(style("hit"), start + 5, end + 5)
    return line.stylize(style("note"), room + 6)


def more_line(left_out: int) -> str:
    """The line below the first tags of many."""
    return f"     {left_out:,} more; type to narrow"


def shown_rows(rows: Sequence[TagRow]) -> Sequence[TagRow]:
    """The rows of the dialog, of which there are at most `MOST`; a new tag stays among them."""
    if len(rows) <= MOST or rows[-1].papers:
        return rows[:MOST]
    return [*rows[: MOST - 1], rows[-1]]


def _written(tag: Safe) -> str:
    """A tag as a word of the line. A tag that begins with a dash needs its `#`, or it would be removed."""
    return f"#{tag}" if tag.startswith("-") else tag
