"""Names of authors in the lines that feeds write them in.

`A, B and C`, `A; B`, `Last, First`, `Last, F., Other, G., The Group`, `Last, First; Other, First`, `a@b.org (Name)`.
"""

import re
from collections.abc import Iterator, Sequence

_AND = re.compile(r"\s+(?:and|&|und|et|y)\s+")
_OWN_Y = re.compile(r"(\s)y(\s+[^\s,;]+\s*(?:[,;]|$))")
"""The Spanish `y` before one word: `Santiago Ramón y Cajal` is one person."""
_ET_AL = re.compile(
    r"(?:\bet\.? al\b\.?|(?:\band|&) (?:others|\d{1,6} (?:others|more))\b\.?)(?= ?(?:[,;]|$))", re.IGNORECASE
)
_LABEL = re.compile(r"(?:authors?|author\(s\)|by|作者)\s*[:\uff1a]\s*|by\s+", re.IGNORECASE)
_AFFILIATIONS = re.compile(r"\s*\bauthor affiliations?\b.*", re.IGNORECASE | re.DOTALL)
_GROUP_WORDS = (
    "alliance|association|authors|centers?|centres?|collaborations?|commission|committee|consorti(?:um|a)|council|"
    "foundation|group|initiative|institute|investigators|network|organi[sz]ation|partnership|program(?:me)?|project|"
    "registry|society|study|team|university"
)
_ENDS_AS_GROUP = re.compile(rf"\b(?:{_GROUP_WORDS})$", re.IGNORECASE)
_BEGINS_AS_GROUP = re.compile(r"the\s", re.IGNORECASE)
_GROUP_COLON = re.compile(rf"\b({_GROUP_WORDS})\s*:", re.IGNORECASE)
_BEHALF = re.compile(r"\b(?:on behalf of |for (?=the\b))", re.IGNORECASE)
_LAST = r"(?= ?(?:[,;&]|and\b|$))"
_SUFFIX = re.compile(rf"(?:, ?| )((?:[JS]r|I{{2,3}}|IV|2nd|3rd)\b\.?){_LAST}", re.IGNORECASE)
_HELD = re.compile("\u00a0(\\S+)")
"""A suffix, held to the word before it until the name is whole."""
_DEGREE = re.compile(rf"(?:, ?| )(?:Ph\.? ?D|M\.?Sc|B\.?Sc|MPH|MBBS|DVM|FRCP)\b\.?{_LAST}")
_DOCTOR = re.compile(rf"(\b\w\w+ \w[\w'-]+), ?M\.?D\b\.?{_LAST}")
_MARKS, _DIGITS = " *†‡§¶#", "0123456789¹²³⁰⁴⁵⁶⁷⁸⁹"
"""Signs behind a name that point to a footnote."""
_INITIALS = re.compile(r"\w{1,4}\.?|\w(?:(?:\.[-\s]?|[-\s])\w){0,4}\.?")
_INITIAL = re.compile(r"\w\.?|\w\.(?:-?\w\.){1,3}")
_PARTICLES = frozenset(("al", "bin", "da", "das", "de", "del", "della", "den", "der", "di", "do", "dos", "du", "el",
                        "la", "le", "ten", "ter", "van", "von", "zu"))  # fmt: skip
_SEPARATORS = str.maketrans({"\uff0c": ",", "\u3001": ",", "\uff1b": ";"})
"""The commas and the semicolon of Chinese and Japanese, by ours."""
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A character of Chinese, Japanese or Korean, whose names have the surname first as they are."""
_PAREN = re.compile(r"\s?\([^()]*\)")


def names_in(lines: Sequence[str]) -> tuple[str, ...]:
    """The names in the texts of the fields for authors, once each, the surname last where a comma tells."""
    parts = [part for line in lines for part in _name_line(line).split(";") if part.strip(" ,")]
    read = _one if _are_turned(parts) else _names_in
    return tuple(dict.fromkeys(name for part in parts for name in read(part.strip(" ,"))))


def is_cut(line: str) -> bool:
    """Whether a line says that it leaves names out: `Baker et al.`."""
    return _ET_AL.search(" ".join(line.split())) is not None


def without_et_al(line: str) -> str:
    """A line of names without the words for names that are left out: `et al. (909 additional authors not shown)`."""
    return _ET_AL.sub("", _PAREN.sub("", line)).strip(" ,;")


def are_names(line: str) -> bool:
    """Whether a line is nothing but names of persons and groups, two of them at least."""
    line = _name_line(line)
    parts = [part.strip() for piece in _AND.split(line) for part in re.split("[,;]", piece) if part.strip()]
    whole = sum(" " in part or _EASTERN.search(part) is not None for part in parts)
    return len(parts) > 1 and 2 * whole >= len(parts) and all(map(is_name, parts))


def is_name(text: str) -> bool:
    """Whether a text may be a name, or a part of one between commas: its words begin like those of a name."""
    if _EASTERN.search(text):
        return len(text) < 7
    words = text.split()
    if _is_group(text) or len(words) > 6 or any(map(str.isdigit, text)):
        return len(words) < 12 and _is_group(text)
    return all(word[0].isupper() or word in _PARTICLES or word[0] in "'’" for word in words)


def _name_line(text: str) -> str:
    """A line of names without what stands in brackets, addresses, and the words for names that are left out."""
    words = text.translate(_SEPARATORS).replace("\ufeff", "").split()
    if any("@" in word for word in words):  # then brackets hold the name
        text = " ".join(word if "@" not in word else word[-1] if word[-1] in ",;" else "" for word in words)
        text = text.replace("(", "").replace(")", "")
    else:
        text = _PAREN.sub("", " ".join(words))
    if match := _LABEL.match(text):
        text = text[match.end() :]
    text = _BEHALF.sub(", ", _GROUP_COLON.sub(r"\1,", _AFFILIATIONS.sub("", text, count=1)))
    text = _DOCTOR.sub(r"\1", _DEGREE.sub("", _ET_AL.sub("", text)))
    return _SUFFIX.sub("\u00a0\\1", text).strip(" ,;")


def _is_group(text: str) -> bool:
    """Whether a name is that of a group of persons."""
    return bool(_BEGINS_AS_GROUP.match(text) or _ENDS_AS_GROUP.search(text))


def _are_turned(lines: list[str]) -> bool:
    """Whether each of several lines is one person, the surname first, or a group: nothing but one comma parts it."""
    return (
        len(lines) > 1
        and any("," in line for line in lines)
        and all(
            _is_group(line.strip())
            if "," not in line
            else line.count(",") == 1 and not _AND.search(line) and not _EASTERN.search(line)
            for line in lines
        )
    )


def _names_in(text: str) -> Iterator[str]:
    """The names in a line without semicolons."""
    pieces: list[list[str]] = []
    for piece in _AND.split(_OWN_Y.sub("\\1\0y\\2", text)):
        parts = [part for side in piece.split(",") if any(map(str.isalpha, part := side.strip()))]
        if parts and pieces and pieces[-1] and _is_one_group(pieces[-1][-1], parts[0]):
            pieces[-1][-1] += f" and {parts.pop(0)}"
        pieces.append(parts)
    for name in _joined(pieces):
        yield from _one(name.replace("\0", ""))


def _is_one_group(before: str, behind: str) -> bool:
    """Whether an `and` stands within the name of a group: `The Fog` and `Mist Consortium`."""
    return before[:4].lower() == "the " and not _ENDS_AS_GROUP.search(before) and bool(_ENDS_AS_GROUP.search(behind))


def _joined(pieces: list[list[str]]) -> Iterator[str]:
    """The names that the parts between commas are, or make in pairs; `Last, First` stays in this order."""
    parts = [part for piece in pieces for part in piece]
    if any(map(_EASTERN.search, parts)):
        yield from parts
    elif list(map(len, pieces)) == [2]:
        yield from [", ".join(parts)] if _is_turned(*parts) else parts
    elif _are_in_pairs(pieces):
        yield from (f"{parts[n]}, {parts[n + 1]}" for n in range(0, len(parts), 2))
    else:
        yield from _with_initials(parts)


def _with_initials(parts: list[str]) -> Iterator[str]:
    """The names in a list where initials follow their surnames; what no initials follow is a name by itself."""
    before = ""
    for part in parts:
        if before and _are_initials(part):
            yield f"{before}, {part}"
            before = ""
        else:
            if before:
                yield before
            before = part
    if before:
        yield before


def _is_turned(last: str, first: str) -> bool:
    """Whether the two sides of the only comma are the surname and the name of one person, not two persons."""
    words, given = last.split(), first.split()
    if _is_group(first):
        return False
    if len(words) == 1 or _are_initials(first):
        return True
    if _are_initials(words[0]) or _are_initials(words[-1]):
        return False  # `A. Baker, C. Dürer`, `van Baker A, Dürer C`
    if words[0] in _PARTICLES:
        return True
    if len(given) == 1:
        return first.isupper() == last.isupper()  # not `Ada Baker, UNESCO`
    return bool(given[-1].isupper() and _INITIAL.fullmatch(given[-1]))


def _are_in_pairs(pieces: list[list[str]]) -> bool:
    """Whether a longer line has surnames of one word and given names in turn, between its `and`."""
    parts = [part for piece in pieces for part in piece]
    return (
        len(parts) > 1
        and not any(len(piece) % 2 for piece in pieces)
        and not any(map(_is_group, parts))
        and all(part[0].isupper() and len(part.split()) < 4 for part in parts)
        and all(" " not in part for part in parts[::2])
    )


def _are_initials(text: str) -> bool:
    """Whether a text is initials: `A.`, `C. D.`, `J.-P.`, `AB`."""
    text = _HELD.sub("", text)
    return text.isupper() and _INITIALS.fullmatch(text) is not None


def _one(text: str) -> Iterator[str]:
    """The name that a text is, the surname and what follows it last, if it is one."""
    name = text.strip(" ,;").removeprefix("and ").strip()
    if name.count(",") == 1 and not _EASTERN.search(name):
        last, first = name.split(",")
        name = f"{first.strip()} {last.strip()}"
    if suffix := _HELD.search(name):
        name = f"{_HELD.sub('', name)} {suffix[1]}"
    name = name.rstrip(_MARKS)
    bare = name.rstrip(_DIGITS)
    name = bare if " " in bare and bare[-1].isalpha() else name
    if any(map(str.isalpha, name)):
        yield name
