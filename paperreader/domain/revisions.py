"""Whether a text was revised, or is only copied otherwise."""

import re

_WHOLE = re.compile(r"(?<!\.\.)[.!?][)\]\"'”’$}]*$|https?://\S*$")
"""The end of a text that was not cut: of a sentence, or an address."""
_TEX = re.compile(r"[\\${}~]")
_FORMS = str.maketrans('“”„‟‘’‚"`‐‑‒–—―', "'" * 9 + "-" * 6)
_REPEATED = re.compile(r"(['-])\1+")


def is_whole(text: str) -> bool:
    """Whether a text ends as one that was not cut."""
    return any(map(_WHOLE.search, text.rsplit(None, 1)[-1:]))  # what the last word says; a search of all of it is slow


def is_revised(before: str, after: str) -> bool:
    """Whether a text says something else than one before it, beyond blanks, marks of TeX, and where that was cut."""
    one, other = plain(before), plain(after)
    return one != other and (is_whole(before) or not other.startswith(one.rstrip(".… ")))


def plain(text: str) -> str:
    """The text as two copies of it must agree: without blanks and marks of TeX, its quotes and dashes in one form."""
    return _REPEATED.sub(r"\1", _TEX.sub("", "".join(text.split())).translate(_FORMS))
