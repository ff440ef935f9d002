"""The importer for an input is found, or one line says why there is none."""

from pathlib import Path

import pytest
from invented import dump, items, page_lines

from paperreader.errors import UnreadableInput
from paperreader.feeds.base import HEAD
from paperreader.feeds.detection import IMPORTERS, importer_for

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
        (b"<!DOCTYPE html><html><head><title>Daily Papers - Hugging Face</title></head>", "html"),
        (b"<html><head><title>Fog</title><meta name='citation_arxiv_id' content='2507.00001'></head>", "html"),
        (b"<!DOCTYPE html><html><head><title>Fog</title></head>", "feed"),
        (b"[1] arXiv:2507.00001 [pdf, other]\nTitle: Fog\n", "arxiv-list"),
        (b"\\\\\narXiv:2303.00763\nDate: x\n", "arxiv-mail"),
        (b"> \\\\\n> arXiv:2303.00763\n", "arxiv-mail"),
    ],
)
def test_each_format_is_found_by_its_beginning(data: bytes, name: str) -> None:
    """Rule: nor any other format."""
    assert importer_for(data).format == name


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (PAGE.decode(), "page"),
        ("@article{a,\n  title = {Größe}\n}\n", "bibtex"),
        ("TY  - JOUR\nTI  - Größe\nER  - \n", "ris"),
        ('[{"type": "book", "title": "Größe"}]', "csl-json"),
        ('{"title": "Größe", "id": "2503.01234", "abstract": "B"}\n', "jsonl"),
        ("<rss><channel><title>Größe</title></channel></rss>", "feed"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "utf-32"])
def test_a_format_is_found_in_every_encoding(text: str, name: str, encoding: str) -> None:
    """Rule: an input becomes UTF-8 before any importer looks at it, whether it bears a mark or not."""
    assert importer_for(text.encode(encoding)).format == name


@pytest.mark.parametrize("damage", [b"\0", b"\0\0\x02\x05"])
def test_a_few_control_bytes_make_no_page_binary(damage: bytes) -> None:
    """Rule: an input is binary by the share of such bytes, and they hide nothing around them."""
    assert importer_for(PAGE[:3] + damage + PAGE[3:]).format == "page"


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
        (b"", "is empty"),
        (b" \n\t\r\n", "is empty"),
        (b"\xff\xfe \0\n\0", "is empty"),
        (bytes(3_000), "is binary, not text; export RIS or BibTeX from your reference manager"),
        (b"\x7fELF\0\0\0", "is binary, not text; export RIS or BibTeX from your reference manager"),
        (
            b"An essay on lanterns.\n\nIt has two paragraphs.",
            "is in an unknown format; export RIS or BibTeX from your reference manager",
        ),
        (
            b"\xe9\xe8\xe0 latin text",
            "is in an unknown format; export RIS or BibTeX from your reference manager",
        ),
    ],
)
def test_what_cannot_be_imported_is_refused_in_one_line(data: bytes, reason: str) -> None:
    """Rule: empty, binary and unknown inputs give one clear line that says which of these."""
    with pytest.raises(UnreadableInput) as refused:
        importer_for(data)
    assert str(refused.value) == reason


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
