"""A widget that the mouse drags by a handle."""

from abc import abstractmethod

from textual import events
from textual.message import Message
from textual.widget import Widget


class Draggable(Widget):
    """A widget with a handle, such as a scroll thumb. From press to release all events of the mouse are its own.

    It captures the mouse when an event is posted to it, not when it handles the event. A quick hand moves and releases
    before the press is handled. Those events would go to other widgets, and the handle would stick to the mouse.
    """

    @abstractmethod
    def is_handle(self, press: events.MouseDown) -> bool:
        """Whether the mouse was pressed on the handle."""

    def post_message(self, message: Message) -> bool:
        """Queue a message; a press on the handle captures the mouse, its release ends that."""
        is_held = isinstance(message, events.MouseEvent) and self.app.mouse_captured is self
        if isinstance(message, events.MouseDown) and self.is_handle(message):
            self.capture_mouse()
        elif is_held and isinstance(message, events.MouseMove) and not message.button:
            self.release_mouse()  # the terminal lost the release, perhaps outside its window
        is_posted = super().post_message(message)
        if is_held and isinstance(message, events.MouseUp):
            self.suppress_click()
            self.release_mouse()
        return is_posted
