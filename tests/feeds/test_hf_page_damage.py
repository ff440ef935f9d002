"""A damaged page loses what was damaged and nothing else, and every line of it is explained."""

import random
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from examples import how_many
from invented import DATE, HEADER, Item, items, page_lines

from paperreader.domain.import_result import ParsedListing
from paperreader.domain.text import clean_line
from paperreader.feeds.huggingface.page_importer import PageImporter

LONG = items(6, 1_400)
FEW = items(2, 700)
SHORT = items(6, 220)
FIRST_TITLE = len(HEADER) + 1


def read(lines: Sequence[str | bytes]) -> ParsedListing:
    """What the importer makes of lines, each on a line of its own (odd numbers: blank lines stand between them)."""
    return PageImporter().parse(b"\n\n".join(line if isinstance(line, bytes) else line.encode() for line in lines))[0]


def found(parsed: ParsedListing) -> list[tuple[str, str]]:
    """The titles and abstracts read."""
    return [(paper.title, paper.abstract) for paper in parsed.papers]


def unexplained(lines: Sequence[str], parsed: ParsedListing) -> list[str]:
    """The lines that are neither furniture, nor part of a paper, nor named by a problem with their number."""
    kept = {line for paper in parsed.papers for line in (paper.title, *paper.abstract.split("\n\n"))}
    named = {problem.line for problem in parsed.problems}
    furniture = {*HEADER, DATE}
    return [
        line
        for index, line in enumerate(lines)
        if line not in furniture and line not in kept and 2 * index + 1 not in named
    ]


def check_problems(lines: Sequence[str | bytes], parsed: ParsedListing) -> None:
    """Assert that every problem quotes the line that it names, and that this line was set aside verbatim."""
    aside = dict(parsed.set_aside)
    for problem in parsed.problems:
        assert problem.line is not None
        line = lines[(problem.line - 1) // 2]
        text = line.decode(errors="replace") if isinstance(line, bytes) else line
        assert problem.excerpt == clean_line(text, 120)
        assert aside[problem.line] == (line if isinstance(line, bytes) else line.encode())


def without(entries: Sequence[Item], *gone: int) -> list[Item]:
    """The entries but those at these places."""
    return [entry for place, entry in enumerate(entries) if place not in gone]


@pytest.mark.parametrize("place", range(len(LONG)))
def test_a_lost_abstract_costs_its_own_entry_only(place: int) -> None:
    """Rule: a title without its abstract is named, every other entry is whole."""
    lines = [line for line in page_lines(LONG) if line != LONG[place].abstract]
    parsed = read(lines)
    assert found(parsed) == without(LONG, place)
    (problem,) = parsed.problems
    assert problem.line == 2 * lines.index(LONG[place].title) + 1
    assert "without its abstract" in problem.reason
    check_problems(lines, parsed)


@pytest.mark.parametrize("place", range(len(LONG)))
@pytest.mark.parametrize("entries", [LONG, items(6, 700), items(6, 400)], ids=["1400", "700", "400"])
def test_a_lost_title_costs_its_own_entry_only(place: int, entries: list[Item]) -> None:
    """Rule: an abstract without its title is named, every other entry is whole."""
    lines = [line for line in page_lines(entries) if line != entries[place].title]
    parsed = read(lines)
    assert found(parsed) == without(entries, place)
    (problem,) = parsed.problems
    assert problem.line == 2 * lines.index(entries[place].abstract) + 1
    assert "without its title" in problem.reason
    check_problems(lines, parsed)


@pytest.mark.parametrize("place", range(2 * len(LONG)))
def test_a_doubled_line_costs_nothing(place: int) -> None:
    """Rule: of a line that stands twice one is named, and every entry is whole."""
    lines = page_lines(LONG)
    lines.insert(FIRST_TITLE + place, lines[FIRST_TITLE + place])
    parsed = read(lines)
    assert found(parsed) == LONG
    (problem,) = parsed.problems
    assert problem.line in (2 * (FIRST_TITLE + place) - 1, 2 * (FIRST_TITLE + place) + 1, 2 * (FIRST_TITLE + place) + 3)
    check_problems(lines, parsed)


@pytest.mark.parametrize("place", range(FIRST_TITLE))
@pytest.mark.parametrize("times", [0, 2])
def test_a_header_line_more_or_less_costs_no_entry(place: int, times: int) -> None:
    """Rule: with one line of the furniture lost or doubled the papers are the same."""
    lines = page_lines(LONG)
    lines[place : place + 1] = lines[place : place + 1] * times
    parsed = read(lines)
    assert found(parsed) == LONG
    assert parsed.month_day == (None if times == 0 and place == FIRST_TITLE - 1 else (3, 14))
    check_problems(lines, parsed)


@pytest.mark.parametrize("times", [0, 2])
def test_every_line_of_a_real_page_lost_or_doubled(captures: Path, times: int) -> None:
    """Rule: the same of the real pages, at seeded places: one entry at most is touched, one line is named,
    and none is unexplained."""
    chance = random.Random(7)
    for path in sorted((captures / "pages").glob("*.txt")):
        whole = path.read_text(encoding="utf-8").split("\n\n")
        entries = set(zip(whole[FIRST_TITLE::2], whole[FIRST_TITLE + 1 :: 2], strict=True))
        for place in chance.sample(range(FIRST_TITLE, len(whole)), how_many(5, 25)):
            lines = list(whole)
            lines[place : place + 1] = lines[place : place + 1] * times
            parsed = read(lines)
            assert len(entries & set(found(parsed))) >= len(entries) - (times == 0)
            assert set(found(parsed)) <= entries
            assert _unexplained_real(lines, whole, parsed) == []
            assert len(parsed.problems) == 1
            check_problems(lines, parsed)


def _unexplained_real(lines: Sequence[str], whole: Sequence[str], parsed: ParsedListing) -> list[str]:
    return [line for line in unexplained(lines, parsed) if line not in whole[:FIRST_TITLE]]


SCRAMBLES: dict[str, Callable[[list[str], random.Random], None]] = {
    "lose": lambda lines, chance: lines.__delitem__(chance.randrange(FIRST_TITLE, len(lines))),
    "double": lambda lines, chance: _double(lines, chance.randrange(FIRST_TITLE, len(lines))),
    "swap": lambda lines, chance: _swap(lines, chance.randrange(FIRST_TITLE, len(lines) - 1)),
    "insert": lambda lines, chance: lines.insert(chance.randrange(FIRST_TITLE, len(lines)), "An odd line"),
    "cut": lambda lines, chance: _cut(lines, chance.randrange(FIRST_TITLE, len(lines)), chance.randint(1, 60)),
}


def _double(lines: list[str], place: int) -> None:
    lines.insert(place, lines[place])


def _swap(lines: list[str], place: int) -> None:
    lines[place], lines[place + 1] = lines[place + 1], lines[place]


def _cut(lines: list[str], place: int, length: int) -> None:
    lines[place] = lines[place][:length].rstrip()


@pytest.mark.parametrize("kind", SCRAMBLES)
def test_whatever_happens_to_some_lines_every_line_is_explained(kind: str) -> None:
    """Rule: nothing unexplained: after three such damages each line is a paper's or a problem's."""
    for seed in range(60):
        chance = random.Random(f"{kind} {seed}")
        lines = page_lines(items(12, 1_400))
        for _ in range(3):
            SCRAMBLES[kind](lines, chance)
        parsed = read(lines)
        assert unexplained(lines, parsed) == [], seed
        assert len(parsed.papers) >= 6, seed
        check_problems(lines, parsed)


def test_lines_before_the_date_that_are_no_furniture_are_named() -> None:
    """Rule: what stands where nothing is expected is set aside, not guessed at."""
    lines = [HEADER[0], "An odd line", *HEADER[1:], "Another", DATE, *page_lines(LONG)[FIRST_TITLE:]]
    parsed = read(lines)
    assert found(parsed) == LONG
    assert [problem.line for problem in parsed.problems] == [3, 11]
    check_problems(lines, parsed)


def test_problems_quote_harmlessly() -> None:
    """Rule: an odd line that holds escape sequences is quoted without them, at most 120 characters long."""
    lines = [*HEADER, "\x1b]52;c;eA==\x07odd\x1b[31m " + "x" * 500, DATE, *page_lines(LONG)[FIRST_TITLE:]]
    (problem,) = read(lines).problems
    assert problem.excerpt.startswith("odd xxx")
    assert len(problem.excerpt) == 120


@pytest.mark.parametrize("what", ["abstract", "title"])
@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_lost_line_on_a_page_of_short_abstracts_costs_its_own_entry_only(what: str, place: int) -> None:
    """Rule: abstracts of 220 characters exist (shortest: 165); one lost line must not shift all that follows."""
    lines = [line for line in page_lines(SHORT) if line != getattr(SHORT[place], what)]
    parsed = read(lines)
    assert found(parsed) == without(SHORT, place)
    assert parsed.problems


def test_a_doubled_abstract_on_a_page_of_few_papers_is_named() -> None:
    """Rule: an abstract that stands twice is no abstract of two paragraphs, on a page of two papers either."""
    lines = page_lines(FEW)
    lines.insert(FIRST_TITLE + 1, FEW[0].abstract)
    parsed = read(lines)
    assert found(parsed) == FEW
    assert len(parsed.problems) == 1


def test_a_title_behind_a_lost_user_name_is_kept_or_named() -> None:
    """Rule: never dropped silently; a user name has no blanks, a title has."""
    lines = [*HEADER, DATE]
    for place, entry in enumerate(LONG):
        lines += ["Submitted by", *(["some-user"] if place != 2 else []), *entry]
    parsed = read(lines)
    assert [line for line in unexplained(lines, parsed) if line not in ("Submitted by", "some-user")] == []


@pytest.mark.parametrize("entries", [SHORT, [Item(entry.title, "") for entry in LONG]], ids=["short", "titles"])
def test_a_doubled_date_is_no_paper(entries: list[Item]) -> None:
    """Rule: a date is not a title, on a page of short or of no abstracts either."""
    parsed = read([*HEADER, DATE, *page_lines(entries)[FIRST_TITLE - 1 :]])
    assert found(parsed) == entries


def test_two_titles_at_the_end_are_two_titles_without_abstracts() -> None:
    """Rule: a title is not the abstract of the one before it, on a page whose abstracts have 1,400 characters."""
    lines = [line for line in page_lines(LONG) if line not in (LONG[-1].abstract, LONG[-2].abstract)]
    parsed = read(lines)
    assert found(parsed) == LONG[:-2]
    assert len(parsed.problems) == 2


def test_a_title_of_digits_is_kept_or_named() -> None:
    """Rule: a line that is dropped as furniture between a whole abstract and the next one is a line unexplained."""
    entries = [*LONG[:2], Item("2048", LONG[2].abstract), *LONG[3:]]
    lines = page_lines(entries)
    assert unexplained(lines, read(lines)) == []


@pytest.mark.parametrize("entries", [FEW, items(3, 220)], ids=["two", "three"])
def test_a_lost_title_on_a_page_of_few_papers_costs_its_own_entry_only(entries: list[Item]) -> None:
    """Rule: the abstract left over is not a second paragraph of the one before it."""
    lines = [line for line in page_lines(entries) if line != entries[1].title]
    parsed = read(lines)
    assert found(parsed) == without(entries, 1)
    (problem,) = parsed.problems
    assert "without its title" in problem.reason
    check_problems(lines, parsed)


def test_an_abstract_in_two_paragraphs_on_a_page_of_two_papers_is_one() -> None:
    """Rule: what is usual on a page is told by its longest abstract where there are few."""
    halves = FEW[0].abstract[:349], FEW[0].abstract[350:]
    lines = [*HEADER, DATE, FEW[0].title, *halves, *FEW[1]]
    parsed = read(lines)
    assert found(parsed) == [(FEW[0].title, "\n\n".join(halves)), FEW[1]]
    assert parsed.problems == ()


def test_another_date_before_the_first_paper_is_named() -> None:
    """Rule: two dates contradict each other: the first is taken and the second told."""
    lines = [*HEADER, DATE, "Mar 15", *page_lines(SHORT)[FIRST_TITLE:]]
    parsed = read(lines)
    assert found(parsed) == SHORT
    assert parsed.month_day == (3, 14)
    assert [problem.line for problem in parsed.problems] == [2 * FIRST_TITLE + 1]
    check_problems(lines, parsed)


def test_a_title_that_begins_like_furniture_is_a_title() -> None:
    """Rule: only a user's name, which has no blanks, makes furniture of `Submitted by`."""
    entries = [Item("Submitted by Deadline: When Lanterns Are Late", LONG[0].abstract), *LONG[1:]]
    assert found(read(page_lines(entries))) == entries


@pytest.mark.parametrize("line", ["34", "some-user", "1.2k"])
def test_what_may_be_a_title_is_named_where_one_is_missing(line: str) -> None:
    """Rule: a lone word or number is furniture as long as no abstract lacks its title."""
    lines = [*HEADER, DATE]
    for place, entry in enumerate(LONG):
        lines += ["Submitted by", line, *([entry.title] if place != 2 else []), entry.abstract]
    parsed = read(lines)
    assert found(parsed) == without(LONG, 2)
    assert [problem.line for problem in parsed.problems] == [2 * place + 1 for place in _lines_of(lines, 2, line)]
    check_problems(lines, parsed)


def _lines_of(lines: Sequence[str], place: int, furniture: str) -> list[int]:
    """Where the furniture before an abstract stands, and the abstract."""
    at = lines.index(LONG[place].abstract)
    assert lines[at - 1] == furniture
    return [at - 1, at]
