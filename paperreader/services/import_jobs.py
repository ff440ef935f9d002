"""Imports of whatever the user names: a path, an address, a source or a text; the reader can cancel them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from paperreader.config import FetchSettings
from paperreader.domain.receipt import Figures, FileReceipt, ImportReceipt
from paperreader.domain.text import Safe, clean_line
from paperreader.errors import PaperReaderError, UnreadableInput, UsageError
from paperreader.feeds.base import Source
from paperreader.feeds.detection import importer_for
from paperreader.paths import expand
from paperreader.services.importing.importer import (
    NOT_IMPORTED_EITHER,
    ImportOptions,
    Progress,
    import_paths,
    import_sources,
)
from paperreader.services.importing.inputs import STDIN, open_input
from paperreader.services.importing.starring import with_stars
from paperreader.services.job_progress import Job, JobProgress, Say
from paperreader.services.library import Library
from paperreader.services.rules.arrivals import import_with_rules
from paperreader.web.limits import CancelToken

if TYPE_CHECKING:
    from paperreader.services.fetching.library_fetch import FetchPlan
    from paperreader.services.fetching.network import Network

PASTED = "pasted text"
"""The name of pasted text in receipts, and of its shelf."""


@dataclass(frozen=True, slots=True)
class ImportJob:
    """An import or fetch that was not started yet, and its cancel token."""

    start: JobProgress
    """What is known before it starts."""
    _work: Callable[[Library, Say, CancelToken], tuple[ImportReceipt, tuple[str, ...]]]
    _token: CancelToken = field(default_factory=CancelToken)

    def run(self, library: Library, say: Say) -> tuple[ImportReceipt, tuple[str, ...]]:
        """Run the job: the receipt, and remarks for the user. Raises PaperReaderError."""
        notes: tuple[str, ...] = ()

        def work() -> ImportReceipt:
            nonlocal notes
            receipt, notes = self._work(library, say, self._token)
            return receipt

        return import_with_rules(library, work, say), notes

    def cancel(self) -> None:
        """Cancel the job; papers that were stored stay."""
        self._token.cancel()


def import_job(text: str, settings: FetchSettings) -> ImportJob:
    """The import of a path, a source, an address, or of papers in one line of text; raises UsageError."""
    if _is_source(text):
        return fetch_job([text], settings)
    if _is_format(text):
        return paste_job(text)

    def work(library: Library, say: Say, token: CancelToken) -> tuple[ImportReceipt, tuple[str, ...]]:
        def progress(name: str, done: int, size: int) -> None:
            token.check()
            say(JobProgress(Job.IMPORT, clean_line(os.path.basename(name), 40), done, size))  # noqa: PTH119

        return import_paths(library, [_path(text)], progress=progress), ()

    name = os.path.basename(text.rstrip("/")) or text  # noqa: PTH119
    return ImportJob(JobProgress(Job.IMPORT, clean_line(name, 40)), work)


def paste_job(text: str) -> ImportJob:
    """The import of pasted text."""
    source = Source(PASTED, text.encode(errors="replace"))
    start = JobProgress(Job.IMPORT, Safe(PASTED))
    return ImportJob(start, lambda library, *_: (import_sources(library, [source]), ()))


def fetch_job(words: str | Sequence[str], settings: FetchSettings) -> ImportJob:
    """The fetch of sources, given as words or as a line; `since 7d` at the end limits the days. Raises UsageError."""
    from paperreader.services.fetching.library_fetch import fetch, plan_fetch
    from paperreader.services.fetching.network import Network

    sources, since = _split_since(words)
    network = Network.of(settings)
    plan = plan_fetch(sources, network, since=since)
    start = JobProgress(Job.FETCH, clean_line(" ".join(sources) or "hf", 60))
    return ImportJob(start, lambda library, say, token: fetch(library, plan, network, token=token, progress=say))


def import_names(
    library: Library,
    names: Iterable[str],
    options: ImportOptions,
    network: Callable[[], Network],
    *,
    progress: Progress = lambda _name, _done, _size: None,
    say: Say = lambda _progress: None,
    stars: bool = False,
) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Import files, folders, standard input and addresses in their order; the receipt, and remarks for the user.

    With `stars` the papers of files of references are starred.
    The rules act on what arrives. They do so in `fetch_sources` and in an `ImportJob` too.
    """
    notes: list[str] = []

    def work() -> ImportReceipt:
        receipt = _import_names(library, names, options, network, progress, say, notes)
        return with_stars(library, receipt) if stars else receipt  # before the rules, which leave decided papers alone

    return import_with_rules(library, work, say), tuple(notes)


def fetch_sources(
    library: Library, plan: FetchPlan, network: Network, say: Say
) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Fetch the lists of a plan; the receipt, and remarks for the user."""
    from paperreader.services.fetching.library_fetch import fetch

    start = JobProgress(Job.FETCH, Safe("lists"))
    return ImportJob(start, lambda library, say, _: fetch(library, plan, network, progress=say)).run(library, say)


def _import_names(
    library: Library,
    names: Iterable[str],
    options: ImportOptions,
    network: Callable[[], Network],
    progress: Progress,
    say: Say,
    notes: list[str],
) -> ImportReceipt:
    """Import inputs; remarks for the user are added to `notes`."""
    files: list[FileReceipt] = []
    receipt = ImportReceipt(())
    for is_address, group in groupby(names, key=_is_web_address):
        if receipt.is_refused or receipt.is_interrupted:
            files += [FileReceipt(name, problems=(NOT_IMPORTED_EITHER,), figures=Figures(problems=1)) for name in group]
            continue
        if is_address:
            from paperreader.services.fetching.library_fetch import fetch, plan_fetch

            plan = plan_fetch(tuple(group), settings := network())
            receipt, remarks = fetch(library, plan, settings, progress=say, options=options)
            notes += remarks
        else:
            receipt = import_paths(library, group, options, progress=progress)
        files += receipt.files
    return ImportReceipt(tuple(files), receipt.is_refused, receipt.is_interrupted)


def import_error(text: str, settings: FetchSettings) -> str | None:
    """The error that an import of a line would end with at once; None if it can start."""
    try:
        if _is_source(text):
            fetch_job([text], settings)
        elif not _is_format(text):
            return _path_error(_path(text))
    except PaperReaderError as error:
        return str(error)
    return None


def _path_error(path: str) -> str | None:
    """Why a file or folder cannot be read; None if it can."""
    name = clean_line(os.path.basename(path.rstrip("/")) or path, 40)  # noqa: PTH119
    if path == STDIN:  # the keyboard, which the reader itself reads
        return f"{name} is not a file"
    try:
        if os.path.isdir(path):  # noqa: PTH112 - Path.is_dir raises for a name that is too long
            os.scandir(path).close()
        else:
            open_input(path).stream.close()
    except UnreadableInput as error:
        return f"{name} {error}"
    except OSError as error:
        return f"{name} cannot be read: {error.strerror}"
    return None


def _split_since(line: str | Sequence[str]) -> tuple[list[str], str | None]:
    """The sources in a line, and the time after `since`; raises UsageError."""
    try:
        words = shlex.split(line) if isinstance(line, str) else list(line)
    except ValueError as error:
        raise UsageError("unclosed quotation mark") from error
    if "since" not in words:
        return words, None
    place = words.index("since")
    if len(words) != place + 2:
        raise UsageError("since has no time; write for example hf since 7d")
    return words[:place], words[-1]


def _is_web_address(name: str) -> bool:
    return name.lower().startswith(("https://", "http://"))


def _is_format(text: str) -> bool:
    """Whether a line is not a path but the content of a file, such as a BibTeX entry or a JSON object."""
    try:
        is_path = os.path.lexists(expand(text))
        return not is_path and bool(importer_for(text.encode(errors="replace")))
    except UnreadableInput:
        return False


def _path(text: str) -> str:
    """The path in a line; terminals write a dropped path with quotes or backslashes. Raises UnreadableInput."""
    with suppress(ValueError):
        words = shlex.split(text)
        if len(words) == 1 and words != [text] and not os.path.lexists(expand(text)) and os.path.lexists(words[0]):
            return words[0]
    return str(expand(text))


def _is_source(text: str) -> bool:
    return "://" in text or text.startswith("arxiv:") or (text == "hf" and not os.path.exists(text))  # noqa: PTH110
