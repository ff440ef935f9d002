"""Answers in the encoding that every importer expects."""

import codecs
import re

_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}\bencoding\s*=")
_MARKS = (b"\xff\xfe", b"\xfe\xff")


def as_utf_8(data: bytes, content_type: str) -> bytes:
    """The bytes in UTF-8, where only the server's header says that they are in another encoding, and they are.

    Servers name encodings that are not those of their answers: what is UTF-8 stays so, whatever they say, and what
    says itself in which encoding it is stays as it is.
    """
    named = _CHARSET.search(content_type)
    if named is None or data.startswith(_MARKS) or _DECLARED.match(data):
        return data
    try:
        data.decode()
    except UnicodeDecodeError:
        pass
    else:
        return data
    try:
        return data.decode(codecs.lookup(named[1]).name).encode()
    except (LookupError, ValueError):  # unknown, or not that either; the importer says what it makes of it
        return data
