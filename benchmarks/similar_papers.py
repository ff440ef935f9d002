"""Compares similar papers with Tantivy's more-like-this and with a scan by TF-IDF, over real reading lists.

    python -m benchmarks.similar_papers [--readers FILE] [--papers N]

For papers of each list, the ten most similar papers of the library are asked for. A paper of the same list is a hit.
Precision is the share of hits, in the mean of the lists. Times are for one paper of a library of N papers (81,894, the
whole corpus). Needs the corpus and scikit-learn (`pip install --group bench`).
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import tantivy

from benchmarks.corpus import CORPUS, CORPUS_PAPERS, make_corpus_library
from benchmarks.support import milliseconds
from paperreader.domain.identifiers import PaperKey
from paperreader.search.folding import indexed_text
from paperreader.services.indexing.update import catch_up, index_folder
from paperreader.services.library import Library
from paperreader.services.ranking.interests import open_ranking

MOST, A_LIST = 10, 15
"""Papers that are asked for, and papers of each list that ask."""
READERS = CORPUS.parent.parent / "readers" / "readers.json"
Ask = Callable[[int], Sequence[int]]
"""The papers most like one, by number."""


def main() -> int:
    """Measure and print; the exit status says whether the bounds hold."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--readers", type=Path, default=READERS)
    options.add_argument("--papers", type=int, default=CORPUS_PAPERS)
    chosen = options.parse_args()
    library = Library(make_corpus_library(chosen.papers))
    catch_up(library.catalogue)
    ranking = open_ranking(library)
    assert ranking
    lists = _lists(library, json.loads(chosen.readers.read_text(encoding="utf-8"))["readers"])
    ours = _measured("ours", lists, lambda paper: [each.number for each in ranking.similar([paper], MOST)])
    theirs = _measured("Tantivy's more-like-this", lists, _more_like_this(library))
    scan = _measured("scan by TF-IDF cosine", lists, _scan(library)) if chosen.papers <= CORPUS_PAPERS else None
    print(f"{sum(map(len, lists.values())):,} papers of {len(lists)} lists, of {chosen.papers:,} papers")
    holds = [_verdict("ours / more-like-this", ours / theirs, 1.5)]
    if scan:
        holds.append(_verdict("ours / scan", ours / scan, 1.0))
    library.close()
    return not all(holds)


def _lists(library: Library, readers: Mapping[str, Any]) -> dict[str, list[int]]:
    """The papers of each list that the library has, if it has enough of them."""
    found = {}
    for name, reader in readers.items():
        keys = [PaperKey(f"arxiv:{number}") for number in reader["ids"] if not number.startswith("title:")]
        papers = list(dict.fromkeys(library.ids_of(keys).values()))
        if len(papers) > MOST:
            found[name] = papers
    return found


def _measured(name: str, lists: Mapping[str, Sequence[int]], ask: Ask) -> float:
    """The precision of the first ten papers."""
    times, shares = [], []
    for place, papers in enumerate(lists.values()):
        members, hits = set(papers), []
        for paper in random.Random(place).sample(list(papers), min(A_LIST, len(papers))):
            begin = time.monotonic()
            found = [each for each in ask(paper) if each != paper][:MOST]
            times.append(time.monotonic() - begin)
            hits.append(sum(each in members for each in found) / MOST)
        shares.append(statistics.mean(hits))
    precision, late = statistics.mean(shares), statistics.quantiles(times, n=20)[-1]
    print(f"{name:26} precision {precision:.3f}   {milliseconds(times)}, p95 {late * 1e3:.1f} ms", flush=True)
    return precision


def _more_like_this(library: Library) -> Ask:
    """Tantivy's own query over title and abstract, with its defaults."""
    index = tantivy.Index.open(str(index_folder(library.catalogue)))
    searcher, schema = index.searcher(), index.schema

    def ask(paper: int) -> Sequence[int]:
        (text,) = library.search_texts([paper])
        fields = {"title": [indexed_text(text.title)], "abstract": [indexed_text(text.abstract)]}
        query = tantivy.Query.more_like_this_document_fields_query(schema, fields)
        hits: Any = searcher.search(query, MOST + 1, False).hits
        numbers: Any = searcher.fast_field_values("number", [address for _, address in hits])
        return list(numbers)

    return ask


def _scan(library: Library) -> Ask:
    """The cosine of words weighted by TF-IDF, over all papers."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = {text.id: f"{text.title} {text.abstract}" for text in library.search_texts(library.catalogue.all_ids())}
    numbers = list(texts)
    words = TfidfVectorizer(sublinear_tf=True, stop_words="english", min_df=2, dtype=np.float32)
    matrix: Any = words.fit_transform(texts.values())
    rows = {number: row for row, number in enumerate(numbers)}

    def ask(paper: int) -> Sequence[int]:
        products = (matrix @ matrix[rows[paper]].T).toarray()[:, 0]
        return [numbers[row] for row in np.argsort(-products)[: MOST + 1]]

    return ask


def _verdict(name: str, value: float, bar: float) -> bool:
    print(f"{name:26} {value:.2f}, at least {bar}: {'holds' if value >= bar else 'DOES NOT HOLD'}", flush=True)
    return value >= bar


if __name__ == "__main__":
    sys.exit(main())
