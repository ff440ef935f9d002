"""What is known and not read is named, with what is read instead."""

from __future__ import annotations

import io
import json
import sqlite3
import zipfile
from pathlib import Path

import pytest

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import importer_for
from paperreader.feeds.syntax.encoding import decode_head
from paperreader.feeds.unsupported_formats import unread_format


def _zip(*names: str) -> bytes:
    """A zip file of small files with these names."""
    with zipfile.ZipFile(data := io.BytesIO(), "w") as file:
        for name in names:
            file.writestr(name.partition("=")[0], name.partition("=")[2] or "some text")
    return data.getvalue()


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()


def _xml(text: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by a program -->\n{text}'.encode()


def _web(address: str) -> bytes:
    return f'<!DOCTYPE html>\n<html><head><title>x</title>\n<link rel="canonical" href="{address}">'.encode()


OPENALEX = {"id": "https://openalex.org/W17", "title": "Lanterns", "type": "article", "authorships": [], "ids": {}}
INSPIRE = {"hits": {"hits": [{"metadata": {"titles": [{"title": "Lanterns"}], "arxiv_eprints": []}}], "total": 1}}
ZOTERO = [{"key": "ABCD2345", "data": {"itemType": "journalArticle", "title": "Lanterns"}}]
PUBMED = "PMID,Title,Authors\n1,Lanterns,Moe J\n"

FOREIGN: tuple[tuple[str, bytes, str], ...] = (
    ("EndNote XML", _xml("<xml><records><record/></records></xml>"), "RefMan (RIS) Export"),
    ("RefWorks XML", _xml("<refworks><reference/></refworks>"), "Export references"),
    ("RefWorks tagged text", b"RT Journal Article\nSR Electronic(1)\nA1 Moe,J.\nT1 Lanterns\n", "Export references"),
    ("OAI-PMH", _xml('<OAI-PMH xmlns="x"><request>http://export.arxiv.org/oai2</request>'), "paperreader fetch arxiv:"),
    ("OAI-PMH", _xml('<OAI-PMH xmlns="x"><request>http://example.org/oai</request>'), "RIS or BibTeX"),
    ("OpenAlex", _json(OPENALEX), "RIS from OpenAlex"),
    ("OpenAlex", _json({"meta": {}, "results": [OPENALEX]}), "RIS from OpenAlex"),
    ("OpenAlex", json.dumps(OPENALEX).encode() + b"\n" + json.dumps(OPENALEX).encode(), "RIS from OpenAlex"),
    ("OpenAlex", b"id,title,display_name,publication_year\nW1,A,A,2019\n", "RIS from OpenAlex"),
    ("INSPIRE", _json(INSPIRE), "format=bibtex"),
    ("Zotero", _json(ZOTERO), "File > Export Library"),
    ("Zotero", b'"Key","Item Type","Publication Year","Author","Title"\n', "File > Export Library"),
    ("Zotero RDF", _xml('<rdf:RDF xmlns:z="http://www.zotero.org/namespaces/export#">'), "File > Export Library"),
    ("PubMed XML", _xml('<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD">\n<PubmedArticleSet>'), "Citation manager"),
    ("PubMed", PUBMED.encode(), "Citation manager"),
    ("Crossref XML", _xml('<crossref_result version="3.0"><query_result/>'), "api.crossref.org"),
    ("Crossref XML", _xml("<doi_records><doi_record/>"), "api.crossref.org"),
    ("OPML", _xml('<opml version="2.0"><body/></opml>'), "paperreader fetch https"),
    ("a PDF", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "arXiv ids or DOIs"),
    ("PostScript", b"%!PS-Adobe-3.0\n", "arXiv ids or DOIs"),
    ("a Word document", _zip("[Content_Types].xml", "word/document.xml"), "RIS or BibTeX"),
    ("an Excel workbook", _zip("[Content_Types].xml", "xl/workbook.xml"), "JSON Lines"),
    ("an OpenDocument table", _zip("mimetype=application/vnd.oasis.opendocument.spreadsheet"), "JSON Lines"),
    ("an e-book", _zip("mimetype=application/epub+zip"), "arXiv ids or DOIs"),
    ("compressed (zip)", _zip("references.bib"), "unzip"),
    ("compressed (gzip)", b"\x1f\x8b\x08\0\0\0\0\0", "gunzip"),
    ("compressed (xz)", b"\xfd7zXZ\0", "xz -d"),
    ("an image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "arXiv ids or DOIs"),
    ("an image", b"\xff\xd8\xff\xe0\0\x10JFIF", "arXiv ids or DOIs"),
    ("LaTeX", b"% A paper\n\n\\documentclass{article}\n", ".bib"),
    ("Parquet", b"PAR1\x15\x04\x15", "read_parquet"),
    ("MHTML", b"From: <Saved by Blink>\nSnapshot-Content-Location: https://x.org/\n", "save the page as HTML"),
    ("Scopus", b'"Authors","Author full names","Author(s) ID","Title"\n', "Export > RIS"),
    ("IEEE Xplore", b'"Document Title",Authors,"Author Affiliations"\n', "Export > Citations"),
    ("Web of Science", b"PT\tAU\tBA\tTI\nJ\tMoe, J\t\tLanterns\n", "RIS or plain text"),
    ("a table", b"Year,Title,Author\n2019,Lanterns,Moe\n", "JSON Lines"),
    ("a table", b"id\tpaper title\tyear\n1\tLanterns\t2019\n", "JSON Lines"),
    ("Google Scholar", _web("https://scholar.google.com/scholar?q=lanterns"), "My library > Export > BibTeX"),
    ("the ACL Anthology", _web("https://aclanthology.org/events/acl-2024/"), "BibTeX"),
    ("dblp", _web("https://dblp.org/pid/00/1.html"), "BibTeX from dblp"),
    ("XML of an unknown kind (<modsCollection>)", _xml("<modsCollection><mods/>"), "RIS or BibTeX"),
    ("XML of an unknown kind (<harbours>)", _xml("<harbours><harbour/></harbours>"), "RIS or BibTeX"),
    ("JSON of an unknown kind", b'{"harbours": [{"name": "x"}]}', "JSON Lines"),
    ("an error message", b'{"message": "Too many lanterns", "code": "429"}', "no papers"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "data", "cure"), FOREIGN)
def test_an_input_that_is_not_read_is_named_with_what_is(name: str, data: bytes, cure: str) -> None:
    """Rule: what is known is called by its name, and the way to an input that is read is told with it, in one line."""
    with pytest.raises(UnreadableInput) as refused:
        importer_for(data)
    said = str(refused.value)
    assert said.startswith("is ")
    assert name in said.partition("; ")[0] or name == "an error message"
    assert cure in said
    assert "--format" not in said
    assert "\n" not in said


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_it_is_named_in_every_encoding(encoding: str) -> None:
    """Rule: what Windows writes is the same kind of file."""
    with pytest.raises(UnreadableInput, match="a table from PubMed"):
        importer_for(PUBMED.encode(encoding))


@pytest.mark.parametrize(("table", "name"), [("itemData", "a Zotero database"), ("lanterns", "a database")])
def test_a_database_is_named_by_its_tables(tmp_path: Path, table: str, name: str) -> None:
    """Rule: that of Zotero is known among others."""
    connection = sqlite3.connect(tmp_path / "file")
    connection.execute(f"CREATE TABLE {table} (itemID INTEGER PRIMARY KEY)")
    connection.close()
    with pytest.raises(UnreadableInput, match=name):
        importer_for((tmp_path / "file").read_bytes())


def test_no_input_that_is_read_is_taken_for_one_that_is_not(captures: Path) -> None:
    """Rule: the patterns of what is not read fit no real capture of what is."""
    for path in sorted(captures.glob("*/*")):
        if path.suffix in (".txt", ".json", ".jsonl", ".bib", ".ris", ".xml") and "expected" not in path.name:
            with path.open("rb") as stream:
                head = stream.read(HEAD)
            assert unread_format(head, decode_head(head)) is None, path


def test_a_format_that_the_user_names_is_believed() -> None:
    """Rule: who says `--format` may know better."""
    assert importer_for(_json(OPENALEX), "csl-json").format == "csl-json"
