"""Exports: the papers that a query finds as one Markdown document, written whole or not at all."""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from paperreader.domain.decision import EditTags, SetNote, SetStar
from paperreader.domain.import_result import ParsedPaper
from paperreader.domain.listing import Listing
from paperreader.domain.lists import Shelf
from paperreader.domain.reading_state import make_note, make_tags
from paperreader.errors import ExportRefused, QueryError, UsageError
from paperreader.services.exporting import export_file, export_text
from paperreader.services.library import Library
from paperreader.services.triage import Triage
from paperreader.storage.catalogue.imports import add_listing

HOSTILE = (
    "# Not a heading: [a](javascript:alert) *and* _so_ on",
    "<script>alert(1)</script> & <!-- hidden -->",
    "![image](https://example.org/x.png) `code` | table ~~gone~~",
    "Setext\n===\nheading",
    "\\[escaped\\] $maths$ {braces} 1. list",
    "[/] [bold]markup[/bold] \x1b[31mred\x1b[0m \x9b2J \u202eoverride",
    "日本語の題名 👩‍🔬 and a wide one",
)


def _fill(library: Library, *titles: str) -> None:
    """Star papers with these titles: the first on an older date, the last on both dates."""
    for offset, chosen in enumerate((titles[: len(titles) * 2 // 3], titles[len(titles) // 3 :])):
        with library.catalogue.transaction():
            papers = [ParsedPaper(t, f"About {t!r}. See https://example.org/a_b?c=d&e=f. " * 5) for t in chosen]
            add_listing(library.catalogue, Listing(f"page:{offset}", date(2025, 3, 13 + offset)), papers)
    keys = list(library.catalogue.keys_of(library.ids(Shelf.ALL)).values())
    library.reading.finish(Triage(library).decide("star", keys, SetStar(True)))


def _headings(text: str, tag: str) -> list[str]:
    """The headings of an export as a Markdown parser reads them."""
    tokens = MarkdownIt().parse(text)
    found = []
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag == tag:
            children = tokens[index + 1].children or []
            found.append("".join(child.content for child in children))
    return found


def test_an_export_holds_every_starred_paper_once(library: Library) -> None:
    """Rule: papers of all dates, under their newest listing, newest date first."""
    _fill(library, *(f"The invented paper number {n}" for n in range(9)))
    text = export_text(library)
    assert _headings(text, "h3") == [f"The invented paper number {n}" for n in (3, 4, 5, 6, 7, 8, 0, 1, 2)]
    assert [heading.split(" ", 1)[1] for heading in _headings(text, "h2")] == ["14 Mar 2025", "13 Mar 2025"]


def test_hostile_titles_are_titles_and_nothing_else(library: Library) -> None:
    """Rule: a Markdown parser finds exactly the cleaned titles, without HTML, images or links of theirs."""
    _fill(library, *HOSTILE)
    text = export_text(library)
    titles = [row.title for row in library.rows(library.ids(Shelf.STARRED))]
    assert sorted(_headings(text, "h3")) == sorted(titles)
    kinds = {child.type for token in MarkdownIt().parse(text) for child in token.children or []}
    assert "image" not in kinds
    assert "html_inline" not in kinds
    assert not set(text) & set("\x1b\x9b\u202e\x07")


def test_tags_notes_abstracts_and_addresses_are_exported(library: Library) -> None:
    """Rule: user texts are escaped, and an address with special characters stays the same."""
    _fill(library, "One", "Two", "Three")
    key = next(library.reading.keys())
    triage = Triage(library)
    library.reading.finish(triage.decide("tag", [key], EditTags(make_tags(["to_cite", "*bold*"]))))
    library.reading.finish(triage.decide("note", [key], SetNote(make_note("# mine\n\n- [x](y)\n<b>no</b>"))))
    tokens = [child for token in MarkdownIt().parse(export_text(library)) for child in token.children or []]
    seen = "\n".join(child.content for child in tokens if child.type == "text")
    assert "to_cite" in seen
    assert "*bold*" in seen
    assert "# mine" in seen
    assert "<b>no</b>" in seen
    addresses = {child.attrs["href"] for child in tokens if child.type == "link_open"}
    assert addresses == {"https://example.org/a_b?c=d&e=f"}


def test_an_export_is_always_the_same_text(library: Library) -> None:
    """Rule: the same library gives the same bytes, from another connection too."""
    _fill(library, *HOSTILE)
    other = Library(library.folder)
    assert export_text(library) == export_text(library) == export_text(other)
    other.close()


def test_any_query_can_be_exported(library: Library) -> None:
    """Rule: a query without results gives an empty document, not an error."""
    _fill(library, "One", "Two", "Three")
    assert _headings(export_text(library, "title:two"), "h3") == ["Two"]
    assert _headings(export_text(library, "is:skipped"), "h3") == []
    assert len(_headings(export_text(library, ""), "h3")) == 3
    with pytest.raises(QueryError):
        export_text(library, "is:nothing")
    with pytest.raises(UsageError, match="markdown"):
        export_text(library, format_name="papyrus")


# Files


@pytest.fixture
def starred(library: Library) -> Library:
    """A library with three stars."""
    _fill(library, "One", "Two", "Three")
    return library


def test_an_export_is_written_and_written_again(starred: Library, tmp_path: Path) -> None:
    """Rule: an unchanged export is replaced without asking; the result is the number of papers."""
    path = tmp_path / "starred.md"
    assert export_file(starred, path) == 3
    assert path.read_text("utf-8") == export_text(starred)
    starred.reading.finish(Triage(starred).decide("unstar", list(starred.reading.keys())[:1], SetStar(False)))
    assert export_file(starred, path) == 2
    assert len(_headings(path.read_text("utf-8"), "h3")) == 2
    assert list(tmp_path.glob(".*tmp")) == []


@pytest.mark.parametrize("content", [b"my own notes", b"\xff\xfe", b"", None])
def test_another_file_is_not_overwritten(starred: Library, tmp_path: Path, content: bytes | None) -> None:
    """Rule: a file that was edited or written by another program is refused with the cure; `force` replaces it."""
    path = tmp_path / "starred.md"
    if content is None:
        export_file(starred, path)
        content = path.read_bytes().replace(b"Two", b"Two, which I liked")
    path.write_bytes(content)
    with pytest.raises(ExportRefused, match="--force"):
        export_file(starred, path)
    assert path.read_bytes() == content
    assert export_file(starred, path, force=True) == 3
    assert path.read_text("utf-8") == export_text(starred)


@pytest.mark.parametrize("force", [False, True])
def test_a_target_that_is_not_a_file_is_refused(starred: Library, tmp_path: Path, force: bool) -> None:
    """Rule: folders, FIFOs, devices and missing folders are refused at once, even with `force`."""
    os.mkfifo(tmp_path / "fifo")
    for path in (tmp_path, tmp_path / "fifo", Path("/dev/null"), tmp_path / "missing" / "x.md"):
        with pytest.raises(ExportRefused) as refusal:
            export_file(starred, path, force=force)
        assert "\n" not in str(refusal.value)
        assert str(path.parent if path.name == "x.md" else path) in str(refusal.value)


def test_a_link_stays_a_link(starred: Library, tmp_path: Path) -> None:
    """Rule: the target of the link is written, with the permissions of an ordinary file."""
    (tmp_path / "notes").mkdir()
    link = tmp_path / "starred.md"
    link.symlink_to(tmp_path / "notes" / "real.md")
    for _ in range(2):
        export_file(starred, link)
    assert link.is_symlink()
    assert (tmp_path / "notes" / "real.md").read_text("utf-8") == export_text(starred)
    assert [path.name for path in (tmp_path / "notes").iterdir()] == ["real.md"]


def test_a_full_disk_leaves_the_old_export(starred: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule: the old file or the new file is whole, and nothing else is left."""
    path = tmp_path / "starred.md"
    export_file(starred, path)
    before = path.read_bytes()
    starred.reading.finish(Triage(starred).decide("unstar", list(starred.reading.keys())[:1], SetStar(False)))

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("paperreader.files.system_calls.System.sync_data", refuse)
        with pytest.raises(ExportRefused, match="No space left"):
            export_file(starred, path)
    assert path.read_bytes() == before
    assert list(tmp_path.glob(".*tmp")) == []
