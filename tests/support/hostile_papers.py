"""A library of hostile papers, and the judge of what a terminal was sent.

Every text of the corpus is a title, an abstract, a tag and a note somewhere. `misbehaviour` splits the raw bytes of a
terminal into Textual's own sequences and the rest: what is in neither place of the grammar came from a text.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from pathlib import Path

from hostile import HOSTILE, Hostile, acting

from paperreader.domain.decision import EditTags, SetNote
from paperreader.domain.reading_state import make_note, make_tags
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library
from paperreader.services.triage import Triage

FOLDER_NAME = "kq\x1b]0;KQFOLDER\x07[bold][/]\x9b31m\u202eeman"
"""A file name that holds what a file name may hold."""

PASTED = (
    "kq\x9b31;5m\x9d52;c;S1FQQVNURUQ=\x9c\u202e\x0e\x7f\u200b"
    "[/] [bold] [@click=app.quit] 大 \U0001f469\u200d\U0001f4bb end"
)
"""A text to paste: C1 sequences, controls, what hides and reorders, markup, wide and joined characters in one line."""
PASTED_CLEAN = "kq[/] [bold] [@click=app.quit] 大 \U0001f469\u200d\U0001f4bb end"
"""What of it may arrive."""
PASTED_ESCAPES = "kq\x1b[31;5m\x1b]52;c;S1FQQVNURUQ=\x07\x1b]8;;https://kq.example/\x07\x1bc end"
"""One with 7-bit sequences. Terminals take ESC out of what they paste; what does not, Textual takes for key presses."""

# What Textual's driver writes on an xterm with 24-bit colours and the start before it, and nothing else.
_OWN = re.compile(
    r"\x1b\[0?m"
    r"|\x1b\[(?:[1-9];)*(?:[34]8;2;\d{1,3};\d{1,3};\d{1,3};?)+m"
    r"|\x1b\[\d+;\d+H"
    r"|\A\x1b7"  # the cursor is saved before the reader begins, and never again
    r"|\x1b\[\?(?:1049|25|1004|1000|1003|1015|1006|2004|2026)h"
    r"|\x1b\[\?(?:25|7|1000|1003|1015|1006|2026)l"
    r"|\x1b\[\?20(?:26|48)\$p|\x1b\[>\d+u"
    r"|\x1b\]22;[a-z-]+\x07"
    r"|\x1b\]11;\?\x1b\\"  # the query for the background
)
_CLIPBOARD = re.compile(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07")


def misbehaviour(raw: bytes) -> list[str]:
    """What in the bytes sent to a terminal, up to its leaving, is neither Textual's own nor harmless text."""
    text = raw.decode()  # what is not UTF-8 fails here
    clips = _CLIPBOARD.findall(text)
    found = [f"clipboard: {place}" for clip in clips for place in acting(base64.b64decode(clip).decode(), lines=True)]
    rest = _OWN.sub("", _CLIPBOARD.sub("", text))
    found += [f"sequence: {match[0]!r}" for match in re.finditer(r"\x1b.{0,20}", rest, re.DOTALL)]
    visible = rest.replace("\r", "").replace("\x1b", "")
    return found + acting(visible, lines=True)


def _line(text: str) -> str:
    """The text as a line of a dump can hold it: without line ends, NUL (which makes it binary) and what is no UTF-8."""
    return re.sub(r"[\r\n\0]", " ", text).encode("utf-8", "ignore").decode()


def make_hostile_library(parent: Path, texts: Sequence[Hostile] = HOSTILE) -> Library:
    """A library of one date in a folder with a hostile name, with a paper for every text."""
    lines = ["new", "byAK and the research community", "Mar 14"]
    for number, (name, text) in enumerate(texts):
        plain = _line(text)
        lines.append(f"KQ{number} {plain[:200]}")
        filler = "It is measured on a task of its own, and the figures are given with their spread. " * 3
        lines.append(f"KQA {name}: {plain[:3_000]} KQZ {filler}")
    page = parent / "hostile.txt"
    page.write_text("\n\n".join(lines), encoding="utf-8", newline="\n")
    library = Library(parent / FOLDER_NAME, window="hostile")
    receipt = import_paths(library, [str(page)], ImportOptions(year=2025))
    assert receipt.totals.listed == len(texts)
    triage = Triage(library)
    keys = list(library.catalogue.keys_of(library.catalogue.all_ids()).values())
    for key, (_, text) in zip(keys, texts, strict=True):
        for decision in (EditTags(add=make_tags([text])), SetNote(make_note(f"KQN {text}"))):
            library.reading.finish(triage.decide("tag", [key], decision))
    return library
