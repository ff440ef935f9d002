"""Converts between the document of a paper and its reading state.

It holds the key of the paper, its other names (`also`) and what differs from an undecided state. Each name finds it. A
document with star, tags or note also has the title, link and authors, so that it is readable without the catalogue. A
person may have edited the file: invalid values count as undecided.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import reduce

from paperreader.domain.dates import parse_iso
from paperreader.domain.identifiers import PaperKey, scheme_of
from paperreader.domain.reading_state import UNDECIDED, ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe, clean_line
from paperreader.storage.journal.format import Document, DocumentChange, is_sound

PAPERS = "papers"
"""The table with a document for each paper that was decided on."""
KEPT = ("title", "link", "authors")
"""Fields copied from the paper."""
KeyedTables = Mapping[str, Mapping[str, Document]]
"""Documents by table and key."""
Revision = Mapping[str, Mapping[str, Document | None]]
"""New documents by table and key; None removes a document."""
BOOKKEEPING = frozenset({"key", "also", "decided_at", "decided_in", "was", *KEPT})
"""Fields of a document that are no decision."""


@dataclass(frozen=True, slots=True)
class Keepsake:
    """What is copied from a paper with a decision, and the date of the list it was made in."""

    title: str
    link: str | None = None
    authors: tuple[str, ...] | None = None
    listed_on: date | None = None


def renamed(document: Document, names: Sequence[str]) -> Document:
    """A document under other names, the key first."""
    return _named(names) | {name: value for name, value in document.items() if name not in ("key", "also")}


def by_quality(name: str) -> tuple[int, str]:
    """The sort key of names: arXiv ids, DOIs, hashes of texts, then addresses."""
    scheme = scheme_of(name)
    return _SCHEMES.index(scheme) if scheme in _SCHEMES else len(_SCHEMES), name


_SCHEMES = ("arxiv", "doi", "text")


def is_address(name: str) -> bool:
    """Whether a name is an address: it finds the paper with a title, but no paper owns it."""
    return scheme_of(name) in ("title", "short")


def name_of(change: DocumentChange) -> str:
    """The key that a change is about. A restored document may have another number."""
    key = ((change.after or change.before) or {}).get("key")
    return key if isinstance(key, str) else change.number


def key_of(change: DocumentChange) -> PaperKey:
    """The key of the paper that a change is about."""
    return PaperKey(name_of(change))


def numbers_by_key(documents: Mapping[str, object]) -> dict[str, str]:
    """The numbers of valid documents by key. A repeated key gets the suffix ` (2)`, and so on."""
    found: dict[str, str] = {}
    for number, document in list(documents.items()):
        if is_sound(document):
            key, count = document["key"], 2
            while key in found:
                key, count = f"{document['key']} ({count})", count + 1
            found[key] = number
    return found


def of_papers(changes: Iterable[DocumentChange]) -> list[DocumentChange]:
    """The changes to documents of papers."""
    return [change for change in changes if change.table == PAPERS]


def keyed(tables: Mapping[str, object]) -> KeyedTables:
    """The documents of tables by key. Documents without a key are left out."""
    found = {table: documents for table, documents in tables.items() if isinstance(documents, dict)}
    return {
        table: {key: documents[number] for key, number in numbers_by_key(documents).items()}
        for table, documents in found.items()
    }


def state_of(document: Document) -> ReadingState:
    """The state in a document."""
    decided_in = document.get("decided_in")
    return ReadingState(
        status=status_of(document),
        starred=is_starred(document),
        tags=tags_of(document),
        note=note_of(document),
        decided_at=parse_time(document.get("decided_at")),
        decided_in=parse_iso(decided_in) if isinstance(decided_in, str) else None,
        rules=rules_of(document),
    )


def joined_state(documents: Mapping[str, Document]) -> ReadingState:
    """The joined state of all documents of a paper, given by number."""
    states = [state_of(documents[number]) for number in sorted(documents, key=int)]
    if len(states) < 2:
        return states[0] if states else UNDECIDED
    from paperreader.domain.decision import join_states  # 2 ms that few papers need

    return reduce(join_states, sorted(states, key=lambda state: state.decided_at or _NEVER))


_NEVER = datetime.min.replace(tzinfo=UTC)


def status_of(document: Document) -> ReadingStatus:
    """The status in a document."""
    status = document.get("status")
    return _STATUSES.get(status, ReadingStatus.UNREAD) if isinstance(status, str) else ReadingStatus.UNREAD


_STATUSES = {status.value: status for status in ReadingStatus}


def is_starred(document: Document) -> bool:
    """Whether a document has a star."""
    return document.get("starred") is True


def tags_of(document: Document) -> tuple[Safe, ...]:
    """The tags in a document, sorted."""
    tags = document.get("tags")
    return tuple(sorted(make_tags(str(tag) for tag in tags))) if isinstance(tags, list) else ()


def rules_of(document: Document) -> tuple[Safe, ...]:
    """The names of the rules that acted on the paper of a document, sorted."""
    rules = document.get("rules")
    names = {clean_line(name) for name in rules if isinstance(name, str)} if isinstance(rules, list) else set()
    return tuple(sorted(filter(None, names)))


def holds_what_is_kept(document: Document) -> bool:
    """Whether a document has star, tags or note, and so copies of title, link and authors."""
    return state_of(document).is_kept


def note_of(document: Document) -> Safe:
    """The note in a document, or an empty text."""
    note = document.get("note")
    return make_note(note) if isinstance(note, str) else Safe("")


def keepsake_of(document: Document) -> Keepsake | None:
    """What a document copied from its paper, if it has a title."""
    title, link, authors = (document.get(name) for name in KEPT)
    if not isinstance(title, str):
        return None
    return Keepsake(
        title,
        link if isinstance(link, str) else None,
        tuple(map(str, authors)) if isinstance(authors, list) else None,
    )


def document_of(
    names: Sequence[str], state: ReadingState, keepsake: Keepsake | None, earlier: Document | None
) -> Document:
    """The document of a state: names, decisions, and copies from the paper if star, tags or note need them.

    Without a keepsake, the copies of an earlier document stay.
    """
    document = _named(names)
    if state.status is not ReadingStatus.UNREAD:
        document["status"] = state.status.value
    if state.starred:
        document["starred"] = True
    if state.tags:
        document["tags"] = list(state.tags)
    if state.note:
        document["note"] = state.note
    if state.rules:
        document["rules"] = list(state.rules)
    if state.decided_at:
        document["decided_at"] = state.decided_at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if state.decided_in:
        document["decided_in"] = state.decided_in.isoformat()
    if state.is_kept and keepsake is not None:
        document["title"] = keepsake.title
        if keepsake.link:
            document["link"] = keepsake.link
        if keepsake.authors is not None:
            document["authors"] = list(keepsake.authors)
    elif state.is_kept and earlier is not None:
        document |= {name: earlier[name] for name in KEPT if name in earlier}
    return document


def _named(names: Sequence[str]) -> Document:
    key, *also = names
    return {"key": key, "also": also} if also else {"key": key}


def parse_time(value: object) -> datetime | None:
    """The time in a text; UTC if it names no zone."""
    try:
        moment = datetime.fromisoformat(str(value)) if value else None
    except ValueError:
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None
