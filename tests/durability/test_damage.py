"""Files of a library that are cut, changed or deleted: never an exception, never a silent change."""

from __future__ import annotations

import pytest
from damage import damage_files
from examples import how_many
from stock_storage import STOCK

from paperreader.storage.reading import store as reading_store

STEP = how_many(101, 7)
"""Of so many flips and cuts one is tried."""


def test_no_damage_to_a_file_is_an_exception_or_goes_unsaid() -> None:
    """Rule: cut, flipped or deleted, a library opens, says what changed if anything did, and goes on."""
    tally = damage_files(STEP)
    assert tally.images > 14_000 // STEP, "there was not enough to damage"
    assert tally.exceptions == []
    assert tally.silent == []


@pytest.mark.parametrize("name", STOCK)
def test_tinydbs_own_storages_do_not_bear_damage(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same harness finds exceptions and silent changes with TinyDB's own storages, so it can tell."""
    monkeypatch.setattr(reading_store, "JournalStorage", STOCK[name])
    tally = damage_files(step=7)
    assert tally.exceptions
    assert tally.silent
