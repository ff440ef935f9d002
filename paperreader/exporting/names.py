"""Names of people, split for formats that keep family and given names apart."""

import re

_GROUP = re.compile(r"\b(?:collaboration|consortium|team|group|project|institute|university|lab)\b", re.IGNORECASE)
_PARTICLES = frozenset(("von", "van", "de", "der", "den", "del", "della", "di", "da", "dos", "du", "la", "le", "ter"))
_SUFFIXES = frozenset(("jr", "jr.", "sr", "sr.", "ii", "iii", "iv"))


def split_name(name: str) -> tuple[str, str]:
    """The family name and the given names of `Given Family` or `Family, Given`.

    The name of a group, and a name of one word, is a family name without given names.
    """
    if ", " in name:
        family, _, given = name.partition(", ")
        return family.strip(), given.strip()
    words = name.split()
    if len(words) < 2 or _GROUP.search(name):
        return name, ""
    start = len(words) - (2 if words[-1].lower() in _SUFFIXES and len(words) > 2 else 1)
    while start > 1 and words[start - 1] in _PARTICLES:
        start -= 1
    return " ".join(words[start:]), " ".join(words[:start])


def family_first(name: str) -> str:
    """A name as `Family, Given`."""
    family, given = split_name(name)
    return f"{family}, {given}" if given else family
