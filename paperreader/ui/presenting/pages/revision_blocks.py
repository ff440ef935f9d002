"""The paragraphs of a revised text, with marked changes."""

from collections.abc import Iterator

from paperreader.domain.paper import url_spans
from paperreader.domain.revisions import PARAGRAPH, Change, word_diff
from paperreader.domain.text import Safe
from paperreader.ui.presenting.markers import Marker
from paperreader.ui.widgets.blocks import Block, Spans

_SIGNS = {Change.REMOVED: ("[-", "-]"), Change.ADDED: ("{+", "+}"), Change.KEPT: ("", "")}
"""The signs around words on terminals without colours."""
_LOST_BREAK = "¶"


def changed_blocks(before: Safe, after: Safe, marker: Marker, *, has_signs: bool) -> Iterator[Block]:
    """The paragraphs of a text, with the words that were removed from and added to an earlier text."""
    runs: list[tuple[Change, list[str]]] = []
    for run in word_diff(before, after):
        words: list[str] = []
        for word in run.words:
            if word != PARAGRAPH:
                words.append(word)
            elif run.change is Change.REMOVED:
                words.append(_LOST_BREAK)
            else:
                yield _paragraph([*runs, (run.change, words)], marker, has_signs=has_signs)
                runs, words = [], []
        runs.append((run.change, words))
    yield _paragraph(runs, marker, has_signs=has_signs)


def _paragraph(runs: list[tuple[Change, list[str]]], marker: Marker, *, has_signs: bool) -> Block:
    """A paragraph from runs of kept, removed and added words."""
    text = ""
    spans: dict[Change, Spans] = dict.fromkeys(Change, ())
    for change, words in runs:
        if words:
            left, right = _SIGNS[change] if has_signs else ("", "")
            text += " " if text else ""
            start = len(text)
            text += f"{left}{' '.join(words)}{right}"
            spans[change] += ((start, len(text)),)
    return Block(
        Safe(text),
        hits=tuple(marker(Safe(text))),
        links=tuple(url_spans(text)),
        removed=spans[Change.REMOVED],
        added=spans[Change.ADDED],
    )
