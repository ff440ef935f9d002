"""What an HTTP status that is no list means for who asked, and what to do about it."""

import json
import re
from html import unescape

from paperreader.domain.text import clean_line
from paperreader.errors import AnswerRefused

OK, NOT_MODIFIED = 200, 304
REDIRECTS = (301, 302, 303, 307, 308)
PASSING = (408, 425, 429, 500, 502, 503, 504)
"""The statuses after which asking again may help."""

_TOLD = re.compile(rb"<(?:summary|description)[^<>]{0,100}>([^<>]{1,500})<")

_MEANINGS = {
    400: "does not understand the question; look at the source that you named",
    401: "wants a password for this; save the list with a browser and import the file",
    403: "refuses programs this list; save it with a browser and import the file",
    404: "has nothing at this address; look at how it is spelt",
    407: "is behind a proxy that wants a password; name it in $HTTPS_PROXY",
    410: "has given this list up for good; remove it from what you fetch",
    429: "has been asked too often; try again in some minutes",
    451: "may not show this list here",
}


def refusal(host: str, status: int, body: bytes) -> AnswerRefused:
    """The error for a status, with the reason that the server gives in JSON, or in a feed of one error."""
    meaning = _MEANINGS.get(status)
    if meaning is None:
        meaning = "is in trouble; try again later" if status >= 500 else "answers with what is no list"
    reason = _reason(body)
    return AnswerRefused(
        f"{host} {meaning} (status {status}{f': {reason}' if reason else ''})", status, is_passing=status in PASSING
    )


def _reason(body: bytes) -> str:
    if len(body) > 10_000:
        return ""
    if body.lstrip().startswith(b"<"):
        told = _TOLD.search(body)
        return clean_line(unescape(told[1].decode(errors="replace")), 120) if told else ""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    error = (value.get("error") or value.get("message")) if isinstance(value, dict) else None
    return clean_line(error, 120) if isinstance(error, str) else ""
