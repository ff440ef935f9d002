"""`paperreader dates`, `list` and `show`."""

from datetime import date, datetime

import click

from paperreader.cli.arguments import DATA_AFTER_FIRST, QueryCommand
from paperreader.cli.opening import library_of
from paperreader.cli.output import date_json, entry_json, guessed_date, print_json, print_table, remark
from paperreader.cli.progress import progress_line
from paperreader.domain.entry import Entry
from paperreader.domain.history import counted
from paperreader.services.searching import Sort, find_papers
from paperreader.services.triage import Triage
from paperreader.ui.signs import STAR_SIGN, STATUS_SIGNS


@click.command("dates")
@click.option("--set", "dates", nargs=2, type=click.DateTime(["%Y-%m-%d"]), metavar="OLD NEW",
              help="Give the listings of a date another one, and confirm it.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_context
def dates_command(ctx: click.Context, dates: tuple[datetime, datetime] | None, as_json: bool) -> None:
    """Show the dates with their papers, or set the date of listings. A question mark is a guessed year."""
    with library_of(ctx) as library:
        if dates:
            old, new = (moment.date() for moment in dates)
            moved = len(library.finish(Triage(library).set_date(old, new)).moves)
            if as_json:
                print_json({"changed": moved})
            else:
                click.echo(f"{counted(0, moved)} of {old} moved to {new}" if moved else f"{old} is certain already")
            return
        counts = library.counts().dates
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
        remark("the library is empty: paperreader import PATH")


@click.command("list", cls=QueryCommand, context_settings=DATA_AFTER_FIRST)
@click.option("--sort", type=click.Choice([sort.value for sort in Sort]), help="The order of the papers.")
@click.option("--limit", type=click.IntRange(min=1), help="How many papers at most.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("query", nargs=-1)
@click.pass_context
def list_command(
    ctx: click.Context, sort: str | None, limit: int | None, as_json: bool, query: tuple[str, ...]
) -> None:
    """List the papers that a QUERY finds, or all."""
    with library_of(ctx) as library:
        with progress_line() as line:
            ids = find_papers(library, " ".join(query), Sort(sort) if sort else None, limit, line.indexing)
        entries = library.entries(ids)
    if as_json:
        print_json([entry_json(entry) for entry in entries])
    elif entries:
        print_table([_row(entry) for entry in entries])
    else:
        remark("no papers found")


@click.command("show", context_settings=DATA_AFTER_FIRST)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.pass_context
def show_command(ctx: click.Context, as_json: bool, paper: str) -> None:
    """Show one paper: a key, an arXiv id or URL, a DOI, or the unique beginning of a key."""
    with library_of(ctx) as library:
        entry = library.entry(library.resolve(paper))
    if as_json:
        print_json(entry_json(entry))
    else:
        click.echo("\n".join(_page(entry)))


def _row(entry: Entry) -> list[str]:
    newest = entry.newest
    day: date | None = newest.listing.date if newest else None
    signs = STATUS_SIGNS[entry.state.status] + (STAR_SIGN if entry.state.starred else " ")
    return [
        entry.paper.key,
        guessed_date(day, bool(newest and newest.listing.guessed)),
        signs,
        entry.paper.title,
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
        *textwrap.wrap(paper.title, 80, break_long_words=False),
        "",
        paper.key,
        " · ".join(decided),
        *([paper.standing.value] if paper.standing else []),
        *([f"arXiv {paper.arxiv_version}"] if paper.version else []),
    ]
    lines += [", ".join(paper.categories)] if paper.categories else []
    lines += [", ".join(paper.authors)] if paper.authors else []
    lines += [f"published {paper.published.isoformat()}"] if paper.published else []
    listed = [guessed_date(place.listing.date, place.listing.guessed) for place in entry.listed]
    lines += [f"listed {', '.join(dict.fromkeys(listed))}"] if listed else []
    lines += [f"in {', '.join(place.file.name for place in entry.files)}"] if entry.files else []
    lines += [f"{kind}: {url}" for kind, url in paper.links().items()]
    lines += ["", *(f"  {line}" for line in state.note.splitlines())] if state.note else []
    for paragraph in paper.abstract.split("\n\n"):
        lines += ["", *textwrap.wrap(paragraph, 80, break_long_words=False, break_on_hyphens=False)]
    return lines
