"""BibTeX entries (`@misc`, with the fields arXiv's own export has), for one paper at a time."""

import re

from paperreader.domain.entry import Entry
from paperreader.domain.paper import Paper

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


def bibtex_entry(entry: Entry) -> str:
    """The BibTeX entry of a paper; what is not known (authors, year) is left out."""
    paper = entry.paper
    fields = [("title", f"{{{_escape(paper.title)}}}")]
    if paper.authors:
        fields.append(("author", " and ".join(_escape(name) for name in paper.authors)))
    if paper.published:
        fields.append(("year", str(paper.published.year)))
    if arxiv := paper.identifier("arxiv"):
        fields += [("eprint", _escape(arxiv)), ("archivePrefix", "arXiv")]
    if doi := paper.identifier("doi"):
        fields.append(("doi", _escape(doi)))
    if paper.page:
        fields.append(("url", paper.page))
    body = ",\n".join(f"  {name:<13} = {{{value}}}" for name, value in fields)
    return f"@misc{{{_citation_key(paper)},\n{body}\n}}\n"


def _citation_key(paper: Paper) -> str:
    """First author's family name, year and first long word of the title, as far as they are known."""
    first = paper.authors[0].split()[-1] if paper.authors and paper.authors[0].split() else ""
    year = str(paper.published.year) if paper.published else ""
    word = next((word for word in re.findall(r"[A-Za-z]{4,}", paper.title)), "")
    key = re.sub(r"[^a-z0-9]", "", f"{first}{year}{word}".lower())
    return key or re.sub(r"[^a-z0-9]", "", paper.key.lower())


def _escape(text: str) -> str:
    return "".join(_SPECIAL.get(character, character) for character in text)
