"""Claims: let one process alone write to a folder, if the file system has no locks.

A claim is an empty file. Its name identifies the process, so no claim is ever half written. A process makes its claim
first and looks for other claims afterwards. Of two processes that do so at once, at least one sees the other's claim
and gives way. Only the claim of a process that has certainly ended is removed.
"""

import os
import re
import zlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paperreader.files.system_calls import FileIdentity, System

_NAME = re.compile(r"(\d+)-(\w+)-(\w+-\w+-(.+))\.claim")
_UNKNOWN = "0"
"""The start of a process where the system does not tell it."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A process that made a claim: its number, its start in clock ticks since the boot, and where it runs."""

    process: int
    started: str
    place: str
    """The boot, the machine with the process namespace (containers have their own), and the host."""
    host: str

    @property
    def name(self) -> str:
        """The name of the claim's file."""
        return f"{self.process}-{self.started}-{self.place}.claim"

    @property
    def owner(self) -> str:
        """The process in words, with the host of a process elsewhere."""
        return f"process {self.process}" + ("" if self.place == this_process().place else f" on {self.host}")

    def has_ended(self) -> bool:
        """Whether the process has certainly ended; no process can tell that of one on another machine."""
        (boot, _, machine), (own_boot, _, own_machine) = (
            place.partition("-") for place in (self.place, this_process().place)
        )
        if machine == own_machine and boot != own_boot:
            return bool(_read("/etc/machine-id"))  # else it may be another machine with this host name
        if machine != own_machine or self.started == _UNKNOWN:
            return False
        return not is_running(self.process) or _start_of(self.process) not in (self.started, _UNKNOWN)


def is_running(process: int) -> bool:
    """Whether this machine has a process of this number."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        pass  # a process of another user
    return True


def this_process() -> Claim:
    """The claim of this process."""
    try:
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - the link's text is not a path
    except OSError:
        namespace = ""
    boot, machine = _read("/proc/sys/kernel/random/boot_id"), _read("/etc/machine-id") + namespace
    host = re.sub(r"[^\w.-]", "_", os.uname().nodename, flags=re.ASCII)[:60] or "unknown"
    place = f"{zlib.crc32(boot.encode()):08x}-{zlib.crc32(machine.encode()):08x}-{host}"
    return Claim(os.getpid(), _start_of(os.getpid()), place, host)


def _start_of(process: int) -> str:
    fields = _read(f"/proc/{process}/stat").rpartition(")")[2].split()
    return fields[19] if len(fields) > 19 else _UNKNOWN


def _read(path: str) -> str:
    try:
        return Path(path).read_text(errors="replace").strip()
    except OSError:
        return ""


class Claims:
    """The claims on one folder; every method may raise OSError, also if there is no such folder."""

    def __init__(self, folder: Path, system: System) -> None:
        self.folder = folder
        self._system = system
        self._own: Path | None = None
        self._made: FileIdentity | None = None

    def is_held(self) -> bool:
        """Whether this object's claim is in place."""
        return self._own is not None and self._made is not None and self._system.identity(self._own) == self._made

    def others(self) -> list[Claim]:
        """The claims of other processes that may be running."""
        return [claim for claim in self._others() if not claim.has_ended()]

    def make(self) -> Path | None:
        """Make a claim and return its file; None if another process may have a claim."""
        self._system.make_folder(self.folder)
        for claim in self._others():
            if claim.has_ended():
                with suppress(FileNotFoundError):  # another process removed it first
                    self._system.remove(self.folder / claim.name)
        path = self.folder / this_process().name
        try:
            descriptor = self._system.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL)
        except FileExistsError:  # another object of this process made it
            return None
        self._own = path
        self._system.close(descriptor)
        self._made = self._system.identity(path)
        if self.others():
            self.give_back()
        return self._own

    def give_back(self) -> None:
        """Remove this object's claim."""
        own, self._own = self._own, None
        if own is not None:
            with suppress(FileNotFoundError):
                self._system.remove(own)

    def _others(self) -> list[Claim]:
        own = self._own.name if self._own else ""
        found = (_NAME.fullmatch(name) for name in self._system.names(self.folder) if name != own)
        return [Claim(int(match[1]), *match.groups()[1:]) for match in found if match]
