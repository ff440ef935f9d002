"""The sources of a paper: what each one says, which lists name it, and why it belongs to the paper."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from paperreader.domain.captures import Capture
from paperreader.domain.entry import FiledPaper
from paperreader.domain.grouping import Group, Join, JoinReason, group_captures
from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.listing import ListedPaper
from paperreader.services.library import Library
from paperreader.storage.catalogue.captures import component_of
from paperreader.storage.catalogue.catalogue import Catalogue
from paperreader.storage.catalogue.papers import is_close

_WHY = {
    JoinReason.MERGED: "you merged them",
    JoinReason.OWN_TEXT: "the very same text",
    JoinReason.TEXT: "same title and abstract",
    JoinReason.PLACE: "same title at the same rank of the page",
    JoinReason.AUTHOR: "same title and first author",
    JoinReason.TITLE: "same title",
}
_FIRM = (JoinReason.OWN_TEXT, JoinReason.ARXIV, JoinReason.DOI)
SCHEMES = {"arxiv": "arXiv", "doi": "DOI"}


@dataclass(frozen=True, slots=True)
class Source:
    """One capture of a paper, with its places in lists and files."""

    capture: Capture
    listed: tuple[ListedPaper, ...] = ()
    files: tuple[FiledPaper, ...] = ()
    why: str = ""
    """The reason in words why it belongs to the paper; empty for the first source."""
    reason: JoinReason | None = None
    beside: int | None = None
    """The number (from 1) of the source that it was joined to."""


def sources_of(library: Library, key: PaperKey) -> tuple[Source, ...]:
    """The sources of a paper, first the one whose texts are shown; raises StoreError."""
    catalogue = library.catalogue
    with catalogue.reading():
        stored = catalogue.captures_of_paper(key)
        if not stored:
            return ()
        numbers = {each.capture.fingerprint: each.id for each in stored}
        group = _group_of(catalogue, [each.capture for each in stored])
        shown = catalogue.shown_capture(key)
        ids = list(numbers.values())
        places, files = catalogue.places(ids, captures=True), catalogue.files_of(ids, captures=True)
    first = next((each.capture for each in stored if each.id == shown), stored[0].capture)
    found: list[Source] = []
    order: dict[int, int] = {}
    for capture, join in _walk(group, first):
        order[capture.fingerprint] = len(order) + 1
        number = numbers[capture.fingerprint]
        found.append(
            Source(
                capture,
                tuple(places.get(number, ())),
                tuple(files.get(number, ())),
                _why(join) if join else "",
                join.reason if join else None,
                order[join.other if join.one == capture.fingerprint else join.one] if join else None,
            )
        )
    return tuple(found)


def can_split(sources: Sequence[Source]) -> bool:
    """Whether the paper can be split: merges, titles or several ids join its sources."""
    firsts = {source.capture.ids[0] for source in sources if source.capture.ids}
    return len(firsts) > 1 or not {source.reason for source in sources} <= {None, *_FIRM}


def _group_of(catalogue: Catalogue, captures: Sequence[Capture]) -> Group:
    """The group that holds the captures of a paper."""
    # Usually these captures alone make the paper. Thousands of other captures may have the same title.
    pairs = catalogue.pairs_applied()
    groups = group_captures(captures, pairs, is_close)
    if len(groups) > 1:  # other papers joined them, by names in pairs
        component = component_of(catalogue.connection, captures[0].names, pairs)
        groups = group_captures((each.capture for each in component.values()), pairs, is_close)
    return next(group for group in groups if captures[0] in group.captures)


def _walk(group: Group, first: Capture) -> Iterable[tuple[Capture, Join | None]]:
    """The captures of a group, each with its join to an earlier one. The joins of a group form a tree."""
    captures = {capture.fingerprint: capture for capture in group.captures}
    joins: dict[int, list[Join]] = {}
    for join in group.joins:
        joins.setdefault(join.one, []).append(join)
        joins.setdefault(join.other, []).append(join)
    seen = {first.fingerprint}
    waiting: deque[tuple[int, Join | None]] = deque([(first.fingerprint, None)])
    while waiting:
        fingerprint, by = waiting.popleft()
        yield captures[fingerprint], by
        for join in joins.get(fingerprint, ()):
            other = join.other if join.one == fingerprint else join.one
            if other not in seen:
                seen.add(other)
                waiting.append((other, join))


def _why(join: Join) -> str:
    if join.reason in _WHY:
        return _WHY[join.reason]
    name = join.name or ""
    return f"shares {SCHEMES.get(scheme_of(name), '')} {name.partition(':')[2]}"
