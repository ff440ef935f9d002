"""Terms, vocabulary, features and vectors of papers."""

from __future__ import annotations

import numpy as np
import pytest
from ranking_papers import SUBJECTS

from paperreader.ranking.build import Texts, learn_features, more_features
from paperreader.ranking.features import Features
from paperreader.ranking.terms import TermHashes
from paperreader.ranking.vectors import FEWEST
from paperreader.ranking.vocabulary import MOST_IN_PAPER, make_vocabulary
from paperreader.ranking.words import words


def test_terms_are_words_and_pairs_without_stop_words() -> None:
    """Rule: case, accents and stop words do not count; a pair stands over a stop word, but not over two texts."""
    assert words("The Café of the Naïve-Bayes") == ["cafe", "naive", "bayes"]
    hashes = TermHashes()
    assert set(hashes.named("Café of Bayes", "models").values()) == {"cafe", "bayes", "cafe bayes", "models"}
    assert sorted(hashes.of("Café of Bayes", "models").tolist()) == sorted(hashes.named("cafe bayes", "models"))


def test_texts_of_other_scripts_have_terms() -> None:
    """Rule: a title in Chinese or Greek letters is no empty paper."""
    hashes = TermHashes()
    assert len(hashes.of("機械学習の研究", "")) > 0
    assert len(hashes.of("", "")) == 0


def test_rare_terms_weigh_more_and_the_rarest_are_left_out() -> None:
    """Rule: a term of one paper is unknown; of the others the rarer one weighs more."""
    hashes = TermHashes()
    vocabulary = make_vocabulary([hashes.of(text, "") for text in ("oven dough", "oven dough", "oven", "unique")])
    weight = dict(zip(vocabulary.hashes.tolist(), vocabulary.weights.tolist(), strict=True))
    oven, dough, unique = (hashes.of(word, "").tolist()[0] for word in ("oven", "dough", "unique"))
    assert weight[dough] > weight[oven]
    assert unique not in weight


def test_a_text_without_end_keeps_its_heaviest_terms() -> None:
    """Rule: a paper costs at most so many terms, however long its text is."""
    hashes = TermHashes()
    long = [hashes.of(" ".join(f"word{number}" for number in range(1_000)), "")] * 2
    terms, counts = make_vocabulary(long).numbers(long[0])
    assert len(terms) == len(counts) == MOST_IN_PAPER
    assert sorted(set(terms.tolist())) == terms.tolist()


def test_products_are_those_of_a_dense_matrix(features: Features) -> None:
    """Rule: the fast products are the sums that they stand for, for all papers and for some in any order."""
    random = np.random.default_rng(0)
    weights = random.standard_normal(len(features.vocabulary.hashes)).astype(np.float32)
    vector = random.standard_normal((features.basis.shape[1],)).astype(np.float32)
    wanted = []
    for row in range(len(features)):
        terms, values = features.of(row)
        wanted.append(values @ weights[terms] + features.vector(row) @ vector)
    assert features.products(weights, vector) == pytest.approx(np.array(wanted), abs=1e-4)
    rows = np.array([7, 3, 3, 250], np.int64)
    assert features.products(weights, vector, rows) == pytest.approx(np.array(wanted)[rows], abs=1e-4)


def test_papers_without_terms_score_nothing() -> None:
    """Rule: an empty paper, at any place and alone, has no terms and no score of its own."""
    papers: list[Texts] = [("", ""), ("oven dough", "oven"), ("", ""), ("oven dough", "dough"), ("", "")]
    features = learn_features(papers)
    ones = np.ones(len(features.vocabulary.hashes), np.float32)
    found = features.products(ones, np.zeros(0, np.float32))
    assert found[[0, 2, 4]].tolist() == [0, 0, 0]
    assert (found[[1, 3]] > 0).all()
    nothing = learn_features([("", "")])
    assert nothing.products(np.zeros(0, np.float32), np.zeros(0, np.float32)).tolist() == [0]


def test_vectors_bring_papers_of_a_subject_together(features: Features) -> None:
    """Rule: the vectors learned from a library are near for papers of one subject, without being told subjects."""
    vectors = features.vector(np.arange(len(features)))
    subjects = np.arange(len(features)) % len(SUBJECTS)
    likeness = vectors @ vectors.T
    np.fill_diagonal(likeness, -1)
    assert (subjects[likeness.argmax(axis=1)] == subjects).mean() > 0.95


def test_a_small_library_has_no_vectors(papers: list[Texts]) -> None:
    """Rule: below a number of papers vectors would only repeat the words."""
    assert learn_features(papers[: FEWEST - 1]).basis.shape[1] == 0


def test_papers_that_come_later_have_the_features_of_those_that_were_learned(
    papers: list[Texts], features: Features
) -> None:
    """Rule: it does not matter for a paper's features when it came."""
    more = more_features(features, papers[10:20])
    for row in range(10):
        assert [part.tolist() for part in more.of(row)] == [part.tolist() for part in features.of(row + 10)]
        assert more.vectors[row].tolist() == features.vectors[row + 10].tolist()
