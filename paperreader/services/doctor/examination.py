"""`paperreader doctor`: examines a library without changing it, and repairs what can be repaired without loss.

Each check yields its findings. A check that fails is a finding too, and the other checks still run.
"""

import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from paperreader.domain.differences import Difference, describe_kinds
from paperreader.domain.doctor_finding import Finding, Level
from paperreader.errors import PaperReaderError
from paperreader.files.error_codes import refused
from paperreader.files.output_paths import LOCK_NAME
from paperreader.files.system_calls import System
from paperreader.services.doctor.identity import examine_identities
from paperreader.services.doctor.index import examine_index, mend_index
from paperreader.services.doctor.ranking import examine_ranking, mend_ranking
from paperreader.services.library import Library
from paperreader.storage.catalogue.inspection import inspect_catalogue, mend_catalogue
from paperreader.storage.reading.differences import differences_of, kinds_of
from paperreader.storage.reading.hand_edits import hand_edits, mark_as_taken_over
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

CATALOGUE = "catalogue.sqlite"
FIX = "paperreader doctor --fix repairs it"
REIMPORT = "import your papers again: paperreader import PATH"
REPLACE = f"run paperreader doctor --fix, then {REIMPORT}"
LITTLE_SPACE, NO_SPACE = 200_000_000, 10_000_000
"""Bytes of free disk for a warning and for a problem. A large import takes some hundred megabytes."""
_NAMED = 3
"""How many files a finding names."""

_UNFORESEEN = (ValueError, TypeError, AttributeError, KeyError, RecursionError)
"""Exceptions that reading a file of unknown content can raise."""


@dataclass(frozen=True, slots=True)
class Mending:
    """The result of a repair: what was done, which hand edits were imported, and what failed."""

    done: tuple[str, ...] = ()
    imported: tuple[Difference, ...] = ()
    failed: tuple[str, ...] = ()


def examine(folder: Path, patience: float = 2.0) -> list[Finding]:
    """The findings on a library. `patience` is the seconds to wait for its lock."""
    findings = guarded("folder", _folder(folder))
    if any(finding.level is Level.PROBLEM for finding in findings) or not folder.exists():
        return findings
    try:
        with held_still(folder, patience) as lock:
            findings.append(_lock(lock))
            findings += guarded("reading state", _reading(folder, is_held=bool(lock.holder)))
    except OSError as error:
        findings.append(_failed("lock", refused("it cannot be read", error, folder)))
    for subject, check in _CHECKS.items():
        findings += guarded(subject, check(folder))
    return findings


def guarded(subject: str, check: Iterable[Finding]) -> list[Finding]:
    """The findings of a check. If the check fails, that is a finding."""
    findings: list[Finding] = []
    try:
        findings.extend(check)
    except PaperReaderError as error:
        findings.append(_failed(subject, error))
    except OSError as error:
        path = Path(error.filename) if isinstance(error.filename, str) else None
        findings.append(_failed(subject, refused(f"{error.filename or subject} cannot be read", error, path)))
    except _UNFORESEEN as error:
        cure = "keep a copy of the library, then run paperreader doctor --fix"
        text = f"cannot be read: {type(error).__name__} {error}"
        findings.append(Finding(Level.PROBLEM, subject, text, cure))
    return findings


def _failed(subject: str, error: PaperReaderError) -> Finding:
    return Finding(Level.PROBLEM, subject, error.reason, error.cure)


def mend(folder: Path) -> Mending:
    """Repair a library. Nothing that the user made is lost; hand edits become one action that undo takes back."""
    done: list[str] = []
    imported: list[Difference] = []
    failed: list[str] = []
    for step in (_mend_reading, _remove_leftovers, _mend_catalogue, _mend_index, _mend_ranking):
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
    other = "choose another folder with --library"
    if not folder.exists():
        parent = next(path for path in folder.absolute().parents if path.exists())
        if parent.is_dir() and not System().refuses_writing(parent):
            yield Finding(Level.OK, "folder", f"{folder} does not exist yet; the first import creates it")
        else:
            text = f"{folder} cannot be created: {parent} is not a writable folder"
            yield Finding(Level.PROBLEM, "folder", text, other)
        return
    if not folder.is_dir():
        yield Finding(Level.PROBLEM, "folder", f"{folder} is not a folder", other)
        return
    names = ("", LOCK_NAME, "reading.claims", "backups", "quarantine", CATALOGUE)
    files = (*(folder / name for name in names), *folder.glob("reading-*.journal"))
    if unwritable := [path for path in files if System().refuses_writing(path)]:
        text = f"{_some(map(str, unwritable))} cannot be written: no decision and no import can be saved"
        yield Finding(Level.WARNING, "folder", text, f"make the folder and its files writable, or {other}")
    else:
        yield Finding(Level.OK, "folder", str(folder))


def _lock(lock: LockReport) -> Finding:
    if lock.refusal:
        now = f"; now it is {lock.holder}" if lock.holder else ""
        text = f"the file system has no locks ({lock.refusal}): one window at a time can save decisions{now}"
        return Finding(Level.WARNING, "lock", text, lock.cure or "move the library to a local disk")
    if lock.holder:
        cure = lock.cure or "wait for that process or end it, then try again"
        return Finding(Level.WARNING, "lock", f"{lock.holder} holds the lock", cure)
    return Finding(Level.OK, "lock", "free")


def _reading(folder: Path, *, is_held: bool) -> Iterator[Finding]:
    subject = "reading state"
    report = inspect_reading(folder)
    if report.newer:
        yield Finding(Level.PROBLEM, subject, report.newer)
    if report.faults:
        yield Finding(Level.PROBLEM, subject, f"damaged: {'; '.join(report.faults)}", FIX)
    if report.torn and not is_held:  # otherwise the holder of the lock may be writing these bytes
        text = f"the journal ends with an incomplete action ({_count(report.torn, 'byte')})"
        yield Finding(Level.WARNING, subject, text, FIX)
    if report.unsound:
        text = f"{_count(report.unsound, 'document')} without a key; they are ignored"
        yield Finding(Level.WARNING, subject, text, "give each a key in reading.json, then: paperreader doctor --fix")
    if not (report.newer or report.faults or report.torn or report.unsound):
        counts = f"{_count(report.papers, 'paper')} with decisions, {_count(report.actions, 'action')}"
        yield Finding(Level.OK, subject, counts if report.actions else "nothing decided yet")


def _edits(folder: Path) -> Iterator[Finding]:
    edits = hand_edits(folder)
    present = inspect_reading(folder).tables if edits else {}
    for edit in edits:
        changes = describe_kinds(kinds_of(edit.changes(present)))
        text = f"{edit.path.name} was edited by hand: {changes} would change"
        cure = "paperreader doctor --fix imports the edits as one action, which undo takes back"
        yield Finding(Level.WARNING, "edits by hand", text, cure)
    if not edits:
        yield Finding(Level.OK, "edits by hand", "none")


def _set_aside(folder: Path) -> Iterator[Finding]:
    if files := set_aside_files(folder):
        text = f"{_count(len(files), 'damaged file')} kept: {_some(path.name for path in files)}"
        yield Finding(Level.WARNING, "set aside", text, "delete what you no longer need")
    else:
        yield Finding(Level.OK, "set aside", "nothing")


def _leftovers(folder: Path) -> Iterator[Finding]:
    if files := leftovers(folder, time.time()):
        text = f"{_count(len(files), 'temporary file')} of interrupted writes: {_some(path.name for path in files)}"
        yield Finding(Level.WARNING, "leftovers", text, "paperreader doctor --fix removes them")
    else:
        yield Finding(Level.OK, "leftovers", "none")


def _backups(folder: Path) -> Iterator[Finding]:
    found = backups(folder)
    if damaged := [backup for backup in found if backup.papers is None]:
        numbers = _some(str(backup.number) for backup in damaged)
        text = f"{len(damaged)} of {len(found)} damaged: {numbers}"
        yield Finding(Level.WARNING, "backups", text, "delete them, or wait until newer backups replace them")
    elif found:
        newest = f"{found[0].made_at.astimezone():%Y-%m-%d %H:%M}"
        yield Finding(Level.OK, "backups", f"{len(found)}, all readable, the newest from {newest}")
    else:
        yield Finding(Level.OK, "backups", "none yet; the journal has every action")


def _catalogue(folder: Path) -> Iterator[Finding]:
    subject = "catalogue"
    report = inspect_catalogue(folder / CATALOGUE)
    if report is None:
        if has_reading_state(folder) and inspect_reading(folder).papers:
            yield Finding(Level.WARNING, subject, "missing, although you decided about papers", REIMPORT)
        else:
            yield Finding(Level.OK, subject, "nothing imported yet")
        return
    if report.damage:
        cure = f"{FIX} or replaces it; if it was replaced, {REIMPORT}"
        yield Finding(Level.PROBLEM, subject, f"damaged: {report.damage}", cure)
        return
    texts = report.damaged_texts + report.marked_texts
    cure_of_texts = REPLACE if report.damaged_texts else REIMPORT
    faults = (
        (report.wrong_counts, Level.PROBLEM, f"{_count(report.wrong_counts, 'wrong count')} of papers or lists", FIX),
        (report.outdated, Level.PROBLEM, f"{report.outdated:,} mismatches between papers and the imported files", FIX),
        (texts, Level.WARNING, f"{_count(texts, 'text')} of papers damaged", cure_of_texts),
        (report.strays, Level.WARNING, f"{_count(report.strays, 'row')} without a paper or listing", REPLACE),
    )  # fmt: skip
    found = [Finding(level, subject, text, cure) for count, level, text, cure in faults if count]
    yield from found
    if report.papers == 0 and inspect_reading(folder).papers:
        yield Finding(Level.WARNING, subject, "no papers, although you decided about some", REIMPORT)
    elif not found:
        yield Finding(Level.OK, subject, _count(report.papers, "paper"))
    yield from guarded("identities", examine_identities(folder))


def _quarantine(folder: Path) -> Iterator[Finding]:
    quarantine = folder / "quarantine"
    if quarantine.exists() and not quarantine.is_dir():
        yield Finding(Level.PROBLEM, "quarantine", f"{quarantine} is not a folder", "move it away")
    elif files := sorted(quarantine.glob("*.txt"), key=lambda path: path.stat().st_mtime):
        newest, size = files[-1], sum(path.stat().st_size for path in files)
        made = datetime.fromtimestamp(newest.stat().st_mtime).astimezone()
        text = f"{_count(len(files), 'file')}, {size:,} bytes; the newest is {newest.name} from {made:%Y-%m-%d}"
        yield Finding(Level.OK, "quarantine", text)
    else:
        yield Finding(Level.OK, "quarantine", "empty")


def _space(folder: Path) -> Iterator[Finding]:
    free = shutil.disk_usage(folder).free
    level = Level.PROBLEM if free < NO_SPACE else Level.WARNING if free < LITTLE_SPACE else Level.OK
    cure = "" if level is Level.OK else "make room on the disk"
    yield Finding(level, "disk space", f"{free // 1_000_000:,} MB free", cure)


_CHECKS: dict[str, Callable[[Path], Iterator[Finding]]] = {
    "edits by hand": _edits,
    "set aside": _set_aside,
    "leftovers": _leftovers,
    "backups": _backups,
    "catalogue": _catalogue,
    "search index": lambda folder: examine_index(folder / CATALOGUE),
    "learned order": examine_ranking,
    "quarantine": _quarantine,
    "disk space": _space,
}


# Repairs


def _mend_reading(folder: Path) -> Iterator[str | Difference]:
    if not folder.is_dir() or not has_reading_state(folder):
        return
    store = ReadingStore(folder, window="doctor")
    try:
        # An action without changes. Only the holder of the lock can cut an incomplete line off the journal.
        store.finish(store.revise("mend", lambda _present: {}))
        yield from store.take_notices()
        for edit in hand_edits(folder):
            changes = store.finish(store.revise("import edits", edit.changes))
            yield from differences_of(changes)
            kept_as = mark_as_taken_over(edit.path)
            yield f"the edits of {edit.path.name} are imported; the file is kept as {kept_as.name}"
    finally:
        store.close()


def _remove_leftovers(folder: Path) -> Iterator[str]:
    if not folder.is_dir():
        return
    with held_still(folder) as lock:
        for path in [] if lock.holder else leftovers(folder, time.time()):
            with suppress(FileNotFoundError):
                path.unlink()
                yield f"{path.name} is removed"


def _mend_catalogue(folder: Path) -> Iterator[str]:
    path = folder / CATALOGUE
    if inspect_catalogue(path) is not None:
        yield from mend_catalogue(path)
        Library(folder, window="doctor").close()  # opening the library applies imported edits to the catalogue


def _mend_index(folder: Path) -> Iterator[str]:
    yield from mend_index(folder / CATALOGUE)


def _mend_ranking(folder: Path) -> Iterator[str]:
    yield from mend_ranking(folder / CATALOGUE)


def _count(number: int, name: str) -> str:
    return f"{number:,} {name}{'' if number == 1 else 's'}"


def _some(names: Iterable[str]) -> str:
    """The first names, and how many more there are."""
    listed = list(names)
    return ", ".join(listed[:_NAMED]) + (f" and {len(listed) - _NAMED} more" if len(listed) > _NAMED else "")
