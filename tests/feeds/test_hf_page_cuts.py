"""A page cut anywhere keeps every whole entry before the cut and names the title that has lost its abstract."""

import random
from collections.abc import Sequence
from pathlib import Path

import pytest
from examples import how_many
from invented import DATE, HEADER, Item, dump, items, page_lines

from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.huggingface.page_importer import PageImporter

CUTS_OF_A_REAL_PAGE, LINES = how_many(15, 300), how_many(200, 20)
WIDE = [Item(f"{e.title} \u8a9e\u00e9\U0001f600", f"\u00c9t\u00e9 {e.abstract}") for e in items(4, 320)]


def found(parsed: ParsedListing) -> list[tuple[str, str]]:
    """The titles and abstracts read."""
    return [(paper.title, paper.abstract) for paper in parsed.papers]


def check_cut(data: bytes, at: int, entries: Sequence[tuple[str, str]]) -> None:
    """Assert what a page cut at a byte must be read as.

    Every entry whose abstract is whole is kept. What is left behind it is nothing, a title (a problem that names its
    line), or a title with the beginning of its abstract (which cannot be told from an abstract).
    """
    text = data[:at].decode(errors="ignore")
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    body = lines[len(HEADER) + 1 :]
    parsed = PageImporter().parse(data[:at])[0]
    whole = len(body) // 2
    expected = list(entries[:whole])
    if whole and len(body) % 2 == 0:
        assert expected[-1][1].startswith(body[-1][1])
        expected[-1] = (expected[-1][0], body[-1][1])
    assert found(parsed) == expected
    named = [(problem.line, str(problem.excerpt)) for problem in parsed.problems]
    assert named == ([(body[-1][0], body[-1][1][:120])] if len(body) % 2 else [])
    assert all("without its abstract" in problem.reason for problem in parsed.problems)


@pytest.mark.parametrize("entries", [items(4, 320), WIDE], ids=["ascii", "wide"])
@pytest.mark.parametrize("newline", ["\n\n", "\r\n\r\n"], ids=["lf", "crlf"])
def test_a_page_cut_at_any_byte_keeps_its_whole_entries(entries: list[Item], newline: str) -> None:
    """Rule: cut at every byte, between the two bytes of a character and inside CRLF too."""
    data = dump(page_lines(entries), newline)
    for at in range(len(dump([*HEADER, DATE], newline)), len(data) + 1):
        check_cut(data, at, entries)


def test_a_page_of_short_abstracts_cut_behind_its_second_entry_keeps_its_whole_entries() -> None:
    """Rule: the same of abstracts of 170 characters, as long as two of them are whole."""
    entries = items(5, 170)
    data = dump(page_lines(entries))
    for at in range(len(dump(page_lines(entries[:2]))), len(data) + 1):
        check_cut(data, at, entries)


def test_a_page_of_short_abstracts_cut_in_its_second_abstract_keeps_its_first_entry() -> None:
    """Rule: a whole entry before the cut is kept, with its abstract, however short that is."""
    entries = items(5, 170)
    data = dump(page_lines(entries))
    start = data.index(entries[1].title.encode()) + len(entries[1].title)
    for at in range(start, start + 100):
        check_cut(data, at, entries)


@pytest.mark.parametrize("newline", ["\n\n", "\r\n\r\n"], ids=["lf", "crlf"])
def test_a_page_cut_in_its_header_has_no_papers(newline: str) -> None:
    """Rule: without an entry there are no papers, whatever is left of the furniture."""
    header = dump([*HEADER, DATE], newline)
    for at in range(len(header) + 1):
        assert PageImporter().parse(header[:at])[0].papers == ()


def test_a_cut_real_page_keeps_its_whole_entries(captures: Path) -> None:
    """Rule: the same at seeded places of each real page."""
    chance = random.Random(20250314)
    for path in sorted((captures / "pages").glob("*.txt")):
        data = path.read_bytes()
        lines = data.decode().split("\n\n")[len(HEADER) + 1 :]
        entries = list(zip(lines[::2], lines[1::2], strict=True))
        start = data.index(lines[0].encode())
        for at in sorted(chance.sample(range(start, len(data)), CUTS_OF_A_REAL_PAGE)):
            check_cut(data, at, entries)


def test_a_real_page_cut_around_each_end_of_a_line_keeps_its_whole_entries(captures: Path) -> None:
    """Rule: the places where a cut changes what is whole, each with its neighbours."""
    for path in sorted((captures / "pages").glob("*.txt")):
        data = path.read_bytes()
        lines = data.decode().split("\n\n")[len(HEADER) + 1 :]
        entries = list(zip(lines[::2], lines[1::2], strict=True))
        start, at = data.index(lines[0].encode()), data.index(lines[0].encode())
        while (at := data.find(b"\n\n", at + 1)) >= 0:
            for place in (at - 1, at, at + 1, at + 2, at + 3):
                if place > start and data[:place].count(b"\n\n") % LINES < 2:
                    check_cut(data, place, entries)


def test_a_cut_page_of_titles_keeps_its_titles() -> None:
    """Rule: a page without abstracts that is cut is a shorter one, down to three titles."""
    titles = [entry.title for entry in items(6)]
    data = dump([*HEADER, DATE, *titles])
    for at in range(data.index(titles[2].encode()) + 1, len(data) + 1):
        rest = data[:at].decode().split("\n\n")[len(HEADER) + 1 :]
        parsed = PageImporter().parse(data[:at])[0]
        assert [paper.title for paper in parsed.papers] == [title.strip() for title in rest if title.strip()]
        assert parsed.problems == ()


def test_an_entry_is_never_invented_by_a_cut_within_a_character() -> None:
    """Rule: half a character at the very end is the cut, not a line of its own."""
    entries = items(2, 320)
    data = dump([*page_lines(entries), "\u8a9e"])
    for missing in (1, 2):
        parsed = PageImporter().parse(data[:-missing])[0]
        assert found(parsed) == entries
        assert parsed.problems == ()
