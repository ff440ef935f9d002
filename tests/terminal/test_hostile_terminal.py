"""Hostile texts on every surface of a real terminal: not one byte of them acts, and the reader lives.

Faults 46 to 55 and 60: escape sequences of every kind, C1, bidi overrides, markup, wide and joined characters.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hostile import HOSTILE
from hostile_papers import FOLDER_NAME, PASTED, PASTED_CLEAN, PASTED_ESCAPES, make_hostile_library, misbehaviour
from quick import first, first_rows
from terminal import Terminal

from paperreader.services.library import Library

OpenReader = Callable[..., Terminal]


@pytest.fixture(scope="session")
def hostile_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the hostile library."""
    parent = tmp_path_factory.mktemp("hostile")
    make_hostile_library(parent).close()
    return parent


@pytest.fixture
def hostile_folder(tmp_path: Path, hostile_template: Path) -> Path:
    """A library of hostile papers, in a folder with a hostile name."""
    shutil.copytree(hostile_template, tmp_path / "hostile")
    return tmp_path / "hostile" / FOLDER_NAME


def _assert_harmless(terminal: Terminal) -> None:
    """Nothing that acts was sent so far; then the reader still answers and leaves as ever."""
    terminal.settle()
    assert misbehaviour(bytes(terminal.raw)) == []
    terminal.send("q")
    assert terminal.end() == 0


def test_the_judge_sees_what_it_is_there_to_see() -> None:
    """Rule: the checker finds every forbidden sequence, and accepts those of Textual."""
    assert misbehaviour(b"\x1b[?1049h\x1b[3;4H\x1b[1;38;2;1;2;3;48;2;4;5;6mtext\x1b[0m\r\n\x1b[?2026l") == []
    for text in ("\x1b[31m", "\x1b]0;x\x07", "\x1b]8;;x\x07", "\x9b1m", "\u202e", "\x00", "\x1b[6n", "\x1bc", "\u200b"):
        assert misbehaviour(f"a{text}b".encode()), repr(text)
    assert misbehaviour(b"\x1b]52;c;GzFt\x07")  # the clipboard would get an escape character
    assert misbehaviour(b"\x1b]52;c;YWJj\x07") == []


@pytest.mark.parametrize("size", first(1, [(50, 15), (140, 40)]))
def test_every_hostile_title_abstract_tag_and_note_is_shown_harmlessly(
    size: tuple[int, int], hostile_folder: Path, open_reader: OpenReader
) -> None:
    """Rule: no text of a paper reaches the terminal as a control sequence."""
    terminal = open_reader("--library", str(hostile_folder), size=size, ready=f" of {len(HOSTILE)}")
    for _ in range(0, len(HOSTILE), 4):
        terminal.send(*"jjjj")
        terminal.settle()
    terminal.wait_for(f" {len(HOSTILE)} of {len(HOSTILE)}")
    # The page of each, to its end.
    terminal.send("v", "g", "g", "l", "G", "h", "v")
    _assert_harmless(terminal)


@pytest.mark.full
def test_markup_is_shown_as_it_is_and_cannot_be_clicked(hostile_folder: Path, open_reader: OpenReader) -> None:
    """Rule: brackets are shown as text, and a click on `[@click=…]` only selects."""
    terminal = open_reader("--library", str(hostile_folder), size=(140, 40), ready=f" of {len(HOSTILE)}")
    names = [name for name, _ in HOSTILE]
    for name in ("markup-close", "markup-bold", "markup-title", "markup-action"):
        row = names.index(name)
        terminal.send("/")
        terminal.wait_for("words  -not")
        terminal.send(*f"kq{row}", "enter")
        terminal.wait_for(" of ")
        text = next(text for key, text in HOSTILE if key == name)
        terminal.wait_for(f"KQ{row} {text}"[:40])
        terminal.wait_for(f"#{text.lower().split()[0]}"[:20])
        terminal.type("escape")
    terminal.wait_for("[@click=app.quit]")
    for number, line in enumerate(terminal.text.splitlines()):
        if "[@click=app.quit]" in line:
            terminal.click(line.index("[@click=app.quit]") + 3, number)
    terminal.settle()
    terminal.send("s")
    terminal.wait_for("starred · u undoes it · KQ")
    _assert_harmless(terminal)


def test_the_columns_stay_aligned_beside_every_title(hostile_folder: Path, open_reader: OpenReader) -> None:
    """Rule: no title moves the borders of the list."""
    terminal = open_reader("--library", str(hostile_folder), size=(140, 40), ready=f" of {len(HOSTILE)}")
    terminal.settle()
    buffer = terminal.screen.buffer
    borders = [column for column in range(100) if buffer[5][column].data == "│"]
    assert borders
    for _ in range(0, len(HOSTILE), 30):
        for line in range(2, 36):
            broken = [column for column in borders if buffer[line][column].data != "│"]
            assert not broken, f"line {line}: {terminal.screen.display[line]!r}"
        terminal.send("pagedown")
        terminal.settle()
    _assert_harmless(terminal)


@pytest.mark.full
def test_an_unterminated_sequence_hides_nothing_behind_it(hostile_folder: Path, open_reader: OpenReader) -> None:
    """Rule: an unterminated OSC loses only its introducer, and its text is shown."""
    terminal = open_reader("--library", str(hostile_folder), size=(140, 40), ready=f" of {len(HOSTILE)}")
    row = [name for name, _ in HOSTILE].index("osc-unterminated")
    terminal.send("/")
    terminal.wait_for("words  -not")
    terminal.send(*f"kq{row}", "enter")
    terminal.wait_for(f"KQ{row} before 0;behind")
    terminal.wait_for("KQZ It is measured")
    _assert_harmless(terminal)


@pytest.mark.full
def test_status_line_dialogs_and_toasts_show_hostile_papers_harmlessly(
    hostile_folder: Path, open_reader: OpenReader
) -> None:
    """Rule: titles, tags and notes are harmless on every surface and in the clipboard."""
    terminal = open_reader("--library", str(hostile_folder), size=(100, 30), ready=f" of {len(HOSTILE)}")
    names = [name for name, _ in HOSTILE]
    for name in ("osc-clipboard-bel", "csi-clear-screen", "markup-action-cut", "bidi-override"):
        terminal.send("g", "g", *"j" * names.index(name), "s")
        terminal.wait_for(f"starred · u undoes it · KQ{names.index(name)} ")
        terminal.send("t")
        terminal.wait_for("Tags ─")
        terminal.type("escape")
        terminal.send("a")
        terminal.wait_for("─ Note ─")
        terminal.type("escape")
        for key, what in (("t", "title"), ("a", "abstract"), ("m", "Markdown"), ("b", "BibTeX")):
            terminal.send("y")
            terminal.wait_for("b BibTeX")
            terminal.send(key)
            terminal.wait_for(f"{what} of 1 paper copied")
        terminal.send("?")
        terminal.wait_for("type to search")
        terminal.type("escape")
        terminal.send("ctrl+p")
        terminal.wait_for("search commands, lists")
        terminal.type("escape")
    terminal.send("E")
    terminal.wait_for("─ Export ─")
    terminal.send("enter")
    terminal.wait_for("written to")
    assert b"\x1b]52;c;" in terminal.raw
    _assert_harmless(terminal)


def test_file_names_are_shown_harmlessly(hostile_folder: Path, open_reader: OpenReader, tmp_path: Path) -> None:
    """Rule: an export prompt shows no control sequence of a file name."""
    exports = tmp_path / "work" / "exports"
    exports.mkdir()
    (exports / FOLDER_NAME.replace("/", "")).write_text("mine")
    (exports / "a[bold] [@click=app.quit].md").write_text("mine")
    terminal = open_reader("--library", str(hostile_folder), size=(100, 30), ready=f" of {len(HOSTILE)}")
    terminal.send("E")
    terminal.wait_for("─ Export ─")
    terminal.send("ctrl+u", *"exports/a")
    terminal.wait_for("[@click=app.quit].md")
    terminal.send("tab", "enter")
    terminal.wait_for("not exported: exports/a[bold] [@click=app.quit].md")
    terminal.send("enter")
    terminal.wait_for("exports/a[bold]")
    terminal.send("E")
    terminal.wait_for("─ Export ─")
    terminal.send("ctrl+u")
    terminal.paste(f"exports/{PASTED}/x.md")
    terminal.send("enter")
    terminal.wait_for("there is no folder")
    terminal.type("escape")
    _assert_harmless(terminal)


def test_the_welcome_tells_a_hostile_path_harmlessly(tmp_path: Path, open_reader: OpenReader) -> None:
    """Rule: the message of a failed import shows its path as plain text."""
    terminal = open_reader("--library", str(tmp_path / "empty"), ready="This library is empty", size=(100, 30))
    terminal.paste(f"/no/{PASTED}")
    terminal.send("enter")
    terminal.wait_for_bytes(b"does not exist")  # the emulator's lines end at a joined character
    assert f"/no/{PASTED_CLEAN[:26]}" in terminal.text
    terminal.settle()
    assert misbehaviour(bytes(terminal.raw)) == []
    terminal.send("ctrl+q")
    assert terminal.end() == 0


def test_pasted_text_is_cleaned_wherever_it_lands(folder: Path, open_reader: OpenReader) -> None:
    """Rule: pasted text loses its control sequences, on screen and in the store."""
    terminal = open_reader("--library", str(folder), size=(100, 30))
    terminal.send("t")
    terminal.wait_for("Tags ─")
    terminal.paste(PASTED)
    terminal.wait_for("[@click=app.quit]")
    terminal.send("enter")
    terminal.wait_for("tags changed")
    terminal.send("a")
    terminal.wait_for("─ Note ─")
    terminal.paste(f"{PASTED}\nsecond line")
    terminal.wait_for("second line")
    terminal.type("escape")
    terminal.wait_for("note changed")
    terminal.send("?")
    terminal.wait_for("type to search")
    terminal.paste(PASTED)
    terminal.wait_for("no key matches")
    terminal.type("escape")
    terminal.send("/")
    terminal.wait_for("words  -not")
    for query in (PASTED, " is:[/]", " tag:[bold] date:[@click=app.quit]"):
        terminal.paste(query)
        terminal.settle()
    terminal.wait_for("is not a field")
    terminal.send("enter")
    terminal.type("escape")
    _assert_harmless(terminal)
    library = Library(folder)
    (key,) = library.reading.keys()
    state = library.state(key)
    library.close()
    assert set(state.tags) == {"kq[/]", "[bold]", "[@click=app.quit]", "大", "\U0001f469\u200d\U0001f4bb", "end"}
    assert state.note == f"{PASTED_CLEAN}\nsecond line"


@pytest.mark.parametrize("opener", first(1, ["/", "t", "a", "?"]))
def test_a_paste_with_escape_characters_sends_none_of_them_on(
    opener: str, folder: Path, open_reader: OpenReader
) -> None:
    """Rule: a paste with raw ESC sends none of it back, and the reader survives."""
    terminal = open_reader("--library", str(folder))
    terminal.send(opener)
    terminal.settle()
    terminal.paste(PASTED_ESCAPES)
    terminal.settle()
    terminal.type("escape", "escape", "escape")
    _assert_harmless(terminal)


@pytest.mark.full
def test_text_pasted_into_the_palette_is_cleaned(folder: Path, open_reader: OpenReader) -> None:
    """Rule: text in the line of the palette is cleaned too."""
    terminal = open_reader("--library", str(folder), size=(100, 30))
    terminal.send("ctrl+p")
    terminal.wait_for("search commands, lists")
    terminal.paste(PASTED)
    terminal.settle()
    assert misbehaviour(bytes(terminal.raw)) == []


@pytest.mark.parametrize(
    ("opener", "opened", "leavers"),
    first_rows(
        1,
        [
            ("/", "Enter to the list", ("escape", "escape")),
            ("t", "Tags ─", ("escape",)),
            ("a", "─ Note ─", ("ctrl+g",)),
        ],
    ),
)
def test_a_paste_of_a_megabyte_is_survived(
    opener: str, opened: str, leavers: tuple[str, ...], folder: Path, open_reader: OpenReader
) -> None:
    """Rule: a paste of 1 MB into filter, tags and note neither ends nor blocks the reader."""
    terminal = open_reader("--library", str(folder))
    terminal.send(opener)
    terminal.wait_for(opened)
    terminal.paste("word \x9b31m[/] 大 " * 62_500)
    terminal.wait_for("word [/]")
    terminal.settle()
    terminal.type(*leavers)
    terminal.wait_for(lambda: opened not in terminal.text)
    terminal.send("s")
    terminal.wait_for("starred · u undoes")
    _assert_harmless(terminal)
