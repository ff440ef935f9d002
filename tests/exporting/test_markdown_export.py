"""Markdown exports, checked with a CommonMark parser (markdown-it)."""

import random
from collections.abc import Sequence
from datetime import date

import pytest
from commonmark import check_harmless, headings, links, shown, tokens
from examples import examples
from hostile import HOSTILE, Hostile
from hypothesis import given
from hypothesis import strategies as st
from invented import headline, prose

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.paper import Paper, Standing, find_urls
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tag
from paperreader.domain.text import Safe, clean_block, clean_line
from paperreader.exporting.base import is_untouched
from paperreader.exporting.markdown import MarkdownExporter, paper_section

PROPERTY = examples(300)
FEWER = examples(150)
FRIDAY, WEDNESDAY, TUESDAY = date(2025, 3, 14), date(2025, 3, 12), date(2025, 3, 11)

SIGNS = (
    "#",
    "##",
    "*",
    "**",
    "_",
    "__",
    "`",
    "```",
    "~~~",
    "~",
    ">",
    "<",
    "<b>",
    "</b>",
    "<!--",
    "-->",
    "&",
    "&lt;",
    "&#35;",
    "&copy",
    "[",
    "]",
    "](",
    "[x](y)",
    "![",
    "(",
    ")",
    "\\",
    "\\\\",
    "|",
    "|---|",
    "-",
    "---",
    "- ",
    "+ ",
    "=",
    "===",
    "1. ",
    "2) ",
    "12345678901. ",
    ":",
    "$",
    "$$",
    "!",
    "{",
    "}",
    "^",
    "'",
    '"',
    "https://a.example/x_y*z",
    "<https://b.example>",
    "http://c.example/a?b=1&copy=2",
    "a@b.example",
    " ",
    "  ",
    "word",
    "\u8a9e",
    "\u00e9",
    "\t",
    "\\\n",
)
a_line = st.one_of(
    st.lists(st.sampled_from(SIGNS), min_size=1, max_size=10).map("".join), st.text(max_size=40)
).map(clean_line)  # fmt: skip
a_block = st.lists(
    st.one_of(st.lists(st.sampled_from(SIGNS), max_size=8).map("".join), st.sampled_from(["", "text", "    code"])),
    max_size=6,
).map(lambda lines: clean_block("\n".join(lines)))
a_note = st.lists(
    st.tuples(st.sampled_from(["", " ", "    "]), st.lists(st.sampled_from(SIGNS), max_size=6).map("".join)).map(
        "".join
    ),
    max_size=6,
).map(lambda lines: make_note("\n".join(lines)))


def an_entry(
    title: str,
    *listed: ListedPaper,
    abstract: str = "",
    note: str = "",
    tags: Sequence[str] = (),
    authors: Sequence[str] | None = None,
    ids: Sequence[str] = (),
    published: KnownDate | None = None,
    starred: bool = True,
    status: ReadingStatus = ReadingStatus.READ,
) -> Entry:
    """An entry with cleaned texts, like those of a library."""
    names = tuple(map(clean_line, authors)) if authors is not None else None
    paper = Paper(
        title_address(title), clean_line(title), clean_block(abstract), names, published, tuple(map(Identifier, ids))
    )
    return Entry(paper, listed, ReadingState(status, starred, tuple(map(make_tag, tags)), make_note(note)))


def on(
    day: date, rank: int = 1, upvotes: int | None = None, *, feed: str = "page:1", guessed: bool = False
) -> ListedPaper:
    """A place in the list of a date."""
    return ListedPaper(Listing(feed, day, guessed), rank, upvotes)


def export(*entries: Entry) -> str:
    """The export of the entries."""
    return MarkdownExporter().export(entries)


@pytest.mark.parametrize("hostile", HOSTILE, ids=[hostile.id for hostile in HOSTILE])
def test_a_hostile_title_is_a_heading_with_that_text(hostile: Hostile) -> None:
    """Rule: any title is one heading with exactly its text, linked or not."""
    for ids in ((), ("arxiv:2503.01234",)):
        text = export(an_entry(hostile.text, on(FRIDAY), ids=ids))
        assert headings(text, 3) == [clean_line(hostile.text)]
        check_harmless(text)


def test_hostile_titles_are_exported_once_each_in_order() -> None:
    """Rule: markdown-it parses the export into exactly the titles, once each, in their order."""
    entries = [an_entry(hostile.text, on(FRIDAY, rank)) for rank, hostile in enumerate(HOSTILE, 1)]
    assert headings(export(*entries), 3) == [clean_line(hostile.text) for hostile in HOSTILE]


@PROPERTY
@given(st.lists(a_line, min_size=1, max_size=4))
def test_any_titles_are_exported_once_each_in_order(titles: list[Safe]) -> None:
    """Rule: 300 sets of titles made of Markdown's special characters are exported unchanged."""
    text = export(
        *(
            an_entry(title, on(FRIDAY, rank), ids=("arxiv:2503.01234",) * (rank % 2))
            for rank, title in enumerate(titles)
        )
    )
    assert headings(text, 3) == titles
    assert headings(text, 2) == ["Fri 14 Mar 2025"]
    check_harmless(text)


@PROPERTY
@given(a_note, a_block)
def test_notes_and_abstracts_are_text_and_nothing_else(note: Safe, abstract: Safe) -> None:
    """Rule: no headings, code, lists, HTML, rules or links come out of a note or an abstract."""
    text = export(an_entry("A Title", on(FRIDAY), note=note, abstract=abstract))
    assert (headings(text, 1), headings(text, 2), headings(text, 3)) == (["Papers"], ["Fri 14 Mar 2025"], ["A Title"])
    check_harmless(text)


@FEWER
@given(a_block)
def test_an_abstract_is_quoted_line_by_line(abstract: Safe) -> None:
    """Rule: the abstract stands in a quotation, paragraph by paragraph, each line where it was."""
    found = tokens(export(an_entry("A Title", on(FRIDAY), abstract=abstract)))
    depth = 0
    paragraphs = []
    for token in found:
        depth += (token.type == "blockquote_open") - (token.type == "blockquote_close")
        if token.type == "inline" and depth:
            assert depth == 1
            paragraphs.append(shown(token))
    assert "\n\n".join(paragraphs) == abstract


@FEWER
@given(a_note)
def test_a_note_keeps_its_lines(note: Safe) -> None:
    """Rule: a note keeps its lines and indents."""
    found = tokens(export(an_entry("A Title", on(FRIDAY), note=note)))
    inline = [shown(token) for token in found if token.type == "inline"]
    read = "\n\n".join(inline[inline.index("Note:") + 1 :] if note else []).replace("\u00a0", " ")
    assert [part.strip() for part in read.split("\n\n")] == [part.strip() for part in note.split("\n\n")]


def test_line_breaks_are_shown_as_line_breaks() -> None:
    """Rule: the end of a line of a note or an abstract is a hard break; at the end of a paragraph there is none."""
    text = "one\ntwo\\\nthree https://a.example/x\nfour\n\nfive"
    breaks = [
        child.type
        for token in tokens(export(an_entry("T", on(FRIDAY), note=text, abstract=text)))
        for child in token.children or ()
        if child.type.endswith("break")
    ]
    assert breaks == ["hardbreak"] * 6


@pytest.mark.parametrize("indent", [1, 2, 4, 8])
@pytest.mark.parametrize("line", ["code", "- a", "1. a", "> a", "# a", "***", "```", "<b>", "[a]: b", "==="])
def test_an_indented_line_of_a_note_is_text(indent: int, line: str) -> None:
    """Rule: an indented line is no code, list, quote or heading."""
    note = f"first\n{' ' * indent}{line}\n\n{' ' * indent}{line}\nlast"
    text = export(an_entry("A Title", on(FRIDAY), note=note))
    check_harmless(text)
    assert headings(text, 3) == ["A Title"]
    inline = [shown(token).replace("\u00a0", " ") for token in tokens(text) if token.type == "inline"]
    assert inline[-2:] == [f"first\n{' ' * indent}{line}", f"{line}\nlast"]


def test_hostile_text_is_harmless_in_every_field() -> None:
    """Rule: authors, tags, notes and abstracts are text in the export."""
    for hostile in HOSTILE:
        text = hostile.text
        exported = export(an_entry("A Title", on(FRIDAY), abstract=text, note=text, tags=[text], authors=[text, "B"]))
        assert headings(exported, 3) == ["A Title"], hostile.id
        check_harmless(exported)


@pytest.mark.parametrize("doi", ["10.1002/(sici)1097(1998)49:8<693::aid>3.0.co;2-o", "10.1000/a<b", "10.1000/a>b"])
def test_a_doi_with_angle_brackets_does_not_break_its_heading(doi: str) -> None:
    """Rule: a DOI with angle brackets does not break the heading."""
    assert headings(export(an_entry("A Title", on(FRIDAY), ids=[f"doi:{doi}"])), 3) == ["A Title"]


@pytest.mark.parametrize(
    ("ids", "address"),
    [
        (("arxiv:2503.01234",), "https://arxiv.org/abs/2503.01234"),
        (("arxiv:hep-th/9901001",), "https://arxiv.org/abs/hep-th/9901001"),
        (("doi:10.1000/x_y(1)",), "https://doi.org/10.1000/x_y(1)"),
        ((), None),
    ],
)
def test_a_title_is_linked_where_the_address_is_known(ids: tuple[str, ...], address: str | None) -> None:
    """Rule: the heading links to the paper's own page, and to nothing else."""
    blocks = tokens(export(an_entry("[A](b) *Title*", on(FRIDAY), ids=ids)))
    inline = blocks[next(place for place, token in enumerate(blocks) if token.tag == "h3") + 1]
    found = [child.attrs["href"] for child in inline.children or () if child.type == "link_open"]
    assert found == ([address] if address else [])
    assert shown(inline) == "[A](b) *Title*"


@pytest.mark.parametrize(
    "url",
    [
        "https://a.example/x_y_z",
        "https://a.example/*a*/_b_",
        "https://a.example/~user/(x)",
        "https://a.example/?a=1&copy=2",
        "https://a.example/#frag_ment",
        "https://a.example/a%20b",
        "HTTPS://A.example/X",
        "https://a.example/$x$!",
    ],
)
@pytest.mark.parametrize(
    "around", ["See {url}.", "({url})", "{url}", "a {url}, b", "1. {url}", "- {url}\n- {url} ", "x{url}"]
)
def test_addresses_are_kept_whole(url: str, around: str) -> None:
    """Rule: an address in running text is a link to exactly it, its text unescaped."""
    text = clean_block(around.format(url=url))
    (expected,) = find_urls(text)
    for exported in (export(an_entry("T", on(FRIDAY), note=text)), export(an_entry("T", on(FRIDAY), abstract=text))):
        assert f"<{expected}>" in exported
        links = [child for token in tokens(exported) for child in token.children or () if child.type == "link_open"]
        assert len(links) == around.count("{url}")
        assert {link.info for link in links} == {"auto"}
        check_harmless(exported)


@pytest.mark.parametrize(
    "text",
    [
        "javascript:alert(1)",
        "[x](javascript:alert(1))",
        "<javascript:alert(1)>",
        "file:///etc/passwd",
        "https://user:pass@evil.example/",
        "www.a.example",
        "<a@b.example>",
    ],
)
def test_what_is_no_plain_address_is_no_link(text: str) -> None:
    """Rule: only plain web addresses become links."""
    exported = export(an_entry("T", on(FRIDAY), note=text, abstract=text))
    assert not [child for token in tokens(exported) for child in token.children or () if child.type == "link_open"]


def test_papers_are_grouped_by_the_date_of_their_newest_listing() -> None:
    """Rule: each paper once, newest date first, in the order of the ranks; undated papers last."""
    entries = [
        an_entry("Old", on(TUESDAY, 1)),
        an_entry("Second", on(FRIDAY, 2)),
        an_entry("Returning", on(FRIDAY, 1), on(TUESDAY, 2)),
        an_entry("Undated"),
        an_entry("Middle", on(WEDNESDAY, 9)),
    ]
    text = export(*entries)
    assert headings(text, 2) == ["Fri 14 Mar 2025", "Wed 12 Mar 2025", "Tue 11 Mar 2025", "Without a date"]
    assert headings(text, 3) == ["Returning", "Second", "Middle", "Old", "Undated"]
    assert "listed Fri 14 Mar 2025, Tue 11 Mar 2025" in text


def test_two_pages_of_one_date_are_one_group() -> None:
    """Rule: the union of a date, ordered by rank and feed."""
    entries = [
        an_entry("B2", on(FRIDAY, 2, feed="page:b")),
        an_entry("A2", on(FRIDAY, 2, feed="page:a")),
        an_entry("B1", on(FRIDAY, 1, feed="page:b")),
    ]
    text = export(*entries)
    assert headings(text, 2) == ["Fri 14 Mar 2025"]
    assert headings(text, 3) == ["B1", "A2", "B2"]


def test_the_same_papers_give_the_same_export_in_any_order() -> None:
    """Rule: an export is deterministic, to the byte."""
    days = (FRIDAY, WEDNESDAY, TUESDAY)
    entries = [
        an_entry(headline(seed), on(days[seed % 3], seed // 3), abstract=prose(seed, 300), tags=["b", "a"])
        for seed in range(20)
    ]
    text = export(*entries)
    for seed in range(5):
        random.Random(seed).shuffle(entries)
        assert export(*entries) == text


def test_the_facts_are_told_and_unknown_ones_left_out() -> None:
    """Rule: ids, dates, figures, status and star where known, nothing invented."""
    full = paper_section(
        an_entry(
            "T",
            on(FRIDAY, 1, 34, guessed=True),
            ids=("arxiv:2503.01234", "doi:10.1000/x"),
            published=TUESDAY,
            authors=["Ada Brook", "Ben Quill"],
            tags=["to-cite", "a_b"],
        )
    )
    assert (
        "arXiv 2503.01234 · DOI 10.1000/x · published 2025-03-11 · listed Fri 14 Mar 2025 (year guessed) · 34 upvotes"
        " · read · starred"
    ) in full
    assert "Authors: Ada Brook, Ben Quill" in full
    assert r"Tags: to-cite, a\_b" in full
    bare = paper_section(an_entry("T", starred=False, status=ReadingStatus.UNREAD))
    assert bare == "### T\n\nunread\n"


def test_the_links_that_show_has_are_exported() -> None:
    """Rule: PDF, code and other links stand below the facts, by kind."""
    paper = Paper(
        title_address("T"), Safe("T"), Safe("Code: https://github.com/a/b and https://a.example/x."),
        identifiers=(Identifier("arxiv:2503.01234"),),
        addresses=(("project", "https://b.example/<p>"), ("- model_card", "https://b.example/m"), ("x", "ftp://b.example")),
    )  # fmt: skip
    text = export(Entry(paper, (on(FRIDAY),), ReadingState()))
    assert (
        "\n\npdf: <https://arxiv.org/pdf/2503.01234> · project: <https://b.example/%3Cp%3E> · "
        "- model\\_card: <https://b.example/m> · code: <https://github.com/a/b>\n\n"
    ) in text
    check_harmless(text)
    linked = links(text)
    assert linked[0] == "https://arxiv.org/abs/2503.01234"
    assert {"https://arxiv.org/pdf/2503.01234", "https://github.com/a/b", "https://a.example/x"} <= set(linked)


@pytest.mark.parametrize("kind", ["- x", "1. x", "# x", "> x", "===", "[x]", "`x`", "+ x"])
def test_the_kind_of_a_link_is_text(kind: str) -> None:
    """Rule: the kind of a link is text, also at the beginning of a line."""
    paper = Paper(title_address("T"), Safe("T"), Safe(""), addresses=((clean_line(kind), "https://a.example/x"),))
    text = export(Entry(paper, (on(FRIDAY),), ReadingState()))
    check_harmless(text)
    assert links(text) == ["https://a.example/x"]
    assert f"{kind}: https://a.example/x" in [shown(token) for token in tokens(text) if token.type == "inline"]


@pytest.mark.parametrize(("published", "text"), [(PartialDate(2025), "2025"), (PartialDate(2025, 3), "2025-03")])
def test_a_date_is_told_as_far_as_it_is_known(published: PartialDate, text: str) -> None:
    """Rule: a date is never invented."""
    assert f"published {text} · read · starred\n" in paper_section(an_entry("T", published=published))


def test_the_facts_name_version_classes_and_standing() -> None:
    """Rule: the facts name version, classes and a withdrawal."""
    paper = Paper(
        title_address("T"), Safe("T"), Safe(""), identifiers=(Identifier("arxiv:2503.01234"),),
        categories=(Safe("cs.CL"), Safe("a_b")), version=2, standing=Standing.WITHDRAWN,
    )  # fmt: skip
    assert r"withdrawn · arXiv 2503.01234v2 · cs.CL, a\_b · unread" in paper_section(Entry(paper, (), ReadingState()))


@pytest.mark.parametrize(("count", "words"), [(0, "0 papers"), (1, "1 paper"), (2, "2 papers")])
def test_an_export_says_how_many_papers_it_holds(count: int, words: str) -> None:
    """Rule: the export says how many papers it contains, also 0."""
    text = export(*(an_entry(f"T{number}", on(FRIDAY, number)) for number in range(count)))
    assert [shown(token) for token in tokens(text) if token.type == "inline"][1] == words
    assert text.endswith("-->\n")


@FEWER
@given(st.lists(st.tuples(a_line, a_block, a_block), max_size=3))
def test_every_export_is_signed_and_untouched(parts: list[tuple[Safe, Safe, Safe]]) -> None:
    """Rule: an export is recognised as unedited, whatever its content."""
    text = export(*(an_entry(t, on(FRIDAY, rank), note=n, abstract=a) for rank, (t, n, a) in enumerate(parts)))
    assert is_untouched(text)
    assert not is_untouched("An edit\n" + text)
    text.encode()


def test_a_note_cannot_forge_the_signature() -> None:
    """Rule: a signature quoted in a note is text."""
    forged = "<!-- paperreader export 0123456789abcdef -->"
    text = export(an_entry("T", on(FRIDAY), note=forged, abstract=forged))
    assert is_untouched(text)
    check_harmless(text)
