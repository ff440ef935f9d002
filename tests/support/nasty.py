"""Hostile texts by the million, the same for the same seed: pieces that act, hide, widen or confuse, put together.

`nasty` makes one text; `faults_of_text` is the fast way to `hostile.acting`; `over_blocks` runs work over blocks of
inputs on every processor.
"""

from __future__ import annotations

import os
import random
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from typing import TypeVar

from hostile import HOSTILE, acting

from paperreader.domain.text import MAX_MARKS

SEED = "paperreader"
"""What every generator begins with."""

_INTRODUCERS = (
    "\x1b", "\x1b[", "\x1b]", "\x1bP", "\x1b_", "\x1b^", "\x1bX", "\x1b(", "\x1b#", "\x1bN", "\x1bO", "\x9b", "\x9d",
    "\x90", "\x9f", "\x9e", "\x98", "\x8e", "\x8f", "\x1b[?", "\x1b[>", "\x1b[=", "\x1b[<", "\x1b]8;;", "\x1b]52;c;",
    "\x1b]0;", "\x1bPtmux;\x1b", "\x9d52;c;", "\x9d8;;", "\x1b\x1b[", "\x1b[\x1b", "\x1b]\x9d",
)  # fmt: skip
_PAYLOADS = (
    "0", "1;31", "38;2;1;2;3", "?1049", "2026", "6", "52;c;cm0gLXJm", "8;;https://evil.example/", "0;owned",
    "1337;File=",
    "$q", "q#0;2;0;0;0", "Gf=100;AAAA", "999999999999", ";;;;", ":", " ", "!p", "\n", "x", "\u8a9e", "\x00", "\x18",
    "\x1a",
)  # fmt: skip
_FINALS = (
    "m", "H", "J", "K", "h", "l", "n", "c", "t", "p", "q", "u", "~", "\x07", "\x1b\\", "\x9c", "\x1b", "\\", "", "",
)  # fmt: skip
_ACTING = (
    *map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0)), "\u2028", "\u2029", "\r\n", "\n\n\n", "\r\r\n", "\t\t",
)  # fmt: skip
_HIDING = (
    "\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069", "\u200e", "\u200f",
    "\u061c", "\u200b", "\u200c", "\u200d", "\u2060", "\u2061", "\u2064", "\u206a", "\u206f", "\ufeff", "\u00ad",
    "\u034f", "\u115f", "\u1160", "\u3164", "\uffa0", "\u17b4", "\u17b5", "\u180b", "\u180e", "\ufe00", "\ufe0d",
    "\ufe0e", "\ufe0f", "\ufff9", "\ufffb", "\U000e0001", "\U000e0041", "\U000e007f", "\U000e0100", "\U000e01ef",
    "\U0001bca0", "\U0001d173", "\U0001d17a", "\U000e0fff",
)  # fmt: skip
_MEANINGLESS = (
    "\ud800", "\ud83d", "\udbff", "\udc00", "\ude00", "\udfff", "\ud83d\ude00", "\udce9", "\ufffe", "\uffff", "\ufdd0",
    "\U0001fffe", "\ue000", "\uf8ff", "\U000f0000", "\U0010fffd", "\U0010ffff", "\u0378", "\ufffd", "\u2fe0",
)  # fmt: skip
_MARKS = (
    "\u0301", "\u0316", "\u0335", "\u0489", "\u20dd", "\u20e3", "\u05b8", "\u064b", "\u093c", "\u094d", "\u0e31",
    "\u0e33", "\u302a", "\u3099", "\u1dc4", "\U0001d165", "\u0323", "\u0345", "\u0338", "\u0f74", "\u1039", "\u0ccb",
    "\u0915\u094d\u200d", "\u094d\u093c\u200d\u0951\u0952", "\u0651\u200c",
)  # fmt: skip
_WIDE = (
    "\u8a9e", "\uff21", "\uff76\uff9e", "\u1112\u1161\u11ab", "\u1100", "\u1161", "\ud55c", "\u3000", "\U00020000",
    "\U0001f468", "\U0001f469\U0001f3fd", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f3f3\ufe0f\u200d\U0001f308",
    "\U0001f1e9\U0001f1ea", "\U0001f1e9", "\U0001f44d\U0001f3ff", "\U0001f3fb", "\u2764\ufe0f", "\u2764\ufe0e",
    "1\ufe0f\u20e3", "#\u20e3", "\u231a", "\u26a1", "\u00a9\ufe0f", "\u2194\ufe0f", "\u0915\u094d\u200d\u0937",
    "\u0645\u06cc\u200c\u062e", "\u0dc1\u0dca\u200d\u0dbb", "\u0ba8\u0bbf", "\u0e19\u0e49\u0e33", "\u0622", "\ufdfa",
    "\ufb01", "\u01c6", "\u0130", "\u1e9e", "\u212b", "\u2adc", "\u2126", "\u2060\u2764", "\u4dc0", "\U0001f004",
    "\U0001d15e", "\ufb2c", "\u0f73", "\u0344", "\u1e69", "\uf900", "\U0002f800", "\u05d0", "\u0627", "\u2500",
    "\u2588",
)  # fmt: skip
_MARKUP = (
    "[", "]", "[/]", "[/", "[/b]", "[bold]", "[@click=app.quit]", "[@click=foo(']", "[link=https://evil.example]",
    "[#zz]", "[x=\"y", "[a='b", "[[", "\\[", "[not bold", "[on red]", "[1]", "[i, j]", "$accent", "[$error]",
)  # fmt: skip
_TEX = (
    r"\alpha", r"\textbf{", r"\textbf{}", r"\emph{", "}", "{", "$", "$$", "$x_1$", "$100K$", r"\'", r"\'e", r'\"{',
    r"\~",
    r"\%", r"\\", "\\", "``", "''", r"\input{x}", r"\write18{", r"\operatorname{", r"\url{https://a.example/}", "^",
    "_",
    r"\'{\textbf{e}}", "\u0301\u0316\\emph{\u0335\u0489}\u0323", "$\u0316\u0323\u0338$", r"\to", r"\mathbb{R}^n",
)  # fmt: skip
_TEXT_FORMATS = (
    "#", "# ", "## ", "*", "**", "_", "`", "```", "~~~", ">", "> ", "- ", "+ ", "1. ", "2) ", "---", "===", "***", "|",
    "|---|", "<b>", "</b>", "<!--", "-->", "<script>", "<!DOCTYPE x>", "<?x?>", "&lt;", "&#27;", "&amp;", "[x](y)",
    "[x](javascript:x)", "![x](y)", "[a]: b", "<https://b.example>", "    ", "\\\n", "\n\n", "\n", "\n    ", "=cmd|",
    "@x{",
    "{{}}", "%", "~", "\"", "'", ",", " and ", "others", "!", "&",
)  # fmt: skip
_ADDRESSES = (
    "https://a.example/", "https://a.example/x_y*z)", "http://[::1]:80/", "https://user@evil.example/", "javascript:x",
    "https://b\u00fccher.example/", "https://a.example/\u8a9e\u0301", "HTTPS://A.EXAMPLE", "https://\u212a.example/",
    "file:///etc/passwd", "--proxy-server=evil", "https://github.com/a/b", "https://a.example:99999/", "https:///x",
    "https://a.example/" + "(" * 20, "https://a.example/\u200d\u202e", "https://a.example/\U0001f468\U0001f3fd", "://",
)  # fmt: skip
_WORDS = (
    "word", "Lanterns", "of", "The", "a", "x", "Attention", "is:read", "tag:", "title:x", "-not", '"',
    "date:2025-03-14",
    "CON", "..", "/", "../../x", "%s", "{0}", "$(x)", ";", "\u00e9", "\u0416", "\u03b1", "3.14", "and", "e\u0301",
    "\u0130",
    "supercalifragilistic" * 3, "-" * 70,
)  # fmt: skip
_BLANKS = (" ", " ", " ", "  ", "\u00a0", "\u2009", "\u3000", "\t", "\n", "\u200b", "")

_KINDS = (_ACTING, _HIDING, _MEANINGLESS, _MARKS, _WIDE, _MARKUP, _TEX, _TEXT_FORMATS, _ADDRESSES, _WORDS, _BLANKS)
_WEIGHTS = (10, 10, 4, 8, 14, 8, 8, 10, 3, 20, 18)
_LINE_ENDS = re.compile(r"[\r\n]")


def nasty(chance: random.Random) -> str:
    """One hostile text: mostly short, one in 300 with thousands of characters, one in 20,000 with hundreds of them."""
    draw = chance.random()
    if draw < 0.0033:
        return _flood(chance, 300_000 if draw < 0.00005 else 4_000)
    if draw < 0.05:
        return _spliced(chance)
    if draw < 0.10:
        return "".join(chr(chance.choice(_RANGES)(chance)) for _ in range(chance.randint(1, 24)))
    return "".join(_piece(chance) for _ in range(chance.choice((1, 2, 3, 5, 8, 13))))


def nasty_line(chance: random.Random) -> str:
    """One that a line of a file can hold."""
    return _LINE_ENDS.sub(" ", nasty(chance))


def _piece(chance: random.Random) -> str:
    draw = chance.random()
    if draw < 0.2:  # a sequence, whole or not
        payload = "".join(chance.choices(_PAYLOADS, k=chance.randint(0, 3)))
        return chance.choice(_INTRODUCERS) + payload + chance.choice(_FINALS)
    (kind,) = chance.choices(_KINDS, _WEIGHTS)
    piece = chance.choice(kind)
    if draw > 0.97:
        return piece * chance.randint(2, 40)
    return piece + " " if draw > 0.7 else piece


def _flood(chance: random.Random, size: int) -> str:
    """A piece or two, again and again."""
    piece = "".join(_piece(chance) for _ in range(chance.randint(1, 2)))[:80] or "x"
    return _piece(chance) + piece * (size // len(piece)) + _piece(chance)


def _spliced(chance: random.Random) -> str:
    """The head of one text of the corpus and the tail of another."""
    one, other = (chance.choice(HOSTILE).text[:300] for _ in range(2))
    return one[: chance.randint(0, len(one))] + _piece(chance) + other[chance.randint(0, len(other)) :]


_RANGES: tuple[Callable[[random.Random], int], ...] = (
    lambda chance: chance.randrange(0x100),
    lambda chance: chance.randrange(0x300, 0x2000),
    lambda chance: chance.randrange(0x2000, 0x3200),
    lambda chance: chance.randrange(0x10000),
    lambda chance: chance.randrange(0x110000),
    lambda chance: chance.randrange(0x1F000, 0x1FB00),
    lambda chance: chance.randrange(0xE0000, 0xE1000),
)


def faults_of_text(text: str, *, lines: bool = False) -> list[str]:
    """What `hostile.acting` finds, and floods of marks; fast where every character was judged before."""
    characters = set(text)
    odd = {character for character in characters - _PLAIN if not _is_plain(character)}
    found = [] if not odd or (lines and odd == {"\n"}) else acting(text, lines=lines)
    if not _marks().isdisjoint(characters) and (longest := longest_run_of_marks(text)) > MAX_MARKS:
        found.append(f"{longest} marks on one character")
    return found


def longest_run_of_marks(text: str) -> int:
    """The most combining marks that stand on one character."""
    marks, longest, run = _marks(), 0, 0
    for character in text:
        if character in marks:
            run += 1
            longest = max(longest, run)
        else:
            run = 0
    return longest


@cache
def _marks() -> frozenset[str]:
    return frozenset(sign for sign in map(chr, range(0x110000)) if unicodedata.category(sign) in ("Mn", "Me"))


_PLAIN: set[str] = set()


def _is_plain(character: str) -> bool:
    """Whether a character is harmless wherever it stands; such ones are remembered."""
    is_plain = character not in "\ufe0e\ufe0f" and not acting(f"\u2764{character}")
    if is_plain:
        _PLAIN.add(character)
    return is_plain


Result = TypeVar("Result")


def over_blocks(work: Callable[[str, int], Result], what: str, count: int, block: int) -> Iterator[Result]:
    """What work gives for each block of so many inputs: it is called with a seed and the number of inputs to make."""
    tasks = [(f"{SEED} {what} {start}", min(block, count - start)) for start in range(0, count, block)]
    workers = min(os.cpu_count() or 1, len(tasks))
    if workers <= 1:
        yield from (work(seed, size) for seed, size in tasks)
        return
    # Not forked: the tests' own process has threads.
    with ProcessPoolExecutor(workers, get_context("spawn"), initializer=_find_modules, initargs=(sys.path,)) as pool:
        yield from pool.map(work, *zip(*tasks, strict=True))


def _find_modules(path: list[str]) -> None:
    sys.path[:] = path
