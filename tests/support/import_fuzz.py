"""Importing inputs that nobody would write: mutations of inputs, and the judge of what an import makes of them.

`Judge.faults` imports an input twice through the real way in and says what is wrong with what came of it; `try_inputs`
does so with generated inputs, in a library of its own.
"""

from __future__ import annotations

import io
import random
import re
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import arxiv_fuzz
import feed_fuzz
import hf_fuzz
import reference_fuzz
from costs import Hang, no_longer_than, patiently
from invented import dump, items, page_lines
from nasty import faults_of_text, nasty, nasty_line

from paperreader.domain.import_result import ParsedListing, ParsedPaper, Problem
from paperreader.domain.receipt import FileReceipt
from paperreader.errors import UnreadableInput
from paperreader.feeds.base import HEAD, Importer, StreamImporter
from paperreader.feeds.detection import IMPORTERS, Importers, importer_for
from paperreader.feeds.syntax.encoding import DecodedLines, decode_input
from paperreader.resources import sample_files
from paperreader.services.importing.importer import ImportOptions, import_paths
from paperreader.services.library import Library

REPOSITORY = Path(__file__).parent.parent.parent
CAPTURES = REPOSITORY.parent / "shared" / "data" / "pages"
HANG = 3.0
"""Seconds of processor time that no input may take, all that is asked of it together, each time it is tried."""
GROWTH = 64
"""Megabytes that a process may grow by, from its first tenth of inputs to its last."""
TODAY = date(2025, 6, 1)
_PER_LIBRARY = 8
_TABLES = ("sightings", "names", "papers", "captures", "texts", "listings", "dates", "applied", "unfinished")

# What a page shows around its papers (formats 1.5), written down apart from the importer.
_MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_DATE = rf"{_MONTH}\s+(?:[12]\d|3[01]|[1-9])(?:\s?[-–]\s?\d{{1,2}})?(?:,\s*\d{{4}})?(?!\d)"
_HEAD = (
    r"get\s+trending\s+papers\s+in\s+your\s+email\s+inbox(?:\s+once\s+a\s+day)?!|subscribe|(?:by\s*)?ak\b|by"
    r"|and\s+the\s+research\s+community|new|daily papers|trending papers|daily|submit|auto|community|search|models"
)
_FURNITURE = re.compile(
    rf"(?:submitted\s+by:?\s*\S*\s*)?(?:(?:{_HEAD}|submitted\s+by:?|(?:published\s+on\s+)?{_DATE}|Â?[·•]"
    r"|\d+(?:\.\d+)?[km]|\d{1,6}(?!\d)(?:\s+authors?)?|upvotes?|-)\s*)*+",
    re.IGNORECASE,
)
_SITE = re.compile(rf"(?:(?:{_HEAD})\s*)*+", re.IGNORECASE)
_SAID = re.compile(r"[^\W\d_]|[·•]")
_SUBMITTED = re.compile(r"submitted by:?", re.IGNORECASE)


@dataclass
class Trial:
    """What came of many inputs."""

    inputs: int = 0
    stored: int = 0
    """How many of them were imported into a library as well."""
    read: int = 0
    papers: int = 0
    exceptions: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)
    unaccounted: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    grown: list[str] = field(default_factory=list)
    slowest: float = 0.0

    def add(self, other: Trial) -> None:
        """Add up."""
        self.inputs += other.inputs
        self.stored += other.stored
        self.read += other.read
        self.papers += other.papers
        self.slowest = max(self.slowest, other.slowest)
        for name in ("exceptions", "hangs", "leaks", "unaccounted", "changed", "grown"):
            getattr(self, name).extend(getattr(other, name))

    @property
    def faults(self) -> list[str]:
        """All that is wrong."""
        return [*self.exceptions, *self.hangs, *self.leaks, *self.unaccounted, *self.changed, *self.grown]


def try_inputs(seed: str, count: int, stored_every: int = 1, importers: Importers = IMPORTERS) -> Trial:
    """Read so many generated inputs, and import each, or one of so many, into a library as well."""
    chance = random.Random(seed)
    trial = Trial()
    with tempfile.TemporaryDirectory() as folder:
        judge = Judge(Path(folder), importers)
        begin = 0
        for number in range(count):
            judge.try_one(_any_mutant(chance), f"{seed}/{number}", trial, is_stored=number % stored_every == 0)
            if number == count // 10:
                begin = memory()
        if memory() - begin > GROWTH:
            trial.grown.append(f"{seed}: from {begin} to {memory()} MB")
        judge.close()
    return trial


def memory() -> int:
    """Megabytes of memory that this process has, or had at most where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // (1_000_000 if sys.platform == "darwin" else 1_000)
    return pages * resource.getpagesize() // 1_000_000


class Judge:
    """A library that is emptied again and again, and what must hold of each import into it."""

    def __init__(self, folder: Path, importers: Importers = IMPORTERS, hang: float = HANG) -> None:
        self._folder, self._importers, self._hang = folder, importers, hang
        self.library = Library(folder / "library", window="fuzz")
        self.library.catalogue.connection.execute("PRAGMA synchronous = OFF")
        self._imports = 0

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def try_one(self, data: bytes, name: str, trial: Trial, *, is_stored: bool = True) -> None:
        """Read an input, import it twice if it is to be stored, and add what came of it to a trial."""
        trial.add(patiently(lambda: self._outcome(data, name, is_stored=is_stored), lambda tried: bool(tried.hangs)))

    def _outcome(self, data: bytes, name: str, *, is_stored: bool) -> Trial:
        trial, is_hang = Trial(inputs=1), False
        begin = time.process_time()
        try:
            with no_longer_than(self._hang):
                self._read(data, name, trial)
                if is_stored:
                    self._store(data, name, trial)
        except Hang:
            is_hang = True
            self._empty()
        except Exception as error:  # noqa: BLE001 - which is what is looked for
            trial.exceptions.append(f"{name} {data[:60]!r}: {error!r}")
            self._empty()
        trial.slowest = time.process_time() - begin
        if is_hang or trial.slowest > self._hang:  # the latter where an importer took the exception for one of its own
            trial.hangs.append(f"{name} {data[:60]!r}: more than {self._hang} s")
        return trial

    def _read(self, data: bytes, name: str, trial: Trial) -> None:
        text = decode_input(data).data  # as an import gives it to an importer
        own = [importer.format for importer in self._importers if importer.recognises(text[:HEAD])][:1]
        for importer in self._importers:
            given = text if importer.format in reference_fuzz.FORMATS_OF_ENTRIES else data
            listings = listings_of(importer, given)
            faults: list[str] = []
            if importer.format in own:  # what it makes of an input of another format is nobody's loss
                faults += _ACCOUNTS.get(importer.format, nameless)(given, listings)
            if isinstance(importer, StreamImporter):
                faults += reference_fuzz.unaccounted_lines(importer, data)
            trial.unaccounted += (f"{name}: {importer.format}: {fault}" for fault in faults)

    def _store(self, data: bytes, name: str, trial: Trial) -> None:
        trial.stored += 1
        self._imports += 1
        if self._imports % _PER_LIBRARY == 0:
            self._empty()
        receipt = self._import(data)
        trial.read += receipt.format is not None
        trial.papers += receipt.figures.listed
        after = self._stored()
        again = self._import(data)
        if self._stored() != after or again.figures.new or again.figures.updated:
            trial.changed.append(f"{name}: importing again changed something: {again.figures}")
        if again.figures.known != receipt.figures.listed or again.problems != receipt.problems:
            trial.changed.append(f"{name}: {receipt.figures} and then {again.figures}")
        trial.unaccounted += (f"{name}: {fault}" for fault in self._faults_of_receipt(data, receipt))
        execute = self.library.catalogue.connection.execute
        shown = [text for row in execute("SELECT title, abstract, authors FROM shown") for text in row if text]
        shown += [problem.excerpt for problem in receipt.problems]
        shown += [problem.reason for problem in receipt.problems]
        trial.leaks += (f"{name}: {fault}" for text in shown for fault in faults_of_text(text, lines=True))

    def _faults_of_receipt(self, data: bytes, receipt: FileReceipt) -> Iterator[str]:
        """Whether the figures add up, and whether a format that can be read was read."""
        figures = receipt.figures
        if figures.listed != figures.new + figures.known or figures.problems != len(receipt.problems):
            yield f"the figures do not add up: {figures}"
        if receipt.format is None and not receipt.problems:
            yield "refused without a reason"
        try:
            importer = importer_for(data[:HEAD], importers=self._importers)
            lines = DecodedLines(io.BytesIO(data), data[:HEAD], len(data))
            text = b"".join(lines) if isinstance(importer, StreamImporter) else decode_input(data).data
            papers = sum(len(listing.papers) for listing in listings_of(importer, text))
        except UnreadableInput:
            papers = 0
        if receipt.format and figures.listed > papers:
            yield "more papers than were read"
        repeated = sum(problem.reason == "duplicate entry" for problem in receipt.problems)
        if receipt.format and figures.listed + repeated != papers:
            yield f"{papers} papers were read, {figures.listed} listed and {repeated} repeated"

    def _import(self, data: bytes) -> FileReceipt:
        """Import from a file or from standard input, by turns; without a date line under a given date."""
        options = ImportOptions(date=TODAY) if self._imports % 3 == 0 else ImportOptions()
        path = "-"
        before = sys.stdin
        if self._imports % 2:
            file = self._folder / "input"
            file.write_bytes(data)
            path = str(file)
        else:
            sys.stdin = SimpleNamespace(buffer=io.BytesIO(data))
        try:
            (receipt,) = import_paths(
                self.library, [path], options, today=lambda: TODAY, importers=self._importers
            ).files
        finally:
            sys.stdin = before
        return receipt

    def _stored(self) -> dict[str, list[tuple[Any, ...]]]:
        """All rows of all tables."""
        execute = self.library.catalogue.connection.execute
        return {table: execute(f"SELECT * FROM {table}").fetchall() for table in _TABLES}

    def _empty(self) -> None:
        with self.library.catalogue.transaction():
            for table in _TABLES:
                self.library.catalogue.connection.execute(f"DELETE FROM {table}")
        for kept in (self.library.folder / "quarantine").glob("*"):
            kept.unlink()


def listings_of(importer: Importer | StreamImporter, data: bytes) -> Sequence[ParsedListing]:
    """What an importer makes of an input; of a stream of items as one listing, if there are any."""
    if not isinstance(importer, StreamImporter):
        return importer.parse(data)
    items = list(importer.read(io.BytesIO(data)))
    papers = tuple(item.found for item in items if isinstance(item.found, ParsedPaper))
    problems = tuple(item.found for item in items if isinstance(item.found, Problem))
    aside = tuple((item.found.line or 0, item.set_aside) for item in items if item.set_aside)
    return [ParsedListing(papers, problems, set_aside=aside)] if items else []


def unaccounted(data: bytes, parsed: ParsedListing) -> list[str]:
    """The lines that are neither part of an entry, nor furniture, nor named by a problem and set aside verbatim.

    Blanks are left out: a text that was broken over lines is one text. Of Markdown no more is asked than titles.
    """
    if re.search(rb"\]\(|\]\[|(?:^|\r)(?:#{1,6} |\*\*)", data, re.MULTILINE):
        return nameless(data, [parsed] if parsed.papers or parsed.problems else [])
    raw_lines = data.splitlines()
    aside = {number: raw.split(b"\n") for number, raw in parsed.set_aside}
    named = {problem.line for problem in parsed.problems}
    found = [f"set aside without a reason: line {line}" for line in aside.keys() - named]
    found += [
        f"a problem without its line: {line}"
        for line in named
        if aside.get(line or 0, [b""])[0] != raw_lines[(line or 0) - 1]
    ]
    lines = {number: raw.decode("utf-8-sig", "ignore").strip() for number, raw in enumerate(raw_lines, 1)}
    texts = [_squeezed(text) for paper in parsed.papers for text in (paper.title, *paper.abstract.split("\n\n"))]
    kept, all_text = "\0".join(texts), "".join(map(_squeezed, lines.values()))
    named_lines = {raw for raws in aside.values() for raw in raws}
    first = min((paper.line or 0 for paper in parsed.papers), default=len(raw_lines))
    after_submitter, last = False, ""
    for number, text in lines.items():
        if not text:
            continue
        before, last = last, text
        is_user = after_submitter and len(text.split()) == 1
        after_submitter = bool(_SUBMITTED.fullmatch(text)) or (after_submitter and bool(_SITE.fullmatch(text)))
        text = text.lstrip("# ") or text
        if not (
            raw_lines[number - 1] in named_lines
            or _squeezed(text) in kept
            or ("·" in text and _squeezed(text.partition("·")[0]) in kept)
            or is_user
            or _FURNITURE.fullmatch(text)
            or _is_broken_furniture(lines, number)
            or (number > first and _is_organisation(lines, number))
            or (text.lstrip("<(").startswith("http") and _FURNITURE.fullmatch(before))
        ):
            found.append(f"line {number} is nowhere: {text[:60]!r}")
    found += [f"made of nothing: {text[:60]!r}" for text in texts if text not in all_text]
    if sum(map(len, texts)) > len(all_text):
        found.append("more text than there is")
    found += [f"an entry without a title: {paper}" for paper in parsed.papers if not paper.title.strip()]
    return found


def _together(pages: Sequence[ParsedListing]) -> ParsedListing:
    """What was read of pages that stand in one file."""
    return ParsedListing(
        tuple(paper for page in pages for paper in page.papers),
        tuple(problem for page in pages for problem in page.problems),
        set_aside=tuple(aside for page in pages for aside in page.set_aside),
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _is_organisation(lines: dict[int, str], number: int) -> bool:
    """Whether a line may be the name that stands before the authors or the date."""
    behind = next(
        (text for other, text in lines.items() if other > number and _SAID.search(text) and not _SITE.fullmatch(text)),
        "",
    )
    text = lines[number]
    return (
        len(text) < 60
        and ":" not in text
        and re.match(rf"[·•]|\d+ authors?|published on|{_DATE}", behind, re.I) is not None
    )


def _is_broken_furniture(lines: dict[int, str], number: int) -> bool:
    """Whether a line is furniture together with lines before it or behind."""
    written = [other for other, text in lines.items() if text]
    place = written.index(number)
    runs = (written[begin : begin + size] for size in (2, 3, 4) for begin in range(max(0, place - size + 1), place + 1))
    return any(number in run and _FURNITURE.fullmatch(" ".join(lines[one] for one in run)) for run in runs)


def nameless(_: bytes, listings: Sequence[ParsedListing]) -> list[str]:
    """What is wrong whatever the format: papers without a title or an id, listings of nothing."""
    papers = [paper for listing in listings for paper in listing.papers]
    bare = (paper for paper in papers if not (paper.title.strip() or paper.identifiers))
    found = [f"a paper without a title or an id: {paper}" for paper in bare]
    return found + ["a listing of nothing" for listing in listings if not listing.papers and not listing.problems]


_ACCOUNTS: dict[str, Callable[[bytes, Sequence[ParsedListing]], list[str]]] = {
    "page": lambda data, listings: unaccounted(data, _together(listings)),
    "hf": hf_fuzz.unaccounted,
    "feed": feed_fuzz.unaccounted,
    **{name: partial(reference_fuzz.unaccounted, name) for name in ("bibtex", "ris", "csl-json", "nbib", "enw")},
    **dict.fromkeys(arxiv_fuzz.MAKERS, arxiv_fuzz.unaccounted),
}
"""What is lost or made up, by format."""

# Inputs


def _any_mutant(chance: random.Random) -> bytes:
    """One input of any format."""
    if chance.random() < 0.4:
        return mutant(chance)
    makers = (hf_fuzz.answer, reference_fuzz.reference_file, feed_fuzz.feed, arxiv_fuzz.any_input)
    return spoilt(chance.choice(makers)(chance), chance)


def spoilt(data: bytes, chance: random.Random) -> bytes:
    """An input of which some bytes may be lost, changed or in another encoding."""
    for _ in range(chance.choice((0, 0, 0, 1, 2))):
        data = chance.choice(_BYTE_MUTATIONS)(data, chance)
    return data


def mutant(chance: random.Random) -> bytes:
    """One input: a page, small as a rule, that went through a few mutations; at times what was never a page."""
    draw = chance.random()
    if draw < 0.06:
        return chance.randbytes(chance.choice((0, 1, 2, 3, 10, 100, 1_000, 5_000)))
    if draw < 0.12:
        return nasty(chance)[:20_000].encode(chance.choice(_ENCODINGS), "surrogatepass")
    lines = list(chance.choice(_large() if draw > 0.985 else _small()))
    for _ in range(chance.choice((0, 1, 1, 2, 3, 6))):
        chance.choice(_LINE_MUTATIONS)(lines, chance)
    data = chance.choice(_NEWLINES).join(lines)
    for _ in range(chance.choice((0, 0, 0, 1, 2, 4))):
        data = chance.choice(_BYTE_MUTATIONS)(data, chance)
    return data


_ENCODINGS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-7")
_NEWLINES = (b"\n\n", b"\n\n", b"\n\n", b"\n", b"\r\n", b"\r\n\r\n", b"\r", b"\n \n", b"\n\v\n", b"\xe2\x80\xa8\n")
_CACHE: dict[str, Sequence[Sequence[bytes]]] = {}


def _pages() -> list[list[bytes]]:
    """The lines of the sample pages and of the real captures that are at hand."""
    paths = [file.path for file in sample_files() if file.form == "page"] + (
        sorted(CAPTURES.glob("*.txt")) if CAPTURES.is_dir() else []
    )
    return [[line for line in path.read_bytes().split(b"\n") if line] for path in paths]


def _large() -> Sequence[Sequence[bytes]]:
    """Whole pages."""
    if "large" not in _CACHE:
        _CACHE["large"] = _pages()
    return _CACHE["large"]


def _small() -> Sequence[Sequence[bytes]]:
    """The beginnings of pages, and invented ones: with cards, with short abstracts, with none."""
    if "small" not in _CACHE:
        cards = ["Submitted by", "some-user", "34", "· 5 authors", "Published on Mar 14, 2024", "Upvote 7"]
        invented = [page_lines(items(count, length)) for count, length in ((1, 300), (2, 700), (4, 220), (5, 900))]
        invented += [[*page[:6], *cards, *page[6:]] for page in invented]
        invented += [[line for line in page_lines(items(5)) if len(line) < 165]]
        pages = [page[: 5 + 2 * count] for page in _large() for count in (1, 3, 5)]
        _CACHE["small"] = pages + [[line.encode() for line in page] for page in invented]
    return _CACHE["small"]


def _any_line(chance: random.Random) -> bytes:
    """A line of another page, a hostile one, furniture, or odd bytes."""
    match chance.randrange(5):
        case 0:
            return chance.choice(chance.choice(_small()))
        case 1 | 2:
            return nasty_line(chance)[:5_000].encode("utf-8", chance.choice(("surrogatepass", "replace")))
        case 3:
            return chance.choice(_FURNITURE_LINES)
        case _:
            return chance.randbytes(chance.randint(1, 60)).replace(b"\n", b"").replace(b"\r", b"")


_FURNITURE_LINES = (
    b"new", b"Subscribe", b"SubscribeMar 14", b"Daily Papers", b"byAK and the research community", b"Mar 14", b"Feb 30",
    b"Mar 15", b"Mar 14, 2025", b"Mar 14, 0000", b"Mar 1, 9999", b"Feb 29", b"Submitted by", b"Submitted by x", b"user",
    b"12", b"1.2k", b"999999999999", b"Upvote", b"Upvote 12", "· 3 authors".encode(), b"Published on Mar 14, 2024",
    b"Published on never", b"Get trending papers in your email inbox!", b"a" * 165 + b".", b"a" * 300, b"x", b".",
    b"Subscribe" * 400, b"by AK and the research community " * 200, b"1" * 5_000, "\u0660\u0661".encode(), b"\xc2\xa0",
)  # fmt: skip


def _place(lines: Sequence[bytes], chance: random.Random) -> int:
    return chance.randrange(len(lines) + 1)


def _insert(lines: list[bytes], chance: random.Random) -> None:
    lines.insert(_place(lines, chance), _any_line(chance))


def _lose(lines: list[bytes], chance: random.Random) -> None:
    place = _place(lines, chance)
    del lines[place : place + chance.choice((1, 1, 2, 5))]


def _double(lines: list[bytes], chance: random.Random) -> None:
    place = _place(lines, chance)
    lines[place:place] = lines[place : place + chance.choice((1, 2, 4))] * chance.choice((1, 1, 3))


def _swap(lines: list[bytes], chance: random.Random) -> None:
    if lines:
        one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[other] = lines[other], lines[one]


def _change(lines: list[bytes], chance: random.Random) -> None:
    """Cut a line, put a hostile piece into it, glue it to the next, or empty it."""
    if not lines:
        return
    place = chance.randrange(len(lines))
    line = lines[place]
    cut = chance.randint(0, len(line))
    match chance.randrange(4):
        case 0:
            lines[place] = line[:cut]
        case 1:
            lines[place] = line[:cut] + nasty_line(chance)[:2_000].encode("utf-8", "replace") + line[cut:]
        case 2:
            lines[place : place + 2] = [b"".join(lines[place : place + 2])]
        case _:
            lines[place : place + 1] = [line[:cut], line[cut:]]


def _splice(lines: list[bytes], chance: random.Random) -> None:
    other = chance.choice(_small())
    lines[_place(lines, chance) :] = other[chance.randrange(len(other)) :]


def _shuffle(lines: list[bytes], chance: random.Random) -> None:
    chance.shuffle(lines)


_LINE_MUTATIONS: tuple[Callable[[list[bytes], random.Random], None], ...] = (
    _insert, _insert, _insert, _lose, _double, _swap, _change, _change, _change, _splice, _shuffle,
)  # fmt: skip


def _flip(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 3, 20))):
        if changed:
            changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def _cut(data: bytes, chance: random.Random) -> bytes:
    place = chance.randint(0, len(data))
    return data[:place] if chance.random() < 0.7 else data[place:]


def _recode(data: bytes, chance: random.Random) -> bytes:
    """The bytes in another encoding, or a part of them."""
    encoding = chance.choice(("latin-1", "cp1252", "utf-8", "utf-16", "utf-16-be", "utf-8-sig", "cp037", "utf-32"))
    if chance.random() < 0.5:
        return data.decode("utf-8", "replace").encode(encoding, "replace")
    place = chance.randint(0, len(data))
    part = data[place : place + 200].decode("latin-1").encode(encoding, "replace")
    return data[:place] + part + data[place + 200 :]


def _poke(data: bytes, chance: random.Random) -> bytes:
    """Odd bytes put in between."""
    place = chance.randint(0, len(data))
    piece = chance.choice(
        (b"\0", b"\xef\xbb\xbf", b"\x1b[31m", b"\x9b", b"\xff\xfe", b"\n" * 50, b"\xed\xa0\x80", b"\r")
    )
    return data[:place] + piece + data[place:]


_ODD_BYTES = (b"\0", b"\xef\xbb\xbf", b"\x1b[31m", b"\x9b", b"\xff\xfe", b"\n" * 50, b"\xed\xa0\x80", b"\r")
_BYTE_MUTATIONS: tuple[Callable[[bytes, random.Random], bytes], ...] = (_flip, _cut, _recode, _poke)


def plain_page() -> bytes:
    """A page that nothing is wrong with."""
    return dump(page_lines(items(3)))
