"""CSL-JSON is read as reference managers export it and as Crossref serves it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.import_result import ParsedListing, ParsedPaper
from paperreader.domain.paper import Standing
from paperreader.feeds.references.csl_json import CSL_JSON
from paperreader.feeds.references.fields import NO_TITLE, Reading
from paperreader.feeds.references.json_files import NOT_A_RECORD
from paperreader.feeds.syntax.json_items import CUT_OFF, NOT_JSON

ENTRY: dict[str, Any] = {
    "id": "amber2013",
    "type": "article-journal",
    "title": "Patient Lanterns",
    "author": [{"family": "Amber", "given": "Ada"}, {"literal": "Kite Collaboration"}],
    "issued": {"date-parts": [["2013", 3, "14"]]},
    "abstract": "Glaciers mend.",
    "DOI": "10.1000/AB",
    "URL": "https://example.org/lanterns",
}
CROSSREF: dict[str, Any] = {
    "type": "journal-article",
    "title": ["Patient Lanterns"],
    "subtitle": [],
    "container-title": ["Journal of Kites"],
    "author": [{"family": "Amber", "given": "Ada", "sequence": "first"}, {"name": "Kite Collaboration"}],
    "issued": {"date-parts": [[None]]},
    "published-print": {"date-parts": [[2013, 3, 14]]},
    "abstract": "<jats:title>Abstract</jats:title><jats:p>Glaciers mend.</jats:p>",
    "DOI": "10.1000/ab",
    "URL": "https://example.org/lanterns",
}


def read(value: object) -> ParsedListing:
    """The one listing of a file: of its bytes, of its text, or of what stands in it."""
    data = value if isinstance(value, bytes) else (value if isinstance(value, str) else json.dumps(value)).encode()
    (listing,) = CSL_JSON.parse(data)
    return listing


def entry(**fields: Any) -> ParsedPaper:
    """The one paper of an entry with these fields and a title."""
    listing = read([{"title": "A Title", **fields}])
    assert listing.problems == ()
    (paper,) = listing.papers
    return paper


@pytest.mark.parametrize(
    "value",
    [
        [ENTRY],
        ENTRY,
        {"items": [ENTRY], "collections": {}},
        {"status": "ok", "message": {"total-results": 1, "items": [ENTRY]}},
        {"status": "ok", "message": CROSSREF},
        [CROSSREF],
        "\ufeff" + json.dumps([ENTRY], indent=2).replace("\n", "\r\n"),
    ],
)
def test_one_entry_in_all_its_wrappings_is_one_paper(value: object) -> None:
    """Rule: an array, an object, `items`, Crossref's lists, JATS and missing dates."""
    listing = read(value)
    assert listing.is_undated
    assert listing.problems == ()
    (paper,) = listing.papers
    assert (paper.title, paper.abstract) == ("Patient Lanterns", "Glaciers mend.")
    assert paper.authors == ("Ada Amber", "Kite Collaboration")
    assert paper.published == date(2013, 3, 14)
    assert paper.identifiers == ("doi:10.1000/ab",)
    assert paper.links == (("page", "https://example.org/lanterns"),)


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("On <i>Natrix</i> and H<sub>2</sub>O", "On Natrix and H2O"),
        ('<span class="nocase">LLaMA</span> &amp; kin', "LLaMA & kin"),
        ("If a < b and c > d", "If a < b and c > d"),
        ("A <mml:math><mml:mi>x</mml:mi></mml:math> B", "A x B"),
        ("Two\n   lines", "Two lines"),
    ],
)
def test_a_title_loses_its_markup(title: str, text: str) -> None:
    """Rule: tags and entities go; other angle brackets stay."""
    assert entry(title=title).title == text


def test_a_subtitle_beside_a_title_in_a_list_belongs_to_it() -> None:
    """Rule: Crossref stores title and subtitle apart."""
    assert entry(title=["Lanterns"], subtitle=["A Study"]).title == "Lanterns: A Study"
    assert entry(title=["Lanterns: A Study"], subtitle=["A Study"]).title == "Lanterns: A Study"


@pytest.mark.parametrize(
    ("issued", "day"),
    [
        ({"date-parts": [[2013, 3, 14]]}, date(2013, 3, 14)),
        ({"date-parts": [["2013", "3"]]}, PartialDate(2013, 3)),
        ({"date-parts": [[2013], [2014]]}, PartialDate(2013)),
        ({"date-parts": [[2013, 13, 40]]}, PartialDate(2013)),
        ({"date-parts": [[2013, None, None, None]]}, PartialDate(2013)),
        ({"date-parts": [[2013, 3, 0]]}, PartialDate(2013, 3)),
        ({"date-parts": [[2013, None, 5]]}, PartialDate(2013)),
        ({"date-parts": [[2013, 1, 1]]}, date(2013, 1, 1)),
        ({"date-parts": [[]], "raw": "2013-03-14"}, date(2013, 3, 14)),
        ({"literal": "March 2013"}, PartialDate(2013, 3)),
        ({"raw": "spring"}, None),
        ("2013-03-14", date(2013, 3, 14)),
        ({"date-parts": [[None]]}, None),
        ({"date-parts": [[10**30, 1]]}, None),
        ({"date-parts": [[-5, True, "x"]]}, None),
        ({"date-parts": "2013"}, PartialDate(2013)),
        ({"date-parts": [2013]}, PartialDate(2013)),
        (2013, PartialDate(2013)),
        (None, None),
    ],
)
def test_a_date_is_as_precise_as_its_source(issued: object, day: KnownDate | None) -> None:
    """Rule: parts may be strings, few, null or nonsense; raw and literal dates are read."""
    assert entry(issued=issued).published == day


def test_dates_that_agree_are_one() -> None:
    """Rule: another date of publication completes `issued` if the two agree; the day of an event does not."""
    year, month, day = ({"date-parts": [parts]} for parts in ([2013], [2013, 3], [2013, 3, 14]))
    assert entry(issued=year, **{"published-print": month, "published-online": day}).published == date(2013, 3, 14)
    assert entry(issued={"date-parts": [[2012]]}, posted=day).published == PartialDate(2012)
    assert entry(issued=year, **{"event-date": day}).published == PartialDate(2013)
    assert entry(issued=None, **{"event-date": day}).published == date(2013, 3, 14)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ([{"family": "Gennep", "given": "Arnold", "non-dropping-particle": "van"}], ("Arnold van Gennep",)),
        (
            [{"family": "Amber", "given": "Ada", "suffix": "Jr."}, "Bo Looms", None, {}, 7],
            ("Ada Amber Jr.", "Bo Looms"),
        ),
        ({"family": "Amber"}, ("Amber",)),
        ("Amber, Ada; Looms, Bo", ("Ada Amber", "Bo Looms")),
        ([{"literal": "Amber, Ada and Looms, Bo"}], ("Ada Amber", "Bo Looms")),
        ([{"family": "Amber 0001", "given": "Ada"}, {"literal": "et al."}], ("Ada Amber",)),
        ([], None),
        (None, None),
        (3, None),
    ],
)
def test_given_names_come_first(author: object, names: tuple[str, ...] | None) -> None:
    """Rule: particles, suffixes and literal names are read; other values are not."""
    assert entry(author=author).authors == names


@pytest.mark.parametrize(
    ("fields", "identifiers"),
    [
        ({"DOI": "https://doi.org/10.1000/AB"}, ["doi:10.1000/ab"]),
        ({"DOI": ["10.1000/ab"]}, ["doi:10.1000/ab"]),
        ({"number": "arXiv:2101.11408"}, ["arxiv:2101.11408"]),
        ({"URL": "http://arxiv.org/abs/2101.11408"}, ["arxiv:2101.11408"]),
        ({"id": "https://doi.org/10.1000/ab"}, ["doi:10.1000/ab"]),
        ({"id": 7, "DOI": 10.1}, []),
    ],
)
def test_ids_are_found_where_entries_keep_them(fields: dict[str, Any], identifiers: list[str]) -> None:
    """Rule: DOI, address, number, key."""
    assert list(entry(**fields).identifiers) == identifiers


@pytest.mark.parametrize(
    ("fields", "standing"),
    [
        ({"genre": "Editorial"}, Standing.EDITORIAL),
        ({"update-to": [{"type": "correction", "DOI": "10.1000/c"}]}, Standing.CORRECTION),
        ({"updated-by": [{"type": "retraction"}]}, Standing.RETRACTED),
        ({"updated-by": [{"type": "correction"}]}, None),
        ({"update-to": "no list"}, None),
    ],
)
def test_entries_that_are_not_papers_are_marked(fields: dict[str, Any], standing: Standing | None) -> None:
    """Rule: a correction is marked; a corrected paper is not."""
    assert entry(**fields).standing == standing


def test_an_abstract_keeps_its_paragraphs() -> None:
    """Rule: JATS becomes paragraphs; comparisons stay."""
    section = "<jats:sec><jats:title>Methods</jats:title><jats:p>One\n  of p < 0.05.</jats:p></jats:sec>"
    assert (
        entry(abstract=section + "<jats:p>Two &amp; 3.</jats:p>").abstract == "Methods\n\nOne of p < 0.05.\n\nTwo & 3."
    )


def test_an_entry_that_cannot_be_read_is_named_with_its_line() -> None:
    """Rule: a broken entry affects only itself."""
    whole = json.dumps(ENTRY)
    listing = read("\n".join(["[", whole + ",", "7,", '{"id": "x"},', '{"title": "Broken", "type": },', whole, "]"]))
    assert [paper.line for paper in listing.papers] == [2, 6]
    expected = [(3, NOT_A_RECORD), (4, NOT_A_RECORD), (5, NOT_JSON)]
    assert [(problem.line, problem.reason) for problem in listing.problems] == expected
    assert [line for line, _ in listing.set_aside] == [3, 4, 5]


def test_a_file_that_was_cut_keeps_what_is_whole() -> None:
    """Rule: an interrupted download keeps its whole entries."""
    listing = read(json.dumps([ENTRY, ENTRY])[:-30])
    assert len(listing.papers) == 1
    assert [problem.reason for problem in listing.problems] == [CUT_OFF]


def test_each_bad_entry_of_a_one_line_file_is_a_problem() -> None:
    """Rule: every entry of a one-line file is a paper or a problem."""
    listing = read([ENTRY, *({"type": "book", "DOI": f"10.1000/{n}"} for n in range(16)), ENTRY, 5])
    assert len(listing.papers) == 2
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(1, NO_TITLE)] * 16 + [
        (1, NOT_A_RECORD)
    ]
    assert len(listing.set_aside) == 17
    assert "10.1000/3" in listing.problems[3].excerpt


def test_a_flood_of_problems_in_one_line_is_counted() -> None:
    """Rule: the last of very many problems in one line has a count; nothing is dropped."""
    reading = Reading(most_in_shared_lines=3)
    for line in (1,) * 2_000 + (2,) * 2:
        reading.refuse(line, NO_TITLE, "{}")
    listing = reading.listing("")
    reasons = [NO_TITLE] * 3 + [f"{NO_TITLE}, and 1,996 more in this line", f"{NO_TITLE}, and 1 more in this line"]
    assert [problem.reason for problem in listing.problems] == reasons
    assert [line for line, _ in listing.set_aside] == [1, 1, 1, 1, 2]
    assert sum(text.count(b"{}") for _, text in listing.set_aside) == 2_002


@pytest.mark.parametrize("value", ["[]", "{}", "", '{"items": []}', "null"])
def test_a_file_without_entries_says_so(value: str) -> None:
    """Rule: a file without papers is reported."""
    listing = read(value)
    assert listing.papers == ()
    assert {problem.reason for problem in listing.problems} <= {CSL_JSON.nothing, NOT_A_RECORD, NO_TITLE}
    assert listing.problems


@pytest.mark.parametrize("data", ['[{"title": NaN}]', "<html>", '[{"title": "\\ud800"}]'])
def test_hostile_json_is_refused_or_read(data: str) -> None:
    """Rule: NaN, HTML and lone surrogates never raise."""
    assert read(data).problems or read(data).papers


SELECTED = {"DOI": "10.1000/ab", "title": ["Patient Lanterns"]}
"""All that an answer has of a paper of which only its DOI and its title were asked for."""


@pytest.mark.parametrize(
    "value",
    [
        [ENTRY],
        ENTRY,
        {"items": [ENTRY]},
        {"status": "ok", "message": CROSSREF},
        {"status": "ok", "message-type": "work-list", "message": {"facets": {}, "items": [SELECTED]}},
        {"status": "ok", "message-type": "work", "message": {"title": ["Patient Lanterns"]}},
        [SELECTED],
        SELECTED,
    ],
)
def test_csl_json_is_recognised(value: object) -> None:
    """Rule: CSL-JSON is recognised without `--format`."""
    assert CSL_JSON.recognises(json.dumps(value).encode())
    assert CSL_JSON.recognises(json.dumps(value, indent=1).encode())


@pytest.mark.parametrize(
    "value",
    [
        [{"paper": {"id": "2503.01234", "title": "A"}, "publishedAt": "2025-03-14", "title": "A"}],
        {"id": "2503.01234", "title": "A", "abstract": "B", "authors": ["C"]},
        {"externalIds": {"DOI": "10.1000/ab"}, "title": "A"},
        {"message-type": "member-list", "message": {"items": [{"primary-name": "A"}]}},
        {"DOI": ["10.1000/ab"], "title": ["A"]},
        [1],
        {},
    ],
)
def test_other_json_is_not_taken_for_it(value: object) -> None:
    """Rule: JSON without the fields of CSL is not CSL-JSON."""
    assert not CSL_JSON.recognises(json.dumps(value).encode())


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8) | st.sampled_from(sorted(ENTRY)),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*ENTRY, *CROSSREF]), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(JSON)
def test_no_json_breaks_it(value: object) -> None:
    """Rule: anything under any key; each entry is a paper with a title, or a problem."""
    listing = read(value)
    assert listing.papers or listing.problems
    assert all(paper.title.strip() for paper in listing.papers)
    whole = read([ENTRY, value, ENTRY])
    assert {1} == {paper.line for paper in whole.papers}
    assert len(whole.papers) >= 2
