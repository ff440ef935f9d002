"""How long to wait for another process, and who is told about the wait."""

from collections.abc import Callable
from dataclasses import dataclass


def _tell_nobody(_text: str) -> None:
    """Do nothing."""


@dataclass(frozen=True, slots=True)
class Patience:
    """Limits of waiting for another process, in seconds."""

    limit: float = 5.0
    """After this time the action is refused."""
    silence: float = 2.0
    """After this time `tell` is called once with the reason."""
    tell: Callable[[str], None] = _tell_nobody
