"""The lines of an input that an import could not place, kept verbatim for a person to look at."""

import hashlib
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from paperreader.errors import StoreError
from paperreader.files.atomic import replace_file


def set_aside(folder: Path, source: str, lines: Sequence[tuple[int, bytes]]) -> Path:
    """Write lines, each behind its number, to a file named after their source; the same lines give the same file.

    Raises StoreError.
    """
    content = b"".join(b"%d: %s\n" % line for line in lines)
    stem = re.sub(r"[^A-Za-z0-9]+", "-", Path(source).stem)[:60].strip("-") or "input"
    path = folder / f"{stem}-{hashlib.sha256(content).hexdigest()[:8]}.txt"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not path.exists():
            replace_file(path, content)
    except OSError as error:
        raise StoreError(f"{path} cannot be written ({error.strerror}); nothing of this was stored") from error
    return path


def forget_aside(path: Path) -> None:
    """Take away a file whose lines another one holds as well; where that is refused, both stay."""
    with suppress(OSError):
        path.unlink()
