"""Cleans text from outside before it is shown, stored as a tag or note, or written to a file.

A terminal executes escape sequences: an escape sequence in a title can clear the screen or set the clipboard.
`clean_line` and `clean_block` remove:

* escape sequences of ECMA-48 (CSI, OSC, DCS, SOS, PM, APC; 7-bit and C1), and all other control characters. Of an
  unterminated sequence only the introducer is removed, so that the rest of the line stays readable;
* characters that reorder or hide text: bidi controls, zero-width characters, soft hyphens, fillers, tag characters;
* more than `MAX_MARKS` combining marks on one character, and text beyond a limit.

Private use characters, unassigned code points and lone surrogates become U+FFFD. Cleaned text has the type `Safe`,
which the widgets accept. To clean text twice changes nothing.
"""

import re
import unicodedata

MAX_LINE = 1_000
"""Characters in a cleaned line (a title, a name); the longest title known has fewer than 400."""
MAX_BLOCK = 100_000
"""Characters in a cleaned block (an abstract, a note); the longest abstract known has 3,488."""
MAX_MARKS = 4
"""Combining marks on one character; Vietnamese and pointed Hebrew need three."""


class Safe(str):
    """Text without effect on a terminal: the result of `clean_line` or `clean_block`."""

    __slots__ = ()


_STRING_INTRODUCER = "(?:\x1b[]PX^_]|[\x90\x98\x9d\x9e\x9f])"
_ESCAPES = re.compile(
    # A terminated OSC, DCS, SOS, PM or APC without another one inside.
    f"{_STRING_INTRODUCER}[^\x1b\x07\x90\x98\x9c-\x9f\n]*(?:\x1b\\\\|\x9c|\x07)"
    f"|{_STRING_INTRODUCER}"  # an unterminated one
    "|(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]?"  # CSI
    "|\x1b[ -/]*[0-~]?"  # two-byte sequences, and a lone ESC
)
_NEWLINES = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f]")
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0d\ufeff\uffa0\ufff9-\ufffb\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_MARKED_OR_HIDDEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
"""Characters that Python calls printable, but that cleaning removes or checks."""
_JOINER = re.compile("[\u200c\u200d]+")
_PRESENTATION = re.compile("[\ufe0e\ufe0f]+")
_JOINED_MEMBER = re.compile("\u200d(.)")
_JOINERS_AND_TONES = re.compile("[\u200c\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_ROUNDS = 3
"""How often joiners are checked again after some were removed; natural text needs one round."""
_ASCII = bytes(range(128))
_PRINTED = bytes(code for code in _ASCII if chr(code).isprintable()) + b"\n"
_SURROGATES = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[^\S\n]")
_BLANK_LINES = re.compile(r"\n{3,}")


def clean_line(text: str, limit: int = MAX_LINE) -> Safe:
    """Text as one clean line of at most `limit` characters, with single blanks."""
    if len(text) > limit or not _is_plain(text):
        # Cut first, with room for what cleaning removes: a line of 10 MB takes the time of one of 10 kB.
        text = _clean(text[: 4 * limit + 64])
    return Safe(_cap(" ".join(text.split()), limit))


def clean_block(text: str, limit: int = MAX_BLOCK, *, keep_blanks: bool = False) -> Safe:
    """Text as clean lines of at most `limit` characters in all, with single blank lines between paragraphs.

    Runs of blanks become one blank, and indents are removed. `keep_blanks` keeps both, for text that a person typed.
    """
    if len(text) > limit or not _is_plain(text):
        text = _clean(text[: 2 * limit + 64])
    elif not keep_blanks and _has_single_blanks(text):
        return Safe(text)
    if keep_blanks:
        lines = (_BLANK.sub(" ", line).rstrip() for line in text.split("\n"))
        return Safe(_cap(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip("\n").rstrip(), limit))
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return Safe(_cap(_BLANK_LINES.sub("\n\n", "\n".join(lines)).strip(), limit))


def reduce_cells(text: Safe) -> Safe:
    """Text in which each character has the same width in all terminals, for rows with columns.

    Joined emoji keep their first member, skin tones and presentation selectors are removed, flags become letters.
    """
    if text.isascii():
        return text
    reduced = _JOINED_MEMBER.sub(lambda match: "" if _is_pictograph(match[1]) else match[1], text)
    reduced = _JOINERS_AND_TONES.sub("", reduced)
    if len(reduced) < len(text):
        reduced = limit_marks(reduced)  # a character between two runs of marks may be gone
    return Safe(_FLAG_LETTER.sub(lambda match: chr(ord(match[0]) - 0x1F1E6 + 0x41), reduced))


def limit_marks(text: str) -> str:
    """Text with at most `MAX_MARKS` combining marks on a character.

    Joiners do not end a run of marks, because rows remove joiners.
    """
    # By category: Thai vowels and enclosing marks have the combining class of letters.
    marks = {character for character in non_ascii(text) if unicodedata.category(character) in ("Mn", "Me")}
    if not marks:
        return text
    kept: list[str] = []
    run = 0
    for character in text:
        if character in marks:
            run += 1
        elif character not in "\u200c\u200d":
            run = 0
        if run <= MAX_MARKS:
            kept.append(character)
    return "".join(kept)


def _has_single_blanks(text: str) -> bool:
    """Whether a plain text has only single blanks and line ends, and none at its ends."""
    return "  " not in text.replace("\n", " ") and text == text.strip()


def _is_plain(text: str) -> bool:
    """Whether cleaning would change only blanks and line ends of a text, as of nearly all texts."""
    if text.isascii():  # one operation on bytes checks all characters
        return not text.encode().translate(None, _PRINTED)
    return text.replace("\n", " ").isprintable() and (
        _MARKED_OR_HIDDEN.search(text) is None and unicodedata.is_normalized("NFC", text) and limit_marks(text) == text
    )


def _clean(text: str) -> str:
    if _SURROGATES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _NEWLINES.sub("\n", text)
    text = _ESCAPES.sub("", text)
    text = _CONTROLS.sub("", text.replace("\t", " "))
    if text.isascii():
        return text
    return _settle_joiners(_normalise(_replace_meaningless(_HIDDEN.sub("", text))))


def _normalise(text: str) -> str:
    """Text in NFC with limited marks.

    Marks are limited before NFC, because to sort many marks takes quadratic time, and after NFC, because NFC can make
    more marks. NFC runs again, because the remaining marks may compose.
    """
    for _ in range(2):
        text = unicodedata.normalize("NFC", limit_marks(text))
    return text


def _settle_joiners(text: str) -> str:
    """Text with only those joiners and selectors that it needs without the others."""
    for _ in range(_ROUNDS):
        judged = _PRESENTATION.sub(_keep_presentation, _JOINER.sub(_keep_joiner, text))
        if judged == text:
            return text
        text = _normalise(judged)  # without a joiner, marks may sort and compose again
    return _normalise(_PRESENTATION.sub("", _JOINER.sub("", text)))


def _keep_joiner(match: re.Match[str]) -> str:
    """A joiner between emoji, or between letters of a script that needs joiners; else an empty text."""
    text, start, end = match.string, match.start(), match.end()
    if start == 0 or end == len(text):
        return ""
    before, after = text[start - 1], text[end]
    if before in "\ufe0e\ufe0f" and start > 1:
        before = text[start - 2]
    joiner = match[0][0]
    if joiner == "\u200d" and _is_pictograph(before) and _is_pictograph(after):
        return joiner
    return joiner if _is_joining_letter(before) and _is_joining_letter(after) else ""


def _keep_presentation(match: re.Match[str]) -> str:
    """A presentation selector after a character with a text and an emoji form; else an empty text."""
    start = match.start()
    if start == 0:
        return ""
    before = match.string[start - 1]
    return match[0][0] if before in "#*0123456789" or _is_pictograph(before) else ""


def _is_pictograph(character: str) -> bool:
    # Skin tones are modifier symbols (Sk); arrows with an emoji form are Sm.
    return ord(character) > 0x2000 and unicodedata.category(character) in ("So", "Sk", "Sm")


def _is_joining_letter(character: str) -> bool:
    """Whether a joiner can change the shape of this letter: Arabic to Indic scripts, Mongolian, Khmer."""
    code = ord(character)
    return 0x0600 <= code <= 0x0DFF or 0x1780 <= code <= 0x18AF or 0x0F00 <= code <= 0x109F


def _replace_meaningless(text: str) -> str:
    category = unicodedata.category
    if all(category(character) not in ("Co", "Cn", "Cs") for character in non_ascii(text)):
        return text
    return "".join("\ufffd" if category(c) in ("Co", "Cn", "Cs") else c for c in text)


def _cap(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    # Not in the middle of a joined emoji: a second cleaning must change nothing.
    return text[: max(0, limit - 1)].rstrip(" \n\u200c\u200d\ufe0e\ufe0f") + "…"


def non_ascii(text: str) -> set[str]:
    """The characters of a text that are not ASCII. A loop over all characters takes twenty times as long."""
    others = text.encode(errors="surrogatepass").translate(None, _ASCII)
    return set(others.decode(errors="surrogatepass"))


def is_encodable(text: str) -> bool:
    """Whether a text can be encoded as UTF-8 and stored: it has no lone surrogate."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def spans_of(text: str, part: str) -> list[tuple[int, int]]:
    """The (start, end) offsets of a part wherever a text has it, in any case of letters; none for an empty part."""
    return [found.span() for found in re.finditer(re.escape(part), text, re.IGNORECASE)] if part else []
