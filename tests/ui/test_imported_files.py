"""Imported files without a date: listed below the dates, with their counts."""

from __future__ import annotations

from piloting import reading

from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.lists import ImportedFile
from paperreader.domain.text import Safe
from paperreader.services.library import Library
from paperreader.storage.catalogue.imports import add_listing

FILE = ImportedFile(Safe("refs.bib"))


async def test_imported_files_stand_below_the_dates(sample: Library) -> None:
    """Rule: files follow the oldest date under a heading. Their papers can be decided and never count as unread."""
    with sample.catalogue.transaction():
        add_listing(sample.catalogue, FILE, [ParsedPaper(f"An invented reference {name}", "") for name in "abc"])
    unread = sample.counts().shelves
    async with reading(sample) as reader:
        await reader.press("h", "G")
        lines = [line[:26].strip(" │▌") for line in reader.text.split("\n")]
        heading = next(number for number, line in enumerate(lines) if "Imported" in line)
        assert lines[heading + 1].split() == ["refs.bib", "3"]
        assert reader.view.desk.place == FILE
        assert "0 of 3 decided" in reader.header
        await reader.press("l", "r", "s", "k")
        await reader.settled()
        assert reader.state.starred
        assert reader.view.desk.counts.shelves == unread | {shelf: 1 for shelf in unread if shelf.value == "starred"}


async def test_the_reader_opens_again_on_an_imported_file(sample: Library) -> None:
    """Rule: the session restores an imported file like any other place."""
    with sample.catalogue.transaction():
        add_listing(sample.catalogue, FILE, [ParsedPaper("An invented reference", "")])
    async with reading(sample) as reader:
        reader.triage.open_place(FILE)
        await reader.press("q")
    async with reading(sample) as reader:
        assert reader.view.desk.place == FILE
