"""A window that imports sources and decides about identities at random, beside others.

python identity_window.py FOLDER WORLD SEED COUNT

It imports the sources of the world of that number, each at some time, and says `imported` when all are there. It makes
COUNT decisions in all, or goes on for ever with 0.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from contextlib import suppress
from itertools import count, islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "support"))

from identity_worlds import World, all_names, import_source, shared_world

from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.errors import NothingToSettle, UnknownAction, UnknownPaper
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.library import Library
from paperreader.services.triage import Triage


def main(folder: Path, world: World, name: str, decisions: int) -> None:
    """Import and decide."""
    chance = random.Random(name)
    library = Library(folder, window=name)
    left = chance.sample(world, len(world))
    for number in islice(count(), decisions or None):
        if left and (number % 3 == 0 or number == decisions - 1):
            import_source(library, left.pop())
            if not left:
                print("imported", flush=True)
        with suppress(UnknownPaper, NothingToSettle, UnknownAction):
            _decide(library, chance, number, all_names(world))
    for source in left:
        import_source(library, source)
    library.close()


def _decide(library: Library, chance: random.Random, number: int, names: list[str]) -> None:
    library.reading.poll()
    keys = list(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    key, other = (chance.choice(keys) for _ in range(2))
    triage = Triage(library)
    decisions: list[Decision] = [
        SetStar(chance.random() < 0.7),
        SetStatus(chance.choice(list(ReadingStatus))),
        EditTags(add=make_tags([f"{library.reading.seq}-{number}"])),
        SetNote(make_note(f"note {number}")),
    ]
    works: list[Callable[[], object]] = [
        lambda: merge(library, key, other),
        lambda: merge(library, key, library.resolve(chance.choice(names))),
        lambda: split(library, PaperKey(key)),
        lambda: keep_apart(library, chance.choice(names), key),
        lambda: library.finish(triage.undo()),
        lambda: library.finish(triage.redo()),
        *(lambda: library.finish(triage.decide("decide", [key], chance.choice(decisions))) for _ in range(4)),
    ]
    chance.choice(works)()


if __name__ == "__main__":
    main(Path(sys.argv[1]), shared_world(int(sys.argv[2])), f"window-{sys.argv[3]}", int(sys.argv[4]))
