"""BibTeX entries (`@misc`, with the fields arXiv's own export has, and the whole date), for one paper at a time."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import accumulate

from paperreader.domain.dates import MONTHS, KnownDate
from paperreader.domain.entry import Entry
from paperreader.domain.paper import Paper

_SPECIAL = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "%": r"\%", "#": r"\#", "&": r"\&",
    "_": r"\_", "$": r"\$", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip
_UNBALANCED = _SPECIAL | {"{": r"\textbraceleft{}", "}": r"\textbraceright{}"}
_PARTS_NAMES = re.compile(r"(?:^|\s)and(?:\s|$)|^others$", re.IGNORECASE)
"""What BibTeX takes for the end of a name, or for "et al."."""

_ARXIV_CLASS = re.compile(r"[a-z-]{2,20}(?:\.[A-Za-z-]{2,20})?")
"""arXiv's subject classes; other sources name theirs in words."""


def bibtex_entries(entries: Iterable[Entry]) -> list[str]:
    """The BibTeX entries of papers, no two with the same citation key."""
    taken: Counter[str] = Counter()
    texts = []
    for entry in entries:
        key = _citation_key(entry.paper)
        taken[key] += 1
        texts.append(bibtex_entry(entry, key if taken[key] == 1 else f"{key}-{taken[key]}"))
    return texts


def bibtex_entry(entry: Entry, key: str | None = None) -> str:
    """The BibTeX entry of a paper (None: under its own key); what is not known (authors, year) is left out."""
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
    # The name of a month is a macro, for which every style has its own words.
    body = ",\n".join(f"  {name:<13} = {value if name == 'month' else f'{{{value}}}'}" for name, value in fields)
    return f"@misc{{{key or _citation_key(paper)},\n{body}\n}}\n"


def _date(published: KnownDate) -> Iterator[tuple[str, str]]:
    """The fields of a date, as far as it is known."""
    yield "year", str(published.year)
    if published.month:
        yield "month", MONTHS[published.month - 1].lower()
    if isinstance(published, date):
        yield "day", str(published.day)


def _citation_key(paper: Paper) -> str:
    """First author's family name, year and first long word of the title, as far as they are known."""
    name, comma, _ = (paper.authors or ("",))[0].partition(",")
    first = name if comma else name.rpartition(" ")[2]  # `Family, Given` or `Given Family`
    year = str(paper.published.year) if paper.published else ""
    word = next((word for word in re.findall(r"[A-Za-z]{4,}", paper.title)), "")
    key = re.sub(r"[^a-z0-9]", "", f"{first}{year}{word}".lower())
    return key or re.sub(r"[^a-z0-9]", "", paper.key.lower())


def _author(name: str) -> str:
    return f"{{{_escape(name)}}}" if _PARTS_NAMES.search(name) else _escape(name)


def _escape(text: str) -> str:
    """The text as TeX prints it; BibTeX counts braces, escaped ones too, so that odd ones are written by name."""
    depths = list(accumulate((character == "{") - (character == "}") for character in text))
    balanced = not depths or (min(depths) >= 0 and depths[-1] == 0)
    special = _SPECIAL if balanced else _UNBALANCED
    return "".join(special.get(character, character) for character in text)
