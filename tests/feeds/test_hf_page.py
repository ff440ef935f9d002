"""Page dumps are read whole, in order, in every layout that crawls have shown."""

from pathlib import Path

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from invented import DATE, HEADER, Item, dump, items, page_lines

from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.huggingface.page_importer import PageImporter

REAL_PAGES = pytest.mark.parametrize(
    ("name", "papers", "month_day"), [("000", 81, (3, 14)), ("002", 81, (3, 12)), ("003", 104, (3, 11))]
)
ENTRIES = items(5)
TITLES = [entry.title for entry in ENTRIES]
ODD_LINES = (
    b"", b" ", b"Submitted by", b"user", b"34", b"\xe9t\xe9", b"\0", b"Mar 15", b"Published on Mar 1, 2024",
    b"\xef\xbb\xbf", b"Subscribe", b"x" * 400, b"A line.",
)  # fmt: skip
PROPERTY = examples(300)


def read(data: bytes) -> ParsedListing:
    """What the importer makes of the bytes."""
    return PageImporter().parse(data)[0]


def found(parsed: ParsedListing) -> list[tuple[str, str]]:
    """The titles and abstracts read."""
    return [(paper.title, paper.abstract) for paper in parsed.papers]


def real_page(captures: Path, name: str) -> bytes:
    """The bytes of a real page."""
    (path,) = (captures / "pages").glob(f"{name}_*.txt")
    return path.read_bytes()


@REAL_PAGES
def test_real_pages_are_read_without_a_problem(
    captures: Path, name: str, papers: int, month_day: tuple[int, int]
) -> None:
    """Rule: every entry of a page, nothing else, no problems."""
    parsed = read(real_page(captures, name))
    assert len(parsed.papers) == papers
    assert parsed.problems == ()
    assert parsed.set_aside == ()
    assert (parsed.month_day, parsed.date) == (month_day, None)


@REAL_PAGES
def test_real_pages_are_read_byte_for_byte_in_order(
    captures: Path, name: str, papers: int, month_day: tuple[int, int]
) -> None:
    """Rule (formats 1.2): the k-th title is line 11 + 4 (k - 1), its abstract two lines on."""
    data = real_page(captures, name)
    lines = data.decode().split("\n")
    parsed = read(data)
    assert found(parsed) == list(zip(lines[10::4], lines[12::4], strict=True))
    assert [paper.line for paper in parsed.papers] == list(range(11, len(lines), 4))


@REAL_PAGES
def test_real_pages_are_recognised(captures: Path, name: str, papers: int, month_day: tuple[int, int]) -> None:
    """Rule: a page needs no `--format`."""
    assert PageImporter().recognises(real_page(captures, name))


@pytest.mark.parametrize("name", ["000", "002", "003"])
@pytest.mark.parametrize("newline", [b"\r\n", b"\r"])
def test_real_pages_are_the_same_with_other_line_ends(captures: Path, name: str, newline: bytes) -> None:
    """Rule (formats 1.5): CRLF and a newline at the end of the file are no difference."""
    data = real_page(captures, name)
    changed = data.replace(b"\n", newline) + newline
    assert read(changed) == read(data)


def test_a_page_is_read_in_order() -> None:
    """Rule: order is relevance, so it is kept; a page says nothing of authors, ids and figures."""
    parsed = read(dump(page_lines(ENTRIES)))
    assert found(parsed) == ENTRIES
    assert parsed.problems == ()
    assert parsed.month_day == (3, 14)
    assert all(paper.authors is None and paper.identifiers == () and paper.published is None for paper in parsed.papers)


@pytest.mark.parametrize("newline", ["\n", "\n\n", "\r\n", "\r\n\r\n", "\r\r", "\n\n\n\n", "\n \n", "\n\t\n\n"])
def test_line_ends_blank_lines_and_a_bom_make_no_difference(newline: str) -> None:
    """Rule (formats 1.5): how lines end and how many blanks stand between them says nothing."""
    for start in ("", "\ufeff", "\n\n"):
        for end in ("", "\n", "\r\n", "\n\n \n"):
            parsed = read((start + newline.join(page_lines(ENTRIES)) + end).encode())
            assert found(parsed) == ENTRIES
            assert parsed.problems == ()
            assert parsed.month_day == (3, 14)


@pytest.mark.parametrize(
    "header",
    [
        HEADER,
        ("Daily Papers", "new", "Get trending papers in your email inbox once a day!", *HEADER[1:]),
        (
            "new",
            "Get trending papers in your email inbox once a day!",
            "Get trending papers in your email inbox!",
            *HEADER[2:],
        ),
        (*HEADER[:3], "by AK and the research community"),
        (*HEADER[:2], "SubscribebyAK and the research community"),
        (*HEADER[:2], "Subscribe by AK and the research community"),
        ("new", "Get trending papers in your email inbox!Subscribe", HEADER[3]),
        ("Daily Papers", *HEADER[2:]),
        ("Daily Papers",),
        (HEADER[3],),
        ("NEW", "subscribe"),
        (),
    ],
)
def test_every_known_header_is_furniture(header: tuple[str, ...]) -> None:
    """Rule (formats 1.5): banner twice, `Subscribe` glued to the next text, `by AK`, `Daily Papers`."""
    data = dump([*header, DATE, *page_lines(ENTRIES)[5:]])
    parsed = read(data)
    assert found(parsed) == ENTRIES
    assert parsed.problems == ()
    assert parsed.month_day == (3, 14)
    assert PageImporter().recognises(data)


@pytest.mark.parametrize("glued", ["SubscribeMar 14", "byAK and the research communityMar 14", "Subscribe Mar 14"])
def test_a_date_glued_to_the_furniture_is_the_date(glued: str) -> None:
    """Rule (formats 1.5): `Subscribe` may be glued to whatever follows, the date too."""
    parsed = read(dump([*HEADER[:2], glued, *page_lines(ENTRIES)[5:]]))
    assert found(parsed) == ENTRIES
    assert (parsed.month_day, parsed.problems) == ((3, 14), ())


def test_a_date_with_its_year_is_no_guess() -> None:
    """Rule: `Mar 14, 2024` says all there is to know."""
    parsed = read(dump(page_lines(ENTRIES, "Mar 14, 2024")))
    assert str(parsed.date) == "2024-03-14"
    assert found(parsed) == ENTRIES


def test_a_page_without_a_date_keeps_its_papers() -> None:
    """Rule: what is missing is asked for, what is there is kept."""
    parsed = read(dump([*HEADER, *page_lines(ENTRIES)[5:]]))
    assert found(parsed) == ENTRIES
    assert (parsed.month_day, parsed.date, parsed.problems) == (None, None, ())


CARDS = {
    "submitter on two lines": (["Submitted by", "some-user"], [], []),
    "submitter on one line": (["Submitted by some-user"], [], []),
    "submitter glued": (["Submitted bysome_user"], [], []),
    "submitter behind the abstract": ([], [], ["Submitted by", "some.user"]),
    "count before": (["34"], [], []),
    "count between": ([], ["34"], []),
    "count behind": ([], [], ["1.2k"]),
    "upvotes": (["Upvote", "7"], [], ["Upvote 12"]),
    "authors": ([], ["· 5 authors"], []),
    "authors behind": ([], [], ["·5 authors"]),
    "one author": ([], ["· 1 author"], []),
    "published": ([], [], ["Published on Mar 14, 2024"]),
    "published between": ([], ["Published on Mar 14, 2024"], []),
    "all": (["Submitted by", "some-user", "34"], ["· 5 authors", "Published on Mar 14, 2024"], ["12", "Upvote 3"]),
}


@pytest.mark.parametrize("with_abstracts", [True, False])
@pytest.mark.parametrize("card", CARDS)
def test_what_a_card_shows_around_its_paper_is_furniture(card: str, with_abstracts: bool) -> None:
    """Rule (formats 1.5): submitters, user names, counts and dates of publication belong to no title or abstract."""
    before, between, behind = CARDS[card]
    lines = [*HEADER, DATE]
    for entry in ENTRIES:
        lines += [*before, entry.title, *between, *([entry.abstract] if with_abstracts else []), *behind]
    parsed = read(dump(lines))
    assert [paper.title for paper in parsed.papers] == TITLES
    assert [paper.abstract for paper in parsed.papers] == [e.abstract if with_abstracts else "" for e in ENTRIES]
    assert parsed.problems == ()


@pytest.mark.parametrize("place", ["between", "behind"])
def test_a_date_of_publication_is_the_papers(place: str) -> None:
    """Rule: `Published on` says when the paper at hand was published."""
    lines = [*HEADER, DATE]
    for number, entry in enumerate(ENTRIES, 1):
        published = [f"Published on Mar {number}, 2024"]
        lines += [entry.title, *(published if place == "between" else []), entry.abstract]
        lines += published if place == "behind" else []
    parsed = read(dump(lines))
    assert [str(paper.published) for paper in parsed.papers] == [f"2024-03-0{number}" for number in range(1, 6)]


@pytest.mark.parametrize("count", [3, 4, 5, 30])
def test_a_page_without_abstracts_is_a_list_of_titles(count: int) -> None:
    """Rule (formats 1.5): no abstracts at all is a layout, not a damage."""
    entries = [Item(entry.title, "") for entry in items(count)]
    parsed = read(dump(page_lines(entries)))
    assert found(parsed) == entries
    assert parsed.problems == ()


def test_a_page_of_two_titles_is_not_a_paper_with_a_title_for_its_abstract() -> None:
    """Rule: the same of two papers: the second title is not the first one's abstract."""
    parsed = read(dump(page_lines([Item(entry.title, "") for entry in items(2)])))
    assert [paper.title for paper in parsed.papers] == [entry.title for entry in items(2)]


@pytest.mark.parametrize(
    "entry",
    [
        Item("Are Lanterns All You Need?", items(1)[0].abstract),
        Item("x" * 164, items(1)[0].abstract),
        Item("zkLanterns: a lower case title", items(1)[0].abstract),
        Item('"Quoted" Lanterns', items(1)[0].abstract),
        Item("Lanterns: Fast and Effect", items(1)[0].abstract),
        Item("Caf\u00e9 \u8a9e \U0001f468\u200d\U0001f469", items(1)[0].abstract),
        Item("[/] <kernel> $x$ # *", items(1)[0].abstract),
        Item("New Lanterns Published on Time", items(1)[0].abstract),
        Item("Subscribe to Lanterns", items(1)[0].abstract),
        Item("Lanterns", items(1)[0].abstract[:-1] + " https://a.example/x"),
        Item("Lanterns", items(1)[0].abstract[:-1] + ", lanterns, kites"),
        Item("Lanterns", "a" * 1_920),
        Item("Lanterns", "Short, but a sentence."),
    ],
    ids=lambda entry: ascii(entry.title)[:30],
)
@pytest.mark.parametrize("place", [0, 2, 4])
def test_odd_titles_and_abstracts_are_papers(entry: Item, place: int) -> None:
    """Rule (formats 1.5): titles and abstracts are told by their order, whatever they look like."""
    entries = [*ENTRIES[:place], entry, *ENTRIES[place:4]]
    parsed = read(dump(page_lines(entries)))
    assert found(parsed) == entries
    assert parsed.problems == ()


@pytest.mark.parametrize("length", [170, 290, 310, 700, 1_900])
@pytest.mark.parametrize("count", [1, 2, 3, 12])
def test_pages_of_short_and_of_long_abstracts_are_read(length: int, count: int) -> None:
    """Rule: a page of few papers or of short abstracts is a page like any other."""
    entries = items(count, length)
    parsed = read(dump(page_lines(entries)))
    assert found(parsed) == entries
    assert parsed.problems == ()


def test_two_paragraphs_of_one_abstract_are_one_abstract() -> None:
    """Rule (formats 1.2): an abstract in two paragraphs must be survived; both belong to the paper before them."""
    entries = items(6, 1_200)
    lines = page_lines(entries)
    halves = entries[2].abstract[:599], entries[2].abstract[600:]
    lines[lines.index(entries[2].abstract) : lines.index(entries[2].abstract) + 1] = halves
    parsed = read(dump(lines))
    assert parsed.papers[2].abstract == "\n\n".join(halves)
    assert [paper.title for paper in parsed.papers] == [entry.title for entry in entries]
    assert parsed.problems == ()


@PROPERTY
@given(st.binary(max_size=300))
def test_no_bytes_break_the_importer(data: bytes) -> None:
    """Rule: a bad input is a value, never an exception, and problems name lines that exist."""
    PageImporter().recognises(data)
    parsed = read(data)
    assert all(problem.line and 1 <= problem.line <= len(data) + 1 for problem in parsed.problems)


@PROPERTY
@given(
    st.lists(
        st.sampled_from((*(line.encode() for line in page_lines(items(2, 310))), *ODD_LINES)),
        max_size=14,
    ),
    st.sampled_from([b"\n", b"\r\n", b"\n\n", b"\r"]),
)
def test_no_order_of_lines_breaks_the_importer(lines: list[bytes], newline: bytes) -> None:
    """Rule: whatever lines stand in whatever order, papers have titles and every problem quotes the line it names."""
    data = newline.join(lines)
    parsed = read(data)
    raw = data.removeprefix(b"\xef\xbb\xbf").splitlines()
    assert all(paper.title.strip() for paper in parsed.papers)
    assert [paper.line for paper in parsed.papers] == sorted(paper.line or 0 for paper in parsed.papers)
    assert [problem.line for problem in parsed.problems] == sorted(number for number, _ in parsed.set_aside)
    for number, kept in parsed.set_aside:
        assert raw[number - 1] == kept


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"hello",
        b"Some prose.\n\nMore prose.",
        b"@article{a, title={B}}",
        b'{"papers": []}',
        b"<html></html>",
        b"TY  - JOUR\nTI  - A\nER  -",
        b"\x7fELF\x02\x01",
        b"new\nlines of a poem\nand more",
        b"Mar 14 was a Friday.",
    ],
)
def test_what_is_no_page_is_not_recognised(data: bytes) -> None:
    """Rule: other formats and prose are not taken for a page."""
    assert not PageImporter().recognises(data)
