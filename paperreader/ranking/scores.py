"""The scores of papers as plain numbers, in memory and in a file.

The reader orders its first list by the scores of its last session, before numpy is loaded. The file can be deleted at
any time.
"""

from __future__ import annotations

import json
import sys
import zlib
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from math import exp
from pathlib import Path

from paperreader.files.atomic import replace_file

LEAST_KEEPERS, LEAST_DECISIONS = 3, 5
"""With fewer decisions nothing is learned."""
NAME = "ranking"
"""The folder of the ranking files in the library's folder."""
VERSION = 1
FILE = "scores"
"""The name of the file in the folder of the ranking files."""
_KINDS = (("papers", "q"), ("logits", "f"), ("best", "q"))


@dataclass(frozen=True, slots=True)
class Scores:
    """What an order gives to papers: their numbers, ascending, the logit of each, and the papers best first."""

    papers: Sequence[int]
    logits: Sequence[float]
    best: Sequence[int]
    decisions: int
    """The decisions that the order was learned from."""

    def of(self, paper: int) -> float | None:
        """The logit of a paper; None for a paper without text, and for one that came later."""
        place = bisect_left(self.papers, paper)
        found = place < len(self.papers) and self.papers[place] == paper
        return self.logits[place] if found else None

    def ordered(self, ids: Sequence[int]) -> array[int]:
        """Papers by score. Equal papers, and those without a score at the end, keep their order."""
        scored = {paper: logit for paper in ids if (logit := self.of(paper)) is not None}
        known = sorted((paper for paper in ids if paper in scored), key=lambda paper: -scored[paper])
        return array("q", [*known, *(paper for paper in ids if paper not in scored)])


NO_SCORES = Scores((), (), (), 0)


def rank_folder(library: Path) -> Path:
    """The folder of the ranking files of a library."""
    return library / NAME


def percent(logit: float) -> int:
    """The chance of a logit in percent, from 0 to 100."""
    return round(100 / (1 + exp(-max(-30.0, min(30.0, logit)))))


def save_scores(folder: Path, catalogue: str, scores: Scores) -> None:
    """Write the scores of the papers of a catalogue. Raises OSError."""
    columns = [_bytes(kind, getattr(scores, name)) for name, kind in _KINDS]
    mark = {
        "version": VERSION,
        "catalogue": catalogue,
        "byteorder": sys.byteorder,
        "decisions": scores.decisions,
        "sizes": [len(column) for column in columns],
        "check": zlib.crc32(b"".join(columns)),
    }
    head = json.dumps(mark).encode()
    replace_file(folder / FILE, b"\n".join([b"%d" % zlib.crc32(head), head, b"".join(columns)]))


def load_scores(folder: Path, catalogue: str) -> Scores | None:
    """The scores in a file; None if it is missing, damaged, of another version or of another catalogue."""
    try:
        check, head, data = (folder / FILE).read_bytes().split(b"\n", 2)
        mark = json.loads(head)
        expected = (VERSION, catalogue, sys.byteorder)
        if int(check) != zlib.crc32(head) or (mark["version"], mark["catalogue"], mark["byteorder"]) != expected:
            return None
        if sum(mark["sizes"]) != len(data) or zlib.crc32(data) != mark["check"]:
            return None
        ends = [0, *accumulate(mark["sizes"])]
        papers, logits, best = (
            array(kind, data[start:end]) for (_, kind), (start, end) in zip(_KINDS, pairwise(ends), strict=True)
        )
        return Scores(papers, logits, best, int(mark["decisions"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _bytes(kind: str, values: Sequence[float]) -> bytes:
    return values.tobytes() if isinstance(values, array) else array(kind, values).tobytes()
