"""The documents of the user's pairs: two names of one paper (`same`) or of two papers (`distinct`).

Nothing else is stored about merges and splits. The key is the kind and the two sorted names.
"""

from collections.abc import Iterable

from paperreader.domain.captures import UserPairs, name_pair
from paperreader.domain.history import PairChange, PairKind
from paperreader.storage.journal.format import Document, DocumentChange, is_sound

PAIRS = "pairs"
"""The table with a document for each pair."""


def pair_documents(pairs: UserPairs) -> dict[str, Document]:
    """The documents of pairs, by key."""
    found = [(PairKind.SAME, *names) for names in sorted(pairs.same)]
    found += [(PairKind.DISTINCT, *names) for names in sorted(pairs.distinct)]
    return {
        f"{kind} {one} {other}": {"key": f"{kind} {one} {other}", "kind": kind.value, "one": one, "other": other}
        for kind, one, other in found
    }


def read_pairs(documents: Iterable[Document]) -> UserPairs:
    """The pairs in documents. Invalid documents are ignored."""
    found = [names for document in documents if (names := read_pair(document))]
    return UserPairs(*(frozenset(names[1:] for names in found if names[0] is kind) for kind in PairKind))


def read_pair(document: Document) -> tuple[PairKind, str, str] | None:
    """The kind and names of the pair in a document, or None."""
    kind, one, other = (document.get(field) for field in ("kind", "one", "other"))
    if not (is_sound(document) and isinstance(one, str) and isinstance(other, str) and one != other):
        return None
    return next(((known, *name_pair(one, other)) for known in PairKind if known == kind), None)


def pair_changes(changes: Iterable[DocumentChange]) -> tuple[PairChange, ...]:
    """What changes did to pairs."""
    found = []
    for change in (change for change in changes if change.table == PAIRS):
        before, after = (read_pair(document) if document else None for document in (change.before, change.after))
        found += [PairChange(*names, names == before, names == after) for names in (before, after) if names]
    return tuple(change for change in found if change.before != change.after)
