"""Imports saved answers of arXiv's query API, which are in Atom.

The answer to an invalid query looks like a paper: one entry called `Error`, whose id is an address under
`/api/errors`.
"""

import re

from paperreader.domain.identifiers import parse_arxiv
from paperreader.domain.import_result import EXCERPT, ParsedListing, ParsedPaper, Problem
from paperreader.domain.text import clean_line
from paperreader.feeds.arxiv.feed_items import read_items
from paperreader.feeds.arxiv.text import categories_in, day_in, identifiers_of, standing_of, unwrapped, version_in
from paperreader.feeds.syntax.xml import Element
from paperreader.feeds.texts.names import read_name

MAX_QUERY = 200
"""Characters of a query that name its listing."""

_IS_ANSWER = re.compile(rb"<(?:\w{1,20}:)?feed\b.*?(?:arxiv\.org/api|arXiv Query)", re.IGNORECASE | re.DOTALL)
_QUERY = re.compile(r"search_query=(.*?)(?:&id_list=.*|&start=.*|&max_results=.*)?", re.DOTALL)
_LINKS = {"pdf": "pdf", "alternate": "page"}


class QueryImporter:
    """The importer of answers of the query API."""

    format = "arxiv-api"
    max_bytes = 32_000_000
    """An answer has up to 2,000 papers of some 4,000 bytes."""
    max_lines = 1_000_000

    def recognises(self, head: bytes) -> bool:
        """Whether it is an Atom feed that names the query API, or an error of it, before the first entry."""
        begin = head[:4_000]
        return _IS_ANSWER.search(begin) is not None

    def parse(self, data: bytes) -> tuple[ParsedListing, ...]:
        """The listing of an answer with its papers in order; none for a query without results."""
        read = read_items(data, _paper)
        root = read.root
        if root is None or root.name != "atom:feed":
            read.problems.append(Problem(None, "is not a response of arXiv's query API"))
        elif not read.papers and not read.problems:
            # arXiv sometimes sends no paper of those that it found.
            if _count(root, "opensearch:totalResults") <= _count(root, "opensearch:startIndex"):
                return ()
            read.problems.append(Problem(None, "announces papers but contains none; fetch the list again"))
        listing = ParsedListing(
            papers=tuple(paper for _, paper in read.papers),
            problems=(),
            date=day_in(root.child_text("atom:updated")) if root else None,
            feed=_name(root),
            before=_count(root, "opensearch:startIndex") if root else 0,
        )
        return read.on_first([listing])


def _paper(entry: Element) -> ParsedPaper | Problem:
    title, name = entry.child_text("atom:title"), entry.child_text("atom:id")
    summary = entry.child_text("atom:summary")
    if "/api/errors" in name:
        return Problem(entry.line, f"arXiv refused the query: {clean_line(summary, EXCERPT) or 'it does not say why'}")
    identifier = parse_arxiv(name)
    if identifier is None:
        return Problem(entry.line, "an entry without an arXiv id", clean_line(title or name, EXCERPT))
    if not title:
        return Problem(entry.line, "an entry without a title", clean_line(name, EXCERPT))
    authors = [read_name(author.child_text("atom:name")) for author in entry.children("atom:author")]
    classes = entry.children("arxiv:primary_category", "atom:category")
    terms = [element.attributes.get("term", "") for element in sorted(classes, key=lambda one: one.name[:4] == "atom")]
    comments = entry.child_text("arxiv:comment")
    return ParsedPaper(
        title=" ".join(title.split()),
        abstract=unwrapped(summary),
        authors=tuple(filter(None, authors)) or None,
        published=day_in(entry.child_text("atom:published")),
        identifiers=identifiers_of(identifier, entry.child_text("arxiv:doi")),
        line=entry.line,
        links=_links(entry),
        categories=categories_in(terms),
        version=version_in(name),
        standing=standing_of(comments, summary),
    )


def _links(entry: Element) -> tuple[tuple[str, str], ...]:
    found: dict[str, str] = {}
    for link in entry.children("atom:link"):
        kind = _LINKS.get(link.attributes.get("title", "")) or _LINKS.get(link.attributes.get("rel", ""))
        if kind and (address := link.attributes.get("href", "").strip()):
            found.setdefault(kind, address)
    return tuple(sorted(found.items()))


def _count(root: Element, name: str) -> int:
    """A number in the answer; 0 if invalid or too large."""
    text = root.child_text(name).strip()
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _name(root: Element | None) -> str:
    """The query that the title repeats: `arXiv Query: search_query=…&id_list=…&…`."""
    from urllib.parse import unquote_plus  # 3 ms that only these answers need

    title = root.child_text("atom:title") if root else ""
    match = _QUERY.fullmatch(title[title.find("search_query=") :]) if len(title) < 20 * MAX_QUERY else None
    query = clean_line(unquote_plus(match[1]), MAX_QUERY) if match else ""
    return f'arxiv:"{query}"' if query else "arxiv:query"
