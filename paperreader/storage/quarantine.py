"""Keeps the input lines that an import could not understand, word for word, in files."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.atomic import replace_file
from paperreader.files.error_codes import refused


@dataclass(frozen=True, slots=True)
class QuarantineFile:
    """A quarantine file. `is_own`: this import created it, so no earlier receipt names it."""

    path: Path
    content: bytes
    is_own: bool


def set_aside(
    folder: Path, source: str, lines: Sequence[tuple[int, bytes]], before: QuarantineFile | None = None
) -> QuarantineFile:
    """Write lines with their numbers to a file named after the source. The same lines give the same file.

    `before` is the file of earlier lines of the same input, which come first. Raises StoreError.
    """
    content = (before.content if before else b"") + b"".join(b"%d: %s\n" % line for line in lines)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(source).stem)[:60].strip("-") or "input"
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if is_own := not path.exists():
            replace_file(path, content)
    except OSError as error:
        raise refused(f"nothing was stored: {path} cannot be written", error, path) from error
    return QuarantineFile(path, content, is_own)


def forget_aside(aside: QuarantineFile) -> None:
    """Remove a file of this import whose lines another file has too. If that fails, both stay."""
    if aside.is_own:
        with suppress(OSError):
            aside.path.unlink()


def found_aside(path: Path, *, is_own: bool) -> QuarantineFile | None:
    """A quarantine file, as far as it can be read."""
    try:
        return QuarantineFile(path, path.read_bytes(), is_own)
    except OSError:
        return None
