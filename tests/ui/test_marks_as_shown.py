"""A filter finds what is on the screen: hits are marked in the readable text, not in its LaTeX."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.entry import Entry
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.query.parser import parse_query
from paperreader.domain.query.tree import AllOf, Query, Word
from paperreader.domain.text import Safe
from paperreader.search.folding import words_and_compounds
from paperreader.services.library import Library
from paperreader.services.searching.list_filter import ListFilter
from paperreader.storage.catalogue.imports import add_listing
from paperreader.ui.presenting.markers import Marker, no_marks
from paperreader.ui.presenting.pages.paper_blocks import page_of
from paperreader.ui.presenting.pages.paper_facts import Shape

DAY = date(2025, 3, 14)
TITLE = "Windmills at \\alpha-Stable $\\mathcal{W}$ind \U0001f469\u200d\U0001f52c\U0001f1eb\U0001f1f7"
ABSTRACT = (
    r"\textbf{Pre}training a M\'elange of \emph{sails} costs $\mathcal{O}(n \log n)$ at 5\% of ``the price''. "
    r"A $\beta$-VAE with $x_{max} \geq 7$ for $100K turns \unknown{Zeppelins} into a \textit{KV} cache."
    "\n\n"
    r"We thank Sch\'on for $k \times k$ \emph{kites}: \U0001f468\u200d\U0001f469 \url{https://a.example/b-c}."
)


@pytest.fixture
def entry(library: Library) -> Entry:
    """A paper full of LaTeX, beside one without."""
    papers = [ParsedPaper(TITLE, ABSTRACT, None, None, ()), ParsedPaper("Lanterns", "They shine.", None, None, ())]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:1", DAY), papers)
    return next(entry for entry in library.entries(library.catalogue.all_ids()) if entry.paper.title != "Lanterns")


def _found(library: Library, entry: Entry, query: Query) -> Marker | None:
    """How a query marks the paper; None where it does not find it."""
    asked = ListFilter(library.catalogue.all_ids())
    asked.build(library)
    found, result = asked.apply(library, query)
    return result.highlighter.spans if entry.paper.key in library.catalogue.keys_of(found).values() else None


def _shown(entry: Entry, marker: Marker = no_marks) -> list[tuple[Safe, bool]]:
    """The title and the paragraphs as they are shown, and whether something is marked in them."""
    page = page_of(entry, DAY, marker, Shape())
    return [(block.text, bool(block.hits)) for block in page.text if block.role in ("title", "text") and block.text]


def test_every_word_that_is_seen_finds_its_paper_and_is_marked(library: Library, entry: Entry) -> None:
    """Rule: every word on the screen finds its paper, and is marked."""
    for place, (text, _) in enumerate(_shown(entry)):
        for word in words_and_compounds(text):
            marker = _found(library, entry, Query(AllOf((Word(word),))))
            assert marker, word
            assert _shown(entry, marker)[place][1], word


def test_no_word_finds_a_paper_in_which_it_cannot_be_seen(library: Library, entry: Entry) -> None:
    """Rule: no hit is unmarked, whatever command or letter of the source is typed."""
    for typed in [*words_and_compounds(f"{TITLE} {ABSTRACT}"), *ABSTRACT.split(), *TITLE.split()]:
        marker = _found(library, entry, parse_query(f"{typed} ", complete=True))
        if marker and parse_query(typed).texts():
            assert any(hit for _, hit in _shown(entry, marker)), typed


@pytest.mark.parametrize(
    "query",
    [
        r"\textbf{Pre}training",
        r"M\'elange",
        r"\alpha",
        r"$\beta$-VAE",
        r"$\mathcal{W}$ind",
        "\u03b1",
        "melange",
        "pretraining",
        "kvc",
        "log n",
        "zeppelins",
    ],
)
def test_a_word_is_found_in_its_source_and_in_its_readable_form(library: Library, entry: Entry, query: str) -> None:
    """Rule: the source pasted from elsewhere finds what is shown in its place."""
    marker = _found(library, entry, parse_query(query))
    assert marker
    assert any(hit for _, hit in _shown(entry, marker))


@pytest.mark.parametrize("query", ["textbf", "emph", "mathrm", "times", "geq"])
def test_a_command_that_is_not_seen_is_not_found(library: Library, entry: Entry, query: str) -> None:
    """Rule: `times` does not find every product sign."""
    assert _found(library, entry, parse_query(query, complete=True)) is None
