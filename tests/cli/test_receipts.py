"""Receipts in words and as JSON."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date

import pytest

from paperreader.cli.receipts import print_receipt
from paperreader.domain.import_result import Problem
from paperreader.domain.receipt import Encoding, Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import Safe

Printed = Callable[..., tuple[list[str], list[str]]]

NO_TITLE = "an entry without a title"


def _problems(count: int, reason: str = NO_TITLE) -> tuple[Problem, ...]:
    return tuple(Problem(line, reason, Safe(f"entry {line}")) for line in range(1, count + 1))


def _file(name: str, *problems: Problem, quarantine: str | None = None, encoding: str = "") -> FileReceipt:
    figures = Figures(3, 2, 1, 0, len(problems))
    read = Encoding(encoding, is_guessed=True) if encoding else Encoding("UTF-8")
    return FileReceipt(name, "bibtex", date(2025, 3, 14), False, figures, problems, quarantine, encoding=read)


def _unread(name: str, reason: str) -> FileReceipt:
    return FileReceipt(name, figures=Figures(problems=1), problems=(Problem(None, reason),))


@pytest.fixture
def printed(capsys: pytest.CaptureFixture[str]) -> Printed:
    """Prints a receipt in words; returns the lines of stdout and stderr."""

    def lines(*files: FileReceipt) -> tuple[list[str], list[str]]:
        print_receipt(ImportReceipt(files), as_json=False)
        out, err = capsys.readouterr()
        return out.splitlines(), err.splitlines()

    return lines


def test_five_problems_of_a_kind_are_told_and_the_rest_counted(printed: Printed) -> None:
    """Rule: at most five problems of a kind in each file; numbers and quotations do not distinguish kinds."""
    odd = _problems(7, "the id is damaged: 12")
    out, err = printed(_file("a.bib", *_problems(42), *odd, Problem(99, "cut off"), quarantine="/l/quarantine/a.txt"))
    assert len(out) == 1
    assert err == [
        *(f"paperreader: a.bib:{line}: {NO_TITLE}: entry {line}" for line in range(1, 6)),
        *(f"paperreader: a.bib:{line}: the id is damaged: 12: entry {line}" for line in range(1, 6)),
        "paperreader: a.bib:99: cut off",
        f"paperreader: a.bib: 37 more: {NO_TITLE}",
        "paperreader: a.bib: 2 more: the id is damaged",
        "paperreader: a.bib: the lines that could not be read are kept in /l/quarantine/a.txt",
    ]


def test_every_problem_is_in_the_json(capsys: pytest.CaptureFixture[str]) -> None:
    """Rule: the JSON has all problems, and whether the encoding was guessed."""
    print_receipt(ImportReceipt((_file("a.bib", *_problems(42), encoding="GBK"),)), as_json=True)
    (file,) = json.loads(capsys.readouterr().out)["files"]
    assert len(file["problems"]) == 42
    assert (file["encoding"], file["encoding_guessed"]) == ("GBK", True)
    assert file["remarks"] == ["read as GBK (guessed); convert the file to UTF-8 if letters are wrong"]


def test_several_files_have_totals(printed: Printed) -> None:
    """Rule: for several files, the last line has their totals."""
    out, _ = printed(
        _file("a.bib"),
        _file("b.bib", *_problems(2)),
        _unread("c.bin", "is binary, not text; export RIS or BibTeX from your reference manager"),
    )
    assert [line.split()[-1] for line in out[:2]] == ["a.bib", "b.bib"]
    assert out[2].split() == [
        "total",
        "6",
        "listed",
        "4",
        "new",
        "2",
        "known",
        "0",
        "updated",
        "3",
        "problems",
        "3",
        "files",
    ]
    out, _ = printed(
        _file("a.bib"), _unread("c.bin", "is binary, not text; export RIS or BibTeX from your reference manager")
    )
    assert len(out) == 1


def test_files_of_one_kind_that_are_not_read_are_counted(printed: Printed) -> None:
    """Rule: unreadable files of one kind are counted, so that a damaged file is seen."""
    images = [_unread(f"{number}.png", "is an image, which is not read") for number in range(40)]
    out, err = printed(*images[:20], _file("a.bib"), _unread("b.bib", "is empty"), *images[20:])
    assert len(out) == 1
    assert err == [
        *(f"paperreader: {number}.png is an image, which is not read" for number in range(5)),
        "paperreader: b.bib is empty",
        "paperreader: 35 more: is an image, which is not read",
    ]


def test_the_name_is_told_where_the_rest_is_of_one_file(printed: Printed) -> None:
    """Rule: a count of one file's problems names the file."""
    unread = FileReceipt("a.bib", figures=Figures(problems=9), problems=_problems(9))
    _, err = printed(unread)
    assert err[-1] == f"paperreader: a.bib: 4 more: {NO_TITLE}"


def test_a_remark_is_told_beside_the_problems(printed: Printed) -> None:
    """Rule: remarks stand before the problems of a file."""
    _, err = printed(_file("a.bib", *_problems(1), encoding="Shift_JIS"))
    assert err[0] == "paperreader: a.bib: read as Shift_JIS (guessed); convert the file to UTF-8 if letters are wrong"
    resumed = FileReceipt("b.jsonl", "jsonl", figures=Figures(9, 4, 5), kept_before=5)
    _, err = printed(resumed)
    assert err == ["paperreader: b.jsonl: resumed after 5 papers that an interrupted import stored"]
