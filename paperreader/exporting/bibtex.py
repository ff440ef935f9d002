"""BibTeX entries of papers: `@misc`, with the fields of arXiv's export and the full date."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import accumulate

from paperreader.domain.dates import MONTHS, KnownDate
from paperreader.domain.entry import Entry
from paperreader.exporting.base import Exporter, signed
from paperreader.exporting.citation_keys import citation_key, citation_keys

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_UNBALANCED = _SPECIAL | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_PARTS_NAMES = re.compile(r"(?:^|\s)and(?:\s|$)|^others$", re.IGNORECASE)
"""Words that BibTeX reads as a separator of names, or as "et al."."""

_ARXIV_CLASS = re.compile(r"[a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?")
"""A subject class of arXiv; other sources use words."""


class BibtexExporter(Exporter):
    """The exporter to BibTeX, which biblatex reads as well."""

    format = "bibtex"
    label = "BibTeX"
    extension = ".bib"

    def pieces(self, entries: Iterable[Entry]) -> Iterator[str]:
        """Export one entry per paper, in the given order; the last line is a comment with a signature."""
        return signed((f"{text}\n" for text in bibtex_entries(entries)), "%")


def bibtex_entries(entries: Iterable[Entry]) -> list[str]:
    """The BibTeX entries of papers, with distinct citation keys."""
    chosen = list(entries)
    keys = citation_keys([entry.paper for entry in chosen])
    return [bibtex_entry(entry, key) for entry, key in zip(chosen, keys, strict=True)]


def bibtex_entry(entry: Entry, key: str | None = None) -> str:
    """The BibTeX entry of a paper, without unknown fields; `key` replaces its own citation key."""
    paper = entry.paper
    fields = [("title", f"{{{_escape(paper.title)}}}")] if paper.title else []
    if paper.authors:
        fields.append(("author", " and ".join(map(_author, paper.authors))))
    fields += _date(paper.published) if paper.published else ()
    if arxiv := paper.identifier("arxiv"):
        fields += [("eprint", _escape(arxiv)), ("archivePrefix", "arXiv")]
        if paper.categories and _ARXIV_CLASS.fullmatch(paper.categories[0]):
            fields.append(("primaryClass", paper.categories[0]))
    if doi := paper.identifier("doi"):
        fields.append(("doi", _escape(doi)))
    if paper.page:
        fields.append(("url", paper.page))
    # A month is a macro, which each style replaces by its own word.
    body = ",\n".join(f"  {name:<13} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields)
    return f"@misc{{{key or citation_key(paper)},\n{body}\n}}\n"


def _date(published: KnownDate) -> Iterator[tuple[str, str]]:
    """The fields of a date: year, and month and day if known."""
    yield "year", str(published.year)
    if published.month:
        yield "month", MONTHS[published.month - 1].lower()
    if isinstance(published, date):
        yield "day", str(published.day)


def _author(name: str) -> str:
    return f"{{{_escape(name)}}}" if _PARTS_NAMES.search(name) else _escape(name)


def _escape(text: str) -> str:
    """Escape the special characters of TeX. Unbalanced braces get names, because BibTeX counts escaped braces too."""
    depths = list(accumulate((character == "{") - (character == "}") for character in text))
    balanced = not depths or (min(depths) >= 0 and depths[-1] == 0)
    special = _SPECIAL if balanced else _UNBALANCED
    return "".join(special.get(character, character) for character in text)
