"""Citation keys: `[auth][year][shorttitle]`, as in Better BibTeX, in lower-case ASCII."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from paperreader.domain.paper import Paper

_OTHER = re.compile(r"[^a-z0-9]")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "Æ": "Ae", "đ": "d", "ı": "i"})


def citation_key(paper: Paper) -> str:
    """The family name of the first author, the year and the first long word of the title; else the paper's key."""
    name, comma, _ = (paper.authors or ("",))[0].partition(",")
    first = name if comma else name.rpartition(" ")[2]  # `Family, Given` or `Given Family`
    year = str(paper.published.year) if paper.published else ""
    word = next(iter(re.findall(r"[A-Za-z]{4,}", _ascii(paper.title))), "")
    key = _OTHER.sub("", f"{_ascii(first)}{year}{word}".lower())
    return key or _OTHER.sub("", paper.key.lower())


def citation_keys(papers: Sequence[Paper]) -> list[str]:
    """A distinct citation key for each paper. The order of the papers does not change the keys.

    Papers with one key are numbered from the oldest: `brook2025lanterns`, `brook2025lanterns-2`.
    """
    keys = list(map(citation_key, papers))
    counts: Counter[str] = Counter()
    for place in sorted(range(len(papers)), key=lambda place: _age(papers[place])):
        counts[key := keys[place]] += 1
        if counts[key] > 1:
            keys[place] = f"{key}-{counts[key]}"
    return keys


def _age(paper: Paper) -> tuple[str, str]:
    return (paper.published.isoformat() if paper.published else "9999", paper.key)


def _ascii(text: str) -> str:
    if text.isascii():
        return text
    return unicodedata.normalize("NFKD", text.translate(_LETTERS)).encode("ascii", "ignore").decode()
