"""Features of invented papers."""

from __future__ import annotations

import pytest
from ranking_papers import make_papers

from paperreader.ranking.build import Texts, learn_features
from paperreader.ranking.features import Features


@pytest.fixture(scope="session")
def papers() -> list[Texts]:
    return make_papers()


@pytest.fixture(scope="session")
def features(papers: list[Texts]) -> Features:
    return learn_features(papers)
