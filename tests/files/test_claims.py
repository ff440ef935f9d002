"""The claim of a process that may be running is never removed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from paperreader.files.claims import Claim, Claims, this_process
from paperreader.files.system_calls import System

OWN = this_process()
needs_proc = pytest.mark.skipif(OWN.started == "0", reason="this system does not tell when a process began")


@pytest.fixture
def other() -> Iterator[subprocess.Popen[bytes]]:
    """Another process of this machine, which does nothing."""
    process = subprocess.Popen([sys.executable, "-c", "import sys; sys.stdin.read()"], stdin=subprocess.PIPE)
    yield process
    process.communicate()


def _claims(folder: Path, *there: Claim) -> Claims:
    folder.mkdir(exist_ok=True)
    for claim in there:
        (folder / claim.name).touch()
    return Claims(folder, System())


def test_a_running_process_keeps_its_claim(other: subprocess.Popen[bytes]) -> None:
    """A process that runs has not ended, whether or not the system tells when it began."""
    assert not OWN.has_ended()
    assert not replace(OWN, process=other.pid, started="0").has_ended()


@needs_proc
def test_an_ended_process_loses_its_claim(other: subprocess.Popen[bytes]) -> None:
    """A process has ended if no process has its number."""
    other.communicate()
    assert replace(OWN, process=other.pid).has_ended()


@needs_proc
def test_a_reused_process_number_is_another_process() -> None:
    """A process that began at another time is not the process that made the claim."""
    assert replace(OWN, started="1").has_ended()


@pytest.mark.parametrize("machine_id", ["0123abcd", ""])
def test_a_process_from_before_a_reboot_has_ended(machine_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A claim of an earlier boot of this machine is stale; without a machine id, it may be of another machine."""
    files = {"/etc/machine-id": machine_id, "/proc/sys/kernel/random/boot_id": "now"}
    monkeypatch.setattr("paperreader.files.claims._read", lambda path: files.get(path, ""))
    own = this_process()
    earlier = replace(own, place="12345678-" + own.place.partition("-")[2])
    assert earlier.has_ended() == bool(machine_id)
    assert not own.has_ended()


def test_a_process_on_another_machine_keeps_its_claim() -> None:
    """Nobody can tell whether a process on another machine has ended; the message names its host."""
    claim = replace(OWN, process=1 << 22, place="0-0-elsewhere", host="elsewhere")
    assert not claim.has_ended()
    assert claim.owner == f"process {1 << 22} on elsewhere"


def test_the_name_of_a_claim_identifies_its_process(tmp_path: Path) -> None:
    """A claim is read back from its name, whatever the host is called; other files are ignored."""
    hosts = ("a", "a-b.example", "1-2-3.claim", "x" * 60)
    there = {replace(OWN, place=f"0-0-{host}", host=host) for host in hosts}
    claims = _claims(tmp_path / "claims", *there)
    (tmp_path / "claims" / ".nfs0001").touch()
    assert set(claims.others()) == there


@needs_proc
def test_a_new_claim_removes_only_the_claims_of_ended_processes(tmp_path: Path, other: subprocess.Popen[bytes]) -> None:
    """A process that may be running keeps its claim, and no other process gets one."""
    elsewhere, alive = replace(OWN, place="0-0-far", host="far"), replace(OWN, process=other.pid, started="0")
    claims = _claims(tmp_path / "claims", elsewhere, alive, replace(OWN, process=1 << 22))
    assert set(claims.others()) == {elsewhere, alive}
    assert claims.make() is None
    assert {path.name for path in claims.folder.iterdir()} == {elsewhere.name, alive.name}


def test_a_process_has_one_claim(tmp_path: Path) -> None:
    """A second object of the same process gets no claim, and removes none."""
    one, two = (Claims(tmp_path / "claims", System()) for _ in range(2))
    assert one.make()
    assert two.make() is None
    two.give_back()
    assert one.is_held()
    assert two.others() == [OWN]
    assert one.others() == []
    one.give_back()
    assert (one.is_held(), two.others()) == (False, [])


def test_of_many_that_claim_at_once_no_two_are_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: who has made a claim and sees no other is the only one, whoever else does so at the same moment."""
    several = 6
    barrier = Barrier(several)

    def alone(number: int) -> bool:
        claims = Claims(tmp_path / "claims", System())
        claims._own = claims.folder / replace(OWN, place=f"0-0-{number}", host=str(number)).name
        barrier.wait()
        claims._own.touch()
        is_alone = not claims.others()
        barrier.wait()
        claims.give_back()
        return is_alone

    (tmp_path / "claims").mkdir()
    with ThreadPoolExecutor(several) as pool:
        for _ in range(100):
            assert sum(pool.map(alone, range(several))) <= 1
