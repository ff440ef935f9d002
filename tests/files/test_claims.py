"""A claim is taken from nobody who may still be there."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier

import pytest

from paperreader.files import claims as module
from paperreader.files.claims import UNKNOWN, Claim, Claims, this_process
from paperreader.files.system import System

OWN = this_process()
needs_proc = pytest.mark.skipif(OWN.started == UNKNOWN, reason="this system does not tell when a process began")


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


def test_a_living_process_is_not_gone(other: subprocess.Popen[bytes]) -> None:
    """Neither this one nor another, whether or not it is known when that began."""
    assert not OWN.is_gone()
    assert not replace(OWN, process=other.pid, started=UNKNOWN).is_gone()


def test_a_process_that_ended_is_gone(other: subprocess.Popen[bytes]) -> None:
    """By its number, which nobody has."""
    other.communicate()
    assert replace(OWN, process=other.pid).is_gone()


@needs_proc
def test_a_process_that_nobody_asked_how_it_ended_is_gone(other: subprocess.Popen[bytes]) -> None:
    """It has its number still and does nothing any more."""
    other.kill()
    os.waitid(os.P_PID, other.pid, os.WEXITED | os.WNOWAIT)
    assert replace(OWN, process=other.pid).is_gone()


@needs_proc
def test_a_number_that_another_process_has_now_is_no_sign_of_life() -> None:
    """The one that began at another moment is another."""
    assert replace(OWN, started="1").is_gone()


def test_a_process_of_before_the_last_boot_is_gone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """On this machine; where machines have no name of their own, it may be one on another."""
    named, nameless = tmp_path / "named", tmp_path / "nameless"
    named.write_text("a machine\n")
    for path, gone in ((named, True), (nameless, False)):
        monkeypatch.setattr(module, "_MACHINE", path)
        assert replace(this_process(), boot="12345678").is_gone() == gone


@pytest.mark.parametrize("change", [{"host": "elsewhere"}, {"machine": "12345678"}])
def test_nobody_knows_whether_a_process_of_another_machine_is_gone(change: dict[str, str]) -> None:
    """Its host is named, and the claim stays."""
    claim = replace(OWN, process=1 << 22, **change)
    assert not claim.is_gone()
    assert claim.owner == f"process {1 << 22} on {claim.host}"


def test_the_name_of_a_claim_says_everything(tmp_path: Path) -> None:
    """Whatever the host is called; other files are no claims."""
    there = {replace(OWN, host=host) for host in ("a", "a-b.example", "1-2-3.claim", "x" * 60)}
    claims = _claims(tmp_path / "claims", *there)
    (tmp_path / "claims" / ".nfs0001").touch()
    assert set(claims.others()) == there


def test_claims_of_the_gone_are_removed_and_no_others(tmp_path: Path, other: subprocess.Popen[bytes]) -> None:
    """Looking alone removes nothing."""
    elsewhere, alive = replace(OWN, host="elsewhere"), replace(OWN, process=other.pid, started=UNKNOWN)
    claims = _claims(tmp_path / "claims", elsewhere, alive, replace(OWN, process=1 << 22))
    assert set(claims.others()) == {elsewhere, alive}
    assert len(list(claims.folder.iterdir())) == 3
    claims.remove_gone()
    assert {path.name for path in claims.folder.iterdir()} == {elsewhere.name, alive.name}


def test_a_process_has_one_claim(tmp_path: Path) -> None:
    """A second store of the process is another, and gives nothing back that is not its own."""
    one, two = (Claims(tmp_path / "claims", System()) for _ in range(2))
    descriptor = one.make()
    assert descriptor is not None
    os.close(descriptor)
    assert two.make() is None
    two.give_back()
    assert one.is_held
    assert two.others() == [OWN]
    assert one.others() == []
    one.give_back()
    assert (one.is_held, two.others()) == (False, [])


def test_of_many_that_claim_at_once_no_two_are_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: who has made a claim and sees no other is the only one, whoever else does so at the same moment."""
    several = 6
    barrier = Barrier(several)

    def alone(number: int) -> bool:
        claims = Claims(tmp_path / "claims", System())
        claims._own = claims.folder / replace(OWN, host=str(number)).name
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
