"""Hostile texts: what a title, a name, a tag, a note or a path may hold that must never act on a terminal or the app.

`HOSTILE` is the corpus, an id and a text each; `OVERSIZE` builds the very long ones on demand. `acting` is the judge:
it knows Unicode's own tables, not the code under test.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple


class Hostile(NamedTuple):
    """One hostile text and the name that a failing test shows."""

    id: str
    text: str


_SEQUENCES = (
    Hostile("csi-colour", "\x1b[31mred\x1b[0m"),
    Hostile("csi-clear-screen", "a\x1b[2J\x1b[Hb"),
    Hostile("csi-leave-alternate-screen", "a\x1b[?1049lb"),
    Hostile("csi-status-report", "a\x1b[6n\x1b[cb"),
    Hostile("csi-title-report", "a\x1b[21tb"),
    Hostile("csi-intermediate", "a\x1b[1 qb"),
    Hostile("csi-unterminated", "a\x1b[31"),
    Hostile("csi-many-parameters", "a\x1b[" + "1;" * 400 + "mb"),
    Hostile("csi-c1", "a\x9b31mb\x9b0m"),
    Hostile("csi-escape-escape", "a\x1b\x1b[31mb"),
    Hostile("csi-rebuilt-when-cut-once", "a\x1b\x1b[m[31mb"),
    Hostile("osc-title-bel", "a\x1b]0;owned\x07b"),
    Hostile("osc-title-st", "a\x1b]0;owned\x1b\\b"),
    Hostile("osc-title-c1-st", "a\x1b]0;owned\x9cb"),
    Hostile("osc-link-bel", "\x1b]8;;https://evil.example/\x07text\x1b]8;;\x07"),
    Hostile("osc-link-st", "\x1b]8;;https://evil.example/\x1b\\text\x1b]8;;\x1b\\"),
    Hostile("osc-link-c1", "\x9d8;;https://evil.example/\x9ctext\x9d8;;\x9c"),
    Hostile("osc-clipboard-bel", "a\x1b]52;c;cm0gLXJmIC8=\x07b"),
    Hostile("osc-clipboard-st", "a\x1b]52;c;cm0gLXJmIC8=\x1b\\b"),
    Hostile("osc-clipboard-c1", "a\x9d52;c;cm0gLXJmIC8=\x9cb"),
    Hostile("osc-clipboard-c1-bel", "a\x9d52;c;cm0gLXJmIC8=\x07b"),
    Hostile("osc-unterminated", "before \x1b]0;behind"),
    Hostile("osc-unterminated-c1", "before \x9d0;behind"),
    Hostile("osc-across-lines", "a\x1b]0;one\ntwo\x07b"),
    Hostile("osc-file", "a\x1b]1337;File=inline=1:AAAA\x07b"),
    Hostile("osc-nested", "a\x1b]0;x\x1b]52;c;eA==\x07y\x07b"),
    Hostile("dcs-request", "a\x1bP$qm\x1b\\b"),
    Hostile("dcs-sixel", "a\x1bPq#0;2;0;0;0~~\x1b\\b"),
    Hostile("dcs-tmux-passthrough", "a\x1bPtmux;\x1b\x1b]52;c;eA==\x07\x1b\\b"),
    Hostile("dcs-unterminated", "a\x1bPq~~"),
    Hostile("dcs-c1", "a\x90q~~\x9cb"),
    Hostile("apc-graphics", "a\x1b_Gf=100,a=T;AAAA\x1b\\b"),
    Hostile("apc-c1", "a\x9fGf=100;AAAA\x9cb"),
    Hostile("pm", "a\x1b^private\x1b\\b"),
    Hostile("pm-c1", "a\x9eprivate\x9cb"),
    Hostile("sos", "a\x1bXstart\x1b\\b"),
    Hostile("sos-c1", "a\x98start\x9cb"),
    Hostile("reset", "a\x1bcb"),
    Hostile("save-cursor", "a\x1b7b\x1b8"),
    Hostile("line-drawing", "a\x1b(0lqqk\x1b(B"),
    Hostile("screen-alignment", "a\x1b#8b"),
    Hostile("reverse-index", "a\x1bMb"),
    Hostile("escape-alone", "a\x1b"),
    Hostile("escapes-in-a-row", "\x1b" * 50 + "a"),
    Hostile("terminators-alone", "a\x1b\\\x9c\x07b"),
)

_CONTROLS = (
    Hostile("nul", "a\0b"),
    Hostile("bell", "a\x07b"),
    Hostile("backspace", "secret\b\b\b\b\b\bpublic"),
    Hostile("carriage-return", "secret\rpublic"),
    Hostile("vertical-tab-form-feed", "a\vb\fc"),
    Hostile("shift-out", "a\x0eb\x0fc"),
    Hostile("delete", "a\x7fb"),
    Hostile("tab-and-newlines", "\ta\t\tb\n\n\nc\r\nd\n"),
    Hostile("separators", "a\x1cb\x1dc\x1ed\x1fe"),
    Hostile("all-c0", "".join(map(chr, range(0x20)))),
    Hostile("all-c1", "".join(map(chr, range(0x7F, 0xA0)))),
    Hostile("next-line", "a\x85b"),
    Hostile("single-shifts", "a\x8eb\x8fc"),
)

_HIDDEN = (
    Hostile("bidi-override", "paper\u202etxt.exe"),
    Hostile("bidi-override-closed", "a\u202dleft\u202cb"),
    Hostile("bidi-embedding", "a\u202ab\u202bc\u202c\u202c"),
    Hostile("bidi-isolates", "a\u2066b\u2069\u2067c\u2069\u2068d\u2069"),
    Hostile("bidi-isolate-open", "a\u2067bcd"),
    Hostile("bidi-marks", "a\u200eb\u200fc\u061cd"),
    Hostile("zero-width-space", "pay\u200bpal"),
    Hostile("zero-width-joiner-in-latin", "pay\u200dpal"),
    Hostile("zero-width-non-joiner-in-latin", "pay\u200cpal"),
    Hostile("word-joiner", "pay\u2060pal"),
    Hostile("invisible-operators", "f\u2061(x)a\u2062b\u2063c\u2064d"),
    Hostile("deprecated-formats", "a\u206ab\u206bc\u206cd\u206de\u206ef\u206fg"),
    Hostile("bom-first", "\ufeffTitle"),
    Hostile("bom-inside", "Ti\ufefftle"),
    Hostile("soft-hyphens", "ex\u00adploit"),
    Hostile("grapheme-joiner", "a\u034fb"),
    Hostile("mongolian-separators", "a\u180eb\u180bc"),
    Hostile("variation-selectors", "a\ufe00b\ufe0fc\U000e0100d\U000e01efe"),
    Hostile("fillers", "a\u3164b\u115fc\u1160d\uffa0e"),
    Hostile("khmer-inherent-vowels", "a\u17b4b\u17b5c"),
    Hostile("annotations", "a\ufff9b\ufffac\ufffbd"),
    Hostile("tag-characters", "a" + "".join(chr(0xE0000 + ord(letter)) for letter in "evil prompt") + "b"),
    Hostile("tag-language", "a\U000e0001b\U000e007fc"),
    Hostile("only-hidden", "\u200b\u2060\ufeff\u202e"),
    Hostile("joiners-only", "\u200d\u200c\u200d"),
)

_MEANINGLESS = (
    Hostile("surrogate-high", "a\ud83db"),
    Hostile("surrogate-low", "a\ude00b"),
    Hostile("surrogates-swapped", "a\ude00\ud83db"),
    Hostile("surrogates-paired", "a\ud83d\ude00b"),
    Hostile("surrogate-escape-of-a-byte", "caf\udce9"),
    Hostile("non-characters", "a\ufffeb\uffffc\ufdd0d\U0001fffee"),
    Hostile("private-use", "a\ue000b\U000f0000c\U0010fffdd"),
    Hostile("unassigned", "a\u0378b\u0379c"),
    Hostile("combining-flood", "Z" + "\u0335\u0322\u0311\u0349" * 10 + "algo"),
    Hostile("combining-flood-long", "e" + "\u0301" * 5_000),
    Hostile("combining-first", "\u0301\u0301abc"),
    Hostile("enclosing-flood", "1" + "\u20e3" * 20),
    Hostile("no-break-and-thin-blanks", "a\u00a0b\u2009c\u3000d\u2028e\u2029f"),
)

_SCRIPTS = (
    Hostile("emoji-family", "a \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 b"),
    Hostile("emoji-kiss", "\U0001f469\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f48b\u200d\U0001f468\U0001f3fb"),
    Hostile("emoji-rainbow-flag", "\U0001f3f3\ufe0f\u200d\U0001f308"),
    Hostile("emoji-dangling-joiner", "\U0001f468\u200d"),
    Hostile("emoji-joined-to-a-letter", "\U0001f468\u200da"),
    Hostile("emoji-skin-tones", "\U0001f44d\U0001f3fb\U0001f44d\U0001f3ff"),
    Hostile("emoji-flags", "\U0001f1e9\U0001f1ea\U0001f1ef\U0001f1f5"),
    Hostile("emoji-half-a-flag", "\U0001f1e9 x"),
    Hostile("emoji-flag-of-tags", "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"),
    Hostile("emoji-presentation", "\u2764\ufe0f\u2600\ufe0e"),
    Hostile("emoji-presentation-twice", "\u2764\ufe0f\ufe0e\ufe0f"),
    Hostile("emoji-keycap", "1\ufe0f\u20e3 #\ufe0f\u20e3"),
    Hostile("devanagari-joiner", "\u0915\u094d\u200d\u0937"),
    Hostile("sinhala-joiner", "\u0dc1\u0dca\u200d\u0dbb\u0dd3"),
    Hostile("persian-non-joiner", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
    Hostile("tamil", "\u0ba8\u0bbf\u0bb2\u0bc8"),
    Hostile("thai", "\u0e19\u0e49\u0e33"),
    Hostile("hebrew-points", "\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd"),
    Hostile("hangul-jamo", "\u1112\u1161\u11ab"),
    Hostile("vietnamese-decomposed", "Vie\u0323\u0302t"),
    Hostile("cjk-wide", "\u5927\u898f\u6a21\u8a00\u8a9e\u30e2\u30c7\u30eb"),
    Hostile("full-width-latin", "\uff21\uff22\uff23"),
    Hostile("half-width-katakana", "\uff76\uff9e\uff97"),
    Hostile("ligature-of-words", "\ufdfa"),
)

_MARKUP = (
    Hostile("markup-close", "[/]"),
    Hostile("markup-close-named", "[/foo]"),
    Hostile("markup-close-cut", "[/"),
    Hostile("markup-close-inside", "x[/b]y"),
    Hostile("markup-bold", "[bold]loud[/bold]"),
    Hostile("markup-bold-open", "[bold]loud"),
    Hostile("markup-mismatched", "[bold]a[/italic]"),
    Hostile("markup-action", "[@click=app.quit]press me[/]"),
    Hostile("markup-action-cut", "[@click=foo(']z"),
    Hostile("markup-link", "[link=https://evil.example]x[/link]"),
    Hostile("markup-colour", "[#zz]x"),
    Hostile("markup-quotes", "[x=\"y] [a='b"),
    Hostile("markup-title", "Attention [Is] All [/You] Need"),
    Hostile("markup-escaped", r"\[/] \\[/]"),
    Hostile("markup-brackets", "[[]] ][ []"),
    Hostile("markup-flood", "[" * 1_000),
    Hostile("format-signs", "{0} {title!r} %s %(x)d $x ${HOME}"),
)

_MARKDOWN = (
    Hostile("markdown-heading", "# not a heading"),
    Hostile("markdown-heading-closed", "title ##"),
    Hostile("markdown-setext", "a\n===\nb\n---"),
    Hostile("markdown-script-link", "[x](javascript:alert(1))"),
    Hostile("markdown-option-link", "[t](--proxy-server=evil)"),
    Hostile("markdown-image", "![x](https://evil.example/a.png)"),
    Hostile("markdown-reference", "[a]: https://evil.example/"),
    Hostile("markdown-code", "`code` ``more`` ~~~"),
    Hostile("markdown-fence", "```\nfenced\n```"),
    Hostile("markdown-emphasis", "***a*** __b__ _c_ ~~d~~"),
    Hostile("markdown-lists", "- a\n+ b\n* c\n1. d\n2) e"),
    Hostile("markdown-quotes", "> a\n>> b"),
    Hostile("markdown-quote-flood", ">" * 500),
    Hostile("markdown-table", "| a | b |\n|---|---|\n| 1 | 2 |"),
    Hostile("markdown-rule", "---\n***\n___"),
    Hostile("markdown-autolink", "<https://evil.example/> <a@b.example>"),
    Hostile("markdown-trailing-backslash", "title\\"),
    Hostile("html-script", "<script>alert(1)</script>"),
    Hostile("html-comment", "<!-- x --> <!-- open"),
    Hostile("html-entities", "&lt;b&gt; &#91; &amp;amp; &copy"),
    Hostile("html-lookalikes", "<kernel> + <!0.5%"),
    Hostile("tex-input", r"\input{/etc/passwd} \write18{rm}"),
    Hostile("tex-braces", "}{ {{ }} $$x$$ %"),
    Hostile("sheet-formula", "=cmd|' /C calc'!A0"),
    Hostile("path-parent", "../../etc/passwd"),
    Hostile("path-dots", ".."),
    Hostile("path-device", "CON"),
    Hostile("option", "-rf --help"),
    Hostile("shell", "$(reboot) `reboot` ; reboot & reboot | sh"),
    Hostile("shell-action", "%action"),
    Hostile("sql", "'); DROP TABLE papers; --"),
    Hostile("query", '-not "open is: tag: date:x (OR'),
    Hostile("empty", ""),
    Hostile("blanks", " \t \n "),
)

HOSTILE: tuple[Hostile, ...] = (
    *_SEQUENCES, *_CONTROLS, *_HIDDEN, *_MEANINGLESS, *_SCRIPTS, *_MARKUP, *_MARKDOWN
)  # fmt: skip
"""The corpus."""

OVERSIZE: dict[str, Callable[[int], str]] = {
    "letters": lambda size: "a" * size,
    "words": lambda size: "word " * (size // 5),
    "wide": lambda size: "\u8a9e" * size,
    "joined-emoji": lambda size: "\U0001f468\u200d" * (size // 2),
    "marks": lambda size: "a" + "\u0301" * (size - 1),
    "escapes": lambda size: "\x1b" * size,
    "colours": lambda size: "\x1b[31m" * (size // 5),
    "endless-csi": lambda size: "\x1b[" + "1" * size,
    "open-titles": lambda size: "\x1b]0;" * (size // 4),
    "zero-width": lambda size: "\u200b" * size,
    "newlines": lambda size: "\n" * size,
    "lines": lambda size: "a\n" * (size // 2),
    "brackets": lambda size: "[" * size,
    "surrogates": lambda size: "\ud83d" * size,
}
"""Builders of texts of about so many characters, by name."""

# Format characters (Cf) that are drawn: Arabic, Syriac and Kaithi number signs, Egyptian layout.
_DRAWN_FORMATS = frozenset(
    (*range(0x600, 0x606), 0x6DD, 0x70F, 0x890, 0x891, 0x8E2, 0x110BD, 0x110CD, *range(0x13430, 0x13440))
)
# Unicode's Default_Ignorable_Code_Point outside Cf: marks, letters and selectors that show nothing.
_INVISIBLE = frozenset(
    (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, *range(0x180B, 0x1810), 0x3164, *range(0xFE00, 0xFE0E), 0xFFA0,
     *range(0xE0000, 0xE1000))
)  # fmt: skip
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe0e\ufe0f"


def acting(text: str, *, lines: bool = False) -> list[str]:
    """The code points of a text that a terminal would obey, hide or mistake, as `U+001B at 3`; `lines` allows \\n.

    Joiners are allowed between two characters that are neither ASCII nor blank, selectors behind a visible one.
    """
    found = []
    for place, character in enumerate(text):
        if character == "\n" and lines:
            continue
        code, category = ord(character), unicodedata.category(character)
        if character in _JOINERS:
            wrong = not (_is_joinable(text[place - 1 : place]) and _is_joinable(text[place + 1 : place + 2]))
        elif character in _SELECTORS:
            before = text[place - 1 : place] if place else ""
            wrong = not before or before.isspace() or before in _JOINERS or before in _SELECTORS
        elif category == "Cf":
            wrong = code not in _DRAWN_FORMATS
        else:
            wrong = category in ("Cc", "Cs", "Co", "Cn", "Zl", "Zp") or code in _INVISIBLE
        if wrong:
            found.append(f"U+{code:04X} at {place}")
    return found


def _is_joinable(character: str) -> bool:
    return bool(character) and not character.isascii() and not character.isspace() and character not in _JOINERS
