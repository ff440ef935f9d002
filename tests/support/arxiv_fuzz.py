"""Inputs of arXiv's formats that nobody would write, and whether all of each was read or named.

Every paper bears a number in its id, its title, its abstract and its authors, by which it is found again.
"""

from __future__ import annotations

import json
import quopri
import random
import re
from collections import defaultdict
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from nasty import nasty_line

from paperreader.domain.import_result import ParsedListing

_NUMBER = re.compile(rb"(?:Paper |2507\.|study |Ada )(\d{5})(?!\d)")
_FIVE_DIGITS = re.compile(rb"(?<!\d)\d{5}(?!\d)")
_NOT_KEPT = re.compile(rb"^(?:> )?Comments:.*\n(?:(?!(?:> )?(?:\\\\|[A-Z][\w-]+:)).*\n)*", re.MULTILINE)
"""Comments of mails, and what damage has put behind them."""
_RULE = "-" * 78
_SECTIONS = ("%-" * 39, "%%--" * 19 + "%%", "%%%---" * 13)
_PIECES = (
    "\\\\", "\\\\ (", _RULE, "-" * 72, *_SECTIONS, "%-%-%-", "/* Fri, 3 Mar 2023 */", "Title: ", "> ", "=20", "<br>",
    "Date: never", "received from  x  to  Thu  2 Mar 23 19:00:00 GMT", "Subject: cs daily 999999 new",
    "<item>", "</item>", "<entry>", "</entry>", "<![CDATA[", "]]>", "<!--", "-->", "&nbsp;", "&#0;", "&#x110000;", "&",
    "<!DOCTYPE a [<!ENTITY b 'c'>]>", "<?xml version='1.0' encoding='utf-16'?>", "</channel></rss>",
    "<a " + "b='' " * 80,
    '{"id":', '"', "{", "}", "[", "]", ",", "\\", "1e999", "NaN", "[" * 3_000, "\0", "\ufeff", "\u2028", "\x0c",
    "Content-Transfer-Encoding: base64", "Content-Type: multipart/mixed; boundary=b", "--b", "\\'" * 300, "(" * 300,
)  # fmt: skip


def unaccounted(data: bytes, listings: Sequence[ParsedListing]) -> list[str]:
    """What of an input is neither part of a paper nor named by a problem and set aside."""
    papers = [paper for listing in listings for paper in listing.papers]
    problems = [problem for listing in listings for problem in listing.problems]
    aside = [raw for listing in listings for _, raw in listing.set_aside]
    found = [f"a paper without a title: {paper}" for paper in papers if not paper.title.strip()]
    found += [f"a paper without an id: {paper}" for paper in papers if not paper.identifiers]
    found += ["a listing of nothing" for listing in listings if not listing.papers and not listing.problems]
    if len(aside) > len(problems):
        found.append("set aside without a reason")
    kept = "\n".join("\n".join((p.title, p.abstract, *(p.authors or ()), *p.identifiers)) for p in papers)
    held = set(_FIVE_DIGITS.findall(b"\n".join((kept.encode("utf-8", "surrogatepass"), *aside))))
    if papers or all(problem.line for problem in problems):  # else the whole input is named: it is of another format
        parts: dict[bytes, set[bytes]] = defaultdict(set)
        for match in _NUMBER.finditer(_NOT_KEPT.sub(b"", data)):
            parts[match[1]].add(match[0])
        # A single line of a paper in the head of an input is what the head says, for all that can be known.
        found += [f"nowhere: {lines}" for number, lines in parts.items() if number not in held and len(lines) > 1]
    return found


def mail(chance: random.Random) -> bytes:
    """A listing mail, of a day or of a week, saved or copied in one way or another."""
    is_week = chance.random() < 0.2
    blocks = [_block(number, chance, is_week=is_week) for number in _numbers(chance)]
    if is_week:
        blocks.insert(chance.randrange(len(blocks) + 1), "\\\\\n/* Thu, 2 Mar 2023 */\n\\\\\n")
        blocks.insert(0, "\\\\\n/* Fri, 3 Mar 2023 */\n\\\\\n")
    else:
        for section in _SECTIONS:
            blocks.insert(chance.randrange(len(blocks) + 1), section)
    head = chance.choice(
        (
            "",
            "Date: Fri,  3 Mar 23 01:29:12 GMT\nSubject: cs daily 3 new + 1 crosses received\n\n",
            "From: a@b\nDate: Mon, 6 Mar 2023 01:29:12 -0500\nSubject: Fwd: cs.CL daily Subj-class mailing\n\n",
        )
    )
    received = f"received from  Wed  1 Mar 23 19:00:00 GMT  to  Thu  2 Mar 23 19:00:00 GMT\n{_RULE}\n"
    text = head + chance.choice(("", received)) + f"{_RULE}\n".join(f"{block}\n" for block in blocks)
    return chance.choice(_COPIES)(_spoilt(text, chance))


def feed(chance: random.Random) -> bytes:
    """A daily feed, in RSS or Atom."""
    numbers = _numbers(chance)
    if chance.random() < 0.5:
        text = "\n".join(_RSS_HEAD + [_item(number, chance) for number in numbers] + ["</channel></rss>"])
    else:
        text = "\n".join([*_ATOM_HEAD, *(_entry(number, chance, _DAILY) for number in numbers), "</feed>"])
    return _spoilt(text, chance).encode("utf-8", "surrogatepass")


def answer(chance: random.Random) -> bytes:
    """An answer of the query API."""
    lines = [*_API_HEAD, *(_entry(number, chance, _QUERIED) for number in _numbers(chance)), "</feed>"]
    return _spoilt("\n".join(lines), chance).encode("utf-8", "surrogatepass")


def snapshot(chance: random.Random) -> bytes:
    """A part of Kaggle's snapshot, in one of the layouts."""
    records = [_record(number, chance) for number in _numbers(chance)]
    text = chance.choice(_LAYOUTS)(records)
    return _spoilt(text, chance).encode("utf-8", "surrogatepass")


MAKERS: dict[str, Callable[[random.Random], bytes]] = {
    "arxiv-mail": mail,
    "arxiv-feed": feed,
    "arxiv-api": answer,
    "kaggle": snapshot,
}
"""What makes inputs, by format."""


def any_input(chance: random.Random) -> bytes:
    """An input of any of them."""
    return chance.choice(tuple(MAKERS.values()))(chance)


def _numbers(chance: random.Random) -> list[str]:
    return [f"{number:05}" for number in chance.sample(range(1, 100_000), chance.choice((0, 1, 2, 3, 3, 5)))]


def _spoilt(text: str, chance: random.Random) -> str:
    """The text, at times with lines lost, doubled, swapped or put in."""
    lines = text.split("\n")
    for _ in range(chance.choice((0, 0, 1, 1, 2, 5))):
        place, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0:
                del lines[place : place + chance.choice((1, 1, 2, 5))]
                lines = lines or [""]
            case 1:
                lines[place:place] = lines[place : place + chance.choice((1, 3))]
            case 2:
                lines[place], lines[other] = lines[other], lines[place]
            case 3:
                lines.insert(place, chance.choice(_PIECES))
            case 4:
                cut = chance.randint(0, len(lines[place]))
                lines[place] = lines[place][:cut] + chance.choice(_PIECES) + lines[place][cut:]
            case _:
                lines.insert(place, nasty_line(chance)[:2_000].replace("\n", " "))
    return "\n".join(lines)


def _block(number: str, chance: random.Random, *, is_week: bool) -> str:
    date = chance.choice(("Date: Wed, 1 Mar 2023 19:00:02 GMT   (3kb,D)", "Date: x", "replaced with revised version y"))
    abstract = f"\\\\\n  We study {number}, {_words(chance)}\nand so on.\n" if not is_week and date[0] == "D" else ""
    end = "\\\\" if is_week else f"\\\\ ( https://arxiv.org/abs/2507.{number} ,  3kb)"
    return (
        f"\\\\\narXiv:2507.{number}{chance.choice(('', '', ' (*cross-listing*)'))}\n{date}\n\n"
        f'Title: Paper {number}\n  {_words(chance)}\nAuthors: Ada {number}, Carl D\\"urer (Here, There) and\n  E. Fox\n'
        f"Categories: cs.CL cs.LG\nComments: {_words(chance)}\n{abstract}{end}"
    )


def _words(chance: random.Random) -> str:
    """Harmless words, as a rule."""
    return nasty_line(chance)[:80].replace("\n", " ") if chance.random() < 0.1 else "on lanterns $x < y$ in fog"


_COPIES: tuple[Callable[[str], bytes], ...] = (
    lambda text: text.encode("utf-8", "replace"),
    lambda text: text.encode("utf-8", "replace").replace(b"\n", b"\r\n"),
    lambda text: text.encode("latin-1", "replace"),
    lambda text: "\n".join(f"> {line}" for line in text.split("\n")).encode("utf-8", "replace"),
    lambda text: (
        b"Content-Transfer-Encoding: quoted-printable\n\n" + quopri.encodestring(text.encode("utf-8", "replace"))
    ),
    lambda text: f"<html><pre>{escape(text)}</pre></html>".encode("utf-8", "replace"),
    lambda text: f"<html>{escape(text)}</html>".replace("\n", "<br>\n").encode("utf-8", "replace"),
)
_RSS_HEAD = [
    '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0">',
    "<channel>",
    "<title>cs.CL updates on arXiv.org</title>",
    "<link>http://rss.arxiv.org/rss/cs.CL+cs.LG</link>",
    "<pubDate>Thu, 18 Sep 2025 00:00:00 -0400</pubDate>",
]
_ATOM_HEAD = [
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"',
    ' xmlns="http://www.w3.org/2005/Atom">',
    "<id>http://rss.arxiv.org/atom/cs.CL</id>",
    "<updated>2025-09-18T04:00:19+00:00</updated>",
]
_API_HEAD = [
    '<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">',
    "<id>https://arxiv.org/api/abc</id>",
    "<title>arXiv Query: search_query=all:fog&amp;id_list=&amp;start=0&amp;max_results=100</title>",
    "<updated>2026-04-12T22:45:06Z</updated>",
]
_DAILY = (
    "<id>oai:arXiv.org:2507.{0}v1</id>",
    "<summary>arXiv:2507.{0}v1 Announce Type: replace-cross \nAbstract: We study {0}.</summary>",
    "<published>2025-09-18T00:00:00-04:00</published>",
    '<dc:creator>Ada {0}, Carl D\\"urer</dc:creator>',
)
_QUERIED = (
    "<id>http://arxiv.org/abs/2507.{0}v3</id>",
    "<summary>  We study {0}.\n  Twice.</summary>",
    '<arxiv:primary_category term="cs.CL"/>',
    "<published>2025-07-18T00:00:00Z</published>",
    "<author><name>Ada {0}</name></author>",
)


def _entry(number: str, chance: random.Random, parts: Sequence[str]) -> str:
    title = f"<title>Paper {number} {escape(_words(chance))}</title>"
    lines = [part.format(number) for part in parts]
    lines.insert(chance.randrange(len(lines) + 1), title)
    return "\n".join(("<entry>", *lines, '<category term="cs.CL"/>', "</entry>"))


def _item(number: str, chance: random.Random) -> str:
    return "\n".join(
        (
            "<item>",
            f"<title>Paper {number} {escape(_words(chance))}</title>",
            f"<link>https://arxiv.org/abs/2507.{number}</link>",
            f"<description>arXiv:2507.{number}v2 Announce Type: new \nAbstract: We study {number}.</description>",
            f'<guid isPermaLink="false">oai:arXiv.org:2507.{number}v2</guid>',
            f"<category>cs.CL</category><dc:creator>Ada {number} (Here, There), E. Fox</dc:creator>",
            "</item>",
        )
    )


def _record(number: str, chance: random.Random) -> dict[str, Any]:
    record: dict[str, Any] = {
        "id": f"2507.{number}",
        "submitter": "E. Fox",
        "authors": f'Ada {number} and C. D\\"urer',
        "title": f"Paper {number}\n  {_words(chance)}",
        "comments": None,
        "doi": "10.1000/ab 10.1000/cd",
        "categories": "cs.CL cs.LG",
        "abstract": f'  We study {number}, {{"id":\nwe do.\n',
        "versions": [{"version": "v1", "created": "Mon, 7 Jul 2025 19:18:42 GMT"}],
        "update_date": "2025-07-26",
        "authors_parsed": [[number, "Ada", ""], ["D\u00fcrer", "C.", ""]],
    }
    for _ in range(chance.choice((0, 0, 0, 1, 3))):
        key = chance.choice(tuple(record))
        record[key] = chance.choice((None, 7, 2507.1, [], {}, [[]], [{}], "", nasty_line(chance)[:200], [1], True))
    return record


_LAYOUTS: tuple[Callable[[list[dict[str, Any]]], str], ...] = (
    lambda records: "\n".join(map(json.dumps, records)),
    lambda records: json.dumps(records),
    lambda records: json.dumps(records, indent=2, ensure_ascii=False),
    lambda records: json.dumps(records, indent=0),
    lambda records: ",\r\n".join(map(json.dumps, records)) + ",",
)
