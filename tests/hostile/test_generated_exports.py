"""Exports of generated hostile papers say what the papers say; nothing acts, links or leaves its folder."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import unquote

import pytest
from bibtex_reader import read, unescaped
from commonmark import check_harmless, headings, links
from examples import how_many
from nasty import faults_of_text, nasty, nasty_line

from paperreader.domain.decision import EditTags, SetNote, SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import ListedPaper, Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.paper import Paper, find_urls
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe, clean_block, clean_line
from paperreader.errors import ExportRefused
from paperreader.exporting import markdown
from paperreader.exporting.base import is_untouched, write_export
from paperreader.exporting.bibtex import bibtex_entry
from paperreader.exporting.markdown import MarkdownExporter
from paperreader.files.atomic import replace_file
from paperreader.services.exporting import export_text
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing
from paperreader.storage.quarantine import set_aside

PAPERS, TOGETHER = how_many(300, 3_000), 50
NAMES = how_many(100, 400)
FRIDAY = date(2025, 3, 14)
RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?:\..*)?", re.IGNORECASE)
"""Names that Windows keeps for devices, whatever follows a dot."""


def generated(seed: str, count: int) -> Iterator[Entry]:
    """Entries whose every text is hostile, as a library would hold them."""
    chance = random.Random(seed)
    for rank in range(1, count + 1):
        title, abstract, note, name, tags = (nasty(chance)[:3_000] for _ in range(5))
        ids = (Identifier(f"arxiv:2503.{rank:05}"),) if chance.random() < 0.5 else ()
        paper = Paper(
            title_address(f"{seed} {rank}"), clean_line(title), clean_block(abstract), (clean_line(name),), FRIDAY, ids
        )
        state = ReadingState(ReadingStatus.READ, True, tuple(sorted(make_tags(tags.split())))[:5], make_note(note))
        yield Entry(paper, (ListedPaper(Listing("page:1", FRIDAY), rank),), state)


def faults_of_export(entries: list[Entry], text: str) -> list[str]:
    """What is wrong with a Markdown export of entries that have one date."""
    found = faults_of_text(text, lines=True)
    if headings(text, 3) != [entry.paper.title for entry in entries]:
        found.append("other titles")
    if (headings(text, 1), headings(text, 2)) != (["Papers"], ["Fri 14 Mar 2025"]):
        found.append("other headings")
    try:
        check_harmless(text)
    except AssertionError as error:
        found.append(f"not harmless: {error}")
    meant = [url for e in entries for url in (*e.paper.links().values(), *find_urls(e.state.note))]
    if not {unquote(url) for url in links(text)} <= {unquote(url) for url in meant}:
        found.append("links that nobody meant")
    return found if is_untouched(text) else [*found, "no signature"]


def test_generated_papers_are_exported_as_they_are() -> None:
    """Rule: exactly the titles, no HTML, no heading or link that was not meant."""
    for start in range(0, PAPERS, TOGETHER):
        entries = list(generated(f"export {start}", TOGETHER))
        assert faults_of_export(entries, MarkdownExporter().export(entries)) == [], start


def test_generated_papers_are_bibtex() -> None:
    """Rule: the same of BibTeX: an entry each, whose braces balance and whose texts come back as they were."""
    for entry in generated("bibtex", PAPERS):
        text = bibtex_entry(entry)
        key, fields = read(text)
        assert re.fullmatch("[a-z0-9]+", key)
        assert faults_of_text(text, lines=True) == []
        title = entry.paper.title
        known = {"author", "year"} | ({"title"} if title else set())
        assert known <= fields.keys() <= known | {"month", "day", "eprint", "archivePrefix", "url"}
        if "{" not in title and "}" not in title:
            assert unescaped(fields.get("title", "{}")[1:-1]) == title


@pytest.mark.parametrize("name", ["_escape", "_text"])
def test_the_judge_finds_an_exporter_that_does_not_escape(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the proof has teeth: without its escaping no export of fifty papers passes."""
    entries = list(generated("teeth", TOGETHER))
    monkeypatch.setattr(markdown, name, lambda text: text)
    assert faults_of_export(entries, MarkdownExporter().export(entries))


LOSSES: dict[str, Callable[[list[Entry]], list[Entry]]] = {
    "one is missing": lambda entries: entries[1:],
    "one twice": lambda entries: [*entries, entries[0]],
    "another title": lambda entries: [
        replace(entries[0], paper=replace(entries[0].paper, title=Safe("x"))),
        *entries[1:],
    ],
}


@pytest.mark.parametrize("loss", LOSSES)
def test_the_judge_finds_an_export_of_other_papers(loss: str) -> None:
    """Rule: the same where a paper is lost, doubled or changed."""
    entries = list(generated("teeth", 5))
    assert faults_of_export(entries, MarkdownExporter().export(LOSSES[loss](entries)))


def test_exactly_the_starred_papers_leave_a_library(library: Library) -> None:
    """Rule: of generated papers that went through a library, the starred ones are in the export, once each."""
    chance = random.Random("library")
    texts = [(f"KQ{number} {nasty_line(chance)[:300]}", nasty(chance)[:3_000]) for number in range(PAPERS // 5)]
    with library.catalogue.transaction():
        add_listing(library.catalogue, Listing("page:1", FRIDAY), [ParsedPaper(*text) for text in texts])
    rows = library.rows(library.ids(Shelf.ALL))
    assert len(rows) == PAPERS // 5
    triage = Triage(library)
    starred = rows[::2]
    for row in starred:
        decisions = (SetStar(True), EditTags(add=make_tags([nasty(chance)])), SetNote(make_note(nasty(chance))))
        for decision in decisions[: chance.randint(1, 3)]:
            library.reading.finish(triage.decide("star", [row.key], decision))
    entries = library.entries([row.id for row in starred])
    assert faults_of_export(entries, export_text(library)) == []


# Names of files


def test_names_that_are_made_of_inputs_stay_in_their_folder(tmp_path: Path) -> None:
    """Rule: whatever a source is called, what is kept of it is a plain short name in the one folder."""
    chance = random.Random("names")
    folder = tmp_path / "quarantine"
    sources = [
        "CON",
        "aux.txt",
        "com1.tar.gz",
        "..",
        "../../etc/passwd",
        "/",
        "",
        ".",
        "-rf",
        "x" * 500,
        "NUL",
        "\u8a9e",
    ]
    sources += [nasty(chance)[:300] for _ in range(NAMES)]
    for number, source in enumerate(sources):
        path = set_aside(folder, source, [(number, b"line")]).path
        assert path.parent == folder
        assert path.resolve().parent == folder.resolve()
        assert re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9.-]*\.txt", path.name), path.name
        assert len(path.name) <= 120
        assert not RESERVED.fullmatch(path.name)
    assert {path.name for path in tmp_path.rglob("*") if path.is_file()} == {path.name for path in folder.iterdir()}
    assert len(list(folder.iterdir())) == len(sources)


def test_an_export_is_written_under_the_name_that_was_asked_for_or_refused(tmp_path: Path) -> None:
    """Rule: a target is taken as it is: no other file comes into being."""
    chance = random.Random("targets")
    folder = tmp_path / "exports"
    folder.mkdir()
    written = 0
    for number in range(NAMES):
        name = nasty_line(chance)[:120].replace("/", "\u2044")
        target = folder / f"{number}{name}"
        try:
            write_export(target, MarkdownExporter().export([]), tmp_path / "library")
        except ExportRefused:
            continue
        written += 1
        assert target.is_file()
        target.unlink()
        assert list(folder.iterdir()) == []
    assert written > NAMES // 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["exports", "home"]


@pytest.mark.parametrize("name", ["x" * 255, "\u8a9e" * 85, "\u8a9e" * 84 + ".md", "-rf", ".hidden", "con.md"])
def test_the_temporary_name_beside_a_target_fits_too(name: str, tmp_path: Path) -> None:
    """Rule: a name that fits into 255 bytes can be written, and nothing is left beside it."""
    (tmp_path / "folder").mkdir()
    replace_file(tmp_path / "folder" / name, b"text")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == [name]
