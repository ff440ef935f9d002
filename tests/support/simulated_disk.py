"""A disk in memory that remembers every call, and what a power loss after any of them could leave of it.

The model is stricter than most file systems. What was written is safe once the file was synced, and a name is safe once
its folder was synced; until then any part of it may be missing, in any order: a write may be absent, cut, or zeros, and
of the changes to a folder's names any choice may have reached the disk. A rename may show its new name before the old
one is gone.
"""

from __future__ import annotations

import errno
import os
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice, product
from pathlib import Path
from typing import Any

from paperreader.files.system_calls import FileIdentity, System

ROOT = Path("/simulated")
"""The folder that stands on the disk from the beginning."""

Image = dict[Path, bytes | None]
"""What a disk holds: a file's bytes by its path, None for a folder."""

FOLDER = 0
GONE = -1
MAX_IMAGES = 3_000
"""Images of one moment that are looked at; what the store writes between two syncs leaves far fewer."""


@dataclass(frozen=True, slots=True)
class Data:
    """A write to a file, or (no data) its being cut to a size."""

    node: int
    offset: int
    data: bytes | None


@dataclass(frozen=True, slots=True)
class Names:
    """A change of a folder's names: each with its new node, `FOLDER` or `GONE`."""

    folder: Path
    names: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Synced:
    """A file's content or a folder's names are safe."""

    what: int | Path


@dataclass(frozen=True, slots=True)
class Mark:
    """Something was acknowledged: so many are by now."""

    count: int


Operation = Data | Names | Synced | Mark


class SimulatedDisk(System):
    """A System on memory; `log` holds what was done since the disk was made."""

    def __init__(self, image: Image | None = None) -> None:
        self.log: list[Operation] = []
        self._guard = threading.RLock()
        self._contents: dict[int, bytearray] = {}
        self._modified: dict[int, int] = {}
        self._folders: dict[Path, dict[str, int]] = {ROOT.parent: {ROOT.name: FOLDER}, ROOT: {}}
        self._open: dict[int, int] = {}
        self._locks: dict[int, threading.Lock] = {}
        self._held: set[int] = set()
        self._numbers = iter(range(1, 1 << 30))
        for path, data in sorted((image or {}).items()):
            if data is None:
                self._folders[path] = {}
            self._folders[path.parent][path.name] = FOLDER if data is None else self._new_node(data)
        self.before = _Crashed({n: bytes(c) for n, c in self._contents.items()}, _copy(self._folders))

    def image(self) -> Image:
        """What a program would find now."""
        return _image(self._folders, self._contents)

    def mark(self, count: int) -> None:
        """Note that so many things were acknowledged by now."""
        self.log.append(Mark(count))

    def crashes(self) -> Iterator[tuple[int, Image]]:
        """Every image that a power loss could leave, with what was acknowledged by then; none twice for a mark."""
        crashed = _Crashed(dict(self.before.contents), _copy(self.before.folders))
        seen: set[tuple[int, int]] = set()
        for operation in (Mark(0), *self.log):
            crashed.take(operation)
            for image in islice(crashed.images(), MAX_IMAGES):
                known = (crashed.marked, hash(tuple(sorted(image.items()))))
                if known not in seen:
                    seen.add(known)
                    yield crashed.marked, image

    # The system calls

    def open(self, path: Path, flags: int, mode: int = 0o600) -> int:
        """Open or create a file."""
        with self._guard:
            names = self._names_of(path.parent)
            node = names.get(path.name)
            if node is None:
                if not flags & os.O_CREAT:
                    raise _error(errno.ENOENT, path)
                node = self._new_node(b"")
                self._change(Names(path.parent, ((path.name, node),)))
            elif node == FOLDER:
                raise _error(errno.EISDIR, path)
            elif flags & os.O_EXCL:
                raise _error(errno.EEXIST, path)
            if flags & os.O_TRUNC and self._contents[node]:
                self._do(Data(node, 0, None))
            descriptor = next(self._numbers)
            self._open[descriptor] = node
            return descriptor

    def close(self, descriptor: int) -> None:
        """Close a file, and with it give its lock back."""
        with self._guard:
            node = self._open.pop(descriptor)
            if descriptor in self._held:
                self._held.remove(descriptor)
                self._locks[node].release()

    def size(self, descriptor: int) -> int:
        """The length of an open file."""
        return len(self._contents[self._open[descriptor]])

    def read(self, descriptor: int, offset: int, limit: int | None = None) -> bytes:
        """A part of an open file."""
        with self._guard:
            content = self._contents[self._open[descriptor]]
            return bytes(content[offset : None if limit is None else offset + limit])

    def write(self, descriptor: int, data: bytes, offset: int) -> int:
        """Write to an open file."""
        with self._guard:
            self._do(Data(self._open[descriptor], offset, bytes(data)))
            return len(data)

    def sync_data(self, descriptor: int) -> None:
        """Make an open file's content safe."""
        with self._guard:
            self.log.append(Synced(self._open[descriptor]))

    def sync_folder(self, folder: Path) -> None:
        """Make a folder's names safe."""
        with self._guard:
            self._names_of(folder)
            self.log.append(Synced(folder))

    def truncate(self, descriptor: int, size: int) -> None:
        """Cut an open file."""
        with self._guard:
            self._do(Data(self._open[descriptor], size, None))

    def replace(self, source: Path, target: Path) -> None:
        """Rename within a folder."""
        assert source.parent == target.parent, "the model knows renames within a folder"
        with self._guard:
            node = self._node_of(source)
            self._change(Names(source.parent, ((target.name, node), (source.name, GONE))))

    def link(self, source: Path, target: Path) -> None:
        """Give a file another name."""
        with self._guard:
            if target.name in self._names_of(target.parent):
                raise _error(errno.EEXIST, target)
            self._change(Names(target.parent, ((target.name, self._node_of(source)),)))

    def remove(self, path: Path) -> None:
        """Take a name away."""
        with self._guard:
            self._node_of(path)
            self._change(Names(path.parent, ((path.name, GONE),)))

    def make_folder(self, path: Path) -> None:
        """Make a folder and those above it."""
        with self._guard:
            if path in self._folders:
                return
            self.make_folder(path.parent)
            if path.name in self._names_of(path.parent):
                raise _error(errno.EEXIST, path)
            self._folders[path] = {}
            self._change(Names(path.parent, ((path.name, FOLDER),)))

    def names(self, folder: Path) -> list[str]:
        """The names in a folder."""
        return sorted(self._names_of(folder))

    def identity(self, path: Path) -> FileIdentity | None:
        """What tells a file from its replacement."""
        with self._guard:
            if path in self._folders:
                return FileIdentity(1, FOLDER, 0, 0)
            node = self._folders.get(path.parent, {}).get(path.name)
            if node is None:
                return None
            return FileIdentity(1, node, len(self._contents[node]), self._modified[node])

    def permissions(self, path: Path) -> int | None:
        """All files are their owner's."""
        return 0o600 if path == ROOT or self.identity(path) else None

    def set_permissions(self, path: Path, mode: int) -> None:
        """Permissions are not kept."""

    def refuses_writing(self, path: Path) -> bool:
        """Everything may be written."""
        return False

    def lock(self, descriptor: int, *, wait: bool) -> bool:
        """A lock between the windows of one process."""
        lock = self._locks.setdefault(self._open[descriptor], threading.Lock())
        if not lock.acquire(blocking=wait):
            return False
        self._held.add(descriptor)
        return True

    def _new_node(self, data: bytes) -> int:
        node = next(self._numbers)
        self._contents[node], self._modified[node] = bytearray(data), time.time_ns()
        return node

    def _names_of(self, folder: Path) -> dict[str, int]:
        if folder not in self._folders:
            raise _error(errno.ENOENT, folder)
        return self._folders[folder]

    def _node_of(self, path: Path) -> int:
        node = self._names_of(path.parent).get(path.name)
        if node is None:
            raise _error(errno.ENOENT, path)
        return node

    def _do(self, operation: Data) -> None:
        self._contents[operation.node] = bytearray(_written(bytes(self._contents[operation.node]), operation))
        self._modified[operation.node] = time.time_ns()
        self.log.append(operation)

    def _change(self, operation: Names) -> None:
        _renamed(self._folders[operation.folder], operation.names)
        self.log.append(operation)


@dataclass
class _Crashed:
    """What is safe on a disk, and what was done since that may be lost."""

    contents: dict[int, bytes]
    folders: dict[Path, dict[str, int]]
    unsafe_data: dict[int, list[Data]] = field(default_factory=dict)
    unsafe_names: dict[Path, list[Names]] = field(default_factory=dict)
    marked: int = 0

    def take(self, operation: Operation) -> None:
        """Go one call further."""
        match operation:
            case Mark(count):
                self.marked = count
            case Data(node):
                self.unsafe_data.setdefault(node, []).append(operation)
            case Names(folder):
                self.unsafe_names.setdefault(folder, []).append(operation)
            case Synced(Path() as folder):
                for change in self.unsafe_names.pop(folder, ()):
                    _renamed(self.folders.setdefault(folder, {}), change.names)
            case Synced(int() as node):
                for data in self.unsafe_data.pop(node, ()):
                    self.contents[node] = _written(self.contents.get(node, b""), data)

    def images(self) -> Iterator[Image]:
        """What may be found after a power loss now."""
        paths = sorted({*self.folders, *self.unsafe_names})
        for choice in product(*(self._names_left(path) for path in paths)):
            folders = dict(zip(paths, choice, strict=True))
            nodes = sorted({n for path in _reachable(folders) for n in folders[path].values()} - {FOLDER})
            for contents in product(*(self._content_left(node) for node in nodes)):
                yield _image(folders, dict(zip(nodes, contents, strict=True)))

    def _names_left(self, folder: Path) -> list[dict[str, int]]:
        safe = self.folders.get(folder, {})
        left = []
        for changes in _subsets(self.unsafe_names.get(folder, ())):
            names = dict(safe)
            for change in changes:
                _renamed(names, change.names)
            left.append(names)
            if changes and len(changes[-1].names) > 1:  # a rename whose old name is still there
                left.append(names | {name: safe[name] for name, _ in changes[-1].names[1:] if name in safe})
        return [names for number, names in enumerate(left) if names not in left[:number]]

    def _content_left(self, node: int) -> list[bytes]:
        safe = self.contents.get(node, b"")
        left: dict[bytes, None] = {}
        for operations in _subsets(self.unsafe_data.get(node, ())):
            content = safe
            for operation in operations[:-1]:
                content = _written(content, operation)
            for last in _parts(operations[-1]) if operations else ():
                left[_written(content, last)] = None
            if not operations:
                left[content] = None
        return list(left)


def _parts(operation: Data) -> list[Data]:
    """A write that reached the disk whole, cut, as zeros, or without its first half."""
    data, node, offset = operation.data, operation.node, operation.offset
    if data is None or len(data) < 2:
        return [operation]
    half = len(data) // 2
    parts = [data, data[:1], data[:half], data[:-1], bytes(len(data)), bytes(half) + data[half:]]
    return [Data(node, offset, part) for part in parts]


def _subsets(operations: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """All choices of a few operations in their order; of many: the first ones, and all but one."""
    if len(operations) <= 5:
        for size in range(len(operations) + 1):
            yield from combinations(operations, size)
    else:
        for size in range(len(operations) + 1):
            yield tuple(operations[:size])
            yield tuple(operation for number, operation in enumerate(operations) if number != size)


def _written(content: bytes, operation: Data) -> bytes:
    if operation.data is None:
        return content[: operation.offset].ljust(operation.offset, b"\0")
    begin = content[: operation.offset].ljust(operation.offset, b"\0")
    return begin + operation.data + content[operation.offset + len(operation.data) :]


def _renamed(names: dict[str, int], changes: Sequence[tuple[str, int]]) -> None:
    for name, node in changes:
        if node == GONE:
            names.pop(name, None)
        else:
            names[name] = node


def _reachable(folders: Mapping[Path, Mapping[str, int]]) -> list[Path]:
    """The folders that have a name in a folder that has one."""
    found = [ROOT]
    for folder in found:
        found += [folder / name for name, node in folders.get(folder, {}).items() if node == FOLDER]
    return [folder for folder in found if folder in folders]


def _image(folders: Mapping[Path, Mapping[str, int]], contents: Mapping[int, bytes | bytearray]) -> Image:
    image: Image = {}
    for folder in _reachable(folders):
        for name, node in folders[folder].items():
            image[folder / name] = None if node == FOLDER else bytes(contents.get(node, b""))
    return image


def _copy(folders: Mapping[Path, Mapping[str, int]]) -> dict[Path, dict[str, int]]:
    return {path: dict(names) for path, names in folders.items()}


def _error(number: int, path: Path) -> OSError:
    return OSError(number, os.strerror(number), str(path))
