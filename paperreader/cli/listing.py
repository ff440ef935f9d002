"""The commands that list papers: `dates`, `list` and `show`."""

from datetime import date

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.opening import library_of, nothing_found
from paperreader.cli.output import date_json, entry_json, guessed_date, print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.cli.sources import cures, source_json, source_lines
from paperreader.cli.values import Day, Number, OneOf
from paperreader.domain.entry import Entry
from paperreader.domain.history import describe_counts
from paperreader.domain.suggestions import join_with_or
from paperreader.services.searching.finders import find_papers
from paperreader.services.searching.list_filter import Sort
from paperreader.services.sources import sources_of
from paperreader.services.triage import Triage
from paperreader.ui.presenting.signs import STAR_SIGN, STATUS_SIGNS


@click.command("dates", cls=Verb)
@click.option("--set", "dates", nargs=2, type=Day(), metavar="OLD NEW", help="Move the lists of OLD to NEW.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def dates_command(ctx: click.Context, dates: tuple[date, date] | None, as_json: bool) -> None:
    """List the dates, or change one.

    A question mark means that the year was guessed. To confirm it,
    set the date to itself.
    """
    with library_of(ctx) as library:
        if dates:
            old, new = dates
            moved = len(library.finish(Triage(library).set_date(old, new)).moves)
            done = f"confirmed: {old}" if old == new else f"moved from {old} to {new}"
            if as_json:
                print_json({"changed": moved})
            else:
                click.echo(f"{done}: {describe_counts(0, moved)}" if moved else f"already confirmed: {old}")
            return
        counts = library.counts().dates
        nothing = nothing_found(library)
    if as_json:
        print_json([date_json(count) for count in counts])
    elif counts:
        rows = [
            [
                guessed_date(c.date, c.guessed),
                f"{c.papers} papers",
                f"{c.unread} unread",
                f"{c.starred} starred",
            ]
            for c in counts
        ]
        print_table(rows, right=(1, 2, 3))
    else:
        remark(nothing)


@click.command("list", cls=Verb)
@click.option("--sort", type=OneOf(Sort), metavar="ORDER", help=f"Sort by {join_with_or(Sort)}.")
@click.option("--limit", type=Number(1), metavar="N", help="List at most N papers.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_context
def list_command(
    ctx: click.Context, sort: str | None, limit: int | None, as_json: bool, query: tuple[str, ...]
) -> None:
    """List papers: all, or those that QUERY finds.

    For example: paperreader list is:unread -survey --limit 5

    A query word that begins with two dashes stands after --
    """
    with library_of(ctx) as library:
        with progress_line() as line:
            ids = find_papers(library, " ".join(query), Sort(sort) if sort else None, limit, line.indexing)
        entries = library.entries(ids)
        nothing = nothing_found(library)
    if as_json:
        print_json([entry_json(entry) for entry in entries])
    elif entries:
        print_table([_row(entry) for entry in entries])
    else:
        remark(nothing)


@click.command("show", cls=Verb)
@click.option("--sources", "with_sources", is_flag=True, help="Show what each source said.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.pass_context
def show_command(ctx: click.Context, with_sources: bool, as_json: bool, paper: str) -> None:
    """Show a paper.

    ID is a key, an arXiv id or URL, a DOI, or the beginning of a
    key that no other paper has. --sources also shows what each
    source said, when, and why it belongs to the paper.
    """
    with library_of(ctx) as library:
        entry = library.entry(library.resolve(paper))
        sources = sources_of(library, entry.paper.key) if with_sources else ()
    if as_json:
        print_json(entry_json(entry) | ({"sources": list(map(source_json, sources))} if with_sources else {}))
        return
    lines = _page(entry)
    if with_sources:
        lines += ["", *source_lines(sources), "", *cures(entry.paper, sources)]
    click.echo("\n".join(lines).rstrip("\n"))


def _row(entry: Entry) -> list[str]:
    newest = entry.newest
    day: date | None = newest.listing.date if newest else None
    signs = STATUS_SIGNS[entry.state.status] + (STAR_SIGN if entry.state.starred else " ")
    return [
        entry.paper.key,
        guessed_date(day, bool(newest and newest.listing.guessed)),
        signs,
        entry.paper.shown_title,
    ]


def _page(entry: Entry) -> list[str]:
    import textwrap  # 2 ms that only this verb needs

    paper, state = entry.paper, entry.state
    decided = [
        state.status.value,
        *(["starred"] if state.starred else []),
        *(f"#{tag}" for tag in state.tags),
    ]
    lines = [
        *textwrap.wrap(paper.shown_title, 80, break_long_words=False),
        "",
        paper.key,
        " · ".join(decided),
        *([paper.standing.value] if paper.standing else []),
        *([f"arXiv {paper.arxiv_version}"] if paper.version else []),
    ]
    lines += [", ".join(paper.categories)] if paper.categories else []
    lines += [", ".join(paper.authors)] if paper.authors else []
    lines += [f"published {paper.published.isoformat()}"] if paper.published else []
    places = [guessed_date(place.listing.date, place.listing.guessed) for place in entry.listed]
    lines += [f"listed {', '.join(dict.fromkeys(places))}"] if places else []
    lines += [f"in {', '.join(place.file.name for place in entry.files)}"] if entry.files else []
    lines += [f"{kind}: {url}" for kind, url in paper.links().items()]
    lines += ["", *(f"  {line}" for line in state.note.splitlines())] if state.note else []
    for paragraph in paper.abstract.split("\n\n"):
        lines += ["", *textwrap.wrap(paragraph, 80, break_long_words=False, break_on_hyphens=False)]
    return lines
