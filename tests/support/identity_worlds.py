"""Random sources whose captures share ids, titles and authors, and the content of a library made of them.

Each capture has a mark of its own: a kind of link. A paper has the links of all its captures, so its marks say which
captures it has.
"""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from paperreader.domain.dates import KnownDate, PartialDate
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, PaperKey, title_address
from paperreader.domain.import_result import ParsedPaper, page_feed
from paperreader.domain.listing import Announced, KnownListing, Listing, name_of_listing
from paperreader.domain.lists import ImportedFile, Shelf
from paperreader.domain.paper import Paper, Standing
from paperreader.domain.text import Safe
from paperreader.errors import UnknownPaper
from paperreader.files.system_calls import System
from paperreader.services.importing.stream_import import user_decisions
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing, add_papers

ARXIV = tuple(Identifier(f"arxiv:2503.0123{number}") for number in range(3))
DOIS = tuple(Identifier(f"doi:10.1000/{name}") for name in ("dial", "lantern"))
TITLES = (
    "A Sparse Mixture of Sundials for Longer Days", "Learning to Ring Many Bells with One Rope", "Editorial", "",
)  # fmt: skip
DIAL = "Sundials tell the hour only while the sun shines. We connect several of them and learn which one to ask."
BELL = "A rope rings one bell. We share it among many and show how late each of them sounds in a village of hills."
STORK = "Nothing here resembles another text: it counts the migrating storks above a pond in spring and in autumn."
ABSTRACTS = (DIAL, BELL, STORK, "", DIAL[:60], DIAL.replace("Sundials", r"\emph{Sundials}"))
AUTHORS = (None, ("Ann Smith",), ("Bob Jones",), ("Ann Smith", "Bob Jones"))
PUBLISHED: tuple[KnownDate | None, ...] = (None, PartialDate(2024), PartialDate(2025), date(2025, 3, 1))
DAYS = tuple(date(2025, 3, day) for day in (10, 11, 12))
MARK = "mark-"
"""The prefix of marks."""

AnyListing = Listing | KnownListing | ImportedFile


@dataclass(frozen=True, slots=True)
class Source:
    """One import: its captures in order, the lists that they belong to, and the number of papers before them."""

    lists: tuple[AnyListing, ...]
    captures: tuple[ParsedPaper, ...]
    before: int = 0


World = tuple[Source, ...]


class QuietSystem(System):
    """The real system calls, without waits for the disk."""

    synchronous = "OFF"

    def sync_data(self, descriptor: int) -> None:
        """Return at once."""

    def sync_folder(self, folder: Path) -> None:
        """Return at once."""


def make_world(chance: random.Random, sources: int = 4, papers: int = 6) -> World:
    """Some sources with captures from a few."""
    pool = [marked(_capture(chance)) for _ in range(papers)]
    return tuple(_source(chance, pool, number) for number in range(sources))


def shared_world(number: int) -> World:
    """The sources that several windows import, by number."""
    return make_world(random.Random(f"windows {number}"), sources=5, papers=8)


def marked(capture: ParsedPaper) -> ParsedPaper:
    """A capture with its mark: a hash of all its content except figures and links."""
    bare = replace(capture, upvotes=None, comments=None, announced=None, line=None, links=())
    name = random.Random(repr(bare)).randrange(10**9)
    return replace(capture, links=((f"{MARK}{name}", f"https://example.org/{name}"), *capture.links))


def marks_of(paper: Paper) -> frozenset[str]:
    """The marks of the captures of a paper."""
    return frozenset(kind for kind, _ in paper.addresses if kind.startswith(MARK))


def mark_of(capture: ParsedPaper) -> str:
    """The mark of a capture."""
    return capture.links[0][0]


def names_of_capture(capture: ParsedPaper) -> frozenset[str]:
    """All names that a capture may have: its ids, and its own name."""
    facts = () if capture.abstract.strip() else (capture.authors, str(capture.published))
    own = repr((capture.title, capture.abstract, sorted(capture.identifiers), facts))
    return frozenset((*capture.identifiers, own))


def names_of_paper(paper: Paper) -> tuple[str, ...]:
    """All names that a paper owns, the key first."""
    return paper.names


def all_names(world: World) -> list[str]:
    """The ids of a world, and the addresses of its titles."""
    titles = {capture.title for source in world for capture in source.captures if capture.title}
    return [*ARXIV, *DOIS, *sorted(map(title_address, titles))]


def _capture(chance: random.Random) -> ParsedPaper:
    ids: tuple[Identifier, ...] = ()
    if chance.random() < 0.45:
        ids += (chance.choice(ARXIV),)
    if chance.random() < 0.3:
        ids += (chance.choice(DOIS),)
    if chance.random() < 0.05:
        ids = tuple(dict.fromkeys((*ids, chance.choice(ARXIV))))
    chance.shuffle(shuffled := list(ids))
    title = chance.choices(TITLES, (8, 3, 4, 1 if ids else 0))[0]
    if title and chance.random() < 0.15:
        title = title.upper()
    return ParsedPaper(
        title,
        chance.choices(ABSTRACTS, (6, 2, 3, 5, 2, 1))[0] if title else "",
        authors=chance.choices(AUTHORS, (3, 3, 2, 1))[0],
        published=chance.choices(PUBLISHED, (4, 2, 2, 1))[0],
        identifiers=tuple(shuffled),
        version=chance.choice((None, 1, 2)) if ids and ids[0] in ARXIV else None,
        categories=chance.choice((None, None, ("cs.CL",), ("cs.LG", "cs.CL"))),
        standing=Standing.RETRACTED if chance.random() < 0.04 else None,
        links=(("code", f"https://github.com/a/{chance.choice('bc')}"),) if chance.random() < 0.2 else (),
    )


def _source(chance: random.Random, pool: Sequence[ParsedPaper], number: int) -> Source:
    captures = chance.choices(pool, k=chance.choice((1, 2, 2, 3, 4)))
    seen = tuple(
        replace(
            capture,
            upvotes=chance.choice((None, 0, 1, 5)),
            comments=chance.choice((None, None, 2)),
            announced=chance.choice((None, None, None, *Announced)),
        )
        for capture in captures
    )
    kind = chance.random()
    if kind < 0.4:  # a page, of which another source may be a longer copy
        shown = chance.choice(("one", "other"))
        own = Listing(page_feed([shown]), chance.choice(DAYS), chance.random() < 0.5, printed="03-10")
        own = own if not own.guessed else replace(own, date=DAYS[0])
        return Source((KnownListing(name_of_listing(own), own if own.guessed else replace(own, date=DAYS[1])),), seen)
    if kind < 0.7:
        return Source((Listing("hf", chance.choice(DAYS)),), seen, before=chance.choice((0, 0, 1)))
    if kind < 0.85:
        lists = tuple(Listing("arxiv:cs.CL", day) for day in chance.sample(DAYS, 2))
        return Source(lists, seen)
    return Source((ImportedFile(Safe(f"file-{number % 2}.bib")),), seen)


# Libraries


@cache
def _empty_catalogue() -> bytes:
    """The file of an empty catalogue. A copy is faster than a new one."""
    with tempfile.TemporaryDirectory() as name:
        Library(Path(name), system=QuietSystem()).close()
        return (Path(name) / "catalogue.sqlite").read_bytes()


def new_library(folder: Path, window: str = "one", reading_from: Path | None = None) -> Library:
    """A library with an empty catalogue, and the reading state of another library if there is one."""
    folder.mkdir(parents=True)
    (folder / "catalogue.sqlite").write_bytes(_empty_catalogue())
    if reading_from:
        for path in reading_from.glob("reading*"):
            shutil.copyfile(path, folder / path.name)
    return open_library(folder, window)


def open_library(folder: Path, window: str = "one") -> Library:
    """A library that does not wait for the disk."""
    return Library(folder, window, system=QuietSystem())


def import_source(library: Library, source: Source, imported: Callable[[], object] = lambda: None) -> None:
    """Import a source like the product; calls back after the commit."""
    with library.catalogue.transaction():
        add_source(library, source)
    imported()
    library.apply_decisions()


def add_source(library: Library, source: Source) -> None:
    """Add the captures of a source to the catalogue, within its `transaction`."""
    decided = user_decisions(library)
    if len(source.lists) == 1:
        add_listing(library.catalogue, source.lists[0], source.captures, decided, source.before)
    else:
        places = ((capture, [(listing, rank) for listing in source.lists])
                  for rank, capture in enumerate(source.captures, source.before + 1))  # fmt: skip
        add_papers(library.catalogue, places, decided)


def fresh_content(folder: Path, sources: Iterable[Source], names: Sequence[str], reading_from: Path | None) -> Content:
    """The content of a new library after these imports, with the reading state of another library if there is one."""
    library = new_library(folder, "fresh", reading_from)
    try:
        for source in sources:
            import_source(library, source)
        return content_of(library, names)
    finally:
        library.close()
        shutil.rmtree(folder)


# What a library holds

Content = dict[str, Any]


def content_of(library: Library, names: Sequence[str]) -> Content:
    """All that a user can see of a library: papers, lists, counts, shelves, and the papers of names."""
    entries = library.entries(library.catalogue.all_ids())
    papers = sorted(_paper(library, entry) for entry in entries)
    assert len({row[0] for row in papers}) == len(papers), f"two papers have one key: {[row[0] for row in papers]}"
    counts = library.counts()
    days = [counted.date for counted in counts.dates]
    shelves = {shelf: sorted(key_of(library, number) for number in library.ids(shelf)) for shelf in Shelf}
    return {
        "papers": papers,
        "counts": (counts.papers, counts.shelves, counts.dates, sorted(map(str, counts.files))),
        "lists": {str(day): [key_of(library, number) for number in library.ranked_ids(day)] for day in days},
        "files": {str(file): sorted(key_of(library, number) for number in library.ranked_ids(file))
                  for file, _ in counts.files},
        "shelves": shelves,
        "names": {name: what_resolves(library, name) for name in names},
    }  # fmt: skip


def key_of(library: Library, number: int) -> PaperKey:
    """The key of a paper by its number."""
    return library.keys_of([number])[number]


def what_resolves(library: Library, name: str) -> str:
    """The key to which a name resolves, or why it resolves to none."""
    try:
        return library.resolve(name)
    except UnknownPaper as error:
        return f"unknown: {error}"


def _paper(library: Library, entry: Entry) -> tuple[str, ...]:
    """All that is shown of a paper, as texts, by its key."""
    paper, state = entry.paper, entry.state
    (number,) = library.catalogue.ids_of([paper.key]).values()
    revisions = [(text.title, text.abstract, text.version) for text in library.catalogue.earlier_texts(number)]
    shown = (
        paper.key, names_of_paper(paper), paper.title, paper.abstract, paper.authors, paper.published,
        paper.identifiers, paper.categories, sorted(paper.addresses), paper.version, paper.standing,
        sorted(map(repr, entry.listed)), sorted(map(repr, entry.files)), state, revisions,
    )  # fmt: skip
    return tuple(value if isinstance(value, str) else repr(value) for value in shown)


def differences(one: Content, other: Content) -> str:
    """The differences of two contents, one in a line; empty if they are equal."""
    lines: list[str] = []
    for part in one:
        if one[part] == other[part]:
            continue
        if part == "papers":
            lines += _different_papers(one[part], other[part])
        elif isinstance(one[part], dict):
            keys = [key for key in {**one[part], **other[part]} if one[part].get(key) != other[part].get(key)]
            lines += [f"{part} {key}: {one[part].get(key)} | {other[part].get(key)}" for key in keys]
        else:
            lines.append(f"{part}: {one[part]} | {other[part]}")
    return "\n".join(lines)


def _different_papers(rows: Iterable[Sequence[str]], others: Iterable[Sequence[str]]) -> Iterator[str]:
    """The fields in which the papers of each key differ."""
    ones, twos = ({row[0]: row for row in found} for found in (rows, others))
    for key in {**ones, **twos}:
        one, two = ones.get(key), twos.get(key)
        if one is None or two is None:
            yield f"{key}: {one and one[1:9]} | {two and two[1:9]}"
        else:
            yield from (f"{key}: {left} | {right}" for left, right in zip(one, two, strict=True) if left != right)


def told(world: World) -> str:
    """A world in a report: each capture, without its empty fields."""
    lines = []
    for number, source in enumerate(world):
        if source.captures:
            lines.append(f"source {number}: {', '.join(map(_told, source.lists))}, behind {source.before}")
            lines += [f"    {_told(capture)}" for capture in source.captures]
    return "\n".join(lines)


def _told(value: Any) -> str:
    fields_ = ((field.name, getattr(value, field.name)) for field in fields(value))
    shown = (f"{name}={_told(said) if is_dataclass(said) else repr(said)}" for name, said in fields_
             if said not in (None, (), False))  # fmt: skip
    return f"{type(value).__name__}({', '.join(shown)})"
