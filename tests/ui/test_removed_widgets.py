"""The mouse on what is still painted and no longer there."""

from __future__ import annotations

from piloting import reading
from textual.events import MouseDown, MouseMove
from textual.widget import Widget
from textual.widgets._toast import Toast

from paperreader.services.library import Library


async def test_a_click_on_a_toast_that_has_just_gone_does_nothing(sample: Library) -> None:
    """Rule: a press or a move of the mouse between the removal of a widget and the next frame ends nothing."""
    async with reading(sample, (80, 24), toasts=True) as reader:
        reader.app.notify("one moment", timeout=600)
        await reader.until(lambda: "one moment" in reader.text)
        toast = reader.screen.query_one(Toast)
        x, y = toast.region.offset
        assert isinstance(toast.parent, Widget)
        await toast.parent.remove()
        for kind in (MouseDown, MouseMove):
            assert reader.app.get_widget_at(x, y)[0] is toast
            await reader.app.on_event(kind(None, x, y, 0, 0, 1, False, False, False, x, y, None))
        await reader.until(lambda: "one moment" not in reader.text)
        await reader.press("j")
        assert reader.row == 1
