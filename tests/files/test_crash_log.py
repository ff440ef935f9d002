"""The log of unexpected errors: their kind and place, within bounds, and nobody's text."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperreader.domain.query.parser import parse_query
from paperreader.errors import PaperReaderError, StoreError, Unexpected
from paperreader.files.crash_log import FRAMES, LIMIT, ended_by_force, place_of, unexpected


def _caught(message: str = "A SECRET TITLE") -> Exception:
    try:
        try:
            raise KeyError(message)
        except KeyError as cause:
            raise StoreError("the disk is full; make room") from cause
    except StoreError as error:
        return error


def test_the_log_has_kinds_and_places_and_no_foreign_messages(tmp_path: Path) -> None:
    """The log has an error and its causes with their frames, but no message of a foreign error."""
    log = tmp_path / "reader.log"
    unexpected(_caught(), log)
    text = log.read_text()
    assert "  StoreError: the disk is full; make room\n" in text
    assert "  KeyError\n" in text
    assert text.count(f"{Path(__file__).name}:") == 2
    assert "SECRET" not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_place_is_the_innermost_in_paperreader() -> None:
    """The place of an error in a library is the line of paperreader that called the library."""
    with pytest.raises(TypeError) as caught:
        parse_query(None)  # type: ignore[arg-type]
    assert place_of(caught.value).startswith("paperreader.domain.query.parser:")
    assert place_of(ValueError()) == "nowhere:0"


def test_an_endless_recursion_is_logged_in_part(tmp_path: Path) -> None:
    """The entry of an error is bounded, however deep the stack is."""

    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    unexpected(caught.value, tmp_path / "reader.log")
    lines = (tmp_path / "reader.log").read_text().splitlines()
    assert len(lines) == FRAMES + 3
    assert " more" in lines[2]


def test_the_log_is_bounded(tmp_path: Path) -> None:
    """A long log is renamed, and only one older log is kept."""
    log = tmp_path / "reader.log"
    for _ in range(3):
        log.write_bytes(b"x" * (LIMIT + 1))
        unexpected(_caught(), log)
        assert log.stat().st_size < 2_000
    assert sorted(path.name for path in tmp_path.glob("reader*")) == ["reader.log", "reader.log.1"]


def test_the_message_names_the_log_or_says_why_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message is one line, also if the log cannot be written; in development the error itself is raised."""
    error = _caught()
    told = unexpected(error, tmp_path / "reader.log")
    assert isinstance(told, Unexpected)
    assert isinstance(told, PaperReaderError)
    assert f"see {tmp_path / 'reader.log'}, and report the error" in str(told)
    assert "could not be written (No such file" in str(unexpected(error, tmp_path / "missing" / "reader.log"))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert "could not be written" in str(unexpected(error, tmp_path / "link"))
    assert not (tmp_path / "elsewhere").exists()
    monkeypatch.setenv("PAPERREADER_DEBUG", "1")
    assert unexpected(error, tmp_path / "reader.log") is error


def test_the_threads_of_a_killed_reader_are_logged(tmp_path: Path) -> None:
    """The log has the bounded stack of each thread; the message says if the log cannot be written."""
    log = tmp_path / "reader.log"
    stacks = [("main thread", [f"a.py:{line} deeper" for line in range(100)]), ("thread", ["b.py:1 run"])]
    told = ended_by_force("the reader was killed by SIGSEGV", log, 4711, stacks)
    assert told == (
        "the reader was killed by SIGSEGV; every decision that the screen showed is saved; "
        f"see {log}, and report the error"
    )
    first, *lines = log.read_text().splitlines()
    assert first.endswith(", process 4711")
    assert lines[:3] == ["  the reader was killed by SIGSEGV", "  main thread", f"    … {100 - FRAMES} more"]
    assert lines[-3:] == ["    a.py:99 deeper", "  thread", "    b.py:1 run"]
    assert len(lines) == FRAMES + 5
    told = ended_by_force("the reader was killed by SIGSEGV", tmp_path / "missing" / "reader.log", 4711, stacks)
    assert "could not be written (No such file" in told
