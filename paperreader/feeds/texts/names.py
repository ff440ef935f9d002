r"""Reads the names of people in a text: given name, family name, suffix.

Sources write `Amber, Ada and Looms, Bo`, `Ada Amber, Bo Looms`, `Amber, A., Looms, B.`, `Amber, Ada; Looms, Bo` or
`Amber A, Looms B`, with TeX, e-mail addresses, ORCID ids and affiliation marks between. A style says what commas and
`and` mean in a source. Where a text plainly means something else, the text decides. Braces hold one name together.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import StrEnum
from html import unescape

from paperreader.domain.latex.text import read_tex_line
from paperreader.feeds.syntax.python_literal import read_literal
from paperreader.feeds.texts.html_text import without_markup


class NameStyle(StrEnum):
    """What commas and `and` mean in the texts of a source."""

    ANY = "any"
    """Several names; the order of family and given name is unknown."""
    LIST = "list"
    """Several names, given name first: commas and `and` separate them."""
    ONE = "one"
    """One name, `Family, Given` where it has a comma."""
    BIBTEX = "bibtex"
    """Several names separated by `and`, each `Family, Given` where it has a comma."""


_RAISED = re.compile(r"\$\s*\^[^$]{1,60}\$|\^\{?[\d,*]{1,10}\}?|<sup\b[^<>]{0,100}>[^<>]{0,40}</sup>", re.IGNORECASE)
_REMARK = re.compile(
    r"\\(?:thanks|footnote(?:mark|text)?|textsuperscript|inst|affil|altaffilmark|email|orcid(?:link|ID|icon)?"
    r"|IEEE(?:author\w|compsoc)\w{0,30})(?![A-Za-z])(?:\s*\[[^\[\]]{0,100}\])?"
    r"(?:\s*\{[^{}]{0,300}(?:\{[^{}]{0,300}\}[^{}]{0,300}){0,3}\})?"
)
"""Commands that put a mark or a remark after a name."""
_TEX_AND = re.compile(r"\\and(?![A-Za-z])")
_TIE = re.compile(r"(?<!\\)~")
_WORD = re.compile(r"[^\s,;()<>\[\]{}]+")
_ORCID = re.compile(r"(?:https?://orcid\.org/|orcid:)?\d{4}-\d{4}-\d{4}-\d{3}[\dX]|orcid(?:[ -]?id)?:?", re.IGNORECASE)
_EMPTY_BRACKETS = re.compile(r"\(\s*\)|\[\s*\]|<\s*>|\{\s*\}")
_NAME_IN_BRACKETS = re.compile(r"(^|[,;] ?) ?\(([^()]*)\)")
_EDITOR = re.compile(r"\((?:eds?|hrsg)\.?\)", re.IGNORECASE)
_OTHERS = re.compile(
    r"(?:\bet\.?[ ~]al\b\.?(?: \([^()]{0,99}\))?|(?:\band|&) (?:\{?others\}?|\d{1,6} (?:others|more)\b)\.?)"
    r"(?= ?(?:[,;})]|$))",
    re.IGNORECASE,
)
_BEHALF = re.compile(r",?\s(?:on behalf of |for (?=the\b))", re.IGNORECASE)
_NOBODY = frozenset(("others", "and", "et al", "et al.", "al.", "u. a.", "...", "…", "等"))

_BRACKETS = r"\\.|[(){}\[\]]"
_SEMICOLON = re.compile(rf"{_BRACKETS}|(?P<cut>[;；、])", re.DOTALL)
_COMMA = re.compile(rf"{_BRACKETS}|(?P<cut>[,，])", re.DOTALL)
_COLON = re.compile(rf"{_BRACKETS}|(?P<cut>:\s)", re.DOTALL)
_BIBTEX_AND = re.compile(rf"{_BRACKETS}|(?P<cut>(?:(?<=\s)|^)and(?=\s|$))", re.DOTALL | re.IGNORECASE)
_AND = re.compile(rf"{_BRACKETS}|(?P<cut>(?:(?<=\s)|^)(?:(?i:and)|&)(?=[\s,]|$))", re.DOTALL)
# The `y` in `Ana Lamp y Luis Fogal`, but not in `Santiago Lamp y Fogal`.
_ANY_AND = re.compile(
    rf"{_BRACKETS}|(?P<cut>(?:(?<=\s)|^)(?:(?i:and)|&|und|et|y(?= [^\s,;]{{1,99}} [^\s,;]))(?=[\s,]|$))", re.DOTALL
)

_MARKS = str.maketrans("", "", "¹²³⁰⁴⁵⁶⁷⁸⁹⁺⁻*∗⁎†‡§¶#‖✉⋆")
_HOMONYM = re.compile(r"\s0\d{3}$")
"""The number that DBLP appends to names of several people."""
_AFFILIATION = re.compile(r"(?<=[a-z])\d{1,2}$|\s(?:\d{1,2}|[a-z])$")
"""The number or letter of an affiliation."""
_IN_PARENTHESES = re.compile(r"(?<!^)(?:\s*\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\))+\s*$")
"""The affiliations after a name."""
_SUFFIX = re.compile(r"(?:[JS]r|I{2,3}|IV|2nd|3rd)\.?", re.IGNORECASE)
_COMPANY = re.compile(r"(?:inc|ltd|llc|corp|gmbh)\.?", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:Ph\.? ?D|M\.? ?D|D\.?Phil|Sc\.?D|M\.?Sc|B\.?Sc|MPH|MBBS|DVM|FRCP|FRS|Esq|Dr|Prof)\.?", re.IGNORECASE
)
EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A character of Chinese, Japanese or Korean: such names have the family name first without a comma."""
_INITIALS = re.compile(r"\w{1,4}\.?|\w{1,2}(?:(?:\.[-\s]?|[-\s])\w){0,4}\.?")
_INITIAL = re.compile(r"\w\.?|\w{1,2}\.(?:-?\w\.){0,3}|\w{2,3}")
_GROUP = re.compile(
    r"the\s.*|.*\b(?:agency|alliance|association|authors|cent(?:er|re)s?|collaborations?|commission|committee|company"
    r"|consorti(?:um|a)|council|foundation|group|initiative|institute|investigators|network|organi[sz]ation|partnership"
    r"|program(?:me)?|project|registry|services|society|sons|study|team|university|inc|ltd|co)\.?",
    re.IGNORECASE | re.DOTALL,
)
_OF = re.compile(r"\b(?:of|for|the|department|ministry|office|administration)\b", re.IGNORECASE)
"""A word that only names of organisations have."""
_EXTENDED = re.compile(r"\b(given|family|prefix|suffix)\s*=\s*(\{[^{}]*\}|[^,{}]*)")
"""A part of a name in biblatex's extended format: `family=Berg, given=Hans`."""
_PARTICLES = frozenset(
    "al ben da dal de del della den der des di do dos du el la le les lo st ten ter van von".upper().split()
)
"""Words in capitals that begin a family name and are not initials."""
_MANY = 20
"""A name has fewer words, and a suffix fewer characters."""
_LONGEST = 1_000
"""Characters of a name; a longer text stays unchanged."""


def read_names(*texts: str, style: NameStyle = NameStyle.ANY) -> tuple[str, ...]:
    """The names in some texts, in order, without `et al.`, addresses, ids, degrees and marks."""
    lines = [line for text in texts for part in _listed(text) if (line := _line(part))]
    if style is NameStyle.ANY:
        lines = [part for line in lines for part in _split(_BEHALF.sub(", ", line), _SEMICOLON) if part.strip()]
        if len(lines) > 1 and any("," in line for line in lines) and all(map(_is_family_first, lines)):
            style = NameStyle.ONE
    return tuple(name for line in lines for name in _names(line, style))


def read_name(source: str, *, has_affiliation: bool = False) -> str:
    """A name or a part of a name, without TeX and marks; a name that is all in braces keeps its characters."""
    source = source.strip()
    name = " ".join(read_tex_line(source).split())
    if (source.startswith("{") and source.find("}") == len(source) - 1) or len(name) > _LONGEST:
        return name
    name = (_IN_PARENTHESES.sub("", name) if has_affiliation else name).translate(_MARKS).strip(" ,;:&").lstrip(".… ")
    if " " not in name:
        return name
    return _HOMONYM.sub("", _AFFILIATION.sub("", name) if has_affiliation else name)


def is_group(name: str) -> bool:
    """Whether a name is of a group or an organisation, by its first or last word."""
    return len(name) < _LONGEST and _GROUP.fullmatch(name) is not None


def is_cut(line: str) -> bool:
    """Whether a line omits names: `Baker et al.`."""
    return _OTHERS.search(" ".join(line.split())) is not None


def _listed(text: str) -> list[str]:
    """The texts of a list that was written with Python's `repr`; otherwise the text itself."""
    if text[:2] in ("['", '["'):
        with suppress(ValueError):
            found = read_literal(text.strip())
            return [part for part in found if isinstance(part, str)] if isinstance(found, list) else [text]
    return [text]


def _line(text: str) -> str:
    """A text in one line without remarks, ids and other text beside the names."""
    if "&" in text:
        text = unescape(text).replace("\\&", "&")
    if "<" in text or "^" in text:
        text = without_markup(_RAISED.sub("", text))
    if "\\" in text:
        text = _TEX_AND.sub(";", _REMARK.sub("", text))
    text = " ".join(_TIE.sub(" ", text).split())
    if "@" in text or "-" in text:
        text = _EMPTY_BRACKETS.sub("", _WORD.sub(_without_id, text))
    return _NAME_IN_BRACKETS.sub(r"\1\2", _EDITOR.sub("", _OTHERS.sub("", text))).strip(" ;")


def _without_id(word: re.Match[str]) -> str:
    return "" if "@" in word[0] or _ORCID.fullmatch(word[0]) else word[0]


def _is_family_first(line: str) -> bool:
    """Whether a line is one person, family name first, or a group: it has one comma and no other separator."""
    if "," not in line:
        return is_group(line.strip())
    return line.count(",") == 1 and not EASTERN.search(line) and len(_split(line, _ANY_AND)) == 1


def _names(line: str, style: NameStyle) -> Iterator[str]:
    if style is NameStyle.LIST:
        parts = [line]
        for separator in (_SEMICOLON, _COLON, _AND, _COMMA):
            parts = [part for whole in parts for part in _split(whole, separator)]
        yield from _people(_persons(parts, has_affiliations=True), is_list=True, is_one=False)
    elif style is NameStyle.BIBTEX:
        parts = _split(line, _BIBTEX_AND)
        is_list = _is_list_of_three(parts)
        for part in parts:
            if "=" in part and (named := dict(_EXTENDED.findall(part[:_LONGEST]))):
                yield read_name(" ".join(named.get(name, "") for name in ("given", "prefix", "family", "suffix")))
            else:
                # A comma before `and` belongs to a list: `A, B, and C`.
                yield from _one(part, is_one=not (is_list or part.rstrip().endswith(",")))
    elif style is NameStyle.ONE:
        yield from _one(line)
    else:
        sides = [side for part in _split(line, _COLON) for side in _split(part, _ANY_AND)]
        groups = [_persons(_split(side, _COMMA), has_affiliations=True) for side in sides]
        is_list = len({len(group) > 1 for group in groups if group}) > 1  # `A, B and C`
        for group in groups:
            yield from _people(group, is_list=is_list, is_one=False)


def _is_list_of_three(parts: list[str]) -> bool:
    """Whether the sides of an `and` are `Ada Amber, Bo Looms` and `Cy Moe`, not two names with a comma each."""
    sides = parts[0].split(",")
    are_whole = all(len(side.split()) > 1 and side.lstrip()[0].isupper() for side in sides)
    return len(parts) == len(sides) == 2 and are_whole and "," not in parts[1] and _is_person(parts[1])


def _one(text: str, *, is_one: bool = True) -> Iterator[str]:
    """The name in a text that should hold one name; several names if the text plainly has them."""
    for part in _split(text, _SEMICOLON):
        sides = _split(part, _ANY_AND)
        for side in sides if len(sides) > 1 and all(map(_is_person, sides)) else [part]:
            is_pair = is_one and "，" not in side  # a full-width comma separates people
            yield from _people(_persons(_split(side, _COMMA)), is_list=False, is_one=is_pair)


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators outside brackets; unbalanced brackets are text."""
    brackets = Counter(sign[0] for sign in separator.finditer(text) if not sign["cut"])
    is_balanced = all(brackets[one] == brackets[other] for one, other in ("()", "[]", "{}"))
    parts = []
    depth = done = 0
    for sign in separator.finditer(text):
        if sign["cut"]:
            if depth == 0:
                parts.append(text[done : sign.start()])
                done = sign.end()
        elif is_balanced and len(sign[0]) == 1:
            depth = max(0, depth + (1 if sign[0] in "([{" else -1))
    return [*parts, text[done:]]


def _persons(parts: Iterable[str], *, has_affiliations: bool = False) -> list[tuple[str, str]]:
    """The names, or halves of names, in parts of a text, each with the suffix after it."""
    found: list[tuple[str, str]] = []
    for part in parts:
        name = read_name(part, has_affiliation=has_affiliations)
        is_behind = found and len(found[-1][1]) < _MANY
        if is_behind and (_SUFFIX.fullmatch(name) or _COMPANY.fullmatch(name)):
            before, suffix = found[-1]
            found[-1] = before, f"{suffix}{' ' if _SUFFIX.fullmatch(name) else ', '}{name}"
        elif (
            is_behind and _DEGREE.fullmatch(name) and (len(found) % 2 == 0 or " " in found[-1][0] or not name.isupper())
        ):
            pass  # a degree, not the initials of `Baker, MD`
        elif any(map(str.isalpha, name)) and name.casefold() not in _NOBODY and not (len(name) == 1 and name.islower()):
            found.append((name, ""))
    return found


def _people(parts: list[tuple[str, str]], *, is_list: bool, is_one: bool) -> Iterator[str]:
    """The names in the parts between commas: one per part, or a family name and a given name per pair."""
    texts = [text for text, _ in parts]
    are_pairs = _are_pairs(texts, is_list=is_list, is_one=is_one)
    place = 0
    while place < len(parts):
        name, suffix = parts[place]
        following = texts[place + 1] if place + 1 < len(parts) else ""
        place += 1
        is_given = _are_initials(following) and not (_is_whole_name(name) or _are_initials(name))
        if following and (are_pairs or (is_given and not (is_list and "." not in following))):
            suffix += parts[place][1]
            name = f"{name}{following}" if _is_eastern(name) else f"{following} {name}"
            place += 1
        yield f"{name}{suffix}"


def _are_pairs(texts: list[str], *, is_list: bool, is_one: bool) -> bool:
    """Whether each family name is followed by a comma and its given name."""
    families, given = texts[::2], texts[1::2]
    if is_list or len(families) != len(given) or any(map(_is_whole_name, families)):
        return False
    if all(map(_is_eastern, texts)):
        return len(texts) == 2 and (is_one or len(texts[0]) == 1)
    if len(texts) == 2 and is_one:
        return True
    if any(map(_are_initials, families)):
        return False
    if len(texts) == 2:
        return _is_one_person(texts[0], texts[1])
    if any(map(is_group, texts)):
        return False
    if any(map(_ends_in_initial, given)):
        return True
    return all(" " not in family or family[0].islower() for family in families)


def _is_one_person(family: str, given: str) -> bool:
    """Whether the two sides of the only comma are one person."""
    if is_group(given) or _is_eastern(family) != _is_eastern(given):
        return False
    if " " not in family or family[0].islower() or _ends_in_initial(given):
        return True
    return " " not in given and given.isupper() == family.isupper()  # not `Ada Baker, UNESCO`


def _is_eastern(name: str) -> bool:
    return EASTERN.search(name) is not None and not any(map(str.isascii, filter(str.isalpha, name)))


def _is_whole_name(name: str) -> bool:
    """Whether a text is a whole name, as its initials show: `A. Baker`, `Baker A`."""
    words = name.split()
    return len(words) > 1 and ((_is_initial(words[0]) and words[0] not in _PARTICLES) or _is_initial(words[-1]))


def _is_initial(word: str) -> bool:
    return word.isupper() and _INITIAL.fullmatch(word) is not None and not _SUFFIX.fullmatch(word)


def _are_initials(text: str) -> bool:
    return text.isupper() and _INITIALS.fullmatch(text) is not None


def _ends_in_initial(given: str) -> bool:
    """Whether a text is initials, or given names that end in an initial: `Ada B.`."""
    return _are_initials(given) or _is_initial(given.rpartition(" ")[2])


def _is_person(side: str) -> bool:
    """Whether a side of an `and` is a person, not half of an organisation."""
    words = len(side.split(maxsplit=_MANY))
    return words == 0 or (1 < words < _MANY and not (is_group(side.strip(" ,{}")) or _OF.search(side)))
