"""Captures made by hand, and dense worlds of them for properties: few ids, titles and abstracts, many user's pairs."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence

from hypothesis import strategies as st
from invented import prose

from paperreader.domain.captures import Capture, UserPairs, fingerprint_of, is_block, name_pair, ordered_ids, own_name
from paperreader.domain.dates import KnownDate
from paperreader.domain.grouping import Group, JoinReason, group_captures
from paperreader.domain.identifiers import Identifier, PaperKey
from paperreader.domain.import_result import ParsedPaper
from paperreader.storage.catalogue.papers import is_close

LONG = "Slow rivers carry more sand than maps admit"
SHORT = "Editorial"
TEXT = prose(1, 400)
OTHER = prose(2, 400)
YEAR = datetime.date(2025, 3, 1)


def capture(
    title: str = LONG,
    abstract: str = "",
    *ids: str,
    authors: Sequence[str] | None = None,
    published: KnownDate | None = None,
    version: int | None = None,
    places: Iterable[str] = (),
    figures: int = 0,
    links: tuple[tuple[str, str], ...] = (),
) -> Capture:
    """A capture with its real fingerprint and own name."""
    named, known = tuple(map(Identifier, ids)), None if authors is None else tuple(authors)
    parsed = ParsedPaper(title, abstract, known, published, named, version=version, links=links)
    return Capture(
        fingerprint_of(parsed), title, abstract, own_name(title, abstract, named, known, published), ordered_ids(named),
        version, known, published, links=links, figures=figures, places=frozenset(places),
    )  # fmt: skip


def key_of(parsed: ParsedPaper) -> PaperKey:
    """The key of a paper of which nothing else is known."""
    own = own_name(parsed.title, parsed.abstract, parsed.identifiers, parsed.authors, parsed.published)
    return PaperKey((*ordered_ids(parsed.identifiers), own)[0])


def grouped(
    *captures: Capture, same: Iterable[tuple[str, str]] = (), distinct: Iterable[tuple[str, str]] = ()
) -> list[Group]:
    """The papers of captures, with the user's pairs."""
    return group_captures(captures, pairs_of(same, distinct), is_close)


def pairs_of(same: Iterable[tuple[str, str]] = (), distinct: Iterable[tuple[str, str]] = ()) -> UserPairs:
    """The user's pairs, each in whatever order."""
    return UserPairs(*(frozenset(name_pair(*pair) for pair in pairs) for pairs in (same, distinct)))


def reasons(*groups: Group) -> list[JoinReason]:
    """Why papers are what they are."""
    return [join.reason for group in groups for join in group.joins]


def components_of(captures: Sequence[Capture], pairs: UserPairs) -> list[list[Capture]]:
    """The captures by what connects them: names, blocks, and the user's `same` pairs."""
    components: list[tuple[set[str], list[Capture]]] = [(set(pair), []) for pair in pairs.same]
    components += [({*found.names, *filter(is_block, found.blocks)}, [found]) for found in captures]
    for number in range(len(components)):
        names, found = components[number]
        for other in [other for other in components[:number] if not names.isdisjoint(other[0])]:
            names |= other[0]
            found += other[1]
            other[0].clear()
            other[1].clear()
    return [found for _, found in components if found]


_CLOSE = f"{TEXT[:-40]} and so it ended."
_PLACES = ("page:00000001#1:aa", "page:00000001#2:aa")
_UNBORNE = ("arxiv:2503.00009", "doi:10.1000/9", "text:0000000000000009", "title:000000000009")
_captures = st.builds(
    lambda title, abstract, ids, authors, published, version, places: capture(
        title, abstract, *ids, authors=authors, published=published, version=version, places=places
    ),
    st.sampled_from((LONG, LONG, SHORT, SHORT, LONG.upper(), "Slow rivers carry less sand than maps admit", "")),
    st.sampled_from(("", "", TEXT, TEXT[:200], _CLOSE, OTHER)),
    st.sets(
        st.sampled_from(("arxiv:2503.00001", "arxiv:2503.00002", "doi:10.1000/1", "doi:10.1000/2")), max_size=2
    ).map(sorted),
    st.sampled_from((None, None, ("Ada Brook",), ("Cy Dale", "Ada Brook"))),
    st.sampled_from((None, YEAR, YEAR.replace(year=2024))),
    st.sampled_from((None, 1)),
    st.sets(st.sampled_from(_PLACES), max_size=1),
)


@st.composite
def worlds(draw: st.DrawFn, *, distinct: bool = True) -> tuple[list[Capture], UserPairs]:
    """Some captures, and pairs of their names and of names that none of them bears."""
    captures = draw(st.lists(_captures, min_size=1, max_size=9, unique_by=lambda found: found.fingerprint))
    names = st.sampled_from(sorted({*_UNBORNE, *(name for found in captures for name in found.names)}))
    pairs = st.lists(st.tuples(names, names).filter(lambda pair: pair[0] != pair[1]), max_size=4)
    return captures, pairs_of(draw(pairs), draw(pairs) if distinct else ())
