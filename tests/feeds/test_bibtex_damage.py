"""A broken BibTeX entry loses itself only, by name, and takes no longer than its size allows."""

from __future__ import annotations

import logging

import pytest
from costs import check_growth, repeated
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.parsed import ParsedListing
from paperreader.feeds.bibtex import BibtexImporter
from paperreader.feeds.bibtex_syntax import UNCLOSED
from paperreader.feeds.reference import NO_TITLE

BEFORE = "@article{before, title = {Before}, year = 2001}\n"
AFTER = "@article{after, title = {After}, year = 2002}\n"


def read(source: str | bytes) -> ParsedListing:
    """The one listing of a file."""
    (listing,) = BibtexImporter().parse(source if isinstance(source, bytes) else source.encode())
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
    """Rule (issue 5, 4): the entry is named with its line and kept aside whole; those around it are read."""
    listing = read((BEFORE + broken + AFTER).replace("\n", newline))
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, UNCLOSED)]
    ((line, text),) = listing.set_aside
    assert (line, text.decode()) == (2, broken.strip("\n"))


def test_a_brace_too_many_ends_its_entry_and_no_other() -> None:
    """Rule: what is left over is a comment, as in BibTeX."""
    broken = "@article{k,\n  title = {Broken}},\n  year = 2001\n}\n"
    assert titles(read(BEFORE + broken + AFTER)) == ["Before", "Broken", "After"]


def test_an_unclosed_brace_in_a_file_of_one_line_costs_its_entry_only() -> None:
    """Rule: the same where no line begins with the next entry."""
    listing = read("@article{a, title = {One}} @article{b, title = {Two} @article{c, title = {Three}}")
    assert titles(listing) == ["One", "Three"]
    assert [problem.reason for problem in listing.problems] == [UNCLOSED]


def test_a_brace_behind_a_backslash_counts_where_else_the_entry_had_no_end() -> None:
    """Rule: both readings of an escaped brace occur in real files."""
    assert titles(read("@article{a, title = {One \\{ and}, year = 2001}\n" + AFTER)) == ["One { and", "After"]
    assert titles(read("@article{a, title = {One}, file = {C:\\dir\\}}\n" + AFTER)) == ["One", "After"]


@pytest.mark.parametrize("field", ["year = 2001", "title = {}", "title = { ~ }", "title = {{}}"])
def test_an_entry_without_a_title_is_named(field: str) -> None:
    """Rule: what has no title cannot be read, and is not dropped in silence."""
    listing = read(f"{BEFORE}@article{{k, {field}}}\n{AFTER}")
    assert titles(listing) == ["Before", "After"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, NO_TITLE)]


@pytest.mark.parametrize("sign", ["{", "@", "}"])
def test_a_megabyte_of_one_sign_costs_no_more_than_its_size(sign: str) -> None:
    """Rule (issue 5, 4): the same of the signs that begin entries and values."""
    check_growth(read, repeated(sign), 1_000_000)


def test_a_file_without_entries_says_so() -> None:
    """Rule: nothing read is never nothing said."""
    (problem,) = read("An essay on lanterns.").problems
    assert problem.line is None


def test_junk_between_fields_costs_no_other_field() -> None:
    """Rule: what is neither a name nor a value is skipped."""
    listing = read("@article{k, ???, {x}, title = {A Title}, = , month = , note = a b c, year = 2001}")
    assert [(paper.title, paper.published and paper.published.year) for paper in listing.papers] == [("A Title", 2001)]


def test_macros_made_of_macros_do_not_grow_without_end() -> None:
    """Rule (fault 75, for BibTeX): forty doublings would be a terabyte."""
    macros = "".join(f"@string{{a{n} = a{n - 1} # a{n - 1}}}\n" for n in range(1, 40))
    listing = read(f"@string{{a0 = {{lantern }}}}\n{macros}@article{{k, title = {{Title}}, abstract = a39}}\n{AFTER}")
    assert titles(listing) == ["Title", "After"]
    assert 0 < len(listing.papers[0].abstract) <= 200_000


def test_nothing_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """Rule: a library's remarks would be written over the screen."""
    with caplog.at_level(logging.DEBUG):
        read(BEFORE + "@article{k, title = {Broken, author = {A, B, C, D and } }\n" + AFTER)
    assert caplog.records == []


PIECES = (
    "{", "}", "@", "@a{", "@a{\n", "\n@a(", "@a{b,c={", '@a{b,c="', "@a{b,c=d#", "@string{a=a#a}", "@a{b,{", " ",
    "@a ", "\\", '"', "@a{b,author={A and ", "@a{b,title={\\'", "@a{b,\n", "@comment{", '@a(b,c="', "=",
    "@a{t,title={x}}\n", "\n@a(b,", "@a(b,{)", "\n@a{b,c=(", ",\n",
)  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_what_it_costs_grows_with_the_size_only(piece: str) -> None:
    """Rule (issue 5, 4): no reading of 250 kB of anything is quadratic, which would take minutes."""
    check_growth(lambda source: (read(source), read("@article{k, title = {A}, " + source)), repeated(piece), 250_000)


@given(st.text(alphabet="@article{}(),=#\"\\ \nab'", max_size=80))
def test_whatever_stands_before_an_entry_it_is_read(junk: str) -> None:
    """Rule: damage ends where a line begins the next entry."""
    assert titles(read(f"{junk}\n{AFTER}"))[-1:] == ["After"]


@given(st.binary(max_size=120))
def test_no_bytes_break_it(data: bytes) -> None:
    """Rule: an importer never raises, and no paper is without a title."""
    for listing in (read(data), read(b"@article{k, title = {" + data)):
        assert listing.papers or listing.problems
        assert all(paper.title.strip() for paper in listing.papers)
