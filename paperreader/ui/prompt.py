"""What waits for the next key in the footer's line: a count such as `5`, or a question that one key answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace

from paperreader.ui.terminal.type_ahead import KeyGate

LONGEST_COUNT = 7
"""Digits of a count; more digits are ignored."""
TIMED_OUT = ""
"""The answer to a question whose time is over."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question: its title, the keys that answer it with their labels, what Esc does, and a key that is no answer."""

    title: str
    answers: Mapping[str, str]
    leaving: str
    refused: str = ""


class Prompt:
    """Takes the keys of a count, and the key that answers a question."""

    def __init__(self, keys: KeyGate, show: Callable[[], None]) -> None:
        self._keys, self._show = keys, show
        self.question: Question | None = None
        self.digits = ""
        """The digits typed so far."""
        self.count: int | None = None
        """The count before the current key, if any."""
        self._answer: asyncio.Future[str | None] | None = None
        self._leaves: Collection[str] = ()
        self._takes_any = False

    async def ask(
        self,
        title: str,
        answers: Mapping[str, str],
        *,
        leaves: Collection[str] = (),
        leaving: str = "leaves",
        within: float | None = None,
    ) -> str | None:
        """The key that answers a question; None after Esc or a key of `leaves`.

        Any other key leaves the question open. With a time limit any other key is an answer too, and TIMED_OUT is the
        answer once the time is over. Keys are held from the answer on, until the caller releases them.
        """
        loop = asyncio.get_running_loop()
        self._answer, self._leaves, self._takes_any = loop.create_future(), ("escape", *leaves), within is not None
        self.question = Question(title, answers, leaving)
        timer = loop.call_later(within, self._settle, TIMED_OUT) if within is not None else None
        self._show()
        self._keys.release()
        try:
            return await self._answer
        finally:
            if timer:
                timer.cancel()

    def take(self, key: str, *, counts: bool) -> bool:
        """Take a key, unless it is a command. `counts`: whether a digit belongs to a count."""
        if self.question:
            if key in self._leaves:
                self._settle(None)
            elif key in self.question.answers or self._takes_any:
                self._settle(key)
            else:
                self.question = replace(self.question, refused=key)
                self._show()
            return True
        self.count = None
        before = self.digits
        if before and key == "escape":
            self.digits = ""
        elif counts and len(key) == 1 and key in "0123456789" and (before or key != "0"):
            self.digits = before + key if len(before) < LONGEST_COUNT else before
        else:
            self.drop_count()
            self.count = int(before) if before else None
            return False
        self._show()
        return True

    def drop_count(self) -> None:
        """Forget the digits."""
        if self.digits:
            self.digits = ""
            self._show()

    def _settle(self, key: str | None) -> None:
        """Answer the question. The next keys are meant for what the answer does."""
        answer, self._answer, self.question = self._answer, None, None
        if answer and not answer.done():
            self._keys.hold()
            answer.set_result(key)
        self._show()
