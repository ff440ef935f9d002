"""The ranking files of a library: the vocabulary, the vectors of its terms, and the features of its papers.

A folder holds generations, each a folder with a number. What is learned once (vocabulary and vectors of terms) is
written once; papers are appended. `meta.json` is replaced last: it names the generation and says how much of each file
counts, with checksums. What a killed writer left behind it is cut off by the next one. All of it can be deleted at any
time, and is built again.
"""

from __future__ import annotations

import json
import mmap
import shutil
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paperreader.files.atomic import replace_file
from paperreader.ranking.features import Features
from paperreader.ranking.vocabulary import Vocabulary

VERSION = 1
META = "meta.json"
_LEARNED = {"hashes": np.uint32, "weights": np.float32, "basis": np.float16, "mean": np.float32}
_APPENDED = {
    "papers": np.int64, "texts": np.int64, "sizes": np.uint8, "terms": np.uint16, "counts": np.uint8,
    "lengths": np.float32, "vectors": np.int8,
}  # fmt: skip
_UNREADABLE = (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
"""The errors that a damaged file can raise."""


@dataclass(frozen=True, slots=True)
class RankMark:
    """What ranking files were built from: a catalogue, its edition, and how many papers the vocabulary was learned of.

    `sizes` and `checks` (CRC-32) are those of the files, by name.
    """

    version: int
    generation: int
    catalogue: str
    edition: str
    learned_of: int
    dimensions: int
    sizes: Mapping[str, int]
    checks: Mapping[str, int]


@dataclass(frozen=True)
class RankFiles:
    """Ranking files that were read: the number of the paper in each row, the text it was made from, its features."""

    mark: RankMark
    papers: NDArray[np.int64]
    texts: NDArray[np.int64]
    features: Features
    _maps: tuple[mmap.mmap, ...] = ()

    def release(self) -> None:
        """Give the pages of the mapped files back to the system, which reads them again where they are needed."""
        for mapped in self._maps:
            mapped.madvise(mmap.MADV_DONTNEED)

    def rows_of(self, papers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each of these papers; the last one, if a paper was written again; -1 for an unknown paper."""
        if not len(self.papers):
            return np.full(len(papers), -1, np.int64)
        ordered, order = self._ordered
        places = np.searchsorted(ordered, papers, side="right") - 1
        rows = order[np.maximum(places, 0)]
        return np.where((places >= 0) & (self.papers[rows] == papers), rows, -1)

    @cached_property
    def _ordered(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The papers, ascending, and the row of each."""
        order = np.argsort(self.papers, kind="stable")
        return self.papers[order], order

    def latest(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The papers, ascending, and the row of each. A paper that was written again has rows that do not count."""
        papers = np.unique(self._ordered[0])
        return papers, self.rows_of(papers)


def load_mark(folder: Path) -> RankMark | None:
    """What the files of a folder were built from; None if there are none that this version reads."""
    try:
        whole = json.loads((folder / META).read_bytes())
        mark = RankMark(**whole["mark"])
    except _UNREADABLE:
        return None
    return mark if mark.version == VERSION and whole["check"] == _check(whole["mark"]) else None


def load(folder: Path, mark: RankMark) -> RankFiles | None:
    """The ranking files of a folder; None if one of them is missing or damaged."""
    found, maps = dict[str, NDArray[Any]](), list[mmap.mmap]()
    try:
        for name, column, mapped in _read(folder, mark):
            found[name] = column
            maps += [mapped] if mapped else []
    except _UNREADABLE:
        return None
    if len(found) < len(_LEARNED) + len(_APPENDED):
        return None
    vocabulary = Vocabulary(found["hashes"], found["weights"])
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(found["sizes"], dtype=np.int64)])
    features = Features(
        vocabulary,
        starts,
        found["terms"],
        found["counts"],
        found["lengths"],
        found["vectors"].reshape(len(found["papers"]), mark.dimensions),
        found["basis"].reshape(len(vocabulary.hashes), mark.dimensions),
        found["mean"],
    )
    is_whole = len(starts) - 1 == len(found["papers"]) == len(found["texts"]) and starts[-1] == len(found["terms"])
    return RankFiles(mark, found["papers"], found["texts"], features, tuple(maps)) if is_whole else None


def write_anew(folder: Path, catalogue: str, edition: str, papers: NDArray[np.int64], texts: NDArray[np.int64],
               features: Features) -> RankMark:  # fmt: skip
    """Write a new generation beside the old one, and remove the old one. Raises OSError."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = load_mark(folder)
    number = before.generation + 1 if before else 1
    home = folder / str(number)
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(mode=0o700)
    learned: dict[str, NDArray[Any]] = {
        "hashes": features.vocabulary.hashes,
        "weights": features.vocabulary.weights,
        "basis": features.basis,
        "mean": features.mean,
    }
    empty = RankMark(VERSION, number, catalogue, edition, len(papers), features.basis.shape[1], {}, {})
    mark = _written(folder, empty, learned | _columns(papers, texts, features), edition)
    for other in folder.iterdir():
        if other.is_dir() and other.name != str(number):
            shutil.rmtree(other, ignore_errors=True)
    return mark


def append(folder: Path, mark: RankMark, edition: str, papers: NDArray[np.int64], texts: NDArray[np.int64],
           features: Features) -> RankMark:  # fmt: skip
    """Append papers, of features with the same vocabulary. Raises OSError."""
    return _written(folder, mark, _columns(papers, texts, features), edition)


def _columns(papers: NDArray[np.int64], texts: NDArray[np.int64], features: Features) -> dict[str, NDArray[Any]]:
    return {
        "papers": papers,
        "texts": texts,
        "sizes": np.diff(features.starts),
        "terms": features.terms,
        "counts": features.counts,
        "lengths": features.lengths,
        "vectors": features.vectors,
    }


def _written(folder: Path, mark: RankMark, columns: Mapping[str, NDArray[Any]], edition: str) -> RankMark:
    """Add columns to the files of a generation, then replace the mark."""
    kinds = _LEARNED | _APPENDED
    sizes, checks = dict(mark.sizes), dict(mark.checks)
    for name, column in columns.items():
        data = np.ascontiguousarray(column, kinds[name]).tobytes()
        with (folder / str(mark.generation) / name).open("r+b" if name in sizes else "wb") as file:
            file.truncate(sizes.get(name, 0))  # what a killed writer left
            file.seek(sizes.get(name, 0))
            file.write(data)
        sizes[name] = sizes.get(name, 0) + len(data)
        checks[name] = zlib.crc32(data, checks.get(name, 0))
    written = RankMark(
        mark.version, mark.generation, mark.catalogue, edition, mark.learned_of, mark.dimensions, sizes, checks
    )
    values = asdict(written)
    replace_file(folder / META, json.dumps({"mark": values, "check": _check(values)}).encode())
    return written


def _read(folder: Path, mark: RankMark) -> Iterator[tuple[str, NDArray[Any], mmap.mmap | None]]:
    """Each file as an array that is mapped into memory, with its map; None if it is empty. Ends at a damaged one."""
    for name, kind in (_LEARNED | _APPENDED).items():
        size = mark.sizes[name]
        path = folder / str(mark.generation) / name
        if path.stat().st_size < size:
            return
        with path.open("rb") as file:
            mapped = mmap.mmap(file.fileno(), size, access=mmap.ACCESS_READ) if size else None
        if zlib.crc32(mapped or b"") != mark.checks[name]:
            return
        yield name, np.frombuffer(mapped, kind) if mapped else np.empty(0, kind), mapped


def _check(value: object) -> int:
    return zlib.crc32(json.dumps(value, sort_keys=True).encode())
