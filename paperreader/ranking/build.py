"""Makes features of texts: learns the vocabulary and the vectors of a library, and folds papers in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np

from paperreader.ranking.features import Features, lengths_of
from paperreader.ranking.terms import Hashes, TermHashes
from paperreader.ranking.vectors import fold_in, learn_basis
from paperreader.ranking.vocabulary import Vocabulary, make_vocabulary

Texts = tuple[str, str]
"""The title and the abstract of a paper."""
Progress = Callable[[int, int], None]
"""Gets the papers that are done and their number."""
LEARNED_OF = 100_000
"""Papers at most of which a vocabulary is learned."""
_PIECE = 1_000


def learn_features(papers: Sequence[Texts], progress: Progress = lambda _done, _all: None) -> Features:
    """The features of all papers of a library, with a vocabulary and vectors learned from them."""
    hashes = TermHashes()
    each: list[Hashes] = []
    for texts in papers:
        each.append(hashes.of(*texts))
        if len(each) % _PIECE == 0:
            progress(len(each) // 2, len(papers))
    step = max(1, len(each) // LEARNED_OF)
    vocabulary = make_vocabulary(each[::step])
    features = _features(vocabulary, each, np.zeros((len(vocabulary.hashes), 0), np.float16), np.zeros(0, np.float32))
    del each
    basis, mean = learn_basis(features)
    features = replace(features, basis=basis, mean=mean)
    vectors = [np.zeros((0, basis.shape[1]), np.int8)]
    for start in range(0, len(features), _PIECE):
        rows = np.arange(start, min(start + _PIECE, len(features)))
        vectors.append(fold_in(features, rows))
        progress((len(features) + start) // 2, len(features))
    return replace(features, vectors=np.concatenate(vectors))


def more_features(known: Features, papers: Iterable[Texts]) -> Features:
    """The features of more papers, with a vocabulary and vectors that are known."""
    hashes = TermHashes()
    features = _features(known.vocabulary, [hashes.of(*texts) for texts in papers], known.basis, known.mean)
    return replace(features, vectors=fold_in(features, np.arange(len(features))))


def _features(vocabulary: Vocabulary, papers: Sequence[Hashes], basis: np.ndarray, mean: np.ndarray) -> Features:
    """The features of papers without their vectors."""
    found = [vocabulary.numbers(paper) for paper in papers]
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum([len(terms) for terms, _ in found], dtype=np.int64)])
    terms = np.concatenate([np.empty(0, np.uint16), *(terms for terms, _ in found)])
    counts = np.concatenate([np.empty(0, np.uint8), *(counts for _, counts in found)])
    lengths = lengths_of(vocabulary, starts, terms, counts)
    vectors = np.zeros((len(papers), basis.shape[1]), np.int8)
    return Features(vocabulary, starts, terms, counts, lengths, vectors, basis, mean)
