"""The commands `merge` and `split`."""

from collections.abc import Sequence

import click

from paperreader.cli.arguments import Command
from paperreader.cli.changes import titles_of
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.output import print_json, print_table, remark
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.text import clean_line
from paperreader.services.identities import IdentityChange, keep_apart, merge, split
from paperreader.services.library import Library


@click.command("merge", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("one", metavar="ID")
@click.argument("other", metavar="ID")
@click.pass_obj
def merge_command(invocation: Invocation, as_json: bool, one: str, other: str) -> None:
    """Merge two papers into one.

    The paper keeps what you decided about both. Later imports
    follow this; undo reverses it.
    """
    with open_library(invocation) as library:
        settled = merge(library, library.resolve(one), library.resolve(other))
        rows = _rows(library, [settled.key])
    if as_json:
        _print_json(settled)
    else:
        click.echo("merged 2 papers into one:")
        print_table(rows)


@click.command("split", cls=Command)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.argument("paper", metavar="ID")
@click.argument("other", metavar="[ID]", required=False)
@click.pass_obj
def split_command(invocation: Invocation, as_json: bool, paper: str, other: str | None) -> None:
    """Split a paper that was merged.

    Each part keeps what you decided about the paper. With two IDs,
    the two papers stay separate. Later imports keep the split; undo
    reverses it.
    """
    with open_library(invocation) as library:
        settled = split(library, library.resolve(paper)) if other is None else keep_apart(library, paper, other)
        rows = _rows(library, [settled.key, *settled.others])
    if as_json:
        _print_json(settled)
    else:
        click.echo(_outcome(settled))
        print_table([*rows, *([identifier, "is no longer an id of these papers"] for identifier in settled.ids)])
        for key in settled.joined:
            remark(f"paperreader: a part now belongs to another paper: {key}; paperreader undo reverses the split")


def _outcome(settled: IdentityChange) -> str:
    if not settled.were_one:
        return "kept as 2 papers; future imports won't merge them:"
    if settled.others:
        return f"split into {1 + len(settled.others)} papers:"
    return "removed an id of this paper:" if settled.ids else "split from a paper that is not in the catalogue:"


def _print_json(settled: IdentityChange) -> None:
    report = {"changed": 1 + len(settled.others), "key": settled.key, "others": list(settled.others)}
    more = {"ids": list(settled.ids), "joined": list(settled.joined)}
    print_json(report | {name: keys for name, keys in more.items() if keys})


def _rows(library: Library, keys: Sequence[PaperKey]) -> list[list[str]]:
    """Table rows with the keys and titles of papers."""
    return [[clean_line(key), title] for key, title in zip(keys, titles_of(library, keys), strict=True)]
