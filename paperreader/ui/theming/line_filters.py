"""Filters over the whole screen for terminals and readers that need other signs, or no colours."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.filter import LineFilter

from paperreader.config import Icons
from paperreader.ui.theming.themes import ANSI_DARK

_MARKS = {
    "•": ".", "●": ".", "✓": "v", "–": "-", "◷": "@", "★": "*", "◆": "+", "↻": "<", "✎": '"', "○": "?", "▲": "^",
    "✗": "!", "▾": "v", "▸": ">", "…": "~", "·": "-", "—": "-", "→": ">", "←": "<", "↑": "^", "↓": "v", "⇧": "^",
    "↶": "<", "↷": ">", "◇": "o", "∞": "8", "≡": "=", "≈": "~", "−": "-", "🔎": "/ ",
}  # fmt: skip
"""Each mark of the screen and its ASCII form, of the same number of cells."""
_RULES = {
    "─╌┄┈╴╶▁▔▀▄▂▃🮂": "-",
    "━╍┅┉╸╺╼╾═": "=",
    "│┃╎╏┆┇┊┋╵╷╹╻╽╿║▏▎▍▐▕▋▊▉": "|",
    "▌": ">",
    "█▅▆▇░▒▓": "#",
}
"""Rules, bars and blocks, and their ASCII form."""
_LINES_AND_BLOCKS = [*map(chr, range(0x2500, 0x25A0)), *"🮂"]
_RULE_FORMS = {
    **dict.fromkeys(_LINES_AND_BLOCKS, "+"),
    **{sign: form for signs, form in _RULES.items() for sign in signs},
}


class ReplaceSigns(LineFilter):
    """Replaces each sign of a table by its form of the same number of cells."""

    def __init__(self, forms: dict[str, str]) -> None:
        super().__init__()
        self._forms = str.maketrans(forms)

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line with the signs replaced."""
        del background
        forms = self._forms
        return [
            segment if segment.text.isascii() else Segment(segment.text.translate(forms), *segment[1:])
            for segment in segments
        ]


class NoColours(LineFilter):
    """Removes all colours; what a ground of its own marked is reversed: the cursor's row, hits, the caret.

    It needs a theme whose other grounds are the terminal's own, as the themes for 16 colours have. A hit in the
    cursor's row is not reversed, so that it differs from the row. Neither is the bar, which would change its side.
    """

    _DEFAULT = Style(color="default", bgcolor="default")
    _REVERSED, _UPRIGHT = Style(reverse=True), Style(reverse=False)
    _BARS = frozenset("▌┃█")
    _HIT = Color.parse(ANSI_DARK.variables["hit"]).ansi

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The segments of a line without colours."""
        del background
        is_row_marked = any(_ground(style) not in (None, self._HIT) for _, style, _ in segments)
        return [
            Segment(text, style and self._plain(text, style, is_row_marked=is_row_marked), control)
            for text, style, control in segments
        ]

    def _plain(self, text: str, style: Style, *, is_row_marked: bool) -> Style:
        ground = _ground(style)
        if ground is None:
            return style + self._DEFAULT
        is_upright = (is_row_marked and ground == self._HIT) or self._BARS.issuperset(text)
        return style + self._DEFAULT + (self._UPRIGHT if is_upright else self._REVERSED)


def _ground(style: Style | None) -> int | None:
    """The number of the background's colour; None for the terminal's own."""
    ground = style.bgcolor if style else None
    return None if ground is None or ground.is_default else ground.number


def line_filters(icons: Icons, *, no_color: bool) -> Sequence[LineFilter]:
    """The filters that a setting of the signs and of colours needs."""
    signs: dict[Icons, dict[str, str]] = {
        Icons.ASCII: {**_RULE_FORMS, **_MARKS},
        # A screen reader would read out each cell of a frame.
        Icons.WORDS: dict.fromkeys(_LINES_AND_BLOCKS, " "),
    }
    return [
        *([NoColours()] if no_color else []),
        *([ReplaceSigns(signs[icons])] if icons in signs else []),
    ]
