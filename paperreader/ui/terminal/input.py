"""Turns terminal input into Textual's events: keys, mouse, focus, pastes. A terminal's reply never becomes keys.

A terminal sends its replies on the same line as the keys. Textual turns unknown replies into keys, so a late report of
the background colour would decide papers. Here the input is first split by the grammar of ECMA-48, whatever the sizes
of its pieces. Control strings (OSC, DCS, APC, PM, SOS) and control sequences that are no keys are dropped. Two kinds of
replies pass, because Textual uses them: the support of two modes, and the terminal's size. A third one, the colour of
the background, passes once after it was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from textual import constants, events
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message
from textual.messages import InBandWindowResize

from paperreader.ui.terminal.reports import LONGEST_REPORT, BackgroundReported

LONGEST_SEQUENCE = 128
"""The most characters of a control sequence that can be a key."""

# A C1 control is one character in UTF-8, and an undecodable byte in other encodings.
_CSI = r"(?:\x1b\[|[\x9b\udc9b])"
_TOKEN = re.compile(
    rf"""
      (?P<text> [^\x1b\x80-\x9f\ud800-\udfff]+ )
    | (?P<string> \x1b[]PX^_] | [\x90\x98\x9d-\x9f\udc90\udc98\udc9d-\udc9f] )
    | (?P<sequence>
          {_CSI} (?: M[\s\S]{{3}} | t[\s\S]{{2}} | T[\s\S]{{6}}    # the mouse of X10, and its highlights
                   | \[[\s\S] | (?:[378]|2[34])\$                  # function keys of the Linux console and of rxvt
                   | [ -?]*[@-~] (?<!\[[MtT[]) (?<![\x9b\udc9b][MtT[]) )
        | \x1bO[ -~] )
    | (?P<begun> (?: {_CSI} (?: M[\s\S]{{0,2}} | t[\s\S]? | T[\s\S]{{0,5}} | \[ | [ -?]* ) | \x1bO? ) \Z )
    | (?P<stray> {_CSI}[ -?]* | \x1b\\ | [\x80-\x9f\ud800-\udfff] )
    | (?P<alt> \x1b[^\x1b] )
    | (?P<escape> \x1b )
    """,
    re.VERBOSE,
)
_STRING_END = re.compile(r"\x07|\x1b\\?|[\x80-\x9f\udc80-\udc9f]|[\x00-\x06\x0e-\x1f]")
_REST_OF_STRING = re.compile(r"[^\x00-\x1f\x7f-\x9f\udc80-\udc9f]*(?:\x07|\x1b\\|[\x9c\udc9c])")
_OSC = ("\x1b]", "\x9d", "\udc9d")
"""The introducers of the control strings that may report a colour."""
_TERMINATORS = ("\x07", "\x1b\\", "\x9c", "\udc9c")
_SEQUENCE_END = re.compile(r"[^ -?]")
_PASTE_BEGIN, _PASTE_END = "\x1b[200~", re.compile(rf"{_CSI}201~")
_REST_OF_REPLY = re.compile(r"\[(?:[<-?]?\d+[^<-?\d]|[MtT][\s\S]{2}|[IO]\Z)|\](?:\d+;|[lL])|[PX^_][ -~]{2}")
"""The rest of a reply whose escape character came alone and became the Escape key."""
_MODE_REPORT = re.compile(r"\x1b\[\?20(?:26|48);\d\$y")
"""The support of the two modes that Textual uses: synchronised output and in-band resize."""
_SIZE_REPORT = re.compile(r"\x1b\[48;" + r"(?::[\d:]*)?;".join([r"(\d+)"] * 4) + r"(?::[\d:]*)?t")
_MOUSE_OR_FOCUS = re.compile(r"\x1b\[(?:<\d{1,3};-?\d{1,6};-?\d{1,6}[Mm]|[IO])")
_NO_KEY = re.compile(r"\x1b\[(?:\d+;\d+R|201~)")
"""Replies and paste ends that look like keys: a cursor position has the form of F3."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the rest of an incomplete input, in seconds."""

    escape: float = constants.ESCAPE_DELAY
    """After an escape character; later input is another key."""
    sequence: float = 1.0
    """After the last burst of a sequence or string; later input is typed."""
    paste: float = 1.5
    """After the last burst of a paste."""
    rest: float = 10.0
    """After an incomplete string; a later piece that ends like a string is its rest."""
    burst: float = 0.05
    """Between two pieces of one burst; a hand needs longer between two keys."""


class _Within(Enum):
    """The construct that the next characters belong to."""

    KEYS = auto()
    STRING = auto()
    """A control string; it is dropped."""
    SEQUENCE = auto()
    """A control sequence that is too long; it is dropped."""
    PASTE = auto()


class TerminalInput:
    """A parser of terminal input in pieces of any length. Times are seconds of a monotonic clock."""

    def __init__(self, parser: XTermParser, largest: tuple[int, int], patience: Patience | None = None) -> None:
        self._parser = parser
        self._largest = largest
        """The most columns and rows of a reported size."""
        self._patience = patience or Patience()
        self._within = _Within.KEYS
        self._rest = ""
        """The beginning of a sequence that continues in the next piece."""
        self._introducer = ""
        """The introducer of the current control string, until more of the string arrives."""
        self._pasted: list[str] = []
        self._last = 0.0
        """When the last piece arrived."""
        self._until = 0.0
        """When an incomplete construct counts as ended."""
        self._escaped: float | None = None
        """When a lone escape character became the Escape key; None after the next piece."""
        self._given_up: float | None = None
        """When an incomplete control string timed out, while its rest may still arrive."""
        self._reports_size = False
        self._expects_background = False
        self._report: str | None = None
        """The expected report as far as it arrived; None if the current string is none."""

    def expect_background(self) -> None:
        """Let the next report of the background colour pass."""
        self._expects_background = True

    @property
    def is_waiting(self) -> bool:
        """Whether a construct is incomplete; `tick` must be called until it ends."""
        return bool(self._rest) or self._within is not _Within.KEYS

    def feed(self, piece: str, now: float) -> Iterator[Message]:
        """Parse a piece of input into events."""
        if now - self._last <= self._patience.burst or len(piece) > LONGEST_SEQUENCE:
            self._wait(now)
        self._last = now
        if self._escaped is not None:
            if now - self._escaped <= self._patience.sequence and _REST_OF_REPLY.match(piece):
                piece = f"\x1b{piece}"
            self._escaped = None
        piece, at = self._rest + piece, 0
        if self._given_up is not None:
            if now - self._given_up > self._patience.rest:
                self._given_up = None
            elif rest := _REST_OF_STRING.match(piece):
                self._given_up, at = None, rest.end()
        self._rest = ""
        while at < len(piece):
            match self._within:
                case _Within.KEYS:
                    token = _TOKEN.match(piece, at)
                    assert token, "every character begins a token"
                    at = token.end()
                    yield from self._read(token, now)
                case _Within.PASTE:
                    end = _PASTE_END.search(piece, at)
                    at = self._take_pasted(piece, at, end)
                    if end:
                        yield self._paste()
                case _:
                    begin, at = at, self._skip(piece, at)
                    yield from self._read_report(piece[begin:at])
        if self._within is _Within.KEYS and len(self._rest) > LONGEST_SEQUENCE:
            self._rest, self._within = "", _Within.SEQUENCE

    def tick(self, now: float) -> Iterator[Message]:
        """End an incomplete construct whose time is over, and return its events."""
        is_escape = self._within is _Within.KEYS and self._rest == "\x1b"
        if not self.is_waiting or now < (self._last + self._patience.escape if is_escape else self._until):
            return
        within, self._within = self._within, _Within.KEYS
        rest, self._rest = self._rest, ""
        if within is _Within.PASTE:
            self._pasted.append(rest)
            yield self._paste()
        elif rest == "\x1b":
            self._escaped = now
            yield events.Key("escape", rest)
        elif (begun := self._introducer if within is _Within.STRING else rest).startswith("\x1b") and len(begun) == 2:
            yield from self._keys(begun[1], alt=True)
        elif within is _Within.STRING:
            self._given_up = now

    def _read(self, token: re.Match[str], now: float) -> Iterator[Message]:
        """The events of a token."""
        found = token[0]
        match token.lastgroup:
            case "text":
                for character in found:
                    yield from self._keys(character)
            case "sequence" if len(found) <= LONGEST_SEQUENCE:
                yield from self._read_sequence(re.sub("^[\x9b\udc9b]", "\x1b[", found), now)
            case "alt":
                yield from tuple(self._keys(found)) or self._keys(found[1], alt=True)
            case "escape":
                yield events.Key("escape", found)
            case "string":
                self._within, self._introducer = _Within.STRING, found
                self._report = "" if self._expects_background and found in _OSC else None
                self._wait(now)
            case "begun":
                self._rest = found
                self._wait(now)

    def _read_sequence(self, sequence: str, now: float) -> Iterator[Message]:
        """The events of a control sequence; none if it is neither a key nor a known report."""
        if sequence == _PASTE_BEGIN:
            self._within = _Within.PASTE
            self._wait(now)
        elif _MODE_REPORT.fullmatch(sequence):
            for message in self._parser.feed(sequence):
                self._reports_size |= isinstance(message, InBandWindowResize) and message.supported
                yield message
        elif size := _SIZE_REPORT.fullmatch(sequence):
            rows, columns, height, width = map(int, size.groups())
            if self._reports_size and rows and columns and height and width:
                columns, rows = map(min, (columns, rows), self._largest)
                yield from self._parser.feed(f"\x1b[48;{rows};{columns};{height};{width}t")
        elif _MOUSE_OR_FOCUS.fullmatch(sequence):
            yield from self._parser.feed(sequence)
        elif not _NO_KEY.fullmatch(sequence):
            yield from self._keys(sequence)

    def _keys(self, sequence: str, *, alt: bool = False) -> Iterator[Message]:
        """The keys that Textual knows for a character or sequence."""
        try:
            keys = tuple(self._parser._sequence_to_key_events(sequence, alt))
        except (ValueError, OverflowError):  # a number that is no character
            return
        yield from (key for key in keys if key.key != Keys.Ignore)

    def _skip(self, piece: str, at: int) -> int:
        """The offset at which a dropped string or sequence ends, or the end of the piece."""
        self._introducer = ""
        is_string = self._within is _Within.STRING
        end = (_STRING_END if is_string else _SEQUENCE_END).search(piece, at)
        if end is None:
            return len(piece)
        if is_string and end[0] == "\x1b" and end.end() == len(piece):
            self._rest = "\x1b"
            return len(piece)
        self._within = _Within.KEYS
        is_last = end[0] in _TERMINATORS if is_string else "@" <= end[0] <= "~"
        return end.end() if is_last else end.start()

    def _read_report(self, part: str) -> Iterator[Message]:
        """The report of the background, once the part of a dropped string ends it."""
        if self._report is None:
            return
        self._report = (self._report + part)[: LONGEST_REPORT + 1]
        if self._within is _Within.STRING or self._rest:
            return
        report, self._report = self._report, None
        text = _STRING_END.split(report, 1)[0]
        if len(report) <= LONGEST_REPORT and text.startswith("11;"):
            self._expects_background = False
            yield BackgroundReported(text)

    def _take_pasted(self, piece: str, at: int, end: re.Match[str] | None) -> int:
        """Collect pasted text; returns its end. The beginning of an end mark waits for the next piece."""
        if end:
            self._within = _Within.KEYS
            self._pasted.append(piece[at : end.start()])
            return end.end()
        begun = max(piece.rfind(sign, max(at, len(piece) - len("\x1b[201"))) for sign in "\x1b\x9b\udc9b")
        stop = begun if begun >= 0 else len(piece)
        self._pasted.append(piece[at:stop])
        self._rest = piece[stop:]
        return len(piece)

    def _paste(self) -> events.Paste:
        text = "".join(self._pasted).replace("\x00", "")
        self._pasted.clear()
        return events.Paste(text)

    def _wait(self, now: float) -> None:
        """Restart the wait for the rest of an incomplete construct."""
        self._until = now + (self._patience.paste if self._within is _Within.PASTE else self._patience.sequence)
