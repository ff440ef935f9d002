"""`doctor` lists papers that may be one, says why they are two, and decides nothing."""

from __future__ import annotations

from datetime import date

from captured import key_of, pairs_of

from paperreader.domain.dates import PartialDate
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.services.doctor.examination import examine, mend
from paperreader.services.doctor.identity import MAX_PAIRS
from paperreader.services.identities import keep_apart, merge, split
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.catalogue.possible_duplicates import MAX_OF_TITLE
from paperreader.storage.reading.store import Settlement

TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
UNLIKE = "Nothing here resembles the other text: it counts the migrating storks above a village pond in spring."
ARXIV, OTHER_ARXIV = Identifier("arxiv:2503.01234"), Identifier("arxiv:2503.09999")
LITTLE = "too few facts to compare, and the title has fewer than 20 letters"
DOI, OTHER_DOI = Identifier("doi:10.1000/sundial"), Identifier("doi:10.1000/stork")
LETTERS = Identifier("doi:10.1000/letters")


def _import(library: Library, *papers: ParsedPaper) -> None:
    with library.catalogue.transaction():
        for number, paper in enumerate(papers):
            listing = Listing(f"feed:{number}:{paper.identifiers}", date(2025, 3, 14))
            add_listing(library.catalogue, listing, [paper], user_decisions(library))
    library.apply_decisions()


def _findings(library: Library) -> list[Finding]:
    return [finding for finding in examine(library.folder) if finding.subject == "identities"]


def test_the_title_that_two_papers_share_is_named(library: Library) -> None:
    """Rule: of a merged paper's titles, the one that the other paper shares is named."""
    shown = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,))
    merged = ParsedPaper("Snow", "", ("Ada Lovelace",), PartialDate(1989))
    other = ParsedPaper("Snow", "", ("Ada Lovelace",), PartialDate(1990))
    _import(library, shown, merged, other)
    merge(library, PaperKey(ARXIV), key_of(merged))
    (finding,) = _findings(library)
    assert "share the title “Snow” but are two papers" in finding.text


def test_papers_of_one_title_are_named_with_the_reason_and_the_cure(library: Library) -> None:
    """Rule: a pair is a warning unless ids or years tell the two apart."""
    papers = [
        ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,)),
        ParsedPaper(TITLE.upper(), UNLIKE),
        ParsedPaper(TITLE, ABSTRACT, identifiers=(OTHER_ARXIV,)),
        ParsedPaper("Dials", "", ("Ada Lovelace",), identifiers=(DOI,)),
        ParsedPaper("Dials", "", ("Grace Hopper",)),
        ParsedPaper("Letters", "", ("Ada Lovelace",), PartialDate(1989), (LETTERS,)),
        ParsedPaper("Letters", "", ("Ada Lovelace",), PartialDate(1990)),
        ParsedPaper("Clocks", "", identifiers=(OTHER_DOI,)),
        ParsedPaper("Clocks", ""),
    ]
    _import(library, *papers)
    page, dials, letters, clocks = map(key_of, (papers[1], papers[4], papers[6], papers[8]))
    findings = _findings(library)
    assert [(finding.level, finding.text, finding.cure) for finding in findings] == [
        (level, f"{one} and {other} share the title “{title}” but are two papers: {reason}",
         f"if they are one paper: paperreader merge {one} {other}; "
         f"if they are two papers: paperreader split {one} {other}"
         if level is Level.WARNING else "")
        for level, one, other, title, reason in (
            (Level.WARNING, ARXIV, page, TITLE, "different abstracts"),
            (Level.WARNING, page, OTHER_ARXIV, TITLE.upper(), "different abstracts"),
            (Level.WARNING, DOI, dials, "Dials", "different first authors"),
            (Level.OK, LETTERS, letters, "Letters", "published in different years"),
            (Level.WARNING, OTHER_DOI, clocks, "Clocks", LITTLE),
            (Level.OK, ARXIV, OTHER_ARXIV, TITLE, "different arXiv ids"),
        )
    ]  # fmt: skip
    merge(library, page, PaperKey(ARXIV))
    merge(library, dials, PaperKey(DOI))
    merge(library, letters, PaperKey(LETTERS))
    assert len(_findings(library)) == 2
    split(library, PaperKey(DOI))
    assert len(_findings(library)) == 2, "what the user told apart is not doubtful"
    keep_apart(library, OTHER_DOI, clocks)
    keep_apart(library, OTHER_ARXIV, page)
    assert [finding.level for finding in _findings(library)] == [Level.OK]


def test_a_pair_that_the_user_keeps_apart_is_not_listed(library: Library) -> None:
    """Rule: a pair that the user keeps apart is not listed, even after new ids, merges or a lost catalogue."""
    preprint, page = ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,)), ParsedPaper(TITLE, UNLIKE)
    elsewhere = ParsedPaper("Storks", UNLIKE, identifiers=(DOI,))
    _import(library, preprint, page, elsewhere)
    assert [finding.level for finding in _findings(library)] == [Level.WARNING]
    keep_apart(library, ARXIV, key_of(page))
    merge(library, key_of(page), PaperKey(DOI))
    _import(library, ParsedPaper(TITLE, UNLIKE, identifiers=(OTHER_ARXIV,)))
    assert library.catalogue.count() == 2
    assert [finding.level for finding in _findings(library)] == [Level.OK]
    library.close()
    for file in library.folder.glob("catalogue.sqlite*"):
        file.unlink()
    again = Library(library.folder, window="again")
    _import(again, page, elsewhere, preprint)
    assert again.catalogue.count() == 2
    assert [finding.level for finding in _findings(again)] == [Level.OK]
    again.close()


def test_a_repair_decides_no_pair(library: Library) -> None:
    """Rule: `doctor --fix` decides no doubtful pair."""
    _import(library, ParsedPaper(TITLE, ABSTRACT), ParsedPaper(TITLE, UNLIKE))
    before = _findings(library)
    library.close()
    assert mend(library.folder).done == ()
    assert _findings(library) == before != []


def test_many_pairs_are_counted_and_common_titles_left_out(library: Library) -> None:
    """Rule: at most 20 pairs are listed; titles of many papers, such as `Editorial`, are left out."""
    sundials = [ParsedPaper(f"{TITLE} {number // 2}", (ABSTRACT, UNLIKE)[number % 2]) for number in range(60)]
    editorials = [
        ParsedPaper("Editorial", "", identifiers=(Identifier(f"doi:10.1000/{number}"),))
        for number in range(MAX_OF_TITLE + 1)
    ]
    _import(library, *sundials, *editorials)
    *pairs, more = _findings(library)
    assert len(pairs) == MAX_PAIRS
    assert not any("Editorial" in finding.text for finding in pairs)
    assert (more.level, more.text) == (Level.OK, "more pairs of papers with one title, not listed here: 10")


def test_a_library_without_such_pairs_has_no_fault(library: Library) -> None:
    """Rule: one line says that there is no such pair."""
    _import(library, ParsedPaper(TITLE, ABSTRACT))
    assert [finding.level for finding in _findings(library)] == [Level.OK]


def test_a_catalogue_older_than_a_merge_is_found_and_repaired(library: Library) -> None:
    """Rule: a catalogue older than a merge or split is reported, and `--fix` applies the decision."""
    _import(
        library, ParsedPaper(TITLE, ABSTRACT, identifiers=(ARXIV,)), ParsedPaper("Storks", UNLIKE, identifiers=(DOI,))
    )
    library.reading.finish(library.reading.settle("merge", lambda _: Settlement(pairs_of([(ARXIV, DOI)]))))
    (finding, *_) = _findings(library)
    assert (finding.level, finding.text) == (Level.WARNING, "1 pair of names is not merged or split as decided")
    library.close()
    mend(library.folder)
    assert [each.level for each in _findings(library)] == [Level.OK]
