"""A session on a simulated disk, and what a store makes of everything that a power loss could leave of it."""

from __future__ import annotations

from dataclasses import dataclass, field

from history_model import Contents
from reading_model import Windows, contents, steps_of_a_session, ticking
from simulated_disk import ROOT, Image, SimulatedDisk

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey
from paperreader.storage.reading.store import ReadingStore

FOLDER = ROOT / "library"
AFTER = PaperKey("title:after")


@dataclass
class Tally:
    """How many images were looked at, and what was wrong with which."""

    images: int = 0
    unreadable: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """All that was wrong."""
        return self.unreadable + self.lost


def open_on(disk: SimulatedDisk, window: int = 0) -> ReadingStore:
    """The store of a window on a simulated disk."""
    return ReadingStore(FOLDER, window=f"window {window}", system=disk, clock=ticking(window, 10))


def record_session() -> tuple[SimulatedDisk, list[Contents]]:
    """A disk on which a session took place, and the contents after each acknowledged action."""
    disk = SimulatedDisk()
    windows = Windows(lambda window: open_on(disk, window), 2)
    states = [windows.model.contents()]
    for step in steps_of_a_session():
        assert step(windows)
        if windows.acknowledged == len(states):
            states.append(windows.model.contents())
            disk.mark(windows.acknowledged)
    windows.close()
    return disk, states


def lose_power(*, every: int = 1, again_at: int = 0) -> Tally:
    """Record a session, lose power after each call and recover; try one of `every` images that may be left.

    Of one in `again_at` images power is lost once more while recovering.
    """
    tally = Tally()
    disk, states = record_session()
    for number, (marked, image) in enumerate(disk.crashes(), 1):
        if number % every:
            continue
        again = again_at > 0 and number % again_at == 0
        _recover(tally, image, states[marked : marked + 2], f"after {marked} actions", again=again)
    return tally


def _recover(tally: Tally, image: Image, legal: list[Contents], name: str, *, again: bool) -> None:
    """Open what was left, decide something, and open it once more: all of it must be there."""
    tally.images += 1
    disk = SimulatedDisk(image)
    try:
        store = open_on(disk)
        found = contents(store)
        if found not in legal:
            tally.lost.append(f"{name}: {found} in {image}")
            return
        opened = list(disk.log)
        store.finish(store.decide("star", {AFTER: SetStar(True)}, {}))
        expected = contents(store)
        store.close()
        if contents(open_on(disk)) != expected or len(expected) != len(found) + 1:
            tally.lost.append(f"{name}, then decided again: {image}")
    except Exception as error:  # noqa: BLE001 - whatever it is, the state could not be read
        tally.unreadable.append(f"{name}: {error!r} in {image}")
        return
    if again and opened:
        disk.log[:] = opened
        for _, left in disk.crashes():
            _recover(tally, left, legal, f"{name}, and again while recovering", again=False)
