"""Keeps the tokens of Hugging Face pages that belong to papers; joins wrapped lines, finds the date.

Wrapped texts are joined, the date of the page is found, and names and certain titles are marked.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from paperreader.domain.identifiers import Identifier, parse_arxiv
from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.huggingface.tokens import Address, Day, Kind, Target, Token
from paperreader.feeds.syntax.page_lines import MAX_JOINED

LONGEST_TITLE = 300
"""From this length on, a line is no title. The longest known title has 164 characters, on arXiv below 260."""
SHORTEST_ABSTRACT = 165
"""Characters of the shortest known abstract. A longer line with a full stop is no title either."""
LONGEST_ABSTRACT = 1_920
"""The length limit of arXiv for abstracts (https://info.arxiv.org/help/prep.html)."""
LONGEST_NAME = 60
"""Characters of an organisation; the longest known has 51."""
HEAD = 8
"""Pieces between the submitter and the title, including site furniture."""
HEADER_TEXTS = 12
"""Texts that contain the date."""
NEAR = 10
"""Days between a list and the lists it links to."""
WRAPPED = range(40, 200)
"""A wrapped line has at least this length."""

_PROFILE = re.compile(r"https?://(?:[a-z-]+\.)?(?:huggingface\.co|hf\.co)/[\w.-]+/?")


@dataclass(slots=True)
class PageReading(ProblemLog):
    """The state of reading a page."""

    papers: list[ParsedPaper] = field(default_factory=list)
    day: Day | None = None


def is_abstract(text: str) -> bool:
    """Whether a line can only be an abstract: too long for a title, or long and a sentence."""
    return len(text) >= LONGEST_TITLE or (len(text) >= SHORTEST_ABSTRACT and text.endswith("."))


def is_sentence(token: Token) -> bool:
    """Whether a text among facts is an abstract. No title of 82,000 ends with a full stop."""
    return is_abstract(token.text) or (token.text.endswith(".") and token.text.count(" ") >= 2)


def link_of(tokens: Sequence[Token], place: int) -> Address | None:
    """The address after a text, possibly after site furniture."""
    following = (token for token in tokens[place + 1 : place + 1 + HEAD] if token.kind is not Kind.SITE)
    value = next((token.value for token in following), None)
    return value if isinstance(value, Address) else None


def read_body(tokens: Sequence[Token], reading: PageReading) -> tuple[list[Token], dict[int, Identifier | None]]:
    """The pieces about papers, and the positions of certain titles."""
    body = _body(list(_without_strangers(list(_joined(tokens)), reading)), reading)
    titles = _certain_titles(body)
    return list(_with_names(body, titles, reading)), titles


def _joined(tokens: Sequence[Token]) -> Iterator[Token]:
    """The pieces with wrapped texts joined."""
    run: list[Token] = []
    least = 2 if any(token.line.is_heading for token in tokens) else 3  # where titles are known, two lines are enough
    for token in tokens:
        follows = bool(run) and token.line.number == run[-1].line.number + 1 and len(run[-1].text) in WRAPPED
        is_text = token.kind is Kind.TEXT and not token.line.is_heading
        is_link = isinstance(token.value, Address) and token.value.target in (Target.CODE, Target.STRANGE)
        if is_link and follows and len(run) > 1:  # a link that ends the text
            token, is_text = Token(Kind.TEXT, token.line, token.line.text), True
        if not (is_text and follows) or len(run) == MAX_JOINED:
            yield from _as_one(run, least)
            run = []
        if is_text:
            run.append(token)
        else:
            yield token
    yield from _as_one(run, least)


def _as_one(run: list[Token], least: int) -> list[Token]:
    """One text, if the lines look like a paragraph: narrow, and half of them start inside a sentence."""
    is_narrow = all(len(token.text) < WRAPPED.stop for token in run)
    if len(run) < least or not is_narrow or 2 * sum(token.text[0].islower() for token in run[1:]) < len(run) - 1:
        return run
    text, raw = " ".join(token.text for token in run), b"\n".join(token.line.raw for token in run)
    return [Token(Kind.TEXT, replace(run[0].line, text=text, raw=raw), text)]


def _without_strangers(tokens: Sequence[Token], reading: PageReading) -> Iterator[Token]:
    """The pieces without addresses of unknown sites, which become problems.

    `GitHub` alone is a menu word, unless it links to code.
    """
    before: Kind | None = None
    for token, behind in zip(tokens, [*tokens[1:], None], strict=False):
        is_strange = isinstance(token.value, Address) and token.value.target in (Target.CODE, Target.STRANGE)
        is_link = behind is not None and isinstance(behind.value, Address) and behind.value.target is Target.CODE
        if is_strange and before not in (Kind.SITE, Kind.LINKS):
            reading.refuse([token.line], "an address that belongs to no paper")
        elif token.kind is Kind.DAY and token.text:
            reading.refuse([token.line], "is not a valid date")
        elif token.kind is Kind.TEXT and not any(map(str.isalpha, token.text)):
            reading.refuse([token.line], "is neither text nor a known line of the page")
        elif token.kind is Kind.LINKS and token.text.lower() == "github" and not is_link:
            yield replace(token, kind=Kind.SITE)
        else:
            yield token
        before = token.kind


def _body(tokens: Sequence[Token], reading: PageReading) -> list[Token]:
    """The pieces after the date of the page, which is recorded; all pieces if there is none."""
    texts = 0
    days = [token.value.day for token in tokens if isinstance(token.value, Address) and token.value.day]
    for index, token in enumerate(tokens):
        texts += token.kind is Kind.TEXT
        is_behind_title = index > 0 and tokens[index - 1].kind is Kind.TEXT and not is_sentence(tokens[index - 1])
        if token.kind is Kind.TEXT and is_behind_title and is_abstract(token.text):
            break
        if token.kind in (Kind.SUBMITTER, Kind.BETWEEN, Kind.AUTHORS, Kind.PUBLISHED) or texts > HEADER_TEXTS:
            break
        if token.kind is Kind.DAY:
            reading.day = _with_year(token.value, days) if isinstance(token.value, Day) else None
            for number, other in enumerate(tokens[:index]):
                if other.kind is Kind.TEXT and not _is_query(tokens, number):
                    reading.refuse([other.line], "is before the date and belongs to no paper")
            rest = tokens[index + 1 :]
            end = next((end for end, other in enumerate(rest) if other.kind not in (Kind.DAY, Kind.SITE)), len(rest))
            for other in rest[:end]:
                if other.kind is Kind.DAY and other.value != token.value:
                    reading.refuse([other.line], "a second date before the first paper")
            return list(rest[end:])
    return [token for number, token in enumerate(tokens) if not _is_query(tokens, number)]


def _with_year(day: Day, others: Sequence[Day]) -> Day:
    """The date with the year of the lists that the page links to, if they are near."""
    for near in filter(None, (other.date() for other in others if day.year is None)):
        for found in filter(None, (day.date(near.year + years) for years in (-1, 0, 1))):
            if abs((found - near).days) <= NEAR:
                return replace(day, year=found.year)
    return day


def _is_query(tokens: Sequence[Token], index: int) -> bool:
    """Whether a text is between heading and tabs, where the words of a search are."""
    beside = [tokens[index - 1 : index], tokens[index + 1 : index + 2]]
    before, after = (token[0].text.lower() if token and token[0].kind is Kind.SITE else "" for token in beside)
    return tokens[index].kind is Kind.TEXT and before.endswith("community") and after == "daily"


def _certain_titles(tokens: Sequence[Token]) -> dict[int, Identifier | None]:
    """The positions of certain titles: headings, or the first text with the address of a paper."""
    titles: dict[int, Identifier | None] = {}
    current: Identifier | None = None
    for place, token in enumerate(tokens):
        if token.kind is Kind.TEXT:
            link = link_of(tokens, place)
            identifier = link.identifier if link and link.target is Target.PAPER else None
            is_first = identifier not in (None, current) and not is_abstract(token.text)
            if token.line.is_heading or (is_first and not parse_arxiv(token.text)):
                titles[place] = identifier
                current = identifier or current
    return titles


def _with_names(tokens: Sequence[Token], titles: dict[int, Identifier | None], reading: PageReading) -> Iterator[Token]:
    """The pieces, with names of people and organisations marked."""
    has_submitters = any(token.kind is Kind.SUBMITTER for token in tokens)
    is_awaited = is_in_head = False
    for place, token in enumerate(tokens):
        is_name = False
        if token.kind is Kind.SUBMITTER:
            is_awaited, is_in_head = not token.text, True
        elif token.kind is Kind.TEXT:
            link = link_of(tokens, place)
            is_short = place not in titles and len(token.text) <= LONGEST_NAME
            is_name = is_short and link is not None and bool(_PROFILE.fullmatch(link.url))
            is_word = is_short and len(token.text.split()) == 1
            if not is_name and is_word and (is_awaited or (has_submitters or token.text[0].islower())):
                is_name = is_awaited or (not is_in_head and _is_before_title(tokens, place))
                if is_name and not is_awaited:
                    reading.refuse(
                        [token.line],
                        "is a submitter's name without a paper, or a title without authors, date or upvotes",
                    )
            is_awaited, is_in_head = False, is_in_head and is_name
        elif token.kind not in (Kind.SITE, Kind.ADDRESS):
            is_awaited = False
        yield replace(token, kind=Kind.NAME) if is_name else token


def _is_before_title(tokens: Sequence[Token], place: int) -> bool:
    """Whether a word is where a submitter's name is: before a title, possibly with a count between."""
    for token in tokens[place + 1 : place + 1 + HEAD]:
        if token.kind is Kind.TEXT:
            return len(token.text.split()) > 1 and not is_sentence(token)
        if token.kind not in (Kind.SITE, Kind.ADDRESS, Kind.COUNT):
            return False
    return False
