"""Journals' feeds that nobody would serve, and whether all of each was read or named.

Every item bears a number in its title, by which it is found again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from nasty import nasty_line

from paperreader.domain.import_result import ParsedListing

_NUMBER = re.compile(rb"<(?:item|entry)><title>Paper (\d{5})(?!\d)")
_FIVE_DIGITS = re.compile(rb"(?<!\d)\d{5}(?!\d)")
_DAYS = ("Fri, 14 Mar 2025 00:00:00 GMT", "2025-03-14", "13 Mar 2025 23:59:59 -1200", "2025-03-14T23:00:00+14:00",
         "0001-01-01", "9999-12-31T00:00:00Z", "yesterday", "", "2025")  # fmt: skip
_PIECES = (
    "<", ">", "&", "&nbsp;", "&nonsense;", "&#0;", "<![CDATA[", "]]>", "<!--", "-->", "<item>", "</item>", "</channel>",
    "<entry>", "</feed>", "<x:y>", "<!DOCTYPE r [<!ENTITY a 'b'>]>", "<?xml version='1.0'?>", "\x0c", "\ufeff", '"',
    "\n", "<title>", "</title>", "<p>", "<script>", "10.1000/x", "Abstract: ",
)  # fmt: skip
_BEFORE = ("", "", "", "<?xml version='1.0' encoding='UTF-8'?>\n", "\n\n", "<!DOCTYPE rss [<!ENTITY a 'b'>]>\n")
_SPACES = (
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:prism="http://prismstandard.org/namespaces/basic/2.0/"'
)
_RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"'
_SHAPES = (
    (f'<rss version="2.0" {_SPACES}>\n<channel><title>Lanterns</title>\n', "item", "</channel></rss>"),
    ("<rss version='0.91'><channel>", "item", "</channel></rss>\n"),
    (f"{_RDF} {_SPACES}>\n<channel/>", "item", "</rdf:RDF>"),
    (f'<feed xmlns="http://www.w3.org/2005/Atom" {_SPACES}><title>L</title>\n', "entry", "</feed>"),
)
_FIELDS = (
    "<description>{text}</description>", "<summary type='html'>{text}</summary>", "<pubDate>{day}</pubDate>",
    "<published>{day}</published>", "<link>https://example.org/{number}?af=R</link>", "<guid>10.1000/{number}</guid>",
    "<content:encoded><![CDATA[<p>Authors: A, B</p><p>Abstract: {text}</p>]]></content:encoded>",
    "<dc:creator>Baker, A., {text}</dc:creator>", "<author><name>Ada {number}</name></author>",
    "<dc:date>{day}</dc:date>", "<prism:doi>10.1000/{number}</prism:doi>", "<category>Editorial</category>",
)  # fmt: skip


def feed(chance: random.Random) -> bytes:
    """One feed: a few items in one of the dialects, odd pieces in it."""
    head, name, end = chance.choice(_SHAPES)
    items = []
    for number in chance.sample(range(100_000), chance.choice((0, 1, 2, 3, 3, 6))):
        fields = [
            field.format(text=_text(chance), day=chance.choice(_DAYS), number=f"{number:05}")
            for field in chance.sample(_FIELDS, chance.randrange(6))
        ]
        title = f"Paper {number:05}" if chance.random() < 0.95 else ""
        items.append(f"<{name}><title>{title}</title>{''.join(fields)}</{name}>\n")
    text = chance.choice(_BEFORE) + head + "".join(items) + end
    for _ in range(chance.choice((0, 0, 1, 1, 2, 4))):
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(_PIECES) + text[place + chance.choice((0, 0, 1, 20)) :]
    return text.encode("utf-8", "surrogatepass")


def _text(chance: random.Random) -> str:
    line = nasty_line(chance) if chance.random() < 0.5 else "We study lanterns, &lt;b&gt;which&lt;/b&gt; are lit. " * 4
    return line.replace("]]>", "") if chance.random() < 0.5 else line.replace("<", "&lt;").replace("&", "&amp;")


def unaccounted(data: bytes, listings: Sequence[ParsedListing]) -> list[str]:
    """What of a feed is neither part of a paper nor named by a problem and set aside verbatim."""
    papers = [paper for listing in listings for paper in listing.papers]
    problems = [problem for listing in listings for problem in listing.problems]
    aside = [raw for listing in listings for _, raw in listing.set_aside]
    found = [f"set aside, but not in the input: {raw[:60]!r}" for raw in aside if raw not in data]
    if len(aside) > len(problems):
        found.append("set aside without a reason")
    found += ["a listing of nothing" for listing in listings if not listing.papers and not listing.problems]
    found += [f"a paper without a title or a line: {paper}" for paper in papers if not paper.title or not paper.line]
    astray = [listing for listing in listings if listing.papers and not listing.date and not listing.is_undated]
    found += ["a listing that is on no date and on no shelf"] * len(astray)
    held = set(_FIVE_DIGITS.findall("\n".join(paper.title for paper in papers).encode("utf-8", "surrogatepass")))
    held |= set(_FIVE_DIGITS.findall(b"\n".join(aside)))
    if papers and all(problem.line for problem in problems):  # of what is no feed at all the file is there as before
        found += [f"nowhere: {match[0]!r}" for match in _NUMBER.finditer(data) if match[1] not in held]
    return found
