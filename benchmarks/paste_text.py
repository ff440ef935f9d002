"""Measures a paste from its bytes to the cleaned text, against the cleaning alone.

python -m benchmarks.paste_text [megabytes]
"""

import sys
import time

from textual import events
from textual._xterm_parser import XTermParser

from benchmarks.support import report
from paperreader.domain.text import clean_block
from paperreader.ui.terminal.input import TerminalInput

ROUNDS = 9
PIECE = 4_095
"""Bytes that a pseudo terminal passes on at a time."""


def main() -> int:
    """Measure in turn and print."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    text = "A line of a list of papers, with 大 wide words and \\LaTeX in it.\n" * (size * 1_000_000 // 66)
    data = b"\x1b[200~" + text.encode() + b"\x1b[201~"
    pieces = [data[at : at + PIECE].decode(errors="surrogateescape") for at in range(0, len(data), PIECE)]
    ours, bare = [], []
    for _ in range(ROUNDS):
        begin = time.process_time()
        line = TerminalInput(XTermParser(), (80, 24))
        (paste,) = [message for number, piece in enumerate(pieces) for message in line.feed(piece, number * 1e-3)]
        assert isinstance(paste, events.Paste)
        clean_block(paste.text, len(paste.text), keep_blanks=True)
        ours.append(time.process_time() - begin)
        begin = time.process_time()
        clean_block(text, len(text), keep_blanks=True)
        bare.append(time.process_time() - begin)
    holds = report(f"a paste of {size} MB", ours, bare, 1.5)
    print(f"  speed      {len(data) / min(ours) / 1e6:.1f} MB/s")
    return not holds


if __name__ == "__main__":
    sys.exit(main())
