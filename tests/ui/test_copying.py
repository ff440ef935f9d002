"""What `y` copies: link, BibTeX, Markdown, title or abstract."""

from __future__ import annotations

from datetime import date

import pytest

from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import UNDECIDED
from paperreader.domain.text import Safe
from paperreader.ui.presenting.copies import copy_of

PLACE = ListedPaper(Listing("page:a", date(2025, 3, 14)), 1)
KNOWN = Entry(
    Paper(
        PaperKey("arxiv:2411.10397"),
        Safe("Features {that} Make 100% of a Difference"),
        Safe("Sparse autoencoders. Code: https://github.com/example/sae"),
        (Safe("Ada Lovelace"), Safe("张伟")),
        date(2024, 11, 15),
        (Identifier("arxiv:2411.10397"),),
    ),
    (PLACE,),
    UNDECIDED,
)
BARE = Entry(Paper(PaperKey("title:0123456789ab"), Safe("A title alone"), Safe("")), (PLACE,), UNDECIDED)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("link", "https://arxiv.org/abs/2411.10397"),
        ("title", "Features {that} Make 100% of a Difference"),
        ("abstract", "Sparse autoencoders. Code: https://github.com/example/sae"),
    ],
)
def test_link_title_and_abstract_are_copied_as_they_are(what: str, text: str) -> None:
    """Rule: `l`, `t` and `a` copy the paper's page, its title and its abstract, unchanged."""
    assert copy_of([KNOWN], what) == (text, f"{what} of 1 paper copied to the terminal's clipboard")


def test_bibtex_is_an_entry_with_what_is_known() -> None:
    """Rule: `b` copies an entry whose special characters are escaped and in which nothing is invented."""
    text = copy_of([KNOWN], "BibTeX")[0]
    assert text.startswith("@misc{lovelace2024features,\n")
    assert r"Features \{that\} Make 100\% of a Difference" in text
    assert "Ada Lovelace and 张伟" in text
    assert text.count("{") - text.count(r"\{") == text.count("}") - text.count(r"\}")
    bare = copy_of([BARE], "BibTeX")[0]
    assert "author" not in bare
    assert "year" not in bare
    assert "A title alone" in bare


def test_markdown_is_the_section_that_the_export_writes() -> None:
    """Rule: `m` copies the paper as the Markdown export has it."""
    from paperreader.exporting.markdown import MarkdownExporter

    section = copy_of([KNOWN], "Markdown")[0]
    assert "Sparse autoencoders." in section
    assert section.strip() in MarkdownExporter().export([KNOWN])


@pytest.mark.parametrize("what", ["link", "abstract"])
def test_what_a_paper_does_not_have_is_not_copied(what: str) -> None:
    """Rule: missing texts are counted in the message; the others are copied."""
    assert copy_of([BARE], what) == ("", f"nothing copied: 1 paper without {what}")
    text, said = copy_of([BARE, KNOWN, BARE], what)
    assert text == copy_of([KNOWN], what)[0]
    assert said == f"{what} of 1 paper copied to the terminal's clipboard; 2 without {what}"


def test_several_papers_are_copied_one_below_the_other() -> None:
    """Rule: papers are copied in order, titles and links one a line, BibTeX entries with distinct keys."""
    assert copy_of([KNOWN, BARE], "title") == (
        "Features {that} Make 100% of a Difference\nA title alone",
        "title of 2 papers copied to the terminal's clipboard",
    )
    entries = copy_of([KNOWN, KNOWN, BARE], "BibTeX")[0]
    assert [line for line in entries.splitlines() if line.startswith("@")] == [
        "@misc{lovelace2024features,", "@misc{lovelace2024features-2,", "@misc{title,",
    ]  # fmt: skip
    assert entries.count("\n\n") == 2
    assert "\n\n### " in copy_of([KNOWN, BARE], "Markdown")[0]
    assert copy_of([KNOWN, KNOWN], "abstract")[0].split("\n\n") == [KNOWN.paper.abstract] * 2


def test_the_link_of_a_paper_without_id_is_the_first_of_its_text() -> None:
    """Rule: without a page, the first address of the abstract is the link."""
    paper = Paper(
        PaperKey("title:0123456789ab"), Safe("T"), Safe("See https://example.org/a and https://example.org/b")
    )
    assert copy_of([Entry(paper, (PLACE,), UNDECIDED)], "link")[0] == "https://example.org/a"
