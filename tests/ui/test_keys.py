"""Keys of two keys, keys without a command, and where the cursor goes after a decision."""

from __future__ import annotations

import pytest
from piloting import Reading, reading

from paperreader.config import After
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.errors import ConfigError
from paperreader.services.library import Library
from paperreader.ui.keys.command_table import remapped, sequences
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.key_lines import cell_count, question_line, unknown_key
from paperreader.ui.prompt import Question
from paperreader.ui.screens.help import HelpScreen

PATIENT = Limits(second_key=600)
HASTY = Limits(second_key=0.01)


def _statuses(reader: Reading, papers: int) -> list[str]:
    return [reader.library.state(key).status.value for key in reader.keys[:papers]]


# After a decision


@pytest.mark.parametrize(("after", "row"), [(After.NEXT, 1), (After.NEXT_UNREAD, 2), (After.STAY, 0)])
@pytest.mark.parametrize(("key", "name"), [("s", "star"), ("r", "read"), ("d", "skip"), ("b", "later")])
async def test_the_settings_say_where_the_cursor_goes(
    after: After, row: int, key: str, name: str, sample: Library
) -> None:
    """Rule: `[triage.after]` names the way on for each decision."""
    async with reading(sample, after={name: after}) as reader:
        await reader.press("j", "d", "home", key)
        await reader.settled()
        assert reader.row == row


async def test_a_star_is_one_action_with_the_status(sample: Library) -> None:
    """Rule: `s` stars and marks as read in one line of the history; one `u` takes both back and returns."""
    async with reading(sample) as reader:
        key = reader.key
        await reader.press("s", "j", "j")
        await reader.settled()
        (action,) = reader.library.reading.history()
        assert (action.name, action.keys) == ("star", (key,))
        await reader.press("u")
        await reader.settled()
        assert (reader.key, reader.row) == (key, 0)
        assert (reader.state.starred, reader.state.status) == (False, ReadingStatus.UNREAD)


async def test_the_next_key_after_undo_finds_the_cursor_moved_back(sample: Library) -> None:
    """Rule: keys typed after `u` act on the paper that it returns to."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press(*"dddub")
        await reader.settled()
        assert [reader.library.state(key).status.value for key in keys[:4]] == ["skipped", "skipped", "later", "unread"]


async def test_a_selection_is_decided_at_once_and_the_cursor_stays(sample: Library) -> None:
    """Rule: `s` acts on all selected papers, clears the selection and leaves the cursor."""
    async with reading(sample) as reader:
        keys = reader.keys
        await reader.press("x", "x", "j", "s")
        await reader.settled()
        assert (sorted(reader.starred), reader.row) == (sorted(keys[:2]), 3)
        assert not reader.view.papers.selected


async def test_gv_selects_the_last_selection_again(sample: Library) -> None:
    """Rule: `gv` brings back the papers of the last selection in its list, and says when there is none."""
    async with reading(sample, limits=PATIENT) as reader:
        await reader.press("g", "v")
        assert "nothing was selected in this list yet; x selects" in reader.status
        await reader.press("x", "j", "x")
        chosen = set(reader.view.papers.selected)
        await reader.press("d", "g", "v")
        await reader.settled()
        assert reader.view.papers.selected == chosen
        assert "2 selected" in reader.list_title
        await reader.press("escape", "[", "g", "v")
        assert not reader.view.papers.selected
        assert "nothing was selected" in reader.status


# Keys of two keys


async def test_g_waits_and_then_goes_to_the_first_line(sample: Library) -> None:
    """Rule: a single `g` lists what may follow, and goes to the first line once its time is over."""
    async with reading(sample, limits=HASTY) as reader:
        await reader.press("G", "g")
        await reader.until(lambda: reader.row == 0)
        assert not reader.asks
    async with reading(sample, limits=PATIENT) as reader:
        await reader.press("G", "g")
        assert (reader.asks, reader.row) == (True, 16)
        assert reader.footer.startswith(" g   g first  v select again  Esc leaves")
        await reader.press("escape")
        assert (reader.asks, reader.row) == (False, 16)
        await reader.press("g", "g")
        assert reader.row == 0


async def test_gg_works_in_every_pane(sample: Library) -> None:
    """Rule: `gg` goes to the first line of the pane that has the focus."""
    async with reading(sample, limits=PATIENT) as reader:
        await reader.press("h", "G", "g", "g")
        assert reader.view.desk.place is Shelf.UNREAD


async def test_an_unknown_second_key_says_so(sample: Library) -> None:
    """Rule: after `g` an unknown key does nothing, and the message lists what may follow."""
    async with reading(sample, limits=PATIENT) as reader:
        await reader.press("j", "g", "d")
        assert reader.status == '"gd" does nothing; gg is "First", gv is "Select again"'
        assert (reader.row, reader.done) == (1, [])


@pytest.mark.parametrize("key", ["S", "y"])
async def test_an_unknown_answer_leaves_the_question_open(key: str, sample: Library) -> None:
    """Rule: a wrong key after S or y decides nothing: it is named, and the question stays."""
    async with reading(sample) as reader:
        await reader.press(key, "d", "3")
        assert reader.footer.startswith(' "3" does nothing here')
        await reader.press("escape", "j")
        await reader.settled()
        assert (reader.row, reader.done, reader.asks) == (1, [], False)


async def test_keys_typed_ahead_of_a_question_stay_in_order(sample: Library) -> None:
    """Rule: no key is lost or overtakes another around a key that waits."""
    async with reading(sample, limits=PATIENT) as reader:
        await reader.press(*"jjSt", "g", "g", *"yt", *"3jd")
        await reader.settled()
        assert "title" in reader.list_title
        assert (reader.row, _statuses(reader, 5)) == (4, [*["unread"] * 3, "skipped", "unread"])
        assert reader.app.clipboard == reader.titles[0]


async def test_two_keys_can_be_set_for_any_command(sample: Library) -> None:
    """Rule: `[keys] skip = "dd"` makes a command of two keys; it waits for its dialog like any other."""
    async with reading(sample, keys={"skip": "dd", "tags": "gt"}, limits=PATIENT) as reader:
        await reader.press(*"dd")
        await reader.settled()
        assert len(reader.done) == 1
        await reader.press(*"gtab", "enter")
        await reader.until(lambda: reader.screen is reader.triage)
        await reader.settled()
        assert reader.state.tags == ("ab",)
    assert set(sequences(remapped({"skip": "dd"}))) == {"g", "d"}
    with pytest.raises(ConfigError):
        remapped({"skip": "gg"})


@pytest.mark.parametrize("width", [200, 80, 50, 38, 20])
def test_a_question_takes_its_longest_form_that_fits(width: int) -> None:
    """Rule: a narrow line leaves out title, Esc and further words, and never a key."""
    question = Question("sort", {"r": "rank", "u": "unread first (now)", "n": "newest"}, "leaves")
    line = question_line(question, width)
    text = "".join(span.text for span in line)
    assert ("sort" in text, "Esc" in text) == (width >= 38, width >= 80)
    assert cell_count(line) <= max(width, 28)
    assert [span.text.strip() for span in line if span.role == "strong"][:3] == ["r", "u", "n"]


# Other keys


async def test_capital_j_and_k_go_from_paper_to_paper_in_every_pane(sample: Library) -> None:
    """Rule: J and K move to the next and the previous paper, also from the abstract and the dates; ends say so."""
    async with reading(sample) as reader:
        await reader.press("l", "J", "J")
        assert (reader.row, reader.app.focused) == (2, reader.view.page)
        await reader.press("K", "h", "h", "K")
        assert (reader.row, reader.app.focused) == (0, reader.view.dates)
        await reader.press("K")
        assert "this is the first paper" in reader.status
        await reader.press("2", "0", "J", "J")
        assert (reader.row, reader.status) == (16, "this is the last paper")


async def test_f1_opens_the_help(sample: Library) -> None:
    """Rule: F1 does what `?` does."""
    async with reading(sample) as reader:
        await reader.press("f1")
        await reader.until(lambda: isinstance(reader.screen, HelpScreen))


async def test_an_unknown_key_says_so_once_while_it_is_held(sample: Library) -> None:
    """Rule: the message names the nearest key with its command; a held key does not repeat it."""
    async with reading(sample) as reader:
        told: list[str] = []
        show = reader.view.tell
        reader.view.tell = lambda message, role="muted": told.append(message) or show(message, role)  # type: ignore[method-assign, func-returns-value]
        await reader.press("X", "X", "X")
        assert told == ['"X" does nothing; x is "Select", ? shows all keys']
        assert reader.status == told[0]
    async with reading(sample, limits=Limits(unknown_key=0)) as reader:
        await reader.press("ctrl+x")
        assert reader.status == '"^x" does nothing; x is "Select", ? shows all keys'
        await reader.press("w")
        assert reader.status == '"w" does nothing; ? shows all keys'


def test_the_message_names_the_users_own_keys() -> None:
    """Rule: the nearest key is one that the user has."""
    assert unknown_key("X", remapped({"select": "m", "help": "f1"})) == '"X" does nothing; F1 shows all keys'
    assert unknown_key("M", remapped({"select": "m"})).startswith('"M" does nothing; m is "Select", ')


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ("hh", "this is the first pane"),
        ("lll", "this is the last pane"),
        (["j", "l", "enter"], "all authors are named, and the abstract was not revised"),
    ],
)
async def test_a_key_that_cannot_act_says_why(keys: list[str], said: str, sample: Library) -> None:
    """Rule: no command does nothing silently."""
    async with reading(sample) as reader:
        await reader.press(*keys)
        assert said in reader.status


@pytest.mark.parametrize("key", ["s", "r", "d", "b", "x", "V", "a", "t", "y", "o", "space", "v"])
async def test_a_list_without_papers_says_so(key: str, sample: Library) -> None:
    """Rule: each command of a paper says that there is none."""
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.LATER)
        await reader.press(key)
        await reader.until(lambda: "no paper under the cursor" in reader.status)
