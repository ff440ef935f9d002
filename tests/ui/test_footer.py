"""The footer: the best keys of a pane, as many as fit, or a message."""

from __future__ import annotations

import pytest
from rich.cells import cell_len

from paperreader.domain.text import Safe
from paperreader.ui.keys.command_table import COMMANDS, remapped
from paperreader.ui.presenting.footer import PANES, footer
from paperreader.ui.widgets.bar_line import Span


def _text(spans: list[Span]) -> str:
    return "".join(span.text for span in spans)


def _keys(spans: list[Span]) -> list[str]:
    return [span.command for span in spans if span.role == "key"]


@pytest.mark.parametrize("pane", PANES)
@pytest.mark.parametrize("width", range(40, 221))
def test_the_footer_shows_whole_groups_and_always_the_help(width: int, pane: str) -> None:
    """Rule: the footer shows the groups of its pane that fit, the best first; the help key is always there."""
    left, right = footer(COMMANDS, width, pane=pane)
    assert _text(right).strip() == "? help"
    assert cell_len(_text(left)) + cell_len(_text(right)) < width
    shown = _keys(left)
    every = [name for group in PANES[pane] for name, _ in group]
    assert shown == every[: len(shown)]
    ends = [sum(map(len, PANES[pane][:count])) for count in range(1, len(PANES[pane]) + 1)]
    assert len(shown) in ends or (width < 45 and len(shown) < ends[0])


def test_the_footer_names_known_commands_only() -> None:
    """Rule: each command of a footer is in the command table and has a key."""
    by_id = {command.id: command for command in COMMANDS}
    assert all(by_id[name].keys for groups in PANES.values() for group in groups for name, _ in group)


def test_each_pane_has_a_footer_of_its_own() -> None:
    """Rule: the footer shows the best keys of the pane in focus."""
    lines = {pane: _text(footer(COMMANDS, 140, pane=pane)[0]) for pane in PANES}
    assert "Enter papers" in lines["dates"]
    assert "s star" not in lines["dates"]
    assert "J next" in lines["abstract"]
    assert "/ find" in lines["abstract"]
    assert lines["papers"] == _text(footer(COMMANDS, 140, pane="unknown")[0])


def test_every_key_of_the_footer_runs_its_command_by_a_click() -> None:
    """Rule: key and label carry the command; the gap between groups carries none."""
    left, right = footer(COMMANDS, 300)
    by_id = {command.id: command for command in COMMANDS}
    assert len(_keys(left)) == 14
    for span in (*left, *right):
        assert bool(span.command) is bool(span.text.strip())
        assert not span.command or by_id[span.command].keys


def test_the_footer_of_the_design_at_80_columns() -> None:
    """Rule: the decisions, undo and the filter are all there at 80 columns, in this order."""
    left, _ = footer(COMMANDS, 80)
    assert _keys(left)[:7] == ["star", "read", "skip", "later", "undo", "repeat", "filter"]


def test_the_footer_shows_the_users_keys_and_leaves_out_what_has_none() -> None:
    """Rule: the footer is made from the table with the user's keys."""
    left, right = footer(remapped({"skip": "X", "later": "", "help": ""}), 120)
    assert "X skip" in _text(left)
    assert "later" not in _text(left)
    assert right == []


def test_the_footer_of_the_filter_bar_shows_its_own_keys() -> None:
    """Rule: in the filter bar, nothing that it takes as text is offered as a key; the way out is always shown."""
    for width in (40, 60, 80):
        left, right = footer(COMMANDS, width, leaves_filter="back to paper 7")
        assert _text(left).strip().startswith("Enter to the list")
        assert _text(right).strip() == "Esc back"
        assert cell_len(_text(left)) + cell_len(_text(right)) < width
    assert _text(footer(COMMANDS, 120, leaves_filter="back to paper 7")[1]).strip() == "Esc back to paper 7"
    assert _text(left).strip().split("  ") == [
        "Enter to the list",
        "Tab complete",
        "^t all papers",
        "^s save as a shelf",
    ]


def test_a_message_takes_the_place_of_the_keys() -> None:
    """Rule: the message stands alone, with the help at the right."""
    left, right = footer(COMMANDS, 80, Span(Safe(" starred"), "muted"))
    assert (_text(left), _text(right).strip()) == (" starred", "? help")
