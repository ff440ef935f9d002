"""The importer for an input is found, or one line says why there is none."""

from pathlib import Path

import pytest
from invented import dump, items, page_lines

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import HEAD
from paperreader.feeds.bibtex import BibtexImporter
from paperreader.feeds.csl_json import CslJsonImporter
from paperreader.feeds.detection import IMPORTERS, importer_for
from paperreader.feeds.ris import RisImporter

PAGE = dump(page_lines(items(3)))


@pytest.mark.parametrize("data", [PAGE, b"\xef\xbb\xbf" + PAGE, PAGE.replace(b"\n", b"\r\n"), b"\n\n" + PAGE])
def test_a_page_is_found_to_be_one(data: bytes) -> None:
    """Rule: nobody has to say `--format page`."""
    assert importer_for(data).format == "page"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"@article{a,\n  title = {A}\n}\n", "bibtex"),
        (b"TY  - JOUR\nTI  - A\nER  - \n", "ris"),
        (b"PT J\nTI A\nER\n", "ris"),
        (b'[{"type": "book", "title": "A"}]', "csl-json"),
        (b'{"title": "A", "id": "2503.01234", "abstract": "B"}\n', "jsonl"),
        (b'{"id": "0704.0001", "submitter": "A", "title": "Fog"}\n', "kaggle"),
        (b'[{"paper": {"id": "2507.00001", "title": "Fog", "summary": "Little.", "upvotes": 3}}]', "hf"),
        (b"<feed><id>https://arxiv.org/api/abc</id></feed>", "arxiv-api"),
        (b"<rss><channel><link>http://rss.arxiv.org/rss/cs.CL</link></channel></rss>", "arxiv-feed"),
        (b"\\\\\narXiv:2303.00763\nDate: x\n", "arxiv-mail"),
        (b"> \\\\\n> arXiv:2303.00763\n", "arxiv-mail"),
    ],
)
def test_each_format_is_found_by_its_beginning(data: bytes, name: str) -> None:
    """Rule: nor any other format."""
    assert importer_for(data).format == name


@pytest.mark.parametrize(
    "text",
    [
        "@article{a,\n  title = {Größe}\n}\n",
        "TY  - JOUR\nTI  - Größe\nER  - \n",
        "FN A\nVR 1.0\nPT J\nTI Größe\nER\n",
        '[{"type": "book", "title": "Größe"}]',
    ],
)
@pytest.mark.parametrize(("mark", "encoding"), [(b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")])
def test_a_reference_file_in_utf_16_is_read(text: str, mark: bytes, encoding: str) -> None:
    """Rule: its mark makes the encoding certain; with `--format` and without, it is as the same in UTF-8."""
    data = mark + text.encode(encoding)
    importer = importer_for(data)
    assert isinstance(importer, BibtexImporter | CslJsonImporter | RisImporter)
    assert importer is importer_for(text.encode()) is importer_for(data, importer.format)
    assert importer.parse(data) == importer.parse(text.encode())


def test_each_real_capture_is_of_one_format(captures: Path) -> None:
    """Rule: no importer takes another one's inputs."""
    expected = {
        "pages": "page", "hf_daily": "hf", "arxiv_atom": "arxiv-api", "arxiv_rss": "arxiv-feed",
        "arxiv_mail": "arxiv-mail", "kaggle": "kaggle",
    }  # fmt: skip
    for path in sorted(captures.glob("*/*")):
        with path.open("rb") as stream:
            head = stream.read(HEAD)
        found = next((importer.format for importer in IMPORTERS if importer.recognises(head)), None)
        if path.parent.name in expected:
            assert found == expected[path.parent.name], path
        else:
            assert found not in expected.values(), path


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \n\t\r\n", "empty"),
        (PAGE.decode().encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + PAGE.decode().encode("utf-16-be"), "UTF-16"),
        ('{"title": "A", "id": "2503.01234", "abstract": "B"}\n'.encode("utf-16"), "UTF-16"),
        ("@article{a, title = {A}}".encode("utf-32"), "binary"),
        ("@article{a, title = {A\0}}".encode("utf-16"), "binary"),
        (b"\xff\xfe \0\n\0", "empty"),
        (b"\x7fELF\0\0\0", "binary"),
        (PAGE[:300] + b"\0" + PAGE[300:], "binary"),
        (b"PK\x03\x04\x14\0\0\0", "compressed: unpack it"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "gunzip"),
        (
            b"An essay on lanterns.\n\nIt has two paragraphs.",
            "no known format; if it is one of page, .*: paperreader import --format$",
        ),
        (b"\xe9\xe8\xe0 latin text", "no known format; if it is one of page, .*: paperreader import --format$"),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(data: bytes, reason: str) -> None:
    """Rule (issue, Accepted): empty, binary and unknown inputs give one clear line that says which of these."""
    with pytest.raises(UnreadableInput, match=reason) as refused:
        importer_for(data)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("data", [b"", b"\0binary"])
def test_asking_for_a_format_does_not_make_an_input_readable(data: bytes) -> None:
    """Rule: `--format` overrides the guess, not the facts."""
    with pytest.raises(UnreadableInput):
        importer_for(data, "page")


def test_a_format_that_is_asked_for_is_taken() -> None:
    """Rule: `--format page` reads a page that does not look like one."""
    assert importer_for(b"A title\n\nAn abstract.", "page").format == "page"


def test_a_format_that_nothing_reads_is_refused_in_one_line() -> None:
    """Rule: what cannot be imported is refused, never read as something else."""
    with pytest.raises(UnreadableInput) as refused:
        importer_for(PAGE, "nonsense")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32"])
def test_utf_16_without_a_mark_is_not_taken_for_a_page(encoding: str) -> None:
    """Rule: wide encodings hold NULs, which no text has."""
    with pytest.raises(UnreadableInput):
        importer_for(PAGE.decode().encode(encoding))
