r"""arXiv's listing mails (https://info.arxiv.org/help/subscribe.html), daily and weekly.

    Date, Subject, rulers, `received from Wed  1 Mar 23 19:00:00 GMT  to  Thu  2 Mar 23 19:00:00 GMT`
    PAPER*  %-%-%-  PAPER* (cross-lists)  %%--%%--  PAPER* (replacements)  %%%---%%%---       a ruler between any two

    \\
    arXiv:2601.15305 (*cross-listing*)
    Date: Mon, 12 Jan 2026 20:33:39 GMT   (215kb)       or: replaced with revised version Thu, 2 Mar 2023 …
                                                        (then there is no abstract)
    Title: A title that goes on
      on a line that begins with two blanks
    Authors: … Categories: … Comments: … DOI: …
    \\
      The abstract.
    \\ ( https://arxiv.org/abs/2601.15305 ,  215kb)

Mails are often copied or forwarded, so the header, leading spaces and the width of rulers do not matter. The section
says how a paper is announced: a replacement may be a cross-list as well.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, timedelta

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import ParsedListing, ParsedPaper, Problem
from paperreader.domain.listing import Announced
from paperreader.feeds.arxiv.mail_block import MARK, NAME, Block, Part
from paperreader.feeds.arxiv.mail_text import read_mails
from paperreader.feeds.arxiv.text import day_in
from paperreader.feeds.base import ProblemLog
from paperreader.feeds.syntax.page_lines import Line

_RULE = re.compile(r" ?-{10,}")
_SECTION = re.compile(r" ?(%-%-%-|%%--%%--|%%%---%%%---)[%-]*")
_REST_OF_RULE = re.compile(r" ?[%-]+")
_SECTIONS = {"%-%-%-": Announced.CROSS, "%%--%%--": Announced.REPLACEMENT, "%%%---%%%---": None}
_HEADING = re.compile(r"\s*/\*(.{6,40})\*/\s*")
_OWN_FIELD = re.compile(r"\s{0,3}(?:Title|Authors?|Categories): ")
_SIZE = re.compile(r"\d ?kb\)$")
_SUBJECT = re.compile(
    r"^Subject:.{0,200}?\b([a-z][a-z-]{1,19}(?:\.[A-Za-z-]{1,19})?) daily\b(?: (\d+) new)?(?: \+ (\d+) cross)?", re.M
)
_CANCEL = re.compile(r"To:\s{0,9}([a-z-]{2,20}(?:\.[A-Za-z-]{1,20})?)@arxiv\.org,\s*Subject:\s*cancel", re.IGNORECASE)
_RECEIVED = re.compile(r"received from\s.{10,40}?\sto\s+(.{10,40}?GMT)", re.DOTALL)
_DATE = re.compile(r"^Date:\s*(.{6,60})$", re.MULTILINE)
_IS_MAIL = re.compile(
    rb"\\\\(?:[\s>]|<[^<>]{0,200}>|=\r?\n|=[0-9A-F]{2}|&(?:nbsp|gt|#\d{1,4});){0,200}"
    rb"(?:arXiv:\s*[\w.-]{2,20}[./]\d|Paper[^\n]{0,20}: [a-z-]{2,20}/\d{7}|/\* \w)"
)
_IS_SUBJECT = re.compile(rb"^Subject:[^\n]{0,200}\b(?:daily \d+ new|daily Subj-class)", re.MULTILINE)
_FURNITURE = re.compile(
    r"\s{0,9}(?:Send any comments|Archives at|To unsubscribe|For help|For subscribe|Submissions to)"
)
NO_LISTING = "not an arXiv listing mail: it has no papers"
MAX_DIGITS = 7
"""From this number of digits on, a number of papers is invalid."""
SECTION_WIDTH = 30
"""A line of at least this length after a ruler is a new ruler, not the wrapped rest."""
ANNOUNCED_WITHIN = 5
"""Days between the last submission and the mail, over a weekend and a holiday."""


@dataclass(slots=True)
class _Mail(ProblemLog):
    """The state of reading a mail."""

    head: str = ""
    days: dict[date | None, list[ParsedPaper]] = field(default_factory=dict)
    section: Announced | None = Announced.NEW
    heading: date | None = None
    blocks: Counter[Announced] = field(default_factory=Counter)
    without_abstract: list[list[Line]] = field(default_factory=list)


class MailImporter:
    """The importer of listing mails."""

    format = "arxiv-mail"
    max_bytes = 16_000_000
    """The largest known mail has 135,000."""
    max_lines = 400_000

    def recognises(self, head: bytes) -> bool:
        r"""Whether a line of two backslashes stands before an arXiv id; or a mail's subject is that of a listing."""
        if _IS_MAIL.search(head) or _IS_SUBJECT.search(head[:20_000]):
            return True
        mails = read_mails(head) if b"base64" in head.lower() else ()
        return any(
            MARK.fullmatch(line.text) and _begins_paper(lines[at + 1 : at + 4])
            for lines in mails
            for at, line in enumerate(lines)
        )

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """A listing for each mail, and for each day of a weekly mail."""
        mails = [(lines, _read_mail(lines)) for lines in read_mails(data)]
        if not any(_is_listing(mail) for _, held in mails for mail in held):
            return (ParsedListing((), (Problem(None, f"is {NO_LISTING}"),), feed="arxiv"),)
        for lines, held in mails:
            if lines and not any(map(_is_listing, held)):
                held[0].refuse(lines, NO_LISTING)
        return tuple(listing for _, held in mails for mail in held for listing in _listings(mail))


def _is_listing(mail: _Mail) -> bool:
    return bool(mail.blocks or mail.problems or _SUBJECT.search(mail.head) or _RECEIVED.search(mail.head))


def _read_mail(lines: Sequence[Line]) -> list[_Mail]:
    """The listings of a mail, which may contain several mails."""
    mails = [_Mail()]
    for chunk in _chunks(lines):
        if isinstance(chunk, str):
            mails[-1].section = _SECTIONS[chunk]
        else:
            _read_chunk(chunk, mails)
    return mails


def _chunks(lines: Sequence[Line]) -> Iterator[str | list[Line]]:
    """The lines between rulers, with the starts of sections. A paper also starts a chunk without a ruler."""
    chunk: list[Line] = []
    marks = 0
    after_rule = in_abstract = False
    for place, line in enumerate(lines):
        following = lines[place + 1 : place + 4]
        section = _SECTION.fullmatch(line.text)
        # A ruler inside an abstract is the authors' own.
        is_rule = _RULE.fullmatch(line.text) and not (in_abstract and _goes_on(following))
        if section or is_rule or (after_rule and _REST_OF_RULE.fullmatch(line.text)):
            yield from [chunk] if chunk else []
            if section and not (after_rule and len(section[0]) < SECTION_WIDTH):
                yield section[1]
            chunk, marks, in_abstract, after_rule = [], 0, False, True
            continue
        after_rule = False
        mark = MARK.fullmatch(line.text)
        if mark and chunk and _begins_paper(following):
            yield chunk
            chunk, marks = [], 0
        if chunk or line.text.strip():
            chunk.append(line)
        marks += 0 if mark is None else 9 if mark["end"] else 1
        in_abstract = marks == 2 and mark is None
    yield from [chunk] if chunk else []


def _goes_on(following: Sequence[Line]) -> bool:
    after = next((line.text for line in following if line.text.strip()), "")
    return bool(after) and not any(sign.fullmatch(after) for sign in (MARK, _RULE, _SECTION))


def _begins_paper(lines: Sequence[Line]) -> bool:
    first = next((line.text for line in lines if line.text.strip()), "")
    name = NAME.fullmatch(first)
    return name is not None and parse_arxiv(name["id"]) is not None


def _read_chunk(lines: list[Line], mails: list[_Mail]) -> None:
    mail = mails[-1]
    written = [line for line in lines if line.text.strip()]
    texts = [line.text for line in written]
    is_marked = MARK.fullmatch(texts[0]) is not None
    if is_marked and len(texts) > 1 and (heading := _HEADING.fullmatch(texts[1])):
        mail.heading = day_in(heading[1])
        if mail.heading is None:
            mail.refuse(lines, "a heading that is not a date")
        if rest := written[3:] if MARK.fullmatch(texts[2] if len(texts) > 2 else "") else written[2:]:
            _read_chunk(rest, mails)
    elif is_marked or _begins_paper(written) or any(map(_OWN_FIELD.match, texts)):
        _read_paper(lines, mail)
    elif any(map(MARK.fullmatch, texts)) or any(map(_SIZE.search, texts)):
        mail.refuse(lines, "the end of a paper without its beginning")
    elif _RECEIVED.search("\n".join(texts)) or _SUBJECT.search("\n".join(texts)):
        if mail.blocks:
            mails.append(_Mail())
        mails[-1].head += "\n" + "\n".join(texts)
    elif not mail.blocks:
        mail.head += "\n" + "\n".join(texts)
    elif not any(map(_FURNITURE.match, texts)):
        mail.refuse(lines, "belongs to no paper")


def _read_paper(lines: list[Line], mail: _Mail) -> None:
    """Read a paper, and make its missing or odd parts problems."""
    block = Block()
    for line in lines:
        block.take(line)
    announced = block.announced(mail.section)
    mail.blocks[announced] += 1
    found = block.paper(lines[0].number, announced)
    if isinstance(found, str):
        mail.refuse(lines, found)
        return
    mail.days.setdefault(mail.heading, []).append(found)
    if block.odd:
        mail.refuse(block.odd, "is neither a field nor the abstract of its paper")
    if block.part is Part.HEAD:
        mail.refuse(lines, "the paper is cut off before its abstract")
    elif block.part is Part.ABSTRACT and block.abstract:
        mail.refuse(lines, "the abstract has no end; it may be cut off")
    elif block.part is Part.ABSTRACT and mail.heading is None:
        mail.without_abstract.append(lines)
    elif block.is_without_abstract:
        mail.refuse(lines, "the abstract is missing, or cannot be separated from the text before it")


def _listings(mail: _Mail) -> tuple[ParsedListing, ...]:
    """The listings of a mail; the first one has the problems."""
    _find_what_is_missing(mail)
    if not mail.blocks and not mail.problems:
        return ()
    feed, own_day = _feed(mail), _day(mail.head)
    days = mail.days or {None: []}
    return mail.on_first(
        [ParsedListing(tuple(papers), (), date=heading or own_day, feed=feed) for heading, papers in days.items()]
    )


def _find_what_is_missing(mail: _Mail) -> None:
    """Report repeated abstracts, and papers that the subject counts but the mail lacks."""
    if any(paper.abstract for papers in mail.days.values() for paper in papers):
        for lines in mail.without_abstract:
            mail.refuse(lines, "the abstract is cut off")
    if mail.section is Announced.REPLACEMENT:
        mail.problems.append(Problem(None, "the mail is cut off: the end of its replacements is missing"))
    if said := _SUBJECT.search(mail.head):
        for what, noun, number in ((Announced.NEW, "new paper", said[2]), (Announced.CROSS, "cross-list", said[3])):
            if number and len(number) < MAX_DIGITS and (had := mail.blocks[what]) < int(number):
                announced = f"{number} {noun}{'' if int(number) == 1 else 's'}"
                reason = f"the mail is cut off: its subject announces {announced}, but the mail has {had}"
                mail.problems.append(Problem(None, reason))


def _feed(mail: _Mail) -> str:
    """The name of the listing: from the subject, the address to cancel it, or the common class of its papers."""
    found = _SUBJECT.search(mail.head) or _CANCEL.search(mail.head)
    if found:
        return f"arxiv:{found[1]}"
    classes = [paper.categories or () for papers in mail.days.values() for paper in papers]
    shared = [name for name in (classes[0] if classes else ()) if all(name in others for others in classes)]
    if len(shared) == 1 and len(classes) > 2:
        return f"arxiv:{shared[0]}"
    archives = Counter(archive for names in classes for archive in dict.fromkeys(name.split(".")[0] for name in names))
    return f"arxiv:{archives.most_common(1)[0][0]}" if archives else "arxiv"


def _day(head: str) -> date | None:
    """The date of a mail: the day it was sent if that is soon after its last submission.

    Otherwise, as in a forward, the next working day. Papers submitted by 14:00 in New York are announced at 20:00, the
    next day in Greenwich; there is no announcement on Fridays and Saturdays.
    """
    sent = [day for text in _DATE.findall(head) if (day := _day_in_greenwich(text))]
    received = _RECEIVED.search(head)
    last = day_in(received[1]) if received else None
    if last is None:
        return sent[-1] if sent else None
    if soon := [day for day in sent if 0 <= (day - last).days <= ANNOUNCED_WITHIN]:
        return soon[-1]
    return last + timedelta(days=max(1, 7 - last.weekday()) if last.weekday() >= 4 else 1)


def _day_in_greenwich(text: str) -> date | None:
    from email.utils import parsedate_to_datetime  # 8 ms that only mails need

    try:
        sent = parsedate_to_datetime(text)
        return sent.astimezone(UTC).date() if sent.tzinfo else sent.date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return day_in(text)
