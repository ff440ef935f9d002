"""Updates of the ranking files from the catalogue.

They are derived data: an update compares the texts they were made from with those of the catalogue. It appends what is
new, and learns everything anew when the files are missing, damaged or of another catalogue, or when the library grew by
a quarter.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paperreader.files.error_codes import refused
from paperreader.files.locks import only_process
from paperreader.ranking import files
from paperreader.ranking.build import Texts, learn_features, more_features
from paperreader.ranking.files import RankFiles
from paperreader.ranking.scores import rank_folder
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.search_queries import shown_texts, texts_of

_LOCK = "paperreader.lock"
_GROWTH = 1.25
"""How much larger a library is when its vocabulary is learned anew."""
_PIECE = 2_000
"""Papers whose texts are read together."""

Progress = Callable[[int, int], None]


def load_current(catalogue: Catalogue) -> RankFiles | None:
    """The ranking files of a catalogue, if they are sound and hold all that it has now. Raises StoreError."""
    folder = rank_folder(catalogue.path.parent)
    mark, now = files.load_mark(folder), catalogue.mark()
    if mark is None or (mark.catalogue, mark.edition) != (now.catalogue, now.edition):
        return None
    return files.load(folder, mark)


def catch_up(
    catalogue: Catalogue, progress: Progress = lambda _done, _all: None, *, anew: bool = False
) -> RankFiles | None:
    """Update the ranking files of a catalogue; the files, None if the catalogue has no papers.

    `progress` gets the papers that are done and their number. Raises StoreBusy if another process updates them,
    StoreError if the disk refuses.
    """
    if not anew and (current := load_current(catalogue)):
        return current
    folder = rank_folder(catalogue.path.parent)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with only_process(folder / _LOCK, "another process is learning the order of this library"):
            _update(catalogue, folder, progress, anew=anew)
    except OSError as error:
        raise refused("the learned order cannot be saved", error, folder) from error
    mark = files.load_mark(folder)
    return files.load(folder, mark) if mark else None


def _update(catalogue: Catalogue, folder: Path, progress: Progress, *, anew: bool) -> None:
    mark = None if anew else files.load_mark(folder)
    known = files.load(folder, mark) if mark else None
    with catalogue.reading():
        now = catalogue.mark()
        papers, texts = shown_texts(catalogue)
        if known is None or known.mark.catalogue != now.catalogue or len(papers) > _GROWTH * known.mark.learned_of:
            features = learn_features(_read(catalogue, papers), progress)
            files.write_anew(folder, now.catalogue, now.edition, papers, texts, features)
            return
        rows = known.rows_of(papers)
        is_new = (rows < 0) | (known.texts[np.maximum(rows, 0)] != texts) if len(known.papers) else rows < 0
        if len(known.papers) + is_new.sum() > _GROWTH * max(len(papers), known.mark.learned_of):  # many were replaced
            features = learn_features(_read(catalogue, papers), progress)
            files.write_anew(folder, now.catalogue, now.edition, papers, texts, features)
            return
        more = more_features(known.features, _read(catalogue, papers[is_new]))
        files.append(folder, known.mark, now.edition, papers[is_new], texts[is_new], more)


def _read(catalogue: Catalogue, papers: NDArray[np.int64]) -> Sequence[Texts]:
    """The title and the abstract of each paper."""
    found: dict[int, Texts] = {}
    for start in range(0, len(papers), _PIECE):
        found |= texts_of(catalogue, papers[start : start + _PIECE].tolist())
    return [found.get(paper, ("", "")) for paper in papers.tolist()]
