"""The page of a paper shows all known facts, beside the text, above it or in two lines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from rich.cells import cell_len

from paperreader.domain.dates import PartialDate
from paperreader.domain.entry import Entry, FiledPaper
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import Announced, ListedPaper, Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import Safe
from paperreader.ui.presenting.grid import Head
from paperreader.ui.presenting.markers import no_marks
from paperreader.ui.presenting.pages.paper_blocks import page_of
from paperreader.ui.presenting.pages.paper_facts import Shape, facts_of, fitting
from paperreader.ui.widgets.blocks import Block

KEY = PaperKey("title:0123456789ab")
DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)
ABOVE, BESIDE, LOW = (Shape(head) for head in (Head.ABOVE, Head.BESIDE, Head.LOW))


def _paper(title: str = "Sparse Maps", abstract: str = "We draw maps.", **more: object) -> Paper:
    return Paper(KEY, Safe(title), Safe(abstract), **more)  # type: ignore[arg-type]


def _entry(paper: Paper, state: ReadingState = UNDECIDED, *days: date, upvotes: int | None = None) -> Entry:
    places = tuple(ListedPaper(Listing("page:a", day), 1, upvotes) for day in days or (DAY,))
    return Entry(paper, places, state)


def _blocks(entry: Entry, day: date | None = DAY, shape: Shape = ABOVE, *, as_source: bool = False) -> list[Block]:
    page = page_of(entry, day, no_marks, shape, as_source=as_source)
    return [*page.head, *page.text, *page.beside]


def _page(entry: Entry, day: date | None = DAY, shape: Shape = ABOVE, *, as_source: bool = False) -> list[str]:
    return [str(block.text) for block in _blocks(entry, day, shape, as_source=as_source)]


@pytest.mark.parametrize(
    ("shape", "page"),
    [
        (ABOVE, ["Sparse Maps", "", "", "listed Fri 14 Mar 2025", "• unread", "", "We draw maps."]),
        (BESIDE, ["Sparse Maps", "", "We draw maps.", "listed Fri 14 Mar 2025", "", "• unread"]),
        (LOW, ["", "• unread", "", "We draw maps."]),
    ],
    ids=["above", "beside", "low"],
)
def test_what_the_source_lacks_is_left_out(shape: Shape, page: list[str]) -> None:
    """Rule: no fact is invented; lines above the text stay where they are, blank, and those beside it close up."""
    assert _page(_entry(_paper()), shape=shape) == page


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        (
            "arxiv:2411.10397",
            "arXiv 2411.10397 (title not fetched)",
            "The source gives neither title nor abstract; fetch both with: paperreader find-ids id:2411.10397",
        ),
        ("doi:10.1000/xyz", "doi 10.1000/xyz (title not fetched)", "The source gives neither title nor abstract."),
    ],
)
def test_the_page_of_an_id_says_how_the_title_comes(name: str, first: str, last: str) -> None:
    """Rule: a paper without title shows its id and the command that fetches the title."""
    paper = Paper(PaperKey(name), Safe(""), Safe(""), identifiers=(Identifier(name),))
    page = _page(_entry(paper))
    assert (page[0], page[-1]) == (first, last)


def test_the_page_shows_ids_figures_and_authors() -> None:
    """Rule: authors, ids and figures, and dates stand under the title, each in its line."""
    paper = _paper(
        authors=(Safe("Ada Lovelace"), Safe("张伟")),
        published=date(2024, 11, 15),
        identifiers=(Identifier("arxiv:2411.10397"), Identifier("doi:10.1000/xyz")),
    )
    page = _page(_entry(paper, UNDECIDED, DAY, upvotes=1_034))
    assert page[1] == "Ada Lovelace, 张伟"
    assert page[2] == "2411.10397 · doi 10.1000/xyz · ▲ 1,034"
    assert page[3] == "listed Fri 14 Mar 2025 · published 15 Nov 2024"


@pytest.mark.parametrize(("published", "text"), [(PartialDate(2024), "2024"), (PartialDate(2024, 11), "Nov 2024")])
def test_the_page_shows_a_date_as_far_as_it_is_known(published: PartialDate, text: str) -> None:
    """Rule: a date is never invented."""
    assert _page(_entry(_paper(published=published)))[3].endswith(f" · published {text}")


def test_an_abstract_that_its_source_wrapped_is_wrapped_by_the_page_alone() -> None:
    """Rule: lines of some 80 characters are one paragraph, short ones are lines of their own; `v` shows what came."""
    wrapped = "\n".join(["Large lanterns have achieved remarkable progress in the fog, but their light", "is dim."])
    assert wrapped.replace("\n", " ") in _page(_entry(_paper(abstract=wrapped)))
    assert wrapped in _page(_entry(_paper(abstract=wrapped)), as_source=True)
    items = "We find:\n- one\n- two"
    assert items in _page(_entry(_paper(abstract=items)))


def test_the_page_names_the_other_dates() -> None:
    """Rule: every returning paper shows the other dates that list it, not the one that is open."""
    entry = _entry(_paper(), UNDECIDED, DAY, EARLIER, date(2025, 3, 11))
    assert "listed Fri 14 Mar 2025 · also Wed 12, Tue 11" in _page(entry)
    assert "listed Wed 12 Mar 2025 · also Fri 14, Tue 11" in _page(entry, EARLIER)
    assert not any("also" in line for line in _page(_entry(_paper())))


def test_the_page_shows_what_was_decided_and_every_line_of_the_note() -> None:
    """Rule: star, status, tags and the whole note are on the page."""
    state = ReadingState(
        ReadingStatus.LATER, starred=True, tags=(Safe("nlp"),), note=Safe("one\ntwo"), decided_in=EARLIER
    )
    page = _page(_entry(_paper(), state))
    assert "◷ later in the list of Wed 12 · ★ starred · #nlp" in page
    assert page[page.index("✎ one") + 1].strip() == "two"
    assert "◷ later · ★ starred · #nlp" in _page(_entry(_paper(), replace(state, decided_in=DAY)))


def test_a_paper_without_an_abstract_says_so() -> None:
    """Rule: an empty pane would hide that the source gives none."""
    assert _page(_entry(_paper(abstract="")))[-1] == "The source gives no abstract."


def test_the_source_is_shown_as_it_came() -> None:
    """Rule: `v` shows the LaTeX that is otherwise made readable."""
    entry = _entry(_paper(abstract=r"A factor of $\alpha$ at 100\% load."))
    assert _page(entry)[-1] == "A factor of α at 100% load."
    assert _page(entry, as_source=True)[-1] == r"A factor of $\alpha$ at 100\% load."


def test_links_of_the_text_are_marked_and_listed_below() -> None:
    """Rule: the abstract shows the links found in its text, once more below it with their kind."""
    url = "https://github.com/example/maps"
    blocks = _blocks(_entry(_paper(abstract=f"Code at {url}.")))
    abstract, listed = blocks[-3], blocks[-1]
    (start, end), *_ = abstract.links
    assert abstract.text[start:end] == url
    assert listed.text == f"code: {url}"
    (start, end), *_ = listed.links
    assert listed.text[start:end] == url


def test_names_tags_and_links_are_as_wide_as_every_terminal_draws_them() -> None:
    """Rule: names, tags and links contain no joiners, selectors, skin tones or flags."""
    emoji = "\U0001f469\U0001f3fd\u200d\U0001f4bb\u2764\ufe0f\U0001f1e9\U0001f1ea"
    paper = _paper(abstract=f"See https://a.example/{emoji} for more.", authors=(Safe(emoji),))
    page = "\n".join(_page(_entry(paper, ReadingState(tags=(Safe(emoji),), note=Safe(emoji)))))
    assert page.count("\u2764") == 4, "the name, the tag, the note, and the address in the text"
    assert not set(page) & set("\u200d\ufe0f\U0001f3fd\U0001f1e9\U0001f1ea")


ARXIV = (Identifier("arxiv:2503.01234"),)


def test_the_page_names_version_and_classes() -> None:
    """Rule: the version stands with the id; the first class is named, further ones are counted."""
    classes = tuple(map(Safe, ("cs.CL", "cs.LG", "cs.AI", "stat.ML", "math.OC")))
    page = _page(_entry(_paper(identifiers=ARXIV, version=2, categories=classes, authors=())))
    assert page[2] == "2503.01234v2 · cs.CL +4"
    page = _page(_entry(_paper(identifiers=ARXIV, categories=classes[:1], authors=())))
    assert page[2] == "2503.01234 · cs.CL"


@pytest.mark.parametrize(
    ("standing", "said"), [(Standing.WITHDRAWN, "✗ withdrawn"), (Standing.EDITORIAL, "✗ an editorial, not a paper")]
)
def test_the_page_says_first_what_is_withdrawn_or_no_paper(standing: Standing, said: str) -> None:
    """Rule: the label of a withdrawn or non-research item stands directly below the title."""
    paper = _entry(_paper(standing=standing))
    for shape, line in ((ABOVE, 1), (BESIDE, 1), (LOW, 0)):  # a low page leaves out the title
        block = _blocks(paper, shape=shape)[line]
        assert (block.text, block.role) == (said, "warning")


def test_the_page_says_as_what_the_paper_was_announced() -> None:
    """Rule: the page shows how the lists of the open date announce the paper; new comes first."""
    places = [
        ListedPaper(Listing(feed, DAY), 1, announced=announced)
        for feed, announced in (("hf", None), ("arxiv:cs.CL", Announced.REPLACEMENT), ("arxiv:cs.LG", Announced.CROSS))
    ]
    assert "listed Fri 14 Mar 2025 as a cross-list" in _page(Entry(_paper(), tuple(places), UNDECIDED))
    assert "listed Fri 14 Mar 2025 as a replacement" in _page(Entry(_paper(), tuple(places[:2]), UNDECIDED))
    assert "listed Fri 14 Mar 2025" in _page(Entry(_paper(), tuple(places[:1]), UNDECIDED))


def test_the_page_names_the_files_that_hold_the_paper() -> None:
    """Rule: a paper of an imported file names it, beside the dates that list it as well."""
    files = tuple(FiledPaper(ImportedFile(Safe(name)), 1) for name in ("mine.ris", "refs.bib"))
    assert "in mine.ris, refs.bib" in _page(Entry(_paper(), (), UNDECIDED, files))
    listed = _page(Entry(_paper(), _entry(_paper()).listed, UNDECIDED, files))
    assert "listed Fri 14 Mar 2025 · in mine.ris, refs.bib" in listed


def test_a_link_to_code_is_told_among_the_facts() -> None:
    """Rule: the facts say whether there is code."""
    given_by_source = _paper(addresses=(("code", "https://git.example/maps"),))
    for paper in (given_by_source, _paper(abstract="Code: https://github.com/example/maps")):
        assert _page(_entry(paper))[2] == "code"
    assert _page(_entry(_paper(addresses=(("project", "https://maps.example"),))))[2] == "project"


# The shapes of the facts

FULL = Entry(
    _paper(
        authors=tuple(map(Safe, ("Ada Brook", "Ben Carr", "Cleo Dunn", "Eli Fox"))),
        identifiers=ARXIV,
        categories=(Safe("cs.CL"),),
        published=date(2025, 2, 28),
        addresses=(("code", "https://git.example/maps"),),
    ),
    (
        ListedPaper(Listing("page:a", DAY), 1, 77, 7),
        ListedPaper(Listing("page:a", EARLIER), 1),
    ),
    UNDECIDED,
)
DECIDED = ReadingState(ReadingStatus.LATER, starred=True, tags=(Safe("nlp"),), decided_in=DAY)


def _facts(entry: Entry, shape: Shape) -> list[str]:
    return [str(block.text) for block in facts_of(entry, DAY, no_marks, shape)]


def test_the_facts_in_three_shapes() -> None:
    """Rule: beside the text in blocks, above it one line each, in a low screen two lines."""
    authors, ids, figures = (
        "Ada Brook, Ben Carr, Cleo Dunn and 1 more",
        "2503.01234 · cs.CL",
        "▲ 77 · 7 comments · code",
    )
    listed, also = "listed Fri 14 Mar 2025", "also Wed 12 · published 28 Feb"
    assert _facts(FULL, BESIDE) == [authors, "", ids, figures, "", listed, also, "", "• unread"]
    assert _facts(FULL, ABOVE) == [authors, f"{ids} · {figures}", f"{listed} · {also}", "• unread"]
    assert _facts(FULL, LOW) == [f"{authors} · {ids}", f"{figures} · • unread"]


@pytest.mark.parametrize("shape", [ABOVE, BESIDE, LOW], ids=["above", "beside", "low"])
def test_a_decision_changes_only_the_line_of_the_state(shape: Shape) -> None:
    """Rule: the text below the facts stays where it is after a decision."""
    before, after = _facts(FULL, shape), _facts(replace(FULL, state=DECIDED), shape)
    changed = [line for line, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    assert changed == [len(before) - 1]
    assert after[-1].endswith("◷ later · ★ starred · #nlp")


@pytest.mark.parametrize("columns", [33, 40, 60, 72])
def test_a_low_page_always_says_the_state(columns: int) -> None:
    """Rule: tags that do not fit are left out, never status and star."""
    tags = tuple(Safe(f"subject-{number}") for number in range(9))
    for state in (DECIDED, replace(DECIDED, tags=tags)):
        shown = _facts(replace(FULL, state=state), Shape(Head.LOW, columns))
        assert len(shown) == 2
        assert "◷ later" in shown[1]
        assert "★ starred" in shown[1]
        assert cell_len(shown[1]) <= columns


def test_a_low_page_names_the_first_author_if_the_names_do_not_fit() -> None:
    """Rule: the line of names and ids is one line."""
    assert _facts(FULL, Shape(Head.LOW, 44))[0] == "Brook +3 · 2503.01234 · cs.CL"
    assert _facts(FULL, Shape(Head.LOW, 22))[0] == "Brook +3 · …"


def test_all_authors_are_named_on_demand_in_every_shape() -> None:
    """Rule: the key that names all authors names them wherever the facts stand."""
    for head in Head:
        assert "Ada Brook, Ben Carr, Cleo Dunn, Eli Fox" in _facts(FULL, Shape(head, 72, all_names=True))[0]


@pytest.mark.parametrize(
    ("columns", "shown"),
    [(100, "one · two · three"), (17, "one · two · three"), (16, "one · two · …"), (12, "one · …"), (2, "one · …")],
)
def test_facts_that_do_not_fit_are_left_out_whole(columns: int, shown: str) -> None:
    """Rule: an ellipsis stands for them; the first fact is always shown."""
    assert fitting(["one", "two", "three"], columns) == shown
    assert fitting(["a long fact"], 3) == "a long fact"
    assert fitting([], 3) == ""
