"""Memory: an open reader frees what it no longer shows."""

from dataclasses import replace

from piloting import reading

from paperreader.services.library import Library
from paperreader.ui.limits import USUAL


async def test_nothing_stays_of_toasts_that_a_dialog_took_away(sample: Library) -> None:
    """Rule: the holder of a toast goes with the toast."""
    async with reading(sample, toasts=True, limits=replace(USUAL, tidy=0.02)) as one:
        one.app.notify("3 papers, 3 new", timeout=600)
        await one.until(lambda: bool(one.app.screen.query("ToastHolder")))
        one.app.clear_notifications()
        await one.until(lambda: not one.app.screen.query("ToastHolder"))
