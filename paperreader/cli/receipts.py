"""What an import or a fetch came to, printed: the result on stdout, what was set aside on stderr."""

import os
from pathlib import Path
from typing import Any

from paperreader.cli.output import guessed_date, iso, print_json, print_table, remark
from paperreader.domain.parsed import Problem
from paperreader.domain.receipt import FileReceipt, ImportReceipt
from paperreader.domain.text import clean_line


def print_receipt(receipt: ImportReceipt, *, as_json: bool) -> None:
    """Print a receipt: a line for each file that was read, or all of it as JSON; problems are remarks."""
    _print_problems(receipt)
    if as_json:
        print_json(_receipt_json(receipt))
    elif read := [file for file in receipt.files if file.format]:
        print_table([_receipt_row(file) for file in read], right=range(1, 6))


def _print_problems(receipt: ImportReceipt) -> None:
    for file in receipt.files:
        name = clean_line(file.path) or "''"
        for problem in file.problems:
            place = f"{name}:{problem.line}: " if problem.line else f"{name} " if not file.format else f"{name}: "
            excerpt = f": {problem.excerpt}" if problem.excerpt else ""
            remark(f"paperreader: {place}{problem.reason}{excerpt}")
        if file.quarantine:
            remark(f"paperreader: the odd lines of {name} are kept in {clean_line(str(Path(file.quarantine)))}")


def _receipt_json(receipt: ImportReceipt) -> dict[str, Any]:
    """What an import came to."""
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
    """A file's line in the table of a receipt."""
    figures = [f"{count} {name}" for name, count in receipt.figures.items()]
    return [guessed_date(receipt.date, receipt.date_guessed), *figures, clean_line(receipt.path)]


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "reason": problem.reason, "excerpt": problem.excerpt or None}


def _printable(path: str) -> str:
    """A path whose bytes may not be UTF-8."""
    return os.fsencode(path).decode(errors="replace")
