"""The update of the order by interest outlives what goes wrong in its thread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from piloting import Reading, reading
from ranked_dates import decide

from paperreader.domain.decision import SetStar
from paperreader.errors import StoreError
from paperreader.services.library import Library
from paperreader.ui.background.order_update import OrderUpdate
from paperreader.ui.limits import USUAL

SOON = replace(USUAL, learn=0.01, keep_scores=0.01)
ON_REQUEST = replace(USUAL, learn=3_600.0)


def _refuse(*_arguments: object) -> None:
    raise StoreError("the catalogue cannot be read")


async def _told(reader: Reading) -> None:
    await reader.until(lambda: reader.status == "the catalogue cannot be read")


async def test_a_catalogue_that_cannot_be_opened_is_told_and_tried_again(
    taught: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rule: the reader goes on with the order of the pages, and learns once the catalogue can be opened."""
    async with reading(taught, limits=ON_REQUEST) as reader:
        with monkeypatch.context() as patch:
            patch.setattr(taught, "reopen", _refuse)
            reader.triage._interest.follow()
            await _told(reader)
        reader.triage._interest.follow()
        await reader.until(lambda: reader.view.desk.interest.learned)


async def test_an_error_while_learning_is_told_once(taught: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a failure is told, not after every decision; decisions are made as always."""
    monkeypatch.setattr(OrderUpdate, "_learn", _refuse)
    async with reading(taught, limits=SOON) as reader:
        await _told(reader)
        before = len(reader.starred)
        await reader.press("s")
        await reader.settled()
        await reader.until(lambda: "starred" in reader.status)
        assert len(reader.starred) == before + 1


async def test_scores_that_cannot_be_kept_are_learned_again(taught: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a refusal of the disk costs the next start its order, and nothing else."""
    monkeypatch.setattr("paperreader.ui.background.order_update.keep_order", _refuse)
    async with reading(taught, limits=SOON) as reader:
        await reader.until(lambda: reader.view.desk.interest.learned)
        decide(taught, SetStar(True), 16)
        reader.triage._interest.follow()
        await reader.until(lambda: reader.view.desk.interest.learned.scores.decisions == 11)  # type: ignore[union-attr]
