"""From the text of a query to its tree: the one parser of the filter bar and the command line.

    any    := all ("OR" all)*                         OR in capitals only; it binds weaker than the blank
    all    := part (blank part)*                      an AND in capitals between them may be written
    part   := ["-"] (clause | [field ":"] "(" any ")")   a field before a bracket is that of every bare value in it
    clause := value | field ":" value
    value  := text without blanks, quotation marks and brackets | '"' text '"'

A text that is being typed is never wrong: what is not complete yet is left out or read as far as it goes, and named in
`Query.problems`. A text that is complete means what it says, and the command line refuses it if it has problems.

The cost is that of the text, and no text is too deep: what is beyond a limit is left out, and named before all else.
"""

import re
from dataclasses import dataclass, field, replace

from paperreader.domain.query.clauses import FIELDS, near_field, read_clause
from paperreader.domain.query.tree import AllOf, AnyOf, Clause, HasId, Not, Part, Phrase, Query, QueryProblem, Word

MAX_SIGNS = 1_000
"""Words, brackets and operators of a query; nobody types as many."""
MAX_WORDS = 100
"""Words and clauses, parts of hyphenated words counted each, ids not: every one is a search of its own."""
MAX_WORD, MAX_PHRASE = 200, 1_000
"""Letters of a value without and with quotation marks; the longest title known has fewer than 400."""
MAX_DEPTH = 30
"""Brackets within brackets."""

SIGN = re.compile(
    rf"""\) | (?P<hyphens>-*+) (?: (?P<name>(?ai:{"|".join(FIELDS)})): )?
         (?: (?P<open>\() | "(?P<quoted>[^"]*+)(?P<end>"?) | (?P<bare>[^\s"()]*+) )""",
    re.VERBOSE,
)
"""A bracket, an operator or a clause, up to where its value ends; between two of them there are blanks or nothing."""
_ID = re.compile(r'[^\s"]*+')
_BRACKET = re.compile(r"[()]")
_START = re.compile(r"\S")
_NAME = re.compile(r"([A-Za-z]+):")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_]+")
"""About what a search takes for a word; of scripts without blanks, each letter."""

_ONE_SIDED = "OR wants something on both sides"


@dataclass(slots=True)
class _Group:
    """What was read between two brackets, so far: the alternatives, each of which has its parts."""

    position: int = 0
    is_denied: bool = False
    name: str | None = None
    alternatives: list[list[Part]] = field(default_factory=lambda: [[]])
    operator: int | None = None
    """Where an OR stands behind which nothing came yet."""
    has_part: bool = False
    """Whether anything came since the beginning or the last OR, if only something that cannot be read."""

    def add(self, part: Part | None) -> None:
        """Take the next part; None: one that says nothing."""
        self.has_part, self.operator = True, None
        if isinstance(part, AllOf):
            self.alternatives[-1] += part.parts
        elif part is not None:
            self.alternatives[-1].append(part)

    def part(self) -> Part | None:
        """What the group asks for, in as few nodes as say it."""
        found: list[Part] = []
        for parts in self.alternatives:
            if len(parts) > 1:
                found.append(AllOf(tuple(parts)))
            elif parts:
                found += parts[0].parts if isinstance(parts[0], AnyOf) else parts
        part = AnyOf(tuple(found)) if len(found) > 1 else found[0] if found else None
        return Not(part) if part and self.is_denied else part


def parse_query(text: str, *, complete: bool = False) -> Query:
    """The query that a text stands for; `complete`: nobody is typing any more. Never raises."""
    parser = _Parser(text, complete)
    parser.read_all()
    return parser.query()


class _Parser:
    """One reading of one text."""

    def __init__(self, text: str, complete: bool) -> None:
        self._text = text
        self._complete = complete
        self._groups = [_Group()]
        self._too_deep = 0
        self._words = 0
        self._problems: list[QueryProblem] = []
        self._limits: dict[str, QueryProblem] = {}
        self._is_open = False

    def read_all(self) -> None:
        """Read sign after sign."""
        signs, end = 0, 0
        while start := _START.search(self._text, end):
            place, signs = start.start(), signs + 1
            if signs > MAX_SIGNS:
                self._limit(place, f"a query has at most {MAX_SIGNS:,} words and signs; the rest is left out")
                return
            match = SIGN.match(self._text, place)
            assert match  # all of it may be missing
            self._is_open = False
            end = self._read(match)

    def query(self) -> Query:
        """What was read."""
        for group in self._groups[1:]:
            self._complain(group.position, "the bracket is not closed")
        while len(self._groups) > 1:
            self._end_group()
        self._check_operator(self._groups[0])
        part = self._groups[0].part()
        root = part if part is None or isinstance(part, AllOf) else AllOf((part,))
        problems = sorted(self._problems, key=lambda problem: problem.position)
        return Query(root, (*self._limits.values(), *problems), self._is_open)

    def _read(self, sign: re.Match[str]) -> int:
        """Read a bracket, an operator or a clause; the place behind it."""
        name = sign["name"].casefold() if sign["name"] else None
        asked = name or self._groups[-1].name
        if sign[0] == ")":
            self._close(sign.start())
        elif sign["open"]:
            self._open(sign, asked)
        elif sign["quoted"] is not None:
            self._read_quoted(sign, asked)
        elif not name and not sign["bare"]:
            if not _START.search(self._text, sign.end()):
                self._complain(sign.start(), "- wants something behind it that is to be left out")
        elif sign[0] in ("OR", "AND"):
            self._operate(sign)
        else:
            return self._read_bare(sign, asked)
        return sign.end()

    def _read_bare(self, sign: re.Match[str], asked: str | None) -> int:
        start, end = sign.span("bare")
        if asked == "id":
            end = self._end_of_id(start)
        value, is_last = self._value(start, end, MAX_WORD), end == len(self._text) and not self._complete
        clause = read_clause(asked, value, start, quoted=False, is_prefix=is_last)
        near = _NAME.match(value) if not sign["name"] else None
        # A colon before a blank ends the first part of a title.
        if near and (near.end() < len(value) or self._text[end : end + 1] in ("(", '"')):
            self._complain(sign.start(), near_field(near[1]))
        self._add(clause, sign, is_open=is_last)
        return end

    def _read_quoted(self, sign: re.Match[str], asked: str | None) -> None:
        start, is_last = sign.start("quoted"), not sign["end"] and not self._complete
        value = self._value(start, sign.end("quoted"), MAX_PHRASE)
        clause = read_clause(asked, value, start, quoted=True, is_prefix=is_last)
        self._add(clause, sign, is_open=is_last)
        if not sign["end"]:
            self._complain(start - 1, "the quotation mark is not closed")

    def _end_of_id(self, start: int) -> int:
        """Where an id ends: it may hold brackets, but not the one that closes a group around it."""
        match = _ID.match(self._text, start)
        assert match  # if only the empty one
        opened = 0
        for bracket in _BRACKET.finditer(self._text, start, match.end()):
            opened += 1 if bracket[0] == "(" else -1
            if opened < 0:
                return bracket.start()
        return match.end()

    def _add(self, clause: Clause | str | None, sign: re.Match[str], *, is_open: bool) -> None:
        group = self._groups[-1]
        if clause is not None and not isinstance(clause, str | HasId):
            clause = self._counted(clause, sign.start())
        if clause is None or isinstance(clause, str):
            group.add(None)
            self._complain(sign.start(), clause)
        else:
            group.add(Not(clause) if sign["hyphens"] else clause)
            self._is_open = is_open

    def _counted(self, clause: Clause, place: int) -> Clause | None:
        """A clause, with as many of its words as there is room for."""
        words = list(_WORD.finditer(clause.text)) if isinstance(clause, Word | Phrase) else []
        room, self._words = MAX_WORDS - self._words, self._words + max(len(words), 1)
        if self._words <= MAX_WORDS:
            return clause
        self._limit(place, f"a query has at most {MAX_WORDS} words and clauses; the rest is left out")
        if room > 0 and isinstance(clause, Word | Phrase):
            return replace(clause, text=clause.text[: words[room].start()].rstrip())
        return None

    def _operate(self, sign: re.Match[str]) -> None:
        if sign[0] == "OR":
            group = self._groups[-1]
            if group.has_part:
                group.operator = sign.start()
            else:
                self._complain(sign.start(), _ONE_SIDED)
            group.alternatives.append([])
            group.has_part = False

    def _open(self, sign: re.Match[str], asked: str | None) -> None:
        if len(self._groups) > MAX_DEPTH:
            self._limit(sign.start(), f"brackets stand at most {MAX_DEPTH} deep; those within are left out")
            self._too_deep += 1
        else:
            self._groups.append(_Group(sign.start("open"), bool(sign["hyphens"]), asked))

    def _close(self, place: int) -> None:
        if self._too_deep:
            self._too_deep -= 1
        elif len(self._groups) > 1:
            self._end_group()
        else:
            self._complain(place, "this bracket closes none")

    def _end_group(self) -> None:
        group = self._groups.pop()
        self._check_operator(group)
        self._groups[-1].add(group.part())

    def _check_operator(self, group: _Group) -> None:
        """Name an OR with nothing behind it."""
        if group.operator is not None:
            self._complain(group.operator, _ONE_SIDED)

    def _value(self, start: int, end: int, most: int) -> str:
        """A value, cut where it is too long."""
        if end - start > most:
            what = "a word" if most == MAX_WORD else "a phrase"
            self._limit(start, f"{what} has at most {most:,} letters; the rest is left out")
        return self._text[start : min(end, start + most)]

    def _limit(self, place: int, message: str) -> None:
        """Name a limit, once."""
        self._limits.setdefault(message, QueryProblem(place, message))

    def _complain(self, place: int, message: str | None) -> None:
        if message:
            self._problems.append(QueryProblem(place, message))
