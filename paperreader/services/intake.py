"""Bringing papers into an open library: from paths, from the network, from a text; it can be called off."""

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
from paperreader.services.importing.files import (
    NOT_IMPORTED_EITHER,
    ImportOptions,
    Progress,
    import_paths,
    import_sources,
)
from paperreader.services.importing.inputs import STDIN, open_input
from paperreader.services.library import Library
from paperreader.web.cancelling import CancelToken

if TYPE_CHECKING:
    from paperreader.services.fetching.lists import FetchProgress, Network

PASTED = "pasted text"
"""What a receipt calls it, and the shelf of papers that it gives no date."""

Say = Callable[[str], object]
"""What is told how far it is."""


@dataclass(frozen=True, slots=True)
class Bring:
    """Something to bring in, and the way to call it off."""

    what: Safe
    _work: Callable[[Library, Say, CancelToken], tuple[ImportReceipt, tuple[str, ...]]]
    _token: CancelToken = field(default_factory=CancelToken)

    @staticmethod
    def named(text: str, settings: FetchSettings) -> Bring:
        """A path, or, where there is none of that name, a source, an address, or papers in one line of text.

        Raises UsageError.
        """
        if _is_source(text):
            return Bring.fetched([text], settings)
        if _is_format(text):
            return Bring.pasted(text)

        def work(library: Library, say: Say, token: CancelToken) -> tuple[ImportReceipt, tuple[str, ...]]:
            def progress(name: str, done: int, size: int) -> None:
                token.check()
                say(f"importing {clean_line(os.path.basename(name), 40)} · {done * 100 // max(1, size)} %")  # noqa: PTH119

            return import_paths(library, [_path(text)], progress=progress), ()

        return Bring(clean_line(f"importing {text}", 60), work)

    @staticmethod
    def pasted(text: str) -> Bring:
        """What was pasted."""

        def work(library: Library, _say: Say, _token: CancelToken) -> tuple[ImportReceipt, tuple[str, ...]]:
            return import_sources(library, [Source(PASTED, text.encode(errors="replace"))]), ()

        return Bring(Safe("importing what was pasted"), work)

    @staticmethod
    def fetched(words: Sequence[str], settings: FetchSettings) -> Bring:
        """What sources list now; `since 7d` behind them: what they have listed since. Raises UsageError."""
        from paperreader.services.fetching.lists import FetchOptions, Network, fetch, plan_fetch

        sources, since = _split(words)
        network = Network.of(settings)
        plan = plan_fetch(sources, FetchOptions(since=since), network)

        def work(library: Library, say: Say, token: CancelToken) -> tuple[ImportReceipt, tuple[str, ...]]:
            def progress(step: FetchProgress) -> None:
                say(str(step))

            done = fetch(library, plan, network, token=token, progress=progress)
            return done.imported, done.notes

        return Bring(clean_line(f"fetching {' '.join(sources) or 'hf'}", 60), work)

    def run(self, library: Library, say: Say) -> tuple[ImportReceipt, tuple[str, ...]]:
        """Bring it in: the receipt, and what else is to be told. Raises PaperReaderError."""
        return self._work(library, say, self._token)

    def stop(self) -> None:
        """Call it off; what was stored before stays."""
        self._token.cancel()


def import_named(
    library: Library,
    names: Iterable[str],
    options: ImportOptions,
    network: Callable[[], Network],
    *,
    progress: Progress = lambda _name, _done, _size: None,
    fetching: Callable[[FetchProgress], None] = lambda _step: None,
) -> tuple[ImportReceipt, tuple[str, ...]]:
    """Import files, folders, standard input and addresses, in their order; the receipt, and what else is to be told."""
    files: list[FileReceipt] = []
    notes: list[str] = []
    receipt = ImportReceipt(())
    for is_address, group in groupby(names, key=is_web_address):
        if receipt.is_refused or receipt.is_interrupted:
            files += [FileReceipt(name, problems=(NOT_IMPORTED_EITHER,), figures=Figures(problems=1)) for name in group]
        elif is_address:
            from paperreader.services.fetching.lists import FetchOptions, fetch, plan_fetch

            plan = plan_fetch(tuple(group), FetchOptions(), settings := network())
            done = fetch(library, plan, settings, progress=fetching, options=options)
            receipt, notes = done.imported, [*notes, *done.notes]
            files += receipt.files
        else:
            receipt = import_paths(library, group, options, progress=progress)
            files += receipt.files
    return ImportReceipt(tuple(files), receipt.is_refused, receipt.is_interrupted), tuple(notes)


def is_web_address(name: str) -> bool:
    """Whether a name of an input is an address, and no path."""
    return name.lower().startswith(("https://", "http://"))


def fetch_of(line: str, settings: FetchSettings) -> Bring:
    """The fetch that a line of sources stands for; raises UsageError."""
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise UsageError("a quotation mark has no second one") from error
    return Bring.fetched(words, settings)


def why_not(text: str, settings: FetchSettings) -> str | None:
    """Why a line names nothing that could be brought in, as far as that can be said before it is tried."""
    try:
        if _is_source(text):
            Bring.fetched([text], settings)
        elif not _is_format(text):
            return _why_unreadable(_path(text))
    except PaperReaderError as error:
        return str(error)
    return None


def _why_unreadable(path: str) -> str | None:
    """Why a path is of no file or folder that can be read."""
    name = clean_line(os.path.basename(path.rstrip("/")) or path, 40)  # noqa: PTH119
    if path == STDIN:  # which would be the keyboard, that the reader has to itself
        return f"{name} is no file"
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


def _split(words: Sequence[str]) -> tuple[list[str], str | None]:
    """The sources among words, and the time behind `since`; raises UsageError."""
    words = list(words)
    if "since" not in words:
        return words, None
    place = words.index("since")
    if len(words) != place + 2:
        raise UsageError("since wants a time behind it, as in hf since 7d")
    return words[:place], words[-1]


def _is_format(text: str) -> bool:
    """Whether a line is no path, but what would be read from a file: an entry of BibTeX, say, or an object."""
    try:
        is_path = os.path.lexists(expand(text))
        return not is_path and bool(importer_for(text.encode(errors="replace")))
    except UnreadableInput:
        return False


def _path(text: str) -> str:
    """The path that a line names, be it as terminals write one that is dropped on them, with quotes or backslashes.

    Raises UnreadableInput.
    """
    with suppress(ValueError):
        words = shlex.split(text)
        if len(words) == 1 and words != [text] and not os.path.lexists(expand(text)) and os.path.lexists(words[0]):
            return words[0]
    return str(expand(text))


def _is_source(text: str) -> bool:
    return "://" in text or text.startswith("arxiv:") or (text == "hf" and not os.path.exists(text))  # noqa: PTH110
