"""Twenty thousand inputs that nobody would write, imported for good: each is refused or accounted for, line by line."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import import_fuzz
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from import_fuzz import Judge, Trial, mutant, plain_page, try_inputs, unaccounted
from nasty import over_blocks

from paperreader.domain.parsed import ParsedListing
from paperreader.feeds import detection
from paperreader.feeds.hf_page import PageImporter
from paperreader.services import importing

INPUTS = 20_000
"""Inputs that `make test` tries; `make fuzz` tries more."""
PROPERTY = settings(
    max_examples=300, deadline=None, derandomize=True, database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip


@pytest.fixture
def judge(tmp_path: Path) -> Iterator[Judge]:
    """A library and what must hold of each import into it."""
    judge = Judge(tmp_path)
    yield judge
    judge.close()


def tried(judge: Judge, data: bytes = b"") -> Trial:
    """What came of one input."""
    trial = Trial()
    judge.try_one(data or plain_page(), "input", trial)
    return trial


def test_every_generated_input_is_imported_or_refused() -> None:
    """Rule (issue, proof; fault 79): no exception, no hang, no growth, no line lost, and again nothing new."""
    total = Trial()
    for trial in over_blocks(try_inputs, "inputs", INPUTS, 2_500):
        total.add(trial)
    assert total.inputs == INPUTS
    assert total.faults == []
    assert total.slowest < import_fuzz.HANG


def test_generated_inputs_are_of_every_kind() -> None:
    """Rule: the generator is worth its time: a good part is read, a good part refused, for all reasons."""
    chance = random.Random("kinds")
    inputs = [mutant(chance) for _ in range(600)]
    assert len(set(inputs)) > 500
    importer = PageImporter()
    recognised = [data for data in inputs if importer.recognises(data)]
    assert 0.3 < len(recognised) / len(inputs) < 0.9
    reasons = {problem.reason for data in inputs for problem in importer.parse(data).problems}
    for part in ("not UTF-8", "before the date", "second date", "the same line", "without its abstract",
                 "without its title", "page ends here", "count where a title"):  # fmt: skip
        assert any(part in reason for reason in reasons), part
    assert sum(b"\0" in data for data in inputs) > 5
    assert max(map(len, inputs)) > 10_000


@PROPERTY
@given(data=st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)), header=st.booleans())
def test_no_bytes_break_an_import(judge: Judge, data: bytes, header: bool) -> None:
    """Rule: the same of what Hypothesis thinks of, bare and behind a page's header."""
    assert tried(judge, (b"new\n\nSubscribe\n\nMar 14\n\n" if header else b"") + data).faults == []


# The judge finds what it is there to find


class Faulty(PageImporter):
    """An importer with a fault of a test's choice."""

    def __init__(self, fault: Callable[[ParsedListing], ParsedListing]) -> None:
        self._fault = fault

    def parse(self, data: bytes) -> ParsedListing:
        """The page, with the fault."""
        return self._fault(super().parse(data))


def _raise(parsed: ParsedListing) -> ParsedListing:
    raise KeyError(parsed)


def _hang(parsed: ParsedListing) -> ParsedListing:
    while True:
        pass


FAULTS: dict[str, tuple[str, Callable[[ParsedListing], ParsedListing]]] = {
    "raises": ("exceptions", _raise),
    "hangs": ("hangs", _hang),
    "loses a paper": ("unaccounted", lambda parsed: replace(parsed, papers=parsed.papers[1:])),
    "invents a paper": ("unaccounted", lambda parsed: replace(parsed, papers=parsed.papers + parsed.papers)),
    "loses an abstract": (
        "unaccounted",
        lambda parsed: replace(parsed, papers=(replace(parsed.papers[0], abstract=""), *parsed.papers[1:])),
    ),
    "sets aside in silence": ("unaccounted", lambda parsed: replace(parsed, set_aside=((1, b"new"),))),
}


@pytest.mark.parametrize("name", FAULTS)
def test_the_judge_finds_a_faulty_importer(name: str, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the proof has teeth: exceptions, hangs and lost or invented lines are found at the first input."""
    kind, fault = FAULTS[name]
    monkeypatch.setattr(import_fuzz, "HANG", 0.2)
    monkeypatch.setattr(import_fuzz, "IMPORTERS", (Faulty(fault),))
    monkeypatch.setattr(detection, "IMPORTERS", (Faulty(fault),))
    assert getattr(tried(judge), kind)


def test_the_judge_finds_an_import_that_changes_something_again(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same of a page that is another listing each time it is imported."""
    count = iter(range(100))
    monkeypatch.setattr(importing, "page_feed", lambda titles: f"page:{next(count)}")
    assert tried(judge).changed


def test_the_judge_finds_what_leaks_into_the_catalogue(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same of a text that is stored as it came."""
    monkeypatch.setattr("paperreader.storage.catalogue_import.clean_line", lambda text: text)
    assert tried(judge, plain_page().replace(b"Patient", b"Pat\x1b[31mient")).leaks


def test_the_judge_finds_an_importer_that_grows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same of one that keeps what it read: 3 MB an input are found within a hundred inputs."""
    hoard: list[bytes] = []

    def keep(parsed: ParsedListing) -> ParsedListing:
        hoard.append(b"x" * 3_000_000)
        return parsed

    assert try_inputs("growth", 100).grown == []
    monkeypatch.setattr(import_fuzz, "IMPORTERS", (Faulty(keep),))
    assert try_inputs("growth", 100).grown


def test_the_judge_finds_nothing_in_a_good_page(judge: Judge) -> None:
    """Rule: a page that nothing is wrong with is no fault."""
    trial = tried(judge)
    assert (trial.faults, trial.read, trial.papers) == ([], 1, 3)


@pytest.mark.parametrize("line", [1, 7, 11])
def test_a_line_that_nobody_accounts_for_is_found(line: int) -> None:
    """Rule: a line put into a page behind the importer's back is nowhere, and said to be so."""
    lines = plain_page().split(b"\n")
    lines[line:line] = [b"", b"An odd line", b""]
    assert unaccounted(b"\n".join(lines), PageImporter().parse(plain_page()))


def test_abstracts_of_which_nothing_is_left_are_known_again(judge: Judge) -> None:
    """Rule: importing again changes nothing, of entries of one title too, whose abstracts hold nothing to be read."""
    title, empty, abstract = (
        b"On the Tuning of Invented Instruments",
        b"\x1b]\x18\x14",
        b"It is measured. " * 40 + b"End.",
    )
    entries = [b"new", b"Mar 14", title, empty, title, empty, title, abstract]
    assert tried(judge, b"\n\n".join(entries)).changed == []
