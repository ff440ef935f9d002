"""Tags as lists in the library."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from piloting import PATIENCE, Reading, reading

from paperreader.domain.decision import EditTags, SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.lists import SavedShelf, Shelf, TagList
from paperreader.domain.reading_state import make_tags
from paperreader.domain.text import Safe
from paperreader.services.library import Counts, Library
from paperreader.services.triage import Triage
from paperreader.storage.session import load_session, save_session
from paperreader.ui.dialogs.tags import TagDialog
from paperreader.ui.limits import Limits
from paperreader.ui.presenting.grid import LIBRARY_MOST
from paperreader.ui.presenting.library_rows import MOST_TAGS, columns_for, date_rows

SOON = Limits(count_shelves=0.01, recount_shelves=0.01)
NLP = TagList(Safe("nlp"))


def _tag(library: Library, keys: list[PaperKey], *tags: str) -> None:
    library.reading.finish(Triage(library).decide("tag", keys, EditTags(make_tags(tags))))


def _library_pane(reader: Reading, columns: int = 22) -> list[str]:
    return [line[:columns].strip(" ▌│") for line in reader.text.split("\n")[2:-1]]


async def test_tags_stand_in_the_library_and_open_their_papers(sample: Library) -> None:
    """Rule: a tag with its count stands below the shelves; its list has its papers, and is remembered."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:5]).values())
    _tag(sample, keys[:3], "nlp")
    _tag(sample, keys[3:5], "vision", "nl")
    async with reading(sample, limits=SOON) as reader:
        await reader.until(lambda: any(line.startswith("#nlp") for line in _library_pane(reader)))
        rows = _library_pane(reader)
        heading = next(at for at, line in enumerate(rows) if line.startswith("Tags "))
        assert heading < next(at for at, line in enumerate(rows) if line.startswith("#nl "))
        assert next(line for line in rows if line.startswith("#nlp")).split() == ["#nlp", "3"]
        reader.triage.open_place(NLP)
        await reader.until(lambda: sorted(reader.keys) == sorted(keys[:3]))
        assert "#nlp" in reader.header
        await reader.filter("zzzz")
        await reader.until(lambda: "No paper in #nlp matches" in reader.text)
        await reader.press("escape", "d")
        await reader.settled()
        session = reader.view.session
    assert session.place == NLP
    async with reading(sample, limits=SOON) as again:
        again.triage.open_place(again.view.desk.first_place(session.place))
        assert len(again.titles) == 3


async def test_a_new_tag_appears_and_one_without_papers_leaves(sample: Library) -> None:
    """Rule: the library follows what is decided, in this window and in others."""
    async with reading(sample, limits=SOON) as reader:
        key = [reader.key]
        _tag(sample, key, "fresh")
        await reader.until(lambda: any(line.startswith("#fresh") for line in _library_pane(reader)))
        sample.reading.finish(Triage(sample).decide("tag", key, EditTags(remove=make_tags(["fresh"]))))
        await reader.until(lambda: not any(line.startswith("#fresh") for line in _library_pane(reader)))
        assert not any(line.startswith("Tags ") for line in _library_pane(reader))
        reader.triage.open_place(TagList(Safe("fresh")))
        await reader.until(lambda: "No paper has the tag #fresh any more" in reader.text)


def test_many_tags_are_the_most_used_and_a_count_of_the_others(sample: Library) -> None:
    """Rule: a hundred tags take no more than so many lines, the open one among them."""
    tags = {f"tag{number:03}": number for number in range(100)}
    rows = date_rows(Library.counts(sample), {}, tags, TagList(Safe("tag000")))
    labels = [str(rows[at].label) for at in range(len(rows))]
    start = labels.index("Tags")
    shown = labels[start + 1 : start + MOST_TAGS + 2]
    assert shown == ["#tag000", *(f"#tag{number:03}" for number in range(100 - MOST_TAGS, 100))]
    assert labels[start + MOST_TAGS + 2] == f"{99 - MOST_TAGS} more"


def test_the_list_of_a_tag_is_that_of_its_query(sample: Library) -> None:
    """Rule: only the whole tag counts; starred papers of other tags are not in it."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:4]).values())
    _tag(sample, keys[:2], "nlp")
    _tag(sample, keys[2:3], "nlp-tools")
    sample.reading.finish(Triage(sample).decide("star", keys[3:], SetStar(True)))
    assert set(sample.keys_of(sample.ids(NLP)).values()) == set(keys[:2])


@pytest.mark.parametrize("name", ["a b", "#x"])
def test_the_name_of_a_tag_list_is_the_tag(name: str) -> None:
    """Rule: texts of places are told apart by their prefix."""
    assert str(TagList(Safe(name))) == f"tag:{name}"


async def test_enter_on_a_tag_in_the_library_goes_to_its_papers(sample: Library) -> None:
    """Rule: the cursor of the library opens the list of a tag, and Enter goes to it."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:3]).values())
    _tag(sample, keys, "nlp")
    for size in ((140, 40), (80, 24)):
        async with reading(sample, size, limits=SOON) as reader:
            await reader.until(lambda: reader.view.desk.tags == {"nlp": 3})
            await reader.press("h", "home")
            await reader.until(lambda: reader.view.dates.has_focus)
            rows = [row.place for row in reader.view.dates._rows if row.place is not None]
            await reader.press(*["j"] * rows.index(NLP))
            await reader.until(lambda: reader.view.desk.place == NLP)
            await reader.press("enter")
            await reader.until(lambda: reader.view.papers.has_focus)
            assert sorted(reader.keys) == sorted(keys)


def test_a_tag_counts_the_papers_of_its_list(sample: Library) -> None:
    """Rule: papers that the catalogue lost count where the list shows them, and a joined paper counts once."""
    keys = list(sample.keys_of(sample.catalogue.all_ids()[:4]).values())
    _tag(sample, keys, "nlp")
    _tag(sample, keys[:1], "vision")
    counts = {"nlp": 4, "vision": 1}
    assert sample.tag_counts() == counts
    for lost in ("id = (SELECT min(id) FROM papers)", "true"):
        sample.catalogue.connection.execute("PRAGMA foreign_keys = OFF")
        with sample.catalogue.transaction():
            sample.catalogue.connection.execute(f"DELETE FROM papers WHERE {lost}")
        found = {tag: len(sample.rows(sample.ids(TagList(Safe(tag))))) for tag in counts}
        assert sample.tag_counts() == found


async def test_the_tag_dialog_counts_off_the_loop(sample: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: no key waits while many tags are counted; what was counted last is used while it holds."""
    _tag(sample, list(sample.keys_of(sample.catalogue.all_ids()[:3]).values()), "nlp")
    threads: list[str] = []
    count = Library.tag_counts

    def watched(library: Library) -> dict[str, int]:
        threads.append(threading.current_thread().name)
        return count(library)

    monkeypatch.setattr(Library, "tag_counts", watched)
    async with reading(sample) as reader:
        for _ in range(2):
            await reader.press("t")
            await reader.until(lambda: isinstance(reader.screen, TagDialog) and "#nlp" in reader.text)
            await reader.press("escape")
            await reader.until(lambda: reader.screen is reader.triage)
    assert len(threads) == 1
    assert threading.main_thread().name not in threads


def test_the_library_is_wide_enough_for_its_names() -> None:
    """Rule: the library grows from 22 to 26 columns before a name is cut; no count cuts a name that fits."""
    counts = Counts(papers=5_310, shelves=dict.fromkeys(Shelf, 1_204), dates=(), files=())

    def columns(name: str, papers: int | None) -> int:
        return columns_for(date_rows(counts, {SavedShelf(Safe(name)): papers}))

    assert [columns("x" * length, 12) for length in (5, 16, 17, 20, 40)] == [22, 22, 23, 26, 26]
    assert columns("x" * 17, 1_204) == 26
    assert columns("x" * 17, None) == 22


async def test_the_library_grows_once_and_stays(sample: Library) -> None:
    """Rule: the width is remembered, so that no pane moves after the next start."""
    _tag(sample, list(sample.keys_of(sample.catalogue.all_ids()[:3]).values()), "reinforcement-learns")
    async with reading(sample, limits=SOON) as reader:
        await reader.until(
            lambda: any(line.startswith("#reinforcement-learns 3") for line in _library_pane(reader, 26))
        )
        assert reader.view.grid.papers.x == LIBRARY_MOST == reader.view.dates.region.right
        session = reader.view.session
    save_session(sample.folder / "session.json", session)
    assert load_session(sample.folder / "session.json").library == LIBRARY_MOST
    async with reading(sample) as again:
        assert again.view.grid.library.width == LIBRARY_MOST


async def test_a_slow_count_holds_up_no_dialog(sample: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the dialog opens with the tags as they were counted last, if a new count takes long."""
    _tag(sample, list(sample.keys_of(sample.catalogue.all_ids()[:3]).values()), "nlp")
    may_end = threading.Event()
    count = Library.tag_counts

    def slow(library: Library) -> dict[str, int]:
        may_end.wait(PATIENCE)
        return count(library)

    async with reading(sample, limits=replace(SOON, count_tags=0.01)) as reader:
        await reader.until(lambda: reader.view.desk.tags == {"nlp": 3})
        monkeypatch.setattr(Library, "tag_counts", slow)
        _tag(sample, [reader.key], "fresh")
        await reader.press("t")
        await reader.until(lambda: isinstance(reader.screen, TagDialog) and "#nlp" in reader.text)
        may_end.set()
        await reader.press("escape")
        await reader.until(lambda: reader.view.desk.tags.keys() == {"nlp", "fresh"})
