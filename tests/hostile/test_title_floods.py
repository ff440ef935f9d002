"""Floods of captures that share a title or an id cost no more than their share, and stay the papers that they are."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest
from costs import check_growth
from examples import how_many
from floods import FLOODS, titles
from identity_worlds import Source, import_source, new_library

from paperreader.domain.decision import SetStar
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.services.library import Library
from paperreader.services.triage import Triage

SIZE = how_many(1_600, 8_000)
FEW = 60


def _import(library: Library, captures: Iterable[ParsedPaper], feed: str = "flood") -> None:
    import_source(library, Source((Listing(feed, date(2025, 3, 14)),), tuple(captures)))


def _import_anew(captures: Iterable[ParsedPaper]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        library = new_library(Path(folder) / "library")
        _import(library, captures)
        library.close()


@pytest.mark.parametrize("name", FLOODS)
def test_no_flood_costs_the_square_of_its_captures(name: str) -> None:
    """Rule: eight times as many captures cost no more than 24 times as much."""
    check_growth(_import_anew, lambda size: list(FLOODS[name].make(size)), SIZE)


@pytest.mark.parametrize("name", FLOODS)
@pytest.mark.parametrize("is_turned", [False, True])
def test_the_papers_of_a_flood_stay_what_they_are(name: str, is_turned: bool, tmp_path: Path) -> None:
    """Rule: in any order, in one import or several, with a star that stays on one of them."""
    flood = FLOODS[name]
    captures = list(flood.make(FEW))
    expected = 1 if flood.is_one else FEW
    library = new_library(tmp_path / "library")
    _import(library, captures[: FEW // 2][:: -1 if is_turned else 1])
    first = library.keys_of(library.ids(Shelf.ALL))
    key = next(iter(first.values()))
    library.finish(Triage(library).decide("star", [key], SetStar(True)))
    starred = library.entry(key).paper
    _import(library, captures[::-1] if is_turned else captures, "again")
    assert len(library.catalogue.all_ids()) == expected
    (entry,) = library.entries(library.ids(Shelf.STARRED))
    assert flood.is_one or (entry.paper.title, entry.paper.abstract) == (starred.title, starred.abstract)
    assert sum(entry.state.starred for entry in library.entries(library.catalogue.all_ids())) == 1
    library.close()


def test_titles_of_their_own_are_papers_of_their_own(tmp_path: Path) -> None:
    """Rule: what floods are held against is no flood."""
    library = new_library(tmp_path / "library")
    _import(library, titles(FEW))
    assert len(library.catalogue.all_ids()) == FEW
    library.close()
