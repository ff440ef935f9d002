"""The command `show`: a paper, and with --sources what each source said about it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.output import count_of, guessed_date, print_json, remark
from paperreader.cli.paper_json import source_json
from paperreader.cli.ranking import learned, ranking_of, reason_line, reasons_json
from paperreader.domain.entry import Entry
from paperreader.domain.paper import Paper
from paperreader.domain.text import clean_line
from paperreader.exporting.entry_json import entry_json
from paperreader.services.library import Library
from paperreader.services.sources import Source, sources_of

if TYPE_CHECKING:
    from paperreader.ranking.reasons import Reasons

_WIDTH = 80
"""Columns to which title and abstract are wrapped."""


@click.command("show", cls=Command)
@click.option("--sources", "with_sources", is_flag=True, help="Show what each source said.")
@click.option("--why", "with_reasons", is_flag=True, help="Show why the learned order places it so.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.pass_obj
def show_command(invocation: Invocation, with_sources: bool, with_reasons: bool, as_json: bool, paper: str) -> None:
    """Show a paper.

    ID is an arXiv id or URL, a DOI, a key, or a unique prefix of a
    key. --sources also shows what each source said, when, and why
    it belongs to the paper. --why shows its score in the learned
    order, and the terms that moved it most.
    """
    with open_library(invocation) as library:
        entry = library.entry(library.resolve(paper))
        sources = sources_of(library, entry.paper.key) if with_sources else ()
        reasons = _reasons(library, entry) if with_reasons else None
    if as_json:
        shown = entry_json(entry) | ({"sources": list(map(source_json, sources))} if with_sources else {})
        print_json(shown | ({"why": reasons_json(reasons) if reasons else None} if with_reasons else {}))
        return
    lines = _paper_lines(entry)
    if reasons:
        lines += ["", reason_line(reasons)]
    if with_sources:
        lines += ["", *_source_lines(sources), "", *_cures(entry.paper, sources)]
    click.echo("\n".join(lines).rstrip("\n"))


def _reasons(library: Library, entry: Entry) -> Reasons | None:
    """Why a paper has its score; None, and a remark, if it has none."""
    with ranking_of(library) as ranking:
        order = learned(ranking)
        if order is None:
            return None
        (number,) = library.ids_of([entry.paper.key]).values()
        reasons = order.reasons(number, entry.paper)
        if reasons is None:
            remark("no score: the paper has neither a title nor an abstract")
        return reasons


def _paper_lines(entry: Entry) -> list[str]:
    paper, state = entry.paper, entry.state
    decided = [
        state.status.value,
        *(["starred"] if state.starred else []),
        *(["followed"] if state.is_followed else []),
        *(f"#{tag}" for tag in state.tags),
    ]
    facts = [
        paper.standing.value if paper.standing else "",
        f"arXiv {paper.arxiv_version}" if paper.version else "",
        ", ".join(paper.categories or ()),
        ", ".join(paper.authors or ()),
        f"published {paper.published.isoformat()}" if paper.published else "",
    ]
    if entry.listed:
        days = (guessed_date(place.listing.date, place.listing.guessed) for place in entry.listed)
        facts.append(f"listed {', '.join(dict.fromkeys(days))}")
    if entry.files:
        facts.append(f"in {', '.join(place.file.name for place in entry.files)}")
    facts += [f"{kind}: {url}" for kind, url in paper.links().items()]
    lines = [*textwrap.wrap(paper.shown_title, _WIDTH, break_long_words=False), "", paper.key, " · ".join(decided)]
    lines += filter(None, facts)
    if state.rules:
        lines.append(f"by {'the rule' if len(state.rules) == 1 else 'the rules'} {', '.join(state.rules)}")
    if state.note:
        lines += ["", *(f"  {line}" for line in state.note.splitlines())]
    for paragraph in paper.abstract.split("\n\n"):
        lines += ["", *textwrap.wrap(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)]
    return lines


def _source_lines(sources: Sequence[Source]) -> Iterator[str]:
    """The lines about each source; sources are numbered from 1."""
    for number, source in enumerate(sources, 1):
        capture = source.capture
        yield f"{number}. {capture.title or 'title not known'}"
        said = [
            capture.own,
            *capture.ids,
            *([f"version {capture.version}"] if capture.version else []),
            "authors not known" if capture.authors is None else count_of(len(capture.authors), "author"),
            f"abstract of {count_of(len(capture.abstract), 'character')}" if capture.abstract else "no abstract",
        ]
        yield f"   {clean_line(' · '.join(said))}"
        for place in source.listed:
            day = guessed_date(place.listing.date, place.listing.guessed)
            yield f"   {clean_line(place.listing.feed)} {day}, rank {place.rank}{_upvotes(place.upvotes)}"
        for filed in source.files:
            yield f"   {clean_line(filed.file.name)}, rank {filed.rank}{_upvotes(filed.upvotes)}"
        if source.why:
            yield f"   same paper as source {source.beside}: {source.why}"


def _cures(paper: Paper, sources: Sequence[Source]) -> Iterator[str]:
    """The command that splits the last source off, and the commands that remove ids from no source."""
    captures = [source.capture for source in sources]
    given = {str(name) for capture in captures for name in capture.ids}
    for number, capture in reversed(list(enumerate(captures, 1))):
        if (own := captures[0].own) != capture.own:
            key = paper.key if paper.key in captures[0].names else own
            yield f"not one paper? paperreader split {key} {capture.own} splits source {number} off"
            break
    for name in paper.identifiers if captures else ():
        if name not in given:
            yield f"{name}: no source gives this id; paperreader split {captures[0].own} {name} removes it"


def _upvotes(count: int | None) -> str:
    return "" if count is None else f", {count_of(count, 'upvote')}"
