"""Terminal input: keys, mouse and pastes pass; replies never become keys, however they are split."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal_replies import BEL, REPLIES, ST, STRINGS, in_eight_bits
from textual import events
from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual._xterm_parser import XTermParser
from textual.message import Message
from textual.messages import InBandWindowResize, TerminalSupportsSynchronizedOutput

from paperreader.ui.terminal.input import LONGEST_SEQUENCE, Patience, TerminalInput
from paperreader.ui.terminal.reports import BackgroundReported

LARGEST = (1_000, 500)
INSTANT = 0.001
"""Seconds between two pieces that a terminal sends in one go."""
LATER = 60.0


class Line:
    """A terminal line with a clock that the test sets: bytes in, events out."""

    def __init__(self) -> None:
        self.now = 100.0
        self.input = TerminalInput(XTermParser(), LARGEST)
        self._decode = getincrementaldecoder("utf-8")("surrogateescape").decode

    def send(self, *pieces: bytes, gap: float = INSTANT) -> list[Message]:
        """The events of pieces that arrive in turn."""
        found: list[Message] = []
        for piece in pieces:
            self.now += gap
            found += self.input.tick(self.now)
            found += self.input.feed(self._decode(piece), self.now)
        return found

    def wait(self, seconds: float = LATER) -> list[Message]:
        """The events of a pause."""
        self.now += seconds
        return list(self.input.tick(self.now))


def said(messages: Iterable[Message]) -> list[str]:
    """The keys and pasted texts among events."""
    return [
        message.key if isinstance(message, events.Key) else f"pasted {message.text}"
        for message in messages
        if isinstance(message, events.Key | events.Paste)
    ]


def cuts(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """All ways to cut bytes in two."""
    return ((data[:at], data[at:]) for at in range(1, len(data)))


@pytest.mark.parametrize("reply", [*REPLIES.values(), *map(in_eight_bits, REPLIES.values())], ids=repr)
def test_no_reply_makes_a_key(reply: bytes) -> None:
    """Rule: no reply is a key or a paste, whole, cut in two anywhere, or byte by byte; the key behind it is one."""
    for pieces in ((reply,), *cuts(reply), tuple(reply[at : at + 1] for at in range(len(reply)))):
        line = Line()
        assert said([*line.send(*pieces, b"j"), *line.wait()]) == ["j"], pieces


@pytest.mark.parametrize("reply", REPLIES.values(), ids=repr)
def test_a_reply_whose_rest_is_late_makes_no_key(reply: bytes) -> None:
    """Rule: a reply whose rest is 0.3 s late makes no key except Escape."""
    for begin, rest in cuts(reply):
        line = Line()
        found = said([*line.send(begin), *line.wait(0.2), *line.send(rest, gap=0.1), *line.send(b"j"), *line.wait()])
        assert found in (["j"], ["escape", "j"]), (begin, rest)


@pytest.mark.parametrize("begun", STRINGS.values(), ids=repr)
@pytest.mark.parametrize("key", [b"q", b"\x03", b"\x1b[A"])
def test_a_string_without_an_end_swallows_nothing_for_long(begun: bytes, key: bytes) -> None:
    """Rule: a control string is over a second after its last burst; keys pressed meanwhile do not prolong it."""
    line = Line()
    line.send(begun)
    found = [message for _ in range(4) for message in line.send(b"q", gap=0.3)]
    assert said(found) == ["q"]
    assert len(said(line.send(key))) == 1


@pytest.mark.parametrize("end", [BEL, ST], ids=repr)
@pytest.mark.parametrize("string", STRINGS.values(), ids=repr)
def test_the_rest_of_a_string_that_was_given_up_makes_no_key(string: bytes, end: bytes) -> None:
    """Rule: the rest of a string is dropped even seconds later; typed keys are not."""
    for at in range(3, len(string)):
        begin, rest = string[:at], string[at:] + end
        line = Line()
        assert said([*line.send(begin), *line.wait(5.0), *line.send(b"k"), *line.send(rest, b"j", gap=2.0)]) == [
            "k",
            "j",
        ]


def test_a_control_character_ends_a_string_at_once() -> None:
    """Rule: no string holds ^c or ^z, and an escape sequence that is not its end begins anew."""
    for key, name in ((b"\x03", "ctrl+c"), (b"\x1a", "ctrl+z"), (b"\x1b[A", "up"), (b"\x1b[27u", "escape")):
        line = Line()
        assert said([*line.send(b"\x1b]52;c;c2tp"), *line.send(key), *line.send(b"j")]) == [name, "j"]


# Keys


@pytest.mark.parametrize("sequence", ANSI_SEQUENCES_KEYS, ids=repr)
def test_every_key_that_textual_knows_is_still_that_key(sequence: str) -> None:
    """Rule: keys arrive as before, also cut anywhere; C1 controls and the form of cursor positions are no keys."""
    if sequence in ("\x9b", "\x1b[1;2R", "\x1b[1;5R", "\x1b[1;6R"):
        return
    parser = XTermParser()
    expected = [*parser.feed(sequence)]
    parser._timeout_time = parser._timeout_time and 0.0
    expected += parser.tick()
    data = sequence.encode()
    for pieces in ((data,), *cuts(data)):
        line = Line()
        assert said([*line.send(*pieces), *line.wait()]) == said(expected)


@pytest.mark.parametrize(
    ("data", "keys"),
    [
        ("aé大\x7f", ["a", "é", "大", "backspace"]),
        ("\x1bx", ["alt+x"]),
        ("\x1b[97;5u", ["ctrl+a"]),
        ("\x1b[57441;2u", ["left_shift"]),
        ("\x1b", ["escape"]),
        ("\x1b\x1b[A", ["escape", "up"]),
        ("\x1b[", ["left_square_bracket"]),
        ("\x1b]", ["right_square_bracket"]),
        ("\x1bO", ["alt+shift+o"]),
        ("\x1b[[Aj", ["f1", "j"]),
        ("\x1b[5\rj", ["enter", "j"]),
    ],
)
def test_what_is_typed_becomes_keys(data: str, keys: list[str]) -> None:
    """Rule: text, Alt, kitty's keys and a lone Escape are keys; of a broken sequence only what follows is one."""
    line = Line()
    assert said([*line.send(data.encode()), *line.wait()]) == keys


def test_an_escape_key_is_one_when_nothing_follows_it() -> None:
    """Rule: a lone escape character is the Escape key after a tenth of a second; the next key is not its rest."""
    line = Line()
    assert said([*line.send(b"\x1b"), *line.wait(0.05)]) == []
    assert said([*line.wait(Patience().escape), *line.send(b"]", gap=0.2), *line.send(b"j")]) == [
        "escape", "right_square_bracket", "j",
    ]  # fmt: skip


def test_mouse_and_focus_pass() -> None:
    """Rule: what the mouse does reaches Textual, and so does the focus."""
    found = Line().send(b"\x1b[<0;5;7M", b"\x1b[<0;5;7m", b"\x1b[<65;5;7M", b"\x1b[I", b"\x1b[O")
    assert [type(message) for message in found] == [
        events.MouseDown, events.MouseUp, events.MouseScrollDown, events.AppFocus, events.AppBlur,
    ]  # fmt: skip


@given(st.lists(st.sampled_from([*REPLIES.values(), b"\x1b[200~", b"\x1b[A", b"j", b"\xc3\xa9", b"\x1b", b"\x9b\x9d"])))
def test_the_cut_changes_nothing(parts: list[bytes]) -> None:
    """Rule: input gives the same events in one piece and byte by byte."""
    data = b"".join(parts)
    whole, cut = Line(), Line()
    expected = [*whole.send(data), *whole.wait(), *whole.wait()]
    found = [*cut.send(*(data[at : at + 1] for at in range(len(data)))), *cut.wait(), *cut.wait()]
    assert said(found) == said(expected)


@given(st.binary(max_size=80), st.integers(1, 80))
def test_any_bytes_are_survived(data: bytes, at: int) -> None:
    """Rule: no input raises an error, and after a pause keys work."""
    line = Line()
    line.send(data[:at], data[at:])
    for _ in range(3):
        line.wait()
    line.send(b"\xff")  # ends a character that was cut
    assert said(line.send(b"j"))[-1:] == ["j"]


# Replies that Textual uses


def test_the_support_of_a_mode_reaches_textual() -> None:
    """Rule: reports of the two modes that Textual uses pass; reports of other modes are dropped."""
    line = Line()
    assert [type(message) for message in line.send(b"\x1b[?2026;2$y")] == [TerminalSupportsSynchronizedOutput]
    assert [type(message) for message in line.send(b"\x1b[?2048;2$y")] == [InBandWindowResize]
    assert line.send(b"\x1b[?2004;1$y") == []


def test_reported_sizes_pass_after_the_mode_and_are_bounded() -> None:
    """Rule: a size report passes once the terminal supports them; zeros are dropped, large sizes are bounded."""
    size = b"\x1b[48;40;140;640;1120t"
    line = Line()
    assert line.send(size) == []
    line.send(b"\x1b[?2048;2$y")
    found = line.send(size, b"\x1b[48;65535;65535;65535;65535t", b"\x1b[48;0;0;0;0t")
    assert [message.size for message in found if isinstance(message, events.Resize)] == [(140, 40), LARGEST]
    assert len(found) == 2


# Pastes


@pytest.mark.parametrize("end", [b"\x1b[201~", b"\x9b201~"])
def test_a_paste_is_one_text_however_it_is_cut(end: bytes) -> None:
    """Rule: everything between the marks of a paste is its text."""
    text = "q dd\x1b[A\x1b]11;x\x07 \x1b[20 大 end"
    data = b"\x1b[200~" + text.encode() + end
    for pieces in ((data,), *cuts(data), tuple(data[at : at + 1] for at in range(len(data)))):
        assert said(Line().send(*pieces, b"j")) == [f"pasted {text}", "j"]


def test_a_paste_without_an_end_is_over_after_a_while() -> None:
    """Rule: 1.5 s after its last burst a paste is over, and nothing of it is lost; then keys are keys again."""
    line = Line()
    line.send(b"\x1b[200~some text")
    found = [message for _ in range(5) for message in line.send(b"q", gap=0.4)]
    assert said(found) == ["pasted some textqqq", "q", "q"]
    line.send(b"\x1b[200~", b"more")
    assert said([*line.wait(1.6), *line.send(b"\x03"), *line.send(b"\x1b[201~")]) == ["pasted more", "ctrl+c"]


def test_a_slow_paste_is_not_cut_short() -> None:
    """Rule: a paste that comes in large pieces goes on as long as they come within 1.5 s of each other."""
    line = Line()
    piece = b"d" * (LONGEST_SEQUENCE + 1)
    found = line.send(b"\x1b[200~", *[piece] * 20, b"\x1b[201~", gap=1.0)
    assert said(found) == [f"pasted {(piece * 20).decode()}"]


# The report of the background


def reports(messages: Iterable[Message]) -> list[str]:
    """The reports of the background among events."""
    return [message.report for message in messages if isinstance(message, BackgroundReported)]


@pytest.mark.parametrize("end", [ST, BEL], ids=["ST", "BEL"])
@pytest.mark.parametrize("form", [bytes, in_eight_bits], ids=["7 bits", "8 bits"])
def test_the_background_passes_once_after_it_was_asked_for(end: bytes, form: Callable[[bytes], bytes]) -> None:
    """Rule: wherever the expected report is cut, it passes once, makes no key, and the next key is heard."""
    report = form(STRINGS["OSC 11, the background"] + end)
    for first, second in [(report, b""), *cuts(report)]:
        line = Line()
        assert reports(line.send(report)) == []  # nobody asked
        line.input.expect_background()
        found = line.send(first, second)
        assert reports(found) == ["11;rgb:1e1e/2d2d/bbbb"]
        assert said(found) == []
        assert reports(line.send(report)) == []
        assert said(line.send(b"s")) == ["s"]


@pytest.mark.parametrize("name", [name for name in STRINGS if not name.startswith("OSC 11,")])
def test_other_replies_are_no_report_of_the_background(name: str) -> None:
    """Rule: only OSC 11 reports the background, and other replies do not use up the question."""
    line = Line()
    line.input.expect_background()
    found = line.send(STRINGS[name] + ST)
    assert (reports(found), said(found)) == ([], [])
    assert reports(line.send(STRINGS["OSC 11, the background"] + BEL)) == ["11;rgb:1e1e/2d2d/bbbb"]


@pytest.mark.parametrize("text", [b"11;" + b"f" * 10_000, b"11;rgb:\x01dd", b"11;"])
def test_a_report_that_is_too_long_or_broken_is_kept_short(text: bytes) -> None:
    """Rule: at most a short text is kept of a report, whatever the terminal sends."""
    line = Line()
    line.input.expect_background()
    found = [*line.send(*(text[at : at + 7] for at in range(0, len(text), 7))), *line.send(BEL)]
    assert all(len(report) <= 40 for report in reports(found))
    assert said(line.send(b"s"))[-1:] == ["s"]
