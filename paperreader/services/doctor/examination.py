"""Examining a library without changing anything of it, and mending what can be mended without losing anything.

Each check is a function that yields its findings. A check that cannot be made is a finding too, so that whatever one
meets, the others are still made.
"""

import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperreader.domain.differences import Difference, describe_kinds
from paperreader.domain.finding import Finding, Level
from paperreader.errors import PaperReaderError
from paperreader.files.refusals import refused
from paperreader.files.system import System
from paperreader.files.targets import LOCK_NAME
from paperreader.services.doctor.identity import examine_identities
from paperreader.services.doctor.index import examine_index, mend_index
from paperreader.services.library import Library
from paperreader.storage.catalogue.inspection import inspect_catalogue, mend_catalogue
from paperreader.storage.reading.differences import differences_of, kinds_of
from paperreader.storage.reading.edits import hand_edits, mark_as_taken_over
from paperreader.storage.reading.inspection import (
    LockReport,
    backups,
    has_reading_state,
    held_still,
    inspect_reading,
    leftovers,
    set_aside_files,
)
from paperreader.storage.reading.store import ReadingStore

FIX = "paperreader doctor --fix mends it"
REIMPORT = "import your papers again: paperreader import PATH"
REPLACE = f"run paperreader doctor --fix, then {REIMPORT}"
LITTLE_SPACE, NO_SPACE = 200_000_000, 10_000_000
"""Bytes of free disk below which there is a warning, and a problem: an import takes some hundred megabytes at most."""
_NAMED = 3
"""How many files a finding names."""

_UNFORESEEN = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""What files that hold anything whatever may raise; the message then says what it was."""


@dataclass(frozen=True, slots=True)
class Mending:
    """What mending came to: what was done, what was taken over of edits by hand, and what failed."""

    done: tuple[str, ...] = ()
    imported: tuple[Difference, ...] = ()
    failed: tuple[str, ...] = ()


def examine(folder: Path, patience: float = 2.0) -> list[Finding]:
    """The findings on a library; nothing on the disk changes. `patience` is in seconds, for a lock that is held."""
    findings = guarded("folder", _folder(folder))
    if any(finding.level is Level.PROBLEM for finding in findings) or not folder.exists():
        return findings
    try:
        with held_still(folder, patience) as lock:
            findings.append(_lock(lock))
            findings += guarded("reading state", _reading(folder, is_held=bool(lock.holder)))
    except OSError as error:
        findings.append(_trouble("lock", refused("it cannot be asked", error, folder)))
    findings += guarded("edits by hand", _edits(folder))
    findings += guarded("set aside", _set_aside(folder))
    findings += guarded("leftovers", _leftovers(folder))
    findings += guarded("backups", _backups(folder))
    findings += guarded("catalogue", _catalogue(folder))
    findings += guarded("search index", examine_index(folder / "catalogue.sqlite"))
    findings += guarded("quarantine", _quarantine(folder))
    return findings + guarded("disk space", _space(folder))


def guarded(subject: str, check: Iterator[Finding]) -> list[Finding]:
    """The findings of a check; that it cannot be made is one."""
    findings: list[Finding] = []
    try:
        findings.extend(check)
    except PaperReaderError as error:
        findings.append(_trouble(subject, error))
    except OSError as error:
        path = Path(error.filename) if isinstance(error.filename, str) else None
        what = f"{error.filename or subject} cannot be looked at"
        findings.append(_trouble(subject, refused(what, error, path)))
    except _UNFORESEEN as error:
        cure = "keep a copy of the library, then run paperreader doctor --fix"
        findings.append(Finding(Level.PROBLEM, subject, f"cannot be looked at: {type(error).__name__} {error}", cure))
    return findings


def _trouble(subject: str, error: PaperReaderError) -> Finding:
    """The finding that something refuses to be looked at, with the cure that belongs to the error."""
    return Finding(Level.PROBLEM, subject, error.reason, error.cure)


def mend(folder: Path) -> Mending:
    """Mend what is safe: nothing that the user made goes, and edits by hand become one action that can be undone."""
    done: list[str] = []
    imported: list[Difference] = []
    failed: list[str] = []
    for step in (_mend_reading, _remove_leftovers, _mend_catalogue, _keep_in_step, _mend_index):
        try:
            for result in step(folder):
                if isinstance(result, Difference):
                    imported.append(result)
                else:
                    done.append(result)
        except (PaperReaderError, OSError, *_UNFORESEEN) as error:
            failed.append(str(error))
    return Mending(tuple(done), tuple(imported), tuple(failed))


# Checks


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.exists():
        above = next(path for path in folder.absolute().parents if path.exists())
        if above.is_dir() and not System().refuses_writing(above):
            yield Finding(Level.OK, "folder", f"{folder} is not there yet; the first import makes it")
        else:
            text = f"{folder} cannot be made: {above} is not a folder that can be written"
            yield Finding(Level.PROBLEM, "folder", text, "name another with --library")
        return
    if not folder.is_dir():
        yield Finding(Level.PROBLEM, "folder", f"{folder} is not a folder", "name another with --library")
        return
    names = ("", LOCK_NAME, "reading.claims", "backups", "quarantine", "catalogue.sqlite")
    files = (*(folder / name for name in names), *folder.glob("reading-*.journal"))
    unwritable = [path for path in files if System().refuses_writing(path)]
    if unwritable:
        text = f"{_some(map(str, unwritable))} cannot be written: nothing can be decided or imported"
        yield Finding(Level.WARNING, "folder", text, "make it writable, or choose another library with --library")
    else:
        yield Finding(Level.OK, "folder", str(folder))


def _lock(lock: LockReport) -> Finding:
    if lock.refusal:
        now = f"; now it is {lock.holder}" if lock.holder else ""
        text = f"the file system has no locks ({lock.refusal}): one window at a time can decide{now}"
        return Finding(Level.WARNING, "lock", text, lock.cure or "move the library to a local disk")
    if lock.holder:
        cure = lock.cure or "wait for it, or end it; then look again"
        return Finding(Level.WARNING, "lock", f"{lock.holder} holds it and does not let go", cure)
    return Finding(Level.OK, "lock", "free")


def _reading(folder: Path, *, is_held: bool) -> Iterator[Finding]:
    subject = "reading state"
    report = inspect_reading(folder)
    if report.newer:
        yield Finding(Level.PROBLEM, subject, report.newer)
    if report.faults:
        yield Finding(Level.PROBLEM, subject, f"not whole: {'; '.join(report.faults)}", FIX)
    if report.torn and not is_held:  # else it may be what the holder is writing
        text = f"the journal ends in {report.torn} bytes of an action that was cut short"
        yield Finding(Level.WARNING, subject, text, FIX)
    if report.unsound:
        text = f"{_count(report.unsound, 'document')} without a key, which count for nothing"
        yield Finding(Level.WARNING, subject, text, "give each a key in reading.json, then: paperreader doctor --fix")
    if not (report.newer or report.faults or report.torn or report.unsound):
        counts = f"{_count(report.papers, 'paper')} decided in {_count(report.actions, 'action')}"
        yield Finding(Level.OK, subject, counts if report.actions else "nothing decided yet")


def _edits(folder: Path) -> Iterator[Finding]:
    edits = hand_edits(folder)
    present = inspect_reading(folder).tables if edits else {}
    for edit in edits:
        changes = describe_kinds(kinds_of(edit.changes(present)))
        text = f"{edit.path.name} was edited by hand: {changes} would change"
        cure = "paperreader doctor --fix takes that over, as one action that can be undone"
        yield Finding(Level.WARNING, "edits by hand", text, cure)
    if not edits:
        yield Finding(Level.OK, "edits by hand", "none")


def _set_aside(folder: Path) -> Iterator[Finding]:
    files = set_aside_files(folder)
    if files:
        text = f"{_count(len(files), 'damaged file')} kept: {_some(_names(files))}"
        yield Finding(Level.WARNING, "set aside", text, "look at them, and delete them when you need them no more")
    else:
        yield Finding(Level.OK, "set aside", "nothing")


def _leftovers(folder: Path) -> Iterator[Finding]:
    files = leftovers(folder, time.time())
    if files:
        text = f"{_count(len(files), 'temporary file')} of a write that was cut short: {_some(_names(files))}"
        yield Finding(Level.WARNING, "leftovers", text, "paperreader doctor --fix removes them")
    else:
        yield Finding(Level.OK, "leftovers", "none")


def _backups(folder: Path) -> Iterator[Finding]:
    found = backups(folder)
    damaged = [backup for backup in found if backup.papers is None]
    if damaged:
        numbers = _some(str(backup.number) for backup in damaged)
        text = f"{len(damaged)} of {len(found)} damaged: {numbers}"
        yield Finding(Level.WARNING, "backups", text, "delete them, or leave them: newer backups take their place")
    elif found:
        newest = f"{found[0].made_at.astimezone():%Y-%m-%d %H:%M}"
        yield Finding(Level.OK, "backups", f"{len(found)}, all of them readable, the newest of {newest}")
    else:
        yield Finding(Level.OK, "backups", "none yet; the journal holds every action")


def _catalogue(folder: Path) -> Iterator[Finding]:
    report = inspect_catalogue(folder / "catalogue.sqlite")
    if report is None:
        if has_reading_state(folder) and inspect_reading(folder).papers:
            yield Finding(Level.WARNING, "catalogue", "there is none, though papers are decided", REIMPORT)
        else:
            yield Finding(Level.OK, "catalogue", "nothing imported yet")
        return
    if report.damage:
        cure = f"{FIX}, or sets it aside: then {REIMPORT}"
        yield Finding(Level.PROBLEM, "catalogue", f"damaged: {report.damage}", cure)
        return
    if report.miscounts:
        text = f"{_count(report.miscounts, 'kept figure')} not as the listings say"
        yield Finding(Level.PROBLEM, "catalogue", text, FIX)
    if report.misderived:
        text = f"{report.misderived:,} mismatches between papers and the imported files"
        yield Finding(Level.PROBLEM, "catalogue", text, FIX)
    if texts := report.damaged_texts + report.marked_texts:
        text = f"{_count(texts, 'text')} of papers damaged"
        yield Finding(Level.WARNING, "catalogue", text, REPLACE if report.damaged_texts else REIMPORT)
    if report.strays:
        text = f"{_count(report.strays, 'row')} of papers or listings that are not there"
        yield Finding(Level.WARNING, "catalogue", text, REPLACE)
    if report.papers == 0 and inspect_reading(folder).papers:
        yield Finding(Level.WARNING, "catalogue", "it has no papers, though some are decided", REIMPORT)
    elif not (report.miscounts or report.misderived or texts or report.strays):
        yield Finding(Level.OK, "catalogue", _count(report.papers, "paper"))
    yield from guarded("identities", examine_identities(folder))


def _quarantine(folder: Path) -> Iterator[Finding]:
    quarantine = folder / "quarantine"
    if quarantine.exists() and not quarantine.is_dir():
        yield Finding(Level.PROBLEM, "quarantine", f"{quarantine} is not a folder", "move it away")
        return
    files = list(quarantine.glob("*.txt"))
    if files:
        newest = max(files, key=lambda path: path.stat().st_mtime)
        made = datetime.fromtimestamp(newest.stat().st_mtime).astimezone()
        size = sum(path.stat().st_size for path in files)
        text = f"{_count(len(files), 'file')}, {size:,} bytes; the newest is {newest.name} of {made:%Y-%m-%d}"
        yield Finding(Level.OK, "quarantine", text)
    else:
        yield Finding(Level.OK, "quarantine", "empty")


def _space(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    level = Level.PROBLEM if free < NO_SPACE else Level.WARNING if free < LITTLE_SPACE else Level.OK
    yield Finding(level, "disk space", f"{free // 1_000_000:,} MB free", "" if level is Level.OK else "make room")


# Mending


def _mend_reading(folder: Path) -> Iterator[str | Difference]:
    if not folder.is_dir() or not has_reading_state(folder):
        return
    store = ReadingStore(folder, window="doctor")
    try:
        # A revision of nothing, because only who holds the lock sets a torn line aside.
        store.finish(store.revise("mend", lambda _present: {}))
        yield from store.take_notices()
        for edit in hand_edits(folder):
            changes = store.finish(store.revise("import edits", edit.changes))
            yield from differences_of(changes)
            kept_as = mark_as_taken_over(edit.path)
            yield f"{edit.path.name} was taken over and is kept as {kept_as.name}"
    finally:
        store.close()


def _remove_leftovers(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    with held_still(folder) as lock:
        for path in [] if lock.holder else leftovers(folder, time.time()):
            with suppress(FileNotFoundError):
                path.unlink()
                yield f"{path.name} was removed"


def _mend_catalogue(folder: Path) -> Iterator[str]:
    path = folder / "catalogue.sqlite"
    if inspect_catalogue(path) is not None:
        yield from mend_catalogue(path)


def _keep_in_step(folder: Path) -> tuple[str, ...]:
    """Have the catalogue follow what was taken over, which mends nothing that was told."""
    if inspect_catalogue(folder / "catalogue.sqlite") is not None:
        Library(folder, window="doctor").close()  # opening it is what does that
    return ()


def _mend_index(folder: Path) -> Iterator[str]:
    yield from mend_index(folder / "catalogue.sqlite")


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _names(paths: Iterable[Path]) -> list[str]:
    return [path.name for path in paths]


def _some(names: Iterable[str]) -> str:
    """The first names of many."""
    listed = list(names)
    return ", ".join(listed[:_NAMED]) + (f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else "")
