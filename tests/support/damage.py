"""A library of three generations whose files are cut, changed or deleted, and what a store makes of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from history_model import Contents
from power_loss import FOLDER, open_on, record_session
from reading_model import contents
from simulated_disk import Image, SimulatedDisk

from paperreader.domain.decision import SetStar
from paperreader.domain.identifiers import PaperKey


@dataclass
class Tally:
    """How many damaged libraries were opened, and what went wrong with which."""

    images: int = 0
    exceptions: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    """What had changed without a word."""


def damage_files(step: int = 1) -> Tally:
    """Cut each file at every byte, flip every bit of it, delete it; of cuts and flips every `step`."""
    tally = Tally()
    disk, states = record_session()
    image = disk.image()
    for name, damaged in _flips(image, step):
        _open(tally, name, damaged, [states[-1]])
    for name, damaged in _deletions(image):
        _open(tally, name, damaged, [states[-1]])
    for name, damaged, may_be_silent in _cuts(image, step):
        # A journal that ends with a line is a whole journal, of an earlier moment: nothing can tell it from one.
        _open(tally, name, damaged, states if may_be_silent else [states[-1]])
    return tally


def _flips(image: Image, step: int) -> Iterator[tuple[str, Image]]:
    count = 0
    for path, data in image.items():
        for place in range(len(data or b"")):
            for bit in range(8):
                count += 1
                if count % step == 0:
                    flipped = bytearray(data or b"")
                    flipped[place] ^= 1 << bit
                    yield f"{path.name} with bit {bit} of byte {place} flipped", image | {path: bytes(flipped)}


def _cuts(image: Image, step: int) -> Iterator[tuple[str, Image, bool]]:
    for path, data in image.items():
        for size in range(0, len(data or b""), step):
            cut = (data or b"")[:size]
            is_whole = path.suffix == ".journal" and (not cut or cut.endswith(b"\n"))
            yield f"{path.name} cut to {size} bytes", image | {path: cut}, is_whole


def _deletions(image: Image) -> Iterator[tuple[str, Image]]:
    for gone in image:
        yield f"{gone.name} deleted", {path: data for path, data in image.items() if gone not in (path, *path.parents)}


def _open(tally: Tally, name: str, image: Image, legal: list[Contents]) -> None:
    """Open a damaged library: it says so, or nothing has changed; then decide something, which must be there."""
    tally.images += 1
    if FOLDER not in image:
        return
    disk = SimulatedDisk(image)
    try:
        store = open_on(disk)
        found, notices = contents(store), store.take_notices()
        store.finish(store.decide("star", {PaperKey("title:after"): SetStar(True)}, {}))
        notices += store.take_notices()
        expected = contents(store)
        store.close()
        again = open_on(disk)
        if found not in legal and not notices:
            tally.silent.append(name)
        if contents(again) != expected or len(expected) != len(found) + 1:
            tally.silent.append(f"{name}, after the next decision")
        if again.take_notices():
            tally.silent.append(f"{name}: told twice")
    except Exception as error:  # noqa: BLE001 - whatever it is, the library could not be used
        tally.exceptions.append(f"{name}: {error!r}")
