"""Keys before they are commands: counts, keys that wait for a second key, and keys without a command."""

from __future__ import annotations

import time
from collections.abc import Callable, Coroutine
from typing import Any

from textual import events
from textual.widget import Widget
from textual.widgets import Input

from paperreader.ui.keys.bindings import APPLICATION, MOVEMENT, action_of
from paperreader.ui.keys.command_table import Command, key_label, sequences
from paperreader.ui.presenting.key_lines import unknown_key
from paperreader.ui.prompt import TIMED_OUT
from paperreader.ui.view import View
from paperreader.ui.widgets.movement import Movement


class KeyCommands:
    """Takes the keys that belong to another key, and runs the commands of two keys."""

    def __init__(self, view: View, begin: Callable[[str], Coroutine[Any, Any, None] | None]) -> None:
        self._view, self._begin = view, begin
        self._sequences = sequences(view.commands)
        self._by_key = {key: command for command in view.commands for key in command.keys}
        self._told = ("", 0.0)
        """The last key that was called unknown, and when."""

    def takes(self, event: events.Key) -> bool:
        """Take a key that belongs to a count, answers a question, or waits for a second key."""
        prompt, focused = self._view.prompt, self._view.screen.focused
        key = _name(event)
        if not prompt.question and isinstance(focused, Input):
            prompt.drop_count()
            prompt.count = None
            return False
        if prompt.take(key, counts=key not in self._by_key):
            return True
        if isinstance(focused, Movement):
            focused.count = prompt.count
        if key not in self._sequences:
            return False
        self._view.run_command(self._wait_for_second(key, focused))
        return True

    def unknown(self, event: events.Key) -> None:
        """Say that a key does nothing; while it is held, only once in a while."""
        if isinstance(self._view.screen.focused, Input):
            return
        key, now = _name(event), time.monotonic()
        told, at = self._told
        if key != told or now - at >= self._view.limits.unknown_key:
            self._told = key, now
            self._view.tell(unknown_key(key, self._view.commands))

    async def _wait_for_second(self, first: str, focused: Widget | None) -> None:
        followers = self._sequences[first]
        names = {key: command.name.lower() for key, command in followers.items()}
        second = await self._view.prompt.ask(first, names, within=self._view.limits.second_key)
        command = self._by_key.get(first) if second == TIMED_OUT else followers.get(second or "")
        if command:
            await self.run(command, focused)
        elif second:
            known = ", ".join(f'{first}{key} is "{follower.name}"' for key, follower in followers.items())
            self._view.tell(f'"{first}{key_label(second)}" does nothing; {known}')

    async def run(self, command: Command, focused: Widget | None) -> None:
        """Run a command as its key would."""
        if command.id in (*MOVEMENT, *APPLICATION):
            await self._view.screen.app.run_action(action_of(command), focused)
        elif waiting := self._begin(command.id):
            await waiting


def _name(event: events.Key) -> str:
    """A key as the command table names it."""
    return event.character if event.character and event.is_printable and event.character != " " else event.key
