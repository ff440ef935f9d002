"""Rows and bars for screen readers: states as words in place of signs."""

from collections.abc import Iterable
from dataclasses import replace

from paperreader.domain.text import Safe
from paperreader.ui.presenting.signs import NOTE_SIGN, STAR_SIGN, STATUS_SIGNS
from paperreader.ui.widgets.bar_line import Span
from paperreader.ui.widgets.paper_list import PaperRow

_WORDS = {sign: status.value for status, sign in STATUS_SIGNS.items()} | {STAR_SIGN: "starred"}


def row_in_words(row: PaperRow) -> PaperRow:
    """A row whose title begins with the state of the paper, as in `unread, starred: Title`."""
    words = [_WORDS[row.sign], *(["starred"] if row.is_starred else [])]
    if row.is_followed:
        words.append("followed")
    if row.has_returned:
        words.append("decided before")
    if row.score:
        words.append(f"score {row.score.split()[0]}")
    before = f"{', '.join(words)}: "
    return replace(
        row,
        title=Safe(f"{before}{row.title}"),
        sign=Safe(" "),
        is_starred=False,
        is_followed=False,
        has_returned=False,
        hits=tuple((start + len(before), end + len(before)) for start, end in row.hits),
        details=tuple(Safe(text.replace(NOTE_SIGN, "note:", 1)) for text in row.details),
    )


def counts_in_words(spans: Iterable[Span]) -> list[Span]:
    """Counts of states with the words of the states, as in `starred 4`."""
    return [replace(span, text=_without_signs(span.text)) for span in spans]


def _without_signs(text: Safe) -> Safe:
    sign = text.strip()[:1]
    is_count = sign in _WORDS and text.strip()[1:].strip().replace(",", "").isdecimal()
    return Safe(text.replace(sign, _WORDS[sign], 1)) if is_count else text
