"""Reads Hugging Face pages of titles and abstracts only, and tells them apart by their order.

The look of a line matters only if the order is broken:

* a short line in place of an abstract, before an abstract or set like a title, is a title; the title before it lost its
  abstract;
* a long line in place of a title continues the abstract before it if both together are as long as usual abstracts;
  otherwise it is an abstract without a title;
* a page almost without long lines and sentences is a list of titles.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from paperreader.domain.import_result import ParsedPaper
from paperreader.feeds.huggingface.paper_tokens import (
    LONGEST_ABSTRACT,
    LONGEST_TITLE,
    SHORTEST_ABSTRACT,
    PageReading,
    is_abstract,
)
from paperreader.feeds.huggingface.tokens import Day, Kind, Token
from paperreader.feeds.syntax.page_lines import Line

PARAGRAPHS = 1.3
"""The largest length of two paragraphs of one abstract, relative to the usual abstract."""

_WORD = re.compile(r"[^\W\d_][\w'-]*")


def read_plain(tokens: Sequence[Token], reading: PageReading) -> None:
    """Read a page of titles and abstracts. A date of publication belongs to the line before it."""
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
                reading.refuse([token.line], "duplicate of the line before")
            else:
                body.append(replace(token.line, text=token.text))
    for place, token in odd:
        around = body[max(0, place - 1) : place + 1]
        if place < len(body) and all(is_abstract(line.text) for line in around):
            reading.refuse([token.line], "a name or a count in place of a title")
    if _has_abstracts(body):
        _read_entries(body, days, reading)
    else:
        reading.papers += [_paper(line, None, days.get(place)) for place, line in enumerate(body)]


def _is_set_as_title(text: str) -> bool:
    """Whether a line is short, is no sentence, and has at least five long words, almost all capitalised.

    Nine of ten known titles pass, and no fragment of an abstract.
    """
    if len(text) >= SHORTEST_ABSTRACT or text.endswith(".") or "(" in text:
        return False
    words: list[str] = _WORD.findall(text)
    capitalised = sum(not word[0].islower() for word in words)
    return capitalised >= max(5, 4 * sum(word[0].islower() and len(word) > 4 for word in words))


def _has_abstracts(body: Sequence[Line]) -> bool:
    """Whether a page lists abstracts: at least half of the even lines look like one.

    The last line, which may be cut, does not count, unless it can only be an abstract or the page has just one title.
    """
    if len(body) == 2:
        return not _is_set_as_title(body[1].text)
    voters = [line.text for place, line in enumerate(body, 1) if place < len(body) or is_abstract(line.text)]
    sentences = sum(len(text) >= SHORTEST_ABSTRACT or text.endswith(".") for text in voters)
    return 4 * sentences >= len(voters) or any(len(line.text) >= LONGEST_TITLE for line in body)


def _read_entries(body: Sequence[Line], days: dict[int, Day], reading: PageReading) -> None:
    lengths = sorted(len(line.text) for line in body if is_abstract(line.text)) or [LONGEST_ABSTRACT]
    # Of at most three lines, the longest: a median could be that of a paragraph.
    usual = lengths[len(lengths) // 2 if len(lengths) > 3 else -1]
    longest = min(LONGEST_ABSTRACT, PARAGRAPHS * usual)
    texts = [*(line.text for line in body), "", ""]
    index = 0
    while index < len(body):
        line, second, third = body[index], texts[index + 1], texts[index + 2]
        if is_abstract(line.text):  # another paragraph of the abstract before it, if both can be one
            last = reading.papers[-1] if reading.papers else None
            if last is None or len(last.abstract) + len(line.text) > longest:
                reading.refuse([line], "an abstract without its title")
            else:
                reading.papers[-1] = replace(last, abstract=f"{last.abstract}\n\n{line.text}")
        elif not second:
            reading.refuse([line], "a title without its abstract: the page ends here")
        elif _is_set_as_title(second) or (len(second) < SHORTEST_ABSTRACT and is_abstract(third)):
            reading.refuse([line], "a title without its abstract")
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
