"""Queries to arXiv's API, by title or by ids (https://info.arxiv.org/help/api/user-manual.html)."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from paperreader.domain.import_result import ParsedPaper
from paperreader.errors import ResponseRefused
from paperreader.feeds.arxiv.api_answers import QueryImporter

MAX_WORDS = 250
"""Characters of a title in a query; its start is enough."""
MAX_FOUND = 10
"""Papers of an answer; one title has few."""

_WORD = re.compile(r"\w+")


def title_query(base: str, title: str) -> str | None:
    """The address of the query for a title; None if the title has no word."""
    words = " ".join(_WORD.findall(title))
    if len(words) > MAX_WORDS:
        words = words[: MAX_WORDS + 1].rpartition(" ")[0] or words[:MAX_WORDS]
    if not words:
        return None
    terms = {"search_query": f'ti:"{words}"', "start": 0, "max_results": MAX_FOUND}
    return f"{base.rstrip('/')}/api/query?{urlencode(terms)}"


def ids_query(base: str, ids: Sequence[str]) -> str:
    """The address of the query for arXiv ids without a scheme."""
    terms = {"id_list": ",".join(ids), "start": 0, "max_results": len(ids)}
    return f"{base.rstrip('/')}/api/query?{urlencode(terms)}"


def papers_in_answer(data: bytes) -> list[ParsedPaper]:
    """The papers of a response. Raises ResponseRefused if it is none."""
    listings = QueryImporter().parse(data)
    papers = [paper for listing in listings for paper in listing.papers]
    problems = [problem for listing in listings for problem in listing.problems]
    if problems and not papers:
        raise ResponseRefused(f"invalid response from arXiv: {problems[0].reason}")
    return papers
