"""Edits of `reading.json` by hand: found, compared with the original, and merged.

The original is restored from a backup and the journals after it, so that edits can be told from later decisions. An
edited field takes its new value, unless it was decided again since. If the original is lost, everything in the file
counts as edited, and everything that exists now as decided. The same holds for a file of plain TinyDB.
"""

from dataclasses import dataclass
from pathlib import Path

from tinydb import TinyDB

from paperreader.files.atomic import unused_path
from paperreader.files.system_calls import System
from paperreader.storage.journal.documents import Documents
from paperreader.storage.journal.folder import JournalFolder
from paperreader.storage.journal.format import (
    SCHEMA,
    Damaged,
    Document,
    Edited,
    Snapshot,
    decode_snapshot,
    dump_json,
    names_in,
)
from paperreader.storage.reading.document_format import PAPERS, KeyedTables, Revision, keyed


@dataclass(frozen=True, slots=True)
class HandEdit:
    """An edited snapshot: its file, the original documents, and the edited ones."""

    path: Path
    original: KeyedTables
    edited: KeyedTables

    def changes(self, present: KeyedTables) -> Revision:
        """The documents after the edit is merged into the present ones."""
        changed: dict[str, dict[str, Document | None]] = {}
        for table in {**self.original, **self.edited}:
            original, edited, stored = (tables.get(table, {}) for tables in (self.original, self.edited, present))
            keys = {name: key for key, document in stored.items() for name in names_in(document)}
            there: dict[str, Document | None] = {**stored}
            for key in {**original, **edited}:
                now_at = key if key in there else keys.get(key, key)  # the paper may have a better key now
                now = there.get(now_at)
                merged = _merge(key, original.get(key), edited.get(key), now)
                if merged != now:
                    there[now_at] = changed.setdefault(table, {})[now_at] = merged
        return changed


def hand_edits(folder: Path) -> list[HandEdit]:
    """The edited snapshots that were not merged yet, including the current one. Raises OSError."""
    files = JournalFolder(folder, System())
    found = []
    for path in (*sorted(folder.glob("reading-edited-*.json")), files.snapshot_path):
        snapshot = _edited(path)
        if snapshot:
            tables = snapshot.tables
            if not tables.get(PAPERS):
                tables = {PAPERS if name == TinyDB.default_table_name else name: tables[name] for name in tables}
            edited = {
                table: {key: document for key, document in documents.items() if _can_be_stored(document)}
                for table, documents in keyed(tables).items()
            }
            found.append(HandEdit(path, _documents_at(files, snapshot.base), edited))
    return found


def mark_as_taken_over(path: Path) -> Path:
    """Rename an edited snapshot after it was merged. Raises OSError."""
    target = unused_path(path.with_name(path.name.replace("edited", "imported")))
    System().replace(path, target)
    return target


def _edited(path: Path) -> Snapshot | None:
    """The edited snapshot in a file, if its schema is known."""
    try:
        decode_snapshot(System().read_file(path))
    except Edited as error:
        return error.snapshot if error.snapshot.schema <= SCHEMA else None
    except (Damaged, FileNotFoundError):
        return None
    return None


def _can_be_stored(document: Document) -> bool:
    try:
        dump_json(document)
    except ValueError:  # an invalid number or a lone surrogate
        return False
    return True


def _documents_at(files: JournalFolder, base: int) -> KeyedTables:
    """The documents after an action; empty if unknown."""
    documents = Documents()
    if start := files.newest_backup(base):
        documents.take_over(start)
    for entry in files.entries():
        if entry.seq == documents.seq + 1 and entry.seq <= base:
            documents.apply(entry)
    return keyed(documents.tables) if documents.seq == base else {}


def _merge(key: str, original: Document | None, edited: Document | None, now: Document | None) -> Document | None:
    if edited is None:  # removed by hand
        return None if now == original else now
    old, present = original or {}, now or {}
    merged = dict(present)
    for name in {**old, **edited}:
        if edited.get(name) == old.get(name) or present.get(name) != old.get(name):
            continue
        if name in edited:
            merged[name] = edited[name]
        else:
            merged.pop(name, None)
    return {"key": key, **merged} if merged else now
