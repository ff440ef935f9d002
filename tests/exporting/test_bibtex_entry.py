"""A BibTeX entry holds what is known, escaped, in balanced braces."""

import re
from collections.abc import Sequence
from datetime import date

import pytest
from bibtex_reader import UNESCAPED, read, unescaped
from examples import examples
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED
from paperreader.domain.text import Safe, clean_line
from paperreader.exporting.bibtex import bibtex_entry

PROPERTY = examples(300)
BALANCED = [hostile for hostile in HOSTILE if hostile.id != "tex-braces"]


def entry_of(
    title: str, authors: Sequence[str] | None = None, ids: Sequence[str] = (), published: KnownDate | None = None
) -> str:
    """The BibTeX entry of a paper with these facts."""
    names = tuple(map(clean_line, authors)) if authors is not None else None
    paper = Paper(
        title_address(title), clean_line(title), clean_line(""), names, published, tuple(map(Identifier, ids))
    )
    return bibtex_entry(Entry(paper, (), UNDECIDED))


def test_a_paper_of_which_all_is_known() -> None:
    """Rule: the entry has the fields of arXiv's export and the full date, in a fixed form."""
    key, fields = read(
        entry_of(
            "Lanterns: A Study", ["Ada Brook", "Ben Quill"], ["arxiv:2503.01234", "doi:10.1000/x"], date(2025, 3, 1)
        )
    )
    assert key == "brook2025lanterns"
    assert fields == {
        "title": "{Lanterns: A Study}",
        "author": "Ada Brook and Ben Quill",
        "year": "2025",
        "month": "mar",
        "day": "1",
        "eprint": "2503.01234",
        "archivePrefix": "arXiv",
        "doi": "10.1000/x",
        "url": "https://arxiv.org/abs/2503.01234",
    }


@pytest.mark.parametrize(
    ("ids", "classes", "primary"),
    [
        (["arxiv:2503.01234"], ["cs.CL", "cs.LG"], "cs.CL"),
        (["arxiv:hep-th/9901001"], ["hep-th"], "hep-th"),
        (["arxiv:2503.01234"], ["Machine learning", "cs.LG"], None),
        (["arxiv:2503.01234"], ["x}"], None),
        (["doi:10.1000/x"], ["cs.CL"], None),
    ],
)
def test_the_first_class_of_an_arxiv_paper_is_its_primary_one(
    ids: list[str], classes: list[str], primary: str | None
) -> None:
    """Rule: `primaryClass`, as arXiv's own export has it, and no class that is not arXiv's."""
    named = tuple(map(Identifier, ids))
    paper = Paper(title_address("A"), Safe("A"), Safe(""), identifiers=named, categories=tuple(map(Safe, classes)))
    _, fields = read(bibtex_entry(Entry(paper, (), UNDECIDED)))
    assert fields.get("primaryClass") == primary


def test_what_is_not_known_is_left_out() -> None:
    """Rule: fields that a source lacks are never invented."""
    assert read(entry_of("Lanterns"))[1] == {"title": "{Lanterns}"}
    assert "author" not in read(entry_of("Lanterns", []))[1]
    assert read(entry_of("Lanterns", ids=["doi:10.1000/x"]))[1]["url"] == "https://doi.org/10.1000/x"


def test_hostile_titles_and_names_are_text() -> None:
    """Rule: braces balance, and a BibTeX parser returns the original texts."""
    for hostile in BALANCED:
        clean = clean_line(hostile.text)
        key, fields = read(entry_of(hostile.text, [hostile.text, "Ada Brook"]))
        assert re.fullmatch("[a-z0-9]+", key), hostile.id
        assert unescaped(fields.get("title", "{}")[1:-1]) == clean, hostile.id
        assert unescaped(fields["author"]) == f"{clean} and Ada Brook", hostile.id


@PROPERTY
@given(
    st.lists(st.sampled_from([*r"\%#&_$~^", "a", " ", "\\textbackslash{}", "{}", "{a}", "\u00e9"]), max_size=20).map(
        "".join
    )
)
def test_every_sign_is_escaped_and_comes_back(title: str) -> None:
    """Rule: TeX's ten special characters are escaped once; an empty title is left out."""
    _, fields = read(entry_of(title))
    bare = fields.get("title", "{}")[1:-1]
    assert unescaped(bare) == clean_line(title)
    for escaped, _ in UNESCAPED:
        bare = bare.replace(escaped, "")
    assert not set(bare) & set(r"\{}%#&_$~^")


@pytest.mark.parametrize("title", ["a } b", "a { b", "set {1, 2", "} {", "{a}}{"])
def test_braces_that_do_not_balance_do_not_break_the_entry(title: str) -> None:
    r"""Rule: BibTeX counts escaped braces too, so a single one is written `\textbraceleft{}` or the like."""
    _, fields = read(entry_of(title))
    assert fields["title"].startswith("{")


@pytest.mark.parametrize(
    ("title", "authors", "published", "key"),
    [
        ("On the Lanterns", ["Ada Brook"], date(2025, 1, 1), "brook2025lanterns"),
        ("On the Lanterns", None, None, "lanterns"),
        ("On the Lanterns", [""], date(2025, 1, 1), "2025lanterns"),
        ("On", ["O'Neil-Smith, A."], None, "oneilsmith"),
    ],
)
def test_the_citation_key_is_made_of_what_is_known(
    title: str, authors: list[str] | None, published: date | None, key: str
) -> None:
    """Rule: family name, year and first long word, in letters and digits only."""
    assert read(entry_of(title, authors, published=published))[0] == key


@pytest.mark.parametrize(
    ("published", "lines"),
    [
        (PartialDate(2025), ["  year          = {2025}"]),
        (PartialDate(2025, 12), ["  year          = {2025}", "  month         = dec"]),
        (date(2025, 1, 1), ["  year          = {2025}", "  month         = jan", "  day           = {1}"]),
        (None, []),
    ],
)
def test_a_date_is_written_as_far_as_it_is_known(published: KnownDate | None, lines: list[str]) -> None:
    """Rule: a date is never invented; the name of a month is a macro of BibTeX."""
    written = entry_of("Lanterns", published=published).replace(",\n", "\n").splitlines()
    assert [line for line in written if line.split()[0] in ("year", "month", "day")] == lines


def test_a_title_without_letters_still_has_a_citation_key() -> None:
    """Rule: an entry without a key is no entry."""
    assert re.fullmatch("title[0-9a-f]{12}", read(entry_of("\u8a9e"))[0])


@pytest.mark.parametrize(("name", "family"), [("Brook, Ada", "brook"), ("O'Neil-Smith, A.", "oneilsmith")])
def test_the_family_name_of_an_inverted_name_is_in_front(name: str, family: str) -> None:
    """Rule: `Family, Given` is how many sources write names; the key begins with the family."""
    assert read(entry_of("On", [name]))[0].startswith(family)


@pytest.mark.parametrize("name", ["Alice and Bob Collaboration", "The Search AND Rescue Team", "others"])
def test_a_name_that_holds_an_and_is_one_author(name: str) -> None:
    """Rule: a collaboration's name is one name: BibTeX splits authors at every ` and ` outside braces."""
    value = read(entry_of("Lanterns", [name, "Ada Brook"]))[1]["author"]
    assert re.split(r"(?i) and (?![^{]*\})", value) == [f"{{{name}}}", "Ada Brook"]


@pytest.mark.parametrize("doi", ["10.1000/a}b", "10.1000/a{b"])
def test_braces_in_an_address_do_not_break_the_entry(doi: str) -> None:
    """Rule: braces balance, in the address of a DOI too."""
    assert read(entry_of("Lanterns", ids=[f"doi:{doi}"]))[1]["title"] == "{Lanterns}"
