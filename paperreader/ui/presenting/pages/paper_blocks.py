"""The page of a paper: title, facts, abstract, links."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from paperreader.domain.entry import Entry
from paperreader.domain.latex.text import readable
from paperreader.domain.paper import Field, Paper, Standing, url_spans
from paperreader.domain.text import Safe, reduce_cells
from paperreader.ranking.reasons import Reasons
from paperreader.storage.catalogue.catalogue import EarlierText
from paperreader.ui.presenting.grid import Head
from paperreader.ui.presenting.markers import Marker
from paperreader.ui.presenting.pages.paper_facts import Shape, facts_of
from paperreader.ui.presenting.signs import REFUSED_SIGN
from paperreader.ui.widgets.blocks import Block, PageContent

_WRAPPED_AT = (55, 100)
"""The shortest and longest line of a text that its source wrapped, as arXiv does."""
_BLANK = Block(Safe(""))

_STANDINGS = {
    Standing.WITHDRAWN: "withdrawn",
    Standing.RETRACTED: "retracted",
    Standing.CORRECTION: "a correction, not a paper",
    Standing.EDITORIAL: "an editorial, not a paper",
    Standing.OTHER: "not a paper",
}


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


def page_of(
    entry: Entry,
    day: date | None,
    marker: Marker,
    shape: Shape,
    *,
    as_source: bool = False,
    revision: Revision | None = None,
    reasons: Reasons | None = None,
    shared: Sequence[str] = (),
) -> PageContent:
    """The page of a paper in the list of `day`; `revision` is its earlier text, `reasons` why it has its score.

    `shared` are the terms for which it stands in a list of similar papers.
    """
    paper = entry.paper
    head = []
    if shape.head is not Head.LOW:
        title = reduce_cells(paper.shown_title)
        head.append(Block(title, "title", tuple(marker(title, where=Field.TITLE))))
    if paper.standing:
        head.append(Block(Safe(f"{REFUSED_SIGN} {_STANDINGS[paper.standing]}"), "warning"))
    if revision:
        head.append(Block(_remark(revision, paper), "decided"))
    facts = facts_of(entry, day, marker, shape)
    text, why = list(_abstract(paper, marker, as_source, revision)), list[Block]()
    if reasons or shared:
        from paperreader.ui.presenting.pages.reason_blocks import (
            reason_line,  # 5 ms that the first paint does without
            shared_line,
            with_reasons,
        )

        if reasons:
            text = [with_reasons(block, reasons) if block.role == "text" else block for block in text]
            why += [reason_line(reasons, with_base=shape.head is Head.BESIDE), _BLANK]
        why += [shared_line(shared), _BLANK] if shared else []
    text += _links(paper)
    if shape.head is Head.BESIDE:
        return PageContent((*head, _BLANK), tuple(text), (*why, *facts))
    return PageContent((), (*head, *facts, _BLANK, *why, *text))


def _abstract(paper: Paper, marker: Marker, as_source: bool, revision: Revision | None) -> Iterator[Block]:
    """The paragraphs of the abstract, or the changes of a revised abstract."""
    if not paper.abstract:
        yield Block(_why_no_abstract(paper), "facts")
    elif revision and revision.is_shown:
        from paperreader.ui.presenting.pages.revision_blocks import (
            changed_blocks,  # 3 ms that only a revised text needs
        )

        before, after = (_shown(text, as_source=as_source) for text in (revision.earlier.abstract, paper.abstract))
        yield from _spaced(changed_blocks(before, after, marker, has_signs=revision.has_signs))
    else:
        paragraphs = paper.abstract.split("\n\n")
        texts = [_shown(Safe(part if as_source else _unwrapped(part)), as_source=as_source) for part in paragraphs]
        yield from _spaced([Block(text, "text", tuple(marker(text)), tuple(url_spans(text))) for text in texts])


def _spaced(blocks: Iterable[Block]) -> Iterator[Block]:
    """Blocks with a blank line between them."""
    for index, block in enumerate(blocks):
        if index:
            yield _BLANK
        yield block


def _links(paper: Paper) -> Iterator[Block]:
    """The links below the abstract."""
    links = [(kind, url) for kind, url in paper.links().items() if kind not in ("page", "pdf")]
    if links:
        yield _BLANK
    for kind, url in links:
        text = reduce_cells(Safe(f"{kind}: {url}"))
        yield Block(text, "facts", links=((len(kind) + 2, len(text)),))


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
