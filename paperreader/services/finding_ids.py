"""Looking for the ids of papers that came without any: in the catalogue first, then, if asked to, at arXiv by title.

What is found for certain is a decision like those that settle identities: one action, which imports go by and which
can be taken back. What is only likely is told, and left to the user. A paper that came as an id gets its title, and
all else that arXiv says of it, like by an import.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
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
from paperreader.services.identities import merged_pairs
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_papers
from paperreader.storage.catalogue.papers import is_close
from paperreader.storage.reading.store import Settlement

if TYPE_CHECKING:
    from paperreader.domain.parsed import ParsedPaper
    from paperreader.services.fetching.network import Network
    from paperreader.web.fetcher import Fetcher

FIND_IDS = "find ids"
"""What it is called in the history."""
ARXIV = "arxiv.org"
NO_TITLES_OF_DOIS = "titles of DOIs are not fetched; import a BibTeX or RIS file that has them"
MOST_AT_ONCE = 100
"""Ids that arXiv is asked about at once."""


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A paper that may be the one whose ids are looked for, the key that it has in the catalogue, if it is there."""

    abstract: str
    authors: tuple[str, ...] | None
    published: KnownDate | None
    ids: tuple[Identifier, ...]
    key: PaperKey | None = None

    def is_surely(self, paper: Paper) -> bool:
        """Whether the abstract or the author confirms that this is the paper."""
        captures = (
            Capture(number, paper.title, abstract, own=f"text:{number}", authors=authors, published=published)
            for number, (abstract, authors, published) in enumerate(
                ((paper.abstract, paper.authors, paper.published), (self.abstract, self.authors, self.published))
            )
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
    """Look for the ids of those papers that have none, and for the titles of those that came without.

    Without a network, in the catalogue only. What was found is kept even where the search is broken off. Raises
    StoreError.
    """
    numbers = library.ids_of(keys)
    papers = [entry.paper for entry in library.entries([numbers[key] for key in keys if key in numbers])]
    search = _Search(library)
    with _fetcher(network, progress) as fetcher:
        try:
            search.fetch_titles([paper for paper in papers if not paper.title], network, fetcher, progress)
            for number, paper in enumerate(wanted := [paper for paper in papers if not paper.identifiers], 1):
                progress(f"looking for the id of {number:,} of {len(wanted):,}: {paper.title}")
                search.look(paper, network, fetcher)
        finally:
            search.keep()
    return IdReceipt(tuple(search.findings))


def _fetcher(network: Network | None, progress: Callable[[str], None]) -> Fetcher | nullcontext[None]:
    if network is None:
        return nullcontext()
    return network.fetcher(
        lambda step: progress(f"waiting {step.waits:.0f} s, as arXiv wishes") if step.waits > 1 else None
    )


class _Search:
    """One search: what it came to, and what is to be kept of it."""

    def __init__(self, library: Library) -> None:
        self.findings: list[IdFinding] = []
        self._library = library
        self._found: dict[PaperKey, tuple[str, ...]] = {}
        """By paper, the key or the ids that were found for it."""
        self._silent = ""
        """Why arXiv is asked no more."""

    def fetch_titles(
        self, papers: Sequence[Paper], network: Network | None, fetcher: Fetcher | None, progress: Callable[[str], None]
    ) -> None:
        """Fetch what arXiv says of papers whose title is not known."""
        from paperreader.feeds.arxiv.title_search import ids_query

        wanted = {Identifier(f"arxiv:{arxiv}"): paper for paper in papers if (arxiv := paper.identifier("arxiv"))}
        for start in range(0, len(wanted), MOST_AT_ONCE):
            ids = list(wanted)[start : start + MOST_AT_ONCE]
            if network is None or fetcher is None:
                found: Sequence[ParsedPaper] | str = ()
            else:
                progress(f"fetching the titles of {len(wanted):,} papers")
                url = ids_query(network.servers.arxiv_search, [name.partition(":")[2] for name in ids])
                found = self._answer(url, network, fetcher)
            self._name({name: wanted[name] for name in ids}, found)
        for paper in papers:
            if not paper.identifier("arxiv"):
                self._find(paper, IdOutcome.NOT_FOUND, NO_TITLES_OF_DOIS)

    def _name(self, papers: Mapping[Identifier, Paper], found: Sequence[ParsedPaper] | str) -> None:
        """Add to the catalogue what was found of papers by their ids, or (a text) say why arXiv was not asked."""
        if isinstance(found, str):
            for paper in papers.values():
                self._find(paper, IdOutcome.NOT_ASKED, found)
            return
        named = {name: parsed for parsed in found for name in parsed.identifiers if name in papers}
        with self._library.catalogue.transaction():
            add_papers(
                self._library.catalogue, ((parsed, ()) for parsed in named.values()), user_decisions(self._library)
            )
        self._library.apply_decisions()
        for name, paper in papers.items():
            title = clean_line(named[name].title) if name in named else paper.shown_title
            self._find(paper, IdOutcome.FOUND if name in named else IdOutcome.NOT_FOUND, title=title)

    def _find(self, paper: Paper, outcome: IdOutcome, reason: str = "", *, title: Safe | None = None) -> None:
        shown = title or paper.shown_title
        self.findings.append(IdFinding(paper.key, shown, outcome, paper.identifiers, reason))

    def look(self, paper: Paper, network: Network | None, fetcher: Fetcher | None) -> None:
        """Look for the ids of a paper."""
        finding = self._judge(paper, self._stored(paper))
        if finding.outcome is not IdOutcome.FOUND and network and fetcher:
            asked = self._ask(paper, network, fetcher)
            if asked.outcome is not IdOutcome.NOT_FOUND or finding.outcome is not IdOutcome.DOUBTFUL:
                finding = asked
        self.findings.append(finding)

    def keep(self) -> None:
        """Write down what was found, as one action."""
        if self._found:
            self._library.settle(FIND_IDS, lambda pairs: Settlement(self._settled(pairs)))

    def _settled(self, pairs: UserPairs) -> UserPairs:
        """The pairs that give each paper the ids that were found for it."""
        catalogue = self._library.catalogue
        for key, found in self._found.items():
            borne = catalogue.bearers_of(found)
            known = catalogue.names_of([key, *map(PaperKey, found)])
            own = known.get(key, (key,))
            others = dict.fromkeys(known[name] for name in map(PaperKey, found) if name in known)
            for other in others if key in known else ():
                pairs = merged_pairs(catalogue, own, other, pairs)
            # An id of another paper is not given to this one: a shared id would merge them.
            given = [name for name in found if name not in borne]
            given += [other[0] for other in others if key not in known]
            pairs = UserPairs(pairs.same.union(name_pair(own[0], name) for name in given), pairs.distinct)
        return pairs

    def _stored(self, paper: Paper) -> Iterator[_Candidate]:
        """The papers of the catalogue that have the title and ids."""
        catalogue = self._library.catalogue
        for stored in catalogue.papers(catalogue.ids_titled(paper.title)):
            if stored.identifiers and stored.key != paper.key:
                yield _Candidate(stored.abstract, stored.authors, stored.published, stored.identifiers, stored.key)

    def _ask(self, paper: Paper, network: Network, fetcher: Fetcher) -> IdFinding:
        """What arXiv has under the title of a paper."""
        from paperreader.feeds.arxiv.title_search import title_query

        url = title_query(network.servers.arxiv_search, paper.title)
        if url is None:
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_FOUND, reason="its title has no word to ask for")
        found = self._answer(url, network, fetcher)
        if isinstance(found, str):
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_ASKED, reason=found)
        return self._judge(paper, self._answered(paper, found))

    def _answer(self, url: str, network: Network, fetcher: Fetcher) -> list[ParsedPaper] | str:
        """The papers of an answer of arXiv, or why there is none."""
        from paperreader.feeds.arxiv.title_search import papers_in_answer
        from paperreader.web.exchange import WebRequest

        if self._silent:
            return self._silent
        try:
            return papers_in_answer(fetcher.fetch(WebRequest(url, ARXIV, network.limits.of(ARXIV))).body)
        except FetchCancelled:
            raise
        except NetworkError as error:
            if isinstance(error, MustWait) or (isinstance(error, Unreachable) and error.is_offline):
                self._silent = str(error)
            return str(error)

    def _answered(self, paper: Paper, parsed: Iterable[ParsedPaper]) -> Iterator[_Candidate]:
        """The papers of an answer that have the title."""
        for found in parsed:
            if normalise_title(found.title) == normalise_title(paper.title):
                stored = self._library.catalogue.names_of(map(PaperKey, found.identifiers))
                key = next((PaperKey(names[0]) for names in stored.values()), None)
                yield _Candidate(found.abstract, found.authors, found.published, found.identifiers, key)

    def _judge(self, paper: Paper, candidates: Iterable[_Candidate]) -> IdFinding:
        """What is to be said of a paper, for which there are candidates; one that is certain is taken."""
        alike = list(candidates)
        sure = [candidate for candidate in alike if candidate.is_surely(paper)]
        ids = tuple(dict.fromkeys(name for candidate in sure or alike for name in candidate.ids))
        if not alike:
            return IdFinding(paper.key, paper.title, IdOutcome.NOT_FOUND)
        if len(sure) == 1:
            refusal = self._take(paper, sure[0])
        elif sure:
            refusal = "several papers agree with it"
        else:
            refusal = "the title is the same, but the abstract, or the first author, does not say so"
        outcome = IdOutcome.DOUBTFUL if refusal else IdOutcome.FOUND
        other = next((candidate.key for candidate in sure or alike if candidate.key), None)
        return IdFinding(paper.key, paper.title, outcome, ids, refusal, other)

    def _take(self, paper: Paper, candidate: _Candidate) -> str:
        """Note that a paper is a candidate; why it cannot be, if it cannot."""
        told = self._library.reading.pairs().distinct_from
        names = {
            *candidate.ids,
            *self._library.catalogue.names_of(filter(None, [candidate.key])).get(candidate.key or PaperKey(""), ()),
        }
        if any(not told.get(name, frozenset()).isdisjoint(names) for name in paper.names):
            return "you said that these are two papers"
        found = (candidate.key,) if candidate.key else candidate.ids
        taken = {*self._found, *(name for others in self._found.values() for name in others)}
        if not taken.isdisjoint((paper.key, *found, *candidate.ids)):
            return "the same was found of another paper"
        self._found[paper.key] = found
        return ""
