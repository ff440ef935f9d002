"""The command `export`: writes the papers that a query finds to stdout or to a file."""

import sys
from pathlib import Path

import click

from paperreader.cli.arguments import Command
from paperreader.cli.failures import Invocation
from paperreader.cli.library import open_library
from paperreader.cli.option_types import OneOf
from paperreader.cli.output import remark
from paperreader.domain.history import describe_counts
from paperreader.services.exporting import EXPORTERS, STARRED, export_file, export_text


@click.command("export", cls=Command)
@click.option(
    "--format",
    "format_name",
    type=OneOf(exporter.format for exporter in EXPORTERS),
    metavar="FORMAT",
    default=EXPORTERS[0].format,
    help="Export in this format.",
)
@click.option("-o", "--output", type=click.Path(readable=False), metavar="FILE", help="Write to FILE, not to stdout.")
@click.option("--force", is_flag=True, help="Replace FILE even if it was edited.")
@click.option("--since", metavar="TIME", help="Only papers of the last 7d, 2w, 3m.")
@click.argument("query", metavar="[QUERY...]", nargs=-1)
@click.pass_obj
def export_command(
    invocation: Invocation,
    format_name: str,
    output: str | None,
    force: bool,
    since: str | None,
    query: tuple[str, ...],
) -> None:
    """Export papers: the starred ones, or those that QUERY finds.

    For example: paperreader export tag:to-cite --format bibtex -o to-cite.bib

    FORMAT is markdown, bibtex, ris, csl-json, csv, jsonl or html.

    To search for the word -o, write -- before it.
    """
    text = " ".join(query) or STARRED
    if since is not None:
        text = f"({text}) since:{since}"
    with open_library(invocation) as library:
        if output in (None, "-"):
            sys.stdout.buffer.write(export_text(library, text, format_name).encode())
        else:
            papers = export_file(library, Path(output), text, format_name, force=force)
            remark(f"{describe_counts(papers)} written to {output}")
