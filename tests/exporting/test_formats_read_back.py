"""Exports are read back by tools of others, which find the same titles, authors and ids."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest
import rispy
from bibtex_reader import unescaped
from bibtexparser.entrypoint import parse_string
from examples import how_many
from imported import decide, entries_of
from nasty import faults_of_text, nasty, nasty_line

from paperreader.domain.decision import EditTags, SetNote, SetStar
from paperreader.domain.entry import Entry
from paperreader.domain.identifiers import Identifier, title_address
from paperreader.domain.lists import Shelf
from paperreader.domain.paper import Paper
from paperreader.domain.reading_state import ReadingState, ReadingStatus, make_note, make_tags
from paperreader.domain.text import Safe, clean_block, clean_line
from paperreader.exporting.base import Exporter, is_untouched
from paperreader.exporting.bibtex import BibtexExporter
from paperreader.exporting.csl_json import CslJsonExporter
from paperreader.exporting.csv_table import COLUMNS, CsvExporter
from paperreader.exporting.entry_json import entry_json
from paperreader.exporting.html_page import HtmlExporter
from paperreader.exporting.jsonl import JsonlExporter
from paperreader.exporting.names import family_first, split_name
from paperreader.exporting.ris import RisExporter
from paperreader.services.exporting import EXPORTERS, export_file
from paperreader.services.importing.importer import ImportOptions, import_paths, import_sample
from paperreader.services.library import Library

PAPERS = how_many(200, 1_000)
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\uff1d1+1", " =1+1", "|cmd", "%0A=1")


def hostile_entries() -> list[Entry]:
    """Entries whose every text is hostile, as a library would hold them."""
    chance = random.Random("formats")
    entries = []
    for number in range(PAPERS):
        names = tuple(name for name in (clean_line(nasty_line(chance)[:200]), Safe("Ada Brook")) if name)
        ids = (Identifier(f"arxiv:2503.{number:05}"),) if number % 2 else (Identifier(f"doi:10.1000/{number}"),)
        title = clean_line(f"{nasty(chance)[:500]} {number}")  # equal titles would be one paper
        paper = Paper(
            title_address(str(number)), title, clean_block(nasty(chance)[:2_000]), names, date(2025, 3, 14), ids
        )
        tags = tuple(sorted(make_tags(nasty_line(chance).split())))[:3]
        state = ReadingState(ReadingStatus.READ, True, tags, make_note(nasty(chance)[:500]))
        entries.append(Entry(paper, (), state))
    return entries


def corpus_entries(folder: Path, tmp_path: Path) -> list[Entry]:
    """Entries of the captured pages."""
    library = Library(tmp_path / "corpus")
    pages = sorted(map(str, (folder / "pages").iterdir()))[:5]
    import_paths(library, pages, ImportOptions(year=2025))
    entries = list(entries_of(library).values())
    library.close()
    return entries


def joined(text: str) -> str:
    """A text with single blanks between words."""
    return " ".join(text.split())


def check_bibtex(entries: Sequence[Entry], text: str) -> None:
    """The titles, authors and ids that bibtexparser finds."""
    found = parse_string(text)
    assert not found.failed_blocks
    assert len({entry.key for entry in found.entries}) == len(entries)
    for entry, read in zip(entries, found.entries, strict=True):
        fields = {field.key: field.value for field in read.fields}
        assert unescaped(_named_braces(fields["title"][1:-1])) == entry.paper.title
        assert fields.get("eprint") == entry.paper.identifier("arxiv")
        assert ("author" in fields) == bool(entry.paper.authors)


def _named_braces(text: str) -> str:
    return text.replace(r"\textbraceleft{}", r"\{").replace(r"\textbraceright{}", r"\}")


def check_ris(entries: Sequence[Entry], text: str) -> None:
    """The titles, authors and ids that rispy finds."""
    for entry, read in zip(entries, rispy.loads(text), strict=True):
        assert joined(read.get("title", "")) == joined(entry.paper.title)
        assert list(map(joined, read.get("authors", []))) == [
            joined(family_first(name)) for name in entry.paper.authors or () if name
        ]
        assert read.get("doi") == entry.paper.identifier("doi")
        arxiv = entry.paper.identifier("arxiv")
        assert read.get("accession_number") == (f"arXiv:{arxiv}" if arxiv else None)


def check_csl(entries: Sequence[Entry], text: str) -> None:
    """The titles, authors and ids of JSON, which citeproc-py accepts."""
    from citeproc.source.json import CiteProcJSON

    items = json.loads(text)
    for entry, item in zip(entries, items, strict=True):
        assert item.get("title", "") == entry.paper.title
        assert item.get("DOI") == entry.paper.identifier("doi")
        names = [name.get("literal") or f"{name['given']} {name['family']}" for name in item.get("author", [])]
        assert [sorted(name.split()) for name in names] == [
            sorted(f"{given} {family}".split())
            for family, given in map(split_name, filter(None, entry.paper.authors or ()))
        ]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # citeproc-py warns of fields that it does not know
        assert len(CiteProcJSON(items)) == len({item["id"] for item in items}) == len(entries)


def check_csv(entries: Sequence[Entry], text: str) -> None:
    """The rows that Python's csv finds; no cell is a formula."""
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    for entry, row in zip(entries, rows, strict=True):
        assert tuple(row) == COLUMNS
        assert row["title"].removeprefix("'") == entry.paper.title.removeprefix("'")
        assert row["arxiv"] == (entry.paper.identifier("arxiv") or "")
        assert row["doi"] == (entry.paper.identifier("doi") or "")
        assert not [cell for cell in row.values() if cell.lstrip()[:1] in tuple("=+-@\uff1d\uff0b\uff0d\uff20")]


def check_jsonl(entries: Sequence[Entry], text: str) -> None:
    """One JSON object per line."""
    lines = text.split("\n")
    assert lines.pop() == ""
    for entry, line in zip(entries, map(json.loads, lines), strict=True):
        assert (line["title"] or "") == entry.paper.title
        assert line["ids"] == list(entry.paper.identifiers)
        assert tuple(line["authors"] or ()) == (entry.paper.authors or ())
        assert (line["note"] or "", tuple(line["tags"])) == (entry.state.note, entry.state.tags)


class Page(HTMLParser):
    """The elements of a page, the texts of its titles, authors and abstracts, and its links."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []
        self.texts: dict[str, list[str]] = {"h2": [], "authors": [], "abstract": []}
        self._open = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element; a title, a line of authors and an abstract begin a text."""
        self.tags.add(tag)
        if tag == "a":
            self.links.append(dict(attrs)["href"] or "")
        elif tag in ("h2", "p"):
            self._open = tag if tag == "h2" else dict(attrs)["class"] or ""
            self.texts.setdefault(self._open, []).append("")

    def handle_endtag(self, tag: str) -> None:
        """End a text."""
        if tag in ("h2", "p"):
            self._open = ""

    def handle_data(self, data: str) -> None:
        """Add to the open text."""
        if self._open:
            self.texts[self._open][-1] += data


def check_html(entries: Sequence[Entry], text: str) -> None:
    """The titles, authors and abstracts that Python's HTML parser finds; no element and no link that was not meant."""
    page = Page(text)
    assert page.texts["h2"] == [entry.paper.shown_title for entry in entries]
    assert page.texts["authors"] == [", ".join(entry.paper.authors) for entry in entries if entry.paper.authors]
    assert page.texts["abstract"] == [entry.paper.abstract for entry in entries if entry.paper.abstract]
    assert page.tags <= {"html", "head", "meta", "title", "style", "body", "h1", "article", "h2", "p", "a"}
    assert all(url.lower().startswith(("http://", "https://")) for url in page.links)
    assert is_untouched(text)


CHECKS = {
    HtmlExporter(): check_html,
    BibtexExporter(): check_bibtex,
    RisExporter(): check_ris,
    CslJsonExporter(): check_csl,
    CsvExporter(): check_csv,
    JsonlExporter(): check_jsonl,
}


@pytest.mark.parametrize("exporter", CHECKS, ids=lambda exporter: exporter.format)
def test_hostile_papers_are_read_back(exporter: Exporter) -> None:
    """Rule: any text of a paper is data in every format."""
    entries = hostile_entries()
    text = exporter.export(entries)
    CHECKS[exporter](entries, text)
    assert faults_of_text(text, lines=True) == []


@pytest.mark.parametrize("exporter", CHECKS, ids=lambda exporter: exporter.format)
def test_real_papers_are_read_back(exporter: Exporter, captures: Path, tmp_path: Path) -> None:
    """Rule: the captured pages leave in every format as they came."""
    entries = corpus_entries(captures, tmp_path)
    assert entries
    CHECKS[exporter](entries, exporter.export(entries))


def facts(library: Library) -> dict[str, dict[str, object]]:
    """What a library knows of its papers, by key, without the reading state."""
    undecided = (replace(entry, state=ReadingState()) for entry in entries_of(library).values())
    return {entry.paper.key: entry_json(entry) for entry in undecided}


def test_json_lines_out_and_in_is_the_identity(tmp_path: Path) -> None:
    """Rule: an import of the export gives the same papers; no decision comes along."""
    first, second = Library(tmp_path / "first"), Library(tmp_path / "second")
    import_sample(first)
    some = next(iter(entries_of(first)))
    decide(first, some, SetStar(True), EditTags(make_tags(["to-cite"])), SetNote(make_note("Read\nagain")))
    path = tmp_path / "all.jsonl"
    count = export_file(first, path, "", "jsonl", papers=[int(row) for row in first.ids(Shelf.ALL)])
    import_paths(second, [str(path)], ImportOptions())
    assert count == len(entries_of(first))
    assert facts(second) == facts(first)
    assert not any(entry.state.starred for entry in entries_of(second).values())
    first.close()
    second.close()


def test_hostile_papers_come_back_from_json_lines(tmp_path: Path) -> None:
    """Rule: markup, TeX and marks in a text are text, and come back unchanged."""
    entries = hostile_entries()
    path = tmp_path / "hostile.jsonl"
    path.write_text(JsonlExporter().export(entries), "utf-8")
    library = Library(tmp_path / "library")
    import_paths(library, [str(path)], ImportOptions())
    found = {entry.paper.identifiers: entry.paper for entry in entries_of(library).values()}
    library.close()
    for entry in entries:
        paper = found[entry.paper.identifiers]
        assert (paper.title, paper.abstract, paper.authors) == (
            entry.paper.title, entry.paper.abstract, entry.paper.authors,
        )  # fmt: skip
        assert paper.published == entry.paper.published


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text_in_a_table(text: str) -> None:
    """Rule: no spreadsheet runs a title."""
    paper = Paper(title_address(text), Safe(text), Safe(""))
    row = next(iter(csv.DictReader(io.StringIO(CsvExporter().export([Entry(paper, (), ReadingState())])))))
    assert row["title"] == f"'{text}"


def test_citation_keys_do_not_depend_on_the_order() -> None:
    """Rule: keys are distinct, and the same whatever the order of the papers is."""
    papers = [
        Paper(
            title_address(str(number)), Safe("Lanterns"), Safe(""), (Safe("Ren\u00e9 M\u00fcller"),), date(2025, 1, 9)
        )
        for number in range(3)
    ]
    entries = [Entry(paper, (), ReadingState()) for paper in papers]
    forward, backward = (parse_string(BibtexExporter().export(some)) for some in (entries, entries[::-1]))
    keys = [entry.key for entry in forward.entries]
    assert set(keys) == {"muller2025lanterns", "muller2025lanterns-2", "muller2025lanterns-3"}
    assert keys == [entry.key for entry in backward.entries][::-1]


def test_names_are_split_for_formats_that_keep_them_apart() -> None:
    """Rule: particles and suffixes belong to the family name; a group is one name."""
    assert split_name("Ada Brook") == ("Brook", "Ada")
    assert split_name("Brook, Ada") == ("Brook", "Ada")
    assert split_name("Guus van der Lamp") == ("van der Lamp", "Guus")
    assert split_name("Ben Quill Jr.") == ("Quill Jr.", "Ben")
    assert split_name("The Lantern Collaboration") == ("The Lantern Collaboration", "")
    assert split_name("Plato") == ("Plato", "")


def test_the_table_of_formats_has_names_and_extensions_of_one_format_each() -> None:
    """Rule: no two formats share a name or a label; an extension begins with a dot."""
    assert len({exporter.format for exporter in EXPORTERS}) == len({exporter.label for exporter in EXPORTERS})
    assert len({exporter.format for exporter in EXPORTERS}) == len(EXPORTERS)
    assert all(re.fullmatch(r"\.[a-z]+", exporter.extension) for exporter in EXPORTERS)


def test_an_unedited_bibliography_is_known_by_its_signature() -> None:
    """Rule: an edited file is never taken for an unedited one."""
    text = BibtexExporter().export(hostile_entries()[:3])
    assert is_untouched(text)
    assert not is_untouched(text.replace("Ada", "Eva", 1))
