"""Turns changes of documents into differences that the program can show to the user."""

from collections.abc import Iterable, Iterator

from paperreader.domain.differences import Difference, Kind, differences
from paperreader.storage.journal.format import DocumentChange
from paperreader.storage.reading.dates import DATES, date_change
from paperreader.storage.reading.document_format import PAPERS, Revision, keepsake_of, name_of, state_of
from paperreader.storage.reading.pairs import PAIRS, read_pair
from paperreader.storage.reading.rules import RULES, rule_change
from paperreader.storage.reading.shelves import SHELVES, shelf_change

_KINDS = {PAPERS: Kind.PAPER, DATES: Kind.LISTING, PAIRS: Kind.PAIR, SHELVES: Kind.SHELF, RULES: Kind.RULE}


def kinds_of(revision: Revision) -> Iterator[Kind]:
    """The subject of a document, by table."""
    return (_kind_of(table) for table, documents in revision.items() for _ in documents)


def differences_of(changes: Iterable[DocumentChange]) -> list[Difference]:
    """Changes in words, with the titles that were copied into documents."""
    return [_difference(change) for change in changes]


def _difference(change: DocumentChange) -> Difference:
    kind = _kind_of(change.table)
    title = None
    match kind:
        case Kind.PAPER:
            words = differences(state_of(change.before or {}), state_of(change.after or {}))
            kept = keepsake_of(change.after or {}) or keepsake_of(change.before or {})
            title = kept.title if kept else None
        case Kind.LISTING:
            words = (_move(change),)
        case Kind.PAIR:
            words = (_pair(change),)
        case Kind.SHELF:
            words = (_query(change),)
        case Kind.RULE:
            words = ("rule added" if rule_change(change).after else "rule removed",)
        case Kind.OTHER:
            done = "removed from" if change.after is None else "changed in" if change.before else "added to"
            words = (f"{done} the table {change.table}",)
    return Difference(kind, name_of(change), title, words)


def _move(change: DocumentChange) -> str:
    move = date_change(change)
    if move.before == move.after:
        return f"date {move.after} {'confirmed' if change.after else 'no longer confirmed'}"
    return f"date {move.before or 'unknown'} → {move.after or 'unknown'}"


def _pair(change: DocumentChange) -> str:
    kind, one, other = read_pair(change.after or change.before or {}) or ("", "", "")
    said = f"{one} and {other} are {'one paper' if kind == 'same' else 'two papers'}" if kind else "not a pair of names"
    return said if change.after else f"no longer: {said}"


def _query(change: DocumentChange) -> str:
    shelf = shelf_change(change)
    if shelf.after is None:
        return "shelf removed"
    return f"{shelf.before} → {shelf.after}" if shelf.before else f"shelf added: {shelf.after}"


def _kind_of(table: str) -> Kind:
    return _KINDS.get(table, Kind.OTHER)
