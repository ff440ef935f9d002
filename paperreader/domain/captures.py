"""Captures: what one source said about one paper at one time, with the names that it gave the paper.

A paper is a group of captures (`grouping`). It is derived and never edited. Grouping needs four things:

* The *fingerprint* tells one capture from another. The order of fingerprints is the canonical order of captures: the
  order in which captures arrive decides nothing.
* The *names* of a capture are its own name, a hash of its texts and ids, and the ids that its source gave.
* The *blocks* of a capture select the captures to compare it with: those that share a block. `grouping` decides
  whether two of them are one paper.
* The user's *pairs* of names say which names are of one paper (`same`) and which are of two (`distinct`).
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from paperreader.domain.dates import KnownDate, year_of
from paperreader.domain.identifiers import Identifier, normalise_title, title_hash

if TYPE_CHECKING:  # importing them takes 10 ms, which users of pairs alone save
    from paperreader.domain.import_result import ParsedPaper
    from paperreader.domain.paper import Standing

MIN_TITLE = 20
"""Letters and digits that make a title long. A long title alone can identify a paper."""
_HEAD = 24
"""Letters at each end of an abstract that form a block with a short title."""


@dataclass(frozen=True, slots=True)
class Capture:
    """What one source said about one paper at one time. None: the source did not say it."""

    fingerprint: int
    """Signed hash (64 bits) of all that was parsed except the figures. It orders captures."""
    title: str
    """Cleaned; empty if the source does not give it."""
    abstract: str
    """Cleaned; empty if the source does not give it."""
    own: str
    """The capture's own name. Captures with equal own names are always one paper."""
    ids: tuple[Identifier, ...] = ()
    """All ids that the source gave, in key order."""
    version: int | None = None
    authors: tuple[str, ...] | None = None
    published: KnownDate | None = None
    categories: tuple[str, ...] | None = None
    standing: Standing | None = None
    links: tuple[tuple[str, str], ...] = ()
    figures: int = 0
    """The largest sum of upvotes and comments with which it was seen in a list."""
    places: frozenset[str] = frozenset()
    """The blocks of its places on pages, as `place_block` makes them."""

    @property
    def names(self) -> tuple[str, ...]:
        """The own name, then the ids."""
        return self.own, *self.ids

    @property
    def blocks(self) -> tuple[str, ...]:
        """The blocks of the texts and facts, then those of the places."""
        return *blocks_of(self.title, self.abstract, self.authors, self.published), *sorted(self.places)


def fingerprint_of(parsed: ParsedPaper) -> int:
    """The hash (64 bits) of all that was parsed except upvotes, comments, announcement and line.

    The texts are hashed before they are cleaned. Cleaning is slow, and known captures skip it.
    """
    import hashlib  # 3 ms that only imports need

    title, abstract = parsed.title, parsed.abstract
    published = parsed.published and parsed.published.isoformat()
    standing = parsed.standing and parsed.standing.value
    ids = ordered_ids(parsed.identifiers)
    facts = (parsed.authors, published, ids, parsed.links, parsed.categories, parsed.version, standing)
    # The lengths and the escapes of `ascii` mark where each part ends.
    whole = f"{len(title)} {len(abstract)} {facts!a}{title}{abstract}"
    digest = hashlib.blake2b(whole.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def own_name(
    title: str,
    abstract: str,
    ids: Iterable[Identifier],
    authors: tuple[str, ...] | None = None,
    published: KnownDate | None = None,
) -> str:
    """`text:` and 16 hexadecimal digits: a hash of raw title, raw abstract and ids.

    A title alone is not unique: every year has its `Editorial`. If the abstract is blank, the first surname and the
    year are hashed too (empty if unknown).
    """
    parts = [title, abstract, *ordered_ids(ids)]
    if is_blank(abstract):
        parts += first_surname(authors), str(year_of(published) or "")
    return f"text:{_digest(*parts)[:16]}"


def is_blank(abstract: str) -> bool:
    """Whether an abstract has no letter and no digit. Some sources give a dash."""
    return not any(map(str.isalnum, abstract))


def ordered_ids(ids: Iterable[Identifier]) -> tuple[Identifier, ...]:
    """The ids in key order, each once: `arxiv` before `doi`, then alphabetically. That is the order of the strings."""
    return tuple(sorted(set(ids)))


def blocks_of(
    title: str, abstract: str, authors: tuple[str, ...] | None, published: KnownDate | None
) -> tuple[str, ...]:
    """The address of a cleaned title, and the blocks by which captures with this title meet; empty without a title.

    The address of a long title is its block. Thousands of papers share a short title. Their captures therefore meet by
    first surname and year, and by either end of the abstract.
    """
    if not title:
        return ()
    letters = normalise_title(title)
    if len(letters) >= MIN_TITLE:
        return (f"title:{title_hash(title)}",)
    title = letters or title.strip()
    blocks = [f"short:{title_hash(title)}"]
    surname, year = first_surname(authors), year_of(published)
    if surname and year:
        blocks.append(f"by:{_digest(title, surname, str(year))[:12]}")
    if text := normalise_title(abstract):
        blocks += (f"{end}:{_digest(title, text[part])[:12]}" for end, part in _ENDS.items())
    return tuple(blocks)


_ENDS = {"head": slice(_HEAD), "tail": slice(-_HEAD, None)}
_BLOCKS = frozenset(("title", "by", "page", *_ENDS))


def is_block(name: str) -> bool:
    """Whether captures meet by this entry of `Capture.blocks`. `short:` is an address only."""
    return name.partition(":")[0] in _BLOCKS


def place_block(feed: str, rank: int, title: str) -> str:
    """The block of a page's place: a page imported again has the same title at the same rank."""
    return f"{feed}#{rank}:{title_hash(title)}"


def first_surname(authors: tuple[str, ...] | None) -> str:
    """The last word of the first author's family name, case folded and without accents; empty: unknown.

    Names come as `Given Family` and as `Family, Given`; `van der Berg, Jan` and `Jan van der Berg` agree.
    """
    words = family_name(authors[0] if authors else "").split()
    letters = unicodedata.normalize("NFKD", words[-1].casefold()) if words else ""
    return letters if letters.isascii() else "".join(filter(lambda sign: not unicodedata.combining(sign), letters))


def family_name(name: str) -> str:
    """The family name of an author: of `Berg, Jan` the part before the comma, else the last word."""
    family, comma, _ = name.partition(",")
    words = family.split() or name.split()
    return " ".join(words if comma and family.strip() else words[-1:])


def _digest(*parts: str) -> str:
    import hashlib

    text = "\0".join(part.replace("\0", " ") for part in parts)  # the separator marks the end of each part
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


def name_pair(one: str, other: str) -> tuple[str, str]:
    """Two names as a pair of `UserPairs`: sorted, because neither comes first."""
    return (one, other) if one < other else (other, one)


@dataclass(frozen=True)
class UserPairs:
    """The user's pairs of names: two names of one paper (`same`) or of two (`distinct`). Each pair is sorted."""

    same: frozenset[tuple[str, str]] = frozenset()
    distinct: frozenset[tuple[str, str]] = frozenset()

    def __or__(self, other: UserPairs) -> UserPairs:
        return UserPairs(self.same | other.same, self.distinct | other.distinct)

    def __sub__(self, other: UserPairs) -> UserPairs:
        return UserPairs(self.same - other.same, self.distinct - other.distinct)

    def names(self) -> frozenset[str]:
        """All names that stand in a pair."""
        return frozenset(name for pair in (*self.same, *self.distinct) for name in pair)

    @cached_property
    def same_as(self) -> Mapping[str, frozenset[str]]:
        """The partners of each name in `same` pairs."""
        return _partners(self.same)

    @cached_property
    def distinct_from(self) -> Mapping[str, frozenset[str]]:
        """The partners of each name in `distinct` pairs."""
        return _partners(self.distinct)

    def kept(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The names of a capture, without names that the user keeps distinct from an earlier name."""
        if self.distinct_from.keys().isdisjoint(names):
            return names
        kept: list[str] = []
        for name in names:
            if self.distinct_from.get(name, frozenset()).isdisjoint(kept):
                kept.append(name)
        return tuple(kept)


def _partners(pairs: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
        found[other].add(one)
    return {name: frozenset(partners) for name, partners in found.items()}
