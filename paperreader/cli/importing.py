"""`paperreader import`."""

import os
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from paperreader.cli.arguments import DATA_AFTER_FIRST
from paperreader.cli.opening import library_of
from paperreader.cli.output import guessed_date, iso, print_json, print_table, remark
from paperreader.domain.parsed import Problem
from paperreader.domain.receipt import FileReceipt, ImportReceipt
from paperreader.domain.text import clean_line


@click.command("import", context_settings=DATA_AFTER_FIRST)
@click.option("--format", "format_name", help="The format of the inputs; else it is recognised.")
@click.option("--date", type=click.DateTime(["%Y-%m-%d"]), help="The date of the listings.")
@click.option("--year", type=click.IntRange(1991, 9999), help="The year of dates that have none.")
@click.option("--json", "as_json", is_flag=True, help="Print the receipt as JSON.")
@click.argument("paths", nargs=-1, required=True, type=click.Path(allow_dash=True, readable=False))
@click.pass_context
def import_command(
    ctx: click.Context,
    format_name: str | None,
    date: datetime | None,
    year: int | None,
    as_json: bool,
    paths: tuple[str, ...],
) -> int:
    """Import files, folders, or - for standard input.

    Importing again changes nothing; --year or --date on a page that is known moves its listing.
    """
    from paperreader.services.importing import ImportOptions, import_paths

    options = ImportOptions(format_name, date.date() if date else None, year)
    with library_of(ctx) as library:
        receipt = import_paths(library, paths, options)
    _print_problems(receipt)
    if as_json:
        print_json(_receipt_json(receipt))
    else:
        read = [file for file in receipt.files if file.format]
        if read:
            print_table([_receipt_row(file) for file in read], right=range(1, 6))
    return int(receipt.outcome)


def _print_problems(receipt: ImportReceipt) -> None:
    for file in receipt.files:
        name = clean_line(file.path)
        for problem in file.problems:
            place = f"{name}:{problem.line}: " if problem.line else f"{name} " if not file.format else f"{name}: "
            excerpt = f": {problem.excerpt}" if problem.excerpt else ""
            remark(f"paperreader: {place}{problem.reason}{excerpt}")
        if file.quarantine:
            remark(f"paperreader: the odd lines of {name} are kept in {clean_line(str(Path(file.quarantine)))}")


def _receipt_json(receipt: ImportReceipt) -> dict[str, Any]:
    """What `import` came to."""
    return {
        "files": [
            {
                "path": _printable(file.path),
                "format": file.format,
                "date": iso(file.date),
                "date_guessed": file.date_guessed,
                **{name: count for name, count in file.figures.items() if name != "problems"},
                "problems": [_problem_json(problem) for problem in file.problems],
                "quarantine": file.quarantine,
            }
            for file in receipt.files
        ],
        "totals": dict(receipt.totals.items()),
    }


def _receipt_row(receipt: FileReceipt) -> list[str]:
    """A file's line in the table of an import."""
    figures = [f"{count} {name}" for name, count in receipt.figures.items()]
    return [guessed_date(receipt.date, receipt.date_guessed), *figures, clean_line(receipt.path)]


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "reason": problem.reason, "excerpt": problem.excerpt or None}


def _printable(path: str) -> str:
    """A path whose bytes may not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")
