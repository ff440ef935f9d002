"""How the header and the footer show an import, a fetch or an index build."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paperreader.domain.text import Safe, clean_line
from paperreader.services.job_progress import Job, JobFailure, JobProgress
from paperreader.services.pace import describe_time
from paperreader.ui.keys.command_table import Command, key_of
from paperreader.ui.presenting.rows.title_lines import cut
from paperreader.ui.presenting.signs import REFUSED_SIGN
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.progress_line import halves

BAR, SHORT_BAR = 20, 10
"""Cells of the bar in a wide and in a narrow header."""
CUT_TITLES, CUT_REASONS = (24, 16), (60, 40, 24, 12)
"""Cells of the title of a job, and of the reason of a failure, where the header has no room for all."""
_KEPT = {
    Job.IMPORT: "the import; stored papers are kept; import again to go on",
    Job.FETCH: "the fetch; arrived lists are kept; fetch again to go on",
    Job.RULES: "the rules; stored papers are kept; the next import applies the rules",
    Job.INDEX: "the index build; nothing is lost; the next start builds it",
}
"""What stops, what is kept, and how to go on; with its keys it fits in 80 columns."""


def job_forms(job: JobProgress | JobFailure, *, has_bar: bool = True) -> Iterator[list[Span]]:
    """The texts of a job in the header, the most complete first."""
    if isinstance(job, JobFailure):
        reason, cure = clean_line(job.reason), f" · {clean_line(job.cure)}" if job.cure else ""
        for said in (reason, *(cut(reason, cells) for cells in CUT_REASONS)):
            yield [Span(Safe(f"{REFUSED_SIGN} {said}{cure} "), "error")]
        return
    time = f"{describe_time(max(1.0, job.seconds_left))} left" if job.seconds_left is not None else ""
    said = " · ".join(filter(None, (job.figures, job.note, time)))
    bars = (BAR, SHORT_BAR, 0) if has_bar and job.share is not None else (0,)
    titles = [*((job.title, cells) for cells in bars), *((cut(job.title, most), 0) for most in CUT_TITLES)]
    for title, cells in [*titles, (Safe(job.job), 0), (Safe(""), 0)]:
        done, left = halves(job.share or 0.0, cells) if cells else ("", "")
        yield [
            Span(Safe(f"{title} " if title else ""), "muted"),
            Span(Safe(done), "accent"),
            Span(Safe(left), "rule"),
            Span(Safe(f"{' ' if cells else ''}{said} "), "accent"),
        ]


def how_to_stop(job: JobProgress, commands: Sequence[Command]) -> str:
    """Which keys stop a job, and what is kept then."""
    keys = ("quit",) if job.job is Job.INDEX else ("clear", "quit")
    return f"{' or '.join(key_of(command, commands) for command in keys)} stops {_KEPT[job.job]}"
