"""`paperreader export`."""

import sys
from pathlib import Path

import click

from paperreader.cli.arguments import DATA_AFTER_FIRST, QueryCommand
from paperreader.cli.opening import library_of
from paperreader.cli.output import remark
from paperreader.domain.text import clean_line
from paperreader.services.exporting import EXPORTERS, STARRED, export_file, export_text


@click.command("export", cls=QueryCommand, context_settings=DATA_AFTER_FIRST)
@click.option(
    "--format",
    "format_name",
    type=click.Choice([exporter.format for exporter in EXPORTERS]),
    default="markdown",
    help="The format of the export.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="The file to write, instead of stdout.")
@click.option("--force", is_flag=True, help="Replace a file that was edited or written by something else.")
@click.argument("query", nargs=-1)
@click.pass_context
def export_command(
    ctx: click.Context, format_name: str, output: Path | None, force: bool, query: tuple[str, ...]
) -> None:
    """Export the papers that a QUERY finds, or the starred ones."""
    text = " ".join(query) or STARRED
    with library_of(ctx) as library:
        if output is None or str(output) == "-":
            sys.stdout.buffer.write(export_text(library, text, format_name).encode())
            return
        papers = export_file(library, output, text, format_name, force=force)
    remark(f"{papers} paper{'' if papers == 1 else 's'} written to {clean_line(str(output))}")
