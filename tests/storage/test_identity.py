"""A paper that returns is the same paper: identity, texts and figures, in whatever order captures arrive."""

from __future__ import annotations

import json
import tempfile
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from captured import key_of
from examples import examples
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import PartialDate
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.imports import ListingReceipt, add_listing

DAY = date(2025, 3, 14)
TITLE = "A Sparse Mixture of Sundials for Longer Days"
ABSTRACT = (
    "Sundials tell the hour only while the sun shines. We connect several of them, each turned to another part of the "
    "sky, and learn which one to ask. On three invented benchmarks the mixture reads the time 2.5\\times more often "
    "than its best member, and a small lamp covers the night. Code: https://github.com/example/sundials."
)
UNLIKE = (
    "Nothing in this text resembles the other one: it counts the migrating storks above a village pond, one spring "
    "after another, and asks whether their number says anything about the frogs that wait below the reeds."
)
ARXIV, OTHER_ARXIV = Identifier("arxiv:2503.01234"), Identifier("arxiv:2503.09999")
DOI, OTHER_DOI = Identifier("doi:10.1000/sundial"), Identifier("doi:10.1000/stork")


def _paper(title: str = TITLE, abstract: str = ABSTRACT, **values: Any) -> ParsedPaper:
    return ParsedPaper(title, abstract, **values)


def _ada(year: date | PartialDate | None, title: str = "Dials", abstract: str = "") -> ParsedPaper:
    return _paper(title, abstract, published=year, authors=("Ada Lovelace",))


def _add(catalogue: Catalogue, *papers: ParsedPaper, feed: str = "page:a", day: date = DAY) -> ListingReceipt:
    with catalogue.transaction():
        return add_listing(catalogue, Listing(feed, day), papers)


def _dump(catalogue: Catalogue) -> list[str]:
    """All that the catalogue holds, but for the name that every writing gives it anew."""
    return [line for line in catalogue.connection.iterdump() if '"edition' not in line]


def _keys(catalogue: Catalogue) -> list[str]:
    return sorted(paper.key for paper in catalogue.papers(catalogue.all_ids()))


def _raw(catalogue: Catalogue) -> tuple[str, str]:
    """The title and abstract of the only paper as they came."""
    title, abstract, raw = catalogue.connection.execute(
        "SELECT title, abstract, raw FROM papers JOIN captures ON captures.id = shown JOIN texts ON texts.id = text"
    ).fetchone()
    came = json.loads(raw) if raw else {}
    return came.get("title", title), came.get("abstract", abstract)


def _is_one(catalogue: Catalogue, one: ParsedPaper, other: ParsedPaper) -> bool:
    """Whether two captures, on two dates, make one paper."""
    _add(catalogue, one)
    _add(catalogue, other, feed="page:b", day=date(2025, 3, 15))
    return catalogue.count() == 1


# Who is who


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_paper(), _paper(TITLE.upper() + "!")),
        (_paper("Über naïve Größe der Sonne"), _paper("ÜBER NAI\u0308VE GRÖSSE — der Sonne")),
        (_paper(), _paper(abstract=ABSTRACT.replace("2.5\\times", "2.5times").replace("three", "$three$"))),
        (_paper(), _paper(abstract=ABSTRACT.replace("https://github.com/example", "https://mirror.example.workers.dev"))),
        (_paper("Abcdefghi Jklmnopqrst"), _paper("Abcdefghi Jklmnopqrst", "")),
        (_ada(date(1990, 3, 1)), _ada(PartialDate(1990))),
        (_paper(identifiers=(ARXIV,)), _paper("Another title altogether", UNLIKE, identifiers=(ARXIV,))),
        (_paper(identifiers=(ARXIV,)), _paper()),
        (_paper(identifiers=(ARXIV, DOI)), _paper("Another title", UNLIKE, identifiers=(DOI,))),
    ],
    ids=["case and signs", "accents", "LaTeX marks", "another host", "20 letters", "short title, same year", "same id",
         "id and none", "one shared id"],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_two_captures_of_one_paper_are_one(
    catalogue: Catalogue, one: ParsedPaper, other: ParsedPaper, turned: bool
) -> None:
    """The rules of grouping hold of what was stored, cleaned and read again, in whatever order it came."""
    assert _is_one(catalogue, *((other, one) if turned else (one, other)))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_paper(), _paper(abstract=UNLIKE)),
        (_paper(identifiers=(ARXIV,)), _paper(identifiers=(OTHER_ARXIV,))),
        (_paper(authors=("Ada Lovelace",)), _paper(abstract="", authors=("Grace Hopper",))),
        (_paper("Editorial"), _paper("Editorial", "", authors=("Ada Lovelace",))),
        (_paper("Abcdefghi Jklmnopqrs"), _paper("Abcdefghi Jklmnopqrs", "")),
        (_paper("Dials", authors=("Ada Lovelace",)), _paper("Dials", "", authors=("A. Lovelace",))),
        (_ada(PartialDate(1989)), _ada(PartialDate(1990))),
        (_ada(PartialDate(1990)), _ada(None)),
        (_ada(date(2024, 12, 30), abstract=ABSTRACT), _ada(PartialDate(2025))),
    ],
    ids=["unlike abstracts", "two arXiv ids", "other authors", "short title, authors on one side",
         "below twenty letters", "short title without a year", "short title of another year", "short title, one year",
         "short title, abstract of another year"],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_two_papers_that_only_look_alike_are_two(
    catalogue: Catalogue, one: ParsedPaper, other: ParsedPaper, turned: bool
) -> None:
    """Contradicting ids, unlike abstracts, other authors or years, or too little to go by keep papers apart."""
    assert not _is_one(catalogue, *((other, one) if turned else (one, other)))


def test_papers_of_one_title_have_keys_of_their_own(catalogue: Catalogue) -> None:
    """Each is found again by its abstract, under its own name; their title is the address of none."""
    texts = [ABSTRACT, UNLIKE, "A third text, short, of its own, about tin cans and the people who collect them."]
    papers = [_paper(abstract=text) for text in texts]
    for order in (papers, papers[::-1]):
        for n, paper in enumerate(order):
            _add(catalogue, paper, feed=f"page:{texts.index(paper.abstract)}", day=date(2025, 3, 10 + n))
    assert _keys(catalogue) == sorted(map(key_of, papers))
    assert catalogue.ids_of([title_address(TITLE)]) == {}
    assert len(catalogue.bearers_of([title_address(TITLE)])[title_address(TITLE)]) == 3


def test_two_papers_of_one_title_on_one_page_are_both_kept(catalogue: Catalogue) -> None:
    """They stay two when the page is imported again."""
    for expected_new in (2, 0):
        receipt = _add(catalogue, _paper(), _paper(abstract=UNLIKE))
        assert (receipt.listed, receipt.new, receipt.updated, receipt.repeated) == (2, expected_new, 0, ())
    assert len(catalogue.ids_on(DAY)) == 2


def test_a_key_is_the_best_identifier_and_never_has_a_version(catalogue: Catalogue) -> None:
    """arXiv before DOI before the name that the text gives."""
    _add(
        catalogue,
        _paper("One", UNLIKE, identifiers=(DOI, ARXIV)),
        _paper("Two", UNLIKE, identifiers=(OTHER_DOI,)),
        _paper(),
    )
    assert _keys(catalogue) == [str(ARXIV), str(OTHER_DOI), key_of(_paper())]


def test_a_better_id_is_the_key_and_the_old_key_leads_to_the_paper(catalogue: Catalogue) -> None:
    """Every name that a paper owns resolves for ever, and so does the address of its title; its number stays."""
    bare = _paper()
    _add(catalogue, bare)
    before = list(catalogue.all_ids())
    for ids in ((DOI,), (DOI, ARXIV)):
        _add(catalogue, _paper(identifiers=ids), feed=f"page:{len(ids)}")
        (paper,) = catalogue.papers(catalogue.all_ids())
        assert (str(paper.key), list(catalogue.all_ids())) == (str(ids[-1]), before)
        assert {key_of(bare), *ids} <= set(paper.names)
        names = [*paper.names, title_address(TITLE)]
        assert catalogue.ids_of(names) == dict.fromkeys(names, before[0])


RENAMED = "Sundials in Company: Reading the Time Together"


@pytest.mark.parametrize("shown", [TITLE, RENAMED])
@pytest.mark.parametrize("looked_for", [TITLE, RENAMED])
def test_a_paper_is_found_by_every_title_it_was_seen_with(catalogue: Catalogue, shown: str, looked_for: str) -> None:
    """A listing without ids may bear the old title or the new one, whichever is the one that is shown."""
    for number, title in enumerate((TITLE, RENAMED)):
        seen = _paper(title, identifiers=(ARXIV,), upvotes=9 if title == shown else 1)
        _add(catalogue, seen, feed=f"feed {number}")
    for feed in ("page:x", "page:x"):  # as a new listing, and the same once more
        _add(catalogue, _paper(looked_for), feed=feed)
    (paper,) = catalogue.papers(catalogue.all_ids())
    assert paper.title == shown
    assert catalogue.connection.execute("PRAGMA foreign_key_check").fetchall() == []


def test_another_paper_under_a_title_that_a_paper_once_had_is_another(catalogue: Catalogue) -> None:
    """What a title does not settle alone, an old one does not either."""
    for title in (TITLE, RENAMED):
        _add(catalogue, _paper(title, identifiers=(ARXIV,)))
    _add(catalogue, _paper(TITLE, UNLIKE), feed="page:x")
    assert catalogue.count() == 2


def test_a_paper_named_twice_on_a_page_is_listed_once_and_told(catalogue: Catalogue) -> None:
    """The repetition is given back with its line, the first place counts."""
    repeated = _paper(line=19)
    receipt = _add(catalogue, _paper(line=11), _paper("Between", UNLIKE, line=15), repeated)
    assert (receipt.listed, receipt.new, receipt.known, receipt.repeated) == (2, 2, 0, (repeated,))
    assert [place.rank for places in catalogue.places(catalogue.all_ids()).values() for place in places] == [1, 2]


# What stands at one rank of one list


EDITORIAL = _paper("Editorial", authors=("Ann Smith",))


@pytest.mark.parametrize(
    "other",
    [
        _paper("Editorial", UNLIKE, authors=("Bob Jones",)),
        _paper("Editorial", UNLIKE),
        _paper("Editorial", UNLIKE, identifiers=(DOI,)),
        _paper("Editorial", "", authors=("Bob Jones",)),
    ],
    ids=["another text and author", "another text", "another text with an id", "another author"],
)
@pytest.mark.parametrize("turned", [False, True])
def test_another_paper_of_one_title_at_one_rank_of_a_journal_is_another(
    catalogue: Catalogue, other: ParsedPaper, turned: bool
) -> None:
    """Each issue of a day may begin with an `Editorial`: they are two, in either order, and when they come again."""
    captures = [EDITORIAL, other][:: -1 if turned else 1]
    for expected_new in (1, 0):
        for capture in captures:
            assert _add(catalogue, capture, feed="journal").new == expected_new
    assert {(paper.abstract, paper.authors) for paper in catalogue.papers(catalogue.all_ids())} == {
        (capture.abstract, capture.authors) for capture in captures
    }


@pytest.mark.parametrize(
    "other",
    [_paper("Editorial", authors=EDITORIAL.authors), _paper("Editorial"), _paper("Editorial", identifiers=(DOI,))],
    ids=["the same", "no authors", "an id"],
)  # fmt: skip
@pytest.mark.parametrize("turned", [False, True])
def test_a_short_title_at_one_rank_is_one_paper_where_nothing_speaks_against_it(
    catalogue: Catalogue, other: ParsedPaper, turned: bool
) -> None:
    """A list that comes again with less, or with more, brings no paper twice."""
    for capture in [EDITORIAL, other][:: -1 if turned else 1]:
        _add(catalogue, capture, feed="journal")
    assert catalogue.count() == 1


def test_nothing_but_a_title_at_one_rank_is_no_new_paper_each_time(catalogue: Catalogue) -> None:
    """Also where papers with another text stand at the same rank by that title."""
    bare = _paper("Editorial", "", authors=("Bob Jones",))
    for expected_new in (1, 0, 0):
        receipts = [_add(catalogue, capture, feed="journal") for capture in (EDITORIAL, bare)]
        assert [receipt.new for receipt in receipts] == [expected_new] * 2


def test_a_damaged_abstract_of_a_page_that_comes_again_makes_no_second_paper(catalogue: Catalogue) -> None:
    """Its name is made of its titles in their order, so that it vouches for them whatever the abstracts are."""
    for abstract in (ABSTRACT, UNLIKE, ""):
        _add(catalogue, _paper("Editorial", abstract), feed="page:a")
    assert catalogue.count() == 1


def test_captures_that_met_at_one_rank_part_when_the_rank_changes(catalogue: Catalogue) -> None:
    """Of a page's places the one with the greatest figures counts, whenever it came."""
    one, other = _paper("Editorial"), _paper("Editorial", UNLIKE)
    _add(catalogue, one)
    _add(catalogue, other)
    assert catalogue.count() == 1
    _add(catalogue, _paper("Dials", UNLIKE), replace(one, upvotes=3))
    assert catalogue.count() == 3


# Importing again, and in any order


def test_names_are_compared_as_they_are_shown(catalogue: Catalogue) -> None:
    """A name that cleaning changes is that of the same author when it comes again."""
    paper = _paper("Dials", "", authors=("Ada Love\u2061lace\x1b[m\u0f74",))
    for _ in range(2):
        _add(catalogue, paper, feed="imported:dials.ris")
        _add(catalogue, paper, feed="imported:others.ris")
    assert catalogue.count() == 1


def test_importing_again_changes_nothing(catalogue: Catalogue) -> None:
    """The second receipt knows everything and updates nothing; every row is as it was."""
    papers = [
        _paper(authors=("Ada Lovelace",), published=date(2025, 3, 1), identifiers=(ARXIV,), upvotes=3, comments=1),
        _paper("A title with \x1b[31mcolour\x1b[0m and <tags>", UNLIKE + "\x00"),
        _paper("No abstract here, only a title", ""),
    ]
    _add(catalogue, *papers)
    before = _dump(catalogue)
    receipt = _add(catalogue, *papers)
    assert (receipt.listed, receipt.new, receipt.known, receipt.updated) == (3, 0, 3, 0)
    assert _dump(catalogue) == before


def test_cleaned_text_is_shown_and_the_raw_text_is_kept(catalogue: Catalogue) -> None:
    """What came is still there, byte for byte, behind what is safe to show."""
    title, abstract = (
        "Red \x1b[31mlight\x1b[0m \u202eon",
        "A\x9b2Jbstract\x07 with \udc80 a lone surrogate, " + "x" * 30,
    )
    _add(catalogue, _paper(title, abstract))
    (paper,) = catalogue.papers(catalogue.all_ids())
    assert paper.title == "Red light on"
    assert not set(paper.abstract) & set("\x1b\x9b\x07\udc80")
    assert _raw(catalogue) == (title, abstract)


def test_the_better_capture_gives_the_text(catalogue: Catalogue) -> None:
    """More upvotes and comments mean a later capture; a capture without abstract never replaces one with it.

    That a list has other figures for a capture is an update, whichever capture is shown.
    """
    better = ABSTRACT.replace("three", "four")
    _add(catalogue, _paper(upvotes=1))
    assert _add(catalogue, _paper(abstract=better, upvotes=2, comments=3)).updated == 1
    assert _add(catalogue, _paper(upvotes=4)).updated == 1
    assert _add(catalogue, _paper(upvotes=3)).updated == 0
    assert _add(catalogue, _paper(abstract="", upvotes=50), feed="page:b").updated == 0
    (paper,) = catalogue.papers(catalogue.all_ids())
    assert paper.abstract == better
    assert [(p.listing.feed, p.upvotes, p.comments) for p in catalogue.places(catalogue.all_ids())[1]] == [
        ("page:a", 2, 3), ("page:b", 50, None),
    ]  # fmt: skip


def test_a_paper_that_left_a_list_stays(catalogue: Catalogue) -> None:
    """Membership of a listing is the union of what was seen."""
    _add(catalogue, _paper(), _paper("Soon gone", UNLIKE))
    _add(catalogue, _paper())
    assert len(catalogue.ids_on(DAY)) == catalogue.count() == 2
    assert catalogue.date_counts() == [(DAY, 2)]


def _outcome(captures: list[tuple[str, date, ParsedPaper]]) -> tuple[object, ...]:
    """What a new catalogue says of a paper after these captures."""
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder) / "catalogue.sqlite")) as catalogue:
        for feed, day, parsed in captures:
            _add(catalogue, parsed, feed=feed, day=day)
        ids = catalogue.all_ids()
        assert len(ids) == 1
        (paper,) = catalogue.papers(ids)
        return paper, _raw(catalogue), catalogue.places(ids)[ids[0]], catalogue.date_counts()


_TITLES = st.sampled_from([TITLE, TITLE.upper(), f"{TITLE}."])
_ABSTRACTS = st.sampled_from(
    [ABSTRACT, ABSTRACT.replace("three", "four"), ABSTRACT.replace("$", ""), ABSTRACT[:-12], ABSTRACT[:-20] + "...", ""]
)
_FACTS = st.fixed_dictionaries(
    {
        "authors": st.sampled_from([None, ("Ada Lovelace",), ("Ada Lovelace", "Grace Hopper")]),
        "published": st.sampled_from(
            [None, PartialDate(2025), PartialDate(2024), PartialDate(2025, 3), date(2025, 3, 1), date(2025, 3, 2)]
        ),
        "comments": st.sampled_from([None, 0, 1]),
    }
)
_DAYS = st.sampled_from([DAY, date(2025, 3, 15)])


@examples(60)
@given(
    captures=st.lists(st.tuples(_DAYS, _TITLES, _ABSTRACTS, st.integers(0, 3), _FACTS), min_size=2, max_size=4),
    data=st.data(),
)
def test_the_order_in_which_captures_arrive_does_not_matter(
    captures: list[tuple[date, str, str, int, dict[str, Any]]], data: st.DataObject
) -> None:
    """Texts, facts, figures, places and counts are the same after any permutation of captures of one paper."""
    made = [
        # A feed of its own for each capture: two captures of one listing are the subject of the next test.
        (f"page:{n}", day, _paper(title, abstract, upvotes=votes, **facts))
        for n, (day, title, abstract, votes, facts) in enumerate(captures)
    ]
    assert _outcome(made) == _outcome(data.draw(st.permutations(made)))


@pytest.mark.parametrize(
    "captures",
    [
        [_paper(upvotes=5, comments=1), _paper(upvotes=9, comments=2), _paper(upvotes=2)],
        [_paper(upvotes=5), _paper(TITLE.upper(), ABSTRACT, upvotes=9), _paper(upvotes=None)],
        [_paper(), _paper(identifiers=(ARXIV,)), _paper(identifiers=(DOI,), upvotes=1)],
    ],
)
def test_captures_of_one_listing_may_arrive_in_any_order(captures: list[ParsedPaper]) -> None:
    """The capture with the larger sum of figures wins, whenever it came; identifiers are joined."""
    outcomes = [_outcome([("hf", DAY, parsed) for parsed in order]) for order in permutations(captures)]
    (first, *others) = [
        (replace(paper, key="-"), raw, places, counts)  # type: ignore[type-var]
        for paper, raw, places, counts in outcomes
    ]
    assert others == [first] * len(others)


@pytest.mark.parametrize(
    "facts", [{"published": date(2025, 3, 2)}, {"authors": ("Ada Lovelace", "Grace Hopper")}], ids=str
)
def test_authors_and_day_of_publication_do_not_depend_on_the_order(facts: dict[str, Any]) -> None:
    """Where captures differ in other facts than the text, the better capture decides as well."""
    weak = _paper(upvotes=1, published=date(2025, 3, 1), authors=("Ada Lovelace",))
    strong = replace(weak, upvotes=5, **facts)
    captures = [("page:a", DAY, weak), ("page:b", DAY, strong)]
    assert _outcome(captures) == _outcome(captures[::-1])


_PARTS = (PartialDate(2025), PartialDate(2025, 3), date(2025, 3, 2))


@pytest.mark.parametrize("votes", list(permutations((None, 1, 9))), ids=str)
@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
def test_the_most_exact_date_is_shown(votes: tuple[int | None, ...], order: tuple[int, ...]) -> None:
    """Rule: of 2025, March and the second of March the day is shown, whichever came first or has more votes.

    As long as it has not come, no day is shown.
    """
    made = [
        (f"page:{n}", DAY, _paper(published=published, upvotes=upvotes))
        for n, (published, upvotes) in enumerate(zip(_PARTS, votes, strict=True))
    ]
    for count in (1, 2, 3):
        paper, *_ = _outcome([made[n] for n in order[:count]])
        assert paper.published == _PARTS[max(order[:count])]  # type: ignore[attr-defined]


@pytest.mark.parametrize("value", ["X'323032352d30332d3032'", "'2025-13'", "'2025-03-0'", "'long ago, in the rain'"])
def test_a_date_that_was_changed_on_the_disk_gives_way(catalogue: Catalogue, value: str) -> None:
    """Rule: what is no date is not shown, and keeps none out."""
    _add(catalogue, _paper(published=PartialDate(2025)))
    with catalogue.transaction() as connection:
        connection.execute(f"UPDATE captures SET published = {value}")
    _add(catalogue, _paper(published=date(2025, 3, 2)))
    assert [paper.published for paper in catalogue.papers(catalogue.all_ids())] == [date(2025, 3, 2)]


def test_figures_of_equal_sum_do_not_depend_on_the_order() -> None:
    """Ties are settled by the content, not by the moment of arrival."""
    captures = [
        ("hf", DAY, _paper(upvotes=3, comments=2)),
        ("hf", DAY, _paper(abstract=ABSTRACT.replace("three", "four"), upvotes=2, comments=3)),
    ]
    assert _outcome(captures) == _outcome(captures[::-1])


def test_a_text_and_its_beginning_do_not_depend_on_the_order() -> None:
    """A capture that was cut neither wins nor makes the outcome a matter of arrival, whatever the figures are."""
    captures = [
        ("page:a", DAY, _paper(abstract=ABSTRACT[:-12], upvotes=3)),
        ("page:b", DAY, _paper(abstract=ABSTRACT.replace("three", "four"), upvotes=2)),
        ("page:c", DAY, _paper(upvotes=1)),
    ]
    outcomes = [_outcome(list(order))[0] for order in permutations(captures)]
    assert outcomes == outcomes[:1] * 6


# Two pages of one date


def test_two_pages_of_one_date_are_two_listings_and_one_date(catalogue: Catalogue) -> None:
    """The date shows their union once, ordered by rank and then feed; the date counts each paper once."""
    texts = {
        name: f"An abstract about {name}, long enough to be told from the others: {name * 30}." for name in "abcde"
    }

    def page(names: str) -> list[ParsedPaper]:
        return [_paper(f"The paper called {name}", texts[name]) for name in names]

    _add(catalogue, *page("abc"), feed="page:2")
    _add(catalogue, *page("dbea"), feed="page:1")
    rows = catalogue.rows(catalogue.ids_on(DAY))
    assert [row.title[-1] for row in rows] == list("dabec")
    assert catalogue.date_counts() == [(DAY, 5)]
    assert [listing.feed for listing in catalogue.listings(DAY)] == ["page:1", "page:2"]
    assert len(catalogue.listings()) == 2
