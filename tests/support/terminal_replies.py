"""What terminals send in reply to a query or of their own accord, by name: xterm, kitty, iTerm2 and others.

Each is bytes in the 7-bit form that nearly all terminals send; `in_eight_bits` gives the form of the others.
"""

from __future__ import annotations

import re

ST = b"\x1b\\"
BEL = b"\x07"

STRINGS = {
    "OSC 4, a colour of the palette": b"\x1b]4;1;rgb:cdcd/0000/0000",
    "OSC 5, a special colour": b"\x1b]5;0;rgb:ffff/ffff/ffff",
    "OSC 10, the foreground": b"\x1b]10;rgb:dddd/dddd/dddd",
    "OSC 11, the background": b"\x1b]11;rgb:1e1e/2d2d/bbbb",
    "OSC 12, the cursor's colour": b"\x1b]12;#ddeeff",
    "OSC 21, kitty's colours": b"\x1b]21;background=rgb:00/00/00;cursor=?",
    "OSC 50, the font": b"\x1b]50;-*-fixed-medium-r-semicondensed--13-*",
    "OSC 52, the clipboard": b"\x1b]52;c;c2tpcCBkZGQgcnJyIHF1aXQgcQ==",
    "OSC 52, an empty clipboard": b"\x1b]52;c;",
    "OSC 60, allowed features": b"\x1b]60;allowMouseOps,allowTitleOps",
    "OSC 99, a closed notification": b"\x1b]99;i=reader:p=close;",
    "OSC 1337, the size of a cell": b"\x1b]1337;ReportCellSize=17.0;8.0;2.0",
    "OSC 5522, kitty's clipboard": b"\x1b]5522;type=read:status=DATA;c2tpcA==",
    "OSC l, the title": b"\x1b]lskip bdr q quit",
    "OSC L, the icon's title": b"\x1b]Lstar s read r",
    "DCS, an attribute (DECRQSS)": b"\x1bP1$r0;1;31m",
    "DCS, an unknown attribute": b"\x1bP0$r",
    "DCS, capabilities (XTGETTCAP)": b"\x1bP1+r524742=382f382f38;436f=323536",
    "DCS, resources (XTGETXRES)": b"\x1bP1+R62647271=73",
    "DCS, the version (XTVERSION)": b"\x1bP>|dqterm(391)",
    "DCS, the unit's id (DA3)": b"\x1bP!|7E565445",
    "DCS, a checksum (DECRQCRA)": b"\x1bP1!~ABDR",
    "DCS, cursor information (DECCIR)": b"\x1bP1$u1;1;1;@;@;@;0;2;@;BBBB",
    "DCS, tab stops (DECTABSR)": b"\x1bP2$u9/17/25/33",
    "DCS, the user's character set": b"\x1bP0!u%5",
    "DCS, an image in sixels": b"\x1bPq#0;2;0;0;0#0~~@@dd",
    "APC, kitty's graphics": b"\x1b_Gi=31;ENOENT:bad query",
    "PM, a private message": b"\x1b^q skip d",
    "SOS, a string": b"\x1bXq skip d",
}

SEQUENCES = {
    "status (DSR)": b"\x1b[0n",
    "malfunction (DSR)": b"\x1b[3n",
    "cursor position (CPR)": b"\x1b[24;80R",
    "cursor position of the first line, as F3": b"\x1b[1;5R",
    "cursor position with its page (DECXCPR)": b"\x1b[?24;80;1R",
    "printer": b"\x1b[?10n",
    "programmed keys": b"\x1b[?20n",
    "keyboard": b"\x1b[?27;1;0;0n",
    "locator": b"\x1b[?53n",
    "locator's type": b"\x1b[?57;1n",
    "macro space": b"\x1b[0*{",
    "memory checksum": b"\x1b[?63;1n",
    "data integrity": b"\x1b[?70n",
    "sessions": b"\x1b[?83n",
    "colours are dark": b"\x1b[?997;1n",
    "primary attributes (DA1)": b"\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c",
    "primary attributes of the Linux console": b"\x1b[?6c",
    "secondary attributes (DA2)": b"\x1b[>41;391;0c",
    "tertiary attributes as a sequence": b"\x1b[=0c",
    "terminal parameters (DECREPTPARM)": b"\x1b[2;1;1;128;128;1;0x",
    "ANSI mode (DECRPM)": b"\x1b[4;2$y",
    "private mode (DECRPM)": b"\x1b[?2004;1$y",
    "synchronised output": b"\x1b[?2026;2$y",
    "size reports": b"\x1b[?2048;2$y",
    "kitty's keyboard flags": b"\x1b[?25u",
    "modifyOtherKeys (XTQMODKEYS)": b"\x1b[>4;1m",
    "formatOtherKeys (XTQFMTKEYS)": b"\x1b[>4;1f",
    "graphics (XTSMGRAPHICS)": b"\x1b[?1;0;256S",
    "attributes (XTREPORTSGR)": b"\x1b[0;1;31m",
    "stacked colours (XTREPORTCOLORS)": b"\x1b[?1;2#Q",
    "locator position (DECLRP)": b"\x1b[2;4;10;20;1&w",
    "window is open": b"\x1b[1t",
    "window is iconified": b"\x1b[2t",
    "window position": b"\x1b[3;100;200t",
    "window in pixels": b"\x1b[4;600;800t",
    "screen in pixels": b"\x1b[5;1080;1920t",
    "cell in pixels": b"\x1b[6;16;8t",
    "window in cells": b"\x1b[8;24;80t",
    "screen in cells": b"\x1b[9;67;240t",
    "size in band, of nothing": b"\x1b[48;0;0;0;0t",
    "size in band": b"\x1b[48;40;140;640;1120t",
    "highlighted text of the mouse": b"\x1b[T!!qqdd",
    "click that highlights nothing": b"\x1b[tqd",
    "mouse of X10": b"\x1b[M qd",
    "mouse of rxvt": b"\x1b[32;10;20M",
    "mouse outside": b"\x1b[<35;9999;9999M",
    "focus lost": b"\x1b[O",
    "focus": b"\x1b[I",
    "end of a paste": b"\x1b[201~",
    "a key of no keyboard": b"\x1b[99999999999u",
    "an unknown sequence": b"\x1b[1;2;3;4;5;6;7;8;9;10;11;12;13;14;15;16d",
    "an endless sequence": b"\x1b[" + b"1;" * 200 + b"d",
}

REPLIES = {
    **{f"{name}, ended by ST": begun + ST for name, begun in STRINGS.items()},
    **{f"{name}, ended by BEL": begun + BEL for name, begun in STRINGS.items()},
    **SEQUENCES,
}


def in_eight_bits(reply: bytes) -> bytes:
    """A reply with its C1 controls as single bytes."""
    return re.sub(rb"\x1b([@-_])", lambda found: bytes([found[1][0] + 0x40]), reply)
