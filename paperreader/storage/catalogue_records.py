"""Stored papers as far as identity and text go: what makes two of them one, and whose text is the better one."""

import json
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from paperreader.domain.dates import year_of
from paperreader.domain.identifiers import PaperKey
from paperreader.domain.parsed import version_of
from paperreader.domain.revisions import is_whole
from paperreader.storage.stored import known_date_of, names_of, object_of, text_of

MIN_AGREEMENT = 90
"""How alike (`rapidfuzz.fuzz.ratio`, 0 to 100) the abstracts of two records of one title must be to be one paper."""
MIN_TITLE = 20
"""Letters and digits from which on a title alone can name a paper whose authors or abstract are unknown."""

_LATEX = re.compile(r"\\[a-zA-Z]+|[\\${}~]|https?://\S+")

Place = tuple[int, int | None, int | None, str | None]
"""Rank, upvotes and comments of a paper in a listing, and as what it is announced there."""

FACTS = ("authors", "published", "categories", "standing")
"""The columns of facts that each capture gives whole or not at all; that of its weight stands beside each."""


@dataclass(frozen=True, slots=True)
class Record:
    """A stored paper as far as identity and text go."""

    id: int
    key: PaperKey
    title: str
    abstract: str
    weight: int
    content_hash: str
    facts: dict[str, tuple[str | None, int]]
    """Authors (JSON), date of publication and so on, each with the weight of the capture that gave it."""
    links: str | None = None

    @property
    def authors(self) -> tuple[str, ...] | None:
        """The names, if they are known."""
        names = names_of(self.facts["authors"][0])
        return None if names is None else tuple(names)

    @property
    def year(self) -> int | None:
        """The year in which it was published, if that is known."""
        return year_of(known_date_of(self.facts["published"][0]))


SELECT = (
    "SELECT id, key, title, abstract, weight, content_hash, links, "
    f"{', '.join(f'{name}, {name}_weight' for name in FACTS)} FROM papers"
)
"""What a record is read from."""


def read_record(row: tuple[Any, ...]) -> Record:
    """The paper in a row of `SELECT`."""
    number, key, title, abstract, weight, content_hash, links, *facts = row
    given = dict(zip(FACTS, zip(facts[::2], facts[1::2], strict=True), strict=True))
    return Record(number, PaperKey(key), text_of(title), text_of(abstract), weight, content_hash, given, links)


def is_better_fact(name: str, one: tuple[str | None, int], other: tuple[str | None, int]) -> bool:
    """Whether a fact of this name, with the weight of its capture, is shown rather than another."""
    (value, weight), (stored, stored_weight) = one, other
    if not isinstance(value, str) or not isinstance(stored, str):  # what is no text was changed on the disk
        return isinstance(value, str)
    return _fact_rank(name, value, weight) > _fact_rank(name, stored, stored_weight)


_PRECISION = {len("2019"): 1, len("2019-05"): 2, len("2019-05-01"): 3}


def shared_weight(weight: int) -> int:
    """The weight of a fact of which it is not known of which of two papers it is; of that, the weight that it had.

    It is below all others: what a capture says of either paper comes before it.
    """
    return ~weight


def _fact_rank(name: str, value: str, weight: int) -> tuple[bool, int, int, str]:
    """What orders the values that captures give for a fact: of dates, one that says more comes first.

    Whether two dates agree is not asked: it orders pairs only, and three captures could come before each other in a
    ring, so that the order of arrival mattered.
    """
    return weight >= 0, _PRECISION.get(len(value), 0) if name == "published" else 0, weight, value


def joined_links(one: str | None, other: str | None) -> str | None:
    """The addresses of two captures or papers: of each kind that of the greater weight."""
    if one is None or other is None or one == other:
        return one if other is None else other
    links = object_of(one)
    for kind, link in object_of(other).items():
        if kind not in links or _link_order(link) > _link_order(links[kind]):
            links[kind] = link
    return json.dumps(dict(sorted(links.items())))


def _link_order(link: Any) -> tuple[int, str]:
    weight, url = link if isinstance(link, list) and len(link) == 2 else (-1, "")
    return (weight if isinstance(weight, int) else -1), str(url)


_ANNOUNCED = (None, "replacement", "cross", "new")


TextRank = tuple[bool, bool, int, bool, int, str]


def text_rank(title: str, abstract: str, weight: int, content_hash: str) -> TextRank:
    """What orders the texts of captures: those with a title come before those without, and so do those with an
    abstract; those of a later version before those of an earlier one.

    Of one version, or of captures that name none, a whole one comes before one that was cut.

    Whether it was cut is asked of each alone. That one text begins with another orders pairs only, and three captures
    could then come before each other in a ring.
    """
    has_text = bool(title), bool(abstract.rstrip())
    return *has_text, version_of(weight) or 0, is_whole(abstract), weight, content_hash


def place_order(place: Place) -> tuple[int, ...]:
    """What orders the places that captures give a paper in one listing."""
    rank, upvotes, comments, announced = place
    figures = (-1 if n is None else n for n in (upvotes, comments))
    return (upvotes or 0) + (comments or 0), *figures, -rank, _ANNOUNCED.index(announced)


@dataclass(frozen=True, slots=True)
class Work:
    """What tells a paper from another one of the same normalised title."""

    title: str
    abstracts: Sequence[str]
    """Every text that it was seen with; one of them agrees where the paper is the same."""
    authors: tuple[str, ...] | None
    year: int | None = None
    """In which it was published."""


def is_same_work(one: Work, other: Work) -> bool:
    """Whether two records of equal normalised titles are one paper."""
    texts, others = ([text for text in work.abstracts if text.strip()] for work in (one, other))
    if texts and others:
        return any(_agree(text, other_text) for text in texts for other_text in others)
    if not is_same_time(one, other):
        return False
    if one.authors and other.authors:
        return _surname(one.authors[0]) == _surname(other.authors[0])
    return is_telling(one.title)


def is_same_time(one: Work, other: Work) -> bool:
    """Whether the years of two works leave it open that they are one.

    `Editorial comments` come back every year, by the same author. A longer title does not, but a preprint of it may be
    some years older than what a journal prints; and where one of the two has an abstract, it is of a paper.
    """
    is_little = not is_telling(one.title) and not any(map(str.strip, (*one.abstracts, *other.abstracts)))
    return one.year == other.year or None in (one.year, other.year) or not is_little


def is_same_work_at_one_rank(one: Work, other: Work) -> bool:
    """The same of two that one list has under one rank, of which as little may be known as that short title."""
    has_texts, has_authors = (all(map(knows, (one, other))) for knows in (_has_text, _has_authors))
    return is_same_work(one, other) if has_texts or has_authors else True


def is_surely_same_work(one: Work, other: Work) -> bool:
    """Whether more than their title says that two records of equal normalised titles are one paper."""
    has_texts, has_authors = (all(map(knows, (one, other))) for knows in (_has_text, _has_authors))
    return (has_texts or (has_authors and is_telling(one.title))) and is_same_work(one, other)


def _has_text(work: Work) -> bool:
    return any(map(str.strip, work.abstracts))


def _has_authors(work: Work) -> bool:
    return bool(work.authors)


def is_telling(title: str) -> bool:
    """Whether a title alone can name a paper."""
    return sum(map(str.isalnum, title)) >= MIN_TITLE


def _agree(one: str, other: str) -> bool:
    if one.startswith(other.strip()) or other.startswith(one.strip()):
        return True  # one of them was cut
    from rapidfuzz import fuzz  # only where two captures differ

    def is_alike(reduce: Callable[[str], str]) -> bool:
        return fuzz.ratio(reduce(one), reduce(other), score_cutoff=MIN_AGREEMENT) >= MIN_AGREEMENT

    return is_alike(_without_tex) or is_alike(_letters)


def _without_tex(text: str) -> str:
    return " ".join(_LATEX.sub(" ", text).split())


def _letters(text: str) -> str:
    r"""Letters and digits, those of TeX's commands too: some sources take only the signs away (`2.5\times`)."""
    return "".join(filter(str.isalnum, text.casefold()))


def _surname(name: str) -> str:
    """The last word of the family name of `Given Family` or `Family, Given`, case folded and without accents.

    Of `van der Berg, Jan` and `Jan van der Berg` that is the same.
    """
    words = name.partition(",")[0].split() or name.split()
    letters = unicodedata.normalize("NFKD", words[-1].casefold()) if words else ""
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
