"""The footer: the best keys of the pane in focus, or a message, and the key of the help."""

from collections.abc import Iterable, Mapping, Sequence

from rich.cells import cell_len

from paperreader.domain.text import Safe
from paperreader.ui.keys.command_table import Command, key_label
from paperreader.ui.presenting.bars import NAMED
from paperreader.ui.widgets.bar_line import Span

Groups = Sequence[Sequence[tuple[str, str]]]

_DECIDE = (("star", "star"), ("read", "read"), ("skip", "skip"), ("later", "later"))
_AGAIN = (("undo", "undo"), ("repeat", "again"))
_GIVE = (("tags", "tag"), ("note", "note"), ("open_page", "open"))
PANES: Mapping[str, Groups] = {
    "papers": (
        _DECIDE,
        _AGAIN,
        (("filter", "filter"),),
        (("advance", "page on"),),
        _GIVE,
        (("choose", "abstract"), ("sort", "sort"), ("export", "export")),
    ),
    "abstract": (
        _DECIDE,
        (("next_paper", "next"), ("previous_paper", "previous")),
        (("filter", "find"), ("advance", "page on")),
        (("pane_left", "back"), ("undo", "undo")),
        _GIVE,
        (("source", "LaTeX"), ("open_pdf", "PDF"), ("copy", "copy"), ("zoom", "one pane")),
    ),
    "dates": (
        (("choose", "papers"), ("older_date", "older"), ("newer_date", "newer")),
        (("filter", "filter"), ("fetch", "fetch"), ("import_papers", "import")),
        (("remove_shelf", "remove shelf"), ("set_date", "set date")),
        (("undo", "undo"), ("timeline", "timeline")),
    ),
}
"""The commands of the footer with their labels, by the id of the pane in focus: groups, the best first."""


def footer(
    commands: Iterable[Command],
    width: int,
    message: Span | None = None,
    leaves_filter: str = "",
    *,
    pane: str = "papers",
) -> tuple[list[Span], list[Span]]:
    """The footer: the groups of keys that fit, or a message, and the key of the help.

    While the filter bar is open, its own keys are shown one by one, and the key that leaves it instead
    of the help, whose key would be typed into the query.
    """
    known = {command.id: command for command in commands if command.keys}
    groups = PANES.get(pane, PANES["papers"])
    if leaves_filter:
        groups = tuple(((command.id, command.name.lower()),) for command in known.values() if command.is_in_filter_bar)
    last, label = ("clear", leaves_filter if width >= NAMED else "back") if leaves_filter else ("help", "help")
    right = _key(known[last], label) if last in known else []
    if message:
        has_room = cell_len(message.text) + _cells(right) < width
        return [message], right if has_room else []
    return _groups_that_fit(groups, known, last, width - _cells(right) - 1, 0 if leaves_filter else 2), right


def _groups_that_fit(groups: Groups, known: Mapping[str, Command], last: str, room: int, gap: int) -> list[Span]:
    """The groups of keys up to the first that does not fit; of the first group the keys that fit."""
    left: list[Span] = []
    for group in groups:
        shown = [_key(known[name], label) for name, label in group if name in known and name != last]
        between = [Span(Safe(" " * gap))] if left and shown and gap else []
        spans = [*between, *(span for key in shown for span in key)]
        if _cells(spans) <= room - _cells(left):
            left += spans
            continue
        if not left:
            for key in shown:
                if _cells(left) + _cells(key) > room:
                    break
                left += key
        break
    return left


def _cells(spans: Iterable[Span]) -> int:
    return sum(cell_len(span.text) for span in spans)


def _key(command: Command, label: str) -> list[Span]:
    return [
        Span(Safe(f" {key_label(command.keys[0])}"), "key", command.id),
        Span(Safe(f" {label} "), "muted", command.id),
    ]
