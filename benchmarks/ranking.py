"""Measures how well papers are ranked from a few decisions, beside TF-IDF with a linear support vector machine.

*Reading lists*: of each list some papers are starred, and ten times as many others of the same categories are skipped.
The other papers of the list are the keepers to be found among up to 20,000 papers. Only papers with categories take
part. Reported are the area under the curve (AUC), the share of papers to read for 95 % of the keepers, and the
R-precision: the means over lists and seeds, and bounds of 95 % of the differences, from a bootstrap over lists.

*Screening*: the 1,704 abstracts of a systematic review, 45 of them relevant. From one relevant and one irrelevant
abstract on, the best five are judged at a time, until all are. Reported are the average share judged until a relevant
one is found, and the work saved at 95 % recall.

The reference of both is scikit-learn's, which only this benchmark needs: pip install --group bench.

    python -m benchmarks.ranking [--readers FILE] [--seeds N]
"""

from __future__ import annotations

import argparse
import gzip
import importlib.util
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.corpus import CORPUS
from paperreader.ranking.build import learn_features
from paperreader.ranking.examples import Decided, choose_examples
from paperreader.ranking.features import Features
from paperreader.ranking.interest import Products, learn

DATA = CORPUS.parent.parent
STARS = (3, 10, 50)
SKIPS_A_STAR, POOL, FEWEST_KEEPERS = 10, 20_000, 1
BARS = {3: (0.015, 0.91, 0.85, 0.01), 10: (0.004, 0.955, 0.85, None), 50: (-0.003, 0.0, None, None)}
"""By stars: the least gain in AUC, the least AUC, the largest ratio of shares, the least gain in R-precision."""
STARTS, BATCH, RECALL = 8, 5, 0.95
DRAWS = 2_000

Rows = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Split:
    """What a reader decided, what is to be ranked, and which of that the reader would keep."""

    stars: Rows
    skips: Rows
    unread: Rows
    is_keeper: NDArray[np.bool_]


def main() -> int:
    """Rank, and print the figures."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.ranking")
    options.add_argument("--readers", type=Path, default=DATA / "readers" / "readers.json")
    options.add_argument("--seeds", type=int, default=3)
    chosen = options.parse_args()
    if importlib.util.find_spec("sklearn") is None:
        print("skipped: scikit-learn is missing; pip install --group bench")
        return 0
    if not CORPUS.exists():
        print(f"skipped: there is no {CORPUS.name}")
        return 0
    with gzip.open(CORPUS, "rt", encoding="utf-8") as lines:
        papers = [json.loads(line) for line in lines]
    readers = json.loads(chosen.readers.read_text(encoding="utf-8"))["readers"]
    holds = [*_reading_lists(papers, readers, chosen.seeds), *_screening()]
    return 0 if all(holds) else 1


def _reading_lists(papers: Sequence[Mapping[str, Any]], readers: Mapping[str, Any], seeds: int) -> Iterator[bool]:
    texts = [(paper["title"], paper["abstract"]) for paper in papers]
    start = time.perf_counter()
    features = learn_features(texts)
    print(f"features of {len(texts):,} papers learned in {time.perf_counter() - start:.1f} s", flush=True)
    matrix = _tf_idf(texts, sublinear_tf=False)
    engines: dict[str, Callable[[Split], Scores]] = {
        "ours": lambda split: ours(features, split.stars, split.skips, split.unread),
        "reference": lambda split: _svm(
            matrix, split.stars, np.concatenate([split.skips, split.unread]), split.unread, 0.01
        ),
    }
    for stars in STARS:
        found: dict[str, list[list[float]]] = {name: [] for name in engines}
        lists: list[str] = []
        for name, split in _splits(papers, readers, stars, seeds):
            lists.append(name)
            for engine, rank in engines.items():
                found[engine].append(measures(rank(split), split.is_keeper))
        print(f"{stars} stars: {len(set(lists))} lists x {seeds} seeds")
        mine, theirs = (np.array(found[engine]) for engine in engines)
        for engine in engines:
            auc, share, precision = np.mean(found[engine], axis=0)
            print(f"  {engine:<10} AUC {auc:.4f}   share to read {share:.3f}   R-precision {precision:.3f}")
        low, high = _bootstrap(mine - theirs, lists)
        for place, name in enumerate(("AUC", "share", "R-precision")):
            print(f"  {name} minus the reference's: {low[place]:+.4f} to {high[place]:+.4f}")
        gain, auc_bar, share_bar, precision_bar = BARS[stars]
        (auc, share, precision), (their_auc, their_share, their_precision) = mine.mean(0), theirs.mean(0)
        yield _verdict("AUC", auc, max(their_auc + gain, auc_bar))
        if share_bar is not None:
            yield _verdict("share against the reference's", -share / their_share, -share_bar)
        if precision_bar is not None:
            yield _verdict("R-precision", precision, their_precision + precision_bar)


def ours(features: Features, stars: Rows, skips: Rows, asked: Rows) -> Scores:
    """The logits of papers after some stars and skips of one day."""
    decisions = [Decided(int(row), True, 1.0, 0.0) for row in stars]
    decisions += [Decided(int(row), False, 1.0, 0.0) for row in skips]
    interest = learn(choose_examples(decisions, len(features)), Products(features))
    return interest.logits(features, asked).astype(np.float64)


def measures(scores: Scores, is_keeper: NDArray[np.bool_]) -> list[float]:
    """AUC, the share to read for 95 % of the keepers, and R-precision."""
    kept = is_keeper[np.argsort(-scores, kind="stable")]
    number, places = int(kept.sum()), np.flatnonzero(kept) + 1
    auc = 1 - (places.sum() - number * (number + 1) / 2) / (number * (len(kept) - number))
    return [auc, places[int(np.ceil(RECALL * number)) - 1] / len(kept), kept[:number].mean()]


def _splits(
    papers: Sequence[Mapping[str, Any]], readers: Mapping[str, Any], stars: int, seeds: int
) -> Iterator[tuple[str, Split]]:
    rows = {paper["id"]: row for row, paper in enumerate(papers)}
    categories = [frozenset(paper.get("categories") or ()) for paper in papers]
    for place, (name, reader) in enumerate(readers.items()):
        own = np.array([rows[key] for key in reader["ids"] if key in rows and categories[rows[key]]], np.int64)
        if len(own) < stars + FEWEST_KEEPERS:
            continue
        fields = frozenset().union(*(categories[row] for row in own))
        near = np.array([row for row, named in enumerate(categories) if named & fields], np.int64)
        for seed in range(seeds):
            random = np.random.default_rng([seed, place, stars])
            others = random.permutation(np.setdiff1d(near, own))[: POOL - len(own)]
            mine = random.permutation(own)
            skips, unread = others[: stars * SKIPS_A_STAR], others[stars * SKIPS_A_STAR :]
            keepers = mine[stars:]
            is_keeper = np.arange(len(keepers) + len(unread)) < len(keepers)
            yield name, Split(mine[:stars], skips, np.concatenate([keepers, unread]), is_keeper)


def _screening() -> Iterator[bool]:
    lines = (DATA / "screening" / "kitchenham.jsonl").read_text(encoding="utf-8").splitlines()
    records = [json.loads(line) for line in lines]
    texts = [(record["title"], record["abstract"]) for record in records]
    is_relevant = np.array([bool(record["relevant"]) for record in records])
    features, matrix = learn_features(texts), _tf_idf(texts, sublinear_tf=True)
    engines: dict[str, Callable[[Rows, Rows, Rows], Scores]] = {
        "ours": lambda yes, no, asked: ours(features, yes, no, asked),
        "reference": lambda yes, no, asked: _svm(matrix, yes, no, asked, 0.11),
    }
    found = {
        name: np.mean([_screen(is_relevant, rank, seed) for seed in range(STARTS)], axis=0)
        for name, rank in engines.items()
    }
    print(f"screening: {is_relevant.sum()} of {len(records):,} relevant, {STARTS} starts, {BATCH} at a time")
    for name, (delay, saved) in found.items():
        print(f"  {name:<10} time to discovery {delay:.1%}   work saved at {RECALL:.0%} recall {saved:.3f}")
    yield _verdict("time to discovery", -found["ours"][0], -found["reference"][0])
    yield _verdict("work saved", found["ours"][1], found["reference"][1])


def _screen(
    is_relevant: NDArray[np.bool_], rank: Callable[[Rows, Rows, Rows], Scores], seed: int
) -> tuple[float, float]:
    """The average share judged until a relevant paper is found, and the work saved at 95 % recall."""
    random = np.random.default_rng(seed)
    judged = [int(random.choice(np.flatnonzero(is_relevant))), int(random.choice(np.flatnonzero(~is_relevant)))]
    left = np.setdiff1d(np.arange(len(is_relevant)), judged)
    while len(left) and is_relevant[judged].sum() != is_relevant.sum():
        known = np.array(judged, np.int64)
        scores = rank(known[is_relevant[known]], known[~is_relevant[known]], left)
        best = left[np.argsort(-scores, kind="stable")[:BATCH]]
        judged += best.tolist()
        left = np.setdiff1d(left, best)
    places = np.flatnonzero(is_relevant[judged]) + 1
    needed = places[int(np.ceil(RECALL * is_relevant.sum())) - 1]
    return float(places[1:].mean() / len(is_relevant)), float(RECALL - needed / len(is_relevant))


def _tf_idf(texts: Sequence[tuple[str, str]], *, sublinear_tf: bool) -> Any:
    from sklearn.feature_extraction.text import TfidfVectorizer

    vectorizer = TfidfVectorizer(ngram_range=(1, 2), max_features=50_000, sublinear_tf=sublinear_tf)
    return vectorizer.fit_transform(f"{title} {abstract}" for title, abstract in texts).tocsr()


def _svm(matrix: Any, yes: Rows, no: Rows, asked: Rows, strength: float) -> Scores:
    from sklearn.svm import LinearSVC

    rows = np.concatenate([yes, no])
    labels = np.arange(len(rows)) < len(yes)
    scores: Scores = (
        LinearSVC(C=strength, class_weight="balanced").fit(matrix[rows], labels).decision_function(matrix[asked])
    )
    return scores


def _bootstrap(
    differences: NDArray[np.float64], lists: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The bounds of 95 % of the mean differences of lists that are drawn again and again."""
    names = sorted(set(lists))
    means = np.array([differences[[place for place, own in enumerate(lists) if own == name]].mean(0) for name in names])
    random = np.random.default_rng(0)
    drawn = means[random.integers(0, len(names), (DRAWS, len(names)))].mean(1)
    return np.percentile(drawn, 2.5, axis=0), np.percentile(drawn, 97.5, axis=0)


def _verdict(name: str, value: float, bar: float) -> bool:
    """Whether a value reaches its bar. Both are negative where less is better."""
    is_met, bound = value >= bar, "at least" if bar > 0 else "at most"
    print(f"  {'ok' if is_met else 'NOT MET'}: {name} {abs(value):.4f}, wanted {bound} {abs(bar):.4f}", flush=True)
    return is_met


if __name__ == "__main__":
    sys.exit(main())
