"""The right to write a library: one process at a time.

On a file system with locks, this is `flock` on a file that is never replaced, taken for each piece of work. The call
blocks, because processes that poll starve each other. Without locks, it is a claim, kept until the window closes, so
that one window at a time can write. A refused lock counts as "no locks" only if a lock on a new file is refused too.
"""

import errno
import os
import random
import time
from pathlib import Path

from paperreader.errors import StoreBusy, StoreError
from paperreader.files.claims import Claim, Claims
from paperreader.files.refusals import refused
from paperreader.files.system import System

NO_LOCKS = frozenset({errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
"""Error codes of file systems without locks."""

BETWEEN_CLAIMS = (0.01, 0.05)
"""Seconds between two claims after a collision; random, so that two processes do not collide forever."""


def lacks_locks(path: Path, system: System | None = None) -> bool:
    """Whether the file system of a file refuses locks; False if that is unknown."""
    system = system or System()
    try:
        descriptor = system.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        system.lock(descriptor, wait=False)
    except OSError as error:
        return error.errno in NO_LOCKS
    finally:
        system.close(descriptor)
    return False


class WriteLock:
    """The right to write a library, used by one thread: a file to lock, and a folder for claims.

    It waits `claim_within` seconds for the claim of another process.
    """

    def __init__(self, path: Path, claims: Path, system: System, claim_within: float = 1.0) -> None:
        self.path = path
        """The file to lock."""
        self._claim_within = claim_within
        self._system = system
        self._claims = Claims(claims, system)
        self._descriptor: int | None = None
        self.is_waiting = False
        """Whether the thread waits for another process now."""
        self._notice: str | None = None

    def take(self) -> None:
        """Take the right to write, without a time limit. Raises StoreBusy, StoreReadOnly or StoreError."""
        try:
            descriptor = self._system.open(self.path, os.O_RDWR | os.O_CREAT)
        except OSError as error:
            raise self._unwritable(error) from error
        try:
            if not self._system.lock(descriptor, wait=False):
                self.is_waiting = True
                self._system.lock(descriptor, wait=True)
            self._refuse_beside_others()
        except OSError as error:
            self._system.close(descriptor)
            self._claim(error)
        except StoreError:
            self._system.close(descriptor)
            raise
        else:
            self._descriptor = descriptor
            self._name_holder(descriptor)
        finally:
            self.is_waiting = False

    def give_back(self) -> None:
        """Release a lock. A claim stays."""
        if self._descriptor is not None:
            descriptor, self._descriptor = self._descriptor, None
            self._system.close(descriptor)

    def release(self) -> None:
        """Release a claim, when this process writes no more."""
        try:
            self._claims.give_back()
        except OSError:
            return  # the next process removes it after this one ends

    def take_notice(self) -> str | None:
        """The notice for the user after a claim was made, once."""
        notice, self._notice = self._notice, None
        return notice

    def holder(self) -> str | None:
        """The process that holds the right, or held it last: `process 1234`; None if unknown."""
        if claim := self._other():
            return claim.owner
        try:
            text = self._system.read_file(self.path)[:20].decode("ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None
        return f"process {text}" if text.isdigit() and int(text) != os.getpid() else None

    def refusal(self) -> str | None:
        """Why this process cannot write, if another has the claim, and the cure."""
        claim = self._other()
        if claim is None:
            return None
        return f"{self._alone(claim)}; {self._claims.cure(claim)}"

    def busy(self) -> StoreBusy:
        """The error that names the process that holds the right."""
        if claim := self._other():
            return StoreBusy(f"not saved: {self._alone(claim)}", self._claims.cure(claim))
        holder = self.holder() or "another process"
        return StoreBusy(f"not saved: {holder} holds {self.path}", "end that process or wait for it, then try again")

    def _alone(self, claim: Claim) -> str:
        return f"{claim.owner} alone may write {self.path.parent}, because its file system has no locks"

    def _claim(self, refused: OSError) -> None:
        """Make a claim, if the file system refuses locks. Raises StoreBusy or StoreError."""
        if refused.errno not in NO_LOCKS:
            raise self._without_lock(refused) from refused
        try:
            if self._claims.is_held:
                return
            self._claims.remove_gone()
            end = time.monotonic() + self._claim_within
            while not self._claims_alone(refused):
                if time.monotonic() > end:
                    raise self.busy()
                time.sleep(random.uniform(*BETWEEN_CLAIMS))
        except OSError as error:
            self.release()
            raise self._unwritable(error) from error
        self._notice = (
            f"the file system of {self.path.parent} has no locks ({refused.strerror}): "
            "no other window can decide until this one is closed"
        )

    def _claims_alone(self, refused: OSError) -> bool:
        """Make a claim; it stays if no other exists. Raises StoreError if locks work after all."""
        if self._other():
            return False
        descriptor = self._claims.make()
        if descriptor is None:
            return False
        try:
            has_locks = self._system.lock(descriptor, wait=False)
        except OSError as error:
            has_locks = error.errno not in NO_LOCKS
        finally:
            self._system.close(descriptor)
        if has_locks or self._claims.others():
            self._claims.give_back()
        if has_locks:
            raise self._without_lock(refused)
        return self._claims.is_held

    def _refuse_beside_others(self) -> None:
        """Refuse to write beside a claim, which a lock does not show."""
        if self._claims.others():
            raise self.busy()

    def _other(self) -> Claim | None:
        try:
            return next(iter(self._claims.others()), None)
        except OSError:
            return None

    def _without_lock(self, error: OSError) -> StoreError:
        return StoreError(
            f"not saved: {self.path} cannot be locked ({error.strerror})",
            "try again, or choose a library folder on a local disk",
        )

    def _unwritable(self, error: OSError) -> StoreError:
        return refused(f"not saved: {self.path} cannot be written", error, self.path)

    def _name_holder(self, descriptor: int) -> None:
        """Write the process number into the lock file, for messages. A full disk must not refuse the lock."""
        try:
            self._system.write(descriptor, f"{os.getpid():<20}".encode(), 0)
        except OSError:
            return
