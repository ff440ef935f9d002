"""The findings of `paperreader doctor`, one for each check."""

from dataclasses import dataclass
from enum import StrEnum


class Level(StrEnum):
    """The severity of a finding. Only a problem is a failure."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one check: what was checked, what was found, and the cure if there is a fault."""

    level: Level
    subject: str
    text: str
    cure: str = ""

    def __post_init__(self) -> None:
        assert self.level is not Level.OK or not self.cure, "a sound subject needs no cure"
