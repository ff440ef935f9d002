"""The documents that hold which keys were found, or said, to be those of one paper, and which of different ones.

Each holds a key, and either the key under which the paper's reading state is now (`is`), or the names of papers that
this one is not (`not`). Where the user said so, it also holds the other names that either goes by (`names`,
`into_names`), so that they are found again in a catalogue that was lost. Beside `is` stands what was decided under both
keys until then (`had`, `beside`), so that the two can be parted however long that is ago. What was decided under both
is joined by the same action, so that taking it back gives either its own again, and the catalogue makes them two. An id
that was found of a paper is such a key, too (`is_id`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from paperreader.domain.history import IdentityChange
from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.storage.journal_format import Document, DocumentChange
from paperreader.storage.reading_documents import PAPERS, document_of, is_sound, keepsake_of, key_of, name_of, state_of

if TYPE_CHECKING:
    from paperreader.storage.reading_states import ReadingStates

IDENTITIES = "identities"
"""The table that holds a document for each such key."""
KEEP_TOGETHER = "keep together"
"""The action that writes down again that papers are one, with what was decided since about any of them.

Nobody decided that, so neither undo nor redo is about it unless it is named by its number.
"""


@dataclass(frozen=True, slots=True)
class Named:
    """A paper by its key and the other names that it goes by: its ids, else its texts (`text_name`)."""

    key: PaperKey
    others: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """All of them."""
        return self.key, *self.others


@dataclass(frozen=True, slots=True)
class Identities:
    """What documents say of names."""

    same: Mapping[PaperKey, PaperKey]
    """The keys whose papers are others, and under which key each is now, however often they were joined."""
    names: Mapping[str, PaperKey]
    """The same of all names by which such papers are known, those of the others included.

    The key of a title is a name of its own where the texts are known of what bore it: another paper may come by it.
    """
    distinct: Mapping[str, frozenset[str]]
    """The names of papers, and those of papers that each is not; either way round."""
    ids: Mapping[PaperKey, PaperKey]
    """Of `same`, the ids that were found of papers."""


@dataclass(frozen=True, slots=True)
class Documents:
    """What an action makes of the documents of identities and of papers, by their keys; None removes one."""

    identities: Mapping[PaperKey, Document | None]
    papers: Mapping[PaperKey, Document | None]


class States(Protocol):
    """What the documents of papers and of identities are."""

    def document(self, key: PaperKey) -> Document | None:
        """The document of a paper, if anything was decided about it."""

    def identity_documents(self) -> dict[PaperKey, Document]:
        """Those that hold which keys are whose."""


class ChangedStates:
    """What the documents are to be by changes that are not made yet."""

    def __init__(self, states: States, changes: Sequence[DocumentChange]) -> None:
        self._states = states
        self._after = {(change.table, name_of(change)): change.after for change in changes}

    def document(self, key: PaperKey) -> Document | None:
        """The document of a paper, if anything is decided about it then."""
        return self._after[PAPERS, key] if (PAPERS, key) in self._after else self._states.document(key)

    def identity_documents(self) -> dict[PaperKey, Document]:
        """Those that hold which keys are whose then."""
        changed = {PaperKey(key): after for (table, key), after in self._after.items() if table == IDENTITIES}
        return {key: after for key, after in (self._states.identity_documents() | changed).items() if after}


def joined_documents(
    same: Mapping[PaperKey, PaperKey],
    states: States,
    said_of: Sequence[Named] = (),
    ids: Collection[PaperKey] = (),
) -> Documents:
    """What joining keys with others makes of the documents.

    Keys under which nothing was decided are left out, but where the user said so: then that is a decision by itself,
    and the papers that it is `said_of` are different ones no more. The keys among `ids` are no papers.
    """
    from paperreader.domain.decision import join  # 2 ms that only verbs that decide need

    there = states.identity_documents()
    others = {named.key: named.others for named in said_of}
    names = {name for named in said_of for name in (*named.names, *_names(there.get(named.key, {}), "names"))}
    reconciled = {key: _reconciled(there[key], names) for key in there if key in names}
    identity = {key: document for key, document in reconciled.items() if document != there[key]}
    papers: dict[PaperKey, Document | None] = {}
    for key, into in same.items():
        theirs, own = (papers.get(name, states.document(name)) for name in (key, into))
        if key == into or (theirs is None and not said_of):
            continue
        identity[key] = {
            **(reconciled.get(key, there.get(key)) or {"key": key}),
            **_listed("names", others.get(key, ())),
            **_listed("into_names", others.get(into, ())),
            "is": into,
            **({"is_id": True} if key in ids else {}),
            **_kept("had", theirs),
            **_kept("beside", own),
        }
        if theirs is not None:
            state = join(state_of(own or {}), state_of(theirs))
            papers[into] = document_of(into, state, keepsake_of(own or {}) or keepsake_of(theirs), None)
            papers[key] = None
    return Documents(identity, papers)


def parted_documents(papers_of: Sequence[Sequence[Named]], states: ReadingStates) -> Documents:
    """What telling papers apart makes of the documents, each given with those that it is to hold, itself first.

    What was decided under the key of one before it was joined with another is there again; what was decided since stays
    with the paper that they were. Of papers joined with the first one, those joined last come first.
    """
    there = states.identity_documents()
    joined = holders_of(there)
    identity: dict[PaperKey, Document | None] = {}
    papers: dict[PaperKey, Document | None] = {}
    (into, *_), *parted = papers_of
    if not any(paper.key in joined for paper, *_ in parted):
        # So that the action is about this one, too.
        identity[into.key] = {**there.get(into.key, {}), **_told(there, into, papers_of[0], papers_of)}
    for group in sorted(parted, key=lambda group: len(path_of(group[0].key, joined))):  # what held others before them
        paper, *held = group
        key, document = paper.key, there.get(paper.key, {})
        identity[key] = _told(there, paper, group, papers_of)
        identity |= {named.key: {**there.get(named.key, {}), **_told(there, named, group, papers_of)} for named in held}
        theirs, holder = _document(document, "had", key), joined.get(key)
        if theirs is None or holder is None or papers.get(key, states.document(key)) is not None:
            continue
        papers[key] = theirs
        papers[holder] = _without(
            papers.get(holder, states.document(holder)), theirs, _document(document, "beside", holder), holder
        )
    return Documents(identity, papers)


def read_identities(documents: Iterable[Document]) -> Identities:
    """What documents say; one that says nothing counts for nothing."""
    found: dict[PaperKey, PaperKey] = {}
    known: dict[str, PaperKey] = {}
    distinct: dict[str, set[str]] = {}
    ids: set[PaperKey] = set()
    for document in filter(is_sound, documents):
        names = (document["key"], *_names(document, "names"))
        if isinstance(into := document.get("is"), str):
            found[PaperKey(document["key"])] = PaperKey(into)
            ids.update([PaperKey(document["key"])] if document.get("is_id") is True else [])
            known |= dict.fromkeys((*names, *_names(document, "into_names")), PaperKey(into))
            if _names(document, "names") and scheme_of(document["key"]) == "title":
                known[document["key"]] = PaperKey(document["key"])
        for other in _names(document, "not"):
            for name in names:
                distinct.setdefault(name, set()).add(other)
                distinct.setdefault(other, set()).add(name)
    same = {key: last for key in found if (last := _last(key, found)) != key}
    names_now = {name: key if key == name else _last(key, found) for name, key in known.items()}
    holders = {str(name): into for name, into in (*names_now.items(), *same.items())}
    for name, other in [(name, other) for name, others in distinct.items() for other in others]:
        now, other_now = holders.get(name, name), holders.get(other, other)
        if now != other_now:  # what a paper was told from, that is no part of those which it is one with now either
            distinct[name].add(other_now)
            distinct.setdefault(other_now, set()).add(name)
            distinct.setdefault(now, set()).add(other_now)
    return Identities(
        same,
        names_now,
        {name: frozenset(others) for name, others in distinct.items()},
        {key: same[key] for key in ids if key in same},
    )


def text_name(content_hash: str) -> str:
    """The name that a paper without ids has of a text that it was seen with."""
    return f"text:{content_hash}"


def identity_change(change: DocumentChange) -> IdentityChange:
    """What a change of such a document did to the key."""
    before, after = ((document or {}).get("is") for document in (change.before, change.after))
    return IdentityChange(
        key_of(change),
        PaperKey(before) if isinstance(before, str) else None,
        PaperKey(after) if isinstance(after, str) else None,
        is_id=any((document or {}).get("is_id") is True for document in (change.before, change.after)),
    )


def holders_of(documents: Mapping[PaperKey, Document]) -> dict[PaperKey, PaperKey]:
    """The keys of joined papers, and the key that each was joined with, whatever became of that."""
    return {key: PaperKey(into) for key, document in documents.items() if isinstance(into := document.get("is"), str)}


def _told(
    there: Mapping[PaperKey, Document], named: Named, group: Sequence[Named], groups: Sequence[Sequence[Named]]
) -> Document:
    """The document of a name of one paper that only tells it from all names of the others."""
    document = there.get(named.key, {})
    own = {name for each in group for name in each.names}
    others = {name for other in groups if other is not group for each in other for name in each.names}
    told = sorted({*_names(document, "not"), *others} - own)
    return {"key": named.key, **_listed("names", named.others or _names(document, "names")), "not": told}


def _kept(field: str, document: Document | None) -> Document:
    """A field that holds what was decided under a key, if anything was."""
    return {field: {name: value for name, value in document.items() if name != "key"}} if document else {}


def _listed(field: str, names: Iterable[str]) -> Document:
    """A field that holds names, if there are any."""
    return {field: found} if (found := list(names)) else {}


def _document(identity: Document, field: str, key: PaperKey) -> Document | None:
    """What such a field holds."""
    kept = identity.get(field)
    return {"key": key, **kept} if isinstance(kept, dict) else None


def _names(identity: Document, field: str) -> list[str]:
    names = identity.get(field)
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _reconciled(identity: Document, names: Collection[str]) -> Document | None:
    """A document that tells a paper from none of some names any more; None where it says nothing else."""
    rest = {name: value for name, value in identity.items() if name != "not"}
    if left := [name for name in _names(identity, "not") if name not in names]:
        return rest | {"not": left}
    return rest if "is" in rest else None


def _without(now: Document | None, theirs: Document, own: Document | None, key: PaperKey) -> Document | None:
    """The document of a paper without what came to it when another one was joined with it, but for what was changed."""
    from paperreader.domain.decision import join
    from paperreader.storage.history import aspects_of, returned

    state = join(state_of(own or {}), state_of(theirs))
    joined = document_of(key, state, keepsake_of(own or {}) or keepsake_of(theirs), None)
    if now == joined:
        return own
    came = DocumentChange(PAPERS, "", own, joined)
    since = aspects_of(DocumentChange(PAPERS, "", joined, now))
    return returned(now, came, aspects_of(came) - since)


def _last(key: PaperKey, found: Mapping[PaperKey, PaperKey]) -> PaperKey:
    """The key that holds what was decided under another; of a ring the one that names the paper best."""
    path = path_of(key, found)
    following = found.get(path[-1])
    return min(path[path.index(following) :]) if following in path else path[-1]


def path_of(key: PaperKey, found: Mapping[PaperKey, PaperKey]) -> list[PaperKey]:
    """A key, the one that it was joined with, the one that this was joined with, and so on."""
    path = [key]
    while (
        following := found.get(path[-1])
    ) and following not in path:  # a hand, or what was overwritten, may have made a ring
        path.append(following)
    return path
