"""What an examination of the library and its surroundings found, one value a check."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters; only a problem is a failure."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was looked at, what is there, and what to do about it where something is."""

    level: Level
    subject: str
    text: str
    cure: str = ""

    def __post_init__(self) -> None:
        assert self.level is not Level.OK or not self.cure, "what is in order needs no cure"
