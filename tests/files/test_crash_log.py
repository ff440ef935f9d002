"""The log of unexpected errors: their kind and place, within bounds, and nobody's text."""

from __future__ import annotations

from pathlib import Path

import pytest

from paperreader.domain.query.parser import parse_query
from paperreader.errors import PaperReaderError, StoreError, Unexpected
from paperreader.files.crash_log import FRAMES, LIMIT, ended_by_force, log_crash, place_of, unexpected


def _caught(message: str = "A SECRET TITLE") -> Exception:
    try:
        try:
            raise KeyError(message)
        except KeyError as cause:
            raise StoreError("the disk is full; make room") from cause
    except StoreError as error:
        return error


def test_the_log_names_kinds_and_places_and_no_foreign_words(tmp_path: Path) -> None:
    """Rule: an error's chain is there with its frames; of the messages only those of our own errors."""
    log = tmp_path / "reader.log"
    log_crash(log, _caught())
    text = log.read_text()
    assert "  StoreError: the disk is full; make room\n" in text
    assert "  KeyError\n" in text
    assert text.count(f"{Path(__file__).name}:") == 2
    assert "SECRET" not in text
    assert log.stat().st_mode & 0o777 == 0o600


def test_the_place_is_the_innermost_of_our_own() -> None:
    """Rule: an error within somebody else's code is placed where ours called it."""
    with pytest.raises(TypeError) as caught:
        parse_query(None)  # type: ignore[arg-type]
    assert place_of(caught.value).startswith("paperreader.domain.query.parser:")
    assert place_of(ValueError()) == "nowhere:0"


def test_an_endless_recursion_is_logged_in_part(tmp_path: Path) -> None:
    """Rule: an error has a bounded entry, however deep it arose."""

    def deeper() -> None:
        deeper()

    with pytest.raises(RecursionError) as caught:
        deeper()
    log_crash(tmp_path / "reader.log", caught.value)
    lines = (tmp_path / "reader.log").read_text().splitlines()
    assert len(lines) == FRAMES + 3
    assert " more" in lines[2]


def test_the_log_is_bounded(tmp_path: Path) -> None:
    """Rule: a log that has grown is put aside, and only one of those is kept."""
    log = tmp_path / "reader.log"
    for _ in range(3):
        log.write_bytes(b"x" * (LIMIT + 1))
        log_crash(log, _caught())
        assert log.stat().st_size < 2_000
    assert sorted(path.name for path in tmp_path.glob("reader*")) == ["reader.log", "reader.log.1"]


def test_an_error_is_told_with_its_log_or_why_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: one line tells all, also where nothing can be written; who looks for the error gets it as it is."""
    error = _caught()
    told = unexpected(error, tmp_path / "reader.log")
    assert isinstance(told, Unexpected)
    assert isinstance(told, PaperReaderError)
    assert f"more is in {tmp_path / 'reader.log'}" in str(told)
    assert "could not be written (No such file" in str(unexpected(error, tmp_path / "missing" / "reader.log"))
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    assert "could not be written" in str(unexpected(error, tmp_path / "link"))
    assert not (tmp_path / "elsewhere").exists()
    monkeypatch.setenv("PAPERREADER_DEBUG", "1")
    assert unexpected(error, tmp_path / "reader.log") is error


def test_a_reader_that_was_ended_is_told_and_its_threads_logged(tmp_path: Path) -> None:
    """Rule: where each thread stood is there under what ended the reader, within bounds; a log that fails is said."""
    log = tmp_path / "reader.log"
    stacks = [("main thread", [f"a.py:{line} deeper" for line in range(100)]), ("thread", ["b.py:1 run"])]
    told = ended_by_force("the reader ended by SIGSEGV", log, 4711, stacks)
    assert told == f"the reader ended by SIGSEGV; every decision shown as made is saved; more is in {log}"
    first, *lines = log.read_text().splitlines()
    assert first.endswith(", process 4711")
    assert lines[:3] == ["  the reader ended by SIGSEGV", "  main thread", f"    … {100 - FRAMES} more"]
    assert lines[-3:] == ["    a.py:99 deeper", "  thread", "    b.py:1 run"]
    assert len(lines) == FRAMES + 5
    told = ended_by_force("the reader ended by SIGSEGV", tmp_path / "missing" / "reader.log", 4711, stacks)
    assert "could not be written (No such file" in told
