r"""The people that a text names, each as one says the name: given name, family, suffix.

Sources write `Amber, Ada and Looms, Bo`, `Ada Amber, Bo Looms`, `Amber, A., Looms, B.`, `Amber, Ada; Looms, Bo` or
`Amber A, Looms B`, with TeX, e-mail addresses, ORCID ids and marks of affiliations between. A style says what commas
and `and` mean in a source; where a text plainly means something else, the text decides. What stands in braces is one
name.
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
    """Several names, in an order that the source does not tell."""
    LIST = "list"
    """Several names, each said given name first: commas and `and` separate them."""
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
"""Commands that put a mark or a remark behind a name."""
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
# The `y` of `Ana Lamp y Luis Fogal`, not that of `Santiago Lamp y Fogal`.
_ANY_AND = re.compile(
    rf"{_BRACKETS}|(?P<cut>(?:(?<=\s)|^)(?:(?i:and)|&|und|et|y(?= [^\s,;]{{1,99}} [^\s,;]))(?=[\s,]|$))", re.DOTALL
)

_MARKS = str.maketrans("", "", "¹²³⁰⁴⁵⁶⁷⁸⁹⁺⁻*∗⁎†‡§¶#‖✉⋆")
_HOMONYM = re.compile(r"\s0\d{3}$")
"""What DBLP puts behind names that several people bear."""
_AFFILIATION = re.compile(r"(?<=[a-z])\d{1,2}$|\s(?:\d{1,2}|[a-z])$")
"""The number or letter of an affiliation."""
_SUFFIX = re.compile(r"(?:[JS]r|I{2,3}|IV|2nd|3rd)\.?", re.IGNORECASE)
_COMPANY = re.compile(r"(?:inc|ltd|llc|corp|gmbh)\.?", re.IGNORECASE)
_DEGREE = re.compile(
    r"(?:Ph\.? ?D|M\.? ?D|D\.?Phil|Sc\.?D|M\.?Sc|B\.?Sc|MPH|MBBS|DVM|FRCP|FRS|Esq|Dr|Prof)\.?", re.IGNORECASE
)
_EASTERN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]")
"""A character of Chinese, Japanese or Korean, whose names have the family first without a comma."""
_INITIALS = re.compile(r"\w{1,4}\.?|\w{1,2}(?:(?:\.[-\s]?|[-\s])\w){0,4}\.?")
_INITIAL = re.compile(r"\w\.?|\w{1,2}\.(?:-?\w\.){0,3}|\w{2,3}")
_GROUP = re.compile(
    r"the\s.*|.*\b(?:agency|alliance|association|authors|cent(?:er|re)s?|collaborations?|commission|committee|company"
    r"|consorti(?:um|a)|council|foundation|group|initiative|institute|investigators|network|organi[sz]ation|partnership"
    r"|program(?:me)?|project|registry|services|society|sons|study|team|university|inc|ltd|co)\.?",
    re.IGNORECASE | re.DOTALL,
)
_OF = re.compile(r"\b(?:of|for|the|department|ministry|office|administration)\b", re.IGNORECASE)
"""A word that stands in organisations, and in no person."""
_EXTENDED = re.compile(r"\b(given|family|prefix|suffix)\s*=\s*(\{[^{}]*\}|[^,{}]*)")
"""A part of a name in the form that biblatex calls extended: `family=Berg, given=Hans`."""
_PARTICLES = frozenset(
    "al ben da dal de del della den der des di do dos du el la le les lo st ten ter van von".upper().split()
)
"""Words in capitals that begin a family, and are no initials."""
_FEW = 20
"""Words of a side of an `and`, and characters of a suffix, of which a name has fewer."""
_LONGEST = 1_000
"""Characters of a name; a longer text stays as it is."""


def read_names(*texts: str, style: NameStyle = NameStyle.ANY) -> tuple[str, ...]:
    """The names in the texts, in order. `et al.`, addresses, ids, degrees and marks are left out."""
    lines = [line for text in texts for part in _listed(text) if (line := _line(part))]
    if style is NameStyle.ANY:
        lines = [part for line in lines for part in _split(_BEHALF.sub(", ", line), _SEMICOLON) if part.strip()]
        if len(lines) > 1 and any("," in line for line in lines) and all(map(_is_family_first, lines)):
            style = NameStyle.ONE
    return tuple(name for line in lines for name in _names(line, style))


def read_name(source: str, *, has_affiliation: bool = False) -> str:
    """A name, or a part of one, without TeX and marks; what stands in braces as a whole keeps its signs."""
    source = source.strip()
    name = " ".join(read_tex_line(source).split())
    if (source.startswith("{") and source.find("}") == len(source) - 1) or len(name) > _LONGEST:
        return name
    name = (_without_affiliation(name) if has_affiliation else name).translate(_MARKS).strip(" ,;:&").lstrip(".… ")
    if " " not in name:
        return name
    return _HOMONYM.sub("", _AFFILIATION.sub("", name) if has_affiliation else name)


def is_group(name: str) -> bool:
    """Whether a name is that of a group or an organisation, by its first or its last word."""
    return len(name) < _LONGEST and _GROUP.fullmatch(name) is not None


def is_cut(line: str) -> bool:
    """Whether a line says that it leaves names out: `Baker et al.`."""
    return _OTHERS.search(" ".join(line.split())) is not None


def _listed(text: str) -> list[str]:
    """The texts in what Python's `repr` made of a list, as tables keep it; any other text alone."""
    if text[:2] in ("['", '["'):
        with suppress(ValueError):
            found = read_literal(text.strip())
            return [part for part in found if isinstance(part, str)] if isinstance(found, list) else [text]
    return [text]


def _line(text: str) -> str:
    """A text in one line, without what stands beside names."""
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
    """Whether a line is one person, the family first, or a group: it has one comma, and nothing else separates it."""
    if "," not in line:
        return is_group(line.strip())
    return line.count(",") == 1 and not _EASTERN.search(line) and len(_split(line, _ANY_AND)) == 1


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
                # `A, B, and C`: a comma before `and` is one of a list.
                yield from _one(part, is_one=not (is_list or part.rstrip().endswith(",")))
    elif style is NameStyle.ONE:
        yield from _one(line)
    else:
        sides = [side for part in _split(line, _COLON) for side in _split(part, _ANY_AND)]
        groups = [_persons(_split(side, _COMMA), has_affiliations=True) for side in _with_whole_groups(sides)]
        is_list = len({len(group) > 1 for group in groups if group}) > 1  # `A, B and C`
        for group in groups:
            yield from _people(group, is_list=is_list, is_one=False)


def _is_list_of_three(parts: list[str]) -> bool:
    """Whether the sides of an `and` are `Ada Amber, Bo Looms` and `Cy Moe`, not names that have the family first."""
    sides = parts[0].split(",")
    are_whole = all(len(side.split()) > 1 and side.lstrip()[0].isupper() for side in sides)
    return len(parts) == len(sides) == 2 and are_whole and "," not in parts[1] and _is_person(parts[1])


def _one(text: str, *, is_one: bool = True) -> Iterator[str]:
    """The name in a text that is meant for one; several where that is plain."""
    for part in _split(text, _SEMICOLON):
        sides = _split(part, _ANY_AND)
        for side in sides if len(sides) > 1 and all(map(_is_person, sides)) else [part]:
            is_pair = is_one and "，" not in side  # a full-width comma separates people
            yield from _people(_persons(_split(side, _COMMA)), is_list=False, is_one=is_pair)


def _split(text: str, separator: re.Pattern[str]) -> list[str]:
    """The parts of a text between separators that stand in no brackets; brackets that do not balance are text."""
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


def _with_whole_groups(sides: list[str]) -> Iterator[str]:
    """The sides of each `and`, but for one within the name of a group: `the Fog` and `Mist Consortium`."""
    before = ""
    for side in sides:
        last, first = before.rpartition(",")[2].strip(), side.partition(",")[0].strip()
        if last[:4].lower() == "the " and not _GROUP.fullmatch(last[4:]) and is_group(first):
            before += f"and {side}"
        else:
            yield before
            before = side
    yield before


def _persons(parts: Iterable[str], *, has_affiliations: bool = False) -> list[tuple[str, str]]:
    """The names, or halves of names, in parts of a text, each with the suffix that stands behind it."""
    found: list[tuple[str, str]] = []
    for part in parts:
        name = read_name(part, has_affiliation=has_affiliations)
        is_behind = found and len(found[-1][1]) < _FEW
        if is_behind and (_SUFFIX.fullmatch(name) or _COMPANY.fullmatch(name)):
            before, suffix = found[-1]
            found[-1] = before, f"{suffix}{' ' if _SUFFIX.fullmatch(name) else ', '}{name}"
        elif (
            is_behind and _DEGREE.fullmatch(name) and (len(found) % 2 == 0 or " " in found[-1][0] or not name.isupper())
        ):
            pass  # not the initials of `Baker, MD`
        elif any(map(str.isalpha, name)) and name.casefold() not in _NOBODY and not (len(name) == 1 and name.islower()):
            found.append((name, ""))
    return found


def _people(parts: list[tuple[str, str]], *, is_list: bool, is_one: bool) -> Iterator[str]:
    """The names that parts between commas are: each by itself, or each two the family and the given name."""
    texts = [text for text, _ in parts]
    are_pairs = _are_pairs(texts, is_list=is_list, is_one=is_one)
    place = 0
    while place < len(parts):
        name, suffix = parts[place]
        following = texts[place + 1] if place + 1 < len(parts) else ""
        place += 1
        is_given = _are_initials(following) and not (_is_said(name) or _are_initials(name))
        if following and (are_pairs or (is_given and not (is_list and "." not in following))):
            suffix += parts[place][1]
            name = f"{name}{following}" if _is_eastern(name) else f"{following} {name}"
            place += 1
        yield f"{name}{suffix}"


def _are_pairs(texts: list[str], *, is_list: bool, is_one: bool) -> bool:
    """Whether each given name stands behind its family and a comma."""
    families, given = texts[::2], texts[1::2]
    if is_list or len(families) != len(given) or any(map(_is_said, families)):
        return False
    if all(map(_is_eastern, texts)):
        return len(texts) == 2 and (is_one or len(texts[0]) == 1)
    if len(texts) == 2 and is_one:
        return True
    if any(map(_are_initials, families)):
        return False
    if len(texts) == 2:
        return _is_turned(texts[0], texts[1])
    if any(map(is_group, texts)):
        return False
    if any(map(_ends_in_initial, given)):
        return True
    return all(" " not in family or family[0].islower() for family in families)


def _is_turned(family: str, given: str) -> bool:
    """Whether the two sides of the only comma are one person, not two."""
    if is_group(given) or _is_eastern(family) != _is_eastern(given):
        return False
    if " " not in family or family[0].islower() or _ends_in_initial(given):
        return True
    return " " not in given and given.isupper() == family.isupper()  # not `Ada Baker, UNESCO`


def _is_eastern(name: str) -> bool:
    return _EASTERN.search(name) is not None and not any(map(str.isascii, filter(str.isalpha, name)))


def _is_said(name: str) -> bool:
    """Whether a text is a whole name by its initials: `A. Baker`, `Baker A`."""
    words = name.split()
    return len(words) > 1 and ((_is_initial(words[0]) and words[0] not in _PARTICLES) or _is_initial(words[-1]))


def _is_initial(word: str) -> bool:
    return word.isupper() and _INITIAL.fullmatch(word) is not None and not _SUFFIX.fullmatch(word)


def _are_initials(text: str) -> bool:
    return text.isupper() and _INITIALS.fullmatch(text) is not None


def _ends_in_initial(given: str) -> bool:
    """Whether a text is initials, or given names of which the last is one: `Ada B.`."""
    return _are_initials(given) or _is_initial(given.rpartition(" ")[2])


def _is_person(side: str) -> bool:
    """Whether a side of an `and` is a person, not half of an organisation."""
    words = len(side.split(maxsplit=_FEW))
    return words == 0 or (1 < words < _FEW and not (is_group(side.strip(" ,{}")) or _OF.search(side)))


def _without_affiliation(name: str) -> str:
    """A name without the parentheses at its end."""
    name = name.rstrip()
    while name.endswith(")"):
        depth = 0
        for place in range(len(name) - 1, -1, -1):
            depth += {")": 1, "(": -1}.get(name[place], 0)
            if depth == 0:
                break
        if depth or place == 0:
            break
        name = name[:place].rstrip()
    return name
