"""The page of a paper shows all known facts, and which are unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from paperreader.domain.dates import PartialDate
from paperreader.domain.entry import Entry, FiledPaper
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.listing import Announced, ListedPaper, Listing
from paperreader.domain.lists import ImportedFile
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus
from paperreader.domain.text import Safe
from paperreader.ui.presenting.markers import no_marks
from paperreader.ui.presenting.paper_blocks import page_blocks

KEY = PaperKey("title:0123456789ab")
DAY, EARLIER = date(2025, 3, 14), date(2025, 3, 12)


def _paper(title: str = "Sparse Maps", abstract: str = "We draw maps.", **more: object) -> Paper:
    return Paper(KEY, Safe(title), Safe(abstract), **more)  # type: ignore[arg-type]


def _entry(paper: Paper, state: ReadingState = UNDECIDED, *days: date, upvotes: int | None = None) -> Entry:
    places = tuple(ListedPaper(Listing("page:a", day), 1, upvotes) for day in days or (DAY,))
    return Entry(paper, places, state)


def _page(entry: Entry, day: date | None = DAY, *, as_source: bool = False) -> list[str]:
    return [str(block.text) for block in page_blocks(entry, day, no_marks, as_source=as_source)]


def test_the_page_says_unknown_where_the_source_is_silent() -> None:
    """Rule: what a source lacks is shown as unknown, never invented."""
    page = _page(_entry(_paper()))
    assert page[:2] == ["Sparse Maps", "no id known · Fri 14 Mar 2025 · authors unknown"]
    assert page[-1] == "We draw maps."


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
    """Rule: date, ids, upvotes, the published date and the authors stand under the title."""
    paper = _paper(
        authors=(Safe("Ada Lovelace"), Safe("张伟")),
        published=date(2024, 11, 15),
        identifiers=(Identifier("arxiv:2411.10397"), Identifier("doi:10.1000/xyz")),
    )
    page = _page(_entry(paper, UNDECIDED, DAY, upvotes=1_034))
    facts = "arXiv 2411.10397 · DOI 10.1000/xyz · Fri 14 Mar 2025 · ▲ 1,034 · published 2024-11-15"
    assert page[1] == facts
    assert page[2] == "Ada Lovelace, 张伟"


@pytest.mark.parametrize(("published", "text"), [(PartialDate(2024), "2024"), (PartialDate(2024, 11), "2024-11")])
def test_the_page_shows_a_date_as_far_as_it_is_known(published: PartialDate, text: str) -> None:
    """Rule: a date is never invented."""
    assert f" · published {text} · " in _page(_entry(_paper(published=published)))[1]


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
    assert "also on Wed 12 Mar, Tue 11 Mar" in _page(entry)
    assert "also on Fri 14 Mar, Tue 11 Mar" in _page(entry, EARLIER)
    assert not any(line.startswith("also on") for line in _page(_entry(_paper())))


def test_the_page_shows_what_was_decided_and_every_line_of_the_note() -> None:
    """Rule: star, status, tags and the whole note are on the page."""
    state = ReadingState(
        ReadingStatus.LATER, starred=True, tags=(Safe("nlp"),), note=Safe("one\ntwo"), decided_in=EARLIER
    )
    page = _page(_entry(_paper(), state))
    assert "★ starred · ◷ later in the list of Wed 12 Mar 2025 · #nlp" in page
    assert page[page.index("✎ one") + 1].strip() == "two"
    assert "★ starred · ◷ later · #nlp" in _page(_entry(_paper(), replace(state, decided_in=DAY)))


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
    blocks = page_blocks(_entry(_paper(abstract=f"Code at {url}.")), DAY, no_marks, as_source=False)
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
    """Rule: the version stands with the id; the first classes are named, further ones counted."""
    classes = tuple(map(Safe, ("cs.CL", "cs.LG", "cs.AI", "stat.ML", "math.OC")))
    page = _page(_entry(_paper(identifiers=ARXIV, version=2, categories=classes, authors=())))
    assert page[1] == "arXiv 2503.01234v2 · Fri 14 Mar 2025 · cs.CL, cs.LG, cs.AI and 2 more"
    page = _page(_entry(_paper(identifiers=ARXIV, categories=classes[:1], authors=())))
    assert page[1] == "arXiv 2503.01234 · Fri 14 Mar 2025 · cs.CL"


@pytest.mark.parametrize(
    ("standing", "said"), [(Standing.WITHDRAWN, "✗ withdrawn"), (Standing.EDITORIAL, "✗ an editorial, not a paper")]
)
def test_the_page_says_first_what_is_withdrawn_or_no_paper(standing: Standing, said: str) -> None:
    """Rule: the label of a withdrawn or non-research item stands directly below the title."""
    blocks = page_blocks(_entry(_paper(standing=standing)), DAY, no_marks, as_source=False)
    assert (blocks[1].text, blocks[1].role) == (said, "warning")


def test_the_page_says_as_what_the_paper_was_announced() -> None:
    """Rule: the page shows how the lists of the open date announce the paper; new comes first."""
    places = [
        ListedPaper(Listing(feed, DAY), 1, announced=announced)
        for feed, announced in (("hf", None), ("arxiv:cs.CL", Announced.REPLACEMENT), ("arxiv:cs.LG", Announced.CROSS))
    ]
    assert "Fri 14 Mar 2025 · cross-list" in _page(Entry(_paper(), tuple(places), UNDECIDED))[1]
    assert "Fri 14 Mar 2025 · replacement" in _page(Entry(_paper(), tuple(places[:2]), UNDECIDED))[1]
    assert "Fri 14 Mar 2025 · authors" in _page(Entry(_paper(), tuple(places[:1]), UNDECIDED))[1]


def test_the_page_names_the_files_that_hold_the_paper() -> None:
    """Rule: a paper of an imported file names it, beside the dates that list it as well."""
    files = tuple(FiledPaper(ImportedFile(Safe(name)), 1) for name in ("mine.ris", "refs.bib"))
    assert "in mine.ris, refs.bib" in _page(Entry(_paper(), (), UNDECIDED, files))
    assert "also in mine.ris, refs.bib" in _page(Entry(_paper(), _entry(_paper()).listed, UNDECIDED, files))


def test_a_link_to_code_is_told_among_the_facts() -> None:
    """Rule: the facts say whether there is code."""
    given_by_source = _paper(addresses=(("code", "https://git.example/maps"),))
    for paper in (given_by_source, _paper(abstract="Code: https://github.com/example/maps")):
        assert " · code · " in _page(_entry(paper))[1]
    assert "code" not in _page(_entry(_paper(addresses=(("project", "https://maps.example"),))))[1]
