"""The date of the open list: setting it and undoing that."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import partial

import pytest
from piloting import Reading, reading

from paperreader.domain.listing import ListingName
from paperreader.domain.lists import Shelf
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.listings import follow_dates
from paperreader.ui.dialogs.dialog import LineDialog
from paperreader.ui.dialogs.timeline import TimelineScreen
from paperreader.ui.limits import Limits

NEW = date(2021, 2, 3)


async def _set_date(reader: Reading, text: str) -> None:
    await reader.press("D")
    await reader.until(lambda: isinstance(reader.screen, LineDialog))
    await reader.press("ctrl+u")
    await reader.type(text)
    await reader.press("enter")


def _is_open(reader: Reading, day: date) -> bool:
    return reader.view.desk.place == day


async def test_a_date_is_set_and_taken_back_where_it_is_shown(sample: Library) -> None:
    """Rule: D moves the open list, u moves it back, ^r again; the list stays open and says where it is."""
    async with reading(sample) as reader:
        day, titles = reader.view.desk.place, reader.titles
        assert isinstance(day, date)
        await _set_date(reader, "3 Feb")
        assert "2025-03-14" in reader.text, "what is no date is answered with how to write one"
        await reader.press("ctrl+u")
        await reader.type(NEW.isoformat())
        await reader.press("enter")
        await reader.until(lambda: reader.view.desk.place == NEW)
        assert "Wed 3 Feb 2021" in reader.header
        assert reader.titles == titles
        assert "date set" in reader.status
        for key, place in (("u", day), ("ctrl+r", NEW), ("u", day)):
            await reader.press(key)
            await reader.until(partial(_is_open, reader, place))
            assert reader.titles == titles
        assert "undone: date set" in reader.status


async def test_a_list_that_joins_another_one_is_asked_about_and_leaves_it_again(sample: Library) -> None:
    """Rule: joining two lists needs a second Enter. Undo separates them again."""
    other, day = (count.date for count in sample.counts().dates[:2])
    alone = {paper: place for place in (other, day) for paper in [frozenset(sample.ids(place))]}
    async with reading(sample) as reader:
        reader.view.open_place(day)
        await reader.until(lambda: reader.view.desk.place == day)
        await _set_date(reader, other.isoformat())
        assert "Enter again joins them" in reader.text
        await reader.press("enter")
        await reader.until(lambda: reader.view.desk.place == other)
        assert frozenset(reader.view.desk.ids) == frozenset().union(*alone)
        await reader.press("u")
        await reader.until(lambda: frozenset(reader.view.desk.ids) in alone)
        assert alone[frozenset(reader.view.desk.ids)] == reader.view.desk.place


async def test_the_timeline_says_what_moved(sample: Library) -> None:
    """Rule: the timeline names both dates, and Enter moves the listing back."""
    async with reading(sample, (160, 40)) as reader:
        day = reader.view.desk.place
        await _set_date(reader, NEW.isoformat())
        await reader.until(lambda: reader.view.desk.place == NEW)
        await reader.press("U")
        await reader.until(lambda: isinstance(reader.screen, TimelineScreen) and "→ Wed 3 Feb 2021" in reader.text)
        await reader.press("enter")
        await reader.until(lambda: reader.view.desk.place == day)


async def test_a_date_that_the_shell_sets_is_shown_and_asked_about(sample: Library) -> None:
    """Rule: an open reader shows a date set by another window. u asks before it overwrites that date."""
    async with reading(sample) as reader:
        await _set_date(reader, NEW.isoformat())
        await reader.until(lambda: reader.view.desk.place == NEW)
        other = Library(sample.folder, window="shell 4711")
        other.finish(Triage(other).set_date(NEW, NEW + timedelta(days=1)))
        other.close()
        await reader.until(lambda: reader.view.desk.place == NEW + timedelta(days=1))
        await reader.press("u")
        await reader.until(lambda: reader.asks)
        assert "1 listing changed since" in reader.text


async def test_a_date_is_shown_as_soon_as_the_catalogue_can_be_written(
    sample: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: a saved date is kept while the catalogue cannot be written. The reader reports that and tries again."""
    tries = [0]

    def refuse_thrice(catalogue: Catalogue, confirmed: Mapping[ListingName, date]) -> int:
        tries[0] += 1
        if tries[0] <= 3:
            raise StoreError("catalogue.sqlite could not be written (disk full) and stays as it was")
        return follow_dates(catalogue, confirmed)

    async with reading(sample, limits=Limits(follow_again=0.01)) as reader:
        monkeypatch.setattr("paperreader.services.library.follow_dates", refuse_thrice)
        await _set_date(reader, NEW.isoformat())
        await reader.until(lambda: reader.view.desk.place == NEW)
        assert tries[0] > 3
        assert [toast for toast in reader.toasts if "disk full" in toast] == [
            "saved, but not applied to the lists yet: "
            "catalogue.sqlite could not be written (disk full) and stays as it was"
        ]


async def test_a_shelf_has_no_date(sample: Library) -> None:
    """Rule: a command that cannot act says why."""
    async with reading(sample) as reader:
        reader.triage.open_place(Shelf.ALL)
        await reader.press("D")
        assert "open a date first" in reader.status
        assert reader.library.reading.history() == []
