"""Keys that wait for more, in a real terminal: counts, `g`, questions, the command line; and keys that do nothing."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import date
from pathlib import Path

from terminal import Terminal

from paperreader.domain.list_order import ListOrder
from paperreader.services.library import Library
from paperreader.services.lists.ordering import ordered_ids

OpenReader = Callable[..., Terminal]
FRIDAY = date(2025, 3, 14)


def _done(folder: Path) -> int:
    with closing(Library(folder)) as library:
        return len(library.reading.done())


def _titles(folder: Path, order: ListOrder = ListOrder.UNREAD_FIRST) -> list[str]:
    with closing(Library(folder)) as library:
        return [str(row.title) for row in library.rows(list(ordered_ids(library, FRIDAY, order)))]


def _stands_on(terminal: Terminal, title: str) -> None:
    """Wait until the cursor is on the row of a title."""
    terminal.wait_for(lambda: any("▌" in line and title[:15] in line for line in terminal.text.splitlines()))


def test_keys_sent_at_once_are_neither_lost_nor_reordered(folder: Path, open_reader: OpenReader) -> None:
    """Rule: counts, keys of two keys, questions and the command line take their keys from one burst, in order."""
    titles = _titles(folder, ListOrder.TITLE)
    terminal = open_reader("--library", str(folder))
    terminal.send(*"3jStggyt2d", *":skip is:later", "enter", *"gg5G", *":tags", "enter", *"ml", "enter", *"jb")
    _stands_on(terminal, titles[6])
    terminal.send("q")
    assert terminal.end() == 0
    with closing(Library(folder)) as library:
        rows = library.rows(list(ordered_ids(library, FRIDAY, ListOrder.TITLE)))
        states = [library.state(row.key) for row in rows]
    assert [state.status.value for state in states[:7]] == [
        "skipped", "skipped", "unread", "unread", "unread", "later", "unread",
    ]  # fmt: skip
    assert [state.tags for state in states[:6]] == [(), (), (), (), ("ml",), ()]


def test_the_tag_dialog_takes_words_rows_and_keys_sent_at_once(folder: Path, open_reader: OpenReader) -> None:
    """Rule: the list narrows, Space switches a row, the dialog shows what Enter saves; a burst of keys loses none."""
    titles = _titles(folder, ListOrder.TITLE)
    terminal = open_reader("--library", str(folder))
    terminal.send(*"Stgg", *"tagents, memory", "enter", *"jtagent-eval", "enter", *"jt", *"age")
    terminal.wait_for(lambda: "[ ] #agent-eval" in terminal.text and "+  #age  " in terminal.text)
    terminal.send("down", "down", " ", *"new -memory", "down", "up")
    terminal.wait_for("after Enter    #agents #new")
    terminal.send("enter", *"jtage", "down", " ", "enter", "q")
    assert terminal.end() == 0
    with closing(Library(folder)) as library:
        rows = library.rows(list(ordered_ids(library, FRIDAY, ListOrder.TITLE)))
        tags = {str(row.title): library.state(row.key).tags for row in rows}
    wanted = [("agents", "memory"), ("agent-eval",), ("agents", "new"), ("agents",)]
    assert [tags[title] for title in titles[:4]] == wanted


def test_a_changed_line_leaves_the_row_before_the_next_key(folder: Path, open_reader: OpenReader) -> None:
    """Rule: after a key that changes the line Space is a blank, though the list may not have followed the line yet."""
    titles = _titles(folder, ListOrder.TITLE)
    terminal = open_reader("--library", str(folder))
    terminal.send(*"Stgg", *"tagent-eval", "enter", *"jtage", "down", "n", "backspace", *" zz", "enter", "q")
    assert terminal.end() == 0
    with closing(Library(folder)) as library:
        rows = library.rows(list(ordered_ids(library, FRIDAY, ListOrder.TITLE)))
        tags = {str(row.title): library.state(row.key).tags for row in rows}
    assert [tags[title] for title in titles[:2]] == [("agent-eval",), ("age", "zz")]


def test_g_alone_goes_to_the_first_line_after_a_while(folder: Path, open_reader: OpenReader) -> None:
    """Rule: the footer lists what may follow `g`; without a second key it goes to the first line."""
    titles = _titles(folder)
    terminal = open_reader("--library", str(folder))
    terminal.send("G")
    _stands_on(terminal, titles[-1])
    terminal.send("g")
    terminal.wait_for("v select again")
    _stands_on(terminal, titles[0])
    terminal.send("G", "g", "escape", "k")
    _stands_on(terminal, titles[-2])


def test_unknown_keys_decide_nothing(folder: Path, open_reader: OpenReader) -> None:
    """Rule: a key without a command names the nearest, also while it is held; the next key works as ever."""
    titles = _titles(folder)
    terminal = open_reader("--library", str(folder))
    terminal.send(*"XXXXXXXX")
    terminal.wait_for('"X" does nothing; x is "Select", ? shows all keys')
    terminal.send("w")
    terminal.wait_for('"w" does nothing')
    assert _done(folder) == 0
    terminal.send("d")
    _stands_on(terminal, titles[1])
    terminal.wait_for("skipped")
    assert _done(folder) == 1


def test_ctrl_l_draws_the_whole_screen_again(folder: Path, open_reader: OpenReader) -> None:
    """Rule: ^l repaints every line, after another program wrote over the screen."""
    titles = [title[:15].encode() for title in _titles(folder)[:4]]
    terminal = open_reader("--library", str(folder))
    terminal.settle()
    before = len(terminal.raw)
    terminal.send("ctrl+l")
    terminal.wait_for(lambda: all(title in terminal.raw[before:] for title in titles))


def test_a_command_is_typed_completed_and_left(folder: Path, open_reader: OpenReader) -> None:
    """Rule: `:` opens a line over the footer, Tab lists the candidates above it, Esc gives the footer back."""
    terminal = open_reader("--library", str(folder), size=(50, 15))
    terminal.send(":", *"sor", "tab", "tab")
    terminal.wait_for(" :sort interest")
    terminal.wait_for(" interest  rank  unread first")
    terminal.send("escape")
    terminal.wait_for("? help")
    terminal.send(*":skip is:unread", "enter")
    terminal.wait_for("skip 17 of 17   Enter acts")
    terminal.send("d", "escape")
    terminal.wait_for("nothing changed")
    assert _done(folder) == 0


def test_keys_typed_ahead_reach_what_they_were_meant_for(folder: Path, open_reader: Callable[..., Terminal]) -> None:
    """Rule: fast typing loses no key: a dialog gets the keys that were typed for it."""
    terminal = open_reader("--library", str(folder))
    terminal.send(*"tdiffusion", "enter", *"/bert", "enter", *"sjj")
    terminal.settle()
    terminal.send("q")
    assert terminal.end() == 0
    library = Library(folder)
    first = library.rows(list(library.ids(date(2025, 3, 14))))[0]
    states = {
        str(library.rows([number])[0].title): library.state(key)
        for key, number in library.catalogue.ids_of(library.reading.keys()).items()
    }
    library.close()
    assert states[str(first.title)].tags == ("diffusion",)
    assert states["BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding"].starred
