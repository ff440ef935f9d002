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
