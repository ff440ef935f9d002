"""The receipt of an import or fetch: figures on stdout, problems on stderr."""

import os
from typing import Any

import click

from paperreader.cli.output import guessed_date, print_json, remark, table
from paperreader.domain.dates import iso
from paperreader.domain.history import describe_counts
from paperreader.domain.import_result import Problem
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt, first_of_each_kind, kind_of
from paperreader.domain.text import clean_line


def print_receipt(receipt: ImportReceipt, *, as_json: bool) -> None:
    """Print a receipt: a line for each file, or JSON. Problems are remarks.

    The totals of several files come last, below the problems, where the user sees them.
    """
    rows = [_receipt_row(file) for file in receipt.files if file.format]
    *lines, total = table([*rows, _total_row(receipt)], right=range(1, 6)) if rows else [""]
    if as_json:
        print_json(_receipt_json(receipt))
    for line in () if as_json else lines:
        click.echo(line)
    _print_problems(receipt)
    if len(rows) > 1 and not as_json:
        click.echo(total)
    if receipt.stars:
        if receipt.stars.problem:
            remark(f"paperreader: not starred: {receipt.stars.problem}")
        if receipt.stars.action and not as_json:
            starred, undo = describe_counts(receipt.stars.papers), f"paperreader undo --id {receipt.stars.action}"
            click.echo(f"starred: {starred}; {undo} reverses it")
    if receipt.rules.text and not as_json:
        cure = f"; paperreader undo --id {receipt.rules.action} reverses it" if receipt.rules.action else ""
        (click.echo if receipt.rules.action else remark)(f"{receipt.rules.text}{cure}")


def _print_problems(receipt: ImportReceipt) -> None:
    """Print remarks and problems: of each file that was read, then of all unreadable files together."""
    read = [[file] for file in receipt.files if file.format]
    unreadable = [file for file in receipt.files if not file.format]
    for group in (*read, unreadable):
        for file in group:
            for text in file.remarks:
                remark(f"paperreader: {_name(file)}: {text}")
        problems = [(file, problem) for file in group for problem in file.problems]
        shown, more = first_of_each_kind(problems, lambda one: kind_of(one[1]))
        for file, problem in shown:
            _print_problem(file, problem)
        for kind, count in more.items():
            names = {_name(file) for file, problem in problems if kind_of(problem) == kind}
            remark(f"paperreader: {f'{names.pop()}: ' if len(names) == 1 else ''}{count:,} more: {kind}")
        for file in group:
            if file.quarantine:
                remark(f"paperreader: {_name(file)}: the lines that could not be read are kept in {file.quarantine}")


def _print_problem(file: FileReceipt, problem: Problem) -> None:
    line = f":{problem.line}: " if problem.line else ": " if file.format else " "
    excerpt = f": {problem.excerpt}" if problem.excerpt else ""
    remark(f"paperreader: {_name(file)}{line}{problem.reason}{excerpt}")


def _name(file: FileReceipt) -> str:
    return clean_line(file.path) or "''"


def _receipt_json(receipt: ImportReceipt) -> dict[str, Any]:
    return {
        "files": [
            {
                "path": _printable(file.path),
                "format": file.format,
                "date": iso(file.date),
                "date_guessed": file.date_guessed,
                "encoding": file.encoding.name if file.encoding else None,
                "encoding_guessed": bool(file.encoding and file.encoding.is_guessed),
                **{name: count for name, count in file.figures.items() if name != "problems"},
                "problems": [_problem_json(problem) for problem in file.problems],
                "remarks": list(file.remarks),
                "joined": [{"key": key, "were": list(were)} for key, were in file.joined],
                "quarantine": file.quarantine,
            }
            for file in receipt.files
        ],
        "totals": dict(receipt.totals.items()),
        "starred": receipt.stars.papers if receipt.stars else None,
        "rules": {
            **dict(receipt.rules.counts.items()),
            "action": receipt.rules.action or None,
            "problem": receipt.rules.problem or None,
        },
    }


def _receipt_row(receipt: FileReceipt) -> list[str]:
    """A file's row in the table of a receipt."""
    return [guessed_date(receipt.date, receipt.date_guessed), *_figures(receipt.figures), clean_line(receipt.path)]


def _total_row(receipt: ImportReceipt) -> list[str]:
    return ["total", *_figures(receipt.totals), f"{len(receipt.files):,} files"]


def _figures(figures: Figures) -> list[str]:
    return [f"{count} {name}" for name, count in figures.items()]


def _problem_json(problem: Problem) -> dict[str, Any]:
    return {"line": problem.line, "reason": problem.reason, "excerpt": problem.excerpt or None}


def _printable(path: str) -> str:
    """A path in valid UTF-8; other bytes are replaced."""
    return os.fsencode(path).decode(errors="replace")
