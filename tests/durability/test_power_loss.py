"""Whatever a power loss leaves of a session's writes, what was acknowledged is there."""

from __future__ import annotations

import pytest
from examples import how_many
from power_loss import lose_power
from stock_storage import STOCK

from paperreader.storage.reading import store as reading_store

EVERY = how_many(10, 1)
"""Of so many images that a power loss may leave one is looked at."""


def test_no_power_loss_loses_what_was_acknowledged() -> None:
    """Rule: after any call, with what was not synced dropped, cut or reordered, every acknowledged action is there.

    So it is where power is lost once more while the store mends what the first loss left.
    """
    tally = lose_power(every=EVERY, again_at=7 * EVERY)
    assert tally.images > how_many(100, 2_000), "the session was too short to prove anything"
    assert tally.faults() == []


@pytest.mark.parametrize("name", STOCK)
def test_a_power_loss_undoes_tinydbs_own_storages(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same harness finds that TinyDB's own storages lose decisions: it can tell."""
    monkeypatch.setattr(reading_store, "JournalStorage", STOCK[name])
    tally = lose_power()
    assert tally.lost
    if name == "JSONStorage":
        assert tally.unreadable
