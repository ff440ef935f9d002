"""Saved shelves and the query history."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from piloting import Reading, reading

from paperreader.domain.decision import SetStatus
from paperreader.domain.lists import SavedShelf, Shelf
from paperreader.domain.reading_state import ReadingStatus
from paperreader.domain.text import Safe
from paperreader.services.importing.importer import import_paths
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.triage import Triage
from paperreader.ui.desk import Desk
from paperreader.ui.dialogs.dialog import LineDialog

MODELS = SavedShelf(Safe("Models"))


def save(library: Library, query: str, shelf: SavedShelf = MODELS) -> None:
    """Save a shelf as another window would."""
    library.reading.finish(Triage(library).save_shelf(shelf, query))


async def save_as(reader: Reading, name: str) -> None:
    """Save what is typed, or kept, under a name."""
    await reader.press("ctrl+s")
    await reader.until(lambda: isinstance(reader.screen, LineDialog))
    await reader.press("ctrl+u")
    await reader.type(name)
    await reader.press("enter")


async def open_shelf(reader: Reading, shelf: SavedShelf = MODELS, papers: int = 1) -> None:
    """Open a shelf and wait until so many papers, or more, are found."""
    reader.triage.open_place(shelf)
    await reader.until(lambda: len(reader.titles) >= papers)


def _is_listed(reader: Reading, name: str) -> bool:
    """Whether the library shows a shelf."""
    return any(line[:22].strip(" ▌").startswith(name) for line in reader.text.split("\n")[2:])


async def test_a_query_is_saved_from_the_bar_and_opened_from_the_dates(sample: Library) -> None:
    """Rule: ^s asks for a name; the shelf stands below the others with its count, and lists what is found."""
    async with reading(sample) as reader:
        await reader.filter("model is:unread")
        await save_as(reader, "Models")
        await reader.until(lambda: sample.reading.shelves() == {MODELS: "model is:unread"})
        await reader.until(lambda: "shelf saved" in reader.status)
        found = find_papers(sample, "model is:unread")
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: len(found)})
        assert reader.view.desk.filter == "model is:unread", "the list stays as it was"
        assert _is_listed(reader, "Models")
        await reader.press("escape", "h", "g", "g", *"jjjjj")
        assert reader.view.desk.place == MODELS
        await reader.until(lambda: list(reader.view.desk.view) == found)
        assert "Models" in reader.header
        assert "/model is:unread" in reader.list_title
        await reader.until(lambda: any(row.hits for row in reader.view.desk.rows(found).values()))
        await reader.filter("attention")
        await reader.press("escape", "escape")
        assert any(row.hits for row in reader.view.desk.rows(found).values()), "given back as it was"
        assert f"{len(found)} papers" in reader.header


async def test_a_kept_filter_is_saved_and_taken_back(sample: Library) -> None:
    """Rule: ^s saves a kept filter as well, u undoes that, ^r saves it again."""
    async with reading(sample) as reader:
        await reader.filter("learning")
        await reader.press("enter")
        await save_as(reader, "Learning")
        await reader.until(lambda: len(sample.reading.shelves()) == 1)
        await reader.until(lambda: _is_listed(reader, "Learning"))
        await reader.press("u")
        await reader.until(lambda: not _is_listed(reader, "Learning"))
        assert "undone: shelf saved" in reader.status
        await reader.press("ctrl+r")
        await reader.until(lambda: _is_listed(reader, "Learning"))


@pytest.mark.parametrize("typed", ["", "upvotes:many", '"open'])
async def test_what_cannot_be_saved_says_why(sample: Library, typed: str) -> None:
    """Rule: without a query, and with one that cannot be read, no name is asked for."""
    async with reading(sample, (160, 40)) as reader:
        await reader.press("/")
        await reader.type(typed)
        await reader.press("ctrl+s")
        await reader.until(lambda: "query" in reader.footer)
        assert not isinstance(reader.screen, LineDialog)
        assert sample.reading.shelves() == {}


async def test_a_name_that_is_taken_is_replaced_when_it_is_given_again(sample: Library) -> None:
    """Rule: the dialog says what would be replaced; a name is needed; Esc changes nothing."""
    save(sample, "learning")
    async with reading(sample) as reader:
        await reader.filter("model")
        await save_as(reader, "Models")
        assert "Enter again replaces it" in reader.text
        assert sample.reading.shelves() == {MODELS: "learning"}
        await reader.press("ctrl+u", "enter")
        assert "a shelf needs a name" in reader.text
        await reader.press("escape")
        await reader.until(lambda: not isinstance(reader.screen, LineDialog))
        assert reader.triage.filter_commands.is_open
        await save_as(reader, "Models")
        await reader.press("enter")
        await reader.until(lambda: sample.reading.shelves() == {MODELS: "model"})


async def test_a_shelf_is_removed_and_brought_back(sample: Library) -> None:
    """Rule: Del removes the open shelf and goes on to the newest date; u brings it back; elsewhere Del says why not."""
    save(sample, "model")
    async with reading(sample) as reader:
        day = reader.view.desk.place
        await reader.press("delete")
        assert "open one first" in reader.status
        await open_shelf(reader)
        await reader.press("delete")
        await reader.until(lambda: reader.view.desk.place == day)
        await reader.until(lambda: "shelf removed" in reader.status)
        assert not _is_listed(reader, "Models")
        await reader.press("u")
        await reader.until(lambda: _is_listed(reader, "Models"))
        assert sample.reading.shelves() == {MODELS: "model"}


async def test_counts_follow_decisions(sample: Library) -> None:
    """Rule: a decision, its undo and another window's show in the count; the list stays as it is until it is left."""
    save(sample, "is:unread model")
    papers = len(find_papers(sample, "is:unread model"))
    async with reading(sample) as reader:
        await open_shelf(reader, papers=papers)
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: papers})
        await reader.press("d")
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: papers - 1})
        assert len(reader.titles) == papers
        await reader.press("u")
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: papers})
        other = Library(sample.folder, window="shell")
        other.reading.finish(Triage(other).decide("read", reader.keys[:3], SetStatus(ReadingStatus.READ)))
        other.close()
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: papers - 3})


async def test_a_filter_narrows_a_shelf(sample: Library) -> None:
    """Rule: / looks among the papers of the shelf, and Esc gives them back."""
    save(sample, "learning OR model")
    async with reading(sample) as reader:
        papers = len(find_papers(sample, "learning OR model"))
        await open_shelf(reader, papers=papers)
        await reader.filter("model")
        assert set(reader.view.desk.view) == set(find_papers(sample, "model"))
        assert f"of {papers}" in reader.text
        await reader.press("escape", "escape")
        assert len(reader.titles) == papers


async def test_another_window_changes_and_removes_the_open_shelf(sample: Library) -> None:
    """Rule: the open shelf follows its query; when it is gone the newest date is opened."""
    save(sample, "model")
    async with reading(sample) as reader:
        day = reader.view.desk.place
        await open_shelf(reader)
        other = Library(sample.folder, window="shell")
        save(other, "learning")
        await reader.until(lambda: list(reader.view.desk.view) == find_papers(sample, "learning"))
        other.reading.finish(Triage(other).remove_shelf(MODELS))
        other.close()
        await reader.until(lambda: reader.view.desk.place == day)
        assert not _is_listed(reader, "Models")


async def test_what_is_imported_comes_to_the_open_shelf(sample: Library, write_page: Callable[..., Path]) -> None:
    """Rule: papers that the query finds stand behind those that were there, and are counted; the cursor stays."""
    save(sample, "model")
    ferries = ("A Model of Lunar Ferries", "This model predicts the tides. " * 20)
    page = write_page(ferries, ("Looms", "They weave. " * 30))
    async with reading(sample) as reader:
        papers = len(find_papers(sample, "model"))
        await open_shelf(reader, papers=papers)
        await reader.press("j", "j")
        before, key = reader.titles, reader.key
        other = Library(sample.folder, window="shell")
        import_paths(other, [str(page)])
        other.close()
        await reader.until(lambda: reader.titles == [*before, "A Model of Lunar Ferries"])
        assert reader.key == key
        await reader.until(lambda: reader.view.desk.shelves == {MODELS: papers + 1})


async def test_a_shelf_is_counted_anew_also_where_it_is_opened_at_that_moment(sample: Library) -> None:
    """Rule: whoever asks for its papers between an import and the next count takes no count away."""
    save(sample, "is:unread")
    desk = Desk(sample)
    assert await desk.count_shelves()
    assert not await desk.count_shelves()
    key = sample.keys_of(sample.catalogue.first_ids(1)).popitem()[1]
    sample.reading.finish(Triage(sample).decide("read", [key], SetStatus(ReadingStatus.READ)))
    await asyncio.wrap_future(desk.saved.find("is:unread"))
    assert await desk.count_shelves()
    assert desk.shelves == {MODELS: 79}
    desk.close()


async def test_a_shelf_that_cannot_be_read_says_so_and_is_kept(sample: Library) -> None:
    """Rule: opening it names the place in the query; it stays until it is removed."""
    sample.reading.finish(sample.reading.save_shelf("save shelf", MODELS, "model stars:>3 upvotes:many"))
    async with reading(sample, (160, 40)) as reader:
        reader.triage.open_place(MODELS)
        await reader.until(lambda: "invalid query" in reader.status)
        assert "Del removes this shelf" in reader.status
        assert reader.titles == []
        assert _is_listed(reader, "Models")
        assert sample.reading.shelves()


async def test_the_shelf_that_was_left_is_opened_again(sample: Library) -> None:
    """Rule: the place and its paper come back; a shelf that is gone by then costs nothing."""
    save(sample, "learning OR model")
    async with reading(sample) as reader:
        await open_shelf(reader, papers=3)
        await reader.press("j", "j")
        left = reader.key
        await reader.press("q")
    async with reading(sample) as reader:
        assert reader.view.desk.place == MODELS
        await reader.until(lambda: len(reader.titles) > 2 and reader.key == left)
        await reader.press("q")
    sample.reading.finish(Triage(sample).remove_shelf(MODELS))
    async with reading(sample) as reader:
        assert reader.view.desk.place == sample.counts().dates[0].date


async def test_the_timeline_names_the_shelf(sample: Library) -> None:
    """Rule: what was saved and removed is told by the name of the shelf, and can be taken back there."""
    save(sample, "model")
    sample.reading.finish(Triage(sample).remove_shelf(MODELS))
    async with reading(sample, (160, 40)) as reader:
        await reader.press("U")
        await reader.until(lambda: "shelf removed" in reader.text)
        assert "shelf saved" in reader.text
        assert reader.text.count("Models") == 2
        await reader.press("enter")
        await reader.until(lambda: sample.reading.shelves() == {MODELS: "model"})


# The queries that were kept


async def _keep(reader: Reading, query: str) -> None:
    await reader.filter(query)
    await reader.press("enter")
    await reader.until(lambda: not reader.triage.filter_commands.is_open)
    await reader.press("escape")


async def test_the_queries_that_were_kept_come_back_newest_first(sample: Library) -> None:
    """Rule: ↑ goes to older queries, ↓ to newer ones and then to what was being typed; there ↓ goes to the list."""
    async with reading(sample) as reader:
        bar = reader.triage.filter_commands.bar
        for query in ("model", "learning", "model", "data"):
            await _keep(reader, query)
        await reader.press("/")
        await reader.type("gra")
        seen = []
        for key in ("up", "up", "up", "up", "down", "down", "down"):
            await reader.press(key)
            seen.append(bar.value)
        assert seen == ["data", "model", "learning", "learning", "model", "data", "gra"]
        await reader.press("down")
        await reader.until(lambda: not reader.triage.filter_commands.is_open)
        assert reader.view.desk.filter == "gra"


async def test_typing_ends_the_walk(sample: Library) -> None:
    """Rule: a query that was changed is what is being typed now, and the walk begins anew from there."""
    async with reading(sample) as reader:
        bar = reader.triage.filter_commands.bar
        for query in ("model", "data"):
            await _keep(reader, query)
        await reader.press("/", "up", "up")
        await reader.type("s")
        assert bar.value == "models"
        await reader.press("up")
        assert bar.value == "data"
        await reader.press("down")
        assert bar.value == "models"


async def test_a_decision_keeps_the_query_and_the_session_remembers_it(sample: Library) -> None:
    """Rule: what was only typed is not remembered, what was decided on or kept is, at the next start, too."""
    async with reading(sample) as reader:
        await reader.press("/", "up")
        assert "there is no earlier query" in reader.footer
        await reader.press("escape")
        await reader.filter("learning")
        await reader.press("escape", "escape")
        assert reader.view.session.queries == ()
        await reader.filter("model")
        await reader.press("enter")
        await reader.press("q")
    stored = json.loads((sample.folder / "session.json").read_text())
    assert stored["queries"] == ["model"]
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.ALL)
        await reader.press("/", "up")
        await reader.answered("model")


async def test_a_shelf_is_renamed_where_it_stands(sample: Library) -> None:
    """Rule: the dialog offers the present name; the open list stays open under the new one; undo takes it back."""
    save(sample, "model")
    async with reading(sample) as reader:
        await open_shelf(reader)
        titles = reader.titles
        await reader.palette("Rename shelf")
        await reader.until(lambda: isinstance(reader.screen, LineDialog))
        await reader.type(" of language")
        await reader.press("enter")
        renamed = SavedShelf(Safe("Models of language"))
        await reader.until(lambda: reader.view.desk.place == renamed and reader.titles == titles)
        assert sample.reading.shelves() == {renamed: "model"}
        assert _is_listed(reader, "Models of")
        await reader.press("u")
        await reader.until(lambda: sample.reading.shelves() == {MODELS: "model"})
        await open_shelf(reader)
        await reader.press(":")
        await reader.type("rename-shelf Other")
        await reader.press("enter")
        await reader.until(lambda: sample.reading.shelves() == {SavedShelf(Safe("Other")): "model"})


async def test_shelves_are_moved_with_keys(sample: Library) -> None:
    """Rule: the open shelf moves up and down in the library; a list that is no shelf says why it cannot."""
    others = [SavedShelf(Safe(name)) for name in ("A", "B")]
    for shelf in (*others, MODELS):
        save(sample, "model", shelf)
    async with reading(sample) as reader:
        await reader.press("ctrl+up")
        assert "only saved shelves can be moved" in reader.status
        await open_shelf(reader)
        await reader.press("ctrl+up", "ctrl+up")
        await reader.settled()
        assert list(sample.reading.shelves()) == [MODELS, *others]
        rows = [line[:22].strip(" ▌") for line in reader.text.split("\n")]
        places = [
            next(row for row, text in enumerate(rows) if text.startswith(name)) for name in ("Models", "A ", "B ")
        ]
        assert places == sorted(places)
        await reader.press("ctrl+down")
        await reader.settled()
        assert list(sample.reading.shelves()) == [others[0], MODELS, others[1]]
