"""The user's merges and splits. They are decisions like all others, and every later import follows them.

Each is stored as pairs of names: two names of one paper (`same`), or of two papers (`distinct`). The new pairs are
computed inside the store's lock, from one snapshot of the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import combinations, product
from typing import TYPE_CHECKING

from paperreader.domain.captures import Capture, UserPairs, name_pair
from paperreader.domain.grouping import Group, group_captures
from paperreader.domain.identifiers import PaperKey, parse_identifier, scheme_of
from paperreader.domain.text import clean_line
from paperreader.errors import NothingToSettle, UnknownPaper
from paperreader.services.library import Library
from paperreader.storage.catalogue.captures import borne_names, component_of
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.papers import is_close
from paperreader.storage.reading.store import Settlement

if TYPE_CHECKING:
    from concurrent.futures import Future

    from paperreader.domain.history import Action

MERGE, SPLIT = "merge", "split"
"""The names of the two actions in the history."""


@dataclass(frozen=True, slots=True)
class IdentityChange:
    """The result of a merge or a split: the key of the paper, and the keys of the other papers concerned."""

    key: PaperKey
    others: tuple[PaperKey, ...]
    """After a merge, the key that the paper lost; after a split, the other parts."""
    ids: tuple[PaperKey, ...] = ()
    """The ids that the paper lost and that no other paper has."""
    were_one: bool = True
    """Whether the papers were one before."""
    joined: tuple[PaperKey, ...] = ()
    """The parts that now also have sources of a third paper."""


def merge(library: Library, one: PaperKey, other: PaperKey) -> IdentityChange:
    """Merge two papers, whatever contradicts that. The paper keeps what was decided about both.

    Raises NothingToSettle if they are one paper already, UnknownPaper and StoreError.
    """

    def settlement(pairs: UserPairs) -> Settlement:
        first, second = _names(library, one, other)
        if first == second:
            cure = f"paperreader show {one} --sources lists its sources"
            raise NothingToSettle(f"both IDs name {one}, so nothing is merged; {cure}")
        return Settlement(merged_pairs(library.catalogue, first, second, pairs))

    _settle(library, MERGE, settlement)
    into = library.resolve(one)
    return IdentityChange(into, tuple(key for key in (one, other) if key != into))


def split(library: Library, key: PaperKey) -> IdentityChange:
    """Split a paper: undo the user's merges; else split what titles joined; else what several ids joined.

    Imports do not merge the parts again. Each part keeps what was decided about the paper. Raises NothingToSettle for a
    paper of one part, UnknownPaper and StoreError.
    """
    (names,) = _names(library, key)
    return _split(library, names, partial(split_pairs, library.catalogue, names))


def begin_split(library: Library, key: PaperKey) -> Future[Action]:
    """The future action that splits a paper like `split`; raises UnknownPaper and StoreError.

    The future raises what `split` raises. The caller then calls `Library.apply_decisions`.
    """
    (names,) = _names(library, key)

    def settlement(pairs: UserPairs) -> Settlement:
        catalogue = library.names.opened()
        with catalogue.reading():
            return _settlement(catalogue, names, split_pairs(catalogue, names, pairs))

    return library.reading.settle(SPLIT, settlement, library.names)


def keep_apart(library: Library, one: str, other: str) -> IdentityChange:
    """Make sure that two ids or keys name two papers, and that no import merges them.

    If both name one paper, the captures with the second one are split off. A capture with both keeps the better one.
    Raises NothingToSettle if the user keeps them apart already or they name one part, UnknownPaper and StoreError.
    """
    names, others = _names(library, library.resolve(one), library.resolve(other))
    if names != others:
        return _keep_two_apart(library, names, others)
    captures = _captures(library.catalogue, names)
    first, second = (_names_meant(names, captures, text) for text in (one, other))
    if scheme_of(other) == "title":
        second += {name for capture in captures if capture.own in second for name in capture.ids}
    if not set(first).isdisjoint(second) or set(second).issuperset(capture.own for capture in captures):
        cure = f"paperreader show {names[0]} --sources lists the names of its parts"
        raise NothingToSettle(f"both IDs name the same part of {names[0]}, so nothing is split; {cure}")
    borne = _borne(captures)
    for found, name in ((second, first[0]), (first, second[0])):
        if borne.isdisjoint(found):  # ids that only a merge gave to the paper
            return _split(library, names, partial(_without_ids, ids=found, name=name))
    distinct = frozenset(name_pair(*pair) for pair in (*product(first, second), *_shared_ids(captures, second)))

    def split_off(pairs: UserPairs) -> UserPairs:
        # A merge with a third paper can hold both parts together. Then it may be better to cut the second part's
        # merges first: the first part should keep as many captures as possible.
        rest = UserPairs(frozenset(pair for pair in pairs.same if set(pair).isdisjoint(second)), pairs.distinct)
        ways = [
            _without_overruled(library.catalogue, names, given | UserPairs(distinct=distinct))
            for given in (pairs, rest)
        ]
        return max(ways, key=lambda way: _size(_groups(library.catalogue, names, way), first))

    return _split(library, names, split_off)


def _shared_ids(captures: Sequence[Capture], second: Sequence[str]) -> set[tuple[str, str]]:
    """Each capture to split off, with each id that it shares with a capture that stays: pairs of own name and id."""
    off = [capture for capture in captures if capture.own in second]
    staying = _borne(capture for capture in captures if capture.own not in second).difference(second)
    return {(capture.own, name) for capture in off for name in staying.intersection(capture.ids)}


def _size(groups: Iterable[Group], names: Sequence[str]) -> int:
    """The number of captures in the papers that have any of these names."""
    return sum(len(group.captures) for group in groups if not _borne(group.captures).isdisjoint(names))


def _keep_two_apart(library: Library, names: Sequence[str], others: Sequence[str]) -> IdentityChange:
    """Keep two papers apart, whatever imports find; raises NothingToSettle if the user keeps them apart already."""
    distinct_from = library.reading.pairs().distinct_from
    if any(not distinct_from.get(name, frozenset()).isdisjoint(others) for name in names):
        cure = f"paperreader merge {names[0]} {others[0]} merges them"
        raise NothingToSettle(f"{names[0]} and {others[0]} are kept as 2 papers already; {cure}")
    pair = UserPairs(distinct=frozenset({name_pair(names[0], others[0])}))
    library.settle(SPLIT, lambda pairs: Settlement(pairs | pair))
    return IdentityChange(PaperKey(names[0]), (PaperKey(others[0]),), were_one=False)


def _split(library: Library, names: tuple[str, ...], new_pairs: Callable[[UserPairs], UserPairs]) -> IdentityChange:
    """Split the paper with these names by new pairs."""
    captures = {capture.fingerprint for capture in _captures(library.catalogue, names)}
    before = set(library.catalogue.ids_of([PaperKey(names[0])]).values())
    _settle(library, SPLIT, lambda pairs: _settlement(library.catalogue, names, new_pairs(pairs)))
    owners = library.catalogue.names_of(map(PaperKey, names))
    parts = list(dict.fromkeys(PaperKey(owned[0]) for owned in owners.values()))
    numbers = library.catalogue.ids_of(parts)
    key = next((part for part in parts if numbers[part] in before), PaperKey(names[0]))
    others = tuple(part for part in parts if part != key)
    sources = {other: {each.fingerprint for each in _captures(library.catalogue, [other])} for other in others}
    return IdentityChange(
        key,
        others,
        ids=tuple(PaperKey(name) for name in names if _is_id(name) and PaperKey(name) not in owners),
        joined=tuple(other for other in others if not sources[other] <= captures),
    )


def _settle(library: Library, name: str, settlement: Callable[[UserPairs], Settlement]) -> None:
    """Change the pairs by a settlement that reads one snapshot of the catalogue."""

    def work(pairs: UserPairs) -> Settlement:
        with library.catalogue.reading():
            return settlement(pairs)

    library.settle(name, work)


def _settlement(catalogue: Catalogue, names: Sequence[str], pairs: UserPairs) -> Settlement:
    """The settlement that splits a paper of these names. Each name that a part has keeps what was decided."""
    borne: set[str] = set()
    for group in _groups(catalogue, names, pairs):
        borne.update(group.names, *(pairs.kept(capture.names) for capture in group.captures))
    return Settlement(pairs, [tuple(name for name in names if name in borne)], set(names) - borne)


def merged_pairs(catalogue: Catalogue, one: Sequence[str], other: Sequence[str], pairs: UserPairs) -> UserPairs:
    """The pairs that merge two papers, given by their names."""
    papers = [_captures(catalogue, names) for names in (one, other)]
    borne = [
        {*names, *(name for capture in captures for name in pairs.kept(capture.names))}
        for names, captures in zip((one, other), papers, strict=True)
    ]
    between = {name_pair(*names) for names in product(*borne)}
    first, second = (
        next(name for name in (*names, captures[0].own) if name in _borne(captures))
        for names, captures in zip((one, other), papers, strict=True)
    )
    merged = UserPairs(pairs.same | {name_pair(first, second)}, pairs.distinct - between)
    wanted = {capture.fingerprint: capture for captures in papers for capture in captures}
    own = next(capture for capture in papers[0] if first in capture.names)
    while True:
        group = next(group for group in _groups(catalogue, (first, second), merged) if own in group.captures)
        left_out = wanted.keys() - {capture.fingerprint for capture in group.captures}
        more = {name_pair(wanted[print_].own, own.own) for print_ in left_out} - merged.same
        if not more:
            return merged
        merged = UserPairs(merged.same | more, merged.distinct)


def split_pairs(catalogue: Catalogue, names: Sequence[str], pairs: UserPairs) -> UserPairs:
    """The pairs that split a paper of these names; raises NothingToSettle for a paper of one part."""
    captures = _captures(catalogue, names)
    merges = _merges_within(catalogue, {*names, *_borne(captures)}, pairs)
    unmerged = pairs - UserPairs(merges)
    distinct_ids = UserPairs(distinct=frozenset(combinations(sorted(filter(_is_id, names)), 2)))
    for given, by_title in ((unmerged, True), (unmerged, False), (unmerged | distinct_ids, True)):
        parts = group_captures(captures, given, is_close, by_title=by_title)
        if len(parts) > 1:
            return _pairs_of_parts(catalogue, names, parts, pairs)
    if found := sorted({name for pair in merges for name in pair} - _borne(captures)):
        return _without_ids(pairs, found, captures[0].own)
    reason = "all its sources share an id or a text" if len(captures) > 1 else "it has only one source"
    more = next(filter(_is_id, names[1:]), None)
    cure = f"; paperreader split {names[0]} {more} removes one of its ids" if more else ""
    raise NothingToSettle(f"{names[0]} cannot be split: {reason}{cure}")


def _merges_within(catalogue: Catalogue, names: set[str], pairs: UserPairs) -> frozenset[tuple[str, str]]:
    """The `same` pairs between names of a paper, and between them and names that no capture has yet."""
    reached = rest = names
    while rest:
        partners = {partner for name in rest for partner in pairs.same_as.get(name, ())} - reached
        rest = partners - borne_names(catalogue.connection, partners)
        reached = reached | rest
    return frozenset(pair for pair in pairs.same if set(pair) <= reached)


def _pairs_of_parts(catalogue: Catalogue, names: Sequence[str], parts: Sequence[Group], pairs: UserPairs) -> UserPairs:
    """The pairs that split a paper of these names into these parts."""
    own = [
        next((name for name in part.names if name in names and name in _borne(part.captures)), part.captures[0].own)
        for part in parts
    ]
    distinct = frozenset(name_pair(*names) for names in combinations(own, 2))
    return _without_overruled(catalogue, names, pairs | UserPairs(distinct=distinct), parts)


def _without_overruled(
    catalogue: Catalogue, names: Sequence[str], pairs: UserPairs, parts: Sequence[Group] = ()
) -> UserPairs:
    """The pairs without each `same` pair that a `distinct` pair overrules.

    If captures of two `parts` are still one paper, their own names become `distinct`.
    """
    part_of = {capture.fingerprint: place for place, part in enumerate(parts) for capture in part.captures}
    while True:
        groups = _groups(catalogue, names, pairs)
        homes: dict[str, set[int]] = {}
        for place, group in enumerate(groups):
            for name in {*group.names, *_borne(group.captures)}:
                homes.setdefault(name, set()).add(place)
        overruled = {
            pair
            for pair in pairs.same
            if pair[0] in homes and pair[1] in homes and homes[pair[0]].isdisjoint(homes[pair[1]])
        }
        distinct = {
            name_pair(one.own, other.own)
            for group in groups
            for one, other in combinations([each for each in group.captures if each.fingerprint in part_of], 2)
            if part_of[one.fingerprint] != part_of[other.fingerprint]
        }
        if not (overruled or distinct - pairs.distinct):
            return pairs
        pairs = UserPairs(pairs.same - overruled, pairs.distinct | distinct)


def _without_ids(pairs: UserPairs, ids: Sequence[str], name: str) -> UserPairs:
    """The pairs that remove ids from the paper with this name."""
    gone = frozenset(pair for pair in pairs.same if not set(pair).isdisjoint(ids))
    return UserPairs(pairs.same - gone, pairs.distinct | {name_pair(name, identifier) for identifier in ids})


def _groups(catalogue: Catalogue, names: Iterable[str], pairs: UserPairs) -> list[Group]:
    """The papers that pairs make of all captures connected to these names."""
    component = component_of(catalogue.connection, names, pairs | catalogue.pairs_applied())
    return group_captures((each.capture for each in component.values()), pairs, is_close)


def _captures(catalogue: Catalogue, names: Sequence[str]) -> list[Capture]:
    """The captures of a paper in canonical order; raises UnknownPaper."""
    if found := [each.capture for each in catalogue.captures_of_paper(PaperKey(names[0]))]:
        return found
    raise UnknownPaper(f"{names[0]}: another window changed this paper, so nothing is decided; repeat the command")


def _borne(captures: Iterable[Capture]) -> set[str]:
    """All names that captures have."""
    return {name for capture in captures for name in capture.names}


def _is_id(name: str) -> bool:
    return scheme_of(name) in ("arxiv", "doi")


def _names(library: Library, *keys: PaperKey) -> list[tuple[str, ...]]:
    """All names of papers; raises UnknownPaper if a paper is not in the catalogue."""
    found = library.catalogue.names_of(keys)
    for key in keys:
        if key not in found:
            raise UnknownPaper(f"{key}: the catalogue lost this paper, so nothing changes; import its file again")
    return [found[key] for key in keys]


def _names_meant(names: Sequence[str], captures: Sequence[Capture], text: str) -> list[str]:
    """The names of a paper that an id, a key, the beginning of a key or the address of a title stands for."""
    exact = {text, str(parse_identifier(text))}
    if found := [name for name in names if name in exact]:
        return found
    found = [name for name in names if name.startswith(text) or name.partition(":")[2].startswith(text)]
    if len(found) > 1:
        raise UnknownPaper(f"{clean_line(text, 100)}: more than one name begins with this; write more of the name")
    addresses = {text, text.replace("title:", "short:", 1)}
    titled = [capture.own for capture in captures if not addresses.isdisjoint(capture.blocks)]
    return found or titled or [names[0]]
