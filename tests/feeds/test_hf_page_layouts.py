"""Every layout that the papers page has had gives its papers, and the furniture around them makes and loses none."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pytest
from examples import examples
from hypothesis import given
from hypothesis import strategies as st
from invented import Item, dump, items

from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.huggingface.page_importer import PageImporter

MENU = (
    "Hugging Face", "Models", "Datasets", "Spaces", "Buckets new", "Docs", "Enterprise", "Pricing", "Website", "Tasks",
    "Community", "Blog", "Learn", "Discord", "Forum", "GitHub", "Team & Enterprise", "Inference Providers", "Log In",
    "Sign Up",
)  # fmt: skip
HEADING = (
    "new", "Get trending papers in your email inbox once a day!", "Get trending papers in your email inbox!",
    "Subscribe", "Daily Papers", "by AK and the research community", "Daily", "Weekly", "Monthly",
)  # fmt: skip
FOOT = ("Previous", "Next", "System theme", "Company", "TOS", "Privacy", "About", "Careers")
ENTRIES = [Item(entry.title, entry.abstract) for entry in items(4, 400)]
LABS = ("Orchard Works", "Tidal Research", "University of the Northern Quarries", "")


def read(lines: Sequence[str], newline: str = "\n") -> ParsedListing:
    """What the importer makes of lines."""
    data = dump(lines, newline)
    assert PageImporter().recognises(data)
    return PageImporter().parse(data)[0]


def titles(parsed: ParsedListing) -> list[str]:
    """The titles read."""
    return [paper.title for paper in parsed.papers]


@dataclass
class Page:
    """The lines of a page, and which of them belong to no title and no abstract."""

    lines: list[str] = field(default_factory=list)
    furniture: set[int] = field(default_factory=set)
    """The places of those that may be missing or broken."""

    def add(self, *lines: str, is_furniture: bool = False) -> Page:
        """Put lines at the end."""
        for line in lines:
            if is_furniture:
                self.furniture.add(len(self.lines))
            self.lines.append(line)
        return self


def day(entries: Sequence[Item]) -> Page:
    """A day's list as the site shows it since 2025: no abstracts, organisations in place of some authors."""
    page = head()
    for number, entry in enumerate(entries):
        page.add("Submitted by", f"user-{number}", str(10 * number + 2), is_furniture=True).add(entry.title)
        page.add(*filter(None, [LABS[number % len(LABS)]])).add("·")
        page.add(f"{number + 2} authors", f"GitHub 1.{number}k", str(number), is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def day_in_2024(entries: Sequence[Item]) -> Page:
    """The same in 2024: authors and date in a line each."""
    page = head()
    for number, entry in enumerate(entries):
        page.add("Submitted by", f"user-{number}", str(10 * number + 2), is_furniture=True).add(entry.title)
        page.add(f"· {number + 2} authors").add("Published on Mar 12, 2024", str(number), is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def search(entries: Sequence[Item]) -> Page:
    """What a search found: abstracts, no submitters."""
    page = head()
    for number, entry in enumerate(entries):
        page.add(str(10 * number + 2) if number else "-", is_furniture=True).add(*entry)
        page.add(*filter(None, [LABS[number % len(LABS)]])).add("·")
        page.add("Feb 27, 2025", *([str(number)] if number else []), is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def trending(entries: Sequence[Item]) -> Page:
    """What is trending: abstracts, and all facts behind them."""
    page = head("Trending Papers")
    for number, entry in enumerate(entries):
        page.add("Submitted by", f"user-{number}", is_furniture=True).add(*entry)
        page.add(f"{LABS[number % 3]} · Published on Sep 17, 2026")
        page.add("Upvote", str(139 + number), f"GitHub 3.{number}k arXiv Page", is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def bare(entries: Sequence[Item]) -> Page:
    """Titles and abstracts alone."""
    page = head()
    for entry in entries:
        page.add(*entry)
    return page


def with_addresses(entries: Sequence[Item]) -> Page:
    """A search as some programs write it, each link with its address on the next line."""
    page = Page()
    for word in MENU:
        page.add(word).add(f"https://huggingface.co/{word.lower().replace(' ', '-')}")
    page.add(*HEADING, is_furniture=True).add("Mar 14")
    for number, entry in enumerate(entries):
        address = f"https://huggingface.co/papers/2502.0{number:04}"
        page.add(f"[-] {number or '-'}", f"https://huggingface.co/login?next=%2Fpapers%2F2502.0{number:04}")
        page.add(entry.title, address, entry.abstract, address, "[").add(f"{number + 2} authors]({address})", "·")
        page.add("Feb 27, 2025", is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def markdown(entries: Sequence[Item]) -> Page:
    """A search converted to Markdown."""
    site = "https://huggingface.co"
    page = Page().add(*(f"*   [{word}]({site}/{word.lower().replace(' ', '-')})" for word in MENU), is_furniture=True)
    page.add(*HEADING[:4], is_furniture=True).add("# Daily Papers", f"## by [![]({site}/a.png)AK]({site}/akhaliq) and")
    page.add("the research community", "- Daily", "- Weekly", f"[Trending Papers]({site}/papers/trending)", "Mar 14")
    for number, entry in enumerate(entries):
        address = f"{site}/papers/2502.0{number:04}"
        page.add(f"[{number or '-'}]({site}/login?next=%2Fpapers%2F2502.0{number:04})", is_furniture=True)
        page.add(f"### [{entry.title}]({address})", f"[{entry.abstract}]({address})")
        lab = f"[![lab]({site}/a.png){LABS[0]}]({site}/orchard)"
        page.add(lab if number % 2 else f"[- ![]({site}/a.svg)\\\\\n- 3 authors]({address})", is_furniture=True)
        page.add("·", f"Feb 2{number}, 2025[{number}]({address}#community)", is_furniture=True)
    return page.add(*FOOT, is_furniture=True)


def head(*more: str) -> Page:
    """The menu, the heading and the date."""
    return Page().add(*MENU, *HEADING, *more, is_furniture=True).add("Mar 14")


LAYOUTS: dict[str, Callable[[Sequence[Item]], Page]] = {
    "day": day, "day in 2024": day_in_2024, "search": search, "trending": trending, "bare": bare,
    "addresses": with_addresses, "markdown": markdown,
}  # fmt: skip
WITHOUT_ABSTRACTS = ("day", "day in 2024")
NEWLINES = pytest.mark.parametrize("newline", ["\n", "\n\n", "\r\n"], ids=["lines", "paragraphs", "crlf"])


def expected(layout: str, entries: Sequence[Item]) -> list[tuple[str, str]]:
    """The titles and abstracts of a page."""
    return [(entry.title, "" if layout in WITHOUT_ABSTRACTS else entry.abstract) for entry in entries]


@NEWLINES
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_page_of_each_layout_gives_its_papers_and_no_problem(layout: str, newline: str) -> None:
    """Rule: the menu, the facts of cards and the footer are known, and none of them is a paper or a problem."""
    parsed = read(LAYOUTS[layout](ENTRIES).lines, newline)
    assert [(paper.title, paper.abstract) for paper in parsed.papers] == expected(layout, ENTRIES)
    assert parsed.problems == ()


def facts(parsed: ParsedListing) -> list[tuple[str, int | None, int | None, str]]:
    """The titles read, with upvotes, comments and the day of publication."""
    return [(paper.title, paper.upvotes, paper.comments, str(paper.published or "")) for paper in parsed.papers]


def test_a_day_has_upvotes_comments_and_days_of_publication() -> None:
    """Rule: the number before a title is its upvotes, the one behind the facts its comments."""
    lines = [
        *MENU, *HEADING, "Jul 14", "Submitted by", "someone", "122", "Kites of Glass: A Field Guide",
        "  \u00b7 5 authors", "\u00b7 Published on Jul 13, 2026", " GitHub 1.2k", "3", "Submitted by", "another",
        "1,045", "Looms for the Second Day", "\u00b7", "12 authors", *FOOT,
    ]  # fmt: skip
    parsed = read(lines)
    assert facts(parsed) == [
        ("Kites of Glass: A Field Guide", 122, 3, "2026-07-13"), ("Looms for the Second Day", 1_045, None, ""),
    ]  # fmt: skip
    assert parsed.problems == ()


def test_a_name_of_two_words_before_the_authors_is_an_organisation() -> None:
    """Rule: it is no title, and two cards without abstracts are two papers."""
    lines = [*HEADING, "Mar 17"]
    for number in range(12):
        lines += ["Submitted by", f"user-{number}", f"{number}2", f"Looms of Kind {number}", "Tidal Works", "\u00b7"]
        lines += [f"{number + 2} authors", f"GitHub 1.{number}k", str(number)]
    parsed = read(lines, "\n\n")
    assert titles(parsed) == [f"Looms of Kind {number}" for number in range(12)]
    assert [(paper.upvotes, paper.comments) for paper in parsed.papers] == [
        (int(f"{number}2"), number) for number in range(12)
    ]
    assert parsed.problems == ()
    assert parsed.month_day == (3, 17)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Mar 17", (3, 17)), ("March 17", (3, 17)), ("Tuesday, July 14", (7, 14)), ("Tue, Jul 14", (7, 14)),
        ("Mar 3rd", (3, 3)), ("Mar 17, 2025", "2025-03-17"), ("17 March 2025", "2025-03-17"),
        ("2025-03-17", "2025-03-17"), ("2025-W12", "2025-03-17"), ("Week 12, 2025", "2025-03-17"),
        ("Mar 17 - Mar 23, 2025", "2025-03-17"), ("Mar 17 - 23", (3, 17)), ("March 2025", "2025-03-01"),
        ("Week 12", None), ("Feb 31", None), ("2025-02-30", None), ("Week 60, 2025", None),
    ],
)  # fmt: skip
def test_the_date_of_a_page_is_read_in_every_form(line: str, expected: tuple[int, int] | str | None) -> None:
    """Rule: a day, with its year or without; of a week and a month the first day; what is no day is a problem."""
    parsed = read([*HEADING, line, *(text for entry in ENTRIES for text in entry)], "\n\n")
    assert (str(parsed.date) if parsed.date else parsed.month_day) == expected
    assert titles(parsed) == [entry.title for entry in ENTRIES]
    reasons = ["is not a valid date"] if line in ("Feb 31", "2025-02-30") else []
    assert [problem.reason for problem in parsed.problems] == reasons


def test_an_odd_line_before_the_only_paper_does_not_make_its_abstract_a_title() -> None:
    """Rule: a long sentence is an abstract also where it is the last line of a page without facts."""
    parsed = read([*HEADING, "Zork Fnord", ENTRIES[0].title, "We weave looms of glass and count. " * 6], "\n\n")
    assert titles(parsed) == [ENTRIES[0].title]
    assert [problem.reason for problem in parsed.problems] == ["a title without its abstract"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://huggingface.co/papers/date/2026-03-24", "2026-03-25"),
        ("https://huggingface.co/papers/date/2026-03-26", "2026-03-25"),
        ("https://huggingface.co/papers?date=2026-03-24", "2026-03-25"),
        ("https://huggingface.co/papers/week/2026-W12", "2026-03-25"),
        ("https://huggingface.co/papers/date/2025-11-24", None),
    ],
)
def test_a_link_to_the_day_before_or_behind_says_the_year(address: str, expected: str | None) -> None:
    """Rule: a page without its year has that of the lists beside it."""
    parsed = read([*HEADING, address, "Mar 25", *(text for entry in ENTRIES for text in entry)], "\n\n")
    assert (str(parsed.date) if parsed.date else None) == expected
    assert len(parsed.papers) == len(ENTRIES)


def test_a_paper_published_the_day_before_says_the_year() -> None:
    """Rule: no paper comes to a list more than two weeks after it was published."""
    lines = [*HEADING, "Jan 2", "12", "Kites in Winter", "\u00b7 2 authors", "Published on Dec 30, 2025"]
    assert str(read(lines).date) == "2026-01-02"
    assert read([line.replace("Dec 30", "Nov 3") for line in lines]).month_day == (1, 2)


def test_ids_titles_and_links_come_from_the_addresses() -> None:
    """Rule: a link is a text and its address; the words that were searched for are no paper."""
    lines = [
        *HEADING[:6], "Kites at Night", *HEADING[6:], "https://huggingface.co/papers/date/2026-03-24", "Mar 25",
        " [-] 1", "https://huggingface.co/login?next=%2Fpapers%2F2410.05434",
        *_linked("Kites Better than Ours", "2410.05434"), "[", "2 authors](https://huggingface.co/papers/2410.05434)",
        "\u00b7", "Oct 7, 2024", "6", "https://huggingface.co/papers/2410.05434#community", " [-] -",
        "https://huggingface.co/login?next=%2Fpapers%2F2306.14898", *_linked("Looms: A Standard", "2306.14898"),
        "Orchard Works", "https://huggingface.co/orchard", "\u00b7", "Jun 26, 2023", "GitHub 12",
        "https://github.com/orchard/looms", "Project Page", "https://looms.example/",
    ]  # fmt: skip
    parsed = read(lines, "\n\n")
    assert facts(parsed) == [
        ("Kites Better than Ours", 1, 6, "2024-10-07"),
        ("Looms: A Standard", None, None, "2023-06-26"),
    ]
    assert [paper.identifiers for paper in parsed.papers] == [("arxiv:2410.05434",), ("arxiv:2306.14898",)]
    assert dict(parsed.papers[1].links) == {
        "page": "https://huggingface.co/papers/2306.14898", "code": "https://github.com/orchard/looms",
        "project": "https://looms.example/",
    }  # fmt: skip
    assert str(parsed.date) == "2026-03-25"
    assert parsed.problems == ()


def _linked(title: str, number: str) -> list[str]:
    address = f"https://huggingface.co/papers/{number}"
    return [
        title,
        address,
        f"An abstract of what {title} may be. It is a sentence or two long, as abstracts are.",
        address,
    ]


@pytest.mark.parametrize("mark", ["{title} {link}", "{n}. {title} — {link}", "- {title}: {link}", "{title} ({link})"])
def test_a_title_with_its_address_on_the_same_line_is_a_title(mark: str) -> None:
    """Rule: neither the address is a part of the title, nor what stands around both."""
    links = [f"https://huggingface.co/papers/2606.0068{n}" for n in range(2)]
    lines = [mark.format(n=n, title=f"Kites of Kind {n}", link=link) for n, link in enumerate(links)]
    parsed = read([*HEADING, "Mar 25", *lines])
    assert [(paper.title, paper.identifiers) for paper in parsed.papers] == [
        (f"Kites of Kind {n}", (f"arxiv:2606.0068{n}",)) for n in range(2)
    ]
    assert parsed.problems == ()


@pytest.mark.parametrize(
    ("card", "comments"),
    [
        ("{title}\nOrchard Works\n\u00b7\n{n} authors\n{votes}", None),
        ("{title}\n{n} authors\nSubmitted by\nuser-{n}\n{votes}", None),
        ("Submitted by\nuser-{n}\n{title}\n{votes}\n\u00b7\n{n} authors", None),
        ("Upvote\n{votes}\n{title}\n{n} authors", None),
        ("**{title}**\n{votes}\n{n} authors", None),
        ("- [{title}](https://huggingface.co/papers/2603.0123{n}) ({votes} upvotes)\n3 comments", 3),
        ("{n} authors\n{votes}\n{title}\n\u00b7 Mar 16, 2026\n3", 3),
        ("{title}\n{n} authors\nUpvote {votes}\n3", 3),
    ],
)
def test_the_order_of_a_page_says_what_its_numbers_are(card: str, comments: int | None) -> None:
    """Rule: upvotes stand before all titles or behind all; a number alone is one of upvotes, which all layouts show."""
    cards = [card.format(title=f"Kites of Kind {n}", n=n, votes=10 * n) for n in range(1, 5)]
    parsed = read([*HEADING, "Mar 17", *"\n".join(cards).splitlines()])
    assert [(paper.title, paper.upvotes, paper.comments) for paper in parsed.papers] == [
        (f"Kites of Kind {n}", 10 * n, comments) for n in range(1, 5)
    ]
    assert parsed.problems == ()


MARKDOWN = """\
[[Site's logo] Hugging Face][1]
* [ Models ][2]
* * Website
    * [ Tasks][2]

# Daily Papers

## by[AK][3] and the research community
* Daily
* Weekly

Jun 29
[
-
][4]

### [Kites: A System for Long Lines][5]

[

Long lines need both a good kite and low winds, but the systems that exist force a trade-off between the two of them.
Pieces of line are used one after the other for low winds, but lose what lies between them and need a good deal of
patience at their ends.

][5]
[
* 3 authors
][5]
\u00b7
May 30
[
65
][6]

### [Looms across\\\\  Millions of Threads][7]

[In this report we present \\_the\\_ loom, which is 100\\\\% wood\\\\
and goes on and on over the lines of the report, as looms do.][7]
[[works] Orchard Works][8]
\u00b7
Mar 8, 2024 [ 6][9]

[1]: https://huggingface.co/
[2]: https://huggingface.co/models
[3]: https://huggingface.co/akhaliq
[4]: https://huggingface.co/login?next=%2Fpapers%2F2606.11111
[5]: https://huggingface.co/papers/2606.11111
[6]: https://huggingface.co/login?next=%2Fpapers%2F2403.22222
[7]: https://huggingface.co/papers/2403.22222
[8]: https://huggingface.co/orchard
[9]: https://huggingface.co/papers/2403.22222#community
"""


def test_markdown_with_its_addresses_at_the_end_is_read() -> None:
    """Rule: marks, brackets and breaks of lines are no part of titles and abstracts; the year is that of the id."""
    parsed = read(MARKDOWN.splitlines())
    assert facts(parsed) == [
        ("Kites: A System for Long Lines", None, None, "2026-05-30"),
        ("Looms across Millions of Threads", 65, 6, "2024-03-08"),
    ]  # fmt: skip
    assert parsed.papers[0].abstract == " ".join(MARKDOWN.split("[\n\n")[1].split("\n\n]")[0].split())
    assert parsed.papers[1].abstract == (
        "In this report we present _the_ loom, which is 100\\% wood and goes on and on over the lines of the report, "
        "as looms do."
    )
    assert [paper.identifiers for paper in parsed.papers] == [("arxiv:2606.11111",), ("arxiv:2403.22222",)]
    assert parsed.problems == ()


MARKED = """[Skip to main content](#main)

# Daily Papers

Mar 14

### On Looms of F[u](x) Kinds

{abstract} It is E[x](--t) of them.

### [On Fog and Wool]({site}/papers/2503.00002)

{abstract}

[Docs]({site}/docs)
[Contact](mailto:looms@example.org)
"""


@pytest.mark.parametrize("site", ["", "https://huggingface.co"])
def test_links_of_markdown_are_addresses_and_their_text_alone_is_shown(site: str) -> None:
    """Rule: an address of the site is whole or begins with a stroke; brackets before what is no address are text."""
    abstract = "We study looms of many kinds and say what each of them costs. " * 4
    (parsed,) = PageImporter().parse(MARKED.format(site=site, abstract=abstract.strip()).encode())
    assert [(paper.title, paper.identifiers) for paper in parsed.papers] == [
        ("On Looms of F[u](x) Kinds", ()),
        ("On Fog and Wool", ("arxiv:2503.00002",)),
    ]
    assert [paper.abstract for paper in parsed.papers] == [f"{abstract}It is E[x](--t) of them.", abstract.strip()]
    assert [str(problem.excerpt) for problem in parsed.problems] == ["Skip to main content"]


def test_a_paper_that_the_page_shows_twice_is_one_paper() -> None:
    """Rule: what is trending stands once for wide windows and once for narrow ones, and programs copy both."""
    lines = ["Subscribe", "Trending Papers", "by AK and the research community"]
    for entry in ENTRIES:
        lines += ["Submitted by", "someone", *entry, "\u00b7 Published on Sep 17, 2026", "Upvote", "3"] * 2
    parsed = read(lines)
    assert [(paper.title, paper.abstract) for paper in parsed.papers] == [tuple(entry) for entry in ENTRIES]
    assert parsed.problems == ()


@pytest.mark.parametrize("layout", ["day", "day in 2024", "search", "trending", "markdown"])
@pytest.mark.parametrize("odd", ["An odd line of the page", "A survey of nothing: it is no paper?"])
def test_a_line_that_is_not_understood_is_named_and_no_paper(layout: str, odd: str) -> None:
    """Rule: behind the facts of a card, and at the end, it is set aside; every paper is as it was."""
    page = LAYOUTS[layout](ENTRIES)
    lines = page.lines
    places = [place for place, line in enumerate(lines) if line == "Submitted by"][1:] or [len(lines)]
    for place in (places[-1], len(lines)):
        parsed = read([*lines[:place], odd, *lines[place:]])
        assert [(paper.title, paper.abstract) for paper in parsed.papers] == expected(layout, ENTRIES)
        number = len("\n".join([*lines[:place], odd]).splitlines())
        assert [(problem.line, str(problem.excerpt)) for problem in parsed.problems] == [(number, odd)]
        assert parsed.set_aside == ((number, odd.encode()),)


def test_two_words_of_the_menu_may_be_a_title() -> None:
    """Rule: nothing that may be a paper is left out in silence."""
    lines = [*HEADING, "Mar 14", "Submitted by", "someone", "3", "Learn Datasets", "\u00b7 5 authors"]
    assert titles(read(lines)) == ["Learn Datasets"]


@pytest.mark.parametrize("year", [", 2024", ""])
@pytest.mark.parametrize("newline", ["\n", "\n\n"])
def test_the_page_of_one_paper_is_that_paper(newline: str, year: str) -> None:
    """Rule: the papers that comments name are none; it is listed on the day on which it joined the daily list.

    The site leaves out the present year, which the arXiv id tells.
    """
    lines = [
        *MENU, "Papers", "arxiv:2405.07960", "KiteClinic: Where Kites Are Mended", f"Published on May 13{year}",
        "\u00b7 Submitted by", "someone", f"on May 14{year}", "Upvote 19", "+3", "Authors:", "Ann One", ",", "Bo Two",
        "Abstract", "A summary that a program wrote.", "AI-generated summary", "We mend kites. We introduce",
        "KiteClinic", ", a place for them.", "View arXiv page", "View PDF", "Add to collection", "Community",
        "The following papers were recommended", "Another Paper of Kites (2023)", *FOOT,
    ]  # fmt: skip
    parsed = read(lines, newline)
    (paper,) = parsed.papers
    assert (paper.title, paper.abstract) == (
        "KiteClinic: Where Kites Are Mended", "We mend kites. We introduce KiteClinic , a place for them.",
    )  # fmt: skip
    assert (paper.identifiers, paper.authors, paper.upvotes) == (("arxiv:2405.07960",), ("Ann One", "Bo Two"), 19)
    assert (str(paper.published), str(parsed.date), parsed.is_undated) == ("2024-05-13", "2024-05-14", True)
    assert parsed.problems == ()


@examples(400)
@given(st.sampled_from(sorted(LAYOUTS)), st.integers(1, 5), st.integers(0, 2**32))
def test_furniture_put_in_left_out_or_broken_makes_and_loses_no_paper(layout: str, count: int, seed: int) -> None:
    """Rule: whatever is missing of a page's furniture, doubled or broken over two lines, the papers are the same."""
    chance = random.Random(seed)
    entries = items(count, chance.choice((170, 400, 1_400)))
    page = LAYOUTS[layout](entries)
    lines: list[str] = []
    for place, line in enumerate(page.lines):
        lines += [chance.choice((*MENU, *HEADING, *FOOT))] * (chance.random() < 0.1)
        if place not in page.furniture:
            lines.append(line)
        elif (draw := chance.random()) < 0.2 and " " in line:
            cut = chance.choice([at for at, sign in enumerate(line) if sign == " "])
            lines += [line[:cut], line[cut + 1 :]]
        elif draw < 0.7:
            lines.append(line)
    parsed = PageImporter().parse(dump(lines, chance.choice(("\n", "\n\n"))))[0]
    assert [(paper.title, paper.abstract) for paper in parsed.papers] == expected(layout, entries), lines
