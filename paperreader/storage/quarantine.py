"""The lines of an input that an import could not place, kept verbatim for a person to look at."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.atomic import replace_file
from paperreader.files.refusals import refused


@dataclass(frozen=True, slots=True)
class Aside:
    """A file of lines that were set aside; `is_own`: it was not there before, so that no earlier receipt names it."""

    path: Path
    content: bytes
    is_own: bool


def set_aside(folder: Path, source: str, lines: Sequence[tuple[int, bytes]], before: Aside | None = None) -> Aside:
    """Write lines, each behind its number, to a file named after their source; the same lines give the same file.

    `before` is the file of lines of the same input that came earlier: they come first. Raises StoreError.
    """
    content = (before.content if before else b"") + b"".join(b"%d: %s\n" % line for line in lines)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(source).stem)[:60].strip("-") or "input"
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_own := not path.exists():
            replace_file(path, content)
    except OSError as error:
        raise refused(f"nothing of this was stored: {path} cannot be written", error, path) from error
    return Aside(path, content, is_own)


def forget_aside(aside: Aside) -> None:
    """Take away a file whose lines another one holds as well, if it is one's own; where that is refused, both stay."""
    if aside.is_own:
        with suppress(OSError):
            aside.path.unlink()


def found_aside(path: Path, *, is_own: bool) -> Aside | None:
    """A file that was written earlier, as far as it can be read."""
    try:
        return Aside(path, path.read_bytes(), is_own)
    except OSError:
        return None
