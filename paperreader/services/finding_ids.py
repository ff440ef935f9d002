"""Finds missing ids of papers: first in the catalogue, then, with a network, at arXiv by title.

A certain id is a decision like a merge: one action, which undo takes back and imports follow. A likely id is only
reported. A paper without a title gets it from arXiv, by an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from paperreader.domain.captures import Capture, UserPairs, name_pair
from paperreader.domain.dates import KnownDate
from paperreader.domain.grouping import JoinReason, group_captures
from paperreader.domain.id_findings import IdFinding, IdOutcome, IdReceipt
from paperreader.domain.identifiers import Identifier, PaperKey, normalise_title
from paperreader.domain.paper import Paper
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import FetchCancelled, MustWait, NetworkError, Unreachable
from paperreader.feeds.arxiv.api_queries import ids_query, papers_in_answer, title_query
from paperreader.services.identities import merged_pairs
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_papers
from paperreader.storage.catalogue.papers import is_close
from paperreader.storage.reading.store import Settlement

if TYPE_CHECKING:
    from paperreader.domain.import_result import ParsedPaper
    from paperreader.services.fetching.network import Network
    from paperreader.web.fetcher import Fetcher

FIND_IDS = "find ids"
"""The name of the action in the history."""
ARXIV = "arxiv.org"
NO_TITLES_OF_DOIS = "titles of papers with only a DOI are not fetched; import a BibTeX or RIS file with the titles"
MOST_AT_ONCE = 100
"""The most ids in one request to arXiv."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A paper with the same title and with ids, and its key if it is in the catalogue."""

    abstract: str
    authors: tuple[str, ...] | None
    published: KnownDate | None
    ids: tuple[Identifier, ...]
    key: PaperKey | None = None

    def is_surely(self, paper: Paper) -> bool:
        """Whether the abstract or the author confirms that this is the paper."""
        captures = (
            Capture(0, paper.title, paper.abstract, own="text:0", authors=paper.authors, published=paper.published),
            Capture(1, paper.title, self.abstract, own="text:1", authors=self.authors, published=self.published),
        )
        joins = [join.reason for group in group_captures(captures, UserPairs(), is_close) for join in group.joins]
        return joins in ([JoinReason.TEXT], [JoinReason.AUTHOR])


def find_ids(
    library: Library,
    keys: Sequence[PaperKey],
    network: Network | None,
    *,
    progress: Callable[[str], None] = lambda _text: None,
) -> IdReceipt:
    """Find the ids of these papers that have none, and the titles of these papers that have none.

    Without a network, only the catalogue is searched. What was found is kept if the search is cancelled. Raises
    StoreError.
    """
    numbers = library.ids_of(keys)
    papers = [entry.paper for entry in library.entries([numbers[key] for key in keys if key in numbers])]
    with _arxiv(network, progress) as arxiv:
        search = _Search(library, arxiv)
        try:
            search.fetch_titles([paper for paper in papers if not paper.title], progress)
            for number, paper in enumerate(wanted := [paper for paper in papers if not paper.identifiers], 1):
                progress(f"looking for ids, {number:,} of {len(wanted):,}: {paper.title}")
                search.look(paper)
        finally:
            search.keep()
    return IdReceipt(tuple(search.findings))


class _ArxivApi:
    """Asks arXiv's API, and stops asking once arXiv cannot be reached."""

    def __init__(self, network: Network, fetcher: Fetcher) -> None:
        self._network, self._fetcher = network, fetcher
        self._failure = ""

    def by_ids(self, ids: Iterable[Identifier]) -> list[ParsedPaper] | str:
        """The papers with these ids, or why there is no answer."""
        return self._answer(ids_query(self._network.servers.arxiv_search, [name.partition(":")[2] for name in ids]))

    def by_title(self, title: str) -> list[ParsedPaper] | str | None:
        """The papers that arXiv finds by a title, or why there is no answer. None: the title has no word."""
        url = title_query(self._network.servers.arxiv_search, title)
        return url and self._answer(url)

    def _answer(self, url: str) -> list[ParsedPaper] | str:
        if self._failure:
            return self._failure
        from paperreader.web.messages import WebRequest  # needed only with a network

        try:
            return papers_in_answer(self._fetcher.fetch(WebRequest(url, ARXIV, self._network.limits.of(ARXIV))).body)
        except FetchCancelled:
            raise
        except NetworkError as error:
            if isinstance(error, MustWait) or (isinstance(error, Unreachable) and error.is_offline):
                self._failure = str(error)
            return str(error)


@contextmanager
def _arxiv(network: Network | None, progress: Callable[[str], None]) -> Iterator[_ArxivApi | None]:
    if network is None:
        yield None
        return
    with network.fetcher(
        lambda step: progress(f"waiting {step.waits:.0f} s, as arXiv asks") if step.waits > 1 else None
    ) as fetcher:
        yield _ArxivApi(network, fetcher)


class _Search:
    """One search: its findings, and what it found."""

    def __init__(self, library: Library, arxiv: _ArxivApi | None) -> None:
        self.findings: list[IdFinding] = []
        self._library, self._arxiv = library, arxiv
        self._found: dict[PaperKey, tuple[str, ...]] = {}
        """By paper: the key of the same paper in the catalogue, or the ids from arXiv."""

    def fetch_titles(self, papers: Sequence[Paper], progress: Callable[[str], None]) -> None:
        """Fetch what arXiv says of papers whose title is unknown."""
        wanted = {Identifier(f"arxiv:{arxiv}"): paper for paper in papers if (arxiv := paper.identifier("arxiv"))}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            asked = {name: wanted[name] for name in list(wanted)[start : start + MOST_AT_ONCE]}
            if self._arxiv:
                progress(f"fetching the titles of {len(wanted):,} papers")
            found = self._arxiv.by_ids(asked) if self._arxiv else []
            if isinstance(found, str):
                for paper in asked.values():
                    self._report(paper, IdOutcome.NOT_ASKED, found)
            else:
                self._import(asked, found)
        for paper in papers:
            if not paper.identifier("arxiv"):
                self._report(paper, IdOutcome.NOT_FOUND, NO_TITLES_OF_DOIS)

    def _import(self, papers: Mapping[Identifier, Paper], found: Iterable[ParsedPaper]) -> None:
        """Add to the catalogue what arXiv says of papers, given by their ids."""
        named = {name: parsed for parsed in found for name in parsed.identifiers if name in papers}
        with self._library.catalogue.transaction():
            add_papers(
                self._library.catalogue, ((parsed, ()) for parsed in named.values()), user_decisions(self._library)
            )
        self._library.apply_decisions()
        for name, paper in papers.items():
            if name in named:
                self._report(paper, IdOutcome.FOUND, title=clean_line(named[name].title))
            else:
                self._report(paper, IdOutcome.NOT_FOUND)

    def _report(self, paper: Paper, outcome: IdOutcome, reason: str = "", *, title: Safe | None = None) -> None:
        shown = title or paper.shown_title
        self.findings.append(IdFinding(paper.key, shown, outcome, paper.identifiers, reason))

    def look(self, paper: Paper) -> None:
        """Find the ids of a paper."""
        finding = self._judged(paper, self._in_catalogue(paper))
        if finding.outcome is not IdOutcome.FOUND and self._arxiv:
            asked = self._at_arxiv(paper, self._arxiv)
            if asked.outcome is not IdOutcome.NOT_FOUND or finding.outcome is not IdOutcome.DOUBTFUL:
                finding = asked
        self.findings.append(finding)

    def keep(self) -> None:
        """Store what was found, as one action."""
        if self._found:
            self._library.settle(FIND_IDS, lambda pairs: Settlement(self._new_pairs(pairs)))

    def _new_pairs(self, pairs: UserPairs) -> UserPairs:
        """The pairs that give each paper the ids that were found for it."""
        catalogue = self._library.catalogue
        for key, found in self._found.items():
            borne = catalogue.bearers_of(found)
            known = catalogue.names_of([key, *found])
            own = known.get(key, (key,))
            others = dict.fromkeys(known[name] for name in map(PaperKey, found) if name in known)
            for other in others if key in known else ():
                pairs = merged_pairs(catalogue, own, other, pairs)
            # An id of another paper is not given to this one: a shared id would merge them.
            given = [name for name in found if name not in borne]
            given += [other[0] for other in others if key not in known]
            pairs = UserPairs(pairs.same.union(name_pair(own[0], name) for name in given), pairs.distinct)
        return pairs

    def _in_catalogue(self, paper: Paper) -> Iterator[_Candidate]:
        """The papers of the catalogue with the same title and with ids."""
        catalogue = self._library.catalogue
        for stored in catalogue.papers(catalogue.ids_titled(paper.title)):
            if stored.identifiers and stored.key != paper.key:
                yield _Candidate(stored.abstract, stored.authors, stored.published, stored.identifiers, stored.key)

    def _at_arxiv(self, paper: Paper, arxiv: _ArxivApi) -> IdFinding:
        found = arxiv.by_title(paper.title)
        if found is None:
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_FOUND, reason="its title has no word to search for")
        if isinstance(found, str):
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_ASKED, reason=found)
        return self._judged(paper, self._in_answer(paper, found))

    def _in_answer(self, paper: Paper, parsed: Iterable[ParsedPaper]) -> Iterator[_Candidate]:
        """The papers of an answer with the same title."""
        for found in parsed:
            if normalise_title(found.title) == normalise_title(paper.title):
                stored = self._library.catalogue.names_of(found.identifiers)
                key = next((PaperKey(names[0]) for names in stored.values()), None)
                yield _Candidate(found.abstract, found.authors, found.published, found.identifiers, key)

    def _judged(self, paper: Paper, candidates: Iterable[_Candidate]) -> IdFinding:
        """The finding on a paper with these candidates. One certain candidate is taken."""
        alike = list(candidates)
        sure = [candidate for candidate in alike if candidate.is_surely(paper)]
        ids = tuple(dict.fromkeys(name for candidate in sure or alike for name in candidate.ids))
        if not alike:
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_FOUND)
        if len(sure) == 1:
            refusal = self._take(paper, sure[0])
        elif sure:
            refusal = "several papers match it"
        else:
            refusal = "the title is the same, but neither abstract nor first author confirms it"
        outcome = IdOutcome.DOUBTFUL if refusal else IdOutcome.FOUND
        other = next((candidate.key for candidate in sure or alike if candidate.key), None)
        return IdFinding(paper.key, paper.title, outcome, ids, refusal, other)

    def _take(self, paper: Paper, candidate: _Candidate) -> str:
        """Note that a paper is a candidate, or return the reason why it cannot be."""
        found = (candidate.key,) if candidate.key else candidate.ids
        names = {
            *candidate.ids,
            *(name for owned in self._library.catalogue.names_of(found).values() for name in owned),
        }
        distinct_from = self._library.reading.pairs().distinct_from
        if any(not distinct_from.get(name, frozenset()).isdisjoint(names) for name in paper.names):
            return "you split these two papers"
        taken = {*self._found, *(name for others in self._found.values() for name in others)}
        if not taken.isdisjoint((paper.key, *found, *candidate.ids)):
            return "another paper has the same id"
        self._found[paper.key] = found
        return ""
