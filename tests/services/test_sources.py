"""The sources of a paper: what each one says, which lists name it, and why it belongs to the paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from imported import decide, entries_of, import_papers, lose_catalogue
from invented import prose

from paperreader.domain.decision import SetStar
from paperreader.domain.grouping import JoinReason
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.text import Safe
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.library import Library
from paperreader.services.sources import sources_of
from paperreader.storage.catalogue.imports import add_listing, add_papers

TITLE = "A Sparse Mixture of Sundials for Longer Days"
TEXT, OTHER = prose(1, 400), prose(2, 400)
ARXIV, DOI = Identifier("arxiv:2503.01234"), Identifier("doi:10.1000/sundial")
PAGE = ParsedPaper(TITLE, TEXT)


@pytest.mark.parametrize(
    ("one", "other", "reason", "why"),
    [
        (
            ParsedPaper("Dials", TEXT, identifiers=(ARXIV,), version=1),
            ParsedPaper("Sundials", OTHER, identifiers=(ARXIV,), version=2),
            JoinReason.ARXIV, "shares arXiv 2503.01234",
        ),
        (
            ParsedPaper("Dials", TEXT, identifiers=(DOI,)), ParsedPaper("Sundials", OTHER, identifiers=(DOI,)),
            JoinReason.DOI, "shares DOI 10.1000/sundial",
        ),
        (PAGE, replace(PAGE, categories=("cs.LG",)), JoinReason.OWN_TEXT, "the very same text"),
        (PAGE, replace(PAGE, identifiers=(ARXIV,)), JoinReason.TEXT, "same title and abstract"),
        (
            replace(PAGE, authors=("Ada Brook",)), ParsedPaper(TITLE, "", ("Brook, Ada",)),
            JoinReason.AUTHOR, "same title and first author",
        ),
        (PAGE, ParsedPaper(TITLE, "", ("Ada Brook",)), JoinReason.TITLE, "same title"),
    ],
)  # fmt: skip
def test_a_source_says_why_it_belongs(
    library: Library, one: ParsedPaper, other: ParsedPaper, reason: JoinReason, why: str
) -> None:
    """Rule: each source but the first names an earlier source and what they share."""
    import_papers(library, one, other)
    (key,) = entries_of(library)
    first, second = sources_of(library, key)
    assert (first.why, first.reason, first.beside) == ("", None, None)
    assert (second.why, second.reason, second.beside) == (why, reason, 1)


def test_a_place_of_a_page_is_a_reason(library: Library) -> None:
    """Rule: the same title at the same rank of a page is a reason."""
    with library.catalogue.transaction():
        for text in (TEXT, OTHER):
            papers = [ParsedPaper(TITLE, text)]
            add_listing(library.catalogue, Listing("page:12345678", date(2025, 3, 14)), papers)
    (key,) = entries_of(library)
    _, second = sources_of(library, key)
    assert second.why == "same title at the same rank of the page"


def test_a_merge_is_named_as_the_reason(library: Library) -> None:
    """Rule: a merge is a reason, also through an id that only the user or find-ids gave."""
    import_papers(library, PAGE, ParsedPaper("Tides", OTHER, identifiers=(DOI,)))
    page = next(key for key in entries_of(library) if key != PaperKey(DOI))
    merge(library, page, PaperKey(DOI))
    _, second = sources_of(library, PaperKey(DOI))
    assert (second.why, second.reason) == ("you merged them", JoinReason.MERGED)


def test_each_source_has_its_texts_and_places(library: Library) -> None:
    """Rule: the shown source comes first; each source has its own lists, files and figures."""
    day, file = date(2025, 3, 14), ImportedFile(Safe("references.bib"))
    old = ParsedPaper("Dials", OTHER, identifiers=(ARXIV,), version=1, upvotes=7)
    new = ParsedPaper("Sundials", TEXT, ("Ada Brook",), identifiers=(ARXIV,), version=2)
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("hf", day), [old])
        add_listing(library.catalogue, Listing("arxiv:cs.LG", day), [PAGE, new])
        add_papers(library.catalogue, [(new, [(file, 3)])])
    first, second = sources_of(library, PaperKey(ARXIV))
    assert [source.capture.title for source in (first, second)] == ["Sundials", "Dials"]
    assert (first.capture.authors, second.capture.authors) == (("Ada Brook",), None)
    assert [(place.listing.feed, place.rank) for place in first.listed] == [("arxiv:cs.LG", 2)]
    assert [(filed.file, filed.rank) for filed in first.files] == [(file, 3)]
    assert [(place.listing.feed, place.rank, place.upvotes) for place in second.listed] == [("hf", 1, 7)]
    assert second.files == ()


CHAIN = [
    ParsedPaper(TITLE, TEXT),
    ParsedPaper(TITLE, TEXT, identifiers=(ARXIV,)),
    ParsedPaper("Sundials, at First", OTHER, identifiers=(ARXIV, DOI)),
    ParsedPaper("Sundials, in Print", prose(3, 400), identifiers=(DOI,)),
    ParsedPaper("Sundials, in Print", prose(3, 400), identifiers=(DOI,), categories=("cs.LG",)),
]


@pytest.mark.parametrize("papers", [CHAIN, CHAIN[::-1]])
def test_every_source_is_listed_once_after_the_one_it_joins(library: Library, papers: Sequence[ParsedPaper]) -> None:
    """Rule: each source of the paper is listed once, after the source that it joins."""
    import_papers(library, *papers, ParsedPaper(TITLE, OTHER, identifiers=(Identifier("arxiv:2503.09999"),)))
    sources = sources_of(library, PaperKey(ARXIV))
    assert sorted(source.capture.names for source in sources) == sorted(
        each.capture.names for each in library.catalogue.captures_of_paper(PaperKey(ARXIV))
    )
    assert len(sources) == len(CHAIN)
    for number, source in enumerate(sources[1:], 2):
        assert source.beside is not None
        assert 1 <= source.beside < number
        assert source.why


def test_a_paper_that_the_catalogue_lost_has_no_sources(library: Library) -> None:
    """Rule: a paper that is only in the reading state has no sources."""
    import_papers(library, PAGE)
    (key,) = entries_of(library)
    decide(library, key, SetStar(True))
    library = lose_catalogue(library)
    assert library.entry(key).paper.title == TITLE
    assert sources_of(library, key) == ()
    library.close()


def test_sources_follow_merges_and_splits(library: Library) -> None:
    """Rule: sources follow merges and splits."""
    papers = [ParsedPaper(f"Paper {name}", prose(number, 300), identifiers=(Identifier(name),))
              for number, name in enumerate(("arxiv:2503.00001", "arxiv:2503.00002", "arxiv:2503.00003"))]  # fmt: skip
    import_papers(library, *papers)
    one, two, three = entries_of(library)
    merge(library, one, two)
    merge(library, two if two in entries_of(library) else one, three)
    sources = sources_of(library, one)
    assert [source.why for source in sources] == ["", "you merged them", "you merged them"]
    keep_apart(library, one, three)
    assert [len(sources_of(library, key)) for key in (one, three)] == [2, 1]
    split(library, one)
    assert [len(sources_of(library, key)) for key in (one, two, three)] == [1, 1, 1]
    for count in (2, 3):
        library.finish(library.reading.undo())
        assert len(sources_of(library, one)) == count
