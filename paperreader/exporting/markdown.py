"""The exporter to Markdown (CommonMark): a heading for each date, below it a heading for each paper.

All text of papers is escaped, so that no character of a title becomes markup. Web addresses become autolinks.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import groupby

from paperreader.domain.dates import long_date
from paperreader.domain.entry import Entry
from paperreader.domain.paper import Paper, find_urls, safe_url, url_spans
from paperreader.exporting.base import Exporter, signed

_SIGNS = re.compile(r"[\\`*_\[\]<>#|~&$!]")
_INDENT = re.compile(r"^ +", re.MULTILINE)
_LINE_START = re.compile(r"^(?:[-+=]|(?P<number>\d{1,9})(?P<dot>[.)]))", re.MULTILINE)


class MarkdownExporter(Exporter):
    """The exporter to Markdown."""

    format = "markdown"
    label = "Markdown"
    extension = ".md"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export papers by the date of their newest listing, newest first, then by rank."""
        return signed(_parts(sorted(entries, key=_order)))


def _parts(ordered: Sequence[Entry]) -> Iterator[str]:
    """The heading, then the sections, with a blank line before each."""
    yield f"# Papers\n\n{len(ordered)} paper{'' if len(ordered) == 1 else 's'}\n"
    for day, group in groupby(ordered, key=_newest_date):
        yield f"\n## {long_date(day) if day else 'Without a date'}\n"
        yield from (f"\n{paper_section(entry)}" for entry in group)


def paper_section(entry: Entry) -> str:
    """The section of a paper: linked title, facts, other links, authors, tags, note, abstract."""
    paper, state = entry.paper, entry.state
    title = _escape(paper.shown_title)
    address = _address(paper.page or "")
    lines = [f"### [{title}](<{address}>)" if address else f"### {title}", "", _facts(entry)]
    if links := _links(paper):
        lines += ["", links]
    if paper.authors:
        lines += ["", f"Authors: {_escape(', '.join(paper.authors))}"]
    if state.tags:
        lines += ["", f"Tags: {_escape(', '.join(state.tags))}"]
    if state.note:
        lines += ["", "Note:", "", _text(state.note)]
    if paper.abstract:
        lines += ["", *(f"> {line}".rstrip() for line in _text(paper.abstract).split("\n"))]
    return "\n".join(lines) + "\n"


def _links(paper: Paper) -> str:
    """A line of links by kind, except the page and the links in the abstract."""
    in_abstract = find_urls(paper.abstract)
    links = {
        kind: _address(url)
        for kind, url in paper.links().items()
        if kind != "page" and not (kind.startswith("link") and url in in_abstract)
    }
    line = " · ".join(f"{_escape(kind)}: <{url}>" for kind, url in links.items() if url)
    return _LINE_START.sub(_escape_start, line)


def _address(url: str) -> str | None:
    """An address for angle brackets; None if it is not a safe web address."""
    return url.replace("<", "%3C").replace(">", "%3E") if safe_url(url) else None


def _facts(entry: Entry) -> str:
    """A line of facts: standing, ids, classes, dates, upvotes, reading state."""
    paper, state = entry.paper, entry.state
    facts = [paper.standing.value] if paper.standing else []
    names = (("arXiv", paper.arxiv_version), ("DOI", paper.identifier("doi")))
    facts += [f"{name} {_escape(value)}" for name, value in names if value]
    if paper.categories:
        facts.append(_escape(", ".join(paper.categories)))
    if paper.published:
        facts.append(f"published {paper.published.isoformat()}")
    guessed = {listed.listing.date for listed in entry.listed if listed.listing.guessed}
    days = [f"{long_date(day)}{' (year guessed)' if day in guessed else ''}" for day in entry.dates]
    if days:
        facts.append(f"listed {', '.join(days)}")
    if entry.upvotes is not None:
        facts.append(f"{entry.upvotes} upvotes")
    facts.append(state.status.value)
    if state.starred:
        facts.append("starred")
    return " · ".join(facts)


def _order(entry: Entry) -> tuple[int, int, str, str]:
    newest = entry.newest
    if newest is None:
        return (0, 0, "", entry.paper.key)
    return (-newest.listing.date.toordinal(), newest.rank, newest.listing.feed, entry.paper.key)


def _newest_date(entry: Entry) -> date | None:
    return entry.newest.listing.date if entry.newest else None


def _escape(text: str) -> str:
    """Escape text in the middle of a line."""
    return _SIGNS.sub(r"\\\g<0>", text)


def _text(text: str) -> str:
    """Escape text of several lines; addresses become autolinks, line breaks stay."""
    parts, done = [], 0
    for start, end in url_spans(text):
        parts += [_escape(text[done:start]), f"<{text[start:end]}>"]
        done = end
    parts.append(_escape(text[done:]))
    lines = _LINE_START.sub(_escape_start, _INDENT.sub(_keep_indent, "".join(parts))).split("\n")
    # A backslash keeps a line break within a paragraph; before a blank line it would be text.
    return "\n".join(
        f"{line}\\" if line and following else line for line, following in zip(lines, [*lines[1:], ""], strict=True)
    )


def _keep_indent(match: re.Match[str]) -> str:
    """Indent with no-break spaces; four plain spaces would start a code block."""
    return "\u00a0" * len(match[0])


def _escape_start(match: re.Match[str]) -> str:
    """Escape characters that would start a list, a rule or a heading."""
    if match["number"]:
        return f"{match['number']}\\{match['dot']}"
    return f"\\{match[0]}"
