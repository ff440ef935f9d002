"""The tag dialog: a line of changes, the tags in use above it, and what Enter would save."""

from __future__ import annotations

from collections.abc import Iterable

import pytest
from piloting import Reading, reading
from textual.widgets import OptionList

from paperreader.domain.decision import EditTags
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import make_tag, make_tags
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.ui.dialogs.tags import TagDialog, TagSuggester
from paperreader.ui.presenting.tag_edits import MOST, TagsOf, Tick, shown_rows, tag_line, tags_of
from paperreader.ui.widgets.plain_text import PlainText
from paperreader.ui.widgets.safe_input import SafeInput

USED = {"agents": 22, "agent-eval": 9, "image-ageing": 3, "memory": 14}
ONE = TagsOf(1, {make_tag("agents"): 1, make_tag("memory"): 1}, USED)
THREE = TagsOf(3, {make_tag("agents"): 3, make_tag("memory"): 2}, USED)


def _edit(add: Iterable[str] = (), remove: Iterable[str] = ()) -> EditTags:
    return EditTags(make_tags(add), make_tags(remove))


def _names(tags: TagsOf, line: str) -> list[str]:
    return [row.tag for row in tags.rows(line)]


def _text(tags: TagsOf, line: str, width: int = 60) -> list[str]:
    return [tag_line(row, tags.papers, "", width, lambda _: "").plain for row in tags.rows(line)]


# What a line means


@pytest.mark.parametrize(
    ("line", "added", "removed"),
    [
        ("", (), ()),
        ("a, b -memory", ("a", "b"), ("memory",)),
        ("a,b,,  c", ("a", "b", "c"), ()),
        ("#NLP To_Cite", ("nlp", "to_cite"), ()),
        ("agents", (), ()),
        ("-unheld", (), ()),
        ("a -a", (), ()),
        ("-memory memory", (), ()),
        ("memory -memory", (), ("memory",)),
        ("- # -#", (), ()),
        ("#-dash", ("-dash",), ()),
    ],
)
def test_a_line_adds_and_removes_tags(line: str, added: tuple[str, ...], removed: tuple[str, ...]) -> None:
    """Rule: blanks and commas separate tags, a dash removes one, the last word about a tag counts."""
    assert ONE.edit_of(line) == _edit(added, removed)


def test_a_tag_of_some_papers_stays_unless_it_is_named() -> None:
    """Rule: the edit of several papers has only the named tags, and adds a tag of some papers to all."""
    assert THREE.edit_of("new") == _edit(["new"])
    assert THREE.edit_of("memory agents") == _edit(["memory"])
    assert THREE.edit_of("-memory") == _edit(remove=["memory"])
    assert THREE.after(THREE.edit_of("new")) == "#agents #memory (2 of 3) #new"
    assert THREE.after(THREE.edit_of("memory -agents")) == "#memory"
    assert ONE.after(_edit(remove=["agents", "memory"])) == "no tags"


def test_a_switched_tag_is_written_into_the_line() -> None:
    """Rule: a switch replaces the word being typed; a second one takes the change back."""
    line = ONE.toggled("age", make_tag("agent-eval"))
    assert line == "agent-eval "
    assert ONE.toggled(f"{line}new ", make_tag("memory")) == "agent-eval new -memory "
    assert ONE.toggled("agent-eval new -memory ", make_tag("memory")) == "agent-eval new "
    assert ONE.toggled(line, make_tag("agent-eval")) == ""
    dashed = TagsOf(1, {}, {"-dash": 1})
    assert dashed.edit_of(dashed.toggled("", make_tag("-dash"))) == _edit(["-dash"])


def test_a_tag_of_some_papers_goes_to_all_then_to_none_then_back() -> None:
    """Rule: [-] becomes [x], then [ ], then [-] again, which changes nothing."""
    memory, line, ticks = make_tag("memory"), "", []
    for _ in range(4):
        ticks.append(next(row.tick for row in THREE.rows(line) if row.tag == memory))
        line = THREE.toggled(line, memory)
    assert ticks == [Tick.SOME, Tick.ALL, Tick.NONE, Tick.SOME]
    assert THREE.edit_of(THREE.toggled(THREE.toggled(THREE.toggled("", memory), memory), memory)) == EditTags()


def test_the_tags_of_papers_are_counted() -> None:
    """Rule: the dialog knows how many of the chosen papers have each tag."""
    first, second = make_tag("a"), make_tag("b")
    assert tags_of([[first, second], [first], []], {}) == TagsOf(3, {first: 2, second: 1}, {})


# The rows


def test_typing_narrows_the_tags() -> None:
    """Rule: tags of the papers come first, then the most used; a prefix beats a part; a new tag comes last."""
    assert _names(ONE, "") == ["agents", "memory", "agent-eval", "image-ageing"]
    assert _names(ONE, "age") == ["agents", "agent-eval", "image-ageing", "age"]
    assert _names(ONE, "memory, AGEN") == ["agents", "agent-eval", "agen"]
    assert _names(ONE, "agents") == ["agents"]
    assert _names(ONE, "-mem") == ["memory"]
    assert _names(ONE, "new ")[-1] == "new"


def test_a_row_shows_tick_name_and_counts() -> None:
    """Rule: a row has its tick, how many of the papers have the tag, and its papers at the right."""
    agents, _, _, age = (" ".join(line.split()) for line in _text(ONE, "age"))
    assert agents == "[x] #agents on this paper 22 papers"
    assert age == "+ #age new tag"
    assert "[-] #memory on 2 of 3 14 papers" in [" ".join(line.split()) for line in _text(THREE, "")]
    for width in (46, 60, 74):
        assert {len(line) for line in _text(THREE, "", width)} == {width}


def test_many_tags_are_bounded() -> None:
    """Rule: the dialog lists at most 100 tags, among them the new one."""
    many = TagsOf(1, {}, {f"topic-{number}": 1 for number in range(500)})
    assert len(shown_rows(many.rows(""))) == MOST
    rows = shown_rows(many.rows("topic"))
    assert (len(rows), rows[-1].tag) == (MOST, "topic")


async def test_the_last_word_is_completed_by_what_is_not_there_yet() -> None:
    """Rule: a completion is a tag with the typed prefix that is not in the line yet."""
    suggester = TagSuggester(["diffusion", "distillation", "nlp"])
    assert await suggester.get_suggestion("dif") == "diffusion"
    assert await suggester.get_suggestion("diffusion di") == "diffusion distillation"
    assert await suggester.get_suggestion("diffusion,di") == "diffusion,distillation"
    assert await suggester.get_suggestion("-n") == "-nlp"
    assert await suggester.get_suggestion("#n") == "#nlp"
    assert await suggester.get_suggestion("nlp ") is None
    assert await suggester.get_suggestion("") is None
    assert await suggester.get_suggestion("xyz") is None


# The dialog


async def _open(reader: Reading, *keys: str) -> TagDialog:
    """Open the dialog, wait until it has the focus, then press keys."""
    await reader.press("t")
    await reader.until(lambda: isinstance(reader.screen, TagDialog) and reader.app.focused)
    dialog = reader.screen
    assert isinstance(dialog, TagDialog)
    await reader.press(*keys)
    return dialog


async def _tag(reader: Reading, *keys: str) -> None:
    await _open(reader, *keys, "enter")
    await reader.settled()


def _tags(reader: Reading, key: PaperKey) -> list[str]:
    return [str(tag) for tag in reader.library.state(key).tags]


def _after(dialog: TagDialog) -> str:
    return str(dialog.query_one("#tags-after", PlainText).content).split("Enter")[1].strip()


def _shown(dialog: TagDialog) -> list[str]:
    listed = dialog.query_one(OptionList)
    return [" ".join(str(listed.get_option_at_index(at).prompt).split()) for at in range(listed.option_count)]


def _put(library: Library, number: int, *tags: str) -> PaperKey:
    """Give tags to a paper."""
    (key,) = library.keys_of([number]).values()
    library.reading.finish(Triage(library).decide("tag", [key], EditTags(make_tags(tags))))
    return key


async def test_a_line_of_tags_is_saved_and_the_cursor_stays(sample: Library) -> None:
    """Rule: `a, b` and Enter add tags; later `-a c` removes and adds; each is one action."""
    async with reading(sample) as reader:
        await reader.press("j")
        await _tag(reader, *"#NLP", "comma", "space", *"to-cite")
        assert _tags(reader, reader.key) == ["nlp", "to-cite"]
        assert reader.row == 1
        assert "#nlp · #to-cite" in reader.view.papers.row_strips(1, 90)[-1].text
        dialog = await _open(reader)
        await reader.until(lambda: _after(dialog) == "#nlp #to-cite")
        assert reader.title[:20] in reader.text
        await reader.press(*"-nlp", "space", *"vision", "enter")
        await reader.settled()
        assert _tags(reader, reader.key) == ["to-cite", "vision"]
        await reader.press("u")
        await reader.settled()
        assert _tags(reader, reader.key) == ["nlp", "to-cite"]


async def test_esc_leaves_the_tags_as_they_were(sample: Library) -> None:
    """Rule: Esc closes the dialog without a decision, and so does Enter on an empty line."""
    async with reading(sample) as reader:
        await _tag(reader, *"nlp")
        await _open(reader, *"other", "escape")
        await reader.settled()
        await _tag(reader)
        assert _tags(reader, reader.key) == ["nlp"]
        assert reader.screen is reader.triage
        await reader.press("u", "u")
        await reader.settled()
        assert "nothing to undo" in reader.status


async def test_tab_completes_a_tag_that_is_in_use(sample: Library) -> None:
    """Rule: Tab completes the last word with a used tag, and typing continues after it."""
    async with reading(sample) as reader:
        await _tag(reader, *"diffusion", "space", *"distillation")
        await reader.press("j")
        dialog = await _open(reader, *"dis")
        line = dialog.query_one(SafeInput)
        await reader.until(lambda: line._suggestion == "distillation")
        await reader.press("tab")
        assert line.value == "distillation"
        await reader.press("space", *"dif")
        await reader.until(lambda: line._suggestion == "distillation diffusion")
        await reader.press("tab", "enter")
        await reader.settled()
        assert _tags(reader, reader.key) == ["diffusion", "distillation"]


async def test_space_switches_the_tag_of_a_row(sample: Library) -> None:
    """Rule: the list follows the typed word; on a row Space switches its tag, and typing goes on in the line."""
    _put(sample, sample.catalogue.all_ids()[-1], "agents", "agent-eval", "image-ageing")
    async with reading(sample) as reader:
        dialog = await _open(reader, *"age")
        await reader.until(lambda: len(_shown(dialog)) == 4)
        assert _shown(dialog)[0] == "[ ] #agent-eval 1 paper"
        assert _shown(dialog)[-1] == "+ #age new tag"
        await reader.press("down", "down", "space")
        await reader.until(lambda: _after(dialog) == "#agents")
        assert "[x] #agents 1 paper" in _shown(dialog)
        await reader.press("space")
        await reader.until(lambda: _after(dialog) == "no tags")
        await reader.press("space", *"x", "space", *"y", "enter")
        await reader.settled()
        assert _tags(reader, reader.key) == ["agents", "x", "y"]


async def test_enter_on_a_row_takes_it_for_the_typed_word(sample: Library) -> None:
    """Rule: after a move into the list Enter saves the row instead of the typed word; without one, the word."""
    _put(sample, sample.catalogue.all_ids()[-1], "agents", "agent-eval")
    async with reading(sample) as reader:
        await _tag(reader, *"age", "down", "down")
        assert _tags(reader, reader.key) == ["agents"]
        await reader.press("j")
        await _tag(reader, *"age", "down", "up")
        assert _tags(reader, reader.key) == ["age"]
        await reader.press("j")
        await _tag(reader, *"age", "down", *"nt")
        assert _tags(reader, reader.key) == ["agent"]
        await reader.press("j")
        await _tag(reader, "down", "down")
        assert _tags(reader, reader.key) == []


async def test_a_click_switches_a_tag(sample: Library) -> None:
    """Rule: a click on a tag switches it, as Space does."""
    _put(sample, sample.catalogue.all_ids()[-1], "agents")
    async with reading(sample) as reader:
        dialog = await _open(reader)
        await reader.until(lambda: _shown(dialog) == ["[ ] #agents 1 paper"])
        await reader.pilot.click(OptionList, offset=(5, 0))
        await reader.until(lambda: _after(dialog) == "#agents")


async def test_tags_of_a_selection_keep_what_nobody_touched(sample: Library) -> None:
    """Rule: a tag of all papers can be removed, one of some shows [-] and stays; one undo restores all papers."""
    async with reading(sample) as reader:
        await _tag(reader, *"shared", "space", *"first")
        keys = reader.keys
        await reader.press("j")
        await _tag(reader, *"shared", "space", *"second")
        await reader.press("g", "g", "x", "x")
        dialog = await _open(reader)
        await reader.until(lambda: len(_shown(dialog)) == 3)
        assert _shown(dialog)[0] == "[x] #shared on 2 of 2 2 papers"
        assert _shown(dialog)[1] == "[-] #first on 1 of 2 1 paper"
        assert "2 papers" in reader.text
        await reader.press(*"-shared", "space", *"new", "enter")
        await reader.settled()
        assert [_tags(reader, key) for key in keys[:2]] == [["first", "new"], ["new", "second"]]
        await reader.press("u")
        await reader.settled()
        assert [_tags(reader, key) for key in keys[:2]] == [["first", "shared"], ["second", "shared"]]


async def test_a_long_tag_is_refused_and_the_line_stays(sample: Library) -> None:
    """Rule: a tag that would be cut is refused with the reason."""
    async with reading(sample) as reader:
        dialog = await _open(reader, *"x" * 51, "enter")
        await reader.until(lambda: "is longer than 50 characters" in reader.text)
        assert dialog.query_one(SafeInput).value == "x" * 51
        await reader.press("backspace", "enter")
        await reader.settled()
        assert _tags(reader, reader.key) == ["x" * 50]


@pytest.mark.parametrize("size", [(200, 60), (100, 30), (80, 24), (50, 15)])
async def test_the_dialog_fits_every_terminal(size: tuple[int, int], sample: Library) -> None:
    """Rule: rows stay on one line, and what Enter saves and the keys stay in view, however many tags there are."""
    number = sample.catalogue.all_ids()[-1]
    _put(sample, number, *(f"a-tag-with-a-long-name-of-many-characters-{at:03}" for at in range(150)))
    async with reading(sample, size) as reader:
        dialog = await _open(reader, "down")
        await reader.until(lambda: _shown(dialog))
        assert _shown(dialog)[-1] == "50 more; type to narrow"
        lines = reader.text.splitlines()
        assert sum("[ ] #a-tag" in line for line in lines) == dialog.query_one(OptionList).size.height
        assert any("after Enter" in line for line in lines)
        assert any("Esc cancels" in line for line in lines)
        assert not [line for line in lines if line.strip(" │") == "papers"]


def test_hostile_tags_are_shown_as_text() -> None:
    """Rule: a tag is never read as markup, and has the same width in every terminal."""
    tag = make_tag("[bold]👩‍💻大")
    row = next(iter(TagsOf(1, {}, {str(tag): 1}).rows("")))
    line = tag_line(row, 1, Safe("bold"), 60, lambda _: "bold")
    assert "#[bold]" in line.plain
    assert line.cell_length == 60
