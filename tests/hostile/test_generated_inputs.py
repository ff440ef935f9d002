"""Generated inputs that nobody would write: each is refused, or every line of it is accounted for."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import arxiv_fuzz
import feed_fuzz
import hf_fuzz
import import_fuzz
import pytest
import reference_fuzz
from examples import examples, how_many
from hypothesis import given
from hypothesis import strategies as st
from import_fuzz import Judge, Trial, mutant, plain_page, try_inputs, unaccounted
from nasty import SEED
from quick import first_rows

from paperreader.domain.import_result import ParsedItem, ParsedListing, ParsedPaper, Problem
from paperreader.feeds import detection
from paperreader.feeds.huggingface.api_answers import DailyPapersImporter
from paperreader.feeds.huggingface.page_importer import PageImporter
from paperreader.feeds.journal_feed import WebFeedImporter
from paperreader.feeds.references.bibtex import BibtexImporter
from paperreader.feeds.references.csl_json import CSL_JSON
from paperreader.feeds.references.json_papers import JsonlImporter
from paperreader.feeds.references.ris import RIS
from paperreader.feeds.references.tagged import ENDNOTE, PUBMED
from paperreader.feeds.references.tagged_lines import TaggedImporter
from paperreader.services.importing import importer as importing

INPUTS = how_many(120, 6_000)
"""Inputs that are imported; `make fuzz` imports more."""
PROPERTY = examples(300)


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
    """Rule: no exception, no hang, no growth, no line lost, and again nothing new."""
    trial = try_inputs(f"{SEED} inputs", INPUTS)
    assert trial.inputs == INPUTS
    assert trial.faults == []


def test_generated_inputs_are_of_every_kind() -> None:
    """Rule: the generator is worth its time: a good part is read, a good part refused, for all reasons."""
    chance = random.Random("kinds")
    inputs = [mutant(chance) for _ in range(600)]
    assert len(set(inputs)) > 500
    importer = PageImporter()
    recognised = [data for data in inputs if importer.recognises(data)]
    assert 0.3 < len(recognised) / len(inputs) < 0.9
    reasons = {problem.reason for data in inputs for problem in importer.parse(data)[0].problems}
    for part in ("before the date", "second date", "duplicate of the line", "without its abstract", "without its title",
                 "page ends here", "in place of a title"):  # fmt: skip
        assert any(part in reason for reason in reasons), part
    assert sum(b"\0" in data for data in inputs) > 5
    assert max(map(len, inputs)) > 10_000


def test_generated_answers_are_of_every_kind() -> None:
    """Rule: the same of answers of an API: most are read in part, and all reasons to refuse an item occur."""
    chance = random.Random("answers")
    answers = [import_fuzz.spoilt(hf_fuzz.answer(chance), chance) for _ in range(1_500)]
    importer = DailyPapersImporter()
    assert 0.6 < sum(map(importer.recognises, answers)) / len(answers) < 0.95
    listings = [listing for data in answers for listing in importer.parse(data)]
    assert sum(bool(listing.papers and listing.problems) for listing in listings) > 50
    reasons = {problem.reason for listing in listings for problem in listing.problems}
    for part in ("cut off", "not valid JSON", "not UTF-8", "nested too deeply", "without a title", "error message",
                 "a text where", "a number where", "empty"):  # fmt: skip
        assert any(part in reason for reason in reasons), part


def test_generated_reference_files_are_of_every_kind() -> None:
    """Rule: the same of reference files: all formats, most read in part, and all reasons to refuse an entry occur."""
    chance = random.Random("references")
    files = [import_fuzz.spoilt(reference_fuzz.reference_file(chance), chance) for _ in range(1_500)]
    for importer in (BibtexImporter(), RIS, CSL_JSON):
        found = [importer.parse(data)[0] for data in files if importer.recognises(data)]
        assert len(found) > 120
        assert sum(bool(listing.papers) for listing in found) > 80
        reasons = {problem.reason for listing in found for problem in listing.problems}
        assert len(reasons) >= 2
    lines = [data for data in files if JsonlImporter().recognises(data)]
    items = [item.found for data in lines for item in JsonlImporter().read(data.splitlines(keepends=True))]
    assert len({item.reason for item in items if isinstance(item, Problem)}) > 1
    assert sum(isinstance(item, ParsedPaper) for item in items) > 100


@pytest.mark.parametrize("importer", [PUBMED, ENDNOTE])
def test_generated_files_of_tagged_lines_are_accounted_for(importer: TaggedImporter) -> None:
    """Rule: the same of the files of PubMed and of EndNote, and no record of them is lost."""
    chance = random.Random("tagged")
    made = (import_fuzz.spoilt(reference_fuzz.tagged_file(chance), chance) for _ in range(600))
    files = [data for data in made if importer.recognises(data)]
    read = [(data, importer.parse(data)) for data in files]
    assert sum(bool(listing.papers and listing.problems) for _, (listing,) in read) > 20
    for data, listings in read:
        assert reference_fuzz.unaccounted(importer.format, data, listings) == []


def test_generated_feeds_are_of_every_kind() -> None:
    """Rule: the same of journals' feeds: items with and without days, papers beside problems, all reasons."""
    chance = random.Random("feeds")
    feeds = [import_fuzz.spoilt(feed_fuzz.feed(chance), chance) for _ in range(800)]
    importer = WebFeedImporter()
    assert 0.6 < sum(map(importer.recognises, feeds)) / len(feeds) < 0.99
    listings = [listing for data in feeds for listing in importer.parse(data)]
    assert sum(bool(listing.papers and listing.problems) for listing in listings) > 50
    assert sum(listing.is_undated for listing in listings) > 50
    assert sum(bool(listing.date) for listing in listings) > 50
    assert sum(bool(paper.standing) for listing in listings for paper in listing.papers) > 10
    reasons = {problem.reason for listing in listings for problem in listing.problems}
    for part in ("well-formed", "has no end", "internal DTD", "without a title"):
        assert any(part in reason for reason in reasons), part


@pytest.mark.parametrize(
    ("name", "reasons"),
    first_rows(1, [
        ("arxiv-api", ("without an arXiv", "without a title", "cut off", "begins inside", "mismatched", "any item")),
        ("arxiv-feed", ("without an arXiv", "without a title", "cut off", "begins inside", "invalid", "two items")),
        ("arxiv-mail", ("without its arXiv", "without its title", "has no end", "is cut off", "to no paper",
                        "announces", "neither a field", "two papers", "without its beginning", "cannot be separated")),
        ("kaggle", ("without a title", "id is damaged", "cut off", "two papers", "not UTF-8", "not valid JSON")),
    ]),
)  # fmt: skip
def test_generated_inputs_of_arxiv_are_of_every_kind(name: str, reasons: tuple[str, ...]) -> None:
    """Rule: the same of arXiv's formats."""
    chance = random.Random(name)
    inputs = [import_fuzz.spoilt(arxiv_fuzz.MAKERS[name](chance), chance) for _ in range(1_500)]
    (importer,) = [importer for importer in detection.IMPORTERS if importer.format == name]
    assert 0.5 < sum(map(importer.recognises, inputs)) / len(inputs) < 0.95
    listings = [listing for data in inputs for listing in import_fuzz.listings_of(importer, data)]
    assert sum(bool(listing.papers and listing.problems) for listing in listings) > 100
    found = {problem.reason for listing in listings for problem in listing.problems}
    for part in reasons:
        assert any(part in reason for reason in found), part


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

    def parse(self, data: bytes) -> tuple[ParsedListing]:
        """The page, with the fault."""
        return (self._fault(super().parse(data)[0]),)


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
def test_the_judge_finds_a_faulty_importer(name: str, tmp_path: Path) -> None:
    """Rule: the proof has teeth: exceptions, hangs and lost or invented lines are found at the first input."""
    kind, fault = FAULTS[name]
    with closing(Judge(tmp_path, (Faulty(fault),), 0.2 if kind == "hangs" else import_fuzz.HANG)) as judge:
        assert getattr(tried(judge), kind)


def test_an_input_that_was_slow_once_is_no_hang(tmp_path: Path) -> None:
    """Rule: what a busy machine took is no fault; all else is judged by the time that was not slow."""
    tries = iter(range(100))
    fault = Faulty(lambda parsed: _hang(parsed) if next(tries) == 0 else replace(parsed, papers=parsed.papers[1:]))
    with closing(Judge(tmp_path, (fault,), hang=0.3)) as judge:
        trial = tried(judge)
    assert trial.inputs == 1
    assert trial.hangs == []
    assert trial.unaccounted


def test_the_judge_finds_an_import_that_changes_something_again(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same of a page that is another listing each time it is imported."""
    count = iter(range(100))
    monkeypatch.setattr(importing, "page_feed", lambda titles: f"page:{next(count)}")
    assert tried(judge).changed


def test_the_judge_finds_what_leaks_into_the_catalogue(judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the same of a text that is stored as it came."""
    monkeypatch.setattr("paperreader.storage.catalogue.captures.clean_line", lambda text: text)
    assert tried(judge, plain_page().replace(b"Patient", b"Pat\x1b[31mient")).leaks


def test_the_judge_finds_an_importer_that_grows() -> None:
    """Rule: the same of one that keeps what it read: 4 MB an input are found within thirty inputs."""
    hoard: list[bytes] = []

    def keep(parsed: ParsedListing) -> ParsedListing:
        hoard.append(b"x" * 4_000_000)
        return parsed

    assert try_inputs("growth", 30, importers=(Faulty(keep),)).grown


def test_the_judge_finds_nothing_in_a_good_page(judge: Judge) -> None:
    """Rule: a page that nothing is wrong with is no fault."""
    trial = tried(judge)
    assert (trial.faults, trial.read, trial.papers) == ([], 1, 3)


def test_an_item_that_nobody_accounts_for_is_found() -> None:
    """Rule: the same of an answer of an API: a paper that is lost, or set aside in silence, is said to be so."""
    data = b'[{"id": "2507.00001", "title": "Paper 00001"}, {"id": "2507.70002"}]'
    (listing,) = DailyPapersImporter().parse(data)
    assert hf_fuzz.unaccounted(data, [listing]) == []
    for faulty in (
        replace(listing, papers=()),
        replace(listing, papers=listing.papers * 2),
        replace(listing, set_aside=()),
        replace(listing, problems=()),
        replace(listing, set_aside=((1, b'{"id": "2507.70002", }'),)),
    ):
        assert hf_fuzz.unaccounted(data, [faulty])
    assert hf_fuzz.unaccounted(data, [])
    assert hf_fuzz.unaccounted(data, [listing, replace(listing, papers=(), problems=(), set_aside=())])


def test_an_entry_that_nobody_accounts_for_is_found() -> None:
    """Rule: the same of a reference file: an entry that is lost, or set aside in silence, is said to be so."""
    fields = b"  title = {Entry 00001},\n  author = {Eve, 00001 and Bo Looms},\n  year = 2013\n"
    data = b"@article{key00001,\n" + fields + b"}\n@book{x}\n"
    (listing,) = BibtexImporter().parse(data)
    assert reference_fuzz.unaccounted("bibtex", data, [listing]) == []
    for faulty in (
        replace(listing, papers=()),
        replace(listing, papers=(replace(listing.papers[0], line=99),)),
        replace(listing, papers=(*listing.papers, replace(listing.papers[0], title=" "))),
        replace(listing, set_aside=()),
        replace(listing, problems=()),
        replace(listing, is_undated=False),
    ):
        assert reference_fuzz.unaccounted("bibtex", data, [faulty])
    assert reference_fuzz.unaccounted("bibtex", data, [])
    assert reference_fuzz.unaccounted("bibtex", b"", [replace(listing, papers=(), problems=(), set_aside=())])


def test_a_line_of_json_that_nobody_accounts_for_is_found() -> None:
    """Rule: the same of a stream of lines."""

    class Forgetful(JsonlImporter):
        def read(self, lines: Iterable[bytes], *, line: int = 1, offset: int = 0) -> Iterator[ParsedItem]:
            """All items but the last."""
            yield from list(super().read(lines, line=line, offset=offset))[:-1]

    data = b'nothing\n{"title": "Entry 00001"}\n'
    assert reference_fuzz.unaccounted_lines(JsonlImporter(), data) == []
    assert reference_fuzz.unaccounted_lines(Forgetful(), data)


@pytest.mark.parametrize("name", arxiv_fuzz.MAKERS)
def test_a_paper_of_arxiv_that_nobody_accounts_for_is_found(name: str) -> None:
    """Rule: the same of arXiv's formats."""
    (importer,) = [importer for importer in detection.IMPORTERS if importer.format == name]
    chance = random.Random("account")
    made = (arxiv_fuzz.MAKERS[name](chance) for _ in range(200))
    read = [(data, import_fuzz.listings_of(importer, data)) for data in made]
    for data, listings in read:
        assert arxiv_fuzz.unaccounted(data, listings) == []
    data, listings = next(pair for pair in read if pair[1] and len(pair[1][0].papers) > 1)
    listing = replace(listings[0], problems=(), set_aside=())
    rest = listings[1:]
    assert arxiv_fuzz.unaccounted(data, [replace(listing, papers=listing.papers[1:]), *rest])
    assert arxiv_fuzz.unaccounted(data, [replace(listing, papers=()), *rest])
    assert arxiv_fuzz.unaccounted(data, [replace(listing, set_aside=((1, b"x"),)), *rest])


@pytest.mark.parametrize("line", [1, 7, 11])
def test_a_line_that_nobody_accounts_for_is_found(line: int) -> None:
    """Rule: a line put into a page behind the importer's back is nowhere, and said to be so."""
    lines = plain_page().split(b"\n")
    lines[line:line] = [b"", b"An odd line", b""]
    assert unaccounted(b"\n".join(lines), PageImporter().parse(plain_page())[0])


def test_abstracts_of_which_nothing_is_left_are_known_again(judge: Judge) -> None:
    """Rule: importing again changes nothing, of entries of one title too, whose abstracts hold nothing to be read."""
    title, empty, abstract = (
        b"On the Tuning of Invented Instruments",
        b"\x1b]\x18\x14",
        b"It is measured. " * 40 + b"End.",
    )
    entries = [b"new", b"Mar 14", title, empty, title, empty, title, abstract]
    assert tried(judge, b"\n\n".join(entries)).changed == []
