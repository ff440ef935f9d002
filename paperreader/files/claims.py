"""Claims on a library, for file systems without locks. One process holds the claim until it gives it back.

A claim is an empty file; its name says everything, so no claim is ever half written. A process makes its claim first
and looks for others afterwards. If two do so at once, at least one sees the other and gives way. A claim is removed
only if its process ran on this machine and has certainly ended.
"""

import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.system import FileIdentity, System

UNKNOWN = "0"
"""Stands for a value that the system does not tell."""

_NAME = re.compile(r"(\d+)-(\d+)-(\w+)-(\w+)-(.+)\.claim")
_MACHINE = Path("/etc/machine-id")
_BOOT = Path("/proc/sys/kernel/random/boot_id")
_PROCESSES = Path("/proc/self/ns/pid")
_ENDED = ("Z", "X")
"""States of a process that has ended but is not reaped yet."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A process, distinguished from all others as far as the system allows."""

    process: int
    started: str
    """When it started, in clock ticks since the boot."""
    boot: str
    machine: str
    """A hash of the machine id and the process namespace: containers number their own processes."""
    host: str

    @property
    def name(self) -> str:
        """The file name of the claim."""
        return f"{self.process}-{self.started}-{self.boot}-{self.machine}-{self.host}.claim"

    @property
    def owner(self) -> str:
        """The process, for messages: `process 4711`, with its host if that may be another machine."""
        return f"process {self.process}" + ("" if self.is_here else f" on {self.host}")

    @property
    def is_here(self) -> bool:
        """Whether this process could see the claiming process."""
        own = this_process()
        return (self.machine, self.host) == (own.machine, own.host)

    def is_gone(self) -> bool:
        """Whether the process has certainly ended."""
        if not self.is_here:
            return False
        if self.boot != this_process().boot:
            return bool(_read(_MACHINE))  # without a machine id, another machine may have the same host name
        if not is_running(self.process):
            return True
        state, started = _status(self.process)
        return state in _ENDED or (UNKNOWN not in (self.started, started) and self.started != started)


def is_running(process: int) -> bool:
    """Whether a process with this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # it belongs to another user
    return True


def this_process() -> Claim:
    """The claim of this process."""
    try:
        space = os.readlink(_PROCESSES)  # noqa: PTH115 - what it points to is no path
    except OSError:
        space = ""
    return Claim(
        process=os.getpid(),
        started=_status(os.getpid())[1],
        boot=_token(_read(_BOOT)),
        machine=_token(_read(_MACHINE) + space),
        host=re.sub(r"[^\w.-]", "_", os.uname().nodename, flags=re.ASCII)[:60] or UNKNOWN,
    )


class Claims:
    """The claims on a folder, and the own claim. Every method may raise OSError."""

    def __init__(self, folder: Path, system: System) -> None:
        self.folder = folder
        self._system = system
        self._own: Path | None = None
        self._made: FileIdentity | None = None

    @property
    def is_held(self) -> bool:
        """Whether this object has a claim that nobody removed."""
        return self._own is not None and self._made is not None and self._system.identity(self._own) == self._made

    def others(self) -> list[Claim]:
        """The claims of other processes that may still run."""
        return [claim for claim in self._others() if not claim.is_gone()]

    def cure(self, claim: Claim) -> str:
        """What a user can do about the claim of another process."""
        if claim.is_here:
            return "close it, then try again"
        return f"end it there, or delete {self._path_of(claim)} if it is gone, then try again"

    def make(self) -> int | None:
        """Make the own claim; returns a descriptor, or None if another object of this process has one.

        The claim counts only if no other claim exists afterwards.
        """
        self._system.make_folder(self.folder)
        self._own = self._path_of(this_process())
        try:
            descriptor = self._system.open(self._own, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError:
            self._own = None
            return None
        except OSError:
            self._own = None
            raise
        try:
            self._made = self._system.identity(self._own)
        except OSError:
            self._system.close(descriptor)
            raise
        return descriptor

    def remove_gone(self) -> None:
        """Remove the claims of processes that have ended."""
        for claim in self._others():
            if claim.is_gone():
                with suppress(FileNotFoundError):  # another process removed it just now
                    self._system.remove(self._path_of(claim))

    def give_back(self) -> None:
        """Remove the own claim, if any."""
        own, self._own = self._own, None
        if own is not None:
            with suppress(FileNotFoundError):
                self._system.remove(own)

    def _path_of(self, claim: Claim) -> Path:
        return self.folder / claim.name

    def _others(self) -> list[Claim]:
        if self._system.identity(self.folder) is None:
            return []  # the usual case: the file system has locks
        own = self._own.name if self._own else ""
        found = (_NAME.fullmatch(name) for name in self._system.names(self.folder) if name != own)
        return [Claim(int(match[1]), *match.groups()[1:]) for match in found if match]


def _status(process: int) -> tuple[str, str]:
    """The state of a process and its start, as far as the system tells."""
    state, *fields = _read(Path(f"/proc/{process}/stat")).rpartition(")")[2].split() or [UNKNOWN]
    return state, fields[18] if len(fields) > 18 else UNKNOWN


def _read(path: Path) -> str:
    try:
        return path.read_text(errors="replace").strip()
    except OSError:
        return ""


def _token(text: str) -> str:
    return f"{zlib.crc32(text.encode()):08x}" if text else UNKNOWN
