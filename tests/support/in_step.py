"""That the screen shows what the library counts."""

from __future__ import annotations

from piloting import Reading


async def assert_in_step(reader: Reading) -> None:
    """The header, the dates and the shelves show what the library counts anew."""
    await reader.settled()
    assert reader.view.desk.counts == reader.library.counts()
    counts = reader.library.counts()
    shown = {row.place: row.figures.split() for row in reader.view.dates._rows if row.place}
    for shelf in counts.shelves:
        assert shown[shelf] == [f"{counts.shelves[shelf]:,}"]
    for count in counts.dates:
        assert shown[count.date] == [f"{count.unread:,}" if count.unread else "✓", f"{count.papers:,}"]
        if count.date == reader.view.desk.place:
            decided = f"{count.papers - count.unread} of {count.papers} decided"
            left = f"{count.unread} left" if count.unread else "done"
            assert (decided if reader.view.bars.has_title else left) in reader.header
            assert f"★ {count.starred} " in reader.header
