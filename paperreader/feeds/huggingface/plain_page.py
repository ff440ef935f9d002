"""Pages of titles and abstracts alone, which are told apart by their order.

Looks only help where the order is broken:

* a short line in the place of an abstract, before an abstract or set like a title, is a title; the title before it has
  lost its abstract;
* a line that can only be an abstract in the place of a title is another paragraph of the abstract before it if both
  together are about as long as the page's abstracts are; else an abstract that has lost its title;
* a page almost without long lines and sentences is a list of titles.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from paperreader.domain.parsed import ParsedPaper
from paperreader.feeds.huggingface.parsed_page import (
    LONGEST_ABSTRACT,
    LONGEST_TITLE,
    SHORTEST_ABSTRACT,
    PageReading,
    is_abstract,
)
from paperreader.feeds.huggingface.tokens import Day, Kind, Token
from paperreader.feeds.syntax.page_lines import Line

PARAGRAPHS = 1.3
"""How long two paragraphs of one abstract are together, at most, in lengths of the page's usual abstract."""

_WORD = re.compile(r"[^\W\d_][\w'-]*")


def read_plain(tokens: Sequence[Token], reading: PageReading) -> None:
    """Read a page of titles and abstracts alone; a date of publication goes to the line before it."""
    body: list[Line] = []
    days: dict[int, Day] = {}
    odd: list[tuple[int, Token]] = []  # what is known, but may be a title all the same, and its place in the body
    for token in tokens:
        if token.kind in (Kind.COUNT, Kind.NAME, Kind.SITE):
            odd.append((len(body), token))
        elif isinstance(token.value, Day) and body:
            days.setdefault(len(body) - 1, token.value)
        elif token.kind is Kind.TEXT:
            if body and token.text == body[-1].text:
                reading.refuse(token.line, "the same line as the one before it")
            else:
                body.append(replace(token.line, text=token.text))
    for place, token in odd:
        around = body[max(0, place - 1) : place + 1]
        if place < len(body) and all(is_abstract(line.text) for line in around):
            reading.refuse(token.line, "a name or a count where a title should stand")
    if _has_abstracts(body):
        _read_entries(body, days, reading)
    else:
        reading.papers += [_paper(line, None, days.get(place)) for place, line in enumerate(body)]


def _is_set_as_title(text: str) -> bool:
    """Whether a line is short, no sentence, and almost all its long words are capitalised, five or more in all.

    Of the titles on known pages nine in ten are; of the beginnings of abstracts that a cut leaves, none.
    """
    if len(text) >= SHORTEST_ABSTRACT or text.endswith(".") or "(" in text:
        return False
    words: list[str] = _WORD.findall(text)
    capitalised = sum(not word[0].islower() for word in words)
    return capitalised >= max(5, 4 * sum(word[0].islower() and len(word) > 4 for word in words))


def _has_abstracts(body: Sequence[Line]) -> bool:
    """Whether a page lists abstracts: half its lines should be, and half of those are enough.

    The last line, which a cut may have shortened, has no vote, unless it can only be an abstract, or the page is no
    more than a title and this line.
    """
    if len(body) == 2:
        return not _is_set_as_title(body[1].text)
    voters = [line.text for place, line in enumerate(body, 1) if place < len(body) or is_abstract(line.text)]
    sentences = sum(len(text) >= SHORTEST_ABSTRACT or text.endswith(".") for text in voters)
    return 4 * sentences >= len(voters) or any(len(line.text) >= LONGEST_TITLE for line in body)


def _read_entries(body: Sequence[Line], days: dict[int, Day], reading: PageReading) -> None:
    lengths = sorted(len(line.text) for line in body if is_abstract(line.text)) or [LONGEST_ABSTRACT]
    # Of three lines or fewer the longest: a median would be a paragraph's where one of two abstracts has two.
    usual = lengths[len(lengths) // 2 if len(lengths) > 3 else -1]
    longest = min(LONGEST_ABSTRACT, PARAGRAPHS * usual)
    texts = [*(line.text for line in body), "", ""]
    index = 0
    while index < len(body):
        line, second, third = body[index], texts[index + 1], texts[index + 2]
        if is_abstract(line.text):  # another paragraph of the abstract before it, if both can be one
            last = reading.papers[-1] if reading.papers else None
            if last is None or len(last.abstract) + len(line.text) > longest:
                reading.refuse(line, "an abstract without its title")
            else:
                reading.papers[-1] = replace(last, abstract=f"{last.abstract}\n\n{line.text}")
        elif not second:
            reading.refuse(line, "a title without its abstract: the page ends here")
        elif _is_set_as_title(second) or (len(second) < SHORTEST_ABSTRACT and is_abstract(third)):
            reading.refuse(line, "a title without its abstract")
        else:
            reading.papers.append(_paper(line, body[index + 1], days.get(index + 1) or days.get(index)))
            index += 1
        index += 1


def _paper(title: Line, abstract: Line | None, day: Day | None) -> ParsedPaper:
    return ParsedPaper(
        title=title.text,
        abstract=abstract.text if abstract else "",
        published=day.date() if day else None,
        line=title.number,
    )
