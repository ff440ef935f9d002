"""A library with a search index, its answers, and index files that are cut, changed, deleted or exchanged."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from query_reading import fill

from paperreader.domain.query.parser import parse_query
from paperreader.search.index.health import LOCK_NAME, MARK_NAME, load_mark, save_mark
from paperreader.services.indexing.update import Condition, catch_up, index_folder
from paperreader.services.library import Library
from paperreader.services.searching.library_search import LibrarySearch

QUERIES = (
    "", "zulu7", "zul", "title:quartz7 vexing9", "author:blitz1", "abstract:nine", '"zulu7 quartz7"', '"nine ze',
    "-omeganine is:unread", "quatrz", "feed:page", "date:2025-03-14", "upvotes:>2", "id:arxiv", "has:code OR is:again",
)  # fmt: skip
"""A question for every file of an index."""

Answers = dict[str, list[int]]


def make_indexed(folder: Path) -> None:
    """A library of random papers with an index of several segments."""
    library = Library(folder)
    for seed in (1, 2):
        fill(library, seed)
        catch_up(library.catalogue)
    library.close()


def mark_version(folder: Path, version: int) -> None:
    """Change the version of an index."""
    mark = load_mark(folder)
    assert mark
    save_mark(folder, version, mark.catalogue, mark.change, mark.edition)


class Indexed:
    """A library with an index, and its right answers."""

    def __init__(self, folder: Path) -> None:
        self.library = Library(folder)
        self.index = index_folder(self.library.catalogue)
        self.right = self.answers()
        assert self.right

    def answers(self) -> Answers | None:
        """The answers of the index; None if it is not used."""
        search = LibrarySearch(self.library)
        search.refresh()
        if not search.is_open:
            return None
        return {text: sorted(search.search(parse_query(text)).ids) for text in QUERIES}

    def catches_up(self) -> bool:
        """Whether one update repairs the index."""
        search = LibrarySearch(self.library)
        return search.catch_up() and search.refresh() is Condition.CURRENT and self.answers() == self.right

    def files(self) -> dict[str, bytes]:
        """The files of the index without the empty lock files."""
        return {
            path.name: path.read_bytes()
            for path in sorted(self.index.iterdir())
            if path.name != LOCK_NAME and path.suffix != ".lock"
        }


@dataclass
class Tally:
    """How many damaged indexes were opened, and the faults that were found."""

    images: int = 0
    refused: int = 0
    """How many were seen to be damaged, so that nothing was asked of them."""
    wrong: list[str] = field(default_factory=list)
    """Which raised, or answered something else."""
    left: list[str] = field(default_factory=list)
    """Which were not mended by catching up."""


def damages(files: dict[str, bytes], step: int) -> Iterator[tuple[str, str, bytes | None]]:
    """Damaged contents of each file, every `step` bytes; None is a deleted file."""
    chance = random.Random(step)
    for name, data in files.items():
        yield f"{name} deleted", name, None
        yield f"{name} emptied", name, b""
        yield f"{name} of zeros", name, bytes(len(data))
        yield f"{name} of rubbish", name, chance.randbytes(len(data))
        yield f"{name} grown", name, data + b"\0" * 8
        yield f"{name} twice", name, data + data
        sizes = range(chance.randrange(step), len(data), step * 4)
        for size in {1, 4, 8, len(data) - 8, len(data) - 4, len(data) - 1, *sizes}:
            yield f"{name} cut to {size} bytes", name, data[:size]
        for place in range(chance.randrange(step), len(data), step):
            bit = chance.randrange(8)
            flipped = bytearray(data)
            flipped[place] ^= 1 << bit
            yield f"{name} with bit {bit} of byte {place} flipped", name, bytes(flipped)
    for one in files:
        for other in files:
            if one < other and Path(one).suffix == Path(other).suffix and MARK_NAME not in (one, other):
                yield f"{one} in the place of {other}", other, files[one]


def damage_index(indexed: Indexed, step: int, mend_every: int) -> Tally:
    """Damage each file of an index, search it, and update some of them."""
    tally = Tally()
    files = indexed.files()
    for what, name, data in damages(files, step):
        tally.images += 1
        put(indexed.index / name, data)
        try:
            answers = indexed.answers()
            tally.refused += answers is None
            if answers not in (None, indexed.right):
                tally.wrong.append(what)
            if tally.images % mend_every == 0:
                if not indexed.catches_up():
                    tally.left.append(what)
                shutil.rmtree(indexed.index)
                indexed.index.mkdir()
                for each, whole in files.items():
                    put(indexed.index / each, whole)
        except BaseException as error:  # noqa: BLE001 - what breaks off in the library of the index is no Exception
            tally.wrong.append(f"{what}: {error!r}")
        put(indexed.index / name, files[name])
        put(indexed.index / MARK_NAME, files[MARK_NAME])  # it goes where an index cannot be opened
    return tally


def put(path: Path, data: bytes | None) -> None:
    """Write or delete a file; never in place, because a reader may have the old file open."""
    path.unlink(missing_ok=True)
    if data is not None:
        path.write_bytes(data)
