"""The verbs that settle which papers are one: `merge` and `split`."""

from collections.abc import Sequence

import click

from paperreader.cli.arguments import DATA_AFTER_FIRST
from paperreader.cli.opening import library_of
from paperreader.cli.output import print_json, print_table
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.services.identities import Settled, merge, split, tell_apart
from paperreader.services.library import Library


@click.command("merge", context_settings=DATA_AFTER_FIRST)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@click.pass_context
def merge_command(ctx: click.Context, as_json: bool, one: str, other: str) -> None:
    """Make two papers one, with what you decided about both. Imports go by it; undo makes them two again."""
    with library_of(ctx) as library:
        settled = merge(library, library.resolve(one), library.resolve(other))
        rows = _rows(library, [settled.key])
    if as_json:
        _print_json(settled)
    else:
        click.echo("2 papers are one now:")
        print_table(rows)


@click.command("split", context_settings=DATA_AFTER_FIRST)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("other", metavar="[ID]", required=False)
@click.pass_context
def split_command(ctx: click.Context, as_json: bool, paper: str, other: str | None) -> None:
    """Make a paper that was merged of several those again, each with what you decided about it before.

    With two IDs: say that these are two papers. Where they are one, the second is split off. No import merges them
    again; undo takes it back.
    """
    with library_of(ctx) as library:
        settled = split(library, library.resolve(paper)) if other is None else tell_apart(library, paper, other)
        rows = _rows(library, [settled.key, *settled.others])
    if as_json:
        _print_json(settled)
    else:
        click.echo(_outcome(settled))
        print_table([*rows, *([identifier, "is no id of these any more"] for identifier in settled.ids)])


def _outcome(settled: Settled) -> str:
    if not settled.were_one:
        return "these are 2 papers and stay two, whatever imports find:"
    if not settled.others:
        return "1 paper is without what was found of it:"
    return f"1 paper is {1 + len(settled.others)} now:"


def _print_json(settled: Settled) -> None:
    report = {"changed": 1 + len(settled.others), "key": settled.key, "others": list(settled.others)}
    print_json(report | ({"ids": list(settled.ids)} if settled.ids else {}))


def _rows(library: Library, keys: Sequence[PaperKey]) -> list[list[str]]:
    """The papers of keys, with the titles that are known."""
    titles: dict[PaperKey, str] = {row.key: row.title for row in library.rows(list(library.ids_of(keys).values()))}
    return [[clean_line(key), titles.get(key, "")] for key in keys]
