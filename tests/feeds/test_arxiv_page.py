"""arXiv's pages, saved or copied from the browser: lists give their papers by days, a paper's page gives the paper."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from paperreader.domain.import_result import ParsedListing
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Standing
from paperreader.feeds.arxiv.pages import ArxivListImporter
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import importer_for
from paperreader.feeds.syntax.page_lines import html_lines

ABSTRACT = "We mend kites with $a&lt;b$. It takes long.<br> It takes &quot;longer&quot; at night."
PARAGRAPHS = 'We mend kites with $a<b$. It takes long.\n\nIt takes "longer" at night.'
NEW, CROSS, REPLACED = Announced.NEW, Announced.CROSS, Announced.REPLACEMENT


def entry(number: int, name: str, mark: str = "", abstract: str = "", comments: str = "12 pages") -> str:
    """A paper of a list as the site writes it since 2023."""
    return f"""
    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{name}" title="Abstract" id="{name}">
        arXiv:{name}
      </a>
      {mark}
      [<a href="/pdf/{name}" title="Download PDF" id="pdf-{name}">pdf</a>, <a href="/format/{name}">other</a>]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          Kites &amp; $x^2$, Part {number}
        </div>
        <div class='list-authors'><a href="https://arxiv.org/search/cs?query=One,+A">Ann One</a>,
          <a href="x">Bo Two</a></div>
        <div class='list-comments mathjax'><span class='descriptor'>Comments:</span>
          {comments}
        </div>
        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          <span class="primary-subject">Computation and Language (cs.CL)</span>; Machine Learning (cs.LG)
        </div>
        {f"<p class='mathjax'>{abstract}</p>" if abstract else ""}
      </div>
    </dd>"""


SEARCH = """Showing 1–2 of 2 results for all: kites
1. arXiv:2607.01001  [pdf, ps, other]  cs.CL cs.LG
Kites over the Bay
Authors: Ann One, Bo Two
Abstract: We mend kites. It takes… ▽ More
Submitted 1 July, 2026; originally announced July 2026.
Comments: 12 pages
2. arXiv:2607.01002
[pdf]
cs.CL
Of Lanterns
Authors: Ann One
Abstract:We light… ▽ More We light lanterns. △ Less
Submitted 2 July, 2026; v1 submitted 1 July, 2026; originally announced July 2026.
"""
LYNX = """   [1]Skip to main content

Showing new listings for Friday, 3 July 2026

   [2][1] [3]arXiv:2607.01001 [[4]pdf, [5]other]
          Title: Kites over the Bay and All of the Long Lines that Hold them in a
          Gust
          [6]Ann One, [7]Bo Two
          Subjects: Computation and Language (cs.CL)

          We mend kites.

References

   1. https://arxiv.org/list/cs.CL/recent#content
   2. https://arxiv.org/list/cs.CL/new#item1
   3. https://arxiv.org/abs/2607.01001
   4. https://arxiv.org/pdf/2607.01001
   5. https://arxiv.org/format/2607.01001
   6. https://arxiv.org/search/cs?query=One
   7. https://arxiv.org/search/cs?query=Two
"""
MARKDOWN = """# [2607.01001] Kites over the Bay

[Submitted on 1 Jul 2026]

Title:Kites over the Bay

Authors:[Ann One](https://arxiv.org/a/one), [Bo Two](https://arxiv.org/a/two)

View a PDF of the paper titled Kites over the Bay, by Ann One and 1 other authors

Abstract:We mend kites.

Cite as: [arXiv:2607.01001](https://arxiv.org/abs/2607.01001) [cs.CL]
"""
MARKDOWN_LIST = r"""### Showing new listings for Friday, 3 July 2026

[\[1\]](https://arxiv.org/list/cs.CL/new#item1) [arXiv:2607.01001](https://arxiv.org/abs/2607.01001 "Abstract")
\[[pdf](https://arxiv.org/pdf/2607.01001 "PDF")\]

Title: Kites over the Bay

[Ann One](https://arxiv.org/a/one), [Bo Two](https://arxiv.org/a/two)

Subjects: Computation and Language (cs.CL)

We mend kites.

[\[2\]](https://arxiv.org/list/cs.CL/new#item2) [arXiv:2607.01002](https://arxiv.org/abs/2607.01002 "Abstract")

Title: Of Lanterns
"""
LONG = "Kites over the Bay and All of the Long Lines that Hold them in a Gust"
KITES = ("Kites over the Bay", ("Ann One", "Bo Two"), "We mend kites.")


@pytest.mark.parametrize(
    ("text", "papers"),
    [
        (SEARCH, [(*KITES[:2], "We mend kites. It takes…"), ("Of Lanterns", ("Ann One",), "We light lanterns.")]),
        (LYNX, [(LONG, *KITES[1:])]),
        (MARKDOWN, [KITES]),
        (MARKDOWN_LIST, [KITES, ("Of Lanterns", None, "")]),
    ],
    ids=["search", "lynx", "Markdown", "list in Markdown"],
)
def test_searches_and_dumped_pages_are_read_as_lists_are(
    text: str, papers: list[tuple[str, tuple[str, ...] | None, str]]
) -> None:
    """Rule: what a search found has titles without their name; text browsers and converters put addresses in."""
    assert importer_for(text.encode()[:HEAD]).format == "arxiv-list"
    (listing,) = ArxivListImporter().parse(text.encode())
    assert [(paper.title, paper.authors, paper.abstract) for paper in listing.papers] == papers
    assert [paper.identifiers for paper in listing.papers] == [("arxiv:2607.01001",), ("arxiv:2607.01002",)][
        : len(papers)
    ]
    assert listing.problems == ()


def old_entry(number: int, name: str, mark: str = "") -> str:
    """The same as it was written before."""
    return f"""<dt><a name="item{number}">[{number}]</a>&nbsp;  <span class="list-identifier"><a href="/abs/{name}"
title="Abstract">arXiv:{name}</a> {mark} [<a href="/pdf/{name}">pdf</a>, <a href="/ps/{name}">ps</a>]</span></dt>
<dd><div class="meta"><div class="list-title mathjax">
<span class="descriptor">Title:</span> Kites &amp; $x^2$, Part {number}
</div><div class="list-authors"><span class="descriptor">Authors:</span>
<a href="/search/cs?searchtype=author&amp;query=One%2C+A">Ann One</a>,
<a href="/search/cs">Bo Two</a></div>
<div class="list-subjects"><span class="descriptor">Subjects:</span> <span class="primary-subject">Computation and
Language (cs.CL)</span>; Machine Learning (cs.LG)</div>
<p class="mathjax">{ABSTRACT}</p></div></dd>"""


def site(body: str, name: str = "Computation and Language") -> str:
    """A page with what the site has around a list."""
    return f"""<!DOCTYPE html>
<html lang="en"><head><title>{name} </title><script>if (a < b) toggle();</script></head>
<body><a href="#content">Skip to main content</a><select><option>All fields</option></select>
<div id='content-inner'><div id='dlpage'><h1>{name}</h1>{body}
<div class='paging'>Total of 5 entries </div>
<div class='morefewer'>Showing up to 2000 entries per page: fewer | all</div>
</div></div><footer>About Help Subscribe <a href="https://arxiv.org/list/">arXiv</a></footer></body></html>"""


NEW_LIST = site(
    '<ul><li><a href="#item0">New submissions</a></li><li><a href="#item3">Cross-lists</a></li></ul>'
    '<p>See <a id="recent-cs.CL" href="/list/cs.CL/recent">recent</a> articles</p>'
    "<h3>Showing new listings for Tuesday, 26 May 2026</h3>"
    "<dl id='articles'><h3>New submissions (showing 2 of 2 entries)</h3>"
    + entry(1, "2605.06651", "", ABSTRACT)
    + entry(2, "2605.06652", "", ABSTRACT)
    + "</dl><dl id='articles'><h3>Cross submissions (showing 1 of 1 entries)</h3>"
    + entry(3, "2605.06653", "(cross-list from cs.LG)", ABSTRACT)
    + "</dl><dl id='articles'><h3>Replacement submissions (showing 2 of 2 entries)</h3>"
    + entry(4, "2405.06654", "(replaced)", ABSTRACT, "This paper has been withdrawn by the authors")
    + entry(5, "hep-th/9711200", "(replaced)", ABSTRACT)
    + "</dl>"
)
RECENT_LIST = site(
    "<h2>Authors and titles for recent submissions</h2><ul><li><a href='/list/cs.CL/recent?skip=0'>Tue, 26 May 2026</a>"
    "</li><li><a href='x'>Mon, 25 May 2026</a></li></ul><p>See today's <a href='/list/cs.CL/new'>new</a> changes</p>"
    "<dl id='articles'><h3>Tue, 26 May 2026 (showing 2 of 2 entries )</h3>"
    + entry(1, "2605.06651")
    + entry(2, "2605.06652", "(cross-list from cs.LG)")
    + "</dl><dl id='articles'><h3>Mon, 25 May 2026 (showing first 1 of 9 entries )</h3>"
    + entry(3, "2605.06653")
    + "</dl>"
)
OLD_LIST = site(
    "<p>Submissions received from  Mon 31 Jul 23  to  Tue  1 Aug 23</p><a href='/list/cs.CL/recent'>cs.CL</a>"
    "<h3>New submissions for Tue,  1 Aug 23</h3><dl>"
    + old_entry(1, "2307.15780")
    + "</dl><h3>Cross-lists for Tue,  1 Aug 23</h3><dl>"
    + old_entry(2, "2307.15336", "(cross-list from cs.HC)")
    + "</dl><h3>Replacements for Tue,  1 Aug 23</h3><dl>"
    + old_entry(3, "2101.15336", "(replaced)")
    + "</dl>[ total of 3 entries ]"
)
CATCHUP = site(
    "<a href='/catchup/cs.CL/2025-03-04?abs=True'>Continue to the next day</a>Total of 1 entries for Mon, 03 Mar 2025"
    "<dl id='articles'><h3>New submissions (showing 1 of 1 entries)</h3>"
    + entry(1, "2503.00001", "", ABSTRACT)
    + "</dl>",
    "Catchup results for Computation and Language on Mon, 03 Mar 2025",
)
Read = tuple[str | None, str, list[tuple[str, Announced | None]]]


def read(data: str) -> tuple[ParsedListing, ...]:
    """What the importer that is found for a page makes of it."""
    importer = importer_for(data.encode()[:HEAD])
    assert importer.format in ("html", "arxiv-list")
    return importer.parse(data.encode())  # type: ignore[union-attr]


def copied(html: str) -> str:
    """What a browser copies of a page."""
    return "\n".join(line.text for line in html_lines(html, with_addresses=False))


def summary(listings: tuple[ParsedListing, ...]) -> list[Read]:
    """The feed, the date, and the ids of each listing, with what its papers are announced as."""
    return [
        (listing.feed, str(listing.date), [(str(paper.identifiers[0]), paper.announced) for paper in listing.papers])
        for listing in listings
    ]


@pytest.mark.parametrize("made", [str, copied], ids=["saved", "copied"])
@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            NEW_LIST,
            [
                (
                    "arxiv:cs.CL",
                    "2026-05-26",
                    [
                        ("arxiv:2605.06651", NEW), ("arxiv:2605.06652", NEW), ("arxiv:2605.06653", CROSS),
                        ("arxiv:2405.06654", REPLACED), ("arxiv:hep-th/9711200", REPLACED),
                    ],
                )
            ],
        ),
        (
            RECENT_LIST,
            [
                ("arxiv:cs.CL", "2026-05-26", [("arxiv:2605.06651", NEW), ("arxiv:2605.06652", CROSS)]),
                ("arxiv:cs.CL", "2026-05-25", [("arxiv:2605.06653", NEW)]),
            ],
        ),
        (
            OLD_LIST,
            [
                (
                    "arxiv:cs.CL",
                    "2023-08-01",
                    [("arxiv:2307.15780", NEW), ("arxiv:2307.15336", CROSS), ("arxiv:2101.15336", REPLACED)],
                )
            ],
        ),
        (CATCHUP, [("arxiv:cs.CL", "2025-03-03", [("arxiv:2503.00001", NEW)])]),
    ],
    ids=["new", "recent", "before 2023", "catchup"],
)  # fmt: skip
def test_a_list_gives_its_papers_by_days(html: str, expected: list[Read], made: Callable[[str], str]) -> None:
    """Rule: feed, day and kind are those of arXiv's daily feed; a copy of the page says the same as its HTML."""
    listings = read(made(html))
    assert summary(listings) == expected
    assert [problem for listing in listings for problem in listing.problems] == []


@pytest.mark.parametrize("made", [str, copied], ids=["saved", "copied"])
@pytest.mark.parametrize("html", [NEW_LIST, OLD_LIST], ids=["new", "before 2023"])
def test_a_paper_of_a_list_has_its_facts(html: str, made: Callable[[str], str]) -> None:
    """Rule: title, authors, classes and abstract, its paragraphs apart; what was withdrawn says so."""
    (listing,) = read(made(html))
    first = listing.papers[0]
    assert (first.title, first.abstract) == ("Kites & $x^2$, Part 1", PARAGRAPHS)
    assert (first.authors, first.categories) == (("Ann One", "Bo Two"), ("cs.CL", "cs.LG"))
    assert [paper.standing for paper in listing.papers[3:]] == [Standing.WITHDRAWN, None][: len(listing.papers[3:])]


def test_a_list_of_a_month_is_on_no_date() -> None:
    """Rule: such a list does not say on which day a paper was listed; its papers go to the file's shelf."""
    html = site(
        "<h2>Authors and titles for May 2026 </h2><a href='/list/cs.CL/2026-05?skip=50'>51-100</a><dl id='articles'>"
        + entry(51, "2605.00051") + entry(52, "2605.00052", "(cross-list from cs.LG)") + "</dl>"
    )  # fmt: skip
    (listing,) = read(html)
    assert (listing.feed, listing.date, listing.is_undated, len(listing.papers)) == (None, None, True, 2)


def test_a_later_page_of_a_list_goes_on_with_its_ranks() -> None:
    """Rule: the first number of the page is the rank of its first paper."""
    html = NEW_LIST.replace("[1]", "[301]").replace("(showing 2 of 2", "(continued, showing last 2 of 302")
    (listing,) = read(html)
    assert listing.before == 300


def test_a_copied_list_is_read_without_its_page() -> None:
    """Rule: the class is found by the name of the page, among those of its papers."""
    text = (
        "Computation and Language\nShowing new listings for Tuesday, 26 May 2026\nTotal of 120 entries\n"
        "Showing up to 2000 entries per page: fewer | more | all\nNew submissions (showing 80 of 80 entries)\n"
        "[1] arXiv:2605.06651 [pdf, html, other]\nTitle: A Kite of Glass\nAnn One, Ing von Two\nComments: 22 pages\n"
        "Subjects: Artificial Intelligence (cs.AI); Machine Learning (cs.LG)\nThe abstract of it stands here.\n\n"
        "[2] arXiv:2605.06652 [pdf, html, other]\nTitle: Another Kite\nAl Three, Be Four\n"
        "Subjects: Computation and Language (cs.CL)\nAnother abstract of it."
    )
    (listing,) = read(text)
    assert (listing.feed, str(listing.date), listing.problems) == ("arxiv:cs.CL", "2026-05-26", ())
    assert [(p.title, p.authors, p.categories, p.abstract) for p in listing.papers] == [
        ("A Kite of Glass", ("Ann One", "Ing von Two"), ("cs.AI", "cs.LG"), "The abstract of it stands here."),
        ("Another Kite", ("Al Three", "Be Four"), ("cs.CL",), "Another abstract of it."),
    ]


@pytest.mark.parametrize(
    ("name", "feed"), [("Machine Learning", "arxiv:cs.LG"), ("Computer Science", "arxiv:cs"), ("Kites", "arxiv")]
)
def test_a_name_that_two_classes_have_is_that_of_most_papers(name: str, feed: str) -> None:
    """Rule: cs.LG and stat.ML are both called Machine Learning; archives have names of their own."""
    subjects = ("Machine Learning (cs.LG); Machine Learning (stat.ML)", "Machine Learning (cs.LG)")
    papers = "".join(
        f"[{n}] arXiv:2605.0665{n} [pdf, other]\nTitle: Kite {n}\nAnn One\nSubjects: {line}\n"
        for n, line in enumerate(subjects, 1)
    )
    (listing,) = read(f"{name}\nShowing new listings for Tuesday, 26 May 2026\nNew submissions\n{papers}")
    assert listing.feed == feed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "[1]\narXiv:2605.06651\n[pdf, other]\nTitle:\nA Kite\nAuthors:\nAnn One,\nBo Two\n"
            "Subjects:\nRobotics (cs.RO)\n", CROSS,
        ),
        (
            "[[1]](https://arxiv.org/#item1) [arXiv:2605.06651](https://arxiv.org/abs/2605.06651)"
            " (cross-list from cs.CL) [[pdf](https://arxiv.org/pdf/2605.06651), [other](https://arxiv.org/format/2605.06651)]\n"
            ":   Title: A Kite\n\n    [Ann One](https://arxiv.org/search/cs?query=One), [Bo Two](https://arxiv.org/search/x)\n\n"
            "    Subjects: Robotics (cs.RO)\n", CROSS,
        ),
    ],
    ids=["lines apart", "markdown"],
)  # fmt: skip
def test_other_copies_of_an_entry_are_read(text: str, expected: Announced) -> None:
    """Rule: labels may stand on lines of their own, links may be Markdown."""
    (listing,) = read(f"Cross submissions for Tue, 26 May 2026\n{text}")
    assert [(p.title, p.authors, p.categories, p.announced) for p in listing.papers] == [
        ("A Kite", ("Ann One", "Bo Two"), ("cs.RO",), expected)
    ]
    assert listing.problems == ()


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("Title: A Kite\nAnn One\nSubjects: Robotics (cs.RO)\n", "a paper without its arXiv id"),
        ("[9] arXiv:2605.06659 [pdf, other]\nAnn One\n", "a paper without its title"),
    ],
)
def test_a_damaged_entry_is_named_and_set_aside(text: str, reason: str) -> None:
    """Rule: it costs itself only, and its lines are kept."""
    whole = "[1] arXiv:2605.06651 [pdf, other]\nTitle: A Kite\nAnn One\nSubjects: Robotics (cs.RO)\n"
    (listing,) = read(f"New submissions for Tue, 26 May 2026\n{text}{whole}")
    assert [paper.identifiers[0] for paper in listing.papers] == ["arxiv:2605.06651"]
    assert [(problem.line, problem.reason) for problem in listing.problems] == [(2, reason)]
    assert listing.set_aside == ((2, text.rstrip("\n").encode()),)


PAPER = """<!DOCTYPE html><html lang="en"><head><title>[2605.06651] Kites &amp; $x^2$</title>
<link rel="canonical" href="https://arxiv.org/abs/2605.06651"/>
<meta name="citation_title" content="Kites &amp; $x^2$" />
<meta name="citation_author" content="One, Ann" /><meta name="citation_author" content="van der Two, Bo" />
<meta name="citation_author" content="The Kite Collaboration" />
<meta name="citation_doi" content="10.1000/Kite.1" /><meta name="citation_date" content="2026/05/05" />
<meta name="citation_online_date" content="2026/05/09" /><meta name="citation_arxiv_id" content="2605.06651" />
<meta name="citation_abstract" content="We mend kites with $a&lt;b$." /></head><body>
<h1>Computer Science > Computation and Language</h1><div><strong>arXiv:2605.06651</strong> (cs)</div>
<div class="dateline">  [Submitted on 5 May 2026 (<a href="x">v1</a>), last revised 9 May 2026 (this version, v2)]</div>
<h1 class="title mathjax"><span class="descriptor">Title:</span>Kites &amp; $x^2$</h1>
<div class="authors"><span class="descriptor">Authors:</span><a href="x">Ann One</a>, <a href="x">Bo van der Two</a>,
<a href="x">The Kite Collaboration</a></div>
<div hidden>View a PDF of the paper titled Kites, by Ann One and 2 other authors</div>
<div><a href="/pdf/2605.06651">View PDF</a></div><div><a href="x">HTML (experimental)</a></div>
<blockquote class="abstract mathjax"><span class="descriptor">Abstract:</span>We mend kites with $a&lt;b$.</blockquote>
<table><tr><td>Comments:</td><td>12 pages</td></tr><tr><td>Subjects:</td><td>
<span>Computation and Language (cs.CL)</span>; Machine Learning (cs.LG)</td></tr>
<tr><td>Cite as:</td><td><a href="x">arXiv:2605.06651</a> [cs.CL]</td></tr>
<tr><td>&nbsp;</td><td>(or <a href="x">arXiv:2605.06651v2</a> [cs.CL] for this version)</td></tr>
<tr><td>Related DOI:</td><td><a href="x">https://doi.org/10.1000/Kite.1</a></td></tr></table>
<div><h2>Submission history</h2> From: Ann One [<a href="x">view email</a>]<br/>[v1] Tue, 5 May 2026 10:00:00 UTC</div>
</body></html>"""


@pytest.mark.parametrize(
    "data",
    [PAPER, re.sub(r"<meta[^>]*>", "", PAPER), copied(PAPER)],
    ids=["for programs", "as shown", "copied"],
)
def test_the_page_of_a_paper_is_that_paper(data: str) -> None:
    """Rule: what the page says for programs and what it shows agree; it needs no date."""
    (listing,) = read(data)
    (paper,) = listing.papers
    assert (paper.title, paper.abstract) == ("Kites & $x^2$", "We mend kites with $a<b$.")
    assert paper.authors == ("Ann One", "Bo van der Two", "The Kite Collaboration")
    assert (paper.identifiers, paper.version) == (("arxiv:2605.06651", "doi:10.1000/kite.1"), 2)
    assert (str(paper.published), paper.categories) == ("2026-05-05", ("cs.CL", "cs.LG"))
    assert (listing.is_undated, listing.date, listing.problems) == (True, None, ())


def test_formulas_that_a_script_has_set_are_read_as_they_were_written() -> None:
    """Rule: a page saved with its scripts holds each formula twice: set, and as TeX."""
    set_formula = '<span class="MathJax_Preview"></span><span class="MathJax" id="M1"><span>x2</span></span>'
    html = NEW_LIST.replace("$x^2$", f'{set_formula}<script type="math/tex" id="E1">x^2</script>')
    assert [paper.title for paper in read(html)[0].papers][:2] == ["Kites & $x^2$, Part 1", "Kites & $x^2$, Part 2"]


@pytest.mark.parametrize(
    "data",
    [
        b"", b"hello", b"arXiv:2605.06651\n", b"arXiv:2605.06651 [pdf]\n",
        b"\\\\\narXiv:2303.00763\nDate: x\nTitle: A\n",
        b"@misc{a, title={B}, eprint={arXiv:2605.06651}, url={https://arxiv.org/pdf/2605.06651}}",
        b"TY  - JOUR\nTI  - A\nER  - \n", b"Title: A Kite\nAuthors: Ann One\n",
    ],
)  # fmt: skip
def test_what_is_no_page_of_arxiv_is_not_recognised(data: bytes) -> None:
    """Rule: a list of ids, a mail and references have importers of their own."""
    assert not ArxivListImporter().recognises(data)


@pytest.mark.parametrize("data", [b"", b"\xff\n", b"Some prose.", b"Title: A", b"arXiv:2605.06651"])
def test_what_lists_nothing_is_named(data: bytes) -> None:
    """Rule: a bad input is a value, never an exception, and never silent."""
    (listing,) = ArxivListImporter().parse(data)
    assert (listing.papers, len(listing.problems)) == ((), 1)
