"""One paper in four sources: in any order it is one paper with all decisions."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count, permutations
from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import PartialDate
from paperreader.domain.decision import Decision, EditTags, SetNote, SetStar, SetStatus
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey, parse_doi
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.reading_state import ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing, add_papers

DAY = date(2025, 3, 14)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
OTHER_ARXIV, OTHER_DOI = Identifier("arxiv:2503.09999"), Identifier("doi:10.1000/stork")

TITLE = "A Sparse Mixture of $k$ Sundials for Longer Days"
STRIPPED = "A Sparse Mixture of k Sundials for Longer Days"
ABSTRACT = (
    r"We read the hour with $k \geq 3$ sundials. Each is turned by $\alpha_i \in [0, 2\pi)$ and weighted by "
    r"$\mathcal{W}_{\theta}(\alpha_i) = \exp(-\|\alpha_i\|^2 / \tau)$, so that $\mathbb{E}[\Delta] \leq \epsilon$ "
    r"holds on $42.5\%$ of all days. The mixture is $\mathbf{2.5\times}$ better than its best member."
)
CLEAN = (
    "We read the hour with k geq 3 sundials. Each is turned by alpha_i in [0, 2pi) and weighted by "
    "mathcal{W}_{theta}(alpha_i) = exp(-|alpha_i|^2 / tau), so that E[Delta] leq epsilon "
    "holds on 42.5% of all days. The mixture is 2.5times better than its best member."
)
PRINTED = (
    "Reading the hour is an old problem. This article studies mixtures of sundials, proves a bound on their error and "
    "reports how often a mixture beats the best of its members. A small lamp, added in print, covers the night."
)
UNLIKE = (
    "Nothing in this text resembles the other one: it counts the migrating storks above a village pond, one spring "
    "after another, and asks whether their number says anything about the frogs that wait below the reeds."
)

PAGE = ParsedPaper(STRIPPED, CLEAN)
API = ParsedPaper(
    STRIPPED, CLEAN, ("Ada van der Meer", "Grace Höpper"), date(2025, 3, 5), (ARXIV,), upvotes=12, comments=3,
    links=(("code", "https://github.com/example/sundials"),),
)  # fmt: skip
PREPRINT = ParsedPaper(
    TITLE, ABSTRACT, ("Ada van der Meer", "Grace Höpper"), date(2025, 3, 4), (ARXIV, DOI),
    categories=("cs.LG", "stat.ML"), version=2,
)  # fmt: skip
PRINT = ("van der Meer, Ada", "Höpper, Grace")
ARXIVS_DOI = parse_doi("https://doi.org/10.48550/arXiv.2503.01234v1")
assert ARXIVS_DOI
REFERENCES = {
    "DOI, no abstract": ParsedPaper(STRIPPED, "", PRINT, identifiers=(DOI,)),
    "DOI, printed abstract": ParsedPaper(STRIPPED, PRINTED, PRINT, date(2025, 9, 1), (DOI,)),
    "DOI and eprint": ParsedPaper(TITLE, PRINTED, PRINT, identifiers=(DOI, ARXIV)),
    "DOI of arXiv": ParsedPaper(STRIPPED, CLEAN, PRINT, identifiers=(ARXIVS_DOI,)),
}
FILE = ImportedFile(Safe("references.bib"))


@dataclass(frozen=True)
class Source:
    """A capture, its list, and the decision about the paper after the import."""

    parsed: ParsedPaper
    place: Listing | ImportedFile
    starred: bool = False
    status: ReadingStatus | None = None


def _sources(reference: ParsedPaper) -> list[Source]:
    return [
        Source(PAGE, Listing("page:12345678", DAY)),
        Source(API, Listing("hf", date(2025, 3, 15))),
        Source(PREPRINT, Listing("arxiv:cs.LG", date(2025, 3, 5))),
        Source(reference, FILE),
    ]


@contextmanager
def _library() -> Iterator[Library]:
    """An empty library in which every decision has a time of its own."""
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder), window="test")
        moments = count()
        library.reading._clock = lambda: datetime(2025, 3, 20, tzinfo=UTC) + timedelta(seconds=next(moments))
        try:
            yield library
        finally:
            library.close()


def _import(library: Library, source: Source) -> Entry:
    """Import a source; its paper as it is now."""
    decided = user_decisions(library)
    with library.catalogue.transaction():
        if isinstance(source.place, Listing):
            add_listing(library.catalogue, source.place, [source.parsed], decided)
        else:
            add_papers(library.catalogue, [(source.parsed, [(source.place, 1)])], decided)
    library.apply_decisions()
    return next(entry for entry in _entries(library) if source.place in _places(entry))


def _entries(library: Library) -> list[Entry]:
    return library.entries(library.ids(Shelf.ALL))


def _places(entry: Entry) -> list[Listing | ImportedFile]:
    return [*(listed.listing for listed in entry.listed), *(place.file for place in entry.files)]


def _decide(library: Library, source: Source, number: int) -> None:
    """Import a source and decide about its paper: a tag, a note, and sometimes a star and a status."""
    decisions: list[Decision] = [EditTags(make_tags([f"tag{number}"]))]
    decisions += [SetStar(True)] if source.starred else []
    key = _import(library, source).paper.key
    seen = library.state(key).note
    decisions.append(SetNote(make_note(f"{seen}\n\nnote {number}" if seen else f"note {number}")))
    decisions += [SetStatus(source.status)] if source.status else []
    for decision in decisions:
        library.finish(Triage(library).decide("act", [key], decision))


def _said(entry: Entry) -> tuple[object, ...]:
    """A paper without its key, which depends on the first source."""
    return replace(entry.paper, key=PaperKey("")), sorted(map(str, _places(entry)))


_DECIDED = st.sampled_from([status for status in ReadingStatus if status is not ReadingStatus.UNREAD])


@examples(60)
@given(reference=st.sampled_from(list(REFERENCES)), data=st.data())
def test_four_sources_of_one_paper_are_one_in_any_order(reference: str, data: st.DataObject) -> None:
    """Rule: texts, facts, ids and places are equal in every order, and every decision is kept.

    The star, all tags and notes, and the last status. Every former key still finds the paper.
    """
    sources = _sources(REFERENCES[reference])
    decided = data.draw(st.lists(st.tuples(st.booleans(), _DECIDED), min_size=4, max_size=4))
    arriving = [
        replace(source, starred=starred, status=status)
        for source, (starred, status) in zip(data.draw(st.permutations(sources)), decided, strict=True)
    ]
    with _library() as library:
        for source in sources:
            _import(library, source)
        (expected,) = map(_said, _entries(library))
    with _library() as library:
        keys = set()
        for number, source in enumerate(arriving):
            _decide(library, source, number)
            keys |= {entry.paper.key for entry in _entries(library)}
        for source in data.draw(st.permutations(sources)):  # once more, which changes nothing
            _import(library, source)
        (entry,) = _entries(library)
        assert _said(entry) == expected
        assert (entry.paper.abstract, set(entry.paper.identifiers)) == (ABSTRACT, {ARXIV, DOI})
        assert entry.state.starred is any(starred for starred, _ in decided)
        assert entry.state.tags == ("tag0", "tag1", "tag2", "tag3")
        assert sorted(entry.state.note.split("\n\n")) == ["note 0", "note 1", "note 2", "note 3"]
        assert entry.state.status is decided[-1][1]
        assert {library.resolve(key) for key in (*keys, ARXIV, DOI)} == {entry.paper.key}
        assert all(set(names) <= set(entry.paper.names) for names in library.reading.names())


STRAYS = {
    "unlike abstract": ParsedPaper(STRIPPED, UNLIKE),
    "unlike abstract, another arXiv id": ParsedPaper(
        STRIPPED, UNLIKE, ("Ada van der Meer",), identifiers=(OTHER_ARXIV,)
    ),
    "unlike abstract, another DOI": ParsedPaper(TITLE, UNLIKE, PRINT, identifiers=(OTHER_DOI,)),
}
WITH_TEXT = [name for name, reference in REFERENCES.items() if reference.abstract]


@examples(40)
@given(stray=st.sampled_from(list(STRAYS)), reference=st.sampled_from(WITH_TEXT), data=st.data())
def test_another_paper_of_the_same_title_stays_another_in_any_order(
    stray: str, reference: str, data: st.DataObject
) -> None:
    """Rule: another abstract and other or no ids make two papers with their own decisions.

    References that could belong to either paper are not used here.
    """
    other = Source(STRAYS[stray], Listing("page:87654321", date(2025, 3, 16)), starred=True)
    sources = [*_sources(REFERENCES[reference]), other]
    with _library() as library:
        for number, source in enumerate(data.draw(st.permutations(sources))):
            _decide(library, source, number)
        for source in data.draw(st.permutations(sources)):
            _import(library, source)
        found = {str(entry.paper.abstract): entry for entry in _entries(library)}
        assert set(found) == {ABSTRACT, UNLIKE}
        assert set(found[ABSTRACT].paper.identifiers) == {ARXIV, DOI}
        assert found[UNLIKE].paper.identifiers == other.parsed.identifiers
        assert _places(found[UNLIKE]) == [other.place]
        assert (found[ABSTRACT].state.starred, found[UNLIKE].state.starred) == (False, True)
        assert [len(found[text].state.tags) for text in (ABSTRACT, UNLIKE)] == [4, 1]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_contradicting_ids_keep_papers_apart_whatever_else_agrees(order: Sequence[int]) -> None:
    """Rule: equal title and abstract with two arXiv ids are two papers in any order."""
    double = replace(PREPRINT, identifiers=(OTHER_ARXIV, OTHER_DOI))
    sources = [
        Source(API, Listing("hf", DAY)),
        Source(PREPRINT, Listing("arxiv:cs.LG", DAY)),
        Source(double, Listing("arxiv:cs.AI", DAY)),
    ]
    with _library() as library:
        for number in (*order, *order):
            _import(library, sources[number])
        assert {frozenset(entry.paper.identifiers) for entry in _entries(library)} == {
            frozenset({ARXIV, DOI}), frozenset({OTHER_ARXIV, OTHER_DOI}),
        }  # fmt: skip


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_a_paper_matches_every_text_it_had(order: Sequence[int]) -> None:
    """Rule: a page with the text of an earlier version belongs to the paper."""
    versions = [replace(PREPRINT, abstract=text, version=number) for number, text in ((1, CLEAN), (2, PRINTED))]
    sources = [
        Source(versions[0], Listing("arxiv:cs.LG", DAY)),
        Source(versions[1], Listing("arxiv:cs.LG", date(2025, 6, 1))),
        Source(PAGE, Listing("page:12345678", DAY)),
    ]
    with _library() as library:
        for number in order:
            _import(library, sources[number])
        (entry,) = _entries(library)
        assert (entry.paper.abstract, entry.paper.version) == (PRINTED, 2)


@pytest.mark.parametrize(("title", "year"), [(TITLE, None), ("Dials", PartialDate(2024))])
@pytest.mark.parametrize("abstract", ["", PRINTED])
def test_names_of_authors_agree_however_they_are_written(title: str, year: PartialDate | None, abstract: str) -> None:
    """Rule: a reference without an abstract matches by first author, however the name is written.

    Under a short title the years must agree too.
    """
    one = ParsedPaper(title, abstract, ("Ada Höpper van der Meér",), year, identifiers=(ARXIV,))
    other = ParsedPaper(title, "", ("van der MEER, A. H.",), year, identifiers=(DOI,))
    for pair in permutations([Source(one, Listing("hf", DAY)), Source(other, FILE)]):
        with _library() as library:
            for source in pair:
                _import(library, source)
            assert len(_entries(library)) == 1


def test_a_paper_can_have_two_dois() -> None:
    """Rule: a paper can have two DOIs; either finds it, and a third DOI contradicts both."""
    both = replace(PREPRINT, identifiers=(ARXIV, DOI))
    again = replace(PREPRINT, identifiers=(ARXIV, OTHER_DOI))
    with _library() as library:
        for parsed in (both, again):
            _import(library, Source(parsed, Listing("arxiv:cs.LG", DAY)))
        for doi, papers in ((OTHER_DOI, 1), (DOI, 1), (Identifier("doi:10.1000/third"), 2)):
            _import(library, Source(ParsedPaper(TITLE, ABSTRACT, identifiers=(doi,)), FILE))
            assert len(_entries(library)) == papers
