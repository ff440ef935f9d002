"""Taking what a server sends apart, never further than a limit: a few kilobytes may hold gigabytes."""

import zlib

from paperreader.errors import AnswerRefused, Unreachable

ENCODINGS = "gzip, deflate"
"""What a server may use, as `Accept-Encoding` has it."""
_GZIP = b"\x1f\x8b"
"""How a part of a gzip file begins, of which it may have several."""
_EITHER = 47
_RAW = -15


class Inflater:
    """Takes a body chunk by chunk, gzip or deflate or as it is; more than `limit` bytes raise AnswerRefused."""

    def __init__(self, encoding: str, limit: int) -> None:
        encoding = encoding.strip().lower()
        if encoding not in ("", "identity", "gzip", "x-gzip", "deflate"):
            raise AnswerRefused("the answer is packed in a way that was not asked for; try again later")
        self._packed = encoding not in ("", "identity")
        self._may_be_raw = encoding == "deflate"
        self._limit = limit
        self._unpacker = zlib.decompressobj(_EITHER)
        self._begun = False
        self._received = 0
        self.data = bytearray()

    def feed(self, chunk: bytes) -> None:
        """Take a chunk; raises AnswerRefused, also where it cannot be unpacked."""
        self._received += len(chunk)
        if not self._packed:
            self.data += chunk
        else:
            try:
                self._unpack(chunk)
            except zlib.error as error:
                raise AnswerRefused("the answer is damaged on its way; try again", is_passing=True) from error
        if max(len(self.data), self._received) > self._limit:
            raise AnswerRefused(f"the answer is larger than {self._limit / 1e6:.0f} MB, which no list is")

    def end(self) -> bytes:
        """The whole body; raises Unreachable where it was cut."""
        if self._packed and self._begun and not self._unpacker.eof:
            raise Unreachable("the answer was cut on its way; try again", is_passing=True)
        return bytes(self.data)

    def _unpack(self, chunk: bytes) -> None:
        while chunk and len(self.data) <= self._limit:
            if self._unpacker.eof:
                if not chunk.startswith(_GZIP):
                    return  # padding
                self._unpacker = zlib.decompressobj(_EITHER)
            try:
                self.data += self._unpacker.decompress(chunk, self._limit + 1 - len(self.data))
            except zlib.error:
                # What is called deflate is zlib by the standard, and bare from some servers.
                if self._begun or not self._may_be_raw:
                    raise
                self._may_be_raw, self._unpacker = False, zlib.decompressobj(_RAW)
                continue
            self._begun = True
            chunk = self._unpacker.unused_data
