"""`paperreader export`."""

import sys
from pathlib import Path

import click

from paperreader.cli.arguments import Verb
from paperreader.cli.opening import library_of
from paperreader.cli.output import remark
from paperreader.cli.values import OneOf
from paperreader.domain.suggestions import join_with_or
from paperreader.domain.text import clean_line
from paperreader.services.exporting import EXPORTERS, STARRED, export_file, export_text


@click.command("export", cls=Verb)
@click.option(
    "--format",
    "format_name",
    type=OneOf(exporter.format for exporter in EXPORTERS),
    metavar="FORMAT",
    default=EXPORTERS[0].format,
    help=f"Export as {join_with_or(exporter.format for exporter in EXPORTERS)}.",
)
@click.option("-o", "--output", type=click.Path(readable=False), metavar="FILE", help="Write to FILE, not to stdout.")
@click.option("--force", is_flag=True, help="Replace FILE even if it was edited.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_context
def export_command(
    ctx: click.Context, format_name: str, output: str | None, force: bool, query: tuple[str, ...]
) -> None:
    """Export papers as Markdown: the starred ones, or those that QUERY finds.

    For example: paperreader export tag:to-cite -o to-cite.md

    A query word -o stands after --
    """
    text = " ".join(query) or STARRED
    with library_of(ctx) as library:
        if output is None or output == "-":
            sys.stdout.buffer.write(export_text(library, text, format_name).encode())
            return
        papers = export_file(library, Path(output), text, format_name, force=force)
    remark(f"{papers} paper{'' if papers == 1 else 's'} written to {clean_line(output)}")
