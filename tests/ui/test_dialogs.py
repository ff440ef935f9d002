"""The dialogs: note, copy, export; and what leads out of the reader."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from piloting import Reading, reading, screen_lines
from textual.widgets import Static

from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import Safe
from paperreader.services.exporting import export_text
from paperreader.services.library import Library
from paperreader.ui.dialogs.dialog import Dialog, LineDialog, NoteDialog, PathSuggester
from paperreader.ui.dialogs.tags import TagDialog
from paperreader.ui.links import open_address
from paperreader.ui.widgets.note_area import NoteArea
from paperreader.ui.widgets.safe_input import SafeInput

LONG_TITLE = " ".join(["A title as long as the longest that a page may hold"] * 6)[:295]


async def _line(reader: Reading) -> SafeInput:
    """The input of the line dialog that is open."""
    await reader.until(lambda: isinstance(reader.screen, LineDialog) and reader.app.focused)
    return reader.screen.query_one(SafeInput)


def _hint(reader: Reading) -> str:
    return str(reader.screen.query_one("#dialog-hint", Static).content)


async def _tag(reader: Reading, text: str) -> None:
    await reader.press("t")
    await reader.until(lambda: isinstance(reader.screen, TagDialog) and reader.app.focused)
    await reader.type(text)
    await reader.press("enter")
    await reader.settled()


def _tags(reader: Reading, key: PaperKey) -> list[str]:
    return [str(tag) for tag in reader.library.state(key).tags]


# Notes


async def test_a_writes_a_note_and_esc_saves_it(sample: Library) -> None:
    """Rule: a opens the note, Esc saves it, and u undoes that."""
    async with reading(sample) as reader:
        await reader.press("a")
        await reader.until(lambda: isinstance(reader.screen, NoteDialog))
        await reader.type("see 3.1")
        await reader.press("enter")
        await reader.type("and 4")
        await reader.press("escape")
        await reader.settled()
        assert reader.state.note == "see 3.1\nand 4"
        assert "✎ see 3.1" in [block.text for block in reader.view.page.blocks]
        assert "✎ see 3.1" in reader.text
        await reader.press("a")
        await reader.until(lambda: isinstance(reader.screen, NoteDialog))
        await reader.type("!")
        await reader.press("ctrl+g")
        await reader.settled()
        assert reader.state.note == "see 3.1\nand 4"
        await reader.press("u")
        await reader.settled()
        assert reader.state.note == ""


async def test_a_note_that_was_emptied_is_removed_and_an_unchanged_one_is_no_action(sample: Library) -> None:
    """Rule: an empty text removes the note. An unchanged note is no action."""
    async with reading(sample) as reader:
        for text in ("a note", "a note", ""):
            await reader.press("a")
            await reader.until(lambda: isinstance(reader.screen, NoteDialog))
            reader.screen.query_one(NoteArea).text = text
            await reader.press("escape")
            await reader.settled()
            assert reader.state.note == text
        await reader.press("u")
        await reader.settled()
        assert reader.state.note == "a note"
        await reader.press("u")
        await reader.settled()
        assert reader.state.note == ""


# Copying


@pytest.mark.parametrize(
    ("key", "begins"),
    [("l", "https://"), ("b", "@misc{"), ("m", "## "), ("t", "SWE-bench: Can"), ("a", "Coding tests had")],
)
async def test_y_copies_with_one_more_key(key: str, begins: str, sample: Library) -> None:
    """Rule: y l, y b, y m, y t and y a copy the link, BibTeX, Markdown, title or abstract, and report that."""
    async with reading(sample) as reader:
        reader.view.papers.move_to(
            next(row for row, title in enumerate(reader.titles) if title.startswith("SWE-bench"))
        )
        await reader.pilot.pause()
        await reader.press("y")
        await reader.until(lambda: reader.asks)
        await reader.press(key)
        await reader.until(lambda: not reader.asks and "clipboard" in reader.status)
        assert " of 1 paper copied" in reader.status
        assert reader.app.clipboard.lstrip("#").strip().startswith(begins.lstrip("#").strip())


async def test_what_cannot_be_copied_is_said(sample: Library) -> None:
    """Rule: a command that can't act says why, and copies nothing."""
    async with reading(sample) as reader:
        reader.view.papers.move_to(reader.titles.index("New Directions in Cryptography"))
        await reader.pilot.pause()
        assert reader.view.entry().paper.links() == {}  # type: ignore[union-attr]
        await reader.press("y")
        await reader.until(lambda: reader.asks)
        await reader.press("l")
        await reader.until(lambda: "nothing copied: 1 paper without link" in reader.status)
        assert reader.app.clipboard == ""


@pytest.mark.parametrize("key", ["escape", "q", "y"])
async def test_the_copy_menu_is_left_without_copying(key: str, sample: Library) -> None:
    """Rule: Esc, q and y leave the menu, and the reader stays open."""
    async with reading(sample) as reader:
        await reader.press("y")
        await reader.until(lambda: reader.asks)
        await reader.press(key)
        assert not reader.asks
        assert reader.app.clipboard == ""
        assert reader.app.is_running


# Links


async def test_o_and_p_open_page_and_pdf_or_say_why_not(sample: Library) -> None:
    """Rule: o opens the page or the first address of the abstract; p opens the PDF. A missing address is reported."""
    opened: list[str] = []
    async with reading(sample, browse=opened.append) as reader:
        reader.view.papers.move_to(
            next(row for row, title in enumerate(reader.titles) if title.startswith("SWE-bench"))
        )
        await reader.pilot.pause()
        await reader.press("o", "p")
        assert opened == ["https://arxiv.org/abs/2310.06770", "https://arxiv.org/pdf/2310.06770"]
        assert "opened https://arxiv.org/pdf/2310.06770" in reader.status
        reader.view.papers.move_to(reader.titles.index("New Directions in Cryptography"))
        await reader.pilot.pause()
        await reader.press("o")
        assert reader.status == "nothing opened: 1 paper without a known page"
        reader.triage.open_place(date(2025, 3, 12))
        reader.view.papers.move_to(
            next(row for row, title in enumerate(reader.titles) if title.startswith("Highly accurate protein"))
        )
        await reader.pilot.pause()
        await reader.press("o")
        assert opened[2:] == ["https://github.com/google-deepmind/alphafold"]
        await reader.press("p")
        assert reader.status == "nothing opened: 1 paper without a known PDF"
        assert len(opened) == 3


async def test_a_browser_that_is_not_there_is_said_with_the_address(
    sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: without a browser the address is shown for copying."""
    for variable in ("DISPLAY", "WAYLAND_DISPLAY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("BROWSER", "firefox; touch pwned")
    async with reading(sample, browse=open_address) as reader:
        await reader.press("o")
        assert "no browser found; the address is https://arxiv.org/abs/2210.17323" in reader.status


async def test_v_shows_the_abstract_as_it_came_and_back(sample: Library) -> None:
    """Rule: v toggles the LaTeX source."""
    async with reading(sample) as reader:
        reader.view.papers.move_to(reader.titles.index("大偶数表为一个素数及一个不超过二个素数的乘积之和"))
        await reader.pilot.pause()
        readable = reader.view.page.blocks
        assert not any("$" in block.text for block in readable)
        await reader.press("v")
        assert any(r"$0.67 \, x C_x / (\log x)^2$" in block.text for block in reader.view.page.blocks)
        await reader.press("v")
        assert reader.view.page.blocks == readable


# Export


async def _export(reader: Reading, path: str | None = None) -> SafeInput:
    await reader.press("E")
    line = await _line(reader)
    if path is not None:
        line.value = path
    await reader.press("enter")
    await reader.pilot.pause()
    return line


async def test_capital_e_writes_the_starred_papers_of_all_dates(
    sample: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: E offers ./starred.md, and writes exactly what the shell's export prints, of every date."""
    monkeypatch.chdir(tmp_path)
    async with reading(sample) as reader:
        await reader.press("s", "[", "s", "[", "s")
        await reader.settled()
        await reader.press("E")
        line = await _line(reader)
        assert line.value == "./starred.md"
        await reader.press("enter")
        await reader.until(lambda: reader.screen is reader.triage)
        assert any(str(tmp_path / "starred.md") in toast for toast in reader.toasts)
        written = (tmp_path / "starred.md").read_text(encoding="utf-8")
        assert written == export_text(sample)
        assert sum(line.startswith(("## ", "### ")) for line in written.splitlines()) >= 3


async def test_an_export_replaces_its_own_file_but_an_edited_one_only_when_asked_twice(
    sample: Library, tmp_path: Path
) -> None:
    """Rule: an unchanged export is replaced. An edited file is replaced only after a second Enter."""
    target = tmp_path / "out.md"
    async with reading(sample) as reader:
        await reader.press("s")
        await reader.settled()
        await _export(reader, str(target))
        first = target.read_text()
        await reader.press("j", "s")
        await reader.settled()
        await _export(reader, str(target))
        assert target.read_text() != first
        edited = target.read_text() + "my own remark\n"
        target.write_text(edited)
        line = await _export(reader, str(target))
        assert isinstance(reader.screen, LineDialog)
        assert "edited" in _hint(reader)
        assert "Enter again" in _hint(reader)
        assert "--force" not in _hint(reader)
        assert target.read_text() == edited
        assert reader.app.focused is line
        await reader.press("enter")
        await reader.until(lambda: reader.screen is reader.triage)
        assert target.read_text() == export_text(sample)


async def test_a_path_changed_after_a_refusal_is_a_new_question(sample: Library, tmp_path: Path) -> None:
    """Rule: the second Enter only counts for the path that was refused."""
    one, two = tmp_path / "one.md", tmp_path / "two.md"
    one.write_text("mine")
    two.write_text("mine too")
    async with reading(sample) as reader:
        line = await _export(reader, str(one))
        line.value = str(two)
        await reader.press("enter")
        await reader.pilot.pause()
        assert isinstance(reader.screen, LineDialog)
        assert (one.read_text(), two.read_text()) == ("mine", "mine too")
        await reader.press("escape")
        await reader.until(lambda: reader.screen is reader.triage)
        assert (one.read_text(), two.read_text()) == ("mine", "mine too")


@pytest.mark.parametrize(("name", "said"), [(".", "folder"), ("no/such/folder/x.md", "no folder")])
async def test_a_place_that_cannot_take_an_export_is_refused(
    name: str, said: str, sample: Library, tmp_path: Path
) -> None:
    """Rule: a folder or a path in a missing folder is refused each time, and nothing is written."""
    async with reading(sample) as reader:
        await _export(reader, str(tmp_path / name))
        assert said in _hint(reader)
        await reader.press("enter")
        await reader.pilot.pause()
        assert isinstance(reader.screen, LineDialog)
        assert not (tmp_path / "no").exists()


async def test_paths_are_completed_folder_by_folder(tmp_path: Path) -> None:
    """Rule: a path is completed with the first matching name. A folder typed in full is not extended."""
    (tmp_path / "exports").mkdir()
    (tmp_path / "exports" / "march.md").touch()
    (tmp_path / ".hidden").touch()
    (tmp_path / "zz\x1b]0;x\x07\u202e.md").touch()
    suggester = PathSuggester()
    assert await suggester.get_suggestion(f"{tmp_path}/ex") == f"{tmp_path}/exports/"
    assert await suggester.get_suggestion(f"{tmp_path}/exports/m") == f"{tmp_path}/exports/march.md"
    assert await suggester.get_suggestion(f"{tmp_path}/.h") == f"{tmp_path}/.hidden"
    assert await suggester.get_suggestion(f"{tmp_path}/") is None
    assert await suggester.get_suggestion(f"{tmp_path}/z") is None
    assert await suggester.get_suggestion(f"{tmp_path}/missing/") is None
    assert await suggester.get_suggestion("") is None


async def test_the_home_of_nobody_is_a_path_like_any_other(sample: Library) -> None:
    """Rule: no typed path ends the reader, not even `~` with an unknown user."""
    suggester = PathSuggester()
    assert await suggester.get_suggestion("~nobody-of-that-name/x") is None
    async with reading(sample) as reader:
        await _export(reader, "~nobody-of-that-name/x.md")
        assert isinstance(reader.screen, LineDialog)
        assert reader.app.is_running


# Room


@pytest.mark.parametrize(
    ("key", "kind"),
    [("t", SafeInput), ("a", NoteArea)],
)
@pytest.mark.parametrize("size", [(50, 15), (40, 12)])
async def test_a_dialog_shows_its_line_and_how_to_leave_at_small_sizes(
    size: tuple[int, int], key: str, kind: type[SafeInput | NoteArea], sample: Library
) -> None:
    """Rule: at 40×12 a dialog still shows its line and the key that leaves it."""
    async with reading(sample, size) as reader:
        await reader.press(key)
        await reader.until(lambda: reader.screen is not reader.triage and reader.app.focused)
        lines = reader.screen.query_one(kind)
        assert lines.region.height >= 1
        assert lines.region.bottom < size[1]
        assert "Esc" in reader.text


@pytest.mark.parametrize("kind", [LineDialog, NoteDialog])
async def test_dialogs_and_toasts_reduce_joined_emoji_like_the_lists(
    kind: type[LineDialog | NoteDialog], sample: Library
) -> None:
    """Rule: no dialog or toast shows characters whose width differs between terminals."""
    joined = Safe("a \U0001f469\u200d\U0001f4bb of \U0001f1e9\U0001f1ea \U0001f44d\U0001f3fd")
    reduced = "a \U0001f469 of DE \U0001f44d"
    second: object = {LineDialog: joined, NoteDialog: Safe("")}[kind]
    async with reading(sample, toasts=True) as reader:
        reader.app.push_screen(kind(joined, second))  # type: ignore[arg-type]
        await reader.until(lambda: isinstance(reader.screen, kind) and reduced in reader.text)
        lines = reader.text.count(reduced)
        reader.app.notify(joined)  # not before, because a dialog takes the toasts away when it opens
        await reader.until(lambda: reader.toasts == [reduced])
        await reader.until(lambda: reader.text.count(reduced) == lines + 1)
        assert not set("\u200d\U0001f1e9\U0001f3fd") & set(reader.text)


@pytest.mark.parametrize("size", [(140, 40), (40, 12)])
async def test_a_toast_covers_neither_a_message_nor_the_keys(size: tuple[int, int], sample: Library) -> None:
    """Rule: a toast never covers a refusal or the keys of a dialog."""
    async with reading(sample, size, toasts=True) as reader:
        reader.view.tell("z" * size[0])
        footer = screen_lines(reader.app)[-1]
        assert footer.strip("z …") == "", "a long message has the whole line"
        reader.app.notify("a toast " * 6)
        await reader.until(lambda: "a toast a toast" in reader.text)
        assert screen_lines(reader.app)[-1] == footer


async def test_a_reason_of_a_refusal_is_reduced_too(sample: Library) -> None:
    """Rule: the hint of a dialog shows only characters of a certain width, like the title."""
    async with reading(sample) as reader:
        await _export(reader, "no/\U0001f469\u200d\U0001f4bb/x.md")
        assert "no folder" in _hint(reader)
        assert "\u200d" not in _hint(reader)


async def test_a_long_title_leaves_room_for_the_line_that_is_typed(tmp_path: Path) -> None:
    """Rule: at 40×12 the typed text is in view, however long the title of the paper is."""
    from paperreader.services.importing.importer import import_paths

    page = tmp_path / "page.txt"
    page.write_text(
        f"new\n\nbyAK and the research community\n\nMar 14\n\n{LONG_TITLE}\n\n{'An abstract of it. ' * 12}\n"
    )
    library = Library(tmp_path / "long")
    import_paths(library, [str(page)])
    async with reading(library, (40, 12)) as reader:
        assert reader.title == Safe(LONG_TITLE)
        await reader.press("t")
        await reader.until(lambda: isinstance(reader.screen, TagDialog) and reader.app.focused)
        await reader.type("visible")
        assert "visible" in reader.text
    library.close()


@pytest.mark.parametrize("key", ["a", "I", "F", "?", "t"])
async def test_no_toast_lies_over_a_dialog(sample: Library, key: str) -> None:
    """Rule: a dialog removes older toasts, so that its keys are visible in a small terminal."""
    async with reading(sample, (50, 15), toasts=True) as reader:
        reader.app.notify("one of many words " * 9)
        await reader.until(lambda: "one of many words" in reader.text)
        await reader.press(key)
        await reader.until(lambda: isinstance(reader.screen, Dialog))
        await reader.until(lambda: not reader.toasts and "one of many words" not in reader.text)


@pytest.mark.parametrize("row", ["first", "last"])
@pytest.mark.parametrize("size", [(200, 60), (140, 40), (80, 24), (50, 15)])
async def test_toasts_never_lie_over_the_list(size: tuple[int, int], row: str, sample: Library) -> None:
    """Rule: however many and long they are, toasts stay in the abstract; without one the footer tells them."""
    async with reading(sample, size, toasts=True) as reader:
        await reader.press("home" if row == "first" else "end")
        listed = reader.view.papers.region

        def rows() -> list[str]:
            lines = reader.text.split("\n")[listed.y : listed.bottom]
            return [line[listed.x : listed.x + 40] for line in lines]

        before = rows()
        for number in range(6):
            reader.app.notify(f"toast {number} " + "with many words " * 6)
        await reader.until(lambda: "toast 5 " in reader.text)
        assert rows() == before
        reader.app.clear_notifications()
        await reader.press("z")
        assert not reader.view.grid.abstract.height
        reader.app.notify("imported")
        assert (reader.status, reader.toasts) == ("imported", [])
