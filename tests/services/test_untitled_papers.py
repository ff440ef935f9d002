"""Papers with an id and no title: shown and found by the id, and the same paper when the title comes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from pathlib import Path

import pytest
from costs import check_growth

from paperreader.domain.captures import UserPairs
from paperreader.domain.decision import SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.list_order import ListOrder
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.errors import UnknownPaper
from paperreader.exporting.bibtex import bibtex_entry
from paperreader.exporting.entry_json import entry_json
from paperreader.exporting.markdown import paper_section
from paperreader.services.importing.importer import import_paths, import_sources
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.services.searching.find_papers import find_papers
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.catalogue.possible_duplicates import pairs_of_one_title
from paperreader.ui.presenting.copies import copy_of

ARXIV, OTHER, DOI = Identifier("arxiv:2101.00001"), Identifier("arxiv:2101.00002"), Identifier("doi:10.1000/kites")
SHOWN = "arXiv 2101.00001 (title not fetched)"
BARE = ParsedPaper("", "", identifiers=(ARXIV,))
TITLED = ParsedPaper("Kites at Dusk", "", ("Ada Amber",), identifiers=(ARXIV,))
WHOLE = ParsedPaper("Kites at Dusk", "We fly kites.", ("Ada Amber",), date(2021, 1, 1), (ARXIV,), version=2)


def add(library: Library, *papers: ParsedPaper, feed: str = "feed:kites") -> None:
    """Import papers as a list."""
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing(feed, date(2025, 3, 14)), papers, user_decisions(library))
    library.apply_decisions()


def entries(library: Library) -> list[Entry]:
    """All papers."""
    return library.entries(library.ids(Shelf.ALL))


def only(library: Library) -> Entry:
    """The only paper."""
    (entry,) = entries(library)
    return entry


def keys(library: Library) -> list[str]:
    """The keys of all papers."""
    return [str(entry.paper.key) for entry in entries(library)]


def found(library: Library, query: str) -> list[str]:
    """The keys of the papers that a query finds."""
    return [str(entry.paper.key) for entry in library.entries(find_papers(library, query))]


def test_a_list_of_ids_is_imported(library: Library, tmp_path: Path) -> None:
    """Rule: each line is a paper with its key, shown by its id, with nothing invented."""
    file = tmp_path / "ids.txt"
    file.write_text("2101.00001\n1706.00002v5\narXiv:2005.00003\nhep-th/9711001\n10.1000/kites\n", encoding="utf-8")
    (receipt,) = import_paths(library, [str(file)]).files
    assert (receipt.format, receipt.figures.new, receipt.problems) == ("ids", 5, ())
    assert [(entry.paper.key, entry.paper.title, entry.paper.shown_title) for entry in entries(library)] == [
        ("arxiv:2101.00001", "", SHOWN),
        ("arxiv:1706.00002", "", "arXiv 1706.00002 (title not fetched)"),
        ("arxiv:2005.00003", "", "arXiv 2005.00003 (title not fetched)"),
        ("arxiv:hep-th/9711001", "", "arXiv hep-th/9711001 (title not fetched)"),
        ("doi:10.1000/kites", "", "doi 10.1000/kites (title not fetched)"),
    ]
    assert [row.title for row in library.rows(library.ids(Shelf.ALL))][:1] == [SHOWN]
    again = import_paths(library, [str(file)]).files[0].figures
    assert (again.new, again.known, again.updated) == (0, 5, 0)


def test_papers_without_a_title_have_no_title_in_common(library: Library) -> None:
    """Rule: an empty title merges nothing, is no address, and makes no doubtful pair."""
    add(library, *(ParsedPaper("", "", identifiers=(name,)) for name in (ARXIV, OTHER, DOI)))
    assert keys(library) == [ARXIV, OTHER, DOI]
    assert library.catalogue.ids_titled("") == []
    with pytest.raises(UnknownPaper):
        library.resolve(title_address(""))
    assert pairs_of_one_title(library.catalogue, UserPairs(), 10) == ([], 0)


@pytest.mark.parametrize("order", list(permutations((BARE, TITLED, WHOLE))), ids=range(6))
def test_the_title_comes_with_any_other_source(library: Library, order: Sequence[ParsedPaper]) -> None:
    """Rule: in any order it is one paper with the known title and text."""
    for place, parsed in enumerate(order):
        add(library, parsed, feed=f"feed:{place}")
    paper = only(library).paper
    assert keys(library) == [ARXIV]
    assert (paper.title, paper.abstract, paper.version) == ("Kites at Dusk", "We fly kites.", 2)
    assert library.catalogue.ids_titled("Kites at Dusk")


def test_a_title_without_an_abstract_is_taken_and_kept(library: Library) -> None:
    """Rule: any title is better than none."""
    titles = []
    for parsed in (BARE, TITLED, BARE):
        add(library, parsed)
        titles.append(only(library).paper.title)
    assert titles == ["", "Kites at Dusk", "Kites at Dusk"]
    assert only(library).paper.authors == ("Ada Amber",)


def test_it_is_found_by_its_id(library: Library) -> None:
    """Rule: `id:`, the id alone and its beginning find it, later the title too."""
    add(library, BARE, ParsedPaper("Kites of the North", "", identifiers=(OTHER,)))
    for query in ("2101.00001", "id:2101.00001", "arxiv:2101.00001", "title:fetched"):
        assert found(library, query) == [ARXIV], query
    add(library, WHOLE)
    assert found(library, "dusk") == [ARXIV]
    assert found(library, "title:fetched") == []


def test_it_is_sorted_by_its_shown_title(library: Library) -> None:
    """Rule: it sorts among titles by the text that its row shows."""
    names = [("Zebras", "arxiv:2101.00009"), ("", ARXIV), ("Äpfel", "arxiv:2101.00008"), ("", DOI), ("Bees", OTHER)]
    add(library, *(ParsedPaper(title, "", identifiers=(Identifier(name),)) for title, name in names))
    ids = library.catalogue.all_ids(ListOrder.TITLE)
    shown = [row.title for row in library.rows(ids)]
    assert shown == [SHOWN, "Bees", "doi 10.1000/kites (title not fetched)", "Zebras", "Äpfel"]
    add(library, WHOLE)
    assert [row.title for row in library.rows(library.catalogue.all_ids(ListOrder.TITLE))][2] == "Kites at Dusk"


def test_an_unknown_title_is_null_in_json(library: Library, tmp_path: Path) -> None:
    """Rule: `list --json` gives null, and importing this output gives the same papers."""
    add(library, BARE, ParsedPaper("", "", identifiers=(DOI,)))
    told = [entry_json(entry) for entry in entries(library)]
    assert [(each["key"], each["title"]) for each in told] == [(ARXIV, None), (DOI, None)]
    file = tmp_path / "list.json"
    file.write_text(json.dumps(told), encoding="utf-8")
    other = Library(tmp_path / "other", window="other")
    (receipt,) = import_paths(other, [str(file)]).files
    assert (receipt.format, receipt.figures.new, receipt.problems) == ("jsonl", 2, ())
    assert (keys(other), {entry.paper.title for entry in entries(other)}) == ([ARXIV, DOI], {""})
    other.close()


def test_exports_invent_no_title(library: Library) -> None:
    """Rule: BibTeX has no title, Markdown the id as a link, and there is no title to copy."""
    add(library, BARE)
    entry = only(library)
    assert "title" not in bibtex_entry(entry)
    assert bibtex_entry(entry).startswith("@misc{arxiv210100001,\n  eprint")
    assert paper_section(entry).startswith(
        "### [arXiv 2101.00001 (title not fetched)](<https://arxiv.org/abs/2101.00001>)"
    )
    assert copy_of([entry], "title") == ("", "nothing copied: 1 paper without title")
    assert copy_of([entry], "link")[0] == "https://arxiv.org/abs/2101.00001"


def test_a_starred_one_is_kept_when_the_catalogue_is_lost(library: Library) -> None:
    """Rule: decisions hold; the paper is shown by its id, and a later import brings the title."""
    add(library, BARE)
    library.finish(Triage(library).decide("star", [PaperKey(ARXIV)], SetStar(True)))
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    library = Library(library.folder, window="again")
    (row,) = library.rows(library.ids(Shelf.STARRED))
    assert row.title == SHOWN
    add(library, WHOLE)
    assert (only(library).paper.title, library.state(PaperKey(ARXIV)).starred) == ("Kites at Dusk", True)
    library.close()


def test_a_repeated_id_is_named(library: Library) -> None:
    """Rule: the receipt says which paper a list names twice."""
    from paperreader.feeds.base import Source

    (receipt,) = import_sources(library, [Source("ids.txt", b"2101.00001\n2101.00002\n2101.00001v2\n")]).files
    assert [(problem.line, problem.excerpt) for problem in receipt.problems] == [(3, "arxiv:2101.00001")]


def test_the_cost_of_many_ids_is_linear(library: Library) -> None:
    """Rule: papers without a title are not compared, so the cost stays linear."""
    papers = iter(range(10_000_000))

    def make(size: int) -> list[ParsedPaper]:
        numbers = (next(papers) for _ in range(size))
        return [ParsedPaper("", "", identifiers=(Identifier(f"doi:10.1000/{number}"),)) for number in numbers]

    check_growth(lambda parsed: add(library, *parsed), make, 1_600)
