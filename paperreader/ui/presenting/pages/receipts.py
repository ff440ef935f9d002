"""Import receipts in the reader: one line for a toast, and the whole receipt."""

from collections.abc import Iterable, Iterator

from paperreader.domain.dates import MONTHS, long_date
from paperreader.domain.history import describe_counts
from paperreader.domain.receipt import FileReceipt, ImportReceipt, TimedReceipt, first_of_each_kind, kind_of
from paperreader.domain.text import Safe, clean_line
from paperreader.ui.widgets.blocks import Block


def receipt_line(receipt: ImportReceipt) -> Safe:
    """The figures of all files in one line; if nothing could be read, the reason."""
    totals, files = receipt.totals, receipt.files
    name = _name(files[0]) if len(files) == 1 else f"{len(files)} files"
    if not any(file.format for file in files):
        reasons = [(_name(file), problem.reason) for file in files for problem in file.problems]
        if not reasons:
            return Safe("nothing was read")
        if len(files) == 1 and files[0].in_short:
            return clean_line(files[0].in_short)
        first, reason = reasons[0]
        return clean_line(f"{first}: {reason}" if len(files) == 1 else f"none of {name} was read; {first} {reason}")
    joined = sum(len(file.joined) for file in files)
    figures = [
        describe_counts(totals.listed),
        f"{totals.new:,} new",
        f"{totals.updated:,} updated" if totals.updated else "",
        f"{joined:,} merged" if joined else "",
        f"{totals.problems:,} {'problem' if totals.problems == 1 else 'problems'}" if totals.problems else "",
    ]
    cut_short = [(_name(file), file.cut_short) for file in files if file.cut_short]
    ended = [reason if len(files) == 1 else f"{cut} {reason}" for cut, reason in cut_short]
    told = [", ".join(filter(None, figures)), *ended[-1:], *filter(None, [receipt.rules.text])]
    return clean_line(f"{name}: {'; '.join(told)}")


def came_blocks(came: Iterable[TimedReceipt]) -> list[Block]:
    """Several receipts, each under the time of its import."""
    return [block for one in came for block in _came_blocks(one)]


def _came_blocks(came: TimedReceipt) -> Iterator[Block]:
    yield Block(Safe(f"── {came.at.day} {MONTHS[came.at.month - 1]} {came.at:%H:%M} ──"), "facts")
    for note in came.notes:
        yield Block(clean_line(note), "facts")
    yield from receipt_blocks(came.receipt)


def receipt_blocks(receipt: ImportReceipt) -> list[Block]:
    """The whole receipt: for each file its figures, problems and quarantine file."""
    rules = [Block(clean_line(receipt.rules.text)), Block(Safe(""))] if receipt.rules.text else []
    files = [block for file in receipt.files for block in _file_blocks(file)]
    return [*rules, *files] or [Block(Safe("nothing was imported yet"))]


def _file_blocks(file: FileReceipt) -> Iterator[Block]:
    yield Block(clean_line(file.path), "title")  # the whole path, because a folder may be mistyped
    figures = file.figures
    if file.format:
        day = f" · {long_date(file.date)}{'?' if file.date_guessed else ''}" if file.date else ""
        yield Block(Safe(f"  read as {clean_line(file.format)}{day}"), "facts")
        known = f"{figures.known:,} known, of which {figures.updated:,} updated"
        yield Block(Safe(f"  {figures.listed:,} listed: {figures.new:,} new, {known}"))
    for remark in file.remarks:
        yield Block(clean_line(f"  {remark}"), "facts")
    shown, more = first_of_each_kind(file.problems, kind_of)
    for problem in shown:
        place = f"line {problem.line:,}: " if problem.line else ""
        excerpt = f": {problem.excerpt}" if problem.excerpt else ""
        yield Block(clean_line(f"{place}{problem.reason}{excerpt}"))
    for kind, count in more.items():
        yield Block(clean_line(f"{count:,} more: {kind}"))
    if file.quarantine:
        yield Block(clean_line(f"lines that could not be read are kept in {file.quarantine}"), "facts")
    yield Block(Safe(""))


def _name(file: FileReceipt) -> str:
    return clean_line(file.path.rstrip("/").rpartition("/")[2] or file.path, 60)
