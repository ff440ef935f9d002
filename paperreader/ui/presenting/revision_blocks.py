"""The paragraphs of a text that was revised, with what changed in them."""

from collections.abc import Iterator, Sequence

from paperreader.domain.paper import url_spans
from paperreader.domain.revisions import PARAGRAPH, Change, word_diff
from paperreader.domain.text import Safe
from paperreader.ui.presenting.marking import Marker
from paperreader.ui.widgets.paper_page import Block

_SIGNS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}"), Change.KEPT: ("", "")}
"""What stands around words on terminals without colours."""
_LOST_BREAK = "¶"


def changed_blocks(before: Safe, after: Safe, marker: Marker, *, has_signs: bool) -> Iterator[Block]:
    """The paragraphs of a text with what was removed from it and added to it since another one."""
    paragraph = _Paragraph(has_signs)
    for run in word_diff(before, after):
        words: list[str] = []
        for word in run.words:
            if word != PARAGRAPH:
                words.append(word)
            elif run.change is Change.REMOVED:
                words.append(_LOST_BREAK)
            else:
                paragraph.add(run.change, words)
                yield paragraph.block(marker)
                paragraph, words = _Paragraph(has_signs), []
        paragraph.add(run.change, words)
    yield paragraph.block(marker)


class _Paragraph:
    """A paragraph that is put together of runs of words."""

    def __init__(self, has_signs: bool) -> None:
        self._has_signs = has_signs
        self._text = ""
        self._spans: dict[Change, list[tuple[int, int]]] = {change: [] for change in Change}

    def add(self, change: Change, words: Sequence[str]) -> None:
        """Add words of one kind."""
        if not words:
            return
        before, behind = _SIGNS[change] if self._has_signs else ("", "")
        self._text += " " if self._text else ""
        start = len(self._text)
        self._text += f"{before}{' '.join(words)}{behind}"
        self._spans[change].append((start, len(self._text)))

    def block(self, marker: Marker) -> Block:
        """The paragraph as the page shows it."""
        text = Safe(self._text)
        return Block(
            text,
            hits=tuple(marker(text)),
            links=tuple(url_spans(text)),
            removed=tuple(self._spans[Change.REMOVED]),
            added=tuple(self._spans[Change.ADDED]),
        )
