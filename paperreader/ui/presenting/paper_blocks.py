"""The page of a paper: title, facts, reading state, note, abstract, links."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from paperreader.domain.dates import date_beside, long_date
from paperreader.domain.entry import Entry
from paperreader.domain.latex.text import readable
from paperreader.domain.listing import Announced
from paperreader.domain.paper import Field, Paper, Standing, url_spans
from paperreader.domain.reading_state import ReadingState
from paperreader.domain.text import Safe, reduce_cells
from paperreader.storage.catalogue.catalogue import EarlierText
from paperreader.ui.presenting.markers import Marker
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS, WITHDRAWN_SIGN
from paperreader.ui.widgets.paper_page import Block

_WRAPPED_AT = (55, 100)
"""The shortest and longest line of a text that its source wrapped, as arXiv does."""
MOST_CLASSES = 3
"""Subject classes that are named; further ones are counted."""

_STANDINGS = {
    Standing.WITHDRAWN: "withdrawn",
    Standing.RETRACTED: "retracted",
    Standing.CORRECTION: "a correction, not a paper",
    Standing.EDITORIAL: "an editorial, not a paper",
    Standing.OTHER: "not a paper",
}
_AS = {Announced.CROSS: "cross-list", Announced.REPLACEMENT: "replacement"}


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier text of a paper, and how the page shows it."""

    earlier: EarlierText
    is_shown: bool = False
    """Whether the page shows the changes instead of the text."""
    key: str = ""
    """The key that switches between text and changes."""
    has_signs: bool = False
    """Whether changes have signs too, because the terminal may lack styles."""


def page_blocks(
    entry: Entry, day: date | None, marker: Marker, *, as_source: bool, revision: Revision | None = None
) -> list[Block]:
    """The blocks of the abstract pane for a paper in the list of `day`; `revision` is its earlier text, if any."""
    paper, state = entry.paper, entry.state
    title = reduce_cells(paper.shown_title)
    blocks = [Block(title, "title", tuple(marker(title, where=Field.TITLE)))]
    if paper.standing:
        blocks.append(Block(Safe(f"{WITHDRAWN_SIGN} {_STANDINGS[paper.standing]}"), "warning"))
    if revision:
        blocks.append(Block(_remark(revision, paper), "decided"))
    blocks += [Block(text, "facts") for text in _facts(entry, day)]
    if paper.authors is not None:
        names = reduce_cells(Safe(", ".join(paper.authors)))
        blocks.append(Block(names, "facts", tuple(marker(names, where=Field.AUTHOR))))
    if decided := _decided(state, day):
        blocks.append(Block(decided, "decided"))
    if state.note:
        lines = reduce_cells(state.note).split("\n")
        blocks += [Block(Safe(f"{'  ' if index else '✎ '}{line}"), "note") for index, line in enumerate(lines)]
    if revision and revision.is_shown:
        from paperreader.ui.presenting.revision_blocks import changed_blocks  # 3 ms that only a revised text needs

        before, after = (_shown(text, as_source=as_source) for text in (revision.earlier.abstract, paper.abstract))
        for block in changed_blocks(before, after, marker, has_signs=revision.has_signs):
            blocks += [Block(Safe("")), block]
    else:
        for paragraph in paper.abstract.split("\n\n") if paper.abstract else ():
            text = _shown(Safe(paragraph if as_source else _unwrapped(paragraph)), as_source=as_source)
            blocks += [Block(Safe("")), Block(text, "text", tuple(marker(text)), tuple(url_spans(text)))]
    if not paper.abstract:
        blocks += [Block(Safe("")), Block(_why_no_abstract(paper), "facts")]
    links = [(kind, url) for kind, url in paper.links().items() if kind not in ("page", "pdf")]
    if links:
        blocks.append(Block(Safe("")))
    for kind, url in links:
        text = reduce_cells(Safe(f"{kind}: {url}"))
        blocks.append(Block(text, "facts", links=((len(kind) + 2, len(text)),)))
    return blocks


def _why_no_abstract(paper: Paper) -> Safe:
    """The line in place of a missing abstract."""
    if paper.title:
        return Safe("The source gives no abstract.")
    arxiv = paper.identifier("arxiv")
    cure = f"; fetch both with: paperreader find-ids id:{arxiv}" if arxiv else ""
    return Safe(f"The source gives neither title nor abstract{cure or '.'}")


def _remark(revision: Revision, paper: Paper) -> Safe:
    """The line that says that the text changed, with the key that shows the changes."""
    before = revision.earlier.version
    since = f" since v{before}" if before and before != paper.version else ""
    if revision.is_shown:
        return Safe(f"what changed{since} · {revision.key} shows the text")
    return Safe(f"text changed{since} · {revision.key} shows how")


def _shown(text: Safe, *, as_source: bool) -> Safe:
    """An abstract with readable signs, or with its LaTeX source."""
    return reduce_cells(text if as_source else readable(text))


def _unwrapped(paragraph: str) -> str:
    """A paragraph in one line if its source wrapped it at some 80 columns, because the page wraps it itself."""
    lines = paragraph.split("\n")
    is_wrapped = len(lines) > 1 and all(min(_WRAPPED_AT) <= len(line) <= max(_WRAPPED_AT) for line in lines[:-1])
    return " ".join(lines) if is_wrapped else paragraph


def _facts(entry: Entry, day: date | None) -> Iterator[Safe]:
    """Three lines: ids, date, figures and classes; other dates that list the paper; files that contain it."""
    paper = entry.paper
    facts = [f"arXiv {arxiv}"] if (arxiv := paper.arxiv_version) else []
    facts += [f"DOI {doi}"] if (doi := paper.identifier("doi")) else []
    facts += [] if facts else ["no id known"]
    here = next((place for place in entry.listed if place.listing.date == day), entry.newest)
    if here:
        facts.append(f"{long_date(here.listing.date)}{'?' if here.listing.guessed else ''}")
        said = {place.announced for place in entry.listed if place.listing.date == here.listing.date}
        announced = next((one for one in Announced if one in said), None)
        facts += [_AS[announced]] if announced in _AS else []
    if entry.upvotes is not None:
        facts.append(f"▲ {entry.upvotes:,}")
    if "code" in paper.links():
        facts.append("code")
    if paper.published:
        facts.append(f"published {paper.published.isoformat()}")
    if paper.categories:
        more = len(paper.categories) - MOST_CLASSES
        facts.append(", ".join(paper.categories[:MOST_CLASSES]) + (f" and {more} more" if more > 0 else ""))
    if paper.authors is None:
        facts.append("authors unknown")
    yield reduce_cells(Safe(" · ".join(facts)))
    others = [date_beside(other, here.listing.date) for other in entry.dates if here and other != here.listing.date]
    if others:
        yield Safe(f"also on {', '.join(others)}")
    if entry.files:
        names = ", ".join(place.file.name for place in entry.files)
        yield reduce_cells(Safe(f"{'also ' if here else ''}in {names}"))


def _decided(state: ReadingState, day: date | None) -> Safe:
    parts = [f"{STAR_SIGN} starred"] if state.starred else []
    if not state.is_unread:
        is_elsewhere = state.decided_in is not None and state.decided_in != day
        where = f" in the list of {long_date(state.decided_in)}" if state.decided_in and is_elsewhere else ""
        parts.append(f"{STATUS_SIGNS[state.status]} {state.status.value}{where}")
    parts += [f"#{tag}" for tag in state.tags]
    return reduce_cells(Safe(" · ".join(parts)))
