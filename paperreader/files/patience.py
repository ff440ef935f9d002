"""How long to wait for another process, and whom to tell about it."""

from collections.abc import Callable
from dataclasses import dataclass


def _tell_nobody(_text: str) -> None:
    """Nobody watches."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of a wait for another process, in seconds."""

    limit: float = 5.0
    """When the wait ends and the action is refused."""
    silence: float = 2.0
    """When `tell` is called, once, with what is waited for."""
    claim: float = 1.0
    """When the wait for a claim ends, where there are no locks: a window keeps its claim, a verb has it for less."""
    tell: Callable[[str], None] = _tell_nobody
