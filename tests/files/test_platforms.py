"""Each branch for a platform, run here by naming that platform."""

from __future__ import annotations

import errno
import fcntl
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paperreader.errors import StoreError
from paperreader.files.system_calls import System
from paperreader.paths import refuse_native_windows


class Mac(System):
    """The system calls as on macOS."""

    platform = "darwin"


class Disk:
    """Records how a file is synced; `refuses` is the error of a full sync."""

    def __init__(self, refuses: int = 0) -> None:
        self.refuses = refuses
        self.calls: list[str] = []

    def full_sync(self, _descriptor: int, command: int) -> int:
        """Stands for `fcntl.fcntl`."""
        assert command == getattr(fcntl, "F_FULLFSYNC", 51)
        self.calls.append("full")
        if self.refuses:
            raise OSError(self.refuses, os.strerror(self.refuses))
        return 0

    def sync(self, _descriptor: int) -> None:
        """Stands for `os.fsync`."""
        self.calls.append("sync")


def _synced(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(fcntl, "fcntl", disk.full_sync)
    monkeypatch.setattr(os, "fsync", disk.sync)
    Mac().sync_data(0)
    return disk.calls


def test_macos_syncs_through_the_cache_of_the_drive(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: on macOS a decision is synced with F_FULLFSYNC, because fsync stops at the cache of the drive."""
    assert _synced(Disk(), monkeypatch) == ["full"]


@pytest.mark.parametrize("refused", [errno.ENOTSUP, errno.EINVAL, errno.ENOTTY])
def test_a_file_system_without_a_full_sync_gets_a_plain_one(refused: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a network file system that knows no F_FULLFSYNC is synced with fsync."""
    assert _synced(Disk(refused), monkeypatch) == ["full", "sync"]


def test_a_disk_error_of_a_full_sync_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: a full sync that fails for another reason refuses the decision."""
    with pytest.raises(OSError, match=os.strerror(errno.EIO)):
        _synced(Disk(errno.EIO), monkeypatch)


def test_native_windows_is_refused_with_the_way_to_run() -> None:
    """Rule: native Windows is refused and the message names WSL; other platforms pass."""
    with pytest.raises(StoreError, match="WSL"):
        refuse_native_windows("win32")
    refuse_native_windows("linux")
    refuse_native_windows("darwin")


@pytest.mark.parametrize(
    ("platform", "folder", "settings"),
    [
        ("linux", ".local/share/paperreader", ".config/paperreader/config.toml"),
        (
            "darwin",
            "Library/Application Support/paperreader",
            "Library/Application Support/paperreader/config.toml",
        ),
    ],
)
def test_data_and_settings_are_where_the_platform_keeps_them(
    platform: str, folder: str, settings: str, tmp_path: Path
) -> None:
    """Rule: without a named library, the folders are those of the platform, as the docs say."""
    code = (
        f"import sys; sys.platform = {platform!r}\n"
        "from paperreader.paths import config_file, library_folder\n"
        "print(library_folder()); print(config_file())"
    )
    printed = subprocess.run(
        [sys.executable, "-c", code], env={"HOME": str(tmp_path)}, capture_output=True, text=True, check=True
    ).stdout
    assert printed.splitlines() == [str(tmp_path / folder), str(tmp_path / settings)]
