"""A broken BibTeX entry loses itself only, by name, and takes no longer than its size allows."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import PartialDate
from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.references.bibtex import NO_FIELD, BibtexImporter
from paperreader.feeds.references.bibtex_syntax import MANGLED, UNCLOSED, UNREADABLE
from paperreader.feeds.references.fields import NO_TITLE
from paperreader.feeds.syntax.encoding import decode_input

BEFORE = "@article{before, title = {Before}, year = 2001}\n"
AFTER = "@article{after, title = {After}, year = 2002}\n"


def read(source: str | bytes) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = BibtexImporter().parse(decode_input(source if isinstance(source, bytes) else source.encode()).data)
    return listing


def titles(listing: ParsedListing) -> list[str]:
    """The titles of the papers."""
    return [paper.title for paper in listing.papers]


@pytest.mark.parametrize(
    "broken",
    [
        "@article{k,\n  title = {Broken,\n  year = 2001\n}\n",
        "@article{k,\n  title = {Broken},\n  year = 2001\n\n",
        "@article{k,\n  title = {{Broken},\n  note = {{{},\n}\n",
        "@article(k,\n  title = {Broken}\n\n",
        '@article{k,\n  title = "Broken {",\n}\n',
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_an_unclosed_brace_costs_its_entry_only(broken: str, newline: str) -> None:
    """Rule: the entry is reported with its line and quarantined whole; the entries around it are read."""
    listing = read((BEFORE + broken + AFTER).replace("\n", newline))
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, UNCLOSED)]
    ((line, text),) = listing.set_aside
    assert (line, text.decode()) == (2, broken.strip("\n"))


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ("title = {Broken}},", "Broken"),
        ("title = {A broken } brace},", "A broken } brace"),
        ("title = {A broken} brace},", "A broken} brace"),
        ('title = "A broken } brace",', "A broken } brace"),
        ("title = {A {Broken}, or so} title},", "A Broken, or so} title"),
    ],
)
def test_a_brace_too_many_costs_no_field(broken: str, title: str) -> None:
    """Rule: an entry that ends before its last fields continues to its last brace."""
    listing = read(f"{BEFORE}@article{{k,\n  {broken}\n  author = {{Kite, A.}},\n  year = 2003\n}}\n{AFTER}")
    assert listing.problems == ()
    _, paper, _ = listing.papers
    assert (paper.title, paper.authors, paper.published) == (title, ("A. Kite",), PartialDate(2003))


@pytest.mark.parametrize(
    "rest", ["ar = 2013\n}\n", "@a@itle = {Kites},\n  (ear = 2013\n}\n", "  kite,\n  note = {x}}, c\n}\n"]
)
def test_a_whole_entry_is_read_whatever_follows_it(rest: str) -> None:
    """Rule: the rest of a broken entry is reported and does not affect the entry before it."""
    listing = read(BEFORE + rest + AFTER)
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(1, NO_FIELD)]


def test_braces_behind_an_entry_are_a_comment() -> None:
    """Rule: only fields after an entry show that it ended too early."""
    listing = read(BEFORE + "}\n\n  }\nA comment with {braces} = 1.\n" + AFTER)
    assert (titles(listing), listing.problems) == (["Before", "After"], ())


@pytest.mark.parametrize(
    "broken",
    ["@article{k, title = {A} b} c, year = 2001}\n", '@article{k, title = "Never closed, year = {2001}}\n'],
)
def test_an_entry_whose_fields_cannot_be_told_apart_is_named(broken: str) -> None:
    """Rule: no field is dropped and no title is cut without a problem."""
    listing = read(BEFORE + broken + AFTER)
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, MANGLED)]


@pytest.mark.parametrize(
    ("value", "title"),
    [
        ('"The "best" way to fail"', 'The "best" way to fail'),
        ('"On "lanterns", "kites" and fog"', 'On "lanterns", "kites" and fog'),
        ('"An {"}allowed{"} way"', 'An "allowed" way'),
        ('"A" # " and B"', "A and B"),
    ],
)
@pytest.mark.parametrize("after", [", year = 2001}", "\n, year = 2001\n}", ",\n% c\nyear = 2001}", "\nyear = 2001}"])
def test_quotation_marks_inside_quotation_marks_are_text(value: str, title: str, after: str) -> None:
    """Rule: a value ends at the quotation mark before another field, a piece or the end of the entry."""
    listing = read(f"@article{{k, title = {value}{after}")
    assert listing.problems == ()
    assert [(paper.title, paper.published) for paper in listing.papers] == [(title, PartialDate(2001))]


@pytest.mark.parametrize(
    "abstract",
    ["{We write\n@article{kite,\n title = {A},\n}\nand so on}", '"We write\n@misc{kite, note = 3}\nand so on"'],
)
def test_a_line_of_an_abstract_begins_no_entry(abstract: str) -> None:
    """Rule: a line inside a value is text."""
    listing = read(f"{BEFORE}@article{{k, title = {{Kites}}, abstract = {abstract}, year = 2001}}\n{AFTER}")
    assert (titles(listing), listing.problems) == (["Before", "Kites", "After"], ())
    assert listing.papers[1].abstract.startswith("We write @")
    assert listing.papers[1].published == PartialDate(2001)


def test_an_unclosed_brace_in_a_file_of_one_line_costs_its_entry_only() -> None:
    """Rule: an unclosed brace affects only its entry, even if no line begins with the next entry."""
    listing = read("@article{a, title = {One}} @article{b, title = {Two} @article{c, title = {Three}}")
    assert titles(listing) == ["One", "Three"]
    assert [problem.reason for problem in listing.problems] == [UNCLOSED]


def test_a_brace_behind_a_backslash_counts_where_else_the_entry_had_no_end() -> None:
    """Rule: both readings of an escaped brace occur in real files."""
    assert titles(read("@article{a, title = {One \\{ and}, year = 2001}\n" + AFTER)) == ["One { and", "After"]
    assert titles(read("@article{a, title = {One}, author = {Kite, {\\{O}}}}\n" + AFTER)) == ["One", "After"]
    assert titles(read("@article{a, title = {One}, file = {C:\\dir\\}}\n" + AFTER)) == ["One", "After"]


@pytest.mark.parametrize("field", ["year = 2001", "title = {}", "title = { ~ }", "title = {{}}"])
def test_an_entry_without_a_title_is_named(field: str) -> None:
    """Rule: an entry without a title is reported."""
    listing = read(f"{BEFORE}@article{{k, {field}}}\n{AFTER}")
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, NO_TITLE)]


def test_a_file_without_entries_says_so() -> None:
    """Rule: a file without papers is reported."""
    (problem,) = read("An essay on lanterns.").problems
    assert problem.line is None


def test_braces_that_another_entry_closes_cost_no_entry_between() -> None:
    """Rule: an entry without key and fields ends where the next entry begins."""
    listing = read("@article{{{k,\n  title = {Broken}\n}\n" + BEFORE + "@article{c, title = {Behind}}}}\n" + AFTER)
    assert titles(listing) == ["Before", "Behind", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(1, UNREADABLE)]


def test_junk_between_fields_costs_no_other_field() -> None:
    """Rule: text that is neither a name nor a value is reported and quarantined."""
    listing = read("@article{k, ???, {x}, title = {A Title}, = , month = , note = a b c, year = 2001}")
    assert [(paper.title, paper.published and paper.published.year) for paper in listing.papers] == [("A Title", 2001)]
    assert [(problem.reason, problem.excerpt) for problem in listing.problems] == [(NO_FIELD, "{x}")]


def test_macros_made_of_macros_do_not_grow_without_end() -> None:
    """Rule: forty doublings would be a terabyte."""
    macros = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 40))
    listing = read(f"@string{{a0 = {{lantern }}}}\n{macros}@article{{k, title = {{Title}}, abstract = a39}}\n{AFTER}")
    assert titles(listing) == ["Title", "After"]
    assert 0 < len(listing.papers[0].abstract) <= 200_000


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Rule: log messages of a library would damage the screen."""
    with caplog.at_level(logging.DEBUG):
        read(BEFORE + "@article{k, title = {Broken, author = {A, B, C, D and } }\n" + AFTER)
    assert caplog.records == []


@given(st.text(alphabet="@article{}(),=#\"\\ \nab'", max_size=80))
def test_an_entry_after_any_text_is_read(junk: str) -> None:
    """Rule: damage ends where a line begins the next entry."""
    assert titles(read(f"{junk}\n{AFTER}"))[-1:] == ["After"]


@given(st.binary(max_size=120))
def test_no_bytes_break_it(data: bytes) -> None:
    """Rule: an importer never raises, and no paper is without a title."""
    for listing in (read(data), read(b"@article{k, title = {" + data)):
        assert listing.papers or listing.problems
        assert all(paper.title.strip() for paper in listing.papers)
