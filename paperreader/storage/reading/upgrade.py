"""Upgrades an old reading state: its table of merged and split papers becomes pairs and names.

The table had a document for each key that was merged (`is`) or split (`not`), with further names of both papers
(`names`, `into_names`). Decisions about merged papers are under the key they were merged into.
"""

from collections.abc import Iterable

from paperreader.domain.captures import UserPairs, name_pair
from paperreader.storage.journal.format import Document, is_sound
from paperreader.storage.reading.document_format import by_quality

IDENTITIES = "identities"
"""The old table."""
UPGRADE = "upgrade"
"""The name of the upgrading action; undo and redo skip it."""


def upgraded_pairs(documents: Iterable[Document]) -> UserPairs:
    """The pairs in old documents. A merge overrules a split."""
    documents = list(documents)
    one_paper = {name: number for number, names in enumerate(joined_names(documents)) for name in names}
    same, distinct = set(), set()
    for document in filter(is_sound, documents):
        own, into = _own_names(document), _into_names(document)
        if into:
            same |= {name_pair(own[0], into[0]), name_pair(own[:2][-1], into[:2][-1])}
        for name, other in ((name, other) for name in own for other in _names(document, "not")):
            if one_paper.get(name, name) != one_paper.get(other, other):
                distinct.add(name_pair(name, other))
    return UserPairs(frozenset(names for names in same if names[0] != names[1]), frozenset(distinct))


def joined_names(documents: Iterable[Document]) -> list[tuple[str, ...]]:
    """All names of each merged paper, best first."""
    found: dict[str, set[str]] = {}
    for document in filter(is_sound, documents):
        if into := _into_names(document):
            names = {*_own_names(document), *into}
            names.update(*(found.get(name, ()) for name in tuple(names)))
            found |= dict.fromkeys(names, names)
    papers = {id(names): names for names in found.values()}
    return [tuple(sorted(names, key=by_quality)) for names in papers.values()]


def _own_names(document: Document) -> list[str]:
    return [document["key"], *_names(document, "names")]


def _into_names(document: Document) -> list[str]:
    into = document.get("is")
    return [into, *_names(document, "into_names")] if isinstance(into, str) else []


def _names(document: Document, field: str) -> list[str]:
    names = document.get(field)
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []
