"""Parses the text of a query into its tree, for the filter bar and the command line.

    any    := all ("OR" all)*                         OR in capitals only
    all    := part (blank part)*                      an AND in capitals between parts is ignored
    part   := ["-"] (clause | [field ":"] "(" any ")")   a field before a bracket is the field of the values inside
    clause := value | field ":" value
    value  := text without blanks, quotation marks and brackets | '"' text '"'

Every text has a tree. The tree leaves out what cannot be read, and `Query.problems` names it. The command line refuses
a query with problems. The filter bar answers the rest.

The time is linear in the text. Text beyond a limit is left out, and the limit is the first problem.
"""

import re
from dataclasses import replace

from paperreader.domain.query.clauses import FIELDS, read_clause, unknown_field
from paperreader.domain.query.tree import (
    AllOf,
    AnyOf,
    Clause,
    FactField,
    FieldValue,
    Not,
    Part,
    Phrase,
    Query,
    QueryProblem,
    Word,
)

MAX_SIGNS = 1_000
"""Words, brackets and operators of a query; nobody types as many."""
MAX_WORDS = 100
"""Words and clauses. The parts of hyphenated words count, ids do not: each one counted is a search of its own."""
MAX_WORD, MAX_PHRASE = 200, 1_000
"""Letters of a value without and with quotation marks; the longest title known has fewer than 400."""
MAX_DEPTH = 30
"""Brackets within brackets."""

SIGN = re.compile(
    rf"""\) | (?P<hyphens>-*+) (?: (?P<name>(?ai:{"|".join(FIELDS)})): )?
         (?: (?P<open>\() | "(?P<quoted>[^"]*+)(?P<end>"?) | (?P<plain>[^\s"()]*+) )""",
    re.VERBOSE,
)
"""A bracket, an operator or a clause. Blanks may stand between two signs."""
_ID = re.compile(r'(?: [^\s"()] | \( [^\s"()]*+ \)? )*+', re.VERBOSE)
"""An id may hold brackets, but not the one that closes a group around it."""
_START = re.compile(r"\S")
_NAME = re.compile(r"([A-Za-z]+):")
_WORD = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\\W_]+")
"""Roughly a word of a search: of scripts without blanks, each letter."""

_ONE_SIDED = "OR needs a word on both sides"


def parse_query(text: str, *, complete: bool = False) -> Query:
    """The query of a text. Unless it is complete, its last clause may still be typed. Never raises."""
    return _Parser(text, complete).parse()


class _Parser:
    """Parses one text from start to end, by recursive descent."""

    def __init__(self, text: str, complete: bool) -> None:
        self._text, self._complete = text, complete
        self._place = self._signs = self._words = self._depth = 0
        self._problems: list[QueryProblem] = []
        self._limits: dict[str, QueryProblem] = {}
        self._is_open = False

    def parse(self) -> Query:
        """Parse all of the text."""
        part = self._read_group(None)
        root = part if part is None or isinstance(part, AllOf) else AllOf((part,))
        problems = sorted(self._problems, key=lambda problem: problem.position)
        return Query(root, (*self._limits.values(), *problems), self._is_open)

    def _read_group(self, field: str | None, opened: int | None = None) -> Part | None:
        """Read a group up to its closing bracket, or to the end of the text.

        `field` is the field of values without a field. `opened` is the place of the opening bracket, if there is one.
        """
        alternatives: list[list[Part]] = [[]]
        has_part = False  # whether the current alternative has a part, even an unreadable one
        operator: int | None = None  # the place of an OR without a right side
        while sign := self._next_sign():
            if sign[0] == ")":
                if opened is not None:
                    opened = None
                    break
                self._complain(sign.start(), "closing bracket without an opening one")
            elif sign[0] == "OR":
                if has_part:
                    operator = sign.start()
                else:
                    self._complain(sign.start(), _ONE_SIDED)
                alternatives.append([])
                has_part = False
            elif sign[0] == "AND":
                continue
            elif sign[0].strip("-"):
                has_part, operator = True, None
                part = self._read_part(sign, field)
                if part is not None:
                    alternatives[-1] += part.parts if isinstance(part, AllOf) else (part,)
            elif not _START.search(self._text, sign.end()):
                self._complain(sign.start(), "- needs a word after it, as in -survey")
        if operator is not None:
            self._complain(operator, _ONE_SIDED)
        if opened is not None:
            self._complain(opened, "unclosed bracket")
        return _joined(alternatives)

    def _next_sign(self) -> re.Match[str] | None:
        """Go to the next sign."""
        start = _START.search(self._text, self._place)
        if not start:
            return None
        self._signs += 1
        if self._signs > MAX_SIGNS:
            self._leave_out_rest(start.start(), f"a query has at most {MAX_SIGNS:,} words and signs")
            return None
        sign = SIGN.match(self._text, start.start())
        assert sign  # every part of a sign is optional
        self._place, self._is_open = sign.end(), False
        return sign

    def _read_part(self, sign: re.Match[str], field: str | None) -> Part | None:
        """Read a clause or a group. None: it is empty or cannot be read."""
        field = sign["name"].casefold() if sign["name"] else field
        part: Part | None
        if sign["open"]:
            part = self._read_brackets(sign, field)
        elif sign["quoted"] is not None:
            part = self._read_quoted(sign, field)
        else:
            part = self._read_plain(sign, field)
        return Not(part) if part is not None and sign["hyphens"] else part

    def _read_brackets(self, sign: re.Match[str], field: str | None) -> Part | None:
        if self._depth >= MAX_DEPTH:
            self._leave_out_rest(sign.start(), f"brackets nest at most {MAX_DEPTH} deep")
            return None
        self._depth += 1
        part = self._read_group(field, sign.start("open"))
        self._depth -= 1
        return part

    def _read_plain(self, sign: re.Match[str], field: str | None) -> Clause | None:
        start, end = sign.span("plain")
        if field == FactField.ID:
            match = _ID.match(self._text, start)
            end = self._place = match.end() if match else end
        value, is_last = self._value(start, end, "word", MAX_WORD), end == len(self._text) and not self._complete
        near = _NAME.match(value) if not sign["name"] else None
        # A colon before a blank ends the first part of a title.
        if near and (near.end() < len(value) or self._text[end : end + 1] in ("(", '"')):
            problem = unknown_field(near[1], sign.start())
            self._problems += [problem] if problem else []
        return self._checked(read_clause(field, value, start, quoted=False, is_last=is_last), sign, is_last)

    def _read_quoted(self, sign: re.Match[str], field: str | None) -> Clause | None:
        start, is_last = sign.start("quoted"), not sign["end"] and not self._complete
        value = self._value(start, sign.end("quoted"), "phrase", MAX_PHRASE)
        if not sign["end"]:
            self._complain(start - 1, "unclosed quotation mark")
        return self._checked(read_clause(field, value, start, quoted=True, is_last=is_last), sign, is_last)

    def _checked(self, read: Clause | QueryProblem | None, sign: re.Match[str], is_open: bool) -> Clause | None:
        """What `read_clause` gave, if it is a clause: with as many words as the limit allows."""
        if isinstance(read, QueryProblem):
            self._complain(sign.start(), read.message)
            return None
        is_id = isinstance(read, FieldValue) and read.field is FactField.ID
        clause = read if read is None or is_id else self._within_limit(read, sign.start())
        self._is_open = is_open and clause is not None
        return clause

    def _within_limit(self, clause: Clause, place: int) -> Clause | None:
        words = list(_WORD.finditer(clause.text)) if isinstance(clause, Word | Phrase) else []
        room, self._words = MAX_WORDS - self._words, self._words + max(len(words), 1)
        if self._words <= MAX_WORDS:
            return clause
        self._limit(place, f"a query has at most {MAX_WORDS} words and clauses; the rest is left out")
        if room > 0 and isinstance(clause, Word | Phrase):
            return replace(clause, text=clause.text[: words[room].start()].rstrip())
        return None

    def _value(self, start: int, end: int, kind: str, most: int) -> str:
        """The text of a value, cut at its limit."""
        if end - start > most:
            self._limit(start, f"a {kind} has at most {most:,} letters; the rest is left out")
        return self._text[start : min(end, start + most)]

    def _leave_out_rest(self, place: int, limit: str) -> None:
        self._limit(place, f"{limit}; the rest is left out")
        self._place = len(self._text)

    def _limit(self, place: int, message: str) -> None:
        self._limits.setdefault(message, QueryProblem(place, message))

    def _complain(self, place: int, message: str) -> None:
        self._problems.append(QueryProblem(place, message))


def _joined(alternatives: list[list[Part]]) -> Part | None:
    """The alternatives of a group, each a list of parts, in as few nodes as possible."""
    found: list[Part] = []
    for parts in alternatives:
        if len(parts) > 1:
            found.append(AllOf(tuple(parts)))
        elif parts:
            found += parts[0].parts if isinstance(parts[0], AnyOf) else parts
    return AnyOf(tuple(found)) if len(found) > 1 else found[0] if found else None
