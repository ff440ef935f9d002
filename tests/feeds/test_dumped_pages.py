"""Pages that text browsers and converters wrote down are read like those that a browser copies."""

from __future__ import annotations

import re
from datetime import date

import pytest
from costs import check_growth

from paperreader.domain.import_result import ParsedListing
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import importer_for
from paperreader.feeds.huggingface.page_importer import PageImporter
from paperreader.feeds.syntax.page_lines import text_lines, without_markdown

SITE = "https://huggingface.co"
LONG = "Kites over the Bay: Which of the Forty Lines of a Kite Carry its Load in Gusts"
"""A title that a terminal of 80 columns breaks."""
CARDS = ((LONG, "2607.01001", "ann-k", 45, 3, 2), ("Lanterns that Count", "2607.01002", "bo", 7, 1, 0))

LYNX_REFERENCES = [f"{SITE}/", f"{SITE}/login?next=%2Fpapers", f"{SITE}/akhaliq"]


def lynx() -> str:
    """What `lynx -dump` writes: links have their numbers before them and their addresses at the end."""
    text = """   [1]Hugging Face's logo Hugging Face
     * Models
     *
   new

   Get trending papers in your email inbox!

   [2]Subscribe

Daily Papers

  by [3]AK and the research community

     * Daily
     * Weekly

   Jul 3

"""
    addresses = LYNX_REFERENCES.copy()
    for title, number, name, votes, authors, comments in CARDS:
        page = f"{SITE}/papers/{number}"
        first = len(addresses) + 1
        addresses += [page, f"{SITE}/login?next=%2Fpapers%2F{number}", page, page, f"{page}#community"]
        head, _, rest = title.partition("Kite Carry")
        title = f"{head}Kite\n  Carry{rest}" if rest else title
        text += f"""   [{first}]
   Submitted by
   {name}
   [{first + 1}]
   {votes}

  [{first + 2}]{title}

   [{first + 3}]
     *
     * {authors} authors
   [{first + 4}]{comments}

"""
    listed = "".join(f"   {number}. {address}\n" for number, address in enumerate(addresses, 1))
    return f"{text}   System theme\n\nReferences\n\n   Visible links:\n{listed}"


def w3m() -> str:
    """What `w3m -dump` writes: the names of images in brackets, no addresses."""
    cards = "".join(
        f"Submitted by [avatar] {name}\n[ ]\n{votes}\n\n{title}\n\n"
        f"  * [avatar]\n  * · {authors} authors\n\n{comments}\n"
        for title, _, name, votes, authors, comments in CARDS
    )
    return f"""[brand-logo] Hugging Face

  * Models
  *
  * Log In

Get trending papers in your email inbox!

Daily Papers

by [papers-by]AK and the research community

  * Daily

Jul 3

{cards}
[System theme]
"""


def pandoc() -> str:
    """What `pandoc -t markdown` writes: classes of elements, addresses without the site."""
    cards = "".join(
        f"""::: {{.w-full .flex}}
[![](/x.png){{.w-full}}](/papers/{number}){{.shine}}

::: {{.absolute}}
Submitted by ![](/a.jpg){{.h-4}} {name}
:::

[]{{.leading-none}}

[{votes}](/login?next=%2Fpapers%2F{number}){{.p-1}}

### [{title}](/papers/{number}){{.line-clamp-3 .text-balance}}

-   ![](/b.svg){{.h-3}}
-   · {authors} authors

[{comments}](/papers/{number}#community){{.flex}}
:::

"""
        for title, number, name, votes, authors, comments in CARDS
    )
    return f"""::: {{.flex}}
Get trending papers in your email inbox!
:::

# [Daily Papers](/papers){{.underline}}

## by [AK](/akhaliq){{.font-mono}} and the research community {{.text-gray-500}}

Jul 3

{cards}"""


def html2text() -> str:
    """What html2text writes: blanks inside brackets, a link over several lines."""
    cards = "".join(
        f"""[](/papers/{number})

Submitted by ![](/a.jpg) {name}

[ {votes} ](/login?next=%2Fpapers%2F{number})

###  [{title}](/papers/{number})

[

  * ![](/b.svg)
  * {authors} authors

](/papers/{number}) [ {comments} ](/papers/{number}#community)

"""
        for title, number, name, votes, authors, comments in CARDS
    )
    return f"""[ Hugging Face ](/)

  * [ Models](/models)

#  [Daily Papers](/papers)

##  by [AK](/akhaliq) and the research community

[ ](/papers/date/2026-07-02)

Jul 3

{cards}"""


def read(text: str) -> ParsedListing:
    """The one listing of a page, which is recognised."""
    assert importer_for(text.encode()[:HEAD]).format == "page"
    (listing,) = PageImporter().parse(text.encode())
    return listing


@pytest.mark.parametrize("text", [lynx(), w3m(), pandoc(), html2text()], ids=["lynx", "w3m", "pandoc", "html2text"])
def test_dumped_pages_give_the_same_cards(text: str) -> None:
    """Rule: titles, figures and, where the page has addresses, ids; nothing else is a paper, nothing is left over."""
    listing = read(text)
    assert [(paper.title, paper.upvotes, paper.comments) for paper in listing.papers] == [
        (title, votes, comments) for title, _, _, votes, _, comments in CARDS
    ]
    assert listing.problems == ()
    assert listing.month_day == (7, 3) or listing.date == date(2026, 7, 3)
    if "papers/2607" in text:
        assert [paper.identifiers for paper in listing.papers] == [(f"arxiv:{card[1]}",) for card in CARDS]


@pytest.mark.parametrize(
    ("line", "texts"),
    [
        (r"### [\[Re\] Kites](/papers/2607.01001)", ["[Re] Kites", f"{SITE}/papers/2607.01001"]),
        ("### [On KITE-[n] Models](/papers/2607.01001)", ["On KITE-[n] Models", f"{SITE}/papers/2607.01001"]),
        ("### Kites {.title #k}", ["Kites"]),
        ("::: {.flex}", []),
        ("| 4 | [Kites](/papers/2607.01001) |  |", ["4", "Kites", f"{SITE}/papers/2607.01001"]),
        ("|:---|---:|", []),
        ("[Submitted on 1 Jul 2026]", ["[Submitted on 1 Jul 2026]"]),
    ],
)
def test_marks_of_converters_are_no_text(line: str, texts: list[str]) -> None:
    """Rule: brackets belong to a text where they are no link's; classes and fences are nobody's."""
    lines = without_markdown(text_lines(f"# Page\n{line}\n".encode()))
    assert [one.text for one in lines[1:]] == texts


DIGESTS = {
    "list": "1. [Kites over the Bay](/papers/2607.01001) (45 upvotes)\n2. [Lanterns](/papers/2607.01002) (7 upvotes)\n",
    "table": "| Votes | Paper | Id |\n|---|---|---|\n"
    "| 45 | Kites over the Bay | [2607.01001](/papers/2607.01001) |\n"
    "| 7 | Lanterns | [2607.01002](/papers/2607.01002) |\n",
    "signs": "**[Kites over the Bay](/papers/2607.01001)**\n\n▲ 45 • 💬 1 • ⭐ 9,017\n\n"
    "**[Lanterns](/papers/2607.01002)**\n\n👍 7 • 💬 0\n",
}


@pytest.mark.parametrize("form", DIGESTS)
def test_digests_of_the_page_in_markdown_are_read(form: str) -> None:
    """Rule: titles that link to the site's papers under a date are a page; ids, figures and rows are no titles."""
    heading = "Daily Papers" if form == "table" else "Papers of the Day"
    listing = read(f"# {heading}\n\nJul 3, 2026\n\n{DIGESTS[form]}")
    assert [(paper.title, paper.identifiers, paper.upvotes) for paper in listing.papers] == [
        ("Kites over the Bay", ("arxiv:2607.01001",), 45),
        ("Lanterns", ("arxiv:2607.01002",), 7),
    ]


@pytest.mark.parametrize("line", ["▲ 45", "★ 45", "+ 45 / 3", "| |", "¡!"])
def test_a_line_without_a_letter_is_never_a_paper(line: str) -> None:
    """Rule: it is a figure that is known, or named."""
    cards = "".join(f"Submitted by\nann\n{line}\n{title}\n· 3 authors\n" for title in ("Kites over the Bay", "Bells"))
    listing = read(f"Daily Papers\nby AK and the research community\nJul 3\n{cards}")
    assert [paper.title for paper in listing.papers] == ["Kites over the Bay", "Bells"]
    assert len(listing.problems) == (0 if line == "▲ 45" else 2)


def test_lines_of_lynx_cost_time_in_proportion() -> None:
    """Rule: a text whose lines all seem to go on is no more work than another one."""
    end = b"\nReferences\n   1. https://x.example/\n"
    line = b"[1]" + b"x" * 60 + b"\n"
    check_growth(without_markdown, lambda size: text_lines(line * (size // len(line)) + end), 1_000_000)


@pytest.mark.parametrize("piece", [b"{.a", b"[ ", b"[[a](", b"[a", b"\\[", b"| ", b"[1]", b"{ " + b" " * 60, b"|[a"])
def test_marks_without_an_end_cost_time_in_proportion(piece: bytes) -> None:
    """Rule: what a line costs is bounded by its size, whatever stands in it."""
    check_growth(without_markdown, lambda size: text_lines(b"# a\n{.b" + piece * (size // len(piece)) + b"."), 16_000)


def test_two_pages_one_behind_the_other_are_two_lists() -> None:
    """Rule: each has the papers and the date that stand behind its heading."""
    page = re.sub(r"System theme.*", "", w3m(), flags=re.DOTALL)
    other = page.replace("Jul 3", "Jul 2").replace(LONG, "Bells at Sea").replace("Lanterns", "Clocks")
    first, second = PageImporter().parse((page + other).encode())
    assert (first.month_day, [paper.title for paper in first.papers]) == ((7, 3), [card[0] for card in CARDS])
    assert second.month_day == (7, 2)
    assert [paper.title for paper in second.papers] == ["Bells at Sea", "Clocks that Count"]
    assert first.problems == second.problems == ()
