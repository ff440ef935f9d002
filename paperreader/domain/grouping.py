"""Grouping of captures into papers. Only the captures and the user's pairs decide.

**The law.** The order of arrival, row ids and figures are no input. Names, blocks and pairs connect captures. Each
connected part is grouped on its own, and parts do not affect each other. Undo of a pair therefore restores the earlier
groups, and a new catalogue has the groups of the lost one.

**Phases.** Captures with equal own names are one from the start (a *node*). Then edges join groups, the most certain
kind first. Within a phase edges follow the canonical order, which is the order of fingerprints:

1. the user's `same` pairs: every capture with one name and every capture with the other;
2. a shared arXiv id;
3. a shared DOI;
4. equal titles, and similar abstracts or the same place on the same page;
5. equal titles, an abstract absent, and the same first surname (of short titles the same year too);
6. equal long titles, an abstract absent, and authors unknown on one side.

**Contradictions.** An edge is skipped if its groups contradict each other:

* in every phase: a `distinct` pair of the user has a name of each group;
* from phase 2: both groups have arXiv ids and share none; if one has no arXiv id, the same holds for DOIs;
* from phase 5: two abstracts are not similar, or both groups have first surnames and share none.

**Names afterwards.** After a skipped edge two papers can have one name. This name is contested, and neither paper owns
it. Own names are never contested, so each paper owns one. The best owned name is the paper's key.

**Cost.** Of each name and block, only the first 20 captures in canonical order are compared with the others. The cost
is therefore linear, even for 20,000 captures of one title.
"""

from __future__ import annotations

import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from itertools import product
from operator import attrgetter

from paperreader.domain.captures import Capture, UserPairs, first_surname, is_blank, is_block
from paperreader.domain.identifiers import normalise_title, scheme_of

FIRST = 20
"""How many captures of each name, block and group are compared with the others, in canonical order."""
MIN_SHORT_ABSTRACT = 100
"""Shorter abstracts under a short title must have equal letters: editorials can differ in one digit."""
MIN_WORDS = 20
"""With this many different words, abstracts that share less than half of them are different."""

IsClose = Callable[[str, str], bool]
"""Whether two texts are nearly equal: `rapidfuzz.fuzz.ratio` of 90 or more. The domain imports no third party."""

_fingerprint = attrgetter("fingerprint")
_LATEX = re.compile(r"\\[a-zA-Z]+|[\\${}~]|https?://\S+")
_WORD_BITS = 512


class JoinReason(StrEnum):
    """Why two captures are one paper."""

    MERGED = "merged"
    OWN_TEXT = "own text"
    ARXIV = "arxiv"
    DOI = "doi"
    TEXT = "text"
    """The title and the abstract."""
    PLACE = "place"
    AUTHOR = "author"
    TITLE = "title"


_SCHEMES = (JoinReason.ARXIV, JoinReason.DOI)
"""The schemes of ids, the better one first."""


@dataclass(frozen=True, slots=True)
class Join:
    """Two captures (by fingerprint), the reason why they are one paper, and the shared name if there is one."""

    one: int
    other: int
    reason: JoinReason
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """A paper: its captures in canonical order, its owned names (the key first), and the joins of its captures."""

    captures: tuple[Capture, ...]
    names: tuple[str, ...]
    joins: tuple[Join, ...] = ()


def group_captures(
    captures: Iterable[Capture], pairs: UserPairs, is_close: IsClose, *, by_title: bool = True
) -> list[Group]:
    """The papers that captures are, by their first captures in canonical order.

    Captures that meet (by names, by blocks, or through pairs) must be given together. Without `by_title` only phases
    1 to 3 join.
    """
    partition = _Partition(_nodes_of(captures, pairs), pairs, is_close)
    if partition.is_open:
        partition.join_by_names()
    if partition.is_open and by_title:
        partition.join_by_titles()
    return partition.groups()


class _Node:
    """Captures with one own name, in canonical order; or a name without captures from a `same` pair.

    They share title and abstract. Forms of the abstract are computed once, when they are needed.
    """

    def __init__(self, names: tuple[str, ...], captures: Sequence[Capture] = ()) -> None:
        self.names, self.captures = names, list(captures)
        self.abstract = captures[0].abstract.strip() if captures and not is_blank(captures[0].abstract) else ""
        self.surnames = {surname for capture in captures if (surname := first_surname(capture.authors))}

    @cached_property
    def blocks(self) -> frozenset[str]:
        return frozenset(block for capture in self.captures for block in capture.blocks if is_block(block))

    @cached_property
    def has_long_title(self) -> bool:
        return any(block.startswith("title:") for block in self.blocks)

    @cached_property
    def plain(self) -> str:
        """The abstract without TeX commands, TeX signs and URLs."""
        return " ".join(_LATEX.sub(" ", self.abstract).split())

    @cached_property
    def letters(self) -> str:
        r"""Its letters and digits, those of TeX's commands too: some sources drop only the signs (`2.5\times`)."""
        return normalise_title(self.abstract)

    @cached_property
    def words(self) -> int:
        """The set of its words as bits. Comparing two sets is a hundred times as fast as comparing two texts."""
        words = {word.encode(errors="surrogatepass") for word in self.plain.casefold().split()}
        return sum(1 << bit for bit in {zlib.crc32(word) % _WORD_BITS for word in words})

    def is_similar(self, other: _Node, is_close: IsClose) -> bool:
        """Whether two abstracts are similar: nearly equal, or one of them was cut."""
        one, two = self.abstract, other.abstract
        if not (one and two):
            return False
        shorter = min(self.letters, other.letters, key=len)
        if len(shorter) < MIN_SHORT_ABSTRACT and not (self.has_long_title and other.has_long_title):
            return self.letters == other.letters
        if one.startswith(two) or two.startswith(one):
            return True
        # Copies share nearly all words, other texts on the subject a third. Counting words is ten times as fast.
        fewest = min(self.words.bit_count(), other.words.bit_count())
        if fewest >= MIN_WORDS and 2 * (self.words & other.words).bit_count() < fewest:
            return False
        return is_close(self.plain, other.plain) or is_close(self.letters, other.letters)


def _nodes_of(captures: Iterable[Capture], pairs: UserPairs) -> list[_Node]:
    """The nodes in canonical order, then a node for each name that only `same` pairs connect to them.

    Such a name connects all captures that have a `same` pair with it.
    """
    together: defaultdict[str, list[Capture]] = defaultdict(list)
    for capture in sorted(captures, key=_fingerprint):
        together[capture.own].append(capture)
    nodes = [_Node(pairs.kept(found[0].names), found) for found in together.values()]
    if not pairs.same:
        return nodes
    known = {name for node in nodes for name in node.names}
    unknown: set[str] = set()
    rest = [name for name in known if name in pairs.same_as]
    while rest:
        fresh = pairs.same_as[rest.pop()] - known - unknown
        unknown |= fresh
        rest += fresh
    return nodes + [_Node((name,)) for name in sorted(unknown)]


class _Partition:
    """The nodes in groups. The first node of each group is its root."""

    def __init__(self, nodes: Sequence[_Node], pairs: UserPairs, is_close: IsClose) -> None:
        self._nodes, self._pairs = nodes, pairs
        self._are_similar = cache(lambda one, other: nodes[one].is_similar(nodes[other], is_close))
        self._parents = list(range(len(nodes)))
        self._unions = 0
        self._joins: list[list[Join]] = [[] for _ in nodes]
        """The joins of each node."""
        for node, joins in zip(nodes, self._joins, strict=True):
            for capture in node.captures[1:]:
                first = node.captures[0].fingerprint
                joins.append(Join(first, capture.fingerprint, JoinReason.OWN_TEXT, node.names[0]))
        # The facts of each group, stored at its root.
        distinct = pairs.distinct_from.keys()
        self._distinct_names = [distinct & set(node.names) if distinct else set() for node in nodes]
        self._ids = [[{name for name in node.names if name.startswith(kind)} for node in nodes] for kind in _SCHEMES]
        self._surnames = [node.surnames.copy() for node in nodes]
        self._abstracts = [[number] if node.abstract else [] for number, node in enumerate(nodes)]
        """The first nodes of each group that have different abstracts."""

    @property
    def is_open(self) -> bool:
        """Whether there is anything left to join."""
        return len(self._nodes) - self._unions > 1

    def join_by_names(self) -> None:
        """Phases 1 to 3."""
        nodes_of = _nodes_by_name(node.names for node in self._nodes)
        same = {
            (min(one, other), max(one, other))
            for name in nodes_of.keys() & self._pairs.same_as.keys()
            for partner in self._pairs.same_as[name]
            for one in nodes_of[name][:FIRST]
            for other in nodes_of[partner]
        }
        for one, other in sorted(same):
            if not self._are_distinct(self._root(one), self._root(other)):
                self._join(one, other, JoinReason.MERGED)
        for scheme in _SCHEMES:
            for one, other in _edges(found for name, found in nodes_of.items() if name.startswith(scheme)):
                if self._can_join(one, other):
                    shared = set(self._nodes[one].names).intersection(self._nodes[other].names)
                    self._join(one, other, scheme, min(name for name in shared if name.startswith(scheme)))

    def join_by_titles(self) -> None:
        """Phases 4 to 6."""
        blocks: defaultdict[str, list[list[int]]] = defaultdict(list)
        for block, found in _nodes_by_name(node.blocks for node in self._nodes).items():
            blocks[scheme_of(block)].append(found)
        placed = set(_edges(blocks["page"]))
        meeting = _edges(found for kind in ("title", "by", "head", "tail") for found in blocks[kind])
        for one, other in sorted([*placed, *meeting]):
            if self._can_join(one, other):
                if self._are_similar(one, other):
                    self._join(one, other, JoinReason.TEXT)
                elif (one, other) in placed:
                    self._join(one, other, JoinReason.PLACE)
        surnames = [node.surnames for node in self._nodes]
        for one, other in _edges(blocks["title"] + blocks["by"]):
            if not surnames[one].isdisjoint(surnames[other]) and self._can_join_without_abstract(one, other):
                self._join(one, other, JoinReason.AUTHOR)
        for one, other in _edges(blocks["title"]):
            if not (surnames[one] and surnames[other]) and self._can_join_without_abstract(one, other):
                self._join(one, other, JoinReason.TITLE)

    def groups(self) -> list[Group]:
        """The papers. A name of two of them is contested, and owned by neither."""
        members: defaultdict[int, list[int]] = defaultdict(list)
        owners: dict[str, int | None] = {}
        for number, node in enumerate(self._nodes):
            root = self._root(number)
            members[root].append(number)
            for name in node.names:
                # A name without captures is owned only if it is an id: `find-ids` adds ids.
                if node.captures or scheme_of(name) in _SCHEMES:
                    owners[name] = root if owners.get(name, root) == root else None
        owned: defaultdict[int | None, list[str]] = defaultdict(list)
        for name in sorted(owners):  # as strings, `arxiv:` sorts before `doi:` and `doi:` before `text:`
            owned[owners[name]].append(name)
        found = []
        for root, numbers in members.items():
            captures = [capture for number in numbers for capture in self._nodes[number].captures]
            if captures:
                joins = (join for number in numbers for join in self._joins[number])
                found.append(Group(tuple(sorted(captures, key=_fingerprint)), tuple(owned[root]), tuple(joins)))
        return found

    def _can_join(self, one: int, other: int) -> bool:
        """Whether two nodes are in two groups that do not contradict each other by the rules of phase 2."""
        one, other = self._root(one), self._root(other)
        if one == other or self._are_distinct(one, other):
            return False
        for ids in self._ids:
            if ids[one] and ids[other]:
                return not ids[one].isdisjoint(ids[other])
        return True

    def _can_join_without_abstract(self, one: int, other: int) -> bool:
        """Whether two nodes, one of them without an abstract, can be joined by the rules of phase 5."""
        if (self._nodes[one].abstract and self._nodes[other].abstract) or not self._can_join(one, other):
            return False
        one, other = self._root(one), self._root(other)
        surnames, others = self._surnames[one], self._surnames[other]
        if surnames and others and surnames.isdisjoint(others):
            return False
        return all(self._are_similar(*pair) for pair in product(self._abstracts[one], self._abstracts[other]))

    def _are_distinct(self, one: int, other: int) -> bool:
        """Whether a `distinct` pair of the user has a name of each group."""
        names, others = self._distinct_names[one], self._distinct_names[other]
        return bool(others) and any(not self._pairs.distinct_from[name].isdisjoint(others) for name in names)

    def _join(self, one: int, other: int, reason: JoinReason, name: str | None = None) -> None:
        """Join the groups of two nodes."""
        root, gone = sorted((self._root(one), self._root(other)))
        if root == gone:
            return
        # A name without captures has no fingerprint; the first capture of its group is used.
        first, second = (self._nodes[end].captures or self._nodes[self._root(end)].captures for end in (one, other))
        if first and second:
            self._joins[one].append(Join(first[0].fingerprint, second[0].fingerprint, reason, name))
        self._parents[gone] = root
        self._unions += 1
        for sets in (self._distinct_names, self._surnames, *self._ids):
            larger, smaller = sorted((sets[root], sets[gone]), key=len, reverse=True)  # keeps many unions fast
            larger |= smaller
            sets[root] = larger
        if others := self._abstracts[gone]:
            numbers = sorted(self._abstracts[root] + others, reverse=True)
            earliest = {self._nodes[number].abstract: number for number in numbers}  # of each, the last number stays
            self._abstracts[root] = sorted(earliest.values())[:FIRST]

    def _root(self, number: int) -> int:
        parents = self._parents
        while (parent := parents[number]) != number:
            parents[number] = number = parents[parent]
        return number


def _nodes_by_name(names: Iterable[Iterable[str]]) -> dict[str, list[int]]:
    """The numbers of the nodes that have each name, in canonical order."""
    nodes_of: defaultdict[str, list[int]] = defaultdict(list)
    for number, names_of_node in enumerate(names):
        for name in names_of_node:
            nodes_of[name].append(number)
    return nodes_of


def _edges(names: Iterable[Sequence[int]]) -> list[tuple[int, int]]:
    """The first nodes of each name, each paired with all later nodes, in canonical order."""
    return sorted(
        (one, other)
        for numbers in names
        if len(numbers) > 1
        for place, one in enumerate(numbers[:FIRST], 1)
        for other in numbers[place:]
    )
