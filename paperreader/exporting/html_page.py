"""The exporter to HTML: one page that needs no other file, in light and dark, with a style for print.

All text of papers is escaped. A policy in the page forbids scripts, pictures and every other request.
"""

from collections.abc import Iterable, Iterator
from html import escape

from paperreader.domain.dates import long_date
from paperreader.domain.entry import Entry
from paperreader.domain.paper import safe_url, url_spans
from paperreader.exporting.base import Exporter, signed

_HEAD = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Papers</title>
<style>
:root { --text: #1c1c1e; --muted: #62626a; --page: #fdfdfc; --rule: #deded9; --link: #1f5fae; }
@media (prefers-color-scheme: dark) {
  :root { --text: #e4e4e0; --muted: #9d9da3; --page: #18181b; --rule: #37373c; --link: #8fbcf2; }
}
body { max-width: 44rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.55 Georgia, serif;
  color: var(--text); background: var(--page); overflow-wrap: anywhere; }
article { border-top: 1px solid var(--rule); padding: 1rem 0; }
h1, h2 { line-height: 1.25; } h2 { font-size: 1.2rem; margin: 0; } p { margin: .5rem 0; white-space: pre-line; }
a { color: var(--link); } .facts { color: var(--muted); font-size: .9rem; }
.note { border-left: 3px solid var(--rule); padding-left: .75rem; }
@media print {
  :root { --text: #000; --muted: #444; --page: #fff; --rule: #bbb; --link: #000; }
  body { max-width: none; margin: 0; font-size: 10.5pt; } h2, .facts { break-after: avoid; }
  p { orphans: 3; widows: 3; }
}
</style>
</head>
<body>
"""


class HtmlExporter(Exporter):
    """The exporter to one page of HTML."""

    format = "html"
    label = "HTML"
    extension = ".html"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export a page with one article per paper, in the given order."""
        return signed(_page(entries))


def _page(entries: Iterable[Entry]) -> Iterator[str]:
    yield f"{_HEAD}<h1>Papers</h1>\n"
    yield from map(_article, entries)
    yield "</body>\n</html>\n"


def _article(entry: Entry) -> str:
    paper, state = entry.paper, entry.state
    title = escape(paper.shown_title)
    lines = [f"<article>\n<h2>{_link(paper.page, title)}</h2>"]
    if paper.authors:
        lines.append(f'<p class="authors">{escape(", ".join(paper.authors))}</p>')
    lines.append(f'<p class="facts">{" · ".join(_facts(entry))}</p>')
    if state.note:
        lines.append(f'<p class="note">{_text(state.note)}</p>')
    if paper.abstract:
        lines.append(f'<p class="abstract">{_text(paper.abstract)}</p>')
    return "\n".join(lines) + "\n</article>\n"


def _facts(entry: Entry) -> Iterator[str]:
    """The facts of a paper: standing, ids, date, lists, reading state, tags, PDF."""
    paper, state = entry.paper, entry.state
    if paper.standing:
        yield paper.standing.value
    if paper.arxiv_version:
        yield f"arXiv {escape(paper.arxiv_version)}"
    if doi := paper.identifier("doi"):
        yield f"DOI {escape(doi)}"
    if paper.published:
        yield f"published {paper.published.isoformat()}"
    if entry.dates:
        yield f"listed {', '.join(map(long_date, entry.dates))}"
    if entry.upvotes is not None:
        yield f"{entry.upvotes} upvotes"
    yield state.status.value
    if state.starred:
        yield "starred"
    yield from (f"#{escape(tag)}" for tag in state.tags)
    if paper.pdf and safe_url(paper.pdf):
        yield _link(paper.pdf, "PDF")


def _text(text: str) -> str:
    """Escaped text with its safe addresses as links."""
    parts, done = [], 0
    for start, end in url_spans(text):
        parts += [escape(text[done:start]), _link(text[start:end], escape(text[start:end]))]
        done = end
    return "".join((*parts, escape(text[done:])))


def _link(url: str | None, shown: str) -> str:
    return f'<a href="{escape(url)}" rel="noreferrer">{shown}</a>' if url and safe_url(url) else shown
